//! What a worker does with one request: it calls the stages one after the other and measures them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use nix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use super::upright::{self, Oriented};
use crate::model::failure::cause::SettingFault;
use crate::model::failure::{Failure, FailureCode, Names, Place};
use crate::model::geometry::{Quad, Turn};
use crate::model::ids::{BlobId, PageId};
use crate::model::page::{RecognisedPage, StageTimes};
use crate::model::raster::{PageGeometry, Raster};
use crate::model::recipe::EngineIdentity;
use crate::model::scan::{MediaType, ScanSummary};
use crate::model::text::{Line, source_of};
use crate::repository::RepositoryError;
use crate::settings::Settings;
use crate::stages::intake::{self, DecodedPage, IntakeError, OpenScan, SubstituteFonts};
use crate::stages::prepare::{PrepareSettings, Upright};
use crate::stages::recognise::{
    EmbeddedText, Engine, Expected, RecogniseError, RecogniseSettings, SohoaEngine, TesseractEngine, Unread,
};
use crate::stages::seal::{DocumentMetadata, SealPage};
use crate::stages::{layout, prepare, recognise, seal};

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
        Self(BTreeMap::from([("sohoa", sohoa), ("tesseract", tesseract)]))
    }

    /// Adds one, for tests and for other engines than ours.
    #[must_use]
    pub fn with(mut self, name: &'static str, start: StartEngine) -> Self {
        self.0.insert(name, start);
        self
    }
}

/// One page of a sealed file to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PageToSeal {
    /// The scan it lies in.
    pub scan: PathBuf,
    /// Which page.
    pub page: PageId,
    /// The turn that shows it upright.
    pub turn: Turn,
    /// Its text.
    pub lines: Vec<Line>,
}

/// A sealed file to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SealOrder {
    /// Its pages, in order.
    pub pages: Vec<PageToSeal>,
    /// What it says of itself.
    pub metadata: DocumentMetadata,
    /// Where to write it.
    pub output: PathBuf,
}

/// A small picture of a page to be drawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PictureOrder {
    /// The scan the page lies in.
    pub scan: PathBuf,
    /// Which page, from 0.
    pub ordinal: u32,
    /// The turn that shows it upright.
    pub turn: Turn,
    /// Where to write the JPEG.
    pub output: PathBuf,
}

/// Performs steps, keeping between them what is expensive to set up: the engine and the last scan.
pub struct Stepper {
    settings: Settings,
    engines: Engines,
    engine: Option<Box<dyn Engine>>,
    scan: Option<(PathBuf, OpenScan)>,
    /// Read when the first PDF is opened.
    fonts: Option<SubstituteFonts>,
}

impl Stepper {
    /// A stepper that has not started its engine yet.
    pub fn new(settings: Settings, engines: Engines) -> Self {
        Self { settings, engines, engine: None, scan: None, fonts: None }
    }

    /// Starts the engine and tells which one it is.
    ///
    /// # Errors
    /// [`FailureCode::EngineMissing`] or [`FailureCode::SettingsInvalid`].
    pub fn identify(&mut self) -> Result<EngineIdentity, Failure> {
        self.engine().map(|engine| engine.identity().clone())
    }

    /// Opens a scan and tells what it is.
    ///
    /// # Errors
    /// Why it cannot be taken in.
    pub fn open(&mut self, path: &Path) -> Result<(ScanSummary, StageTimes), Failure> {
        let mut clock = CpuClock::start();
        let summary = self.scan(path)?.summary();
        Ok((summary, StageTimes { open: clock.lap(), ..StageTimes::default() }))
    }

    /// Decodes, cleans and reads one page.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(&mut self, path: &Path, ordinal: u32) -> Result<RecognisedPage, Failure> {
        let mut times = StageTimes::default();
        let mut clock = CpuClock::start();
        let decoded = self.page(path, |scan| scan.decode(ordinal))?;
        let barcodes = intake::find_barcodes(&decoded.raster, &self.settings.barcodes);
        let pixels = hash_pixels(&decoded.raster);
        times.open = clock.lap();

        let prepared = prepare::prepare(&decoded.raster, &decoded.geometry, &self.settings.prepare)?;
        times.prepare = clock.lap();

        let embedded = match self.settings.recognise.embedded_text {
            EmbeddedText::Prefer => self.scan(path)?.embedded_text(ordinal, &decoded.raster),
            EmbeddedText::Ignore => Vec::new(),
        };
        times.open += clock.lap();

