//! The folder of the index as somebody sees it who may only read.
//!
//! tantivy makes a file for a lock even to open an index. Here the lock of those who write is shared
//! where it is there, and nothing is ever made.

use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Advice, Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};

/// A folder that is only read.
#[derive(Debug, Clone)]
pub(super) struct ReadOnly {
    folder: PathBuf,
    files: MmapDirectory,
}

impl ReadOnly {
    pub(super) fn open(folder: &Path) -> Result<Self, OpenDirectoryError> {
        announce(folder);
        Ok(Self { folder: folder.to_owned(), files: MmapDirectory::open_with_madvice(folder, Advice::Random)? })
    }
}

/// A file of which the system reads ahead what is asked for, and nothing else. Left to itself it reads
/// megabytes around each byte that is looked at, of which a search needs almost none.
#[derive(Debug)]
struct AsAsked {
    mapped: Arc<dyn FileHandle>,
    file: Option<File>,
    /// What was asked for last.
    window: Mutex<Range<usize>>,
}

/// Longer pieces, such as the places of a word that is everywhere, are read where they are looked at.
const AHEAD: usize = 4 * 1024 * 1024;
/// The most that the system reads ahead at a time on most machines.
const AT_ONCE: usize = 512 * 1024;
/// Whoever goes on so near behind what was asked for last, as with the lists of words that begin alike, is likely
/// to go on.
const NEAR: usize = 16 * 1024;

impl AsAsked {
    /// What is to be asked for now: nothing of what was asked for before.
    fn ahead(&self, range: &Range<usize>) -> Range<usize> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if range.start >= window.start && range.end <= window.end {
            return 0..0;
        }
        let is_on = window.contains(&range.start) || (range.start >= window.end && range.start - window.end <= NEAR);
        if is_on && !window.is_empty() {
            let from = window.end.min(range.start);
            let more = (window.len() * 2).min(AT_ONCE);
            *window = range.start..range.end.max(range.start + more).min(self.len());
            return from..window.end;
        }
        *window = range.clone();
        range.clone()
    }
}

impl FileHandle for AsAsked {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if let Some(file) = &self.file
            && range.len() <= AHEAD
        {
            let ahead = self.ahead(&range);
            for from in ahead.clone().step_by(AT_ONCE) {
                ask_for(file, from, AT_ONCE.min(ahead.end - from));
            }
        }
        self.mapped.read_bytes(range)
    }
}

impl HasLen for AsAsked {
    fn len(&self) -> usize {
        self.mapped.len()
    }
}

/// Lets the system read this while other things are done. That it does not is no error.
fn ask_for(file: &File, from: usize, bytes: usize) {
    if let (Ok(from), Ok(bytes)) = (i64::try_from(from), i64::try_from(bytes)) {
        let _ = posix_fadvise(file, from, bytes, PosixFadviseAdvice::POSIX_FADV_WILLNEED);
    }
}

/// What is read of every file when it is opened: its end says what is in it.
const END: usize = 32 * 1024;

/// Lets the system read the ends of all files side by side, which are otherwise waited for one after the
/// other.
fn announce(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(file) = File::open(entry.path()) else { continue };
        let length = file.metadata().ok().and_then(|metadata| usize::try_from(metadata.len()).ok()).unwrap_or(0);
        ask_for(&file, length.saturating_sub(END), length.min(END));
    }
}

fn refused() -> io::Error {
    io::Error::from(io::ErrorKind::ReadOnlyFilesystem)
}

impl Directory for ReadOnly {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let mapped = self.files.get_file_handle(path)?;
        Ok(Arc::new(AsAsked { mapped, file: File::open(self.folder.join(path)).ok(), window: Mutex::new(0..0) }))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(bytes: usize) -> (tempfile::TempDir, AsAsked, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let content: Vec<u8> = (0..bytes).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let path = folder.path().join("lists");
        fs::write(&path, &content).unwrap();
        let mapped: Arc<dyn FileHandle> = Arc::new(OwnedBytes::new(content.clone()));
        let file = File::open(path).ok();
        (folder, AsAsked { mapped, file, window: Mutex::new(0..0) }, content)
    }

    #[test]
    fn what_is_asked_for_is_read_ahead_once_and_more_where_somebody_goes_on() {
        let (_folder, file, _) = opened(100_000);
        assert_eq!(file.ahead(&(500..600)), 500..600);
        assert_eq!(file.ahead(&(510..600)), 0..0, "asked for already");
        assert_eq!(file.ahead(&(600..620)), 600..800, "goes on: twice as much");
        assert_eq!(file.ahead(&(700..780)), 0..0);
        assert_eq!(file.ahead(&(810..5_000)), 800..5_000);
        assert_eq!(file.ahead(&(60_000..60_100)), 60_000..60_100, "elsewhere");
        assert_eq!(file.ahead(&(100..200)), 100..200);
        assert_eq!(file.ahead(&(99_990..100_000)), 99_990..100_000);
        assert_eq!(file.ahead(&(99_995..100_000)), 0..0);
        file.window.lock().unwrap().clone_from(&(99_000..99_900));
        assert_eq!(file.ahead(&(99_900..99_950)), 99_900..100_000, "not behind the end");
    }

    #[test]
    fn bytes_are_those_of_the_file_however_they_are_asked_for() {
        let (_folder, file, content) = opened(AT_ONCE * 2 + 7);
        for range in [0..1, 10..AT_ONCE + 3, 100..200, 201..300, content.len() - 3..content.len(), 0..content.len()] {
            assert_eq!(file.read_bytes(range.clone()).unwrap().as_slice(), &content[range]);
        }
        assert_eq!(file.len(), content.len());
    }
}
