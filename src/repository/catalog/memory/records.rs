//! Records and manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use flate2::read::DeflateDecoder;

use super::{Kept, MemoryCatalog, State, conflict, damaged, refused};
use crate::model::act::Deed;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::ids::{BatchId, BlobId, DocumentId, RecipeId, RecordId};
use crate::model::record::{Record, RecordDocument};
use crate::model::scan::MediaType;
use crate::repository::catalog::{ManifestOrder, ManifestRow, ManifestState, Manifests, Part, ReadAlike, Records, Sealing};
use crate::repository::error::RepositoryError;

impl Records for MemoryCatalog {
    fn commit_dossier(&self, order: &Sealing<'_>) -> Result<(), RepositoryError> {
        self.write(|state| {
            order.blobs.iter().for_each(|blob| state.put_blob(blob, Some(MediaType::Pdf)));
            let mut new = Vec::new();
            for record in order.records {
                if state.insert(order.batch, record)? {
                    new.push(record);
                }
            }
            order.entries.iter().try_for_each(|entry| state.put_entry(order.batch, entry))?;
            for alike in order.alike {
                let kept = state.kept(alike.record).ok_or_else(|| refused("no such record"))?;
                if !kept.record.kept_documents().iter().any(|document| document.ordinal == alike.ordinal) {
                    return Err(refused("no such document"));
                }
                state.alike.insert(*alike);
            }
            let Some(newest) = new.last() else { return Ok(()) };
            let deeds = Deed::of_sealing(order.batch, &new);
            deeds.into_iter().try_for_each(|deed| state.append(newest.sealed_at, &self.warrant, deed))
        })
    }

    fn ordinals(&self, code: &DossierCode) -> Result<BTreeMap<DocumentId, u32>, RepositoryError> {
        let mut ordinals = BTreeMap::new();
        for document in self.read().documents_of(code) {
            let ordinal = ordinals.entry(document.id).or_insert(document.ordinal);
            *ordinal = document.ordinal.min(*ordinal);
        }
        Ok(ordinals)
    }

    fn current_record(&self, code: &DossierCode, kind: RecordKind) -> Result<Option<Record>, RepositoryError> {
        Ok(self.read().current(code, kind).map(|kept| kept.record.clone()))
    }

    fn records_of(&self, code: &DossierCode) -> Result<Vec<Record>, RepositoryError> {
        Ok(self
            .read()
            .sorted()
            .into_iter()
            .filter(|kept| kept.record.dossier_code == *code)
            .map(|kept| kept.record.clone())
            .collect())
    }

    fn dossier_codes(&self) -> Result<Vec<DossierCode>, RepositoryError> {
        let state = self.read();
        let codes: BTreeSet<_> = state.records.iter().map(|kept| kept.record.dossier_code.clone()).collect();
        Ok(codes.into_iter().collect())
    }

    fn current_records(
        &self,
        after: Option<&(String, Option<RecordKind>)>,
        limit: usize,
    ) -> Result<Vec<Record>, RepositoryError> {
        let is_next = |record: &Record| {
            after.is_none_or(|(code, kind)| match record.dossier_code.as_str().cmp(code) {
                std::cmp::Ordering::Equal => kind.is_some_and(|kind| record.kind.as_str() > kind.as_str()),
                order => order.is_gt(),
            })
        };
        let state = self.read();
        let current = state.sorted().into_iter().filter(|kept| state.is_current(kept)).map(|kept| &kept.record);
        Ok(current.filter(|record| is_next(record)).take(limit).cloned().collect())
    }

    fn issuing_bodies(&self) -> Result<Vec<(String, u64)>, RepositoryError> {
        let state = self.read();
        let mut names: BTreeMap<String, u64> = BTreeMap::new();
        for kept in state.current_ones() {
            kept.record.issuing_bodies().for_each(|name| *names.entry(name.to_owned()).or_default() += 1);
        }
        Ok(names.into_iter().collect())
    }

    fn all_records(&self) -> Result<Vec<Record>, RepositoryError> {
        Ok(self.read().sorted().into_iter().map(|kept| kept.record.clone()).collect())
    }

    fn unexported(&self, limit: usize) -> Result<Vec<RecordId>, RepositoryError> {
        let state = self.read();
        Ok(state.sorted().into_iter().filter(|kept| kept.manifest.is_none()).map(|kept| kept.record.id).take(limit).collect())
    }

    fn records(&self, ids: &[RecordId]) -> Result<Vec<Record>, RepositoryError> {
        let state = self.read();
        let one =
            |id: &RecordId| state.kept(*id).map(|kept| kept.record.clone()).ok_or_else(|| damaged(format!("no record {id}")));
        ids.iter().map(one).collect()
    }

