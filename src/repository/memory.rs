//! A repository in memory, for tests. What people look at, locks and unfinished files lie in a
//! folder that goes with it; blobs and catalog cost no disk.

use std::fs;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::blobs::{MemoryBlobs, SharedBlobs};
use super::catalog::memory::{MemoryCatalog, State};
use super::scratch::Scratch;
use super::search::memory::{Kept, MemorySearch};
use super::{LOCKS, Mode, Repository, TMP};

/// What all who open it share.
pub(crate) struct MemoryRepository {
    folder: TempDir,
    blobs: SharedBlobs,
    state: Arc<Mutex<Arc<State>>>,
    search: Arc<Mutex<Option<Arc<Kept>>>>,
}

impl MemoryRepository {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in [TMP, LOCKS] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder, blobs: Arc::default(), state: Arc::default(), search: Arc::default() }
    }

    pub(crate) fn open(&self, mode: Mode) -> Repository {
        let root = self.folder.path().to_owned();
        let writes = mode != Mode::Read;
        Repository {
            blobs: Box::new(MemoryBlobs { kept: Arc::clone(&self.blobs), writes }),
            catalog: Box::new(MemoryCatalog::new(Arc::clone(&self.state), writes)),
            search: Box::new(MemorySearch { kept: Arc::clone(&self.search), writes }),
            scratch: writes.then(|| Scratch::make(&root.join(TMP)).unwrap()),
            root,
            _lock: None,
        }
    }
}
