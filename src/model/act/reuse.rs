//! Components that are held already and stand for a new scan.

use serde::{Deserialize, Serialize};

use crate::model::codes::DossierCode;
use crate::model::ids::RecordId;

/// A document that stands for a component of another dossier (TrangThaiSoHoa 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentReused {
    /// The dossier that needs the component.
    pub dossier: DossierCode,
    /// The component's code in the procedure.
    pub component: String,
    /// The record that the document is in.
    pub record: RecordId,
    /// The document's number in its dossier.
    pub ordinal: u32,
    /// The records of the dossier that needs the component, as they were then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<RecordId>,
}
