//! What became of a pass.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::model::codes::DossierCode;
use crate::model::consumer::ConsumerName;
use crate::model::failure::Failure;
use crate::model::portal::Lacking;

/// What became of all that waited for a portal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Pass {
    /// To whom.
    pub consumer: ConsumerName,
    /// Records whose dossiers were taken in this pass.
    pub sent: u64,
    /// Records that are done with by this pass.
    pub accepted: u64,
    /// Dossiers that were not taken.
    pub rejected: Vec<Rejected>,
    /// Dossiers that were not sent, because the portal would not take them.
    pub incomplete: Vec<Incomplete>,
    /// Dossiers of which it is not known whether they were taken, or that could not be sent; they go again.
    pub failed: Vec<Failed>,
    /// What would be sent, where it is only shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<Value>,
    /// Why the pass ended before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Failure>,
}

impl Pass {
    pub(crate) fn new(consumer: ConsumerName) -> Self {
        let (rejected, incomplete, failed, objects) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { consumer, sent: 0, accepted: 0, rejected, incomplete, failed, objects, stopped: None }
    }
}

/// A dossier that did not come through.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Failed {
    /// Which.
    pub dossier_code: DossierCode,
    /// Why.
    pub failure: Failure,
}

/// A dossier that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Rejected {
    /// Which.
    pub dossier_code: DossierCode,
    /// Why, in the portal's words.
    pub reason: String,
}

/// A dossier that cannot be sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Incomplete {
    /// Which.
    pub dossier_code: DossierCode,
    /// What it lacks.
    pub lacking: Vec<Lacking>,
}
