//! Documents in the wrong dossier, order or number of pieces, and papers that do not belong at all.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{CODE_A, CODE_B, Place, Ran, newest, png_page, project_file, refused, tiff_of};

fn name(code: &str, ordinal: u32) -> String {
    format!("{code}.{ordinal:03}")
}

/// A place where [`CODE_A`] has a document of pages 1, 2 and 3, and one of page 4, and [`CODE_B`] one of
/// page 5.
fn place() -> Place {
    let place = Place::with_engine("stub");
    let pages = [1, 2, 3].map(|number| image::load_from_memory(&png_page(number)).unwrap().to_luma8());
    place.put(&format!("{CODE_A}/1.tif"), &tiff_of(&pages));
    place.put(&format!("{CODE_A}/2.png"), &png_page(4));
    place.put(&format!("{CODE_B}/1.png"), &png_page(5));
    place.run().expect_code(0);
    place
}

fn document(place: &Place, arguments: &[&str]) -> Ran {
    place.sohoa(&[&["document"], arguments, &["--json", "--by", "Nguyễn Thị Mẫu"]].concat())
}

/// The documents of a record: number, and its pages by their scan's first digits and place.
fn documents(record: &Value) -> Vec<(u64, Vec<String>)> {
    let page = |page: &Value| format!("{}/{}", &page["scan"].as_str().unwrap()[..6], page["ordinal"]);
    let pages = |document: &Value| document["pages"].as_array().unwrap().iter().map(page).collect();
    let all = record["documents"].as_array().unwrap().iter();
    all.map(|document| (document["ordinal"].as_u64().unwrap(), pages(document))).collect()
}

fn sealed_file(record: &Value, ordinal: u64) -> PathBuf {
    let files = record["files"].as_array().unwrap();
    let file = files.iter().find(|file| file["ordinal"] == ordinal).unwrap();
    PathBuf::from(file["path"].as_str().unwrap())
}

/// The text of each page of a sealed file, as another program reads it.
fn texts(file: &PathBuf) -> Vec<String> {
    let output = Command::new("pdftotext").arg(file).arg("-").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim_end_matches('\u{c}').split('\u{c}').map(|page| page.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn hits(place: &Place, code: &str) -> usize {
    let found = place.sohoa(&["search", &format!("quyết định mahoso:{code}"), "--json"]).expect_code(0).json();
    found["hits"].as_array().unwrap().len()
}

fn export(place: &Place) -> Value {
    let manifest = place.sohoa(&["export", "--json"]).expect_code(0).json()["manifest"].as_str().unwrap().to_owned();
    let manifest: Value = serde_json::from_slice(&fs::read(manifest).unwrap()).unwrap();
    let schema: Value = serde_json::from_slice(&fs::read(project_file("docs/manifest.v6.schema.json")).unwrap()).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&manifest));
    manifest
}

/// Nothing is taken up again by a later run, and all is sound.
#[track_caller]
fn done_with(place: &Place) {
    for more in [&[][..], &["--reread"]] {
        let report = place.run_with(more).expect_code(0).json();
        assert_eq!(report["dossiers"], json!([]), "{report:#}");
    }
    place.sohoa(&["verify"]).expect_code(0);
    place.sohoa(&["audit"]).expect_code(0);
}

