//! Third sweep: the documents of each dossier are checked, sealed, proven and committed together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::Ordering;

use super::take_in::TakenScan;
use super::{Run, stops_the_run};
use crate::model::batch::PageOutcome;
use crate::model::codes::DossierCode;
use crate::model::dossier::{Dossier, DraftDocument, RecordKind};
use crate::model::failure::{Failure, FailureCode};
use crate::model::field::{FieldName, Fields};
use crate::model::ids::DocumentId;
use crate::model::record::{Record, RecordDocument, StoredFile, sealed_file_name};
use crate::model::scan::MediaType;
use crate::model::text::{mean_confidence, source_of};
use crate::pipeline::step::{PageToSeal, SealOrder};
use crate::repository::{Entry, PutError, StoredBlob};
use crate::stages::check;
use crate::stages::seal::DocumentMetadata;

/// A file whose dossier is known.
pub struct Placed {
    /// The dossier.
    pub code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// What is to be sealed.
    pub document: DraftDocument,
    /// Where it came from.
    pub scan: TakenScan,
    /// Its line in the ledger, without outcomes yet.
    pub entry: Entry,
}

/// What a dossier's transaction will hold.
#[derive(Default)]
struct Commit {
    records: Vec<Record>,
    blobs: Vec<StoredBlob>,
    entries: Vec<Entry>,
}

impl Run<'_> {
    /// Seals what arrived for one dossier: first what was handed in, then the results, so that the
    /// ordinals come out the same whatever ran before.
    pub(super) fn seal_dossier(&self, code: &DossierCode, placed: Vec<Placed>) -> Result<(), Failure> {
        let mut ordinals = self.repository.catalog.ordinals(code)?;
        let mut commit = Commit::default();
        let mut refused = Vec::new();
        for kind in [RecordKind::Dossier, RecordKind::Result] {
            let mut scans: BTreeMap<DocumentId, (TakenScan, Entry)> = BTreeMap::new();
            let mut drafts = Vec::new();
            for placed in placed.iter().filter(|placed| placed.kind == kind) {
                // The same pages twice are one document.
                if scans.insert(placed.document.id, (placed.scan.clone(), placed.entry.clone())).is_none() {
                    drafts.push(placed.document.clone());
                } else {
                    self.unchanged.fetch_add(1, Ordering::Relaxed);
                }
            }
            if drafts.is_empty() {
                continue;
            }
            let dossier = check::check(Dossier::new(code.clone(), kind, drafts), &self.settings.check);
            let previous = self.repository.catalog.current_record(code, kind)?;
            let mut documents = Vec::new();
            for (draft, fields) in dossier.documents() {
                let Some((scan, entry)) = scans.get(&draft.id) else { continue };
                let ordinal = choose_ordinal(&mut ordinals, draft);
                match self.seal_document(code, ordinal, draft, fields, scan) {
                    Ok((document, blob)) => {
                        commit.entries.push(sealed_entry(entry, &document));
                        documents.push(document);
                        commit.blobs.push(blob);
                    }
                    Err(failure) if stops_the_run(failure.code) => return Err(failure),
                    Err(failure) => refused.push((scan.clone(), failure)),
                }
            }
            if documents.is_empty() {
                continue;
            }
            let documents = join(previous.as_ref(), documents);
            commit.records.push(Record::new(
                code.clone(),
                kind,
                previous.as_ref(),
                self.settings.general.now(),
                self.recipe,
                None,
                documents,
            ));
        }
        self.meter
            .store(|| self.repository.catalog.commit_dossier(self.batch, &commit.records, &commit.blobs, &commit.entries))?;
        for (scan, failure) in refused {
            let pages = u64::from(scan.summary.pages);
            let failure = failure.at(&scan.file.relative);
            self.refuse(&scan.file.path, &scan.file.relative, Some(scan.blob.id), pages, &failure)?;
        }
        Ok(())
    }

    fn seal_document(
        &self,
        code: &DossierCode,
        ordinal: u32,
        draft: &DraftDocument,
        fields: &Fields,
        scan: &TakenScan,
    ) -> Result<(RecordDocument, StoredBlob), Failure> {
        self.check_room()?;
        let mut pages = Vec::with_capacity(draft.pages.len());
        for &page in &draft.pages {
            let read = self.page(page)?;
            pages.push(PageToSeal { scan: self.repository.blobs.path_of(page.scan), page, turn: read.turn, lines: read.lines });
        }
        let text_confidence = mean_confidence(pages.iter().flat_map(|page| &page.lines).flat_map(|line| &line.words));
        let words = pages.iter().flat_map(|page| &page.lines).flat_map(|line| &line.words);
        let text_source = source_of(words).unwrap_or_default();
        let page_count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        let file_name = sealed_file_name(code, ordinal);
        let source_name = draft.source_path.rsplit('/').next().unwrap_or_default().to_owned();
        let title = fields.get(&FieldName::Title).map_or_else(|| file_name.clone(), |field| field.value.clone());
        let metadata = DocumentMetadata {
            title,
            dossier_code: code.clone(),
            file_name: file_name.clone(),
            scanned_at: draft.scanned_at,
            source_sha256: scan.blob.sha256,
            source_name: source_name.clone(),
        };
        // The same pages may be sealed for two dossiers at once, so the name is the file's own.
        let output = self.repository.tmp_dir().join(&file_name);
        let times = self.pool.seal(SealOrder { pages, metadata, output: output.clone() })?;
        self.meter.add(&times);
        let blob = self.meter.store(|| self.repository.blobs.put_file(&output));
        let _ = fs::remove_file(&output);
        let blob = blob.map_err(|error| match error {
            PutError::Store(error) => error.into(),
            other => Failure::new(FailureCode::StorageFailed).at(output.display()).because(other),
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
            sensitive_pages: Vec::new(),
            more_sources: Vec::new(),
            fields: fields.clone(),
        };
        Ok((document, blob))
    }
}

