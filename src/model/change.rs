//! Changes by hand: what a person did that made a version of a record.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::codes::DossierCode;
use super::dossier::RecordKind;
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

/// What a person did to a whole document, or to pages that were there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentAction {
    /// It went to another dossier, or to the other side of this one.
    MovedOut,
    /// It came from there.
    MovedIn,
    /// It was taken out of the record.
    Voided,
    /// It was taken back into the record.
    Restored,
    /// Its last pages became documents of their own.
    Split,
    /// Pages of other documents were put behind its own.
    Merged,
    /// Its pages stand in another order.
    Reordered,
    /// A page of it went to another document.
    PageMoved,
    /// A page of it was taken out. It stays in the version before.
    PageRemoved,
    /// Pages of it were turned and read anew.
    Rotated,
    /// Its text was corrected. What was read stays beside it.
    TextCorrected,
}

/// A document, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentPlace {
    /// Its dossier.
    pub dossier_code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Its number in the dossier.
    pub ordinal: u32,
}

/// A change to whole documents, or to where pages stand in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentChange {
    /// What was done.
    pub action: DocumentAction,
    /// The document's number in the dossier.
    pub ordinal: u32,
    /// The page that was moved or taken out, by its place before, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The other documents that had a part in it: where it went or came from, what it was split into or
    /// merged from, where the page went.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<DocumentPlace>,
}

/// The change by hand that made a version of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Change {
    /// Pages came in or went out.
    Pages(PageChange),
    /// Facts were decided.
    Fields(FieldsChange),
    /// Documents were moved, voided, split or merged, or pages stand elsewhere.
    Documents(DocumentChange),
}

impl Change {
    /// The number of the document that was changed.
    pub fn ordinal(&self) -> u32 {
        match self {
            Self::Pages(change) => change.ordinal,
            Self::Fields(change) => change.ordinal,
            Self::Documents(change) => change.ordinal,
        }
    }
}

impl From<PageChange> for Change {
    fn from(change: PageChange) -> Self {
        Self::Pages(change)
    }
}
