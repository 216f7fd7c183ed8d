//! What JPEG and JPEG 2000 files say of themselves, compared with what the page says of them.
//!
//! A reader takes size and colours from the image's own header, so a page that says otherwise
//! would be drawn wrongly. JPEG 2000 has rules of its own in PDF/A (ISO 19005-2, 6.2.8.3).

use super::error::ImageFault;
use crate::model::raster::{ColourModel, EncodedImage};

fn components(colour: ColourModel) -> Result<u8, ImageFault> {
    match colour {
        ColourModel::Bilevel => Err(ImageFault::Colour),
        ColourModel::Gray => Ok(1),
        ColourModel::Rgb => Ok(3),
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_be_bytes).map(u32::from)
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}

/// Walks a JPEG's segments to its frame header: 8 bits, baseline or progressive, Huffman coded. Stray
/// bytes between segments, which some programs leave, are skipped as decoders do.
pub(super) fn check_jpeg(image: &EncodedImage) -> Result<(), ImageFault> {
    let expected = components(image.colour)?;
    let bytes = image.bytes.as_slice();
    if bytes.first_chunk() != Some(&[0xff, 0xd8]) {
        return Err(ImageFault::Header);
    }
    let mut at = 2;
    loop {
        let (byte, marker) = match bytes.get(at..) {
            Some([byte, marker, ..]) => (*byte, *marker),
            _ => return Err(ImageFault::Header),
        };
        match marker {
            _ if byte != 0xff => at += 1,
            0xff => at += 1, // a fill byte
            0x00 | 0x01 | 0xd0..=0xd7 => at += 2,
            0xc0..=0xc2 => {
                let height = short(bytes, at + 5).ok_or(ImageFault::Header)?;
                let width = short(bytes, at + 7).ok_or(ImageFault::Header)?;
                let found = (bytes.get(at + 4), width, height, bytes.get(at + 9));
                let fits = found == (Some(&8), image.width, image.height, Some(&expected));
                return if fits { Ok(()) } else { Err(ImageFault::Mismatch) };
            }
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => return Err(ImageFault::Form),
            0xd8..=0xda => return Err(ImageFault::Header),
            _ => {
                let length = short(bytes, at + 2).filter(|length| *length >= 2).ok_or(ImageFault::Header)?;
                at += 2 + length as usize;
            }
        }
    }
}

/// One box of a JPEG 2000 file and what follows it.
struct Jp2Box<'a> {
    kind: [u8; 4],
    content: &'a [u8],
    rest: &'a [u8],
}

fn next_box(bytes: &[u8]) -> Option<Jp2Box<'_>> {
    let kind = *bytes.get(4..)?.first_chunk()?;
    let (header, end) = match long(bytes, 0)? {
        0 => (8, bytes.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(*bytes.get(8..)?.first_chunk()?)).ok()?),
        length => (8, length as usize),
    };
    Some(Jp2Box { kind, content: bytes.get(header..end)?, rest: bytes.get(end..)? })
}

/// Walks a JPEG 2000 file's header boxes: 8 bits in every channel, grey or RGB, one colour
/// specification, neither palette nor opacity. A bare codestream says nothing of its colours and
/// is refused.
pub(super) fn check_jpeg2000(image: &EncodedImage) -> Result<(), ImageFault> {
    let expected = components(image.colour)?;
    if image.inverted {
        // PDF readers do not look at Decode here.
        return Err(ImageFault::Colour);
    }
    let signature = next_box(&image.bytes).ok_or(ImageFault::Header)?;
    if (&signature.kind, signature.content) != (b"jP  ", b"\r\n\x87\n") {
        return Err(ImageFault::Header);
    }
    let mut rest = signature.rest;
    let header = loop {
        let found = next_box(rest).ok_or(ImageFault::Header)?;
        if &found.kind == b"jp2h" {
            break found.content;
        }
        rest = found.rest;
    };
    check_header_boxes(header, image, expected)
}

fn check_header_boxes(mut boxes: &[u8], image: &EncodedImage, expected: u8) -> Result<(), ImageFault> {
    let (mut sizes, mut colours) = (0, 0);
    while !boxes.is_empty() {
        let found = next_box(boxes).ok_or(ImageFault::Header)?;
        boxes = found.rest;
        let content = found.content;
        match &found.kind {
            b"ihdr" => {
                sizes += 1;
                let size = (long(content, 4), long(content, 0), short(content, 8), content.get(10));
                let depth = 7; // one less than the bits, unsigned
                if size != (Some(image.width), Some(image.height), Some(u32::from(expected)), Some(&depth)) {
                    return Err(ImageFault::Mismatch);
                }
            }
            b"colr" => {
                colours += 1;
                // Method 1 names a colour space: 16 is sRGB, 17 grey, 18 sYCC. Method 2 brings
                // a profile of its own, of which the colours given by the page take precedence.
                let fits = match (content.first(), long(content, 3)) {
                    (Some(1), Some(16 | 18)) => image.colour == ColourModel::Rgb,
                    (Some(1), Some(17)) => image.colour == ColourModel::Gray,
                    (Some(2), Some(_)) => true,
                    _ => return Err(ImageFault::Form),
                };
                if !fits {
                    return Err(ImageFault::Mismatch);
                }
            }
            b"pclr" | b"cmap" | b"cdef" | b"bpcc" => return Err(ImageFault::Form),
            _ => {}
        }
    }
    match (sizes, colours) {
        (1, 1) => Ok(()),
        (0, _) | (_, 0) => Err(ImageFault::Header),
        _ => Err(ImageFault::Form),
    }
}
