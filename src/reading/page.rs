//! Reads one page.

use super::second_look::{self, Oriented};
use super::{CpuClock, Engines, ReadingError, ReadingSettings};
use crate::model::geometry::{Quad, Turn};
use crate::model::ids::BlobId;
use crate::model::page::{RecognisedPage, StageTimes};
use crate::model::raster::{PageGeometry, Raster};
use crate::model::recipe::EngineIdentity;
use crate::model::text::{Line, source_of};
use crate::stages::intake::{self, DecodedPage, OpenScan};
use crate::stages::layout;
use crate::stages::prepare::{self, PrepareSettings, Upright};
use crate::stages::recognise::{self, EmbeddedText, Engine, Expected, Reading, Unread};

/// Reads pages one after the other, and keeps between them what is expensive to set up: the engine.
pub struct PageReader {
    settings: ReadingSettings,
    engine: ChosenEngine,
}

/// The engine that the settings name, started when it is first needed.
struct ChosenEngine {
    engines: Engines,
    started: Option<Box<dyn Engine>>,
}

impl ChosenEngine {
    fn get(&mut self, settings: &ReadingSettings) -> Result<&mut dyn Engine, ReadingError> {
        let engine = match self.started.take() {
            Some(engine) => engine,
            None => self.engines.start(&settings.recognise)?,
        };
        Ok(self.started.insert(engine).as_mut())
    }
}

impl PageReader {
    /// A reader that has not started its engine yet.
    pub fn new(settings: ReadingSettings, engines: Engines) -> Self {
        Self { settings, engine: ChosenEngine { engines, started: None } }
    }

    /// Starts the engine and tells which one it is.
    ///
    /// # Errors
    /// If there is none of that name, or it does not start.
    pub fn identify(&mut self) -> Result<EngineIdentity, ReadingError> {
        Ok(self.engine.get(&self.settings)?.identity().clone())
    }

    /// Decodes, cleans and reads page `ordinal`, from 0, of `scan`; in the turn that a person told, if one
    /// did.
    ///
    /// # Errors
    /// Why it cannot be read. After [`intake::IntakeError::Panicked`] the scan is of no more use.
    pub fn read(&mut self, scan: &OpenScan, ordinal: u32, told: Option<Turn>) -> Result<RecognisedPage, ReadingError> {
        let mut times = StageTimes::default();
        let mut clock = CpuClock::start();
        let mut decoded = scan.decode(ordinal)?;
        let mut how = self.settings.prepare.clone();
        if let Some(turn) = told {
            (decoded.geometry.turn, how.upright) = (turn, Upright::TrustFile);
        }
        let barcodes = intake::find_barcodes(&decoded.raster, &self.settings.barcodes);
        let pixels = hash_pixels(&decoded.raster);
        times.open = clock.lap();

        let prepared = prepare::prepare(&decoded.raster, &decoded.geometry, &how)?;
        times.prepare = clock.lap();

        let embedded = match self.settings.recognise.embedded_text {
            EmbeddedText::Prefer => scan.embedded_text(ordinal, &decoded.raster),
            EmbeddedText::Ignore => Vec::new(),
        };
        times.open += clock.lap();

        // A barcode is print too, however little else there is, and so is text that can be seen.
        let blank = prepared.blank && barcodes.is_empty() && embedded.is_empty();
        let places: Vec<_> = barcodes.iter().map(|barcode| barcode.place).collect();
        let layout = layout::find_lines(&prepared, &places, &self.settings.layout);
        let mut oriented = Oriented { page: prepared, layout };
        let read = if blank {
            Reading::default()
        } else if embedded.is_empty() {
            self.read_from_picture(&mut oriented, &decoded, &places, told)?
        } else {
            Reading { lines: self.read_besides(&oriented, embedded)?, ..Reading::default() }
        };
        let line_finder = oriented.layout.line_finder();
        tracing::debug!(page = ordinal, ?line_finder, "page read");
        let text_source = source_of(read.lines.iter().flat_map(|line| &line.words)).unwrap_or_default();
        times.recognise = clock.lap();
        Ok(RecognisedPage {
            width: decoded.raster.width(),
            height: decoded.raster.height(),
            turn: oriented.page.turn,
            skew_degrees: oriented.page.skew_degrees,
            blank,
            quality: Some(oriented.page.quality),
            barcodes,
            lines: read.lines,
            unread_letters: read.unread_letters,
            line_finder,
            text_source,
            pixels: Some(pixels),
            times,
        })
    }

    /// What the engine reads, in the turn in which it reads most.
    fn read_from_picture(
        &mut self,
        oriented: &mut Oriented,
        decoded: &DecodedPage,
        barcodes: &[Quad],
        told: Option<Turn>,
    ) -> Result<Reading, ReadingError> {
        let Self { settings, engine } = self;
        let engine = engine.get(settings)?;
        let read = recognise::recognise(engine, &oriented.page, &oriented.layout)?;
        if told.is_some() || !second_look::is_doubtful(read.legibility, &settings.prepare) {
            return Ok(read);
        }
        let as_told = PrepareSettings { upright: Upright::TrustFile, ..settings.prepare.clone() };
        let mut orient = |turn| -> Result<Oriented, ReadingError> {
            let page = prepare::prepare(&decoded.raster, &PageGeometry { turn, ..decoded.geometry }, &as_told)?;
            let layout = layout::find_lines(&page, barcodes, &settings.layout);
            Ok(Oriented { page, layout })
        };
        let filed = decoded.geometry.turn;
        let mut read = read;
        if let Some(better) = second_look::look_again(engine, oriented, filed, &mut orient)? {
            tracing::debug!(found = ?oriented.page.turn, better = ?better.page.turn, "page turned again");
            *oriented = better;
            read = recognise::recognise(engine, &oriented.page, &oriented.layout)?;
        }
        if second_look::is_turned_for_nothing(read.legibility, oriented.page.turn, filed) {
            tracing::debug!("no sense either way: the page stays as it was filed");
            *oriented = orient(filed)?;
            read = recognise::recognise(engine, &oriented.page, &oriented.layout)?;
        }
        Ok(read)
    }

    /// What the engine reads besides the text that the file carries, joined with that.
    fn read_besides(&mut self, oriented: &Oriented, embedded: Vec<Line>) -> Result<Vec<Line>, ReadingError> {
        let expected = Expected::of_models(&self.settings.recognise.language);
        let unread = Unread::new(&oriented.page, oriented.layout.clone(), embedded);
        let read = match unread.layout() {
            Some(layout) => recognise::recognise(self.engine.get(&self.settings)?, &oriented.page, layout)?.lines,
            None => Vec::new(),
        };
        Ok(unread.join(read, expected))
    }
}

/// One picture has one hash, whatever file it came in.
fn hash_pixels(raster: &Raster) -> BlobId {
    let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 pixels of a page");
    for side in [raster.width(), raster.height()] {
        hasher.update(&side.to_le_bytes());
    }
    hasher.update(raster.samples());
    BlobId::from_bytes(*hasher.finalize().as_bytes())
}
