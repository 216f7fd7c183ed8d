//! One scan of many dossiers: split, sealed, counted, and none the worse for a killed run.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use image::{GrayImage, Luma, imageops};
use serde_json::{Value, json};
use sohoa::model::geometry::Turn;
use sohoa::model::page::Barcode;
use sohoa::model::raster::{Channels, Raster};
use sohoa::stages::intake::{BarcodeSettings, Symbology, find_barcodes, make_symbol};

use crate::support::{CODE_A, CODE_B, Place, exceptions, png_page};

const CODE_C: &str = "H38.16-230706-0014";

/// A sheet of paper with lines on it, each `number` a different one.
fn paper(number: u32) -> GrayImage {
    image::load_from_memory(&png_page(number)).unwrap().into_luma8()
}

fn blank() -> GrayImage {
    GrayImage::from_pixel(330, 466, Luma([252]))
}

/// A paper with a QR code at its foot.
fn marked(number: u32, text: &str) -> GrayImage {
    let mut page = paper(number);
    let symbol = make_symbol(Symbology::QrCode, text).unwrap();
    for (place, sample) in (0..).zip(symbol.samples()) {
        let (column, row) = (place % symbol.width(), place / symbol.width());
        for (x, y) in (0..16).map(|pixel| (pixel % 4, pixel / 4)) {
            page.put_pixel(100 + column * 4 + x, 315 + row * 4 + y, Luma([*sample]));
        }
    }
    page
}

fn cover(code: &str) -> GrayImage {
    marked(0, &format!("SOHOA1:D:{code}"))
}

/// A sheet with Patch T at its top, turned half way in the scanner.
fn patch_t() -> GrayImage {
    let mut page = GrayImage::from_pixel(827, 1170, Luma([250]));
    for bar in [60..68, 76..96, 104..112, 120..140] {
        for (x, y) in bar.flat_map(|y| (200..450).map(move |x| (x, y))) {
            page.put_pixel(x, y, Luma([15]));
        }
    }
    imageops::rotate180(&page)
}

fn tiff(pages: &[GrayImage]) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut file).unwrap();
    for page in pages {
        encoder.write_image::<tiff::encoder::colortype::Gray8>(page.width(), page.height(), page.as_raw()).unwrap();
    }
    file.into_inner()
}

#[track_caller]
fn expect_ledger(report: &Value, scanned: u64, sealed: u64, separators: u64, blank: u64, waiting: u64) {
    let expected = json!({
        "scanned": scanned, "sealed": sealed, "separators": separators, "blank": blank, "waiting": waiting, "refused": 0
    });
    assert_eq!(report["ledger"], expected, "{report:#}");
}

/// The current documents of a dossier: kind, ordinal and pages counted from 1.
fn documents(place: &Place, code: &str) -> Vec<(String, u64, Vec<u64>)> {
    let mut found = Vec::new();
    for record in place.exported().values().filter(|record| record["dossier_code"] == code) {
        for document in record["documents"].as_array().unwrap() {
            let pages = document["pages"].as_array().unwrap().iter().map(|page| page["ordinal"].as_u64().unwrap() + 1).collect();
            found.push((record["kind"].as_str().unwrap().to_owned(), document["ordinal"].as_u64().unwrap(), pages));
        }
    }
    found.sort();
    found
}

fn of(kind: &str, ordinal: u64, pages: &[u64]) -> (String, u64, Vec<u64>) {
    (kind.to_owned(), ordinal, pages.to_vec())
}

#[test]
fn a_stack_is_split_by_its_sheets_and_every_page_is_counted() {
    let place = Place::with_engine("stub");
    let result = marked(1, &format!("SOHOA1:K:{CODE_B}"));
    let separator = imageops::rotate90(&marked(2, "SOHOA1:S"));
    let stack =
        [cover(CODE_A), blank(), paper(11), paper(12), separator, paper(13), patch_t(), paper(14), blank(), result, paper(15)];
    place.put("stack.tif", &tiff(&stack));
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 11, 5, 4, 2, 0);
    assert_eq!(documents(&place, CODE_A), [of("dossier", 1, &[3, 4]), of("dossier", 2, &[6]), of("dossier", 3, &[8])]);
    assert_eq!(documents(&place, CODE_B), [of("result", 1, &[11])]);
    let told = place.sohoa(&["report", "--lang", "en"]).expect_code(0).stdout;
    assert!(told.contains("11 pages scanned") && told.contains("4 separators"), "{told}");
    place.sohoa(&["verify"]).expect_code(0);

    let again = place.run().expect_code(0).json();
    expect_ledger(&again, 0, 0, 0, 0, 0);
    assert_eq!((&again["unchanged_files"], &again["cost"]["pages_read"]), (&json!(1), &json!(0)));
}

