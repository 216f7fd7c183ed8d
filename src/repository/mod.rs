//! The electronic repository ("kho dữ liệu điện tử"): what the program keeps for ever.
//!
//! Three parts, written in this order so that a crash leaves at worst an orphan blob:
//! [`blobs`] (files named by their content), then [`catalog`] (SQLite, one transaction for each
//! step), then [`index`] (full text; it can be rebuilt from the catalog at any time).

pub(crate) mod backup;
pub(crate) mod blobs;
pub(crate) mod catalog;
mod digest;
mod durable;
pub(crate) mod error;
pub(crate) mod https;
pub mod index;
mod lock;
mod scratch;
pub(crate) mod sealed_box;
pub(crate) mod search;
pub(crate) mod upgrade;
pub(crate) mod upkeep;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use blobs::FileBlobs;
pub use blobs::{BlobFile, BlobState, Blobs, CopyError, LentFile, PutError, StoredBlob, digest_of};
use catalog::sqlite::SqliteCatalog;
pub use catalog::{
    Accounts, ActRow, Acts, Assignment, BatchEnd, BatchRow, BatchSummary, Batches, Catalog, Deliveries, DeliveryOrder,
    DeliveryRow, DeliveryTimes, DifferenceFilter, Differences, DocumentRow, Drafts, Entry, FileStamp, KnownFiles,
    MOST_COMPONENTS, ManifestOrder, ManifestPacker, ManifestRow, ManifestState, Manifests, NewBatch, OpenField, OpenFilter,
    Pages, Part, Pending, Placement, ReadAlike, RecordRow, Records, Register, RegisterImport, RegisterRows, Restore,
    RestoreProof, SaidReuse, Sealing, Settlements, Sighting, Sightings, Signing, Snapshot, Survey, WaitingFile, copy_settled,
    standing,
};
pub use digest::sha256_of;
pub use durable::sync_dir;
pub use error::RepositoryError;
pub use index::{
    Answer, Budget, Counting, FacetValue, Facets, Fit, Hit, Index, IndexEntry, ListedPage, Meant, PageDigests, PageText, Query,
    Snippet, SortBy, Tones, Versions, listed_pages, searched_forms,
};
pub use lock::Lock;
use lock::{PATIENCE, PAUSE};
use scratch::Scratch;
use search::FolderSearch;
pub use search::{OpenIndex, Search};

use crate::model::act::{Actor, Warrant};
use crate::model::consumer::ConsumerName;
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::BatchId;

/// Version of the folder layout. The catalog counts its own schema versions.
const FORMAT: i64 = 1;
const MARKER: &str = "sohoa-repository.json";
/// Rights of files that people may clear away, before the umask.
const FILE_MODE: u32 = 0o666;
const LOCK: &str = "lock";
const LOCKS: &str = "locks";
const TMP: &str = "tmp";
const CATALOG: &str = "catalog.sqlite";
/// All folders at the top.
const FOLDERS: [&str; 7] = ["blobs", TMP, "index", "exports", "quarantine", "exceptions", LOCKS];

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
    pub blobs: Box<dyn Blobs>,
    /// What is known of the files.
    pub catalog: Box<dyn Catalog>,
    /// Where its pages are looked for.
    pub search: Box<dyn Search>,
    /// Where unfinished files lie; none for readers.
    scratch: Option<Scratch>,
    /// Held as long as the repository is open for writing, together with others who write; none for
    /// readers.
    _lock: Option<Lock>,
}

/// What a repository is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Reading, also while others write. It takes no right to write: an account without one can read,
    /// and so can everybody on a read-only medium.
    Read,
    /// Writing to one that has to be there. Others may write at the same time, each in short
    /// transactions.
    Write,
    /// Writing to one that is made if the folder is empty or absent.
    Create,
}

impl Repository {
    /// Opens the repository at `root`. An older catalog is first brought up to date, for which nobody
    /// else may be writing; as it was it is kept beside the new one ([`upgrade`]).
    ///
    /// Whoever writes removes what killed processes left in `tmp/`. A reader who cannot write an older
    /// catalog brings a copy of it up to date.
    ///
    /// # Errors
    /// `Missing` if there is no repository, or if the folder holds other things than one; `Newer` if a
    /// newer program made it; `Damaged` if its catalog is gone or unreadable; `Locked` while an older
    /// program writes or another process makes it; or what the disk says.
    pub fn open(root: &Path, mode: Mode) -> Result<Self, RepositoryError> {
        match mode {
            Mode::Read => Self::open_to_read(root),
            Mode::Write => {
                refuse_absent(root)?;
                Self::open_to_write(root)
            }
            Mode::Create => Self::open_to_write(root),
        }
    }

