//! Taking hits away as a table for spreadsheet programs. Titles and values are words, which a face makes.

use std::path::Path;

use time::OffsetDateTime;

use super::search::{Found, FoundPage, SearchOrder, search_each};
use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode};
use crate::pipeline::hand_out::{write_new, write_new_with};
use crate::repository::Repository;
pub(crate) use crate::stages::table::{ByteOrderMark, Cell, CsvSettings, Heading, TableFormat};
use crate::stages::table::{TableError, TableWriter};

/// How hits are told.
pub(crate) struct HitsTable<'a> {
    /// What stands above them.
    pub heading: Heading,
    /// The cells of a hit and of its number in the table, from 1.
    pub row: &'a dyn Fn(u32, &FoundPage) -> Vec<Cell>,
}

/// What was written.
#[derive(Debug)]
pub(crate) struct WrittenHits {
    /// The answer; its hits are in the table.
    pub found: Found,
    /// How many there are.
    pub count: usize,
}

/// The format that the name of a file asks for; `csv` tells how CSV is written.
///
/// # Errors
/// [`FailureCode::FileUnwritable`] if it asks for none.
pub(crate) fn format_of_name(path: &Path, csv: CsvSettings) -> Result<TableFormat, Failure> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("xlsx") => Ok(TableFormat::Xlsx),
        Some("csv") => Ok(TableFormat::Csv(csv)),
        _ => Err(Failure::new(FailureCode::SettingsInvalid).at_file(path.display()).because(StorageFault::TableName)),
    }
}

/// Looks for all hits and gives the bytes of the table to `write`, as soon as they are known.
///
/// # Errors
/// When the search fails, there are too many hits for the format, or what `write` says.
pub(crate) fn hits_table(
    repository: &Repository,
    order: &SearchOrder,
    table: &HitsTable<'_>,
    format: &TableFormat,
    write: &mut dyn FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<WrittenHits, Failure> {
    let (mut writer, head) = TableWriter::begin(format, &table.heading, OffsetDateTime::now_utc()).map_err(not_written)?;
    write(&head)?;
    let mut count: u32 = 0;
    let found = search_each(repository, order, &mut |hit| {
        count = count.saturating_add(1);
        write(&writer.row(&(table.row)(count, &hit)).map_err(not_written)?)
    })?;
    write(&writer.finish().map_err(not_written)?)?;
    Ok(WrittenHits { found, count: count as usize })
}

/// Looks for all hits and writes them to a file of its own at `path`; nothing is overwritten.
///
/// # Errors
/// As for [`hits_table`], or why the file cannot be written: nothing comes to lie there then.
pub(crate) fn write_hits(
    repository: &Repository,
    order: &SearchOrder,
    table: &HitsTable<'_>,
    format: &TableFormat,
    path: &Path,
) -> Result<WrittenHits, Failure> {
    let written = write_new_with(path, |write| hits_table(repository, order, table, format, write));
    written.map_err(|failure| match failure.place {
        None if failure.code == FailureCode::FileUnwritable => failure.at_file(path.display()),
        _ => failure,
    })
}

/// Writes the bytes of a table to a file of its own at `path`; nothing is overwritten.
///
/// # Errors
/// Why it cannot be written.
pub(crate) fn write_table(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_new(path, bytes)
}

pub(super) fn not_written(error: TableError) -> Failure {
    Failure::new(error.code()).because(match error {
        TableError::TooLong(rows) => StorageFault::TableTooLong { rows: rows as u64 },
        TableError::Unwritable(said) => StorageFault::TableNotWritten { said },
    })
}
