//! Decisions about files that wait, which the next run goes by.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{CODE_A, CODE_B, Place, Ran, png_page, refused, tiff_of};

fn pages(numbers: &[u32]) -> Vec<u8> {
    let pages: Vec<_> = numbers.iter().map(|number| image::load_from_memory(&png_page(*number)).unwrap().to_luma8()).collect();
    tiff_of(&pages)
}

fn settle(place: &Place, file: &Path, more: &[&str]) -> Ran {
    place.sohoa(&[&["settle", file.to_str().unwrap(), "--json", "--by", "Nguyễn Thị Mẫu"], more].concat())
}

/// The documents of a dossier as pages by their place in the scan.
fn documents(place: &Place, code: &str) -> Vec<Vec<u64>> {
    let shown = place.sohoa(&["show", code, "--json"]).expect_code(0).json();
    let record = shown["records"].as_array().unwrap().last().unwrap().clone();
    let pages =
        |document: &Value| document["pages"].as_array().unwrap().iter().map(|page| page["ordinal"].as_u64().unwrap()).collect();
    record["documents"].as_array().unwrap().iter().map(pages).collect()
}

#[track_caller]
fn done_with(place: &Place) {
    let report = place.run().expect_code(0).json();
    assert_eq!(report["dossiers"], json!([]), "{report:#}");
    assert_eq!(place.sohoa(&["pending", "--json", "--kind", "poor,dossier,stack,unfit,refused"]).json()["total"], 0);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_stack_is_taken_apart_where_a_person_says() {
    let place = Place::with_engine("stub");
    let file = place.put("stack.tif", &pages(&[1, 2, 3, 4]));
    place.run().expect_code(3);
    for (wrong, code) in [
        (vec!["--split", "2,3"], "settle-invalid"),
        (vec!["--dossier", CODE_A, "--split", "3,2"], "settle-invalid"),
        (vec!["--dossier", CODE_A, "--split", "9"], "settle-invalid"),
        (vec!["--dossier", "xyz"], "settle-invalid"),
        (vec![], "settle-invalid"),
        (vec!["--accept"], "settle-invalid"),
    ] {
        refused(settle(&place, &file, &wrong), 2, code);
    }
    let split = format!("2,4={CODE_B}");
    let told = settle(&place, &file, &["--dossier", CODE_A, "--split", &split, "--why", "không có tờ bìa"]).expect_code(0).json();
    assert_eq!(told[0]["settlement"]["starts"], json!([{"page": 2}, {"page": 4, "code": CODE_B}]));
    place.run().expect_code(0);
    assert_eq!((documents(&place, CODE_A), documents(&place, CODE_B)), (vec![vec![0], vec![1, 2]], vec![vec![3]]));
    let shown = place.sohoa(&["show", CODE_B, "--json"]).expect_code(0).json();
    let document = &shown["records"][0]["documents"][0];
    assert_eq!(document["fields"]["dossier_code"]["source"], "keyed");
    assert_eq!(document["excerpt"]["pages"].as_array().unwrap().len(), 1, "each citizen has their own pages");
    let audit = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let act = audit["acts"].as_array().unwrap().iter().find(|act| act["deed"]["kind"] == "file_settled").unwrap().clone();
    assert_eq!((&act["actor"]["by"], &act["reason"]), (&json!("Nguyễn Thị Mẫu"), &json!("không có tờ bìa")));
    assert!(place.sohoa(&["audit", "--lang", "vi"]).stdout.contains("tách trước các trang 2, 4"));
    refused(settle(&place, &file, &["--dossier", CODE_A]), 6, "not-found");
    done_with(&place);
}

#[test]
fn a_page_of_no_dossier_or_too_poor_is_taken_as_a_person_says() {
    let place = Place::with_engine("stub");
    let nobody = place.put("không rõ/nobody.png", &png_page(1));
    let poor = place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    let run = || -> Ran { place.run_command(&[]).env("SOHOA__QUALITY__LOWEST_DPI", "150").output().unwrap().into() };
    run().expect_code(3);
    let waiting = place.sohoa(&["pending", "--lang", "en"]).expect_code(0).stdout;
    assert!(waiting.contains("--accept") && waiting.contains("nobody.png' --dossier CODE"), "{waiting}");
    settle(&place, &nobody, &["--dossier", &CODE_A.to_lowercase()]).expect_code(0);
    let told = settle(&place, &nobody, &["--accept"]).expect_code(0).json();
    assert_eq!(told[0]["settlement"]["code"], CODE_A, "what was decided before stands");
    run().expect_code(3);
    assert_eq!(documents(&place, CODE_A), [[0]]);
    settle(&place, &poor, &["--accept", "--kind", "result"]).expect_code(0);
    run().expect_code(0);
    assert_eq!(documents(&place, CODE_B), [[0]]);
    let shown = place.sohoa(&["show", CODE_B, "--json"]).expect_code(0).json();
    assert_eq!(shown["records"][0]["kind"], "result");
    done_with(&place);
}
