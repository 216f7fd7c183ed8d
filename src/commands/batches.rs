//! Batches, the newest first.

use schemars::JsonSchema;
use serde::Serialize;
use time::OffsetDateTime;

use super::access::Repository;
use crate::model::batch::{BatchState, Ledger};
use crate::model::failure::Failure;
use crate::model::ids::BatchId;

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
    pub exceptions: usize,
    /// Dossiers sealed.
    pub dossiers: usize,
}

/// The newest batches, at most so many.
///
/// # Errors
/// What the repository says.
pub(crate) fn list(repository: &Repository, most: usize) -> Result<Vec<BatchLine>, Failure> {
    let rows = repository.catalog.batch_rows()?;
    let mut lines = Vec::new();
    for row in rows.iter().rev().take(most) {
        lines.extend(line(repository, row.id)?);
    }
    Ok(lines)
}

/// One batch; none if there is no such batch.
///
/// # Errors
/// What the repository says.
pub(crate) fn line(repository: &Repository, batch: BatchId) -> Result<Option<BatchLine>, Failure> {
    let report = repository.catalog.batch_report(batch)?;
    Ok(report.map(|report| BatchLine {
        batch: report.batch,
        state: report.state,
        started_at: report.started_at,
        ended_at: report.ended_at,
        ledger: report.ledger,
        exceptions: report.exceptions.len(),
        dossiers: report.dossiers.len(),
    }))
}
