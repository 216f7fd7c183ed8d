//! What procedures demand, and whether it was handed in.

use crate::model::dossier::RecordKind;
use crate::model::field::FieldName;
use crate::model::record::Record;
use crate::model::register::{ComponentEntry, RegisterDossier};
use crate::repository::{Repository, RepositoryError};

/// Components of one procedure, more than any demands.
const MOST_COMPONENTS: usize = 500;

/// What the procedure of a dossier demands.
pub(super) fn demanded(repository: &Repository, entry: &RegisterDossier) -> Result<Vec<ComponentEntry>, RepositoryError> {
    let Some(procedure) = &entry.procedure else { return Ok(Vec::new()) };
    repository.catalog.register_components(procedure, MOST_COMPONENTS)
}

/// Whether a document of this type was handed in.
pub(super) fn has_component<'a>(records: impl Iterator<Item = &'a Record>, wanted: &str) -> bool {
    let mut handed_in = records.filter(|record| record.kind == RecordKind::Dossier).flat_map(|record| &record.documents);
    handed_in.any(|document| {
        let field = document.fields.get(&FieldName::DocumentType);
        field.is_some_and(|field| field.status.has_value() && field.value == wanted)
    })
}
