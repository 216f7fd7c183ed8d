//! What people decided about files that wait.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
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

impl SqliteCatalog {
    fn keep_settlement(
        &self,
        tx: &Transaction<'_>,
        scan: BlobId,
        settlement: &Settlement,
        at: OffsetDateTime,
    ) -> Result<(), RepositoryError> {
        let content = to_json(settlement)?;
        let digest = SETTLEMENT.digest(&[("content", "excluded.content")]);
        let insert = SETTLEMENT.insert();
        let upsert = format!("{insert} ON CONFLICT DO UPDATE SET content = excluded.content, row_digest = {digest}");
        tx.prepare_cached(&upsert)?.execute(params![scan.as_bytes(), content])?;
        acts::append(tx, at, &self.warrant, Deed::FileSettled { scan, settlement: settlement.clone() })
    }
}

impl Settlements for SqliteCatalog {
    fn put_settlement(&self, scan: BlobId, settlement: &Settlement, at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|tx| self.keep_settlement(tx, scan, settlement, at))
    }

    fn put_settlement_after(
        &self,
        scan: BlobId,
        before: Option<&Settlement>,
        settlement: &Settlement,
        at: OffsetDateTime,
    ) -> Result<bool, RepositoryError> {
        self.write(|tx| {
            if standing(tx, scan)?.as_ref() != before {
                return Ok(false);
            }
            self.keep_settlement(tx, scan, settlement, at)?;
            Ok(true)
        })
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
