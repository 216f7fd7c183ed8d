//! A backup in a folder: another disk, or a share that is mounted.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use tempfile::NamedTempFile;
use walkdir::WalkDir;

use super::error::BackupError;
use super::store::{Store, prove};
use crate::model::backup::Kept;
use crate::model::failure::Cause;
use crate::repository::durable;
use crate::repository::error::RepositoryError;
use crate::repository::lock::Lock;

/// Held while somebody writes.
const LOCK: &str = "lock";
/// Where unfinished files lie.
const PARTIAL: &str = "partial";
/// Rights of what is written, before the umask.
const FILE_MODE: u32 = 0o666;

/// The folder.
#[derive(Debug)]
pub(super) struct FolderStore {
    root: PathBuf,
    /// Held by who writes.
    _lock: Option<Lock>,
}

impl FolderStore {
    /// Opens or makes the folder for writing, and clears away what killed processes left unfinished.
    pub(super) fn to_write(root: &Path) -> Result<Self, RepositoryError> {
        durable::create_dir_all(root)?;
        let lock = Lock::alone(&root.join(LOCK))?;
        let partial = root.join(PARTIAL);
        if partial.exists() {
            durable::remove_dir_all(&partial)?;
        }
        Ok(Self { root: root.to_owned(), _lock: Some(lock) })
    }

    /// Opens the folder for reading, whether it is there or not.
    pub(super) fn to_read(root: &Path) -> Self {
        Self { root: root.to_owned(), _lock: None }
    }
}

impl Store for FolderStore {
    fn new_file(&self) -> Result<NamedTempFile, BackupError> {
        let partial = self.root.join(PARTIAL);
        durable::create_dir_all(&partial)?;
        Ok(durable::new_file(&partial, FILE_MODE)?)
    }

    fn put(&self, name: &str, file: NamedTempFile, written: Kept) -> Result<(), BackupError> {
        let path = self.root.join(name);
        file.as_file().sync_all().map_err(|error| RepositoryError::io(file.path(), &error))?;
        // Before it has its name: a backup that is killed here leaves nothing that the next one would take for proven.
        let mut again = from_medium(file.path()).map_err(|error| RepositoryError::io(file.path(), &error))?;
        prove(&self.place_of(name), written, &mut again)?;
        if let Some(folder) = path.parent() {
            durable::create_dir_all(folder)?;
        }
        Ok(durable::publish(file, &path)?)
    }

    fn read(&self, name: &str) -> Result<Option<Box<dyn Read>>, BackupError> {
        let path = self.root.join(name);
        match from_medium(&path) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(RepositoryError::io(&path, &error).into()),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<(String, u64)>, BackupError> {
        let start = self.root.join(folder);
        if !start.exists() {
            return Ok(Vec::new());
        }
        let failed = |error: walkdir::Error| RepositoryError::storage(&start, Cause::said(error));
        let mut found = Vec::new();
        for entry in WalkDir::new(&start).min_depth(1) {
            let entry = entry.map_err(failed)?;
            let name = entry.path().strip_prefix(&self.root).ok().and_then(Path::to_str);
            if let Some(name) = name.filter(|_| entry.file_type().is_file()) {
                found.push((name.to_owned(), entry.metadata().map_err(failed)?.len()));
            }
        }
        Ok(found)
    }

    fn remove(&self, name: &str) -> Result<(), BackupError> {
        let path = self.root.join(name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(path.parent().map_or(Ok(()), durable::sync_dir)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(RepositoryError::io(&path, &error).into()),
        }
    }

    fn is_empty(&self) -> Result<bool, BackupError> {
        let entries = match fs::read_dir(&self.root).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(RepositoryError::io(&self.root, &error).into()),
        };
        // What a killed backup that was the first leaves, and what every ext4 volume has at its top.
        Ok(entries.iter().all(|entry| [LOCK, PARTIAL, "lost+found"].iter().any(|known| entry.file_name() == *known)))
    }

    fn place_of(&self, name: &str) -> String {
        self.root.join(name).display().to_string()
    }
}

/// Opens a file to be read from the disk.
fn from_medium(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    // What was just written would else be read from memory and prove nothing of the disk. Where that cannot be had
    // the bytes are read all the same.
    let _ = posix_fadvise(file.as_fd(), 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED);
    Ok(file)
}
