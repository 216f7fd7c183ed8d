//! A catalog that lives as long as the process, for tests: the second implementation that keeps the
//! traits honest, and one that costs no disk.
//!
//! A transaction works on a copy of all that is kept, which takes its place if all went well.

mod accounts;
mod batches;
mod deliveries;
mod differences;
mod drafts;
mod pages;
mod pending;
mod records;
mod register;
mod restore;
mod settlements;
mod signing;
mod survey;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use super::{ActRow, Acts, BatchEnd, Catalog, DeliveryRow, Entry, FileStamp, ManifestRow, NewBatch, Part, ReadAlike, Snapshot};
use crate::model::account::{Account, AccountName, ApiToken};
use crate::model::act::{Act, ActHead, ComponentReused, Deed, SampleChecked, SampleDrawn, Warrant};
use crate::model::batch::BatchState;
use crate::model::consumer::ConsumerName;
use crate::model::delivery::DeliveryItem;
use crate::model::draft::Draft;
use crate::model::failure::Cause;
use crate::model::ids::{BatchId, BlobId, PageId, RecipeId, RecordId, Sha256};
use crate::model::page::RecognisedPage;
use crate::model::record::Record;
use crate::model::register::{RegisterList, RegisterRow};
use crate::model::scan::{MediaType, ScanSummary};
use crate::model::settlement::Settlement;
use crate::model::signing::{KeyId, ManifestSignature, SigningKey};
use crate::model::snapshot::SnapshotName;
use crate::repository::blobs::StoredBlob;
use crate::repository::error::RepositoryError;

/// All that a catalog keeps.
#[derive(Debug, Clone, Default)]
pub(in crate::repository) struct State {
    blobs: BTreeMap<BlobId, (StoredBlob, Option<MediaType>)>,
    scans: BTreeMap<BlobId, ScanSummary>,
    pages: BTreeMap<(PageId, RecipeId), RecognisedPage>,
    /// The first has number 1.
    batches: Vec<Batch>,
    entries: BTreeMap<(BatchId, String), Entry>,
    /// In the order in which they came: the first is change 1.
    records: Vec<Kept>,
    alike: BTreeSet<ReadAlike>,
    manifests: Vec<(ManifestRow, Vec<u8>)>,
    acts: Vec<ActRow>,
    sightings: BTreeMap<String, (FileStamp, BlobId)>,
    placements: BTreeMap<BlobId, ([u8; 32], Vec<Part>)>,
    settlements: BTreeMap<BlobId, Settlement>,
    accounts: BTreeMap<AccountName, Account>,
    tokens: BTreeMap<Sha256, ApiToken>,
    drafts: BTreeMap<(AccountName, String), Draft>,
    keys: BTreeMap<KeyId, SigningKey>,
    deliveries: BTreeMap<(ConsumerName, u64), (DeliveryRow, Vec<u8>)>,
    items: BTreeMap<(ConsumerName, [u8; 32]), DeliveryItem>,
    signatures: BTreeMap<(Option<ConsumerName>, u64), ManifestSignature>,
    /// By list and key; with the number of the act that put it.
    register: BTreeMap<(RegisterList, String), (u64, RegisterRow)>,
}

#[derive(Debug, Clone)]
struct Batch {
    began: NewBatch,
    state: BatchState,
    owner: Option<String>,
    end: Option<BatchEnd>,
}

#[derive(Debug, Clone)]
struct Kept {
    record: Record,
    batch: BatchId,
    manifest: Option<u64>,
    /// The recipes under which the texts of its documents are kept.
    recipes: Vec<RecipeId>,
}

/// One who reads or writes; all clones of `state` share what is kept.
#[derive(Debug)]
pub(in crate::repository) struct MemoryCatalog {
    pub state: Arc<Mutex<Arc<State>>>,
    pub writes: bool,
    pub warrant: Warrant,
    held: Mutex<Option<Arc<State>>>,
}

