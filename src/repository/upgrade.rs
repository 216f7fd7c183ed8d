//! Bringing an older catalog up to date: what it was is kept beside it, and it can be tried on a copy first.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

pub(crate) use super::catalog::Shape;
use super::catalog::sqlite::SqliteCatalog;
use super::error::RepositoryError;
use super::{CATALOG, durable, refuse_absent};

/// How a catalog stands to the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CatalogVersion {
    /// The version of its schema.
    pub found: u32,
    /// The version that this program brings it to.
    pub known: u32,
    /// Its tables.
    pub shape: Shape,
    /// Its size.
    pub bytes: u64,
}

impl CatalogVersion {
    /// Whether nothing is to be done.
    pub(crate) fn is_current(&self) -> bool {
        self.found == self.known
    }
}

/// Looks at the catalog of the repository at `root`, and changes nothing.
///
/// # Errors
/// When there is no repository, a newer program made its catalog, or it cannot be read.
pub(crate) fn version(root: &Path) -> Result<CatalogVersion, RepositoryError> {
    refuse_absent(root)?;
    let path = root.join(CATALOG);
    let (found, known, shape) = SqliteCatalog::version(&path)?;
    let bytes = fs::metadata(&path).map_err(|error| RepositoryError::io(&path, &error))?.len();
    Ok(CatalogVersion { found, known, shape, bytes })
}

/// Brings a copy of the catalog up to date, and returns the tables that it has then. The copy lies in the
/// system's folder for temporary files (`TMPDIR`) and goes again.
///
/// # Errors
/// As for [`version`]; or why it cannot be brought up to date.
pub(crate) fn try_on_copy(root: &Path) -> Result<Shape, RepositoryError> {
    refuse_absent(root)?;
    SqliteCatalog::open_copy(&root.join(CATALOG))?.shape()
}

/// Where the catalog of version `found` is kept once it was brought up to date.
pub(crate) fn kept_catalog(root: &Path, found: u32) -> PathBuf {
    root.join(format!("catalog.v{found}.sqlite"))
}

/// Keeps the catalog as it is beside itself, if it is about to be brought up to date. Nobody else may be
/// writing.
pub(super) fn keep_before(root: &Path) -> Result<(), RepositoryError> {
    let path = root.join(CATALOG);
    if !fs::metadata(&path).is_ok_and(|file| file.len() > 0) {
        return Ok(());
    }
    let (found, known, _) = SqliteCatalog::version(&path)?;
    // Version 0 is a file that was only just made.
    if found == 0 || found >= known {
        return Ok(());
    }
    let kept = kept_catalog(root, found);
    let unfinished = kept.with_extension("sqlite.new");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(RepositoryError::io(&unfinished, &error)),
        _ => {}
    }
    SqliteCatalog::copy(&path, &unfinished)?;
    let synced = File::open(&unfinished).and_then(|file| file.sync_all()).and_then(|()| fs::rename(&unfinished, &kept));
    synced.map_err(|error| RepositoryError::io(&kept, &error))?;
    durable::sync_dir(root)
}
