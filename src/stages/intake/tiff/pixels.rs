//! Pixels of TIFF pages that the `tiff` crate decodes: plain, LZW, Deflate and PackBits.

use tiff::ColorType;
use tiff::decoder::{ChunkType, DecodingResult};
use tiff::tags::Tag;

use super::super::codec::jpeg;
use super::super::error::{IntakeError, damaged, unsupported};
use super::super::limits::IntakeLimits;
use super::super::png::blend_over_white;
use super::pieces::ranges;
use super::tags::{Tags, TiffDecoder, fault, start};
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::raster::{Channels, Raster};

/// `PhotometricInterpretation` of palette numbers, and of grey where 0 is black.
const PALETTE: u16 = 3;
const BLACK_IS_ZERO: u16 = 1;

/// Decodes page `index` of `data`, at which `decoder` stands; its size has been checked.
pub(super) fn read(
    data: &[u8],
    index: usize,
    mut decoder: TiffDecoder<'_>,
    tags: &Tags,
    limits: &IntakeLimits,
) -> Result<Raster, IntakeError> {
    // Tiles are bounded here by what they would cover.
    let (width, height) = decoder.chunk_dimensions();
    limits.check_image(width.into(), height.into())?;
    let tiled = decoder.get_chunk_type() == ChunkType::Tile;
    if tags.separate_planes && tiled && !tags.height.is_multiple_of(height.max(1)) {
        // The crate cuts only the last row of tiles of the first plane to the page.
        return Err(unsupported(ScanFault::PlanesInTiles));
    }
    if tags.photometric == PALETTE {
        let palette = decoder.get_tag_u16_vec(Tag::ColorMap).map_err(|error| fault(&error))?;
        let numbers = plainer(data, &mut decoder, tags)?;
        let mut decoder = reopen(&numbers, index, tags)?;
        let ColorType::Gray(bits @ (1 | 2 | 4 | 8)) = decoder.colortype().map_err(|error| fault(&error))? else {
            return Err(unsupported(ScanFault::PaletteDepth));
        };
        let colours = look_up(&samples(&mut decoder, tags)?, tags, bits, &palette)?;
        return whole(tags, Channels::Rgb, colours);
    }
    if tags.reversed_bits {
        let ordered = plainer(data, &mut decoder, tags)?;
        return plain(&mut reopen(&ordered, index, tags)?, tags);
    }
    plain(&mut decoder, tags)
}

/// A copy of the file in which the page has its bits in order and, if they are palette numbers,
/// calls them grey: the `tiff` crate knows neither `FillOrder` nor palettes.
fn plainer(data: &[u8], decoder: &mut TiffDecoder<'_>, tags: &Tags) -> Result<Vec<u8>, IntakeError> {
    let mut copy = data.to_vec();
    if tags.reversed_bits {
        let mut left = data.len();
        for (start, end) in ranges(decoder)? {
            let piece = copy.get_mut(start..end).ok_or_else(|| damaged(ScanFault::PiecesBeyondFile))?;
            // Pieces that lie on each other would cost more than the file is long.
            left = left.checked_sub(piece.len()).ok_or_else(|| damaged(ScanFault::PiecesOverlap))?;
            piece.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
        }
    }
    if tags.photometric == PALETTE {
        let place = decoder.ifd_pointer().and_then(|directory| value_of(data, directory.0, 262));
        let value = place.and_then(|place| copy.get_mut(place..place.checked_add(2)?));
        let number = if data.starts_with(b"MM") { BLACK_IS_ZERO.to_be_bytes() } else { BLACK_IS_ZERO.to_le_bytes() };
        value.ok_or_else(|| damaged(ScanFault::DirectoryLost))?.copy_from_slice(&number);
    }
    Ok(copy)
}

/// Where the value of `tag` stands in the directory at `offset`, in TIFF or BigTIFF.
fn value_of(data: &[u8], offset: u64, tag: u16) -> Option<usize> {
    let big_endian = data.starts_with(b"MM");
    let short = |at: usize| {
        let bytes: [u8; 2] = data.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let (head, entry, value) = if short(2)? == 43 { (8, 20, 12) } else { (2, 12, 8) };
    let start = usize::try_from(offset).ok()?;
    // The low half of BigTIFF's 64-bit count is enough: no page has 65,536 tags.
    let count = short(if head == 8 && big_endian { start.checked_add(6)? } else { start })?;
    let entries = (0..usize::from(count)).map_while(|index| start.checked_add(head + index * entry));
    entries.into_iter().find(|&at| short(at) == Some(tag)).and_then(|at| at.checked_add(value))
}

fn reopen<'a>(data: &'a [u8], index: usize, tags: &Tags) -> Result<TiffDecoder<'a>, IntakeError> {
    let mut decoder = start(data)?;
    decoder.seek_to_image(index).map_err(|error| fault(&error))?;
    Ok(decoder.with_limits(tags.sizes()))
}

