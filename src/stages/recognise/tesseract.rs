//! Tesseract as an [`Engine`]: one handle, started once, reads page after page.

use std::path::{Path, PathBuf};

use tesseract::plumbing;
use tesseract::{OcrEngineMode, PageSegMode, Tesseract};

use super::calibration::calibrated;
use super::{Engine, EngineLine, EngineWord, Expected, PageSegmentation, RecogniseError, RecogniseSettings, tsv};
use crate::model::geometry::Rect;
use crate::model::page::{LineImage, PageLayout, PreparedPage};
use crate::model::raster::{Channels, Raster};
use crate::model::recipe::EngineIdentity;

/// Where packages and hand-made installations put the models.
const USUAL_FOLDERS: [&str; 5] = [
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
];

/// Sides below this, in pixels, hold no letter that could be read; Tesseract reports them as
/// errors.
const SMALLEST_SIDE: u32 = 8;

/// Tesseract with its model loaded.
///
/// Set `OMP_THREAD_LIMIT=1` in the environment before the process starts: Tesseract's own threads
/// make a page four times as expensive.
pub struct TesseractEngine {
    identity: EngineIdentity,
    settings: RecogniseSettings,
    folder: String,
    /// `None` after an error took the handle with it; the next page starts a new one.
    handle: Option<Tesseract>,
}

impl TesseractEngine {
    /// What it is called in settings and recipes.
    pub const NAME: &str = tsv::NAME;

    /// Starts Tesseract with the model that `settings` name.
    ///
    /// # Errors
    /// [`RecogniseError::UnknownEngine`] for another engine's name, [`RecogniseError::NoModel`]
    /// if a model's file is missing, [`RecogniseError::Start`] if Tesseract refuses it.
    pub fn start(settings: &RecogniseSettings) -> Result<Self, RecogniseError> {
        if settings.engine != Self::NAME {
            return Err(RecogniseError::UnknownEngine(settings.engine.clone()));
        }
        let mut engine = Self::waiting(settings)?;
        engine.handle = Some(start(&engine.folder, settings)?);
        Ok(engine)
    }

    /// Finds the model that `settings` name, and starts with the first line that is to be read:
    /// many pages need no second reader.
    ///
    /// # Errors
    /// [`RecogniseError::NoModel`] if a model's file is missing.
    pub(super) fn waiting(settings: &RecogniseSettings) -> Result<Self, RecogniseError> {
        let (folder, model) = find_models(settings)?;
        let folder = folder.into_os_string().into_string();
        let folder = folder.map_err(|path| RecogniseError::Start(format!("the folder {} is not UTF-8", path.display())))?;
        let version = plumbing::version().to_string_lossy().into_owned();
        let identity = EngineIdentity { name: Self::NAME.into(), version, language: settings.language.clone(), model };
        Ok(Self { identity, settings: settings.clone(), folder, handle: None })
    }
}

impl Engine for TesseractEngine {
    fn identity(&self) -> &EngineIdentity {
        &self.identity
    }

    fn recognise(&mut self, page: &PreparedPage, layout: &PageLayout) -> Result<Vec<EngineLine>, RecogniseError> {
        match layout {
            PageLayout::Lines(lines) => lines.iter().map(|line| self.read_line(line, page.dpi)).collect(),
            PageLayout::Unknown => self.read(&page.image, page.dpi, page_mode(self.settings.page_segmentation)),
        }
    }
}

impl TesseractEngine {
    /// Reads a line that was cut out, and puts its words back on the page.
    fn read_line(&mut self, line: &LineImage, dpi: f32) -> Result<EngineLine, RecogniseError> {
        let middle = line.image.width() as f32 / 2.0;
        let lines = self.read(&line.image, dpi, PageSegMode::PsmSingleLine)?;
        let words = lines.into_iter().flat_map(|line| line.words).map(|word| {
            let place = word.place;
            let fall = line.slope * (place.x + place.width / 2.0 - middle);
            EngineWord { place: Rect { x: place.x + line.x, y: place.y + line.y + fall, ..place }, ..word }
        });
        Ok(EngineLine { words: words.collect(), begins_block: line.begins_block })
    }

