//! The dossier register.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use time::OffsetDateTime;

use super::SqliteCatalog;
use super::digests::REGISTER;
use super::rows::{corrupt, count, from_name, to_count, to_json};
use super::{acts, differences};
use crate::model::act::Deed;
use crate::model::codes::ProcedureCode;
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::RegisterDigest;
use crate::model::register::{ImportCounts, ListState, RegisterDossier, RegisterList, RegisterRow};
use crate::repository::catalog::{Register, RegisterImport, RegisterRows};
use crate::repository::error::RepositoryError;

impl Register for SqliteCatalog {
    fn import_register(&self, import: &RegisterImport<'_>, rows: &mut RegisterRows<'_>) -> Result<ImportCounts, RepositoryError> {
        self.write(|tx| {
            let act = acts::head(tx)?.map_or(1, |head| head.count.saturating_add(1));
            let mut counts = ImportCounts::default();
            // Made once: a year has as many rows as there are dossiers in it.
            let upsert = upsert();
            let had_register = differences::has_register(tx)?;
            let mut procedures = BTreeSet::new();
            for row in rows {
                let Some(row) = put(tx, (import, upsert.as_str()), row?, act, &mut counts)? else { continue };
                match row {
                    RegisterRow::Dossier(dossier) => differences::touch(tx, dossier.code.as_str())?,
                    RegisterRow::Component(component) => drop(procedures.insert(component.procedure.short().to_owned())),
                    _ => {}
                }
            }
            if !had_register && counts.added > 0 && import.list == RegisterList::Dossiers {
                differences::touch_papers(tx)?;
            }
            differences::touch_procedures(tx, &procedures)?;
            if counts.added == 0 && counts.changed == 0 {
                return Ok(counts);
            }
            let (rows, digest) = state_of(tx, import.list)?;
            let deed = Deed::RegisterImported {
                list: import.list,
                file: import.file.to_owned(),
                sha256: import.sha256,
                added: counts.added,
                changed: counts.changed,
                rows,
                digest,
            };
            acts::append(tx, import.at, &self.warrant, deed)?;
            Ok(counts)
        })
    }

    fn register_row(&self, list: RegisterList, key: &str) -> Result<Option<RegisterRow>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT content FROM register WHERE list = ?1 AND key = ?2")?;
            let content: Option<String> = query.query_row(params![list.as_str(), key], |row| row.get(0)).optional()?;
            content.map(|content| read(list, &content)).transpose()
        })
    }

    fn procedures_of(
        &self,
        dossiers: &[&str],
        see: &mut dyn FnMut(&str, &ProcedureCode, Option<String>) -> bool,
    ) -> Result<bool, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT key, content ->> '$.procedure', content ->> '$.procedure_name' FROM register
                       WHERE list = 'dossiers' AND key IN (SELECT value FROM json_each(?1))
                         AND CASE WHEN json_valid(content) THEN content ->> '$.procedure' IS NOT NULL END";
            let mut query = db.prepare_cached(sql)?;
            let mut rows = query.query([to_json(&dossiers)?])?;
            while let Some(row) = rows.next()? {
                let procedure: ProcedureCode = row.get::<_, String>(1)?.parse().map_err(corrupt)?;
                let key = row.get_ref(0)?.as_str().map_err(corrupt)?;
                if !see(key, &procedure, row.get(2)?) {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    fn register_rows_after(&self, list: RegisterList, after: &str, limit: usize) -> Result<Vec<RegisterRow>, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT content FROM register WHERE list = ?1 AND key > ?2 ORDER BY key LIMIT ?3";
            let mut query = db.prepare_cached(sql)?;
            let key = params![list.as_str(), after, to_count(limit as u64)];
            query.query_and_then(key, |row| read(list, row.get_ref(0)?.as_str().map_err(corrupt)?))?.collect()
        })
    }

    fn register_between(
        &self,
        list: RegisterList,
        (from, before): (OffsetDateTime, OffsetDateTime),
        see: &mut dyn FnMut(RegisterRow) -> Result<(), RepositoryError>,
    ) -> Result<(), RepositoryError> {
        self.read(|db| {
            let sql = "SELECT content FROM register WHERE list = ?1 AND at >= ?2 AND at < ?3 ORDER BY at, key";
            let mut query = db.prepare_cached(sql)?;
            let mut rows = query.query(params![list.as_str(), from.unix_timestamp(), before.unix_timestamp()])?;
            while let Some(row) = rows.next()? {
                see(read(list, row.get_ref(0)?.as_str().map_err(corrupt)?)?)?;
            }
            Ok(())
        })
    }

    fn count_register(
        &self,
        list: RegisterList,
        (from, before): (OffsetDateTime, OffsetDateTime),
    ) -> Result<u64, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT count(*) FROM register WHERE list = ?1 AND at >= ?2 AND at < ?3";
            let mut query = db.prepare_cached(sql)?;
            let key = params![list.as_str(), from.unix_timestamp(), before.unix_timestamp()];
            query.query_and_then(key, |row| count(row, 0))?.next().unwrap_or(Ok(0))
        })
    }

    fn register_of_owner(&self, number: &str, limit: usize) -> Result<Vec<RegisterDossier>, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT content FROM register WHERE owner = ?1 AND list = 'dossiers' ORDER BY key LIMIT ?2";
            let mut query = db.prepare_cached(sql)?;
            let read =
                |row: &rusqlite::Row<'_>| serde_json::from_str(row.get_ref(0)?.as_str().map_err(corrupt)?).map_err(corrupt);
            query.query_and_then(params![number, to_count(limit as u64)], read)?.collect()
        })
    }

    fn dossiers_with_papers(&self, (from, before): (OffsetDateTime, OffsetDateTime)) -> Result<Vec<String>, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT key FROM register WHERE list = 'dossiers' AND at >= ?1 AND at < ?2
                         AND EXISTS (SELECT 1 FROM record WHERE record.code = register.key) ORDER BY key";
            let mut query = db.prepare_cached(sql)?;
            let codes = query.query_map([from.unix_timestamp(), before.unix_timestamp()], |row| row.get(0))?;
            Ok(codes.collect::<Result<_, _>>()?)
        })
    }

    fn register_states(&self) -> Result<Vec<ListState>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT DISTINCT list FROM register ORDER BY list")?;
            let lists = query.query_and_then([], |row| from_name(row.get(0)?))?;
            let lists = lists.collect::<Result<Vec<RegisterList>, RepositoryError>>()?;
            let state = |list| state_of(db, list).map(|(rows, digest)| ListState { list, rows, digest });
            lists.into_iter().map(state).collect()
        })
    }
}

