//! Tests of the manifest, its schema and the files published with it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;

use super::v6::samples::{known, telling, type_codes};
use super::*;
use crate::model::act::ActHead;
use crate::model::confidence::Confidence;
use crate::model::dossier::RecordKind;
use crate::model::field::{Decision, Doubt, Field, FieldName, FieldSource, FieldStatus, Verdict};
use crate::model::ids::{ActDigest, BlobId, DocumentId, PageId, RecipeId, RecordId, TextDigest};
use crate::model::record::{
    Change, DocumentAction, DocumentChange, DocumentPlace, Excerpt, FieldsAction, FieldsChange, PageAction, PageChange, Record,
    RecordDocument, StoredFile, Voided,
};
use crate::model::register::Known;
use crate::model::scan::MediaType;
use crate::model::signature::{Signature, SignatureIntegrity};
use crate::model::telling::PersonalMode;
use crate::model::text::TextSource;

/// Set it to write `docs/manifest.v6.schema.json` anew from the model.
const UPDATE: &str = "SOHOA_UPDATE_SCHEMA";

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn file(name: &str, media_type: MediaType) -> StoredFile {
    let sha256 = Sha256::from_bytes([7; 32]);
    StoredFile {
        name: name.into(),
        media_type,
        bytes: 12345,
        pages: 1,
        sha256,
        blake3: BlobId::of(name.as_bytes()),
        origin: None,
    }
}

fn record(code: &str, kind: RecordKind, previous: Option<&Record>) -> Record {
    let page = PageId { scan: BlobId::of(b"scan"), ordinal: 0 };
    let field = |value: &str, source, confidence, status| Field {
        value: value.into(),
        source,
        confidence: Confidence::saturating(confidence),
        status,
        raw: (source == FieldSource::Ocr).then(|| format!("as read: {value}")),
        doubts: if status == FieldStatus::Accepted { vec![] } else { vec![Doubt::Unsure] },
        others: if status == FieldStatus::Accepted { vec![] } else { vec!["13".to_owned()] },
        decision: None,
    };
    let fields = BTreeMap::from([
        (FieldName::DossierCode, field(code, FieldSource::Barcode, 1.0, FieldStatus::Accepted)),
        (FieldName::Number, field("12", FieldSource::Ocr, 0.55, FieldStatus::NeedsPerson)),
        (FieldName::Title, field("Quyết định về việc thu hồi đất", FieldSource::Ocr, 0.93, FieldStatus::Accepted)),
    ]);
    let document = RecordDocument {
        id: DocumentId::of_pages(&[page]),
        ordinal: 1,
        file: file(&format!("{code}.001.pdf"), MediaType::Pdf),
        source: file("a.jpg", MediaType::Jpeg),
        pages: vec![page],
        blank_pages: vec![],
        text_confidence: Confidence::saturating(0.91),
        text_source: TextSource::Ocr,
        signatures: vec![],
        sensitive_pages: vec![],
        more_sources: vec![],
        excerpt: None,
        text_digest: Some(TextDigest::from_bytes([6; 32])),
        by_hand: None,
        fields,
    };
    let recipe = RecipeId::from_bytes([3; 32]);
    Record::new(code.parse().unwrap(), kind, previous, datetime!(2026-07-01 20:00 UTC), recipe, None, vec![document])
}

fn example_change() -> PageChange {
    PageChange {
        action: PageAction::Replaced,
        ordinal: 1,
        page: 1,
        brought: vec![PageId { scan: BlobId::of(b"b"), ordinal: 0 }],
        removed: Some(PageId { scan: BlobId::of(b"scan"), ordinal: 0 }),
    }
}

/// A person has confirmed the number, and found that there is no symbol.
fn decide(fields: &mut BTreeMap<FieldName, Field>) {
    let decision = |verdict, reading: Option<&Field>| {
        let at = datetime!(2026-07-01 19:00 UTC);
        Some(Decision { verdict, by: "Nguyễn Thị Hoa".into(), at, reading: reading.cloned().map(Box::new) })
    };
    let number = fields[&FieldName::Number].clone();
    let confirmed = Field::new("12", FieldSource::Ocr, Confidence::CERTAIN, FieldStatus::Accepted);
    fields.insert(FieldName::Number, Field { decision: decision(Verdict::Confirmed, Some(&number)), ..confirmed });
    let nothing = Field::new("", FieldSource::Keyed, Confidence::CERTAIN, FieldStatus::NotOnPaper);
    let read = Field::new("QD", FieldSource::Ocr, Confidence::saturating(0.5), FieldStatus::NeedsPerson);
    fields.insert(FieldName::Symbol, Field { decision: decision(Verdict::NotOnPaper, Some(&read)), ..nothing });
}