/// All samples in 8 bits (or packed, where a sample has fewer), those of a pixel side by side.
fn samples(decoder: &mut TiffDecoder<'_>, tags: &Tags) -> Result<Vec<u8>, IntakeError> {
    let mut result = DecodingResult::U8(Vec::new());
    decoder.read_image_to_buffer(&mut result).map_err(|error| fault(&error))?;
    let samples = match result {
        DecodingResult::U8(samples) => samples,
        DecodingResult::U16(samples) => samples.into_iter().map(|sample| (sample >> 8) as u8).collect(),
        _ => return Err(unsupported(ScanFault::NumbersNoColours)),
    };
    if tags.separate_planes { side_by_side(&samples, tags) } else { Ok(samples) }
}

/// Joins planes of one colour each, which lie one after the other.
fn side_by_side(planes: &[u8], tags: &Tags) -> Result<Vec<u8>, IntakeError> {
    let pixels = tags.width as usize * tags.height as usize;
    if planes.len() != pixels * usize::from(tags.samples) {
        return Err(damaged(ScanFault::PlanesOtherSize));
    }
    let mut joined = vec![0; planes.len()];
    for (number, plane) in planes.chunks_exact(pixels).enumerate() {
        let places = joined.iter_mut().skip(number).step_by(usize::from(tags.samples));
        places.zip(plane).for_each(|(place, sample)| *place = *sample);
    }
    Ok(joined)
}

fn plain(decoder: &mut TiffDecoder<'_>, tags: &Tags) -> Result<Raster, IntakeError> {
    let colour = decoder.colortype().map_err(|error| fault(&error))?;
    let samples = samples(decoder, tags)?;
    let (channels, samples) = match colour {
        ColorType::Gray(8 | 16) => (Channels::Gray, samples),
        ColorType::Gray(bits @ (1 | 2 | 4)) => {
            let top = (1_u16 << bits) - 1;
            let scaled = unpack(&samples, tags.width, bits).map(|value| (u16::from(value) * 255 / top) as u8);
            (Channels::Gray, scaled.collect())
        }
        // Grey with opacity is one of several bands to the crate.
        ColorType::Multiband { bit_depth: 8 | 16, num_samples: 2 } => (Channels::Gray, flatten(&samples, 2)),
        ColorType::CMYK(8 | 16) => (Channels::Rgb, jpeg::from_ink(&samples)),
        ColorType::RGB(8 | 16) => (Channels::Rgb, samples),
        ColorType::RGBA(8 | 16) => (Channels::Rgb, flatten(&samples, 4)),
        other => return Err(unsupported(ScanFault::Unsupported { format: ScanFormat::Tiff, said: format!("{other:?}") })),
    };
    whole(tags, channels, samples)
}

fn whole(tags: &Tags, channels: Channels, samples: Vec<u8>) -> Result<Raster, IntakeError> {
    Raster::new(tags.width, tags.height, channels, samples)
        .ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Tiff }))
}

/// The values of `bits` each, rows starting on a byte.
fn unpack(samples: &[u8], width: u32, bits: u8) -> impl Iterator<Item = u8> {
    let per_byte = usize::from(8 / bits.max(1));
    let row_bytes = (width as usize).div_ceil(per_byte).max(1);
    let mask = ((1_u16 << bits) - 1) as u8;
    samples.chunks_exact(row_bytes).flat_map(move |row| {
        let values = row.iter().flat_map(move |&byte| {
            (1..=per_byte as u32).map(move |place| byte.unbounded_shr(8 - place * u32::from(bits)) & mask)
        });
        values.take(width as usize)
    })
}

fn flatten(samples: &[u8], channels: usize) -> Vec<u8> {
    let mut laid = Vec::with_capacity(samples.len());
    for pixel in samples.chunks_exact(channels) {
        let Some((&alpha, colours)) = pixel.split_last() else { continue };
        laid.extend(colours.iter().map(|&colour| blend_over_white(colour, alpha)));
    }
    laid
}

/// Replaces palette numbers by colours. The map lists all reds, then greens, then blues.
fn look_up(samples: &[u8], tags: &Tags, bits: u8, map: &[u16]) -> Result<Vec<u8>, IntakeError> {
    let size = 1_usize << bits;
    // Some writers know only 8 bits and leave the upper half empty.
    let unused = if map.iter().all(|&entry| entry < 256) { 0 } else { 8 };
    let mut colours = Vec::with_capacity(tags.width as usize * tags.height as usize * 3);
    for value in unpack(samples, tags.width, bits) {
        for channel in 0..3 {
            let entry = map.get(channel * size + usize::from(value)).ok_or_else(|| damaged(ScanFault::PaletteTooShort))?;
            colours.push((entry >> unused) as u8);
        }
    }
    Ok(colours)
}
