//! Files named by their content.
//!
//! A blob lies at `blobs/ab/cd/<BLAKE3>`, is written once and never again. SHA-256 is kept beside
//! the BLAKE3 in the catalog, since that is the digest other systems know.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use sha2::Digest;
use thiserror::Error;
use walkdir::WalkDir;

use super::durable;
use super::error::RepositoryError;
use crate::model::ids::{BlobId, Sha256};

/// Read and hashed at a time.
const BUFFER: usize = 256 * 1024;

/// Nobody may write to a blob; who may read it is up to the umask.
const BLOB_MODE: u32 = 0o444;

/// A file of the store with its digests and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredBlob {
    /// BLAKE3 of the bytes.
    pub id: BlobId,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// Size.
    pub bytes: u64,
}

/// How a blob compares with what the catalog says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobState {
    /// Size and both digests are as they were.
    Sound,
    /// There is no such file.
    Missing,
    /// Its bytes are not the ones stored.
    Changed,
    /// The system cannot read it.
    Unreadable,
}

/// One thing found in the store's folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobFile {
    /// A blob under its proper name; nothing is said about its content.
    Blob(BlobId),
    /// Something that the store did not put there.
    Stray(PathBuf),
}

/// Says why a file could not be stored.
#[derive(Debug, Error)]
pub enum PutError {
    /// The file could not be read, or is not a plain file.
    #[error("the file cannot be read: {0}")]
    Source(#[source] io::Error),
    /// The file was written to while it was read.
    #[error("the file changed while it was read")]
    Changed,
    /// The repository could not take it.
    #[error(transparent)]
    Store(#[from] RepositoryError),
}

/// Says why a blob could not be copied out.
#[derive(Debug, Error)]
pub enum CopyError {
    /// It is not what was stored.
    #[error("the stored file is {0:?}")]
    Damaged(BlobState),
    /// The copy could not be written.
    #[error(transparent)]
    Target(RepositoryError),
}

/// The store. Many threads may use it at once.
#[derive(Debug, Clone)]
pub struct BlobStore {
    blobs: PathBuf,
    /// Where files lie that are being written; none for readers.
    scratch: Option<PathBuf>,
}

impl BlobStore {
    pub(super) fn new(root: &Path, scratch: Option<PathBuf>) -> Self {
        Self { blobs: root.join("blobs"), scratch }
    }

    /// Stores the file at `from`, unless its bytes are there already.
    ///
    /// The file is read once to learn its name and, if it is new, once more to copy it: a run
    /// over an unchanged inbox then writes nothing. A link is not followed and a pipe is not
    /// waited for.
    ///
    /// # Errors
    /// [`PutError`] tells a bad source from a bad store.
    pub fn put_file(&self, from: &Path) -> Result<StoredBlob, PutError> {
        let flags = (OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits();
        let open = || File::options().read(true).custom_flags(flags).open(from).map_err(PutError::Source);
        let mut source = open()?;
        let before = source.metadata().map_err(PutError::Source)?;
        if !before.is_file() {
            return Err(PutError::Source(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file")));
        }
        let stored = digest(&mut source, &mut Sink::Nowhere)?;
        if stored.bytes != before.len() {
            return Err(PutError::Changed);
        }
        if !self.holds(&stored) {
            let scratch = self.scratch.as_ref().ok_or_else(|| RepositoryError::storage(&self.blobs, "it is open for reading"))?;
            let mut file = durable::new_file(scratch, BLOB_MODE)?;
            // Not a seek: `from` may by now be another file, and that has to show.
            let copied = digest(&mut open()?, &mut Sink::File(file.as_file_mut(), scratch))?;
            if copied != stored {
                return Err(PutError::Changed);
            }
            self.publish(file, stored.id)?;
        }
        let after = source.metadata().map_err(PutError::Source)?;
        // The time of the last change of any kind, too: some copiers set the date back.
        let stamp = |of: &fs::Metadata| (of.len(), of.mtime(), of.mtime_nsec(), of.ctime(), of.ctime_nsec());
        if stamp(&before) != stamp(&after) {
            return Err(PutError::Changed);
        }
        Ok(stored)
    }

    /// Where the blob lies, whether it is there or not.
    pub fn path_of(&self, id: BlobId) -> PathBuf {
        let name = id.to_string();
        let part = |range| name.get(range).unwrap_or_default();
        self.blobs.join(part(0..2)).join(part(2..4)).join(&name)
    }

    /// The blob's bytes, as large as the blob is. They are not checked against the name.
    ///
    /// # Errors
    /// `Damaged` if it is not there.
    pub fn read(&self, id: BlobId) -> Result<Vec<u8>, RepositoryError> {
        let path = self.path_of(id);
        fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                RepositoryError::Damaged { place: path.display().to_string(), cause: "the file is missing".into() }
            }
            _ => RepositoryError::io(&path, &error),
        })
    }

    /// Reads the blob and compares it with `expected`.
    pub fn check(&self, expected: &StoredBlob) -> BlobState {
        let found = File::open(self.path_of(expected.id)).map_err(PutError::Source);
        match found.and_then(|mut file| digest(&mut file, &mut Sink::Nowhere)) {
            Ok(found) if found == *expected => BlobState::Sound,
            Ok(_) => BlobState::Changed,
            Err(PutError::Source(error)) if error.kind() == io::ErrorKind::NotFound => BlobState::Missing,
            Err(_) => BlobState::Unreadable,
        }
    }

    /// Copies a blob into `to`, and proves on the way that it is what `expected` says.
    ///
    /// # Errors
    /// [`CopyError`] tells a damaged blob from a target that cannot be written. What was written by
    /// then is of no use.
    pub fn copy(&self, expected: &StoredBlob, to: &mut File) -> Result<(), CopyError> {
        let path = self.path_of(expected.id);
        let found =
            File::open(&path).map_err(PutError::Source).and_then(|mut file| digest(&mut file, &mut Sink::File(to, &path)));
        match found {
            Ok(found) if found == *expected => Ok(()),
            Ok(_) => Err(CopyError::Damaged(BlobState::Changed)),
            Err(PutError::Source(error)) if error.kind() == io::ErrorKind::NotFound => {
                Err(CopyError::Damaged(BlobState::Missing))
            }
            Err(PutError::Store(error)) => Err(CopyError::Target(error)),
            Err(_) => Err(CopyError::Damaged(BlobState::Unreadable)),
        }
    }

    /// Everything in the store's folders, in the order of names.
    pub fn ids(&self) -> impl Iterator<Item = Result<BlobFile, RepositoryError>> + use<'_> {
        let walk = WalkDir::new(&self.blobs).min_depth(1).sort_by_file_name();
        walk.into_iter().filter_map(|entry| match entry {
            Ok(entry) if entry.file_type().is_dir() => None,
            Ok(entry) => {
                let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
                let proper = id.filter(|id| entry.file_type().is_file() && self.path_of(*id) == entry.path());
                Some(Ok(proper.map_or_else(|| BlobFile::Stray(entry.into_path()), BlobFile::Blob)))
            }
            Err(error) => Some(Err(RepositoryError::storage(&self.blobs, error))),
        })
    }

    /// A file of another size is damaged: it is then written anew.
    pub fn holds(&self, blob: &StoredBlob) -> bool {
        fs::symlink_metadata(self.path_of(blob.id)).is_ok_and(|found| found.is_file() && found.len() == blob.bytes)
    }

    fn publish(&self, file: tempfile::NamedTempFile, id: BlobId) -> Result<(), RepositoryError> {
        let path = self.path_of(id);
        if let Some(folder) = path.parent() {
            durable::create_dir_all(folder)?;
        }
        durable::publish(file, &path)
    }
}

/// The digests and the size of the plain file at `path`; a link is not followed.
///
/// # Errors
/// What the system says.
pub fn digest_of(path: &Path) -> io::Result<StoredBlob> {
    let flags = (OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits();
    let mut file = File::options().read(true).custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a plain file"));
    }
    digest(&mut file, &mut Sink::Nowhere).map_err(|error| match error {
        PutError::Source(error) => error,
        other => io::Error::other(other),
    })
}

/// Where read bytes go.
enum Sink<'a> {
    Nowhere,
    File(&'a mut File, &'a Path),
}

