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
//! manifests are not in it: they are made from the catalog. It lies in a folder or in a bucket of an S3 service
//! ([`store`]), and each object can be [encrypted](envelope): then blobs have other names, those of catalogs and
//! snapshots end with `.age`, and `names.age` holds the key of the names.

mod address;
#[cfg(test)]
mod contract;
mod envelope;
mod error;
mod folder;
mod opening;
mod restoration;
mod s3;
mod store;

use std::collections::{HashMap, HashSet};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

use tempfile::NamedTempFile;

pub(crate) use address::S3Options;
use envelope::Envelope;
pub(crate) use envelope::NameKey;
pub(crate) use error::{BackupError, NotCopied};
pub(crate) use opening::{Access, FORMAT};
pub(crate) use restoration::Restoration;
use store::Store;

use super::blobs::{BlobState, StoredBlob, place_below};
use super::digest::{DigestError, digest};
use super::error::RepositoryError;
use crate::model::backup::{Kept, Snapshot};
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::BlobId;
use crate::model::snapshot::SnapshotName;

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

/// What a backup was found to hold.
#[derive(Debug)]
pub(crate) struct Held {
    /// Sizes by the names that blobs have there.
    sizes: HashMap<BlobId, u64>,
    /// What has come since.
    new: HashSet<BlobId>,
}

impl Held {
    /// Notes a blob that was put there.
    pub(crate) fn add(&mut self, id: BlobId) {
        self.new.insert(id);
    }
}

/// An opened backup.
#[derive(Debug)]
pub(crate) struct Backup {
    address: String,
    store: Box<dyn Store>,
    envelope: Envelope,
    /// Where unfinished files lie that are not to be seen by others.
    scratch: Option<PathBuf>,
}

