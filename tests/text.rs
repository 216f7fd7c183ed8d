//! Text that was read wrong, and pages that were read the wrong way up.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::{CODE_A, CODE_B, Place, Ran, newest, png_page, poppler, refused, sealed_file, tiff_of, versions};

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

/// A place where [`CODE_A`] has documents of three pages, one and two.
fn three_documents() -> Place {
    let place = Place::with_engine("stub");
    for (file, pages) in [("1.tif", 1..=3), ("2.tif", 4..=4), ("3.tif", 5..=6)] {
        let pages: Vec<_> = pages.map(|number| image::load_from_memory(&png_page(number)).unwrap().to_luma8()).collect();
        place.put(&format!("{CODE_A}/{file}"), &tiff_of(&pages));
    }
    place.run().expect_code(0);
    place
}

fn numbered(ordinal: u32) -> String {
    format!("{CODE_A}.{ordinal:03}")
}

/// The document of this number, and what each page of its sealed file begins with.
fn document(place: &Place, ordinal: u32) -> (Value, Vec<String>) {
    let record = newest(place, CODE_A);
    let of = |list: &str| record[list].as_array().unwrap().iter().find(|one| one["ordinal"] == ordinal).unwrap().clone();
    let text = poppler("pdftotext", &[], of("files")["path"].as_str().unwrap().as_ref());
    let begins = |page: &str| page.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    (of("documents"), text.trim_end_matches('\u{c}').split('\u{c}').map(begins).collect())
}

/// How many turns and corrections a document has.
fn done_by_hand(document: &Value) -> (usize, usize) {
    let count = |what: &str| document["by_hand"][what].as_array().map_or(0, Vec::len);
    (count("turns"), count("corrections"))
}

/// Takes the results away that are kept as people left them, and has them made again.
#[track_caller]
fn made_again(place: &Place) {
    let db = Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    assert!(db.execute("DELETE FROM page WHERE recipe NOT IN (SELECT recipe FROM batch)", []).unwrap() > 0);
    drop(db);
    place.sohoa(&["verify"]).expect_code(5);
    place.sohoa(&["repair"]).expect_code(0);
    place.sohoa(&["verify"]).expect_code(0);
}

/// A page that was corrected or turned once could go nowhere, and no document join one that had such a page.
#[test]
fn what_was_done_by_hand_goes_with_its_pages() {
    let place = three_documents();
    let (read, changed) = ("quyết định", "nghị định");
    place.sohoa(&["text", "correct", &numbered(3), "--page", "2", "--line", "1", "--word", "1", "nghị"]).expect_code(0);
    place.sohoa(&["page", "move", &numbered(3), "--page", "2", "--to", "2"]).expect_code(0);
    let (left, texts) = document(&place, 3);
    assert_eq!((left.get("by_hand"), texts), (None, vec![read.to_owned()]), "nothing was done to what is left");
    let (got, texts) = document(&place, 2);
    assert_eq!((done_by_hand(&got), texts), ((0, 1), vec![read.into(), changed.into()]));
    assert_eq!((hits(&place, "\"nghị định\""), hits(&place, "\"quyết định\"")), (1, 5));
    done_with(&place);
    made_again(&place);

    // A page that is put in beside what people left, and goes on to a document of which they changed nothing.
    let late = place.path().join("late.png");
    std::fs::write(&late, png_page(9)).unwrap();
    place.sohoa(&["page", "insert", CODE_A, "--document", "2", "--page", "1", "--scan", late.to_str().unwrap()]).expect_code(0);
    place.sohoa(&["page", "move", &numbered(2), "--page", "1", "--to", "3"]).expect_code(0);
    assert_eq!(document(&place, 3).1, [read, read]);
    done_with(&place);
    made_again(&place);

    place.sohoa(&["document", "rotate", &numbered(1), "--pages", "2", "--turn", "right"]).expect_code(0);
    place.sohoa(&["document", "merge", &numbered(1), "--with", "2,3"]).expect_code(0);
    let (whole, texts) = document(&place, 1);
    assert_eq!((done_by_hand(&whole), texts.len()), ((1, 1), 7));
    assert_eq!((texts[3].as_str(), texts[4].as_str()), (read, changed));
    assert_eq!((hits(&place, "\"nghị định\""), hits(&place, "\"quyết định\"")), (1, 6));
    done_with(&place);
    made_again(&place);

    place.sohoa(&["document", "split", &numbered(1), "--before", "2,4,6"]).expect_code(0);
    let record = newest(&place, CODE_A);
    let parts: Vec<(usize, usize)> = record["documents"].as_array().unwrap().iter().map(done_by_hand).collect();
    let mut sorted = parts.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [(0, 0), (0, 0), (0, 1), (1, 0)], "each part knows of its own pages");
    place.sohoa(&["export", "--json"]).expect_code(0);
    done_with(&place);
    made_again(&place);
    assert_eq!((hits(&place, "\"nghị định\""), hits(&place, "\"quyết định\"")), (1, 6));

    // It goes out and comes back, and can be corrected again.
    let at = parts.iter().position(|part| *part == (0, 1)).unwrap();
    let ordinal = u32::try_from(record["documents"][at]["ordinal"].as_u64().unwrap()).unwrap();
    place.sohoa(&["document", "void", &numbered(ordinal), "--reason", "thử"]).expect_code(0);
    assert_eq!(hits(&place, "\"nghị định\""), 0);
    place.sohoa(&["document", "restore", &numbered(ordinal)]).expect_code(0);
    place.sohoa(&["text", "correct", &numbered(ordinal), "--page", "2", "--line", "1", "--word", "2", "quyết"]).expect_code(0);
    assert_eq!(document(&place, ordinal).1, [read, "nghị quyết"]);
    done_with(&place);
    made_again(&place);
}

#[test]
fn what_was_done_by_hand_goes_to_another_dossier_and_says_what_read_it() {
    let place = three_documents();
    let recipe = newest(&place, CODE_A)["recipe"].clone();
    place.sohoa(&["text", "correct", &numbered(2), "--line", "1", "--word", "1", "nghị"]).expect_code(0);
    place.sohoa(&["document", "move", &numbered(2), "--to", CODE_B]).expect_code(0);
    let record = newest(&place, CODE_B);
    assert!(recipe.is_string());
    assert_eq!((&record["recipe"], done_by_hand(&record["documents"][0])), (&recipe, (0, 1)));
    assert!(text_of(&record).starts_with("nghị định"));
    done_with(&place);
    made_again(&place);
}

#[test]
fn pages_of_another_reading_are_refused_with_what_keeps_them_apart() {
    let place = three_documents();
    place.sohoa(&["text", "correct", &numbered(3), "--page", "2", "--line", "1", "--word", "1", "nghị"]).expect_code(0);
    // Another engine reads another text, and leaves what people left.
    let again: Ran = place.run_command(&["--reread"]).env("SOHOA__RECOGNISE__ENGINE", "unsure").output().unwrap().into();
    again.expect_code(0);
    for refused_too in
        [&["page", "move", &numbered(3), "--page", "2", "--to", "2"][..], &["document", "merge", &numbered(2), "--with", "3"]]
    {
        let ran = place.sohoa(refused_too);
        assert!(ran.stderr.contains("bằng tay") && !ran.stderr.contains("--reread"), "{}", ran.stderr);
        refused(ran, 2, "document-invalid");
    }
    // Those that it read go together.
    place.sohoa(&["document", "merge", &numbered(1), "--with", "2"]).expect_code(0);
    place.sohoa(&["verify"]).expect_code(0);
}