#[test]
fn a_cover_sheet_that_counts_other_sheets_than_were_scanned_is_told() {
    let place = Place::with_engine("stub");
    let counted = |code: &str, sheets: u32| marked(0, &format!("SOHOA1:D:{code}:{sheets}"));
    let stack = [counted(CODE_A, 2), paper(1), paper(2), counted(CODE_B, 3), paper(3)];
    place.put("stack.tif", &tiff(&stack));
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 5, 3, 2, 0, 0);
    let told = json!([{ "scan": "stack.tif", "code": CODE_B, "told": 3, "found": 1 }]);
    assert_eq!(report["sheet_counts"], told, "{report:#}");
    let text = place.sohoa(&["report", "--lang", "vi"]).expect_code(0).stdout;
    assert!(text.contains("ghi 3 tờ, sau đó có 1 trang"), "{text}");
}

#[test]
fn receipts_split_a_loose_scan_and_join_the_other_papers_of_their_dossiers() {
    let place = Place::with_engine("stub");
    let stack = tiff(&[marked(21, CODE_A), paper(22), marked(23, CODE_B), paper(24), marked(25, CODE_B)]);
    place.put("b/stack.tif", &stack);
    place.put("c/the same stack.tif", &stack);
    place.put(&format!("{CODE_B}/more.png"), &png_page(26));
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 6, 6, 0, 0, 0);
    assert_eq!(report["unchanged_files"], 1);
    assert_eq!(documents(&place, CODE_A), [of("dossier", 1, &[1, 2])]);
    assert_eq!(documents(&place, CODE_B), [of("dossier", 1, &[1]), of("dossier", 2, &[3, 4, 5])]);
    assert!(place.exported().values().all(|record| record["version"] == 1), "each dossier is sealed once");
    let receipt = place.exported().into_values().find(|record| record["dossier_code"] == CODE_A).unwrap();
    assert_eq!(receipt["documents"][0]["fields"]["dossier_code"]["source"], "barcode");
}

#[test]
fn a_stack_that_cannot_be_split_with_certainty_waits_whole() {
    let place = Place::with_engine("stub");
    let two = tiff(&[marked(31, CODE_A), paper(32), marked(33, CODE_B)]);
    place.put(&format!("{CODE_A}/quoted.tif"), &two);
    place.put("begins without a code.tif", &tiff(&[paper(34), marked(35, CODE_A), marked(36, CODE_B)]));
    place.put("sheets on both sides.tif", &tiff(&[cover(CODE_A), cover(CODE_B), paper(37)]));
    place.put("patterns differ.tif", &tiff(&[marked(38, CODE_A), marked(39, "SOHOA1:D:X-1"), paper(40)]));
    let report = place.run().expect_code(3).json();
    expect_ledger(&report, 12, 0, 0, 0, 12);
    let codes: Vec<(String, String)> = exceptions(&report).into_iter().collect();
    let expected = [
        (format!("{CODE_A}/quoted.tif"), "dossier-conflict"),
        ("begins without a code.tif".to_owned(), "dossier-unknown"),
        ("patterns differ.tif".to_owned(), "stack-unclear"),
        ("sheets on both sides.tif".to_owned(), "stack-unclear"),
    ];
    assert_eq!(codes, expected.map(|(path, code)| (path, code.to_owned())));

    // Out of the dossier's folder the first one is a stack like any other.
    fs::rename(place.inbox().join(CODE_A).join("quoted.tif"), place.inbox().join("quoted.tif")).unwrap();
    let report = place.run().expect_code(3).json();
    expect_ledger(&report, 12, 3, 0, 0, 9);
    assert_eq!(report["cost"]["pages_read"], 0, "the pages were read in the first run");
}

#[test]
fn the_rules_are_settings() {
    let place = Place::with_engine("stub");
    place.put("stack.tif", &tiff(&[marked(41, CODE_A), patch_t(), paper(42), marked(43, CODE_B)]));
    let run = |settings: &[(&str, &str)]| {
        let mut command = place.run_command(&[]);
        command.envs(settings.iter().copied());
        crate::support::Ran::from(command.output().unwrap())
    };
    for (setting, value) in [("SOHOA__STACKS__SPLIT", "never"), ("SOHOA__STACKS__SPLIT", "cover-sheets")] {
        expect_ledger(&run(&[(setting, value)]).expect_code(3).json(), 4, 0, 0, 0, 4);
    }
    run(&[("SOHOA__STACKS__SPLIT", "sometimes")]).expect_code(2);
    let report = run(&[("SOHOA__BARCODES__PATCH_CODES", "ignore")]).expect_code(0).json();
    expect_ledger(&report, 4, 4, 0, 0, 0);
    assert_eq!(documents(&place, CODE_A), [of("dossier", 1, &[1, 2, 3])]);
}