    fn document_recipe(&self, record: RecordId, ordinal: u32) -> Result<Option<RecipeId>, RepositoryError> {
        let state = self.read();
        Ok(state.kept(record).and_then(|kept| {
            let mut documents = kept.record.kept_documents().into_iter().zip(&kept.recipes);
            documents.find(|(document, _)| document.ordinal == ordinal).map(|(_, recipe)| *recipe)
        }))
    }

    fn max_change(&self) -> Result<i64, RepositoryError> {
        Ok(self.read().records.len() as i64)
    }

    fn records_changed_since(&self, since: i64, limit: usize) -> Result<Vec<(i64, Record)>, RepositoryError> {
        let state = self.read();
        let numbered = (1..).zip(&state.records).map(|(change, kept)| (change, kept.record.clone()));
        Ok(numbered.filter(|(change, _)| *change > since).take(limit).collect())
    }

    fn names_changed_since(&self, since: i64, limit: usize) -> Result<Vec<(i64, String, String)>, RepositoryError> {
        let state = self.read();
        let name = |record: &Record| (record.dossier_code.to_string(), record.kind.as_str().to_owned());
        let newest: BTreeMap<(String, String), i64> =
            (1..).zip(&state.records).map(|(change, kept)| (name(&kept.record), change)).collect();
        let mut changed: Vec<_> = newest.into_iter().map(|((code, kind), change)| (change, code, kind)).collect();
        changed.retain(|(change, ..)| *change > since);
        changed.sort();
        changed.truncate(limit);
        Ok(changed)
    }

    fn readable_versions(&self, code: &str, kind: &str) -> Result<Vec<Record>, RepositoryError> {
        let state = self.read();
        let records = state.records.iter().map(|kept| &kept.record);
        let mut versions: Vec<Record> =
            records.filter(|record| record.dossier_code.as_str() == code && record.kind.as_str() == kind).cloned().collect();
        versions.sort_by_key(|record| record.version);
        Ok(versions)
    }
}

impl Manifests for MemoryCatalog {
    fn last_manifest(&self) -> Result<Option<ManifestRow>, RepositoryError> {
        Ok(self.read().manifests.last().map(|(row, _)| row.clone()))
    }

    fn manifests(&self) -> Result<Vec<ManifestRow>, RepositoryError> {
        Ok(self.read().manifests.iter().map(|(row, _)| row.clone()).collect())
    }

    fn prepare_manifest(&self, order: &ManifestOrder<'_>) -> Result<(), RepositoryError> {
        let &ManifestOrder { row, packed, records } = order;
        self.write(|state| {
            if state.manifests.last().is_some_and(|(last, _)| last.state != ManifestState::Released) {
                return Err(conflict("the one before it is not released"));
            }
            if row.sequence != state.manifests.len() as u64 + 1 {
                return Err(conflict("its number is not the next one"));
            }
            for id in records {
                let mut open = state.records.iter_mut().filter(|kept| kept.record.id == *id && kept.manifest.is_none());
                open.next().ok_or_else(|| conflict("a record is missing or was exported before"))?.manifest = Some(row.sequence);
            }
            state.manifests.push((ManifestRow { state: ManifestState::Prepared, ..row.clone() }, packed.to_vec()));
            let deed = Deed::Exported { sequence: row.sequence, sha256: row.sha256, records: records.len() as u64 };
            state.append(row.created_at, &self.warrant, deed)
        })
    }

    fn manifest_reader(&self, sequence: u64) -> Result<Option<Box<dyn Read>>, RepositoryError> {
        let state = self.read();
        let found = state.manifests.iter().find(|(row, _)| row.sequence == sequence);
        Ok(found.map(|(_, packed)| Box::new(DeflateDecoder::new(Cursor::new(packed.clone()))) as Box<dyn Read>))
    }

    fn release_manifest(&self, sequence: u64) -> Result<(), RepositoryError> {
        self.write(|state| {
            let found = state.manifests.iter_mut().find(|(row, _)| row.sequence == sequence);
            found.ok_or_else(|| damaged(format!("there is no manifest {sequence}")))?.0.state = ManifestState::Released;
            Ok(())
        })
    }
}

impl State {
    /// By code, kind and version.
    pub(super) fn sorted(&self) -> Vec<&Kept> {
        let mut all: Vec<&Kept> = self.records.iter().collect();
        all.sort_by_key(|kept| (kept.record.dossier_code.as_str(), kept.record.kind.as_str(), kept.record.version));
        all
    }

