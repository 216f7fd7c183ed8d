//! The chain of acts. An act is appended in the transaction that does what it tells.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use time::OffsetDateTime;

use super::SqliteCatalog;
use super::differences;
use super::digests::{ACT_RECORD, ledger_of, ledgers_up_to, old_records};
use super::rows::{corrupt, count, to_count, to_json};
use crate::model::act::{Act, ActHead, ComponentReused, Deed, SampleChecked, SampleDrawn, Warrant};
use crate::model::batch::BatchState;
use crate::model::failure::Cause;
use crate::model::ids::{ActDigest, BatchId, RecordId};
use crate::model::snapshot::SnapshotName;
use crate::repository::catalog::{ActRow, Acts};
use crate::repository::error::RepositoryError;

/// The newest schema version that had no acts.
const LAST_WITHOUT_ACTS: u32 = 3;

impl Acts for SqliteCatalog {
    fn act_for(&mut self, warrant: Warrant) {
        self.warrant = warrant;
    }

    fn warrant(&self) -> &Warrant {
        &self.warrant
    }

    fn act_head(&self) -> Result<Option<ActHead>, RepositoryError> {
        self.read(head)
    }

    fn acts_after(&self, after: u64, limit: usize) -> Result<Vec<ActRow>, RepositoryError> {
        self.read(|db| {
            let mut query =
                db.prepare_cached("SELECT number, digest, content FROM act WHERE number > ?1 ORDER BY number LIMIT ?2")?;
            query.query_and_then([to_count(after), to_count(limit as u64)], act_row)?.collect()
        })
    }

    fn tell_backed_up(&self, at: OffsetDateTime, to: &str, snapshot: &SnapshotName, blobs: u64) -> Result<(), RepositoryError> {
        let deed = Deed::BackedUp { to: to.to_owned(), snapshot: snapshot.clone(), blobs };
        self.write(|tx| append(tx, at, &self.warrant, deed))
    }

    fn tell_restored(&self, at: OffsetDateTime, from: &str, snapshot: &SnapshotName) -> Result<(), RepositoryError> {
        let deed = Deed::Restored { from: from.to_owned(), snapshot: snapshot.clone() };
        self.write(|tx| append(tx, at, &self.warrant, deed))
    }

    fn tell_component_reused(&self, at: OffsetDateTime, reused: &ComponentReused) -> Result<(), RepositoryError> {
        self.write(|tx| {
            append(tx, at, &self.warrant, Deed::ComponentReused(reused.clone()))?;
            differences::note_reuse(tx, head(tx)?.map_or(0, |head| head.count), at, reused)
        })
    }

    fn tell_sample_drawn(&self, at: OffsetDateTime, drawn: &SampleDrawn) -> Result<(), RepositoryError> {
        self.write(|tx| append(tx, at, &self.warrant, Deed::SampleDrawn(drawn.clone())))
    }

    fn tell_sample_checked(&self, at: OffsetDateTime, checked: &SampleChecked) -> Result<(), RepositoryError> {
        self.write(|tx| append(tx, at, &self.warrant, Deed::SampleChecked(checked.clone())))
    }

    fn acts_naming(&self, records: &[RecordId], limit: usize) -> Result<Vec<ActRow>, RepositoryError> {
        self.read(|db| {
            // The table knows no forms of ids, and one is in the text of an act that names it.
            let sql = "SELECT number, digest, content FROM act WHERE number IN
                         (SELECT named.act FROM json_each(?1) AS id CROSS JOIN act_record AS named
                          WHERE named.record = unhex(replace(id.value, 'r2-', '')) AND instr(
                            (SELECT content FROM act AS one WHERE one.number = named.act), '\"' || id.value || '\"') > 0)
                       ORDER BY number DESC LIMIT ?2";
            let ids = to_json(&records.iter().map(RecordId::to_string).collect::<Vec<_>>())?;
            let mut query = db.prepare_cached(sql)?;
            query.query_and_then(params![ids, to_count(limit as u64)], act_row)?.collect()
        })
    }
}

