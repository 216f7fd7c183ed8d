//! The electronic repository ("kho dữ liệu điện tử"): what the program keeps for ever.
//!
//! Three parts, written in this order so that a crash leaves at worst an orphan blob:
//! [`blobs`] (files named by their content), then [`catalog`] (SQLite, one transaction for each
//! step), then [`index`] (full text; it can be rebuilt from the catalog at any time).

pub mod blobs;
pub mod catalog;
mod durable;
pub mod error;
pub mod index;
mod lock;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::act::{Actor, Warrant};
pub use blobs::{BlobFile, BlobState, BlobStore, PutError, StoredBlob};
pub use catalog::{
    ActRow, Assignment, BatchEnd, BatchRow, Catalog, DocumentRow, Entry, ManifestRow, ManifestState, NewBatch, RecordRow,
    Sighting,
};
pub use durable::sync_dir;
pub use error::RepositoryError;
pub use index::{Answer, Counting, FacetValue, Facets, Fit, Hit, Index, Meant, Query, Snippet, SortBy, Tones};
use lock::RunLock;

/// Version of the folder layout. The catalog counts its own schema versions.
const FORMAT: i64 = 1;
const MARKER: &str = "sohoa-repository.json";
/// Rights of files that people may clear away, before the umask.
const FILE_MODE: u32 = 0o666;
const LOCK: &str = "lock";
const CATALOG: &str = "catalog.sqlite";

/// What the marker file says.
#[derive(Serialize, Deserialize)]
struct Marker {
    format: i64,
}

/// An opened repository.
#[derive(Debug)]
pub struct Repository {
    root: PathBuf,
    /// The files.
    pub blobs: BlobStore,
    /// What is known of the files.
    pub catalog: Catalog,
    /// Held as long as the repository is open for writing; none for readers.
    _lock: Option<RunLock>,
}

impl Repository {
    /// Opens the repository at `root` for writing, and makes it if the folder is empty or absent.
    ///
    /// Keeps other writers out until the value is dropped or the process dies, brings an older
    /// catalog up to date and removes what a killed run left in `tmp/`.
    ///
    /// # Errors
    /// `Locked` while another process writes, `Missing` if the folder holds other things than a
    /// repository, `Newer` if a newer program made it, or what the disk says.
    pub fn create_or_open(root: &Path) -> Result<Self, RepositoryError> {
        durable::create_dir_all(root)?;
        refuse_foreign_folder(root)?;
        let lock = RunLock::take(&root.join(LOCK))?;
        refuse_lost_catalog(root)?;
        if read_marker(root)?.is_none() {
            let marker = serde_json::to_vec(&Marker { format: FORMAT }).map_err(|e| RepositoryError::storage(root, e))?;
            durable::write_file(&root.join(MARKER), &marker)?;
        }
        for folder in ["blobs", "tmp", "index", "exports", "quarantine", "exceptions"] {
            durable::create_dir_all(&root.join(folder))?;
        }
        empty_folder(&root.join("tmp"))?;
        let catalog = Catalog::create_or_open(&root.join(CATALOG), account_warrant())?;
        Ok(Self { blobs: BlobStore::new(root), catalog, root: root.to_owned(), _lock: Some(lock) })
    }

    /// Opens the repository at `root` for reading, also while another process writes to it.
    ///
    /// A catalog of an older version is first brought up to date, for which nobody else may be
    /// writing.
    ///
    /// # Errors
    /// `Missing` if there is no repository, `Newer` if a newer program made it, `Damaged` if its
    /// catalog is gone or unreadable, or what the disk says.
    pub fn open(root: &Path) -> Result<Self, RepositoryError> {
        let place = || root.display().to_string();
        if read_marker(root)?.is_none() {
            return Err(RepositoryError::Missing { place: place(), cause: format!("it holds no {MARKER}") });
        }
        let path = root.join(CATALOG);
        if !path.is_file() {
            return Err(RepositoryError::Damaged { place: path.display().to_string(), cause: "the catalog is missing".into() });
        }
        let catalog = match Catalog::open(&path)? {
            Some(catalog) => catalog,
            None => {
                let _lock = RunLock::take(&root.join(LOCK))?;
                Catalog::create_or_open(&path, account_warrant())?
            }
        };
        Ok(Self { blobs: BlobStore::new(root), catalog, root: root.to_owned(), _lock: None })
    }

    /// Whatever is written from now on is done in the name of this person, if one is told, and for
    /// this reason. The account that the program runs under is noted in any case.
    #[must_use]
    pub fn in_name_of(mut self, by: Option<&str>, reason: Option<&str>) -> Self {
        let Warrant { actor: Actor { account, .. }, .. } = account_warrant();
        let told = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let actor = Actor { account, by: by.and_then(told) };
        self.catalog.act_for(Warrant { actor, reason: reason.and_then(told) });
        self
    }

