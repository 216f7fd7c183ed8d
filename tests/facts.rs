//! Facts on papers that were once taken for others, from the inbox to what people see.

use std::fs;

use serde_json::Value;

use crate::support::{CODE_A, Place, project_file};

fn shown(place: &Place) -> Vec<Value> {
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    shown["records"][0]["documents"].as_array().unwrap().clone()
}

/// A place in which these files were sealed as documents of one dossier, in this order.
fn sealed(names: &[&str]) -> (Place, Vec<Value>) {
    let place = Place::with_tesseract();
    for (number, name) in names.iter().enumerate() {
        let kind = name.rsplit('.').next().unwrap();
        let bytes = fs::read(project_file("tests/fixtures/facts").join(name)).unwrap();
        place.put(&format!("{CODE_A}/{CODE_A}.{:03}.{kind}", number + 1), &bytes);
    }
    place.run().expect_code(0);
    let documents = shown(&place);
    assert_eq!(documents.len(), names.len());
    (place, documents)
}

#[test]
fn the_date_of_a_law_or_a_deadline_is_no_issue_date() {
    let (place, documents) = sealed(&["trong-340.png", "h1.png", "v1.png", "v2.png"]);
    for document in &documents {
        let field = &document["fields"]["issue_date"];
        assert_eq!((&field["status"], &field["value"]), (&"absent".into(), &"".into()), "{document:#}");
    }
    let symbol = &documents[0]["fields"]["symbol"];
    assert_eq!((&symbol["value"], &symbol["status"]), (&"QĐ-UBND".into(), &"needs_person".into()), "a symbol alone is offered");

    // What is missing is asked for in report and listing, and is no part of what is exported.
    let report = place.sohoa(&["report", "--json"]).expect_code(0).json();
    let facts = report["open_facts"].as_array().unwrap();
    let missing = facts.iter().filter(|fact| fact["field"] == "issue_date" && fact["code"] == "fact-missing").count();
    assert_eq!(missing, 4, "{facts:#?}");
    for (language, told) in [("vi", "không tìm thấy, cần người nhập"), ("en", "not found, needs a person")] {
        let shown = place.sohoa(&["show", CODE_A, "--lang", language]).expect_code(0).stdout;
        assert!(shown.contains(told), "{shown}");
        let report = place.sohoa(&["report", "--lang", language]).expect_code(0).stdout;
        assert!(report.contains("[fact-missing]"), "{report}");
    }
    let manifest: Value = serde_json::from_slice(&fs::read(place.repository().join("exports/000001.json")).unwrap()).unwrap();
    let fields = &manifest["records"][0]["documents"][1]["fields"];
    assert!(fields.get("document_type").is_some() && fields.get("issue_date").is_none(), "{fields:#}");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn number_and_date_stamped_as_annotations_into_blanks_are_found() {
    let (_place, documents) = sealed(&["dong-so-30.pdf"]);
    for (name, value) in
        [("number", "178"), ("symbol", "QĐ-UBND"), ("issue_date", "2026-03-12"), ("issuing_body", "ỦY BAN NHÂN DÂN XÃ BÁT XÁT")]
    {
        let field = &documents[0]["fields"][name];
        assert_eq!((&field["value"], &field["status"]), (&value.into(), &"accepted".into()), "{name}: {documents:#?}");
    }
}

#[test]
fn red_print_is_read_though_red_stamps_are_not() {
    let (place, documents) = sealed(&["so-do.jpg"]);
    let field = &documents[0]["fields"]["document_type"];
    assert_eq!(field["value"], "gcn_qsdd", "{documents:#?}");
    for words in ["giấy chứng nhận", "\"AA 01234567\""] {
        let found = place.sohoa(&["search", words, "--json"]).expect_code(0).json()["hits"].clone();
        assert_eq!(found[0]["dossier_code"], CODE_A, "{words}: {found:#}");
    }
}

#[test]
fn a_register_that_cannot_be_read_stops_the_run_before_it_begins() {
    let place = Place::with_engine("stub");
    let ran = place.run_command(&[]).env("SOHOA__CHECK__AGENCY_REGISTER", "no/such/file.csv").output().unwrap();
    assert_eq!(ran.status.code(), Some(2), "{}", String::from_utf8_lossy(&ran.stderr));
}
