//! What other people's programs read in a sealed file: poppler here, PDFium and MuPDF in `make
//! bench-readers`.

use std::io::Write;
use std::process::Command;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use sohoa::model::confidence::Confidence;
use sohoa::model::geometry::{Point, Quad, Resolution, Turn};
use sohoa::model::ids::Sha256;
use sohoa::model::raster::{ColourModel, EncodedImage, Encoding, PageGeometry};
use sohoa::model::text::{Line, SecondReading, TextSource, Word};
use sohoa::stages::seal::{DocumentMetadata, SealError, SealPage, SealSettings, seal};
use time::macros::datetime;
use unicode_normalization::UnicodeNormalization;

const WIDTH: u32 = 600;
const HEIGHT: u32 = 800;
/// Points: the width of a letter and of a blank, and an em.
const LETTER: f32 = 7.0;
const BLANK: f32 = 5.0;
const EM: f32 = 14.0;

/// The words of a line on the baseline `y`, each in the box around its ink as it would be drawn, on
/// a page that falls by `slant` for each point to the right.
fn line(text: &str, x: f32, y: f32, slant: f32) -> Line {
    let mut left = x;
    let word = |text: &str| {
        let parts: Vec<char> = text.nfd().collect();
        let any = |set: &str| parts.iter().any(|part| set.contains(*part));
        let high = any("\u{300}\u{301}\u{302}\u{303}\u{306}\u{309}bdfhklt")
            || text.chars().any(|c| c.is_uppercase() || c.is_ascii_digit());
        let over = if text == "-" {
            0.3
        } else if high {
            0.75
        } else {
            0.45
        };
        let under = if text == "-" {
            -0.22
        } else if any("gjpqy,;/\u{323}") {
            0.22
        } else {
            0.0
        };
        let (right, top, bottom) = (left + LETTER * text.chars().count() as f32, y - over * EM, y + under * EM);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        left = right + BLANK;
        let place = Quad(corners.map(|(x, y)| Point { x, y: y + slant * (x - WIDTH as f32 / 2.0) }));
        Word {
            text: text.to_owned(),
            confidence: Confidence::NONE,
            place,
            source: TextSource::Ocr,
            engine: None,
            second: SecondReading::None,
        }
    };
    Line { words: text.split(' ').map(word).collect(), begins_block: false }
}

/// What `pdftotext` reads of a page of these lines, line by line.
fn read(lines: Vec<Line>) -> Vec<String> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&vec![255; (WIDTH * HEIGHT) as usize]).unwrap();
    let image = EncodedImage {
        width: WIDTH,
        height: HEIGHT,
        colour: ColourModel::Gray,
        inverted: false,
        encoding: Encoding::Flate,
        bytes: encoder.finish().unwrap(),
    };
    let geometry = PageGeometry { resolution: Resolution::square(72.0), turn: Turn::None };
    let metadata = DocumentMetadata {
        title: String::new(),
        dossier_code: "H38.23-260412-1763".parse().unwrap(),
        file_name: "H38.23-260412-1763.001.pdf".to_owned(),
        scanned_at: datetime!(2026-04-12 09:30:00 +7),
        source_sha256: Sha256::from_bytes([7; 32]),
        source_name: "scan.png".to_owned(),
    };
    let page = SealPage { image, geometry, turn: Turn::None, lines };
    let sealed = seal([Ok::<_, SealError>(page)], &metadata, &SealSettings::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sealed.pdf");
    std::fs::write(&file, sealed.bytes).unwrap();
    let output = Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(&file).arg("-").output();
    let text = String::from_utf8(output.expect("pdftotext is needed: make test installs it").stdout).unwrap();
    text.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "\u{c}").map(str::to_owned).collect()
}

/// Levels of the paper in the scanner: straight, and falling by 1.1° and rising by 2°.
const SLANTS: [f32; 3] = [0.0, 0.02, -0.035];

