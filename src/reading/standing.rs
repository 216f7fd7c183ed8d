//! How a page stands, by the text that its file draws on it.
//!
//! Shapes of letters deceive where there are few of them. A file that draws its letters knows how they
//! stand, also where it does not know what they mean. But text that was put on a scan (a number, a day,
//! a stamp of words) may stand otherwise than the scan does: it decides only where it is most of what
//! the page shows. Text that cannot be seen, as of an earlier OCR, says nothing.

use super::ReadingError;
use super::second_look::Oriented;
use super::settings::ReadingSettings;
use crate::model::geometry::{Quad, Turn};
use crate::model::page::{LineFinder, PageLayout, PreparedPage};
use crate::model::raster::PageGeometry;
use crate::stages::intake::{DecodedPage, Standing};
use crate::stages::layout::{self, LayoutSettings};
use crate::stages::prepare::{self, PrepareSettings, Upright};

/// Fewer letters than this say nothing.
const FEWEST_LETTERS: usize = 10;

/// The picture of a page, which can be looked at in each turn.
pub(super) struct Picture<'p> {
    pub(super) decoded: &'p DecodedPage,
    /// In pixels of the stored image.
    pub(super) barcodes: &'p [Quad],
    pub(super) settings: &'p ReadingSettings,
}

impl Picture<'_> {
    /// The turn that the file asks for, or that a person told.
    pub(super) fn filed(&self) -> Turn {
        self.decoded.geometry.turn
    }

    /// The page with its lines in `turn`, whatever its letters look like.
    pub(super) fn in_turn(&self, turn: Turn) -> Result<Oriented, ReadingError> {
        let as_told = PrepareSettings { upright: Upright::TrustFile, ..self.settings.prepare.clone() };
        let geometry = PageGeometry { turn, ..self.decoded.geometry };
        Ok(self.with_lines(prepare::prepare(&self.decoded.raster, &geometry, &as_told)?))
    }

    /// A cleaned page with its lines.
    pub(super) fn with_lines(&self, page: PreparedPage) -> Oriented {
        let layout = layout::find_lines(&page, self.barcodes, &self.settings.layout);
        Oriented { page, layout }
    }

    /// How many letters are seen on the page; `None` where no lines can be seen.
    fn letters(&self, oriented: &Oriented) -> Option<u64> {
        let own = LayoutSettings { line_finder: LineFinder::Own };
        let found = match &oriented.layout {
            PageLayout::Unknown => &layout::find_lines(&oriented.page, self.barcodes, &own),
            known => known,
        };
        let PageLayout::Lines(lines) = found else { return None };
        Some(lines.iter().map(|line| u64::from(line.letters)).sum())
    }
}

/// The page as its own text stands, and whether that decides; as it was `found`, if not.
pub(super) fn by_text(found: Oriented, text: Option<Standing>, picture: &Picture<'_>) -> Result<(Oriented, bool), ReadingError> {
    let Some(text) = text.filter(|text| text.letters >= FEWEST_LETTERS) else { return Ok((found, false)) };
    let turned = if found.page.turn == text.turn { None } else { Some(picture.in_turn(text.turn)?) };
    let seen = picture.letters(turned.as_ref().unwrap_or(&found));
    let decides = seen.is_some_and(|seen| 2 * text.letters as u64 >= seen);
    match turned {
        Some(turned) if decides => {
            tracing::debug!(found = ?found.page.turn, stands = ?text.turn, "page turned as its own text stands");
            Ok((turned, true))
        }
        _ => Ok((found, decides)),
    }
}
