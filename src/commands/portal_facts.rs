//! What the register knows of a dossier, for portals: the same that manifests tell of it.

use serde::Serialize;
use serde_json::Value;

use super::access::Repository;
use crate::model::codes::DossierCode;
use crate::model::failure::Failure;
use crate::model::register;
use crate::pipeline::known::Knowing;
use crate::portal::facts::Known;

/// The dossier, its procedure and its components as the register has them.
pub(super) fn known(repository: &Repository, code: &DossierCode) -> Result<Known, Failure> {
    let register::Known { dossier, procedure, components, .. } = Knowing::new(repository).of(code)?;
    Ok(Known { register: json_of(dossier.as_ref()), procedure: json_of(procedure.as_ref()), components })
}

fn json_of(value: Option<&impl Serialize>) -> Value {
    value.and_then(|value| serde_json::to_value(value).ok()).unwrap_or_default()
}
