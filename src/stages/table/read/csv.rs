//! CSV as spreadsheet programs and databases write it.

use std::io::{BufReader, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::{ReadError, ReadRow, RowContent, SeeRow, text};

/// So much of the beginning tells what parts the cells.
const SNIFFED: u64 = 16 << 10;

pub(super) fn read(mut input: impl Read, see: &mut SeeRow<'_>) -> Result<(), ReadError> {
    let unreadable = |error: &dyn std::fmt::Display| ReadError::Unreadable(error.to_string());
    let mut head = Vec::new();
    (&mut input).take(SNIFFED).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
    let delimiter = delimiter(&head);
    let mark = b"\xef\xbb\xbf";
    let head = head.strip_prefix(mark).map_or_else(|| head.clone(), <[u8]>::to_vec);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(BufReader::new(head.chain(input)));
    let mut record = ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => return Err(unreadable(&error)),
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cells = record.iter().map(|cell| std::str::from_utf8(cell).map(text)).collect();
        let content = match cells {
            Ok(cells) => RowContent::Cells(cells),
            Err(_) => RowContent::NotUtf8,
        };
        if see(ReadRow { line, content }).is_break() {
            return Ok(());
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