    fn read(&mut self, image: &Raster, dpi: f32, mode: PageSegMode) -> Result<Vec<EngineLine>, RecogniseError> {
        if image.channels() != Channels::Gray {
            return Err(RecogniseError::Engine("the prepared page is not grey".into()));
        }
        if image.width().min(image.height()) < SMALLEST_SIDE {
            return Ok(Vec::new());
        }
        let (Ok(width), Ok(height)) = (i32::try_from(image.width()), i32::try_from(image.height())) else {
            return Err(RecogniseError::Engine("the prepared page is too large".into()));
        };
        let mut handle = match self.handle.take() {
            Some(handle) => handle,
            None => start(&self.folder, &self.settings)?,
        };
        handle.set_page_seg_mode(mode);
        // Tesseract takes no resolution outside this range.
        let dpi = (dpi.round() as i32).clamp(70, 2400);
        let handle = handle.set_variable("user_defined_dpi", &dpi.to_string()).map_err(failed)?;
        let handle = handle.set_frame(image.samples(), width, height, 1, width).map_err(failed)?;
        let mut handle = handle.set_source_resolution(dpi).recognize().map_err(failed)?;
        // Bytes that are no UTF-8 come back as U+FFFD.
        let table = handle.get_tsv_text(0).map_err(failed)?;
        self.handle = Some(handle);
        let mut lines = tsv::parse(&table);
        let expected = Expected::of_models(&self.identity.language);
        for word in lines.iter_mut().flat_map(|line| &mut line.words) {
            word.confidence = calibrated(word.confidence, &word.text, expected);
        }
        Ok(lines)
    }
}

fn page_mode(segmentation: PageSegmentation) -> PageSegMode {
    match segmentation {
        PageSegmentation::Auto => PageSegMode::PsmAuto,
        PageSegmentation::SingleColumn => PageSegMode::PsmSingleColumn,
        PageSegmentation::SingleBlock => PageSegMode::PsmSingleBlock,
        PageSegmentation::SparseText => PageSegMode::PsmSparseText,
    }
}

fn failed(error: impl std::fmt::Display) -> RecogniseError {
    RecogniseError::Engine(error.to_string())
}

fn start(folder: &str, settings: &RecogniseSettings) -> Result<Tesseract, RecogniseError> {
    let handle = Tesseract::new_with_oem(Some(folder), Some(&settings.language), OcrEngineMode::LstmOnly)
        .map_err(|error| RecogniseError::Start(error.to_string()))?;
    let variables = [
        // Its remarks on every page would drown our own messages.
        ("debug_file", "/dev/null"),
        // Office pages hold no white text on black; trying it costs time on every poor line.
        ("tessedit_do_invert", "0"),
        // Nor letters of one width, as typewriters have: looking for them changes nothing that
        // the line recogniser reads, and costs 2 % of it.
        ("textord_all_prop", "1"),
    ];
    variables.into_iter().try_fold(handle, |handle, (name, value)| {
        handle.set_variable(name, value).map_err(|error| RecogniseError::Start(format!("{name}: {error}")))
    })
}

/// Finds the folder that holds all models of the language, and hashes them: for one model the
/// BLAKE3 of its file, for several that of their files one after the other.
fn find_models(settings: &RecogniseSettings) -> Result<(PathBuf, String), RecogniseError> {
    let missing = |cause: String| RecogniseError::NoModel { language: settings.language.clone(), cause };
    let names: Vec<&str> = settings.language.split('+').collect();
    if !names.iter().all(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))) {
        return Err(missing("this is not a language code".into()));
    }
    let folders: Vec<PathBuf> = match &settings.tessdata {
        Some(folder) => vec![folder.clone()],
        None => USUAL_FOLDERS.iter().map(PathBuf::from).collect(),
    };
    let mut cause = String::from("no folder holds it");
    for folder in folders {
        match hash_models(&folder, &names) {
            Ok(model) => return Ok((folder, model)),
            Err(error) if settings.tessdata.is_some() => cause = format!("{}: {error}", folder.display()),
            Err(_) => {}
        }
    }
    Err(missing(cause))
}

