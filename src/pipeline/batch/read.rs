//! Second sweep: every page that was not read by this recipe before is read.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::Run;
use super::groups::{Placed, PlacedDocument};
use super::rescan;
use super::settled::rules_for;
use super::take_in::TakenScan;
use crate::model::batch::PageOutcome;
use crate::model::dossier::DraftDocument;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::{BlobId, DocumentId, PageId};
use crate::model::page::RecognisedPage;
use crate::pipeline::progress::Phase;
use crate::repository::{Assignment as SettledAssignment, Entry, Placement};
use crate::stages::assemble::{self, Part};

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
        let scan = self.repository.blobs.lend(page.scan)?;
        let read = self.pool.read(scan.path().to_owned(), page.ordinal)?;
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

    /// Finds the dossiers and documents of a scan whose pages were read. `None` when the file is
    /// done with: nothing on it but sheets, nobody's, or sealed before.
    pub(super) fn place(&self, scan: TakenScan) -> Result<Option<Placed>, Failure> {
        let catalog = &self.repository.catalog;
        let ids: Vec<PageId> = (0..scan.summary.pages).map(|ordinal| PageId { scan: scan.blob.id, ordinal }).collect();
        let pages: Vec<RecognisedPage> = ids.iter().map(|&id| self.page(id)).collect::<Result<_, _>>()?;
        let placement = &scan.file.placement;
        let mut entry = Entry {
            path: scan.file.relative.clone(),
            scan: Some(scan.blob.id),
            pages: u64::from(scan.summary.pages),
            outcomes: Vec::new(),
            failure: None,
            moved_to: None,
            assignment: None,
            poor_pages: Vec::new(),
        };
        let papers = |kept: &mut dyn Iterator<Item = usize>| -> Vec<(PageId, &RecognisedPage)> {
            kept.filter_map(|place| Some((*ids.get(place)?, pages.get(place)?))).collect()
        };
        let split = match assemble::split(placement, &pages, &self.rules, &self.settings.stacks, &self.settings.fields) {
            Ok(split) => split,
            Err(error) => {
                entry.failure = Some(Failure::from(error).at(&scan.file.relative));
                // A code that nobody can read may be the scan's fault.
                let printed = papers(&mut (0..pages.len()).filter(|&place| pages.get(place).is_some_and(|page| !page.blank)));
                entry.poor_pages = self.poor_pages(&scan, &printed)?;
                self.wait(entry)?;
                return Ok(None);
            }
        };
        entry.outcomes.push((PageOutcome::Separator, split.separators.len() as u64));
        entry.outcomes.push((PageOutcome::Blank, split.blank.len() as u64));
        entry.outcomes.retain(|(_, pages)| *pages > 0);
        if split.parts.is_empty() {
            let named = placement.named_code().cloned();
            entry.assignment = named.map(|code| SettledAssignment { code, kind: placement.kind, recipe: self.recipe });
            catalog.put_entry(self.batch, &entry)?;
            return Ok(None);
        }
        if placement.named_code().is_none() {
            let parts = split.parts.iter().map(|part| (part.assignment.code.clone(), part.kind)).collect();
            let found = Placement { scan: scan.blob.id, rules: rules_for(&self.placing, &scan.file), parts };
            self.placements.lock().unwrap_or_else(PoisonError::into_inner).push(found);
        }
        let mut done = true;
        for Part { assignment, kind, .. } in &split.parts {
            done = done && catalog.is_done(scan.blob.id, &assignment.code, *kind, self.recipe)?;
        }
        if done {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(None);
        }
        let codes: BTreeSet<_> = split.parts.iter().map(|part| &part.assignment.code).collect();
        if codes.len() > 1 && !scan.summary.signatures.is_empty() {
            // Whole it would show each citizen the papers of the others, and cut apart it bears no signature.
            let cause = "a signed file with papers of several dossiers";
            entry.failure = Some(Failure::new(FailureCode::StackUnclear).at(&scan.file.relative).because(cause));
            self.wait(entry)?;
            return Ok(None);
        }
        let kept = papers(&mut split.parts.iter().flat_map(|part| part.pages.iter().copied()));
        entry.poor_pages = self.poor_pages(&scan, &kept)?;
        if !entry.poor_pages.is_empty() {
            entry.failure = Some(rescan::failure_of(&scan.file.relative, &entry.poor_pages));
            self.wait(entry)?;
            return Ok(None);
        }
        self.draw_blank_pages(&scan, &papers(&mut (0..pages.len())))?;
        let whole = split.parts.len() == 1;
        let documents = split.parts.into_iter().map(|part| {
            let (pages, readable): (Vec<PageId>, Vec<&RecognisedPage>) =
                papers(&mut part.pages.iter().copied()).into_iter().unzip();
            let pixels = readable.iter().map(|page| page.pixels).collect();
            let document = DraftDocument {
                id: DocumentId::of_pages(&pages),
                source_path: scan.file.relative.clone(),
                scanned_at: scan.file.modified,
                // The file's name speaks of the file.
                wanted_ordinal: placement.wanted_ordinal.filter(|_| whole),
                blank_pages: papers(&mut part.blank_pages.iter().copied()).into_iter().map(|(id, _)| id).collect(),
                pages,
                readings: assemble::read_fields(&part.assignment, &readable, &self.settings.fields),
            };
            PlacedDocument { code: part.assignment.code, kind: part.kind, document, pixels }
        });
        let documents = documents.collect();
        Ok(Some(Placed { documents, scan, entry }))
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