    fn open_to_write(root: &Path) -> Result<Self, RepositoryError> {
        durable::create_dir_all(root)?;
        refuse_foreign_folder(root)?;
        refuse_lost_catalog(root)?;
        refuse_links(root)?;
        alone_until(root, || is_set_up(root), || set_up(root))?;
        let lock = Lock::together(&root.join(LOCK))?;
        let Some(catalog) = SqliteCatalog::open_to_write(&root.join(CATALOG), account_warrant())? else {
            let cause = StorageFault::CatalogRemade.into();
            return Err(RepositoryError::Conflict { place: root.display().to_string(), cause });
        };
        let scratch = Scratch::make(&root.join(TMP))?;
        let blobs = FileBlobs::new(root, Some(scratch.folder().to_owned()));
        Ok(Self {
            blobs: Box::new(blobs),
            catalog: Box::new(catalog),
            search: Box::new(search_at(root, Mode::Write)),
            root: root.to_owned(),
            scratch: Some(scratch),
            _lock: Some(lock),
        })
    }

    fn open_to_read(root: &Path) -> Result<Self, RepositoryError> {
        refuse_absent(root)?;
        let path = root.join(CATALOG);
        let update = || {
            upgrade::keep_before(root)?;
            SqliteCatalog::create_or_open(&path, account_warrant()).map(drop)
        };
        let catalog = match alone_until(root, || Ok(SqliteCatalog::open(&path)?.is_some()), update) {
            Ok(()) => SqliteCatalog::open(&path)?,
            Err(RepositoryError::Storage { .. }) => None,
            Err(error) => return Err(error),
        };
        let catalog = Box::new(catalog.map_or_else(|| SqliteCatalog::open_copy(&path), Ok)?);
        let blobs = Box::new(FileBlobs::new(root, None));
        let search = Box::new(search_at(root, Mode::Read));
        Ok(Self { blobs, catalog, search, root: root.to_owned(), scratch: None, _lock: None })
    }

    /// Locks an inbox, so that no other batch works on its files.
    ///
    /// # Errors
    /// `Locked` while another process has it, or one that has files in common with it; or what the
    /// disk says.
    pub fn lock_inbox(&self, inbox: &Path) -> Result<Lock, RepositoryError> {
        Lock::on_inbox(&self.root.join(LOCKS), inbox)
    }

    /// Locks a portal, so that nobody else sends to it.
    ///
    /// # Errors
    /// `Locked` while another process has it; or what the disk says.
    pub(crate) fn lock_portal(&self, consumer: &ConsumerName) -> Result<Lock, RepositoryError> {
        Lock::alone(&self.root.join(LOCKS).join(format!("portal-{consumer}")))
    }

    /// Locks a place of backups, so that nobody else writes this repository there.
    ///
    /// # Errors
    /// `Locked` while another process has it; `ReadOnly` if the repository was opened for reading; or what the disk
    /// says.
    pub(crate) fn lock_backup(&self, address: &str) -> Result<Lock, RepositoryError> {
        self.scratch_dir()?;
        let digest = blake3::hash(address.trim_end_matches('/').as_bytes()).to_hex();
        Lock::alone(&self.root.join(LOCKS).join(format!("backup-{}", digest.get(..16).unwrap_or_default())))
    }

    /// Waits until nobody else chooses a place for a refused file.
    ///
    /// # Errors
    /// What the disk says.
    pub fn lock_quarantine(&self) -> Result<Lock, RepositoryError> {
        Lock::wait(&self.root.join(LOCKS).join("quarantine"))
    }

    /// Begins a batch. Batches that never came to their end and whose owner is dead become
    /// interrupted.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn begin_batch(&self, batch: &NewBatch) -> Result<BatchId, RepositoryError> {
        let tmp = self.root.join(TMP);
        let owner = self.scratch.as_ref().map(Scratch::name);
        self.catalog.begin_owned_batch(batch, owner, &|owner| scratch::is_at_work(&tmp, owner))
    }

    /// Batches that are said to run and whose owner is dead.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn dead_batches(&self) -> Result<Vec<BatchId>, RepositoryError> {
        let tmp = self.root.join(TMP);
        self.catalog.dead_batches(&|owner| scratch::is_at_work(&tmp, owner))
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

    /// Where manifests are released.
    pub fn exports_dir(&self) -> PathBuf {
        exports_dir(&self.root)
    }

    /// Where refused files are put.
    pub fn quarantine_dir(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    /// Where small pictures of pages lie that a person has to look at.
    pub fn exceptions_dir(&self) -> PathBuf {
        self.root.join("exceptions")
    }

    /// Where this process keeps unfinished files. The folder goes when the repository is closed.
    ///
    /// # Errors
    /// `ReadOnly` if the repository was opened for reading.
    pub fn scratch_dir(&self) -> Result<&Path, RepositoryError> {
        self.scratch.as_ref().map(Scratch::folder).ok_or_else(|| RepositoryError::read_only(&self.root))
    }

    /// Writes a file inside the repository as a whole, with the folders that lead to it: after a loss
    /// of power `path` holds all of `content` or what it held before. Unfinished it lies in `tmp/`.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write_file(&self, path: &Path, content: &[u8]) -> Result<(), RepositoryError> {
        self.write_with(path, |file| file.write_all(content).map_err(|error| RepositoryError::io(path, &error)))
    }

    /// The same, with a content that `write` makes bit by bit. Nothing comes to lie at `path` if it
    /// fails.
    ///
    /// # Errors
    /// What `write` or the disk says.
    pub fn write_with(
        &self,
        path: &Path,
        write: impl FnOnce(&mut fs::File) -> Result<(), RepositoryError>,
    ) -> Result<(), RepositoryError> {
        let mut file = durable::new_file(self.scratch_dir()?, FILE_MODE)?;
        write(file.as_file_mut())?;
        if let Some(folder) = path.parent() {
            durable::create_dir_all(folder)?;
        }
        durable::publish(file, path)
    }

    /// Copies the catalog as it is now into `to`, an empty file: one state of it, whatever others write
    /// meanwhile.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn copy_catalog(&self, to: &Path) -> Result<(), RepositoryError> {
        SqliteCatalog::copy(&self.root.join(CATALOG), to)
    }

    /// Opens a copy of a catalog for reading.
    ///
    /// # Errors
    /// `Newer` if a newer program made it; or what SQLite says.
    pub fn open_catalog(copy: &Path) -> Result<Box<dyn Catalog>, RepositoryError> {
        Ok(Box::new(SqliteCatalog::open(copy)?.map_or_else(|| SqliteCatalog::open_copy(copy), Ok)?))
    }

    /// Where the search index lies (see [`Index`]).
    pub fn index_dir(&self) -> PathBuf {
        self.root.join("index")
    }
}

