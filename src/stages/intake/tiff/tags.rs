//! What the `tiff` crate tells of a page: at the bottom of all that reads TIFF.

use std::io::Cursor;

use tiff::decoder::{Decoder, Limits};
use tiff::tags::Tag;

use super::super::error::{IntakeError, decoder, unsupported};
use super::super::exif::unit_per_inch;
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::geometry::Resolution;

pub(super) type TiffDecoder<'a> = Decoder<Cursor<&'a [u8]>>;

/// Most that a list of tag values may take, in bytes; the crate reserves what an entry claims.
const LISTS: usize = 64 << 20;

fn sizes(image_bytes: usize) -> Limits {
    let mut sizes = Limits::default();
    sizes.ifd_value_size = 16 << 20;
    sizes.decoding_buffer_size = image_bytes.saturating_add(LISTS);
    sizes.intermediate_buffer_size = sizes.decoding_buffer_size;
    sizes
}

pub(super) fn start(data: &[u8]) -> Result<TiffDecoder<'_>, IntakeError> {
    Decoder::new(Cursor::new(data)).map(|decoder| decoder.with_limits(sizes(0))).map_err(|error| fault(&error))
}

pub(super) fn fault(error: &tiff::TiffError) -> IntakeError {
    match error {
        tiff::TiffError::UnsupportedError(cause) => {
            unsupported(ScanFault::Unsupported { format: ScanFormat::Tiff, said: cause.to_string() })
        }
        other => decoder(ScanFormat::Tiff, other),
    }
}

/// Tags of one page.
pub(super) struct Tags {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) compression: u16,
    pub(super) photometric: u16,
    pub(super) bits: u16,
    pub(super) samples: u16,
    pub(super) reversed_bits: bool,
    pub(super) separate_planes: bool,
    pub(super) rows_per_strip: u32,
    pub(super) resolution: Option<Resolution>,
    pub(super) orientation: u32,
}

impl Tags {
    pub(super) fn read(decoder: &mut TiffDecoder<'_>) -> Result<Self, IntakeError> {
        let (width, height) = decoder.dimensions().map_err(|error| fault(&error))?;
        let mut number = |tag, default: u16| -> Result<u16, IntakeError> {
            Ok(decoder
                .find_tag_unsigned_vec(tag)
                .map_err(|error| fault(&error))?
                .and_then(|list: Vec<u16>| list.first().copied())
                .unwrap_or(default))
        };
        let compression = number(Tag::Compression, 1)?;
        let photometric = number(Tag::PhotometricInterpretation, 0)?;
        let bits = number(Tag::BitsPerSample, 1)?;
        let samples = number(Tag::SamplesPerPixel, 1)?;
        let reversed_bits = number(Tag::FillOrder, 1)? == 2;
        let separate_planes = samples > 1 && number(Tag::PlanarConfiguration, 1)? == 2;
        let orientation = u32::from(number(Tag::Orientation, 1)?);
        let unit = u32::from(number(Tag::ResolutionUnit, 2)?);
        let rows: Option<u32> = decoder.find_tag_unsigned(Tag::RowsPerStrip).map_err(|error| fault(&error))?;
        let mut rational = |tag| decoder.find_tag(tag).ok().flatten().and_then(ratio);
        let per_inch = unit_per_inch(unit);
        let resolution = rational(Tag::XResolution)
            .zip(rational(Tag::YResolution))
            .map(|(x, y)| Resolution { x: x * per_inch, y: y * per_inch });
        Ok(Self {
            width,
            height,
            compression,
            photometric,
            bits,
            samples,
            reversed_bits,
            separate_planes,
            rows_per_strip: rows.unwrap_or(height).clamp(1, height.max(1)),
            resolution,
            orientation,
        })
    }

    /// What decoding may take: up to four samples of two bytes a pixel.
    pub(super) fn sizes(&self) -> Limits {
        sizes((self.width as usize).saturating_mul(self.height as usize).saturating_mul(8))
    }
}

fn ratio(value: tiff::decoder::ifd::Value) -> Option<f32> {
    use tiff::decoder::ifd::Value;
    match value {
        Value::Rational(above, below) if below != 0 => Some((f64::from(above) / f64::from(below)) as f32),
        Value::Float(value) => Some(value),
        Value::Double(value) => Some(value as f32),
        Value::Short(value) => Some(f32::from(value)),
        Value::Unsigned(value) => Some(value as f32),
        Value::List(list) => list.into_iter().next().and_then(ratio),
        _ => None,
    }
}