fn heading(edition: Edition, acts: ActHead, created_at: OffsetDateTime) -> Heading {
    let previous = Some(Sha256::from_bytes([9; 32]));
    Heading { edition, sequence: 2, previous, acts, created_at, personal: PersonalMode::Included }
}

fn build(
    sequence: u64,
    previous_sha256: Option<Sha256>,
    acts: ActHead,
    created_at: OffsetDateTime,
    records: Vec<Record>,
) -> Manifest {
    let codes = type_codes();
    let telling = telling(PersonalMode::Included, &codes);
    let mut records: Vec<_> =
        records.into_iter().map(|record| telling.record(record.clone(), &known(&record.dossier_code)).unwrap()).collect();
    records.sort_by(|a, b| (&a.dossier_code, a.kind, a.version).cmp(&(&b.dossier_code, b.kind, b.version)));
    let (schema_version, producer, personal) = (SCHEMA_VERSION, v6::Producer::default(), PersonalMode::Included);
    Manifest { schema_version, sequence, created_at, producer, previous_sha256, acts, personal, records }
}

/// Records in which all there is to be told is said.
pub(super) fn records() -> Vec<Record> {
    let first = record("H38.16-230706-0012", RecordKind::Dossier, None);
    let second = record("H38.16-230706-0012", RecordKind::Dossier, Some(&first));
    let result = record("H38.16-230706-0012", RecordKind::Result, None);
    let mut other = record("G09.20-20260609-0092637", RecordKind::Dossier, None);
    if let [document] = other.documents.as_mut_slice() {
        document.text_source = TextSource::Mixed;
        document.signatures = vec![Signature {
            signer: Some("Nguyễn Văn Ký".into()),
            signed_at: Some(datetime!(2026-06-09 08:00 UTC)),
            integrity: SignatureIntegrity::Intact,
            covers_file: true,
        }];
        document.sensitive_pages = document.pages.clone();
        document.more_sources = vec![file("b.jpg", MediaType::Jpeg)];
    }
    let mut result = result;
    let fields = [(FieldName::Number, Verdict::Confirmed), (FieldName::Symbol, Verdict::NotOnPaper)].into();
    result.change = Some(Change::Fields(FieldsChange { action: FieldsAction::FieldsDecided, ordinal: 1, fields }));
    if let [document] = result.documents.as_mut_slice() {
        let pages = document.pages.clone();
        decide(&mut document.fields);
        document.excerpt = Some(Excerpt { file: file("H38.16-230706-0012.001.goc.tif", MediaType::Tiff), pages });
    }
    other.change = Some(example_change().into());
    let gone = RecordDocument { ordinal: 2, ..second.documents[0].clone() };
    let place = DocumentPlace { dossier_code: other.dossier_code.clone(), kind: RecordKind::Dossier, ordinal: 7 };
    let moved = DocumentChange { action: DocumentAction::MovedOut, ordinal: 2, page: None, with: vec![place.clone()] };
    let (at, reason) = (datetime!(2026-07-01 19:30 UTC), Some("nhầm hồ sơ".into()));
    let gone = Voided { document: gone, at, by: "Lê Văn Nam".into(), reason, became: Some(place) };
    let second = Record { change: Some(Change::Documents(moved)), ..second }.with_voided(vec![gone]);
    vec![result, second, first, other]
}

fn example() -> Manifest {
    let acts = ActHead { count: 7, digest: ActDigest::from_bytes([8; 32]) };
    build(2, Some(Sha256::from_bytes([9; 32])), acts, datetime!(2026-07-01 21:30 UTC), records())
}

/// The example as JSON, changed at `pointer`, in canonical bytes.
fn changed(pointer: &str, value: Value) -> Vec<u8> {
    let mut json = serde_json::to_value(example()).unwrap();
    *json.pointer_mut(pointer).unwrap() = value;
    serde_json_canonicalizer::to_vec(&json).unwrap()
}

#[test]
fn records_stand_by_code_kind_and_version() {
    let manifest = example();
    let order: Vec<_> = manifest.records.iter().map(|r| (r.dossier_code.as_str(), r.kind, r.version)).collect();
    let code = "H38.16-230706-0012";
    assert_eq!(
        order,
        [
            ("G09.20-20260609-0092637", RecordKind::Dossier, 1),
            (code, RecordKind::Dossier, 1),
            (code, RecordKind::Dossier, 2),
            (code, RecordKind::Result, 1),
        ]
    );
}