fn hash_models(folder: &Path, names: &[&str]) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    for name in names {
        hasher.update_reader(std::fs::File::open(folder.join(format!("{name}.traineddata")))?)?;
    }
    Ok(hasher.finalize().to_hex().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureCode;
    use crate::model::geometry::{Affine, Turn};
    use crate::model::quality::PageQuality;
    use crate::model::raster::Raster;
    use crate::model::text::Line;
    use crate::stages::recognise::recognise;

    fn page(image: Raster) -> PreparedPage {
        PreparedPage {
            image,
            dpi: 200.0,
            turn: Turn::None,
            skew_degrees: 0.0,
            blank: false,
            quality: PageQuality::default(),
            to_source: Affine::IDENTITY,
        }
    }

    fn paragraph() -> PreparedPage {
        let bytes = include_bytes!("../../../tests/fixtures/read/paragraph-200dpi.jpg");
        let image = image::load_from_memory(bytes).unwrap().to_luma8();
        page(Raster::new(image.width(), image.height(), Channels::Gray, image.into_raw()).unwrap())
    }

    fn settings() -> RecogniseSettings {
        RecogniseSettings { engine: "tesseract".into(), ..RecogniseSettings::default() }
    }

    fn refusal(change: fn(&mut RecogniseSettings)) -> RecogniseError {
        let mut settings = settings();
        change(&mut settings);
        TesseractEngine::start(&settings).err().unwrap()
    }

    #[test]
    fn vietnamese_lines_are_read_exactly_and_in_order_page_after_page() {
        let mut engine = TesseractEngine::start(&settings()).unwrap();
        let first = recognise(&mut engine, &paragraph(), &PageLayout::Unknown).unwrap().lines;
        let texts: Vec<String> = first.iter().map(Line::text).collect();
        let expected = "0214.3942.992, hoạt động trong giờ hành chính từ thứ Hai đến thứ Sáu.";
        assert_eq!(texts.iter().filter(|text| *text == expected).count(), 1, "{texts:#?}");
        assert_eq!(texts.len(), 6, "{texts:#?}");
        assert!(first[0].begins_block);
        let tops: Vec<f32> = first.iter().map(|line| line.words[0].place.0[0].y).collect();
        assert!(tops.is_sorted(), "{tops:?}");
        let word = &first[3].words[0];
        assert!(word.confidence.share() > 0.6 && word.place.0[2].x > word.place.0[0].x + 50.0, "{word:?}");
        assert_eq!(recognise(&mut engine, &paragraph(), &PageLayout::Unknown).unwrap().lines, first);
    }

    #[test]
    fn the_identity_names_version_and_model() {
        let engine = TesseractEngine::start(&settings()).unwrap();
        let identity = engine.identity();
        assert_eq!((identity.name.as_str(), identity.language.as_str()), ("tesseract", "vie"));
        assert!(identity.version.starts_with(|c: char| c.is_ascii_digit()), "{}", identity.version);
        assert!(identity.model.len() == 64 && identity.model.bytes().all(|b| b.is_ascii_hexdigit()));
    }

    #[test]
    fn what_cannot_start_says_why() {
        assert_eq!(refusal(|s| s.engine = "abacus".into()).code(), FailureCode::SettingsInvalid);
        assert_eq!(refusal(|s| s.language = "tlh".into()).code(), FailureCode::EngineMissing);
        assert_eq!(refusal(|s| s.language = "../vie".into()).code(), FailureCode::EngineMissing);
        assert_eq!(refusal(|s| s.language = String::new()).code(), FailureCode::EngineMissing);
        let elsewhere = refusal(|s| s.tessdata = Some("/nowhere".into()));
        assert!(elsewhere.to_string().contains("/nowhere"), "{elsewhere}");
    }

    #[test]
    fn pages_without_text_are_empty_and_the_engine_lives_on() {
        let mut engine = TesseractEngine::start(&settings()).unwrap();
        for (width, height) in [(1, 1), (1, 3000), (3000, 2), (9, 9), (300, 300)] {
            for level in [0, 255] {
                let image = Raster::new(width, height, Channels::Gray, vec![level; (width * height) as usize]).unwrap();
                assert_eq!(
                    recognise(&mut engine, &page(image), &PageLayout::Unknown).unwrap().lines,
                    [],
                    "{width}×{height} of {level}"
                );
            }
        }
        let colour = Raster::new(20, 20, Channels::Rgb, vec![255; 1200]).unwrap();
        assert!(recognise(&mut engine, &page(colour), &PageLayout::Unknown).is_err());
        assert_eq!(recognise(&mut engine, &paragraph(), &PageLayout::Unknown).unwrap().lines.len(), 6);
    }
}