fn act_row(row: &Row<'_>) -> Result<ActRow, RepositoryError> {
    Ok(ActRow { number: count(row, 0)?, digest: ActDigest::from_bytes(row.get(1)?), content: row.get(2)? })
}

pub(super) fn head(db: &Connection) -> Result<Option<ActHead>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT number, digest FROM act ORDER BY number DESC LIMIT 1")?;
    let last = query.query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?))).optional()?;
    last.map(|(number, digest)| {
        let count = u64::try_from(number).map_err(corrupt)?;
        Ok(ActHead { count, digest: ActDigest::from_bytes(digest) })
    })
    .transpose()
}

/// Appends an act to the chain.
pub(super) fn append(tx: &Transaction<'_>, at: OffsetDateTime, warrant: &Warrant, deed: Deed) -> Result<(), RepositoryError> {
    let act = Act::after(head(tx)?, at, warrant, deed);
    let content =
        act.canonical_json().map_err(|said| RepositoryError::Storage { place: String::new(), cause: Cause::said(said) })?;
    tx.prepare_cached("INSERT INTO act (number, digest, content) VALUES (?1, ?2, ?3)")?.execute(params![
        to_count(act.number),
        Act::digest(&content).as_bytes(),
        content
    ])?;
    let insert = format!(
        "INSERT INTO act_record (record, act, row_digest) SELECT record, act, {} FROM ({})",
        ACT_RECORD.digest(&[]),
        named("act.number = ?1")
    );
    tx.prepare_cached(&insert)?.execute([to_count(act.number)])?;
    Ok(())
}

/// The records that these acts name, each with the act.
fn named(acts: &str) -> String {
    format!(
        "SELECT DISTINCT record, act FROM (
           SELECT unhex(replace(named.value, 'r2-', '')) AS record, act.number AS act
           FROM act JOIN json_tree(CASE WHEN json_valid(act.content) THEN act.content END, '$.deed') AS named
           WHERE {acts} AND named.type = 'text' AND (named.key = 'record' OR named.path = '$.deed.records')
         ) WHERE length(record) = 32"
    )
}

/// At most so many acts of which other records are noted than they name.
pub(super) fn noted_otherwise(db: &Connection, limit: usize) -> Result<Vec<u64>, RepositoryError> {
    let (named, noted) = (named("TRUE"), "SELECT record, act FROM act_record");
    let sql = format!(
        "SELECT act FROM (SELECT * FROM ({noted}) EXCEPT SELECT * FROM ({named}))
         UNION SELECT act FROM (SELECT * FROM ({named}) EXCEPT SELECT * FROM ({noted}))
         ORDER BY act LIMIT ?1"
    );
    let mut query = db.prepare_cached(&sql)?;
    query.query_and_then([to_count(limit as u64)], |row| count(row, 0))?.collect()
}

/// Appends that a batch came to its end.
pub(super) fn append_end(
    tx: &Transaction<'_>,
    at: OffsetDateTime,
    warrant: &Warrant,
    batch: BatchId,
    state: BatchState,
) -> Result<(), RepositoryError> {
    let (files, ledger) = ledger_of(tx, batch)?;
    append(tx, at, warrant, Deed::BatchEnded { batch, state, files, ledger })
}

/// Begins the chain of a repository that was made by a program without acts, with an act that
/// stands for all that was there.
pub(super) fn adopt(tx: &Transaction<'_>, found: u32, warrant: &Warrant) -> Result<(), RepositoryError> {
    if found == 0 || found > LAST_WITHOUT_ACTS {
        return Ok(());
    }
    let last = |sql: &str| tx.query_row(sql, [], |row| row.get::<_, i64>(0));
    let batches = BatchId(last("SELECT coalesce(max(id), 0) FROM batch")?);
    let manifests = u64::try_from(last("SELECT coalesce(max(sequence), 0) FROM manifest")?).map_err(corrupt)?;
    let (records, content) = old_records(tx)?;
    let deed = Deed::Adopted { batches, ledgers: ledgers_up_to(tx, batches)?, records, content, manifests };
    let now = OffsetDateTime::now_utc();
    append(tx, now.replace_nanosecond(0).unwrap_or(now), warrant, deed)
}
