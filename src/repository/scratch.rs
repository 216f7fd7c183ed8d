//! Where a process keeps what is unfinished: a folder of its own in `tmp/`, with a lock beside it
//! that tells whether the owner still lives.
//!
//! The lock is there before the folder and goes after it, so a folder without one has no owner.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::error::RepositoryError;
use super::lock::is_held;

/// What the names of scratch folders begin with.
const PREFIX: &str = "run-";
/// What the lock has behind the folder's name.
const SUFFIX: &str = ".lock";

/// The scratch folder of this process. It goes when the value is dropped.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: PathBuf,
    lock: PathBuf,
    _held: File,
}

impl Scratch {
    /// Makes a folder in `tmp`, once all that has no living owner is swept out of it.
    pub(super) fn make(tmp: &Path) -> Result<Self, RepositoryError> {
        sweep(tmp)?;
        let failed = |error: io::Error| RepositoryError::io(tmp, &error);
        loop {
            let made = tempfile::Builder::new()
                .prefix(PREFIX)
                .suffix(SUFFIX)
                .permissions(Permissions::from_mode(0o666))
                .tempfile_in(tmp)
                .map_err(failed)?;
            let (held, lock) = made.keep().map_err(|error| failed(error.error))?;
            // Somebody who sweeps may have been faster and have taken it for a dead one's.
            let is_ours = held.try_lock().is_ok()
                && fs::symlink_metadata(&lock).is_ok_and(|there| held.metadata().is_ok_and(|ours| ours.ino() == there.ino()));
            if is_ours {
                let folder = lock.with_extension("");
                fs::create_dir(&folder).map_err(failed)?;
                return Ok(Self { folder, lock, _held: held });
            }
        }
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the owner is known by.
    pub(super) fn name(&self) -> &str {
        self.folder.file_name().and_then(OsStr::to_str).unwrap_or_default()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Whatever stays is swept out by the next.
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(&self.lock);
    }
}

/// Whether the owner of the scratch folder of this name in `tmp` lives.
pub(super) fn is_at_work(tmp: &Path, owner: &str) -> bool {
    !owner.contains('/') && is_held(&tmp.join(format!("{owner}{SUFFIX}")))
}

/// Removes from `tmp` all that has no living owner. Links are removed and not followed.
fn sweep(tmp: &Path) -> Result<(), RepositoryError> {
    let entries = fs::read_dir(tmp).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    for entry in entries.map_err(|error| RepositoryError::io(tmp, &error))? {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_str().unwrap_or_default();
        let owner = name.strip_suffix(SUFFIX).unwrap_or(name);
        if owner.starts_with(PREFIX) && is_at_work(tmp, owner) {
            continue;
        }
        if owner != name && owner.starts_with(PREFIX) {
            // Its folder first, and with the lock held, so that nobody takes it up in between.
            let Ok(lock) = File::options().read(true).write(true).open(&path) else { continue };
            if lock.try_lock().is_ok() {
                remove(&tmp.join(owner))?;
                remove(&path)?;
            }
            continue;
        }
        remove(&path)?;
    }
    Ok(())
}

/// Removes a file, a link or a folder with all in it; that it is gone already is as good.
fn remove(path: &Path) -> Result<(), RepositoryError> {
    let removed = fs::symlink_metadata(path)
        .and_then(|there| if there.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) });
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(RepositoryError::io(path, &error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn only_what_has_no_living_owner_is_swept_out() {
        let tmp = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("kept"), "kept").unwrap();
        let living = Scratch::make(tmp.path()).unwrap();
        fs::write(living.folder().join("half"), "half").unwrap();
        // What a killed run, an older program and a stranger leave.
        fs::create_dir(tmp.path().join("run-dead")).unwrap();
        fs::write(tmp.path().join("run-dead/half"), "half").unwrap();
        fs::write(tmp.path().join("run-dead.lock"), "").unwrap();
        fs::create_dir(tmp.path().join("run-without-lock")).unwrap();
        fs::write(tmp.path().join("new-half"), "half").unwrap();
        std::os::unix::fs::symlink(other.path(), tmp.path().join("run-link")).unwrap();
        std::os::unix::fs::symlink(other.path(), tmp.path().join("link")).unwrap();

        assert!(is_at_work(tmp.path(), living.name()) && !is_at_work(tmp.path(), "run-dead"));
        let second = Scratch::make(tmp.path()).unwrap();
        let mut expected = vec![];
        for scratch in [&living, &second] {
            expected.extend([scratch.name().to_owned(), format!("{}.lock", scratch.name())]);
        }
        expected.sort();
        assert_eq!(names(tmp.path()), expected);
        assert!(living.folder().join("half").exists() && other.path().join("kept").exists());
        drop((living, second));
        assert_eq!(names(tmp.path()), Vec::<String>::new());
    }
}
