//! Records against their ids, their rows, the versions before them, their files and texts, and the
//! acts that sealed them.

use std::collections::{BTreeMap, HashSet};

use super::acts::{Published, Told};
use super::finding::{Damage, Detail, Findings, Item, Remedy, Seen, Subject};
use super::heaps::Heaps;
use super::open_fields::OpenFields;
use crate::model::ids::{BatchId, BlobId, PageDigest, PageId, RecordId, TextDigest};
use crate::model::record::{Record, RecordDocument, sealed_file_name};
use crate::repository::{DocumentRow, IndexEntry, PageDigests, RecordRow, Repository, RepositoryError, listed_pages};
use crate::stages::publish;

/// Records read at a time.
const AT_ONCE: usize = 200;

/// What records that were verified say of other things.
#[derive(Default)]
pub(super) struct Verified {
    /// Number of records.
    pub count: u64,
    /// The entries that the index has to have.
    pub entries: Heaps,
    /// Records of which it is not known what the index has to have.
    pub unknown: Unknown,
    bodies: BTreeMap<String, u64>,
    /// Records whose newest version does not read, so that names are counted too low.
    uncounted: bool,
}

/// Versions that do not read, and those right before them: whether and how the index has the pages of a
/// version hangs on the one that follows it. What is wrong is told of the version, and not of all pages.
#[derive(Default)]
pub(super) struct Unknown(HashSet<[u8; 32]>);

impl Unknown {
    pub(super) fn holds(&self, record: &RecordId) -> bool {
        self.0.contains(record.as_bytes())
    }

    /// Takes a version, and the one that stands before it.
    fn follow(&mut self, row: &RecordRow, before: Option<&RecordRow>) {
        if row.record.is_err() {
            let names = [Some(row), before].into_iter().flatten().flat_map(|row| {
                // An id that is not the one its content says names two.
                [Some(row.id), row.record.as_ref().ok().map(|record| *record.id.as_bytes())]
            });
            self.0.extend(names.flatten());
        }
    }
}

