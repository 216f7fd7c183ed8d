//! The program's own reader as an [`Engine`], with another one, Tesseract, as its second opinion.
//!
//! Lines that the line finder has cut are read by `sohoa-reader`, a small network for Vietnamese
//! print. Tesseract reads again what that is unsure of and what facts may stand on, and pages whose
//! lines are not known. See ADR 0014.

mod calibration;
mod facts;
mod piece;
mod receipts;
mod second;
mod words;

use sohoa_reader::{Model, Reader, WEIGHTS};

use super::{Engine, EngineLine, Expected, RecogniseError, RecogniseSettings, TesseractEngine};
use crate::model::page::{LineImage, PageLayout, PreparedPage};
use crate::model::raster::Channels;
use crate::model::recipe::EngineIdentity;
use crate::model::text::SecondReading;

/// Version of what is made of the network's answers. Raise it whenever they would be read
/// differently.
const VERSION: u32 = 3;

/// The program's own reader.
pub struct SohoaEngine {
    identity: EngineIdentity,
    reader: Reader,
    second: Box<dyn Engine>,
    expected: Expected,
    second_reading: f64,
}

impl SohoaEngine {
    /// What settings call it.
    pub const NAME: &str = "sohoa";

    /// Starts the reader, and finds Tesseract and the model that `settings` name.
    ///
    /// # Errors
    /// [`RecogniseError::UnknownEngine`] for another engine's name, [`RecogniseError::NoModel`] if a
    /// file of Tesseract's model is missing, [`RecogniseError::Start`] if the reader's own is spoilt.
    pub fn start(settings: &RecogniseSettings) -> Result<Self, RecogniseError> {
        if settings.engine != Self::NAME {
            return Err(RecogniseError::UnknownEngine(settings.engine.clone()));
        }
        Self::beside(Box::new(TesseractEngine::waiting(settings)?), settings)
    }

    /// Starts the reader beside this second one.
    ///
    /// # Errors
    /// [`RecogniseError::Start`] if the reader's model is spoilt.
    pub(crate) fn beside(second: Box<dyn Engine>, settings: &RecogniseSettings) -> Result<Self, RecogniseError> {
        let model = Model::parse(WEIGHTS).map_err(|error| RecogniseError::Start(error.to_string()))?;
        let EngineIdentity { version, language, model: its_model, .. } = second.identity().clone();
        let mut models = blake3::Hasher::new();
        models.update(WEIGHTS).update(its_model.as_bytes());
        let identity = EngineIdentity {
            name: Self::NAME.to_owned(),
            version: format!("{VERSION} (Tesseract {version})"),
            model: models.finalize().to_hex().to_string(),
            language,
        };
        let expected = Expected::of_models(&settings.language);
        Ok(Self { identity, reader: Reader::new(model), second, expected, second_reading: settings.second_reading })
    }

    fn read_line(&mut self, line: &LineImage) -> Result<EngineLine, RecogniseError> {
        if line.image.channels() != Channels::Gray {
            return Err(RecogniseError::Picture);
        }
        let width = usize::try_from(line.image.width()).unwrap_or(usize::MAX);
        let characters = self.reader.read(line.image.samples(), width);
        let words = words::join(line, &characters, self.expected);
        Ok(EngineLine { words, begins_block: line.begins_block })
    }

    /// Has those of `read` that are doubtful, or that facts may stand on, read by the second reader too.
    fn read_again(&mut self, read: &mut [EngineLine], lines: &[LineImage], page: &PreparedPage) -> Result<(), RecogniseError> {
        let asked = second::asked(read, (page.image.width() as f32, page.image.height() as f32), self.second_reading);
        for ((first, line), asked) in read.iter_mut().zip(lines).zip(asked) {
            first.words.iter_mut().for_each(|word| word.second = SecondReading::NotAsked);
            if let Some(part) = asked {
                let piece = PageLayout::Lines(vec![second::piece(line, &first.words, &part)]);
                let other = self.second.recognise(page, &piece)?.into_iter().next().unwrap_or_default();
                second::weigh(first, part, other);
            }
        }
        Ok(())
    }
}

impl Engine for SohoaEngine {
    fn identity(&self) -> &EngineIdentity {
        &self.identity
    }

    fn recognise(&mut self, page: &PreparedPage, layout: &PageLayout) -> Result<Vec<EngineLine>, RecogniseError> {
        let PageLayout::Lines(lines) = layout else {
            let mut read = self.second.recognise(page, layout)?;
            read.iter_mut().flat_map(|line| &mut line.words).for_each(|word| word.second = SecondReading::NotAsked);
            return Ok(read);
        };
        let mut read = lines.iter().map(|line| self.read_line(line)).collect::<Result<Vec<_>, _>>()?;
        self.read_again(&mut read, lines, page)?;
        Ok(read)
    }
}
