//! In what papers and register disagree, kept in a table of its own: each transaction that changes papers, register
//! or what is reused puts the rows of the dossiers that it touches anew.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use time::OffsetDateTime;

use super::SqliteCatalog;
use super::digests::{DIFFERENCE, REUSE};
use super::records::current;
use super::rows::{corrupt, count, from_json, from_time, to_count, to_json};
use crate::model::act::{Act, ComponentReused, Deed};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::ids::RecordId;
use crate::model::register::{ComponentEntry, Disagreement, RegisterDossier, SaidToStand, Sides, disagreements, expects_papers};
use crate::repository::catalog::{DifferenceFilter, Differences, MOST_COMPONENTS, SaidReuse, standing};
use crate::repository::error::RepositoryError;

/// The newest schema version that had no such table.
const LAST_WITHOUT: u32 = 13;

/// Of the rules by which papers and register are compared: whatever lets [`found`] find something else of the same rows
/// raises it. A catalog tells it where SQLite keeps a number of the program's own, and who opens it for writing makes
/// anew what was compared by other rules.
const COMPARISON: i32 = 1;
const COMPARED_BY: &str = "application_id";

/// What [`DifferenceFilter`] asks for.
const FITS: &str = "at >= ?1 AND at < ?2 AND (sides <> 'entry' OR at <= ?3)
   AND (?4 IS NULL OR since >= ?4) AND (?5 IS NULL OR since < ?5)";

const COLUMNS: &str = "code, sides, at, since, content";

impl Differences for SqliteCatalog {
    fn differences(
        &self,
        filter: &DifferenceFilter,
        after: Option<(OffsetDateTime, &str)>,
        limit: usize,
    ) -> Result<Vec<Disagreement>, RepositoryError> {
        let [from, before, by, since, until] = values_of(filter);
        let (last, code) = after.map_or((i64::MIN, ""), |(since, code)| (since.unix_timestamp(), code));
        self.read(|db| {
            let mut query = db.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM difference WHERE {FITS} AND (since, code) > (?6, ?7) ORDER BY since, code LIMIT ?8"
            ))?;
            let values = params![from, before, by, since, until, last, code, to_count(limit as u64)];
            query.query_and_then(values, disagreement_of)?.collect()
        })
    }

    fn count_differences(&self, filter: &DifferenceFilter) -> Result<u64, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(&format!("SELECT count(*) FROM difference WHERE {FITS}"))?;
            query.query_and_then(values_of(filter), |row| count(row, 0))?.next().unwrap_or(Ok(0))
        })
    }

    fn differences_of(&self, code: &DossierCode) -> Result<Option<Disagreement>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM difference WHERE code = ?1"))?;
            query.query_and_then([code.as_str()], disagreement_of)?.next().transpose()
        })
    }

    fn reuses_of(&self, code: &DossierCode) -> Result<Vec<SaidReuse>, RepositoryError> {
        self.read(|db| reuses_of(db, code))
    }

    fn count_reuses(&self, (from, before): (OffsetDateTime, OffsetDateTime)) -> Result<u64, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT count(*) FROM (SELECT DISTINCT dossier, component FROM reuse WHERE at >= ?1 AND at < ?2)";
            let mut query = db.prepare_cached(sql)?;
            let between = [from.unix_timestamp(), before.unix_timestamp()];
            query.query_and_then(between, |row| count(row, 0))?.next().unwrap_or(Ok(0))
        })
    }

    fn misnoted_differences(&self, limit: usize) -> Result<Vec<(&'static str, String)>, RepositoryError> {
        self.read(|db| {
            let mut wrong = misnoted_reuses(db)?;
            // What other rules found is made anew by whoever writes next.
            if is_compared(db)? {
                misnoted(db, limit, &mut wrong)?;
            }
            Ok(wrong.into_iter().take(limit).collect())
        })
    }

    fn renew_differences(&self) -> Result<(), RepositoryError> {
        self.write(renew)
    }
}

/// Makes anew what was compared by other rules than those of this program.
pub(super) fn compare_anew(catalog: &SqliteCatalog) -> Result<(), RepositoryError> {
    if catalog.read(is_compared)? {
        return Ok(());
    }
    // Another process may just have done it.
    catalog.write(|tx| if is_compared(tx)? { Ok(()) } else { renew(tx) })
}

fn is_compared(db: &Connection) -> Result<bool, RepositoryError> {
    Ok(db.pragma_query_value(None, COMPARED_BY, |row| row.get::<_, i32>(0))? == COMPARISON)
}

fn renew(tx: &Transaction<'_>) -> Result<(), RepositoryError> {
    tx.execute_batch("DELETE FROM difference; DELETE FROM reuse")?;
    make(tx)
}

