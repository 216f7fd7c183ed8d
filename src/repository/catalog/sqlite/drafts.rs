//! What people have decided at the desk and not carried out yet.

use rusqlite::{OptionalExtension, params};
use time::OffsetDateTime;

use super::SqliteCatalog;
use super::acts;
use super::digests::DRAFT;
use super::rows::{from_json, to_json};
use crate::model::account::AccountName;
use crate::model::act::Deed;
use crate::model::draft::Draft;
use crate::model::ids::RecordId;
use crate::model::record::DocumentName;
use crate::repository::catalog::Drafts;
use crate::repository::error::RepositoryError;

impl Drafts for SqliteCatalog {
    fn put_draft(&self, draft: &Draft) -> Result<(), RepositoryError> {
        let content = to_json(draft)?;
        self.write(|tx| {
            let sql = format!(
                "{} ON CONFLICT DO UPDATE SET content = excluded.content, row_digest = excluded.row_digest",
                DRAFT.insert()
            );
            let Draft { account, document, .. } = draft;
            tx.prepare_cached(&sql)?.execute(params![account.as_str(), document.code.as_str(), document.ordinal, content])?;
            Ok(())
        })
    }

    fn draft(&self, account: &AccountName, document: &DocumentName) -> Result<Option<Draft>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT content FROM draft WHERE account = ?1 AND code = ?2 AND ordinal = ?3")?;
            let key = params![account.as_str(), document.code.as_str(), document.ordinal];
            let content: Option<String> = query.query_row(key, |row| row.get(0)).optional()?;
            content.map(|content| from_json(&content)).transpose()
        })
    }

    fn drop_draft(&self, account: &AccountName, document: &DocumentName) -> Result<(), RepositoryError> {
        self.write(|tx| {
            tx.prepare_cached("DELETE FROM draft WHERE account = ?1 AND code = ?2 AND ordinal = ?3")?.execute(params![
                account.as_str(),
                document.code.as_str(),
                document.ordinal
            ])?;
            Ok(())
        })
    }

    fn drop_draft_if_same(&self, draft: &Draft) -> Result<(), RepositoryError> {
        let content = to_json(draft)?;
        self.write(|tx| {
            let sql = "DELETE FROM draft WHERE account = ?1 AND code = ?2 AND ordinal = ?3 AND content = ?4";
            let Draft { account, document, .. } = draft;
            tx.prepare_cached(sql)?.execute(params![account.as_str(), document.code.as_str(), document.ordinal, content])?;
            Ok(())
        })
    }

    fn tell_taken_over(
        &self,
        record: RecordId,
        ordinal: u32,
        from: &AccountName,
        at: OffsetDateTime,
    ) -> Result<(), RepositoryError> {
        self.write(|tx| acts::append(tx, at, &self.warrant, Deed::TakenOver { record, ordinal, from: from.clone() }))
    }
}
