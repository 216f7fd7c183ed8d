//! Third sweep: the documents of each dossier are checked, sealed and proven, and those of dossiers
//! that share a file are committed together.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use super::Run;
use super::desk::keep_decisions;
use super::documents::{Pages, changed_by_hand, choose_ordinal, join, says_the_same};
use super::excerpt::Beside;
use super::groups::{Group, Placed};
use super::take_in::TakenScan;
use crate::model::batch::PageOutcome;
use crate::model::codes::DossierCode;
use crate::model::dossier::{Dossier, DraftDocument, RecordKind};
use crate::model::failure::{Failure, FailureCode};
use crate::model::field::{FieldName, Fields};
use crate::model::ids::{BlobId, DocumentId};
use crate::model::record::{Excerpt, Record, RecordDocument, StoredFile, sealed_file_name};
use crate::model::scan::MediaType;
use crate::model::text::{mean_confidence, source_of};
use crate::pipeline::step::{PageToSeal, SealOrder};
use crate::repository::{Entry, LentFile, PutError, ReadAlike, Sealing, StoredBlob};
use crate::stages::seal::DocumentMetadata;
use crate::stages::{assemble, check};

/// One document to be sealed.
struct Job<'a> {
    /// A file of the group that it comes from.
    file: usize,
    code: &'a DossierCode,
    kind: RecordKind,
    ordinal: u32,
    draft: DraftDocument,
    fields: Fields,
    /// What a person has made of it since it was sealed first.
    changed: Option<RecordDocument>,
}

/// A document that was sealed, with where it belongs.
struct Sealed<'a> {
    job: Job<'a>,
    document: RecordDocument,
    blobs: Vec<StoredBlob>,
}

/// How often the papers of a group are sealed anew because their dossiers were changed meanwhile, by
/// a person or by another run.
const TRIES: u32 = 3;