/// The ordinal a document has already, else the one its file name asks for if that is free, else
/// the next after all that were ever given.
fn choose_ordinal(given: &mut BTreeMap<DocumentId, u32>, draft: &DraftDocument) -> u32 {
    if let Some(&ordinal) = given.get(&draft.id) {
        return ordinal;
    }
    let taken: BTreeSet<u32> = given.values().copied().collect();
    let ordinal = draft
        .wanted_ordinal
        .filter(|wanted| *wanted > 0 && !taken.contains(wanted))
        .unwrap_or_else(|| taken.last().copied().unwrap_or(0).saturating_add(1));
    given.insert(draft.id, ordinal);
    ordinal
}

/// The documents of the version before, with new ones added and those read anew replaced.
fn join(previous: Option<&Record>, new: Vec<RecordDocument>) -> Vec<RecordDocument> {
    let mut documents: BTreeMap<u32, RecordDocument> =
        previous.into_iter().flat_map(|record| &record.documents).map(|document| (document.ordinal, document.clone())).collect();
    documents.extend(new.into_iter().map(|document| (document.ordinal, document)));
    documents.into_values().collect()
}

fn sealed_entry(entry: &Entry, document: &RecordDocument) -> Entry {
    let mut entry = entry.clone();
    entry.outcomes = vec![(PageOutcome::Sealed, document.pages.len() as u64)];
    if !document.blank_pages.is_empty() {
        entry.outcomes.push((PageOutcome::Blank, document.blank_pages.len() as u64));
    }
    entry
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::model::ids::{BlobId, PageId};

    fn draft(name: &str, wanted_ordinal: Option<u32>) -> DraftDocument {
        let page = PageId { scan: BlobId::of(name.as_bytes()), ordinal: 0 };
        DraftDocument {
            id: DocumentId::of_pages(&[page]),
            source_path: name.into(),
            scanned_at: OffsetDateTime::UNIX_EPOCH,
            wanted_ordinal,
            pages: vec![page],
            blank_pages: vec![],
            readings: vec![],
        }
    }

    #[test]
    fn an_ordinal_is_kept_wanted_or_next_but_never_given_twice() {
        let mut given = BTreeMap::new();
        assert_eq!(choose_ordinal(&mut given, &draft("a", Some(3))), 3);
        assert_eq!(choose_ordinal(&mut given, &draft("b", Some(3))), 4, "3 is taken");
        assert_eq!(choose_ordinal(&mut given, &draft("c", Some(1))), 1);
        assert_eq!(choose_ordinal(&mut given, &draft("d", None)), 5);
        assert_eq!(choose_ordinal(&mut given, &draft("e", Some(0))), 6);
        assert_eq!(choose_ordinal(&mut given, &draft("a", Some(7))), 3, "a document keeps its number");
    }
}
