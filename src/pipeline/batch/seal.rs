//! Third sweep: the documents of each dossier are checked, sealed and proven, and those of dossiers
//! that share a file are committed together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use super::Run;
use super::alike::SealedBefore;
use super::desk::keep_decisions;
use super::documents::{Pages, changed_by_hand, choose_ordinal, join, says_the_same};
use super::excerpt::Beside;
use super::groups::{Group, Placed};
use super::take_in::TakenScan;
use crate::model::batch::PageOutcome;
use crate::model::codes::DossierCode;
use crate::model::dossier::{Dossier, DraftDocument, RecordKind};
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::field::Fields;
use crate::model::ids::{DocumentId, RecordId};
use crate::model::record::{Record, RecordDocument, StoredFile};
use crate::repository::{Entry, ReadAlike, Sealing, StoredBlob};
use crate::stages::check;

/// One document to be sealed.
struct Job<'a> {
    /// A file of the group that it comes from.
    file: usize,
    code: &'a DossierCode,
    kind: RecordKind,
    ordinal: u32,
    draft: DraftDocument,
    /// The version of the record that the rest is taken from: what was decided after it is not in here.
    seen: Option<RecordId>,
    fields: Fields,
    /// What a person has made of it since it was sealed first.
    changed: Option<RecordDocument>,
    /// As another recipe read it.
    before: Option<SealedBefore>,
    /// The document as a person left it: taken out of its record, or its text corrected. It stays so.
    stands: Option<RecordDocument>,
    /// Its sealed file as it is now.
    sealed: Option<StoredFile>,
}

/// A document that was sealed, with where it belongs.
struct Sealed<'a> {
    job: Job<'a>,
    document: RecordDocument,
    blobs: Vec<StoredBlob>,
}

/// What sealed documents make of the records of their dossiers.
#[derive(Default)]
struct Versions<'a> {
    /// New versions.
    records: Vec<Record>,
    /// Files that documents refer to.
    blobs: Vec<StoredBlob>,
    /// Documents that say what they said before.
    alike: Vec<ReadAlike>,
    /// Records of which all documents do.
    unchanged: BTreeSet<(&'a DossierCode, RecordKind)>,
}

