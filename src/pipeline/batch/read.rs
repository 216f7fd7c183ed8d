//! Second sweep: every page that was not read by this recipe before is read.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::Run;
use super::take_in::TakenScan;
use crate::model::batch::PageOutcome;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::ids::{BlobId, PageId, RecipeId};
use crate::model::page::RecognisedPage;
use crate::pipeline::progress::Phase;
use crate::repository::Entry;

impl Run<'_> {
    /// Reads what is to be read. Tells for each scan that has a page which cannot be read, why.
    pub(super) fn read_pages(&self, scans: &[TakenScan]) -> Result<HashMap<BlobId, Failure>, Failure> {
        // The same bytes may lie in the inbox twice; a scan's pages stay together, so that a
        // worker finds its scan open.
        let mut seen = BTreeSet::new();
        let pages: Vec<PageId> = scans
            .iter()
            .filter(|scan| seen.insert(scan.blob.id))
            .flat_map(|scan| (0..scan.summary.pages).map(|ordinal| PageId { scan: scan.blob.id, ordinal }))
            .collect();
        self.progress.begin(Phase::Read, pages.len() as u64);
        let failures: Mutex<HashMap<BlobId, Failure>> = Mutex::default();
        pages.into_par_iter().try_for_each(|page| -> Result<(), Failure> {
            // A scan that is refused anyway need not be read to its end.
            let lost = failures.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&page.scan);
            if !lost && let Err(failure) = self.read_page(page) {
                if failure.code.effect().stops_the_run() {
                    return Err(failure);
                }
                let failure = failure.at(Place::page("", page.ordinal.saturating_add(1)));
                failures.lock().unwrap_or_else(PoisonError::into_inner).entry(page.scan).or_insert(failure);
            }
            self.progress.step();
            Ok(())
        })?;
        Ok(failures.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads a page, unless it was read by this run's recipe before.
    pub(super) fn read_page(&self, page: PageId) -> Result<(), Failure> {
        self.read_page_by(page, self.recipe)
    }

    /// Reads a page, unless it was read by this recipe before.
    pub(super) fn read_page_by(&self, page: PageId, recipe: RecipeId) -> Result<(), Failure> {
        let catalog = &self.repository.catalog;
        if catalog.has_page(page, recipe)? {
            return Ok(());
        }
        let scan = self.repository.blobs.lend(page.scan)?;
        let read = self.pool.read(scan.path().to_owned(), page.ordinal)?;
        self.meter.add(&read.times);
        self.meter.page_read();
        self.meter.store(|| catalog.put_page(page, recipe, &read))?;
        Ok(())
    }

    /// What was read on a page by this run's recipe.
    pub(super) fn page(&self, id: PageId) -> Result<RecognisedPage, Failure> {
        self.page_by(id, self.recipe)
    }

    /// What was read on a page by this recipe.
    pub(super) fn page_by(&self, id: PageId, recipe: RecipeId) -> Result<RecognisedPage, Failure> {
        let read = self.repository.catalog.page(id, recipe)?;
        read.ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged).at(id))
    }

    /// Enters a file that a person has to decide about into the ledger; it stays in the inbox.
    pub(super) fn wait(&self, mut entry: Entry) -> Result<(), Failure> {
        entry.outcomes = vec![(PageOutcome::Waiting, entry.pages)];
        if let Some(failure) = &entry.failure {
            self.progress.exception(&entry.path, failure);
        }
        Ok(self.repository.catalog.put_entry(self.batch, &entry)?)
    }
}
