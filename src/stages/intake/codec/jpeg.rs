//! JPEG: its markers, its soundness and its pixels.

use std::borrow::Cow;
use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::jpeg::JpegDecoder;

use super::super::error::{IntakeError, damaged, decoder, unsupported};
use super::super::exif;
use super::jpeg_walk::{UNTOLD_HEIGHT, Walked, walk};
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::geometry::Resolution;
use crate::model::raster::{Channels, ColourModel, Raster};

/// What the markers of a JPEG say (ITU-T T.81, Annex B).
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::stages::intake) struct JpegInfo {
    pub(in crate::stages::intake) width: u32,
    pub(in crate::stages::intake) height: u32,
    pub(in crate::stages::intake) components: u8,
    precision: u8,
    process: u8,
    /// Whether the components are called R, G and B, which PDF readers and others take differently.
    named_rgb: bool,
    adobe: bool,
    /// What an Adobe marker says of the colours: 0 none, 1 YCbCr, 2 YCCK.
    pub(in crate::stages::intake) transform: Option<u8>,
    /// Whether all components have the same number of pixels.
    pub(in crate::stages::intake) even: bool,
    jfif: Option<Resolution>,
    pub(in crate::stages::intake) has_jfif: bool,
    pub(in crate::stages::intake) exif: exif::ExifInfo,
    /// Bytes before the start marker, where the frame tells the height, and what it should say.
    strays: usize,
    height_at: usize,
    told_height: Option<u16>,
    /// Where the marker stands that tells it late.
    told_at: Option<(usize, usize)>,
    /// How many scans there are, which a progressive image has several of.
    scans: usize,
    /// Whether a list says what pictures follow this one: those of phones, which are other views of it.
    listed: bool,
    /// Where the last segment before the end marker ends.
    last: usize,
}

impl JpegInfo {
    /// Takes in what one segment says.
    fn note(&mut self, segment: &Segment<'_>) -> Result<(), IntakeError> {
        let &Segment { code, body, at } = segment;
        match code {
            // A second frame would be another image: which one is the page?
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF if self.precision != 0 => {
                return Err(unsupported(ScanFault::SeveralFrames));
            }
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                self.height_at = at + 1;
                frame(self, code, body).ok_or_else(|| damaged(ScanFault::CutShort { format: ScanFormat::Jpeg }))?;
            }
            0xE2 if body.starts_with(b"MPF\0") => self.listed = true,
            // The number of lines, told after the first scan by scanners that did not know it before.
            0xDC => {
                self.told_height = body.first_chunk().map(|pair| u16::from_be_bytes(*pair)).filter(|&lines| lines > 0);
                self.told_at = Some((at - 4, at + body.len()));
            }
            0xE0 if body.starts_with(b"JFIF\0") => (self.jfif, self.has_jfif) = (jfif_resolution(body), true),
            0xE1 => {
                if let Some(tiff) = body.strip_prefix(b"Exif\0\0") {
                    self.exif = exif::read(tiff);
                }
            }
            0xEE if body.starts_with(b"Adobe") => (self.adobe, self.transform) = (true, body.get(11).copied()),
            0xDA => self.scans += 1,
            _ => {}
        }
        Ok(())
    }

    /// The colours under which a PDF can carry the file, if it can.
    pub(in crate::stages::intake) fn carried(&self) -> Option<ColourModel> {
        match self.components {
            1 => Some(ColourModel::Gray),
            3 if self.adobe || !self.named_rgb => Some(ColourModel::Rgb),
            _ => None,
        }
    }

    /// Whether it holds inks as they are printed. Adobe's programs turn them round, and say that they wrote
    /// the file.
    pub(in crate::stages::intake) fn holds_plain_inks(&self) -> bool {
        self.components == 4 && !self.adobe
    }

    /// A stated resolution, if there is any; EXIF wins, because writers leave JFIF at 72 beside it.
    pub(in crate::stages::intake) fn resolution(&self) -> Option<Resolution> {
        self.exif.resolution.or(self.jfif)
    }
}

/// Bytes that some programs write before the start marker.
const STRAYS: usize = 64;

/// How many bytes of white space stand before the start marker of a JPEG.
pub(in crate::stages::intake) fn strays(data: &[u8]) -> Option<usize> {
    let white = |byte: &&u8| matches!(byte, b'\r' | b'\n' | b'\t' | b'\x0c' | b' ' | 0);
    let strays = data.iter().take(STRAYS).take_while(white).count();
    data.get(strays..)?.starts_with(&[0xFF, 0xD8]).then_some(strays)
}

