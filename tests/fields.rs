//! Facts that a person corrects, confirms or does not find: how far a decision reaches, and that nothing
//! overwrites it.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{CODE_A, Place, Ran, newest, png_page, poppler, project_file, refused, sealed_file, versions};

fn document() -> String {
    format!("{CODE_A}.001")
}

fn field(place: &Place, arguments: &[&str]) -> Ran {
    let (verb, rest) = arguments.split_first().unwrap();
    place.sohoa(&[&["field", verb, &document()], rest, &["--json"]].concat())
}

/// A place whose only document a clerk has decided about: type, number, day and title corrected in a
/// version each, symbol and issuing body not on the paper in one.
fn decided() -> Place {
    let place = Place::with_one_sealed_page();
    let clerk = ["--by", "Nguyễn Thị Mẫu", "--why", "so với bản giấy"];
    let set = |arguments: &[&str]| field(&place, &[&["set"], arguments, &clerk].concat()).expect_code(0).json();
    let told = set(&["loai", "Quyết định"]);
    assert_eq!((&told["version"], &told["decided"]), (&json!(2), &json!({"document_type": "corrected"})));
    let open: Vec<&str> = told["open"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(open, ["number", "symbol", "issue_date", "issuing_body", "title"], "what a decision must bear is asked for now");
    set(&["so", "3034"]);
    set(&["issue_date", "Lào Cai,", "ngày 15 tháng chín năm 2025"]);
    set(&["title", "Quyết định về việc thu hồi đất"]);
    let told = field(&place, &["absent", "symbol", "issuing_body", "--version", "5"]).expect_code(0).json();
    assert_eq!((&told["version"], &told["open"]), (&json!(6), &json!([])), "both decisions make one version");
    place
}

#[test]
fn the_record_keeps_what_was_read_beside_what_people_decided() {
    let place = decided();
    let all = versions(&place, CODE_A);
    assert_eq!(all[0]["documents"][0]["fields"]["document_type"]["status"], "absent", "nothing is edited in place");
    let record = newest(&place, CODE_A);
    let fields = &record["documents"][0]["fields"];
    let day = &fields["issue_date"];
    assert_eq!((&day["value"], &day["source"], &day["confidence"]), (&json!("2025-09-15"), &json!("keyed"), &json!(1.0)));
    assert_eq!((&day["status"], &day["decision"]["by"]), (&json!("accepted"), &json!("Nguyễn Thị Mẫu")));
    assert_eq!(day["decision"]["reading"]["status"], "absent", "{day:#}");
    assert_eq!((&fields["symbol"]["status"], &fields["symbol"]["value"]), (&json!("not_on_paper"), &json!("")));
    assert_eq!(record["change"]["fields"], json!({"symbol": "not_on_paper", "issuing_body": "not_on_paper"}));
    let shown = place.sohoa(&["show", CODE_A, "--lang", "vi"]).expect_code(0).stdout;
    assert!(shown.contains("đã sửa: Nguyễn Thị Mẫu, "), "{shown}");
    // A later run over the same inbox has nothing to do.
    let report = place.run().expect_code(0).json();
    assert_eq!((&report["dossiers"], &report["unchanged_files"]), (&json!([]), &json!(1)));
}

#[test]
fn the_sealed_file_tells_its_new_title_with_the_picture_text_and_day_that_it_had() {
    let place = decided();
    let (old, new) = (sealed_file(&versions(&place, CODE_A)[0]), sealed_file(&newest(&place, CODE_A)));
    assert_ne!(old, new);
    assert!(poppler("pdfinfo", &["-meta"], &new).contains(">Quyết định về việc thu hồi đất<"));
    assert_eq!(poppler("pdftotext", &[], &new), poppler("pdftotext", &[], &old));
    let date = |file: &PathBuf| {
        let packet = poppler("pdfinfo", &["-meta"], file);
        packet.split("<xmp:CreateDate>").nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    assert_eq!((date(&new), &date(&new)[..7]), (date(&old), "2026-05"), "the day of the scan");
}

#[test]
fn decisions_reach_the_index_and_the_report_of_the_night() {
    let place = decided();
    for query in ["so:3034", "ngay:15/09/2025", "loai:\"quyết định\"", "tieude:\"thu hồi đất\""] {
        let found = place.sohoa(&["search", query, "--json"]).expect_code(0).json();
        assert_eq!(found["hits"].as_array().unwrap().len(), 1, "{query}: {found:#}");
        assert!(!found.to_string().contains("Mẫu"), "who decided is nobody's business who searches");
    }
    let report = place.sohoa(&["report", "--json"]).expect_code(0).json();
    assert_eq!((&report["batch"], &report["open_facts"]), (&json!(1), &json!([])));
    let line = &report["dossiers"];
    assert_eq!((line.as_array().unwrap().len(), &line[0]["version"], &line[0]["fields_to_confirm"]), (1, &json!(6), &json!(0)));
}

#[test]
fn manifests_tell_verdicts_and_each_decision_is_an_act() {
    let place = decided();
    let manifest = place.sohoa(&["export", "--json"]).expect_code(0).json()["manifest"].as_str().unwrap().to_owned();
    let manifest: Value = serde_json::from_slice(&fs::read(manifest).unwrap()).unwrap();
    let schema: Value = serde_json::from_slice(&fs::read(project_file("docs/manifest.v6.schema.json")).unwrap()).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&manifest));
    let published = &manifest["records"][4]["documents"][0]["fields"];
    let number = json!({"value": "3034", "source": "keyed", "confidence": 1, "status": "accepted", "verdict": "corrected"});
    assert_eq!((&published["number"], &published["symbol"]["verdict"]), (&number, &json!("not_on_paper")));
    assert!(!manifest.to_string().contains("Mẫu"));

    let audit = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let all = audit["acts"].as_array().unwrap();
    let acts: Vec<&Value> = all.iter().filter(|act| act["deed"]["kind"] == "field_decided").collect();
    let name = |act: &&Value, member: &str| act["deed"][member].as_str().unwrap().to_owned();
    let told: Vec<_> = acts.iter().map(|act| (name(act, "field"), name(act, "verdict"))).collect();
    let corrected = ["document_type", "number", "issue_date", "title"].map(|name| (name.to_owned(), "corrected".to_owned()));
    let absent = ["symbol", "issuing_body"].map(|name| (name.to_owned(), "not_on_paper".to_owned()));
    assert_eq!(told, [&corrected[..], &absent[..]].concat());
    assert_eq!((&acts[0]["actor"]["by"], &acts[0]["reason"]), (&json!("Nguyễn Thị Mẫu"), &json!("so với bản giấy")));
    assert!(acts.iter().all(|act| !act.to_string().contains("3034")), "an act tells no value");
    let words = place.sohoa(&["audit", "--lang", "vi"]).expect_code(0).stdout;
    assert!(words.contains("ký hiệu: không có trên giấy, tài liệu số 1"), "{words}");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn what_cannot_be_so_or_was_overtaken_is_refused_and_changes_nothing() {
    let place = Place::with_one_sealed_page();
    for (arguments, cause) in [
        (vec!["set", "issue_date", "31/02/2025"], "no day of the calendar"),
        (vec!["set", "issue_date", "31/12/2098"], "future"),
        (vec!["set", "number", "12/QĐ"], "not digits alone"),
        (vec!["set", "document_type", "Bằng khen"], "document_types"),
        (vec!["set", "owner_number", "999099000001"], "number of a person"),
        (vec!["set", "dossier_code", "H38.16-230706-0013"], "not keyed"),
        (vec!["confirm", "number"], "no value to confirm"),
        (vec!["withdraw", "dossier_code"], "nobody has decided"),
    ] {
        let ran = field(&place, &[&arguments[..], &["--lang", "en"]].concat());
        assert!(ran.stderr.contains(cause), "{arguments:?}: {}", ran.stderr);
        refused(ran, 2, "field-invalid");
    }
    refused(place.sohoa(&["field", "set", &format!("{CODE_A}.009"), "number", "1"]), 6, "not-found");
    field(&place, &["set", "number", "15", "--version", "1"]).expect_code(0);
    refused(field(&place, &["set", "number", "16", "--version", "1"]), 4, "conflict");
    // What is so already makes no version and no act.
    let told = field(&place, &["set", "number", "15"]).expect_code(0).json();
    assert_eq!((&told["version"], &told["decided"]), (&json!(2), &json!({})));
    assert_eq!(versions(&place, CODE_A).len(), 2);
    let told = field(&place, &["withdraw", "number"]).expect_code(0).json();
    assert_eq!((&told["version"], &told["fields"].get("number")), (&json!(3), &None));
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn reading_again_and_pages_put_in_never_overwrite_a_decision() {
    let place = Place::with_one_sealed_page();
    field(&place, &["set", "document_type", "cong_van"]).expect_code(0);
    field(&place, &["set", "number", "15"]).expect_code(0);
    field(&place, &["absent", "symbol"]).expect_code(0);
    // Another engine reads another text.
    let again = |engine: &str| -> Ran {
        place.run_command(&["--reread"]).env("SOHOA__RECOGNISE__ENGINE", engine).output().unwrap().into()
    };
    let report = again("unsure").expect_code(0).json();
    assert_eq!(report["dossiers"][0]["version"], 5, "{report:#}");
    let late = place.path().join("late.png");
    fs::write(&late, png_page(7)).unwrap();
    place.sohoa(&["page", "insert", CODE_A, "--document", "1", "--page", "2", "--scan", late.to_str().unwrap()]).expect_code(0);
    let all = versions(&place, CODE_A);
    assert_ne!(all[3]["documents"][0]["text_digest"], all[4]["documents"][0]["text_digest"], "it was read otherwise");
    for record in &all[3..] {
        let fields = &record["documents"][0]["fields"];
        let told = [&fields["document_type"]["value"], &fields["number"]["value"], &fields["symbol"]["status"]];
        assert_eq!(told, [&json!("cong_van"), &json!("15"), &json!("not_on_paper")], "{record:#}");
        assert_eq!(fields["issuing_body"]["status"], "absent", "what its type must bear is still asked for");
    }
    place.sohoa(&["verify"]).expect_code(0);
}