impl Run<'_> {
    /// Seals what arrived for some dossiers and commits all of it together, so that a file with
    /// papers of several dossiers is in the ledger when all of them are sealed, and not before.
    ///
    /// A file of which a document cannot be sealed is left out whole. Where others change the same
    /// dossiers again and again, its files are left for the next run.
    pub(super) fn seal_group(&self, group: &Group) -> Result<(), Failure> {
        for _ in 0..TRIES {
            match self.try_to_seal(group.clone()) {
                Err(failure) if failure.code == FailureCode::Conflict => tracing::info!(%failure, "papers are sealed once more"),
                done => return done,
            }
        }
        self.left.fetch_add(group.files.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    fn try_to_seal(&self, group: Group) -> Result<(), Failure> {
        let Group { codes, files } = group;
        let (files, repeats) = self.part_repeats(files)?;
        let mut jobs = Vec::new();
        for code in &codes {
            jobs.append(&mut self.jobs(code, &files)?);
        }
        let outcomes: Vec<Result<Sealed<'_>, (Job<'_>, Failure)>> = jobs
            .into_par_iter()
            .filter_map(|job| Some((files.get(job.file)?, job)))
            .map(|(file, job)| match self.seal_job(&job, &file.scan, Beside::within(file)) {
                Ok((document, blobs)) => Ok(Ok(Sealed { job, document, blobs })),
                Err(failure) if failure.code.effect().stops_the_run() => Err(failure),
                Err(failure) => Ok(Err((job, failure))),
            })
            .collect::<Result<_, Failure>>()?;
        let mut failures: BTreeMap<usize, Failure> = BTreeMap::new();
        let mut sealed = Vec::new();
        for outcome in outcomes {
            match outcome {
                Ok(one) => sealed.push(one),
                Err((job, failure)) => {
                    for (number, _) in (0..).zip(&files).filter(|(_, file)| file.holds(job.code, job.draft.id)) {
                        failures.entry(number).or_insert_with(|| failure.clone());
                    }
                }
            }
        }
        let whole: Vec<&Placed> =
            (0..).zip(&files).filter(|(number, _)| !failures.contains_key(number)).map(|(_, file)| file).collect();
        sealed.retain(|one| whole.iter().any(|file| file.holds(one.job.code, one.job.draft.id)));

        let pages_of: Vec<(&DossierCode, DocumentId, u64)> =
            sealed.iter().map(|one| (one.job.code, one.job.draft.id, one.job.draft.pages.len() as u64)).collect();
        let mut blobs: Vec<StoredBlob> = sealed.iter().flat_map(|one| one.blobs.iter().copied()).collect();
        let mut by_record: BTreeMap<(&DossierCode, RecordKind), Vec<RecordDocument>> = BTreeMap::new();
        for one in sealed {
            by_record.entry((one.job.code, one.job.kind)).or_default().push(one.document);
        }
        let (mut records, mut alike) = (Vec::new(), Vec::new());
        let mut unchanged = BTreeSet::new();
        for ((code, kind), new) in by_record {
            let previous = self.repository.catalog.current_record(code, kind)?;
            let ordinals: Vec<u32> = new.iter().map(|document| document.ordinal).collect();
            let documents = self.with_digests(previous.as_ref(), join(previous.as_ref(), new))?;
            if let Some(previous) = previous.as_ref().filter(|previous| says_the_same(&previous.documents, &documents)) {
                let (record, recipe) = (previous.id, self.recipe);
                alike.extend(ordinals.into_iter().map(|ordinal| ReadAlike { record, ordinal, recipe }));
                unchanged.insert((code, kind));
                continue;
            }
            let mut documents = documents;
            blobs.extend(self.with_excerpts(code, &mut documents)?);
            let now = self.settings.general.now();
            records.push(Record::new(code.clone(), kind, previous.as_ref(), now, self.recipe, None, documents));
        }
        // What brought nothing but what is sealed already is nothing new.
        let (known, new): (Vec<&Placed>, Vec<&Placed>) = whole
            .into_iter()
            .partition(|file| file.documents.iter().all(|placed| unchanged.contains(&(&placed.code, placed.kind))));
        self.unchanged.fetch_add(known.len() as u64, Ordering::Relaxed);
        let entries: Vec<Entry> = new.into_iter().map(|file| sealed_entry(file, &pages_of)).chain(repeats).collect();
        let sealing = Sealing { batch: self.batch, records: &records, blobs: &blobs, entries: &entries, alike: &alike };
        self.meter.store(|| self.repository.catalog.commit_dossier(&sealing))?;
        for (file, failure) in failures {
            let Some(placed) = files.get(file) else { continue };
            self.leave_out(placed, failure)?;
        }
        Ok(())
    }

    /// What is to be sealed for one dossier: first what was handed in, then the results, so that
    /// the ordinals come out the same whatever ran before.
    fn jobs<'a>(&self, code: &'a DossierCode, files: &[Placed]) -> Result<Vec<Job<'a>>, Failure> {
        let mut ordinals = self.repository.catalog.ordinals(code)?;
        let mut jobs = Vec::new();
        for kind in [RecordKind::Dossier, RecordKind::Result] {
            let mut origin: BTreeMap<DocumentId, usize> = BTreeMap::new();
            let mut drafts = Vec::new();
            for (number, file) in files.iter().enumerate() {
                for placed in file.documents.iter().filter(|placed| placed.code == *code && placed.kind == kind) {
                    // The same pages twice are one document.
                    origin.entry(placed.document.id).or_insert_with(|| {
                        drafts.push(placed.document.clone());
                        number
                    });
                }
            }
            let dossier = check::check(Dossier::new(code.clone(), kind, drafts), self.knowledge(), &self.settings.check);
            let previous = self.repository.catalog.current_record(code, kind)?;
            for (draft, fields) in dossier.documents() {
                let Some(&file) = origin.get(&draft.id) else { continue };
                let ordinal = choose_ordinal(&mut ordinals, draft);
                let changed = previous.as_ref().and_then(|record| changed_by_hand(record, ordinal, draft.id)).cloned();
                let before = previous.as_ref().and_then(|record| record.documents.iter().find(|one| one.ordinal == ordinal));
                let fields = before.map_or_else(
                    || fields.clone(),
                    |before| keep_decisions(fields.clone(), &before.fields, &self.settings.fields),
                );
                jobs.push(Job { file, code, kind, ordinal, draft: draft.clone(), fields, changed });
            }
        }
        Ok(jobs)
    }

    fn seal_job(&self, job: &Job<'_>, scan: &TakenScan, beside: Beside) -> Result<(RecordDocument, Vec<StoredBlob>), Failure> {
        match &job.changed {
            Some(current) => self.seal_changed(job.code, job.kind, current, Pages::of(current), scan),
            None => {
                let own = job.draft.pages.iter().chain(&job.draft.blank_pages).copied().collect();
                let (excerpt, cut) = self.excerpt(job.code, job.ordinal, own, scan, beside)?.unzip();
                let (mut document, sealed) =
                    self.seal_document(job.code, job.ordinal, &job.draft, &job.fields, (scan, excerpt.as_ref()))?;
                document.excerpt = excerpt;
                Ok((document, cut.into_iter().chain([sealed]).collect()))
            }
        }
    }

    /// Enters a file into the ledger of which a document could not be sealed. A stack stays in the
    /// inbox: nothing is wrong with most of it, and a person can split it.
    fn leave_out(&self, placed: &Placed, failure: Failure) -> Result<(), Failure> {
        let scan = &placed.scan;
        let failure = failure.at_file(&scan.file.relative);
        if placed.codes().count() > 1 {
            return self.wait(Entry { failure: Some(failure), ..placed.entry.clone() });
        }
        self.refuse(&scan.file.path, &scan.file.relative, Some(scan.blob.id), u64::from(scan.summary.pages), &failure)
    }

    /// Adds the digests of their text to documents that were sealed before there were such.
    pub(super) fn with_digests(
        &self,
        previous: Option<&Record>,
        mut documents: Vec<RecordDocument>,
    ) -> Result<Vec<RecordDocument>, Failure> {
        let catalog = &self.repository.catalog;
        for document in documents.iter_mut().filter(|document| document.text_digest.is_none()) {
            let Some(previous) = previous else { continue };
            let recipe = catalog.document_recipe(previous.id, document.ordinal)?.unwrap_or(previous.recipe);
            document.text_digest = catalog.text_digest(&document.pages, recipe)?;
        }
        Ok(documents)
    }

    /// Writes the sealed file of a document and proves that it reads back. The file says of itself what
    /// others may know of where it comes from.
    pub(super) fn seal_document(
        &self,
        code: &DossierCode,
        ordinal: u32,
        draft: &DraftDocument,
        fields: &Fields,
        (scan, excerpt): (&TakenScan, Option<&Excerpt>),
    ) -> Result<(RecordDocument, StoredBlob), Failure> {
        self.check_room()?;
        let mut pages = Vec::with_capacity(draft.pages.len());
        // Lent until the worker is done with them.
        let mut scans: BTreeMap<BlobId, LentFile> = BTreeMap::new();
        let mut sensitive_pages = Vec::new();
        for &page in &draft.pages {
            let read = self.page(page)?;
            sensitive_pages.extend(assemble::shows_id_card(&read).then_some(page));
            let lent = match scans.entry(page.scan) {
                Slot::Occupied(lent) => lent.into_mut(),
                Slot::Vacant(place) => place.insert(self.repository.blobs.lend(page.scan)?),
            };
            pages.push(PageToSeal { scan: lent.path().to_owned(), page, turn: read.turn, lines: read.lines });
        }
        let text_confidence = mean_confidence(pages.iter().flat_map(|page| &page.lines).flat_map(|line| &line.words));
        let words = pages.iter().flat_map(|page| &page.lines).flat_map(|line| &line.words);
        let text_source = source_of(words).unwrap_or_default();
        let page_count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        let file_name = sealed_file_name(code, ordinal);
        let source_name = draft.source_path.rsplit('/').next().unwrap_or_default().to_owned();
        let title = fields.get(&FieldName::Title).map(|field| field.value.clone()).filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| file_name.clone());
        let metadata = DocumentMetadata {
            title,
            dossier_code: code.clone(),
            file_name: file_name.clone(),
            scanned_at: draft.scanned_at,
            source_sha256: excerpt.map_or(scan.blob.sha256, |excerpt| excerpt.file.sha256),
            source_name: excerpt.map_or(&source_name, |excerpt| &excerpt.file.name).clone(),
        };
        // The same pages may be sealed for two dossiers at once, so the name is the file's own.
        let output = self.repository.scratch_dir()?.join(&file_name);
        let times = self.pool.seal(SealOrder { pages, metadata, output: output.clone() });
        drop(scans);
        let times = times?;
        self.meter.add(&times);
        let blob = self.meter.store(|| self.repository.blobs.put_file(&output));
        let _ = fs::remove_file(&output);
        let blob = blob.map_err(|error| match error {
            PutError::Store(error) => error.into(),
            other => Failure::new(FailureCode::StorageFailed).at_file(output.display()).because(other.cause()),
        })?;
        self.meter.bytes_out(blob.bytes);
        let file = |name: String, media_type, pages, blob: &StoredBlob| StoredFile {
            name,
            media_type,
            bytes: blob.bytes,
            pages,
            sha256: blob.sha256,
            blake3: blob.id,
        };
        let document = RecordDocument {
            id: draft.id,
            ordinal,
            file: file(file_name, MediaType::Pdf, page_count, &blob),
            source: file(source_name, scan.summary.media_type, scan.summary.pages, &scan.blob),
            pages: draft.pages.clone(),
            blank_pages: draft.blank_pages.clone(),
            text_confidence,
            text_source,
            signatures: scan.summary.signatures.clone(),
            sensitive_pages,
            more_sources: Vec::new(),
            excerpt: None,
            text_digest: self.repository.catalog.text_digest(&draft.pages, self.recipe)?,
            fields: fields.clone(),
        };
        Ok((document, blob))
    }
}

/// A file's line in the ledger once its documents are sealed. They may hold pages of other files
/// too by now.
fn sealed_entry(file: &Placed, sealed: &[(&DossierCode, DocumentId, u64)]) -> Entry {
    let pages: u64 = sealed.iter().filter(|(code, id, _)| file.holds(code, *id)).map(|(_, _, pages)| pages).sum();
    let mut entry = file.entry.clone();
    entry.outcomes.insert(0, (PageOutcome::Sealed, pages));
    entry
}