fn read(list: RegisterList, content: &str) -> Result<RegisterRow, RepositoryError> {
    RegisterRow::read(list, content).map_err(corrupt)
}

/// The SQL that puts a row in the place of the one with its key.
fn upsert() -> String {
    format!(
        "{} ON CONFLICT (list, key) DO UPDATE SET at = excluded.at, owner = excluded.owner, act = excluded.act,
           content = excluded.content, row_digest = excluded.row_digest",
        REGISTER.insert()
    )
}

/// Puts a row in the place of the one with its key, and returns it; none if it is there just so.
fn put(
    tx: &Transaction<'_>,
    (import, upsert): (&RegisterImport<'_>, &str),
    mut row: RegisterRow,
    act: u64,
    counts: &mut ImportCounts,
) -> Result<Option<RegisterRow>, RepositoryError> {
    let unwritable = |cause: Cause| RepositoryError::Storage { place: String::new(), cause };
    let list = import.list;
    if row.list() != list {
        return Err(unwritable(StorageFault::OtherList.into()));
    }
    let written = |row: &RegisterRow| row.content().map_err(|error| unwritable(Cause::said(error)));
    let (key, mut content) = (row.key(), written(&row)?);
    let mut query = tx.prepare_cached("SELECT content FROM register WHERE list = ?1 AND key = ?2")?;
    let before: Option<String> = query.query_row(params![list.as_str(), key], |row| row.get(0)).optional()?;
    if let (Some(told), Some(before)) = (import.told, before.as_ref().filter(|before| **before != content)) {
        row = row.keeping(&read(list, before)?, told).map_err(|error| unwritable(Cause::said(error)))?;
        content = written(&row)?;
    }
    match before {
        Some(before) if before == content => {
            counts.unchanged += 1;
            return Ok(None);
        }
        Some(_) => counts.changed += 1,
        None => counts.added += 1,
    }
    let at = row.at().map(OffsetDateTime::unix_timestamp);
    tx.prepare_cached(upsert)?.execute(params![list.as_str(), key, at, row.owner(), to_count(act), content])?;
    Ok(Some(row))
}

/// The rows of a list, and the digest over them.
fn state_of(db: &Connection, list: RegisterList) -> Result<(u64, RegisterDigest), RepositoryError> {
    let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 list of the register");
    let sql = format!("SELECT {} FROM register WHERE list = ?1 ORDER BY key", REGISTER.digest(&[]));
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query([list.as_str()])?;
    let mut count = 0u64;
    while let Some(row) = rows.next()? {
        hasher.update(&row.get::<_, [u8; 32]>(0)?);
        count += 1;
    }
    Ok((count, RegisterDigest::from_bytes(*hasher.finalize().as_bytes())))
}
