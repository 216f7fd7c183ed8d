//! A document as it is looked at: its facts with readings, places and what the draft says, and what
//! changed meanwhile.

use time::OffsetDateTime;

use super::complete::{Candidate, CandidateSource, CompletionOrder, complete};
use super::draft::{name_in, newest, order_of};
use super::places::{FieldPlace, Found, Pages, words_of};
use crate::commands::dossier;
use crate::commands::field::try_decisions;
use crate::model::account::AccountName;
use crate::model::dossier::RecordKind;
use crate::model::draft::{Draft, Ruling};
use crate::model::failure::Failure;
use crate::model::field::{Field, FieldName, FieldStatus, Fields};
use crate::model::ids::RecordId;
use crate::model::page::RecognisedPage;
use crate::model::record::{DocumentName, Record, RecordDocument};
use crate::repository::Repository;
use crate::settings::Settings;

/// Pages in which places are looked for: facts stand on the first ones.
const LOOKED_THROUGH: usize = 8;
/// Values that are offered for a fact before anything is typed.
const OFFERED: usize = 5;

/// A document at the desk.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeskDocument {
    /// Which.
    pub document: DocumentName,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// The newest version of its record.
    pub record: RecordId,
    /// Its number.
    pub version: u32,
    /// Pages in the sealed file.
    pub pages: u32,
    /// All facts that it has or could have, in the order in which people expect them.
    pub facts: Vec<DeskFact>,
    /// When the last decision of the draft was made.
    pub saved_at: Option<OffsetDateTime>,
    /// What changed since the version that the draft is about.
    pub stale: Option<Stale>,
}

impl DeskDocument {
    /// Facts that wait for a decision which the draft does not have.
    pub(crate) fn open(&self) -> usize {
        self.facts.iter().filter(|fact| fact.is_open()).count()
    }

    /// Facts that waited in the newest version, or were decided about in the draft.
    pub(crate) fn asked(&self) -> usize {
        self.facts.iter().filter(|fact| fact.is_asked()).count()
    }
}

/// A fact at the desk.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeskFact {
    /// Which.
    pub name: FieldName,
    /// As the newest version has it.
    pub sealed: Option<Field>,
    /// As it would be with the draft carried out.
    pub drafted: Option<Field>,
    /// What the draft says of it.
    pub ruling: Option<Ruling>,
    /// Where its value stands on the pages.
    pub place: Option<FieldPlace>,
    /// Values to choose from.
    pub candidates: Vec<Candidate>,
}

impl DeskFact {
    /// Whether it waits for a decision.
    pub(crate) fn is_open(&self) -> bool {
        self.drafted.as_ref().is_some_and(|field| field.status.is_open())
    }

    /// Whether it waited, or is decided about in the draft.
    pub(crate) fn is_asked(&self) -> bool {
        self.is_open() || self.ruling.is_some() || self.sealed.as_ref().is_some_and(|field| field.status.is_open())
    }
}

/// What changed since the version that a draft is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stale {
    /// The version that was looked at.
    pub seen: u32,
    /// Who made the newest one.
    pub by: Option<String>,
    /// When.
    pub at: OffsetDateTime,
    /// What the draft says, beside what stands there now.
    pub facts: Vec<StaleFact>,
    /// What is different in this document.
    pub changes: Vec<dossier::Change>,
}

/// A decision of a draft about an older version.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StaleFact {
    /// The fact.
    pub name: FieldName,
    /// What the draft says.
    pub mine: Ruling,
    /// What the newest version has.
    pub theirs: Option<Field>,
}

/// A document as `account` sees it at the desk.
///
/// # Errors
/// [`FailureCode::NotFound`](crate::model::failure::FailureCode::NotFound), or what the repository says.
pub(crate) fn look(
    repository: &Repository,
    settings: &Settings,
    account: &AccountName,
    name: &DocumentName,
) -> Result<DeskDocument, Failure> {
    let (record, document) = newest(repository, name)?;
    let name = name_in(&record, &document);
    let draft = repository.catalog.draft(account, &name)?;
    let stale = draft.as_ref().filter(|draft| draft.version != record.version);
    let stale = stale.map(|draft| stale_of(repository, &record, &document, draft)).transpose()?;
    let draft = draft.filter(|_| stale.is_none());
    let drafted = match &draft {
        Some(draft) => try_decisions(repository, settings, &order_of(draft))?,
        None => document.fields.clone(),
    };
    let read = pages(repository, &record, &document)?;
    let pages = Pages::new(&read);
    let at = Looked { repository, settings, name: &name, pages: &pages };
    // A code is not keyed: it is there only where somebody has to confirm it.
    let waits = document.fields.get(&FieldName::DossierCode).is_some_and(|field| field.status.is_open());
    let is_asked = |name: &FieldName| match name {
        FieldName::DossierCode => waits,
        name => !name.is_of_receipts() || document.fields.contains_key(name),
    };
    let facts = FieldName::ALL.into_iter().filter(is_asked);
    let facts = facts.map(|name| at.fact(name, &document.fields, &drafted, draft.as_ref())).collect::<Result<_, _>>()?;
    Ok(DeskDocument {
        kind: record.kind,
        record: record.id,
        version: record.version,
        pages: document.file.pages,
        facts,
        saved_at: draft.map(|draft| draft.saved_at),
        stale,
        document: name,
    })
}

