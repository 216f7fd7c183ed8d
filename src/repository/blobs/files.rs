//! Blobs as files in a folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tempfile::NamedTempFile;
use walkdir::WalkDir;

use super::{BlobFile, BlobState, Blobs, CopyError, LentFile, PutError, StoredBlob, open_plain};
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::BlobId;
use crate::repository::digest::{DigestError, digest};
use crate::repository::durable;
use crate::repository::error::RepositoryError;

/// Nobody may write to a blob; who may read it is up to the umask.
const BLOB_MODE: u32 = 0o444;

/// Where a blob lies below the folder of all: `ab/cd/<BLAKE3>`.
pub(in crate::repository) fn place_below(id: BlobId) -> String {
    let name = id.to_string();
    let part = |range| name.get(range).unwrap_or_default();
    format!("{}/{}/{name}", part(0..2), part(2..4))
}

/// Blobs that lie at `blobs/ab/cd/<BLAKE3>`.
#[derive(Debug)]
pub(in crate::repository) struct FileBlobs {
    blobs: PathBuf,
    /// Where files lie that are being written; none for readers.
    scratch: Option<PathBuf>,
}

impl FileBlobs {
    pub(in crate::repository) fn new(root: &Path, scratch: Option<PathBuf>) -> Self {
        Self { blobs: root.join("blobs"), scratch }
    }

    fn path_of(&self, id: BlobId) -> PathBuf {
        self.blobs.join(place_below(id))
    }

    /// Stores the bytes at `from`, which have just been found to be `stored`.
    fn keep(&self, from: &Path, stored: &StoredBlob) -> Result<(), PutError> {
        let mut file = self.new_file()?;
        // Not a seek: `from` may by now be another file, and that has to show.
        let mut again = open_plain(from)?;
        let copied = digest(&mut again, Some(file.as_file_mut())).map_err(|error| match error {
            DigestError::Source(error) => PutError::Source(error),
            DigestError::Target(error) => PutError::Store(RepositoryError::io(file.path(), &error)),
        })?;
        if copied != *stored {
            return Err(PutError::Changed);
        }
        Ok(self.publish(file, stored.id)?)
    }

    /// An empty file for what will be a blob.
    pub(in crate::repository) fn new_file(&self) -> Result<NamedTempFile, RepositoryError> {
        let scratch = self.scratch.as_ref().ok_or_else(|| RepositoryError::read_only(&self.blobs))?;
        durable::new_file(scratch, BLOB_MODE)
    }

    /// Makes a file, which was found to have this digest, a blob.
    pub(in crate::repository) fn publish(&self, file: NamedTempFile, id: BlobId) -> Result<(), RepositoryError> {
        let path = self.path_of(id);
        if let Some(folder) = path.parent() {
            durable::create_dir_all(folder)?;
        }
        durable::publish(file, &path)
    }

    fn missing_or_unreadable(path: &Path, error: &io::Error) -> RepositoryError {
        match error.kind() {
            io::ErrorKind::NotFound => {
                RepositoryError::Damaged { place: path.display().to_string(), cause: StorageFault::BlobMissing.into() }
            }
            _ => RepositoryError::io(path, error),
        }
    }
}

impl Blobs for FileBlobs {
    /// The file is read once to learn its name and, if it is new, once more to copy it: a run
    /// over an unchanged inbox then writes nothing.
    fn put_file(&self, from: &Path) -> Result<StoredBlob, PutError> {
        let mut source = open_plain(from)?;
        let before = source.metadata().map_err(PutError::Source)?;
        let stored = digest(&mut source, None).map_err(|error| match error {
            DigestError::Source(error) | DigestError::Target(error) => PutError::Source(error),
        })?;
        if stored.bytes != before.len() {
            return Err(PutError::Changed);
        }
        if !self.holds(&stored) {
            self.keep(from, &stored)?;
        }
        let after = source.metadata().map_err(PutError::Source)?;
        // The time of the last change of any kind, too: some copiers set the date back.
        let stamp = |of: &fs::Metadata| (of.len(), of.mtime(), of.mtime_nsec(), of.ctime(), of.ctime_nsec());
        if stamp(&before) != stamp(&after) {
            return Err(PutError::Changed);
        }
        Ok(stored)
    }

    fn holds(&self, blob: &StoredBlob) -> bool {
        fs::symlink_metadata(self.path_of(blob.id)).is_ok_and(|found| found.is_file() && found.len() == blob.bytes)
    }

    fn read(&self, id: BlobId) -> Result<Vec<u8>, RepositoryError> {
        let path = self.path_of(id);
        fs::read(&path).map_err(|error| Self::missing_or_unreadable(&path, &error))
    }

    fn check(&self, expected: &StoredBlob) -> BlobState {
        match self.copy(expected, &mut io::sink()) {
            Ok(()) => BlobState::Sound,
            Err(CopyError::Damaged(state)) => state,
            Err(CopyError::Target(_)) => BlobState::Unreadable,
        }
    }

    fn copy(&self, expected: &StoredBlob, to: &mut dyn Write) -> Result<(), CopyError> {
        let path = self.path_of(expected.id);
        match File::open(&path).map_err(DigestError::Source).and_then(|mut file| digest(&mut file, Some(to))) {
            Ok(found) if found == *expected => Ok(()),
            Ok(_) => Err(CopyError::Damaged(BlobState::Changed)),
            Err(DigestError::Source(error)) if error.kind() == io::ErrorKind::NotFound => {
                Err(CopyError::Damaged(BlobState::Missing))
            }
            Err(DigestError::Source(_)) => Err(CopyError::Damaged(BlobState::Unreadable)),
            Err(DigestError::Target(error)) => Err(CopyError::Target(RepositoryError::io(&path, &error))),
        }
    }

    fn lend(&self, id: BlobId) -> Result<LentFile, RepositoryError> {
        let path = self.path_of(id);
        match fs::symlink_metadata(&path) {
            // It lies there for good, and nobody may write to it.
            Ok(_) => Ok(LentFile::lasting(path)),
            Err(error) => Err(Self::missing_or_unreadable(&path, &error)),
        }
    }

    fn lending_folders(&self) -> Vec<PathBuf> {
        vec![self.blobs.clone()]
    }

    fn place_of(&self, id: BlobId) -> PathBuf {
        self.path_of(id)
    }

    fn stored_at(&self, id: BlobId) -> Option<SystemTime> {
        fs::symlink_metadata(self.path_of(id)).and_then(|found| found.modified()).ok()
    }

    fn list(&self) -> Box<dyn Iterator<Item = Result<BlobFile, RepositoryError>> + '_> {
        let walk = WalkDir::new(&self.blobs).min_depth(1).sort_by_file_name();
        Box::new(walk.into_iter().filter_map(|entry| match entry {
            Ok(entry) if entry.file_type().is_dir() => None,
            Ok(entry) => {
                let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
                let proper = id.filter(|id| entry.file_type().is_file() && self.path_of(*id) == entry.path());
                Some(Ok(proper.map_or_else(|| BlobFile::Stray(entry.into_path()), BlobFile::Blob)))
            }
            Err(error) => Some(Err(RepositoryError::storage(&self.blobs, Cause::said(error)))),
        }))
    }
}
