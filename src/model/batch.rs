//! One run over an inbox, and the ledger that must balance at its end.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::codes::DossierCode;
use super::dossier::RecordKind;
use super::failure::{Failure, FailureCode};
use super::field::{Doubt, FieldName};
use super::ids::{BatchId, RecipeId};
use super::page::StageTimes;
use super::quality::PoorPage;
use super::recipe::EngineIdentity;
use super::record::Record;
use super::register::DossierDifferences;

/// Where a page of a batch ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageOutcome {
    /// In a sealed record.
    Sealed,
    /// It only parted documents from one another.
    Separator,
    /// Nothing is on it: set aside.
    Blank,
    /// A person has to decide.
    Waiting,
    /// It could not be taken in.
    Refused,
}

impl PageOutcome {
    /// All outcomes, in the order of the ledger.
    pub const ALL: [Self; 5] = [Self::Sealed, Self::Separator, Self::Blank, Self::Waiting, Self::Refused];

    /// The name as it stands in JSON and in the catalog.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Separator => "separator",
            Self::Blank => "blank",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
        }
    }
}

/// The state of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// In work, or the program was killed and nobody ran it since.
    Running,
    /// Came to its end and balances.
    Finished,
    /// Came to its end and does not balance, or could not go on.
    Failed,
    /// The program died in it; a later run took its work over.
    Interrupted,
}

impl BatchState {
    /// The name as it stands in JSON and in the catalog.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Pages of a batch by outcome. A file that cannot be opened counts as one refused page, since
/// nobody can tell how many it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Ledger {
    /// Pages taken up, counted when their files were opened.
    pub scanned: u64,
    /// In a sealed record.
    pub sealed: u64,
    /// Only parted documents.
    pub separators: u64,
    /// Set aside as blank.
    pub blank: u64,
    /// Wait for a person.
    pub waiting: u64,
    /// Could not be taken in.
    pub refused: u64,
}

impl Ledger {
    /// Adds `pages` to the count of `outcome`.
    pub fn count(&mut self, outcome: PageOutcome, pages: u64) {
        let counter = match outcome {
            PageOutcome::Sealed => &mut self.sealed,
            PageOutcome::Separator => &mut self.separators,
            PageOutcome::Blank => &mut self.blank,
            PageOutcome::Waiting => &mut self.waiting,
            PageOutcome::Refused => &mut self.refused,
        };
        *counter += pages;
    }

    /// Whether every page scanned ended up somewhere.
    pub fn balances(&self) -> bool {
        self.scanned == self.sealed + self.separators + self.blank + self.waiting + self.refused
    }
}

/// One dossier in a batch's report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DossierLine {
    /// Its code.
    pub code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Version sealed in this batch.
    pub version: u32,
    /// Documents in it.
    pub documents: u32,
    /// Pages in its sealed files.
    pub pages: u32,
    /// Fields that a person has to confirm.
    pub fields_to_confirm: u32,
}

impl DossierLine {
    /// What a report tells of this record.
    pub(crate) fn of(record: &Record) -> Self {
        let fields = record.documents.iter().flat_map(|document| document.fields.values());
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            code: record.dossier_code.clone(),
            kind: record.kind,
            version: record.version,
            documents: count(record.documents.len()),
            pages: record.sealed_pages(),
            fields_to_confirm: count(fields.filter(|field| field.status.is_open()).count()),
        }
    }
}

/// One file that waits or was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExceptionLine {
    /// Waiting or refused.
    pub outcome: PageOutcome,
    /// The file's path in the inbox.
    pub path: String,
    /// Pages concerned.
    pub pages: u64,
    /// Why, and what to do.
    pub failure: Failure,
    /// Where the file lies now, if it was moved.
    pub moved_to: Option<String>,
    /// Its pages that are too poor to stand for the paper, with reasons and pictures.
    pub poor_pages: Vec<PoorPage>,
}

/// A page that looks like one before it in the same document: the sheet may have gone through the
/// scanner twice. Nothing is done about it, since copies with and without a note are both kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RepeatedPage {
    /// The sealed file's name.
    pub file: String,
    /// The page, from 1.
    pub page: u32,
    /// The page before it that it looks like.
    pub like: u32,
}

/// A page set aside as blank in a file with other pages: a faint note may be on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlankPage {
    /// The file's path in the inbox.
    pub path: String,
    /// The page, from 1.
    pub page: u32,
    /// Where a small picture of it lies, if one could be made.
    pub picture: Option<String>,
}

/// A sealed page of which little could be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LittleRead {
    /// The sealed file's name.
    pub file: String,
    /// The page, from 1.
    pub page: u32,
    /// Mean confidence of what was read, from 0 to 1; 0 if nothing was.
    pub confidence: f64,
    /// Letters seen in lines of which little was read.
    pub unread_letters: u32,
}

/// A file in which other files lie, which are in no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttachedFiles {
    /// The file's path in the inbox.
    pub path: String,
    /// Names of the files in it.
    pub names: Vec<String>,
}

/// What a note on a page says. No page shows it, so it is in no sealed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PageNote {
    /// The file's path in the inbox.
    pub path: String,
    /// Number of the page, from 1.
    pub page: u32,
    /// Its text.
    pub text: String,
}

