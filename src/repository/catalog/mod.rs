//! What is known of the files: batches, pages, records, manifests, in SQLite.
//!
//! One connection behind a mutex; every call that changes something is one transaction that is on
//! the disk when the call returns. Readers in other processes are never blocked (WAL), and writers
//! wait for each other.

mod acts;
mod batches;
mod digests;
mod issuing_bodies;
mod manifests;
mod migrate;
mod open;
mod pages;
mod records;
mod restore;
mod rows;
mod sightings;
mod survey;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tempfile::TempDir;

pub use acts::ActRow;
pub use batches::{Assignment, BatchEnd, Entry, NewBatch};
pub use manifests::{ManifestPacker, ManifestRow, ManifestState};
pub use restore::RestoreProof;
pub use sightings::{FileStamp, KnownFiles, Part, Sighting};
pub use survey::{BatchRow, DocumentRow, RecordRow};

use super::error::RepositoryError;
use crate::model::act::Warrant;

/// The catalog. Many threads may use it at once.
#[derive(Debug)]
pub struct Catalog {
    path: PathBuf,
    connection: Mutex<Connection>,
    writes: bool,
    /// Where the file that is open lies, if it is a copy.
    copy: Option<TempDir>,
    /// In whose name it is written to.
    warrant: Warrant,
}

impl Catalog {
    /// Writes in the name of `warrant` from now on.
    pub(super) fn act_for(&mut self, warrant: Warrant) {
        self.warrant = warrant;
    }

    /// Shows the catalog as it is now until the value is dropped, whatever others write meanwhile.
    /// Nothing can be written through this catalog as long.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, RepositoryError> {
        self.read(|db| Ok(db.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1")?))?;
        Ok(Snapshot(self))
    }

    /// What SQLite finds wrong with the file, and rows that refer to nothing. Empty if all is well.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn integrity_errors(&self) -> Result<Vec<String>, RepositoryError> {
        self.read(|db| {
            let mut check = db.prepare("PRAGMA integrity_check")?;
            let mut errors: Vec<String> = check.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            errors.retain(|line| line != "ok");
            let mut dangling = db.prepare("PRAGMA foreign_key_check")?;
            let rows = dangling.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?)))?;
            for row in rows {
                let (from, to) = row?;
                errors.push(format!("a row of {from} refers to no row of {to}"));
            }
            Ok(errors)
        })
    }

    /// A panic of another thread rolled its transaction back, so the connection is fit for use.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, RepositoryError>) -> Result<T, RepositoryError> {
        self.locate(|| work(&self.lock()))
    }

    /// All of `work` or nothing of it.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, RepositoryError>) -> Result<T, RepositoryError> {
        self.locate(|| {
            let mut connection = self.lock();
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
    }

    fn locate<T>(&self, work: impl FnOnce() -> Result<T, RepositoryError>) -> Result<T, RepositoryError> {
        work().map_err(|error| at(&self.path, error))
    }
}

/// One state of the catalog, held while it lives.
#[derive(Debug)]
pub struct Snapshot<'a>(&'a Catalog);

impl Drop for Snapshot<'_> {
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
