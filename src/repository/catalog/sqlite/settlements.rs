//! What people decided about files that wait.

use rusqlite::{Connection, OptionalExtension, params};
use time::OffsetDateTime;

use super::SqliteCatalog;
use super::acts;
use super::digests::SETTLEMENT;
use super::rows::{from_json, to_json};
use crate::model::act::Deed;
use crate::model::ids::BlobId;
use crate::model::settlement::Settlement;
use crate::repository::catalog::Settlements;
use crate::repository::error::RepositoryError;

/// What was decided about a scan, if anything was.
fn standing(db: &Connection, scan: BlobId) -> Result<Option<Settlement>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT content FROM settlement WHERE scan = ?1")?;
    let content: Option<String> = query.query_row([scan.as_bytes()], |row| row.get(0)).optional()?;
    content.map(|content| from_json(&content)).transpose()
}

impl Settlements for SqliteCatalog {
    fn put_settlement(
        &self,
        scan: BlobId,
        before: Option<&Settlement>,
        settlement: &Settlement,
        at: OffsetDateTime,
    ) -> Result<bool, RepositoryError> {
        let content = to_json(settlement)?;
        self.write(|tx| {
            if standing(tx, scan)?.as_ref() != before {
                return Ok(false);
            }
            let digest = SETTLEMENT.digest(&[("content", "excluded.content")]);
            let insert = SETTLEMENT.insert();
            let upsert = format!("{insert} ON CONFLICT DO UPDATE SET content = excluded.content, row_digest = {digest}");
            tx.prepare_cached(&upsert)?.execute(params![scan.as_bytes(), content])?;
            acts::append(tx, at, &self.warrant, Deed::FileSettled { scan, settlement: settlement.clone() })?;
            Ok(true)
        })
    }

    fn tell_brought(&self, scan: BlobId, path: &str, bytes: u64, at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|tx| acts::append(tx, at, &self.warrant, Deed::FileBrought { scan, path: path.to_owned(), bytes }))
    }

    fn tell_file_viewed(&self, scan: BlobId, at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|tx| acts::append(tx, at, &self.warrant, Deed::FileViewed { scan }))
    }

    fn settlement(&self, scan: BlobId) -> Result<Option<Settlement>, RepositoryError> {
        self.read(|db| standing(db, scan))
    }

    fn settlements(&self) -> Result<Vec<(BlobId, Settlement)>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT scan, content FROM settlement ORDER BY scan")?;
            let row = |row: &rusqlite::Row<'_>| Ok((BlobId::from_bytes(row.get(0)?), from_json(&row.get::<_, String>(1)?)?));
            query.query_and_then([], row)?.collect()
        })
    }
}
