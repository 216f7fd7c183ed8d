//! What people decided about files that wait.

use time::OffsetDateTime;

use super::MemoryCatalog;
use crate::model::act::Deed;
use crate::model::ids::BlobId;
use crate::model::settlement::Settlement;
use crate::repository::catalog::Settlements;
use crate::repository::error::RepositoryError;

impl Settlements for MemoryCatalog {
    fn put_settlement(&self, scan: BlobId, settlement: &Settlement, at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|state| {
            state.need_blob(scan)?;
            state.settlements.insert(scan, settlement.clone());
            state.append(at, &self.warrant, Deed::FileSettled { scan, settlement: settlement.clone() })
        })
    }

    fn put_settlement_after(
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

    fn settlement(&self, scan: BlobId) -> Result<Option<Settlement>, RepositoryError> {
        Ok(self.read().settlements.get(&scan).cloned())
    }

    fn settlements(&self) -> Result<Vec<(BlobId, Settlement)>, RepositoryError> {
        Ok(self.read().settlements.iter().map(|(scan, settlement)| (*scan, settlement.clone())).collect())
    }
}
