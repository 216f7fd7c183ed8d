//! Where a backup lies.

use std::fmt;
use std::io::Read;

use tempfile::NamedTempFile;

use super::error::BackupError;
use crate::model::backup::Kept;
use crate::model::failure::cause::StorageFault;
use crate::repository::digest::{DigestError, digest};

/// Named objects, each written as a whole. Names are paths with `/`. Many threads may use it at once.
pub(super) trait Store: fmt::Debug + Send + Sync {
    /// An empty file to write what will be an object.
    fn new_file(&self) -> Result<NamedTempFile, BackupError>;

    /// Makes the file, in which lies what `written` says, the object of this name, in the place of one that is
    /// there. When it returns it is on the medium, was read back from there, and was never there in part. What could
    /// not be read back, and what a killed process put and did not read, counts as not there from the next opening
    /// for writing on.
    fn put(&self, name: &str, file: NamedTempFile, written: Kept) -> Result<(), BackupError>;

    /// The bytes of an object, as they lie on the medium; none if it is not there.
    fn read(&self, name: &str) -> Result<Option<Box<dyn Read>>, BackupError>;

    /// The names below a folder with their sizes.
    fn list(&self, folder: &str) -> Result<Vec<(String, u64)>, BackupError>;

    /// Removes an object, if it is there.
    fn remove(&self, name: &str) -> Result<(), BackupError>;

    /// Whether nothing lies here, or there is no such place yet.
    fn is_empty(&self) -> Result<bool, BackupError>;

    /// Where people find an object.
    fn place_of(&self, name: &str) -> String;

    /// Whether files of [`Self::new_file`] lie where the objects lie.
    fn is_local(&self) -> bool {
        true
    }
}

/// Proves that `source` gives what was written.
///
/// # Errors
/// `Damaged` if it is something else; or why it cannot be read.
pub(super) fn prove(place: &str, written: Kept, source: &mut dyn Read) -> Result<(), BackupError> {
    match digest(source, None) {
        Ok(found) if Kept::from(found) == written => Ok(()),
        Ok(_) => Err(BackupError::Damaged { place: place.to_owned(), cause: StorageFault::ReadOtherwise.into() }),
        Err(DigestError::Source(error) | DigestError::Target(error)) => Err(BackupError::of_io(place, error)),
    }
}