/// Walks all markers up to the end of the image. A file without its end marker was cut short and
/// is refused; what follows the end marker does not matter.
pub(in crate::stages::intake) fn inspect(data: &[u8]) -> Result<JpegInfo, IntakeError> {
    let cut = || damaged(ScanFault::CutShort { format: ScanFormat::Jpeg });
    let strays = strays(data).ok_or_else(|| damaged(ScanFault::NotOfFormat { format: ScanFormat::Jpeg }))?;
    let mut info = JpegInfo { strays, ..JpegInfo::default() };
    let whole = data.get(strays..).unwrap_or_default();
    let mut from = 2;
    while let Some(segment) = next_segment(whole, from).ok_or_else(cut)? {
        from = segment.at + segment.body.len();
        info.note(&segment)?;
    }
    info.last = strays + from;
    if info.width == 0 || info.scans == 0 {
        return Err(damaged(ScanFault::NoImage { format: ScanFormat::Jpeg }));
    }
    if info.precision != 8 || !matches!(info.process, 0xC0..=0xC2) || !matches!(info.components, 1 | 3 | 4) {
        return Err(unsupported(ScanFault::UnusualJpeg));
    }
    if info.told_height.is_none() && matches!(info.height, 0 | UNTOLD_HEIGHT) {
        // The data end where the image ends; nothing else tells where that is.
        let lines = walk(whole, Some(0)).ok().and_then(|walked| u16::try_from(walked.height).ok());
        info.told_height = lines.filter(|&lines| lines > 0);
    }
    info.height = info.told_height.map_or(info.height, u32::from);
    if info.height == 0 { Err(damaged(ScanFault::NoImage { format: ScanFormat::Jpeg })) } else { Ok(info) }
}

/// Where the picture ends, and whether a list says what other views of it follow.
pub(in crate::stages::intake) fn end(data: &[u8], info: &JpegInfo) -> (usize, bool) {
    let marker = data.get(info.last..).and_then(|rest| memchr::memmem::find(rest, &[0xFF, 0xD9]));
    (marker.map_or(data.len(), |marker| info.last + marker + 2), info.listed)
}

/// The size that the frame of a JPEG tells, be it whole or not. Bytes that only begin like one, as those of a film
/// do here and there, have no header in which one segment follows the other up to a frame that can be.
pub(in crate::stages::intake) fn size(data: &[u8]) -> Option<(u32, u32)> {
    let mut rest = data.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        rest = rest.strip_prefix(&[0xFF])?;
        let &[code, high, low, ..] = rest else { return None };
        match code {
            0xFF => continue,
            0xC0..=0xCF | 0xDB..=0xDF | 0xE0..=0xEF | 0xFE => {}
            _ => return None,
        }
        let body = rest.get(3..1 + usize::from(u16::from_be_bytes([high, low])))?;
        if matches!(code, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF) {
            return size_of_frame(code, body);
        }
        rest = rest.get(3 + body.len()..)?;
    }
}

/// The size that a frame tells, if it is one.
fn size_of_frame(code: u8, body: &[u8]) -> Option<(u32, u32)> {
    let mut info = JpegInfo::default();
    frame(&mut info, code, body)?;
    let is_factor = |factor: u8| (1..=4).contains(&factor);
    let mut factors = body.get(6..)?.chunks(3).filter_map(|part| part.get(1));
    let is_frame = matches!(info.precision, 8 | 12)
        && (1..=4).contains(&info.components)
        && body.len() == 6 + 3 * usize::from(info.components)
        && factors.all(|factors| is_factor(factors >> 4) && is_factor(factors & 15));
    // Where a height that is told late was cut off, one line is known to be there.
    is_frame.then_some((info.width, info.height.max(1)))
}

/// A marker with what belongs to it.
struct Segment<'d> {
    code: u8,
    body: &'d [u8],
    /// Where the body begins, counted from the start marker.
    at: usize,
}

/// The segment that comes next behind `from`; none behind it where the image ends. Not even that where
/// the data end first.
fn next_segment(whole: &[u8], mut from: usize) -> Option<Option<Segment<'_>>> {
    loop {
        let rest = whole.get(from..)?;
        // Fill bytes and stray bytes before a marker are skipped, as every decoder does.
        let marker = rest.windows(2).position(|pair| matches!(pair, [0xFF, code] if !matches!(code, 0 | 0xFF)))?;
        let (code, rest) = rest.get(marker + 1..)?.split_first()?;
        from += marker + 2;
        match code {
            0xD9 => return Some(None),
            0x01 | 0xD0..=0xD8 => {}
            &code => {
                let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
                return Some(Some(Segment { code, body: rest.get(2..length)?, at: from + 2 }));
            }
        }
    }
}

/// The JPEG from its start marker on, with the height that it tells late told in its frame: readers
/// of PDF know neither stray bytes nor heights that come late.
pub(in crate::stages::intake) fn mended<'d>(data: &'d [u8], info: &JpegInfo) -> Cow<'d, [u8]> {
    let whole = data.get(info.strays..).unwrap_or_default();
    let Some(told) = info.told_height else { return whole.into() };
    let mut copy = whole.to_vec();
    if let Some(place) = copy.get_mut(info.height_at..info.height_at + 2) {
        place.copy_from_slice(&told.to_be_bytes());
    }
    if let Some((start, end)) = info.told_at.filter(|&(start, end)| start <= end && end <= copy.len()) {
        copy.drain(start..end);
    }
    copy.into()
}

