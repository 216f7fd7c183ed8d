//! Gathers what a verification finds.

use crate::model::failure::FailureCode;
pub use crate::model::finding::{Damage, Detail, Finding, Item, Remedy, Seen, Subject};
use crate::repository::RepositoryError;

/// Collects findings. What is named is bounded; what is counted is not.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub found: Vec<Finding>,
    pub unnamed: u64,
}

/// Findings that are named: a repository that is gone has millions.
const MOST_NAMED: usize = 10_000;

impl Findings {
    pub(super) fn add(
        &mut self,
        subject: Subject,
        damage: Damage,
        item: impl Into<Item>,
        detail: impl Into<Detail>,
        remedy: Remedy,
    ) {
        if self.found.len() < MOST_NAMED {
            self.found.push(Finding { subject, damage, item: item.into(), detail: detail.into(), remedy });
        } else {
            self.unnamed += 1;
        }
    }

    /// What kept a check from being done is a finding too, and not the end of all others.
    pub(super) fn unless_done(&mut self, done: Result<(), RepositoryError>) {
        let Err(error) = done else { return };
        let remedy = match error.code() {
            FailureCode::StorageFailed => Remedy::CheckDisk,
            _ => Remedy::RestoreCatalog,
        };
        let name = error.failure().place.map(|place| place.to_string()).unwrap_or_default();
        self.add(Subject::Catalog, Damage::Changed, name, cause_of(&error), remedy);
    }

    pub(super) fn append(&mut self, other: Self) {
        self.unnamed += other.unnamed;
        self.found.extend(other.found);
    }
}

/// Why a check could not be done.
pub(super) fn cause_of(error: &RepositoryError) -> Detail {
    error.failure().cause.map_or(Detail::Seen(Seen::NotChecked), |cause| Detail::from(*cause))
}