#[test]
fn a_document_in_the_wrong_dossier_goes_to_the_right_one_and_leaves_a_tombstone() {
    let place = place();
    let before = newest(&place, CODE_A);
    let view = document(&place, &["move", &name(CODE_A, 2), "--to", CODE_B, "--why", "nhầm hồ sơ"]).expect_code(0).json();
    assert_eq!(view["made"], json!([name(CODE_B, 2)]));
    let (a, b) = (newest(&place, CODE_A), newest(&place, CODE_B));
    assert_eq!((documents(&a).len(), documents(&b).len()), (1, 2));
    let (was, is) = (&before["documents"][1], &b["documents"][1]);
    assert_eq!((&is["id"], &is["pages"], &is["source"]), (&was["id"], &was["pages"], &was["source"]));
    assert_eq!(
        (&is["file"]["name"], &is["fields"]["dossier_code"]["value"]),
        (&json!(format!("{}.pdf", name(CODE_B, 2))), &json!(CODE_B))
    );
    let gone = &a["voided"][0];
    let to = json!({"dossier_code": CODE_B, "kind": "dossier", "ordinal": 2});
    assert_eq!((&gone["document"]["ordinal"], &gone["became"], &gone["reason"]), (&json!(2), &to, &json!("nhầm hồ sơ")));
    assert_eq!((&a["change"]["action"], &b["change"]["action"]), (&json!("moved_out"), &json!("moved_in")));
    assert_eq!(texts(&sealed_file(&b, 2)), texts(&sealed_file(&before, 2)));
    assert_eq!((hits(&place, CODE_A), hits(&place, CODE_B)), (3, 2));

    let manifest = export(&place);
    let told = manifest["records"].as_array().unwrap();
    let tombstone = &told[0]["voided"][0];
    assert_eq!((&tombstone["ordinal"], &tombstone["became"]), (&json!(2), &to));
    assert_eq!(told[1]["change"]["with"], json!([{"dossier_code": CODE_A, "kind": "dossier", "ordinal": 2}]));
    assert!(!manifest.to_string().contains("nhầm hồ sơ") && !manifest.to_string().contains("Mẫu"));
    let audit = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let acts: Vec<&Value> =
        audit["acts"].as_array().unwrap().iter().filter(|act| act["deed"]["kind"] == "documents_changed").collect();
    assert_eq!((acts.len(), acts[0]["deed"]["records"].as_array().unwrap().len()), (1, 2), "a move is one act");
    assert_eq!((&acts[0]["reason"], &acts[0]["actor"]["by"]), (&json!("nhầm hồ sơ"), &json!("Nguyễn Thị Mẫu")));
    let shown = place.sohoa(&["show", CODE_A, "--lang", "vi"]).expect_code(0).stdout;
    assert!(shown.contains("đã loại ngày") && shown.contains(&format!("nay ở {}", name(CODE_B, 2))), "{shown}");
    done_with(&place);

    // Its number is nobody else's, and it can come back to it.
    place.put(&format!("{CODE_A}/3.png"), &png_page(6));
    place.run().expect_code(0);
    assert_eq!(documents(&newest(&place, CODE_A)).iter().map(|(ordinal, _)| *ordinal).collect::<Vec<_>>(), [1, 3]);
    document(&place, &["move", &name(CODE_B, 2), "--to", CODE_A]).expect_code(0);
    let a = newest(&place, CODE_A);
    assert_eq!(documents(&a).iter().map(|(ordinal, _)| *ordinal).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(a["voided"], Value::Null);
    done_with(&place);
}

#[test]
fn what_is_voided_stays_out_until_it_is_taken_back() {
    let place = place();
    refused(document(&place, &["void", &name(CODE_A, 1)]), 2, "document-invalid");
    document(&place, &["void", &name(CODE_A, 1), "--reason", "giấy của người khác", "--version", "1"]).expect_code(0);
    refused(document(&place, &["void", &name(CODE_A, 2), "--reason", "x", "--version", "1"]), 4, "conflict");
    let record = newest(&place, CODE_A);
    assert_eq!((documents(&record).len(), hits(&place, CODE_A)), (1, 1));
    assert_eq!(record["voided"][0]["document"]["ordinal"], 1);
    let waiting = place.sohoa(&["pending", "--json"]).expect_code(0).stdout;
    assert!(!waiting.contains(&name(CODE_A, 1)), "nobody is asked about it: {waiting}");
    refused(document(&place, &["void", &name(CODE_A, 1), "--reason", "x"]), 6, "not-found");
    done_with(&place);
    // The last one too; what is left is a record of tombstones.
    let found = |more: &[&str]| place.sohoa(&[&["search", "--json"], more].concat()).expect_code(0).json()["hits"].clone();
    let query = format!("quyết định mahoso:{CODE_A}");
    assert_eq!(found(&[&query]).as_array().unwrap().len(), 1, "the other document");
    let voided = found(&[&format!("{query} trangthai:huy trang:1")]);
    assert_eq!((voided.as_array().unwrap().len(), &voided[0]["state"], &voided[0]["ordinal"]), (1, &json!("voided"), &json!(1)));
    assert_eq!(found(&["--all-versions", &format!("{query} KHÔNG trangthai:hienhanh")]).as_array().unwrap().len(), 3);
    let hit = voided[0]["hit"].as_str().unwrap();
    assert_eq!(hit, format!("{CODE_A}/1/1/v2"));
    let picture = place.path().join("trang.png");
    place.sohoa(&["open", hit, "--png", picture.to_str().unwrap()]).expect_code(0);
    assert!(image::open(picture).is_ok());
    document(&place, &["void", &name(CODE_A, 2), "--reason", "x"]).expect_code(0);
    assert_eq!(documents(&newest(&place, CODE_A)), []);
    export(&place);
    done_with(&place);
    document(&place, &["restore", &name(CODE_A, 1)]).expect_code(0);
    let record = newest(&place, CODE_A);
    assert_eq!((documents(&record).len(), hits(&place, CODE_A)), (1, 3));
    refused(document(&place, &["restore", &name(CODE_A, 1)]), 2, "document-invalid");
    done_with(&place);
}

#[test]
fn a_document_is_split_and_merged_again_and_its_pages_put_in_order() {
    let place = place();
    let before = newest(&place, CODE_A);
    let (whole, all) = (documents(&before)[0].1.clone(), texts(&sealed_file(&before, 1)));
    for wrong in ["1", "4", "3,2", "2,2"] {
        refused(document(&place, &["split", &name(CODE_A, 1), "--before", wrong]), 2, "document-invalid");
    }
    let view = document(&place, &["split", &name(CODE_A, 1), "--before", "2,3"]).expect_code(0).json();
    assert_eq!(view["made"], json!([name(CODE_A, 3), name(CODE_A, 4)]));
    let record = newest(&place, CODE_A);
    let expected = [
        (1, vec![whole[0].clone()]),
        (2, documents(&before)[1].1.clone()),
        (3, vec![whole[1].clone()]),
        (4, vec![whole[2].clone()]),
    ];
    assert_eq!(documents(&record), expected);
    for (ordinal, page) in [(1, 0), (3, 1), (4, 2)] {
        assert_eq!(texts(&sealed_file(&record, ordinal)), all[page..=page]);
    }
    let cut = &record["documents"][2]["excerpt"];
    assert_eq!(cut["pages"], record["documents"][2]["pages"], "each has its own pages of the scan");
    done_with(&place);

    document(&place, &["merge", &name(CODE_A, 1), "--with", "4,3"]).expect_code(0);
    let record = newest(&place, CODE_A);
    assert_eq!(documents(&record)[0].1, [whole[0].clone(), whole[2].clone(), whole[1].clone()]);
    assert_eq!(documents(&record).len(), 2);
    assert_eq!(record["voided"][1]["became"]["ordinal"], 1);
    refused(document(&place, &["restore", &name(CODE_A, 3)]), 2, "document-invalid");
    for wrong in ["1,2", "1,2,2", "1,2,3,4"] {
        refused(document(&place, &["reorder", &name(CODE_A, 1), "--order", wrong]), 2, "document-invalid");
    }
    document(&place, &["reorder", &name(CODE_A, 1), "--order", "1,3,2"]).expect_code(0);
    let record = newest(&place, CODE_A);
    assert_eq!((documents(&record)[0].1.clone(), texts(&sealed_file(&record, 1))), (whole, all));
    assert_eq!(record["documents"][0]["id"], before["documents"][0]["id"], "it is the paper that it was");
    export(&place);
    done_with(&place);
}

#[test]
fn a_page_goes_to_another_document_or_out() {
    let place = place();
    let before = newest(&place, CODE_A);
    let (one, two) = (documents(&before)[0].1.clone(), documents(&before)[1].1.clone());
    let page = |arguments: &[&str]| place.sohoa(&[&["page"], arguments].concat());
    page(&["move", &name(CODE_A, 1), "--page", "2", "--to", "2", "--before", "1"]).expect_code(0);
    let record = newest(&place, CODE_A);
    let expected = [(1, vec![one[0].clone(), one[2].clone()]), (2, vec![one[1].clone(), two[0].clone()])];
    assert_eq!(documents(&record), expected);
    assert_eq!(texts(&sealed_file(&record, 2))[0], texts(&sealed_file(&before, 1))[1]);
    refused(page(&["remove", &name(CODE_A, 1), "--page", "2"]), 2, "document-invalid");
    page(&["remove", &name(CODE_A, 1), "--page", "2", "--why", "quét thừa"]).expect_code(0);
    let record = newest(&place, CODE_A);
    assert_eq!(documents(&record)[0].1, one[..1]);
    let left = &record["documents"][0];
    assert_eq!(left["excerpt"]["pages"], left["pages"], "its scan is handed out without the page");
    // Its scan is shown by the document that got a page of it.
    refused(document(&place, &["move", &name(CODE_A, 1), "--to", CODE_B]), 2, "document-invalid");
    refused(page(&["remove", &name(CODE_A, 1), "--page", "1", "--why", "x"]), 2, "document-invalid");
    refused(page(&["move", &name(CODE_A, 2), "--page", "3", "--to", "1"]), 2, "document-invalid");
    assert_eq!(hits(&place, CODE_A), 3);
    export(&place);
    done_with(&place);
}

/// The number that it kept once was a conflict for ever.
#[test]
fn a_document_that_was_changed_goes_to_the_other_side_of_its_dossier() {
    let place = place();
    document(&place, &["reorder", &name(CODE_A, 1), "--order", "1,3,2"]).expect_code(0);
    document(&place, &["move", &name(CODE_A, 1), "--to", CODE_A, "--as-kind", "result"]).expect_code(0);
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let result = shown["records"].as_array().unwrap().iter().find(|record| record["kind"] == "result").unwrap().clone();
    assert_eq!(documents(&result).len(), 1);
    assert_eq!(result["documents"][0]["ordinal"], 1);
    done_with(&place);
}
