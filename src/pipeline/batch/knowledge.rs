//! What a run knows besides the papers it reads: the register of agencies, and how their names are
//! spelled in the repository and on the papers at hand.

use std::fs;

use super::groups::Placed;
use crate::model::codes::DossierCode;
use crate::model::failure::cause::SettingFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::field::FieldName;
use crate::repository::Repository;
use crate::settings::Settings;
use crate::stages::check::{AgencyRegister, Knowledge};

/// Reads the register that `check.agency_register` names; an empty one if it names none.
///
/// # Errors
/// [`FailureCode::SettingsInvalid`] if the file cannot be read.
pub(super) fn register(settings: &Settings) -> Result<AgencyRegister, Failure> {
    let path = settings.check.agency_register.trim();
    if path.is_empty() {
        return Ok(AgencyRegister::default());
    }
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(FailureCode::SettingsInvalid)
            .at(Place::setting("check.agency_register"))
            .because(SettingFault::RegisterUnreadable { path: path.to_owned(), said: error.to_string() })
    })?;
    Ok(AgencyRegister::parse(&text))
}

/// All that is known before the documents of `placed` are judged. Their own names count, so that a
/// run that was interrupted judges as one that was not.
///
/// # Errors
/// When the catalog cannot be read.
pub(super) fn gather(
    repository: &Repository,
    settings: &Settings,
    register: AgencyRegister,
    placed: &[Placed],
) -> Result<Knowledge, Failure> {
    let mut knowledge = Knowledge { register, ..Knowledge::default() };
    for code in placed.iter().flat_map(Placed::codes) {
        know_dossier(&mut knowledge, repository, settings, code)?;
    }
    // A register says more than what was read before.
    if !knowledge.register.is_empty() {
        return Ok(knowledge);
    }
    for (name, times) in repository.catalog.issuing_bodies()? {
        knowledge.spellings.add(&name, times);
    }
    let documents = placed.iter().flat_map(|file| &file.documents);
    for reading in documents.flat_map(|placed| &placed.document.readings) {
        if reading.name == FieldName::IssuingBody && !reading.value.is_empty() {
            knowledge.spellings.add(&reading.value, 1);
        }
    }
    Ok(knowledge)
}

/// Adds what the dossier register says of a dossier.
///
/// # Errors
/// When the catalog cannot be read.
pub(super) fn know_dossier(
    knowledge: &mut Knowledge,
    repository: &Repository,
    settings: &Settings,
    code: &DossierCode,
) -> Result<(), Failure> {
    if knowledge.registered.contains_key(code.as_str()) {
        return Ok(());
    }
    if let Some(entry) = repository.catalog.register_dossier(code)? {
        let offset = settings.general.now().offset();
        knowledge.registered.insert(code.to_string(), entry.on_receipt(offset));
    }
    Ok(())
}
