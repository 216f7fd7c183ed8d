//! What a file is, told by its first bytes.

use super::error::IntakeError;
use crate::model::scan::MediaType;

/// How far into a file the PDF header may stand (ISO 32000-1, Annex H.3, note 13).
const PDF_HEADER_WITHIN: usize = 1024;

/// Tells the kind of `bytes` by the first of them; the name of the file plays no part.
///
/// # Errors
/// [`IntakeError::FileEmpty`] and [`IntakeError::FileUnknownType`].
pub fn sniff(bytes: &[u8]) -> Result<MediaType, IntakeError> {
    if bytes.is_empty() {
        return Err(IntakeError::FileEmpty);
    }
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(&[0xFF, 0xD8, 0xFF]) {
        Ok(MediaType::Jpeg)
    } else if starts(b"\x89PNG\r\n\x1a\n") {
        Ok(MediaType::Png)
    } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        Ok(MediaType::Tiff)
    } else if bytes.get(..bytes.len().min(PDF_HEADER_WITHIN)).is_some_and(|head| head.windows(5).any(|part| part == b"%PDF-")) {
        Ok(MediaType::Pdf)
    } else {
        Err(IntakeError::FileUnknownType)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        assert_eq!(sniff(b""), Err(IntakeError::FileEmpty));
        assert_eq!(sniff("Kính gửi".as_bytes()), Err(IntakeError::FileUnknownType));
        assert_eq!(sniff(b"\r\n\r\n%PDF-1.4\n"), Ok(MediaType::Pdf));
        assert_eq!(sniff(b"MM\0*\0\0\0\x08"), Ok(MediaType::Tiff));
        assert_eq!(sniff(&[0xFF, 0xD8, 0xFF, 0xE0]), Ok(MediaType::Jpeg));
    }
}
