//! Sizes beyond which a file or page is refused, checked before memory is taken for it.

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
    /// Largest page image, in millions of pixels. An A4 page at 600 dpi has 35.
    pub page_megapixels: u32,
}

impl Default for IntakeLimits {
    fn default() -> Self {
        Self { file_mib: 1024, pages_per_file: 2000, page_megapixels: 200 }
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
        if width.saturating_mul(height) > u64::from(self.page_megapixels) * 1_000_000 {
            return Err(IntakeError::ImageTooLarge { width, height, limit_megapixels: self.page_megapixels });
        }
        Ok(())
    }
}
