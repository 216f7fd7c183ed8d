//! The report of a batch.

use std::path::{Path, PathBuf};

use super::register::with_differences;
use crate::model::batch::BatchReport;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::ids::BatchId;
use crate::pipeline::notices::batch_report;
use crate::repository::{Repository, exports_dir};
use crate::settings::Settings;

/// Of which batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ReportOrder {
    /// Its number; the latest if none is told.
    pub batch: Option<BatchId>,
}

/// The report of a batch as it was told at its end, with what staff are told of its papers.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is no such batch, or why the catalog cannot be read.
pub(crate) fn report(repository: &Repository, settings: &Settings, order: ReportOrder) -> Result<BatchReport, Failure> {
    let wanted = match order.batch {
        Some(batch) => Some(batch),
        None => repository.catalog.latest_batch()?,
    };
    let found = wanted.map(|batch| batch_report(repository, settings, batch)).transpose()?.flatten();
    let found = found.map(|report| with_differences(repository, settings, report)).transpose()?;
    found.ok_or_else(|| {
        let repository = || Place::file(repository.root().display());
        Failure::new(FailureCode::NotFound).at(order.batch.map_or_else(repository, |BatchId(number)| Place::Batch { number }))
    })
}

/// Where the manifest lies that a report names, in the repository at `root`.
pub(crate) fn manifest_path(root: &Path, name: &str) -> PathBuf {
    exports_dir(root).join(name)
}
