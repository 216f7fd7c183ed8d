//! Records against their ids, their rows, the versions before them, their files and texts, and the
//! acts that sealed them.

use std::collections::BTreeMap;

use super::acts::{Published, Told};
use super::finding::{Damage, Detail, Findings, Remedy, Seen, Subject};
use super::open_fields::OpenFields;
use crate::model::ids::{BatchId, BlobId, PageId, RecordId};
use crate::model::record::{Record, RecordDocument, sealed_file_name};
use crate::repository::{DocumentRow, RecordRow, Repository, RepositoryError};
use crate::stages::publish;

/// Records read at a time.
const AT_ONCE: usize = 200;

/// Returns the number of records.
pub(super) fn verify(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<u64, RepositoryError> {
    let mut count = 0;
    let mut bodies = BTreeMap::new();
    let mut open = OpenFields::default();
    let mut last = (String::new(), String::new(), i64::MIN);
    let mut before: Option<RecordRow> = None;
    loop {
        let rows = repository.catalog.record_rows_after((&last.0, &last.1, last.2), AT_ONCE)?;
        let Some(newest) = rows.last() else { break };
        last = (newest.code.clone(), newest.kind.clone(), newest.version);
        for row in rows {
            count += 1;
            open.follow(repository, &row, findings)?;
            let previous = match before.take() {
                Some(before) if before.code == row.code && before.kind == row.kind => Some(before),
                Some(newest) => {
                    count_bodies(&newest, &mut bodies);
                    None
                }
                None => None,
            };
            Check { repository, row: &row, told: &mut *told, findings: &mut *findings }.all(previous.as_ref())?;
            before = Some(row);
        }
    }
    before.iter().for_each(|newest| count_bodies(newest, &mut bodies));
    verify_bodies(repository, bodies, findings)?;
    open.end(repository, findings)?;
    for (id, batch) in told.records.values() {
        let detail = Seen::SealedByAct { batch: batch.0 };
        findings.add(Subject::Record, Damage::Missing, id.to_string(), detail, Remedy::RestoreCatalog);
    }
    Ok(count)
}

/// Adds the issuing bodies of a record's newest version.
fn count_bodies(newest: &RecordRow, bodies: &mut BTreeMap<String, u64>) {
    for name in newest.record.iter().flat_map(Record::issuing_bodies) {
        match bodies.get_mut(name) {
            Some(times) => *times += 1,
            None => drop(bodies.insert(name.to_owned(), 1)),
        }
    }
}

/// Compares how often names of issuing bodies are said to stand in records with what was counted.
fn verify_bodies(
    repository: &Repository,
    mut counted: BTreeMap<String, u64>,
    findings: &mut Findings,
) -> Result<(), RepositoryError> {
    let mut changed = |name: &str, detail: Seen| {
        findings.add(Subject::Catalog, Damage::Changed, format!("issuing_body {name}"), detail, Remedy::RestoreCatalog);
    };
    for (name, times) in repository.catalog.issuing_bodies()? {
        let found = counted.remove(&name).unwrap_or_default();
        if found != times {
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
    fn all(mut self, previous: Option<&RecordRow>) -> Result<(), RepositoryError> {
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
        for (document, kept) in documents.into_iter().zip(&row.documents) {
            self.document(record, document, kept)?;
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
                self.changed(format!("{} is not cut from the scan of {name}", excerpt.file.name));
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
        let text = self.repository.catalog.text_digest(&document.pages, kept.recipe)?;
        if document.text_digest.is_some() && text != document.text_digest {
            let detail = Seen::TextDiffers { name: name.clone() };
            self.findings.add(Subject::Record, Damage::Changed, self.name(), detail, Remedy::ReadAgain);
        } else if text.is_none() && record.id.format() == 1 {
            self.find(Damage::Missing, Seen::TextNotKept { name: name.clone() });
        }
        Ok(())
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
