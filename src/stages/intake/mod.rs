//! Intake: opens a scanned file from its bytes and gives its pages.
//!
//! ```text
//! bytes ─ sniff ─ limits ─► OpenScan ─┬─ decode ─► pixels for reading   ─ find_barcodes
//!                                     ├─ encode ─► image for the sealed file
//!                                     └─ cut ────► some of its pages as a file of their own
//! ```
//!
//! [`OpenScan::open`] reads headers and counts pages; [`OpenScan::decode`] and
//! [`OpenScan::encode`] do the work of one page. Both show the page as it is stored, with the same
//! pixels: a turn that the file asks for (`/Rotate`, EXIF, TIFF orientation) is reported, not done.
//!
//! Where a PDF can carry the stored bytes (JPEG, Group 4, JBIG2, JPEG 2000 in grey or RGB), they
//! are passed on untouched; everything else is decoded and packed without loss ([`mod@encode`]).
//! What is damaged is refused: a page of which a part is missing is never given as a whole page.
//! [`OpenScan::encode`] proves the container of bytes that it passes on, but only
//! [`OpenScan::decode`] proves every pixel.
//!
//! [`find_barcodes`] looks for patch codes too, and [`make_symbol`] makes what it finds: the symbols
//! of printed sheets.
//!
//! A file that states no resolution, or one below 50 or above 2400 dpi, is taken for A4; so is one
//! that at less than 100 dpi would be longer than A3. A mirrored image is turned round.

mod barcode;
mod behind;
mod carried;
mod codec;
mod decode;
mod encode;
mod error;
mod exif;
mod fax;
mod jpeg;
mod jpeg2000;
mod limits;
mod patch;
mod pdf;
mod picture;
mod png;
mod sniff;
mod symbol;
mod tiff;
mod tiff_cut;

#[cfg(test)]
mod tests;

pub use barcode::{BarcodeSettings, PatchSearch, find_barcodes};
pub use carried::{CarriedText, Standing};
pub use error::IntakeError;
pub use limits::IntakeLimits;
pub use pdf::SubstituteFonts;
pub use sniff::sniff;
pub use symbol::{Symbology, make_symbol};

use crate::model::failure::cause::ScanFault;
use crate::model::raster::{EncodedImage, PageGeometry, Raster};
use crate::model::scan::{MediaType, ScanSummary};
use picture::Sheet;

/// A page as pixels, in stored orientation.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodedPage {
    /// Its pixels.
    pub raster: Raster,
    /// Its resolution and the turn its file asks for.
    pub geometry: PageGeometry,
}

/// A page as it goes into the sealed file, in stored orientation.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedPage {
    /// Its image, of the same width and height as the decoded one.
    pub image: EncodedImage,
    /// Its resolution and the turn its file asks for.
    pub geometry: PageGeometry,
}

enum Content {
    Pdf(pdf::PdfScan),
    /// Which directories of the file are pages.
    Tiff(Vec<usize>),
    Jpeg(codec::jpeg::JpegInfo),
    Png(png::PngInfo),
}

/// A file that has been opened: its kind is known and its pages are counted.
pub struct OpenScan {
    bytes: Vec<u8>,
    limits: IntakeLimits,
    content: Content,
    pages: u32,
}

impl OpenScan {
    /// Opens a file by its content.
    ///
    /// # Errors
    /// A file that is empty, too large, of unknown kind, encrypted, damaged as a whole, or that has
    /// no or too many pages. A fault of a single page shows only when that page is asked for,
    /// except in JPEG and PNG, where the page is the file.
    pub fn open(bytes: Vec<u8>, limits: &IntakeLimits) -> Result<Self, IntakeError> {
        limits.check_file(bytes.len())?;
        error::guarded(|| Self::open_guarded(bytes, limits)).map_err(|error| match error {
            IntakeError::Panicked(_) => error.of_whole_file(),
            other => other,
        })
    }

    fn open_guarded(bytes: Vec<u8>, limits: &IntakeLimits) -> Result<Self, IntakeError> {
        let (bytes, content, pages) = match sniff(&bytes)? {
            MediaType::Pdf => {
                let scan = pdf::PdfScan::open(bytes, limits)?;
                let pages = scan.pages();
                (Vec::new(), Content::Pdf(scan), pages)
            }
            MediaType::Tiff => {
                let directories = tiff::open(&bytes, limits)?;
                behind::prove_tiff(&bytes, limits)?;
                let pages = directories.len();
                (bytes, Content::Tiff(directories), pages)
            }
            MediaType::Jpeg => {
                let info = jpeg::open(&bytes, limits)?;
                behind::prove_jpeg(&bytes, &info, limits)?;
                (bytes, Content::Jpeg(info), 1)
            }
            MediaType::Png => {
                let info = png::open(&bytes, limits)?;
                behind::prove_png(&bytes, &info, limits)?;
                (bytes, Content::Png(info), 1)
            }
        };
        let pages = limits.check_pages(pages)?;
        Ok(Self { bytes, limits: limits.clone(), content, pages })
    }

    /// Draws with these fonts what is set in fonts that the file names and does not hold.
    #[must_use]
    pub fn with_fonts(mut self, fonts: SubstituteFonts) -> Self {
        if let Content::Pdf(scan) = &mut self.content {
            scan.set_fonts(fonts);
        }
        self
    }

