//! Batches, their ledger and report.

use std::sync::PoisonError;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::SqliteCatalog;
use super::acts;
use super::digests::{BATCH, ENTRY, ENTRY_OUTCOME};
use super::rows::{corrupt, count, from_json, from_name, from_time, to_count, to_json, to_time};
use crate::model::batch::{BatchReport, BatchState, DossierLine, ExceptionLine, InterruptedBatch, Ledger};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::ids::{BatchId, BlobId, RecipeId};
use crate::model::recipe::EngineIdentity;
use crate::model::record::Record;
use crate::repository::catalog::{BatchEnd, BatchSummary, Batches, Entry, NewBatch};
use crate::repository::error::RepositoryError;

impl Batches for SqliteCatalog {
    fn begin_owned_batch(
        &self,
        began: &NewBatch,
        owner: Option<&str>,
        is_at_work: &dyn Fn(&str) -> bool,
    ) -> Result<BatchId, RepositoryError> {
        let (started_at, engine) = (to_time(began.started_at)?, to_json(&began.engine)?);
        self.write(|tx| {
            let (running, interrupted) = (BatchState::Running.as_str(), BatchState::Interrupted);
            let digest = BATCH.digest(&[("state", "?2")]);
            for batch in died(tx, is_at_work)? {
                let sql = format!("UPDATE batch SET state = ?2, row_digest = {digest} WHERE id = ?1");
                tx.prepare_cached(&sql)?.execute(params![batch.0, interrupted.as_str()])?;
                acts::append_end(tx, began.started_at, &self.warrant, batch, interrupted)?;
            }
            let id = next_number(tx, "batch")?;
            tx.execute(
                &BATCH.insert(),
                params![
                    id,
                    running,
                    began.inbox,
                    started_at,
                    None::<String>,
                    engine,
                    began.recipe.as_bytes(),
                    began.program_version,
                    0,
                    0,
                    None::<String>,
                    None::<String>
                ],
            )?;
            if let Some(owner) = owner {
                tx.execute("INSERT INTO batch_owner (batch, owner) VALUES (?1, ?2)", params![id, owner])?;
            }
            Ok(BatchId(id))
        })
    }

    fn dead_batches(&self, is_at_work: &dyn Fn(&str) -> bool) -> Result<Vec<BatchId>, RepositoryError> {
        self.read(|db| died(db, is_at_work))
    }

    fn finish_batch(&self, batch: BatchId, end: &BatchEnd) -> Result<(), RepositoryError> {
        let (ended_at, cost) = (to_time(end.ended_at)?, to_json(&end.cost)?);
        self.write(|tx| {
            let digest = BATCH.digest(&[
                ("state", "?2"),
                ("ended_at", "?3"),
                ("unchanged_files", "?4"),
                ("left_files", "?5"),
                ("cost", "?6"),
                ("manifest", "?7"),
            ]);
            let ended = tx.execute(
                &format!(
                    "UPDATE batch SET state = ?2, ended_at = ?3, unchanged_files = ?4, left_files = ?5, cost = ?6, manifest = ?7,
                       row_digest = {digest} WHERE id = ?1"
                ),
                params![
                    batch.0,
                    end.state.as_str(),
                    ended_at,
                    to_count(end.unchanged_files),
                    to_count(end.left_files),
                    cost,
                    end.manifest
                ],
            )?;
            if ended == 0 {
                return Err(corrupt(format!("batch {batch} never began")));
            }
            acts::append_end(tx, end.ended_at, &self.warrant, batch, end.state)
        })
    }

    fn put_entry(&self, batch: BatchId, entry: &Entry) -> Result<(), RepositoryError> {
        self.write(|tx| insert_entry(tx, batch, entry))
    }

    fn latest_batch(&self) -> Result<Option<BatchId>, RepositoryError> {
        self.read(|db| Ok(db.query_row("SELECT max(id) FROM batch", [], |row| row.get::<_, Option<i64>>(0))?.map(BatchId)))
    }

