//! Re-reads everything the repository holds and names what is missing, changed or orphaned.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::export::sha256_of;
use super::progress::{Phase, Progress};
use crate::model::failure::Failure;
use crate::model::ids::{BlobId, Sha256};
use crate::model::manifest::Manifest;
use crate::model::record::{Record, RecordDocument};
use crate::repository::{BlobFile, BlobState, Index, ManifestState, Repository, StoredBlob};
use crate::stages::{publish, seal};

/// What is wrong with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Damage {
    /// The catalog knows it, but it is not there.
    Missing,
    /// It is there, but not as it was written.
    Changed,
    /// It is there, but the catalog does not know it.
    Orphaned,
}

/// What kind of thing is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A file under `blobs/`.
    Blob,
    /// A record in the catalog.
    Record,
    /// A file under `exports/`.
    Manifest,
    /// A page in the search index, or the index as a whole.
    IndexEntry,
    /// The catalog itself.
    Catalog,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Finding {
    /// What kind of thing.
    pub subject: Subject,
    /// What is wrong.
    pub damage: Damage,
    /// Which one.
    pub name: String,
    /// What was seen.
    pub detail: String,
}

/// What a verification saw.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Verification {
    /// Blobs re-read.
    pub blobs: u64,
    /// Bytes of blobs re-read.
    pub bytes: u64,
    /// Records checked.
    pub records: u64,
    /// Manifests re-read.
    pub manifests: u64,
    /// Index entries compared.
    pub index_entries: u64,
    /// What is not as it should be, by kind.
    pub findings: Vec<Finding>,
}

/// Verifies the whole repository.
///
/// # Errors
/// When the catalog itself can not be read. Everything else is a finding.
pub fn verify(repository: &Repository, progress: &dyn Progress) -> Result<Verification, Failure> {
    let mut verification = Verification::default();
    for detail in repository.catalog.integrity_errors()? {
        verification.find(Subject::Catalog, Damage::Changed, "catalog.sqlite", detail);
    }
    let blobs = repository.catalog.blobs()?;
    verify_blobs(repository, &blobs, progress, &mut verification);
    let records = repository.catalog.all_records()?;
    verify_records(repository, &blobs, &records, &mut verification);
    verify_manifests(repository, &mut verification)?;
    verify_index(repository, &records, &mut verification);
    verification.findings.sort();
    Ok(verification)
}

impl Verification {
    fn find(&mut self, subject: Subject, damage: Damage, name: impl ToString, detail: impl ToString) {
        self.findings.push(Finding { subject, damage, name: name.to_string(), detail: detail.to_string() });
    }
}

fn verify_blobs(repository: &Repository, blobs: &[StoredBlob], progress: &dyn Progress, verification: &mut Verification) {
    progress.begin(Phase::Verify, blobs.len() as u64);
    let states: Vec<BlobState> = blobs
        .par_iter()
        .map(|blob| {
            let state = repository.blobs.check(blob);
            progress.step();
            state
        })
        .collect();
    for (blob, state) in blobs.iter().zip(states) {
        verification.blobs += 1;
        match state {
            BlobState::Sound => verification.bytes += blob.bytes,
            BlobState::Missing => verification.find(Subject::Blob, Damage::Missing, blob.id, "no such file"),
            BlobState::Changed => verification.find(Subject::Blob, Damage::Changed, blob.id, "its bytes have another hash"),
            BlobState::Unreadable => verification.find(Subject::Blob, Damage::Missing, blob.id, "it can not be read"),
        }
    }
    let known: BTreeSet<BlobId> = blobs.iter().map(|blob| blob.id).collect();
    for found in repository.blobs.ids() {
        let stranger = match found {
            Ok(BlobFile::Blob(id)) if known.contains(&id) => continue,
            Ok(BlobFile::Blob(id)) => repository.blobs.path_of(id),
            Ok(BlobFile::Stray(path)) => path,
            Err(error) => {
                verification.find(Subject::Blob, Damage::Missing, "blobs", error);
                continue;
            }
        };
        verification.find(Subject::Blob, Damage::Orphaned, stranger.display(), "the catalog does not know this file");
    }
}

