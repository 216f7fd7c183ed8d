//! What every implementation promises, one suite for each trait, run by SQLite and files on the disk
//! and by the double in memory.

mod accounts;
mod acts;
mod batches;
mod blobs;
mod deliveries;
mod differences;
mod drafts;
mod manifests;
mod modes;
mod pages;
mod pending;
mod records;
mod register;
mod restore;
mod search;
mod settlements;
mod sightings;
mod signing;
mod survey;

use tempfile::TempDir;

use super::memory::MemoryRepository;
use super::{Mode, Repository};

/// Where a repository lies that several may open.
trait World: Sync {
    fn open(&self, mode: Mode) -> Repository;
}

impl World for TempDir {
    fn open(&self, mode: Mode) -> Repository {
        Repository::open(&self.path().join("kho"), mode).unwrap()
    }
}

impl World for MemoryRepository {
    fn open(&self, mode: Mode) -> Repository {
        Self::open(self, mode)
    }
}

/// Runs each of these functions in both worlds.
macro_rules! in_both_worlds {
    ($($promise:ident),+ $(,)?) => {
        mod on_disk {
            $(#[test] fn $promise() { super::$promise(&tempfile::tempdir().unwrap()); })+
        }
        mod in_memory {
            $(#[test] fn $promise() { super::$promise(&crate::repository::memory::MemoryRepository::new()); })+
        }
    };
}
use in_both_worlds;
