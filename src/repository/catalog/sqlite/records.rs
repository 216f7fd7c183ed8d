//! Sealed records and their documents.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, Transaction, params};

use super::SqliteCatalog;
use super::acts;
use super::batches::{insert_entry, next_number};
use super::differences;
use super::digests::{DOCUMENT, RECORD, SAME_DOCUMENT, text_of};
use super::issuing_bodies;
use super::pages::insert_blob;
use super::pending;
use super::rows::{corrupt, from_json, to_json};
use super::versions::{current, select};
use crate::model::act::Deed;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::{BatchId, DocumentId, RecipeId, RecordId};
use crate::model::record::{Record, RecordDocument};
use crate::model::scan::MediaType;
use crate::repository::catalog::{ReadAlike, Records, Sealing};
use crate::repository::error::RepositoryError;

/// Selects the newest version of each record.
const CURRENT: &str = "version = (SELECT max(version) FROM record AS r WHERE r.code = record.code AND r.kind = record.kind)";

/// Comes after the names of all kinds.
const AFTER_ALL_KINDS: &str = "~";

impl Records for SqliteCatalog {
    fn commit_dossier(&self, order: &Sealing<'_>) -> Result<(), RepositoryError> {
        let &Sealing { batch, records, blobs, entries, alike } = order;
        self.write(|tx| {
            for blob in blobs {
                insert_blob(tx, blob, Some(MediaType::Pdf))?;
            }
            let mut new = Vec::new();
            for record in records {
                if insert_record(tx, batch, record)? {
                    new.push(record);
                }
            }
            entries.iter().try_for_each(|entry| insert_entry(tx, batch, entry))?;
            alike.iter().try_for_each(|one| insert_alike(tx, one))?;
            let Some(newest) = new.last() else { return Ok(()) };
            let codes: BTreeSet<&str> = new.iter().map(|record| record.dossier_code.as_str()).collect();
            codes.into_iter().try_for_each(|code| differences::touch(tx, code))?;
            let deeds = Deed::of_sealing(batch, &new);
            deeds.into_iter().try_for_each(|deed| acts::append(tx, newest.sealed_at, &self.warrant, deed))
        })
    }

