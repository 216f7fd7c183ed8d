//! What people decided about files that wait.

use time::OffsetDateTime;

use crate::model::ids::BlobId;
use crate::model::settlement::Settlement;
use crate::repository::error::RepositoryError;

/// Decisions about scans, by their bytes.
pub trait Settlements {
    /// Keeps a decision in the place of an earlier one about the same scan, and appends the act that tells
    /// of it; both only if what stands is still `before`, and tells whether it was. The scan's blob has to be
    /// known.
    ///
    /// # Errors
    /// What the store says.
    fn put_settlement(
        &self,
        scan: BlobId,
        before: Option<&Settlement>,
        settlement: &Settlement,
        at: OffsetDateTime,
    ) -> Result<bool, RepositoryError>;

    /// Tells in an act that somebody brought a file into an inbox.
    ///
    /// # Errors
    /// What the store says.
    fn tell_brought(&self, scan: BlobId, path: &str, bytes: u64, at: OffsetDateTime) -> Result<(), RepositoryError>;

    /// Tells in an act that somebody was shown pages of a file that waits.
    ///
    /// # Errors
    /// What the store says.
    fn tell_file_viewed(&self, scan: BlobId, at: OffsetDateTime) -> Result<(), RepositoryError>;

    /// What was decided about a scan, if anything was.
    ///
    /// # Errors
    /// What the store says.
    fn settlement(&self, scan: BlobId) -> Result<Option<Settlement>, RepositoryError>;

    /// All decisions, by scan.
    ///
    /// # Errors
    /// What the store says.
    fn settlements(&self) -> Result<Vec<(BlobId, Settlement)>, RepositoryError>;
}