fn values_of(filter: &DifferenceFilter) -> [Option<i64>; 5] {
    let DifferenceFilter { between: (from, before), no_papers_by, from: since, before: until } = filter;
    let moment = |at: &OffsetDateTime| at.unix_timestamp();
    [Some(moment(from)), Some(moment(before)), Some(moment(no_papers_by)), since.as_ref().map(moment), until.as_ref().map(moment)]
}

fn moment(seconds: i64) -> Result<OffsetDateTime, RepositoryError> {
    OffsetDateTime::from_unix_timestamp(seconds).map_err(corrupt)
}

fn disagreement_of(row: &Row<'_>) -> Result<Disagreement, RepositoryError> {
    let (code, sides): (String, String) = (row.get(0)?, row.get(1)?);
    Ok(Disagreement {
        code: code.parse().map_err(corrupt)?,
        sides: Sides::ALL.into_iter().find(|known| known.as_str() == sides).ok_or_else(|| corrupt(&sides))?,
        at: row.get::<_, Option<i64>>(2)?.map(moment).transpose()?,
        since: moment(row.get(3)?)?,
        differences: from_json(row.get_ref(4)?.as_str().map_err(corrupt)?)?,
    })
}

/// Puts what is found of a dossier now in the place of what was found before, and that of the dossiers for which its
/// documents stand.
pub(super) fn touch(tx: &Transaction<'_>, code: &str) -> Result<(), RepositoryError> {
    put(tx, code)?;
    let mut query = tx.prepare_cached("SELECT DISTINCT dossier FROM reuse WHERE source = ?1")?;
    let others = query.query_map([code], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    others.iter().filter(|other| *other != code).try_for_each(|other| put(tx, other))
}

/// The same of all dossiers that have papers: there is a register now that they could lack in.
pub(super) fn touch_papers(tx: &Transaction<'_>) -> Result<(), RepositoryError> {
    let mut query = tx.prepare("SELECT DISTINCT code FROM record")?;
    let codes = query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    codes.iter().try_for_each(|code| put(tx, code))
}

/// The same of all dossiers of these procedures that have papers: what is demanded of them has changed.
pub(super) fn touch_procedures(tx: &Transaction<'_>, procedures: &BTreeSet<String>) -> Result<(), RepositoryError> {
    if procedures.is_empty() {
        return Ok(());
    }
    let sql = "SELECT key, CASE WHEN json_valid(content) THEN content ->> '$.procedure' END FROM register
               WHERE list = 'dossiers' AND EXISTS (SELECT 1 FROM record WHERE record.code = register.key)";
    let mut query = tx.prepare(sql)?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows = rows.collect::<Result<Vec<(String, Option<String>)>, _>>()?;
    let is_theirs = |procedure: &str| {
        procedure.parse::<crate::model::codes::ProcedureCode>().is_ok_and(|code| procedures.contains(code.short()))
    };
    rows.iter().filter(|(_, procedure)| procedure.as_deref().is_some_and(is_theirs)).try_for_each(|(code, _)| put(tx, code))
}

/// Notes that an act said something to stand for a component.
pub(super) fn note_reuse(
    tx: &Transaction<'_>,
    act: u64,
    at: OffsetDateTime,
    said: &ComponentReused,
) -> Result<(), RepositoryError> {
    let source = source_of(tx, said.record)?;
    let values = params![to_count(act), at.unix_timestamp(), said.dossier.as_str(), said.component, source, to_json(said)?];
    tx.prepare_cached(&REUSE.insert())?.execute(values)?;
    put(tx, said.dossier.as_str())
}

fn put(tx: &Transaction<'_>, code: &str) -> Result<(), RepositoryError> {
    tx.prepare_cached("DELETE FROM difference WHERE code = ?1")?.execute([code])?;
    let Some(found) = found_readable(tx, code)? else { return Ok(()) };
    let at = found.at.map(OffsetDateTime::unix_timestamp);
    let values = params![code, found.sides.as_str(), at, found.since.unix_timestamp(), to_json(&found.differences)?];
    tx.prepare_cached(&DIFFERENCE.insert())?.execute(values)?;
    Ok(())
}

/// What does not read is for `verify` to tell, and keeps nothing else from being written.
fn found_readable(db: &Connection, code: &str) -> Result<Option<Disagreement>, RepositoryError> {
    match found(db, code) {
        Err(RepositoryError::Damaged { .. }) => Ok(None),
        found => found,
    }
}

/// In what the papers of a dossier and its entry disagree.
fn found(db: &Connection, code: &str) -> Result<Option<Disagreement>, RepositoryError> {
    let entry = entry_of(db, code)?;
    let code: DossierCode = code.parse().map_err(corrupt)?;
    let Some((began, since)) = came(db, code.as_str())? else {
        let expected = entry.as_ref().and_then(expects_papers);
        return Ok(expected.map(|at| Disagreement {
            code,
            at: Some(at),
            since: at,
            sides: Sides::Entry,
            differences: Vec::new(),
        }));
    };
    let Some(entry) = entry else {
        // Without a register nothing is missing in it.
        let lacks = has_register(db)?;
        let papers = Disagreement { code, at: Some(began), since, sides: Sides::Papers, differences: Vec::new() };
        return Ok(lacks.then_some(papers));
    };
    let mut records = Vec::new();
    for kind in [RecordKind::Dossier, RecordKind::Result] {
        records.extend(current(db, &code, kind)?);
    }
    let differences = disagreements(&entry, &demanded(db, &entry)?, &records, &said_to_stand(db, &entry)?);
    let at = entry.received_at;
    Ok((!differences.is_empty()).then_some(Disagreement { code, at, since, sides: Sides::Both, differences }))
}

/// Whether the register knows any dossier.
pub(super) fn has_register(db: &Connection) -> Result<bool, RepositoryError> {
    let mut query = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM register WHERE list = 'dossiers')")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

fn entry_of(db: &Connection, code: &str) -> Result<Option<RegisterDossier>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT content FROM register WHERE list = 'dossiers' AND key = ?1")?;
    let content: Option<String> = query.query_row([code], |row| row.get(0)).optional()?;
    content.as_deref().map(from_json).transpose()
}

