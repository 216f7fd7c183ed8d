//! What waits for a person, over all nights: facts, papers and files, those first that have waited longest.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;
use time::format_description::well_known::Rfc3339;
use time::{Date, Duration, OffsetDateTime, UtcOffset};

use super::register::{DossierDifferences, recent_differences};
use crate::model::batch::PageOutcome;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode};
use crate::model::field::{Doubt, FieldName, FieldStatus};
use crate::model::ids::{BatchId, BlobId};
pub(crate) use crate::model::pending::PendingKind;
use crate::model::quality::PoorPage;
use crate::model::record::{DocumentName, Record};
use crate::model::register::Difference;
use crate::repository::{OpenField, OpenFilter, Repository, WaitingFile};
use crate::settings::Settings;

/// What kind of thing a file is that waits.
pub(in crate::commands) fn kind_of(file: &WaitingFile) -> PendingKind {
    match file.failure.code {
        _ if file.outcome == PageOutcome::Refused => PendingKind::Refused,
        FailureCode::Rescan => PendingKind::PoorPage,
        FailureCode::DossierUnknown | FailureCode::DossierConflict => PendingKind::UnknownDossier,
        FailureCode::StackUnclear => PendingKind::UnclearStack,
        _ => PendingKind::Unfit,
    }
}

/// What is asked for; all where nothing is told.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct PendingOrder {
    /// These kinds.
    pub kinds: Vec<PendingKind>,
    /// Of batches over this inbox.
    pub inbox: Option<PathBuf>,
    /// Of documents of this type, by its key.
    pub document_type: Option<String>,
    /// That came up on this day.
    pub day: Option<Date>,
    /// Most items in a list.
    pub limit: usize,
    /// Behind what the list before named as `next`.
    pub after: Option<PendingCursor>,
}

/// Where a list goes on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PendingCursor {
    since: OffsetDateTime,
    key: Key,
}

/// What tells two items of the same age apart. Facts come first, as the catalog sorts them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Field(String, &'static str, u32, &'static str),
    File(String, String),
    Dossier(String),
}

/// Says that a text is no place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no place in a list: take what `next` says")]
pub(crate) struct NotACursor;

impl fmt::Display for PendingCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.since.to_offset(UtcOffset::UTC).format(&Rfc3339).map_err(|_| fmt::Error)?;
        match &self.key {
            Key::Field(code, kind, ordinal, field) => write!(f, "{since}|{code}|{kind}|{ordinal}|{field}"),
            Key::File(inbox, path) => write!(f, "{since}||{inbox}|{path}"),
            Key::Dossier(code) => write!(f, "{since}|||{code}"),
        }
    }
}

impl FromStr for PendingCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (since, rest) = text.split_once('|').ok_or(NotACursor)?;
        let since = OffsetDateTime::parse(since, &Rfc3339).map_err(|_| NotACursor)?;
        let key = match rest.strip_prefix('|') {
            Some(dossier) if dossier.starts_with('|') => Key::Dossier(dossier.trim_start_matches('|').to_owned()),
            Some(file) => {
                let (inbox, path) = file.split_once('|').ok_or(NotACursor)?;
                Key::File(inbox.to_owned(), path.to_owned())
            }
            None => {
                let parts: Vec<&str> = rest.split('|').collect();
                let [code, kind, ordinal, field] = parts.as_slice() else { return Err(NotACursor) };
                let kinds = [RecordKind::Dossier, RecordKind::Result];
                let kind = kinds.into_iter().find(|known| known.as_str() == *kind).ok_or(NotACursor)?;
                let field: FieldName = field.parse().map_err(|()| NotACursor)?;
                Key::Field((*code).to_owned(), kind.as_str(), ordinal.parse().map_err(|_| NotACursor)?, field.as_str())
            }
        };
        Ok(Self { since, key })
    }
}

impl Serialize for PendingCursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct PendingItem {
    /// What kind of thing.
    pub kind: PendingKind,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub since: OffsetDateTime,
    /// Whole days since then.
    pub days: i64,
    /// The batch it came up in; none of a dossier that the register is otherwise about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchId>,
    /// What it is.
    #[serde(flatten)]
    pub what: Waiting,
}

