//! Putting pages into a sealed document, or one in the place of another.

use std::path::PathBuf;

use super::records::find_records;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::record::{PageAction, Record};
use crate::pipeline::batch;
use crate::pipeline::progress::Progress;
use crate::repository::Repository;
use crate::settings::Settings;
pub use crate::stages::assemble::Acceptance;

/// What is done to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOrder {
    /// The code of its dossier, in whatever letters.
    pub code: String,
    /// Its record; if not told, the one that has a document of this number, what was handed in first.
    pub kind: Option<RecordKind>,
    /// Its number in the dossier.
    pub ordinal: u32,
    /// The place in its sealed file, from 1, before which pages are put in or that is replaced.
    pub page: u32,
    /// Which of the two.
    pub action: PageAction,
    /// The scan that brings the pages. It stays where it is.
    pub scan: PathBuf,
    /// Whether the pages are taken however poor their picture is.
    pub acceptance: Acceptance,
}

/// Changes a document and returns the new version of its record.
///
/// # Errors
/// [`FailureCode::NotFound`](crate::model::failure::FailureCode::NotFound) when there is no such dossier, document
/// or page. Otherwise why the scan cannot be used: nothing is changed then.
pub fn change_pages(
    repository: &Repository,
    settings: &Settings,
    order: &PageOrder,
    progress: &dyn Progress,
) -> Result<Record, Failure> {
    let (code, _) = find_records(repository, &order.code)?;
    let PageOrder { kind, ordinal, page, action, ref scan, acceptance, .. } = *order;
    let order = batch::PageOrder { code, kind, ordinal, page, action, scan: scan.clone(), acceptance };
    batch::change_pages(repository, settings, &order, progress)
}
