//! Tables for spreadsheet programs: CSV and XLSX.
//!
//! What stands in the cells was read from strangers' papers. In a spreadsheet program a text that
//! begins with `=` is a formula, which can fetch and send; so no cell ever becomes one.

mod csv;
#[cfg(test)]
mod tests;
mod xlsx;

use thiserror::Error;
use time::Date;

pub use self::csv::{ByteOrderMark, CsvSettings, as_csv};
pub use xlsx::as_xlsx;

use crate::model::failure::FailureCode;

/// Rows of a sheet of XLSX, the heading among them.
pub const MAX_ROWS: usize = 1_048_576;

/// A table with a heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What the sheet is called.
    pub name: String,
    /// The titles of the columns.
    pub columns: Vec<String>,
    /// The rows, with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
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
pub enum TableError {
    /// More rows than the format holds.
    #[error("{0} rows are too many for one sheet")]
    TooLong(usize),
    /// The library does not write it.
    #[error("the table cannot be written: {0}")]
    Unwritable(String),
}

impl TableError {
    /// The reason code of this error.
    pub fn code(&self) -> FailureCode {
        FailureCode::FileUnwritable
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
