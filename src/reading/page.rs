//! Reads one page.

use super::second_look::{self, Oriented};
use super::standing::{self, Picture};
use super::{CpuClock, Engines, ReadingError, ReadingSettings};
use crate::model::geometry::Turn;
use crate::model::ids::BlobId;
use crate::model::page::{RecognisedPage, StageTimes};
use crate::model::raster::Raster;
use crate::model::recipe::EngineIdentity;
use crate::model::text::{Line, source_of};
use crate::stages::intake::{self, OpenScan};
use crate::stages::prepare::{self, Upright};
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
        let Self { settings, engine } = self;
        let mut times = StageTimes::default();
        let mut clock = CpuClock::start();
        let mut decoded = scan.decode(ordinal)?;
        let mut how = settings.prepare.clone();
        if let Some(turn) = told {
            (decoded.geometry.turn, how.upright) = (turn, Upright::TrustFile);
        }
        let barcodes = intake::find_barcodes(&decoded.raster, &settings.barcodes);
        let pixels = hash_pixels(&decoded.raster);

        let mut carried = scan.embedded_text(ordinal, &decoded.raster);
        // What is not wanted as text still says how the page stands.
        if settings.recognise.embedded_text == EmbeddedText::Ignore {
            carried.lines.clear();
        }
        times.open = clock.lap();

        let prepared = prepare::prepare(&decoded.raster, &decoded.geometry, &how)?;
        times.prepare = clock.lap();

        // A barcode is print too, however little else there is, and so is text that can be seen.
        let blank = prepared.blank && barcodes.is_empty() && carried.lines.is_empty();
        let places: Vec<_> = barcodes.iter().map(|barcode| barcode.place).collect();
        let picture = Picture { decoded: &decoded, barcodes: &places, settings };
        let mut oriented = picture.with_lines(prepared);
        let mut is_settled = how.upright == Upright::TrustFile;
        if !is_settled && !blank {
            (oriented, is_settled) = standing::by_text(oriented, carried.standing, &picture)?;
        }
        let read = if blank {
            Reading::default()
        } else if is_settled {
            read_once(engine, &picture, &oriented, carried.lines)?
        } else {
            read_upright(engine, &picture, &mut oriented, &carried.lines)?
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
}

/// What is read of a page as it stands. Besides the words that the file carries, that is what the engine
/// reads where there are none, or where it has to confirm them.
fn read_once(
    engine: &mut ChosenEngine,
    picture: &Picture<'_>,
    oriented: &Oriented,
    embedded: Vec<Line>,
) -> Result<Reading, ReadingError> {
    let Oriented { page, layout } = oriented;
    if embedded.is_empty() {
        return Ok(recognise::recognise(engine.get(picture.settings)?, page, layout)?);
    }
    let expected = Expected::of_models(&picture.settings.recognise.language);
    let unread = Unread::new(page, layout.clone(), embedded);
    let read = match unread.layout() {
        Some(layout) => recognise::recognise(engine.get(picture.settings)?, page, layout)?,
        None => Reading::default(),
    };
    Ok(Reading { lines: unread.join(read.lines, expected), legibility: read.legibility, unread_letters: None })
}

/// The same, in the turn in which the engine reads most.
fn read_upright(
    engine: &mut ChosenEngine,
    picture: &Picture<'_>,
    oriented: &mut Oriented,
    embedded: &[Line],
) -> Result<Reading, ReadingError> {
    let mut read = read_once(engine, picture, oriented, embedded.to_vec())?;
    let filed = picture.filed();
    if !second_look::is_doubtful(read.legibility, oriented.page.turn, filed) {
        return Ok(read);
    }
    let orient = |turn| picture.in_turn(turn);
    if let Some(better) = second_look::look_again(engine.get(picture.settings)?, oriented, filed, orient)? {
        tracing::debug!(found = ?oriented.page.turn, better = ?better.page.turn, "page turned again");
        *oriented = better;
        read = read_once(engine, picture, oriented, embedded.to_vec())?;
    }
    if second_look::is_turned_for_nothing(read.legibility, oriented.page.turn, filed) {
        tracing::debug!("no sense either way: the page stays as it was filed");
        *oriented = picture.in_turn(filed)?;
        read = read_once(engine, picture, oriented, embedded.to_vec())?;
    }
    Ok(read)
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
