//! Tables as XLSX (ISO/IEC 29500).

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError};
use time::OffsetDateTime;

use super::{Cell, Heading, MAX_ROWS, TableError, plain};

/// Characters of a cell.
const MAX_CELL: usize = 32_767;
/// Characters of the name of a sheet.
const MAX_NAME: usize = 31;
/// Signs that the name of a sheet does not have.
const NOT_IN_NAMES: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// Columns are no wider than this, in pixels.
const MAX_WIDTH: u32 = 420;

/// A workbook of one sheet that grows row by row. Texts are texts, whatever they begin with; the heading
/// stays in sight and can filter.
pub(crate) struct Sheet {
    sheet: Worksheet,
    made_at: OffsetDateTime,
    /// The heading has no part in it.
    rows: u32,
    columns: u16,
    day: Format,
    share: Format,
}

impl Sheet {
    /// A sheet with a heading alone, as if made at `made_at`.
    pub(super) fn new(heading: &Heading, made_at: OffsetDateTime) -> Result<Self, TableError> {
        Self::with_heading(heading, made_at).map_err(unwritable)
    }

    fn with_heading(heading: &Heading, made_at: OffsetDateTime) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(sheet_name(&heading.name))?;
        let title = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
        for (column, text) in (0..).zip(&heading.columns) {
            sheet.write_string_with_format(0, column, plain(text), &title)?;
        }
        Ok(Self {
            sheet,
            made_at,
            rows: 0,
            columns: u16::try_from(heading.columns.len()).unwrap_or(u16::MAX),
            day: Format::new().set_num_format("dd/mm/yyyy"),
            share: Format::new().set_num_format("0%"),
        })
    }

    /// Adds a row.
    pub(super) fn add(&mut self, cells: &[Cell]) -> Result<(), TableError> {
        let row = self.rows.saturating_add(1);
        if row as usize >= MAX_ROWS {
            return Err(TableError::TooLong(row as usize));
        }
        for (column, cell) in (0..).zip(cells) {
            write(&mut self.sheet, (row, column), cell, (&self.day, &self.share)).map_err(unwritable)?;
        }
        self.rows = row;
        Ok(())
    }

    /// The bytes of the workbook.
    pub(super) fn finish(self) -> Result<Vec<u8>, TableError> {
        self.finished().map_err(unwritable)
    }

    fn finished(mut self) -> Result<Vec<u8>, XlsxError> {
        self.sheet.set_freeze_panes(1, 0)?;
        if let (1.., Some(last_column)) = (self.rows, self.columns.checked_sub(1)) {
            self.sheet.autofilter(0, 0, self.rows, last_column)?;
        }
        self.sheet.set_autofit_max_width(MAX_WIDTH);
        self.sheet.autofit();
        let mut book = Workbook::new();
        // Else it would be the time of the clock, and no two files would be the same.
        let created = ExcelDateTime::from_timestamp(self.made_at.unix_timestamp())?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&created));
        book.push_worksheet(self.sheet);
        book.save_to_buffer()
    }
}

fn unwritable(error: XlsxError) -> TableError {
    TableError::Unwritable(error.to_string())
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
        Cell::Whole(number) => {
            sheet.write_number(row, column, *number as f64)?;
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
