//! JPEG 2000: whether a PDF/A can carry it, and its pixels.

use super::error::{IntakeError, damaged, decoder, unsupported};
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::raster::{Channels, ColourModel, Raster};

/// The parts of a JPEG 2000 header that decide whether a PDF can carry the file.
pub(super) struct Info {
    pub(super) width: u32,
    pub(super) height: u32,
    /// `None` unless plain grey or RGB of 8 bits.
    pub(super) plain: Option<ColourModel>,
}

fn open(data: &[u8]) -> Result<hayro_jpeg2000::Image<'_>, IntakeError> {
    // The end of the code stream must be there: the decoder would blur what is missing.
    if !data.windows(2).rev().take(4096).any(|marker| marker == [0xFF, 0xD9]) {
        return Err(damaged(ScanFault::CutShort { format: ScanFormat::Jpeg2000 }));
    }
    let settings = hayro_jpeg2000::DecodeSettings::default();
    hayro_jpeg2000::Image::new(data, &settings).map_err(|error| decoder(ScanFormat::Jpeg2000, error))
}

/// Reads the header of a JPEG 2000 file.
pub(super) fn info(data: &[u8]) -> Result<Info, IntakeError> {
    let image = open(data)?;
    let plain = match image.color_space() {
        _ if image.has_alpha() || image.original_bit_depth() != 8 || !has_plain_boxes(data) => None,
        hayro_jpeg2000::ColorSpace::Gray => Some(ColourModel::Gray),
        hayro_jpeg2000::ColorSpace::RGB => Some(ColourModel::Rgb),
        _ => None,
    };
    Ok(Info { width: image.width(), height: image.height(), plain })
}

/// Decodes to grey or RGB. The caller has checked the size.
pub(super) fn decode(data: &[u8], width: u32, height: u32) -> Result<Raster, IntakeError> {
    let image = open(data)?;
    let channels = match image.color_space() {
        hayro_jpeg2000::ColorSpace::Gray => Channels::Gray,
        hayro_jpeg2000::ColorSpace::RGB => Channels::Rgb,
        _ => return Err(unsupported(ScanFault::UnusualColour { format: ScanFormat::Jpeg2000 })),
    };
    let mut context = hayro_jpeg2000::DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|error| decoder(ScanFormat::Jpeg2000, error))?;
    Raster::new(width, height, channels, decoded.data_u8())
        .ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Jpeg2000 }))
}

/// Whether the header of the file says nothing that PDF/A does not allow: one colour specification
/// and neither palette, opacity nor depths of their own (ISO 19005-2, 6.2.8.3).
fn has_plain_boxes(data: &[u8]) -> bool {
    let header = boxes(data).find(|(kind, _)| kind == b"jp2h");
    let kinds: Vec<_> = header.into_iter().flat_map(|(_, content)| boxes(content)).map(|(kind, _)| kind).collect();
    let count = |wanted: &[u8; 4]| kinds.iter().filter(|&kind| kind == wanted).count();
    count(b"ihdr") == 1 && count(b"colr") == 1 && [b"pclr", b"cmap", b"cdef", b"bpcc"].into_iter().all(|kind| count(kind) == 0)
}

/// Walks boxes, each by its kind and content (ISO 15444-1, annex I).
fn boxes(data: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let kind = *rest.get(4..)?.first_chunk()?;
        let (head, end) = match u32::from_be_bytes(*rest.first_chunk()?) {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(*rest.get(8..)?.first_chunk()?)).ok()?),
            length => (8, length as usize),
        };
        let content = rest.get(head..end)?;
        rest = rest.get(end..)?;
        Some((kind, content))
    })
}
