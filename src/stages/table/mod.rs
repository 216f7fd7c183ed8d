//! Tables for spreadsheet programs, CSV and XLSX, and from them ([`read`]).
//!
//! What stands in the cells was read from strangers' papers. In a spreadsheet program a text that
//! begins with `=` is a formula, which can fetch and send; so no cell ever becomes one.

mod csv;
pub(crate) mod read;
#[cfg(test)]
mod tests;
mod xlsx;

use thiserror::Error;
use time::{Date, OffsetDateTime};

pub(crate) use self::csv::{ByteOrderMark, CsvSettings};
pub(crate) use xlsx::Sheet;

use crate::model::failure::FailureCode;

/// Rows of a sheet of XLSX, the heading among them.
pub(crate) const MAX_ROWS: usize = 1_048_576;

/// What stands above the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    /// What the sheet is called.
    pub name: String,
    /// The titles of the columns.
    pub columns: Vec<String>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// A text; also a number whose zeros in front count.
    Text(String),
    /// A number to count or compare with.
    Number(u32),
    /// A share of 1, shown as a percentage.
    Share(f64),
    /// A day.
    Day(Date),
}

/// Says why a table cannot be written.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum TableError {
    /// More rows than the format holds.
    #[error("{0} rows are too many for one sheet")]
    TooLong(usize),
    /// The library does not write it.
    #[error("the table cannot be written: {0}")]
    Unwritable(String),
}

impl TableError {
    /// The reason code of this error.
    pub(crate) fn code(&self) -> FailureCode {
        FailureCode::FileUnwritable
    }
}

/// A format of tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TableFormat {
    /// CSV (RFC 4180).
    Csv(CsvSettings),
    /// XLSX (ISO/IEC 29500).
    Xlsx,
}

/// A table that is written row by row, however long it is: its bytes come as soon as they are known. Those of
/// a workbook are known at its end.
pub(crate) enum TableWriter {
    /// As CSV.
    Csv(CsvSettings),
    /// As a workbook.
    Xlsx(Box<Sheet>),
}

impl TableWriter {
    /// Begins a table, as if at `made_at`, and gives its first bytes.
    ///
    /// # Errors
    /// [`TableError::Unwritable`], which no heading makes.
    pub(crate) fn begin(format: &TableFormat, heading: &Heading, made_at: OffsetDateTime) -> Result<(Self, Vec<u8>), TableError> {
        match format {
            TableFormat::Csv(settings) => Ok((Self::Csv(settings.clone()), csv::head(&heading.columns, settings)?)),
            TableFormat::Xlsx => Ok((Self::Xlsx(Box::new(Sheet::new(heading, made_at)?)), Vec::new())),
        }
    }

    /// Adds a row, with a cell for each column, and gives the next bytes.
    ///
    /// # Errors
    /// [`TableError::TooLong`] above [`MAX_ROWS`] of a workbook.
    pub(crate) fn row(&mut self, cells: &[Cell]) -> Result<Vec<u8>, TableError> {
        match self {
            Self::Csv(settings) => csv::row(cells, settings),
            Self::Xlsx(sheet) => sheet.add(cells).map(|()| Vec::new()),
        }
    }

    /// Ends the table and gives its last bytes.
    ///
    /// # Errors
    /// [`TableError::Unwritable`], which no table makes.
    pub(crate) fn finish(self) -> Result<Vec<u8>, TableError> {
        match self {
            Self::Csv(_) => Ok(Vec::new()),
            Self::Xlsx(sheet) => sheet.finish(),
        }
    }
}

/// A text on one line, without characters that steer a program or that XML does not have.
fn plain(text: &str) -> String {
    let text: String = text.chars().map(|c| if is_unprintable(c) { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
}
