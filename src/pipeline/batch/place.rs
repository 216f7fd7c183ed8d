//! Between the second sweep and the third: whose papers a scan holds, once its pages were read.

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::groups::{Placed, PlacedDocument};
use super::settled::rules_for;
use super::take_in::TakenScan;
use super::{Run, rescan};
use crate::model::batch::PageOutcome;
use crate::model::dossier::DraftDocument;
use crate::model::failure::cause::SplitFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::{DocumentId, PageId};
use crate::model::page::RecognisedPage;
use crate::model::settlement::Picture;
use crate::repository::{Assignment as SettledAssignment, Entry, Placement};
use crate::stages::assemble::{self, Acceptance, AssignError, Part, Split};

/// A scan all of whose pages were read.
struct ReadScan {
    scan: TakenScan,
    ids: Vec<PageId>,
    pages: Vec<RecognisedPage>,
}

impl ReadScan {
    /// Its line in the ledger, of which nothing is known yet.
    fn entry(&self) -> Entry {
        Entry {
            path: self.scan.file.relative.clone(),
            scan: Some(self.scan.blob.id),
            pages: u64::from(self.scan.summary.pages),
            outcomes: Vec::new(),
            failure: None,
            moved_to: None,
            assignment: None,
            poor_pages: Vec::new(),
        }
    }

    /// The pages at these places.
    fn at(&self, places: impl IntoIterator<Item = usize>) -> Vec<(PageId, &RecognisedPage)> {
        places.into_iter().filter_map(|place| Some((*self.ids.get(place)?, self.pages.get(place)?))).collect()
    }

    fn all(&self) -> Vec<(PageId, &RecognisedPage)> {
        self.at(0..self.pages.len())
    }
}

