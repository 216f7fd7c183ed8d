//! Components that need no new scan, because the repository holds what stands for them: a result that the same
//! person or organisation was given before, found by the owner's number, the result's code and its own number.

use std::collections::{BTreeMap, BTreeSet};

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
use crate::model::register::{Identity, IdentityKind, RegisterDossier, RegisterResult};
use crate::model::vietnamese::{fold_words, same_spelling};
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
    let Some(wanted) = result.number.as_deref().map(plain).filter(|number| !number.is_empty()) else { return Ok(None) };
    let Some(record) = repository.catalog.current_record(&dossier.code, RecordKind::Result)? else { return Ok(None) };
    let id = record.id;
    let found = record.documents.into_iter().find(|document| number_of(document).is_some_and(|number| plain(&number) == wanted));
    Ok(found.map(|document| (id, document)))
}

/// Number and symbol of a document, if both are certain.
fn number_of(document: &RecordDocument) -> Option<String> {
    Some(format!("{}/{}", certain(document, FieldName::Number)?, certain(document, FieldName::Symbol)?))
}

fn certain(document: &RecordDocument, name: FieldName) -> Option<&str> {
    document.fields.get(&name).filter(|field| field.status == FieldStatus::Accepted).map(|field| field.value.as_str())
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

/// Whether a document may be of the owner: it names nobody else for certain. A child's paper comes to those who
/// applied for it.
fn may_be_of(document: &RecordDocument, owner: &Identity, applicant: Option<&str>) -> bool {
    let is_number = certain(document, FieldName::OwnerNumber)
        .is_none_or(|number| number.len() != owner.number.len() || number == owner.number);
    let spelled = |name: &str| name.split_whitespace().map(same_spelling).collect::<Vec<_>>().join(" ");
    let is_name = certain(document, FieldName::OwnerName)
        .is_none_or(|name| applicant.is_some_and(|applicant| spelled(applicant) == spelled(name)));
    is_number && is_name
}

/// A number by its letters and digits. Zeros before it do not count.
fn plain(number: &str) -> String {
    fold_words(number).replace(' ', "").trim_start_matches('0').to_owned()
}

/// What stands for components of these dossiers, as it was said last and as far as it still stands.
///
/// # Errors
/// What the repository says.
pub(crate) fn reused(
    repository: &Repository,
    is_asked: &dyn Fn(&DossierCode) -> bool,
) -> Result<BTreeMap<DossierCode, Reused>, Failure> {
    let mut said_last = BTreeMap::new();
    each(repository, &mut |at, said| {
        if is_asked(&said.dossier) {
            said_last.insert((said.dossier.clone(), said.component.clone()), (at, said));
        }
    })?;
    let mut found: BTreeMap<DossierCode, Reused> = BTreeMap::new();
    for ((dossier, component), (at, said)) in said_last {
        if stands(repository, &said, at)? {
            found.entry(dossier).or_default().insert(component, said);
        }
    }
    Ok(found)
}

/// Whether a document that was said to stand for a component is still kept, and was valid then by what the register
/// says now.
fn stands(repository: &Repository, said: &ComponentReused, at: OffsetDateTime) -> Result<bool, Failure> {
    let records = repository.catalog.records(&[said.record])?;
    let Some(then) = records.first() else { return Ok(false) };
    // What was taken out or moved away is in the newest version no more.
    let Some(now) = repository.catalog.current_record(&then.dossier_code, then.kind)? else { return Ok(false) };
    let Some(number) =
        now.documents.iter().find(|document| document.ordinal == said.ordinal).and_then(number_of).map(|number| plain(&number))
    else {
        return Ok(false);
    };
    let results = repository.catalog.register_dossier(&then.dossier_code)?.map(|entry| entry.results).unwrap_or_default();
    let is_it = |result: &RegisterResult| result.number.as_deref().is_some_and(|told| plain(told) == number);
    Ok(results.iter().any(|result| is_it(result) && result.valid_until.is_none_or(|end| end >= at)))
}

/// The same of one dossier.
///
/// # Errors
/// What the repository says.
pub(crate) fn reused_in(repository: &Repository, code: &DossierCode) -> Result<Reused, Failure> {
    Ok(reused(repository, &|asked| asked == code)?.remove(code).unwrap_or_default())
}

/// How often that was said from the first of `between` on and before the second, each component once.
///
/// # Errors
/// What the repository says.
pub(crate) fn count(repository: &Repository, (from, before): (OffsetDateTime, OffsetDateTime)) -> Result<u64, Failure> {
    let mut counted = BTreeSet::new();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::field::{Field, FieldSource};
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
