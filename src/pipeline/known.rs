//! What the register knows of dossiers that manifests and portals are told of.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::codes::{DossierCode, ProcedureCode};
use crate::model::dossier::RecordKind;
use crate::model::field::Fields;
use crate::model::register::{ComponentEntry, Known, Procedure};
use crate::model::vietnamese::fold_words;
use crate::repository::{Repository, RepositoryError};

/// Components of a procedure that are looked at.
const AT_MOST: usize = 1000;

/// What the lists say of a procedure.
#[derive(Clone, Default)]
struct Demands {
    procedure: Option<Procedure>,
    /// Codes of its components by the types of documents that they are.
    components: BTreeMap<String, String>,
    /// Its name and theirs, folded.
    listed: BTreeSet<String>,
}

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
        let papers = self.papers(code)?;
        let dossier = self.repository.catalog.register_dossier(code)?;
        let Demands { procedure, components, listed } = match dossier.as_ref().and_then(|dossier| dossier.procedure.as_ref()) {
            Some(procedure) => self.demands(procedure)?,
            None => Demands::default(),
        };
        Ok(Known { dossier, procedure, components, listed, papers })
    }

    /// Facts of all papers of a dossier: who applies is read on what was handed in, and named on what is given
    /// back.
    fn papers(&self, code: &DossierCode) -> Result<Vec<Fields>, RepositoryError> {
        let mut papers = Vec::new();
        for kind in [RecordKind::Dossier, RecordKind::Result] {
            let record = self.repository.catalog.current_record(code, kind)?;
            papers.extend(record.into_iter().flat_map(|record| record.documents).map(|document| document.fields));
        }
        Ok(papers)
    }

    fn demands(&self, code: &ProcedureCode) -> Result<Demands, RepositoryError> {
        if let Some(known) = self.procedures.borrow().get(code) {
            return Ok(known.clone());
        }
        let procedure = self.repository.catalog.register_procedure(code)?;
        let entries = self.repository.catalog.register_components(code, AT_MOST)?;
        let names = procedure.iter().map(|one| &one.name).chain(entries.iter().map(|one| &one.name));
        let listed = names.map(|name| fold_words(name)).collect();
        let demands = Demands { components: codes_of(entries), procedure, listed };
        self.procedures.borrow_mut().insert(code.clone(), demands.clone());
        Ok(demands)
    }
}

/// Codes of components by types of documents. Where a type may be either of two, it tells of neither.
fn codes_of(entries: Vec<ComponentEntry>) -> BTreeMap<String, String> {
    let mut codes = BTreeMap::<String, Option<String>>::new();
    for ComponentEntry { document_type, code, .. } in entries {
        let Some(kind) = document_type else { continue };
        let told = codes.entry(kind).or_insert_with(|| Some(code.clone()));
        if told.as_ref() != Some(&code) {
            *told = None;
        }
    }
    codes.into_iter().filter_map(|(kind, code)| Some((kind, code?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_may_be_either_of_two_components_tells_of_neither() {
        let entry = |code: &str, kind: Option<&str>| ComponentEntry {
            procedure: "1.005129".parse().unwrap(),
            code: code.into(),
            name: code.into(),
            required: false,
            copies: None,
            document_type: kind.map(str::to_owned),
            result_code: None,
        };
        let entries = [
            entry("TP1", Some("to_khai")),
            entry("TP2", Some("don")),
            entry("TP3", Some("to_khai")),
            entry("TP4", None),
            entry("TP1", Some("to_khai")),
        ];
        assert_eq!(codes_of(entries.into()), [("don".to_owned(), "TP2".to_owned())].into());
    }
}
