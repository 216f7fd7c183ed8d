//! Tables as CSV (RFC 4180).

use csv::{Terminator, WriterBuilder};

use super::{Cell, TableError, plain};

/// What a text must not begin with: spreadsheet programs take it for a formula. Those that write from
/// right to left or in wide letters take the wide signs for the same.
const BEGINS_FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What Excel knows UTF-8 by.
const MARK: &str = "\u{feff}";

/// Whether a file says at its beginning that it is UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ByteOrderMark {
    /// Yes: without it Excel shows Vietnamese as gibberish.
    #[default]
    Written,
    /// No, for programs that take it for a part of the first title.
    LeftOut,
}

/// How CSV is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CsvSettings {
    /// What parts the cells; a character of ASCII.
    pub separator: u8,
    /// Whether the file says that it is UTF-8.
    pub mark: ByteOrderMark,
}

impl Default for CsvSettings {
    fn default() -> Self {
        Self { separator: b',', mark: ByteOrderMark::default() }
    }
}

/// The beginning of a file: what says that it is UTF-8, and the titles.
pub(super) fn head(titles: &[String], settings: &CsvSettings) -> Result<Vec<u8>, TableError> {
    let mark = if settings.mark == ByteOrderMark::Written { MARK.as_bytes() } else { &[] };
    line(titles.iter().map(|title| harmless(title)), mark.to_vec(), settings)
}

/// A row, with CRLF at its end. Days are written as `YYYY-MM-DD`, which every spreadsheet program takes
/// for the day it is, shares as numbers from 0 to 1.
pub(super) fn row(cells: &[Cell], settings: &CsvSettings) -> Result<Vec<u8>, TableError> {
    line(cells.iter().map(written), Vec::new(), settings)
}

fn line(cells: impl Iterator<Item = String>, start: Vec<u8>, settings: &CsvSettings) -> Result<Vec<u8>, TableError> {
    let mut writer = WriterBuilder::new().delimiter(settings.separator).terminator(Terminator::CRLF).from_writer(start);
    writer.write_record(cells).map_err(|error| TableError::Unwritable(error.to_string()))?;
    writer.into_inner().map_err(|error| TableError::Unwritable(error.to_string()))
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => harmless(text),
        Cell::Number(number) => number.to_string(),
        Cell::Whole(number) => number.to_string(),
        Cell::Share(share) => format!("{share:.3}"),
        Cell::Day(day) => format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day()),
    }
}

/// The text, with an apostrophe before what would be a formula.
fn harmless(text: &str) -> String {
    let text = plain(text);
    if text.starts_with(BEGINS_FORMULA) { format!("'{text}") } else { text }
}