/// Every word of a page with its place, for whoever points at it.
///
/// # Errors
/// [`FailureCode::NotFound`](crate::model::failure::FailureCode::NotFound), or what the repository says.
pub(crate) fn words(repository: &Repository, name: &DocumentName, page: u32) -> Result<Vec<(String, FieldPlace)>, Failure> {
    let (_, _, read) = dossier::read_page(repository, name.code.as_str(), name.ordinal, page)?;
    Ok(words_of(&read, page))
}

/// What was read on the first pages.
fn pages(repository: &Repository, record: &Record, document: &RecordDocument) -> Result<Vec<RecognisedPage>, Failure> {
    let mut pages = Vec::new();
    for number in (1..=document.file.pages).take(LOOKED_THROUGH) {
        pages.extend(dossier::page_of(repository, record, document, number)?.map(|(_, read)| read));
    }
    Ok(pages)
}

struct Looked<'a> {
    repository: &'a Repository,
    settings: &'a Settings,
    name: &'a DocumentName,
    pages: &'a Pages<'a>,
}

impl Looked<'_> {
    fn fact(&self, name: FieldName, sealed: &Fields, drafted: &Fields, draft: Option<&Draft>) -> Result<DeskFact, Failure> {
        let (sealed, drafted) = (sealed.get(&name).cloned(), drafted.get(&name).cloned());
        // What was read is on the paper, whatever was decided about it.
        let read = sealed.as_ref().and_then(Field::reading).filter(|field| field.status.has_value());
        let found = read.and_then(|field| self.pages.find(name, field, self.settings));
        let mut fact = DeskFact {
            name,
            ruling: draft.and_then(|draft| draft.about(name)).cloned(),
            place: found.as_ref().map(|found| found.place),
            candidates: Vec::new(),
            sealed,
            drafted,
        };
        if fact.is_asked() {
            fact.candidates = self.candidates(&fact, found.as_ref())?;
        }
        Ok(fact)
    }

    /// All readings of a fact, and what is known under a like name.
    fn candidates(&self, fact: &DeskFact, found: Option<&Found>) -> Result<Vec<Candidate>, Failure> {
        let mut all: Vec<Candidate> = Vec::new();
        let mut add = |candidate: Candidate| {
            if !candidate.value.is_empty() && all.iter().all(|known| known.value != candidate.value) {
                all.push(candidate);
            }
        };
        let read = fact.sealed.as_ref().and_then(Field::reading);
        if let Some(read) = read.filter(|read| read.status.has_value()) {
            let confidence = Some(read.confidence);
            add(Candidate { value: read.value.clone(), source: CandidateSource::Reading, confidence });
            let other =
                |value: &String| Candidate { value: value.clone(), source: CandidateSource::OtherReading, confidence: None };
            read.others.iter().map(other).for_each(&mut add);
            // Words are the value only where it is a text.
            let is_text = matches!(
                fact.name,
                FieldName::IssuingBody | FieldName::Title | FieldName::OwnerName | FieldName::Applicant | FieldName::Procedure
            );
            found.filter(|_| is_text).and_then(|found| found.second.as_ref()).map(other).into_iter().for_each(&mut add);
        }
        let typed = read.map(|read| read.value.clone()).unwrap_or_default();
        let is_person = matches!(fact.name, FieldName::OwnerName | FieldName::OwnerNumber | FieldName::OwnerBirthDate);
        if (!typed.is_empty() && fact.name != FieldName::DocumentType) || is_person {
            let order = CompletionOrder { document: self.name.clone(), field: fact.name, typed };
            complete(self.repository, self.settings, &order)?.into_iter().for_each(&mut add);
        }
        all.truncate(OFFERED);
        Ok(all)
    }
}

fn stale_of(repository: &Repository, record: &Record, document: &RecordDocument, draft: &Draft) -> Result<Stale, Failure> {
    let dossier = dossier::find(repository, record.dossier_code.as_str())?;
    let seen = dossier.versions.iter().find(|one| one.kind == draft.kind && one.version == draft.version);
    let mut changes = seen.map(|seen| dossier::changes(seen, record)).unwrap_or_default();
    changes.retain(|change| change.ordinal() == document.ordinal);
    // The first act that names the version is the one that made it.
    let acts = dossier::acts(repository, std::slice::from_ref(record))?;
    let by = acts.last().map(|act| act.actor.by.clone().unwrap_or_else(|| act.actor.account.clone()));
    let theirs = |name| document.fields.get(&name).filter(|field| field.status != FieldStatus::Absent).cloned();
    let facts = draft.decisions.iter().map(|decision| StaleFact {
        name: decision.field,
        mine: decision.ruling.clone(),
        theirs: theirs(decision.field),
    });
    Ok(Stale { seen: draft.version, by, at: record.sealed_at, facts: facts.collect(), changes })
}
