//! The texts that a document is sealed from where its pages come from others, with what people changed in them.

use super::Desk;
use crate::model::by_hand::ByHand;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::{PageId, RecipeId};
use crate::model::record::RecordDocument;
use crate::pipeline::batch::desk::Standing;

impl Desk<'_> {
    /// The recipe that read a document of the record before people changed anything in that.
    pub(super) fn base_of(&self, document: &RecordDocument) -> Result<RecipeId, Failure> {
        document.by_hand.as_ref().map_or_else(|| self.kept_under(document), |by_hand| Ok(by_hand.recipe))
    }

    /// The recipe under which the text of a document of the record is kept.
    fn kept_under(&self, document: &RecordDocument) -> Result<RecipeId, Failure> {
        let Standing { record, .. } = self.standing;
        let recipe = self.run.repository.catalog.document_recipe(record.id, document.ordinal)?;
        recipe.ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged).at_file(&document.file.name))
    }

    /// What people did to `pages`, which lie in documents of the record that were read alike, and the recipe
    /// under which their texts are kept as people left them.
    pub(super) fn texts(&self, pages: &[PageId], from: &[&RecordDocument]) -> Result<(Option<ByHand>, RecipeId), Failure> {
        let catalog = &self.run.repository.catalog;
        let base = self.base_of(&self.standing.document)?;
        if from.iter().all(|document| document.by_hand.is_none()) {
            return Ok((None, base));
        }
        let documents = from.iter().map(|document| (document.pages.as_slice(), document.by_hand.as_ref()));
        let by_hand = match ByHand::joined(base, documents, pages) {
            Some(by_hand) => by_hand,
            None if self.has_all(pages, base)? => return Ok((None, base)),
            // A page that was put in beside what people left is kept there alone.
            None => ByHand::new(base),
        };
        let own = by_hand.own_recipe();
        for document in from {
            let recipe = self.kept_under(document)?;
            for &page in pages.iter().filter(|page| document.pages.contains(page)) {
                // Where it lies in two of them, the first stands.
                catalog.put_page(page, own, &self.run.page_by(page, recipe)?)?;
            }
        }
        Ok((Some(by_hand), own))
    }

    fn has_all(&self, pages: &[PageId], recipe: RecipeId) -> Result<bool, Failure> {
        for &page in pages {
            if !self.run.repository.catalog.has_page(page, recipe)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
