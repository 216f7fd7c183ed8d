//! The dossier register: importing it.

use std::path::Path;

use time::OffsetDateTime;

use super::period::days_of;
use super::table::not_written;
use crate::model::failure::Failure;
pub(crate) use crate::model::register::DossierDifferences;
use crate::pipeline::hand_out::write_new_with;
pub(crate) use crate::register::bad::BadRow;
use crate::register::compare;
pub(crate) use crate::register::import::{Imported, import};
pub(crate) use crate::register::order::ImportOrder;
use crate::repository::Repository;
use crate::settings::Settings;
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

/// The dossiers of a period, as it was typed, in which papers and register disagree.
///
/// # Errors
/// When it is no period, or what the repository says.
pub(crate) fn differences(
    repository: &Repository,
    settings: &Settings,
    period: &str,
    now: OffsetDateTime,
) -> Result<Vec<DossierDifferences>, Failure> {
    compare::of_period(repository, settings, days_of(period)?, now)
}
