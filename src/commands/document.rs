//! Moving, voiding, splitting and merging documents, and putting their pages elsewhere.

use serde::Serialize;

use crate::model::failure::Failure;
use crate::model::record::{Change, DocumentName, Record};
use crate::pipeline::batch;
pub(crate) use crate::pipeline::batch::{DocumentOrder, DocumentWork};
use crate::pipeline::progress::Progress;
use crate::repository::Repository;
use crate::settings::Settings;

/// What came of a change to a document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct DocumentsView {
    /// The document that was meant.
    pub document: DocumentName,
    /// The new versions, that of its own record first.
    pub records: Vec<Record>,
    /// Documents that were made or came to another dossier.
    pub made: Vec<DocumentName>,
}

/// Carries out `order` in the name that `repository` was opened in.
///
/// # Errors
/// See [`batch::change_document`].
pub(crate) fn change(
    repository: &Repository,
    settings: &Settings,
    order: &DocumentOrder,
    progress: &dyn Progress,
) -> Result<DocumentsView, Failure> {
    let records = batch::change_document(repository, settings, order, progress)?;
    let change = records.first().and_then(|record| record.change.as_ref());
    let with = match change {
        Some(Change::Documents(change)) => change.with.clone(),
        _ => Vec::new(),
    };
    let is_there = |document: &DocumentName| {
        let of = records.iter().filter(|record| record.dossier_code == document.code);
        of.flat_map(|record| &record.documents).any(|one| one.ordinal == document.ordinal)
    };
    let made = with.into_iter().map(|place| DocumentName { code: place.dossier_code, ordinal: place.ordinal });
    Ok(DocumentsView { document: order.document.clone(), made: made.filter(is_there).collect(), records })
}
