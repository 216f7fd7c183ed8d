//! Facts that are said to wait for a person, against the records that they stand in.

use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject};
use crate::repository::{OpenField, OpenFilter, RecordRow, Repository, RepositoryError};

/// Follows the versions of one record after the other.
#[derive(Default)]
pub(super) struct OpenFields {
    /// Code and kind of the record whose versions are followed.
    of: (String, String),
    /// What waits in its newest version so far.
    now: Vec<OpenField>,
    /// Whether a version did not read, which is told elsewhere.
    unread: bool,
    /// What waits in all records before it.
    count: u64,
    /// Whether that is all that is known.
    uncounted: bool,
}

impl OpenFields {
    pub(super) fn follow(
        &mut self,
        repository: &Repository,
        row: &RecordRow,
        findings: &mut Findings,
    ) -> Result<(), RepositoryError> {
        if (&row.code, &row.kind) != (&self.of.0, &self.of.1) {
            self.settle(repository, findings)?;
            self.of = (row.code.clone(), row.kind.clone());
        }
        match &row.record {
            Ok(record) => self.now = OpenField::of(record, row.batch, &self.now),
            Err(_) => self.unread = true,
        }
        Ok(())
    }

    /// Compares what waits in a record with what is said to.
    fn settle(&mut self, repository: &Repository, findings: &mut Findings) -> Result<(), RepositoryError> {
        let now = std::mem::take(&mut self.now);
        self.count += now.len() as u64;
        self.uncounted |= self.unread;
        let (code, kind) = &self.of;
        // What should not be there is counted at the end.
        if !std::mem::take(&mut self.unread) && !now.is_empty() && repository.catalog.open_fields_of(code, kind)? != now {
            let name = Item::row("open_field", format!("{code} {kind}"));
            findings.add(Subject::Catalog, Damage::Changed, name, Seen::WaitsOtherwise, Remedy::RestoreCatalog);
        }
        Ok(())
    }

    /// Compares how many facts wait with how many are said to.
    pub(super) fn end(mut self, repository: &Repository, findings: &mut Findings) -> Result<(), RepositoryError> {
        self.settle(repository, findings)?;
        let (doubtful, absent) = repository.catalog.count_open_fields(&OpenFilter::default())?;
        if !self.uncounted && doubtful + absent != self.count {
            let seen = Seen::CountedOtherwise { told: doubtful + absent, found: self.count };
            findings.add(Subject::Catalog, Damage::Changed, Item::row("open_field", ""), seen, Remedy::RestoreCatalog);
        }
        Ok(())
    }
}
