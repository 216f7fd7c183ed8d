//! What `verify` asks: all of the catalog, a part at a time, as it is kept and before it is believed.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::SqliteCatalog;
use super::acts::noted_otherwise;
use super::batches::ledger;
use super::digests::{self, ledger_of, ledgers_up_to, old_records};
use super::migrate;
use super::rows::{count, from_json, to_count};
use crate::model::batch::Ledger;
use crate::model::finding::{Detail, Seen};
use crate::model::ids::{BatchId, BlobId, LedgerDigest, RecipeId, Sha256};
use crate::repository::blobs::StoredBlob;
use crate::repository::catalog::{BatchRow, DocumentRow, RecordRow, Survey};
use crate::repository::error::RepositoryError;

impl Survey for SqliteCatalog {
    fn integrity_errors(&self) -> Result<Vec<Detail>, RepositoryError> {
        self.read(|db| {
            let mut check = db.prepare("PRAGMA integrity_check")?;
            let mut lines: Vec<String> = check.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            lines.retain(|line| line != "ok");
            let mut errors: Vec<Detail> = lines.into_iter().map(|said| Seen::DatabaseSaid { said }.into()).collect();
            let mut dangling = db.prepare("PRAGMA foreign_key_check")?;
            let rows = dangling.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?)))?;
            for row in rows {
                let (from, to) = row?;
                errors.push(Seen::RowDangles { from, to }.into());
            }
            Ok(errors)
        })
    }

    fn tables(&self) -> Vec<&'static str> {
        digests::TABLES.iter().map(|table| table.name).collect()
    }

    fn changed_rows(&self, table: &str, limit: usize) -> Result<Vec<String>, RepositoryError> {
        let Some(table) = digests::TABLES.into_iter().find(|known| known.name == table) else { return Ok(Vec::new()) };
        let unpacked = if table.name == digests::PAGE.name { " OR digest IS NOT page_digest(content)" } else { "" };
        self.read(|db| names_of_rows(db, table, &format!("row_digest IS NOT {}{unpacked}", table.digest(&[])), limit))
    }

    fn contradicting_rows(&self, table: &str, limit: usize) -> Result<Vec<String>, RepositoryError> {
        let table = digests::TABLES.into_iter().find(|known| known.name == table);
        let Some((table, contradicts)) = table.and_then(|table| Some((table, table.contradicts_itself()?))) else {
            return Ok(Vec::new());
        };
        self.read(|db| names_of_rows(db, table, &contradicts, limit))
    }

    fn schema_differences(&self) -> Result<Vec<Detail>, RepositoryError> {
        let mut new = Connection::open_in_memory()?;
        digests::register(&new)?;
        migrate::run(&mut new, migrate::MIGRATIONS, |_, _| Ok(()))?;
        let expected = schema_of(&new)?;
        let found = self.read(schema_of)?;
        let missing =
            expected.iter().filter(|one| !found.contains(one)).map(|(name, _)| Seen::DefinitionChanged { name: name.clone() });
        let more =
            found.iter().filter(|one| !expected.contains(one)).map(|(name, _)| Seen::DefinitionUnknown { name: name.clone() });
        Ok(missing.chain(more).map(Detail::from).collect())
    }

    fn counter_errors(&self) -> Result<Vec<Detail>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare(
                "SELECT name, quote(seq) FROM sqlite_sequence WHERE seq IS NOT CASE name
                   WHEN 'batch' THEN (SELECT max(id) FROM batch) WHEN 'record' THEN (SELECT max(change) FROM record) END",
            )?;
            let mut wrong: Vec<Detail> = query
                .query_map([], |row| Ok(Seen::CounterOff { table: row.get(0)?, number: row.get(1)? }.into()))?
                .collect::<Result<_, _>>()?;
            for (table, column) in [("batch", "id"), ("record", "change")] {
                let lost = format!(
                    "SELECT EXISTS (SELECT 1 FROM {table}) AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '{table}')
                     OR (SELECT count(*) FROM {table}) <> (SELECT coalesce(max({column}), 0) FROM {table})"
                );
                if db.query_row(&lost, [], |row| row.get(0))? {
                    wrong.push(Seen::NumbersMissing { table: table.to_owned() }.into());
                }
            }
            Ok(wrong)
        })
    }

    fn sighting_errors(&self, limit: usize) -> Result<Vec<String>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare(
                "SELECT path FROM sighting JOIN blob ON blob.id = sighting.scan WHERE blob.bytes <> sighting.bytes LIMIT ?1",
            )?;
            let paths = query.query_map([to_count(limit as u64)], |row| row.get(0))?;
            Ok(paths.collect::<Result<_, _>>()?)
        })
    }

    fn misnoted_acts(&self, limit: usize) -> Result<Vec<u64>, RepositoryError> {
        self.read(|db| noted_otherwise(db, limit))
    }

    fn record_rows_after(&self, after: (&str, &str, i64), limit: usize) -> Result<Vec<RecordRow>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(&format!(
                "SELECT {ROW} FROM record WHERE (code, kind, version) > (?1, ?2, ?3) ORDER BY code, kind, version LIMIT ?4"
            ))?;
            let key = params![after.0, after.1, after.2, to_count(limit as u64)];
            let mut rows = query.query_and_then(key, row_of)?.collect::<Result<Vec<_>, _>>()?;
            let Some(newest) = rows.last() else { return Ok(rows) };
            // All at once: to ask for those of each row takes longer than to read them.
            let mut documents = db.prepare_cached(&format!(
                "SELECT r.id, {DOCUMENT} FROM record AS r CROSS JOIN document AS d ON d.record = r.id {BLOBS}
                 WHERE (r.code, r.kind, r.version) > (?1, ?2, ?3) AND (r.code, r.kind, r.version) <= (?4, ?5, ?6)
                 ORDER BY r.code, r.kind, r.version, d.ordinal"
            ))?;
            let key = params![after.0, after.1, after.2, newest.code, newest.kind, newest.version];
            let mut of: HashMap<[u8; 32], Vec<DocumentRow>> = HashMap::new();
            for row in documents.query_and_then(key, |row| Ok::<_, RepositoryError>((row.get(0)?, document_of(row, 1)?)))? {
                let (record, document) = row?;
                of.entry(record).or_default().push(document);
            }
            rows.iter_mut().for_each(|row| row.documents = of.remove(&row.id).unwrap_or_default());
            Ok(rows)
        })
    }

    fn record_row(&self, id: &[u8; 32]) -> Result<Option<RecordRow>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(&format!("SELECT {ROW} FROM record WHERE id = ?1"))?;
            let Some(mut row) = query.query_and_then([id], row_of)?.next().transpose()? else { return Ok(None) };
            let mut documents = db.prepare_cached(&format!(
                "SELECT {DOCUMENT} FROM document AS d {BLOBS} WHERE d.record = ?1 ORDER BY d.ordinal"
            ))?;
            row.documents = documents.query_and_then([id], |row| document_of(row, 0))?.collect::<Result<_, _>>()?;
            Ok(Some(row))
        })
    }

    fn records_in_manifest(&self, sequence: u64) -> Result<u64, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT count(*) FROM record WHERE manifest = ?1")?;
            Ok(query.query_and_then([to_count(sequence)], |row| count(row, 0))?.next().transpose()?.unwrap_or_default())
        })
    }

    fn batch_rows(&self) -> Result<Vec<BatchRow>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT id, state FROM batch ORDER BY id")?;
            let rows = query.query_map([], |row| Ok(BatchRow { id: BatchId(row.get(0)?), state: row.get(1)? }))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn ledger(&self, batch: BatchId) -> Result<Ledger, RepositoryError> {
        self.read(|db| ledger(db, batch))
    }

    fn ledger_digest(&self, batch: BatchId) -> Result<(u64, LedgerDigest), RepositoryError> {
        self.read(|db| ledger_of(db, batch))
    }

    fn ledgers_digest(&self, up_to: BatchId) -> Result<LedgerDigest, RepositoryError> {
        self.read(|db| ledgers_up_to(db, up_to))
    }

    fn old_records_digest(&self) -> Result<(u64, LedgerDigest), RepositoryError> {
        self.read(old_records)
    }
}