/// When the batch began that brought the first papers of a kind last, and when the very first were sealed; none if
/// there are no papers.
fn came(db: &Connection, code: &str) -> Result<Option<(OffsetDateTime, OffsetDateTime)>, RepositoryError> {
    let mut query = db.prepare_cached(
        "SELECT batch.started_at, CASE WHEN json_valid(record.content) THEN record.content ->> '$.sealed_at' END FROM record JOIN batch ON batch.id = record.batch
         WHERE record.code = ?1 AND record.version = 1",
    )?;
    let times = query.query_and_then([code], |row| {
        Ok::<_, RepositoryError>((
            from_time(row.get_ref(0)?.as_str().map_err(corrupt)?)?,
            from_time(row.get_ref(1)?.as_str().map_err(corrupt)?)?,
        ))
    })?;
    let times = times.collect::<Result<Vec<_>, _>>()?;
    Ok(times.into_iter().reduce(|(began, sealed), (later, other)| (began.max(later), sealed.min(other))))
}

fn demanded(db: &Connection, entry: &RegisterDossier) -> Result<Vec<ComponentEntry>, RepositoryError> {
    let Some(procedure) = entry.procedure.as_ref().map(|code| code.short()) else { return Ok(Vec::new()) };
    // Those of a procedure stand together, behind its code and a blank.
    let sql = "SELECT content FROM register WHERE list = 'components' AND key > ?1 AND key < ?2 ORDER BY key LIMIT ?3";
    let mut query = db.prepare_cached(sql)?;
    let key = params![format!("{procedure} "), format!("{procedure}!"), to_count(MOST_COMPONENTS as u64)];
    query.query_and_then(key, |row| from_json(row.get_ref(0)?.as_str().map_err(corrupt)?))?.collect()
}

fn said_to_stand(db: &Connection, entry: &RegisterDossier) -> Result<SaidToStand, RepositoryError> {
    let now = |id| {
        let Some((code, kind)) = record_name(db, id)? else { return Ok((None, None)) };
        Ok::<_, RepositoryError>((current(db, &code, kind)?, entry_of(db, code.as_str())?))
    };
    let all = standing(entry, reuses_of(db, &entry.code)?, now)?;
    Ok(all.into_iter().map(|(component, (_, lapse))| (component, lapse)).collect())
}

fn reuses_of(db: &Connection, code: &DossierCode) -> Result<Vec<SaidReuse>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT act, at, content FROM reuse WHERE dossier = ?1 ORDER BY act")?;
    let said = |row: &Row<'_>| {
        let said = from_json(row.get_ref(2)?.as_str().map_err(corrupt)?)?;
        Ok(SaidReuse { act: count(row, 0)?, at: moment(row.get(1)?)?, said })
    };
    query.query_and_then([code.as_str()], said)?.collect()
}

fn record_name(db: &Connection, id: RecordId) -> Result<Option<(DossierCode, RecordKind)>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT code, kind FROM record WHERE id = ?1")?;
    let name: Option<(String, String)> = query.query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    name.map(|(code, kind)| Ok((code.parse().map_err(corrupt)?, super::rows::from_name(kind)?))).transpose()
}

/// The code of the dossier that holds a record; nothing if there is no such record.
fn source_of(db: &Connection, id: RecordId) -> Result<String, RepositoryError> {
    let mut query = db.prepare_cached("SELECT code FROM record WHERE id = ?1")?;
    Ok(query.query_row([id.as_bytes()], |row| row.get(0)).optional()?.unwrap_or_default())
}

