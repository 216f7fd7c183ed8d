//! Taking hits away as a table for spreadsheet programs. Titles and values are words, which a face makes.

use std::path::Path;

use time::OffsetDateTime;

use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode};
use crate::pipeline::hand_out::write_new;
pub use crate::stages::table::{ByteOrderMark, Cell, CsvSettings, Table, TableError};
use crate::stages::table::{as_csv, as_xlsx};

/// A format of tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableFormat {
    /// CSV (RFC 4180).
    Csv(CsvSettings),
    /// XLSX (ISO/IEC 29500).
    Xlsx,
}

impl TableFormat {
    /// The format that the name of a file asks for; `csv` tells how CSV is written.
    ///
    /// # Errors
    /// [`FailureCode::FileUnwritable`] if it asks for none.
    pub fn of_name(path: &Path, csv: CsvSettings) -> Result<Self, Failure> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("xlsx") => Ok(Self::Xlsx),
            Some("csv") => Ok(Self::Csv(csv)),
            _ => Err(Failure::new(FailureCode::FileUnwritable).at_file(path.display()).because(StorageFault::TableName)),
        }
    }
}

/// The bytes of a file with `table`.
///
/// # Errors
/// When it is too long for the format.
pub fn bytes_of(table: &Table, format: &TableFormat) -> Result<Vec<u8>, TableError> {
    match format {
        TableFormat::Csv(settings) => as_csv(table, settings),
        TableFormat::Xlsx => as_xlsx(table, OffsetDateTime::now_utc()),
    }
}

/// Writes `table` to a file of its own at `path`; nothing is overwritten.
///
/// # Errors
/// When it is too long for the format, or the file cannot be written.
pub fn write_table(path: &Path, table: &Table, format: &TableFormat) -> Result<(), Failure> {
    let bytes = bytes_of(table, format).map_err(|error| {
        let failure = Failure::new(error.code()).at_file(path.display());
        failure.because(match error {
            TableError::TooLong(rows) => StorageFault::TableTooLong { rows: rows as u64 },
            TableError::Unwritable(said) => StorageFault::TableNotWritten { said },
        })
    })?;
    write_new(path, &bytes)
}