/// Proves that every block of the image is there.
fn prove(data: &[u8], info: &JpegInfo) -> Result<Walked, IntakeError> {
    let walked = walk(data.get(info.strays..).unwrap_or_default(), Some(info.height)).map_err(damaged)?;
    if walked.height == info.height { Ok(walked) } else { Err(damaged(ScanFault::OtherSize { format: ScanFormat::Jpeg })) }
}

/// Proves an image that a PDF reader is to draw, which cannot read all that [`decode`] can.
pub(in crate::stages::intake) fn prove_drawable(data: &[u8]) -> Result<(), IntakeError> {
    let info = inspect(data)?;
    if prove(data, &info)?.one_by_one || info.told_height.is_some() {
        return Err(unsupported(ScanFault::DrawnJpeg));
    }
    Ok(())
}

fn frame(info: &mut JpegInfo, process: u8, body: &[u8]) -> Option<()> {
    let [precision, h1, h0, w1, w0, components, parts @ ..] = body else { return None };
    info.process = process;
    info.precision = *precision;
    info.height = u32::from(u16::from_be_bytes([*h1, *h0]));
    info.width = u32::from(u16::from_be_bytes([*w1, *w0]));
    info.components = *components;
    let mut factors = parts.chunks_exact(3).filter_map(|part| part.get(1));
    let first = factors.next();
    info.even = factors.all(|factor| Some(factor) == first);
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

/// Decodes to grey or RGB; CMYK becomes RGB. The caller has checked the size.
///
/// # Errors
/// Where a part of the image is missing, which decoders would fill.
pub(in crate::stages::intake) fn decode(data: &[u8]) -> Result<Raster, IntakeError> {
    let info = inspect(data)?;
    let walked = prove(data, &info)?;
    let data = mended(data, &info);
    if walked.one_by_one {
        return decode_one_by_one(&data);
    }
    let fault = |error: image::ImageError| decoder(ScanFormat::Jpeg, error);
    let decoder = JpegDecoder::new(Cursor::new(&*data)).map_err(fault)?;
    let (width, height) = decoder.dimensions();
    let channels = match decoder.color_type() {
        image::ColorType::L8 => Channels::Gray,
        image::ColorType::Rgb8 => Channels::Rgb,
        _ => return Err(unsupported(ScanFault::UnusualColour { format: ScanFormat::Jpeg })),
    };
    let mut samples = vec![0; width as usize * height as usize * channels.count()];
    decoder.read_image(&mut samples).map_err(fault)?;
    Raster::new(width, height, channels, samples).ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Jpeg }))
}

/// Decodes an image whose colours are coded one after the other.
fn decode_one_by_one(data: &[u8]) -> Result<Raster, IntakeError> {
    let fault = |error: jpeg_decoder::Error| decoder(ScanFormat::Jpeg, error);
    let mut decoder = jpeg_decoder::Decoder::new(data);
    let samples = decoder.decode().map_err(fault)?;
    let info = decoder.info().ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Jpeg }))?;
    let channels = match info.pixel_format {
        jpeg_decoder::PixelFormat::L8 => Channels::Gray,
        jpeg_decoder::PixelFormat::RGB24 => Channels::Rgb,
        _ => return Err(unsupported(ScanFault::FourColoursApart)),
    };
    Raster::new(info.width.into(), info.height.into(), channels, samples)
        .ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Jpeg }))
}

/// Colours of cyan, magenta, yellow and black ink, as JPEG readers take them.
pub(in crate::stages::intake) fn from_ink(samples: &[u8]) -> Vec<u8> {
    let mut colours = Vec::with_capacity(samples.len() / 4 * 3);
    for pixel in samples.chunks_exact(4) {
        let Some((&black, inks)) = pixel.split_last() else { continue };
        let light = |ink: u8| (u32::from(255 - ink) * u32::from(255 - black) + 127) / 255;
        colours.extend(inks.iter().map(|&ink| light(ink) as u8));
    }
    colours
}

/// The inks of a JPEG that holds them as they are printed, as in a TIFF: cyan, magenta, yellow, black, each from 0 (none)
/// to 255. The caller has checked the size.
pub(in crate::stages::intake) fn decode_inks(data: &[u8]) -> Result<(u32, u32, Vec<u8>), IntakeError> {
    let info = inspect(data)?;
    prove(data, &info)?;
    if info.components != 4 || info.transform.is_some_and(|transform| transform != 0) {
        return Err(unsupported(ScanFault::FourColoursNoInks));
    }
    let data = mended(data, &info);
    let mut decoder = jpeg_decoder::Decoder::new(&*data);
    // What turns samples round, as JPEG files of inks want it and TIFF does not.
    decoder.set_color_transform(jpeg_decoder::ColorTransform::CMYK);
    let mut samples =
        decoder.decode().map_err(|error| damaged(ScanFault::Decoder { format: ScanFormat::Jpeg, said: error.to_string() }))?;
    samples.iter_mut().for_each(|sample| *sample = !*sample);
    Ok((info.width, info.height, samples))
}