        // A barcode is print too, however little else there is, and so is text that can be seen.
        let blank = prepared.blank && barcodes.is_empty() && embedded.is_empty();
        let places: Vec<_> = barcodes.iter().map(|barcode| barcode.place).collect();
        let layout = layout::find_lines(&prepared, &places, &self.settings.layout);
        let mut oriented = Oriented { page: prepared, layout };
        let lines = if blank {
            Vec::new()
        } else if embedded.is_empty() {
            self.read_from_picture(&mut oriented, &decoded, &places)?
        } else {
            self.read_besides(&oriented, embedded)?
        };
        let line_finder = oriented.layout.line_finder();
        tracing::debug!(page = ordinal, ?line_finder, "page read");
        let text_source = source_of(lines.iter().flat_map(|line| &line.words)).unwrap_or_default();
        times.recognise = clock.lap();
        Ok(RecognisedPage {
            width: decoded.raster.width(),
            height: decoded.raster.height(),
            turn: oriented.page.turn,
            skew_degrees: oriented.page.skew_degrees,
            blank,
            quality: Some(oriented.page.quality),
            barcodes,
            lines,
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
    ) -> Result<Vec<Line>, Failure> {
        let (preparing, laying_out) = (self.settings.prepare.clone(), self.settings.layout.clone());
        let engine = self.engine()?;
        let read = recognise::recognise(engine, &oriented.page, &oriented.layout)?;
        if !upright::is_doubtful(read.legibility, &preparing) {
            return Ok(read.lines);
        }
        let as_told = PrepareSettings { upright: Upright::TrustFile, ..preparing };
        let orient = |turn| {
            let page = prepare::prepare(&decoded.raster, &PageGeometry { turn, ..decoded.geometry }, &as_told)?;
            let layout = layout::find_lines(&page, barcodes, &laying_out);
            Ok(Oriented { page, layout })
        };
        let Some(better) = upright::look_again(engine, oriented, decoded.geometry.turn, orient)? else { return Ok(read.lines) };
        tracing::debug!(found = ?oriented.page.turn, better = ?better.page.turn, "page turned again");
        *oriented = better;
        Ok(recognise::recognise(engine, &oriented.page, &oriented.layout)?.lines)
    }

    /// What the engine reads besides the text that the file carries, joined with that.
    fn read_besides(&mut self, oriented: &Oriented, embedded: Vec<Line>) -> Result<Vec<Line>, Failure> {
        let expected = Expected::of_models(&self.settings.recognise.language);
        let unread = Unread::new(&oriented.page, oriented.layout.clone(), embedded);
        let read = match unread.layout() {
            Some(layout) => recognise::recognise(self.engine()?, &oriented.page, layout)?.lines,
            None => Vec::new(),
        };
        Ok(unread.join(read, expected))
    }

    /// Writes a sealed file to disk and reads it back from there.
    ///
    /// # Errors
    /// Why it cannot be written or did not read back.
    pub fn seal(&mut self, order: SealOrder) -> Result<StageTimes, Failure> {
        let mut clock = CpuClock::start();
        let settings = self.settings.seal.clone();
        // One page at a time: a long document need not fit into memory twice.
        let pages = order.pages.into_iter().map(|page| {
            let encoded = self.page(&page.scan, |scan| scan.encode(page.page.ordinal))?;
            Ok::<_, Failure>(SealPage { image: encoded.image, geometry: encoded.geometry, turn: page.turn, lines: page.lines })
        });
        let sealed = seal::seal(pages, &order.metadata, &settings)?;
        let mut file = File::create(&order.output).map_err(|error| RepositoryError::io(&order.output, &error))?;
        file.write_all(&sealed.bytes).map_err(|error| RepositoryError::io(&order.output, &error))?;
        drop(file);
        let written = std::fs::read(&order.output).map_err(|error| RepositoryError::io(&order.output, &error))?;
        seal::read_back(&written, &sealed.proofs)?;
        Ok(StageTimes { seal: clock.lap(), ..StageTimes::default() })
    }

    /// Draws a small picture of a page.
    ///
    /// # Errors
    /// Why the page cannot be decoded or the picture not written.
    pub fn draw(&mut self, order: &PictureOrder) -> Result<StageTimes, Failure> {
        let mut clock = CpuClock::start();
        let page = self.page(&order.scan, |scan| scan.decode(order.ordinal))?;
        let jpeg = prepare::picture(&page.raster, &page.geometry, order.turn)?;
        std::fs::write(&order.output, jpeg).map_err(|error| RepositoryError::io(&order.output, &error))?;
        Ok(StageTimes { open: clock.lap(), ..StageTimes::default() })
    }

    fn engine(&mut self) -> Result<&mut dyn Engine, Failure> {
        if self.engine.is_none() {
            let name = self.settings.recognise.engine.as_str();
            let start = self.engines.0.get(name).ok_or_else(|| {
                let fault = SettingFault::NoSuchEngine { name: name.to_owned(), known: Names::of(self.engines.0.keys()) };
                Failure::new(FailureCode::SettingsInvalid).at(Place::setting("recognise.engine")).because(fault)
            })?;
            self.engine = Some(start(&self.settings.recognise)?);
        }
        match &mut self.engine {
            Some(engine) => Ok(engine.as_mut()),
            None => Err(Failure::new(FailureCode::EngineMissing)),
        }
    }

    /// Takes something out of a scan, and lets go of the scan if a decoder panicked over it.
    fn page<T>(&mut self, path: &Path, take: impl FnOnce(&OpenScan) -> Result<T, IntakeError>) -> Result<T, Failure> {
        let taken = take(self.scan(path)?);
        if matches!(taken, Err(IntakeError::Panicked(_))) {
            self.scan = None;
        }
        taken.map_err(Failure::from)
    }

    fn fonts(&mut self) -> SubstituteFonts {
        let folder = &self.settings.fonts.folder;
        self.fonts.get_or_insert_with(|| SubstituteFonts::new(|name| std::fs::read(folder.join(name)).ok())).clone()
    }

    fn scan(&mut self, path: &Path) -> Result<&OpenScan, Failure> {
        let cached = self.scan.as_ref().is_some_and(|(open, _)| open == path);
        if !cached {
            // The old scan goes before the new one comes: two large files need not fit.
            self.scan = None;
            let mut bytes = Vec::new();
            File::open(path)
                .and_then(|mut file| file.read_to_end(&mut bytes))
                .map_err(|error| RepositoryError::io(path, &error))?;
            let fonts = matches!(intake::sniff(&bytes), Ok(MediaType::Pdf)).then(|| self.fonts());
            let scan = OpenScan::open(bytes, &self.settings.limits)?;
            let scan = scan.with_fonts(fonts.unwrap_or_default());
            self.scan = Some((path.to_owned(), scan));
        }
        match &self.scan {
            Some((_, scan)) => Ok(scan),
            None => Err(Failure::new(FailureCode::FileDamaged)),
        }
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

/// Measures processor time of the calling thread.
pub struct CpuClock {
    last: u64,
}

impl CpuClock {
    /// Starts now.
    pub fn start() -> Self {
        Self { last: Self::now() }
    }

    /// Microseconds since the start or the last lap.
    pub fn lap(&mut self) -> u64 {
        let now = Self::now();
        let spent = now.saturating_sub(self.last);
        self.last = now;
        spent
    }

    fn now() -> u64 {
        clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(0, |time| {
            let micros = time.tv_sec().saturating_mul(1_000_000).saturating_add(time.tv_nsec() / 1000);
            u64::try_from(micros).unwrap_or(0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::SecondReading;
    use crate::stages::seal::SealError;

    #[test]
    fn a_seal_that_fails_keeps_its_own_code() {
        let failure = Failure::from(SealError::Language("Tiếng Việt".into()));
        assert_eq!((failure.code, failure.place), (FailureCode::SettingsInvalid, Some(Place::setting("seal.language"))));
        let failure = Failure::from(SealError::TooLarge);
        assert_eq!((failure.code, failure.place), (FailureCode::SealFailed, None));
    }

    fn settings(engine: &str) -> Settings {
        let mut settings = Settings::default();
        settings.recognise.engine = engine.into();
        settings
    }

    #[test]
    fn a_table_of_figures_is_read_from_any_side() {
        let table = include_bytes!("../../tests/fixtures/read/figures-200dpi.png");
        let upright = image::load_from_memory(table).unwrap().to_luma8();
        let lain = [
            (Turn::None, upright.clone()),
            (Turn::Left, image::imageops::rotate90(&upright)),
            (Turn::Half, image::imageops::rotate180(&upright)),
            (Turn::Right, image::imageops::rotate270(&upright)),
        ];
        let folder = tempfile::tempdir().unwrap();
        for engine in ["sohoa", "tesseract"] {
            let mut stepper = Stepper::new(settings(engine), Engines::standard());
            for (turn, image) in &lain {
                let path = folder.path().join(format!("{}.png", turn.degrees()));
                image.save(&path).unwrap();
                let page = stepper.read(&path, 0).unwrap();
                let text: Vec<_> = page.lines.iter().flat_map(|line| &line.words).map(|word| word.text.as_str()).collect();
                assert_eq!(page.turn, *turn, "{engine}");
                assert!(text.contains(&"98.064.261"), "{engine} {turn:?}: {text:?}");
            }
        }
    }

    /// The last line names the parts of a telephone number, so Tesseract is asked about it, and about
    /// the others it is not.
    #[test]
    fn our_reader_reads_a_paragraph_exactly_and_asks_tesseract_where_a_fact_may_stand() {
        let paragraph = Path::new("tests/fixtures/read/paragraph-200dpi.jpg");
        let mut stepper = Stepper::new(settings("sohoa"), Engines::standard());
        let page = stepper.read(paragraph, 0).unwrap();
        let texts: Vec<String> = page.lines.iter().map(Line::text).collect();
        let expected = "0214.3942.992, hoạt động trong giờ hành chính từ thứ Hai đến thứ Sáu.";
        assert_eq!(texts.iter().filter(|text| *text == expected).count(), 1, "{texts:#?}");
        assert_eq!(page.lines.len(), 6, "{texts:#?}");
        for line in &page.lines {
            let asked = line.text() == expected;
            for word in &line.words {
                let second = if asked { SecondReading::Agrees } else { SecondReading::NotAsked };
                // A line that was read unsurely is asked about too, and there is none.
                assert_eq!(word.second, second, "{} in {}", word.text, line.text());
                assert!(!asked || word.confidence.share() > 0.9, "{word:?}");
            }
        }
        let identity = stepper.identify().unwrap();
        assert!(identity.version.contains("Tesseract 5") && identity.name == "sohoa", "{identity:?}");
    }
}
