//! Why a document stands no more for a component that it was said to stand for.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a document stands no more for a component that it was said to stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReuseLapse {
    /// It was taken out of its dossier, or moved away.
    DocumentGone,
    /// Its number is no longer certain.
    NumberUncertain,
    /// The register knows no such result any more.
    ResultUnknown,
    /// By the register, the result was valid no more when that was said.
    Expired,
    /// It is somebody else's.
    OtherOwner,
}

impl fmt::Display for ReuseLapse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DocumentGone => "the document was taken out of its dossier or moved away",
            Self::NumberUncertain => "the document's number and symbol are not certain",
            Self::ResultUnknown => "the register has no result of this number",
            Self::Expired => "the result was valid no more when it was reused",
            Self::OtherOwner => "it is another person's or organisation's",
        })
    }
}