    fn recipes(&self) -> Result<Vec<(RecipeId, EngineIdentity)>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT recipe, engine FROM batch GROUP BY recipe, engine ORDER BY max(id) DESC")?;
            let recipe = |row: &Row<'_>| Ok((RecipeId::from_bytes(row.get(0)?), from_json(&row.get::<_, String>(1)?)?));
            query.query_and_then([], recipe)?.collect()
        })
    }

    fn batch_report(&self, batch: BatchId) -> Result<Option<BatchReport>, RepositoryError> {
        self.read(|db| {
            // One state of the database for all parts, while a run may be writing.
            let _one_state = db.is_autocommit().then(|| db.unchecked_transaction()).transpose()?;
            let Some(head) = head(db, batch)? else { return Ok(None) };
            Ok(Some(BatchReport {
                ledger: ledger(db, batch)?,
                dossiers: of_records(db, batch, None, usize::MAX, |record| DossierLine::of(&record))?,
                exceptions: exceptions(db, batch, 0, usize::MAX)?,
                interrupted: interrupted(db, batch)?,
                blank_files: blank_files(db, batch)?,
                duplicate_files: duplicate_files(db, batch)?,
                separator_files: separator_files(db, batch)?,
                ..head
            }))
        })
    }

    fn batch_head(&self, batch: BatchId) -> Result<Option<BatchReport>, RepositoryError> {
        self.read(|db| {
            let _one_state = db.is_autocommit().then(|| db.unchecked_transaction()).transpose()?;
            let Some(head) = head(db, batch)? else { return Ok(None) };
            Ok(Some(BatchReport { ledger: self.counted(db, batch, head.state)?.0, ..head }))
        })
    }

    fn batch_exceptions(&self, batch: BatchId, skipped: usize, limit: usize) -> Result<Vec<ExceptionLine>, RepositoryError> {
        self.read(|db| exceptions(db, batch, skipped, limit))
    }

    fn batch_records(
        &self,
        batch: BatchId,
        after: Option<&(DossierCode, RecordKind)>,
        limit: usize,
    ) -> Result<Vec<Record>, RepositoryError> {
        self.read(|db| of_records(db, batch, after, limit, |record| record))
    }

    fn batch_summaries(&self, up_to: Option<BatchId>, limit: usize) -> Result<Vec<BatchSummary>, RepositoryError> {
        self.read(|db| {
            let _one_state = db.is_autocommit().then(|| db.unchecked_transaction()).transpose()?;
            let mut query = db.prepare_cached(
                "SELECT id, state, started_at, ended_at,
                   (SELECT count(*) FROM (SELECT DISTINCT code, kind FROM record WHERE record.batch = batch.id))
                 FROM batch WHERE id <= ?1 ORDER BY id DESC LIMIT ?2",
            )?;
            let summary = |row: &Row<'_>| {
                let (batch, state) = (BatchId(row.get(0)?), from_name(row.get(1)?)?);
                let (ledger, exceptions) = self.counted(db, batch, state)?;
                Ok(BatchSummary {
                    batch,
                    state,
                    started_at: from_time(&row.get::<_, String>(2)?)?,
                    ended_at: row.get::<_, Option<String>>(3)?.as_deref().map(from_time).transpose()?,
                    ledger,
                    records: count(row, 4)?,
                    exceptions,
                })
            };
            let up_to = up_to.map_or(i64::MAX, |batch| batch.0);
            query.query_and_then(params![up_to, to_count(limit as u64)], summary)?.collect()
        })
    }

    fn batch_scans(&self, batch: BatchId) -> Result<Vec<(String, BlobId, bool)>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT e.path, e.scan, coalesce(sum(o.outcome = 'blank'), 0) > 0 AND count(o.outcome) > 1
                 FROM entry AS e LEFT JOIN entry_outcome AS o ON o.batch = e.batch AND o.path = e.path
                 WHERE e.batch = ?1 AND e.scan IS NOT NULL GROUP BY e.path ORDER BY e.path",
            )?;
            let rows = query.query_map([batch.0], |row| Ok((row.get(0)?, BlobId::from_bytes(row.get(1)?), row.get(2)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    fn last_seen(&self, scan: &str) -> Result<Option<(BatchId, String, String, bool)>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT e.batch, b.inbox, e.path, e.failure IS NOT NULL AND e.moved_to IS NULL
                 FROM entry AS e JOIN batch AS b ON b.id = e.batch
                 WHERE substr(lower(hex(e.scan)), 1, length(?1)) = lower(?1) ORDER BY e.batch DESC LIMIT 1",
            )?;
            let row = |row: &Row<'_>| Ok((BatchId(row.get(0)?), row.get(1)?, row.get(2)?, row.get(3)?));
            Ok(query.query_row([scan], row).optional()?)
        })
    }

    fn is_done(&self, scan: BlobId, code: &DossierCode, kind: RecordKind, recipe: RecipeId) -> Result<bool, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT EXISTS (
                   SELECT 1 FROM document JOIN record ON record.id = document.record
                   WHERE document.source = ?1 AND record.code = ?2 AND record.kind = ?3
                     AND (document.recipe = ?4 OR EXISTS (
                       SELECT 1 FROM same_document AS s
                       WHERE s.record = document.record AND s.ordinal = document.ordinal AND s.recipe = ?4))
                     AND record.version = (SELECT max(version) FROM record WHERE code = ?2 AND kind = ?3)
                 ) OR EXISTS (
                   SELECT 1 FROM record, json_each(record.content, '$.documents') AS d, json_each(d.value, '$.more_sources') AS s
                   WHERE record.code = ?2 AND record.kind = ?3 AND s.value ->> 'blake3' = ?5
                     AND record.version = (SELECT max(version) FROM record WHERE code = ?2 AND kind = ?3)
                 ) OR EXISTS (
                   SELECT 1 FROM entry
                   WHERE scan = ?1 AND code = ?2 AND kind = ?3 AND recipe = ?4 AND failure IS NULL
                     AND pages = coalesce((SELECT sum(pages) FROM entry_outcome AS o WHERE o.batch = entry.batch
                                           AND o.path = entry.path AND o.outcome IN ('blank', 'separator')), 0)
                 )",
            )?;
            let key = params![scan.as_bytes(), code.as_str(), kind.as_str(), recipe.as_bytes(), scan.to_string()];
            Ok(query.query_row(key, |row| row.get(0))?)
        })
    }

    fn is_source_of_others(&self, scan: BlobId, code: &DossierCode) -> Result<bool, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM document JOIN record ON record.id = document.record
                                WHERE document.source = ?1 AND record.code <> ?2)",
            )?;
            Ok(query.query_row(params![scan.as_bytes(), code.as_str()], |row| row.get(0))?)
        })
    }

    fn is_sealed(&self, scan: BlobId, path: &str, recipe: RecipeId) -> Result<bool, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(
                "SELECT EXISTS (
                   SELECT 1 FROM document JOIN record ON record.id = document.record
                   WHERE document.source = ?1 AND document.recipe = ?2
                     AND record.version = (SELECT max(version) FROM record AS other
                                           WHERE other.code = record.code AND other.kind = record.kind)
                 ) AND EXISTS (SELECT 1 FROM entry WHERE scan = ?1 AND path = ?3 AND failure IS NULL)",
            )?;
            Ok(query.query_row(params![scan.as_bytes(), recipe.as_bytes(), path], |row| row.get(0))?)
        })
    }
}

