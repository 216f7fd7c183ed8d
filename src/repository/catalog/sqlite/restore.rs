//! Results of pages that were lost or damaged, put back once the pages were read again: only if what
//! was sealed or entered into a ledger proves that they are what they were.

use rusqlite::{Connection, OptionalExtension, params};
use time::OffsetDateTime;

use super::SqliteCatalog;
use super::acts;
use super::digests::{PAGE, ledger_of, text_of};
use super::pages::{insert_page, pack_page};
use super::rows::to_count;
use crate::model::act::Deed;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::{BatchId, BlobId, PageId, RecipeId};
use crate::model::page::RecognisedPage;
use crate::repository::catalog::{Restore, RestoreProof};
use crate::repository::error::RepositoryError;

impl Restore for SqliteCatalog {
    fn damaged_pages(&self, recipe: RecipeId, limit: usize) -> Result<Vec<PageId>, RepositoryError> {
        let sql = format!(
            "SELECT scan, ordinal FROM page
             WHERE recipe = ?1 AND (row_digest IS NOT {} OR digest IS NOT page_digest(content)) LIMIT ?2",
            PAGE.digest(&[])
        );
        self.read(|db| {
            let mut query = db.prepare(&sql)?;
            let pages = query.query_map(params![recipe.as_bytes(), to_count(limit as u64)], |row| {
                Ok(PageId { scan: BlobId::from_bytes(row.get(0)?), ordinal: row.get(1)? })
            })?;
            Ok(pages.collect::<Result<_, _>>()?)
        })
    }

    fn batch_recipe(&self, batch: BatchId) -> Result<Option<RecipeId>, RepositoryError> {
        self.read(|db| {
            let recipe = db.query_row("SELECT recipe FROM batch WHERE id = ?1", [batch.0], |row| row.get(0)).optional()?;
            Ok(recipe.map(RecipeId::from_bytes))
        })
    }

    fn restore_pages(
        &self,
        recipe: RecipeId,
        pages: &[(PageId, RecognisedPage)],
        proof: &RestoreProof,
        at: OffsetDateTime,
    ) -> Result<(), RepositoryError> {
        self.write(|tx| {
            let mut remove = tx.prepare("DELETE FROM page WHERE scan = ?1 AND ordinal = ?2 AND recipe = ?3")?;
            for (page, content) in pages {
                remove.execute(params![page.scan.as_bytes(), page.ordinal, recipe.as_bytes()])?;
                insert_page(tx, *page, recipe, &pack_page(content)?)?;
            }
            if !is_proven(tx, recipe, proof)? {
                return Err(RepositoryError::Damaged { place: String::new(), cause: StorageFault::ReadOtherwise.into() });
            }
            let pages = pages.iter().map(|(page, _)| *page).collect();
            acts::append(tx, at, &self.warrant, Deed::PagesReadAgain { recipe, pages })
        })
    }

    fn tell_made_again(&self, at: OffsetDateTime, made: Vec<String>) -> Result<(), RepositoryError> {
        self.write(|tx| acts::append(tx, at, &self.warrant, Deed::MadeAgain { made }))
    }
}

fn is_proven(db: &Connection, recipe: RecipeId, proof: &RestoreProof) -> Result<bool, RepositoryError> {
    Ok(match proof {
        RestoreProof::Text(pages, digest) => text_of(db, pages, recipe)? == Some(*digest),
        RestoreProof::Ledger(batch, digest) => ledger_of(db, *batch)?.1 == *digest,
    })
}
