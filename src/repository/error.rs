//! What can go wrong in the repository.

use std::fmt;
use std::io;
use std::path::Path;

use thiserror::Error;

use crate::model::failure::{Failure, FailureCode};

/// Says why the repository could not do what was asked.
#[derive(Debug, Error)]
pub enum RepositoryError {
    /// No room to write: disk, quota or size limit.
    #[error("no room left for {place}: {cause}")]
    DiskFull {
        /// What was being written.
        place: String,
        /// What the system said.
        cause: String,
    },
    /// Another process has the repository or the inbox for itself.
    #[error("process {pid} on {host} has been using it since {since}")]
    Locked {
        /// What is locked.
        place: String,
        /// The other process.
        pid: u32,
        /// The machine it runs on.
        host: String,
        /// When it began, RFC 3339.
        since: String,
    },
    /// Somebody else changed the same thing in the meantime; nothing was written.
    #[error("{place}: {cause}")]
    Conflict {
        /// What was to be changed.
        place: String,
        /// What came in between.
        cause: String,
    },
    /// There is no repository.
    #[error("{place} is not a repository: {cause}")]
    Missing {
        /// The folder.
        place: String,
        /// What was expected there.
        cause: String,
    },
    /// A newer program has written it.
    #[error("{place} has format {found}, and this program knows only {known}")]
    Newer {
        /// The repository or catalog.
        place: String,
        /// Its version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// An older program made the search index, which a run or a repair makes anew.
    #[error("an older version of the program made {place}")]
    Outdated {
        /// The index.
        place: String,
    },
    /// Something in it is missing or does not read back.
    #[error("{place} is damaged: {cause}")]
    Damaged {
        /// What is damaged.
        place: String,
        /// How that showed.
        cause: String,
    },
    /// It was opened for reading, and something was to be written.
    #[error("{place} is open for reading only")]
    ReadOnly {
        /// What was to be written to.
        place: String,
    },
    /// Anything else: rights, faults of the disk.
    #[error("{place}: {cause}")]
    Storage {
        /// What was being read or written.
        place: String,
        /// What the system said.
        cause: String,
    },
}

impl RepositoryError {
    /// The code for people and other programs.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::DiskFull { .. } => FailureCode::DiskFull,
            Self::Locked { .. } => FailureCode::RepositoryLocked,
            Self::Conflict { .. } => FailureCode::Conflict,
            Self::Missing { .. } => FailureCode::RepositoryMissing,
            Self::Newer { .. } => FailureCode::RepositoryNewer,
            Self::Outdated { .. } => FailureCode::IndexOutdated,
            Self::Damaged { .. } => FailureCode::RepositoryDamaged,
            Self::ReadOnly { .. } | Self::Storage { .. } => FailureCode::StorageFailed,
        }
    }

    /// The same as a [`Failure`].
    pub fn failure(&self) -> Failure {
        let failure = Failure::new(self.code());
        match self {
            Self::DiskFull { place, cause }
            | Self::Conflict { place, cause }
            | Self::Missing { place, cause }
            | Self::Damaged { place, cause }
            | Self::Storage { place, cause } => failure.at(place).because(cause),
            Self::Outdated { place } => failure.at(place),
            Self::Newer { place, .. } | Self::Locked { place, .. } | Self::ReadOnly { place } => failure.at(place).because(self),
        }
    }

    /// Classes an error of the file system at `path`.
    pub fn io(path: &Path, error: &io::Error) -> Self {
        let (place, cause) = (path.display().to_string(), error.to_string());
        if NO_ROOM.contains(&error.kind()) { Self::DiskFull { place, cause } } else { Self::Storage { place, cause } }
    }

    /// Refuses to write what was opened for reading.
    pub(super) fn read_only(place: &Path) -> Self {
        Self::ReadOnly { place: place.display().to_string() }
    }

    /// An error that tells nothing about the disk.
    pub(super) fn storage(path: &Path, cause: impl fmt::Display) -> Self {
        Self::Storage { place: path.display().to_string(), cause: cause.to_string() }
    }
}

/// How the system says that there is no room: a full disk, a used-up quota, or a file beyond the
/// size that is allowed.
pub(super) const NO_ROOM: [io::ErrorKind; 3] =
    [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge];

#[cfg(test)]
mod tests {
    use nix::errno::Errno;

    use super::*;

    #[test]
    fn every_way_to_run_out_of_room_is_disk_full() {
        let code_of = |errno: Errno| RepositoryError::io(Path::new("x"), &io::Error::from_raw_os_error(errno as i32)).code();
        for errno in [Errno::ENOSPC, Errno::EDQUOT, Errno::EFBIG] {
            assert_eq!(code_of(errno), FailureCode::DiskFull, "{errno}");
        }
        for errno in [Errno::EACCES, Errno::EIO, Errno::EROFS] {
            assert_eq!(code_of(errno), FailureCode::StorageFailed, "{errno}");
        }
    }
}