#[test]
fn bytes_are_canonical_and_fit_the_schema() {
    let bytes = canonical_json(&example()).unwrap();
    validate(&bytes).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.starts_with(r#"{"acts":{"count":7,"digest":"0808"#), "{text}");
    assert_eq!(serde_json::from_slice::<Manifest>(&bytes).unwrap(), example());
    assert!(!text.contains("as read"), "in which letters it was read stays in the repository: {text}");
    let pretty = serde_json::to_vec_pretty(&example()).unwrap();
    assert!(matches!(validate(&pretty), Err(PublishError::NotCanonical)));
    let mut with_line_end = bytes;
    with_line_end.push(b'\n');
    assert!(matches!(validate(&with_line_end), Err(PublishError::NotCanonical)));
}

#[test]
fn a_misfit_is_named_with_its_place() {
    for (pointer, value) in [
        ("/schema_version", json!(SCHEMA_VERSION + 1)),
        ("/acts/count", json!(0)),
        ("/acts/digest", json!("abc")),
        ("/sequence", json!(0)),
        ("/created_at", json!("yesterday")),
        ("/records", json!([])),
        ("/records/0/kind", json!("letter")),
        ("/records/1/documents/0/file/sha256", json!("abc")),
        ("/records/1/documents/0/file/bytes", json!(-1)),
        ("/records/1/documents/0/fields/number/confidence", json!(1.5)),
        ("/records/1/documents/0/fields/number/status", json!("certain")),
    ] {
        let error = validate(&changed(pointer, value)).unwrap_err();
        assert_eq!(error.code(), FailureCode::ManifestInvalid);
        assert!(matches!(error, PublishError::Schema(_)), "{pointer}: {error}");
        assert!(error.to_string().contains(&format!("'{pointer}'")), "{pointer}: {error}");
    }
    for (pointer, value) in
        [("/records/0/dossier_code", json!("../x")), ("/producer", json!({"name": "x", "version": "1", "z": 1}))]
    {
        assert!(validate(&changed(pointer, value)).is_err(), "{pointer}");
    }
    for bytes in [&b""[..], b"{", b"[]", b"\xff", &[b'['; 100_000]] {
        assert!(validate(bytes).is_err());
    }
}

/// A reader that looks at the value alone must not take a suggestion for a fact: the status is
/// there in every field and cannot be left out.
#[test]
fn a_value_that_needs_a_person_never_looks_certain() {
    let json = serde_json::to_value(example()).unwrap();
    assert_eq!(json.pointer("/records/1/documents/0/fields/number/status"), Some(&json!("needs_person")));
    let bare = json!({"value": "12", "source": "ocr", "confidence": 0.55});
    let error = validate(&changed("/records/1/documents/0/fields/number", bare)).unwrap_err();
    assert!(error.to_string().contains("status"), "{error}");
    let plain = validate(&changed("/records/1/documents/0/fields/number", json!("12")));
    assert!(matches!(plain, Err(PublishError::Schema(_))));
}

#[test]
fn the_published_schema_is_the_one_in_force() {
    let path = project("docs/manifest.v6.schema.json");
    let current = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap();
    assert_eq!(published, current, "the model changed: think of compatibility, then run with {UPDATE}=1");
    assert_eq!(schema()["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn manifests_of_every_version_stay_valid() {
    for version in 1..=SCHEMA_VERSION {
        let path = project(&format!("tests/compat/manifest/v{version}.json"));
        if std::env::var_os(UPDATE).is_some() && version == SCHEMA_VERSION && !path.exists() {
            std::fs::write(&path, canonical_json(&example()).unwrap()).unwrap();
        }
        let bytes = std::fs::read(path).unwrap();
        validate(&bytes).unwrap();
        let mut records = Vec::new();
        let outline = read(&bytes[..], &mut |record| records.push(record)).unwrap();
        assert_eq!((outline.schema_version, outline.sequence, outline.records), (version, 2, 4));
        assert_eq!((records.len(), outline.acts.is_some(), outline.personal.is_some()), (4, version >= 3, version >= 6));
    }
}

#[test]
fn a_manifest_of_an_older_version_holds_nothing_that_came_later() {
    for (version, later) in [(1, "signatures"), (2, "text_digest"), (3, "source_pages"), (4, "moved_out")] {
        let mut json =
            serde_json::from_slice::<Value>(&std::fs::read(project("tests/compat/manifest/v5.json")).unwrap()).unwrap();
        json["schema_version"] = json!(version);
        if version < 3 {
            json.as_object_mut().unwrap().remove("acts");
        }
        if version < 4 {
            take_out_what_was_decided(&mut json);
        }
        let error = validate(&serde_json_canonicalizer::to_vec(&json).unwrap()).unwrap_err();
        assert!(error.to_string().contains(later), "{error}");
    }
    let error = validate(&changed("/schema_version", json!(5))).unwrap_err().to_string();
    assert!(error.contains("'path'"), "{error}");
}

/// Only so many faults are named, and these of version 5 would be the first.
fn take_out_what_was_decided(manifest: &mut Value) {
    for record in manifest["records"].as_array_mut().unwrap() {
        let record = record.as_object_mut().unwrap();
        record.retain(|member, value| {
            let action = value.get("action").and_then(Value::as_str);
            member != "voided" && !matches!(action, Some("moved_out" | "fields_decided"))
        });
        for document in record["documents"].as_array_mut().unwrap() {
            let Some(fields) = document["fields"].as_object_mut() else { continue };
            fields.retain(|_, field| field.get("verdict").is_none());
        }
    }
}

/// A scan of many citizens' papers is nobody's source.
#[test]
fn of_a_stack_a_manifest_names_the_pages_of_one_document_alone() {
    let json = serde_json::to_value(example()).unwrap();
    let documents: Vec<&Value> = json["records"].as_array().unwrap().iter().map(|record| &record["documents"][0]).collect();
    let cut: Vec<&&Value> = documents.iter().filter(|document| document.get("source_pages").is_some()).collect();
    let [cut] = cut.as_slice() else { panic!("{documents:#?}") };
    assert_eq!((&cut["source"]["name"], &cut["source_pages"]), (&json!("H38.16-230706-0012.001.goc.tif"), &cut["pages"]));
    assert!(!cut.to_string().contains("a.jpg"), "{cut}");
}

#[test]
fn what_is_no_manifest_does_not_read() {
    let json = serde_json::to_value(example()).unwrap();
    let reads = |json: &Value| read(serde_json::to_vec(json).unwrap().as_slice(), &mut |_| {}).is_ok();
    assert!(reads(&json));
    for member in json.as_object().unwrap().keys().filter(|member| *member != "producer") {
        let mut without = json.clone();
        without.as_object_mut().unwrap().remove(member);
        assert!(!reads(&without), "{member}");
    }
    let mut more = json.clone();
    more["more"] = json!(1);
    assert!(!reads(&more));
    assert!(read(&b"{}{}"[..], &mut |_| {}).is_err());
}

/// What can be said of documents grows; what was sealed before must keep its id.
#[test]
fn records_of_old_manifests_keep_their_ids() {
    for version in [1, 2] {
        let bytes = std::fs::read(project(&format!("tests/compat/manifest/v{version}.json"))).unwrap();
        let manifest: Value = serde_json::from_slice(&bytes).unwrap();
        for record in manifest["records"].as_array().unwrap() {
            let mut record: Record = serde_json::from_value(record.clone()).unwrap();
            assert!(matches!(record.id, RecordId::V1(_)));
            // The example of version 2 says of one record what its id was not made of.
            if version == 1 {
                assert_eq!(record.made_id(), record.id);
            }
            record.version += 1;
            assert_ne!(record.made_id(), record.id);
        }
    }
}

#[test]
fn files_sort_by_number() {
    assert_eq!(file_name(1), "000001.json");
    assert_eq!(file_name(1_234_567), "1234567.json");
}

#[test]
fn a_manifest_written_record_by_record_has_the_bytes_of_the_whole() {
    let whole = canonical_json(&example()).unwrap();
    let frame = Frame::new(heading(Edition::V6, example().acts, example().created_at)).unwrap();
    let mut all = records();
    all.sort_by(|a, b| (&a.dossier_code, a.kind, a.version).cmp(&(&b.dossier_code, b.kind, b.version)));
    let codes = type_codes();
    let telling = telling(PersonalMode::Included, &codes);
    let piece = |record: Record| frame.record(record.clone(), &known(&record.dossier_code), &telling).unwrap();
    let pieces: Vec<Vec<u8>> = all.into_iter().map(piece).collect();
    assert_eq!([frame.head(), &pieces.join(&b","[..]), frame.tail()].concat(), whole);
    validate(&whole).unwrap();
}

/// Who decided is for those who keep the papers.
#[test]
fn of_a_decision_a_manifest_tells_the_verdict_and_the_reading_that_it_replaces() {
    let json = serde_json::to_value(example()).unwrap();
    let result = json["records"].as_array().unwrap().iter().find(|record| record["kind"] == "result").unwrap();
    assert_eq!(
        result["change"],
        json!({"action": "fields_decided", "ordinal": 1, "fields": {"number": "confirmed", "symbol": "not_on_paper"}})
    );
    let fields = &result["documents"][0]["fields"];
    let number = json!({"value": "12", "source": "ocr", "confidence": 1.0, "status": "accepted", "verdict": "confirmed"});
    let read = json!({"value": "QD", "source": "ocr", "confidence": 0.5, "status": "needs_person"});
    let symbol = json!({"value": "", "source": "keyed", "confidence": 1.0, "status": "not_on_paper", "verdict": "not_on_paper",
        "replaces": read});
    assert_eq!((&fields["number"], &fields["symbol"]), (&number, &symbol), "what was confirmed replaces nothing");
    assert!(!json.to_string().contains("Hoa"), "{json:#}");
}

/// Who took a document in has to be told that it is no longer there.
#[test]
fn of_a_document_that_was_taken_out_a_tombstone_stands_in_the_manifest() {
    let json = serde_json::to_value(example()).unwrap();
    let record = &json["records"][2];
    let place = json!({"dossier_code": "G09.20-20260609-0092637", "kind": "dossier", "ordinal": 7});
    assert_eq!(record["change"], json!({"action": "moved_out", "ordinal": 2, "with": [place]}));
    let [gone] = &record["voided"].as_array().unwrap()[..] else { panic!("{record:#}") };
    assert_eq!((&gone["ordinal"], &gone["voided_at"], &gone["became"]), (&json!(2), &json!("2026-07-01T19:30:00Z"), &place));
    assert!(!json.to_string().contains("nhầm") && !json.to_string().contains("Nam\""), "{json:#}");
}

/// The fast way to a record's bytes and the one over its types agree, whatever the record has.
#[test]
fn a_record_stands_in_a_manifest_in_the_bytes_that_are_told_of_its_json() {
    let mut records = vec![record("H38.16-230706-0012", RecordKind::Dossier, None)];
    let change = example_change();
    let mut full = Record { change: Some(change.into()), version: 2, supersedes: Some(records[0].id), ..records[0].clone() };
    let mut document = RecordDocument { excerpt: None, ..crate::model::record::tests::full_document() };
    let absent = Field {
        status: FieldStatus::Absent,
        value: String::new(),
        raw: None,
        ..document.fields.values().next().unwrap().clone()
    };
    document.fields.insert(FieldName::Symbol, absent);
    // Neither a name nor a text is taken for what it is not.
    let mut quoted = document.fields.values().next().unwrap().clone();
    quoted.value = r#"x","status":"absent"#.into();
    quoted.raw = Some(r#"{"id":"r2-"#.into());
    document.fields.insert(FieldName::OwnerName, quoted);
    full.documents.push(document);
    records.push(full);
    let acts = ActHead { count: 7, digest: ActDigest::from_bytes([8; 32]) };
    let frame = Frame::new(heading(Edition::V5, acts, datetime!(2026-07-02 21:00 UTC))).unwrap();
    let codes = type_codes();
    let telling = telling(PersonalMode::Omitted, &codes);
    let told = records.iter().map(|record| frame.record(record.clone(), &Known::default(), &telling).unwrap());
    let bytes = [frame.head(), &told.collect::<Vec<_>>().join(&b","[..]), frame.tail()].concat();
    validate(&bytes).unwrap();
    let pieces = split(std::str::from_utf8(&bytes).unwrap()).unwrap().unwrap();
    assert_eq!((pieces.outline.sequence, pieces.outline.records, pieces.edition), (2, 2, Edition::V5));
    let kept: Vec<String> = records
        .iter()
        .map(|record| String::from_utf8(record_bytes(&serde_json::to_string(record).unwrap()).unwrap()).unwrap())
        .collect();
    assert_eq!(kept, pieces.records);
    assert_eq!(serde_json::from_str::<v5::Record>(pieces.records[1]).unwrap(), v5::Record::from(records[1].clone()));
}

#[test]
fn a_manifest_with_another_frame_is_not_cut_or_not_valid() {
    let bytes = String::from_utf8(canonical_json(&example()).unwrap()).unwrap();
    assert!(matches!(split(&bytes), Some(Ok(_))));
    for (from, to) in
        [("\"sequence\":", "\"sequence\":-"), ("\"producer\":{", "\"producer\":{\"x\":1,"), ("\"sequence\":", "\"sequel\":")]
    {
        assert!(bytes.contains(from));
        assert!(matches!(split(&bytes.replace(from, to)), Some(Err(_))), "{to}");
    }
    for other in
        [bytes.replace("\"schema_version\":6", "\"schema_version\":2"), bytes.replace(',', ", "), "{}".into(), String::new()]
    {
        assert!(split(&other).is_none());
    }
}
