//! Pixels of TIFF pages that the `tiff` crate decodes: plain, LZW, Deflate and PackBits.

use tiff::ColorType;
use tiff::decoder::DecodingResult;
use tiff::tags::Tag;

use super::error::{IntakeError, damaged, unsupported};
use super::png::blend_over_white;
use super::tiff::{Tags, TiffDecoder, fault};
use crate::model::raster::{Channels, Raster};

/// Decodes the current page; its size has been checked.
pub(super) fn read(decoder: &mut TiffDecoder<'_>, tags: &Tags) -> Result<Raster, IntakeError> {
    if tags.separate_planes {
        return Err(unsupported("TIFF with separate colour planes"));
    }
    if tags.reversed_bits && !matches!(tags.compression, 1 | 32773) {
        return Err(unsupported("TIFF with reversed bits in this compression"));
    }
    let colour = decoder.colortype().map_err(|error| fault(&error))?;
    let palette = match colour {
        ColorType::Palette(_) => decoder.get_tag_u16_vec(Tag::ColorMap).map_err(|error| fault(&error))?,
        _ => Vec::new(),
    };
    let mut samples = match decoder.read_image().map_err(|error| fault(&error))? {
        DecodingResult::U8(samples) => samples,
        DecodingResult::U16(samples) => samples.into_iter().map(|sample| (sample >> 8) as u8).collect(),
        _ => return Err(unsupported("TIFF of numbers that are no colours")),
    };
    if tags.reversed_bits && tags.bits == 1 {
        samples.iter_mut().for_each(|byte| *byte = byte.reverse_bits());
    }
    let (channels, samples) = match colour {
        ColorType::Gray(8 | 16) => (Channels::Gray, samples),
        ColorType::Gray(bits @ (1 | 2 | 4)) => {
            let top = (1_u16 << bits) - 1;
            let scaled = unpack(&samples, tags.width, bits).map(|value| (u16::from(value) * 255 / top) as u8);
            (Channels::Gray, scaled.collect())
        }
        ColorType::GrayA(8 | 16) => (Channels::Gray, flatten(&samples, 2)),
        ColorType::RGB(8 | 16) => (Channels::Rgb, samples),
        ColorType::RGBA(8 | 16) => (Channels::Rgb, flatten(&samples, 4)),
        ColorType::Palette(bits @ (1 | 2 | 4 | 8)) => (Channels::Rgb, look_up(&samples, tags, bits, &palette)?),
        other => return Err(unsupported(format!("TIFF of colour type {other:?}"))),
    };
    Raster::new(tags.width, tags.height, channels, samples).ok_or_else(|| damaged("TIFF with fewer pixels than stated"))
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
    let mut colours = Vec::with_capacity(tags.width as usize * tags.height as usize * 3);
    for value in unpack(samples, tags.width, bits) {
        for channel in 0..3 {
            let entry = map.get(channel * size + usize::from(value)).ok_or_else(|| damaged("TIFF whose palette is too short"))?;
            colours.push((entry >> 8) as u8);
        }
    }
    Ok(colours)
}
