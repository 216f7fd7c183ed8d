//! Pictures that stand in a file beside those that are its pages, where every decoder leaves them out: one file
//! copied behind another, or what a scanner's program wrote page after page.

use std::ops::Range;

use memchr::memmem::find_iter;

use super::codec::jpeg;
use super::error::{IntakeError, unsupported};
use super::limits::IntakeLimits;
use super::{png, tiff, tiff_cut};
use crate::model::failure::cause::ScanFault;

/// Places that look like the beginning of a picture of one kind and are looked at.
const LOOKED_AT: usize = 64;
/// Of less than one in so many of the page's own pixels, and with no side of so many, a picture is a preview.
const PREVIEW: u64 = 8;
const PREVIEW_SIDE: u32 = 600;

/// Pixels across and down.
type Size = (u32, u32);

/// Reads the size of the picture that begins where the bytes do; none where none begins.
type SizeOf = fn(&[u8]) -> Option<Size>;

/// How files of pictures and PDFs begin.
const KINDS: [(&[u8], SizeOf); 9] = [
    (b"\xff\xd8\xff", jpeg::size),
    (b"\x89PNG\r\n\x1a\n", png::size),
    (b"II*\0", tiff_size),
    (b"MM\0*", tiff_size),
    (b"II+\0\x08\0", tiff_size),
    (b"MM\0+\0\x08", tiff_size),
    (b"GIF87a", gif_size),
    (b"GIF89a", gif_size),
    (b"%PDF-", pdf_size),
];

/// Refuses a JPEG behind which another page stands.
pub(super) fn prove_jpeg(data: &[u8], info: &jpeg::JpegInfo) -> Result<(), IntakeError> {
    let (end, listed) = jpeg::end(data, info);
    prove_alone(data, std::slice::from_ref(&(0..end)), u64::from(info.width) * u64::from(info.height), listed)
}

/// Refuses a PNG behind which another page stands.
pub(super) fn prove_png(data: &[u8], info: &png::PngInfo) -> Result<(), IntakeError> {
    let (pixels, end) = info.extent();
    prove_alone(data, std::slice::from_ref(&(0..end)), pixels, false)
}

/// Refuses a TIFF that holds pictures besides those that its directories lead to.
pub(super) fn prove_tiff(data: &[u8], limits: &IntakeLimits) -> Result<(), IntakeError> {
    let Some((across, down)) = tiff::largest(data, limits) else { return Ok(()) };
    // Its own header is one, too.
    let own: Vec<Range<usize>> = std::iter::once(0..8).chain(tiff_cut::places(data)).collect();
    prove_alone(data, &own, u64::from(across) * u64::from(down), false)
}

/// Refuses a file that holds another picture outside `own`, the bytes of its pages, of which the largest has so many
/// pixels. Small ones are previews; where those are listed, as in the files of phones, none of their kind counts.
///
/// # Errors
/// There is another page.
fn prove_alone(data: &[u8], own: &[Range<usize>], largest: u64, listed: bool) -> Result<(), IntakeError> {
    let is_page = |(across, down): Size| {
        let area = u64::from(across) * u64::from(down);
        area > 0 && (area.saturating_mul(PREVIEW) >= largest || across.max(down) >= PREVIEW_SIDE)
    };
    // What begins within a page is a part of it, however many such places there are.
    let outside = |from: &usize| !own.iter().any(|own| own.contains(from));
    for (beginning, size) in KINDS.iter().skip(usize::from(listed)) {
        let mut places = find_iter(data, beginning).filter(outside).take(LOOKED_AT);
        if places.any(|from| data.get(from..).and_then(size).is_some_and(is_page)) {
            return Err(unsupported(ScanFault::AnotherPicture));
        }
    }
    Ok(())
}

fn tiff_size(data: &[u8]) -> Option<Size> {
    tiff::largest(data, &IntakeLimits::default())
}

fn gif_size(data: &[u8]) -> Option<Size> {
    match data.get(6..10)? {
        &[w0, w1, h0, h1] => Some((u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into())),
        _ => None,
    }
}

/// How large the pages of a PDF are is not looked at: it is no preview.
fn pdf_size(data: &[u8]) -> Option<Size> {
    data.get(5).filter(|version| version.is_ascii_digit()).map(|_| (u32::MAX, 1))
}
