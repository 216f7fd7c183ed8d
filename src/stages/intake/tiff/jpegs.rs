//! Pages whose strips or tiles are JPEGs (TIFF Technical Note 2).

use tiff::tags::Tag;

use super::super::codec::jpeg;
use super::super::error::{IntakeError, damaged, unsupported};
use super::super::jpeg::picture;
use super::super::limits::IntakeLimits;
use super::super::picture::Picture;
use super::pieces::Pieces;
use super::tags::{Tags, TiffDecoder, fault};
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::raster::{Channels, Raster};

/// `PhotometricInterpretation` of red, green and blue, and of inks.
const RGB: u16 = 2;
const INKS: u16 = 5;

/// How far two colours of YCbCr are from the middle where paper and black ink are, and on which share of a
/// page they are so.
const NEAR_MIDDLE: u8 = 14;
const MOSTLY: usize = 60;

/// What the samples of a JPEG stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colours {
    Rgb,
    YCbCr,
}

/// The page that pieces make.
pub(super) fn jpeg_page(
    pieces: &Pieces<'_>,
    decoder: &mut TiffDecoder<'_>,
    tags: &Tags,
    limits: &IntakeLimits,
) -> Result<Picture, IntakeError> {
    let tables = decoder.find_tag(Tag::JPEGTables).map_err(|error| fault(&error))?;
    let tables = tables.map(|value| value.into_u8_vec().map_err(|error| fault(&error))).transpose()?.unwrap_or_default();
    let inspect = |file: &[u8]| -> Result<jpeg::JpegInfo, IntakeError> {
        let info = jpeg::inspect(file)?;
        limits.check_image(info.width.into(), info.height.into())?;
        Ok(info)
    };
    if tags.photometric == INKS && tags.samples == 4 {
        let page = pieces.join(tags, |piece, _, _| {
            let file = standalone_jpeg(&tables, piece, None)?;
            inspect(&file)?;
            let (width, height, inks) = jpeg::decode_inks(&file)?;
            let colours = jpeg::from_ink(&inks);
            Raster::new(width, height, Channels::Rgb, colours)
                .ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Tiff }))
        })?;
        return Ok(Picture::Pixels(page));
    }
    let silent = if tags.samples == 3 { silent_colours(pieces, &tables, tags, limits)? } else { None };
    if let Some(strip) = pieces.only_strip() {
        let file = standalone_jpeg(&tables, strip, silent)?;
        let info = inspect(&file)?;
        if (info.width, info.height) != (tags.width, tags.height) {
            return Err(damaged(ScanFault::OtherSize { format: ScanFormat::Jpeg }));
        }
        return picture(&file, &info);
    }
    let page = pieces.join(tags, |piece, _, _| {
        let file = standalone_jpeg(&tables, piece, silent)?;
        inspect(&file)?;
        jpeg::decode(&file)
    })?;
    Ok(Picture::Pixels(page))
}

/// What pieces stand for that do not say so themselves. All pieces of a page stand for the same: where some
/// say it, the others mean it too, whatever the TIFF says; some scanners' programs write RGB into the tag and
/// leave the JPEG as it was. None if nothing needs to be said: readers take silent ones for YCbCr.
fn silent_colours(
    pieces: &Pieces<'_>,
    tables: &[u8],
    tags: &Tags,
    limits: &IntakeLimits,
) -> Result<Option<Colours>, IntakeError> {
    let told: Vec<Option<Colours>> = pieces.all().map(told_colours).collect();
    let says = |colours| told.contains(&Some(colours));
    match (says(Colours::Rgb), says(Colours::YCbCr)) {
        (true, true) if told.contains(&None) => Err(unsupported(ScanFault::UnusualColour { format: ScanFormat::Tiff })),
        (true, false) => Ok(Some(Colours::Rgb)),
        (false, false) if tags.photometric == RGB => {
            let middle = pieces.all().nth(told.len() / 2).unwrap_or_default();
            let file = standalone_jpeg(tables, middle, Some(Colours::Rgb))?;
            let info = jpeg::inspect(&file)?;
            limits.check_image(info.width.into(), info.height.into())?;
            Ok(if shows_ycbcr(&jpeg::decode(&file)?) { None } else { Some(Colours::Rgb) })
        }
        _ => Ok(None),
    }
}

/// What a piece says of its colours: in an Adobe or JFIF marker, or by colours that are coarser than
/// brightness, as only YCbCr has them.
fn told_colours(piece: &[u8]) -> Option<Colours> {
    // It may have no tables of its own, but a frame and an end.
    let info = jpeg::inspect(piece).ok()?;
    match info.transform {
        Some(0) => Some(Colours::Rgb),
        Some(_) => Some(Colours::YCbCr),
        None if info.has_jfif || !info.even => Some(Colours::YCbCr),
        None => None,
    }
}

/// Whether what was taken for red, green and blue is brightness and two colours: green and blue lie in their
/// middle on most of the page, as those two do on paper and print. No paper is so pink.
fn shows_ycbcr(raster: &Raster) -> bool {
    let near = |sample: u8| sample.abs_diff(128) <= NEAR_MIDDLE;
    let (pixels, _) = raster.samples().as_chunks::<3>();
    let grey = pixels.iter().filter(|[_, two, three]| near(*two) && near(*three)).count();
    // On pages that are grey in the middle themselves all three do.
    let middling = pixels.iter().filter(|pixel| pixel.iter().all(|sample| near(*sample))).count();
    raster.channels() == Channels::Rgb && grey.saturating_sub(middling) * 100 > pixels.len() * MOSTLY
}

/// Joins the shared tables and one piece to a whole JPEG file; one that is silent gets a marker that says what
/// its samples are.
fn standalone_jpeg(tables: &[u8], piece: &[u8], silent: Option<Colours>) -> Result<Vec<u8>, IntakeError> {
    let image = piece.strip_prefix(&[0xFF, 0xD8]).ok_or_else(|| damaged(ScanFault::StripNoJpeg))?;
    let tables = tables.strip_prefix(&[0xFF, 0xD8]).unwrap_or_default();
    let tables = tables.strip_suffix(&[0xFF, 0xD9]).unwrap_or(tables);
    let mut file = vec![0xFF, 0xD8];
    if silent == Some(Colours::Rgb) && told_colours(piece).is_none() {
        // An Adobe marker with transform 0 tells readers that the components are RGB already.
        file.extend_from_slice(&[0xFF, 0xEE, 0, 14, b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, 0]);
    }
    file.extend_from_slice(tables);
    file.extend_from_slice(image);
    Ok(file)
}
