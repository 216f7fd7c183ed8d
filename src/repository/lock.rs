//! Keeps a second writer out.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::error::RepositoryError;

/// Who holds the lock. Only told to people: what counts is the kernel's lock on the file, which
/// ends with the process however it dies, so nothing has to be cleaned up after a crash.
#[derive(Serialize, Deserialize)]
struct Holder {
    pid: u32,
    host: String,
    since: String,
}

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(super) struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes the lock at `path`, or says who has it.
    pub(super) fn take(path: &Path) -> Result<Self, RepositoryError> {
        let failed = |error: std::io::Error| RepositoryError::io(path, &error);
        let mut file = File::options().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(holder_of(&mut file)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let holder = Holder {
            pid: std::process::id(),
            host: fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned(),
            since: OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
        };
        let content = serde_json::to_vec(&holder).map_err(|e| RepositoryError::storage(path, e))?;
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(&content)).map_err(failed)?;
        Ok(Self { _file: file })
    }
}

fn holder_of(file: &mut File) -> RepositoryError {
    let mut content = String::new();
    // The holder may be writing it just now; the lock counts, not its description.
    let _ = file.take(4096).read_to_string(&mut content);
    let unknown = || Holder { pid: 0, host: "?".into(), since: "?".into() };
    let Holder { pid, host, since } = serde_json::from_str(&content).unwrap_or_else(|_| unknown());
    RepositoryError::Locked { pid, host, since }
}
