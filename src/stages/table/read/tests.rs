use std::io::Cursor;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use time::macros::datetime;

use super::*;

fn rows(bytes: &[u8], format: ReadFormat, sheet: Option<&str>) -> Result<Vec<ReadRow>, ReadError> {
    let mut rows = Vec::new();
    read_rows(Cursor::new(bytes), format, sheet, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

fn texts(row: &ReadRow) -> Vec<String> {
    let RowContent::Cells(cells) = &row.content else { panic!("{row:?}") };
    let text = |cell: &ReadCell| match cell {
        ReadCell::Text(text) => text.clone(),
        ReadCell::Empty => String::new(),
        other => format!("{other:?}"),
    };
    cells.iter().map(text).collect()
}

#[test]
fn csv_is_read_whatever_parts_its_cells_and_lines_are_told_as_they_stand() {
    for separator in [",", ";", "\t"] {
        let file = "\u{feff}a|\"b, b; b\"|c\r\n1|\"x\ny\"|3\r\n\r\n 4 |5\r\n".replace('|', separator);
        let read = rows(file.as_bytes(), ReadFormat::Csv, None).unwrap();
        assert_eq!(read.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 2, 5], "{separator:?}");
        assert_eq!(
            read.iter().map(texts).collect::<Vec<_>>(),
            [vec!["a", "b, b; b", "c"], vec!["1", "x\ny", "3"], vec!["4", "5"]]
        );
    }
}

#[test]
fn a_line_that_is_no_text_is_told_and_those_behind_it_are_read() {
    let read = rows(b"a,b\n1,\xff\n2,c\n", ReadFormat::Csv, None).unwrap();
    assert_eq!((read[1].line, &read[1].content), (2, &RowContent::NotUtf8(vec![ReadCell::Text("1".into()), ReadCell::Wrong])));
    assert_eq!(texts(&read[2]), ["2", "c"]);
    let read = rows("{\"a\":1}\n\n[1]\n{\"a\":\n{\"a\":\"x\"}\n".as_bytes(), ReadFormat::JsonLines, None).unwrap();
    assert_eq!(read.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 3, 4, 5]);
    assert_eq!((&read[1].content, &read[2].content), (&RowContent::NotJson, &RowContent::NotJson));
    assert_eq!(read[3].content, RowContent::Object(vec![("a".into(), ReadCell::Text("x".into()))]));
}

#[test]
fn a_quotation_mark_that_is_missing_is_told() {
    let read = rows(b"a,b\n1,\"x\n2,\"y\"\n3,\"z \"\"q\"\"\"\n", ReadFormat::Csv, None).unwrap();
    assert!(matches!(read[1].content, RowContent::NotClosed(_)), "{read:?}");
    assert_eq!((read[1].line, texts(&read[2])), (2, vec!["3".to_owned(), "z \"q\"".to_owned()]));
    assert_eq!(rows(b"a,b\n1,\"x\n2,y\n", ReadFormat::Csv, None), Err(ReadError::QuoteOpen), "cut off");
    let long = format!("a,b\n1,\"{}\"\n", "x".repeat(MAX_CELL_MIB << 21));
    assert_eq!(rows(long.as_bytes(), ReadFormat::Csv, None), Err(ReadError::QuoteOpen), "too long");
}

#[test]
fn json_brings_rows_within_rows() {
    let line = r#"{"MaHoSo":"x","TaiLieuNop":[{"Ten":"Đơn"},{"Ten":null}],"CSDL":["1","7"],"Trong":[]}"#;
    let read = rows(line.as_bytes(), ReadFormat::JsonLines, None).unwrap();
    let RowContent::Object(cells) = &read[0].content else { panic!() };
    let cell = |name: &str| &cells.iter().find(|(known, _)| &**known == name).unwrap().1;
    assert_eq!(cell("CSDL"), &ReadCell::Text("1;7".into()));
    assert_eq!(cell("Trong"), &ReadCell::Empty);
    let ReadCell::Rows(rows) = cell("TaiLieuNop") else { panic!() };
    assert_eq!((rows.len(), &rows[0][0].1, &rows[1][0].1), (2, &ReadCell::Text("Đơn".into()), &ReadCell::Empty));
}

#[test]
fn a_workbook_tells_texts_numbers_and_moments_apart() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Bìa").unwrap().write(0, 0, "x").unwrap();
    let sheet = book.add_worksheet().set_name("Hồ sơ").unwrap();
    sheet.write(2, 1, "010200000001").unwrap();
    sheet.write(2, 3, 10_200_000_001.0).unwrap();
    let moment = ExcelDateTime::from_ymd(2023, 7, 6).unwrap().and_hms(8, 30, 15).unwrap();
    sheet.write_with_format(5, 0, &moment, &Format::new().set_num_format("dd/mm/yyyy hh:mm:ss")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let read = rows(&bytes, ReadFormat::Xlsx, Some("Hồ sơ")).unwrap();
    let cells: Vec<ReadCell> =
        vec![ReadCell::Empty, ReadCell::Text("010200000001".into()), ReadCell::Empty, ReadCell::Number(10_200_000_001.0)];
    assert_eq!(read[0], ReadRow { line: 3, content: RowContent::Cells(cells) });
    let cells = vec![ReadCell::Moment(datetime!(2023-07-06 8:30:15))];
    assert_eq!(read[1], ReadRow { line: 6, content: RowContent::Cells(cells) });
    assert_eq!(rows(&bytes, ReadFormat::Xlsx, None).unwrap().len(), 1, "the first sheet");
    assert_eq!(rows(&bytes, ReadFormat::Xlsx, Some("Khác")), Err(ReadError::NoSuchSheet(vec!["Bìa".into(), "Hồ sơ".into()])));
    assert!(matches!(rows(b"PK\x03\x04nonsense", ReadFormat::Xlsx, None), Err(ReadError::Unreadable(_))));
}