/// What it is that waits.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Waiting {
    /// A fact.
    Fact {
        /// The document.
        #[schemars(with = "String")]
        document: DocumentName,
        /// Handed in or given back.
        record_kind: RecordKind,
        /// The newest version of its record.
        version: u32,
        /// The key of its type, if that is known.
        document_type: Option<String>,
        /// The fact.
        field: FieldName,
        /// What was read; empty if it was not found.
        value: String,
        /// What speaks against it.
        doubts: Vec<Doubt>,
        /// What else it may be.
        others: Vec<String>,
    },
    /// A file.
    File {
        /// The inbox, as it was typed when the batch ran.
        inbox: String,
        /// Its path in the inbox.
        path: String,
        /// Where it lies now.
        place: PathBuf,
        /// Its bytes, if they could be stored.
        scan: Option<BlobId>,
        /// Its pages.
        pages: u64,
        /// Why.
        failure: Failure,
        /// Its pages that are too poor, with pictures.
        poor_pages: Vec<PoorPage>,
    },
    /// A dossier whose papers and the register disagree.
    Dossier {
        /// Which.
        #[schemars(with = "String")]
        dossier: DossierCode,
        /// In what.
        differences: Vec<Difference>,
    },
}

/// A list of what waits.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct PendingView {
    /// How many wait, by kind; of this list and all that come behind or before it.
    pub counts: BTreeMap<PendingKind, u64>,
    /// All together.
    pub total: u64,
    /// Those that have waited longest first.
    pub items: Vec<PendingItem>,
    /// Where the next list begins, if there is one.
    #[schemars(with = "Option<String>")]
    pub next: Option<PendingCursor>,
}

/// Lists what waits.
///
/// # Errors
/// When the catalog cannot be read.
pub(crate) fn pending(repository: &Repository, settings: &Settings, order: &PendingOrder) -> Result<PendingView, Failure> {
    let Listed { counts, found, next } = listed(repository, settings, order)?;
    let mut shown = Shown { repository, now: settings.general.now(), records: BTreeMap::new() };
    let items = found.into_iter().filter_map(|found| shown.item(found).transpose()).collect::<Result<_, Failure>>()?;
    Ok(PendingView { total: counts.values().sum(), counts, items, next })
}

/// What waits, before it is looked at more closely: that takes a record for each fact.
pub(in crate::commands) struct Listed {
    /// How many wait, by kind.
    pub counts: Counts,
    /// Those that have waited longest first.
    pub found: Vec<Found>,
    /// Where the next list begins, if there is one.
    pub next: Option<PendingCursor>,
}

/// Lists what waits, and no more of it than the catalog lists.
///
/// # Errors
/// As [`pending`].
pub(in crate::commands) fn listed(repository: &Repository, settings: &Settings, order: &PendingOrder) -> Result<Listed, Failure> {
    let asked = Asked::of(order, settings);
    let mut counts = BTreeMap::new();
    let mut found = asked.facts(repository, order, &mut counts)?;
    found.extend(asked.files(repository, order, &mut counts)?);
    found.extend(asked.differences(repository, settings, order, &mut counts)?);
    counts.retain(|_, count| *count > 0);
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let more = found.len() > order.limit;
    found.truncate(order.limit);
    let next = found.last().map(|(cursor, _)| cursor.clone()).filter(|_| more);
    Ok(Listed { counts, found: found.into_iter().map(|(_, found)| found).collect(), next })
}

/// How many wait, by kind.
pub(in crate::commands) type Counts = BTreeMap<PendingKind, u64>;

/// What is asked for, as the catalog understands it.
struct Asked {
    kinds: Vec<PendingKind>,
    filter: OpenFilter,
}

impl Asked {
    fn of(order: &PendingOrder, settings: &Settings) -> Self {
        let (from, before) = order.day.map(|day| day_of(day, settings)).unwrap_or_default();
        let kinds = if order.kinds.is_empty() { PendingKind::ALL.to_vec() } else { order.kinds.clone() };
        let status = match (kinds.contains(&PendingKind::Doubtful), kinds.contains(&PendingKind::Absent)) {
            (true, false) => Some(FieldStatus::NeedsPerson),
            (false, true) => Some(FieldStatus::Absent),
            _ => None,
        };
        let inboxes = order.inbox.iter().flat_map(|inbox| spellings(inbox)).collect();
        let document_type = order.document_type.clone();
        Self { kinds, filter: OpenFilter { inboxes, document_type, from, before, status } }
    }

    /// The next facts, one more than a list holds; counts all of them.
    fn facts(
        &self,
        repository: &Repository,
        order: &PendingOrder,
        counts: &mut Counts,
    ) -> Result<Vec<(PendingCursor, Found)>, Failure> {
        if ![PendingKind::Doubtful, PendingKind::Absent].iter().any(|kind| self.kinds.contains(kind)) {
            return Ok(Vec::new());
        }
        let (doubtful, absent) = repository.catalog.count_open_fields(&self.filter)?;
        counts.extend([(PendingKind::Doubtful, doubtful), (PendingKind::Absent, absent)]);
        let wanted = order.limit.saturating_add(1);
        let open = behind(repository.catalog.as_ref(), &self.filter, order.after.as_ref(), wanted)?;
        Ok(open.into_iter().map(|one| (cursor_of(&one), Found::Field(one))).collect())
    }

