//! What a person decided about a file that waits in the inbox, for the next run to go by.

use serde::{Deserialize, Serialize};

use super::codes::DossierCode;
use super::dossier::RecordKind;

/// A decision about a scan, known by its bytes: wherever they lie, it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// Whose papers it holds, whatever names and barcodes say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<DossierCode>,
    /// Handed in or given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<RecordKind>,
    /// What was said of its picture.
    #[serde(default, skip_serializing_if = "Picture::is_judged")]
    pub picture: Picture,
    /// The pages that begin documents. None where sheets in the scan tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub starts: Vec<Start>,
}

/// What a person said of the picture of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Picture {
    /// Nothing: it has to be good enough.
    #[default]
    Judged,
    /// It is taken as it is.
    Accepted,
}

impl Picture {
    fn is_judged(&self) -> bool {
        *self == Self::Judged
    }
}

/// A page that begins a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Its place in the scan, from 1.
    pub page: u32,
    /// Whose paper it is; that of the document before if not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<DossierCode>,
}

impl Settlement {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it tells whose papers lie where, so that nothing on the scan is asked.
    pub fn takes_apart(&self) -> bool {
        self.code.is_some() || !self.starts.is_empty()
    }
}