    pub(super) fn kept(&self, id: RecordId) -> Option<&Kept> {
        self.records.iter().find(|kept| kept.record.id == id)
    }

    pub(super) fn current(&self, code: &DossierCode, kind: RecordKind) -> Option<&Kept> {
        let like = self.records.iter().filter(|kept| kept.record.dossier_code == *code && kept.record.kind == kind);
        like.max_by_key(|kept| kept.record.version)
    }

    fn is_current(&self, kept: &Kept) -> bool {
        self.current(&kept.record.dossier_code, kept.record.kind).is_some_and(|current| current.record.id == kept.record.id)
    }

    pub(super) fn current_ones(&self) -> impl Iterator<Item = &Kept> {
        self.records.iter().filter(|kept| self.is_current(kept))
    }

    fn documents_of(&self, code: &DossierCode) -> impl Iterator<Item = &RecordDocument> {
        self.records.iter().filter(|kept| kept.record.dossier_code == *code).flat_map(|kept| kept.record.kept_documents())
    }

    /// The parts in whose current versions a scan is sealed by a recipe or one that reads the same.
    pub(super) fn settled_by_documents(&self, scan: BlobId, recipe: RecipeId) -> Vec<Part> {
        let holds = |kept: &&Kept| {
            let mut documents = kept.record.kept_documents().into_iter().zip(&kept.recipes);
            documents.any(|(document, by)| {
                let alike = ReadAlike { record: kept.record.id, ordinal: document.ordinal, recipe };
                document.source.blake3 == scan && (*by == recipe || self.alike.contains(&alike))
            })
        };
        self.current_ones().filter(holds).map(|kept| (kept.record.dossier_code.clone(), kept.record.kind)).collect()
    }

    /// Whether it is new.
    fn insert(&mut self, batch: BatchId, record: &Record) -> Result<bool, RepositoryError> {
        if self.kept(record.id).is_some() {
            return Ok(false);
        }
        self.batch(batch).ok_or_else(|| refused(format!("batch {batch} never began")))?;
        let previous = self.current(&record.dossier_code, record.kind);
        let next = previous.map_or(1, |previous| previous.record.version + 1);
        if record.version != next || record.supersedes != previous.map(|previous| previous.record.id) {
            return Err(conflict("it does not follow the newest version"));
        }
        for document in &record.documents {
            let same = |other: &&RecordDocument| other.ordinal == document.ordinal;
            if previous.is_some_and(|previous| previous.record.kept_documents().iter().any(same)) {
                continue;
            }
            let taken = |other: &RecordDocument| match (other.ordinal == document.ordinal, other.id == document.id) {
                (true, false) => !record.brings_own_number(document),
                (false, true) => !record.is_anothers(other.ordinal, document.id),
                _ => false,
            };
            if self.documents_of(&record.dossier_code).any(taken) {
                return Err(conflict("the number is another document's, or the document has another number"));
            }
        }
        if record.made_id() != record.id {
            return Err(refused("its id is not made from it"));
        }
        for document in record.kept_documents() {
            self.need_blob(document.file.blake3)?;
            self.need_blob(document.source.blake3)?;
        }
        let recipes = record.kept_documents().into_iter().map(|document| self.recipe_of(record, document)).collect();
        self.records.push(Kept { record: record.clone(), batch, manifest: None, recipes });
        Ok(true)
    }

    fn recipe_of(&self, record: &Record, document: &RecordDocument) -> RecipeId {
        if record.supersedes.is_none() && record.change.is_none() {
            return record.recipe;
        }
        let says_so = |recipe: RecipeId| {
            let text = self.text_digest(&document.pages, recipe);
            text.is_some() && (document.text_digest.is_none() || text == document.text_digest)
        };
        if says_so(record.recipe) {
            return record.recipe;
        }
        let previous = record.supersedes.and_then(|previous| self.kept(previous));
        let before = previous.and_then(|previous| {
            let mut before = previous.record.kept_documents().into_iter().zip(&previous.recipes);
            before.find(|(other, _)| other.id == document.id).map(|(_, recipe)| *recipe)
        });
        if let Some(before) = before.filter(|before| document.text_digest.is_none() || says_so(*before)) {
            return before;
        }
        let first = document.pages.first();
        let read = self.pages.keys().filter(|(page, _)| Some(page) == first).map(|(_, recipe)| *recipe);
        let mut read: Vec<RecipeId> = read.collect();
        // Those that read pages come before those of what people corrected.
        read.sort_by_key(|recipe| !self.batches.iter().any(|batch| batch.began.recipe == *recipe));
        read.into_iter().find(|recipe| says_so(*recipe)).or(before).unwrap_or(record.recipe)
    }
}
