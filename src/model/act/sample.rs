//! Sample checks: documents that are drawn for a second person to hold against their papers.

use serde::{Deserialize, Serialize};

use crate::model::field::FieldName;
use crate::model::ids::RecordId;

/// Documents that were drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleDrawn {
    /// What they were drawn by: the same seed draws the same of the same documents.
    pub seed: String,
    /// How many of ten thousand were asked for.
    pub share: u32,
    /// How many documents they were drawn from.
    pub of: u64,
    /// The documents, in the order in which they were drawn.
    pub documents: Vec<SampledDocument>,
}

/// A document of a version of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampledDocument {
    /// The record.
    pub record: RecordId,
    /// The document's number in the dossier.
    pub ordinal: u32,
}

/// What a second person found when they held a drawn document against its paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleChecked {
    /// The document as it was drawn.
    pub document: SampledDocument,
    /// Facts that had been certain and are wrong; none if all are right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrong: Vec<FieldName>,
}