/// A fact of a sealed document that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenFact {
    /// The sealed file's name.
    pub file: String,
    /// Which fact.
    pub field: FieldName,
    /// [`FailureCode::FactMissing`] or [`FailureCode::FactDoubtful`].
    pub code: FailureCode,
    /// What speaks against the value that was found.
    pub doubts: Vec<Doubt>,
}

/// Identity cards of different owners in one dossier: one of them may have gone astray.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CardOwners {
    /// The dossier.
    pub code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// How many owners. Their numbers are for those who may see the cards.
    pub owners: u32,
}

/// A cover sheet that tells of another number of sheets than were scanned behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SheetCount {
    /// The scan's name.
    pub scan: String,
    /// The dossier.
    pub code: DossierCode,
    /// Sheets that the cover sheet tells of.
    pub told: u32,
    /// Pages behind it; twice as many as sheets where both sides were scanned.
    pub found: u32,
}

/// What a batch cost.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// Seconds from start to end.
    pub wall_seconds: f64,
    /// Processor seconds of the program and its workers.
    pub cpu_seconds: f64,
    /// Pages read by the engine in this batch; the rest were read before.
    pub pages_read: u64,
    /// Largest memory of the program, in MiB.
    pub peak_memory_mib: f64,
    /// Largest memory of any one worker, in MiB.
    pub peak_worker_memory_mib: f64,
    /// Bytes of scans taken in.
    pub bytes_in: u64,
    /// Bytes of sealed files written.
    pub bytes_out: u64,
    /// Processor time by stage, in microseconds.
    #[schemars(with = "std::collections::BTreeMap<String, u64>")]
    pub stages: StageTimes,
}

/// The report of one batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BatchReport {
    /// Its number.
    pub batch: BatchId,
    /// Where it stands.
    pub state: BatchState,
    /// The folder that was scanned.
    pub inbox: String,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub started_at: OffsetDateTime,
    /// When it ended, if it did.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub ended_at: Option<OffsetDateTime>,
    /// The engine that read.
    pub engine: EngineIdentity,
    /// How it read.
    pub recipe: RecipeId,
    /// Pages by outcome.
    pub ledger: Ledger,
    /// Files left alone because an earlier batch finished with them.
    pub unchanged_files: u64,
    /// Files left for the next run: temporary, hidden or still growing.
    pub left_files: u64,
    /// Dossiers sealed.
    pub dossiers: Vec<DossierLine>,
    /// Files that wait or were refused.
    pub exceptions: Vec<ExceptionLine>,
    /// Batches of this inbox that died right before this one and refused files, which no other report tells of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interrupted: Vec<InterruptedBatch>,
    /// Files on which nothing was found: set aside whole, in no record.
    pub blank_files: Vec<String>,
    /// Files whose pages are, pixel for pixel, those of a document that was sealed before: they are
    /// not sealed again, and their pages are not counted.
    #[serde(default)]
    pub duplicate_files: Vec<String>,
    /// Pages that look like one before them, in the records sealed in this batch.
    #[serde(default)]
    pub repeated_pages: Vec<RepeatedPage>,
    /// Pages set aside as blank in files with other pages.
    #[serde(default)]
    pub blank_pages: Vec<BlankPage>,
    /// Pages sealed in this batch of which little could be read.
    #[serde(default)]
    pub little_read: Vec<LittleRead>,
    /// Files in which others lie, which were not sealed.
    #[serde(default)]
    pub attachments: Vec<AttachedFiles>,
    /// What notes on pages say, which were not sealed.
    #[serde(default)]
    pub notes: Vec<PageNote>,
    /// Files of nothing but sheets that part papers.
    #[serde(default)]
    pub separator_files: Vec<String>,
    /// Facts that wait for a person, in the records sealed in this batch.
    #[serde(default)]
    pub open_facts: Vec<OpenFact>,
    /// Records sealed in this batch with identity cards of different owners.
    #[serde(default)]
    pub card_owners: Vec<CardOwners>,
    /// Cover sheets that tell of other numbers of sheets than were scanned.
    #[serde(default)]
    pub sheet_counts: Vec<SheetCount>,
    /// Dossiers of the batch whose papers and the register disagree, as things stand now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<DossierDifferences>,
    /// What it cost.
    pub cost: Cost,
    /// The manifest that was written at its end, if there was something new.
    pub manifest: Option<String>,
}

/// A batch that died, and what it did that the one that went on with its work does not do again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InterruptedBatch {
    /// Its number.
    pub batch: BatchId,
    /// Files that it refused, out of the way of the batches after it.
    pub refused_files: u64,
}

impl BatchReport {
    /// Whether every file was sealed, was there before or had nothing on it.
    pub fn is_without_exceptions(&self) -> bool {
        self.exceptions.is_empty() && self.interrupted.is_empty()
    }

    /// Number of files by failure code.
    pub fn failures_by_code(&self) -> BTreeMap<FailureCode, u64> {
        let mut counts = BTreeMap::new();
        for line in &self.exceptions {
            *counts.entry(line.failure.code).or_insert(0) += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_page_unbalances_the_ledger() {
        let mut ledger = Ledger { scanned: 5, ..Ledger::default() };
        for outcome in PageOutcome::ALL {
            assert!(!ledger.balances());
            ledger.count(outcome, 1);
        }
        assert!(ledger.balances());
        ledger.count(PageOutcome::Sealed, 1);
        assert!(!ledger.balances(), "a page counted twice");
    }
}
