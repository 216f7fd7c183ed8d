//! Pixels of images that are passed on as they are stored.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::codec::jpeg;
use super::error::{IntakeError, damaged, decoder, unsupported};
use super::{fax, jpeg2000};
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::raster::{Channels, ColourModel, EncodedImage, Encoding, Raster};

/// Decodes `image`, whose size has been checked against the limits.
pub(super) fn decode(image: &EncodedImage) -> Result<Raster, IntakeError> {
    let (width, height) = (image.width, image.height);
    let (raster, black_is_1) = match &image.encoding {
        Encoding::Jpeg => (jpeg::decode(&image.bytes)?, false),
        Encoding::CcittG4 { black_is_1, byte_aligned } => {
            (fax::decode(&image.bytes, width, height, fax::Coding::group4(*byte_aligned))?, *black_is_1)
        }
        Encoding::Jbig2 { globals } => (jbig2(&image.bytes, globals.as_deref(), width, height)?, false),
        Encoding::Jpeg2000 => (jpeg2000::decode(&image.bytes, width, height)?, false),
        Encoding::Flate => (flate(image)?, false),
    };
    if (raster.width(), raster.height()) != (width, height) {
        return Err(damaged(ScanFault::ImageOtherSize));
    }
    if image.inverted == black_is_1 {
        return Ok(raster);
    }
    let channels = raster.channels();
    let samples = raster.into_samples().into_iter().map(|sample| !sample).collect();
    Raster::new(width, height, channels, samples).ok_or_else(|| damaged(ScanFault::ImageEmpty))
}

struct Bits(Vec<u8>);

impl hayro_jbig2::Decoder for Bits {
    fn push_pixel(&mut self, black: bool) {
        self.0.push(if black { 0 } else { 255 });
    }

    fn push_pixel_chunk(&mut self, black: bool, chunk_count: u32) {
        self.0.extend(std::iter::repeat_n(if black { 0 } else { 255 }, chunk_count as usize * 8));
    }

    fn next_line(&mut self) {}
}

fn jbig2(data: &[u8], globals: Option<&[u8]>, width: u32, height: u32) -> Result<Raster, IntakeError> {
    // Strict, because the lenient reader leaves white what it cannot find.
    let settings = hayro_jbig2::DecodeSettings { strict: true };
    let fault = |error: hayro_jbig2::DecodeError| decoder(ScanFormat::Jbig2, error);
    let globals = globals.map(|globals| hayro_jbig2::Globals::new(globals, &settings)).transpose().map_err(fault)?;
    let page = hayro_jbig2::Page::new_embedded(data, globals.as_ref(), &settings).map_err(fault)?;
    if (page.width(), page.height()) != (width, height) {
        return Err(damaged(ScanFault::OtherSize { format: ScanFormat::Jbig2 }));
    }
    let mut bits = Bits(Vec::with_capacity(width as usize * height as usize));
    page.decode(&mut bits).map_err(fault)?;
    Raster::new(width, height, Channels::Gray, bits.0).ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Jbig2 }))
}

fn flate(image: &EncodedImage) -> Result<Raster, IntakeError> {
    let channels = match image.colour {
        ColourModel::Bilevel => return Err(unsupported(ScanFault::OneBitFlate)),
        ColourModel::Gray => Channels::Gray,
        ColourModel::Rgb => Channels::Rgb,
    };
    let expected = u64::from(image.width) * u64::from(image.height) * channels.count() as u64;
    let mut samples = Vec::new();
    ZlibDecoder::new(image.bytes.as_slice())
        .take(expected)
        .read_to_end(&mut samples)
        .map_err(|error| IntakeError::PageDamaged(ScanFault::Inflate { said: error.to_string() }))?;
    Raster::new(image.width, image.height, channels, samples).ok_or_else(|| damaged(ScanFault::ImageEmpty))
}
