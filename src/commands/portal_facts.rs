//! What the register knows of a dossier, for portals.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::access::Repository;
use crate::model::codes::{DossierCode, ProcedureCode};
use crate::model::failure::Failure;
use crate::model::register::{RegisterList, RegisterRow};
use crate::portal::facts::Known;
use crate::repository::RepositoryError;

/// Components of a procedure that are looked at.
const AT_MOST: usize = 1000;

/// The dossier, its procedure and its components as the register has them.
pub(super) fn known(repository: &Repository, code: &DossierCode) -> Result<Known, Failure> {
    let catalog = &repository.catalog;
    let Some(dossier) = catalog.register_dossier(code)? else { return Ok(Known::default()) };
    let Some(procedure_code) = &dossier.procedure else {
        return Ok(Known { register: json_of(&dossier), ..Known::default() });
    };
    let procedure = catalog.register_procedure(procedure_code)?;
    let components = components_of(repository, procedure_code)?;
    Ok(Known { register: json_of(&dossier), procedure: procedure.as_ref().map_or(Value::Null, json_of), components })
}

/// Codes of components by the types of documents that they are.
fn components_of(repository: &Repository, procedure: &ProcedureCode) -> Result<BTreeMap<String, String>, RepositoryError> {
    let rows = repository.catalog.register_rows_after(RegisterList::Components, procedure.short(), AT_MOST)?;
    let mut codes = BTreeMap::new();
    for row in rows {
        let RegisterRow::Component(component) = row else { continue };
        if component.procedure.short() != procedure.short() {
            break;
        }
        if let Some(kind) = component.document_type {
            codes.entry(kind).or_insert(component.code);
        }
    }
    Ok(codes)
}

fn json_of(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
