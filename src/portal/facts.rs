//! What is known of a dossier, gathered for the tables of portals.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::tables::Table;
use crate::model::dossier::RecordKind;
use crate::model::field::{FieldName, FieldStatus};
use crate::model::ids::Sha256;
use crate::model::piece::PageRange;
use crate::model::record::{Record, RecordDocument, StoredFile};
use crate::settings::PortalSettings;

/// What others than the papers know of a dossier.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// As the register has it; null if it has not.
    pub register: Value,
    /// Its procedure; null if it is in no list.
    pub procedure: Value,
    /// Codes of components by the types of documents that they are.
    pub components: BTreeMap<String, String>,
}

/// What a portal calls a file that it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Uploaded {
    pub id: String,
    pub hash: String,
}

/// A file as a portal gets it: one of the repository, or some pages of one that is too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SentFile {
    pub name: String,
    pub sha256: Sha256,
    /// Which pages; all if none are named.
    pub pages: Option<PageRange>,
    pub uploaded: Option<Uploaded>,
}

/// How files are told.
pub(super) struct Files<'a> {
    /// The files that one of the repository is sent as.
    pub sent: &'a dyn Fn(&StoredFile) -> Vec<SentFile>,
    /// In how many files the portal was ever told of the document of this name.
    pub told: &'a dyn Fn(&str) -> usize,
}

/// Facts of a dossier of which these are the newest records that the consumer gets.
pub(super) fn of_dossier(
    records: &[Record],
    known: &Known,
    settings: &PortalSettings,
    table: &Table,
    files: &Files<'_>,
) -> Value {
    let of_kind = |kind: RecordKind, list: &str| -> Vec<Value> {
        let records = records.iter().filter(|record| record.kind == kind);
        // A portal that has no list of files in a paper is told each file as a paper.
        let form = if table.tells("dossier", list, "document.files") { Form::Listed } else { Form::Apart };
        let all = records.flat_map(|record| documents(record, known, settings, files, form));
        // Where no field of the portal's tells it that a paper was taken out, it would take it for one that is there.
        all.filter(|document| !is_out(document) || table.tells("dossier", list, "document.is_out")).collect()
    };
    let code = records.first().map(|record| record.dossier_code.to_string());
    let (components, results) = (of_kind(RecordKind::Dossier, "components"), of_kind(RecordKind::Result, "results"));
    let mut facts = common(code, known, settings);
    facts.insert("has_components".into(), components.iter().any(|document| !is_out(document)).into());
    facts.insert("components".into(), components.into());
    facts.insert("results".into(), results.into());
    Value::Object(facts)
}

/// Facts of the work that was done for a record.
pub(super) fn of_progress(record: &Record, known: &Known, settings: &PortalSettings) -> Value {
    let mut facts = common(Some(record.dossier_code.to_string()), known, settings);
    facts.insert("work".into(), record.kind.as_str().into());
    let sealed_at = record.sealed_at.format(&time::format_description::well_known::Rfc3339).ok();
    facts.insert("sealed_at".into(), sealed_at.into());
    Value::Object(facts)
}

fn common(code: Option<String>, known: &Known, settings: &PortalSettings) -> Map<String, Value> {
    let PortalSettings { agency, operator, department, .. } = settings;
    let mut facts = Map::new();
    facts.insert("code".into(), code.into());
    facts.insert("register".into(), known.register.clone());
    facts.insert("procedure".into(), known.procedure.clone());
    facts.insert("settings".into(), json!({ "agency": agency, "operator": operator, "department": department }));
    facts
}

fn is_out(document: &Value) -> bool {
    document.pointer("/document/is_out") == Some(&Value::Bool(true))
}

/// How a portal is told of a paper that is in several files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One paper with a list of files.
    Listed,
    /// A paper for each file.
    Apart,
}

/// The name of a document, by which it is known to portals.
pub(super) fn name_of(file: &StoredFile) -> &str {
    file.name.strip_suffix(".pdf").unwrap_or(&file.name)
}

