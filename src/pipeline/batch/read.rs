//! Second sweep: every page that was not read by this recipe before is read.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::rescan;
use super::seal::Placed;
use super::take_in::TakenScan;
use super::{Run, stops_the_run};
use crate::model::batch::PageOutcome;
use crate::model::dossier::DraftDocument;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::{BlobId, DocumentId, PageId};
use crate::model::page::RecognisedPage;
use crate::pipeline::progress::Phase;
use crate::repository::{Assignment as SettledAssignment, Entry};
use crate::stages::assemble;

impl Run<'_> {
    /// Reads what is to be read. Tells for each scan that has a page which can not be read, why.
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
                if stops_the_run(failure.code) {
                    return Err(failure);
                }
                let failure = failure.at(format!("page {}", u64::from(page.ordinal) + 1));
                failures.lock().unwrap_or_else(PoisonError::into_inner).entry(page.scan).or_insert(failure);
            }
            self.progress.step();
            Ok(())
        })?;
        Ok(failures.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads a page, unless it was read by this recipe before.
    pub(super) fn read_page(&self, page: PageId) -> Result<(), Failure> {
        let catalog = &self.repository.catalog;
        if catalog.has_page(page, self.recipe)? {
            return Ok(());
        }
        let read = self.pool.read(self.repository.blobs.path_of(page.scan), page.ordinal)?;
        self.meter.add(&read.times);
        self.meter.page_read();
        self.meter.store(|| catalog.put_page(page, self.recipe, &read))?;
        Ok(())
    }

    /// What was read on a page by this run's recipe.
    pub(super) fn page(&self, id: PageId) -> Result<RecognisedPage, Failure> {
        let read = self.repository.catalog.page(id, self.recipe)?;
        read.ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged).at(id))
    }

    /// Finds the dossier of a scan whose pages were read. `None` when the file is done with:
    /// nothing on it, nobody's, or sealed before.
    pub(super) fn place(&self, scan: TakenScan) -> Result<Option<Placed>, Failure> {
        let catalog = &self.repository.catalog;
        let mut pages = Vec::new();
        for ordinal in 0..scan.summary.pages {
            let id = PageId { scan: scan.blob.id, ordinal };
            pages.push((id, self.page(id)?));
        }
        let (blank, printed): (Vec<_>, Vec<_>) = pages.into_iter().partition(|(_, page)| page.blank);
        let readable: Vec<&RecognisedPage> = printed.iter().map(|(_, page)| page).collect();
        let count = u64::from(scan.summary.pages);
        let kind = scan.file.placement.kind;
        let mut entry = Entry {
            path: scan.file.relative.clone(),
            scan: Some(scan.blob.id),
            pages: count,
            outcomes: Vec::new(),
            failure: None,
            moved_to: None,
            assignment: None,
            poor_pages: Vec::new(),
        };
        if printed.is_empty() {
            let named = scan.file.placement.named_code().cloned();
            entry.outcomes = vec![(PageOutcome::Blank, count)];
            entry.assignment = named.map(|code| SettledAssignment { code, kind, recipe: self.recipe });
            catalog.put_entry(self.batch, &entry)?;
            return Ok(None);
        }
        let assignment = match assemble::assign(&scan.file.placement, &readable, &self.rules) {
            Ok(assignment) => assignment,
            Err(error) => {
                entry.failure = Some(Failure::from(error).at(&scan.file.relative));
                // A code that nobody can read may be the scan's fault.
                entry.poor_pages = self.poor_pages(&scan, &printed)?;
                return self.wait(entry);
            }
        };
        if catalog.is_done(scan.blob.id, &assignment.code, kind, self.recipe)? {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(None);
        }
        entry.poor_pages = self.poor_pages(&scan, &printed)?;
        if !entry.poor_pages.is_empty() {
            entry.failure = Some(rescan::failure_of(&scan.file.relative, &entry.poor_pages));
            return self.wait(entry);
        }
        let readings = assemble::read_fields(&assignment, &readable, &self.settings.fields);
        let pages: Vec<PageId> = printed.iter().map(|(id, _)| *id).collect();
        let document = DraftDocument {
            id: DocumentId::of_pages(&pages),
            source_path: scan.file.relative.clone(),
            scanned_at: scan.file.modified,
            wanted_ordinal: scan.file.placement.wanted_ordinal,
            blank_pages: blank.iter().map(|(id, _)| *id).collect(),
            pages,
            readings,
        };
        Ok(Some(Placed { code: assignment.code, kind, document, scan, entry }))
    }

    /// Enters a file that a person has to decide about into the ledger; it stays in the inbox.
    fn wait(&self, mut entry: Entry) -> Result<Option<Placed>, Failure> {
        entry.outcomes = vec![(PageOutcome::Waiting, entry.pages)];
        if let Some(failure) = &entry.failure {
            self.progress.exception(&entry.path, failure);
        }
        self.repository.catalog.put_entry(self.batch, &entry)?;
        Ok(None)
    }
}