impl SqliteCatalog {
    /// Pages of a batch by outcome, and its files that wait or were refused. Lists ask for fifty batches at once, of
    /// thousands of files each.
    fn counted(&self, db: &Connection, batch: BatchId, state: BatchState) -> Result<(Ledger, u64), RepositoryError> {
        let ended = || self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = ended().get(&batch.0) {
            return Ok(*known);
        }
        let mut query = db.prepare_cached(
            "SELECT count(*) FROM entry AS e INDEXED BY entry_failed LEFT JOIN entry_outcome AS o
               ON o.batch = e.batch AND o.path = e.path AND o.outcome IN ('waiting', 'refused')
             WHERE e.batch = ?1 AND e.failure IS NOT NULL",
        )?;
        let exceptions = query.query_and_then([batch.0], |row| count(row, 0))?.next().transpose()?.unwrap_or_default();
        let counted = (ledger(db, batch)?, exceptions);
        // Of one that was interrupted the program may not have been dead.
        if matches!(state, BatchState::Finished | BatchState::Failed) {
            ended().insert(batch.0, counted);
        }
        Ok(counted)
    }
}

/// Batches that never came to their end and that nobody works on.
fn died(db: &Connection, is_at_work: &dyn Fn(&str) -> bool) -> Result<Vec<BatchId>, RepositoryError> {
    let mut query = db.prepare("SELECT id, owner FROM batch LEFT JOIN batch_owner ON batch = id WHERE state = ?1")?;
    let running = query
        .query_map([BatchState::Running.as_str()], |row| Ok((row.get(0).map(BatchId)?, row.get::<_, Option<String>>(1)?)))?;
    let mut running = running.collect::<Result<Vec<_>, _>>()?;
    running.retain(|(_, owner)| !owner.as_deref().is_some_and(is_at_work));
    Ok(running.into_iter().map(|(batch, _)| batch).collect())
}