#[test]
fn a_run_killed_while_it_seals_a_stack_leaves_all_or_nothing_of_it() {
    let fill = |place: &Place| {
        let mut pages = Vec::new();
        for (number, code) in (50..).step_by(10).zip([CODE_A, CODE_B, CODE_C]) {
            pages.extend([cover(code), paper(number), marked(number + 1, "SOHOA1:S"), paper(number + 2), paper(number + 3)]);
        }
        place.put("stack.tif", &tiff(&pages));
    };
    let undisturbed = Place::with_engine("stub");
    fill(&undisturbed);
    expect_ledger(&undisturbed.run().expect_code(0).json(), 15, 9, 6, 0, 0);

    let place = Place::with_engine("stub");
    fill(&place);
    // The stack is one blob; with the second the first document is sealed.
    for sealed in 1..=3 {
        let mut run = place.start_run();
        let deadline = Instant::now() + Duration::from_secs(120);
        while blobs(&place.repository()) <= sealed && run.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "nothing is sealed");
            thread::sleep(Duration::from_millis(5));
        }
        run.kill().unwrap();
        run.wait().unwrap();
        let dossiers = place.sohoa(&["show", "--json"]).expect_code(0).json();
        let dossiers = dossiers.as_array().unwrap().len();
        assert!(matches!(dossiers, 0 | 3), "{dossiers} of 3 dossiers");
    }
    let report = place.run().expect_code(0).json();
    let ledger = &report["ledger"];
    let sum: u64 = ["sealed", "separators", "blank", "waiting", "refused"].iter().map(|key| ledger[key].as_u64().unwrap()).sum();
    assert_eq!(ledger["scanned"].as_u64(), Some(sum));
    assert!(sum == 15 || report["unchanged_files"] == 1, "{report:#}");
    assert_eq!(place.exported(), undisturbed.exported());
    place.sohoa(&["verify"]).expect_code(0);
}

fn blobs(repository: &Path) -> usize {
    walkdir::WalkDir::new(repository.join("blobs")).into_iter().flatten().filter(|entry| entry.file_type().is_file()).count()
}

#[test]
fn printed_sheets_are_known_again_at_all_turns_in_grey_and_in_black_and_white() {
    let place = Place::with_engine("stub");
    let file = place.path().join("sheets.pdf");
    let sheets = ["cover", CODE_A, "000.00.16.H38-230706-0012", "--kind", "result", "--separators", "1", "--patch", "-o"];
    let said = place.sohoa(&[&sheets[..], &[file.to_str().unwrap()]].concat()).expect_code(0).stdout;
    assert_eq!(said.trim(), file.to_str().unwrap());
    let expected = [format!("SOHOA1:K:{CODE_A}"), "SOHOA1:K:000.00.16.H38-230706-0012".to_owned(), "SOHOA1:S".to_owned()];
    for mode in ["-gray", "-mono"] {
        let images = place.path().join(format!("image{mode}"));
        let status = Command::new("pdftoppm").args(["-r", "200", "-png", mode]).arg(&file).arg(&images).status();
        assert!(status.expect("pdftoppm is needed: make test installs it").success());
        for (number, expected) in (1..).zip(&expected) {
            let path = format!("{}-{number}.png", images.display());
            let page = image::open(&path).unwrap().into_luma8();
            for turn in Turn::ALL {
                let turned = match turn {
                    Turn::None => page.clone(),
                    Turn::Right => imageops::rotate90(&page),
                    Turn::Half => imageops::rotate180(&page),
                    Turn::Left => imageops::rotate270(&page),
                };
                let raster = Raster::new(turned.width(), turned.height(), Channels::Gray, turned.into_raw()).unwrap();
                let mut found: Vec<(String, String)> = find_barcodes(&raster, &BarcodeSettings::default())
                    .into_iter()
                    .map(|barcode| (barcode.symbology, barcode.text))
                    .collect();
                found.sort();
                let mut sought = vec![("Code128".to_owned(), expected.clone()), ("QRCode".to_owned(), expected.clone())];
                if number == 3 {
                    sought.splice(
                        1..1,
                        [(Barcode::PATCH_T.to_owned(), String::new()), (Barcode::PATCH_T.to_owned(), String::new())],
                    );
                }
                assert_eq!(found, sought, "page {number}, {mode}, {turn:?}");
            }
        }
    }
    let text = Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(&file).arg("-").output().unwrap().stdout;
    let text = String::from_utf8(text).unwrap();
    for words in ["TỜ BÌA KẾT QUẢ GIẢI QUYẾT", "Mã hồ sơ:", CODE_A, "TỜ NGĂN CÁCH TÀI LIỆU", "không lưu vào hồ sơ"]
    {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

#[test]
fn a_cover_sheet_that_would_part_nothing_is_not_printed() {
    let place = Place::with_engine("stub");
    let file = place.path().join("sheets.pdf");
    let output = file.to_str().unwrap();
    let ran = place.sohoa(&["cover", CODE_A, "SO-15", "-o", output, "--lang", "en"]).expect_code(2);
    assert!(ran.stderr.contains("[code-invalid]") && ran.stderr.contains("SO-15"), "{}", ran.stderr);
    assert!(!file.exists());
    place.sohoa(&["cover", "-o", output]).expect_code(2);
    let nowhere = place.path().join("none/sheets.pdf");
    let ran = place.sohoa(&["cover", CODE_A, "-o", nowhere.to_str().unwrap(), "--lang", "en"]).expect_code(8);
    assert!(ran.stderr.contains("[file-unwritable]"), "{}", ran.stderr);
}
