//! What can go wrong with a backup.

use std::io;
use std::path::Path;

use thiserror::Error;

use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::repository::blobs::{BlobState, CopyError};
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
    /// It is encrypted, and no key was given.
    #[error("{place} is encrypted")]
    KeyNeeded {
        /// The backup.
        place: String,
    },
    /// It is encrypted, and not for these keys.
    #[error("{place} is encrypted for another key")]
    KeyWrong {
        /// What was to be read.
        place: String,
    },
    /// A file of keys cannot be used.
    #[error("{file} cannot be used: {cause}")]
    KeyUnusable {
        /// The file.
        file: String,
        /// Why.
        cause: Cause,
    },
    /// The backup is encrypted and the settings name nobody who may read it, or the other way round.
    #[error("{place}: {cause}")]
    OtherEncryption {
        /// The backup.
        place: String,
        /// Which of the two.
        cause: Cause,
    },
    /// The service does not answer.
    #[error("{place} does not answer: {cause}")]
    Unreachable {
        /// Where it is.
        place: String,
        /// What was seen.
        cause: Cause,
    },
    /// The service does not do what is asked.
    #[error("{place} refuses: {cause}")]
    Refused {
        /// Where it is.
        place: String,
        /// What it said.
        cause: Cause,
    },
    /// The service does not give one object, and may give others.
    #[error("{place} does not give it: {cause}")]
    ObjectRefused {
        /// Where it is.
        place: String,
        /// What it said.
        cause: Cause,
    },
    /// A setting cannot be used.
    #[error("{key}: {cause}")]
    Setting {
        /// Its name.
        key: &'static str,
        /// Why.
        cause: Cause,
    },
    /// The address is of a kind that is not known.
    #[error("{address} is neither the path of a folder nor s3://BUCKET/PREFIX")]
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
            Self::KeyNeeded { place } => Failure::new(FailureCode::BackupKeyMissing).at_file(place),
            Self::KeyWrong { place } => Failure::new(FailureCode::BackupKeyWrong).at_file(place),
            Self::KeyUnusable { file, cause } => Failure::new(FailureCode::BackupKeyMissing).at_file(file).because(cause.clone()),
            Self::OtherEncryption { place, cause } => {
                Failure::new(FailureCode::BackupEncryption).at_file(place).because(cause.clone())
            }
            Self::Unreachable { place, cause } => {
                Failure::new(FailureCode::BackupUnreachable).at_file(place).because(cause.clone())
            }
            Self::Refused { place, cause } | Self::ObjectRefused { place, cause } => {
                Failure::new(FailureCode::BackupRefused).at_file(place).because(cause.clone())
            }
            Self::Setting { key, cause } => {
                Failure::new(FailureCode::SettingsInvalid).at(Place::setting(*key)).because(cause.clone())
            }
            Self::Address { address } => Failure::new(FailureCode::BackupAddress).at_file(address),
            Self::NotEmpty { place } => Failure::new(FailureCode::RestoreNotEmpty).at_file(place),
            Self::Repository(error) => error.failure(),
        }
    }
}

impl BackupError {
    /// What a read of `place` said: an error of ours that came through it, or what the system says.
    pub(super) fn of_io(place: &str, error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(ours) => ours,
            Err(error) => RepositoryError::io(Path::new(place), &error).into(),
        }
    }
}

/// Says why a blob did not come into the backup, or out of it.
#[derive(Debug)]
pub(crate) enum NotCopied {
    /// It is not what it was.
    Damaged(BlobState),
    /// The backup or a disk failed.
    Failed(BackupError),
}

impl NotCopied {
    /// What it means that an object could not be read to its end.
    pub(super) fn of_source(error: io::Error) -> Self {
        match (error.kind(), error.downcast::<BackupError>()) {
            (_, Ok(BackupError::ObjectRefused { .. })) => Self::Damaged(BlobState::Unreadable),
            (_, Ok(ours)) => Self::Failed(ours),
            // So says what undoes encryption, of what was changed or cut off.
            (io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof, _) => Self::Damaged(BlobState::Changed),
            _ => Self::Damaged(BlobState::Unreadable),
        }
    }
}

impl From<BackupError> for NotCopied {
    fn from(error: BackupError) -> Self {
        Self::Failed(error)
    }
}

impl From<CopyError> for NotCopied {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Damaged(state) => Self::Damaged(state),
            CopyError::Target(error) => Self::Failed(error.into()),
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        error.failure()
    }
}
