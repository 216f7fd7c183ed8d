//! Exit codes: a stable table, explained in `docs/exit-codes.md`.

use std::process::ExitCode;

use crate::model::failure::FailureCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All was done.
    Good = 0,
    /// Something failed that no other code stands for.
    Failed = 1,
    /// The command line or the settings are wrong.
    Usage = 2,
    /// Finished, but some files wait for a person or were refused.
    Exceptions = 3,
    /// Another run holds the inbox or the repository, or changed the same item first.
    Locked = 4,
    /// Something in the repository is missing, changed or orphaned.
    Damaged = 5,
    /// What was asked for is not there.
    NotFound = 6,
    /// This machine lacks something, such as the text engine.
    Unfit = 7,
    /// The disk is full or failed.
    Storage = 8,
    /// The ledger does not balance.
    Unbalanced = 9,
}

impl Exit {
    /// All of them.
    #[cfg(test)]
    pub const ALL: [Self; 10] = [
        Self::Good,
        Self::Failed,
        Self::Usage,
        Self::Exceptions,
        Self::Locked,
        Self::Damaged,
        Self::NotFound,
        Self::Unfit,
        Self::Storage,
        Self::Unbalanced,
    ];

    /// The exit for a failure that ended a verb.
    pub fn of(code: FailureCode) -> Self {
        match code {
            FailureCode::SettingsInvalid | FailureCode::InboxInRepository | FailureCode::CodeInvalid => Self::Usage,
            FailureCode::RepositoryLocked | FailureCode::Conflict => Self::Locked,
            FailureCode::RepositoryDamaged => Self::Damaged,
            FailureCode::NotFound | FailureCode::RepositoryMissing | FailureCode::InboxMissing => Self::NotFound,
            FailureCode::EngineMissing | FailureCode::WorkerMissing | FailureCode::WorkerUnconfined => Self::Unfit,
            FailureCode::DiskFull | FailureCode::StorageFailed | FailureCode::FileUnwritable => Self::Storage,
            FailureCode::LedgerUnbalanced => Self::Unbalanced,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_table_is_complete() {
        let table = include_str!("../../docs/exit-codes.md");
        for exit in Exit::ALL {
            assert!(table.contains(&format!("| {} |", exit as u8)), "{exit:?} is not in docs/exit-codes.md");
        }
    }
}