pub(super) fn insert_entry(tx: &Transaction<'_>, batch: BatchId, entry: &Entry) -> Result<(), RepositoryError> {
    let failure = entry.failure.as_ref().map(to_json).transpose()?;
    let poor_pages = (!entry.poor_pages.is_empty()).then(|| to_json(&entry.poor_pages)).transpose()?;
    let assignment = entry.assignment.as_ref();
    tx.prepare_cached("DELETE FROM entry WHERE batch = ?1 AND path = ?2")?.execute(params![batch.0, entry.path])?;
    tx.prepare_cached(&ENTRY.insert())?.execute(params![
        batch.0,
        entry.path,
        entry.scan.as_ref().map(BlobId::as_bytes),
        to_count(entry.pages),
        assignment.map(|a| a.code.as_str()),
        assignment.map(|a| a.kind.as_str()),
        assignment.map(|a| a.recipe.as_bytes()),
        failure,
        entry.moved_to,
        poor_pages,
    ])?;
    let sum = ENTRY_OUTCOME.digest(&[("pages", "pages + excluded.pages")]);
    let mut insert = tx.prepare_cached(&format!(
        "{} ON CONFLICT DO UPDATE SET pages = pages + excluded.pages, row_digest = {sum}",
        ENTRY_OUTCOME.insert()
    ))?;
    for (outcome, pages) in &entry.outcomes {
        insert.execute(params![batch.0, entry.path, outcome.as_str(), to_count(*pages)])?;
    }
    Ok(())
}

/// The number after the last that was ever given in a table that counts its rows.
pub(super) fn next_number(tx: &Transaction<'_>, table: &str) -> Result<i64, RepositoryError> {
    let sql = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?1), 0) + 1";
    Ok(tx.prepare_cached(sql)?.query_row([table], |row| row.get(0))?)
}

/// Batches of the same inbox that died right before this one, the newest first, with the files that they refused and
/// that this one did not meet again.
fn interrupted(db: &Connection, batch: BatchId) -> Result<Vec<InterruptedBatch>, RepositoryError> {
    let mut query = db.prepare_cached(
        "WITH RECURSIVE before (id) AS (
           VALUES (?1)
           UNION ALL
           SELECT dead.id FROM before JOIN batch AS dead ON dead.state = 'interrupted' AND dead.id =
             (SELECT max(id) FROM batch WHERE id < before.id AND inbox = (SELECT inbox FROM batch WHERE id = ?1))
         )
         SELECT before.id, count(*) FROM before JOIN entry_outcome AS o ON o.batch = before.id AND o.outcome = 'refused'
         WHERE before.id < ?1 AND NOT EXISTS (SELECT 1 FROM entry AS again WHERE again.batch = ?1 AND again.path = o.path)
         GROUP BY before.id ORDER BY before.id DESC",
    )?;
    let row = |row: &Row<'_>| Ok(InterruptedBatch { batch: BatchId(row.get(0)?), refused_files: count(row, 1)? });
    query.query_and_then([batch.0], row)?.collect()
}

/// The report without what is told of files and records.
fn head(db: &Connection, batch: BatchId) -> Result<Option<BatchReport>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT * FROM batch WHERE id = ?1")?;
    query.query_and_then([batch.0], |row| head_of(batch, row))?.next().transpose()
}

/// The report without what is summed up.
fn head_of(batch: BatchId, row: &Row<'_>) -> Result<BatchReport, RepositoryError> {
    let text = |column: &str| row.get::<_, String>(column);
    Ok(BatchReport {
        batch,
        state: from_name(text("state")?)?,
        inbox: text("inbox")?,
        started_at: from_time(&text("started_at")?)?,
        ended_at: row.get::<_, Option<String>>("ended_at")?.as_deref().map(from_time).transpose()?,
        engine: from_json(&text("engine")?)?,
        recipe: RecipeId::from_bytes(row.get("recipe")?),
        ledger: Ledger::default(),
        unchanged_files: count(row, "unchanged_files")?,
        left_files: count(row, "left_files")?,
        dossiers: Vec::new(),
        exceptions: Vec::new(),
        interrupted: Vec::new(),
        blank_files: Vec::new(),
        duplicate_files: Vec::new(),
        open_facts: Vec::new(),
        card_owners: Vec::new(),
        sheet_counts: Vec::new(),
        differences: Vec::new(),
        repeated_pages: Vec::new(),
        blank_pages: Vec::new(),
        little_read: Vec::new(),
        attachments: Vec::new(),
        notes: Vec::new(),
        separator_files: Vec::new(),
        cost: row.get::<_, Option<String>>("cost")?.as_deref().map(from_json).transpose()?.unwrap_or_default(),
        manifest: row.get("manifest")?,
    })
}

