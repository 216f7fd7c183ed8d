//! How pages come to stand: by their own text, by their letters, and by what is read of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::{CODE_A, Place, poppler};

const WIDE: (u32, u32) = (595, 842);
const LYING: (u32, u32) = (842, 595);
/// Two lines of capitals and figures, whose shapes alone say that they stand on their heads.
const LINES: &str = "BT /F 14 Tf 1 0 0 1 72 752 Tm (VAN BAN DIEN TU CO CHU THAT) Tj \
                     1 0 0 1 72 727 Tm (So: 15/QD-UBND ngay 15/09/2025) Tj ET";
/// A word that paper can be seen through.
const HALF_CLEAR: &str = "q /H gs BT /F 40 Tf 1 0 0 1 120 442 Tm (BAN SAO) Tj ET Q";
const ON_ITS_HEAD: &str = "-1 0 0 -1 595 842 cm";
/// The image over the whole page.
const IMAGE: &str = "q 595 0 0 842 0 0 cm /I Do Q";

/// A grey image, packed by nothing.
struct Image {
    width: u32,
    height: u32,
    samples: Vec<u8>,
}

/// A page with these contents.
fn pdf(content: &str, size: (u32, u32), rotate: u32, image: Option<&Image>) -> Vec<u8> {
    let image_named = image.map_or("", |_| "/XObject<</I 6 0 R>>");
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned().into_bytes(),
        "<</Type/Pages/Count 1/Kids[3 0 R]>>".to_owned().into_bytes(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {} {}]/Rotate {rotate}/Contents 5 0 R\
             /Resources<</Font<</F 4 0 R>>/ExtGState<</H<</ca 0.3>>>>{image_named}>>>>",
            size.0, size.1
        )
        .into_bytes(),
        "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>".to_owned().into_bytes(),
        stream("", content.as_bytes()),
    ];
    if let Some(Image { width, height, samples }) = image {
        let entries =
            format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8");
        objects.push(stream(&entries, samples));
    }
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        table += &format!("{:010} 00000 n \n", file.len());
        file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let at = file.len();
    table += &format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF", objects.len() + 1);
    file.extend_from_slice(table.as_bytes());
    file
}

fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    [format!("<<{entries}/Length {}>>stream\n", data.len()).as_bytes(), data, b"\nendstream"].concat()
}

/// What another program makes of a page, in the format that `options` ask for.
fn drawn(place: &Place, page: &[u8], options: &[&str], ending: &str) -> Vec<u8> {
    let (file, to) = (place.path().join("drawn.pdf"), place.path().join("drawn"));
    fs::write(&file, page).unwrap();
    assert!(Command::new("pdftoppm").args(options).arg("-singlefile").args([&file, &to]).status().unwrap().success());
    fs::read(to.with_extension(ending)).unwrap()
}

/// The two lines as a scanner sees them.
fn scan(place: &Place) -> Image {
    let picture = image::load_from_memory(&drawn(place, &pdf(LINES, WIDE, 0, None), &["-r", "300", "-png"], "png")).unwrap();
    let grey = picture.to_luma8();
    Image { width: grey.width(), height: grey.height(), samples: grey.into_raw() }
}

/// A page after it was sealed: its turn, where its text comes from, and its text.
struct Sealed {
    turn: String,
    source: Value,
    text: String,
}

fn sealed(place: &Place, name: &str, page: &[u8]) -> Sealed {
    place.put(&format!("{CODE_A}/{name}"), page);
    place.run().expect_code(0);
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let file = shown["records"][0]["files"][0].clone();
    let path = PathBuf::from(file["path"].as_str().unwrap());
    let text = poppler("pdftotext", &[], &path);
    Sealed { turn: turn(&path), source: file["pages"][0]["text_source"].clone(), text }
}

