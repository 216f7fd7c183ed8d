//! JPEG: its markers, its soundness and its pixels.

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::jpeg::JpegDecoder;

use super::error::{IntakeError, damaged, unsupported};
use super::exif;
use super::limits::IntakeLimits;
use super::picture::{Picture, Sheet};
use crate::model::geometry::Resolution;
use crate::model::raster::{Channels, ColourModel, EncodedImage, Encoding, Raster};

/// What the markers of a JPEG say (ITU-T T.81, Annex B).
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct JpegInfo {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: u8,
    precision: u8,
    process: u8,
    /// Whether the components are called R, G and B, which PDF readers and others take differently.
    named_rgb: bool,
    adobe: bool,
    jfif: Option<Resolution>,
    exif: exif::ExifInfo,
}

impl JpegInfo {
    /// The colours under which a PDF can carry the file, if it can.
    pub(super) fn carried(&self) -> Option<ColourModel> {
        match self.components {
            1 => Some(ColourModel::Gray),
            3 if self.adobe || !self.named_rgb => Some(ColourModel::Rgb),
            _ => None,
        }
    }

    /// A stated resolution, if there is any; EXIF wins, because writers leave JFIF at 72 beside it.
    fn resolution(&self) -> Option<Resolution> {
        self.exif.resolution.or(self.jfif)
    }
}

/// Walks all markers up to the end of the image. A file without its end marker was cut short and
/// is refused; what follows the end marker does not matter.
pub(super) fn inspect(data: &[u8]) -> Result<JpegInfo, IntakeError> {
    let cut = || damaged("JPEG cut short");
    let mut info = JpegInfo::default();
    let mut scans = 0;
    let mut rest = data.strip_prefix(&[0xFF, 0xD8]).ok_or_else(|| damaged("not a JPEG"))?;
    loop {
        // Fill bytes and stray bytes before a marker are skipped, as every decoder does.
        let at = rest.windows(2).position(|pair| matches!(pair, [0xFF, code] if !matches!(code, 0 | 0xFF))).ok_or_else(cut)?;
        let code = *rest.get(at + 1).ok_or_else(cut)?;
        rest = rest.get(at + 2..).ok_or_else(cut)?;
        match code {
            0xD9 => break,
            0x01 | 0xD0..=0xD8 => continue,
            _ => {}
        }
        let length = match rest {
            [high, low, ..] => usize::from(u16::from_be_bytes([*high, *low])),
            _ => return Err(cut()),
        };
        let body = rest.get(2..length).ok_or_else(cut)?;
        rest = rest.get(length..).ok_or_else(cut)?;
        match code {
            // A second frame would be another image: which one is the page?
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF if info.precision != 0 => {
                return Err(unsupported("JPEG of several frames"));
            }
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => frame(&mut info, code, body).ok_or_else(cut)?,
            0xE0 if body.starts_with(b"JFIF\0") => info.jfif = jfif_resolution(body),
            0xE1 => {
                if let Some(tiff) = body.strip_prefix(b"Exif\0\0") {
                    info.exif = exif::read(tiff);
                }
            }
            0xEE if body.starts_with(b"Adobe") => info.adobe = true,
            0xDA => scans += 1,
            _ => {}
        }
    }
    if info.width == 0 || info.height == 0 || scans == 0 {
        return Err(damaged("JPEG without an image"));
    }
    if info.precision != 8 || !matches!(info.process, 0xC0..=0xC2) || !matches!(info.components, 1 | 3 | 4) {
        return Err(unsupported("JPEG that is lossless, arithmetic, 12-bit or of unusual colour"));
    }
    Ok(info)
}

fn frame(info: &mut JpegInfo, process: u8, body: &[u8]) -> Option<()> {
    let [precision, h1, h0, w1, w0, components, parts @ ..] = body else { return None };
    info.process = process;
    info.precision = *precision;
    info.height = u32::from(u16::from_be_bytes([*h1, *h0]));
    info.width = u32::from(u16::from_be_bytes([*w1, *w0]));
    info.components = *components;
    info.named_rgb = parts.chunks(3).filter_map(|part| part.first()).eq(b"RGB");
    Some(())
}

fn jfif_resolution(body: &[u8]) -> Option<Resolution> {
    let (unit, density) = (*body.get(7)?, body.get(8..12)?);
    let [x1, x0, y1, y0] = density else { return None };
    let per_inch = match unit {
        2 => 2.54,
        // Writers that leave the unit out mean inches, if their numbers mean anything.
        _ => 1.0,
    };
    let dpi = |high: &u8, low: &u8| f32::from(u16::from_be_bytes([*high, *low])) * per_inch;
    Some(Resolution { x: dpi(x1, x0), y: dpi(y1, y0) })
}

/// Decodes to grey or RGB; CMYK becomes RGB. The caller has run [`inspect`] and checked the size.
pub(super) fn decode(data: &[u8]) -> Result<Raster, IntakeError> {
    let fault = |error: image::ImageError| damaged(format!("JPEG: {error}"));
    let decoder = JpegDecoder::new(Cursor::new(data)).map_err(fault)?;
    let (width, height) = decoder.dimensions();
    let channels = match decoder.color_type() {
        image::ColorType::L8 => Channels::Gray,
        image::ColorType::Rgb8 => Channels::Rgb,
        _ => return Err(unsupported("JPEG of unusual colour")),
    };
    let mut samples = vec![0; width as usize * height as usize * channels.count()];
    decoder.read_image(&mut samples).map_err(fault)?;
    Raster::new(width, height, channels, samples).ok_or_else(|| damaged("JPEG without pixels"))
}

/// A JPEG as bytes to carry, or as pixels where a PDF can not carry it.
pub(super) fn picture(data: &[u8], info: &JpegInfo) -> Result<Picture, IntakeError> {
    match info.carried() {
        Some(colour) => Ok(Picture::Stored(EncodedImage {
            width: info.width,
            height: info.height,
            colour,
            inverted: false,
            encoding: Encoding::Jpeg,
            bytes: data.to_vec(),
        })),
        None => decode(data).map(Picture::Pixels),
    }
}

/// Opens a JPEG file.
pub(super) fn open(data: &[u8], limits: &IntakeLimits) -> Result<JpegInfo, IntakeError> {
    let info = inspect(data).map_err(IntakeError::of_whole_file)?;
    limits.check_image(info.width.into(), info.height.into())?;
    Ok(info)
}

/// The only page of a JPEG file.
pub(super) fn page(data: &[u8], info: &JpegInfo) -> Result<Sheet, IntakeError> {
    Sheet::oriented(picture(data, info)?, info.resolution(), info.exif.orientation)
}
