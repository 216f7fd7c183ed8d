//! Decisions as a draft: kept at once, carried out together.

use crate::commands::dossier;
use crate::commands::field::{FieldOrder, FieldsView, decide, try_decisions};
use crate::model::account::AccountName;
use crate::model::draft::{Draft, FieldDecision, Ruling};
use crate::model::failure::cause::FieldFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::field::{FieldName, Fields, Verdict};
use crate::model::ids::RecordId;
use crate::model::record::{Change, DocumentName, Record, RecordDocument};
use crate::pipeline::progress::Progress;
use crate::repository::Repository;
use crate::settings::Settings;

/// A decision, after looking at one version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DraftOrder {
    /// The document.
    pub document: DocumentName,
    /// The version that was looked at.
    pub version: u32,
    /// What was decided.
    pub decision: FieldDecision,
}

/// A document in the newest version of its record.
pub(super) fn newest(repository: &Repository, name: &DocumentName) -> Result<(Record, RecordDocument), Failure> {
    let dossier = dossier::find(repository, name.code.as_str())?;
    let found = dossier::document_of(&dossier.versions, name.ordinal).map(|(record, one)| (record.clone(), one.clone()));
    found.ok_or_else(|| Failure::new(FailureCode::NotFound).at(place_of(name)))
}

fn place_of(name: &DocumentName) -> Place {
    Place::Document { code: name.code.to_string(), ordinal: name.ordinal }
}

/// The document by the name that the repository has for it.
pub(super) fn name_in(record: &Record, document: &RecordDocument) -> DocumentName {
    DocumentName { code: record.dossier_code.clone(), ordinal: document.ordinal }
}

/// Everything that a draft says, as one order.
pub(super) fn order_of(draft: &Draft) -> FieldOrder {
    let Draft { document, kind, version, decisions, .. } = draft.clone();
    FieldOrder { document, kind: Some(kind), version: Some(version), decisions }
}

fn conflict(name: &DocumentName, seen: u32, now: u32) -> Failure {
    Failure::new(FailureCode::Conflict).at(place_of(name)).because(FieldFault::VersionIsNow { seen, now })
}

/// Keeps a decision in the draft of `account`, in the place of an earlier one about the same fact. It is
/// checked as if it were carried out.
///
/// # Errors
/// [`FailureCode::NotFound`], [`FailureCode::Conflict`] if the version that was looked at, or that the draft is
/// about, is not the newest, [`FailureCode::FieldInvalid`] if it cannot be so. The draft stays as it was then.
pub(crate) fn keep(
    repository: &Repository,
    settings: &Settings,
    account: &AccountName,
    order: &DraftOrder,
) -> Result<(Draft, Fields), Failure> {
    let (record, document) = newest(repository, &order.document)?;
    let name = name_in(&record, &document);
    if order.version != record.version {
        return Err(conflict(&name, order.version, record.version));
    }
    let at = settings.general.now();
    let empty = Draft {
        account: account.clone(),
        document: name.clone(),
        kind: record.kind,
        version: record.version,
        decisions: Vec::new(),
        saved_at: at,
    };
    let mut draft = repository.catalog.draft(account, &name)?.unwrap_or(empty);
    if draft.version != record.version {
        return Err(conflict(&name, draft.version, record.version));
    }
    draft.put(order.decision.clone());
    draft.saved_at = at;
    let fields = try_decisions(repository, settings, &order_of(&draft))?;
    repository.catalog.put_draft(&draft)?;
    Ok((draft, fields))
}

/// Drops what the draft of `account` says about a fact.
///
/// # Errors
/// What the repository says.
pub(crate) fn forget(
    repository: &Repository,
    settings: &Settings,
    account: &AccountName,
    (document, field): (&DocumentName, FieldName),
) -> Result<(), Failure> {
    let Some(mut draft) = repository.catalog.draft(account, document)? else { return Ok(()) };
    draft.forget(field);
    draft.saved_at = settings.general.now();
    if draft.decisions.is_empty() {
        return Ok(repository.catalog.drop_draft(account, document)?);
    }
    Ok(repository.catalog.put_draft(&draft)?)
}

/// Carries out the draft of `account`: an act for each decision and one version. None if there is nothing
/// to carry out.
///
/// # Errors
/// As [`decide`]; the draft stays then.
pub(crate) fn finish(
    repository: &Repository,
    settings: &Settings,
    account: &AccountName,
    document: &DocumentName,
    progress: &dyn Progress,
) -> Result<Option<FieldsView>, Failure> {
    let Some(draft) = repository.catalog.draft(account, document)? else { return Ok(None) };
    let done = if draft.decisions.is_empty() { None } else { Some(decide(repository, settings, &order_of(&draft), progress)?) };
    // Had we come to our end here, the draft would be about an older version, and all it says be so already.
    // What came to it meanwhile stays.
    repository.catalog.drop_draft_if_same(&draft)?;
    Ok(done)
}

