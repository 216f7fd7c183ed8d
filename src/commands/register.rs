//! The dossier register: importing it.

use std::path::Path;

use time::OffsetDateTime;

use super::table::not_written;
use crate::model::failure::Failure;
use crate::pipeline::hand_out::write_new_with;
pub(crate) use crate::register::import::{BadRow, ImportOrder, Imported, import};
use crate::stages::table::{Cell, Heading, TableFormat, TableWriter};

/// Writes the rows that were not taken to a file of its own at `path`; nothing is overwritten.
///
/// # Errors
/// Why it cannot be written.
pub(crate) fn write_bad_rows(
    rows: &[BadRow],
    heading: &Heading,
    row: &dyn Fn(&BadRow) -> Vec<Cell>,
    (path, format): (&Path, &TableFormat),
) -> Result<(), Failure> {
    write_new_with(path, |write| {
        let (mut writer, head) = TableWriter::begin(format, heading, OffsetDateTime::now_utc()).map_err(not_written)?;
        write(&head)?;
        for bad in rows {
            write(&writer.row(&row(bad)).map_err(not_written)?)?;
        }
        write(&writer.finish().map_err(not_written)?)
    })
}