impl MemoryCatalog {
    pub(in crate::repository) fn new(state: Arc<Mutex<Arc<State>>>, writes: bool) -> Self {
        Self { state, writes, warrant: Warrant::default(), held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Option<Arc<State>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, Arc<State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> Arc<State> {
        self.held().clone().unwrap_or_else(|| Arc::clone(&self.state()))
    }

    /// All of `work` or nothing of it.
    fn write<T>(&self, work: impl FnOnce(&mut State) -> Result<T, RepositoryError>) -> Result<T, RepositoryError> {
        if !self.writes {
            return Err(RepositoryError::read_only(Path::new("memory")));
        }
        if self.held().is_some() {
            return Err(refused("a snapshot is held"));
        }
        let mut state = self.state();
        let mut next = State::clone(&state);
        let value = work(&mut next)?;
        *state = Arc::new(next);
        Ok(value)
    }
}

impl Catalog for MemoryCatalog {
    fn snapshot(&self) -> Result<Box<dyn Snapshot + '_>, RepositoryError> {
        let now = Arc::clone(&self.state());
        *self.held() = Some(now);
        Ok(Box::new(Held(self)))
    }
}

struct Held<'a>(&'a MemoryCatalog);

impl Snapshot for Held<'_> {}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.0.held() = None;
    }
}

impl Acts for MemoryCatalog {
    fn act_for(&mut self, warrant: Warrant) {
        self.warrant = warrant;
    }

    fn warrant(&self) -> &Warrant {
        &self.warrant
    }

    fn act_head(&self) -> Result<Option<ActHead>, RepositoryError> {
        Ok(self.read().head())
    }

    fn acts_after(&self, after: u64, limit: usize) -> Result<Vec<ActRow>, RepositoryError> {
        Ok(self.read().acts.iter().filter(|act| act.number > after).take(limit).cloned().collect())
    }

    fn tell_backed_up(&self, at: OffsetDateTime, to: &str, snapshot: &SnapshotName, blobs: u64) -> Result<(), RepositoryError> {
        let deed = Deed::BackedUp { to: to.to_owned(), snapshot: snapshot.clone(), blobs };
        self.write(|state| state.append(at, &self.warrant, deed))
    }

    fn tell_restored(&self, at: OffsetDateTime, from: &str, snapshot: &SnapshotName) -> Result<(), RepositoryError> {
        let deed = Deed::Restored { from: from.to_owned(), snapshot: snapshot.clone() };
        self.write(|state| state.append(at, &self.warrant, deed))
    }

    fn tell_component_reused(&self, at: OffsetDateTime, reused: &ComponentReused) -> Result<(), RepositoryError> {
        self.write(|state| state.append(at, &self.warrant, Deed::ComponentReused(reused.clone())))
    }

    fn tell_sample_drawn(&self, at: OffsetDateTime, drawn: &SampleDrawn) -> Result<(), RepositoryError> {
        self.write(|state| state.append(at, &self.warrant, Deed::SampleDrawn(drawn.clone())))
    }

    fn tell_sample_checked(&self, at: OffsetDateTime, checked: &SampleChecked) -> Result<(), RepositoryError> {
        self.write(|state| state.append(at, &self.warrant, Deed::SampleChecked(checked.clone())))
    }

    fn acts_naming(&self, records: &[RecordId], limit: usize) -> Result<Vec<ActRow>, RepositoryError> {
        let ids: Vec<String> = records.iter().map(|id| format!("\"{id}\"")).collect();
        let names = |act: &&ActRow| ids.iter().any(|id| act.content.contains(id));
        Ok(self.read().acts.iter().rev().filter(names).take(limit).cloned().collect())
    }
}

impl State {
    fn head(&self) -> Option<ActHead> {
        self.acts.last().map(|act| ActHead { count: act.number, digest: act.digest })
    }

    fn append(&mut self, at: OffsetDateTime, warrant: &Warrant, deed: Deed) -> Result<(), RepositoryError> {
        let act = Act::after(self.head(), at, warrant, deed);
        let content = act.canonical_json().map_err(refused)?;
        self.acts.push(ActRow { number: act.number, digest: Act::digest(&content), content });
        Ok(())
    }

    fn need_blob(&self, id: BlobId) -> Result<(), RepositoryError> {
        if self.blobs.contains_key(&id) { Ok(()) } else { Err(refused(format!("blob {id} is not known"))) }
    }

    fn batch(&self, id: BatchId) -> Option<&Batch> {
        self.batches.get(usize::try_from(id.0).ok()?.checked_sub(1)?)
    }
}

fn refused(cause: impl std::fmt::Display) -> RepositoryError {
    RepositoryError::Storage { place: "memory".into(), cause: Cause::said(cause) }
}

fn conflict(cause: impl std::fmt::Display) -> RepositoryError {
    RepositoryError::Conflict { place: "memory".into(), cause: Cause::said(cause) }
}

fn damaged(cause: impl std::fmt::Display) -> RepositoryError {
    RepositoryError::Damaged { place: "memory".into(), cause: Cause::said(cause) }
}
