//! What a file is, told by its first bytes.

use super::error::IntakeError;
use crate::model::scan::MediaType;

/// How far into a file the PDF header may stand (ISO 32000-1, Annex H.3, note 13).
const PDF_HEADER_WITHIN: usize = 1024;

/// How far into a ZIP file the names of its first members are looked for.
const MEMBERS_WITHIN: usize = 4096;

/// Tells the kind of `bytes` by the first of them; the name of the file plays no part.
///
/// # Errors
/// [`IntakeError::FileEmpty`] and [`IntakeError::FileUnknownType`].
pub fn sniff(bytes: &[u8]) -> Result<MediaType, IntakeError> {
    if bytes.is_empty() {
        return Err(IntakeError::FileEmpty);
    }
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if super::codec::jpeg::strays(bytes).is_some_and(|strays| bytes.get(strays + 2) == Some(&0xFF)) {
        Ok(MediaType::Jpeg)
    } else if starts(b"\x89PNG\r\n\x1a\n") {
        Ok(MediaType::Png)
    } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        Ok(MediaType::Tiff)
    } else if let Some(archive) = archive(bytes) {
        // Before PDF: an archive may hold one that is not packed.
        Err(archive)
    } else if within(bytes, PDF_HEADER_WITHIN, b"%PDF-") {
        Ok(MediaType::Pdf)
    } else {
        Err(foreign(bytes).unwrap_or(IntakeError::FileUnknownType))
    }
}

/// Whether `part` stands in the first `length` bytes.
fn within(bytes: &[u8], length: usize, part: &[u8]) -> bool {
    bytes.get(..bytes.len().min(length)).is_some_and(|head| head.windows(part.len()).any(|window| window == part))
}

/// Archives, and the documents that are archives inside.
fn archive(bytes: &[u8]) -> Option<IntakeError> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"PK\x03\x04") {
        let holds = |name: &[u8]| within(bytes, MEMBERS_WITHIN, name);
        let office = [b"[Content_Types].xml".as_slice(), b"application/vnd.oasis.opendocument"].into_iter().any(holds);
        return Some(if office { IntakeError::OfficeDocument("DOCX, XLSX, PPTX, ODT…") } else { IntakeError::Archive("ZIP") });
    }
    let kinds: [(&[u8], _); 6] = [
        (b"PK\x05\x06", "ZIP"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b", "gzip"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
    ];
    kinds.into_iter().find(|(magic, _)| starts(magic)).map(|(_, name)| IntakeError::Archive(name))
}

/// Kinds that people take for scans.
fn foreign(bytes: &[u8]) -> Option<IntakeError> {
    let at = |place: usize, magic: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(magic));
    let images: [(usize, &[u8], _); 15] = [
        // Brands of ISO 14496-12 files.
        (4, b"ftypheic", "HEIC"),
        (4, b"ftypheix", "HEIC"),
        (4, b"ftypmif1", "HEIF"),
        (4, b"ftypmsf1", "HEIF"),
        (4, b"ftypavif", "AVIF"),
        (4, b"ftypavis", "AVIF"),
        (8, b"WEBP", "WebP"),
        (0, b"GIF8", "GIF"),
        (0, b"BM", "BMP"),
        (0, b"\0\0\0\x0cjP  \r\n", "JPEG 2000"),
        (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
        (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
        (0, b"\xff\x0a", "JPEG XL"),
        (0, b"\x97JB2\r\n\x1a\n", "JBIG2"),
        (0, b"AT&TFORM", "DjVu"),
    ];
    let documents: [(&[u8], _); 2] = [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC, XLS, PPT…"), (b"{\\rtf", "RTF")];
    let image = images.into_iter().find(|(place, magic, _)| at(*place, magic)).map(|(.., name)| IntakeError::ForeignImage(name));
    image.or_else(|| documents.into_iter().find(|(magic, _)| at(0, magic)).map(|(_, name)| IntakeError::OfficeDocument(name)))
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

    #[test]
    fn what_is_often_taken_for_a_scan_is_named() {
        let code = |bytes: &[u8]| sniff(bytes).unwrap_err().code().as_str();
        let images: [&[u8]; 6] = [
            b"\0\0\0\x18ftypheic\0\0\0\0",
            b"\0\0\0\x1cftypavif\0\0\0\0",
            b"RIFF\x24\0\0\0WEBPVP8 ",
            b"BM\x36\0\0\0\0\0\0\0",
            b"GIF89a\x01\0\x01\0",
            b"\0\0\0\x0cjP  \r\n\x87\n",
        ];
        for image in images {
            assert_eq!(code(image), "file-foreign-image", "{image:?}");
        }
        assert_eq!(code(b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml"), "file-office-document");
        assert_eq!(code(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"), "file-office-document");
        assert_eq!(code(b"PK\x03\x04\x0a\0\0\0scan.pdf%PDF-1.4"), "file-archive");
        assert_eq!(code(b"Rar!\x1a\x07\x01\0"), "file-archive");
    }
}