fn turn(file: &Path) -> String {
    let told = poppler("pdfinfo", &[], file);
    told.lines().find_map(|line| line.strip_prefix("Page rot:")).unwrap().trim().to_owned()
}

#[track_caller]
fn expect_lines(sealed: &Sealed, turn: &str) {
    assert_eq!(sealed.turn, turn, "{}", sealed.text);
    for line in ["VAN BAN DIEN TU CO CHU THAT", "15/QD-UBND ngay 15/09/2025"] {
        assert!(sealed.text.contains(line), "{}", sealed.text);
    }
}

#[test]
fn a_page_stands_as_its_own_text_does() {
    for (size, rotate, turned, turn) in [
        (WIDE, 0, "", "0"),
        (LYING, 90, "0 1 -1 0 842 0 cm", "90"),
        (LYING, 270, "0 -1 1 0 0 595 cm", "270"),
        (WIDE, 0, ON_ITS_HEAD, "180"),
        (LYING, 0, "0 1 -1 0 842 0 cm", "90"),
    ] {
        let place = Place::with_own_reader();
        let page = sealed(&place, "1.pdf", &pdf(&format!("q {turned} {LINES} Q"), size, rotate, None));
        expect_lines(&page, turn);
        assert_eq!(page.source, "embedded", "{turned}: {}", page.text);
    }
}

#[test]
fn a_half_clear_word_over_a_page_is_text_and_turns_nothing() {
    let place = Place::with_own_reader();
    let page = sealed(&place, "1.pdf", &pdf(&format!("{LINES} {HALF_CLEAR}"), WIDE, 0, None));
    expect_lines(&page, "0");
    assert!(page.source == "embedded" && page.text.contains("BAN SAO"), "{}", page.text);
}

#[test]
fn text_that_is_not_wanted_still_says_how_its_page_stands() {
    let place = Place::with_own_reader();
    place.put(&format!("{CODE_A}/1.pdf"), &pdf(&format!("{LINES} {HALF_CLEAR}"), WIDE, 0, None));
    let ran = place.run_command(&[]).env("SOHOA__RECOGNISE__EMBEDDED_TEXT", "ignore").output().unwrap();
    assert_eq!(ran.status.code(), Some(0));
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let file = &shown["records"][0]["files"][0];
    assert_eq!(
        (turn(Path::new(file["path"].as_str().unwrap())).as_str(), &file["pages"][0]["text_source"]),
        ("0", &"ocr".into())
    );
}

#[test]
fn a_picture_of_few_letters_is_read_the_other_way_too() {
    for resolution in ["200", "300"] {
        let place = Place::with_own_reader();
        let page = pdf(&format!("{LINES} {HALF_CLEAR}"), WIDE, 0, None);
        let picture = drawn(&place, &page, &["-r", resolution, "-png"], "png");
        expect_lines(&sealed(&place, "1.png", &picture), "0");
    }
}

#[test]
fn an_earlier_ocr_that_stood_on_its_head_turns_no_scan() {
    for layer in [format!("{IMAGE} q {ON_ITS_HEAD} 3 Tr {LINES} Q"), format!("q {ON_ITS_HEAD} {LINES} Q {IMAGE}")] {
        let place = Place::with_own_reader();
        let scan = scan(&place);
        let page = sealed(&place, "1.pdf", &pdf(&layer, WIDE, 0, Some(&scan)));
        expect_lines(&page, "0");
        assert_eq!(page.source, "ocr", "{layer}");
    }
}

#[test]
fn a_few_words_put_on_a_scan_turn_no_scan() {
    let place = Place::with_own_reader();
    let scan = scan(&place);
    let words = format!("q {ON_ITS_HEAD} BT /F 12 Tf 1 0 0 1 300 700 Tm (So den 1234 ngay) Tj ET Q");
    let page = sealed(&place, "1.pdf", &pdf(&format!("{IMAGE} {words}"), WIDE, 0, Some(&scan)));
    expect_lines(&page, "0");
}
