//! Changes by hand: what a person did that made a version of a record.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::field::{FieldName, Verdict};
use super::ids::PageId;

/// What a person did to the pages of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PageAction {
    /// A page was put in that had been left out.
    Inserted,
    /// A page took the place of another.
    Replaced,
}

/// A change to the pages of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageChange {
    /// What was done.
    pub action: PageAction,
    /// The document's number in the dossier.
    pub ordinal: u32,
    /// The place in its sealed file, from 1, of the first page that came in.
    pub page: u32,
    /// The pages that came in, in order.
    pub brought: Vec<PageId>,
    /// The page that went out, if one did. It stays in the version before.
    pub removed: Option<PageId>,
}

/// Names changes of [`FieldsChange`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldsAction {
    /// Facts were corrected, confirmed or said not to be on the paper.
    FieldsDecided,
}

/// Decisions about facts of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldsChange {
    /// What was done.
    pub action: FieldsAction,
    /// The document's number in the dossier.
    pub ordinal: u32,
    /// What was decided, each of which is an act of its own.
    pub fields: BTreeMap<FieldName, Verdict>,
}

/// The change by hand that made a version of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Change {
    /// Pages came in or went out.
    Pages(PageChange),
    /// Facts were decided.
    Fields(FieldsChange),
}

impl Change {
    /// The number of the document that was changed.
    pub fn ordinal(&self) -> u32 {
        match self {
            Self::Pages(change) => change.ordinal,
            Self::Fields(change) => change.ordinal,
        }
    }
}

impl From<PageChange> for Change {
    fn from(change: PageChange) -> Self {
        Self::Pages(change)
    }
}
