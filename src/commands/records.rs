//! A dossier's records, by the code that somebody typed.

use crate::model::codes::DossierCode;
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::record::Record;
use crate::repository::Repository;

/// All versions of a dossier's records, and its code as the repository has it.
///
/// # Errors
/// [`FailureCode::NotFound`] when there are none.
pub(super) fn find_records(repository: &Repository, typed: &str) -> Result<(DossierCode, Vec<Record>), Failure> {
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Dossier { code: typed.to_owned() });
    let parsed = |text: &str| text.parse::<DossierCode>().map_err(|error| not_found().because(WorkFault::from(error)));
    // Codes are kept in capitals; people type them as they like.
    for code in [parsed(typed)?, parsed(&typed.to_ascii_uppercase())?] {
        let records = repository.catalog.records_of(&code)?;
        if !records.is_empty() {
            return Ok((code, records));
        }
    }
    Err(not_found())
}

/// The newest versions of a dossier's records: one of what was handed in, one of what was given back.
///
/// # Errors
/// As [`find_records`].
pub(super) fn current_records(repository: &Repository, typed: &str) -> Result<(DossierCode, Vec<Record>), Failure> {
    let (code, all) = find_records(repository, typed)?;
    let current = all.iter().filter(|record| is_current(record, &all)).cloned().collect();
    Ok((code, current))
}

/// Whether no later version took its place.
pub(super) fn is_current(record: &Record, all: &[Record]) -> bool {
    !all.iter().any(|other| other.supersedes == Some(record.id))
}
