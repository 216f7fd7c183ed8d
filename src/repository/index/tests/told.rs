//! What the index is told of a page, recorded. An entry bears a digest of what it was made from, and not
//! of what was made of it: two programs of one `FORMAT` have to make the same of it.

use tantivy::schema::Value;

use super::*;
use crate::model::confidence::Confidence;
use crate::model::field::FieldName;
use crate::model::ids::PageDigest;

/// Text of an entry but for ids, and its numbers.
fn told(entry: &TantivyDocument, fields: &Fields) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for (field, value) in entry.field_values().filter(|(field, _)| ![fields.record, fields.digest].contains(field)) {
        hasher.update(&field.field_id().to_le_bytes());
        let text = value.as_str().map(str::as_bytes);
        let number = value.as_u64().map(u64::to_le_bytes);
        let bytes = text.or(number.as_ref().map(<[u8; 8]>::as_slice)).unwrap();
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    hasher.finalize()
}

#[test]
fn what_is_told_of_a_page_does_not_change_within_a_format() {
    let (_folder, repository) = new_repository();
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let record = commit(&repository, batch, &code(CODE), recipe(1), &["QUYẾT ĐỊNH", "trang hai"]);
    let mut document = record.documents[0].clone();
    let field = document.fields.values().next().unwrap().clone();
    for (name, value) in [
        (FieldName::DocumentType, "quyet_dinh"),
        (FieldName::Number, "15"),
        (FieldName::Symbol, "QĐ-UBND"),
        (FieldName::IssuingBody, "Ủy ban nhân dân tỉnh Lào Cai"),
        (FieldName::IssueDate, "2025-09-15"),
        (FieldName::OwnerName, "Nguyễn Thị Sương"),
        (FieldName::OwnerNumber, "015072544472"),
        (FieldName::Title, "Về việc cấp giấy"),
    ] {
        document.fields.insert(name, crate::model::field::Field { value: value.into(), ..field.clone() });
    }
    let page = PageText {
        text: "Số 15/QĐ-UBND ngày 15/9/2025,\nthửa BX 460329 căn cước 015 072 544 472 hoà, thuỷ lợi".into(),
        confidence: Confidence::saturating(0.875),
        others: vec!["thúy".into()],
        digest: Some(PageDigest::of(b"page")),
    };
    let fields = schema::schema().1;
    let entries = [0, 1]
        .map(|place| told(&entry::entry(&fields, &record, (&document, place, DocumentState::Current), &page), &fields).to_hex());
    let words = [words::Form::Exact, words::Form::Folded].map(|form| words::forms(&page.text, form).join(" "));
    let words = blake3::hash(words.join("|").as_bytes()).to_hex();
    let golden = (
        7,
        [
            "04e4ed1ff8440849b8cb8e63993c5f1835e6f7c276500de1079d645d12d1c0ef",
            "1d47825f36eee6aa80368ac329398b1d2008c979ebe26b6db954ea0d533b2d61",
        ],
        "56b2822dc062943a95e75368b4bb11412dece35168924aa94bb08a338b3263b1",
    );
    assert_eq!(
        (FORMAT, [entries[0].as_str(), entries[1].as_str()], words.as_str()),
        golden,
        "the index is told something else: raise FORMAT, then record what it is told now"
    );
}
