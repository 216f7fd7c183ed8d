//! Batches and their ledgers.

use std::collections::{BTreeMap, BTreeSet};

use super::{Batch, MemoryCatalog, State, damaged, refused};
use crate::model::act::Deed;
use crate::model::batch::{BatchReport, BatchState, DossierLine, ExceptionLine, InterruptedBatch, Ledger, PageOutcome};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::ids::{BatchId, BlobId, LedgerDigest, RecipeId};
use crate::model::recipe::EngineIdentity;
use crate::model::record::Record;
use crate::repository::catalog::{BatchEnd, BatchSummary, Batches, Entry, NewBatch, Part};
use crate::repository::error::RepositoryError;

impl Batches for MemoryCatalog {
    fn begin_owned_batch(
        &self,
        began: &NewBatch,
        owner: Option<&str>,
        is_at_work: &dyn Fn(&str) -> bool,
    ) -> Result<BatchId, RepositoryError> {
        self.write(|state| {
            for number in 0..state.batches.len() {
                let batch = state.batches.get_mut(number).ok_or_else(|| refused("no such batch"))?;
                if batch.state != BatchState::Running || batch.owner.as_deref().is_some_and(is_at_work) {
                    continue;
                }
                batch.state = BatchState::Interrupted;
                let id = BatchId(number as i64 + 1);
                let (files, ledger) = state.ledger_digest(id);
                let deed = Deed::BatchEnded { batch: id, state: BatchState::Interrupted, files, ledger };
                state.append(began.started_at, &self.warrant, deed)?;
            }
            let owner = owner.map(ToOwned::to_owned);
            state.batches.push(Batch { began: began.clone(), state: BatchState::Running, owner, end: None });
            Ok(BatchId(state.batches.len() as i64))
        })
    }

    fn dead_batches(&self, is_at_work: &dyn Fn(&str) -> bool) -> Result<Vec<BatchId>, RepositoryError> {
        let state = self.read();
        let numbered = state.batches.iter().zip(1..);
        let dead =
            numbered.filter(|(batch, _)| batch.state == BatchState::Running && !batch.owner.as_deref().is_some_and(is_at_work));
        Ok(dead.map(|(_, number)| BatchId(number)).collect())
    }

    fn finish_batch(&self, id: BatchId, end: &BatchEnd) -> Result<(), RepositoryError> {
        self.write(|state| {
            let place = usize::try_from(id.0 - 1).unwrap_or(usize::MAX);
            let batch = state.batches.get_mut(place).ok_or_else(|| damaged("it never began"))?;
            (batch.state, batch.end) = (end.state, Some(end.clone()));
            let (files, ledger) = state.ledger_digest(id);
            state.append(end.ended_at, &self.warrant, Deed::BatchEnded { batch: id, state: end.state, files, ledger })
        })
    }

    fn put_entry(&self, batch: BatchId, entry: &Entry) -> Result<(), RepositoryError> {
        self.write(|state| state.put_entry(batch, entry))
    }

    fn latest_batch(&self) -> Result<Option<BatchId>, RepositoryError> {
        Ok(Some(self.read().batches.len() as i64).filter(|count| *count > 0).map(BatchId))
    }

    fn recipes(&self) -> Result<Vec<(RecipeId, EngineIdentity)>, RepositoryError> {
        let mut recipes = Vec::new();
        for batch in self.read().batches.iter().rev() {
            let one = (batch.began.recipe, batch.began.engine.clone());
            if !recipes.contains(&one) {
                recipes.push(one);
            }
        }
        Ok(recipes)
    }

    fn batch_report(&self, batch: BatchId) -> Result<Option<BatchReport>, RepositoryError> {
        Ok(self.read().report(batch))
    }

