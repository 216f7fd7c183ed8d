//! What the index holds of one page.

use std::borrow::Cow;

use tantivy::TantivyDocument;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::IndexEntry;
use super::codes::{codes_in, dates_in, number_of, parts_of};
use super::query::number_key;
use super::schema::{Fields, Pair};
use super::versions::state_number;
use crate::model::confidence::Confidence;
use crate::model::document_state::DocumentState;
use crate::model::field::FieldName;
use crate::model::ids::PageDigest;
use crate::model::mask::without_secrets;
use crate::model::page::RecognisedPage;
use crate::model::query::{period_of, squeeze};
use crate::model::record::{Record, RecordDocument};
use crate::model::text::{SecondReading, Word, plain_text};

/// Adds `text` in both forms.
fn add_pair(entry: &mut TantivyDocument, pair: Pair, text: &str) {
    entry.add_text(pair.exact, text);
    entry.add_text(pair.folded, text);
}

/// What was read on a page, as far as it can be found.
#[derive(Debug, Clone, PartialEq)]
pub struct PageText {
    /// All of it, line by line.
    pub text: String,
    /// How surely it was read.
    pub confidence: Confidence,
    /// What another reader read in place of words of the text.
    pub others: Vec<String>,
    /// The digest of all that was read, from the bytes it was taken from; none if nothing is kept of it.
    pub digest: Option<PageDigest>,
}

impl PageText {
    /// A page of which nothing is known.
    pub fn nothing() -> Self {
        Self { text: String::new(), confidence: Confidence::NONE, others: Vec::new(), digest: None }
    }

    /// What is found of a page that is kept in bytes of this digest.
    pub fn of(page: &RecognisedPage, digest: PageDigest) -> Self {
        // Whoever searches for similar words would be told them.
        let lines = without_secrets(page.lines.clone());
        let words = lines.iter().flat_map(|line| &line.words);
        let other = |word: &Word| match &word.second {
            SecondReading::Differs(other) if !other.is_empty() => Some(other.clone()),
            _ => None,
        };
        let others = words.filter_map(other).collect();
        Self { text: plain_text(&lines), confidence: page.confidence(), others, digest: Some(digest) }
    }
}

/// The entry of the page at `place` of a document, counted from 0.
pub(super) fn entry(
    fields: &Fields,
    record: &Record,
    (document, place, state): (&RecordDocument, u64, DocumentState),
    page: &PageText,
) -> TantivyDocument {
    let label = label(record, document, place);
    // What was read is composed as a rule.
    let text: Cow<'_, str> = match is_nfc_quick(page.text.chars()) {
        IsNormalized::Yes => page.text.as_str().into(),
        _ => page.text.nfc().collect::<String>().into(),
    };
    let mut entry = TantivyDocument::new();
    entry.add_text(fields.key, key(record));
    entry.add_text(fields.record, record.id.to_string());
    entry.add_text(fields.code, record.dossier_code.as_str());
    entry.add_text(fields.kind, record.kind.as_str());
    entry.add_u64(fields.ordinal, document.ordinal.into());
    entry.add_u64(fields.page, place + 1);
    // Most pages are current, and say nothing of it.
    if let Some(state) = state_number(state) {
        entry.add_u64(fields.state, state);
    }
    add_pair(&mut entry, fields.labels, &label);
    add_pair(&mut entry, fields.texts, &label);
    add_pair(&mut entry, fields.texts, &text);
    for other in &page.others {
        add_pair(&mut entry, fields.others, &other.nfc().collect::<String>());
    }
    for code in codes_in(&text).into_iter().chain(codes_in(&label)) {
        entry.add_text(fields.codes, code);
    }
    // Between 0 and 1000: no digit is lost.
    entry.add_u64(fields.confidence, (page.confidence.share() * 1000.0).round() as u64);
    add_facts(&mut entry, fields, record, document);
    add_dates(&mut entry, fields, document, place, &text);
    entry.add_bytes(fields.digest, &IndexEntry::of(record.id, document.ordinal, place, page.digest, state).digest);
    entry
}

/// Between code and name of a site.
const PARTED: char = '\u{1f}';

/// Code and name of a site, as they are counted by.
pub(super) fn site_of(value: &str) -> (&str, &str) {
    value.split_once(PARTED).unwrap_or((value, value))
}

/// By what all pages of a dossier's record are replaced.
pub(super) fn key(record: &Record) -> String {
    format!("{}/{}", record.dossier_code, record.kind.as_str())
}

/// Adds the facts of the page's document.
fn add_facts(entry: &mut TantivyDocument, fields: &Fields, record: &Record, document: &RecordDocument) {
    // What was not found has no value.
    let value = |name| document.fields.get(&name).map(|field| field.value.as_str()).filter(|value| !value.is_empty());
    let waits = document.fields.values().any(|field| field.status.is_open());
    entry.add_u64(fields.waits, waits.into());
    for part in parts_of(record.dossier_code.as_str()) {
        entry.add_text(fields.code_parts, part);
    }
    if let Some(title) = value(FieldName::Title) {
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
    if let Some(origin) = document.origin() {
        entry.add_text(fields.site, format!("{}{PARTED}{}", origin.site.code, origin.site.name));
        add_pair(entry, fields.sites, &origin.site.code);
        add_pair(entry, fields.sites, &origin.site.name);
    }
    if let Some(number) = value(FieldName::OwnerNumber) {
        entry.add_text(fields.owner_number, squeeze(number));
    }
    let (number, symbol) = (value(FieldName::Number), value(FieldName::Symbol));
    if let Some(number) = number {
        entry.add_text(fields.number, number_key(number));
        if let Ok(value) = number.trim().parse() {
            entry.add_u64(fields.number_value, value);
        }
        entry.add_text(fields.number, number_key(&format!("{number}{}", symbol.unwrap_or_default())));
    }
    if let Some(symbol) = symbol {
        add_pair(entry, fields.symbols, symbol);
        entry.add_text(fields.number, format!("/{}", squeeze(symbol)));
    }
}

/// Adds the document's date of issue, and the dates that the page is found by: those that stand on it,
/// and on the first one the date of issue.
fn add_dates(entry: &mut TantivyDocument, fields: &Fields, document: &RecordDocument, place: u64, text: &str) {
    let mut dates = dates_in(text);
    if let Some((day, _)) = document.fields.get(&FieldName::IssueDate).and_then(|field| period_of(&field.value)) {
        entry.add_u64(fields.issued, number_of(day));
        entry.add_u64(fields.year, u64::try_from(day.year()).unwrap_or(0));
        if place == 0 {
            dates.insert(number_of(day));
        }
    }
    for day in dates {
        entry.add_u64(fields.dates, day);
    }
}

/// What the page at `place` of a document, counted from 0, can be found by besides its own text.
pub fn label(record: &Record, document: &RecordDocument, place: u64) -> String {
    // What was not found has no value.
    let value = |name| document.fields.get(&name).map(|field| field.value.as_str()).filter(|value| !value.is_empty());
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