/// Fills the tables of a repository that had none.
pub(super) fn fill(tx: &Transaction<'_>, found: u32) -> Result<(), RepositoryError> {
    if found > LAST_WITHOUT { Ok(()) } else { make(tx) }
}

fn make(tx: &Transaction<'_>) -> Result<(), RepositoryError> {
    tx.pragma_update(None, COMPARED_BY, COMPARISON)?;
    for (act, at, said) in told(tx)? {
        note_reuse(tx, act, at, &said)?;
    }
    each_code(tx, &mut |code| put(tx, code))
}

/// What acts say of components; what does not read is for `verify` to tell.
fn told(db: &Connection) -> Result<Vec<(u64, OffsetDateTime, ComponentReused)>, RepositoryError> {
    let mut query = db.prepare("SELECT content FROM act WHERE instr(content, '\"component_reused\"') > 0 ORDER BY number")?;
    let mut rows = query.query([])?;
    let mut told = Vec::new();
    while let Some(row) = rows.next()? {
        let content = row.get_ref(0)?.as_str().map_err(corrupt)?;
        if let Ok(Act { number, at, deed: Deed::ComponentReused(said), .. }) = serde_json::from_str::<Act>(content) {
            told.push((number, at, said));
        }
    }
    Ok(told)
}

/// Shows `see` the code of each dossier of which there are papers, an entry, or a row.
fn each_code(db: &Connection, see: &mut dyn FnMut(&str) -> Result<(), RepositoryError>) -> Result<(), RepositoryError> {
    /// Codes at a time: rows are changed between.
    const AT_ONCE: i64 = 1000;
    // The first of all are among the first of each.
    let mut query = db.prepare(
        "SELECT code FROM (SELECT DISTINCT code FROM record WHERE code > ?1 ORDER BY code LIMIT ?2)
         UNION SELECT key FROM (SELECT key FROM register WHERE list = 'dossiers' AND key > ?1 ORDER BY key LIMIT ?2)
         UNION SELECT code FROM (SELECT code FROM difference WHERE code > ?1 ORDER BY code LIMIT ?2)
         ORDER BY 1 LIMIT ?2",
    )?;
    let mut after = String::new();
    loop {
        let codes = query.query_map(params![after, AT_ONCE], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        let Some(last) = codes.last() else { return Ok(()) };
        after.clone_from(last);
        codes.iter().try_for_each(|code| see(code))?;
    }
}

/// Rows of `reuse` that are not as the acts tell them, and those that lack.
fn misnoted_reuses(db: &Connection) -> Result<BTreeSet<(&'static str, String)>, RepositoryError> {
    type Noted = (i64, String, String);
    let mut query = db.prepare("SELECT act, at, source, content FROM reuse")?;
    let rows =
        query.query_and_then([], |row| Ok::<_, RepositoryError>((count(row, 0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))?;
    let mut kept: BTreeMap<u64, Noted> = rows.collect::<Result<_, _>>()?;
    let mut wrong = BTreeSet::new();
    for (act, at, said) in told(db)? {
        let noted = (at.unix_timestamp(), source_of(db, said.record)?, to_json(&said)?);
        if kept.remove(&act) != Some(noted) {
            wrong.insert(act);
        }
    }
    wrong.extend(kept.into_keys());
    Ok(wrong.into_iter().map(|act| (REUSE.name, act.to_string())).collect())
}

/// Adds dossiers of which something else is kept than is found now, until there are `limit`.
fn misnoted(db: &Connection, limit: usize, wrong: &mut BTreeSet<(&'static str, String)>) -> Result<(), RepositoryError> {
    let mut row = db.prepare(&format!("SELECT {COLUMNS} FROM difference WHERE code = ?1"))?;
    each_code(db, &mut |code| {
        if wrong.len() >= limit {
            return Ok(());
        }
        let kept = row.query_and_then([code], disagreement_of)?.next().transpose();
        let same = |one: &Disagreement, other: &Disagreement| {
            let seconds = |one: &Disagreement| (one.at.map(OffsetDateTime::unix_timestamp), one.since.unix_timestamp());
            seconds(one) == seconds(other) && one.sides == other.sides && one.differences == other.differences
        };
        let is_so = match (kept, found(db, code)) {
            // What does not read is told where it stands.
            (_, Err(RepositoryError::Damaged { .. })) => true,
            (Ok(Some(kept)), Ok(Some(found))) => same(&kept, &found),
            (Ok(kept), Ok(found)) => kept.is_none() && found.is_none(),
            (Err(RepositoryError::Damaged { .. }), _) => false,
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        if !is_so {
            wrong.insert((DIFFERENCE.name, code.to_owned()));
        }
        Ok(())
    })
}