/// Makes the draft of `account` one about the newest version, which is the one that was looked at, with its
/// decisions about these facts alone.
///
/// # Errors
/// [`FailureCode::NotFound`] if the document is not there any more, [`FailureCode::Conflict`] if there is a newer
/// version by now, or what the repository says.
pub(crate) fn rebase(
    repository: &Repository,
    settings: &Settings,
    account: &AccountName,
    (document, seen): (&DocumentName, u32),
    mine: &[FieldName],
) -> Result<(), Failure> {
    let (record, found) = newest(repository, document)?;
    let name = name_in(&record, &found);
    if record.version != seen {
        return Err(conflict(&name, seen, record.version));
    }
    let Some(mut draft) = repository.catalog.draft(account, &name)? else { return Ok(()) };
    draft.decisions.retain(|decision| mine.contains(&decision.field));
    // What stood there and was confirmed may be another value by now.
    draft.decisions.retain(|decision| decision.ruling != Ruling::Confirm);
    (draft.version, draft.kind, draft.saved_at) = (record.version, record.kind, settings.general.now());
    if draft.decisions.is_empty() {
        return Ok(repository.catalog.drop_draft(account, &name)?);
    }
    Ok(repository.catalog.put_draft(&draft)?)
}

/// Undoes what the newest version of a document decided about its facts: a version of its own in which they
/// are what they were before.
///
/// # Errors
/// [`FailureCode::Conflict`] if `version` is not the newest, [`FailureCode::NotFound`] if it decided nothing about
/// this document; or as [`decide`].
pub(crate) fn undo(
    repository: &Repository,
    settings: &Settings,
    (name, version): (&DocumentName, u32),
    progress: &dyn Progress,
) -> Result<FieldsView, Failure> {
    let (record, document) = newest(repository, name)?;
    if record.version != version {
        return Err(conflict(name, version, record.version));
    }
    let nothing = || Failure::new(FailureCode::NotFound).at(place_of(name));
    let Some(Change::Fields(change)) = record.change.as_ref().filter(|_| record.supersedes.is_some()) else {
        return Err(nothing());
    };
    if change.ordinal != document.ordinal {
        return Err(nothing());
    }
    let before = record.supersedes.into_iter().collect::<Vec<_>>();
    let before = repository.catalog.records(&before)?;
    let before = before.iter().flat_map(|record| &record.documents).find(|one| one.ordinal == document.ordinal);
    let before = before.ok_or_else(nothing)?;
    let mut decisions = Vec::new();
    for field in change.fields.keys() {
        let is_decided = document.fields.get(field).is_some_and(|fact| fact.decision.is_some());
        let rulings = match before.fields.get(field).and_then(|fact| Some((fact, fact.decision.as_ref()?))) {
            None => vec![Ruling::Withdraw],
            Some((fact, decision)) => match decision.verdict {
                Verdict::Corrected => vec![Ruling::Set(fact.value.clone())],
                Verdict::NotOnPaper => vec![Ruling::NotOnPaper],
                Verdict::Confirmed | Verdict::Withdrawn => vec![Ruling::Withdraw, Ruling::Confirm],
            },
        };
        // What was taken back before cannot be taken back again.
        let rulings = rulings.into_iter().filter(|ruling| is_decided || *ruling != Ruling::Withdraw);
        decisions.extend(rulings.map(|ruling| FieldDecision { field: *field, ruling }));
    }
    let order = FieldOrder { document: name_in(&record, &document), kind: Some(record.kind), version: Some(version), decisions };
    decide(repository, settings, &order, progress)
}

/// The newest version of a document's record: its id and number.
///
/// # Errors
/// [`FailureCode::NotFound`], or what the repository says.
pub(crate) fn version_of(repository: &Repository, name: &DocumentName) -> Result<(RecordId, u32), Failure> {
    let (record, _) = newest(repository, name)?;
    Ok((record.id, record.version))
}

/// Tells in an act that a document is taken over from somebody who was working on it.
///
/// # Errors
/// [`FailureCode::NotFound`], or what the repository says.
pub(crate) fn take_over(
    repository: &Repository,
    settings: &Settings,
    name: &DocumentName,
    from: &AccountName,
) -> Result<(), Failure> {
    let (record, document) = newest(repository, name)?;
    Ok(repository.catalog.tell_taken_over(record.id, document.ordinal, from, settings.general.now())?)
}
