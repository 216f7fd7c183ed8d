//! Batches, their ledger and report.

use time::OffsetDateTime;

use crate::model::batch::{BatchReport, BatchState, Cost, ExceptionLine, Ledger, PageOutcome};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::ids::{BatchId, BlobId, RecipeId};
use crate::model::quality::PoorPage;
use crate::model::recipe::EngineIdentity;
use crate::model::record::Record;
use crate::repository::error::RepositoryError;

/// What is known when a batch begins.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBatch {
    /// The folder that is scanned.
    pub inbox: String,
    /// When it begins.
    pub started_at: OffsetDateTime,
    /// The engine that reads.
    pub engine: EngineIdentity,
    /// How it reads.
    pub recipe: RecipeId,
    /// The program's version.
    pub program_version: String,
}

/// What is known when a batch ends.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchEnd {
    /// Finished or failed.
    pub state: BatchState,
    /// When it ended.
    pub ended_at: OffsetDateTime,
    /// Files that an earlier batch finished with.
    pub unchanged_files: u64,
    /// Files left for the next run.
    pub left_files: u64,
    /// What it cost.
    pub cost: Cost,
    /// The manifest written at its end.
    pub manifest: Option<String>,
}

/// What a list tells of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchSummary {
    /// Its number.
    pub batch: BatchId,
    /// Where it stands.
    pub state: BatchState,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// When it ended, if it did.
    pub ended_at: Option<OffsetDateTime>,
    /// Pages by outcome.
    pub ledger: Ledger,
    /// Files that wait or were refused.
    pub exceptions: u64,
    /// Records that belong to it.
    pub records: u64,
}

/// The record that a file was meant for, and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The dossier.
    pub code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// How it was read.
    pub recipe: RecipeId,
}

/// How one file of the inbox ended in a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its path in the inbox.
    pub path: String,
    /// Its blob, if it could be stored.
    pub scan: Option<BlobId>,
    /// What it was assigned to, if that was found out.
    pub assignment: Option<Assignment>,
    /// Pages it held when it was opened; 1 if it could not be opened; 0 if all its pages were sealed
    /// before from another file, so that none of them is this batch's to account for.
    pub pages: u64,
    /// Where they ended up.
    pub outcomes: Vec<(PageOutcome, u64)>,
    /// Why a person has to see to it, if so.
    pub failure: Option<Failure>,
    /// Where it lies now, if it was moved.
    pub moved_to: Option<String>,
    /// Its pages that have to be scanned again.
    pub poor_pages: Vec<PoorPage>,
}

/// Runs over inboxes, and how every file of them ended.
pub trait Batches {
    /// Begins a batch that nobody owns. Batches that never came to their end become interrupted.
    ///
    /// # Errors
    /// What the store says.
    fn begin_batch(&self, began: &NewBatch) -> Result<BatchId, RepositoryError> {
        self.begin_owned_batch(began, None, &|_| false)
    }

    /// Begins a batch of `owner`. Batches that never came to their end become interrupted, unless
    /// their owner is still at work.
    ///
    /// # Errors
    /// What the store says.
    fn begin_owned_batch(
        &self,
        began: &NewBatch,
        owner: Option<&str>,
        is_at_work: &dyn Fn(&str) -> bool,
    ) -> Result<BatchId, RepositoryError>;

    /// Batches that never came to their end and whose owner is not at work any more.
    ///
    /// # Errors
    /// What the store says.
    fn dead_batches(&self, is_at_work: &dyn Fn(&str) -> bool) -> Result<Vec<BatchId>, RepositoryError>;

    /// Notes the end of a batch.
    ///
    /// # Errors
    /// What the store says.
    fn finish_batch(&self, batch: BatchId, end: &BatchEnd) -> Result<(), RepositoryError>;

    /// Notes how one file ended, in place of what was noted of it in this batch before.
    ///
    /// # Errors
    /// What the store says.
    fn put_entry(&self, batch: BatchId, entry: &Entry) -> Result<(), RepositoryError>;

    /// The batch that began last.
    ///
    /// # Errors
    /// What the store says.
    fn latest_batch(&self) -> Result<Option<BatchId>, RepositoryError>;

    /// Every recipe that a batch read by, with its engine.
    ///
    /// # Errors
    /// What the store says.
    fn recipes(&self) -> Result<Vec<(RecipeId, EngineIdentity)>, RepositoryError>;

    /// The report of a batch, summed up from what was noted; none if there is no such batch. Of each record
    /// it tells the newest version that belongs to the batch, with what people decided since.
    ///
    /// # Errors
    /// What the store says.
    fn batch_report(&self, batch: BatchId) -> Result<Option<BatchReport>, RepositoryError>;

    /// A batch and its ledger, with nothing told of its files and records; none if there is no such batch.
    ///
    /// # Errors
    /// What the store says.
    fn batch_head(&self, batch: BatchId) -> Result<Option<BatchReport>, RepositoryError>;

    /// The files of a batch that wait or were refused, as its report tells them: at most so many behind the first
    /// `skipped`.
    ///
    /// # Errors
    /// What the store says.
    fn batch_exceptions(&self, batch: BatchId, skipped: usize, limit: usize) -> Result<Vec<ExceptionLine>, RepositoryError>;

    /// The records that the report of a batch tells of, by code and kind: at most so many behind this one.
    ///
    /// # Errors
    /// What the store says.
    fn batch_records(
        &self,
        batch: BatchId,
        after: Option<&(DossierCode, RecordKind)>,
        limit: usize,
    ) -> Result<Vec<Record>, RepositoryError>;

    /// The newest batches up to this one, or of all, at most so many, the newest first: what a list tells of them.
    ///
    /// # Errors
    /// What the store says.
    fn batch_summaries(&self, up_to: Option<BatchId>, limit: usize) -> Result<Vec<BatchSummary>, RepositoryError>;

    /// The files of a batch that could be stored: path in the inbox, scan, and whether some of its pages
    /// were blank and others not.
    ///
    /// # Errors
    /// What the store says.
    fn batch_scans(&self, batch: BatchId) -> Result<Vec<(String, BlobId, bool)>, RepositoryError>;

    /// The batch that took up a scan last, the inbox and the path where it lay, and whether it waits there
    /// for a person. The scan is told by the first digits of its id.
    ///
    /// # Errors
    /// What the store says.
    fn last_seen(&self, scan: &str) -> Result<Option<(BatchId, String, String, bool)>, RepositoryError>;

    /// Whether nothing is left to do for a scan under this assignment: it is sealed in the
    /// current version of that record by this recipe or one that reads the same, pages were put in from it by hand, or nothing
    /// but blank pages, separators and pages sealed before from another file was found in it.
    ///
    /// # Errors
    /// What the store says.
    fn is_done(&self, scan: BlobId, code: &DossierCode, kind: RecordKind, recipe: RecipeId) -> Result<bool, RepositoryError>;

    /// Whether documents of other dossiers than this were ever made from a scan.
    ///
    /// # Errors
    /// What the store says.
    fn is_source_of_others(&self, scan: BlobId, code: &DossierCode) -> Result<bool, RepositoryError>;

    /// Whether a current record has papers of this scan that were read by this recipe when its file lay
    /// at `path` in the inbox.
    ///
    /// # Errors
    /// What the store says.
    fn is_sealed(&self, scan: BlobId, path: &str, recipe: RecipeId) -> Result<bool, RepositoryError>;
}
