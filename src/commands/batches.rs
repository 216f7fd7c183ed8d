//! Batches, the newest first.

use schemars::JsonSchema;
use serde::Serialize;
use time::OffsetDateTime;

use super::access::Repository;
use crate::model::batch::{BatchState, Ledger};
use crate::model::failure::Failure;
use crate::model::ids::BatchId;
use crate::repository::BatchSummary;

/// A batch in a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct BatchLine {
    /// Its number.
    pub batch: BatchId,
    /// Where it stands.
    pub state: BatchState,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub started_at: OffsetDateTime,
    /// When it ended, if it did.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub ended_at: Option<OffsetDateTime>,
    /// Pages by outcome.
    pub ledger: Ledger,
    /// Files that wait or were refused.
    pub exceptions: u64,
    /// Dossiers sealed.
    pub dossiers: u64,
}

/// The newest batches, at most so many.
///
/// # Errors
/// What the repository says.
pub(crate) fn list(repository: &Repository, most: usize) -> Result<Vec<BatchLine>, Failure> {
    Ok(repository.catalog.batch_summaries(None, most)?.into_iter().map(BatchLine::from).collect())
}

/// One batch; none if there is no such batch.
///
/// # Errors
/// What the repository says.
pub(crate) fn line(repository: &Repository, batch: BatchId) -> Result<Option<BatchLine>, Failure> {
    let found = repository.catalog.batch_summaries(Some(batch), 1)?.into_iter().find(|summary| summary.batch == batch);
    Ok(found.map(BatchLine::from))
}

impl From<BatchSummary> for BatchLine {
    fn from(summary: BatchSummary) -> Self {
        let BatchSummary { batch, state, started_at, ended_at, ledger, exceptions, records } = summary;
        Self { batch, state, started_at, ended_at, ledger, exceptions, dossiers: records }
    }
}
