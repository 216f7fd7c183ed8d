//! Strips and tiles of a TIFF page: taken out of the file, and joined to the page once decoded.

use tiff::decoder::ChunkType;
use tiff::tags::Tag;

use super::super::error::{IntakeError, damaged};
use super::super::limits::IntakeLimits;
use super::tags::{Tags, TiffDecoder, fault};
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::raster::{Channels, Raster};

/// The parts in which a page is stored, row by row.
pub(super) struct Pieces<'a> {
    data: Vec<&'a [u8]>,
    /// Pixels across and down of a whole piece. The last strip may be lower; tiles never are.
    width: u32,
    height: u32,
    tiled: bool,
}

impl<'a> Pieces<'a> {
    /// Takes the pieces of the current page. A piece that reaches beyond the file was cut off.
    pub(super) fn of(
        data: &'a [u8],
        decoder: &mut TiffDecoder<'_>,
        tags: &Tags,
        limits: &IntakeLimits,
    ) -> Result<Self, IntakeError> {
        let tiled = decoder.get_chunk_type() == ChunkType::Tile;
        let (width, height) = if tiled { decoder.chunk_dimensions() } else { (tags.width, tags.rows_per_strip) };
        if width == 0 || height == 0 {
            return Err(damaged(ScanFault::PiecesNoSize));
        }
        let (across, down) = (tags.width.div_ceil(width), tags.height.div_ceil(height));
        limits.check_image(u64::from(across) * u64::from(width), u64::from(down) * u64::from(height))?;
        let ranges = ranges(decoder)?;
        let piece = |(start, end): (usize, usize)| data.get(start..end);
        let data: Option<Vec<_>> = ranges.into_iter().take(across as usize * down as usize).map(piece).collect();
        match data {
            Some(data) if data.len() == across as usize * down as usize && !data.is_empty() => {
                Ok(Self { data, width, height, tiled })
            }
            Some(_) => Err(damaged(ScanFault::PiecesMissing)),
            None => Err(damaged(ScanFault::PiecesBeyondFile)),
        }
    }

    /// The bytes of each piece.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a [u8]> {
        self.data.iter().copied()
    }

    /// The bytes of the whole page, if they stand together.
    pub(super) fn only_strip(&self) -> Option<&'a [u8]> {
        match self.data.as_slice() {
            [strip] if !self.tiled => Some(strip),
            _ => None,
        }
    }

    /// Joins what `decode` makes of each piece, given its bytes and the size that it should have;
    /// it may give more.
    pub(super) fn join(
        &self,
        tags: &Tags,
        decode: impl Fn(&[u8], u32, u32) -> Result<Raster, IntakeError>,
    ) -> Result<Raster, IntakeError> {
        let (page_width, across) = (tags.width as usize, tags.width.div_ceil(self.width) as usize);
        let mut page: Option<(Channels, Vec<u8>)> = None;
        for (index, bytes) in self.data.iter().enumerate() {
            let (left, top) = (index % across * self.width as usize, index / across * self.height as usize);
            let rows_left = tags.height.saturating_sub(top as u32).min(self.height);
            let piece = decode(bytes, self.width, if self.tiled { self.height } else { rows_left })?;
            let channels = piece.channels();
            let depth = channels.count();
            let (first, samples) = page.get_or_insert_with(|| (channels, vec![255; page_width * tags.height as usize * depth]));
            if *first != channels || piece.width() != self.width || piece.height() < rows_left {
                return Err(damaged(ScanFault::PiecesDoNotFit));
            }
            let length = (page_width - left).min(self.width as usize) * depth;
            let rows = samples.chunks_exact_mut(page_width * depth).skip(top).take(rows_left as usize);
            for (target, row) in rows.zip(piece.samples().chunks_exact(self.width as usize * depth)) {
                if let (Some(target), Some(row)) = (target.get_mut(left * depth..left * depth + length), row.get(..length)) {
                    target.copy_from_slice(row);
                }
            }
        }
        page.and_then(|(channels, samples)| Raster::new(tags.width, tags.height, channels, samples))
            .ok_or_else(|| damaged(ScanFault::NoPixels { format: ScanFormat::Tiff }))
    }
}

/// Where the strips or tiles of the current page begin and end in the file.
pub(super) fn ranges(decoder: &mut TiffDecoder<'_>) -> Result<Vec<(usize, usize)>, IntakeError> {
    let (offsets, lengths) = match decoder.get_chunk_type() {
        ChunkType::Tile => (Tag::TileOffsets, Tag::TileByteCounts),
        ChunkType::Strip => (Tag::StripOffsets, Tag::StripByteCounts),
    };
    let offsets = decoder.get_tag_u64_vec(offsets).map_err(|error| fault(&error))?;
    let lengths = decoder.get_tag_u64_vec(lengths).map_err(|error| fault(&error))?;
    let range = |(offset, length): (u64, u64)| {
        let start = usize::try_from(offset).ok()?;
        Some((start, start.checked_add(usize::try_from(length).ok()?)?))
    };
    let ranges: Option<Vec<_>> = offsets.into_iter().zip(lengths).map(range).collect();
    ranges.ok_or_else(|| damaged(ScanFault::PiecesBeyondFile))
}
