//! One page after it was read.

use serde::{Deserialize, Serialize};

use super::confidence::Confidence;
use super::geometry::{Affine, Point, Quad, Rect, Turn};
use super::ids::BlobId;
use super::quality::PageQuality;
use super::raster::Raster;
use super::text::{self, Line, TextSource};
use super::worst_region::{WorstRegion, worst_region};

/// A barcode found on a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Barcode {
    /// The symbology, such as `QRCode`, `Code128` or [`Barcode::PATCH_T`].
    pub symbology: String,
    /// What it says; patch codes say nothing.
    pub text: String,
    /// Where it stands in the stored image.
    pub place: Quad,
}

impl Barcode {
    /// The symbology of Patch T, which scanners know as the sheet between two documents.
    pub const PATCH_T: &str = "PatchT";
    /// The symbology of Patch 2, printed on the first page of a document.
    pub const PATCH_2: &str = "Patch2";
}

/// Processor time that a page took, in microseconds, by stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StageTimes {
    /// Opening and decoding the file, barcodes included.
    pub open: u64,
    /// Cleaning the page for the engine.
    pub prepare: u64,
    /// Finding and reading the text.
    pub recognise: u64,
    /// Writing and reading back the sealed file.
    pub seal: u64,
    /// Blobs and catalog.
    pub store: u64,
    /// Search index.
    pub index: u64,
}

impl StageTimes {
    /// Adds `other` stage by stage.
    pub fn add(&mut self, other: &Self) {
        self.open += other.open;
        self.prepare += other.prepare;
        self.recognise += other.recognise;
        self.seal += other.seal;
        self.store += other.store;
        self.index += other.index;
    }

    /// All stages together.
    pub fn total(&self) -> u64 {
        self.open + self.prepare + self.recognise + self.seal + self.store + self.index
    }
}

/// Everything that reading a page brought, whatever document it will belong to. It is kept under
/// the page's id and the recipe, so a page is read once for each way of reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecognisedPage {
    /// Pixels across in the stored image.
    pub width: u32,
    /// Pixels down in the stored image.
    pub height: u32,
    /// The turn that shows the stored image upright.
    pub turn: Turn,
    /// Skew that was taken out for reading, in degrees, clockwise positive.
    pub skew_degrees: f32,
    /// Whether nothing is on the page.
    pub blank: bool,
    /// How good its picture is; none if it was read before that was measured.
    #[serde(default)]
    pub quality: Option<PageQuality>,
    /// Barcodes, from top to bottom.
    pub barcodes: Vec<Barcode>,
    /// Lines in reading order.
    pub lines: Vec<Line>,
    /// Letters seen in lines of which little was read: print that may be lost. None where the lines
    /// are not the program's own, or were read before that was counted.
    #[serde(default)]
    pub unread_letters: Option<u32>,
    /// What found the lines. Pages read by older versions do not say: it was the engine.
    #[serde(default = "LineFinder::of_old_pages")]
    pub line_finder: LineFinder,
    /// Where the lines come from.
    #[serde(default)]
    pub text_source: TextSource,
    /// BLAKE3 of the decoded pixels: the same for one picture in two containers. None if the page
    /// was read before that was kept.
    #[serde(default)]
    pub pixels: Option<BlobId>,
    /// What it cost to read.
    #[serde(default)]
    pub times: StageTimes,
}

impl RecognisedPage {
    /// The page's text alone.
    pub fn text(&self) -> String {
        text::plain_text(&self.lines)
    }

    /// Mean confidence of its words.
    pub fn confidence(&self) -> Confidence {
        text::mean_confidence(self.lines.iter().flat_map(|line| &line.words))
    }

    /// Where it was read worst; `None` if it has no words.
    pub fn worst_region(&self) -> Option<WorstRegion> {
        worst_region(&self.lines)
    }

    /// A point of the stored image where it lies once the page is upright.
    pub fn upright_point(&self, point: Point) -> Point {
        let (width, height) = (self.width as f32, self.height as f32);
        match self.turn {
            Turn::None => point,
            Turn::Right => Point { x: height - point.y, y: point.x },
            Turn::Half => Point { x: width - point.x, y: height - point.y },
            Turn::Left => Point { x: point.y, y: width - point.x },
        }
    }

