//! The folder of the index as somebody sees it who may only read.
//!
//! tantivy makes a file for a lock even to open an index. Here the lock of those who write is shared
//! where it is there, and nothing is ever made.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr};

/// A folder that is only read.
#[derive(Debug, Clone)]
pub(super) struct ReadOnly {
    folder: PathBuf,
    files: MmapDirectory,
}

impl ReadOnly {
    pub(super) fn open(folder: &Path) -> Result<Self, OpenDirectoryError> {
        announce(folder);
        Ok(Self { folder: folder.to_owned(), files: MmapDirectory::open(folder)? })
    }
}

/// What is read of every file when it is opened: its end says what is in it.
const END: u64 = 32 * 1024;

/// Lets the system read the ends of all files side by side, which are otherwise waited for one after the
/// other. That it does not is no error.
fn announce(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(file) = File::open(entry.path()) else { continue };
        let length = file.metadata().map_or(0, |metadata| metadata.len());
        let (Ok(from), Ok(bytes)) = (i64::try_from(length.saturating_sub(END)), i64::try_from(length.min(END))) else { continue };
        let _ = posix_fadvise(&file, from, bytes, PosixFadviseAdvice::POSIX_FADV_WILLNEED);
    }
}

fn refused() -> io::Error {
    io::Error::from(io::ErrorKind::ReadOnlyFilesystem)
}

impl Directory for ReadOnly {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.files.atomic_read(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(refused()), filepath: path.to_owned() })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(refused(), path.to_owned()))
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(refused())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    /// Keeps those who write from clearing away files that are just being opened. Where there is no
    /// such lock, nobody writes.
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let file = File::open(self.folder.join(&lock.filepath)).ok();
        let file = file.filter(|file| file.lock_shared().is_ok());
        Ok(DirectoryLock::from(Box::new(file)))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}