    fn batch_head(&self, batch: BatchId) -> Result<Option<BatchReport>, RepositoryError> {
        let nothing = |report| BatchReport {
            dossiers: Vec::new(),
            exceptions: Vec::new(),
            blank_files: Vec::new(),
            duplicate_files: Vec::new(),
            separator_files: Vec::new(),
            ..report
        };
        Ok(self.read().report(batch).map(nothing))
    }

    fn batch_exceptions(&self, batch: BatchId, skipped: usize, limit: usize) -> Result<Vec<ExceptionLine>, RepositoryError> {
        Ok(self.read().exceptions(batch).into_iter().skip(skipped).take(limit).collect())
    }

    fn batch_records(
        &self,
        batch: BatchId,
        after: Option<&(DossierCode, RecordKind)>,
        limit: usize,
    ) -> Result<Vec<Record>, RepositoryError> {
        let name = |(code, kind): &(DossierCode, RecordKind)| (code.to_string(), kind.as_str());
        let after = after.map(name);
        let records = self.read().records_of_batch(batch);
        Ok(records
            .into_iter()
            .filter(|(name, _)| after.as_ref().is_none_or(|after| name > after))
            .map(|(_, record)| record)
            .take(limit)
            .collect())
    }

    fn batch_summaries(&self, up_to: Option<BatchId>, limit: usize) -> Result<Vec<BatchSummary>, RepositoryError> {
        let state = self.read();
        let newest = state.batches.len() as i64;
        let last = up_to.map_or(newest, |batch| batch.0.min(newest));
        let reports = (1..=last).rev().filter_map(|id| state.report(BatchId(id))).take(limit);
        Ok(reports
            .map(|report| BatchSummary {
                batch: report.batch,
                state: report.state,
                started_at: report.started_at,
                ended_at: report.ended_at,
                ledger: report.ledger,
                exceptions: report.exceptions.len() as u64,
                records: report.dossiers.len() as u64,
            })
            .collect())
    }

    fn batch_scans(&self, batch: BatchId) -> Result<Vec<(String, BlobId, bool)>, RepositoryError> {
        let state = self.read();
        let entries = state.entries_of(batch).filter_map(|entry| {
            let outcomes = kinds(entry);
            let mixed = outcomes.contains(&PageOutcome::Blank) && outcomes.len() > 1;
            Some((entry.path.clone(), entry.scan?, mixed))
        });
        Ok(entries.collect())
    }

    fn last_seen(&self, scan: &str) -> Result<Option<(BatchId, String, String, bool)>, RepositoryError> {
        let (state, wanted) = (self.read(), scan.to_lowercase());
        let seen = state.entries.iter().rev();
        let mut seen = seen.filter(|(_, entry)| entry.scan.is_some_and(|scan| scan.to_string().starts_with(&wanted)));
        Ok(seen.next().and_then(|((batch, path), entry)| {
            let waits = entry.failure.is_some() && entry.moved_to.is_none();
            Some((*batch, state.batch(*batch)?.began.inbox.clone(), path.clone(), waits))
        }))
    }

    fn is_done(&self, scan: BlobId, code: &DossierCode, kind: RecordKind, recipe: RecipeId) -> Result<bool, RepositoryError> {
        let (state, part) = (self.read(), (code.clone(), kind));
        let put_in = state.current(code, kind).is_some_and(|kept| {
            let mut more = kept.record.documents.iter().flat_map(|document| &document.more_sources);
            more.any(|source| source.blake3 == scan)
        });
        let settled = || state.settled_by_documents(scan, recipe).contains(&part);
        Ok(put_in || settled() || state.settled_by_entries(scan, recipe).contains(&part))
    }

    fn is_source_of_others(&self, scan: BlobId, code: &DossierCode) -> Result<bool, RepositoryError> {
        let state = self.read();
        let mut others = state.records.iter().filter(|kept| kept.record.dossier_code != *code);
        Ok(others.any(|kept| kept.record.kept_documents().iter().any(|document| document.source.blake3 == scan)))
    }