    /// Pixels across and down of the upright page.
    pub fn upright_size(&self) -> (u32, u32) {
        match self.turn {
            Turn::None | Turn::Half => (self.width, self.height),
            Turn::Right | Turn::Left => (self.height, self.width),
        }
    }

    /// How far down the upright page the middle of `place` (in the stored image) lies: 0 is the top
    /// edge, 1 the bottom edge. For people, who see the page upright.
    pub fn share_down(&self, place: &Rect) -> f32 {
        let across = (place.x + place.width / 2.0) / self.width.max(1) as f32;
        let down = (place.y + place.height / 2.0) / self.height.max(1) as f32;
        let share = match self.turn {
            Turn::None => down,
            Turn::Right => across,
            Turn::Half => 1.0 - down,
            Turn::Left => 1.0 - across,
        };
        share.clamp(0.0, 1.0)
    }
}

impl LineFinder {
    fn of_old_pages() -> Self {
        Self::Engine
    }
}

/// A page cleaned for the engine. What the archive keeps is never this image.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedPage {
    /// Grey, upright, without skew; 0 is ink, 255 is paper.
    pub image: Raster,
    /// Pixels per inch of `image`, both ways.
    pub dpi: f32,
    /// The turn that shows the stored image upright.
    pub turn: Turn,
    /// Skew that was taken out after the turn, in degrees, clockwise positive.
    pub skew_degrees: f32,
    /// Whether nothing is on the page.
    pub blank: bool,
    /// How good the stored image is.
    pub quality: PageQuality,
    /// From pixels of `image` to pixels of the stored image.
    pub to_source: Affine,
}

impl PreparedPage {
    /// Samples of [`PreparedPage::image`] darker than this are ink.
    pub const INK: u8 = 130;
}

/// One line of text, cut out of a [`PreparedPage`] and made level.
#[derive(Debug, Clone, PartialEq)]
pub struct LineImage {
    /// Grey; 0 is ink, 255 is paper. Nothing of other lines is on it.
    pub image: Raster,
    /// Where its left edge lies in the prepared page, in pixels.
    pub x: f32,
    /// Where its top lies there, at its middle.
    pub y: f32,
    /// How much the line falls in the prepared page for each pixel to the right.
    pub slope: f32,
    /// Letters seen on it, without marks; those that touch count as one.
    pub letters: u32,
    /// Whether a new block of text (paragraph, column, cell) begins here.
    pub begins_block: bool,
}

/// Where the text of a [`PreparedPage`] stands.
#[derive(Debug, Clone, PartialEq)]
pub enum PageLayout {
    /// On these lines, in reading order.
    Lines(Vec<LineImage>),
    /// The engine has to look for it on the whole page.
    Unknown,
}

impl PageLayout {
    /// What has found the lines, or has to.
    pub fn line_finder(&self) -> LineFinder {
        match self {
            Self::Lines(_) => LineFinder::Own,
            Self::Unknown => LineFinder::Engine,
        }
    }
}

/// What found the lines of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineFinder {
    /// The program's own line finder.
    #[default]
    Own,
    /// The engine that reads.
    Engine,
}

#[cfg(test)]
impl RecognisedPage {
    /// A page of so many pixels that lay upright and on which the engine read these lines.
    pub(crate) fn upright((width, height): (u32, u32), lines: Vec<Line>) -> Self {
        Self {
            width,
            height,
            turn: Turn::None,
            skew_degrees: 0.0,
            blank: false,
            quality: None,
            barcodes: Vec::new(),
            lines,
            unread_letters: None,
            line_finder: LineFinder::Own,
            text_source: TextSource::Ocr,
            pixels: None,
            times: StageTimes::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_on_the_upright_page() {
        let page = |turn| RecognisedPage { turn, ..RecognisedPage::upright((200, 100), vec![]) };
        // At the left of the stored image, near its top.
        let place = Rect { x: 0.0, y: 20.0, width: 20.0, height: 10.0 };
        let told = Turn::ALL.map(|turn| page(turn).share_down(&place));
        assert_eq!(told, [0.25, 0.05, 0.75, 0.95]);
    }
}
