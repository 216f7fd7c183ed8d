//! Where the papers of a dossier and the register disagree.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reused::ReuseLapse;
use crate::model::codes::DossierCode;
use crate::model::field::FieldName;

/// Something in which papers and register disagree. It repeats nothing of either: whoever may see a person's
/// data finds them in both places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Difference {
    /// Papers are kept, and the register does not know the dossier.
    NoEntry,
    /// The register knows the dossier, and after so many days there are no papers of it.
    NoPapers {
        /// Days since it was received.
        days: u32,
    },
    /// No identity card among the papers has the number of the applicant; the first has another.
    OtherNumber {
        /// The number of the document.
        ordinal: u32,
    },
    /// The identity card of the applicant bears another name.
    OtherName {
        /// The number of the document.
        ordinal: u32,
    },
    /// The intake receipt says otherwise than the register.
    Receipt {
        /// The number of the document.
        ordinal: u32,
        /// In which fact.
        field: FieldName,
    },
    /// The procedure demands something that is not among the papers.
    ComponentMissing {
        /// Its code.
        code: String,
        /// What it is called.
        name: String,
        /// Why what was said to stand for it does so no more; none if nothing was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lapse: Option<ReuseLapse>,
    },
}

/// A dossier of which papers and register disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DossierDifferences {
    /// Which.
    pub dossier_code: DossierCode,
    /// In what.
    pub differences: Vec<Difference>,
}
