//! Kinds of things that wait for a person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kinds of things that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PendingKind {
    /// A fact that was read with a doubt.
    Doubtful,
    /// A fact that a paper must bear and that was not found.
    Absent,
    /// A file with pages too poor to stand for their paper.
    PoorPage,
    /// A file of which nobody knows whose papers it holds.
    UnknownDossier,
    /// A stack that cannot be taken apart with certainty.
    UnclearStack,
    /// A file that waits for something else to be mended.
    Unfit,
    /// A file that was set aside.
    Refused,
    /// A dossier whose papers and the register disagree.
    Difference,
}

impl PendingKind {
    /// All of them, in the order in which a morning begins.
    pub const ALL: [Self; 8] = [
        Self::Doubtful,
        Self::Absent,
        Self::PoorPage,
        Self::UnknownDossier,
        Self::UnclearStack,
        Self::Unfit,
        Self::Refused,
        Self::Difference,
    ];
}
