//! CCITT Group 3 and Group 4 (ITU-T T.4 and T.6).

use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode};

use super::error::{IntakeError, damaged};
use crate::model::failure::cause::{ScanFault, ScanFormat};
use crate::model::raster::{Channels, Raster};

/// How a fax is coded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coding {
    pub(super) mode: EncodingMode,
    /// Whether each row starts on a byte.
    pub(super) byte_aligned: bool,
    /// Whether rows are closed by a code of their own.
    pub(super) row_ends: bool,
    /// Whether the data may be closed before the last row.
    pub(super) block_end: bool,
}

impl Coding {
    pub(super) const fn group4(byte_aligned: bool) -> Self {
        Self { mode: EncodingMode::Group4, byte_aligned, row_ends: false, block_end: true }
    }
}

struct Rows {
    width: usize,
    rows: u32,
    samples: Vec<u8>,
}

impl Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        let mut at = 0;
        let mut white = true;
        for &change in changes.iter().chain(std::iter::once(&(self.width as u32))) {
            let until = (change as usize).clamp(at, self.width);
            self.samples.extend(std::iter::repeat_n(if white { 255 } else { 0 }, until - at));
            at = until;
            white = !white;
        }
        self.rows += 1;
    }
}

/// Decodes `height` rows; black is 0. Fewer rows are an error: a fax cut short is not a page.
/// The caller has checked the size against its limits.
pub(super) fn decode(data: &[u8], width: u32, height: u32, coding: Coding) -> Result<Raster, IntakeError> {
    let mut rows = Rows { width: width as usize, rows: 0, samples: Vec::with_capacity(width as usize * height as usize) };
    let settings = DecodeSettings {
        columns: width,
        rows: height,
        end_of_block: coding.block_end,
        end_of_line: coding.row_ends,
        rows_are_byte_aligned: coding.byte_aligned,
        encoding: coding.mode,
        strict: false,
    };
    let outcome = hayro_ccitt::decode(data, &mut rows, &mut DecoderContext::new(settings));
    if rows.rows < height {
        let (rows, stated) = (rows.rows, height);
        return Err(damaged(match outcome.err() {
            Some(error) => ScanFault::FaxFault { rows, stated, said: error.to_string() },
            None => ScanFault::FaxRows { rows, stated },
        }));
    }
    Raster::new(width, height, Channels::Gray, rows.samples)
        .ok_or_else(|| damaged(ScanFault::OtherSize { format: ScanFormat::Fax }))
}
