//! What is known of a dossier, gathered for the tables of portals.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::tables::Table;
use crate::model::dossier::RecordKind;
use crate::model::field::{FieldName, FieldStatus};
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

/// Facts of a dossier of which these are the newest records that the consumer gets.
pub(super) fn of_dossier(
    records: &[Record],
    known: &Known,
    settings: &PortalSettings,
    table: &Table,
    uploaded: &dyn Fn(&StoredFile) -> Option<Uploaded>,
) -> Value {
    let of_kind = |kind: RecordKind, list: &str| -> Vec<Value> {
        let records = records.iter().filter(|record| record.kind == kind);
        let all = records.flat_map(|record| documents(record, known, settings, uploaded));
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

fn documents(
    record: &Record,
    known: &Known,
    settings: &PortalSettings,
    uploaded: &dyn Fn(&StoredFile) -> Option<Uploaded>,
) -> Vec<Value> {
    let there = record.documents.iter().map(|document| {
        let file = uploaded(&document.file);
        let files: Vec<Value> =
            file.map(|file| json!({ "id": file.id, "hash": file.hash, "file": document.file.name })).into_iter().collect();
        let mut facts = of_document(document, known, settings);
        facts.insert("is_out".into(), false.into());
        facts.insert("files".into(), files.into());
        json!({ "document": facts })
    });
    let out = record.voided.iter().map(|voided| {
        let mut facts = of_document(&voided.document, known, settings);
        facts.insert("is_out".into(), true.into());
        json!({ "document": facts })
    });
    there.chain(out).collect()
}

fn of_document(document: &RecordDocument, known: &Known, settings: &PortalSettings) -> Map<String, Value> {
    let mut facts = Map::new();
    let name = &document.file.name;
    facts.insert("name".into(), name.strip_suffix(".pdf").unwrap_or(name).into());
    facts.insert("file".into(), name.as_str().into());
    facts.insert("sha256".into(), document.file.sha256.to_string().into());
    facts.insert("pages".into(), document.file.pages.into());
    if let Some(code) = known.procedure.get("result_code").filter(|code| !code.is_null()) {
        facts.insert("result".into(), code.clone());
    }
    if !settings.files_url.is_empty() {
        let address = format!("{}/{}.pdf", settings.files_url.trim_end_matches('/'), document.file.sha256);
        facts.insert("url".into(), address.into());
    }
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
