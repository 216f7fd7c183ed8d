//! What others than its papers know of a dossier.

use std::collections::{BTreeMap, BTreeSet};

use super::{Procedure, RegisterDossier};
use crate::model::field::{FieldName, FieldStatus, Fields};
use crate::model::vietnamese::fold_words;

/// What the register knows of a dossier: what manifests and portals are told comes from here.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// The dossier; none if it is not in the register.
    pub dossier: Option<RegisterDossier>,
    /// Its procedure; none if it is in no list.
    pub procedure: Option<Procedure>,
    /// Codes of components of the procedure by the types of documents that they are.
    pub components: BTreeMap<String, String>,
    /// What papers are called by the lists: names of the procedure and of its components, [folded](fold_words).
    pub listed: BTreeSet<String>,
    /// Facts of the papers of the dossier in its newest records, of both kinds: people are named on them.
    pub papers: Vec<Fields>,
}

impl Known {
    /// Whether a list has this name, in whatever spelling.
    pub fn lists(&self, name: &str) -> bool {
        self.listed.contains(&fold_words(name))
    }

    /// The code of the component that a document is by its accepted type.
    pub fn component_of(&self, fields: &Fields) -> Option<&str> {
        self.components.get(accepted(fields, FieldName::DocumentType)?).map(String::as_str)
    }
}

/// A value that may be used as it is.
pub fn accepted(fields: &Fields, name: FieldName) -> Option<&str> {
    fields.get(&name).filter(|field| field.status == FieldStatus::Accepted).map(|field| field.value.as_str())
}