    fn is_sealed(&self, scan: BlobId, path: &str, recipe: RecipeId) -> Result<bool, RepositoryError> {
        let state = self.read();
        let sealed = state.current_ones().any(|kept| {
            let mut documents = kept.record.kept_documents().into_iter().zip(&kept.recipes);
            documents.any(|(document, by)| document.source.blake3 == scan && *by == recipe)
        });
        let lay = |entry: &Entry| entry.scan == Some(scan) && entry.path == path && entry.failure.is_none();
        Ok(sealed && state.entries.values().any(lay))
    }
}

/// The outcomes of an entry, each once.
fn kinds(entry: &Entry) -> BTreeSet<PageOutcome> {
    entry.outcomes.iter().map(|(outcome, _)| *outcome).collect()
}

fn pages_of(entry: &Entry, is_meant: impl Fn(PageOutcome) -> bool) -> u64 {
    entry.outcomes.iter().filter(|(outcome, _)| is_meant(*outcome)).map(|(_, pages)| pages).sum()
}

impl State {
    pub(super) fn put_entry(&mut self, batch: BatchId, entry: &Entry) -> Result<(), RepositoryError> {
        self.batch(batch).ok_or_else(|| refused(format!("batch {batch} never began")))?;
        self.entries.insert((batch, entry.path.clone()), entry.clone());
        Ok(())
    }

