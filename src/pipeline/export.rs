//! Writes the manifest of all records sealed since the last one.
//!
//! A manifest is prepared in the catalog with its whole content before its file is written, and
//! released after. Whoever dies in between leaves a prepared manifest, which the next export
//! finishes byte for byte.

use std::fs;

use sha2::{Digest, Sha256 as Sha256Hasher};
use time::OffsetDateTime;

use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::Sha256;
use crate::repository::{ManifestRow, ManifestState, Repository};
use crate::stages::publish;

/// Exports what is new. `None` when there is nothing.
///
/// # Errors
/// When the manifest does not fit its schema or can not be written; nothing is released then.
pub fn export(repository: &Repository, now: OffsetDateTime) -> Result<Option<ManifestRow>, Failure> {
    let catalog = &repository.catalog;
    for row in catalog.manifests()? {
        // The catalog keeps what was released: a lost file comes back byte for byte.
        let lost = row.state == ManifestState::Released && !repository.exports_dir().join(&row.file_name).exists();
        if lost {
            release(repository, row)?;
        }
    }
    let mut finished = None;
    let mut last = catalog.last_manifest()?;
    if let Some(row) = last.take_if(|row| row.state == ManifestState::Prepared) {
        finished = Some(release(repository, row)?);
    }
    let records = catalog.unexported()?;
    if records.is_empty() {
        return Ok(finished);
    }
    // Read after the records: it then stands for the sealing of all of them.
    let acts = catalog
        .act_head()?
        .ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged).because("there are records, and no act that sealed them"))?;
    let last = catalog.last_manifest()?;
    let sequence = last.as_ref().map_or(1, |row| row.sequence.saturating_add(1));
    let ids: Vec<_> = records.iter().map(|record| record.id).collect();
    let manifest = publish::build(sequence, last.map(|row| row.sha256), acts, now, records);
    let content = publish::canonical_json(&manifest)?;
    publish::validate(&content)?;
    let row = ManifestRow {
        sequence,
        sha256: sha256_of(&content),
        bytes_len: content.len() as u64,
        state: ManifestState::Prepared,
        created_at: now,
        file_name: publish::file_name(sequence),
    };
    catalog.prepare_manifest(&row, &content, &ids)?;
    release(repository, row).map(Some)
}

fn release(repository: &Repository, row: ManifestRow) -> Result<ManifestRow, Failure> {
    let content = repository
        .catalog
        .manifest_content(row.sequence)?
        .ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged).at(&row.file_name))?;
    let path = repository.exports_dir().join(&row.file_name);
    // A manifest is never changed; one that is there is ours, or something is very wrong.
    if fs::read(&path).is_ok_and(|there| there != content) {
        let cause = "another manifest of this number was released before";
        return Err(Failure::new(FailureCode::RepositoryDamaged).at(path.display()).because(cause));
    }
    repository.write_file(&path, &content)?;
    repository.catalog.release_manifest(row.sequence)?;
    Ok(ManifestRow { state: ManifestState::Released, ..row })
}

/// The SHA-256 of these bytes.
pub fn sha256_of(bytes: &[u8]) -> Sha256 {
    Sha256::from_bytes(Sha256Hasher::digest(bytes).into())
}
