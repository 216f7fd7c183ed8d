//! What procedures demand.

use crate::model::register::{ComponentEntry, RegisterDossier};
use crate::repository::{MOST_COMPONENTS, Repository, RepositoryError};

/// What the procedure of a dossier demands.
pub(super) fn demanded(repository: &Repository, entry: &RegisterDossier) -> Result<Vec<ComponentEntry>, RepositoryError> {
    let Some(procedure) = &entry.procedure else { return Ok(Vec::new()) };
    repository.catalog.register_components(procedure, MOST_COMPONENTS)
}
