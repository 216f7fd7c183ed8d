//! Exit codes: a stable table, explained in `docs/exit-codes.md`.

use std::process::ExitCode;

use crate::model::failure::{ExitClass, FailureCode};

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All was done.
    Success = 0,
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
    Environment = 7,
    /// The disk is full or failed.
    Storage = 8,
    /// The ledger does not balance.
    Unbalanced = 9,
}

impl Exit {
    /// All of them.
    #[cfg(test)]
    pub const ALL: [Self; 10] = [
        Self::Success,
        Self::Failed,
        Self::Usage,
        Self::Exceptions,
        Self::Locked,
        Self::Damaged,
        Self::NotFound,
        Self::Environment,
        Self::Storage,
        Self::Unbalanced,
    ];

    /// The exit for a failure that ended a verb.
    pub fn of(code: FailureCode) -> Self {
        match code.effect().exit() {
            ExitClass::Failed => Self::Failed,
            ExitClass::Usage => Self::Usage,
            ExitClass::Locked => Self::Locked,
            ExitClass::Damaged => Self::Damaged,
            ExitClass::NotFound => Self::NotFound,
            ExitClass::Environment => Self::Environment,
            ExitClass::Storage => Self::Storage,
            ExitClass::Unbalanced => Self::Unbalanced,
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
        for table in [include_str!("../../docs/exit-codes.md"), include_str!("../../docs/exit-codes.vi.md")] {
            for exit in Exit::ALL {
                assert!(table.contains(&format!("| {} |", exit as u8)), "{exit:?} is not in {table}");
            }
        }
    }
}
