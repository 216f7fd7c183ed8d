//! Locks between processes: the kernel's, on files. They end with the process however it dies, so
//! nothing has to be cleaned up after a crash.
//!
//! | file | how it is held | by whom, how long |
//! |---|---|---|
//! | `lock` | together | everybody who writes, as long as the repository is open |
//! | `lock` | alone | whoever makes the repository or brings its catalog up to date, for a moment |
//! | `locks/inbox-…` | alone | the batch that works on this inbox |
//! | `locks/portal-…` | alone | whoever sends to this portal |
//! | `locks/backup-…` | alone | whoever backs up to this place |
//! | `locks/index` | alone | whoever adds to the search index |
//! | `locks/quarantine` | alone | whoever chooses a place for a refused file, for a moment |
//! | `tmp/run-….lock` | alone | the owner of the scratch folder beside it |

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::error::RepositoryError;
use crate::model::failure::Cause;

/// How long to wait for a lock that others hold for a moment only.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// The pause between two tries.
pub(super) const PAUSE: Duration = Duration::from_millis(20);
/// What the names of locks on inboxes begin with.
const INBOX: &str = "inbox-";
/// Held while locks on inboxes are compared.
const INBOXES: &str = "inboxes";

/// Who holds a lock. Only told to people: what counts is the kernel's lock.
#[derive(Serialize, Deserialize)]
struct Holder {
    pid: u32,
    host: String,
    since: String,
    /// The inbox that is locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inbox: Option<String>,
}

/// A lock, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock at `path` alone, or says who has it.
    pub(super) fn alone(path: &Path) -> Result<Self, RepositoryError> {
        let mut file = open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held_by(path.parent().unwrap_or(path), &mut file)),
            Err(TryLockError::Error(error)) => return Err(RepositoryError::io(path, &error)),
        }
        describe(path, &mut file, None)?;
        Ok(Self { _file: file })
    }

    /// Takes the lock at `path` together with others, or says who has it alone and for longer than a
    /// moment.
    pub(super) fn together(path: &Path) -> Result<Self, RepositoryError> {
        let mut file = open(path)?;
        share(path, &mut file)?;
        describe(path, &mut file, None)?;
        Ok(Self { _file: file })
    }

    /// Takes the lock at `path` alone, however long that takes.
    pub(super) fn wait(path: &Path) -> Result<Self, RepositoryError> {
        let file = open(path)?;
        file.lock().map_err(|error| RepositoryError::io(path, &error))?;
        Ok(Self { _file: file })
    }

    /// Takes the lock on the inbox at `inbox`, in the folder of locks `locks`; says who has it, or
    /// an inbox that lies in this one or that this one lies in.
    pub(super) fn on_inbox(locks: &Path, inbox: &Path) -> Result<Self, RepositoryError> {
        let inbox = fs::canonicalize(inbox).unwrap_or_else(|_| inbox.to_owned());
        let _alone = Self::wait(&locks.join(INBOXES))?;
        for other in fs::read_dir(locks).map_err(|error| RepositoryError::io(locks, &error))? {
            let other = other.map_err(|error| RepositoryError::io(locks, &error))?;
            if other.file_name().as_bytes().starts_with(INBOX.as_bytes()) {
                refuse_overlap(&other.path(), &inbox)?;
            }
        }
        let digest = blake3::hash(inbox.as_os_str().as_bytes()).to_hex();
        let path = locks.join(format!("{INBOX}{}", digest.get(..16).unwrap_or_default()));
        let mut file = open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held_by(&inbox, &mut file)),
            Err(TryLockError::Error(error)) => return Err(RepositoryError::io(&path, &error)),
        }
        describe(&path, &mut file, Some(&inbox))?;
        Ok(Self { _file: file })
    }
}

