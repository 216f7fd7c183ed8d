//! Where quotes of a CSV file open and close, seen beside the reader, which takes whatever comes.
//!
//! A quotation mark that is missing runs cells and rows together until the next one. The reader does not tell;
//! what betrays it is text behind the mark that closes, or an end of the file within quotes.

use std::collections::VecDeque;

use super::MAX_CELL_MIB;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first sign of a cell.
    Begin,
    /// In a cell without quotes.
    Bare,
    /// Within quotes.
    Quoted,
    /// Behind a mark within quotes, which closes them unless another follows.
    Mark,
}

pub(super) struct Quotes {
    delimiter: u8,
    place: Place,
    /// Bytes that were seen.
    bytes: u64,
    /// Bytes of the cell.
    cell: usize,
    /// Where text stands behind quotes that were closed.
    wrong: VecDeque<u64>,
}

impl Quotes {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter, place: Place::Begin, bytes: 0, cell: 0, wrong: VecDeque::new() }
    }

    pub(super) fn see(&mut self, byte: u8) {
        let ends = byte == self.delimiter || byte == b'\n';
        let next = match (self.place, byte) {
            (Place::Begin, b'"') | (Place::Mark, b'"') => Place::Quoted,
            (Place::Quoted, b'"') => Place::Mark,
            (Place::Quoted, _) => Place::Quoted,
            (_, _) if ends => Place::Begin,
            (Place::Mark, _) => {
                // Blanks that a program put behind the mark are harmless.
                if byte != b' ' {
                    self.wrong.push_back(self.bytes);
                }
                Place::Bare
            }
            (Place::Begin | Place::Bare, _) => Place::Bare,
        };
        self.cell = if next == Place::Begin { 0 } else { self.cell + 1 };
        self.bytes += 1;
        self.place = next;
    }

    pub(super) fn are_open(&self) -> bool {
        self.place == Place::Quoted
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.cell > MAX_CELL_MIB << 20
    }

    /// Whether something was wrong before this byte that was not asked for before.
    pub(super) fn were_wrong_before(&mut self, byte: u64) -> bool {
        let mut any = false;
        while self.wrong.front().is_some_and(|place| *place < byte) {
            any = self.wrong.pop_front().is_some();
        }
        any
    }
}
