//! Writing manifests of what is new.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::model::failure::Failure;
use crate::model::ids::Sha256;
use crate::pipeline::bundle::{self, BundleOrder};
pub(crate) use crate::pipeline::bundle::{BundleForm, Bundled};
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
    let written = pipeline::export(repository, settings, settings.general.now())?;
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

/// Which manifests are bundled, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BundleWish {
    /// The folder, or a ZIP file where the name ends in `.zip`.
    pub to: PathBuf,
    /// The first manifest.
    pub first: u64,
    /// The last one; the newest if none is named.
    pub last: Option<u64>,
    /// Most millions of bytes in a part.
    pub part_megabytes: Option<u64>,
    /// Most millions of bytes in a sealed file; a larger one is given in pieces.
    pub file_megabytes: Option<u64>,
}

impl BundleWish {
    fn form(&self) -> BundleForm {
        let is_zip = self.to.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        if is_zip { BundleForm::Zip } else { BundleForm::Folder }
    }
}

/// Makes a bundle of manifests and the files in them, or goes on with one that was broken off.
///
/// # Errors
/// As [`bundle::bundle`].
pub(crate) fn bundle(repository: &Repository, settings: &Settings, wish: &BundleWish) -> Result<Bundled, Failure> {
    let bytes = |megabytes: u64| megabytes.saturating_mul(1_000_000);
    let (part_bytes, file_bytes) = (wish.part_megabytes.map(bytes), wish.file_megabytes.map(bytes));
    let to: &Path = &wish.to;
    let order = BundleOrder { to, form: wish.form(), first: wish.first, last: wish.last, part_bytes, file_bytes };
    bundle::bundle(repository, &order, settings.general.now())
}
