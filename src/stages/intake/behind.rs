//! Pictures that stand in a file beside those that are its pages, where every decoder leaves them out: one file
//! copied behind another, or what a scanner's program wrote page after page.

use std::iter;
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
const PREVIEW_SIDE: u32 = 800;

/// Pixels across and down.
type Size = (u32, u32);

/// Reads the size of the picture that begins where the bytes do; none where none begins.
type SizeOf = fn(&[u8], &IntakeLimits) -> Option<Size>;

/// How files of pictures and PDFs begin.
const KINDS: [(&[u8], SizeOf); 9] = [
    (b"\xff\xd8\xff", |data, _| jpeg::size(data)),
    (b"\x89PNG\r\n\x1a\n", |data, _| png::size(data)),
    (b"II*\0", tiff::largest),
    (b"MM\0*", tiff::largest),
    (b"II+\0\x08\0", tiff::largest),
    (b"MM\0+\0\x08", tiff::largest),
    (b"GIF87a", |data, _| gif_size(data)),
    (b"GIF89a", |data, _| gif_size(data)),
    (b"%PDF-", |data, _| pdf_size(data)),
];

/// Refuses a JPEG behind which another page stands.
pub(super) fn prove_jpeg(data: &[u8], info: &jpeg::JpegInfo, limits: &IntakeLimits) -> Result<(), IntakeError> {
    let (end, listed) = jpeg::end(data, info);
    let pixels = u64::from(info.width) * u64::from(info.height);
    prove_alone(data, iter::once(0..end).collect(), (pixels, listed), limits)
}

/// Refuses a PNG behind which another page stands.
pub(super) fn prove_png(data: &[u8], info: &png::PngInfo, limits: &IntakeLimits) -> Result<(), IntakeError> {
    let (pixels, end) = info.extent();
    prove_alone(data, iter::once(0..end).collect(), (pixels, false), limits)
}

/// Refuses a TIFF that holds pictures besides those that its directories lead to.
pub(super) fn prove_tiff(data: &[u8], limits: &IntakeLimits) -> Result<(), IntakeError> {
    let Some((across, down)) = tiff::largest(data, limits) else { return Ok(()) };
    // Of a file whose directories do not read it is not known where its own pages lie.
    let Some(own) = tiff_cut::places(data) else { return Ok(()) };
    prove_alone(data, own, (u64::from(across) * u64::from(down), false), limits)
}

/// Refuses a file that holds another picture outside `own`, the bytes of its pages, of which the largest has so many
/// pixels. Small ones are previews; where those are listed, as in the files of phones, none of their kind counts.
///
/// # Errors
/// There is another page.
fn prove_alone(
    data: &[u8],
    own: Vec<Range<usize>>,
    (largest, listed): (u64, bool),
    limits: &IntakeLimits,
) -> Result<(), IntakeError> {
    let own = tiff_cut::joined(own);
    let is_page = |(across, down): Size| {
        let area = u64::from(across) * u64::from(down);
        area > 0 && (area.saturating_mul(PREVIEW) >= largest || across.max(down) >= PREVIEW_SIDE)
    };
    // What begins within a page is a part of it, however many such places there are.
    let outside = |from: &usize| {
        let before = own.partition_point(|own| own.start <= *from);
        before.checked_sub(1).and_then(|at| own.get(at)).is_none_or(|own| !own.contains(from))
    };
    for (beginning, size) in KINDS.iter().skip(usize::from(listed)) {
        let mut places = find_iter(data, beginning).filter(outside).take(LOOKED_AT);
        if places.any(|from| data.get(from..).and_then(|from| size(from, limits)).is_some_and(is_page)) {
            return Err(unsupported(ScanFault::AnotherPicture));
        }
    }
    Ok(())
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
