//! Text that was read wrong, and pages that were read the wrong way up.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{CODE_A, Place, newest, png_page, poppler, refused, sealed_file, tiff_of, versions};

fn name() -> String {
    format!("{CODE_A}.001")
}

/// What poppler reads in the sealed file of a record.
fn text_of(record: &Value) -> String {
    poppler("pdftotext", &[], &sealed_file(record))
}

fn hits(place: &Place, query: &str) -> usize {
    place.sohoa(&["search", query, "--json"]).expect_code(0).json()["hits"].as_array().unwrap().len()
}

#[track_caller]
fn done_with(place: &Place) {
    for more in [&[][..], &["--reread"]] {
        let report = place.run_with(more).expect_code(0).json();
        assert_eq!(report["dossiers"], json!([]), "{report:#}");
    }
    place.sohoa(&["verify"]).expect_code(0);
}

fn two_pages() -> Place {
    let place = Place::with_engine("stub");
    let pages = [1, 2].map(|number| image::load_from_memory(&png_page(number)).unwrap().to_luma8());
    place.put(&format!("{CODE_A}/1.tif"), &tiff_of(&pages));
    place.run().expect_code(0);
    place
}

#[test]
fn a_corrected_word_reaches_the_sealed_file_the_index_and_the_digest_and_its_reading_stays() {
    let place = two_pages();
    let before = newest(&place, CODE_A);
    let lines = place.sohoa(&["text", "lines", &name(), "--json"]).expect_code(0).json();
    assert_eq!((&lines[0]["line"], &lines[0]["words"][0]), (&json!(1), &json!("quyết")));
    let correct = |more: &[&str]| place.sohoa(&[&["text", "correct", &name(), "--by", "Nguyễn Thị Mẫu"], more].concat());
    for wrong in [&["--line", "99", "x"][..], &["--line", "1", "--word", "99", "x"], &["--line", "1", "--page", "3", "x"]] {
        refused(correct(wrong), 2, "document-invalid");
    }
    refused(correct(&["--line", "1", "--word", "1", "quyết"]), 2, "document-invalid");
    correct(&["--line", "1", "--word", "1", "nghị", "--version", "1", "--why", "đọc sai"]).expect_code(0);
    refused(correct(&["--line", "1", "--word", "1", "x", "--version", "1"]), 4, "conflict");
    let record = newest(&place, CODE_A);
    let (was, is) = (text_of(&before), text_of(&record));
    assert!(was.starts_with("quyết định") && is.starts_with("nghị định"), "{was}\n{is}");
    assert_eq!(is.matches("quyết").count() + 1, was.matches("quyết").count(), "the other page is as it was");
    assert_eq!((hits(&place, "\"nghị định\""), hits(&place, "\"quyết định\"")), (1, 1));
    assert_ne!(record["documents"][0]["text_digest"], before["documents"][0]["text_digest"]);
    let correction = &record["documents"][0]["by_hand"]["corrections"][0];
    assert_eq!(
        (&correction["was"], &correction["now"], &correction["by"]),
        (&json!("quyết"), &json!("nghị"), &json!("Nguyễn Thị Mẫu"))
    );
    assert_eq!(versions(&place, CODE_A)[0]["files"][0]["pages"][0]["text"], before["files"][0]["pages"][0]["text"]);
    let manifest = place.sohoa(&["export", "--json"]).expect_code(0).json()["manifest"].as_str().unwrap().to_owned();
    let manifest = std::fs::read_to_string(manifest).unwrap();
    assert!(manifest.contains("text_corrected") && !manifest.contains("Mẫu") && !manifest.contains("nghị"), "{manifest}");
    assert!(place.sohoa(&["audit", "--lang", "vi"]).expect_code(0).stdout.contains("đã sửa chữ"));
    done_with(&place);

    // A second correction stands on the first, more words in the place of one, and a page that comes late.
    correct(&["--line", "1", "--word", "2", "định của chính phủ"]).expect_code(0);
    assert!(text_of(&newest(&place, CODE_A)).starts_with("nghị định của chính phủ"));
    let late = place.path().join("late.png");
    std::fs::write(&late, png_page(9)).unwrap();
    place.sohoa(&["page", "insert", CODE_A, "--document", "1", "--page", "3", "--scan", late.to_str().unwrap()]).expect_code(0);
    let record = newest(&place, CODE_A);
    assert!(text_of(&record).starts_with("nghị định của chính phủ"));
    assert_eq!(record["documents"][0]["pages"].as_array().unwrap().len(), 3);
    done_with(&place);
}

#[test]
fn what_people_corrected_is_made_again_where_it_is_lost() {
    let place = two_pages();
    place.sohoa(&["text", "correct", &name(), "--line", "1", "--word", "1", "nghị"]).expect_code(0);
    let db = Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    let gone = db.execute("DELETE FROM page WHERE recipe <> (SELECT recipe FROM batch LIMIT 1)", []).unwrap();
    assert_eq!(gone, 2);
    drop(db);
    place.sohoa(&["verify"]).expect_code(5);
    place.sohoa(&["repair"]).expect_code(0);
    place.sohoa(&["verify"]).expect_code(0);
    assert_eq!(hits(&place, "\"nghị định\""), 1);
}

#[test]
fn a_page_that_stands_on_its_side_is_turned_and_read_anew() {
    let place = two_pages();
    let turn = |record: &Value, page: &str| {
        let told = poppler("pdfinfo", &["-f", page, "-l", page], &sealed_file(record));
        told.lines().find(|line| line.contains("rot:")).unwrap().split(':').nth(1).unwrap().trim().to_owned()
    };
    let before = newest(&place, CODE_A);
    for wrong in [&["--pages", "3"][..], &["--pages", "0"], &["--pages", "1,1"]] {
        refused(place.sohoa(&[&["document", "rotate", &name(), "--turn", "right"], wrong].concat()), 2, "document-invalid");
    }
    place.sohoa(&["document", "rotate", &name(), "--pages", "2", "--turn", "right"]).expect_code(0);
    let record = newest(&place, CODE_A);
    assert_eq!(["1", "2"].map(|page| turn(&before, page)), ["0", "0"]);
    assert_eq!(["1", "2"].map(|page| turn(&record, page)), ["0", "90"], "viewers show it turned");
    assert_eq!(record["documents"][0]["by_hand"]["turns"][0]["turn"], 90);
    assert_eq!(record["documents"][0]["pages"], before["documents"][0]["pages"], "it is the same paper");
    done_with(&place);
    // Turned back, it is as it was.
    place.sohoa(&["document", "rotate", &name(), "--pages", "2", "--turn", "left"]).expect_code(0);
    let back = newest(&place, CODE_A);
    assert_eq!((turn(&back, "2"), text_of(&back)), ("0".into(), text_of(&before)));
    done_with(&place);
}
