//! Files that went wrong once, through the whole program; `tests/fixtures/cases/README.md` says what they
//! are, and `src/stages/intake/tests/cases.rs` tells of those that intake alone decides.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::{CODE_A, CODE_B, Place, exceptions, png_page, project_file, tiff_of};

fn case(name: &str) -> Vec<u8> {
    fs::read(project_file("tests/fixtures/cases").join(name)).unwrap()
}

fn pictures(place: &Place) -> Vec<String> {
    let entries = fs::read_dir(place.repository().join("exceptions")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn pages_that_cannot_be_read_wait_or_are_named() {
    let place = Place::with_tesseract();
    let blurred = ["d02_p03_r7.jpg", "d04_p03_r13.jpg"];
    for name in blurred {
        place.put(&format!("{CODE_A}/{name}"), &case(&format!("20-out-of-focus/{name}")));
    }
    place.put(&format!("{CODE_B}/mirrored.jpg"), &case("16-mirrored/mirrored.jpg"));
    place.put(&format!("{CODE_B}/note.pdf"), &case("13-faint-note-blank/ghi-chu-190.pdf"));
    let report = place.run().expect_code(3).json();
    let codes = exceptions(&report);
    for name in blurred {
        assert_eq!(codes.get(&format!("{CODE_A}/{name}")).map(String::as_str), Some("rescan"), "{report:#}");
    }
    let little = report["little_read"].as_array().unwrap();
    assert!(little.iter().any(|page| page["confidence"].as_f64().unwrap() < 0.5), "the mirrored page: {report:#}");
    // The faint note is sealed, or the page is named with its picture.
    let blank = report["blank_pages"].as_array().unwrap();
    if report["ledger"]["blank"] != 0 {
        assert_eq!(blank.len(), 1, "{report:#}");
        assert_eq!((blank[0]["path"].as_str().unwrap(), blank[0]["page"].as_u64()), (&*format!("{CODE_B}/note.pdf"), Some(2)));
        assert!(fs::metadata(blank[0]["picture"].as_str().unwrap()).is_ok());
    }
    assert_eq!(pictures(&place).len(), blurred.len() + blank.len());

    // What is settled leaves no picture behind.
    for name in blurred {
        fs::remove_file(place.inbox().join(CODE_A).join(name)).unwrap();
    }
    place.run().expect_code(0);
    assert_eq!(pictures(&place), Vec::<String>::new());
}

#[test]
fn pages_in_letters_that_the_reader_does_not_know_are_named() {
    let place = Place::with_tesseract();
    for name in ["khmer.png", "cyrillic.png"] {
        place.put(&format!("{CODE_A}/{name}"), &case(&format!("21-unknown-letters/{name}")));
    }
    let report = place.run().expect_code(0).json();
    let little = report["little_read"].as_array().unwrap();
    assert_eq!((report["ledger"]["sealed"].as_u64(), little.len()), (Some(2), 2), "{report:#}");
    assert!(little.iter().all(|page| page["confidence"].as_f64() < Some(0.3)), "{report:#}");
}

#[test]
fn a_late_page_that_cannot_be_read_is_not_put_in() {
    let place = Place::with_tesseract();
    let sound = fs::read(project_file("tests/fixtures/read/paragraph-200dpi.jpg")).unwrap();
    place.put(&format!("{CODE_A}/1.jpg"), &sound);
    place.run().expect_code(0);
    let blurred = place.path().join("blurred.jpg");
    fs::write(&blurred, case("20-out-of-focus/d04_p03_r13.jpg")).unwrap();
    for (verb, page) in [("insert", "2"), ("replace", "1")] {
        let scan = blurred.to_str().unwrap();
        let arguments = ["page", verb, CODE_A, "--document", "1", "--page", page, "--scan", scan];
        let refused = place.sohoa(&arguments);
        assert!(refused.code != Some(0) && refused.stderr.contains("rescan"), "{verb}: {refused:?}");
    }
}

/// Nothing is wrong with the file: it is mended where it lies.
#[test]
fn a_form_that_would_lose_what_was_filled_in_waits_in_the_inbox() {
    let place = Place::with_engine("stub");
    let name = format!("{CODE_A}/form.pdf");
    let path = place.put(&name, &case("08-no-appearance/to-khai-dien-san.pdf"));
    for _ in 0..2 {
        let report = place.run().expect_code(3).json();
        assert_eq!(exceptions(&report).get(&name).map(String::as_str), Some("pdf-no-appearance"), "{report:#}");
        assert_eq!((&report["ledger"]["refused"], path.is_file()), (&Value::from(0), true));
    }
    assert!(place.exported().is_empty());
    fs::write(&path, png_page(1)).unwrap();
    crate::support::settle(&path);
    place.run().expect_code(0);
    assert_eq!(place.exported().len(), 1);
}

#[test]
fn attached_files_notes_and_files_of_sheets_alone_are_named() {
    let place = Place::with_engine("stub");
    let noted = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj \
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<<>>\
        /Annots[<</Type/Annot/Subtype/Text/Rect[9 9 20 20]/Contents(thieu chu ky)>>]>>endobj \
        4 0 obj<</Length 15>>stream\n50 50 99 90 re f\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF";
    place.put(&format!("{CODE_A}/noted.pdf"), noted.as_bytes());
    place.put(&format!("{CODE_A}/decision.pdf"), &case("07-portfolio-attachment-xfa/quyet-dinh-kem-phu-luc.pdf"));
    let sheet = place.path().join("sheet.pdf");
    place.sohoa(&["cover", "--separators", "1", "--output", sheet.to_str().unwrap()]);
    let has_sheet = sheet.is_file();
    if has_sheet {
        place.put(&format!("{CODE_B}/sheets.pdf"), &fs::read(&sheet).unwrap());
    }
    let report = place.run().expect_code(0).json();
    let attached = report["attachments"].as_array().unwrap();
    assert_eq!(attached.len(), 1, "{report:#}");
    assert_eq!(attached[0]["path"], format!("{CODE_A}/decision.pdf"));
    if has_sheet {
        assert_eq!(report["separator_files"], serde_json::json!([format!("{CODE_B}/sheets.pdf")]), "{report:#}");
    }
    let note = serde_json::json!([{"path": format!("{CODE_A}/noted.pdf"), "page": 1, "text": "thieu chu ky"}]);
    assert_eq!(report["notes"], note, "{report:#}");
    let told = place.sohoa(&["report", "--lang", "en"]).expect_code(0).stdout;
    assert!(told.contains("1 attached file(s) not sealed"), "{told}");
    assert!(told.contains("noted.pdf: a note on page 1 is not sealed: thieu chu ky"), "{told}");
}

#[test]
fn a_blank_page_among_others_is_named_and_one_alone_is_a_blank_file() {
    let place = Place::with_engine("stub");
    let written = image::load_from_memory(&png_page(1)).unwrap().to_luma8();
    let blank = image::GrayImage::from_pixel(330, 466, image::Luma([250]));
    place.put(&format!("{CODE_A}/both.tif"), &tiff_of(&[written, blank.clone()]));
    place.put(&format!("{CODE_A}/blank.tif"), &tiff_of(&[blank]));
    let report = place.run().expect_code(0).json();
    let named: Vec<(&Value, &Value)> =
        report["blank_pages"].as_array().unwrap().iter().map(|page| (&page["path"], &page["page"])).collect();
    assert_eq!(named, [(&Value::from(format!("{CODE_A}/both.tif")), &Value::from(2))]);
    assert_eq!(report["blank_files"], serde_json::json!([format!("{CODE_A}/blank.tif")]));
}

#[test]
fn nobody_else_can_see_what_is_kept() {
    let place = Place::with_one_sealed_page();
    let mut open = Vec::new();
    for entry in walkdir::WalkDir::new(place.repository()) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            open.push(format!("{} {mode:o}", entry.path().display()));
        }
    }
    assert!(open.is_empty(), "{open:#?}");
    let doctor = |place: &Place| place.sohoa(&["doctor", "--lang", "en"]).stdout;
    assert!(!doctor(&place).contains("chmod"), "{}", doctor(&place));
    fs::set_permissions(place.repository(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(doctor(&place).contains("chmod -R go-rwx"), "{}", doctor(&place));
    // The group may read where the settings say so.
    let shared = Place::with_engine("stub");
    shared.put(&format!("{CODE_A}/1.png"), &png_page(1));
    let mut command = shared.run_command(&[]);
    assert!(command.env("SOHOA__GENERAL__ACCESS", "group").output().unwrap().status.success());
    assert_eq!(fs::metadata(shared.repository()).unwrap().permissions().mode() & 0o777, 0o750);
}