impl Run<'_> {
    /// Finds the dossiers and documents of a scan whose pages were read. `None` when the file is
    /// done with: nothing on it but sheets, nobody's, or sealed before.
    pub(super) fn place(&self, mut scan: TakenScan) -> Result<Option<Placed>, Failure> {
        let settlement = self.repository.catalog.settlement(scan.blob.id)?.unwrap_or_default();
        if settlement.picture == Picture::Accepted {
            scan.file.placement.acceptance = Acceptance::AsItIs;
        }
        if let Some(kind) = settlement.kind {
            scan.file.placement.kind = kind;
        }
        let ids: Vec<PageId> = (0..scan.summary.pages).map(|ordinal| PageId { scan: scan.blob.id, ordinal }).collect();
        let pages: Vec<RecognisedPage> = ids.iter().map(|&id| self.page(id)).collect::<Result<_, _>>()?;
        let read = ReadScan { scan, ids, pages };
        let placement = &read.scan.file.placement;
        let mut entry = read.entry();
        let stacks = &self.settings.stacks;
        let split = if settlement.takes_apart() {
            assemble::split_as_settled(&settlement, placement, &read.pages, &self.rules, stacks)
        } else {
            assemble::split(placement, &read.pages, &self.rules, stacks, &self.settings.fields)
        };
        let split = match split {
            Ok(split) => split,
            Err(error) => {
                self.wait_unsplit(&read, entry, error)?;
                return Ok(None);
            }
        };
        entry.outcomes.push((PageOutcome::Separator, split.separators.len() as u64));
        entry.outcomes.push((PageOutcome::Blank, split.blank.len() as u64));
        entry.outcomes.retain(|(_, pages)| *pages > 0);
        if split.parts.is_empty() {
            let named = placement.named_code().cloned();
            entry.assignment = named.map(|code| SettledAssignment { code, kind: placement.kind, recipe: self.recipe });
            self.repository.catalog.put_entry(self.batch, &entry)?;
            return Ok(None);
        }
        if placement.named_code().is_none() {
            self.remember_parts(&read.scan, &split);
        }
        if self.is_done_with(&read.scan, &split)? {
            self.unchanged.fetch_add(1, Ordering::Relaxed);
            return Ok(None);
        }
        if let Some(failure) = self.reason_to_wait(&read, &split, &mut entry)? {
            entry.failure = Some(failure);
            self.wait(entry)?;
            return Ok(None);
        }
        self.draw_blank_pages(&read.scan, &read.all())?;
        let documents = self.documents_of(&read, split);
        Ok(Some(Placed { documents, scan: read.scan, entry }))
    }

    /// Lets a scan wait of which nobody can say whose papers it holds. A code that nobody can read
    /// may be the scan's fault, so its poor pages are named.
    fn wait_unsplit(&self, read: &ReadScan, mut entry: Entry, error: AssignError) -> Result<(), Failure> {
        entry.failure = Some(Failure::from(error).at_file(&read.scan.file.relative));
        let printed: Vec<_> = read.all().into_iter().filter(|(_, page)| !page.blank).collect();
        entry.poor_pages = self.poor_pages(&read.scan, &printed)?;
        self.wait(entry)
    }

    /// Remembers whose papers were found on a scan that its name does not assign.
    fn remember_parts(&self, scan: &TakenScan, split: &Split) {
        let parts = split.parts.iter().map(|part| (part.assignment.code.clone(), part.kind)).collect();
        let found = Placement { scan: scan.blob.id, rules: rules_for(&self.placing, &scan.file), parts };
        self.placements.lock().unwrap_or_else(PoisonError::into_inner).push(found);
    }

    /// Whether all papers of the scan were sealed before, by this recipe.
    fn is_done_with(&self, scan: &TakenScan, split: &Split) -> Result<bool, Failure> {
        let mut done = true;
        for Part { assignment, kind, .. } in &split.parts {
            done = done && self.repository.catalog.is_done(scan.blob.id, &assignment.code, *kind, self.recipe)?;
        }
        Ok(done)
    }

    /// Why a person has to decide about a scan although its papers are assigned; notes its poor pages.
    fn reason_to_wait(&self, read: &ReadScan, split: &Split, entry: &mut Entry) -> Result<Option<Failure>, Failure> {
        let name = &read.scan.file.relative;
        let codes: BTreeSet<_> = split.parts.iter().map(|part| &part.assignment.code).collect();
        if codes.len() > 1 && !read.scan.summary.signatures.is_empty() {
            // Whole it would show each citizen the papers of the others, and cut apart it bears no signature.
            let failure = Failure::new(FailureCode::StackUnclear).at_file(name);
            return Ok(Some(failure.because(SplitFault::SignedStack)));
        }
        let kept = read.at(split.parts.iter().flat_map(|part| part.pages.iter().copied()));
        entry.poor_pages = self.poor_pages(&read.scan, &kept)?;
        Ok((!entry.poor_pages.is_empty()).then(|| rescan::failure_of(name, &entry.poor_pages)))
    }

    /// The documents that a scan falls into, with what is read from their pages.
    fn documents_of(&self, read: &ReadScan, split: Split) -> Vec<PlacedDocument> {
        let file = &read.scan.file;
        let whole = split.parts.len() == 1;
        let document = |part: Part| {
            let (pages, readable): (Vec<PageId>, Vec<&RecognisedPage>) = read.at(part.pages).into_iter().unzip();
            let pixels = readable.iter().map(|page| page.pixels).collect();
            let document = DraftDocument {
                id: DocumentId::of_pages(&pages),
                source_path: file.relative.clone(),
                scanned_at: file.modified,
                // The file's name speaks of the file.
                wanted_ordinal: file.placement.wanted_ordinal.filter(|_| whole),
                blank_pages: read.at(part.blank_pages).into_iter().map(|(id, _)| id).collect(),
                pages,
                readings: assemble::read_fields(&part.assignment, &readable, &self.settings.fields),
            };
            PlacedDocument { code: part.assignment.code, kind: part.kind, document, pixels }
        };
        split.parts.into_iter().map(document).collect()
    }
}
