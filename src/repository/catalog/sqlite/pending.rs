//! What waits for a person: facts in a table of their own, kept with the records they stand in; files as
//! the ledgers tell of them.

use rusqlite::{Connection, Row, Transaction, params};

use super::SqliteCatalog;
use super::digests::OPEN_FIELD;
use super::rows::{corrupt, count, from_json, from_name, from_time, to_count, to_time};
use crate::model::codes::DossierCode;
use crate::model::failure::Failure;
use crate::model::field::FieldStatus;
use crate::model::ids::{BatchId, BlobId};
use crate::model::record::Record;
use crate::repository::catalog::{OpenField, OpenFilter, Pending, WaitingFile};
use crate::repository::error::RepositoryError;

/// Facts that are sorted for a list, and no more.
const FEW: i64 = 2000;

/// The newest schema version that had no table of facts that wait.
const LAST_WITHOUT: u32 = 6;

const COLUMNS: &str = "open_field.code, open_field.kind, ordinal, field, status, document_type, since, open_field.batch";

/// What [`OpenFilter`] asks for; a list of inboxes is JSON.
const FITS: &str = "(?1 IS NULL OR batch.inbox IN (SELECT value FROM json_each(?1)))
   AND (?2 IS NULL OR document_type = ?2) AND (?3 IS NULL OR since >= ?3) AND (?4 IS NULL OR since < ?4)
   AND (?5 IS NULL OR status = ?5)";

impl Pending for SqliteCatalog {
    fn open_fields(
        &self,
        filter: &OpenFilter,
        after: Option<&OpenField>,
        limit: usize,
    ) -> Result<Vec<OpenField>, RepositoryError> {
        let [inboxes, document_type, from, before, status] = values_of(filter)?;
        let since = after.map(|last| to_time(last.since)).transpose()?;
        self.read(|db| {
            // Where few facts stand so, they are sought by that: by age all others would be looked through.
            let (by, stand_so) = match &status {
                Some(status) if are_few(db, status)? => ("INDEXED BY open_field_by_status", "status = ?5 AND"),
                _ => ("", ""),
            };
            let mut query = db.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM open_field {by} CROSS JOIN batch ON batch.id = open_field.batch
                 WHERE {stand_so} (since, open_field.code, open_field.kind, ordinal, field) > (?6, ?7, ?8, ?9, ?10) AND {FITS}
                 ORDER BY since, open_field.code, open_field.kind, ordinal, field LIMIT ?11"
            ))?;
            let values = params![
                inboxes,
                document_type,
                from,
                before,
                status,
                since.unwrap_or_default(),
                after.map_or("", |last| last.code.as_str()),
                after.map_or("", |last| last.kind.as_str()),
                after.map_or(0, |last| last.ordinal),
                after.map_or("", |last| last.field.as_str()),
                to_count(limit as u64)
            ];
            query.query_and_then(values, open_field_of)?.collect()
        })
    }

    fn count_open_fields(&self, filter: &OpenFilter) -> Result<(u64, u64), RepositoryError> {
        let OpenFilter { inboxes, document_type, from, before, status } = filter;
        // The desk counts all of them with every page: an index is enough for that.
        if inboxes.is_empty() && document_type.is_none() && from.is_none() && before.is_none() {
            let of = |wanted: FieldStatus| if status.is_none_or(|status| status == wanted) { status_name(wanted) } else { "" };
            return self.read(|db| {
                let mut query = db.prepare_cached(
                    "SELECT (SELECT count(*) FROM open_field WHERE status = ?1), (SELECT count(*) FROM open_field WHERE status = ?2)",
                )?;
                let wanted = [of(FieldStatus::NeedsPerson), of(FieldStatus::Absent)];
                query.query_and_then(wanted, |row| Ok((count(row, 0)?, count(row, 1)?)))?.next().unwrap_or(Ok((0, 0)))
            });
        }
        let [inboxes, document_type, from, before, status] = values_of(filter)?;
        self.read(|db| {
            let mut query = db.prepare_cached(&format!(
                "SELECT count(*) FILTER (WHERE status = 'needs_person'), count(*) FILTER (WHERE status = 'absent')
                 FROM open_field CROSS JOIN batch ON batch.id = open_field.batch WHERE {FITS}"
            ))?;
            let values = params![inboxes, document_type, from, before, status];
            query.query_and_then(values, |row| Ok((count(row, 0)?, count(row, 1)?)))?.next().unwrap_or(Ok((0, 0)))
        })
    }

    fn open_fields_of(&self, code: &str, kind: &str) -> Result<Vec<OpenField>, RepositoryError> {
        self.read(|db| of_record(db, code, kind))
    }

    fn waiting_files(&self) -> Result<Vec<WaitingFile>, RepositoryError> {
        self.read(|db| {
            // A later batch over the same inbox has the last word on a name, and one that sealed the same
            // bytes under another name is done with them. A batch over a file is a change by hand, and who
            // asked for it was told. Most that ever failed was seen to since: what the indexes tell of that comes
            // first.
            let mut query = db.prepare_cached(
                "WITH untouched AS MATERIALIZED (
                   SELECT failed.batch, failed.path, of.inbox
                   FROM entry AS failed INDEXED BY entry_failed CROSS JOIN batch AS of ON of.id = failed.batch
                   WHERE failed.failure IS NOT NULL AND of.inbox <> failed.path
                     AND NOT EXISTS (SELECT 1 FROM entry AS later JOIN batch AS last ON last.id = later.batch
                                     WHERE later.path = failed.path AND later.batch > failed.batch AND last.inbox = of.inbox))
                 SELECT (SELECT min(first.started_at)
                         FROM entry AS earlier JOIN batch AS first ON first.id = earlier.batch
                         WHERE earlier.path = e.path AND earlier.scan IS e.scan AND first.inbox = u.inbox
                           AND earlier.failure IS NOT NULL) AS since,
                   e.batch, u.inbox, e.path, e.scan, coalesce(o.outcome, 'refused'), e.pages, e.failure, e.moved_to, e.poor_pages
                 FROM untouched AS u CROSS JOIN entry AS e ON e.batch = u.batch AND e.path = u.path
                   LEFT JOIN entry_outcome AS o
                     ON o.batch = e.batch AND o.path = e.path AND o.outcome IN ('waiting', 'refused')
                 WHERE NOT EXISTS (SELECT 1 FROM entry AS sealed
                                   WHERE sealed.scan = e.scan AND sealed.batch > e.batch AND sealed.failure IS NULL)
                 ORDER BY since, u.inbox, e.path",
            )?;
            query.query_and_then([], waiting_file_of)?.collect()
        })
    }
}

