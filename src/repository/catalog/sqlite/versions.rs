//! Versions of records as they are kept.

use rusqlite::{Connection, Params};

use super::rows::from_json;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::record::Record;
use crate::repository::error::RepositoryError;

/// The records of which a condition holds.
pub(super) fn select(db: &Connection, condition: &str, values: impl Params) -> Result<Vec<Record>, RepositoryError> {
    let mut query = db.prepare_cached(&format!("SELECT content FROM record WHERE {condition}"))?;
    query.query_and_then(values, |row| from_json(&row.get::<_, String>(0)?))?.collect()
}

/// The newest version of a record.
pub(super) fn current(db: &Connection, code: &DossierCode, kind: RecordKind) -> Result<Option<Record>, RepositoryError> {
    let newest = "code = ?1 AND kind = ?2 ORDER BY version DESC LIMIT 1";
    Ok(select(db, newest, [code.as_str(), kind.as_str()])?.pop())
}
