//! TIFF: pages, tags and strips. Fax and JPEG strips are taken out as they are; the other
//! compressions are decoded by the `tiff` crate.

mod jpegs;
mod pieces;
mod pixels;
mod tags;

use std::collections::HashSet;

use hayro_ccitt::EncodingMode;
use tiff::tags::{IfdPointer, Tag};

use self::jpegs::jpeg_page;
use self::pieces::{Pieces, ranges};
use self::tags::{Tags, TiffDecoder, fault, start};
use super::codec::jpeg;
use super::error::{IntakeError, damaged, unsupported};
use super::fax::{self, Coding};
use super::jpeg::picture;
use super::limits::IntakeLimits;
use super::picture::{Picture, Sheet};
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::raster::{Channels, ColourModel, EncodedImage, Encoding, Raster};

/// `NewSubfileType`: a reduced copy (bit 0) or a mask (bit 2) of another page is no page.
const NO_PAGE: u32 = 0b101;

/// `SubfileType`, which came before it: a reduced copy.
const OLD_REDUCED: u32 = 2;

/// Lists the directories that are pages, by their number in the file.
pub(super) fn open(data: &[u8], limits: &IntakeLimits) -> Result<Vec<usize>, IntakeError> {
    let mut decoder = start(data).map_err(IntakeError::of_whole_file)?;
    let (mut pages, mut others) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    let mut next = decoder.ifd_pointer();
    while let Some(IfdPointer(offset)) = next {
        if !seen.insert(offset) {
            return Err(IntakeError::FileDamaged(ScanFault::PagesInCircle));
        }
        let directory = decoder.read_directory(IfdPointer(offset)).map_err(|error| fault(&error).of_whole_file())?;
        let mut tags = decoder.read_directory_tags(&directory);
        let mut kind = |tag| tags.find_tag_unsigned::<u32>(tag).ok().flatten();
        let copy = match kind(Tag::NewSubfileType) {
            Some(kind) => kind & NO_PAGE != 0,
            None => kind(Tag::Unknown(255)) == Some(OLD_REDUCED),
        };
        let list = if copy { &mut others } else { &mut pages };
        list.push(seen.len() - 1);
        limits.check_pages(seen.len())?;
        next = directory.next();
    }
    let pages = if pages.is_empty() { others } else { pages };
    limits.check_pages(pages.len())?;
    Ok(pages)
}

/// The size of the largest page of a TIFF; none where it has no page.
pub(super) fn largest(data: &[u8], limits: &IntakeLimits) -> Option<(u32, u32)> {
    let pages = open(data, limits).ok()?;
    let mut decoder = start(data).ok()?;
    let sizes = pages.into_iter().filter_map(|index| {
        decoder.seek_to_image(index).ok()?;
        decoder.dimensions().ok()
    });
    sizes.max_by_key(|&(across, down)| u64::from(across) * u64::from(down))
}

/// The page in directory number `index`.
pub(super) fn page(data: &[u8], index: usize, limits: &IntakeLimits) -> Result<Sheet, IntakeError> {
    let mut decoder = start(data)?;
    decoder.seek_to_image(index).map_err(|error| fault(&error))?;
    let tags = Tags::read(&mut decoder)?;
    limits.check_image(tags.width.into(), tags.height.into())?;
    let bits = u64::from(tags.width) * u64::from(tags.height) * u64::from(tags.samples) * u64::from(tags.bits);
    limits.check_decoded(bits / 8)?;
    decoder = decoder.with_limits(tags.sizes());
    let picture = match tags.compression {
        2..=4 => fax_page(&Pieces::of(data, &mut decoder, &tags, limits)?, &mut decoder, &tags)?,
        6 => old_jpeg_page(data, &mut decoder, &tags)?,
        7 if tags.separate_planes => return Err(unsupported(ScanFault::JpegForEachColour)),
        7 => jpeg_page(&Pieces::of(data, &mut decoder, &tags, limits)?, &mut decoder, &tags, limits)?,
        _ => Picture::Pixels(pixels::read(data, index, decoder, &tags, limits)?),
    };
    Sheet::oriented(picture, tags.resolution, tags.orientation)
}

fn fax_page(pieces: &Pieces<'_>, decoder: &mut TiffDecoder<'_>, tags: &Tags) -> Result<Picture, IntakeError> {
    if tags.bits != 1 || tags.samples != 1 {
        return Err(unsupported(ScanFault::FaxOfManyBits));
    }
    // T4Options bit 0: two-dimensional; bit 2: row ends padded so that they close on a byte.
    let options: Option<u32> = decoder.find_tag_unsigned(Tag::Unknown(292)).unwrap_or(None);
    let two_dimensional = options.unwrap_or(0) & 1 != 0;
    let coding = match tags.compression {
        2 => Coding { mode: EncodingMode::Group3_1D, byte_aligned: true, row_ends: false, block_end: false },
        3 => Coding {
            mode: if two_dimensional { EncodingMode::Group3_2D } else { EncodingMode::Group3_1D },
            byte_aligned: false,
            row_ends: true,
            block_end: true,
        },
        _ => Coding::group4(false),
    };
    // Photometric 1 means that what the fax calls black is white.
    let inverted = tags.photometric == 1;
    if let (Some(strip), EncodingMode::Group4) = (pieces.only_strip(), coding.mode) {
        return Ok(Picture::Stored(EncodedImage {
            width: tags.width,
            height: tags.height,
            colour: ColourModel::Bilevel,
            inverted,
            encoding: Encoding::CcittG4 { black_is_1: false, byte_aligned: false },
            bytes: in_bit_order(strip, tags),
        }));
    }
    let page = pieces.join(tags, |piece, width, height| fax::decode(&in_bit_order(piece, tags), width, height, coding))?;
    if !inverted {
        return Ok(Picture::Pixels(page));
    }
    let samples = page.into_samples().into_iter().map(|sample| !sample).collect();
    raster(tags, Channels::Gray, samples)
}

/// The bytes with the first pixel in the highest bit, as PDF wants them.
fn in_bit_order(strip: &[u8], tags: &Tags) -> Vec<u8> {
    if tags.reversed_bits { strip.iter().map(|byte| byte.reverse_bits()).collect() } else { strip.to_vec() }
}

/// The JPEG of TIFF 6.0, section 22, which was given up for the one above. Those that were written
/// hold a whole JPEG, which a tag of their own or the only strip points to; the other ways in which
/// that section can be read are refused.
fn old_jpeg_page(data: &[u8], decoder: &mut TiffDecoder<'_>, tags: &Tags) -> Result<Picture, IntakeError> {
    let start: Option<u64> = decoder.find_tag_unsigned(Tag::Unknown(513)).map_err(|error| fault(&error))?;
    let strip = ranges(decoder).ok().and_then(|ranges| ranges.first().copied()).map(|(start, _)| start);
    let starts = start.and_then(|start| usize::try_from(start).ok()).into_iter().chain(strip);
    // To the end of the file: lengths are often wrong, and a JPEG knows its end.
    for file in starts.filter_map(|start| data.get(start..)) {
        if let Ok(info) = jpeg::inspect(file)
            && (info.width, info.height) == (tags.width, tags.height)
        {
            return picture(file, &info);
        }
    }
    Err(unsupported(ScanFault::OldJpegNotWhole))
}

fn raster(tags: &Tags, channels: Channels, samples: Vec<u8>) -> Result<Picture, IntakeError> {
    Raster::new(tags.width, tags.height, channels, samples)
        .map(Picture::Pixels)
        .ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Tiff }))
}