/// Hashes all of `source` in one pass and hands it to `sink`.
fn digest(source: &mut File, sink: &mut Sink<'_>) -> Result<StoredBlob, PutError> {
    BUFFERS.with_borrow_mut(|buffer| digest_through(buffer, source, sink))
}

thread_local! {
    /// Kept from file to file: most scans are smaller than it.
    static BUFFERS: RefCell<Vec<u8>> = RefCell::new(vec![0; BUFFER]);
}

fn digest_through(buffer: &mut [u8], source: &mut File, sink: &mut Sink<'_>) -> Result<StoredBlob, PutError> {
    let (mut blake3, mut sha256) = (blake3::Hasher::new(), sha2::Sha256::new());
    let mut bytes = 0u64;
    loop {
        let count = match source.read(buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(PutError::Source(error)),
        };
        let part = buffer.get(..count).unwrap_or_default();
        blake3.update(part);
        sha256.update(part);
        bytes += count as u64;
        if let Sink::File(file, place) = sink {
            file.write_all(part).map_err(|e| RepositoryError::io(place, &e))?;
        }
    }
    Ok(StoredBlob {
        id: BlobId::from_bytes(*blake3.finalize().as_bytes()),
        sha256: Sha256::from_bytes(sha256.finalize().into()),
        bytes,
    })
}

#[cfg(test)]
mod tests;
