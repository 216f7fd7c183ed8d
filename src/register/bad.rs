//! Rows that are not taken, and why.

use std::collections::HashSet;

use serde::Serialize;

use crate::model::failure::cause::RegisterFault;

/// Bad rows that are named.
const MOST_NAMED: usize = 10_000;

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct BadRow {
    /// Its line in the file.
    pub line: u64,
    /// The column with the fault; none where it is the whole row.
    pub column: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// The same, for words.
    #[serde(skip)]
    pub fault: Fault,
}

/// A fault that is told in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault(pub RegisterFault);

impl PartialOrd for Fault {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fault {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.to_string().cmp(&other.0.to_string())
    }
}

/// Bad rows as they are met.
#[derive(Default)]
pub(super) struct Bad {
    lines: HashSet<u64>,
    named: Vec<BadRow>,
}

impl Bad {
    pub(super) fn add(&mut self, line: u64, column: Option<String>, fault: RegisterFault) {
        if self.lines.insert(line) && self.named.len() < MOST_NAMED {
            self.named.push(BadRow { line, column, reason: fault.to_string(), fault: Fault(fault) });
        }
    }

    pub(super) fn finish(mut self) -> (u64, Vec<BadRow>) {
        self.named.sort();
        (self.lines.len() as u64, self.named)
    }
}
