//! Cover sheets and separators to be printed: A4, black on white, for any printer.
//!
//! A sheet has to be understood by the person who holds it and by the scanner, whichever way round
//! it is fed. So it bears its meaning in words, as a QR code and, should that be torn, as bars.

mod font;
mod page;

use pdf_writer::{Name, Pdf, Ref};
use thiserror::Error;

use crate::model::failure::cause::SealFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::raster::Raster;
use crate::model::sheet::Sheet;
use font::SheetFont;

/// A sheet with its payload as symbols, each module one pixel, without a quiet zone.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SheetToPrint {
    /// What it says.
    pub sheet: Sheet,
    /// As a QR code.
    pub square: Raster,
    /// As Code 128.
    pub bars: Raster,
    /// Whether Patch T is printed too.
    pub patch: PatchPrint,
}

/// Whether Patch T stands on a sheet, for scanners that part papers themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatchPrint {
    /// At the top and at the foot.
    PatchT,
    /// Not.
    None,
}

/// Says why no sheets can be drawn.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CoverError {
    /// The built-in font cannot be read.
    #[error("the built-in font cannot be read: {0}")]
    Font(String),
    /// More sheets than a PDF can count.
    #[error("too many sheets")]
    TooMany,
}

impl CoverError {
    /// The reason code of this error.
    pub fn code(&self) -> FailureCode {
        FailureCode::FileUnwritable
    }
}

impl From<CoverError> for Failure {
    fn from(error: CoverError) -> Self {
        let failure = Self::new(error.code());
        failure.because(match error {
            CoverError::Font(said) => SealFault::SheetFont { said },
            CoverError::TooMany => SealFault::TooManySheets,
        })
    }
}

/// Draws sheets, one on a page.
///
/// # Errors
/// See [`CoverError`].
pub(crate) fn draw(sheets: &[SheetToPrint]) -> Result<Vec<u8>, CoverError> {
    let font = SheetFont::load()?;
    let mut pdf = Pdf::new();
    let mut next = 0;
    let mut number = || {
        next += 1;
        Ref::new(next)
    };
    let (catalog, tree, font_refs) = (number(), number(), font::FontRefs::take(&mut number));
    let mut kids = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        let (page, content) = (number(), number());
        kids.push(page);
        let mut writer = pdf.page(page);
        writer.parent(tree).media_box(page::A4).contents(content);
        writer.resources().fonts().pair(font::NAME, font_refs.font);
        drop(writer);
        pdf.stream(content, &page::draw(sheet, &font));
    }
    let count = i32::try_from(kids.len()).map_err(|_| CoverError::TooMany)?;
    pdf.pages(tree).kids(kids).count(count);
    font.write(&mut pdf, font_refs);
    let mut writer = pdf.catalog(catalog);
    writer.pages(tree);
    // A code on the back of another sheet would swallow the papers of one of the two.
    writer.viewer_preferences().pair(Name(b"Duplex"), Name(b"Simplex"));
    drop(writer);
    Ok(pdf.finish())
}
