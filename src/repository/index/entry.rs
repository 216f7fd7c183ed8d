//! What the index holds of one page.

use tantivy::TantivyDocument;
use unicode_normalization::UnicodeNormalization;

use super::codes::{codes_in, dates_in, number_of, parts_of};
use super::query::number_key;
use super::schema::{Fields, Pair};
use crate::model::confidence::Confidence;
use crate::model::field::{FieldName, FieldStatus};
use crate::model::query::{period_of, squeeze};
use crate::model::record::{Record, RecordDocument};

/// Adds `text` in both forms.
fn add_pair(entry: &mut TantivyDocument, pair: Pair, text: &str) {
    entry.add_text(pair.exact, text);
    entry.add_text(pair.folded, text);
}

/// The entry of the page at `place` of a document, counted from 0.
pub(super) fn entry(
    fields: &Fields,
    key: &str,
    record: &Record,
    document: &RecordDocument,
    place: u64,
    text: &str,
    confidence: Confidence,
) -> TantivyDocument {
    let label = label(record, document, place);
    let text: String = text.nfc().collect();
    let mut entry = TantivyDocument::new();
    entry.add_text(fields.key, key);
    entry.add_text(fields.record, record.id.to_string());
    entry.add_text(fields.code, record.dossier_code.as_str());
    entry.add_text(fields.kind, record.kind.as_str());
    entry.add_u64(fields.ordinal, document.ordinal.into());
    entry.add_u64(fields.page, place + 1);
    entry.add_text(fields.file_name, &document.file.name);
    entry.add_text(fields.label, &label);
    add_pair(&mut entry, fields.labels, &label);
    entry.add_text(fields.text, &text);
    add_pair(&mut entry, fields.texts, &text);
    for code in codes_in(&text).into_iter().chain(codes_in(&label)) {
        entry.add_text(fields.codes, code);
    }
    // Between 0 and 1000: no digit is lost.
    entry.add_u64(fields.confidence, (confidence.share() * 1000.0).round() as u64);
    add_facts(&mut entry, fields, record, document, &text);
    entry
}

/// Adds the facts of the page's document, and its dates.
fn add_facts(entry: &mut TantivyDocument, fields: &Fields, record: &Record, document: &RecordDocument, text: &str) {
    let value = |name| document.fields.get(&name).map(|field| field.value.as_str());
    let waits = document.fields.values().any(|field| field.status == FieldStatus::NeedsPerson);
    entry.add_u64(fields.waits, waits.into());
    for part in parts_of(record.dossier_code.as_str()) {
        entry.add_text(fields.code_parts, part);
    }
    if let Some(title) = value(FieldName::Title) {
        entry.add_text(fields.title, title);
        add_pair(entry, fields.titles, title);
    }
    if let Some(document_type) = value(FieldName::DocumentType) {
        entry.add_text(fields.document_type, document_type);
        add_pair(entry, fields.types, &document_type.replace('_', " "));
    }
    if let Some(body) = value(FieldName::IssuingBody) {
        entry.add_text(fields.issuing_body, body);
        add_pair(entry, fields.bodies, body);
    }
    if let Some(owner) = value(FieldName::OwnerName) {
        add_pair(entry, fields.owners, owner);
    }
    if let Some(number) = value(FieldName::OwnerNumber) {
        entry.add_text(fields.owner_number, squeeze(number));
    }
    let (number, symbol) = (value(FieldName::Number), value(FieldName::Symbol));
    if let Some(number) = number {
        entry.add_text(fields.number, number_key(number));
        entry.add_text(fields.number, number_key(&format!("{number}{}", symbol.unwrap_or_default())));
    }
    if let Some(symbol) = symbol {
        add_pair(entry, fields.symbols, symbol);
        entry.add_text(fields.number, format!("/{}", squeeze(symbol)));
    }
    let mut dates = dates_in(text);
    if let Some((day, _)) = value(FieldName::IssueDate).and_then(period_of) {
        entry.add_u64(fields.issued, number_of(day));
        entry.add_u64(fields.year, u64::try_from(day.year()).unwrap_or(0));
        dates.insert(number_of(day));
    }
    for day in dates {
        entry.add_u64(fields.dates, day);
    }
}

/// What a page can be found by besides its own text.
fn label(record: &Record, document: &RecordDocument, place: u64) -> String {
    let value = |name| document.fields.get(&name).map(|field| field.value.as_str());
    let mut label = vec![record.dossier_code.to_string(), document.file.name.clone()];
    if place == 0 {
        label.extend(value(FieldName::DocumentType).map(|key| key.replace('_', " ")));
        let number: Vec<&str> = [FieldName::Number, FieldName::Symbol].into_iter().filter_map(value).collect();
        label.push(number.join("/"));
        label.extend(value(FieldName::Title).map(str::to_owned));
    }
    label.retain(|part| !part.is_empty());
    label.join(" · ").nfc().collect()
}