    /// The files behind the place where the list begins; counts all of them. A document's type is not known
    /// before it is sealed.
    fn files(
        &self,
        repository: &Repository,
        order: &PendingOrder,
        counts: &mut Counts,
    ) -> Result<Vec<(PendingCursor, Found)>, Failure> {
        let OpenFilter { inboxes, document_type, from, before, .. } = &self.filter;
        let fits = |file: &WaitingFile| {
            self.kinds.contains(&kind_of(file))
                && (inboxes.is_empty() || inboxes.contains(&file.inbox))
                && from.is_none_or(|from| file.since >= from)
                && before.is_none_or(|before| file.since < before)
                && !is_gone(file)
        };
        let all = if document_type.is_some() { Vec::new() } else { repository.catalog.waiting_files()? };
        let mut files = Vec::new();
        for file in all.into_iter().filter(fits) {
            *counts.entry(kind_of(&file)).or_default() += 1;
            let cursor = cursor_of_file(&file);
            if order.after.as_ref().is_none_or(|after| cursor > *after) {
                files.push((cursor, Found::File(file)));
            }
        }
        Ok(files)
    }

    /// The dossiers of the last days that the register has otherwise, behind the place where the list begins;
    /// counts all of them. They are of no inbox and no type of documents.
    fn differences(
        &self,
        repository: &Repository,
        settings: &Settings,
        order: &PendingOrder,
        counts: &mut Counts,
    ) -> Result<Vec<(PendingCursor, Found)>, Failure> {
        let OpenFilter { inboxes, document_type, from, before, .. } = &self.filter;
        if !self.kinds.contains(&PendingKind::Difference) || !inboxes.is_empty() || document_type.is_some() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for one in recent_differences(repository, settings, settings.general.now())? {
            let since = since(repository, &one.dossier_code, settings)?;
            if from.is_some_and(|from| since < from) || before.is_some_and(|before| since >= before) {
                continue;
            }
            *counts.entry(PendingKind::Difference).or_default() += 1;
            let cursor = PendingCursor { since, key: Key::Dossier(one.dossier_code.to_string()) };
            if order.after.as_ref().is_none_or(|after| cursor > *after) {
                found.push((cursor, Found::Dossier(since, one)));
            }
        }
        Ok(found)
    }
}

/// Since when a dossier that the register has otherwise waits: since its papers came, else since it was received.
fn since(repository: &Repository, code: &DossierCode, settings: &Settings) -> Result<OffsetDateTime, Failure> {
    let since = match repository.catalog.first_sealed_at(code)? {
        Some(since) => Some(since),
        None => repository.catalog.register_dossier(code)?.and_then(|entry| entry.received_at),
    };
    Ok(since.unwrap_or_else(|| settings.general.now()).to_offset(UtcOffset::UTC))
}

/// What waits, before it is looked at more closely.
pub(in crate::commands) enum Found {
    Field(OpenField),
    File(WaitingFile),
    Dossier(OffsetDateTime, DossierDifferences),
}

fn cursor_of(one: &OpenField) -> PendingCursor {
    let key = Key::Field(one.code.to_string(), one.kind.as_str(), one.ordinal, one.field.as_str());
    PendingCursor { since: one.since, key }
}

fn cursor_of_file(file: &WaitingFile) -> PendingCursor {
    PendingCursor { since: file.since, key: Key::File(file.inbox.clone(), file.path.clone()) }
}

/// The next facts behind a place in the list. Facts come before files of the same moment.
fn behind(
    catalog: &dyn crate::repository::Catalog,
    filter: &OpenFilter,
    after: Option<&PendingCursor>,
    limit: usize,
) -> Result<Vec<OpenField>, Failure> {
    let last = match after {
        None => None,
        Some(PendingCursor { since, key: Key::Field(code, kind, ordinal, field) }) => {
            let kind = if *kind == RecordKind::Result.as_str() { RecordKind::Result } else { RecordKind::Dossier };
            let (Ok(code), Ok(field)) = (code.parse(), field.parse()) else { return Ok(Vec::new()) };
            let (status, document_type, batch) = (FieldStatus::NeedsPerson, None, BatchId(0));
            Some(OpenField { since: *since, code, kind, ordinal: *ordinal, field, status, document_type, batch })
        }
        Some(PendingCursor { since, .. }) => {
            let later = OpenFilter { from: Some(*since + Duration::SECOND).max(filter.from), ..filter.clone() };
            return Ok(catalog.open_fields(&later, None, limit)?);
        }
    };
    Ok(catalog.open_fields(filter, last.as_ref(), limit)?)
}

