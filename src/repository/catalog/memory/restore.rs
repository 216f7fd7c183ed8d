//! Nothing is ever lost: what is put back is only proven and told.

use time::OffsetDateTime;

use super::{MemoryCatalog, damaged};
use crate::model::act::Deed;
use crate::model::ids::{BatchId, PageId, RecipeId};
use crate::model::page::{RecognisedPage, StageTimes};
use crate::repository::catalog::{Restore, RestoreProof};
use crate::repository::error::RepositoryError;

impl Restore for MemoryCatalog {
    fn damaged_pages(&self, _: RecipeId, _: usize) -> Result<Vec<PageId>, RepositoryError> {
        Ok(Vec::new())
    }

    fn batch_recipe(&self, batch: BatchId) -> Result<Option<RecipeId>, RepositoryError> {
        Ok(self.read().batch(batch).map(|batch| batch.began.recipe))
    }

    fn restore_pages(
        &self,
        recipe: RecipeId,
        pages: &[(PageId, RecognisedPage)],
        proof: &RestoreProof,
        at: OffsetDateTime,
    ) -> Result<(), RepositoryError> {
        self.write(|state| {
            for (page, content) in pages {
                state.need_blob(page.scan)?;
                let kept = RecognisedPage { times: StageTimes::default(), ..content.clone() };
                state.pages.insert((*page, recipe), kept);
            }
            let is_proven = match proof {
                RestoreProof::Text(pages, digest) => state.text_digest(pages, recipe) == Some(*digest),
                RestoreProof::Ledger(batch, digest) => state.ledger_digest(*batch).1 == *digest,
            };
            if !is_proven {
                return Err(damaged("what is read now is not what was read then"));
            }
            let pages = pages.iter().map(|(page, _)| *page).collect();
            state.append(at, &self.warrant, Deed::PagesReadAgain { recipe, pages })
        })
    }

    fn tell_made_again(&self, at: OffsetDateTime, made: Vec<String>) -> Result<(), RepositoryError> {
        self.write(|state| state.append(at, &self.warrant, Deed::MadeAgain { made }))
    }
}
