//! What people decided about files that wait.

use time::OffsetDateTime;

use crate::model::ids::BlobId;
use crate::model::settlement::Settlement;
use crate::repository::error::RepositoryError;

/// Decisions about scans, by their bytes.
pub trait Settlements {
    /// Keeps a decision in the place of an earlier one about the same scan, and appends the act that tells
    /// of it. The scan's blob has to be known.
    ///
    /// # Errors
    /// What the store says.
    fn put_settlement(&self, scan: BlobId, settlement: &Settlement, at: OffsetDateTime) -> Result<(), RepositoryError>;

    /// The same if what was decided about the scan is still `before`; tells whether it was.
    ///
    /// # Errors
    /// What the store says.
    fn put_settlement_after(
        &self,
        scan: BlobId,
        before: Option<&Settlement>,
        settlement: &Settlement,
        at: OffsetDateTime,
    ) -> Result<bool, RepositoryError>;

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