/// Looks at what is listed more closely, at each record once.
struct Shown<'a> {
    repository: &'a Repository,
    now: OffsetDateTime,
    records: BTreeMap<(String, &'static str), Option<Record>>,
}

impl Shown<'_> {
    /// None of a fact that was decided while the list was made.
    fn item(&mut self, found: Found) -> Result<Option<PendingItem>, Failure> {
        let days = |since: OffsetDateTime| (self.now - since).whole_days().max(0);
        match found {
            Found::Dossier(since, DossierDifferences { dossier_code, differences }) => {
                let (kind, what) = (PendingKind::Difference, Waiting::Dossier { dossier: dossier_code, differences });
                Ok(Some(PendingItem { kind, since, days: days(since), batch: None, what }))
            }
            Found::File(file) => {
                let (kind, since, place) = (kind_of(&file), file.since, place_of(&file));
                let WaitingFile { batch, inbox, path, scan, pages, failure, poor_pages, .. } = file;
                let what = Waiting::File { inbox, path, place, scan, pages, failure, poor_pages };
                Ok(Some(PendingItem { kind, since, days: days(since), batch: Some(batch), what }))
            }
            Found::Field(OpenField { since, code, kind, ordinal, field, document_type, batch, .. }) => {
                let days = days(since);
                let record = match self.records.entry((code.to_string(), kind.as_str())) {
                    std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                    std::collections::btree_map::Entry::Vacant(slot) => {
                        slot.insert(self.repository.catalog.current_record(&code, kind)?)
                    }
                };
                let Some(record) = record else { return Ok(None) };
                let document = record.documents.iter().find(|document| document.ordinal == ordinal);
                let fact = document.and_then(|document| document.fields.get(&field)).filter(|fact| fact.status.is_open());
                let Some(fact) = fact else { return Ok(None) };
                let what = Waiting::Fact {
                    document: DocumentName { code, ordinal },
                    record_kind: kind,
                    version: record.version,
                    document_type,
                    field,
                    value: fact.value.clone(),
                    doubts: fact.doubts.clone(),
                    others: fact.others.clone(),
                };
                let kind = if fact.status == FieldStatus::Absent { PendingKind::Absent } else { PendingKind::Doubtful };
                Ok(Some(PendingItem { kind, since, days, batch: Some(batch), what }))
            }
        }
    }
}

/// Where a file lies now.
pub(super) fn place_of(file: &WaitingFile) -> PathBuf {
    file.moved_to.as_ref().map_or_else(|| Path::new(&file.inbox).join(&file.path), PathBuf::from)
}

/// Whether somebody has taken a file away, which settles it: from the inbox, or out of the quarantine. Where
/// its folder is not there at all, a share may be away.
fn is_gone(file: &WaitingFile) -> bool {
    let folder = file.moved_to.as_ref().map_or(Path::new(&file.inbox), |to| Path::new(to).parent().unwrap_or(Path::new("")));
    let is_there = place_of(file).symlink_metadata().is_ok();
    !is_there && (folder.is_dir() || file.moved_to.is_some())
}

/// The moments between which a day lies.
fn day_of(day: Date, settings: &Settings) -> (Option<OffsetDateTime>, Option<OffsetDateTime>) {
    let offset = settings.general.local(OffsetDateTime::UNIX_EPOCH).offset();
    let from = day.midnight().assume_offset(offset);
    (Some(from), from.checked_add(Duration::DAY))
}

/// An inbox as it may have been typed.
fn spellings(inbox: &Path) -> Vec<String> {
    let absolute = std::path::absolute(inbox).ok();
    let canonical = inbox.canonicalize().ok();
    let mut all: Vec<String> = [Some(inbox.to_owned()), absolute, canonical]
        .into_iter()
        .flatten()
        .map(|path| path.display().to_string().trim_end_matches('/').to_owned())
        .flat_map(|path| [format!("{path}/"), path])
        .collect();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_place_in_a_list_comes_back_as_it_was_written() {
        let since = datetime!(2026-11-24 08:30 UTC);
        let field = Key::Field("H38.16-230706-0012".into(), "result", 3, "issue_date");
        for key in [field, Key::File("/hộp đến".into(), "a|b/c.pdf".into()), Key::Dossier("H38.16-230706-0012".into())] {
            let cursor = PendingCursor { since, key };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for wrong in
            ["", "x", "2026-11-24T08:30:00Z", "2026-11-24T08:30:00Z|a|dossier|x|number", "2026-11-24T08:30:00Z|a|b|1|number"]
        {
            assert_eq!(wrong.parse::<PendingCursor>(), Err(NotACursor), "{wrong}");
        }
    }
}
