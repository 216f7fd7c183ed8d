//! Whether a document counts: searches leave out what does not, unless they are asked for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of a document as a version of its record has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    /// It is in the newest version.
    Current,
    /// A later version has it otherwise, or no longer.
    Superseded,
    /// It was taken out.
    Voided,
}

impl DocumentState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Current, Self::Superseded, Self::Voided];
}