impl Backup {
    /// The names of all finished snapshots, oldest first.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn snapshots(&self) -> Result<Vec<SnapshotName>, BackupError> {
        let names = self.store.list(SNAPSHOTS)?;
        let mut names: Vec<SnapshotName> = names.iter().filter_map(|(name, _)| self.snapshot_of(name)).collect();
        names.sort();
        Ok(names)
    }

    /// The snapshot whose description has this name.
    fn snapshot_of(&self, object: &str) -> Option<SnapshotName> {
        let name = object.strip_prefix(SNAPSHOTS)?.strip_prefix('/')?;
        name.strip_suffix(self.envelope.suffix())?.strip_suffix(".json")?.parse().ok()
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
        let object = self.snapshot_object(&name);
        let content =
            self.read_small(&self.envelope, &object)?.ok_or_else(|| self.damaged(&object, StorageFault::BlobMissing))?;
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
    pub(crate) fn held(&self) -> Result<Held, BackupError> {
        let names = self.store.list(BLOBS)?;
        let id = |name: &str| name.rsplit('/').next().and_then(|last| last.parse::<BlobId>().ok());
        let sizes = names.iter().filter_map(|(name, bytes)| Some((id(name)?, *bytes))).collect();
        Ok(Held { sizes, new: HashSet::new() })
    }

    /// Whether a blob is among what it was found to hold, by its name and size.
    pub(crate) fn holds(&self, held: &Held, blob: Kept) -> bool {
        let found = held.sizes.get(&self.envelope.name(blob.blake3));
        held.new.contains(&blob.blake3) || found.is_some_and(|found| self.envelope.fits(blob.bytes, *found))
    }

    /// Takes over a blob that `copy` writes, refuses what is not `expected`, and reads it back.
    ///
    /// # Errors
    /// What `copy` says; `Damaged` if it does not read back as it was written; or what the store says.
    pub(crate) fn put_blob<E: From<BackupError>>(
        &self,
        expected: Kept,
        copy: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        let (file, written) = self.envelope.wrap(self.store.new_file()?, |to| copy(to).map(|()| expected))?;
        Ok(self.store.put(&self.blob_object(expected.blake3), file, written)?)
    }

    /// Writes the catalog of a snapshot and reads it back.
    ///
    /// # Errors
    /// `Damaged` if it does not read back as it was written; or what the disk or the store says.
    pub(crate) fn put_catalog(&self, name: &SnapshotName, catalog: &Path) -> Result<Kept, BackupError> {
        let mut file = fs::File::open(catalog).map_err(|error| RepositoryError::io(catalog, &error))?;
        self.put(&self.envelope, &self.catalog_object(name), &mut file)
    }

    /// Finishes a snapshot: from now on it is there.
    ///
    /// # Errors
    /// `Damaged` if it does not read back as it was written; or what the store says.
    pub(crate) fn finish(&self, name: &SnapshotName, snapshot: &Snapshot) -> Result<(), BackupError> {
        let object = self.snapshot_object(name);
        let digest = snapshot.made_digest().map_err(|said| self.damaged(&object, Cause::said(said)))?;
        let snapshot = &Snapshot { digest: Some(digest), ..snapshot.clone() };
        let content = serde_json::to_vec_pretty(snapshot).map_err(|error| self.damaged(&object, Cause::said(error)))?;
        self.put(&self.envelope, &object, &mut content.as_slice()).map(drop)
    }

    /// Removes a snapshot with its catalog. Blobs stay.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn remove(&self, name: &SnapshotName) -> Result<(), BackupError> {
        // First what says that it is there.
        self.store.remove(&self.snapshot_object(name))?;
        self.store.remove(&self.catalog_object(name))
    }

    /// Copies a blob into `to` and proves on the way that it is what `expected` says.
    ///
    /// # Errors
    /// [`NotCopied`] tells a damaged blob from a backup that cannot be read and a target that cannot be written.
    pub(crate) fn copy_blob(&self, expected: Kept, to: &mut dyn Write) -> Result<(), NotCopied> {
        self.copy(&self.blob_object(expected.blake3), expected, to)
    }

    /// The same for the catalog of a snapshot.
    ///
    /// # Errors
    /// As for [`Self::copy_blob`].
    pub(crate) fn copy_catalog(&self, name: &SnapshotName, expected: Kept, to: &mut dyn Write) -> Result<(), NotCopied> {
        self.copy(&self.catalog_object(name), expected, to)
    }

    /// The same for who cannot do without it.
    ///
    /// # Errors
    /// `Damaged` if it is not as it was; or what the disk says.
    pub(crate) fn take_catalog(&self, name: &SnapshotName, expected: Kept, to: &mut dyn Write) -> Result<(), BackupError> {
        self.copy_catalog(name, expected, to).map_err(|error| match error {
            NotCopied::Damaged(BlobState::Missing) => self.damaged(&self.catalog_object(name), StorageFault::BlobMissing),
            NotCopied::Damaged(_) => self.damaged(&self.catalog_object(name), StorageFault::ReadOtherwise),
            NotCopied::Failed(error) => error,
        })
    }

    /// As it was given.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// An empty file for what is unfinished and not to be seen by others: on the disk of the backup where that is as
    /// good as the backup itself, and else in the repository, or where this machine has temporary files.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) fn scratch(&self) -> Result<NamedTempFile, BackupError> {
        let is_as_good = matches!(self.envelope, Envelope::Plain) && self.store.is_local();
        if is_as_good { self.store.new_file() } else { scratch_file(self.scratch.as_deref()) }
    }

    /// Where people find a blob.
    pub(crate) fn place_of_blob(&self, id: BlobId) -> String {
        self.store.place_of(&self.blob_object(id))
    }

    /// Where people find the catalog of a snapshot.
    pub(crate) fn place_of_catalog(&self, name: &SnapshotName) -> String {
        self.store.place_of(&self.catalog_object(name))
    }

    fn copy(&self, object: &str, expected: Kept, to: &mut dyn Write) -> Result<(), NotCopied> {
        let source = self.store.read(object).map_err(|error| match error {
            // One file that the disk or the service does not give.
            BackupError::Repository(_) | BackupError::ObjectRefused { .. } => NotCopied::Damaged(BlobState::Unreadable),
            other => NotCopied::Failed(other),
        })?;
        let source = source.ok_or(NotCopied::Damaged(BlobState::Missing))?;
        let mut source = self.envelope.open(&self.store.place_of(object), source).map_err(|error| match error {
            // The keys have opened the backup: one file, of another key or with a flipped bit in its head, keeps
            // nothing else from being read.
            NotCopied::Failed(BackupError::KeyWrong { .. }) => NotCopied::Damaged(BlobState::Unreadable),
            other => other,
        })?;
        // Not more than can be right, whatever lies there.
        match digest(&mut source.by_ref().take(expected.bytes.saturating_add(1)), Some(to)) {
            Ok(found) if Kept::from(found) == expected => Ok(()),
            Ok(_) => Err(NotCopied::Damaged(BlobState::Changed)),
            Err(DigestError::Source(error)) => Err(NotCopied::of_source(error)),
            Err(DigestError::Target(error)) => Err(BackupError::from(RepositoryError::io(Path::new(object), &error)).into()),
        }
    }

    /// Writes all that `source` holds and reads it back; gives the digests of what was in it.
    fn put(&self, envelope: &Envelope, object: &str, source: &mut dyn Read) -> Result<Kept, BackupError> {
        let mut content = None;
        let (file, written) = envelope.wrap(self.store.new_file()?, |to| {
            let told = Kept::from(digest(source, Some(to)).map_err(|error| self.failed(object, error))?);
            content = Some(told);
            Ok::<Kept, BackupError>(told)
        })?;
        self.store.put(object, file, written)?;
        Ok(content.unwrap_or(written))
    }

    fn failed(&self, object: &str, error: DigestError) -> BackupError {
        let (DigestError::Source(error) | DigestError::Target(error)) = error;
        BackupError::of_io(&self.store.place_of(object), error)
    }

    fn read_small(&self, envelope: &Envelope, object: &str) -> Result<Option<Vec<u8>>, BackupError> {
        let Some(source) = self.store.read(object)? else { return Ok(None) };
        let place = self.store.place_of(object);
        let not_read = |error| match error {
            NotCopied::Failed(error) => error,
            NotCopied::Damaged(_) => self.damaged(object, StorageFault::ReadOtherwise),
        };
        let mut content = Vec::new();
        let source = envelope.open(&place, source).map_err(not_read)?;
        let read = source.take(LONGEST_SNAPSHOT + 1).read_to_end(&mut content);
        read.map_err(|error| match envelope {
            Envelope::Plain => BackupError::of_io(&place, error),
            Envelope::Sealed { .. } => not_read(NotCopied::of_source(error)),
        })?;
        if content.len() as u64 > LONGEST_SNAPSHOT {
            return Err(self.damaged(object, StorageFault::UnpacksToMore { limit: LONGEST_SNAPSHOT }));
        }
        Ok(Some(content))
    }

    fn blob_object(&self, id: BlobId) -> String {
        format!("{BLOBS}/{}", place_below(self.envelope.name(id)))
    }

    fn catalog_object(&self, name: &SnapshotName) -> String {
        format!("{CATALOGS}/{name}.sqlite{}", self.envelope.suffix())
    }

    fn snapshot_object(&self, name: &SnapshotName) -> String {
        format!("{SNAPSHOTS}/{name}.json{}", self.envelope.suffix())
    }

    fn damaged(&self, object: &str, cause: impl Into<Cause>) -> BackupError {
        BackupError::Damaged { place: self.store.place_of(object), cause: cause.into() }
    }
}

/// A file in `folder`, or where this machine has temporary files, which nobody else can read.
fn scratch_file(folder: Option<&Path>) -> Result<NamedTempFile, BackupError> {
    let folder = folder.map_or_else(env::temp_dir, Path::to_owned);
    NamedTempFile::new_in(&folder).map_err(|error| RepositoryError::io(&folder, &error).into())
}
