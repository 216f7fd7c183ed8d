//! Reading: takes the words from a [`PreparedPage`] whose lines were found, and tells where they
//! stand in the stored image.
//!
//! The engine is behind a trait of two methods, so that the rest can be tested without one and
//! another engine can take its place. What the engine says is kept as it was read: text is
//! brought to NFC and nothing is corrected.

mod blanks;
mod calibration;
mod embedded;
mod junk;
mod sample;
mod settings;
mod sohoa;
mod tesseract;
mod tsv;
mod unread;

use std::ops::AddAssign;

use unicode_normalization::UnicodeNormalization;

pub use self::embedded::Unread;
pub use self::settings::{EmbeddedText, PageSegmentation, RecogniseSettings};
pub use self::sohoa::SohoaEngine;
pub use self::tesseract::TesseractEngine;
use crate::model::confidence::Confidence;
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::geometry::{Quad, Rect};
use crate::model::page::{PageLayout, PreparedPage};
use crate::model::recipe::EngineIdentity;
use crate::model::text::{Line, SecondReading, TextSource, Word, turns_order};

/// What straight rules are read as.
const RULES: [char; 6] = ['|', '¦', '¡', '_', '│', '─'];

/// A word as the engine gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineWord {
    /// The characters, in whatever normal form.
    pub text: String,
    /// How many of a hundred such words are right: not what the engine calls confidence, but what
    /// it is worth.
    pub confidence: f32,
    /// Where it stands, in pixels of the prepared image.
    pub place: Rect,
    /// The engine that read it, which may be the second of two.
    pub engine: &'static str,
    /// What a second reader makes of it.
    pub second: SecondReading,
}

/// A line as the engine gives it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EngineLine {
    /// From left to right.
    pub words: Vec<EngineWord>,
    /// Whether a new block of text begins here.
    pub begins_block: bool,
}

/// In what languages a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A word's form says something about how well it was read.
    Vietnamese,
    /// It says nothing.
    AnyLanguage,
}

impl Expected {
    /// What the models of `language` know, such as `vie` or `vie+eng`.
    pub fn of_models(language: &str) -> Self {
        if language.split('+').all(|model| model.starts_with("vie")) { Self::Vietnamese } else { Self::AnyLanguage }
    }
}

/// A reader of text that is started once and then reads many pages.
pub trait Engine: Send {
    /// Which engine this is and with what model it reads.
    fn identity(&self) -> &EngineIdentity;

    /// Reads one page, lines in reading order: those of `layout`, or if it is unknown whatever
    /// the engine finds on the page.
    ///
    /// # Errors
    /// [`RecogniseError`] if the engine gives up on the page; it must stay fit for the next one.
    fn recognise(&mut self, page: &PreparedPage, layout: &PageLayout) -> Result<Vec<EngineLine>, RecogniseError>;
}

/// Why nothing could be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RecogniseError {
    /// The settings name an engine that this program does not have.
    #[error("there is no text engine named '{0}'")]
    UnknownEngine(String),
    /// The model's file was not found or cannot be read.
    #[error("{0}")]
    NoModel(WorkFault),
    /// The engine did not start.
    #[error("the text engine did not start: {0}")]
    Start(String),
    /// The folder of models has a name that the engine cannot be told.
    #[error("the folder {0} is not UTF-8")]
    Folder(String),
    /// The prepared page is not grey or too large for the engine.
    #[error("the prepared page is not grey or too large")]
    Picture,
    /// The engine reported an error on this page.
    #[error("the text engine failed: {0}")]
    Engine(String),
}

impl RecogniseError {
    /// The code under which staff see it.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::UnknownEngine(_) => FailureCode::SettingsInvalid,
            Self::NoModel(_) | Self::Start(_) | Self::Folder(_) => FailureCode::EngineMissing,
            Self::Engine(_) | Self::Picture => FailureCode::EngineFailed,
        }
    }

    /// Why, by its code.
    pub fn cause(self) -> WorkFault {
        match self {
            Self::UnknownEngine(name) => WorkFault::EngineUnknown { name },
            Self::NoModel(fault) => fault,
            Self::Start(said) => WorkFault::EngineNotStarted { said },
            Self::Folder(folder) => WorkFault::FolderNotUtf8 { folder },
            Self::Engine(said) => WorkFault::EngineSaid { said },
            Self::Picture => WorkFault::EnginePicture,
        }
    }
}

impl From<RecogniseError> for Failure {
    fn from(error: RecogniseError) -> Self {
        Self::new(error.code()).because(error.cause())
    }
}

