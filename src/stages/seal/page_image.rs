//! Page images: checked, and written byte for byte.

use miniz_oxide::deflate::{CompressionLevel, compress_to_vec_zlib};
use pdf_writer::{Filter, Finish, Name, Pdf, Ref};

use super::error::ImageFault;
use super::headers::{check_jpeg, check_jpeg2000};
use crate::model::ids::BlobId;
use crate::model::raster::{ColourModel, EncodedImage, Encoding};

/// The objects an image is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct ImageRefs {
    /// What the page draws.
    pub(super) image: Ref,
    /// The JBIG2 segments outside the image, if there are any.
    pub(super) globals: Option<Ref>,
}

/// The segments outside the image, if it has any.
fn globals(image: &EncodedImage) -> Option<&[u8]> {
    match &image.encoding {
        Encoding::Jbig2 { globals } => globals.as_deref(),
        _ => None,
    }
}

/// Digest of the segments outside the image.
pub(super) fn globals_digest(image: &EncodedImage) -> Option<BlobId> {
    globals(image).map(BlobId::of)
}

/// Says whether PDF/A-2 can hold this image.
pub(super) fn check(image: &EncodedImage) -> Result<(), ImageFault> {
    let numbers = [image.width as usize, image.height as usize, image.bytes.len(), globals(image).map_or(1, <[u8]>::len)];
    if numbers.iter().any(|number| *number == 0 || i32::try_from(*number).is_err()) {
        return Err(ImageFault::Size);
    }
    match (&image.encoding, image.colour) {
        (Encoding::Jpeg, _) => check_jpeg(image),
        (Encoding::Jpeg2000, _) => check_jpeg2000(image),
        (Encoding::CcittG4 { .. } | Encoding::Jbig2 { .. }, ColourModel::Bilevel) | (Encoding::Flate, _) => Ok(()),
        _ => Err(ImageFault::Colour),
    }
}

/// Least saving for which a JPEG is put into a layer: a hundredth.
const WORTH_A_LAYER: usize = 100;

/// A layer of Flate round an image that is compressed already. The encoder matters here: the
/// lightest effort of this one saves as much as others do with five times the time, and the
/// lightest of zlib-rs makes such data larger.
pub(super) fn layer(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, CompressionLevel::BestSpeed as u8)
}

/// A JPEG file in a layer of Flate, where that is worth it: scanners use the standard's own Huffman
/// tables, which seldom fit. Whoever undoes the layer has the scanner's very bytes.
fn layered(image: &EncodedImage, compression: u8) -> Option<Vec<u8>> {
    let packed = (image.encoding == Encoding::Jpeg && compression > 0).then(|| layer(&image.bytes))?;
    (packed.len() < image.bytes.len() - image.bytes.len() / WORTH_A_LAYER).then_some(packed)
}

/// Writes a checked image; `compression` is that of [`SealSettings`](super::SealSettings).
pub(super) fn write(pdf: &mut Pdf, refs: ImageRefs, image: &EncodedImage, compression: u8) {
    if let Some((globals_ref, globals)) = refs.globals.zip(globals(image)) {
        pdf.stream(globals_ref, globals);
    }
    let (width, height) = (image.width as i32, image.height as i32);
    let layered = layered(image, compression);
    let mut xobject = pdf.image_xobject(refs.image, layered.as_deref().unwrap_or(&image.bytes));
    xobject.width(width).height(height);
    let (space, components) = match image.colour {
        ColourModel::Bilevel | ColourModel::Gray => (Name(b"DeviceGray"), 1),
        ColourModel::Rgb => (Name(b"DeviceRGB"), 3),
    };
    xobject.color_space_name(space);
    xobject.bits_per_component(if image.colour == ColourModel::Bilevel { 1 } else { 8 });
    if image.inverted {
        xobject.decode([1.0, 0.0].repeat(components));
    }
    match &image.encoding {
        Encoding::Jpeg if layered.is_some() => {
            xobject.insert(Name(b"Filter")).array().items([Name(b"FlateDecode"), Name(b"DCTDecode")]);
        }
        Encoding::Jpeg => {
            xobject.filter(Filter::DctDecode);
        }
        Encoding::Jpeg2000 => {
            xobject.filter(Filter::JpxDecode);
        }
        Encoding::Flate => {
            xobject.filter(Filter::FlateDecode);
        }
        Encoding::CcittG4 { black_is_1, byte_aligned } => {
            xobject.filter(Filter::CcittFaxDecode);
            let mut parameters = xobject.decode_parms();
            parameters.k(-1).columns(width).rows(height).black_is_1(*black_is_1).encoded_byte_align(*byte_aligned);
            parameters.finish();
        }
        Encoding::Jbig2 { .. } => {
            xobject.filter(Filter::Jbig2Decode);
            if let Some(globals) = refs.globals {
                xobject.decode_parms().jbig2_globals(globals);
            }
        }
    }
}
