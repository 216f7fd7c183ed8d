//! Files named by their content.
//!
//! A blob is named by the BLAKE3 of its bytes, is written once and never again. SHA-256 is kept
//! beside it in the catalog, since that is the digest other systems know.

mod files;
#[cfg(test)]
mod memory;

use std::any::Any;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use nix::fcntl::OFlag;
use thiserror::Error;

pub(super) use files::{FileBlobs, place_below};
#[cfg(test)]
pub(super) use memory::{MemoryBlobs, SharedBlobs};

pub use super::digest::StoredBlob;
use super::digest::{DigestError, digest};
use super::error::RepositoryError;
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::BlobId;

/// The store. Many threads may use it at once.
pub trait Blobs: fmt::Debug + Send + Sync {
    /// Stores the file at `from`, unless its bytes are there already. A link is not followed and a
    /// pipe is not waited for.
    ///
    /// # Errors
    /// [`PutError`] tells a bad source from a bad store; `Changed` if what was read may never have
    /// been the file's content.
    fn put_file(&self, from: &Path) -> Result<StoredBlob, PutError>;

    /// Whether there is a blob of this name and size. One of another size is damaged, and is written
    /// anew when it is put again.
    fn holds(&self, blob: &StoredBlob) -> bool;

    /// The blob's bytes, as large as the blob is. They are not checked against the name.
    ///
    /// # Errors
    /// `Damaged` if it is not there.
    fn read(&self, id: BlobId) -> Result<Vec<u8>, RepositoryError>;

    /// Reads the blob and compares it with `expected`.
    fn check(&self, expected: &StoredBlob) -> BlobState;

    /// Copies a blob into `to`, and proves on the way that it is what `expected` says.
    ///
    /// # Errors
    /// [`CopyError`] tells a damaged blob from a target that cannot be written. What was written by
    /// then is of no use.
    fn copy(&self, expected: &StoredBlob, to: &mut dyn Write) -> Result<(), CopyError>;

    /// Lends the blob as a file of this machine, for worker processes and libraries that read files.
    /// Its bytes are not checked against the name.
    ///
    /// # Errors
    /// `Damaged` if it is not there, or what the disk says.
    fn lend(&self, id: BlobId) -> Result<LentFile, RepositoryError>;

    /// The folders that lent files lie in: all that a worker has to see of the store.
    fn lending_folders(&self) -> Vec<PathBuf>;

    /// Where people find the blob, whether it is there or not. Words and listings name it; whoever
    /// reads it asks for [`Self::lend`].
    fn place_of(&self, id: BlobId) -> PathBuf;

    /// When the blob was stored, if it is there and that is known.
    fn stored_at(&self, id: BlobId) -> Option<SystemTime>;

    /// Everything in the store, in the order of names.
    fn list(&self) -> Box<dyn Iterator<Item = Result<BlobFile, RepositoryError>> + '_>;
}

/// A blob as a file of this machine, as long as the value lives. Nobody may write to it.
#[derive(Debug)]
pub struct LentFile {
    path: PathBuf,
    /// What keeps the file there, where the store does not lie on this machine.
    _held: Option<Box<dyn Any + Send + Sync>>,
}

impl LentFile {
    /// A file that stays where it is.
    fn lasting(path: PathBuf) -> Self {
        Self { path, _held: None }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
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
    /// The file could not be read.
    #[error("the file cannot be read: {0}")]
    Source(#[source] io::Error),
    /// It is a folder, a pipe or a device.
    #[error("not a plain file")]
    NotPlain,
    /// The file was written to while it was read.
    #[error("the file changed while it was read")]
    Changed,
    /// The repository could not take it.
    #[error(transparent)]
    Store(#[from] RepositoryError),
}

impl PutError {
    /// Why, by its code.
    pub fn cause(self) -> Cause {
        match self {
            Self::Source(error) => error.into(),
            Self::NotPlain => StorageFault::SourceNotPlain.into(),
            Self::Changed => StorageFault::SourceChanged.into(),
            Self::Store(error) => Cause::said(error),
        }
    }
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

/// The digests and the size of the plain file at `path`; a link is not followed.
///
/// # Errors
/// What the system says, or that it is no plain file.
pub fn digest_of(path: &Path) -> io::Result<StoredBlob> {
    let mut file = open_plain(path).map_err(|error| match error {
        PutError::Source(error) => error,
        _ => io::ErrorKind::InvalidInput.into(),
    })?;
    digest(&mut file, None).map_err(|error| match error {
        DigestError::Source(error) | DigestError::Target(error) => error,
    })
}

/// Opens a plain file. A link is not followed and a pipe is not waited for.
fn open_plain(path: &Path) -> Result<File, PutError> {
    let flags = (OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits();
    let file = File::options().read(true).custom_flags(flags).open(path).map_err(PutError::Source)?;
    let is_plain = file.metadata().map_err(PutError::Source)?.is_file();
    if is_plain { Ok(file) } else { Err(PutError::NotPlain) }
}

#[cfg(test)]
mod tests;
