//! Backups: a second place that holds everything which cannot be made again.
//!
//! ```text
//! sohoa-backup.json              what this is, and in which format
//! blobs/ab/cd/<BLAKE3>           files of all snapshots, as in the repository: each is kept once
//! catalogs/<snapshot>.sqlite     the catalog as it was
//! snapshots/<snapshot>.json      written last: what is without one was never finished
//! ```
//!
//! A snapshot is named by its time in UTC (`20261130T021500Z`). The search index and the files of
//! manifests are not in it: they are made from the catalog.

mod error;
mod folder;
mod restoration;
mod store;

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

pub(crate) use error::BackupError;
use folder::FolderStore;
pub(crate) use restoration::Restoration;
use store::Store;

use super::blobs::{BlobState, CopyError, StoredBlob, place_below};
use super::digest::{DigestError, digest};
use super::error::RepositoryError;
use crate::model::backup::{Kept, Snapshot};
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::BlobId;
use crate::model::snapshot::SnapshotName;

/// Version of the layout.
pub(crate) const FORMAT: i64 = 1;
const MARKER: &str = "sohoa-backup.json";
const BLOBS: &str = "blobs";
const CATALOGS: &str = "catalogs";
const SNAPSHOTS: &str = "snapshots";
/// Nobody writes a longer description of a snapshot: what is longer is none.
const LONGEST_SNAPSHOT: u64 = 1 << 30;

impl From<StoredBlob> for Kept {
    fn from(blob: StoredBlob) -> Self {
        Self { blake3: blob.id, sha256: blob.sha256, bytes: blob.bytes }
    }
}

impl From<Kept> for StoredBlob {
    fn from(kept: Kept) -> Self {
        Self { id: kept.blake3, sha256: kept.sha256, bytes: kept.bytes }
    }
}

/// What the marker file says.
#[derive(Serialize, Deserialize)]
struct Marker {
    format: i64,
}

/// An opened backup.
#[derive(Debug)]
pub(crate) struct Backup {
    address: String,
    store: Box<dyn Store>,
}

impl Backup {
    /// Opens the backup at `address`, a folder, for writing, and makes it if the folder is empty or
    /// absent. Nobody else can write to it as long.
    ///
    /// # Errors
    /// `Missing` if other things lie there; `Newer`; `Address` if it is no folder's path; `Locked` while
    /// another process writes to it; or what the disk says.
    pub(crate) fn create_or_open(address: &str) -> Result<Self, BackupError> {
        let path = path_of(address)?;
        let before = Self { address: address.to_owned(), store: Box::new(FolderStore::to_read(path)) };
        if before.format()?.is_none() && !before.store.is_empty()? {
            return Err(BackupError::Missing { place: address.to_owned() });
        }
        // Nothing is written into a folder before it is known to be ours.
        let backup = Self { store: Box::new(FolderStore::to_write(path)?), ..before };
        if backup.format()?.is_none() {
            let marker =
                serde_json::to_vec(&Marker { format: FORMAT }).map_err(|error| backup.damaged(MARKER, Cause::said(error)))?;
            backup.put(MARKER, &mut marker.as_slice())?;
        }
        Ok(backup)
    }

    /// Opens the backup at `address` for reading.
    ///
    /// # Errors
    /// `Missing` if there is none, `Newer`, `Address`, or what the disk says.
    pub(crate) fn open(address: &str) -> Result<Self, BackupError> {
        let store = Box::new(FolderStore::to_read(path_of(address)?));
        let backup = Self { address: address.to_owned(), store };
        match backup.format()? {
            Some(_) => Ok(backup),
            None => Err(BackupError::Missing { place: address.to_owned() }),
        }
    }

    fn format(&self) -> Result<Option<i64>, BackupError> {
        let Some(content) = self.read_small(MARKER)? else { return Ok(None) };
        let marker: Marker = serde_json::from_slice(&content).map_err(|error| self.damaged(MARKER, Cause::said(error)))?;
        if marker.format > FORMAT {
            return Err(BackupError::Newer { place: self.store.place_of(MARKER), found: marker.format, known: FORMAT });
        }
        Ok(Some(marker.format))
    }

