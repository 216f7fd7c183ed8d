//! Why a page cannot be read.

use crate::model::failure::{Failure, FailureCode};
use crate::stages::intake::IntakeError;
use crate::stages::prepare::PrepareError;
use crate::stages::recognise::RecogniseError;

/// Why a page cannot be read: what one of the stages said, or that there is no such engine.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
    /// Its picture cannot be decoded.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// Its picture cannot be cleaned.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The engine did not start, or gave up.
    #[error(transparent)]
    Recognise(#[from] RecogniseError),
    /// The settings name an engine that is not there.
    #[error("'{name}' is not one of: {known}")]
    UnknownEngine {
        /// What the settings say.
        name: String,
        /// What they could say.
        known: String,
    },
}

impl ReadingError {
    /// The code under which staff see it.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::Intake(error) => error.code(),
            Self::Prepare(error) => error.code(),
            Self::Recognise(error) => error.code(),
            Self::UnknownEngine { .. } => FailureCode::SettingsInvalid,
        }
    }
}

impl From<ReadingError> for Failure {
    fn from(error: ReadingError) -> Self {
        let failure = Self::new(error.code());
        let failure = if matches!(error, ReadingError::UnknownEngine { .. }) { failure.at("recognise.engine") } else { failure };
        failure.because(error)
    }
}
