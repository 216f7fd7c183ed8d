//! An image object of a PDF: as its bytes where another PDF can carry them, else as pixels.

use hayro::hayro_interpret::{Image, ImageData, LumaData, Paint, RasterImage, StencilImage};
use hayro_syntax::object::{Array, Dict, Object, Stream};

use super::super::codec::jpeg;
use super::super::error::{IntakeError, damaged};
use super::super::jpeg2000;
use super::super::limits::IntakeLimits;
use super::super::picture::Picture;
use super::super::png::blend_over_white;
use super::dict::{Filter, filters, key};
use super::integrity::check_stream;
use super::unfold::{Packed, packed};
use crate::model::failure::cause::ScanFault;
use crate::model::raster::{Channels, ColourModel, EncodedImage, Encoding, Raster};

/// Takes an image; `None` if only drawing the page shows it as it is meant.
pub(super) fn take(image: &Image<'_, '_>, limits: &IntakeLimits) -> Result<Option<Picture>, IntakeError> {
    match image {
        Image::Stencil(stencil) => take_stencil(stencil, limits),
        Image::Raster(raster) => take_raster(raster, limits),
    }
}

/// Whether all rows of an image can be decoded, for images that go into a drawn page.
pub(super) fn prove(image: &Image<'_, '_>, limits: &IntakeLimits) -> Result<(), IntakeError> {
    let mut rows = None;
    let (stream, height) = match image {
        Image::Stencil(stencil) => {
            check_stream(stencil.stream(), limits)?;
            stencil.with_stencil(|luma, _| rows = Some(luma.height), None);
            (stencil.stream(), image.height())
        }
        Image::Raster(raster) => {
            check_stream(raster.stream(), limits)?;
            prove_jpeg(raster.stream(), limits)?;
            raster.with_rgba(|data, _| rows = Some(data.height()), None);
            (raster.stream(), image.height())
        }
    };
    // JPEG and JPEG 2000 know their own size, which may differ from that of the dictionary.
    let knows_size = filters(stream.dict()).iter().any(|filter| matches!(filter, Filter::Jpeg | Filter::Jpeg2000));
    match rows {
        Some(rows) if knows_size || rows >= height => Ok(()),
        _ => Err(damaged(ScanFault::ImageUndecodable)),
    }
}

fn take_stencil(stencil: &StencilImage<'_, '_>, limits: &IntakeLimits) -> Result<Option<Picture>, IntakeError> {
    check_stream(stencil.stream(), limits)?;
    let mut decoded = None;
    stencil.with_stencil(|luma, paint| decoded = Some((luma, is_black(paint))), None);
    let (luma, black) = decoded.ok_or_else(|| damaged(ScanFault::MaskUndecodable))?;
    if !black {
        return Ok(None);
    }
    if let Some(stored) = stored(stencil.stream(), (stencil.width(), stencil.height()), limits)? {
        return Ok(Some(stored));
    }
    check_rows(luma.height, stencil.height())?;
    let samples = luma.data.into_iter().map(|coverage| !coverage).collect();
    raster(luma.width, luma.height, Channels::Gray, samples).map(Some)
}

fn is_black(paint: &Paint<'_>) -> bool {
    matches!(paint, Paint::Color(colour) if colour.to_rgba().to_rgba8() == [0, 0, 0, 255])
}

fn take_raster(image: &RasterImage<'_>, limits: &IntakeLimits) -> Result<Option<Picture>, IntakeError> {
    let dict = image.stream().dict();
    check_stream(image.stream(), limits)?;
    let masked = ["SMask", "Mask", "SMaskInData"].iter().any(|key| dict.contains_key(key.as_bytes()));
    if !masked && let Some(stored) = stored(image.stream(), (image.width(), image.height()), limits)? {
        return Ok(Some(stored));
    }
    prove_jpeg(image.stream(), limits)?;
    let mut decoded = None;
    image.with_rgba(|data, alpha| decoded = Some((data, alpha)), None);
    let (data, alpha) = decoded.ok_or_else(|| damaged(ScanFault::ImageUndecodable))?;
    let knows_size = filters(image.stream().dict()).iter().any(|filter| matches!(filter, Filter::Jpeg | Filter::Jpeg2000));
    if !knows_size {
        check_rows(data.height(), image.height())?;
    }
    let (width, height) = (data.width(), data.height());
    let (channels, mut samples) = match data {
        ImageData::Luma(luma) => (Channels::Gray, luma.data),
        ImageData::Rgb(rgb) => (Channels::Rgb, rgb.data),
    };
    match alpha {
        Some(alpha) if (alpha.width, alpha.height) != (width, height) => return Ok(None),
        Some(alpha) => lay_over_white(&mut samples, channels, &alpha),
        None => {}
    }
    raster(width, height, channels, samples).map(Some)
}

/// Proves that a JPEG is whole, which whoever draws it would not notice.
fn prove_jpeg(stream: &Stream<'_>, limits: &IntakeLimits) -> Result<(), IntakeError> {
    match packed(stream, limits)? {
        Some(Packed { filter: Filter::Jpeg, data, .. }) => jpeg::prove_drawable(&data),
        _ => Ok(()),
    }
}

fn check_rows(rows: u32, stated: u32) -> Result<(), IntakeError> {
    if rows < stated { Err(damaged(ScanFault::ImageRows { rows, stated })) } else { Ok(()) }
}

fn lay_over_white(samples: &mut [u8], channels: Channels, alpha: &LumaData) {
    for (pixel, &alpha) in samples.chunks_exact_mut(channels.count()).zip(&alpha.data) {
        pixel.iter_mut().for_each(|colour| *colour = blend_over_white(*colour, alpha));
    }
}

