//! What some pages read as, recorded: `tests/fixtures/read/golden.txt`.
//!
//! Results are kept under the recipe, and [`READER_VERSION`] is what a recipe says of our own code.
//! So code that reads a page otherwise has to have another version, and this test fails where it has
//! not. With the version raised, `RECORD_GOLDEN=1 cargo test golden` records what is read now.
//!
//! Tesseract is not asked: it is another program, and its version and model are named in the recipe
//! by themselves. Its place is taken by a reader that sees nothing, so that the record shows which
//! lines a second reader is asked about. Our own reader gives the same on every processor.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use super::{Engines, PageReader, READER_VERSION, ReadingSettings};
use crate::model::geometry::Quad;
use crate::model::page::{PageLayout, PreparedPage, RecognisedPage};
use crate::model::recipe::EngineIdentity;
use crate::model::text::{SecondReading, Word};
use crate::stages::intake::{IntakeLimits, OpenScan};
use crate::stages::recognise::{Engine, EngineLine, RecogniseError, SohoaEngine};

/// The pages: a file and a page of it, from 0. Letters and figures in colour, grey and black and
/// white, with stamps, barcodes and tables; text that the file carries, wholly and in part.
const PAGES: [(&str, u32); 6] = [
    ("tests/fixtures/read/paragraph-200dpi.jpg", 0),
    ("tests/fixtures/read/figures-200dpi.png", 0),
    ("tests/fixtures/digital/born-digital.pdf", 0),
    ("tests/fixtures/digital/scan-annotated.pdf", 0),
    ("samples/inbox/000.36.22.H38-230814-0962/01-giay-tiep-nhan.tif", 0),
    ("samples/inbox/scan-0007.jpg", 0),
];

/// A second reader that sees no word in any line.
struct SeesNothing(EngineIdentity);

impl Engine for SeesNothing {
    fn identity(&self) -> &EngineIdentity {
        &self.0
    }

    fn recognise(&mut self, _: &PreparedPage, layout: &PageLayout) -> Result<Vec<EngineLine>, RecogniseError> {
        let PageLayout::Lines(lines) = layout else { return Ok(Vec::new()) };
        Ok(lines.iter().map(|_| EngineLine::default()).collect())
    }
}

#[test]
fn pages_read_as_recorded_or_the_version_is_another() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/read/golden.txt");
    let record = fs::read_to_string(&file).unwrap_or_default();
    let read = format!("reader version {READER_VERSION}\n{}", PAGES.map(|(path, page)| described(path, page)).concat());
    if record == read {
        return;
    }
    let of_this_version = record.lines().next() == read.lines().next();
    if of_this_version {
        let differing = record.lines().zip(read.lines()).find(|(recorded, now)| recorded != now);
        panic!("pages are read otherwise: raise READER_VERSION, then record with RECORD_GOLDEN=1. First: {differing:#?}");
    }
    if env::var_os("RECORD_GOLDEN").is_some() {
        fs::write(&file, read).unwrap();
    } else {
        panic!("version {READER_VERSION} is not recorded: run this test with RECORD_GOLDEN=1 and look at the difference");
    }
}

/// All that reading brought, for people, a line of print a line.
fn described(path: &str, ordinal: u32) -> String {
    let bytes = fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let scan = OpenScan::open(bytes, &IntakeLimits::default()).unwrap();
    let engines = Engines::standard().with(SohoaEngine::NAME, |settings| {
        let (name, language) = ("none".to_owned(), settings.language.clone());
        let second = SeesNothing(EngineIdentity { name, version: String::new(), language, model: String::new() });
        Ok(Box::new(SohoaEngine::beside(Box::new(second), settings)?))
    });
    let page = PageReader::new(ReadingSettings::default(), engines).read(&scan, ordinal, None).unwrap();
    let RecognisedPage { turn, skew_degrees, blank, line_finder, text_source, .. } = &page;
    let mut text = format!("\n== {path}, page {ordinal}\n");
    let _ = writeln!(text, "{turn:?} {skew_degrees:.1}° blank={blank} {line_finder:?} {text_source:?}");
    for barcode in &page.barcodes {
        let _ = writeln!(text, "[{} {:?} at {}]", barcode.symbology, barcode.text, rounded(&barcode.place));
    }
    for line in &page.lines {
        let begins = if line.begins_block { '¶' } else { ' ' };
        let places = line.words.first().zip(line.words.last()).map(|(first, last)| (&first.place, &last.place));
        let (from, to) = places.map(|(first, last)| (rounded(first), rounded(last))).unwrap_or_default();
        let _ = writeln!(text, "{begins} {} {from} {to}", line.words.iter().map(told).collect::<Vec<_>>().join(" "));
    }
    text
}

/// A word, how sure it is in per cent, who read it and whether a second reader was asked.
fn told(word: &Word) -> String {
    let asked = match word.second {
        SecondReading::None => "",
        SecondReading::NotAsked => "-",
        SecondReading::Agrees => "=",
        SecondReading::Differs(_) => "?",
    };
    let engine = word.engine.as_deref().map_or("file", |name| if name == SohoaEngine::NAME { "" } else { name });
    format!("{}{{{:.0}{asked}{engine}}}", word.text, 100.0 * word.confidence.share())
}

/// Where something begins, in tens of pixels: what a library of another version moves by less than a
/// pixel stays where it is.
fn rounded(Quad([first, ..]): &Quad) -> String {
    format!("{:.0},{:.0}", first.x / 10.0, first.y / 10.0)
}
