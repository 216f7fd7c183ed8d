//! What a worker does with one request: it opens scans, has pages read, and writes sealed files and
//! small pictures.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::open_scans::OpenScans;
use crate::model::failure::Failure;
use crate::model::geometry::{Quad, Turn};
use crate::model::ids::PageId;
use crate::model::mask::without_secrets;
use crate::model::page::{RecognisedPage, StageTimes};
use crate::model::recipe::EngineIdentity;
use crate::model::scan::ScanSummary;
use crate::model::signature::SignatureSlot;
use crate::model::text::Line;
use crate::reading::{CpuClock, Engines, PageReader, ReadingError};
use crate::repository::RepositoryError;
use crate::settings::Settings;
use crate::stages::intake::IntakeError;
use crate::stages::prepare;
use crate::stages::seal::{self, DocumentMetadata, SealPage, SealSettings, SignatureOrder};

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
    /// The signature that there has to be room for, if it is to be signed.
    pub signature: Option<SignatureOrder>,
}

/// Pages to be cut out of a scan without loss.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CutOrder {
    /// The scan they lie in.
    pub scan: PathBuf,
    /// Which pages, from 0, in the order in which they are to stand.
    pub ordinals: Vec<u32>,
    /// Where to write the file.
    pub output: PathBuf,
}

/// A picture of a page to be drawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PictureOrder {
    /// The scan the page lies in.
    pub scan: PathBuf,
    /// Which page, from 0.
    pub ordinal: u32,
    /// The turn that shows it upright.
    pub turn: Turn,
    /// How it is drawn.
    pub drawing: Drawing,
    /// Where to write it.
    pub output: PathBuf,
}

/// How a picture of a page is drawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Drawing {
    /// Small, as a JPEG.
    Small,
    /// With all its pixels and these places marked, as a PNG.
    Marked(Vec<Quad>),
    /// For a screen, as a JPEG.
    View(prepare::View),
}

/// Performs steps, keeping between them what is expensive to set up: the engine and the last scan.
pub struct Stepper {
    reader: PageReader,
    scans: OpenScans,
    seal: SealSettings,
}

impl Stepper {
    /// A stepper that has not started its engine yet.
    pub fn new(settings: Settings, engines: Engines) -> Self {
        let reader = PageReader::new(settings.reading(), engines);
        Self { reader, scans: OpenScans::new(settings.limits, settings.fonts.folder), seal: settings.seal }
    }

    /// Starts the engine and tells which one it is.
    ///
    /// # Errors
    /// `EngineMissing` or `SettingsInvalid`.
    pub fn identify(&mut self) -> Result<EngineIdentity, Failure> {
        Ok(self.reader.identify()?)
    }

    /// Opens a scan and tells what it is.
    ///
    /// # Errors
    /// Why it cannot be taken in.
    pub fn open(&mut self, path: &Path) -> Result<(ScanSummary, StageTimes), Failure> {
        let mut clock = CpuClock::start();
        let summary = self.scans.open(path)?.summary();
        Ok((summary, StageTimes { open: clock.lap(), ..StageTimes::default() }))
    }

