//! What a record's id covers, in either form.

use std::collections::BTreeMap;

use time::macros::datetime;

use super::*;
use crate::model::field::{Doubt, Field, FieldName, FieldSource, FieldStatus};
use crate::model::signature::SignatureIntegrity;

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

/// A document in which every member says something.
pub(crate) fn full_document() -> RecordDocument {
    let page = PageId { scan: BlobId::of(b"scan"), ordinal: 0 };
    let field = Field {
        value: "12".into(),
        source: FieldSource::Ocr,
        confidence: Confidence::saturating(0.55),
        status: FieldStatus::NeedsPerson,
        raw: Some("l2".into()),
        doubts: vec![Doubt::NotPrint],
        others: vec!["13".into()],
        decision: None,
    };
    RecordDocument {
        id: DocumentId::of_pages(&[page]),
        ordinal: 1,
        file: file("H38.16-230706-0012.001.pdf", MediaType::Pdf),
        source: file("a.jpg", MediaType::Jpeg),
        excerpt: Some(Excerpt { file: file("H38.16-230706-0012.001.goc.tif", MediaType::Tiff), pages: vec![page] }),
        pages: vec![page],
        blank_pages: vec![PageId { ordinal: 1, ..page }],
        text_confidence: Confidence::saturating(0.91),
        text_source: TextSource::Mixed,
        signatures: vec![Signature {
            signer: Some("Nguyễn Văn Ký".into()),
            signed_at: Some(datetime!(2026-06-09 08:00 UTC)),
            integrity: SignatureIntegrity::Intact,
            covers_file: true,
        }],
        sensitive_pages: vec![page],
        more_sources: vec![file("b.jpg", MediaType::Jpeg)],
        text_digest: Some(TextDigest::from_bytes([4; 32])),
        by_hand: None,
        fields: BTreeMap::from([(FieldName::Number, field)]),
    }
}

fn record(previous: Option<&Record>) -> Record {
    record_of(full_document(), previous)
}

fn record_of(document: RecordDocument, previous: Option<&Record>) -> Record {
    let change = PageChange {
        action: PageAction::Replaced,
        ordinal: 1,
        page: 1,
        brought: vec![PageId { scan: BlobId::of(b"b"), ordinal: 0 }],
        removed: None,
    };
    Record::new(
        "H38.16-230706-0012".parse().unwrap(),
        RecordKind::Dossier,
        previous,
        datetime!(2026-07-01 20:00 +7),
        RecipeId::from_bytes([3; 32]),
        Some(change.into()),
        vec![document],
    )
}

/// Ids are kept for ever. Those of form 1 are held fast by the old manifests in `tests/compat` and
/// the repository in `tests/fixtures`.
#[test]
fn ids_come_out_as_they_always_did() {
    // Sealed before there were excerpts.
    let document = RecordDocument { excerpt: None, ..full_document() };
    let second = record_of(document.clone(), Some(&record_of(document, None)));
    assert_eq!(second.id.to_string(), "r2-ec4742d7816f2b648a8757959acfdf534d71943efed036d3b5aec9de52d8e0a4");
}

/// Everything that a record says, changed one after the other in its JSON, changes its id.
#[test]
fn an_id_covers_every_member_but_itself() {
    let record = record(Some(&record(None)));
    assert_eq!(record.made_id(), record.id);
    let json = serde_json::to_value(&record).unwrap();
    let mut leaves = Vec::new();
    leaves_of(&json, String::new(), &mut leaves);
    assert!(leaves.len() > 50, "{leaves:?}");
    for pointer in leaves.into_iter().filter(|pointer| pointer != "/id") {
        let value = json.pointer(&pointer).unwrap();
        for other in others(value).into_iter().filter(|other| other != value) {
            let mut changed = json.clone();
            *changed.pointer_mut(&pointer).unwrap() = other;
            // What does not read is no record at all.
            let Ok(changed) = serde_json::from_value::<Record>(changed) else { continue };
            assert_ne!(changed.made_id(), record.id, "{pointer} is not covered");
        }
    }
    let mut without = record.clone();
    without.documents.clear();
    assert_ne!(without.made_id(), record.id);
}

fn leaves_of(value: &serde_json::Value, at: String, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(members) => {
            members.iter().for_each(|(name, value)| leaves_of(value, format!("{at}/{name}"), found));
        }
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, value)| leaves_of(value, format!("{at}/{place}"), found));
        }
        _ => found.push(at),
    }
}

/// Other values, some of which will be of the type that belongs there.
fn others(value: &serde_json::Value) -> Vec<serde_json::Value> {
    match value {
        serde_json::Value::String(text) => {
            let mut others = vec![format!("{text}x").into(), serde_json::Value::Null];
            for name in
                ["result", "ocr", "embedded", "keyed", "accepted", "inserted", "altered", "image/png", "2020-01-01T00:00:00Z"]
            {
                others.push(name.into());
            }
            others.push("0".repeat(64).into());
            others.push(format!("r2-{}", "0".repeat(64)).into());
            others
        }
        serde_json::Value::Number(number) if number.is_f64() => vec![0.123.into()],
        serde_json::Value::Number(number) => vec![(number.as_u64().unwrap() + 1).into()],
        serde_json::Value::Bool(value) => vec![(!value).into()],
        _ => vec!["Somebody".into(), 1.into(), serde_json::json!({ "scan": "0".repeat(64), "ordinal": 3 })],
    }
}

#[test]
fn a_document_says_the_same_whether_or_not_its_text_has_a_digest() {
    let document = full_document();
    let old = RecordDocument { text_digest: None, ..document.clone() };
    assert!(document.says_the_same_as(&old) && old.says_the_same_as(&document));
    let other = RecordDocument { text_digest: Some(TextDigest::from_bytes([5; 32])), ..document.clone() };
    assert!(!document.says_the_same_as(&other));
    let other = RecordDocument { text_confidence: Confidence::saturating(0.5), ..document.clone() };
    assert!(!document.says_the_same_as(&other));
}

/// The fast way affirms what the slow one does, and nothing else.
#[test]
fn an_id_is_proven_by_the_bytes_a_record_is_kept_in() {
    let first = record(None);
    let second = record(Some(&first));
    for record in [&first, &second] {
        let kept = serde_json::to_string(record).unwrap();
        assert!(Record::is_proven(&kept, record.id));
        for (from, to) in [("l2", "l3"), ("\"ordinal\":1", "\"ordinal\":2"), ("\"kind\"", "\"king\"")] {
            assert!(kept.contains(from));
            assert!(!Record::is_proven(&kept.replacen(from, to, 1), record.id), "{to}");
        }
        assert!(!Record::is_proven(&format!("{kept} "), record.id));
        assert!(!Record::is_proven(&kept, RecordId::V1(*record.id.as_bytes())), "of another form");
    }
    assert!(!Record::is_proven(&serde_json::to_string(&first).unwrap(), second.id));
}
