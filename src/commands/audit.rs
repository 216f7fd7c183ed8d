//! Following what was done, by whom and why, and proving that it is what was written then.

use std::path::PathBuf;

use crate::model::failure::Failure;
use crate::model::ids::RecordId;
use crate::model::record::RecordName;
use crate::pipeline::audit as pipeline;
pub(crate) use crate::pipeline::audit::{Audit, GivenManifest, TakeActs};
use crate::repository::Repository;

/// What is laid along the acts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct AuditOrder {
    /// Manifests that others hold.
    pub manifests: Vec<PathBuf>,
}

/// Follows the acts of a repository, which `take` is shown some at a time, with manifests along them; without
/// a repository the manifests are laid along each other.
///
/// # Errors
/// When the acts or a file cannot be read, or what `take` says.
pub(crate) fn audit(repository: Option<&Repository>, order: &AuditOrder, take: TakeActs<'_>) -> Result<Audit, Failure> {
    pipeline::audit(repository, &order.manifests, take)
}

/// What people call the record that an act names by its id; none if it cannot be read.
pub(crate) fn record_name(repository: &Repository, id: RecordId) -> Option<RecordName> {
    let record = repository.catalog.record_row(id.as_bytes()).ok()??.record.ok()?;
    Some(RecordName { dossier_code: record.dossier_code, kind: record.kind, version: record.version })
}