    pub(super) fn entries_of(&self, batch: BatchId) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |((of, _), _)| *of == batch).map(|(_, entry)| entry)
    }

    /// The parts for which there was nothing to seal on a scan.
    pub(super) fn settled_by_entries(&self, scan: BlobId, recipe: RecipeId) -> Vec<Part> {
        let is_nothing = |outcome| matches!(outcome, PageOutcome::Blank | PageOutcome::Separator);
        let settled = self
            .entries
            .values()
            .filter(|entry| entry.scan == Some(scan) && entry.failure.is_none() && entry.pages == pages_of(entry, is_nothing));
        let by_recipe = settled.filter_map(|entry| entry.assignment.as_ref()).filter(|part| part.recipe == recipe);
        by_recipe.map(|part| (part.code.clone(), part.kind)).collect()
    }

    /// Any digest will do that all which is noted goes into, and that an interruption does not change.
    pub(super) fn ledger_digest(&self, id: BatchId) -> (u64, LedgerDigest) {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: String| {
            hasher.update(part.as_bytes()).update(b"\n");
        };
        if let Some(batch) = self.batch(id) {
            let state = if batch.state == BatchState::Running { BatchState::Interrupted } else { batch.state };
            add(format!("{:?} {state:?} {:?}", batch.began, batch.end));
        }
        let mut files = 0;
        for entry in self.entries_of(id) {
            files += 1;
            add(format!("{entry:?}"));
            let Some(scan) = entry.scan.filter(|_| !kinds(entry).contains(&PageOutcome::Refused)) else { continue };
            add(format!("{:?} {:?}", self.blobs.get(&scan), self.scans.get(&scan)));
            let pages = self.pages.iter().filter(|((page, _), _)| page.scan == scan);
            pages.for_each(|page| add(format!("{page:?}")));
        }
        (files, LedgerDigest::from_bytes(*hasher.finalize().as_bytes()))
    }

    pub(super) fn ledger(&self, id: BatchId) -> Ledger {
        let mut ledger = Ledger::default();
        for entry in self.entries_of(id) {
            ledger.scanned += entry.pages;
            entry.outcomes.iter().for_each(|(outcome, pages)| ledger.count(*outcome, *pages));
        }
        ledger
    }

    fn report(&self, id: BatchId) -> Option<BatchReport> {
        let batch = self.batch(id)?;
        let paths = |is_meant: &dyn Fn(&Entry) -> bool| -> Vec<String> {
            self.entries_of(id).filter(|entry| is_meant(entry)).map(|entry| entry.path.clone()).collect()
        };
        let (blank, separator) = (PageOutcome::Blank, PageOutcome::Separator);
        Some(BatchReport {
            batch: id,
            state: batch.state,
            inbox: batch.began.inbox.clone(),
            started_at: batch.began.started_at,
            ended_at: batch.end.as_ref().map(|end| end.ended_at),
            engine: batch.began.engine.clone(),
            recipe: batch.began.recipe,
            ledger: self.ledger(id),
            unchanged_files: batch.end.as_ref().map_or(0, |end| end.unchanged_files),
            left_files: batch.end.as_ref().map_or(0, |end| end.left_files),
            dossiers: self.dossiers(id),
            exceptions: self.exceptions(id),
            interrupted: self.interrupted(id, &batch.began.inbox),
            blank_files: paths(&|entry| kinds(entry) == BTreeSet::from([blank])),
            duplicate_files: paths(&|entry| entry.pages == 0 && entry.failure.is_none()),
            repeated_pages: Vec::new(),
            blank_pages: Vec::new(),
            little_read: Vec::new(),
            attachments: Vec::new(),
            notes: Vec::new(),
            separator_files: paths(&|entry| {
                let kinds = kinds(entry);
                kinds.contains(&separator) && kinds.iter().all(|kind| [blank, separator].contains(kind))
            }),
            open_facts: Vec::new(),
            card_owners: Vec::new(),
            sheet_counts: Vec::new(),
            differences: Vec::new(),
            cost: batch.end.as_ref().map(|end| end.cost).unwrap_or_default(),
            manifest: batch.end.as_ref().and_then(|end| end.manifest.clone()),
        })
    }

    fn interrupted(&self, id: BatchId, inbox: &str) -> Vec<InterruptedBatch> {
        let of_inbox = (1..id.0).rev().filter_map(|id| Some((BatchId(id), self.batch(BatchId(id))?)));
        let of_inbox = of_inbox.filter(|(_, batch)| batch.began.inbox == inbox);
        let dead = of_inbox.take_while(|(_, batch)| batch.state == BatchState::Interrupted).map(|(id, _)| id);
        let met: BTreeSet<&str> = self.entries_of(id).map(|entry| entry.path.as_str()).collect();
        let refused = |entry: &&Entry| kinds(entry).contains(&PageOutcome::Refused) && !met.contains(entry.path.as_str());
        let told = |batch| InterruptedBatch { batch, refused_files: self.entries_of(batch).filter(refused).count() as u64 };
        dead.map(told).filter(|told| told.refused_files > 0).collect()
    }

    /// What was decided by hand afterwards takes the place of what the batch made.
    fn records_of_batch(&self, batch: BatchId) -> BTreeMap<(String, &'static str), Record> {
        let of_batch = self.records.iter().filter(|kept| kept.batch == batch).map(|kept| &kept.record);
        of_batch.map(|record| ((record.dossier_code.to_string(), record.kind.as_str()), record.clone())).collect()
    }

    fn dossiers(&self, batch: BatchId) -> Vec<DossierLine> {
        self.records_of_batch(batch).values().map(DossierLine::of).collect()
    }

    fn exceptions(&self, batch: BatchId) -> Vec<ExceptionLine> {
        let mut lines = Vec::new();
        for entry in self.entries_of(batch) {
            let Some(failure) = &entry.failure else { continue };
            let line = |outcome, pages| ExceptionLine {
                outcome,
                path: entry.path.clone(),
                pages,
                failure: failure.clone(),
                moved_to: entry.moved_to.clone(),
                poor_pages: entry.poor_pages.clone(),
            };
            let open = [PageOutcome::Refused, PageOutcome::Waiting];
            let found: Vec<_> = open.into_iter().filter(|outcome| kinds(entry).contains(outcome)).collect();
            if found.is_empty() {
                lines.push(line(PageOutcome::Refused, 0));
            }
            lines.extend(found.into_iter().map(|outcome| line(outcome, pages_of(entry, |one| one == outcome))));
        }
        lines
    }
}
