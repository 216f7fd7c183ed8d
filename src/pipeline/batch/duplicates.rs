//! The same pictures in another file: a scan that was saved once more is not a second paper.
//!
//! Only what is equal pixel for pixel counts. The law lets a page with notes be kept twice, with
//! and without the note (TT 01/2023/TT-VPCP), and only a person can tell such copies from a sheet
//! that went through the scanner twice.

use super::Run;
use super::groups::{Placed, PlacedDocument};
use crate::model::failure::Failure;
use crate::model::ids::{BlobId, PageId, RecipeId};
use crate::repository::{Assignment, Entry};

impl Run<'_> {
    /// Parts the files that bring something new from those of which every document was sealed
    /// before or comes in an earlier one of `files`; of these only a line in the ledger is left.
    pub(super) fn part_repeats(&self, files: Vec<Placed>) -> Result<(Vec<Placed>, Vec<Entry>), Failure> {
        let (mut new, mut repeats) = (Vec::new(), Vec::new());
        for file in files {
            if self.is_repeat(&file, &new)? {
                repeats.extend(self.duplicate_entry(&file));
            } else {
                new.push(file);
            }
        }
        Ok((new, repeats))
    }

    /// A signed file is a paper of its own, however much it looks like one without signature.
    fn is_repeat(&self, file: &Placed, earlier: &[Placed]) -> Result<bool, Failure> {
        if !file.scan.summary.signatures.is_empty() {
            return Ok(false);
        }
        for placed in &file.documents {
            // What was sealed from these very pages is read anew and not repeated.
            let is_known = self.repository.catalog.ordinals(&placed.code)?.contains_key(&placed.document.id);
            if is_known || !self.is_sealed_already(placed, earlier)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether there is a document of the same record with the same pictures: in any version of the
    /// record, or in `earlier` files of this batch.
    fn is_sealed_already(&self, placed: &PlacedDocument, earlier: &[Placed]) -> Result<bool, Failure> {
        let PlacedDocument { code, kind, pixels: Some(wanted), .. } = placed else { return Ok(false) };
        let mut others = earlier.iter().flat_map(|file| &file.documents);
        if others.any(|other| other.code == *code && other.kind == *kind && other.pixels.as_ref() == Some(wanted)) {
            return Ok(true);
        }
        let catalog = &self.repository.catalog;
        for record in catalog.records_of(code)?.iter().filter(|record| record.kind == *kind) {
            for document in record.documents.iter().filter(|document| document.pages.len() == wanted.len()) {
                let recipe = catalog.document_recipe(record.id, document.ordinal)?.unwrap_or(record.recipe);
                if self.shows(&document.pages, recipe, wanted)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether these pages, as many as `wanted`, have the pixels that are wanted.
    fn shows(&self, pages: &[PageId], recipe: RecipeId, wanted: &[BlobId]) -> Result<bool, Failure> {
        for (&page, wanted) in pages.iter().zip(wanted) {
            // The first page that differs settles it: a page is stored with all its text.
            if self.repository.catalog.page(page, recipe)?.and_then(|read| read.pixels) != Some(*wanted) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The line of a file that brought nothing new. Its pages are counted where they were sealed.
    fn duplicate_entry(&self, file: &Placed) -> Option<Entry> {
        let PlacedDocument { code, kind, .. } = file.documents.first()?;
        let assignment = Some(Assignment { code: code.clone(), kind: *kind, recipe: self.recipe });
        Some(Entry { pages: 0, outcomes: Vec::new(), assignment, ..file.entry.clone() })
    }
}
