//! Writing manifests of what is new.

use std::path::PathBuf;

use serde::Serialize;

use crate::model::failure::Failure;
use crate::model::ids::Sha256;
use crate::pipeline::export as pipeline;
use crate::repository::Repository;
use crate::settings::Settings;

/// What was exported. The last manifest stands alone, too, as when there was never more than one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Exported {
    /// Where the last one lies; null if there was nothing new.
    pub manifest: Option<PathBuf>,
    /// All of them, by number.
    pub manifests: Vec<WrittenManifest>,
    /// The number of the last one.
    pub sequence: Option<u64>,
    /// SHA-256 of its bytes.
    pub sha256: Option<Sha256>,
}

/// A manifest that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct WrittenManifest {
    /// Where it lies.
    pub manifest: PathBuf,
    /// Its number.
    pub sequence: u64,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
}

/// Writes the manifests of all records sealed since the last one.
///
/// # Errors
/// When a manifest cannot be written; it is not released then.
pub(crate) fn export(repository: &Repository, settings: &Settings) -> Result<Exported, Failure> {
    let written = pipeline::export(repository, &settings.export, settings.general.now())?;
    let manifests: Vec<WrittenManifest> = written
        .into_iter()
        .map(|row| WrittenManifest {
            manifest: repository.exports_dir().join(row.file_name),
            sequence: row.sequence,
            sha256: row.sha256,
        })
        .collect();
    let last = manifests.last();
    Ok(Exported {
        manifest: last.map(|last| last.manifest.clone()),
        sequence: last.map(|last| last.sequence),
        sha256: last.map(|last| last.sha256),
        manifests,
    })
}
