//! The dossier register.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use crate::model::codes::{DossierCode, ProcedureCode};
use crate::model::ids::Sha256;
use crate::model::register::{ComponentEntry, ImportCounts, ListState, Procedure, RegisterDossier, RegisterList, RegisterRow};
use crate::repository::error::RepositoryError;

/// Where rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegisterImport<'a> {
    /// The list that they belong to.
    pub list: RegisterList,
    /// The fields that the file tells of; of a row that is there, the others stay as they are. All if none.
    pub told: Option<&'a BTreeSet<String>>,
    /// The name of their file.
    pub file: &'a str,
    /// Its hash.
    pub sha256: Sha256,
    /// When.
    pub at: OffsetDateTime,
}

/// Rows that come one after the other, until one cannot be read.
pub type RegisterRows<'a> = dyn Iterator<Item = Result<RegisterRow, RepositoryError>> + 'a;

/// Components of one procedure, more than any demands.
pub const MOST_COMPONENTS: usize = 500;

/// The register as it was imported.
pub trait Register {
    /// Puts rows into a list, each in the place of the one with its key, and tells that in one act; in none
    /// where every row is there just so. All rows are put or none.
    ///
    /// # Errors
    /// What `rows` says; `Storage` for a row of another list; or what the store says.
    fn import_register(&self, import: &RegisterImport<'_>, rows: &mut RegisterRows<'_>) -> Result<ImportCounts, RepositoryError>;

    /// The row with this key.
    ///
    /// # Errors
    /// What the store says.
    fn register_row(&self, list: RegisterList, key: &str) -> Result<Option<RegisterRow>, RepositoryError>;

    /// The next `limit` rows of a list after `after`, by key.
    ///
    /// # Errors
    /// What the store says.
    fn register_rows_after(&self, list: RegisterList, after: &str, limit: usize) -> Result<Vec<RegisterRow>, RepositoryError>;

    /// What a procedure demands: at most `limit` components, by code.
    ///
    /// # Errors
    /// What the store says.
    fn register_components(&self, procedure: &ProcedureCode, limit: usize) -> Result<Vec<ComponentEntry>, RepositoryError> {
        // Those of a procedure stand together, behind its code and a blank.
        let rows = self.register_rows_after(RegisterList::Components, &format!("{} ", procedure.short()), limit)?;
        let component = |row| match row {
            RegisterRow::Component(component) if component.procedure.short() == procedure.short() => Some(component),
            _ => None,
        };
        Ok(rows.into_iter().map_while(component).collect())
    }

    /// Shows `see` each row of a list that belongs to a moment from the first of `between` on and before the
    /// second, by moment. It must not ask the catalog for anything.
    ///
    /// # Errors
    /// What `see` or the store says.
    fn register_between(
        &self,
        list: RegisterList,
        between: (OffsetDateTime, OffsetDateTime),
        see: &mut dyn FnMut(RegisterRow) -> Result<(), RepositoryError>,
    ) -> Result<(), RepositoryError>;

    /// How many rows of a list belong to a moment from the first of `between` on and before the second.
    ///
    /// # Errors
    /// What the store says.
    fn count_register(&self, list: RegisterList, between: (OffsetDateTime, OffsetDateTime)) -> Result<u64, RepositoryError>;

    /// The dossiers of the person or organisation with this number, by code, at most `limit`.
    ///
    /// # Errors
    /// What the store says.
    fn register_of_owner(&self, number: &str, limit: usize) -> Result<Vec<RegisterDossier>, RepositoryError>;

    /// The codes of the dossiers of which a record is kept, of those that belong to a moment from the first of
    /// `between` on and before the second, by code.
    ///
    /// # Errors
    /// What the store says.
    fn dossiers_with_papers(&self, between: (OffsetDateTime, OffsetDateTime)) -> Result<Vec<String>, RepositoryError>;

    /// The lists that have rows, with the digest over them.
    ///
    /// # Errors
    /// What the store says.
    fn register_states(&self) -> Result<Vec<ListState>, RepositoryError>;

    /// The dossier with this code.
    ///
    /// # Errors
    /// What the store says.
    fn register_dossier(&self, code: &DossierCode) -> Result<Option<RegisterDossier>, RepositoryError> {
        Ok(match self.register_row(RegisterList::Dossiers, code.as_str())? {
            Some(RegisterRow::Dossier(dossier)) => Some(*dossier),
            _ => None,
        })
    }

    /// Shows `see` the procedure of each of these dossiers of which the register tells one, with its name, until it says
    /// that it is enough. Returns whether all were shown.
    ///
    /// # Errors
    /// What the store says.
    fn procedures_of(
        &self,
        dossiers: &[&str],
        see: &mut dyn FnMut(&str, &ProcedureCode, Option<String>) -> bool,
    ) -> Result<bool, RepositoryError>;

    /// The procedure with this code, with or without the portal's tail.
    ///
    /// # Errors
    /// What the store says.
    fn register_procedure(&self, code: &ProcedureCode) -> Result<Option<Procedure>, RepositoryError> {
        Ok(match self.register_row(RegisterList::Procedures, code.short())? {
            Some(RegisterRow::Procedure(procedure)) => Some(procedure),
            _ => None,
        })
    }
}