/// How much of what the engine reads is right, by its own word.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Legibility {
    /// Letters and digits that were read.
    pub letters: f64,
    /// How many of these are right.
    pub right: f64,
}

impl Legibility {
    fn of<'w>(words: impl IntoIterator<Item = &'w EngineWord>) -> Self {
        let mut sum = Self::default();
        for word in words {
            let letters = word.text.chars().filter(|c| c.is_alphanumeric()).count() as f64;
            sum += Self { letters, right: letters * f64::from(word.confidence) / 100.0 };
        }
        sum
    }

    /// The share of letters that are right, from 0 to 1; 0 if none was read.
    pub fn mean(self) -> f64 {
        if self.letters > 0.0 { self.right / self.letters } else { 0.0 }
    }
}

impl AddAssign for Legibility {
    fn add_assign(&mut self, other: Self) {
        self.letters += other.letters;
        self.right += other.right;
    }
}

/// What was read on a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// The text, in reading order.
    pub lines: Vec<Line>,
    /// How sure the engine is of all that it read, of what is left out too.
    pub legibility: Legibility,
    /// Letters seen in lines of which little was read; `None` where the engine found the lines.
    pub unread_letters: Option<u32>,
}

/// How sure the engine is of what it reads in `layout`.
///
/// # Errors
/// What the engine reports.
pub fn legibility(engine: &mut dyn Engine, page: &PreparedPage, layout: &PageLayout) -> Result<Legibility, RecogniseError> {
    Ok(Legibility::of(engine.recognise(page, layout)?.iter().flat_map(|line| &line.words)))
}

/// Reads `page` and brings what the engine gives into the model: NFC, places in the stored image,
/// no words without characters, no lines that were only read into grain, rims and strokes. A blank
/// page is not shown to the engine.
///
/// # Errors
/// What the engine reports.
pub fn recognise(engine: &mut dyn Engine, page: &PreparedPage, layout: &PageLayout) -> Result<Reading, RecogniseError> {
    if page.blank {
        return Ok(Reading::default());
    }
    let expected = Expected::of_models(&engine.identity().language);
    let mut lines = Vec::new();
    let mut begins_block = false;
    let read = sample::read(engine, page, layout)?;
    let legibility = Legibility::of(read.iter().flat_map(|line| &line.words));
    for line in blanks::join(read) {
        begins_block |= line.begins_block;
        let words: Vec<Word> = line.words.iter().filter_map(|word| to_model(word, page)).collect();
        let mut line = Line { words, begins_block: false };
        // A block whose first line holds nothing begins with its next line.
        if !line.words.is_empty() && !junk::is_junk(&line, expected) {
            line.begins_block = std::mem::take(&mut begins_block);
            lines.push(line);
        }
    }
    let unread_letters = unread::letters(layout, &lines, page);
    Ok(Reading { lines, legibility, unread_letters })
}

fn to_model(word: &EngineWord, page: &PreparedPage) -> Option<Word> {
    let text: String = word.text.nfc().filter(|c| !c.is_whitespace() && !c.is_control() && !turns_order(*c)).collect();
    let text = without_rules(&text);
    (!text.is_empty()).then(|| Word {
        text: text.to_owned(),
        confidence: Confidence::saturating(f64::from(word.confidence) / 100.0),
        place: place_of(word.place, page),
        source: TextSource::Ocr,
        engine: Some(word.engine.to_owned()),
        second: word.second.clone(),
    })
}

/// A word without the pieces of rules that were read with it: a table's lines are no text. Between
/// letters and digits they stay, as in an address.
fn without_rules(text: &str) -> &str {
    let core = text.trim_matches(RULES);
    // `|.` may be a badly read `I.`: what has no letter is only a rule if it is nothing else.
    if core.is_empty() || core.contains(char::is_alphanumeric) { core } else { text }
}

