//! PDF: a page that is one image gives that image; any other page is drawn.
//!
//! `open` counts pages, [`watch`] sees what a page draws, [`image`] takes out its image, [`render`]
//! draws it. A scanned page often carries invisible text of an earlier OCR, or visible text under
//! the image: neither can be seen, so neither makes it more than one image. What an annotation or a
//! field of a form shows can be seen, and is drawn with the page.

mod cms;
mod cut;
mod dict;
mod fonts;
mod image;
mod ink;
mod integrity;
mod names;
mod notes;
mod over;
mod piece;
mod render;
mod signatures;
mod spaced;
mod structure;
mod text;
mod text_lines;
mod undrawn;
mod unfold;
mod unshown;
mod watch;

use std::borrow::Cow;

use hayro_syntax::object::Dict;
use hayro_syntax::page::{Page, Rotation};
use hayro_syntax::{LoadPdfError, Pdf};

use super::carried::CarriedText;
use super::error::{IntakeError, damaged};
use super::limits::IntakeLimits;
use super::picture::{Sheet, geometry};
use crate::model::failure::cause::ScanFault;
use crate::model::geometry::{Resolution, Turn};
use crate::model::raster::Raster;
use crate::model::scan::Note;
use crate::model::signature::Signature;
pub use fonts::SubstituteFonts;
use watch::{Placed, Seen};

/// Smallest part of the page that its only image covers, and of the image that lies on the page.
const COVERS: f64 = 0.9;
const LIES_ON_PAGE: f64 = 0.95;

/// How far up a file its end marker may stand; scanners pad.
const END_MARKER_WITHIN: usize = 4096;

/// A PDF with its pages counted.
pub(super) struct PdfScan {
    pdf: Pdf,
    /// The file as it came, where it was straightened for reading: signatures cover its bytes.
    original: Option<Vec<u8>>,
    fonts: SubstituteFonts,
    /// Whether the end marker is there; a file without it was cut short.
    has_end: bool,
}

impl PdfScan {
    /// Opens a PDF, repaired if need be.
    ///
    /// A PDF that asks for no password to be read is read, even where its owner forbade changes.
    /// One whose page tree counts more pages than were found is damaged: pages are missing. So is one
    /// to which something was added that no table of its refers to.
    pub(super) fn open(bytes: Vec<u8>, limits: &IntakeLimits) -> Result<Self, IntakeError> {
        structure::check(&bytes)?;
        let straight = match structure::with_straight_jpegs(&bytes) {
            Cow::Borrowed(_) => None,
            Cow::Owned(straight) => Some(straight),
        };
        let (bytes, original) = match straight {
            Some(straight) => (straight, Some(bytes)),
            None => (bytes, None),
        };
        let tail = bytes.get(bytes.len().saturating_sub(END_MARKER_WITHIN)..).unwrap_or_default();
        let has_end = tail.windows(5).any(|part| part == b"%%EOF");
        let pdf = Pdf::new(bytes).map_err(|error| match error {
            LoadPdfError::Decryption(_) => IntakeError::PdfEncrypted,
            LoadPdfError::Invalid => IntakeError::FileDamaged(ScanFault::NoStructure),
        })?;
        let found = limits.check_pages(pdf.pages().len())?;
        match counted_pages(&pdf) {
            Some(counted) if counted > i64::from(found) => {
                Err(IntakeError::FileDamaged(ScanFault::PagesFound { found, counted }))
            }
            None if !has_end => Err(IntakeError::FileDamaged(ScanFault::NoPageTree)),
            _ => {
                unshown::check(&pdf)?;
                Ok(Self { pdf, original, fonts: SubstituteFonts::default(), has_end })
            }
        }
    }

    /// Draws with these fonts what the file's own are missing for.
    pub(super) fn set_fonts(&mut self, fonts: SubstituteFonts) {
        self.fonts = fonts;
    }

    /// Those fonts.
    pub(super) fn fonts(&self) -> SubstituteFonts {
        self.fonts.clone()
    }

    /// Some of its pages as a file of their own, with their streams as they came.
    pub(super) fn cut(&self, pages: &[usize]) -> Result<Vec<u8>, IntakeError> {
        let Some(original) = &self.original else { return cut::cut(&self.pdf, pages) };
        let pdf = Pdf::new(original.clone()).map_err(|_| damaged(ScanFault::NoStructure))?;
        cut::cut(&pdf, pages)
    }

    /// The names of the files that are attached.
    pub(super) fn attachments(&self) -> Vec<String> {
        unshown::attachments(&self.pdf)
    }

