//! JPEG files, and images that are stored as JPEG.

use super::codec::jpeg::{self, JpegInfo};
use super::error::{IntakeError, damaged};
use super::limits::IntakeLimits;
use super::picture::{Picture, Sheet};
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::raster::{Channels, EncodedImage, Encoding, Raster};

/// A JPEG as bytes to carry, or as pixels where a PDF cannot carry it.
pub(super) fn picture(data: &[u8], info: &JpegInfo) -> Result<Picture, IntakeError> {
    match info.carried() {
        Some(colour) => Ok(Picture::Stored(EncodedImage {
            width: info.width,
            height: info.height,
            colour,
            inverted: false,
            encoding: Encoding::Jpeg,
            bytes: jpeg::mended(data, info).into_owned(),
        })),
        None => jpeg::decode(data).map(Picture::Pixels),
    }
}

/// The picture that inks give.
fn printed(data: &[u8]) -> Result<Picture, IntakeError> {
    let (width, height, inks) = jpeg::decode_inks(data)?;
    let pixels = Raster::new(width, height, Channels::Rgb, jpeg::from_ink(&inks));
    pixels.map(Picture::Pixels).ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Jpeg }))
}

/// Opens a JPEG file.
pub(super) fn open(data: &[u8], limits: &IntakeLimits) -> Result<JpegInfo, IntakeError> {
    let info = jpeg::inspect(data).map_err(IntakeError::of_whole_file)?;
    limits.check_image(info.width.into(), info.height.into())?;
    Ok(info)
}

/// The only page of a JPEG file.
pub(super) fn page(data: &[u8], info: &JpegInfo) -> Result<Sheet, IntakeError> {
    let picture = if info.holds_plain_inks() { printed(data)? } else { picture(data, info)? };
    Sheet::oriented(picture, info.resolution(), info.exif.orientation)
}
