//! What can be wrong with the settings of this stage.

use thiserror::Error;

use crate::model::failure::{Failure, FailureCode};

/// Reports settings that cannot be used.
#[derive(Debug, Error)]
pub enum AssembleError {
    /// A pattern of the inbox is not a regular expression.
    #[error("{key}: '{pattern}' is not a valid pattern: {reason}")]
    BadPattern {
        /// The settings key, such as `inbox.code_patterns`.
        key: &'static str,
        /// The pattern as it was written.
        pattern: String,
        /// What is wrong with it, in one line.
        reason: String,
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
}

impl From<AssembleError> for Failure {
    fn from(error: AssembleError) -> Self {
        Self::new(error.code()).because(error)
    }
}
