//! What others than its papers know of a dossier.

use std::collections::BTreeMap;

use super::{Procedure, RegisterDossier};
use crate::model::field::{FieldName, FieldStatus, Fields};

/// What the register knows of a dossier: what manifests and portals are told comes from here.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// The dossier; none if it is not in the register.
    pub dossier: Option<RegisterDossier>,
    /// Its procedure; none if it is in no list.
    pub procedure: Option<Procedure>,
    /// Codes of components of the procedure by the types of documents that they are.
    pub components: BTreeMap<String, String>,
}

impl Known {
    /// The code of the component that a document is by its accepted type.
    pub fn component_of(&self, fields: &Fields) -> Option<&str> {
        self.components.get(accepted(fields, FieldName::DocumentType)?).map(String::as_str)
    }
}

/// A value that may be used as it is.
pub fn accepted(fields: &Fields, name: FieldName) -> Option<&str> {
    fields.get(&name).filter(|field| field.status == FieldStatus::Accepted).map(|field| field.value.as_str())
}