const ROW: &str = "change, id, format, batch, code, kind, version, supersedes, manifest, content";
/// Columns of a document and of its blobs.
const DOCUMENT: &str = "d.ordinal, d.id, d.recipe, d.file, f.sha256, f.bytes, d.source, s.sha256, s.bytes";
const BLOBS: &str = "LEFT JOIN blob AS f ON f.id = d.file LEFT JOIN blob AS s ON s.id = d.source";

/// Reads the columns of a document from the one at `first`.
fn document_of(row: &rusqlite::Row<'_>, first: usize) -> Result<DocumentRow, RepositoryError> {
    let blob = |place: usize| -> Result<(BlobId, Option<StoredBlob>), RepositoryError> {
        let id = BlobId::from_bytes(row.get(first + place)?);
        let Some(sha256) = row.get(first + place + 1)? else { return Ok((id, None)) };
        Ok((id, Some(StoredBlob { id, sha256: Sha256::from_bytes(sha256), bytes: count(row, first + place + 2)? })))
    };
    let ((file, file_blob), (source, source_blob)) = (blob(3)?, blob(6)?);
    let (ordinal, id, recipe) = (row.get(first)?, row.get(first + 1)?, RecipeId::from_bytes(row.get(first + 2)?));
    Ok(DocumentRow { ordinal, id, file, file_blob, source, source_blob, recipe })
}