/// Checks that records are what their ids say and that their files are there, sound and of the
/// stated number of pages.
fn verify_records(repository: &Repository, blobs: &[StoredBlob], records: &[Record], verification: &mut Verification) {
    let known: BTreeMap<BlobId, &StoredBlob> = blobs.iter().map(|blob| (blob.id, blob)).collect();
    let by_id: BTreeMap<_, _> = records.iter().map(|record| (record.id, record)).collect();
    verification.records = records.len() as u64;
    for record in records {
        let name = format!("{} {} v{}", record.dossier_code, record.kind.as_str(), record.version);
        let previous = record.supersedes.and_then(|id| by_id.get(&id).copied());
        let again = Record::new(
            record.dossier_code.clone(),
            record.kind,
            previous,
            record.sealed_at,
            record.recipe,
            record.change.clone(),
            record.documents.clone(),
        );
        if again != *record {
            verification.find(Subject::Record, Damage::Changed, &name, "its content does not make its id and version");
        }
        for file in record.documents.iter().flat_map(RecordDocument::files) {
            match known.get(&file.blake3) {
                None => verification.find(Subject::Record, Damage::Missing, &name, format!("{} has no blob", file.name)),
                Some(blob) if blob.sha256 != file.sha256 || blob.bytes != file.bytes => {
                    verification.find(Subject::Record, Damage::Changed, &name, format!("{} has other hashes", file.name));
                }
                Some(_) => {}
            }
        }
    }
    let sealed: BTreeMap<BlobId, u32> =
        records.iter().flat_map(|record| &record.documents).map(|document| (document.file.blake3, document.file.pages)).collect();
    let damaged: BTreeSet<String> = verification.findings.iter().map(|finding| finding.name.clone()).collect();
    let wrong: Vec<(BlobId, String)> = sealed
        .par_iter()
        .filter(|(id, _)| !damaged.contains(&id.to_string()))
        .filter_map(|(id, pages)| {
            let bytes = repository.blobs.read(*id).ok()?;
            match seal::page_count(&bytes) {
                Ok(counted) if counted == *pages => None,
                Ok(counted) => Some((*id, format!("{counted} pages, not {pages}"))),
                Err(error) => Some((*id, error.to_string())),
            }
        })
        .collect();
    for (id, detail) in wrong {
        verification.find(Subject::Blob, Damage::Changed, id, detail);
    }
}

fn verify_manifests(repository: &Repository, verification: &mut Verification) -> Result<(), Failure> {
    let folder = repository.exports_dir();
    let mut expected = BTreeSet::new();
    let mut previous = None;
    for row in repository.catalog.manifests()? {
        expected.insert(row.file_name.clone());
        verification.manifests += 1;
        match fs::read(folder.join(&row.file_name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && row.state == ManifestState::Prepared => {
                let advice = "prepared but not released: run 'sohoa export'";
                verification.find(Subject::Manifest, Damage::Missing, &row.file_name, advice);
            }
            Err(error) => verification.find(Subject::Manifest, Damage::Missing, &row.file_name, error),
            Ok(content) if sha256_of(&content) != row.sha256 => {
                verification.find(Subject::Manifest, Damage::Changed, &row.file_name, "its bytes have another hash");
            }
            Ok(content) => {
                if let Err(error) = publish::validate(&content) {
                    verification.find(Subject::Manifest, Damage::Changed, &row.file_name, error);
                } else if !follows(&content, row.sequence, previous) {
                    verification.find(Subject::Manifest, Damage::Changed, &row.file_name, "the chain of manifests is broken");
                }
            }
        }
        previous = Some(row.sha256);
    }
    // Manifests that are gone with their folder are named above.
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !expected.contains(&name) {
            verification.find(Subject::Manifest, Damage::Orphaned, name, "the catalog does not know this file");
        }
    }
    Ok(())
}

/// Whether a manifest has this number and names the one before.
fn follows(content: &[u8], sequence: u64, previous: Option<Sha256>) -> bool {
    serde_json::from_slice::<Manifest>(content)
        .is_ok_and(|manifest| manifest.sequence == sequence && manifest.previous_sha256 == previous)
}

fn verify_index(repository: &Repository, records: &[Record], verification: &mut Verification) {
    let superseded: BTreeSet<_> = records.iter().filter_map(|record| record.supersedes).collect();
    let mut expected: BTreeSet<(String, u32, u32)> = BTreeSet::new();
    let mut names = BTreeMap::new();
    for record in records.iter().filter(|record| !superseded.contains(&record.id)) {
        for document in &record.documents {
            for page in 1..=document.file.pages {
                expected.insert((record.id.to_string(), document.ordinal, page));
                names.insert((record.id.to_string(), document.ordinal), document.file.name.clone());
            }
        }
    }
    let folder = repository.index_dir();
    // A run makes the index at its end: before that there is none, and nothing to find.
    if expected.is_empty() && !Index::is_at(&folder) {
        return;
    }
    let opened = Index::open(&folder).and_then(|index| Ok((index.damaged_files()?, index.entries()?)));
    let (damaged, entries) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let detail = format!("{error}; remove the folder and run again: it is made anew");
            return verification.find(Subject::IndexEntry, Damage::Missing, folder.display(), detail);
        }
    };
    for file in damaged {
        let detail = "its bytes have another checksum; remove the index folder and run again: it is made anew";
        verification.find(Subject::IndexEntry, Damage::Changed, file.display(), detail);
    }
    verification.index_entries = entries.len() as u64;
    let mut found = BTreeSet::new();
    for entry in entries {
        let key = (entry.record.to_string(), entry.ordinal, entry.page);
        let name = format!("{} document {} page {}", key.0, key.1, key.2);
        if !expected.contains(&key) {
            verification.find(Subject::IndexEntry, Damage::Orphaned, name, "no current record has this page");
        } else if !found.insert(key) {
            verification.find(Subject::IndexEntry, Damage::Orphaned, name, "indexed twice");
        }
    }
    for (record, ordinal, page) in expected.difference(&found) {
        let file = names.get(&(record.clone(), *ordinal)).cloned().unwrap_or_default();
        verification.find(Subject::IndexEntry, Damage::Missing, format!("{file} page {page}"), "can not be found by search");
    }
}
