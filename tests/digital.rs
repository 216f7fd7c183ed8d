//! Born-digital and signed files, from the inbox to the record that people see.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{CODE_A, Place, project_file};

fn fixture(name: &str) -> Vec<u8> {
    fs::read(project_file("tests/fixtures/digital").join(name)).unwrap()
}

/// A place where `name` was taken in, and the only document of its record.
fn sealed(place: Place, name: &str) -> (Place, Value, Value) {
    place.put(&format!("{CODE_A}/1.pdf"), &fixture(name));
    place.run().expect_code(0);
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let record = &shown["records"][0];
    (place, record["documents"][0].clone(), record["files"][0].clone())
}

#[track_caller]
fn expect_field(document: &Value, name: &str, value: &str, source: &str) {
    let field = &document["fields"][name];
    assert_eq!((&field["value"], &field["source"]), (&value.into(), &source.into()), "{name}: {document:#}");
}

fn text(file: &Value) -> &str {
    file["pages"][0]["text"].as_str().unwrap()
}

/// The engine of these tests says `quyết định số trang` of every page that it is shown.
const READ_BY_STUB: &str = "số trang";

#[test]
fn embedded_text_wins_and_nothing_is_read() {
    for name in ["born-digital.pdf", "tcvn3.pdf"] {
        let (place, document, file) = sealed(Place::with_engine("stub"), name);
        assert!(!text(&file).contains(READ_BY_STUB), "{name}: {file:#}");
        assert_eq!((&document["text_source"], &file["pages"][0]["text_source"]), (&"embedded".into(), &"embedded".into()));
        assert!(text(&file).contains("Điều 1. Giao cho hộ ông Lò Văn Thử Nghiệm sử dụng 250 m"), "{name}: {}", text(&file));
        expect_field(&document, "number", "123", "embedded_text");
        expect_field(&document, "symbol", "QĐ-UBND", "embedded_text");
        expect_field(&document, "issue_date", "2026-03-05", "embedded_text");
        expect_field(&document, "document_type", "quyet_dinh", "embedded_text");
        expect_field(&document, "issuing_body", "ỦY BAN NHÂN DÂN XÃ SA MÙ", "embedded_text");
        let found = place.sohoa(&["search", "giao dat o cho ho gia dinh", "--json"]).expect_code(0).json()["hits"].clone();
        assert_eq!(found[0]["dossier_code"], CODE_A, "{name}: {found:#}");
    }
}

#[test]
fn embedded_text_can_be_ignored() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.pdf"), &fixture("born-digital.pdf"));
    let ran = place.run_command(&[]).env("SOHOA__RECOGNISE__EMBEDDED_TEXT", "ignore").output().unwrap();
    assert_eq!(ran.status.code(), Some(0));
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let record = &shown["records"][0];
    assert_eq!(record["documents"][0]["text_source"], Value::Null);
    assert!(text(&record["files"][0]).contains(READ_BY_STUB), "{record:#}");
}

#[test]
fn text_that_nobody_proofread_gives_way_to_the_engine() {
    for name in ["wrong-characters.pdf", "scan-nonsense-layer.pdf", "scan-good-layer.pdf"] {
        let (_place, document, file) = sealed(Place::with_tesseract(), name);
        assert_eq!(document["text_source"], Value::Null, "{name}: {file:#}");
        assert!(text(&file).contains("Giao cho hộ ông Lò Văn Thử Nghiệm"), "{name}: {}", text(&file));
        assert!(text(&file).contains("thôn Mẫu"), "{name}: {}", text(&file));
    }
}

#[test]
fn number_and_date_that_only_annotations_show_are_found() {
    let (_place, document, file) = sealed(Place::with_tesseract(), "scan-annotated.pdf");
    assert_eq!(document["text_source"], "mixed", "{file:#}");
    expect_field(&document, "number", "123", "embedded_text");
    expect_field(&document, "issue_date", "2026-03-05", "embedded_text");
    expect_field(&document, "document_type", "quyet_dinh", "ocr");
    assert!(!text(&file).contains("999"), "hidden: {}", text(&file));
    assert_eq!(text(&file).matches("123/QĐ-UBND").count(), 1, "{}", text(&file));
}

#[test]
fn a_signed_file_is_kept_bit_for_bit_and_handed_out() {
    let (place, document, _) = sealed(Place::with_tesseract(), "signed.pdf");
    expect_field(&document, "number", "123", "embedded_text");
    expect_field(&document, "issue_date", "2026-03-05", "embedded_text");
    let signature = &document["signatures"][0];
    assert_eq!(signature["signer"], "Nguyễn Văn Thử (chứng thư thử nghiệm)");
    assert_eq!((&signature["integrity"], &signature["covers_file"]), (&"intact".into(), &true.into()));

    let out = place.path().join("out");
    place.sohoa(&["show", CODE_A, "--pdf", out.to_str().unwrap()]).expect_code(0);
    let original = fs::read(out.join(format!("{CODE_A}.001.goc.pdf"))).unwrap();
    assert!(original == fixture("signed.pdf"), "the original is not the file that came");
    assert_eq!(document["source"]["blake3"], blake3::hash(&original).to_hex().as_str());
    // The derivative says what it was made from.
    let derivative = fs::read(out.join(format!("{CODE_A}.001.pdf"))).unwrap();
    let sha256 = document["source"]["sha256"].as_str().unwrap();
    assert!(contains(&derivative, sha256) && !contains(&derivative, "/ByteRange"));
    keep_for_validation(&out);

    for (language, told) in [("vi", "còn nguyên vẹn từ khi ký"), ("en", "unchanged since it was signed")] {
        let shown = place.sohoa(&["show", CODE_A, "--lang", language]).expect_code(0).stdout;
        assert!(shown.contains("Nguyễn Văn Thử (chứng thư thử nghiệm)") && shown.contains(told), "{shown}");
    }

    let schema: Value = serde_json::from_slice(&fs::read(project_file("docs/manifest.v6.schema.json")).unwrap()).unwrap();
    let manifest: Value = serde_json::from_slice(&fs::read(place.repository().join("exports/000001.json")).unwrap()).unwrap();
    assert!(jsonschema::is_valid(&schema, &manifest), "{manifest:#}");
    let told = &manifest["records"][0]["documents"][0]["signatures"][0];
    assert!(["signed_at", "integrity", "covers_file"].iter().all(|member| told[member] == signature[member]), "{told:#}");
    assert!(!manifest.to_string().contains("Nguyễn Văn Thử"), "who signed is personal");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_file_changed_after_signing_is_kept_and_says_so() {
    let (place, document, _) = sealed(Place::with_engine("stub"), "signed-altered.pdf");
    assert_eq!(document["signatures"][0]["integrity"], "altered");
    let shown = place.sohoa(&["show", CODE_A]).expect_code(0).stdout;
    assert!(shown.contains("NỘI DUNG ĐÃ BỊ SỬA"), "{shown}");
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Leaves the sealed file for the PDF/A validator that runs after the tests.
fn keep_for_validation(out: &Path) {
    let folder = project_file("target/verapdf-samples");
    fs::create_dir_all(&folder).unwrap();
    fs::copy(out.join(format!("{CODE_A}.001.pdf")), folder.join("digital.001.pdf")).unwrap();
}