pub(super) fn verify(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<Verified, RepositoryError> {
    let mut verified = Verified::default();
    let mut open = OpenFields::default();
    let mut last = (String::new(), String::new(), i64::MIN);
    let mut before: Option<(RecordRow, PageDigests)> = None;
    loop {
        let rows = repository.catalog.record_rows_after((&last.0, &last.1, last.2), AT_ONCE)?;
        let Some(newest) = rows.last() else { break };
        last = (newest.code.clone(), newest.kind.clone(), newest.version);
        for row in rows {
            verified.count += 1;
            open.follow(repository, &row, findings)?;
            let digests = digests_of(repository, &row)?;
            let same = |before: &RecordRow| before.code == row.code && before.kind == row.kind;
            verified.unknown.follow(&row, before.as_ref().map(|(before, _)| before).filter(|before| same(before)));
            let previous = match before.take() {
                Some((before, read)) if same(&before) => {
                    if row.record.is_ok() {
                        each_entry((&before, &read), Some((&row, &digests)), &mut |entry| verified.entries.add(&entry));
                    }
                    Some(before)
                }
                Some((newest, digests)) => {
                    verified.add_newest(&newest, &digests);
                    None
                }
                None => None,
            };
            Check { repository, row: &row, told: &mut *told, findings: &mut *findings }.all(previous.as_ref(), &digests)?;
            before = Some((row, digests));
        }
    }
    before.iter().for_each(|(newest, digests)| verified.add_newest(newest, digests));
    verify_bodies(repository, &mut verified, findings)?;
    open.end(repository, findings)?;
    for (id, batch) in told.records.values() {
        let detail = Seen::SealedByAct { batch: batch.0 };
        findings.add(Subject::Record, Damage::Missing, id.to_string(), detail, Remedy::RestoreCatalog);
    }
    Ok(verified)
}

/// The digests that are kept of what was read on the pages of a record's documents: of those that there
/// are as many of as rows. As many as there are pages, so that a damaged number does not fill the memory.
pub(super) fn digests_of(repository: &Repository, row: &RecordRow) -> Result<PageDigests, RepositoryError> {
    let documents = row.record.iter().flat_map(|record| record.kept_documents().into_iter().zip(&row.documents));
    documents.map(|(document, kept)| repository.catalog.page_digests(&document.pages, kept.recipe)).collect()
}

/// Shows the entries that the index has to have of a version, if this is the version after it.
pub(super) fn each_entry(
    (row, digests): (&RecordRow, &PageDigests),
    next: Option<(&RecordRow, &PageDigests)>,
    each: &mut dyn FnMut(IndexEntry),
) {
    let Ok(record) = &row.record else { return };
    let next = next.and_then(|(next, digests)| Some((next.record.as_ref().ok()?, digests)));
    listed_pages(record, digests, next).iter().for_each(|page| each(page.entry(record)));
}

impl Verified {
    /// Adds what the newest version of a record says.
    fn add_newest(&mut self, newest: &RecordRow, digests: &PageDigests) {
        each_entry((newest, digests), None, &mut |entry| self.entries.add(&entry));
        let Ok(record) = &newest.record else {
            self.uncounted = true;
            return;
        };
        for name in record.issuing_bodies() {
            match self.bodies.get_mut(name) {
                Some(times) => *times += 1,
                None => drop(self.bodies.insert(name.to_owned(), 1)),
            }
        }
    }
}

/// Compares how often names of issuing bodies are said to stand in records with what was counted.
fn verify_bodies(repository: &Repository, verified: &mut Verified, findings: &mut Findings) -> Result<(), RepositoryError> {
    let (mut counted, uncounted) = (std::mem::take(&mut verified.bodies), verified.uncounted);
    let mut changed = |name: &str, detail: Seen| {
        findings.add(Subject::Catalog, Damage::Changed, Item::row("issuing_body", name), detail, Remedy::RestoreCatalog);
    };
    for (name, times) in repository.catalog.issuing_bodies()? {
        let found = counted.remove(&name).unwrap_or_default();
        if found > times || (found < times && !uncounted) {
            changed(&name, Seen::CountedOtherwise { told: times, found });
        }
    }
    for (name, times) in counted {
        changed(&name, Seen::CountedOtherwise { told: 0, found: times });
    }
    Ok(())
}

struct Check<'a> {
    repository: &'a Repository,
    row: &'a RecordRow,
    told: &'a mut Told,
    findings: &'a mut Findings,
}

