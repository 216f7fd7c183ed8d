//! Workbooks, a cell at a time: of a sheet no more than one row is held.

use std::io::{BufReader, Read, Seek};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};
use time::{Date, Month, PrimitiveDateTime, Time};

use super::{ReadCell, ReadError, ReadRow, RowContent, SeeRow, text};

/// Columns of a row beyond which nothing is taken.
const MAX_COLUMNS: usize = 1000;

pub(super) fn read(input: impl Read + Seek, sheet: Option<&str>, see: &mut SeeRow<'_>) -> Result<(), ReadError> {
    let mut book = Xlsx::new(BufReader::new(input)).map_err(unreadable)?;
    let names = book.sheet_names();
    let found = match sheet {
        Some(wanted) => names.iter().find(|name| *name == wanted),
        None => names.first(),
    };
    let Some(name) = found.cloned() else { return Err(ReadError::NoSuchSheet(names)) };
    let mut cells = book.worksheet_cells_reader(&name).map_err(unreadable)?;
    let mut row = ReadRow { line: 0, content: RowContent::Cells(Vec::new()) };
    let mut held: Vec<ReadCell> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (at, column) = cell.get_position();
        let line = u64::from(at) + 1;
        if line != row.line {
            if row.line > 0 {
                row.content = RowContent::Cells(std::mem::take(&mut held));
                if see(row.clone()).is_break() {
                    return Ok(());
                }
            }
            row.line = line;
        }
        let place = column as usize;
        if place < MAX_COLUMNS {
            held.resize(held.len().max(place + 1), ReadCell::Empty);
            if let Some(slot) = held.get_mut(place) {
                *slot = value(cell.get_value());
            }
        }
    }
    if row.line > 0 {
        let _ = see(ReadRow { line: row.line, content: RowContent::Cells(held) });
    }
    Ok(())
}

fn unreadable(error: XlsxError) -> ReadError {
    ReadError::Unreadable(error.to_string())
}

fn value(value: &DataRef<'_>) -> ReadCell {
    match value {
        DataRef::Empty => ReadCell::Empty,
        DataRef::String(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::Int(number) => ReadCell::Number(*number as f64),
        DataRef::Float(number) => ReadCell::Number(*number),
        DataRef::Bool(value) => ReadCell::Text(if *value { "true".to_owned() } else { "false".to_owned() }),
        DataRef::DateTime(moment) if moment.is_datetime() => date_time(moment).map_or(ReadCell::Wrong, ReadCell::Moment),
        DataRef::DateTimeIso(iso) => text(iso),
        DataRef::DateTime(_) | DataRef::DurationIso(_) | DataRef::Error(_) => ReadCell::Wrong,
    }
}

/// The moment, to the second: a workbook holds it as a fraction of a day.
fn date_time(moment: &ExcelDateTime) -> Option<PrimitiveDateTime> {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = Date::from_calendar_date(year.into(), Month::try_from(month).ok()?, day).ok()?;
    let at = PrimitiveDateTime::new(date, Time::from_hms(hour, minute, second).ok()?);
    Some(if milli >= 500 { at.checked_add(time::Duration::SECOND)? } else { at })
}
