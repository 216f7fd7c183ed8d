//! Running a batch over an inbox, or only planning it.

use std::path::Path;

use super::access::{InNameOf, to_create};
use super::register::with_differences;
use crate::model::batch::{BatchReport, Ledger};
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Failure, FailureCode};
pub(crate) use crate::pipeline::batch::{DryRun, Intention, OlderWork, PlannedFile, RunOptions as RunOrder};
use crate::pipeline::batch::{dry_run, run as run_batch};
use crate::pipeline::progress::Progress;
use crate::repository::Repository;
use crate::settings::Settings;

/// Opens the repository at `root` for a run, which makes it if there is none.
///
/// # Errors
/// [`FailureCode::InboxMissing`] if there is no inbox: nothing is made then. Or why the repository cannot be
/// opened.
pub(crate) fn open(root: &Path, order: &RunOrder, who: &InNameOf) -> Result<Repository, Failure> {
    if !order.inbox.is_dir() {
        return Err(Failure::new(FailureCode::InboxMissing).at_file(order.inbox.display()));
    }
    to_create(root, who)
}

/// Runs a batch and tells what came of it, with what its dossiers have otherwise than the register.
///
/// # Errors
/// As for [`run_batch`].
pub(crate) fn run(
    repository: &Repository,
    settings: &Settings,
    order: &RunOrder,
    progress: &dyn Progress,
) -> Result<BatchReport, Failure> {
    let report = run_batch(repository, settings, order, progress)?;
    with_differences(repository, settings, report)
}

/// Tells what a run would do, and writes nothing. The repository at `root` need not exist.
///
/// # Errors
/// When the run could not begin.
pub(crate) fn plan(root: &Path, settings: &Settings, order: &RunOrder) -> Result<DryRun, Failure> {
    dry_run(root, settings, order)
}

/// Says whether the ledger of a batch that came to its end balances.
///
/// # Errors
/// [`FailureCode::LedgerUnbalanced`] if it does not: pages were lost.
pub(crate) fn expect_balance(report: &BatchReport) -> Result<(), Failure> {
    if report.ledger.balances() {
        return Ok(());
    }
    let Ledger { scanned, sealed, separators, blank, waiting, refused } = report.ledger;
    let cause = WorkFault::PagesLost { scanned, sealed, separators, blank, waiting, refused };
    Err(Failure::new(FailureCode::LedgerUnbalanced).because(cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::tests::{new_batch, new_repository};

    #[test]
    fn a_ledger_that_lost_pages_is_told_with_its_figures() {
        let (_folder, repository) = new_repository();
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        let mut report = repository.catalog.batch_report(batch).unwrap().unwrap();
        assert_eq!(expect_balance(&report), Ok(()));
        report.ledger = Ledger { scanned: 5, sealed: 3, waiting: 1, ..report.ledger };
        let failure = expect_balance(&report).unwrap_err();
        assert_eq!(failure.code, FailureCode::LedgerUnbalanced);
        let figures = WorkFault::PagesLost { scanned: 5, sealed: 3, separators: 0, blank: 0, waiting: 1, refused: 0 };
        assert_eq!(failure, Failure::new(FailureCode::LedgerUnbalanced).because(figures));
    }
}