impl Versions<'_> {
    /// Whether all that a file brought was sealed before.
    fn lack_nothing_of(&self, file: &Placed) -> bool {
        file.documents.iter().all(|placed| self.unchanged.contains(&(&placed.code, placed.kind)))
    }
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
        let (mut sealed, failures) = self.seal_jobs(jobs, &files)?;
        let whole: Vec<&Placed> =
            (0..).zip(&files).filter(|(number, _)| !failures.contains_key(number)).map(|(_, file)| file).collect();
        sealed.retain(|one| whole.iter().any(|file| file.holds(one.job.code, one.job.draft.id)));

        let pages_of: Vec<(&DossierCode, DocumentId, u64)> =
            sealed.iter().map(|one| (one.job.code, one.job.draft.id, one.job.draft.pages.len() as u64)).collect();
        let versions = self.versions(sealed)?;
        // What brought nothing but what is sealed already is nothing new.
        let (known, new): (Vec<&Placed>, Vec<&Placed>) = whole.into_iter().partition(|file| versions.lack_nothing_of(file));
        self.unchanged.fetch_add(known.len() as u64, Ordering::Relaxed);
        let entries: Vec<Entry> = new.into_iter().map(|file| sealed_entry(file, &pages_of)).chain(repeats).collect();
        let Versions { records, blobs, alike, .. } = &versions;
        let sealing = Sealing { batch: self.batch, records, blobs, entries: &entries, alike };
        self.commit(&sealing)?;
        for (file, failure) in failures {
            let Some(placed) = files.get(file) else { continue };
            self.leave_out(placed, failure)?;
        }
        Ok(())
    }

    /// Seals documents side by side. Tells of each file, by its number, why a document of it could not be
    /// sealed.
    fn seal_jobs<'a>(
        &self,
        jobs: Vec<Job<'a>>,
        files: &[Placed],
    ) -> Result<(Vec<Sealed<'a>>, BTreeMap<usize, Failure>), Failure> {
        let outcomes: Vec<Result<Sealed<'a>, (Job<'a>, Failure)>> = jobs
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
                    for (number, _) in (0..).zip(files).filter(|(_, file)| file.holds(job.code, job.draft.id)) {
                        failures.entry(number).or_insert_with(|| failure.clone());
                    }
                }
            }
        }
        Ok((sealed, failures))
    }

    /// The versions of records that sealed documents make.
    fn versions<'a>(&self, sealed: Vec<Sealed<'a>>) -> Result<Versions<'a>, Failure> {
        let mut versions = Versions::default();
        let mut seen: BTreeMap<(&DossierCode, RecordKind), Option<RecordId>> = BTreeMap::new();
        let mut by_record: BTreeMap<(&DossierCode, RecordKind), Vec<RecordDocument>> = BTreeMap::new();
        for one in sealed {
            versions.blobs.extend(one.blobs);
            seen.insert((one.job.code, one.job.kind), one.job.seen);
            by_record.entry((one.job.code, one.job.kind)).or_default().push(one.document);
        }
        for ((code, kind), new) in by_record {
            let previous = self.repository.catalog.current_record(code, kind)?;
            refuse_changed(code, seen.get(&(code, kind)).copied().flatten(), previous.as_ref())?;
            let ordinals: Vec<u32> = new.iter().map(|document| document.ordinal).collect();
            // What a person took out is done with.
            let is_out = |document: &RecordDocument| {
                previous.iter().flat_map(|record| &record.voided).any(|one| one.document.ordinal == document.ordinal)
            };
            let new = new.into_iter().filter(|document| !is_out(document)).collect();
            let mut documents = self.with_digests(previous.as_ref(), join(previous.as_ref(), new))?;
            if let Some(previous) = previous.as_ref().filter(|previous| says_the_same(&previous.documents, &documents)) {
                let (record, recipe) = (previous.id, self.recipe);
                versions.alike.extend(ordinals.into_iter().map(|ordinal| ReadAlike { record, ordinal, recipe }));
                versions.unchanged.insert((code, kind));
                continue;
            }
            versions.blobs.extend(self.with_excerpts(code, &mut documents)?);
            let now = self.settings.general.now();
            let record = Record::new(code.clone(), kind, previous.as_ref(), now, self.recipe, None, documents);
            let kept = |document: &&RecordDocument| {
                let before = previous.iter().flat_map(|previous| &previous.documents);
                ordinals.contains(&document.ordinal) && before.into_iter().any(|before| before.says_the_same_as(document))
            };
            let (id, recipe) = (record.id, self.recipe);
            let alike = record.documents.iter().filter(kept).map(|document| document.ordinal);
            versions.alike.extend(alike.map(|ordinal| ReadAlike { record: id, ordinal, recipe }));
            versions.records.push(record);
        }
        Ok(versions)
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
                let kept = previous.as_ref().and_then(|record| record.documents.iter().find(|one| one.ordinal == ordinal));
                let fields = kept
                    .map_or_else(|| fields.clone(), |kept| keep_decisions(fields.clone(), &kept.fields, &self.settings.fields));
                let gone = previous.as_ref().and_then(|record| record.voided.iter().find(|one| one.document.ordinal == ordinal));
                let by_hand = kept.filter(|document| document.by_hand.is_some());
                let stands = gone.map(|one| &one.document).or(by_hand).cloned();
                let before = self.sealed_before(previous.as_ref(), (ordinal, draft.id))?;
                let seen = previous.as_ref().map(|record| record.id);
                let sealed = kept.map(|document| document.file.clone());
                let draft = draft.clone();
                jobs.push(Job { file, code, kind, ordinal, draft, seen, fields, changed, before, stands, sealed });
            }
        }
        Ok(jobs)
    }

    fn seal_job(&self, job: &Job<'_>, scan: &TakenScan, beside: Beside) -> Result<(RecordDocument, Vec<StoredBlob>), Failure> {
        if let Some(stands) = &job.stands {
            return Ok((stands.clone(), Vec::new()));
        }
        match &job.changed {
            Some(current) => self.seal_changed(job.code, job.kind, current, Pages::of(current), scan, self.recipe),
            None => {
                if let Some(before) = &job.before
                    && let Some(document) = self.still_stands(before, (&job.draft, &job.fields), scan, beside)?
                {
                    return Ok((document, Vec::new()));
                }
                let own = job.draft.pages.iter().chain(&job.draft.blank_pages).copied().collect();
                let (excerpt, cut) = self.excerpt(job.code, job.ordinal, own, scan, beside)?.unzip();
                let from = (scan, excerpt.as_ref());
                let (mut document, sealed) =
                    self.seal_document(job.code, job.ordinal, &job.draft, &job.fields, from, (self.recipe, job.sealed.as_ref()))?;
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
}

/// Refuses what was sealed from another version of a record than stands now: what was decided in between
/// would be put back.
fn refuse_changed(code: &DossierCode, seen: Option<RecordId>, now: Option<&Record>) -> Result<(), Failure> {
    if now.map(|record| record.id) == seen {
        return Ok(());
    }
    Err(Failure::new(FailureCode::Conflict).at(Place::Dossier { code: code.to_string() }))
}

/// A file's line in the ledger once its documents are sealed. They may hold pages of other files
/// too by now.
fn sealed_entry(file: &Placed, sealed: &[(&DossierCode, DocumentId, u64)]) -> Entry {
    let pages: u64 = sealed.iter().filter(|(code, id, _)| file.holds(code, *id)).map(|(_, _, pages)| pages).sum();
    let mut entry = file.entry.clone();
    entry.outcomes.insert(0, (PageOutcome::Sealed, pages));
    entry
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Mode;
    use crate::repository::memory::MemoryRepository;
    use crate::repository::tests::{CODE, code, commit, new_batch, recipe};

    /// A decision that was made while its paper was sealed again was once put back.
    #[test]
    fn what_was_sealed_from_an_older_version_is_not_joined_into_a_newer_one() {
        let shared = MemoryRepository::new();
        let repository = shared.open(Mode::Create);
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        let code = code(CODE);
        let conflict = |seen, now| refuse_changed(&code, seen, now).map_err(|failure| failure.code);
        assert_eq!(conflict(None, None), Ok(()));
        let first = commit(&repository, batch, &code, recipe(1), &["một"]);
        assert_eq!(conflict(None, Some(&first)), Err(FailureCode::Conflict));
        assert_eq!(conflict(Some(first.id), Some(&first)), Ok(()));
        let second = commit(&repository, batch, &code, recipe(1), &["một", "hai"]);
        assert_eq!(conflict(Some(first.id), Some(&second)), Err(FailureCode::Conflict));
    }
}
