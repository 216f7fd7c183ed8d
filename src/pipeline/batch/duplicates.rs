//! The same pictures in another file: a scan that was saved once more is not a second paper.
//!
//! Only what is equal pixel for pixel counts. The law lets a page with notes be kept twice, with
//! and without the note (TT 01/2023/TT-VPCP), and only a person can tell such copies from a sheet
//! that went through the scanner twice.

use super::Run;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::ids::{BlobId, PageId, RecipeId};
use crate::model::scan::ScanSummary;
use crate::repository::{Assignment, Entry};

impl Run<'_> {
    /// Whether these pages are those of a document of this record, in any of its versions, or of one
    /// of those that come before them in this batch (`earlier`). A signed file is a paper of its own,
    /// however much it looks like one without signature.
    pub(super) fn is_sealed_already(
        &self,
        code: &DossierCode,
        kind: RecordKind,
        scan: &ScanSummary,
        pages: &[PageId],
        earlier: &[&[PageId]],
    ) -> Result<bool, Failure> {
        if !scan.signatures.is_empty() {
            return Ok(false);
        }
        let Some(wanted) = self.pixels(pages, self.recipe)? else { return Ok(false) };
        let is_same = |pages: &[PageId], recipe: RecipeId| -> Result<bool, Failure> {
            Ok(pages.len() == wanted.len() && self.pixels(pages, recipe)?.as_ref() == Some(&wanted))
        };
        for pages in earlier {
            if is_same(pages, self.recipe)? {
                return Ok(true);
            }
        }
        let catalog = &self.repository.catalog;
        for record in catalog.records_of(code)?.iter().filter(|record| record.kind == kind) {
            for document in &record.documents {
                let recipe = catalog.document_recipe(record.id, document.ordinal)?.unwrap_or(record.recipe);
                if is_same(&document.pages, recipe)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The hashes of these pages' pixels; none if one of them is not known.
    fn pixels(&self, pages: &[PageId], recipe: RecipeId) -> Result<Option<Vec<BlobId>>, Failure> {
        let mut pixels = Vec::with_capacity(pages.len());
        for &page in pages {
            let known = self.repository.catalog.page(page, recipe)?.and_then(|read| read.pixels);
            let Some(known) = known else { return Ok(None) };
            pixels.push(known);
        }
        Ok(Some(pixels))
    }

    /// The line of a file that brought nothing new. Its pages are counted where they were sealed.
    pub(super) fn duplicate_entry(&self, entry: &Entry, code: &DossierCode, kind: RecordKind) -> Entry {
        let assignment = Some(Assignment { code: code.clone(), kind, recipe: self.recipe });
        Entry { pages: 0, outcomes: Vec::new(), assignment, ..entry.clone() }
    }
}
