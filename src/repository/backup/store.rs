//! Where a backup lies.

use std::fmt;
use std::io::Read;

use tempfile::NamedTempFile;

use super::error::BackupError;

/// Named objects, each written as a whole. Names are paths with `/`. Many threads may use it at once.
pub(super) trait Store: fmt::Debug + Send + Sync {
    /// An empty file to write what will be an object.
    fn new_file(&self) -> Result<NamedTempFile, BackupError>;

    /// Makes the file the object of this name, in the place of one that is there. When it returns it is
    /// on the disk, and was never there in part.
    fn put(&self, name: &str, file: NamedTempFile) -> Result<(), BackupError>;

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
