//! What people decided about files that wait.

use time::OffsetDateTime;

use super::MemoryCatalog;
use crate::model::act::Deed;
use crate::model::ids::BlobId;
use crate::model::settlement::Settlement;
use crate::repository::catalog::Settlements;
use crate::repository::error::RepositoryError;

impl Settlements for MemoryCatalog {
    fn put_settlement(
        &self,
        scan: BlobId,
        before: Option<&Settlement>,
        settlement: &Settlement,
        at: OffsetDateTime,
    ) -> Result<bool, RepositoryError> {
        self.write(|state| {
            state.need_blob(scan)?;
            if state.settlements.get(&scan) != before {
                return Ok(false);
            }
            state.settlements.insert(scan, settlement.clone());
            state.append(at, &self.warrant, Deed::FileSettled { scan, settlement: settlement.clone() })?;
            Ok(true)
        })
    }

    fn tell_brought(&self, scan: BlobId, path: &str, bytes: u64, at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|state| state.append(at, &self.warrant, Deed::FileBrought { scan, path: path.to_owned(), bytes }))
    }

    fn tell_file_viewed(&self, scan: BlobId, at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|state| state.append(at, &self.warrant, Deed::FileViewed { scan }))
    }

    fn settlement(&self, scan: BlobId) -> Result<Option<Settlement>, RepositoryError> {
        Ok(self.read().settlements.get(&scan).cloned())
    }

    fn settlements(&self) -> Result<Vec<(BlobId, Settlement)>, RepositoryError> {
        Ok(self.read().settlements.iter().map(|(scan, settlement)| (*scan, settlement.clone())).collect())
    }
}