    /// What notes on its pages say.
    pub(super) fn notes(&self) -> Vec<Note> {
        notes::notes(&self.pdf)
    }

    pub(super) fn pages(&self) -> usize {
        self.pdf.pages().len()
    }

    /// Takes a page. Where the file itself was cut short, that is what is wrong with the page.
    pub(super) fn page(&self, index: usize, limits: &IntakeLimits) -> Result<Sheet, IntakeError> {
        self.page_alone(index, limits).map_err(|error| if self.has_end { error } else { error.of_whole_file() })
    }

    /// The visible text of a page, in pixels of `picture`, its stored image.
    pub(super) fn text(&self, index: usize, picture: &Raster) -> CarriedText {
        self.pdf.pages().get(index).map(|page| text::text(page, picture, &self.fonts)).unwrap_or_default()
    }

    /// The signatures in the file, the oldest first.
    pub(super) fn signatures(&self) -> Vec<Signature> {
        signatures::signatures(&self.pdf, self.original.as_deref())
    }

    fn page_alone(&self, index: usize, limits: &IntakeLimits) -> Result<Sheet, IntakeError> {
        let page = self.pdf.pages().get(index).ok_or_else(|| damaged(ScanFault::PageAbsent))?;
        if !watch::has_area(page) {
            return Err(damaged(ScanFault::PageNoArea));
        }
        integrity::check_objects(page, limits)?;
        undrawn::check(&self.pdf, page)?;
        let seen = watch::watch(page, &mut |_| {});
        integrity::check_drawn(page, &seen)?;
        for image in &seen.images {
            limits.check_image(image.width.into(), image.height.into())?;
        }
        if let Some(placed) = only_image(page, &seen)
            && let Some(sheet) = image_sheet(page, placed, limits)?
        {
            return Ok(sheet);
        }
        // What draws pages would draw nothing of one with an empty crop box.
        if watch::has_empty_crop(page) {
            return Err(damaged(ScanFault::PageNoArea));
        }
        fonts::check(page, &self.fonts)?;
        render::sheet(page, &seen, limits, &self.fonts)
    }
}

/// The number of pages that the root of the page tree states.
fn counted_pages(pdf: &Pdf) -> Option<i64> {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
    catalog.get::<Dict<'_>>(b"Pages".as_slice())?.get::<i32>(b"Count".as_slice()).map(i64::from)
}

/// The turn that shows the page upright.
fn page_turn(page: &Page<'_>) -> Turn {
    match page.rotation() {
        Rotation::None => Turn::None,
        Rotation::Horizontal => Turn::Right,
        Rotation::Flipped => Turn::Half,
        Rotation::FlippedHorizontal => Turn::Left,
    }
}

/// How many points a unit of the page is long, in 1/72 inch.
fn user_unit(page: &Page<'_>) -> f64 {
    page.raw().get::<f32>(b"UserUnit".as_slice()).map(f64::from).filter(|unit| (0.001..=1000.0).contains(unit)).unwrap_or(1.0)
}

/// The image of a page on which nothing else is to be seen.
fn only_image<'s>(page: &Page<'_>, seen: &'s Seen) -> Option<&'s Placed> {
    let [placed] = seen.images.as_slice() else { return None };
    let area = watch::page_area(page);
    let shared = placed.bounds().intersect(area);
    let hides_all = !placed.stencil && shared.area() > area.area() * 0.999;
    let alone = seen.marks == 0 || (placed.marks_before == seen.marks && hides_all);
    let covers = shared.area() >= area.area() * COVERS && shared.area() >= placed.bounds().area() * LIES_ON_PAGE;
    (alone && covers && placed.plain && placed.turn().is_some()).then_some(placed)
}

/// The only image of a page, or `None` where its colours need the page to be drawn.
fn image_sheet(page: &Page<'_>, placed: &Placed, limits: &IntakeLimits) -> Result<Option<Sheet>, IntakeError> {
    let mut taken = Err(damaged(ScanFault::ImageMissing));
    watch::watch(page, &mut |image| taken = image::take(image, limits));
    let (Some(picture), Some(turn)) = (taken?, placed.turn()) else { return Ok(None) };
    let (width, height) = picture.size();
    let (across, down) = placed.extent();
    let per_inch = |pixels: u32, extent: f64| (f64::from(pixels) * 72.0 / (extent * user_unit(page))) as f32;
    let resolution = Resolution { x: per_inch(width, across), y: per_inch(height, down) };
    let turn = turn.then(page_turn(page));
    Ok(Some(Sheet { picture, geometry: geometry(Some(resolution), width, height, turn) }))
}
