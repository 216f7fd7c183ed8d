use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use time::OffsetDateTime;
use time::macros::date;

use super::*;

/// What papers of strangers may hold.
const FORMULAS: [&str; 7] =
    ["=1+1", "+84 912", "-2+3", "@SUM(A1)", "\t=cmd|' /C calc'!A0", "＝HYPERLINK(\"http://x\")", "\u{202e}=1"];

fn heading() -> Heading {
    Heading {
        name: "Kết quả [1]: tìm/kiếm".into(), columns: ["Tiêu đề", "Trang", "Ngày"].map(str::to_owned).to_vec()
    }
}

/// A table with a row for each text.
fn written(texts: &[&str], format: &TableFormat) -> Vec<u8> {
    let (mut writer, mut bytes) = TableWriter::begin(format, &heading(), OffsetDateTime::UNIX_EPOCH).unwrap();
    for text in texts {
        let cells = [Cell::Text((*text).to_owned()), Cell::Number(7), Cell::Day(date!(2025 - 09 - 15))];
        bytes.extend(writer.row(&cells).unwrap());
    }
    bytes.extend(writer.finish().unwrap());
    bytes
}

fn cells(bytes: Vec<u8>) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let formulas = book.worksheet_formula(&book.sheet_names()[0].clone()).unwrap();
    assert_eq!(formulas.used_cells().count(), 0);
    book.worksheet_range_at(0).unwrap().unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn another_program_reads_what_was_written_and_meets_no_formula() {
    let texts = [&FORMULAS[..], &["015072544472", "Quyết định \"giao\", đất;\nở _x0041_", ""]].concat();
    let read = cells(written(&texts, &TableFormat::Xlsx));
    assert_eq!(read[0], ["Tiêu đề", "Trang", "Ngày"].map(|title| Data::String(title.into())));
    assert_eq!(read.len(), texts.len() + 1);
    for (row, text) in read[1..].iter().zip(&texts) {
        assert_eq!(row[0].to_string(), plain(text), "{text:?}");
        assert_eq!(row[1], Data::Float(7.0));
        let Data::DateTime(day) = &row[2] else { panic!("{row:?}") };
        assert_eq!(day.as_f64(), 45_915.0, "15 September 2025 as Excel counts days");
    }
}

#[test]
fn the_same_table_makes_the_same_file() {
    let made = || written(&["đất"], &TableFormat::Xlsx);
    assert!(made() == made());
}

#[test]
fn more_rows_than_a_sheet_has_are_told() {
    let (mut writer, _) = TableWriter::begin(&TableFormat::Xlsx, &heading(), OffsetDateTime::UNIX_EPOCH).unwrap();
    for _ in 1..MAX_ROWS {
        writer.row(&[]).unwrap();
    }
    assert_eq!(writer.row(&[]), Err(TableError::TooLong(MAX_ROWS)));
}

#[test]
fn csv_has_its_cells_and_none_that_is_a_formula() {
    let texts = [&FORMULAS[..], &["Quyết định \"giao\", đất;\nở", "đất"]].concat();
    for separator in [b',', b';', b'\t'] {
        let written = written(&texts, &TableFormat::Csv(CsvSettings { separator, ..CsvSettings::default() }));
        assert!(written.starts_with("\u{feff}Tiêu đề".as_bytes()));
        let mut reader = ::csv::ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(&written[3..]);
        let rows: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        assert_eq!(rows.len(), texts.len() + 1);
        for (row, text) in rows[1..].iter().zip(&texts) {
            assert_eq!(row[1..], ["7", "2025-09-15"]);
            assert!(!row[0].starts_with(['=', '+', '-', '@', '＝', '\t', ' ']), "{row:?}");
            assert_eq!(row[0].trim_start_matches('\''), plain(text));
        }
    }
    let plainly = CsvSettings { mark: ByteOrderMark::LeftOut, ..CsvSettings::default() };
    assert!(written(&[], &TableFormat::Csv(plainly)).starts_with("Tiêu đề".as_bytes()));
}