/// Where `place` lies in the stored image. What has no place that can be told is kept for its
/// text and stands in the corner of the page: infinite numbers can be neither stored nor drawn.
fn place_of(place: Rect, page: &PreparedPage) -> Quad {
    let corners = place.corners(&page.to_source);
    let told = corners.0.iter().all(|corner| corner.x.is_finite() && corner.y.is_finite());
    if told { corners } else { Quad::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::{Affine, Point, Turn};
    use crate::model::quality::PageQuality;
    use crate::model::raster::{Channels, Raster};

    /// Says what it was told to say.
    struct Parrot {
        identity: EngineIdentity,
        answer: Result<Vec<EngineLine>, RecogniseError>,
    }

    impl Parrot {
        fn new(answer: Result<Vec<EngineLine>, RecogniseError>) -> Self {
            let identity =
                EngineIdentity { name: "parrot".into(), version: "1".into(), language: "vie".into(), model: String::new() };
            Self { identity, answer }
        }
    }

    impl Engine for Parrot {
        fn identity(&self) -> &EngineIdentity {
            &self.identity
        }

        fn recognise(&mut self, _: &PreparedPage, _: &PageLayout) -> Result<Vec<EngineLine>, RecogniseError> {
            self.answer.clone()
        }
    }

    fn page(blank: bool) -> PreparedPage {
        PreparedPage {
            image: Raster::new(10, 10, Channels::Gray, vec![255; 100]).unwrap(),
            dpi: 200.0,
            turn: Turn::None,
            skew_degrees: 0.0,
            blank,
            quality: PageQuality::default(),
            to_source: Affine { matrix: [2.0, 0.0, 0.0, 2.0, 5.0, 0.0] },
        }
    }

    fn word(text: &str) -> EngineWord {
        EngineWord {
            text: text.into(),
            confidence: 96.5,
            place: Rect { x: 1.0, y: 2.0, width: 3.0, height: 4.0 },
            engine: "parrot",
            second: SecondReading::None,
        }
    }

    #[test]
    fn words_come_back_in_nfc_with_their_place_in_the_stored_image() {
        let decomposed = "Nguye\u{302}\u{303}n";
        let mut engine = Parrot::new(Ok(vec![EngineLine { words: vec![word(decomposed)], begins_block: true }]));
        let lines = recognise(&mut engine, &page(false), &PageLayout::Unknown).unwrap().lines;
        let read = &lines[0].words[0];
        assert_eq!(read.text, "Nguyễn");
        assert_eq!(read.confidence.share(), 0.965);
        assert_eq!((read.engine.as_deref(), read.source), (Some("parrot"), TextSource::Ocr));
        assert_eq!(read.place.0[0], Point { x: 7.0, y: 4.0 });
        assert_eq!(read.place, Quad([(7.0, 4.0), (13.0, 4.0), (13.0, 12.0), (7.0, 12.0)].map(|(x, y)| Point { x, y })));
    }

    #[test]
    fn the_rules_of_a_table_are_no_text() {
        let words = ["|Phường", "_|", "¡", "a_b@sohoa.vn|", "__", "|."].map(word).to_vec();
        let mut engine = Parrot::new(Ok(vec![EngineLine { words, begins_block: true }]));
        let lines = recognise(&mut engine, &page(false), &PageLayout::Unknown).unwrap().lines;
        assert_eq!(lines[0].text(), "Phường a_b@sohoa.vn |.");
    }

    #[test]
    fn empty_words_and_lines_vanish_but_the_block_still_begins() {
        let lines = vec![
            EngineLine { words: vec![word(" "), word("\u{200b}\n".trim_start_matches('\u{200b}'))], begins_block: true },
            EngineLine { words: vec![word("Điều"), word("")], begins_block: false },
            EngineLine { words: vec![word("1")], begins_block: false },
        ];
        let lines = recognise(&mut Parrot::new(Ok(lines)), &page(false), &PageLayout::Unknown).unwrap().lines;
        assert_eq!(
            lines.iter().map(|line| (line.text(), line.begins_block)).collect::<Vec<_>>(),
            [("Điều".to_owned(), true), ("1".to_owned(), false)]
        );
    }

    #[test]
    fn a_word_without_a_place_is_kept_in_the_corner() {
        let place = |x, width| Rect { x, y: 2.0, width, height: 4.0 };
        let places =
            [place(f32::NAN, 1.0), place(0.0, f32::INFINITY), place(f32::MAX, f32::MAX), place(-3.0, -1.0), place(1.0, 3.0)];
        let words = places.map(|place| EngineWord { place, ..word("Điều") }).to_vec();
        let mut engine = Parrot::new(Ok(vec![EngineLine { words, begins_block: true }]));
        let lines = recognise(&mut engine, &page(false), &PageLayout::Unknown).unwrap().lines;
        let starts: Vec<f32> = lines[0].words.iter().map(|word| word.place.0[0].x).collect();
        assert_eq!(starts, [0.0, 0.0, 0.0, -1.0, 7.0]);
    }

    #[test]
    fn a_blank_page_is_not_shown_to_the_engine() {
        let mut engine = Parrot::new(Err(RecogniseError::Engine("asked".into())));
        assert_eq!(recognise(&mut engine, &page(true), &PageLayout::Unknown), Ok(Reading::default()));
        assert_eq!(recognise(&mut engine, &page(false), &PageLayout::Unknown).unwrap_err().code(), FailureCode::EngineFailed);
    }
}
