//! CSV as spreadsheet programs and databases write it.

use std::io::{self, BufReader, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::quotes::Quotes;
use super::{ReadCell, ReadError, ReadRow, RowContent, SeeRow, text};

/// So much of the beginning tells what parts the cells.
const SNIFFED: u64 = 16 << 10;

pub(super) fn read(mut input: impl Read, see: &mut SeeRow<'_>) -> Result<(), ReadError> {
    let unreadable = |error: &dyn std::fmt::Display| ReadError::Unreadable(error.to_string());
    let mut head = Vec::new();
    (&mut input).take(SNIFFED).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
    let delimiter = delimiter(&head);
    let mark = b"\xef\xbb\xbf";
    let head = head.strip_prefix(mark).map_or_else(|| head.clone(), <[u8]>::to_vec);
    let head = head.as_slice();
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(LineFeeds {
        inner: BufReader::new(head.chain(input).chain(&b"\n"[..])),
        after_return: false,
        quotes: Quotes::new(delimiter),
    });
    let mut record = ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) if reader.get_ref().quotes.are_open() => return Err(ReadError::QuoteOpen),
            Ok(false) => return Ok(()),
            Err(_) if reader.get_ref().quotes.is_too_long() => return Err(ReadError::QuoteOpen),
            Err(error) => return Err(unreadable(&error)),
        }
        let end = reader.position().byte();
        let is_closed = !reader.get_mut().quotes.were_wrong_before(end);
        // The position of a record is where the one before ended, so lines are counted from its own end.
        let within = record.iter().flatten().filter(|byte| **byte == b'\n').count() as u64;
        let line = reader.position().line().saturating_sub(within + 1);
        let is_text = record.iter().all(|cell| std::str::from_utf8(cell).is_ok());
        let cells = record.iter().map(|cell| std::str::from_utf8(cell).map_or(ReadCell::Wrong, text)).collect();
        let content = match (is_text, is_closed) {
            (_, false) => RowContent::NotClosed(cells),
            (true, true) => RowContent::Cells(cells),
            (false, true) => RowContent::NotUtf8(cells),
        };
        if see(ReadRow { line, content }).is_break() {
            return Ok(());
        }
    }
}

/// Ends every line with a line feed alone, so that lines can be counted.
struct LineFeeds<R> {
    inner: R,
    /// Whether the last byte was a carriage return, for which a line feed was given.
    after_return: bool,
    quotes: Quotes,
}

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.inner.read(bytes)?;
            let mut kept = 0;
            for place in 0..read {
                let byte = bytes.get(place).copied().unwrap_or_default();
                let follows = std::mem::replace(&mut self.after_return, byte == b'\r');
                if byte == b'\n' && follows {
                    continue;
                }
                if let Some(slot) = bytes.get_mut(kept) {
                    *slot = if byte == b'\r' { b'\n' } else { byte };
                    self.quotes.see(*slot);
                    kept += 1;
                }
            }
            if self.quotes.is_too_long() {
                return Err(io::Error::other("a cell is too long"));
            }
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

/// What parts the cells: the sign that stands most often on the line that has most of them, outside quotes.
fn delimiter(head: &[u8]) -> u8 {
    let mut best = (0, b',');
    for line in head.split(|byte| *byte == b'\n').take(30) {
        for sign in [b',', b';', b'\t'] {
            let mut quoted = false;
            let count = line.iter().filter(|byte| {
                quoted ^= **byte == b'"';
                **byte == sign && !quoted
            });
            let count = count.count();
            if count > best.0 {
                best = (count, sign);
            }
        }
    }
    best.1
}
