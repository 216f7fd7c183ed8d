//! Components that need no new scan, because the repository holds what stands for them: a result that the same
//! person or organisation was given before, found by the owner's number, the result's code and its own number.

use std::collections::BTreeMap;

use serde::Serialize;
use time::OffsetDateTime;

use super::demand::{demanded, has_component};
use crate::model::act::{Act, ComponentReused, Deed};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::field::{FieldName, FieldStatus};
use crate::model::ids::RecordId;
use crate::model::record::{DocumentName, RecordDocument};
use crate::model::register::{RegisterDossier, RegisterResult};
use crate::model::vietnamese::fold_words;
use crate::repository::Repository;

/// Dossiers of one owner that are looked through.
const DOSSIERS: usize = 500;
/// Acts read at a time.
const AT_ONCE: usize = 500;

/// A document that is held and may stand for a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Offer {
    /// The component's code.
    pub component: String,
    /// What it is called.
    pub name: String,
    /// The document that is held.
    pub document: DocumentName,
    /// The version of the record that it is in.
    pub record: RecordId,
    /// The code of the result.
    pub result_code: String,
    /// Its number and symbol.
    pub number: String,
    /// Until when it is valid; null if no end is told.
    #[serde(with = "time::serde::rfc3339::option")]
    pub valid_until: Option<OffsetDateTime>,
}

/// What stands for components of a dossier, by component.
pub(crate) type Reused = BTreeMap<String, ComponentReused>;

/// What may stand for components that a dossier still needs.
///
/// # Errors
/// What the repository says.
pub(crate) fn offers(repository: &Repository, code: &DossierCode, now: OffsetDateTime) -> Result<Vec<Offer>, Failure> {
    let Some(entry) = repository.catalog.register_dossier(code)? else { return Ok(Vec::new()) };
    let Some(owner) = &entry.identity else { return Ok(Vec::new()) };
    let needed: Vec<_> = demanded(repository, &entry)?.into_iter().filter(|component| component.result_code.is_some()).collect();
    if needed.is_empty() {
        return Ok(Vec::new());
    }
    let papers = repository.catalog.current_record(code, RecordKind::Dossier)?;
    let reused = reused_in(repository, code)?;
    let others = repository.catalog.register_of_owner(&owner.number, DOSSIERS)?;
    let mut offers = Vec::new();
    for component in needed {
        let is_here = component.document_type.as_deref().is_some_and(|kind| has_component(papers.iter(), kind));
        if is_here || reused.contains_key(&component.code) {
            continue;
        }
        for other in others.iter().filter(|other| other.code != *code && other.identity.as_ref() == Some(owner)) {
            let fits = |result: &&RegisterResult| {
                result.code.is_some() && result.code == component.result_code && result.valid_until.is_none_or(|end| end >= now)
            };
            for result in other.results.iter().filter(fits) {
                let Some((record, ordinal)) = held(repository, other, result)? else { continue };
                offers.push(Offer {
                    component: component.code.clone(),
                    name: component.name.clone(),
                    document: DocumentName { code: other.code.clone(), ordinal },
                    record,
                    result_code: result.code.clone().unwrap_or_default(),
                    number: result.number.clone().unwrap_or_default(),
                    valid_until: result.valid_until,
                });
            }
        }
    }
    Ok(offers)
}

/// The document of a dossier's results that bears the number of one of them, for certain.
fn held(repository: &Repository, dossier: &RegisterDossier, result: &RegisterResult) -> Result<Option<(RecordId, u32)>, Failure> {
    let Some(wanted) = result.number.as_deref().map(plain).filter(|number| !number.is_empty()) else { return Ok(None) };
    let Some(record) = repository.catalog.current_record(&dossier.code, RecordKind::Result)? else { return Ok(None) };
    let found = record.documents.iter().find(|document| number_of(document).is_some_and(|number| plain(&number) == wanted));
    Ok(found.map(|document| (record.id, document.ordinal)))
}

/// Number and symbol of a document, if both are certain.
fn number_of(document: &RecordDocument) -> Option<String> {
    let certain = |name| document.fields.get(&name).filter(|field| field.status == FieldStatus::Accepted);
    Some(format!("{}/{}", certain(FieldName::Number)?.value, certain(FieldName::Symbol)?.value))
}

/// A number by its letters and digits. Zeros before it do not count.
fn plain(number: &str) -> String {
    fold_words(number).replace(' ', "").trim_start_matches('0').to_owned()
}

/// What stands for components of all dossiers, as it was said last.
///
/// # Errors
/// What the repository says.
pub(crate) fn reused(repository: &Repository) -> Result<BTreeMap<DossierCode, Reused>, Failure> {
    let mut found: BTreeMap<DossierCode, Reused> = BTreeMap::new();
    each(repository, &mut |_, said| {
        found.entry(said.dossier.clone()).or_default().insert(said.component.clone(), said);
    })?;
    Ok(found)
}

/// The same of one dossier.
///
/// # Errors
/// What the repository says.
pub(crate) fn reused_in(repository: &Repository, code: &DossierCode) -> Result<Reused, Failure> {
    Ok(reused(repository)?.remove(code).unwrap_or_default())
}

/// How often that was said from the first of `between` on and before the second, each component once.
///
/// # Errors
/// What the repository says.
pub(crate) fn count(repository: &Repository, (from, before): (OffsetDateTime, OffsetDateTime)) -> Result<u64, Failure> {
    let mut counted = std::collections::BTreeSet::new();
    each(repository, &mut |at, said| {
        if at >= from && at < before {
            counted.insert((said.dossier, said.component));
        }
    })?;
    Ok(counted.len() as u64)
}

fn each(repository: &Repository, see: &mut dyn FnMut(OffsetDateTime, ComponentReused)) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let rows = repository.catalog.acts_after(after, AT_ONCE)?;
        let Some(newest) = rows.last() else { return Ok(()) };
        after = newest.number;
        for row in rows.iter().filter(|row| row.content.contains("\"component_reused\"")) {
            // What does not read is for `verify` to tell.
            if let Ok(Act { at, deed: Deed::ComponentReused(said), .. }) = serde_json::from_str::<Act>(&row.content) {
                see(at, said);
            }
        }
    }
}
