//! `verify` names everything that is missing, changed or orphaned.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use sohoa::model::ids::PageDigest;
use sohoa::model::record::RecordDocument;
use sohoa::repository::{Index, Mode, PageText, Repository};

use crate::support::{CODE_A, Place, png_page};

fn sealed() -> Place {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("{CODE_A}/2.png"), &png_page(2));
    place.run().expect_code(0);
    place
}

fn sealed_blob(place: &Place, document: usize) -> PathBuf {
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    PathBuf::from(shown["records"][0]["files"][document]["path"].as_str().unwrap())
}

fn findings(place: &Place, code: i32) -> Vec<(String, String)> {
    let verification = place.sohoa(&["verify", "--json"]).expect_code(code).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    verification["findings"].as_array().unwrap().iter().map(|one| (text(&one["subject"]), text(&one["damage"]))).collect()
}

fn pair(subject: &str, damage: &str) -> (String, String) {
    (subject.to_owned(), damage.to_owned())
}

#[test]
fn a_sound_repository_has_no_findings() {
    let place = sealed();
    let verification = place.sohoa(&["verify", "--json"]).expect_code(0).json();
    assert_eq!(verification["findings"], serde_json::json!([]));
    assert_eq!(verification["blobs"], 4);
    assert_eq!(verification["manifests"], 1);
    assert_eq!(verification["index_entries"], 2);
}

#[test]
fn missing_changed_and_orphaned_blobs_are_told_apart() {
    let place = sealed();
    let (first, second) = (sealed_blob(&place, 0), sealed_blob(&place, 1));
    fs::remove_file(&first).unwrap();
    let mut bytes = fs::read(&second).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::set_permissions(&second, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    fs::write(&second, bytes).unwrap();
    let stranger = blake3::hash(b"stranger").to_hex().to_string();
    let folder = place.repository().join("blobs").join(&stranger[..2]).join(&stranger[2..4]);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(&stranger), b"stranger").unwrap();
    assert_eq!(findings(&place, 5), [pair("blob", "missing"), pair("blob", "changed"), pair("blob", "orphaned")]);
}

#[test]
fn manifests_are_checked_against_the_catalog_and_their_chain() {
    let place = sealed();
    let exports = place.repository().join("exports");
    let manifest = exports.join("000001.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("dossier", "d0ssier")).unwrap();
    fs::write(exports.join("000009.json"), "{}").unwrap();
    assert_eq!(findings(&place, 5), [pair("manifest", "changed"), pair("manifest", "orphaned")]);
    fs::remove_file(&manifest).unwrap();
    assert_eq!(findings(&place, 5), [pair("manifest", "missing"), pair("manifest", "orphaned")]);
}

#[test]
fn an_index_that_is_gone_is_named_and_made_again_by_the_next_run() {
    let place = sealed();
    fs::remove_dir_all(place.repository().join("index")).unwrap();
    let found = findings(&place, 5);
    assert!(!found.is_empty() && found.iter().all(|one| one.0 == "index-entry"), "{found:?}");
    place.run().expect_code(0);
    assert_eq!(findings(&place, 0), []);
    let hits = place.sohoa(&["search", "quyet dinh", "--json"]).expect_code(0).json()["hits"].clone();
    assert_eq!(hits.as_array().unwrap().len(), 2);
}

/// Makes the index anew with what `told` makes of each page's text.
fn tell_the_index(place: &Place, told: impl Fn(usize, PageText) -> Option<PageText>) {
    let repository = Repository::open(&place.repository(), Mode::Read).unwrap();
    let mut records = Vec::new();
    for code in repository.catalog.dossier_codes().unwrap() {
        for record in repository.catalog.records_of(&code).unwrap() {
            let pages = |document: &RecordDocument| {
                let text = |page| {
                    let (page, digest) = repository.catalog.page_with_digest(page, record.recipe).unwrap().unwrap();
                    PageText::of(&page, digest)
                };
                document.pages.iter().map(|page| text(*page)).collect::<Vec<_>>()
            };
            let mut number = 0;
            let mut each = |text| {
                number += 1;
                told(number, text)
            };
            let texts = record.documents.iter().map(|document| pages(document).into_iter().filter_map(&mut each).collect());
            let texts = texts.collect();
            records.push((record, texts));
        }
    }
    let folder = repository.index_dir();
    fs::remove_dir_all(&folder).unwrap();
    Index::create_or_open(&folder).unwrap().fill(records).unwrap();
}

#[test]
fn an_index_that_was_made_from_something_else_than_the_catalog_says_is_named_and_repaired() {
    let place = sealed();
    tell_the_index(&place, |_, text| Some(text));
    assert_eq!(findings(&place, 0), []);
    let changed = |number, text: PageText| match number {
        2 => PageText { digest: Some(PageDigest::of("quyết đinh".as_bytes())), ..text },
        _ => text,
    };
    tell_the_index(&place, |number, text| Some(changed(number, text)));
    assert_eq!(findings(&place, 5), [pair("index-entry", "changed")]);
    place.sohoa(&["repair"]).expect_code(0);
    assert_eq!(findings(&place, 0), []);
    let unread = |text: PageText| PageText { digest: None, ..text };
    tell_the_index(&place, |number, text| Some(if number == 1 { unread(text) } else { text }));
    assert_eq!(findings(&place, 5), [pair("index-entry", "changed")]);
    tell_the_index(&place, |number, text| (number != 2).then_some(text));
    assert_eq!(findings(&place, 5), [pair("index-entry", "missing")]);
}

#[test]
fn a_page_that_no_record_has_any_more_is_named_in_the_index() {
    let (place, other) = (sealed(), sealed());
    let index = |place: &Place| place.repository().join("index");
    other.put(&format!("{CODE_A}/3.png"), &png_page(3));
    other.run().expect_code(0);
    fs::remove_dir_all(index(&place)).unwrap();
    fs::rename(index(&other), index(&place)).unwrap();
    let found = findings(&place, 5);
    assert!(found.contains(&pair("index-entry", "orphaned")) && found.contains(&pair("index-entry", "missing")), "{found:?}");
}

#[test]
fn a_changed_record_in_the_catalog_is_named() {
    let place = sealed();
    let catalog = rusqlite::Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    let changed = catalog.execute("UPDATE record SET content = replace(content, '\"version\":1', '\"version\":7')", []).unwrap();
    assert_eq!(changed, 1);
    drop(catalog);
    let found = findings(&place, 5);
    assert!(found.contains(&pair("record", "changed")), "{found:?}");
}