/// Fails if the lock at `path` is held and is on an inbox that has files in common with `inbox`; one
/// that nobody holds is cleared away.
fn refuse_overlap(path: &Path, inbox: &Path) -> Result<(), RepositoryError> {
    let mut file = open(path)?;
    match file.try_lock() {
        Ok(()) => {
            // Nobody else looks at it now.
            let _ = fs::remove_file(path);
            Ok(())
        }
        Err(TryLockError::WouldBlock) => {
            let locked = holder(&mut file).and_then(|holder| holder.inbox).map(PathBuf::from);
            let apart = locked.as_ref().is_some_and(|locked| !locked.starts_with(inbox) && !inbox.starts_with(locked));
            if apart { Ok(()) } else { Err(held_by(locked.as_deref().unwrap_or(inbox), &mut file)) }
        }
        Err(TryLockError::Error(error)) => Err(RepositoryError::io(path, &error)),
    }
}

/// Whether somebody holds the lock at `path`. One that cannot be looked at counts as held.
pub(super) fn is_held(path: &Path) -> bool {
    match File::options().read(true).write(true).open(path) {
        Ok(file) => file.try_lock().is_err(),
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

fn open(path: &Path) -> Result<File, RepositoryError> {
    let file = File::options().read(true).write(true).create(true).truncate(false).open(path);
    file.map_err(|error| RepositoryError::io(path, &error))
}

fn share(path: &Path, file: &mut File) -> Result<(), RepositoryError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match file.try_lock_shared() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(held_by(path.parent().unwrap_or(path), file)),
            Err(TryLockError::Error(error)) => return Err(RepositoryError::io(path, &error)),
        }
    }
}

/// Writes down who holds the lock, for people.
fn describe(path: &Path, file: &mut File, inbox: Option<&Path>) -> Result<(), RepositoryError> {
    let holder = Holder {
        pid: std::process::id(),
        host: fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned(),
        since: OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
        inbox: inbox.map(|inbox| inbox.display().to_string()),
    };
    let content = serde_json::to_vec(&holder).map_err(|e| RepositoryError::storage(path, Cause::said(e)))?;
    let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(&content));
    written.map_err(|error| RepositoryError::io(path, &error))
}

fn holder(file: &mut File) -> Option<Holder> {
    let mut content = String::new();
    // The holder may be writing it just now; the lock counts, not its description.
    let _ = file.rewind().and_then(|()| file.take(8192).read_to_string(&mut content));
    serde_json::from_str(&content).ok()
}

fn held_by(what: &Path, file: &mut File) -> RepositoryError {
    let unknown = || Holder { pid: 0, host: "?".into(), since: "?".into(), inbox: None };
    let Holder { pid, host, since, .. } = holder(file).unwrap_or_else(unknown);
    RepositoryError::Locked { place: what.display().to_string(), pid, host, since }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureCode;

    #[test]
    fn inboxes_that_have_files_in_common_are_not_locked_together() {
        let folder = tempfile::tempdir().unwrap();
        let (locks, inbox) = (folder.path().join("locks"), folder.path().join("inbox"));
        fs::create_dir(&locks).unwrap();
        for name in ["a/inner", "ab"] {
            fs::create_dir_all(inbox.join(name)).unwrap();
        }
        let lock = |name: &str| Lock::on_inbox(&locks, &inbox.join(name));
        let held = lock("a").unwrap();
        for taken in ["a", "a/", "a/inner", "", "a/../a"] {
            let error = lock(taken).unwrap_err();
            assert_eq!(error.code(), FailureCode::RepositoryLocked, "{taken}");
            assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
        }
        let beside = lock("ab").unwrap();
        drop(held);
        let within = lock("a/inner").unwrap();
        assert!(lock("").is_err());
        drop((beside, within));
        lock("").unwrap();
    }

    #[test]
    fn what_is_held_together_is_not_to_be_had_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        assert!(!is_held(&path));
        let both = (Lock::together(&path).unwrap(), Lock::together(&path).unwrap());
        assert!(is_held(&path));
        drop(both);
        assert!(!is_held(&path));
        let alone = Lock::alone(&path).unwrap();
        assert!(is_held(&path));
        drop(alone);
    }
}
