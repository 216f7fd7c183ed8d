//! Where the stages meet the repository: plan an inbox, run a batch, export, verify.
//!
//! The order of writes is the safety rule: a blob first (temporary file, sync, rename), then its
//! catalog row in one transaction, then the index, which can be made again from the catalog. A
//! `kill -9` at any point leaves at worst a blob that nothing refers to, and the next run finds
//! every page that was read already.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod batch;
pub(crate) mod bundle;
pub(crate) mod consumers;
pub(crate) mod cover;
pub mod export;
pub mod find;
pub(crate) mod hand_out;
pub(crate) mod known;
mod looks;
pub(crate) mod notices;
mod open_scans;
pub(crate) mod page_picture;
pub(crate) mod page_view;
pub(crate) mod pdf_signing;
pub(crate) mod pictures;
pub(crate) mod pieces;
pub mod plan;
pub mod progress;
pub(crate) mod quarantine;
mod read_again;
pub(crate) mod repair;
pub(crate) mod restore;
pub(crate) mod saved_searches;
pub(crate) mod signing;
pub mod step;
pub(crate) mod telling;
pub mod verify;
pub(crate) mod watch;
pub mod worker;

use crate::model::failure::Failure;
use crate::repository::RepositoryError;

impl From<RepositoryError> for Failure {
    fn from(error: RepositoryError) -> Self {
        error.failure()
    }
}
