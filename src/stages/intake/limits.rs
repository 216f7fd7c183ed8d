//! Sizes beyond which a file or page is refused, checked before memory is taken for it. What cannot
//! be known beforehand ends at the worker's own bounds of memory and time.

use serde::{Deserialize, Serialize};

use super::error::IntakeError;

/// What is still taken in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IntakeLimits {
    /// Largest file, in MiB.
    pub file_mib: u64,
    /// Most pages in one file.
    pub pages_per_file: u32,
    /// Largest page image, in millions of pixels. An A4 page at 600 dpi has 35, A0 at 300 dpi 140.
    pub page_megapixels: u32,
    /// Longest side of a page image, in pixels; more can neither be drawn nor stored as JPEG.
    pub side_pixels: u16,
    /// Largest JPEG 2000 image, in millions of pixels: in colour each costs 25 bytes to decode, four
    /// times as much as in other formats.
    pub jpeg2000_megapixels: u32,
    /// Most that the compressed data of one image may unfold to, in MiB.
    pub decoded_mib: u64,
    /// Most that all contents and forms of one PDF page may unfold to, in MiB. They are instructions,
    /// each of which costs far more than a pixel.
    pub contents_mib: u64,
    /// Most forms within forms on a PDF page, and filters over one stream.
    pub nesting: u32,
    /// Most images and forms drawn on one PDF page, each counted as often as it is drawn.
    pub objects_per_page: u32,
}

impl Default for IntakeLimits {
    fn default() -> Self {
        Self {
            file_mib: 1024,
            pages_per_file: 2000,
            page_megapixels: 150,
            side_pixels: u16::MAX,
            jpeg2000_megapixels: 80,
            decoded_mib: 640,
            contents_mib: 48,
            nesting: 16,
            objects_per_page: 10_000,
        }
    }
}

impl IntakeLimits {
    pub(super) fn check_file(&self, bytes: usize) -> Result<(), IntakeError> {
        let bytes = bytes as u64;
        if bytes > self.file_mib.saturating_mul(1 << 20) {
            return Err(IntakeError::FileTooLarge { bytes, limit_mib: self.file_mib });
        }
        Ok(())
    }

    pub(super) fn check_pages(&self, pages: usize) -> Result<u32, IntakeError> {
        match u32::try_from(pages) {
            Ok(0) => Err(IntakeError::NoPages),
            Ok(count) if count <= self.pages_per_file => Ok(count),
            _ => Err(IntakeError::TooManyPages { pages: pages as u64, limit: self.pages_per_file }),
        }
    }

    pub(super) fn check_image(&self, width: u64, height: u64) -> Result<(), IntakeError> {
        if width.max(height) > self.side_pixels.into() {
            return Err(too_large(width, height, "side_pixels", self.side_pixels.into()));
        }
        check_area(width, height, "page_megapixels", self.page_megapixels)
    }

    pub(super) fn check_jpeg2000(&self, width: u64, height: u64) -> Result<(), IntakeError> {
        self.check_image(width, height)?;
        check_area(width, height, "jpeg2000_megapixels", self.jpeg2000_megapixels)
    }

    /// Checks how many bytes come out of compressed data, while they are counted or before.
    pub(super) fn check_decoded(&self, bytes: u64) -> Result<(), IntakeError> {
        check_bytes(bytes, "decoded_mib", self.decoded_mib)
    }

    /// The same for contents of pages.
    pub(super) fn check_contents(&self, bytes: u64) -> Result<(), IntakeError> {
        check_bytes(bytes, "contents_mib", self.contents_mib)
    }

    pub(super) fn check_nesting(&self, depth: usize) -> Result<(), IntakeError> {
        if depth as u64 > self.nesting.into() { Err(IntakeError::NestingTooDeep { limit: self.nesting }) } else { Ok(()) }
    }

    pub(super) fn check_objects(&self, drawn: u32) -> Result<(), IntakeError> {
        let limit = self.objects_per_page;
        if drawn > limit { Err(IntakeError::TooManyObjects { limit }) } else { Ok(()) }
    }
}

fn check_bytes(bytes: u64, setting: &'static str, limit_mib: u64) -> Result<(), IntakeError> {
    if bytes > limit_mib.saturating_mul(1 << 20) {
        return Err(IntakeError::DecodedTooLarge { bytes, setting, limit_mib });
    }
    Ok(())
}

fn check_area(width: u64, height: u64, setting: &'static str, megapixels: u32) -> Result<(), IntakeError> {
    if width.saturating_mul(height) > u64::from(megapixels) * 1_000_000 {
        return Err(too_large(width, height, setting, megapixels));
    }
    Ok(())
}

fn too_large(width: u64, height: u64, setting: &'static str, limit: u32) -> IntakeError {
    IntakeError::ImageTooLarge { width, height, setting, limit }
}
