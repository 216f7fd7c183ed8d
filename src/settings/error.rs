//! What can be wrong with settings.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::model::failure::{Failure, FailureCode};

/// Says which layer of settings is wrong, and how.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The settings file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A layer holds something that is no setting, or no value for it.
    #[error("{layer}: {reason}")]
    Wrong {
        /// The file, variable or option.
        layer: String,
        /// What the parser said.
        reason: String,
    },
    /// All layers are well-formed, but a value is outside what can be meant.
    #[error("{key}: {reason}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// Why.
        reason: String,
    },
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::new(FailureCode::SettingsInvalid).because(error)
    }
}
