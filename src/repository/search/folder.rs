//! The index in a folder of the repository.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{OpenIndex, Search};
use crate::repository::catalog::Catalog;
use crate::repository::error::RepositoryError;
use crate::repository::index::{Answer, Budget, Index, IndexEntry, Query};
use crate::repository::lock::Lock;

/// Where the index lies, and the lock of those who add to it.
#[derive(Debug)]
pub(in crate::repository) struct FolderSearch {
    folder: PathBuf,
    lock: PathBuf,
    writes: bool,
}

impl FolderSearch {
    pub(in crate::repository) fn new(folder: PathBuf, lock: PathBuf, writes: bool) -> Self {
        Self { folder, lock, writes }
    }

    /// Waits until nobody else adds.
    fn alone(&self) -> Result<Lock, RepositoryError> {
        if self.writes { Lock::wait(&self.lock) } else { Err(RepositoryError::read_only(&self.folder)) }
    }
}

impl Search for FolderSearch {
    fn is_there(&self) -> bool {
        Index::is_at(&self.folder)
    }

    fn place(&self) -> PathBuf {
        self.folder.clone()
    }

    fn open(&self) -> Result<Box<dyn OpenIndex>, RepositoryError> {
        Ok(Box::new(Index::open(&self.folder)?))
    }

    fn catch_up(&self, catalog: &dyn Catalog) -> Result<(), RepositoryError> {
        let _alone = self.alone()?;
        match Index::create_or_open(&self.folder) {
            Ok(mut index) => index.catch_up(catalog).map(drop),
            Err(error @ (RepositoryError::Damaged { .. } | RepositoryError::Outdated { .. })) => {
                tracing::warn!(%error, "the search index is made again");
                Index::rebuild(&self.folder, catalog).map(drop)
            }
            Err(error) => Err(error),
        }
    }

    fn rebuild(&self, catalog: &dyn Catalog) -> Result<(), RepositoryError> {
        let _alone = self.alone()?;
        Index::rebuild(&self.folder, catalog).map(drop)
    }
}

impl OpenIndex for Index {
    fn search(&self, query: &Query, budget: &Budget<'_>) -> Result<Answer, RepositoryError> {
        Self::search(self, query, budget)
    }

    fn is_complete(&self, catalog: &dyn Catalog) -> Result<bool, RepositoryError> {
        Self::is_complete(self, catalog)
    }

    fn each_entry(&self, each: &mut dyn FnMut(IndexEntry)) -> Result<(), RepositoryError> {
        Self::each_entry(self, each)
    }

    fn damaged_files(&self) -> Result<BTreeSet<PathBuf>, RepositoryError> {
        Self::damaged_files(self)
    }
}
