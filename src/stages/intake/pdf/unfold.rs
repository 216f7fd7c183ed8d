//! What the compressed data of a stream unfold to, counted before memory is taken for it: a few
//! kilobytes of Flate can hold as many megabytes of zeros.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use flate2::read::ZlibDecoder;
use hayro_syntax::object::{Dict, Stream};
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
    count(stream, before, limits, &|total| limits.check_decoded(total))
}

/// The same for contents of pages, which have a limit of their own.
pub(super) fn measure_contents(stream: &Stream<'_>, before: u64, limits: &IntakeLimits) -> Result<u64, IntakeError> {
    count(stream, before, limits, &|total| limits.check_contents(total))
}

fn count(
    stream: &Stream<'_>,
    before: u64,
    limits: &IntakeLimits,
    check: &dyn Fn(u64) -> Result<(), IntakeError>,
) -> Result<u64, IntakeError> {
    let filters = filters(stream.dict());
    limits.check_nesting(filters.len())?;
    let raw = stream.raw_data();
    let mut data: Box<dyn Read + '_> = Box::new(&*raw);
    for (place, filter) in filters.into_iter().enumerate() {
        data = match filter {
            Filter::Flate => Box::new(ZlibDecoder::new(data)),
            Filter::Lzw => Box::new(Lzw::new(data, &decode_params(stream.dict(), place))),
            _ => break,
        };
    }
    let mut total = before;
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = data.read(&mut buffer) {
        total = total.saturating_add(count as u64);
        check(total)?;
    }
    Ok(total)
}

/// What the last filter of a stream is given.
pub(super) struct Packed<'a> {
    pub(super) filter: Filter,
    /// Its parameters.
    pub(super) params: Dict<'a>,
    pub(super) data: Cow<'a, [u8]>,
}

/// Takes the layer of Flate off that some programs put round images packed already. `None` if the
/// stream has no filter, or others before the last one.
///
/// # Errors
/// What is in the layer is too large.
pub(super) fn packed<'a>(stream: &Stream<'a>, limits: &IntakeLimits) -> Result<Option<Packed<'a>>, IntakeError> {
    let params = |place| decode_params(stream.dict(), place);
    match *filters(stream.dict()).as_slice() {
        [filter] => Ok(Some(Packed { filter, params: params(0), data: stream.raw_data() })),
        // A predictor would have to be undone too; nobody sets one here.
        [Filter::Flate, filter] if params(0).get::<u8>(b"Predictor".as_slice()).unwrap_or(1) == 1 => {
            measure(stream, 0, limits)?;
            let mut data = Vec::new();
            // After a fault in the layer, what came before it is judged like a file cut short.
            let _ = ZlibDecoder::new(&*stream.raw_data()).read_to_end(&mut data);
            Ok(Some(Packed { filter, params: params(1), data: data.into() }))
        }
        _ => Ok(None),
    }
}

/// LZW as PDF has it (ISO 32000-1, 7.4.4), undone piece by piece.
struct Lzw<R> {
    input: BufReader<R>,
    decoder: Decoder,
}

impl<R: Read> Lzw<R> {
    fn new(input: R, params: &Dict<'_>) -> Self {
        // Codes grow one code earlier than they must, unless the parameters say otherwise.
        let early = params.get::<u8>(b"EarlyChange".as_slice()).unwrap_or(1) != 0;
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