/// Whether so few facts stand so that all of them may be looked at for a list.
fn are_few(db: &Connection, status: &str) -> Result<bool, RepositoryError> {
    let mut query = db.prepare_cached("SELECT count(*) FROM (SELECT 1 FROM open_field WHERE status = ?1 LIMIT ?2)")?;
    Ok(query.query_row(params![status, FEW + 1], |row| row.get::<_, i64>(0))? <= FEW)
}

fn values_of(filter: &OpenFilter) -> Result<[Option<String>; 5], RepositoryError> {
    let inboxes = (!filter.inboxes.is_empty()).then(|| super::rows::to_json(&filter.inboxes)).transpose()?;
    let time = |time: &Option<_>| time.map(to_time).transpose();
    let status = filter.status.map(status_name);
    Ok([inboxes, filter.document_type.clone(), time(&filter.from)?, time(&filter.before)?, status.map(str::to_owned)])
}

fn status_name(status: FieldStatus) -> &'static str {
    if status == FieldStatus::Absent { "absent" } else { "needs_person" }
}

fn open_field_of(row: &Row<'_>) -> Result<OpenField, RepositoryError> {
    let code: String = row.get(0)?;
    let field: String = row.get(3)?;
    Ok(OpenField {
        code: code.parse::<DossierCode>().map_err(corrupt)?,
        kind: from_name(row.get(1)?)?,
        ordinal: row.get(2)?,
        field: field.parse().map_err(|()| corrupt(&field))?,
        status: from_name(row.get(4)?)?,
        document_type: row.get(5)?,
        since: from_time(&row.get::<_, String>(6)?)?,
        batch: BatchId(row.get(7)?),
    })
}

fn waiting_file_of(row: &Row<'_>) -> Result<WaitingFile, RepositoryError> {
    let failure: Failure = from_json(&row.get::<_, String>(7)?)?;
    Ok(WaitingFile {
        since: from_time(&row.get::<_, String>(0)?)?,
        batch: BatchId(row.get(1)?),
        inbox: row.get(2)?,
        path: row.get(3)?,
        scan: row.get::<_, Option<[u8; 32]>>(4)?.map(BlobId::from_bytes),
        outcome: from_name(row.get(5)?)?,
        pages: count(row, 6)?,
        failure,
        moved_to: row.get(8)?,
        poor_pages: row.get::<_, Option<String>>(9)?.as_deref().map(from_json).transpose()?.unwrap_or_default(),
    })
}

fn of_record(db: &Connection, code: &str, kind: &str) -> Result<Vec<OpenField>, RepositoryError> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM open_field WHERE code = ?1 AND kind = ?2"))?;
    let mut open: Vec<OpenField> = query.query_and_then([code, kind], open_field_of)?.collect::<Result<_, RepositoryError>>()?;
    open.sort_by_key(|one| (one.ordinal, one.field));
    Ok(open)
}

/// Puts the facts that wait in a new version in the place of those of the version before.
pub(super) fn recount(tx: &Transaction<'_>, batch: BatchId, record: &Record) -> Result<(), RepositoryError> {
    let (code, kind) = (record.dossier_code.as_str(), record.kind.as_str());
    let before = of_record(tx, code, kind)?;
    let now = OpenField::of(record, batch, &before);
    if !before.is_empty() {
        tx.prepare_cached("DELETE FROM open_field WHERE code = ?1 AND kind = ?2")?.execute([code, kind])?;
    }
    let mut insert = tx.prepare_cached(&OPEN_FIELD.insert())?;
    for one in now {
        let values = params![
            code,
            kind,
            one.ordinal,
            one.field.as_str(),
            status_name(one.status),
            one.document_type,
            to_time(one.since)?,
            batch.0
        ];
        insert.execute(values)?;
    }
    Ok(())
}

/// Fills the table of a repository that had none. A record that does not read is for `verify` to tell.
pub(super) fn fill(tx: &Transaction<'_>, found: u32) -> Result<(), RepositoryError> {
    if found == 0 || found > LAST_WITHOUT {
        return Ok(());
    }
    let mut query = tx.prepare("SELECT batch, content FROM record ORDER BY code, kind, version")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        if let Ok(record) = from_json::<Record>(&row.get::<_, String>(1)?) {
            recount(tx, BatchId(row.get(0)?), &record)?;
        }
    }
    Ok(())
}