    /// Decodes, cleans and reads one page.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(&mut self, path: &Path, ordinal: u32, turn: Option<Turn>) -> Result<RecognisedPage, Failure> {
        let mut clock = CpuClock::start();
        let scan = self.scans.open(path)?;
        let opened = clock.lap();
        let read = self.reader.read(scan, ordinal, turn);
        if matches!(read, Err(ReadingError::Intake(IntakeError::Panicked(_)))) {
            self.scans.close();
        }
        let mut page = read?;
        page.times.open += opened;
        Ok(page)
    }

    /// Writes a sealed file to disk and reads it back from there. Tells where in it a signature belongs, if it
    /// is to have one.
    ///
    /// # Errors
    /// Why it cannot be written or did not read back.
    pub fn seal(&mut self, order: SealOrder) -> Result<(StageTimes, Option<SignatureSlot>), Failure> {
        let mut clock = CpuClock::start();
        // One page at a time: a long document need not fit into memory twice.
        let pages = order.pages.into_iter().map(|page| {
            let encoded = self.scans.page(&page.scan, |scan| scan.encode(page.page.ordinal))?;
            let lines = without_secrets(page.lines);
            Ok::<_, Failure>(SealPage { image: encoded.image, geometry: encoded.geometry, turn: page.turn, lines })
        });
        let sealed = seal::seal_for(pages, &order.metadata, &self.seal, order.signature.as_ref())?;
        let mut file = File::create(&order.output).map_err(|error| RepositoryError::io(&order.output, &error))?;
        file.write_all(&sealed.bytes).map_err(|error| RepositoryError::io(&order.output, &error))?;
        drop(file);
        let written = std::fs::read(&order.output).map_err(|error| RepositoryError::io(&order.output, &error))?;
        seal::read_back(&written, &sealed.proofs)?;
        Ok((StageTimes { seal: clock.lap(), ..StageTimes::default() }, sealed.slot))
    }

    /// Cuts pages out of a scan and writes them to disk.
    ///
    /// # Errors
    /// Why they cannot be cut out whole and alone, or not be written.
    pub fn cut(&mut self, order: &CutOrder) -> Result<StageTimes, Failure> {
        let mut clock = CpuClock::start();
        let cut = self.scans.page(&order.scan, |scan| scan.cut(&order.ordinals))?;
        std::fs::write(&order.output, cut).map_err(|error| RepositoryError::io(&order.output, &error))?;
        Ok(StageTimes { open: clock.lap(), ..StageTimes::default() })
    }

    /// Draws a picture of a page.
    ///
    /// # Errors
    /// Why the page cannot be decoded or the picture not written.
    pub fn draw(&mut self, order: &PictureOrder) -> Result<StageTimes, Failure> {
        let mut clock = CpuClock::start();
        let page = self.scans.page(&order.scan, |scan| scan.decode(order.ordinal))?;
        let picture = match &order.drawing {
            Drawing::Small => prepare::picture(&page.raster, &page.geometry, order.turn),
            Drawing::Marked(places) => prepare::marked(&page.raster, order.turn, places),
            Drawing::View(view) => prepare::view(&page.raster, order.turn, view),
        };
        let picture = picture.map_err(ReadingError::from)?;
        std::fs::write(&order.output, picture).map_err(|error| RepositoryError::io(&order.output, &error))?;
        Ok(StageTimes { open: clock.lap(), ..StageTimes::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::{FailureCode, Place};
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
                let page = stepper.read(&path, 0, None).unwrap();
                let text: Vec<_> = page.lines.iter().flat_map(|line| &line.words).map(|word| word.text.as_str()).collect();
                assert_eq!(page.turn, *turn, "{engine}");
                assert!(text.contains(&"98.064.261"), "{engine} {turn:?}: {text:?}");
            }
        }
    }

    /// In the paragraph stands nothing that a fact is taken from: the number is that of a telephone.
    #[test]
    fn our_reader_reads_a_paragraph_exactly_and_asks_tesseract_where_a_fact_may_stand() {
        let paragraph = Path::new("tests/fixtures/read/paragraph-200dpi.jpg");
        let mut stepper = Stepper::new(settings("sohoa"), Engines::standard());
        let page = stepper.read(paragraph, 0, None).unwrap();
        let texts: Vec<String> = page.lines.iter().map(Line::text).collect();
        let expected = "0214.3942.992, hoạt động trong giờ hành chính từ thứ Hai đến thứ Sáu.";
        assert_eq!(texts.iter().filter(|text| *text == expected).count(), 1, "{texts:#?}");
        assert_eq!(page.lines.len(), 6, "{texts:#?}");
        for line in &page.lines {
            for word in &line.words {
                // A line that was read unsurely is asked about whole, and there is none.
                assert_eq!(word.second, SecondReading::NotAsked, "{} in {}", word.text, line.text());
            }
        }
        let receipt = Path::new("samples/inbox/000.36.22.H38-230814-0962/01-giay-tiep-nhan.tif");
        let page = stepper.read(receipt, 0, None).unwrap();
        let number = page.lines.iter().flat_map(|line| &line.words).find(|word| word.text == "2164/TNHS").unwrap();
        assert_eq!(number.second, SecondReading::Agrees, "{number:?}");
        assert!(number.confidence.share() > 0.9, "{number:?}");
        let identity = stepper.identify().unwrap();
        assert!(identity.version.contains("Tesseract 5") && identity.name == "sohoa", "{identity:?}");
    }
}
