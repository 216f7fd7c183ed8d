//! The catalog in SQLite.
//!
//! One connection behind a mutex; every call that changes something is one transaction that is on
//! the disk when the call returns. Readers in other processes are never blocked (WAL), and writers
//! wait for each other.

mod accounts;
mod acts;
mod batches;
mod deliveries;
mod differences;
mod digests;
mod drafts;
#[cfg(test)]
mod history;
mod issuing_bodies;
mod manifests;
mod migrate;
mod open;
mod pages;
mod pending;
mod records;
mod register;
mod restore;
mod rows;
mod settlements;
mod sightings;
mod signing;
mod survey;
mod versions;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tempfile::TempDir;

use super::{Catalog, Snapshot};
use crate::model::act::Warrant;
use crate::model::batch::Ledger;
use crate::repository::error::RepositoryError;

/// The catalog. Many threads may use it at once.
#[derive(Debug)]
pub(in crate::repository) struct SqliteCatalog {
    path: PathBuf,
    connection: Mutex<Connection>,
    writes: bool,
    /// Where the file that is open lies, if it is a copy.
    copy: Option<TempDir>,
    /// In whose name it is written to.
    warrant: Warrant,
    /// Pages by outcome, and files that wait or were refused, of batches that ended: nothing is noted in them any more.
    ended: Mutex<BTreeMap<i64, (Ledger, u64)>>,
}

impl Catalog for SqliteCatalog {
    fn snapshot(&self) -> Result<Box<dyn Snapshot + '_>, RepositoryError> {
        self.read(|db| Ok(db.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1")?))?;
        Ok(Box::new(Held(self)))
    }
}

impl SqliteCatalog {
    /// A panic of another thread rolled its transaction back, so the connection is fit for use.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, RepositoryError>) -> Result<T, RepositoryError> {
        self.locate(|| work(&self.lock()))
    }

    /// All of `work` or nothing of it.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, RepositoryError>) -> Result<T, RepositoryError> {
        if !self.writes {
            return Err(RepositoryError::read_only(&self.path));
        }
        self.locate(|| {
            let mut connection = self.lock();
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            self.ended.lock().unwrap_or_else(PoisonError::into_inner).clear();
            Ok(value)
        })
    }

    fn locate<T>(&self, work: impl FnOnce() -> Result<T, RepositoryError>) -> Result<T, RepositoryError> {
        work().map_err(|error| at(&self.path, error))
    }
}

/// One state of the catalog, held while it lives.
#[derive(Debug)]
struct Held<'a>(&'a SqliteCatalog);

impl Snapshot for Held<'_> {}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // Nothing was written: there is nothing to lose.
        let _ = self.0.lock().execute_batch("COMMIT");
    }
}

/// Names the catalog where an error of SQLite has no place of its own.
fn at(path: &Path, mut error: RepositoryError) -> RepositoryError {
    if let RepositoryError::DiskFull { place, .. }
    | RepositoryError::Conflict { place, .. }
    | RepositoryError::Damaged { place, .. }
    | RepositoryError::Newer { place, .. }
    | RepositoryError::Storage { place, .. } = &mut error
        && place.is_empty()
    {
        *place = path.display().to_string();
    }
    error
}

#[cfg(test)]
mod tests;