    fn ordinals(&self, code: &DossierCode) -> Result<BTreeMap<DocumentId, u32>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT document.id, min(document.ordinal) FROM document JOIN record ON record.id = document.record
                 WHERE record.code = ?1 GROUP BY document.id",
            )?;
            let rows = query.query_map([code.as_str()], |row| Ok((DocumentId::from_bytes(row.get(0)?), row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn current_record(&self, code: &DossierCode, kind: RecordKind) -> Result<Option<Record>, RepositoryError> {
        self.read(|db| current(db, code, kind))
    }

    fn records_of(&self, code: &DossierCode) -> Result<Vec<Record>, RepositoryError> {
        self.read(|db| select(db, "code = ?1 ORDER BY kind, version", [code.as_str()]))
    }

    fn dossier_codes(&self) -> Result<Vec<DossierCode>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT DISTINCT code FROM record ORDER BY code")?;
            query.query_and_then([], |row| row.get::<_, String>(0)?.parse().map_err(corrupt))?.collect()
        })
    }

    fn current_records(
        &self,
        after: Option<&(String, Option<RecordKind>)>,
        limit: usize,
    ) -> Result<Vec<Record>, RepositoryError> {
        let (code, kind) =
            after.map_or(("", ""), |(code, kind)| (code.as_str(), kind.map_or(AFTER_ALL_KINDS, RecordKind::as_str)));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|db| {
            select(db, &format!("(code, kind) > (?1, ?2) AND {CURRENT} ORDER BY code, kind LIMIT ?3"), params![code, kind, limit])
        })
    }

    fn issuing_bodies(&self) -> Result<Vec<(String, u64)>, RepositoryError> {
        self.read(issuing_bodies::all)
    }

    fn all_records(&self) -> Result<Vec<Record>, RepositoryError> {
        self.read(|db| select(db, "TRUE ORDER BY code, kind, version", []))
    }

    fn unexported(&self, limit: usize) -> Result<Vec<RecordId>, RepositoryError> {
        self.read(|db| {
            let mut query =
                db.prepare("SELECT content ->> '$.id' FROM record WHERE manifest IS NULL ORDER BY code, kind, version LIMIT ?1")?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            query.query_and_then([limit], |row| row.get::<_, String>(0)?.parse().map_err(corrupt))?.collect()
        })
    }

    fn records(&self, ids: &[RecordId]) -> Result<Vec<Record>, RepositoryError> {
        self.read(|db| {
            let one =
                |id: &RecordId| select(db, "id = ?1", [id.as_bytes()])?.pop().ok_or_else(|| corrupt(format!("no record {id}")));
            ids.iter().map(one).collect()
        })
    }

    fn document_recipe(&self, record: RecordId, ordinal: u32) -> Result<Option<RecipeId>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT recipe FROM document WHERE record = ?1 AND ordinal = ?2")?;
            let recipe = query.query_row(params![record.as_bytes(), ordinal], |row| row.get(0)).optional()?;
            Ok(recipe.map(RecipeId::from_bytes))
        })
    }

    fn max_change(&self) -> Result<i64, RepositoryError> {
        self.read(|db| Ok(db.query_row("SELECT coalesce(max(change), 0) FROM record", [], |row| row.get(0))?))
    }

    fn records_changed_since(&self, since: i64, limit: usize) -> Result<Vec<(i64, Record)>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT change, content FROM record WHERE change > ?1 ORDER BY change LIMIT ?2")?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            query.query_and_then([since, limit], |row| Ok((row.get(0)?, from_json(&row.get::<_, String>(1)?)?)))?.collect()
        })
    }

    fn names_changed_since(&self, since: i64, limit: usize) -> Result<Vec<(i64, String, String)>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT change, code, kind FROM record AS one WHERE change > ?1
                   AND NOT EXISTS (SELECT 1 FROM record AS next
                                   WHERE next.code = one.code AND next.kind = one.kind AND next.version > one.version)
                 ORDER BY change LIMIT ?2",
            )?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = query.query_map([since, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn readable_versions(&self, code: &str, kind: &str) -> Result<Vec<Record>, RepositoryError> {
        self.read(|db| {
            let mut query =
                db.prepare_cached("SELECT version, content FROM record WHERE code = ?1 AND kind = ?2 ORDER BY version")?;
            let mut rows = query.query([code, kind])?;
            let mut records = Vec::new();
            while let Some(row) = rows.next()? {
                // Text that is no UTF-8 is no record either.
                let content: Option<String> = row.get(1).ok();
                match content.and_then(|content| from_json(&content).ok()) {
                    Some(record) => records.push(record),
                    None => {
                        let version: i64 = row.get(0)?;
                        tracing::warn!(code, kind, version, "a version of a record does not read");
                    }
                }
            }
            Ok(records)
        })
    }
}

fn insert_alike(tx: &Transaction<'_>, alike: &ReadAlike) -> Result<(), RepositoryError> {
    let insert = format!("{} ON CONFLICT DO NOTHING", SAME_DOCUMENT.insert());
    tx.prepare_cached(&insert)?.execute(params![alike.record.as_bytes(), alike.ordinal, alike.recipe.as_bytes()])?;
    Ok(())
}

/// Whether it is new.
fn insert_record(tx: &Transaction<'_>, batch: BatchId, record: &Record) -> Result<bool, RepositoryError> {
    if !select(tx, "id = ?1", [record.id.as_bytes()])?.is_empty() {
        return Ok(false);
    }
    let previous = current(tx, &record.dossier_code, record.kind)?;
    let next = previous.as_ref().map_or(1, |previous| previous.version.saturating_add(1));
    if record.version != next || record.supersedes != previous.as_ref().map(|previous| previous.id) {
        let cause = StorageFault::VersionDoesNotFollow { version: record.version, dossier: record.dossier_code.to_string() };
        return Err(RepositoryError::Conflict { place: String::new(), cause: cause.into() });
    }
    refuse_given_ordinals(tx, record, previous.as_ref())?;
    if record.made_id() != record.id {
        let cause = StorageFault::IdNotMadeFrom { version: record.version, dossier: record.dossier_code.to_string() };
        return Err(RepositoryError::Storage { place: String::new(), cause: cause.into() });
    }
    tx.prepare_cached(&RECORD.insert())?.execute(params![
        next_number(tx, "record")?,
        record.id.as_bytes(),
        batch.0,
        record.dossier_code.as_str(),
        record.kind.as_str(),
        record.version,
        record.supersedes.as_ref().map(RecordId::as_bytes),
        to_json(record)?,
        None::<i64>,
        record.id.format()
    ])?;
    for document in record.kept_documents() {
        let recipe = recipe_of(tx, record, document)?;
        tx.prepare_cached(&DOCUMENT.insert())?.execute(params![
            record.id.as_bytes(),
            document.ordinal,
            document.id.as_bytes(),
            document.file.blake3.as_bytes(),
            document.source.blake3.as_bytes(),
            recipe.as_bytes()
        ])?;
    }
    issuing_bodies::recount(tx, record, previous.as_ref())?;
    pending::recount(tx, batch, record)?;
    Ok(true)
}

/// A number is for one document of the dossier and all that a person makes of it, whatever the kind
/// of the record, and a document has one number. Numbers are chosen before the transaction, because
/// they stand in the sealed files: here it shows whether they are still free.
fn refuse_given_ordinals(tx: &Transaction<'_>, record: &Record, previous: Option<&Record>) -> Result<(), RepositoryError> {
    let mut given = tx.prepare_cached(
        "SELECT 1 FROM document JOIN record ON record.id = document.record
         WHERE record.code = ?1 AND document.ordinal = ?2 AND document.id <> ?3",
    )?;
    let mut other = tx.prepare_cached(
        "SELECT DISTINCT document.ordinal FROM document JOIN record ON record.id = document.record
         WHERE record.code = ?1 AND document.ordinal <> ?2 AND document.id = ?3",
    )?;
    for document in &record.documents {
        let is_same = |other: &&RecordDocument| other.ordinal == document.ordinal;
        let key = params![record.dossier_code.as_str(), document.ordinal, document.id.as_bytes()];
        let kept = previous.is_some_and(|previous| previous.kept_documents().iter().any(is_same));
        if kept {
            continue;
        }
        let others: Vec<u32> = other.query_map(key, |row| row.get(0))?.collect::<Result<_, _>>()?;
        let cause = if !record.brings_own_number(document) && given.exists(key)? {
            StorageFault::NumberGiven { number: document.ordinal, dossier: record.dossier_code.to_string() }
        } else if others.into_iter().any(|number| !record.is_anothers(number, document.id)) {
            StorageFault::OtherNumber { number: document.ordinal, dossier: record.dossier_code.to_string() }
        } else {
            continue;
        };
        return Err(RepositoryError::Conflict { place: String::new(), cause: cause.into() });
    }
    Ok(())
}

/// A new version takes over documents of the one before, which may have been read by an older
/// recipe than the record's own: the text that it was sealed with is kept under that one. A person may
/// have made other documents of their pages.
fn recipe_of(tx: &Transaction<'_>, record: &Record, document: &RecordDocument) -> Result<RecipeId, RepositoryError> {
    if record.supersedes.is_none() && record.change.is_none() {
        return Ok(record.recipe);
    }
    let says_so = |recipe| -> Result<bool, RepositoryError> {
        let text = text_of(tx, &document.pages, recipe)?;
        Ok(text.is_some() && (document.text_digest.is_none() || text == document.text_digest))
    };
    if says_so(record.recipe)? {
        return Ok(record.recipe);
    }
    let mut query = tx.prepare_cached("SELECT recipe FROM document WHERE record = ?1 AND id = ?2 LIMIT 1")?;
    let previous = record.supersedes.as_ref().map(RecordId::as_bytes);
    let before = query.query_row(params![previous, document.id.as_bytes()], |row| row.get(0)).optional()?;
    let before = before.map(RecipeId::from_bytes);
    if let Some(before) = before
        && (document.text_digest.is_none() || says_so(before)?)
    {
        return Ok(before);
    }
    // Those that read pages come before those of what people corrected.
    let mut query = tx.prepare_cached(
        "SELECT recipe FROM page WHERE scan = ?1 AND ordinal = ?2 ORDER BY recipe NOT IN (SELECT recipe FROM batch), recipe",
    )?;
    let first = document.pages.first().copied();
    let first = first.map(|page| (page.scan, page.ordinal));
    let key = params![first.as_ref().map(|(scan, _)| scan.as_bytes()), first.map(|(_, ordinal)| ordinal)];
    let recipes = query.query_map(key, |row| row.get(0))?.collect::<Result<Vec<[u8; 32]>, _>>()?;
    for recipe in recipes.into_iter().map(RecipeId::from_bytes) {
        if says_so(recipe)? {
            return Ok(recipe);
        }
    }
    Ok(before.unwrap_or(record.recipe))
}
