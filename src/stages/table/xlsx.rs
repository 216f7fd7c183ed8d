//! Tables as XLSX (ISO/IEC 29500).

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError};
use time::OffsetDateTime;

use super::{Cell, MAX_ROWS, Table, TableError, plain};

/// Characters of a cell.
const MAX_CELL: usize = 32_767;
/// Characters of the name of a sheet.
const MAX_NAME: usize = 31;
/// Signs that the name of a sheet does not have.
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// Columns are no wider than this, in pixels.
const MAX_WIDTH: u32 = 420;

/// Writes `table` as a workbook of one sheet, as if at `made_at`. Texts are texts, whatever they begin
/// with; the heading stays in sight and can filter.
///
/// # Errors
/// [`TableError::TooLong`] above [`MAX_ROWS`].
pub fn as_xlsx(table: &Table, made_at: OffsetDateTime) -> Result<Vec<u8>, TableError> {
    if table.rows.len() >= MAX_ROWS {
        return Err(TableError::TooLong(table.rows.len()));
    }
    written(table, made_at).map_err(|error| TableError::Unwritable(error.to_string()))
}

fn written(table: &Table, made_at: OffsetDateTime) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Else it would be the time of the clock, and no two files would be the same.
    let created = ExcelDateTime::from_timestamp(made_at.unix_timestamp())?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name(&table.name))?;
    let (title, day, share) = (
        Format::new().set_bold().set_border_bottom(FormatBorder::Thin),
        Format::new().set_num_format("dd/mm/yyyy"),
        Format::new().set_num_format("0%"),
    );
    for (column, text) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, column, plain(text), &title)?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            write(sheet, (row, column), cell, (&day, &share))?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let last = (u32::try_from(table.rows.len()).unwrap_or(u32::MAX), u16::try_from(table.columns.len()).unwrap_or(u16::MAX));
    if let (1.., Some(last_column)) = (last.0, last.1.checked_sub(1)) {
        sheet.autofilter(0, 0, last.0, last_column)?;
    }
    sheet.set_autofit_max_width(MAX_WIDTH);
    sheet.autofit();
    book.save_to_buffer()
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    (day, share): (&Format, &Format),
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            let text: String = plain(text).chars().take(MAX_CELL).collect();
            sheet.write_string(row, column, text)?;
        }
        Cell::Number(number) => {
            sheet.write_number(row, column, *number)?;
        }
        Cell::Share(value) => {
            sheet.write_number_with_format(row, column, *value, share)?;
        }
        Cell::Day(date) => {
            let year = u16::try_from(date.year()).unwrap_or(0);
            match ExcelDateTime::from_ymd(year, u8::from(date.month()), date.day()) {
                Ok(value) => sheet.write_datetime_with_format(row, column, &value, day)?,
                // Days before 1900 are none to Excel.
                Err(_) => {
                    sheet.write_string(row, column, format!("{:02}/{:02}/{}", date.day(), u8::from(date.month()), date.year()))?
                }
            };
        }
    }
    Ok(())
}

fn sheet_name(name: &str) -> String {
    let name: String = plain(name).chars().map(|c| if NOT_IN_NAMES.contains(&c) { ' ' } else { c }).take(MAX_NAME).collect();
    let name = name.trim().trim_matches('\'').to_owned();
    if name.is_empty() { "Sohoa".to_owned() } else { name }
}
