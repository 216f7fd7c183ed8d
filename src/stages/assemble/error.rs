//! What can be wrong with the settings of this stage.

use thiserror::Error;

use crate::model::failure::cause::SettingFault;
use crate::model::failure::{Failure, FailureCode, Place};

/// Reports settings that cannot be used.
#[derive(Debug, Error)]
pub enum AssembleError {
    /// A pattern of the inbox is not a regular expression.
    #[error("{key}: '{pattern}' is not a valid pattern: {said}")]
    BadPattern {
        /// The settings key, such as `inbox.code_patterns`.
        key: &'static str,
        /// The pattern as it was written.
        pattern: String,
        /// What the parser said, in one line.
        said: String,
    },
    /// A pattern of dossier codes fits the empty text, so anything would be a code.
    #[error("{key}: '{pattern}' fits the empty text")]
    TooWide {
        /// The settings key.
        key: &'static str,
        /// The patterns as one.
        pattern: String,
    },
    /// No pattern says what a dossier code looks like.
    #[error("inbox.code_patterns is empty: no dossier code could ever be found")]
    NoCodePatterns,
}

impl AssembleError {
    /// The reason code of this error.
    pub fn code(&self) -> FailureCode {
        FailureCode::SettingsInvalid
    }

    /// The key that is wrong.
    pub fn key(&self) -> &'static str {
        match self {
            Self::BadPattern { key, .. } | Self::TooWide { key, .. } => key,
            Self::NoCodePatterns => "inbox.code_patterns",
        }
    }

    /// Why, by its code.
    pub fn cause(self) -> SettingFault {
        match self {
            Self::BadPattern { pattern, said, .. } => SettingFault::BadPattern { pattern, said },
            Self::TooWide { pattern, .. } => SettingFault::TooWidePattern { pattern },
            Self::NoCodePatterns => SettingFault::NoCodePatterns,
        }
    }
}

impl From<AssembleError> for Failure {
    fn from(error: AssembleError) -> Self {
        Self::new(error.code()).at(Place::setting(error.key())).because(error.cause())
    }
}
