//! What the compressed data of a stream unfold to, counted before memory is taken for it: a few
//! kilobytes of Flate can hold as many megabytes of zeros.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::ZlibDecoder;
use hayro_syntax::object::Stream;
use weezl::{BitOrder, LzwStatus, decode::Decoder};

use super::super::error::IntakeError;
use super::super::limits::IntakeLimits;
use super::dict::{Filter, decode_params, filters};

/// Counts the bytes behind the filters of `stream` and adds them to those `before`.
///
/// Flate and LZW are undone, also within each other. Behind any other filter nothing is counted:
/// image formats state their own size, and the rest unfolds to little more than it takes. Counting
/// ends at a fault, since so does decoding.
pub(super) fn measure(stream: &Stream<'_>, before: u64, limits: &IntakeLimits) -> Result<u64, IntakeError> {
    let filters = filters(stream.dict());
    limits.check_nesting(filters.len())?;
    let raw = stream.raw_data();
    let mut data: Box<dyn Read + '_> = Box::new(&*raw);
    for filter in filters {
        data = match filter {
            Filter::Flate => Box::new(ZlibDecoder::new(data)),
            Filter::Lzw => Box::new(Lzw::new(data, stream)),
            _ => break,
        };
    }
    let mut total = before;
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = data.read(&mut buffer) {
        total = total.saturating_add(count as u64);
        limits.check_decoded(total)?;
    }
    Ok(total)
}

/// LZW as PDF has it (ISO 32000-1, 7.4.4), undone piece by piece.
struct Lzw<R> {
    input: BufReader<R>,
    decoder: Decoder,
}

impl<R: Read> Lzw<R> {
    fn new(input: R, stream: &Stream<'_>) -> Self {
        // Codes grow one code earlier than they must, unless the parameters say otherwise.
        let early = decode_params(stream.dict()).get::<u8>(b"EarlyChange".as_slice()).unwrap_or(1) != 0;
        let decoder = if early { Decoder::with_tiff_size_switch(BitOrder::Msb, 8) } else { Decoder::new(BitOrder::Msb, 8) };
        Self { input: BufReader::new(input), decoder }
    }
}

impl<R: Read> Read for Lzw<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let bytes = self.input.fill_buf()?;
            let at_end = bytes.is_empty();
            let step = self.decoder.decode_bytes(bytes, out);
            self.input.consume(step.consumed_in);
            match step.status {
                _ if step.consumed_out > 0 => return Ok(step.consumed_out),
                Ok(LzwStatus::Ok) if !at_end => {}
                Ok(_) => return Ok(0),
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }
}