/// A row of the table of records, without its documents.
fn row_of(row: &rusqlite::Row<'_>) -> Result<RecordRow, RepositoryError> {
    let id: [u8; 32] = row.get("id")?;
    // Text that is no UTF-8 is no record either.
    let content: Result<String, _> = row.get("content");
    let (content, record) = match content {
        Ok(content) => {
            let record = from_json(&content).map_err(|error| error.to_string());
            (content, record)
        }
        Err(error) => (String::new(), Err(error.to_string())),
    };
    Ok(RecordRow {
        change: row.get("change")?,
        id,
        format: row.get("format")?,
        batch: BatchId(row.get("batch")?),
        code: row.get("code")?,
        kind: row.get("kind")?,
        version: row.get("version")?,
        supersedes: row.get("supersedes")?,
        manifest: row.get("manifest")?,
        content,
        record,
        documents: Vec::new(),
    })
}

/// Names the rows of a table that a condition in SQL holds of.
fn names_of_rows(db: &Connection, table: &digests::Table, condition: &str, limit: usize) -> Result<Vec<String>, RepositoryError> {
    let text = |column: &&str| format!("CASE typeof({column}) WHEN 'blob' THEN lower(hex({column})) ELSE {column} END");
    let key = table.key().iter().map(text).collect::<Vec<_>>().join(", ");
    let sql = format!("SELECT concat_ws(' ', {key}) FROM {} WHERE {condition} LIMIT ?1", table.name);
    let mut query = db.prepare(&sql)?;
    let names = query.query_map([to_count(limit as u64)], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

type Definition = (String, Option<String>);

fn schema_of(db: &Connection) -> Result<Vec<Definition>, RepositoryError> {
    // What SQLite keeps for itself it also checks for itself.
    let mut query = db.prepare(
        "SELECT name || ' (' || type || ', ' || tbl_name || ')', sql FROM sqlite_schema WHERE name <> 'sqlite_stat1' ORDER BY name",
    )?;
    let definitions = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(definitions.collect::<Result<_, _>>()?)
}