    /// Whether `folder` is the top of a repository.
    pub fn is_at(folder: &Path) -> bool {
        folder.join(MARKER).is_file()
    }

    /// The repository's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the files named by their content lie.
    pub fn blobs_dir(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// Where manifests are released.
    pub fn exports_dir(&self) -> PathBuf {
        self.root.join("exports")
    }

    /// Where refused files are put.
    pub fn quarantine_dir(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    /// Where small pictures of pages lie that a person has to look at.
    pub fn exceptions_dir(&self) -> PathBuf {
        self.root.join("exceptions")
    }

    /// Where unfinished files lie; emptied when a writer opens the repository.
    pub fn tmp_dir(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Writes a file inside the repository as a whole, with the folders that lead to it: after a loss
    /// of power `path` holds all of `content` or what it held before. Unfinished it lies in `tmp/`.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write_file(&self, path: &Path, content: &[u8]) -> Result<(), RepositoryError> {
        if let Some(folder) = path.parent() {
            durable::create_dir_all(folder)?;
        }
        let tmp = self.tmp_dir();
        let mut file = durable::new_file(&tmp, FILE_MODE)?;
        file.write_all(content).map_err(|error| RepositoryError::io(&tmp, &error))?;
        durable::publish(file, path)
    }

    /// Where the search index lies (see [`Index`]).
    pub fn index_dir(&self) -> PathBuf {
        self.root.join("index")
    }
}

/// The account that the program runs under, for no reason given.
fn account_warrant() -> Warrant {
    let uid = nix::unistd::geteuid();
    // The name can be unknown, as in containers.
    let name = nix::unistd::User::from_uid(uid).ok().flatten().map(|user| user.name);
    Warrant { actor: Actor { account: name.unwrap_or_else(|| format!("uid {uid}")), by: None }, reason: None }
}

/// Reads the marker; none if there is none.
fn read_marker(root: &Path) -> Result<Option<Marker>, RepositoryError> {
    let path = root.join(MARKER);
    let content = match fs::read(&path) {
        Ok(content) => content,
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(RepositoryError::io(&path, &error)),
    };
    let marker: Marker = serde_json::from_slice(&content)
        .map_err(|error| RepositoryError::Damaged { place: path.display().to_string(), cause: error.to_string() })?;
    if marker.format > FORMAT {
        return Err(RepositoryError::Newer { place: root.display().to_string(), found: marker.format, known: FORMAT });
    }
    Ok(Some(marker))
}

/// A mistyped path must not fill somebody's own folder with ours.
fn refuse_foreign_folder(root: &Path) -> Result<(), RepositoryError> {
    if root.join(MARKER).exists() {
        return Ok(());
    }
    for entry in fs::read_dir(root).map_err(|e| RepositoryError::io(root, &e))? {
        let name = entry.map_err(|e| RepositoryError::io(root, &e))?.file_name();
        // Our own first two files, if we were killed right after making them, and what every
        // ext4 volume has at its top.
        let harmless = [LOCK, "lost+found"].iter().any(|known| name == *known) || durable::is_leftover(&name, MARKER);
        if !harmless {
            let cause = format!("it holds no {MARKER} but other things, such as {}", Path::new(&name).display());
            return Err(RepositoryError::Missing { place: root.display().to_string(), cause });
        }
    }
    Ok(())
}

/// A repository that holds files but no catalog has lost it: a new one would give out numbers of
/// manifests and documents a second time.
fn refuse_lost_catalog(root: &Path) -> Result<(), RepositoryError> {
    let path = root.join(CATALOG);
    let is_there = fs::metadata(&path).is_ok_and(|file| file.len() > 0);
    let holds = |folder: &str| fs::read_dir(root.join(folder)).is_ok_and(|mut entries| entries.next().is_some());
    if is_there || !["blobs", "exports"].into_iter().any(holds) {
        return Ok(());
    }
    let cause = "the catalog is missing, and there are files that it should know".to_owned();
    Err(RepositoryError::Damaged { place: path.display().to_string(), cause })
}

/// Removes all that lies in `folder`.
fn empty_folder(folder: &Path) -> Result<(), RepositoryError> {
    for entry in fs::read_dir(folder).map_err(|e| RepositoryError::io(folder, &e))? {
        let entry = entry.map_err(|e| RepositoryError::io(folder, &e))?;
        let path = entry.path();
        let is_folder = entry.file_type().map_err(|e| RepositoryError::io(&path, &e))?.is_dir();
        let removed = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(|e| RepositoryError::io(&path, &e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
