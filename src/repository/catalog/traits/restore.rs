//! Results of pages that were lost or damaged, put back once the pages were read again.

use time::OffsetDateTime;

use crate::model::ids::{BatchId, LedgerDigest, PageId, RecipeId, TextDigest};
use crate::model::page::RecognisedPage;
use crate::repository::error::RepositoryError;

/// What tells whether results are those that were lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestoreProof {
    /// The digest of the text of a sealed document with these pages.
    Text(Vec<PageId>, TextDigest),
    /// The digest over all that is noted of a batch, as the act has it that ended it.
    Ledger(BatchId, LedgerDigest),
}

/// What `repair` needs: only what a sealed document or a ledger proves is put back.
pub trait Restore {
    /// Pages whose result by this recipe is not what it was, at most `limit`.
    ///
    /// # Errors
    /// What the store says.
    fn damaged_pages(&self, recipe: RecipeId, limit: usize) -> Result<Vec<PageId>, RepositoryError>;

    /// The recipe by which a batch read; none if there is no such batch.
    ///
    /// # Errors
    /// What the store says.
    fn batch_recipe(&self, batch: BatchId) -> Result<Option<RecipeId>, RepositoryError>;

    /// Puts what reading `pages` again by `recipe` brought in the place of what is lost, and tells that in
    /// an act, if `proof` says that it is the same.
    ///
    /// # Errors
    /// `Damaged` if it is not, and then nothing is changed; or what the store says.
    fn restore_pages(
        &self,
        recipe: RecipeId,
        pages: &[(PageId, RecognisedPage)],
        proof: &RestoreProof,
        at: OffsetDateTime,
    ) -> Result<(), RepositoryError>;

    /// Tells in an act what was made again beside the catalog.
    ///
    /// # Errors
    /// What the store says.
    fn tell_made_again(&self, at: OffsetDateTime, made: Vec<String>) -> Result<(), RepositoryError>;
}
