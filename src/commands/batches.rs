//! Batches, the newest first.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;
use time::OffsetDateTime;

use super::access::Repository;
use crate::model::batch::{BatchReport, BatchState, Cost, DossierLine, ExceptionLine, Ledger, OpenFact};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::ids::BatchId;
use crate::pipeline::notices::open_facts;
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

/// A batch, without what it tells of each file and dossier.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct BatchHead {
    /// What a list tells of it.
    #[serde(flatten)]
    pub line: BatchLine,
    /// The folder that was scanned.
    pub inbox: String,
    /// Files left alone because an earlier batch finished with them.
    pub unchanged_files: u64,
    /// Files left for the next run: temporary, hidden or still growing.
    pub left_files: u64,
    /// What it cost.
    pub cost: Cost,
    /// The manifest that was written at its end, if there was something new.
    pub manifest: Option<String>,
}

/// Files of a batch that wait or were refused.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ExceptionList {
    /// By path; one for each outcome of a file.
    pub exceptions: Vec<ExceptionLine>,
    /// How many come before the next list; null where there are no more.
    pub next: Option<usize>,
}

/// Dossiers of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct DossierList {
    /// By code and kind, as the batch and decisions since have left them; a later batch may have made another version.
    pub dossiers: Vec<DossierLine>,
    /// Facts of them that wait for a person.
    pub open_facts: Vec<OpenFact>,
    /// Behind what the next list begins; null where there are no more.
    #[schemars(with = "Option<String>")]
    pub next: Option<Behind>,
}

/// A place in a list of dossiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Behind(DossierCode, RecordKind);

/// Says that a text is no place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no place in a list: take what `next` says")]
pub(crate) struct NoPlace;

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.1.as_str())
    }
}

impl FromStr for Behind {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (code, kind) = text.rsplit_once('/').ok_or(NoPlace)?;
        let kind = [RecordKind::Dossier, RecordKind::Result].into_iter().find(|known| known.as_str() == kind);
        Ok(Self(code.parse().map_err(|_| NoPlace)?, kind.ok_or(NoPlace)?))
    }
}

impl Serialize for Behind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn not_found(batch: BatchId) -> Failure {
    Failure::new(FailureCode::NotFound).at(Place::Batch { number: batch.0 })
}

/// A batch.
///
/// # Errors
/// [`FailureCode::NotFound`], or what the repository says.
pub(crate) fn head(repository: &Repository, batch: BatchId) -> Result<BatchHead, Failure> {
    let line = line(repository, batch)?.ok_or_else(|| not_found(batch))?;
    let report = repository.catalog.batch_head(batch)?.ok_or_else(|| not_found(batch))?;
    let BatchReport { inbox, unchanged_files, left_files, cost, manifest, .. } = report;
    Ok(BatchHead { line, inbox, unchanged_files, left_files, cost, manifest })
}

/// Files of a batch that wait or were refused, behind the first `skipped`.
///
/// # Errors
/// What the repository says.
pub(crate) fn exceptions(repository: &Repository, batch: BatchId, skipped: usize, most: usize) -> Result<ExceptionList, Failure> {
    let mut exceptions = repository.catalog.batch_exceptions(batch, skipped, most.saturating_add(1))?;
    let has_more = exceptions.len() > most;
    exceptions.truncate(most);
    Ok(ExceptionList { next: has_more.then(|| skipped.saturating_add(most)), exceptions })
}

/// Dossiers of a batch behind a place in the list.
///
/// # Errors
/// What the repository says.
pub(crate) fn dossiers(
    repository: &Repository,
    batch: BatchId,
    after: Option<Behind>,
    most: usize,
) -> Result<DossierList, Failure> {
    let after = after.map(|Behind(code, kind)| (code, kind));
    let mut records = repository.catalog.batch_records(batch, after.as_ref(), most.saturating_add(1))?;
    let has_more = records.len() > most;
    records.truncate(most);
    let next = records.last().filter(|_| has_more).map(|last| Behind(last.dossier_code.clone(), last.kind));
    Ok(DossierList {
        open_facts: records.iter().flat_map(|record| &record.documents).flat_map(open_facts).collect(),
        dossiers: records.iter().map(DossierLine::of).collect(),
        next,
    })
}

impl From<BatchSummary> for BatchLine {
    fn from(summary: BatchSummary) -> Self {
        let BatchSummary { batch, state, started_at, ended_at, ledger, exceptions, records } = summary;
        Self { batch, state, started_at, ended_at, ledger, exceptions, dossiers: records }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_list_of_dossiers_comes_back_as_it_was_written() {
        for text in ["H38.16-230706-0012/dossier", "000.36.22.H38-230814-0962/result"] {
            assert_eq!(text.parse::<Behind>().unwrap().to_string(), text);
        }
        for wrong in ["", "/", "H38.16-230706-0012", "H38.16-230706-0012/x", "H38.16-230706-0012/dossier/"] {
            assert_eq!(wrong.parse::<Behind>(), Err(NoPlace), "{wrong}");
        }
    }
}
