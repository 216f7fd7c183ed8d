//! Lossless compression of decoded pixels: Group 4 for black and white, Flate for the rest.

use std::io::Write;

use fax::{Color, VecWriter, encoder::Encoder};
use flate2::{Compression, write::ZlibEncoder};

use super::error::IntakeError;
use crate::model::failure::cause::ScanFault;
use crate::model::raster::{Channels, ColourModel, EncodedImage, Encoding, Raster};

/// Packs `raster` without losing anything: colour whose channels are all alike becomes grey, and
/// grey that is only black and white becomes one bit a pixel.
pub(super) fn losslessly(raster: &Raster) -> Result<EncodedImage, IntakeError> {
    let gray = match raster.channels() {
        Channels::Gray => Some(raster.samples().to_vec()),
        Channels::Rgb => colourless(raster.samples()),
    };
    let (colour, encoding, bytes) = match gray {
        Some(gray) if gray.iter().all(|&sample| sample == 0 || sample == 255) => {
            let encoding = Encoding::CcittG4 { black_is_1: false, byte_aligned: false };
            (ColourModel::Bilevel, encoding, group4(&gray, raster.width())?)
        }
        Some(gray) => (ColourModel::Gray, Encoding::Flate, zlib(&gray)?),
        None => (ColourModel::Rgb, Encoding::Flate, zlib(raster.samples())?),
    };
    Ok(EncodedImage { width: raster.width(), height: raster.height(), colour, inverted: false, encoding, bytes })
}

/// The first channel, if all three are alike everywhere.
fn colourless(samples: &[u8]) -> Option<Vec<u8>> {
    let mut gray = Vec::with_capacity(samples.len() / 3);
    for pixel in samples.chunks_exact(3) {
        match pixel {
            [r, g, b] if r == g && g == b => gray.push(*r),
            _ => return None,
        }
    }
    Some(gray)
}

fn group4(gray: &[u8], width: u32) -> Result<Vec<u8>, IntakeError> {
    let mut encoder = Encoder::new(VecWriter::new());
    for row in gray.chunks_exact(width as usize) {
        let pixels = row.iter().map(|&sample| if sample == 0 { Color::Black } else { Color::White });
        encoder.encode_line(pixels, width).map_err(|never| match never {})?;
    }
    let writer = encoder.finish().map_err(|never| match never {})?;
    Ok(writer.finish())
}

fn zlib(samples: &[u8]) -> Result<Vec<u8>, IntakeError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(samples)
        .and_then(|()| encoder.finish())
        .map_err(|error| IntakeError::PageDamaged(ScanFault::Inflate { said: error.to_string() }))
}

#[cfg(test)]
mod tests {
    use super::super::decode;
    use super::*;

    fn round_trip(raster: &Raster, colour: ColourModel) -> Raster {
        let encoded = losslessly(raster).unwrap();
        assert_eq!((encoded.width, encoded.height, encoded.colour), (raster.width(), raster.height(), colour));
        decode::decode(&encoded).unwrap()
    }

    #[test]
    fn nothing_is_lost() {
        let dots = |pixel: usize| if (pixel * pixel / 7).is_multiple_of(3) { 0 } else { 255 };
        let bilevel = Raster::new(37, 29, Channels::Gray, (0..37 * 29).map(dots).collect()).unwrap();
        assert_eq!(round_trip(&bilevel, ColourModel::Bilevel), bilevel);
        let gray = Raster::new(16, 16, Channels::Gray, (0..=255).collect()).unwrap();
        assert_eq!(round_trip(&gray, ColourModel::Gray), gray);
        let rgb = Raster::new(2, 1, Channels::Rgb, vec![1, 2, 3, 4, 5, 6]).unwrap();
        assert_eq!(round_trip(&rgb, ColourModel::Rgb), rgb);
    }

    #[test]
    fn colour_without_colour_is_kept_as_gray() {
        let rgb = Raster::new(2, 1, Channels::Rgb, vec![7, 7, 7, 9, 9, 9]).unwrap();
        assert_eq!(round_trip(&rgb, ColourModel::Gray).samples(), [7, 9]);
    }

    #[test]
    fn black_pages_and_black_margins_survive() {
        let black = Raster::new(9, 3, Channels::Gray, vec![0; 27]).unwrap();
        assert_eq!(round_trip(&black, ColourModel::Bilevel), black);
        let edge = Raster::new(4, 2, Channels::Gray, vec![0, 255, 255, 0, 0, 0, 255, 0]).unwrap();
        assert_eq!(round_trip(&edge, ColourModel::Bilevel), edge);
    }
}
