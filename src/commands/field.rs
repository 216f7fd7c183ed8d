//! Deciding about facts of a sealed document, several at once.

use serde::Serialize;

use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::field::{FieldName, Fields, Verdict};
use crate::model::record::DocumentName;
use crate::pipeline::batch;
pub(crate) use crate::pipeline::batch::{FieldDecision, FieldOrder, FieldsDecided, Ruling};
use crate::pipeline::progress::Progress;
use crate::repository::Repository;
use crate::settings::Settings;

/// A document's facts after decisions about them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct FieldsView {
    /// The document.
    pub document: DocumentName,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// The newest version: what was decided stands in it.
    pub version: u32,
    /// What was decided just now. Empty if all of it was so already; then no version was made.
    pub decided: std::collections::BTreeMap<FieldName, Verdict>,
    /// The facts.
    pub fields: Fields,
    /// Those that still wait for a person.
    pub open: Vec<FieldName>,
}

/// Carries out `order` in the name that `repository` was opened in.
///
/// # Errors
/// See [`batch::decide_fields`].
pub(crate) fn decide(
    repository: &Repository,
    settings: &Settings,
    order: &FieldOrder,
    progress: &dyn Progress,
) -> Result<FieldsView, Failure> {
    let FieldsDecided { record, document, decided } = batch::decide_fields(repository, settings, order, progress)?;
    let open = document.fields.iter().filter(|(_, field)| field.status.is_open()).map(|(name, _)| *name).collect();
    Ok(FieldsView {
        document: DocumentName { code: record.dossier_code, ordinal: document.ordinal },
        kind: record.kind,
        version: record.version,
        decided,
        fields: document.fields,
        open,
    })
}