#[test]
fn single_spaced_lines_come_back_whole_however_the_page_lay() {
    let text = [
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 4 tháng 7 năm 2025;",
        "ý kiến của ông A, bà B và y sĩ ở xã Bát Xát, huyện Bát Xát, gặp",
        "gỡ, ghi nhận quyền lợi hợp pháp; 1 bộ hồ sơ gồm 1 tờ đơn và 1",
        "tờ khai - mỗi thứ 2 bản - do y sĩ ở xã nộp ngày 4 tháng 7 vừa qua",
        "quyết định kèm theo.",
    ];
    for slant in SLANTS {
        let lines = (0..).zip(text).map(|(row, text)| line(text, 60.0, 130.0 + 15.0 * row as f32, slant));
        assert_eq!(read(lines.collect()), text, "{slant}");
    }
}

#[test]
fn two_columns_and_the_cells_of_a_table_come_back_whole() {
    let heading = [
        ("UBND TỈNH LÀO CAI", 60.0, 60.0),
        ("Số: 4 /QĐ-UBND", 70.0, 80.0),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 260.0, 60.0),
        ("Độc lập - Tự do - Hạnh phúc", 300.0, 80.0),
    ];
    let columns = [60.0, 110.0, 280.0, 420.0];
    let rows = [
        ["STT", "Họ và tên", "Ngày sinh", "Ghi chú"],
        ["1", "Nguyễn Văn A", "01/01/1990", "gộp"],
        ["2", "Giàng Thị Y", "5/2/1985", "x"],
    ];
    for slant in SLANTS {
        let cells = (0..).zip(rows).flat_map(|(row, cells)| {
            let y = 240.0 + 24.0 * row as f32;
            columns.into_iter().zip(cells).map(move |(x, text)| line(text, x, y, slant))
        });
        let lines = heading.iter().map(|(text, x, y)| line(text, *x, *y, slant)).chain(cells);
        let read = read(lines.collect());
        // Which column comes first is the reader's choice.
        let whole = heading.iter().map(|(text, ..)| *text).chain(rows.into_iter().flatten());
        let lost: Vec<&str> = whole.filter(|text| !read.iter().any(|line| line == text)).collect();
        assert!(lost.is_empty(), "{slant}: {lost:?} of {read:#?}");
        assert_eq!(read.len(), heading.len() + 12, "{slant}: {read:#?}");
    }
}

#[test]
fn a_hyphen_at_the_end_of_a_line_is_no_broken_word() {
    let text = ["Bãi bỏ khoản 2 Điều 1 của Thông tư số 18/2025/TT-", "BCT ngày 13 tháng 3 năm 2025 của Bộ trưởng"];
    let lines = (0..).zip(text).map(|(row, text)| line(text, 60.0, 130.0 + 15.0 * row as f32, 0.0));
    assert_eq!(read(lines.collect()), text);
}

#[test]
fn a_sign_whose_box_reaches_into_the_next_word_keeps_its_blanks() {
    let text = "ngày 21 tháng 4 năm 2026 về ý kiến - Tự do";
    let mut line = line(text, 60.0, 130.0, 0.0);
    for word in line.words.iter_mut().filter(|word| word.text.chars().count() == 1) {
        for corner in &mut word.place.0[1..3] {
            corner.x += 1.1 * BLANK;
        }
    }
    assert_eq!(read(vec![line]), [text]);
}

#[test]
fn lines_that_grain_made_higher_come_back_whole_and_in_order() {
    let text = [
        "có hiệu lực kể từ ngày ký và thay thế các quy định",
        "trước đây trái với Quyết định này; các ông, bà",
        "chịu trách nhiệm thi hành",
    ];
    let grainy = |(row, text): (u8, &str)| {
        let mut line = line(text, 60.0, 130.0 + 15.0 * f32::from(row), 0.0);
        for word in &mut line.words {
            word.place.0[..2].iter_mut().for_each(|corner| corner.y -= 1.4 * EM);
        }
        line
    };
    assert_eq!(read((0..).zip(text).map(grainy).collect()), text);
}