fn raster(width: u32, height: u32, channels: Channels, samples: Vec<u8>) -> Result<Picture, IntakeError> {
    Raster::new(width, height, channels, samples).map(Picture::Pixels).ok_or_else(|| damaged(ScanFault::ImageEmpty))
}

/// The bytes of an image whose packing, colours and `Decode` another PDF can carry. A profile
/// (`ICCBased`, `CalGray`, `CalRGB`) is left behind: samples are kept, not their calibration.
fn stored(stream: &Stream<'_>, (width, height): (u32, u32), limits: &IntakeLimits) -> Result<Option<Picture>, IntakeError> {
    let dict = stream.dict();
    let (Some(Packed { filter, params, data }), Some(inverted)) = (packed(stream, limits)?, inverted(dict)) else {
        return Ok(None);
    };
    let bilevel = stated_colours(dict) == Some(ColourModel::Bilevel);
    let image = |width, height, colour, encoding| {
        let bytes = match &encoding {
            Encoding::Jpeg => jpeg::mended(&data, &jpeg::inspect(&data)?).into_owned(),
            _ => data.to_vec(),
        };
        Ok(Some(Picture::Stored(EncodedImage { width, height, colour, inverted, encoding, bytes })))
    };
    match filter {
        Filter::Jpeg => {
            let info = jpeg::inspect(&data)?;
            // /ColorTransform would be lost: it lies outside the JPEG.
            let colour = info.carried().filter(|_| !params.contains_key(b"ColorTransform".as_slice()));
            match colour {
                Some(colour) if stated_colours(dict) == Some(colour) => image(info.width, info.height, colour, Encoding::Jpeg),
                _ => Ok(None),
            }
        }
        Filter::Fax if bilevel => {
            let group4 = params.get::<i32>(b"K".as_slice()).unwrap_or(0) < 0;
            if !group4 || params.get::<u32>(b"Columns".as_slice()).unwrap_or(1728) != width {
                return Ok(None);
            }
            let flag = |key: &[u8]| params.get::<bool>(key).unwrap_or(false);
            let encoding = Encoding::CcittG4 { black_is_1: flag(b"BlackIs1"), byte_aligned: flag(b"EncodedByteAlign") };
            image(width, height, ColourModel::Bilevel, encoding)
        }
        Filter::Jbig2 if bilevel => {
            let globals = match params.get::<Stream<'_>>(b"JBIG2Globals".as_slice()) {
                Some(globals) => Some(globals.decoded_data().map_err(|_| damaged(ScanFault::GlobalsUnreadable))?.into_owned()),
                None if params.contains_key(b"JBIG2Globals".as_slice()) => return Err(damaged(ScanFault::GlobalsMissing)),
                None => None,
            };
            image(width, height, ColourModel::Bilevel, Encoding::Jbig2 { globals })
        }
        Filter::Jpeg2000 if !inverted && data.get(4..8) == Some(b"jP  ") => {
            let info = jpeg2000::info(&data)?;
            match info.plain {
                Some(colour) if stated_colours(dict).is_none_or(|stated| stated == colour) => {
                    image(info.width, info.height, colour, Encoding::Jpeg2000)
                }
                _ => Ok(None),
            }
        }
        _ => Ok(None),
    }
}

/// Whether `Decode` turns the samples round; `None` if it does anything else.
fn inverted(dict: &Dict<'_>) -> Option<bool> {
    let Some(decode) = dict.get::<Array<'_>>(key(dict, "Decode", "D")) else { return Some(false) };
    let values: Vec<f32> = decode.iter::<f32>().collect();
    let all = |pair: [f32; 2]| values.len() >= 2 && values.chunks(2).all(|chunk| chunk == pair);
    if all([0.0, 1.0]) {
        Some(false)
    } else if all([1.0, 0.0]) {
        Some(true)
    } else {
        None
    }
}

/// The colours that the dictionary states, if they are plain ones.
fn stated_colours(dict: &Dict<'_>) -> Option<ColourModel> {
    if dict.get::<bool>(key(dict, "ImageMask", "IM")).unwrap_or(false) {
        return Some(ColourModel::Bilevel);
    }
    let channels = match dict.get::<Object<'_>>(key(dict, "ColorSpace", "CS"))? {
        Object::Name(name) => channels_of(name.as_ref())?,
        Object::Array(array) => {
            let mut parts = array.iter::<Object<'_>>();
            let family = parts.next()?.into_name()?;
            match family.as_ref() {
                b"ICCBased" => parts.next()?.into_stream()?.dict().get::<u8>(b"N".as_slice())?,
                family => channels_of(family)?,
            }
        }
        _ => return None,
    };
    let bits = dict.get::<u8>(key(dict, "BitsPerComponent", "BPC"));
    let filter_sets_bits = matches!(filters(dict).last(), Some(Filter::Fax | Filter::Jbig2));
    match (channels, bits) {
        (1, Some(1)) => Some(ColourModel::Bilevel),
        (1, None) if filter_sets_bits => Some(ColourModel::Bilevel),
        (1, _) => Some(ColourModel::Gray),
        (3, _) => Some(ColourModel::Rgb),
        _ => None,
    }
}

fn channels_of(family: &[u8]) -> Option<u8> {
    match family {
        b"DeviceGray" | b"G" | b"CalGray" => Some(1),
        b"DeviceRGB" | b"RGB" | b"CalRGB" => Some(3),
        _ => None,
    }
}