pub(super) fn ledger(db: &Connection, batch: BatchId) -> Result<Ledger, RepositoryError> {
    let mut query = db.prepare_cached("SELECT coalesce(sum(pages), 0) FROM entry WHERE batch = ?1")?;
    let scanned = query.query_and_then([batch.0], |row| count(row, 0))?.next().transpose()?;
    let mut ledger = Ledger { scanned: scanned.unwrap_or_default(), ..Ledger::default() };
    let mut query = db.prepare_cached("SELECT outcome, sum(pages) FROM entry_outcome WHERE batch = ?1 GROUP BY outcome")?;
    let mut rows = query.query([batch.0])?;
    while let Some(row) = rows.next()? {
        ledger.count(from_name(row.get(0)?)?, count(row, 1)?);
    }
    Ok(ledger)
}

/// What is told of the newest versions that belong to a batch, by code and kind.
fn of_records<T>(
    db: &Connection,
    batch: BatchId,
    after: Option<&(DossierCode, RecordKind)>,
    limit: usize,
    told: impl Fn(Record) -> T,
) -> Result<Vec<T>, RepositoryError> {
    let mut query = db.prepare_cached(
        "SELECT content FROM record WHERE batch = ?1 AND (code, kind) > (?2, ?3)
           AND version = (SELECT max(version) FROM record AS r
                          WHERE r.code = record.code AND r.kind = record.kind AND r.batch = record.batch)
         ORDER BY code, kind LIMIT ?4",
    )?;
    let (code, kind) = after.map_or(("", ""), |(code, kind)| (code.as_str(), kind.as_str()));
    let values = params![batch.0, code, kind, to_count(limit as u64)];
    query.query_and_then(values, |row| Ok(told(from_json(&row.get::<_, String>(0)?)?)))?.collect()
}

fn blank_files(db: &Connection, batch: BatchId) -> Result<Vec<String>, RepositoryError> {
    let mut query = db.prepare_cached(
        "SELECT path FROM entry_outcome WHERE batch = ?1
         GROUP BY path HAVING min(outcome) = 'blank' AND max(outcome) = 'blank' ORDER BY path",
    )?;
    let paths = query.query_map([batch.0], |row| row.get(0))?;
    Ok(paths.collect::<Result<_, _>>()?)
}

fn separator_files(db: &Connection, batch: BatchId) -> Result<Vec<String>, RepositoryError> {
    let mut query = db.prepare_cached(
        "SELECT path FROM entry_outcome WHERE batch = ?1
         GROUP BY path
         HAVING max(outcome = 'separator') AND min(outcome IN ('blank', 'separator')) ORDER BY path",
    )?;
    let paths = query.query_map([batch.0], |row| row.get(0))?;
    Ok(paths.collect::<Result<_, _>>()?)
}

fn duplicate_files(db: &Connection, batch: BatchId) -> Result<Vec<String>, RepositoryError> {
    let mut query =
        db.prepare_cached("SELECT path FROM entry WHERE batch = ?1 AND pages = 0 AND failure IS NULL ORDER BY path")?;
    let paths = query.query_map([batch.0], |row| row.get(0))?;
    Ok(paths.collect::<Result<_, _>>()?)
}

/// One line for each file and outcome that somebody has to look at.
fn exceptions(db: &Connection, batch: BatchId, skipped: usize, limit: usize) -> Result<Vec<ExceptionLine>, RepositoryError> {
    let mut query = db.prepare_cached(
        "SELECT coalesce(o.outcome, 'refused'), e.path, coalesce(o.pages, 0), e.failure, e.moved_to, e.poor_pages
         FROM entry AS e INDEXED BY entry_failed LEFT JOIN entry_outcome AS o
           ON o.batch = e.batch AND o.path = e.path AND o.outcome IN ('waiting', 'refused')
         WHERE e.batch = ?1 AND e.failure IS NOT NULL
         ORDER BY e.path, o.outcome LIMIT ?2 OFFSET ?3",
    )?;
    let values = params![batch.0, to_count(limit as u64), to_count(skipped as u64)];
    let lines = query.query_and_then(values, |row| {
        Ok(ExceptionLine {
            outcome: from_name(row.get(0)?)?,
            path: row.get(1)?,
            pages: count(row, 2)?,
            failure: from_json(&row.get::<_, String>(3)?)?,
            moved_to: row.get(4)?,
            poor_pages: row.get::<_, Option<String>>(5)?.as_deref().map(from_json).transpose()?.unwrap_or_default(),
        })
    })?;
    lines.collect()
}
