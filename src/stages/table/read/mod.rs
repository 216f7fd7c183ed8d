//! Tables of others: CSV, XLSX and JSON lines, read row by row.
//!
//! Nothing is understood here but where a cell begins and ends. A row that cannot be read is told with its
//! line, and reading goes on behind it.

mod csv;
mod json;
mod quotes;
mod xlsx;

use std::io::{Read, Seek};
use std::ops::ControlFlow;
use std::rc::Rc;

use time::PrimitiveDateTime;

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadFormat {
    /// CSV, its cells parted by commas, semicolons or tabs.
    Csv,
    /// A workbook.
    Xlsx,
    /// A JSON object a line.
    JsonLines,
}

/// A cell of somebody else's table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ReadCell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number, and not the text of one: zeros in front of it are lost.
    Number(f64),
    /// A moment, by the clock of whoever wrote it.
    Moment(PrimitiveDateTime),
    /// A formula that came to nothing, or a value of no kind that is understood.
    Wrong,
    /// Rows within the row (JSON lines only).
    Rows(Vec<ReadObject>),
}

/// Cells with the names of their columns.
pub(crate) type ReadObject = Vec<(Rc<str>, ReadCell)>;

/// A row, with its line in the file from 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReadRow {
    /// The line on which it begins; of a workbook, the row.
    pub line: u64,
    /// What stands in it.
    pub content: RowContent,
}

/// What stands in a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RowContent {
    /// Cells by their place.
    Cells(Vec<ReadCell>),
    /// Cells with names.
    Object(ReadObject),
    /// Cells some of which are no text in UTF-8: those are wrong. Of a line that cannot be parted, none.
    NotUtf8(Vec<ReadCell>),
    /// Cells that a quotation mark in the wrong place may have run together.
    NotClosed(Vec<ReadCell>),
    /// A line that is no JSON object.
    NotJson,
}

/// Says why a file is no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReadError {
    /// The library does not read it.
    Unreadable(String),
    /// The workbook has no sheet of this name; the names that it has.
    NoSuchSheet(Vec<String>),
    /// Quotes are open at its end, or a cell is so long that they may be.
    QuoteOpen,
}

/// MiB of a cell beyond which it is none.
pub(crate) const MAX_CELL_MIB: usize = 1;

/// Takes rows as they come, until it has enough.
pub(crate) type SeeRow<'a> = dyn FnMut(ReadRow) -> ControlFlow<()> + 'a;

/// Shows `see` all rows of a file; of a workbook those of `sheet`, or of the first where none is named.
///
/// # Errors
/// When the file is no table of this format.
pub(crate) fn read_rows(
    input: impl Read + Seek,
    format: ReadFormat,
    sheet: Option<&str>,
    see: &mut SeeRow<'_>,
) -> Result<(), ReadError> {
    match format {
        ReadFormat::Csv => csv::read(input, see),
        ReadFormat::Xlsx => xlsx::read(input, sheet, see),
        ReadFormat::JsonLines => json::read(input, see),
    }
}

/// A text as a cell has it.
fn text(text: &str) -> ReadCell {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() { ReadCell::Empty } else { ReadCell::Text(text.to_owned()) }
}

#[cfg(test)]
mod tests;
