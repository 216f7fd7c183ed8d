//! What people have decided at the desk and not carried out yet.

use time::OffsetDateTime;

use super::{MemoryCatalog, refused};
use crate::model::account::AccountName;
use crate::model::act::Deed;
use crate::model::draft::Draft;
use crate::model::ids::RecordId;
use crate::model::record::DocumentName;
use crate::repository::catalog::Drafts;
use crate::repository::error::RepositoryError;

impl Drafts for MemoryCatalog {
    fn put_draft(&self, draft: &Draft) -> Result<(), RepositoryError> {
        self.write(|state| {
            if !state.accounts.contains_key(&draft.account) {
                return Err(refused("there is no such account"));
            }
            state.drafts.insert((draft.account.clone(), draft.document.to_string()), draft.clone());
            Ok(())
        })
    }

    fn draft(&self, account: &AccountName, document: &DocumentName) -> Result<Option<Draft>, RepositoryError> {
        Ok(self.read().drafts.get(&(account.clone(), document.to_string())).cloned())
    }

    fn drop_draft(&self, account: &AccountName, document: &DocumentName) -> Result<(), RepositoryError> {
        self.write(|state| {
            state.drafts.remove(&(account.clone(), document.to_string()));
            Ok(())
        })
    }

    fn drop_draft_if_same(&self, draft: &Draft) -> Result<(), RepositoryError> {
        self.write(|state| {
            let key = (draft.account.clone(), draft.document.to_string());
            if state.drafts.get(&key) == Some(draft) {
                state.drafts.remove(&key);
            }
            Ok(())
        })
    }

    fn tell_taken_over(
        &self,
        record: RecordId,
        ordinal: u32,
        from: &AccountName,
        at: OffsetDateTime,
    ) -> Result<(), RepositoryError> {
        self.write(|state| state.append(at, &self.warrant, Deed::TakenOver { record, ordinal, from: from.clone() }))
    }
}
