//! What is known of the files, asked through traits, one for each kind of reader.
//!
//! A catalog promises what its traits say and what the suite of contracts proves: every method that
//! changes something is one transaction that holds when it returns, what was lost to others in the
//! meantime is [`Conflict`](RepositoryError::Conflict) and nothing is written, readers are never
//! blocked, and what was opened for reading refuses to be written to.

#[cfg(test)]
pub(super) mod memory;
pub(super) mod sqlite;
mod traits;

use std::collections::BTreeMap;
use std::fmt;

pub use traits::{
    Accounts, ActRow, Acts, Assignment, BatchEnd, BatchRow, BatchSummary, Batches, Deliveries, DeliveryOrder, DeliveryRow,
    DeliveryTimes, DifferenceFilter, Differences, DocumentRow, Drafts, Entry, FileStamp, KnownFiles, MOST_COMPONENTS,
    ManifestOrder, ManifestPacker, ManifestRow, ManifestState, Manifests, NewBatch, OpenField, OpenFilter, Pages, Part, Pending,
    Placement, ReadAlike, RecordRow, Records, Register, RegisterImport, RegisterRows, Restore, RestoreProof, SaidReuse, Sealing,
    Settlements, Sighting, Sightings, Signing, Survey, WaitingFile, copy_settled, standing,
};

use super::error::RepositoryError;

/// The catalog. Many threads may use it at once.
pub trait Catalog:
    Accounts
    + Acts
    + Batches
    + Drafts
    + Deliveries
    + Differences
    + Manifests
    + Pages
    + Pending
    + Records
    + Register
    + Restore
    + Settlements
    + Sightings
    + Signing
    + Survey
    + fmt::Debug
    + Send
    + Sync
{
    /// Shows the catalog as it is now until the value is dropped, whatever others write meanwhile.
    /// Nothing can be written through this catalog as long.
    ///
    /// # Errors
    /// What the store says.
    fn snapshot(&self) -> Result<Box<dyn Snapshot + '_>, RepositoryError>;
}

/// The columns of each table that a catalog is kept in.
pub(crate) type Shape = BTreeMap<String, Vec<String>>;

/// One state of the catalog, held while it lives.
pub trait Snapshot {}
