//! Components that need no new scan, because the repository holds what stands for them: a result that the same
//! person or organisation was given before, found by the owner's number, the result's code and its own number.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use time::OffsetDateTime;

use super::demand::demanded;
use crate::model::act::ComponentReused;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::field::FieldName;
use crate::model::ids::RecordId;
use crate::model::record::{DocumentName, RecordDocument};
use crate::model::register::{
    Held, Identity, IdentityKind, RegisterDossier, RegisterResult, ReuseLapse, certain, has_component, is_numbered, may_be_of,
    number_of,
};
use crate::repository::{Repository, standing};

/// Dossiers of one owner that are looked through.
const DOSSIERS: usize = 500;

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
    /// What the document calls itself; null if that is not certain.
    pub title: Option<String>,
    /// Whom the document names as its owner; null if that is not certain.
    pub owner: Option<String>,
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
    let Some(owner) = entry.identity.as_ref().filter(|owner| is_one_persons(owner)) else { return Ok(Vec::new()) };
    let needed: Vec<_> = demanded(repository, &entry)?.into_iter().filter(|component| component.result_code.is_some()).collect();
    if needed.is_empty() {
        return Ok(Vec::new());
    }
    let papers = repository.catalog.current_record(code, RecordKind::Dossier)?;
    let reused = reused_in(repository, &entry)?;
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
                let Some((record, document)) = held(repository, other, result)? else { continue };
                if !may_be_of(&document, owner, entry.applicant.as_deref()) {
                    continue;
                }
                let ordinal = document.ordinal;
                let told = |name| certain(&document, name).map(str::to_owned);
                offers.push(Offer {
                    component: component.code.clone(),
                    name: component.name.clone(),
                    document: DocumentName { code: other.code.clone(), ordinal },
                    title: told(FieldName::Title),
                    owner: told(FieldName::OwnerName),
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
fn held(
    repository: &Repository,
    dossier: &RegisterDossier,
    result: &RegisterResult,
) -> Result<Option<(RecordId, RecordDocument)>, Failure> {
    if result.number.is_none() {
        return Ok(None);
    }
    let Some(record) = repository.catalog.current_record(&dossier.code, RecordKind::Result)? else { return Ok(None) };
    let id = record.id;
    let found =
        record.documents.into_iter().find(|document| number_of(document).is_some_and(|number| is_numbered(result, &number)));
    Ok(found.map(|document| (id, document)))
}

/// Whether a number is that of one person or organisation: registers have placeholders for those without one.
fn is_one_persons(identity: &Identity) -> bool {
    let digits = identity.number.bytes().filter(u8::is_ascii_digit).count();
    let is_varied = identity.number.bytes().filter(u8::is_ascii_digit).collect::<BTreeSet<_>>().len() > 1;
    let is_number = identity.number.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    is_number
        && is_varied
        && match identity.kind {
            IdentityKind::Citizen => digits == 12,
            IdentityKind::OldCitizen => digits == 9,
            IdentityKind::Other => is_tax_code(&identity.number),
        }
}

/// Whether a number is a tax code: ten digits of which the last is the check digit, and three of a branch.
fn is_tax_code(number: &str) -> bool {
    const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    matches!(digits.len(), 10 | 13) && digits.get(9).is_some_and(|last| 10 - i64::from(sum % 11) == i64::from(*last))
}

/// What stands for components of a dossier, as it was said last and as far as it still stands.
///
/// # Errors
/// What the repository says.
pub(crate) fn reused_in(repository: &Repository, entry: &RegisterDossier) -> Result<Reused, Failure> {
    let now = |id| {
        let Some(then) = repository.catalog.records(&[id])?.pop() else { return Ok((None, None)) };
        let entry = repository.catalog.register_dossier(&then.dossier_code)?;
        Ok::<_, Failure>((repository.catalog.current_record(&then.dossier_code, then.kind)?, entry))
    };
    let all = standing(entry, repository.catalog.reuses_of(&entry.code)?, now)?;
    Ok(all.into_iter().filter(|(_, (_, lapse))| lapse.is_none()).map(|(component, (said, _))| (component, said)).collect())
}

/// Why a document among the results of another dossier cannot stand for a component of this one now; none if nothing
/// is wrong with the document itself.
///
/// # Errors
/// What the repository says.
pub(crate) fn why_not(
    repository: &Repository,
    code: &DossierCode,
    from: &DocumentName,
    now: OffsetDateTime,
) -> Result<Option<ReuseLapse>, Failure> {
    let Some(entry) = repository.catalog.register_dossier(code)? else { return Ok(None) };
    let record = repository.catalog.current_record(&from.code, RecordKind::Result)?;
    let held_in = repository.catalog.register_dossier(&from.code)?;
    let held = Held { ordinal: from.ordinal, said_at: now, record: record.as_ref(), entry: held_in.as_ref() };
    Ok(held.lapse(&entry))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::field::{Field, FieldSource, FieldStatus};
    use crate::repository::Mode;
    use crate::repository::memory::MemoryRepository;
    use crate::repository::tests::{CODE, code, commit, new_batch, recipe};

    fn identity(kind: IdentityKind, number: &str) -> Identity {
        Identity { kind, number: number.into() }
    }

    #[test]
    fn a_placeholder_is_nobodys_number() {
        use IdentityKind::{Citizen, OldCitizen, Other};
        for (kind, number) in
            [(Citizen, "010200000001"), (OldCitizen, "063123456"), (Other, "0100109106"), (Other, "0100109106-011")]
        {
            assert!(is_one_persons(&identity(kind, number)), "{number}");
        }
        for (kind, number) in
            [(Other, "0"), (Other, "B1234567"), (Other, "0100109107"), (Citizen, "000000000000"), (Citizen, "1"), (Other, "")]
        {
            assert!(!is_one_persons(&identity(kind, number)), "{number}");
        }
    }

    #[test]
    fn a_paper_that_names_another_owner_is_not_offered() {
        let repository = MemoryRepository::new().open(Mode::Create);
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        let mut document = commit(&repository, batch, &code(CODE), recipe(1), &["một"]).documents[0].clone();
        let owner = identity(IdentityKind::Citizen, "010200000001");
        let mut is_with = |facts: &[(FieldName, &str, FieldStatus)]| {
            document.fields = facts
                .iter()
                .map(|(name, value, status)| (*name, Field::new(*value, FieldSource::Ocr, Confidence::CERTAIN, *status)))
                .collect();
            may_be_of(&document, &owner, Some("Nguyễn Thị Hoà"))
        };
        let sure = FieldStatus::Accepted;
        assert!(is_with(&[]));
        assert!(is_with(&[(FieldName::OwnerNumber, "010200000001", sure), (FieldName::OwnerName, "NGUYỄN THỊ HÒA", sure)]));
        assert!(!is_with(&[(FieldName::OwnerNumber, "010200000002", sure)]));
        assert!(!is_with(&[(FieldName::OwnerName, "Nguyễn Văn Con", sure)]), "a child's");
        assert!(is_with(&[(FieldName::OwnerName, "Nguyễn Văn Con", FieldStatus::NeedsPerson)]), "that waits for a person");
    }
}
