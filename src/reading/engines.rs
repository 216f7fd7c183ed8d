//! The engines that can be chosen, and the one that was.

use std::collections::BTreeMap;

use super::ReadingError;
use crate::stages::recognise::{Engine, RecogniseError, RecogniseSettings, SohoaEngine, TesseractEngine};

/// Starts an engine.
pub type StartEngine = fn(&RecogniseSettings) -> Result<Box<dyn Engine>, RecogniseError>;

/// The engines that `recognise.engine` can name.
#[derive(Debug, Clone)]
pub struct Engines(BTreeMap<&'static str, StartEngine>);

impl Engines {
    /// Those that come with the program.
    pub fn standard() -> Self {
        let tesseract: StartEngine = |settings| Ok(Box::new(TesseractEngine::start(settings)?));
        let sohoa: StartEngine = |settings| Ok(Box::new(SohoaEngine::start(settings)?));
        Self(BTreeMap::from([(SohoaEngine::NAME, sohoa), (TesseractEngine::NAME, tesseract)]))
    }

    /// Adds one, for tests and for other engines than ours.
    #[must_use]
    pub fn with(mut self, name: &'static str, start: StartEngine) -> Self {
        self.0.insert(name, start);
        self
    }

    /// Starts the engine that `settings` name.
    ///
    /// # Errors
    /// [`ReadingError::UnknownEngine`], or why it does not start.
    pub(super) fn start(&self, settings: &RecogniseSettings) -> Result<Box<dyn Engine>, ReadingError> {
        let name = settings.engine.as_str();
        let start = self.0.get(name).ok_or_else(|| ReadingError::UnknownEngine {
            name: name.to_owned(),
            known: self.0.keys().copied().collect::<Vec<_>>().join(", "),
        })?;
        Ok(start(settings)?)
    }
}
