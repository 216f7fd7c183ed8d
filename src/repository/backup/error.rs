//! What can go wrong with a backup.

use thiserror::Error;

use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::repository::error::RepositoryError;

/// Says why a backup could not be written or read.
#[derive(Debug, Error)]
pub enum BackupError {
    /// There is no backup, or the folder holds other things than one.
    #[error("{place} is not a backup")]
    Missing {
        /// The folder.
        place: String,
    },
    /// A newer program has written it.
    #[error("{place} has format {found}, and this program knows only {known}")]
    Newer {
        /// What was read.
        place: String,
        /// Its version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// It holds no such snapshot.
    #[error("there is no snapshot {name}")]
    NoSnapshot {
        /// Its name, or where all lie.
        name: String,
    },
    /// Something in it does not read as it was written.
    #[error("{place} is damaged: {cause}")]
    Damaged {
        /// What is damaged.
        place: String,
        /// How that showed.
        cause: Cause,
    },
    /// The address is of a kind that is not known.
    #[error("{address} is not the path of a folder")]
    Address {
        /// As it was given.
        address: String,
    },
    /// The folder to restore into holds something.
    #[error("{place} is not empty")]
    NotEmpty {
        /// The folder.
        place: String,
    },
    /// The repository or the disk failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

impl BackupError {
    /// The same as a [`Failure`].
    pub fn failure(&self) -> Failure {
        match self {
            Self::Missing { place } => Failure::new(FailureCode::BackupMissing).at_file(place),
            Self::Newer { place, found, known } => Failure::new(FailureCode::RepositoryNewer)
                .at_file(place)
                .because(StorageFault::FormatNewer { found: *found, known: *known }),
            Self::NoSnapshot { name } => Failure::new(FailureCode::SnapshotMissing).at_file(name),
            Self::Damaged { place, cause } => Failure::new(FailureCode::BackupDamaged).at_file(place).because(cause.clone()),
            Self::Address { address } => Failure::new(FailureCode::BackupAddress).at_file(address),
            Self::NotEmpty { place } => Failure::new(FailureCode::RestoreNotEmpty).at_file(place),
            Self::Repository(error) => error.failure(),
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        error.failure()
    }
}
