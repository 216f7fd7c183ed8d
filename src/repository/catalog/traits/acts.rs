//! The chain of acts.

use time::OffsetDateTime;

use crate::model::act::{ActHead, ComponentReused, SampleChecked, SampleDrawn, Warrant};
use crate::model::snapshot::SnapshotName;

use crate::model::ids::{ActDigest, RecordId};
use crate::repository::error::RepositoryError;

/// An act as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActRow {
    /// Counts from 1.
    pub number: u64,
    /// The digest that is kept with it.
    pub digest: ActDigest,
    /// Its canonical JSON.
    pub content: String,
}

/// What was ever done to the repository. Acts are appended by the methods that do what they tell, in
/// the same transaction; none is ever changed.
pub trait Acts {
    /// Writes in the name of `warrant` from now on.
    fn act_for(&mut self, warrant: Warrant);

    /// In whose name is written now, and why.
    fn warrant(&self) -> &Warrant;

    /// The end of the chain; none if nothing was ever done.
    ///
    /// # Errors
    /// What the store says.
    fn act_head(&self) -> Result<Option<ActHead>, RepositoryError>;

    /// The next `limit` acts after number `after`, by number. Nothing of them is checked (see
    /// [`crate::model::act::Chain`]).
    ///
    /// # Errors
    /// What the store says.
    fn acts_after(&self, after: u64, limit: usize) -> Result<Vec<ActRow>, RepositoryError>;

    /// Tells in an act that everything was copied to `to`, named `snapshot` there.
    ///
    /// # Errors
    /// What the store says.
    fn tell_backed_up(&self, at: OffsetDateTime, to: &str, snapshot: &SnapshotName, blobs: u64) -> Result<(), RepositoryError>;

    /// Tells in an act that everything was made from the copy at `from`, named `snapshot` there.
    ///
    /// # Errors
    /// What the store says.
    fn tell_restored(&self, at: OffsetDateTime, from: &str, snapshot: &SnapshotName) -> Result<(), RepositoryError>;

    /// Tells in an act that a document stands for a component of a dossier.
    ///
    /// # Errors
    /// What the store says.
    fn tell_component_reused(&self, at: OffsetDateTime, reused: &ComponentReused) -> Result<(), RepositoryError>;

    /// Tells in an act which documents were drawn for a sample check.
    ///
    /// # Errors
    /// What the store says.
    fn tell_sample_drawn(&self, at: OffsetDateTime, drawn: &SampleDrawn) -> Result<(), RepositoryError>;

    /// Tells in an act what somebody found in a drawn document.
    ///
    /// # Errors
    /// What the store says.
    fn tell_sample_checked(&self, at: OffsetDateTime, checked: &SampleChecked) -> Result<(), RepositoryError>;

    /// The newest `limit` acts that name one of these records, the newest first.
    ///
    /// # Errors
    /// What the store says.
    fn acts_naming(&self, records: &[RecordId], limit: usize) -> Result<Vec<ActRow>, RepositoryError>;
}
