//! Where the stages meet the repository: plan an inbox, run a batch, export, verify.
//!
//! The order of writes is the safety rule: a blob first (temporary file, sync, rename), then its
//! catalog row in one transaction, then the index, which can be made again from the catalog. A
//! `kill -9` at any point leaves at worst a blob that nothing refers to, and the next run finds
//! every page that was read already.

pub mod audit;
pub mod backup;
pub mod batch;
pub mod bundle;
pub mod cover;
pub mod export;
pub mod find;
pub mod hand_out;
pub mod notices;
mod open_scans;
pub mod page_picture;
pub mod page_view;
pub mod pictures;
pub mod plan;
pub mod progress;
pub mod quarantine;
mod read_again;
pub mod repair;
pub mod restore;
pub mod saved_searches;
pub mod signing;
pub mod step;
pub mod verify;
pub mod watch;
pub mod worker;

use crate::model::failure::Failure;
use crate::repository::RepositoryError;

impl From<RepositoryError> for Failure {
    fn from(error: RepositoryError) -> Self {
        error.failure()
    }
}
