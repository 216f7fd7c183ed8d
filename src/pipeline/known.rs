//! What the register knows of dossiers that manifests and portals are told of.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::model::codes::{DossierCode, ProcedureCode};
use crate::model::register::{Known, Procedure, RegisterList, RegisterRow};
use crate::repository::{Repository, RepositoryError};

/// Components of a procedure that are looked at.
const AT_MOST: usize = 1000;

/// A procedure, and the codes of its components by the types of documents that they are.
type Demands = (Option<Procedure>, BTreeMap<String, String>);

/// Looks up dossiers, and each procedure once.
pub(crate) struct Knowing<'a> {
    repository: &'a Repository,
    procedures: RefCell<BTreeMap<ProcedureCode, Demands>>,
}

impl<'a> Knowing<'a> {
    pub(crate) fn new(repository: &'a Repository) -> Self {
        Self { repository, procedures: RefCell::default() }
    }

    /// The dossier, its procedure and its components as the register has them.
    pub(crate) fn of(&self, code: &DossierCode) -> Result<Known, RepositoryError> {
        let Some(dossier) = self.repository.catalog.register_dossier(code)? else { return Ok(Known::default()) };
        let (procedure, components) = match &dossier.procedure {
            Some(procedure) => self.demands(procedure)?,
            None => Demands::default(),
        };
        Ok(Known { dossier: Some(dossier), procedure, components })
    }

    fn demands(&self, code: &ProcedureCode) -> Result<Demands, RepositoryError> {
        if let Some(known) = self.procedures.borrow().get(code) {
            return Ok(known.clone());
        }
        let demands = (self.repository.catalog.register_procedure(code)?, self.components(code)?);
        self.procedures.borrow_mut().insert(code.clone(), demands.clone());
        Ok(demands)
    }

    fn components(&self, procedure: &ProcedureCode) -> Result<BTreeMap<String, String>, RepositoryError> {
        let rows = self.repository.catalog.register_rows_after(RegisterList::Components, procedure.short(), AT_MOST)?;
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
}