    /// The kind of the file, the number of its pages and its signatures, which are checked.
    pub fn summary(&self) -> ScanSummary {
        let media_type = match self.content {
            Content::Pdf(_) => MediaType::Pdf,
            Content::Tiff(_) => MediaType::Tiff,
            Content::Jpeg(_) => MediaType::Jpeg,
            Content::Png(_) => MediaType::Png,
        };
        let signatures = self.listed("signatures", pdf::PdfScan::signatures);
        let attachments = self.listed("attachments", pdf::PdfScan::attachments);
        let notes = self.listed("notes", pdf::PdfScan::notes);
        ScanSummary { media_type, pages: self.pages, signatures, attachments, notes }
    }

    /// What a PDF holds besides its pages; nothing where it cannot be listed.
    fn listed<T>(&self, what: &str, list: impl Fn(&pdf::PdfScan) -> Vec<T>) -> Vec<T> {
        let Content::Pdf(scan) = &self.content else { return Vec::new() };
        error::guarded(|| Ok(list(scan))).unwrap_or_else(|error| {
            tracing::warn!(%error, what, "what a file holds cannot be listed");
            Vec::new()
        })
    }

    /// The text that the page with this `ordinal` carries itself and that can be seen in `picture`,
    /// its decoded pixels. Only a PDF can have any.
    pub fn embedded_text(&self, ordinal: u32, picture: &Raster) -> CarriedText {
        match &self.content {
            Content::Pdf(scan) => error::guarded(|| Ok(scan.text(ordinal as usize, picture))).unwrap_or_else(|error| {
                tracing::warn!(page = ordinal, %error, "the text that a page carries cannot be taken");
                CarriedText::default()
            }),
            _ => CarriedText::default(),
        }
    }

    /// Decodes the page with this `ordinal`, counted from 0.
    ///
    /// # Errors
    /// A page that does not exist, is damaged, too large or of an unsupported kind.
    pub fn decode(&self, ordinal: u32) -> Result<DecodedPage, IntakeError> {
        error::guarded(|| {
            let sheet = self.sheet(ordinal)?;
            let geometry = sheet.geometry;
            Ok(DecodedPage { raster: sheet.into_raster()?, geometry })
        })
    }

    /// Gives the image of the page with this `ordinal`, counted from 0, as a PDF can carry it.
    ///
    /// # Errors
    /// As for [`Self::decode`].
    pub fn encode(&self, ordinal: u32) -> Result<EncodedPage, IntakeError> {
        error::guarded(|| {
            let sheet = self.sheet(ordinal)?;
            let geometry = sheet.geometry;
            Ok(EncodedPage { image: sheet.into_encoded()?, geometry })
        })
    }

    /// Cuts pages out without loss: a file of the same kind that holds these, with the bytes that they
    /// are stored in, and nothing of the others. Pages are counted from 0.
    ///
    /// The cut is opened again and each of its pages is compared with the one it was: pixel by pixel, or
    /// byte by byte where they are stored as an image that a PDF can carry.
    ///
    /// # Errors
    /// A page that does not exist, or that cannot be cut out whole and alone. A file of one page is not
    /// cut.
    pub fn cut(&self, ordinals: &[u32]) -> Result<Vec<u8>, IntakeError> {
        error::guarded(|| {
            let places: Vec<usize> = ordinals.iter().map(|&ordinal| ordinal as usize).collect();
            let bytes = match &self.content {
                Content::Pdf(scan) => scan.cut(&places)?,
                Content::Tiff(directories) => {
                    let wanted: Option<Vec<usize>> = places.iter().map(|&place| directories.get(place).copied()).collect();
                    tiff_cut::cut(&self.bytes, &wanted.ok_or_else(|| error::damaged(ScanFault::PageAbsent))?)?
                }
                Content::Jpeg(_) | Content::Png(_) => return Err(error::unsupported(ScanFault::OnePageNotCut)),
            };
            let mut cut = Self::open(bytes.clone(), &self.limits)?;
            if let (Content::Pdf(scan), Content::Pdf(own)) = (&mut cut.content, &self.content) {
                scan.set_fonts(own.fonts());
            }
            if cut.pages as usize != ordinals.len() {
                return Err(error::unsupported(ScanFault::CutPages { wanted: ordinals.len() as u64, found: cut.pages }));
            }
            for (place, &ordinal) in (0..).zip(ordinals) {
                if cut.sheet(place)? != self.sheet(ordinal)? {
                    return Err(error::unsupported(ScanFault::CutLooksOtherwise { page: ordinal.saturating_add(1) }));
                }
            }
            Ok(bytes)
        })
    }

    fn sheet(&self, ordinal: u32) -> Result<Sheet, IntakeError> {
        let missing = || error::damaged(ScanFault::PageMissing { page: ordinal.saturating_add(1), pages: self.pages });
        if ordinal >= self.pages {
            return Err(missing());
        }
        let sheet = match &self.content {
            Content::Pdf(scan) => scan.page(ordinal as usize, &self.limits),
            Content::Tiff(directories) => {
                let &index = directories.get(ordinal as usize).ok_or_else(missing)?;
                tiff::page(&self.bytes, index, &self.limits)
            }
            Content::Jpeg(info) => jpeg::page(&self.bytes, info),
            Content::Png(info) => png::page(&self.bytes, info, &self.limits),
        };
        sheet?.on_paper()
    }
}