fn documents(record: &Record, known: &Known, settings: &PortalSettings, files: &Files<'_>, form: Form) -> Vec<Value> {
    let mut all = Vec::new();
    for document in &record.documents {
        let sent = (files.sent)(&document.file);
        let of = document.file.pages;
        let facts = of_document(document, known, settings);
        if form == Form::Listed || sent.iter().all(|file| file.pages.is_none()) {
            let listed = sent.iter().filter_map(|file| listed(file, &document.file)).collect::<Vec<_>>();
            all.push(told(facts.clone(), false, listed));
        } else {
            let parts =
                sent.iter().enumerate().map(|(place, file)| told(of_part(&facts, place, file, of, settings), false, vec![]));
            all.extend(parts);
        }
        if form == Form::Apart {
            let gone = sent.len().max(1)..(files.told)(name_of(&document.file));
            all.extend(gone.map(|place| told(named_part(&facts, place), true, vec![])));
        }
    }
    for voided in &record.voided {
        let facts = of_document(&voided.document, known, settings);
        let parts = if form == Form::Apart { (files.told)(name_of(&voided.document.file)) } else { 1 };
        all.extend((0..parts).map(|place| told(named_part(&facts, place), true, vec![])));
    }
    all
}

fn told(mut facts: Map<String, Value>, is_out: bool, files: Vec<Value>) -> Value {
    facts.insert("is_out".into(), is_out.into());
    if !is_out {
        facts.insert("files".into(), files.into());
    }
    json!({ "document": facts })
}

/// A file that the portal has.
fn listed(sent: &SentFile, whole: &StoredFile) -> Option<Value> {
    let Uploaded { id, hash } = sent.uploaded.as_ref()?;
    let mut facts = json!({ "id": id, "hash": hash, "file": sent.name });
    if let (Some(pages), Some(facts)) = (sent.pages, facts.as_object_mut()) {
        facts.extend(of_pages(pages, whole.pages, &whole.sha256.to_string()));
    }
    Some(facts)
}

/// Which pages of which file, for portals that ask.
fn of_pages(pages: PageRange, of: u32, sha256: &str) -> Map<String, Value> {
    let facts = [
        ("page_from", pages.from.into()),
        ("page_to", pages.to.into()),
        ("pages_of", of.into()),
        ("sealed_sha256", sha256.into()),
    ];
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A part of a document under its own name: the first has that of the document, so that it takes its place.
fn named_part(facts: &Map<String, Value>, place: usize) -> Map<String, Value> {
    let mut part = facts.clone();
    if let (1.., Some(Value::String(name))) = (place, facts.get("name")) {
        part.insert("name".into(), format!("{name}.{}", place + 1).into());
    }
    part
}

/// What is known of a part of a document that is a file of its own.
fn of_part(facts: &Map<String, Value>, place: usize, sent: &SentFile, of: u32, settings: &PortalSettings) -> Map<String, Value> {
    let mut part = named_part(facts, place);
    let Some(pages) = sent.pages else { return part };
    let sealed = facts.get("sha256").and_then(Value::as_str).unwrap_or_default();
    part.extend(of_pages(pages, of, sealed));
    part.insert("file".into(), sent.name.as_str().into());
    part.insert("sha256".into(), sent.sha256.to_string().into());
    part.insert("pages".into(), pages.count().into());
    if let Some(Value::String(title)) = facts.get("title") {
        part.insert("title".into(), format!("{title} (trang {pages}/{of})").into());
    }
    part.extend(address(sent.sha256, settings));
    part
}

/// Where the portal fetches a file, if it is told.
fn address(sha256: Sha256, settings: &PortalSettings) -> Option<(String, Value)> {
    let url = settings.files_url.trim_end_matches('/');
    (!url.is_empty()).then(|| ("url".to_owned(), format!("{url}/{sha256}.pdf").into()))
}

fn of_document(document: &RecordDocument, known: &Known, settings: &PortalSettings) -> Map<String, Value> {
    let mut facts = Map::new();
    facts.insert("name".into(), name_of(&document.file).into());
    facts.insert("file".into(), document.file.name.as_str().into());
    facts.insert("sha256".into(), document.file.sha256.to_string().into());
    facts.insert("pages".into(), document.file.pages.into());
    if let Some(code) = known.procedure.get("result_code").filter(|code| !code.is_null()) {
        facts.insert("result".into(), code.clone());
    }
    facts.extend(address(document.file.sha256, settings));
    // What waits for a person is no fact.
    let accepted = document.fields.iter().filter(|(_, field)| field.status == FieldStatus::Accepted);
    for (field, found) in accepted {
        facts.insert(field.as_str().to_owned(), found.value.as_str().into());
        if *field == FieldName::DocumentType
            && let Some(code) = known.components.get(&found.value)
        {
            facts.insert("component".into(), code.as_str().into());
        }
    }
    facts
}