impl Check<'_> {
    fn all(mut self, previous: Option<&RecordRow>, digests: &PageDigests) -> Result<(), RepositoryError> {
        let row = self.row;
        self.sealed_by_an_act();
        if let Some(manifest) = row.manifest {
            *self.told.in_manifests.entry(manifest).or_default() += 1;
        }
        match previous {
            Some(before) if row.version != before.version + 1 || row.supersedes != Some(before.id) => {
                self.changed(Seen::VersionDoesNotFollow);
            }
            None if row.version != 1 || row.supersedes.is_some() => self.changed(Seen::VersionBeforeMissing),
            _ => {}
        }
        let record = match &row.record {
            Ok(record) => record,
            Err(error) => {
                self.changed(Seen::DoesNotRead { said: error.clone() });
                return Ok(());
            }
        };
        if !Record::is_proven(&row.content, record.id) && record.made_id() != record.id {
            self.changed(Seen::IdNotMade);
        }
        if !row_fits(row, record) {
            self.changed(Seen::RowDiffers);
        }
        let documents = record.kept_documents();
        if documents.iter().zip(1..).any(|(document, least)| document.ordinal < least) || documents.is_empty() {
            self.changed(Seen::NumbersImproper);
        }
        for ((document, kept), digests) in documents.into_iter().zip(&row.documents).zip(digests) {
            self.document(record, document, kept)?;
            self.text(record, document, digests);
        }
        if let Some(manifest) = row.manifest {
            let bytes = publish::record_bytes(&row.content).map(|bytes| *blake3::hash(&bytes).as_bytes());
            self.told.published.insert(record.id, Published { manifest, bytes });
        }
        Ok(())
    }

    fn changed(&mut self, detail: impl Into<Detail>) {
        self.find(Damage::Changed, detail);
    }

    fn find(&mut self, damage: Damage, detail: impl Into<Detail>) {
        self.findings.add(Subject::Record, damage, self.name(), detail, Remedy::RestoreCatalog);
    }

    fn name(&self) -> String {
        format!("{} {} v{}", self.row.code, self.row.kind, self.row.version)
    }

    fn sealed_by_an_act(&mut self) {
        let RecordRow { batch, format, .. } = *self.row;
        let adopted = self.told.adopted.as_ref().map_or(BatchId(0), |adopted| adopted.batches);
        match self.told.records.remove(&self.row.id) {
            Some((_, by)) if by == batch => {}
            Some((_, by)) => self.changed(Seen::SealedInOtherBatch { batch: batch.0, by: by.0 }),
            // Those that were there before there were acts are covered by the first act.
            None if format == 1 && batch <= adopted => {}
            None => self.find(Damage::Orphaned, Seen::NoActSealed),
        }
    }

    fn document(&mut self, record: &Record, document: &RecordDocument, kept: &DocumentRow) -> Result<(), RepositoryError> {
        let name = &document.file.name;
        if *name != sealed_file_name(&record.dossier_code, document.ordinal) {
            self.changed(Seen::NameImproper { name: name.clone(), document: document.ordinal });
        }
        if document.file.pages as usize != document.pages.len() {
            let (found, stated) = (document.pages.len() as u64, document.file.pages);
            self.changed(Seen::PageCount { name: name.clone(), found, stated });
        }
        let named = |scan: BlobId| document.files().skip(1).any(|source| source.blake3 == scan);
        if let Some(PageId { scan, .. }) = document.pages.iter().chain(&document.blank_pages).find(|page| !named(page.scan)) {
            self.changed(Seen::StrangeScan { name: name.clone(), scan: scan.to_string() });
        }
        if let Some(excerpt) = &document.excerpt {
            let own = |page: &PageId| page.scan == document.source.blake3;
            if excerpt.file.pages as usize != excerpt.pages.len() || !excerpt.pages.iter().all(own) {
                let (excerpt, name) = (excerpt.file.name.clone(), name.clone());
                self.changed(Seen::ExcerptStrange { excerpt, name });
            }
        }
        for file in document.files() {
            let known = match file.blake3 {
                id if id == kept.file => kept.file_blob,
                id if id == kept.source => kept.source_blob,
                id => self.repository.catalog.blob(id)?,
            };
            match known {
                None => self.find(Damage::Missing, Seen::NoBlob { name: file.name.clone() }),
                Some(blob) if blob.sha256 != file.sha256 || blob.bytes != file.bytes => {
                    self.changed(Seen::OtherHashes { name: file.name.clone() });
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn text(&mut self, record: &Record, document: &RecordDocument, digests: &[Option<PageDigest>]) {
        let name = || document.file.name.clone();
        let text = TextDigest::of_read_pages(&document.pages, digests);
        if document.text_digest.is_some() && text != document.text_digest {
            let detail = Seen::TextDiffers { name: name() };
            self.findings.add(Subject::Record, Damage::Changed, self.name(), detail, Remedy::ReadAgain);
        } else if text.is_none() && record.id.format() == 1 {
            self.find(Damage::Missing, Seen::TextNotKept { name: name() });
        }
    }
}

/// Whether the columns of a row, and the rows of its documents, say what its content says.
fn row_fits(row: &RecordRow, record: &Record) -> bool {
    let documents = record
        .kept_documents()
        .into_iter()
        .map(|document| (i64::from(document.ordinal), *document.id.as_bytes(), document.file.blake3, document.source.blake3));
    let kept = row.documents.iter().map(|kept| (kept.ordinal, kept.id, kept.file, kept.source));
    row.id == *record.id.as_bytes()
        && row.format == record.id.format()
        && row.code == record.dossier_code.as_str()
        && row.kind == record.kind.as_str()
        && row.version == i64::from(record.version)
        && row.supersedes.as_ref() == record.supersedes.as_ref().map(RecordId::as_bytes)
        && documents.eq(kept)
}