/// Where the manifests of the repository at `root` are released.
pub fn exports_dir(root: &Path) -> PathBuf {
    root.join("exports")
}

/// The search index of the repository at `root`, to be read.
pub(crate) fn index_at(root: &Path) -> Box<dyn Search> {
    Box::new(search_at(root, Mode::Read))
}

fn search_at(root: &Path, mode: Mode) -> FolderSearch {
    FolderSearch::new(root.join("index"), root.join(LOCKS).join("index"), mode != Mode::Read)
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
        .map_err(|error| RepositoryError::Damaged { place: path.display().to_string(), cause: Cause::said(error) })?;
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
            let example = Path::new(&name).display().to_string();
            let cause = StorageFault::OtherThings { marker: MARKER.to_owned(), example }.into();
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
    let cause = StorageFault::CatalogLost.into();
    Err(RepositoryError::Damaged { place: path.display().to_string(), cause })
}

/// Fails if there is no repository at `root`, or one that has lost its catalog.
fn refuse_absent(root: &Path) -> Result<(), RepositoryError> {
    if read_marker(root)?.is_none() {
        let cause = StorageFault::NoMarker { marker: MARKER.to_owned() }.into();
        return Err(RepositoryError::Missing { place: root.display().to_string(), cause });
    }
    let path = root.join(CATALOG);
    if !path.is_file() {
        let cause = StorageFault::CatalogMissing.into();
        return Err(RepositoryError::Damaged { place: path.display().to_string(), cause });
    }
    Ok(())
}

/// What is written or deleted must be in the repository and not where a link leads.
fn refuse_links(root: &Path) -> Result<(), RepositoryError> {
    for name in FOLDERS.into_iter().chain([LOCK, CATALOG]) {
        let path = root.join(name);
        if fs::symlink_metadata(&path).is_ok_and(|there| there.is_symlink()) {
            return Err(RepositoryError::storage(&path, StorageFault::SymbolicLink));
        }
    }
    Ok(())
}

/// Does `work` with nobody else writing, unless it is done, by this process or another.
fn alone_until(
    root: &Path,
    is_done: impl Fn() -> Result<bool, RepositoryError>,
    work: impl Fn() -> Result<(), RepositoryError>,
) -> Result<(), RepositoryError> {
    let deadline = Instant::now() + PATIENCE;
    while !is_done()? {
        match Lock::alone(&root.join(LOCK)) {
            Ok(_alone) => return work(),
            // Another process may just be doing it.
            Err(RepositoryError::Locked { .. }) if Instant::now() < deadline => thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether all is there and up to date.
fn is_set_up(root: &Path) -> Result<bool, RepositoryError> {
    let is_there = read_marker(root)?.is_some() && FOLDERS.iter().all(|folder| root.join(folder).is_dir());
    Ok(is_there
        && root.join(CATALOG).is_file()
        && SqliteCatalog::open_to_write(&root.join(CATALOG), Warrant::default())?.is_some())
}

/// Makes what is missing. Nobody else may be writing.
fn set_up(root: &Path) -> Result<(), RepositoryError> {
    refuse_lost_catalog(root)?;
    if read_marker(root)?.is_none() {
        write_marker(root)?;
    }
    for folder in FOLDERS {
        durable::create_dir_all(&root.join(folder))?;
    }
    upgrade::keep_before(root)?;
    SqliteCatalog::create_or_open(&root.join(CATALOG), account_warrant()).map(drop)
}

/// Makes the folder a repository.
fn write_marker(root: &Path) -> Result<(), RepositoryError> {
    let marker = serde_json::to_vec(&Marker { format: FORMAT }).map_err(|e| RepositoryError::storage(root, Cause::said(e)))?;
    durable::write_file(&root.join(MARKER), &marker)
}

#[cfg(test)]
mod contract;
#[cfg(test)]
pub(crate) mod memory;
#[cfg(test)]
pub(crate) mod tests;
