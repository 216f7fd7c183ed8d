//! What can be wrong with settings.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::model::failure::cause::SettingFault;
use crate::model::failure::{Cause, Failure, FailureCode, Place};

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
        /// Why.
        reason: Box<Cause>,
    },
    /// All layers are well-formed, but a value is outside what can be meant.
    #[error("{key}: {reason}")]
    OutOfRange {
        /// The key.
        key: &'static str,
        /// Why.
        reason: SettingFault,
    },
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        let failure = Self::new(FailureCode::SettingsInvalid);
        match error {
            SettingsError::Unreadable { path, source } => failure.at_file(path.display()).because(source),
            SettingsError::Wrong { layer, reason } => failure.at(Place::setting(layer)).because(*reason),
            SettingsError::OutOfRange { key, reason } => failure.at(Place::setting(key)).because(reason),
        }
    }
}