    /// The names of all finished snapshots, oldest first.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn snapshots(&self) -> Result<Vec<SnapshotName>, BackupError> {
        let names = self.store.list(SNAPSHOTS)?;
        let mut names: Vec<SnapshotName> =
            names.iter().filter_map(|(name, _)| name.strip_prefix("snapshots/")?.strip_suffix(".json")?.parse().ok()).collect();
        names.sort();
        Ok(names)
    }

    /// What is in the snapshot of this name, or in the newest.
    ///
    /// # Errors
    /// `NoSnapshot` if there is none; `Damaged` if it does not read; `Newer`; or what the store says.
    pub(crate) fn snapshot(&self, name: Option<&SnapshotName>) -> Result<(SnapshotName, Snapshot), BackupError> {
        let there = self.snapshots()?;
        let found = match name {
            Some(name) => there.into_iter().find(|one| one == name),
            None => there.into_iter().next_back(),
        };
        let asked = || name.map_or_else(|| self.store.place_of(SNAPSHOTS), ToString::to_string);
        let name = found.ok_or_else(|| BackupError::NoSnapshot { name: asked() })?;
        let object = snapshot_object(&name);
        let content = self.read_small(&object)?.ok_or_else(|| self.damaged(&object, StorageFault::BlobMissing))?;
        let snapshot: Snapshot = serde_json::from_slice(&content).map_err(|error| self.damaged(&object, Cause::said(error)))?;
        if snapshot.format > FORMAT {
            return Err(BackupError::Newer { place: self.store.place_of(&object), found: snapshot.format, known: FORMAT });
        }
        let made = snapshot.made_digest().map_err(|said| self.damaged(&object, Cause::said(said)))?;
        if snapshot.digest != Some(made) {
            return Err(self.damaged(&object, StorageFault::ReadOtherwise));
        }
        Ok((name, snapshot))
    }

    /// The blobs that it holds, with their sizes.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn blobs(&self) -> Result<HashMap<BlobId, u64>, BackupError> {
        let names = self.store.list(BLOBS)?;
        let id = |name: &str| name.rsplit('/').next().and_then(|last| last.parse::<BlobId>().ok());
        Ok(names.iter().filter_map(|(name, bytes)| Some((id(name)?, *bytes))).collect())
    }

    /// Takes over a blob that `copy` writes and proves to be `expected`, and reads it back.
    ///
    /// # Errors
    /// What `copy` says; `Damaged` if it does not read back as it was written; or what the store says.
    pub(crate) fn put_blob<E: From<BackupError>>(
        &self,
        expected: Kept,
        copy: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut file = self.new_file()?;
        copy(file.as_file_mut())?;
        Ok(self.publish(&blob_object(expected.blake3), file, expected)?)
    }

    /// Writes the catalog of a snapshot and reads it back.
    ///
    /// # Errors
    /// `Damaged` if it does not read back as it was written; or what the disk or the store says.
    pub(crate) fn put_catalog(&self, name: &SnapshotName, catalog: &Path) -> Result<Kept, BackupError> {
        let mut file = fs::File::open(catalog).map_err(|error| RepositoryError::io(catalog, &error))?;
        self.put(&catalog_object(name), &mut file)
    }

    /// Finishes a snapshot: from now on it is there.
    ///
    /// # Errors
    /// `Damaged` if it does not read back as it was written; or what the store says.
    pub(crate) fn finish(&self, name: &SnapshotName, snapshot: &Snapshot) -> Result<(), BackupError> {
        let object = snapshot_object(name);
        let digest = snapshot.made_digest().map_err(|said| self.damaged(&object, Cause::said(said)))?;
        let snapshot = &Snapshot { digest: Some(digest), ..snapshot.clone() };
        let content = serde_json::to_vec_pretty(snapshot).map_err(|error| self.damaged(&object, Cause::said(error)))?;
        self.put(&object, &mut content.as_slice()).map(drop)
    }

    /// Removes a snapshot with its catalog. Blobs stay.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn remove(&self, name: &SnapshotName) -> Result<(), BackupError> {
        // First what says that it is there.
        self.store.remove(&snapshot_object(name))?;
        Ok(self.store.remove(&catalog_object(name))?)
    }

    /// Copies a blob into `to` and proves on the way that it is what `expected` says.
    ///
    /// # Errors
    /// [`CopyError`] tells a damaged backup from a target that cannot be written.
    pub(crate) fn copy_blob(&self, expected: Kept, to: &mut dyn Write) -> Result<(), CopyError> {
        self.copy(&blob_object(expected.blake3), expected, to)
    }

    /// The same for the catalog of a snapshot.
    ///
    /// # Errors
    /// As for [`Self::copy_blob`].
    pub(crate) fn copy_catalog(&self, name: &SnapshotName, expected: Kept, to: &mut dyn Write) -> Result<(), CopyError> {
        self.copy(&catalog_object(name), expected, to)
    }

    /// The same for who cannot do without it.
    ///
    /// # Errors
    /// `Damaged` if it is not as it was; or what the disk says.
    pub(crate) fn take_catalog(&self, name: &SnapshotName, expected: Kept, to: &mut dyn Write) -> Result<(), BackupError> {
        self.copy_catalog(name, expected, to).map_err(|error| match error {
            CopyError::Damaged(BlobState::Missing) => self.damaged(&catalog_object(name), StorageFault::BlobMissing),
            CopyError::Damaged(_) => self.damaged(&catalog_object(name), StorageFault::ReadOtherwise),
            CopyError::Target(error) => error.into(),
        })
    }

    /// As it was given.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// An empty file for what is unfinished, on the disk of the backup if it has one.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) fn new_file(&self) -> Result<NamedTempFile, BackupError> {
        Ok(self.store.new_file()?)
    }

    /// Where people find a blob.
    pub(crate) fn place_of_blob(&self, id: BlobId) -> String {
        self.store.place_of(&blob_object(id))
    }

    /// Where people find the catalog of a snapshot.
    pub(crate) fn place_of_catalog(&self, name: &SnapshotName) -> String {
        self.store.place_of(&catalog_object(name))
    }

    fn copy(&self, object: &str, expected: Kept, to: &mut dyn Write) -> Result<(), CopyError> {
        let Some(mut source) = self.store.read(object).map_err(|_| CopyError::Damaged(BlobState::Unreadable))? else {
            return Err(CopyError::Damaged(BlobState::Missing));
        };
        match digest(&mut source, Some(to)) {
            Ok(found) if Kept::from(found) == expected => Ok(()),
            Ok(_) => Err(CopyError::Damaged(BlobState::Changed)),
            Err(DigestError::Source(_)) => Err(CopyError::Damaged(BlobState::Unreadable)),
            Err(DigestError::Target(error)) => Err(CopyError::Target(RepositoryError::io(Path::new(object), &error))),
        }
    }

    /// Writes all that `source` holds and reads it back.
    fn put(&self, object: &str, source: &mut dyn Read) -> Result<Kept, BackupError> {
        let mut file = self.new_file()?;
        let written = digest(source, Some(file.as_file_mut())).map_err(|error| self.failed(object, error))?.into();
        self.publish(object, file, written)?;
        Ok(written)
    }

    fn publish(&self, object: &str, file: NamedTempFile, written: Kept) -> Result<(), BackupError> {
        self.store.put(object, file)?;
        let mut again = self.store.read(object)?.ok_or_else(|| self.damaged(object, StorageFault::BlobMissing))?;
        let found = digest(&mut again, None).map_err(|error| self.failed(object, error))?;
        if Kept::from(found) == written {
            return Ok(());
        }
        // Or the next backup would take it for what it is not.
        self.store.remove(object)?;
        Err(self.damaged(object, StorageFault::ReadOtherwise))
    }

    fn failed(&self, object: &str, error: DigestError) -> BackupError {
        let (DigestError::Source(error) | DigestError::Target(error)) = error;
        RepositoryError::io(Path::new(&self.store.place_of(object)), &error).into()
    }

    fn read_small(&self, object: &str) -> Result<Option<Vec<u8>>, BackupError> {
        let Some(source) = self.store.read(object)? else { return Ok(None) };
        let mut content = Vec::new();
        let failed = |error: io::Error| RepositoryError::io(Path::new(&self.store.place_of(object)), &error);
        source.take(LONGEST_SNAPSHOT + 1).read_to_end(&mut content).map_err(failed)?;
        if content.len() as u64 > LONGEST_SNAPSHOT {
            return Err(self.damaged(object, StorageFault::UnpacksToMore { limit: LONGEST_SNAPSHOT }));
        }
        Ok(Some(content))
    }

    fn damaged(&self, object: &str, cause: impl Into<Cause>) -> BackupError {
        BackupError::Damaged { place: self.store.place_of(object), cause: cause.into() }
    }
}

/// A backup lies in a folder.
fn path_of(address: &str) -> Result<&Path, BackupError> {
    // Or `s3://…` would become a folder of that name.
    if address.contains("://") {
        return Err(BackupError::Address { address: address.to_owned() });
    }
    Ok(Path::new(address))
}

fn blob_object(id: BlobId) -> String {
    format!("{BLOBS}/{}", place_below(id))
}

fn catalog_object(name: &SnapshotName) -> String {
    format!("{CATALOGS}/{name}.sqlite")
}

fn snapshot_object(name: &SnapshotName) -> String {
    format!("{SNAPSHOTS}/{name}.json")
}
