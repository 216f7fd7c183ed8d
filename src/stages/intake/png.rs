//! PNG: header, resolution and pixels.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder};

use super::error::{IntakeError, damaged, decoder};
use super::exif;
use super::limits::IntakeLimits;
use super::picture::{Picture, Sheet};
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::geometry::Resolution;
use crate::model::raster::{Channels, Raster};

/// Bytes of the chunk that closes a PNG.
const CLOSING: usize = 12;

/// What the chunks before the pixels say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PngInfo {
    width: u32,
    height: u32,
    resolution: Option<Resolution>,
    orientation: u32,
    /// Where the closing chunk ends.
    end: usize,
}

impl PngInfo {
    /// How many pixels there are, and where the file ends.
    pub(super) fn extent(&self) -> (u64, usize) {
        (u64::from(self.width) * u64::from(self.height), self.end)
    }
}

fn be32(bytes: &[u8]) -> Option<u32> {
    bytes.get(..4)?.try_into().ok().map(u32::from_be_bytes)
}

/// Walks the chunks to the closing one, which a file cut short does not have.
pub(super) fn open(data: &[u8], limits: &IntakeLimits) -> Result<PngInfo, IntakeError> {
    let cut = || IntakeError::FileDamaged(ScanFault::CutShort { format: ScanFormat::Png });
    let mut info = PngInfo { width: 0, height: 0, resolution: None, orientation: 0, end: 0 };
    let mut rest = data.get(8..).ok_or_else(cut)?;
    loop {
        let length = be32(rest).ok_or_else(cut)? as usize;
        let kind = rest.get(4..8).ok_or_else(cut)?;
        let body = rest.get(8..).and_then(|after| after.get(..length));
        match (kind, body) {
            (b"IHDR", Some(body)) => {
                info.width = be32(body).ok_or_else(cut)?;
                info.height = body.get(4..).and_then(be32).ok_or_else(cut)?;
                limits.check_image(info.width.into(), info.height.into())?;
            }
            (b"pHYs", Some(body)) => info.resolution = physical(body),
            (b"eXIf", Some(body)) => info.orientation = exif::read(body).orientation,
            (b"IEND", _) => break,
            _ => {}
        }
        rest = rest.get(12..).and_then(|after| after.get(length..)).ok_or_else(cut)?;
    }
    if info.width == 0 || info.height == 0 {
        return Err(IntakeError::FileDamaged(ScanFault::NoHeader { format: ScanFormat::Png }));
    }
    // The rest begins with the closing chunk.
    info.end = data.len() - rest.len().saturating_sub(CLOSING);
    Ok(info)
}

/// The size that the first chunk of a PNG tells.
pub(super) fn size(data: &[u8]) -> Option<(u32, u32)> {
    let header = data.get(12..24)?.strip_prefix(b"IHDR")?;
    Some((be32(header)?, header.get(4..).and_then(be32)?))
}

fn physical(body: &[u8]) -> Option<Resolution> {
    let (x, y, unit) = (be32(body)?, body.get(4..).and_then(be32)?, *body.get(8)?);
    // Unit 1 is the metre; any other says nothing of size.
    (unit == 1).then_some(Resolution { x: x as f32 * 0.0254, y: y as f32 * 0.0254 })
}

/// The only page of a PNG file. What is transparent shows white paper; 16 bits become 8.
pub(super) fn page(data: &[u8], info: &PngInfo, limits: &IntakeLimits) -> Result<Sheet, IntakeError> {
    let fault = |error: image::ImageError| match error {
        // What was asked for is not told.
        image::ImageError::Limits(_) => limits
            .check_decoded(u64::MAX)
            .err()
            .unwrap_or_else(|| damaged(ScanFault::TooLargePicture { format: ScanFormat::Png })),
        error => decoder(ScanFormat::Png, error),
    };
    // Texts and colour profiles are compressed too.
    let mut bounds = image::Limits::no_limits();
    bounds.max_alloc = Some(limits.decoded_mib.saturating_mul(1 << 20));
    let decoder = PngDecoder::with_limits(Cursor::new(data), bounds).map_err(fault)?;
    limits.check_decoded(decoder.total_bytes())?;
    let decoded = DynamicImage::from_decoder(decoder).map_err(fault)?;
    let (channels, samples) = if decoded.color().has_color() {
        (Channels::Rgb, over_white::<4>(decoded, |image| image.into_rgba8().into_raw(), |image| image.into_rgb8().into_raw()))
    } else {
        (
            Channels::Gray,
            over_white::<2>(decoded, |image| image.into_luma_alpha8().into_raw(), |image| image.into_luma8().into_raw()),
        )
    };
    let raster = Raster::new(info.width, info.height, channels, samples)
        .ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Png }))?;
    Sheet::oriented(Picture::Pixels(raster), info.resolution, info.orientation)
}

/// Takes the samples of `image`, of `N` channels with alpha, laid over white.
fn over_white<const N: usize>(
    image: DynamicImage,
    with_alpha: impl Fn(DynamicImage) -> Vec<u8>,
    without_alpha: impl Fn(DynamicImage) -> Vec<u8>,
) -> Vec<u8> {
    if !image.color().has_alpha() {
        return without_alpha(image);
    }
    let samples = with_alpha(image);
    let mut laid = Vec::with_capacity(samples.len() / N * (N - 1));
    for pixel in samples.chunks_exact(N) {
        let Some((&alpha, colours)) = pixel.split_last() else { continue };
        laid.extend(colours.iter().map(|&colour| blend_over_white(colour, alpha)));
    }
    laid
}

/// `colour` at `alpha` of 255 over white paper.
pub(super) fn blend_over_white(colour: u8, alpha: u8) -> u8 {
    let sum = u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
    ((sum + 127) / 255) as u8
}
