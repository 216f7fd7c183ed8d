//! The report of a period.

use time::{Date, OffsetDateTime};

use super::table::not_written;
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::query::period_of;
use crate::model::register::Figure;
pub(crate) use crate::model::register::PeriodReport;
pub(crate) use crate::register::report::{PeriodOrder, report};
use crate::stages::table::{Cell, Heading, TableFormat, TableWriter};

/// The days that somebody typed.
///
/// # Errors
/// [`FailureCode::RequestInvalid`] where it is no day, month, quarter or year.
pub(crate) fn days_of(typed: &str) -> Result<(Date, Date), Failure> {
    let failure = || Failure::new(FailureCode::RequestInvalid).at(Place::Typed { text: typed.chars().take(80).collect() });
    period_of(typed).ok_or_else(|| failure().because(WorkFault::NoPeriod))
}

/// The figures as a table; `row` finds the words.
///
/// # Errors
/// Why it cannot be written.
pub(crate) fn table(
    figures: &[Figure],
    heading: &Heading,
    row: &dyn Fn(&Figure) -> Vec<Cell>,
    format: &TableFormat,
) -> Result<Vec<u8>, Failure> {
    let (mut writer, mut bytes) = TableWriter::begin(format, heading, OffsetDateTime::now_utc()).map_err(not_written)?;
    for figure in figures {
        bytes.extend(writer.row(&row(figure)).map_err(not_written)?);
    }
    bytes.extend(writer.finish().map_err(not_written)?);
    Ok(bytes)
}
