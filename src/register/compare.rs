//! Papers held against the register.
//!
//! Only what is certain on both sides is compared: a fact that waits for a person is told as that, and a number
//! of another kind (9 digits on one side, 12 on the other) says nothing.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use time::{Date, OffsetDateTime, Time, UtcOffset};

use super::demand::{demanded, has_component};
use super::reuse::{Reused, reused};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::field::{FieldName, FieldStatus};
use crate::model::record::{Record, RecordDocument};
use crate::model::register::{
    Channel, ComponentEntry, Difference, DossierDifferences, DossierStatus, IdentityKind, ReceiptFacts, RegisterDossier,
    RegisterList, RegisterRow, says_the_same,
};
use crate::model::vietnamese::same_spelling;
use crate::repository::{Repository, RepositoryError};
use crate::settings::Settings;

/// What is told of the register about one dossier.
pub(crate) struct Compared {
    /// The dossier as the register has it; none if it does not.
    pub entry: Option<RegisterDossier>,
    /// Where the two disagree.
    pub differences: Vec<Difference>,
}

/// Holds the newest records of a dossier against the register.
///
/// # Errors
/// What the repository says.
pub(crate) fn of_dossier(
    repository: &Repository,
    settings: &Settings,
    code: &DossierCode,
    records: &[&Record],
) -> Result<Compared, Failure> {
    let entry = repository.catalog.register_dossier(code)?;
    let differences = found_in(repository, settings, entry.as_ref(), records)?;
    let mut found = BTreeMap::from([(code.clone(), differences)]);
    without_reused(repository, &mut found)?;
    Ok(Compared { entry, differences: found.remove(code).unwrap_or_default() })
}

/// Where the papers of a dossier and its entry disagree, whatever is reused.
fn found_in(
    repository: &Repository,
    settings: &Settings,
    entry: Option<&RegisterDossier>,
    records: &[&Record],
) -> Result<Vec<Difference>, Failure> {
    Ok(match entry {
        Some(entry) => disagreements(entry, &demanded(repository, entry)?, records, settings.general.now().offset()),
        // Without a register nothing is missing in it.
        None if has_register(repository)? => vec![Difference::NoEntry],
        None => Vec::new(),
    })
}

/// Takes out components that something which is held already stands for, and dossiers of which nothing is left.
fn without_reused(repository: &Repository, found: &mut BTreeMap<DossierCode, Vec<Difference>>) -> Result<(), Failure> {
    // All acts are looked through for that.
    let lacks = |one: &Difference| matches!(one, Difference::ComponentMissing { .. });
    let incomplete = |code: &DossierCode| found.get(code).is_some_and(|differences| differences.iter().any(lacks));
    if found.values().flatten().any(lacks) {
        for (code, reused) in reused(repository, &incomplete)? {
            if let Some(differences) = found.get_mut(&code) {
                differences.retain(|one| !stands_in(&reused, one));
            }
        }
    }
    found.retain(|_, differences| !differences.is_empty());
    Ok(())
}

fn listed(found: BTreeMap<DossierCode, Vec<Difference>>) -> Vec<DossierDifferences> {
    found.into_iter().map(|(dossier_code, differences)| DossierDifferences { dossier_code, differences }).collect()
}

/// All dossiers received in a period in which papers and register disagree, by code, with those of which papers are
/// kept and that the register does not know.
///
/// # Errors
/// What the repository says.
pub(crate) fn of_period(
    repository: &Repository,
    settings: &Settings,
    (from, to): (Date, Date),
    now: OffsetDateTime,
) -> Result<Vec<DossierDifferences>, Failure> {
    let offset = settings.general.local(now).offset();
    let begins = |day: Date| day.with_time(Time::MIDNIGHT).assume_offset(offset);
    let between = (begins(from), begins(to.next_day().unwrap_or(to)));
    let mut entries = Vec::new();
    repository.catalog.register_between(RegisterList::Dossiers, between, &mut |row| {
        if let RegisterRow::Dossier(entry) = row {
            entries.push(*entry);
        }
        Ok(())
    })?;
    let with_papers: BTreeSet<String> = repository.catalog.dossiers_with_papers(between)?.into_iter().collect();
    let mut found = BTreeMap::new();
    // Few procedures have most of the dossiers.
    let mut known: BTreeMap<String, Vec<ComponentEntry>> = BTreeMap::new();
    for entry in entries {
        let procedure = entry.procedure.as_ref().map_or_else(String::new, |procedure| procedure.short().to_owned());
        let differences = if with_papers.contains(entry.code.as_str()) {
            let records = current(repository, &entry.code)?;
            let demanded = match known.entry(procedure) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(slot) => slot.insert(demanded(repository, &entry)?),
            };
            disagreements(&entry, demanded, &records.iter().collect::<Vec<_>>(), offset)
        } else {
            no_papers(&entry, settings.register.days_without_paper, now).into_iter().collect()
        };
        found.insert(entry.code, differences);
    }
    if has_register(repository)? {
        let unknown = repository.catalog.unregistered_dossiers(between)?;
        found.extend(unknown.into_iter().map(|code| (code, vec![Difference::NoEntry])));
    }
    without_reused(repository, &mut found)?;
    Ok(listed(found))
}

/// Of which of these dossiers papers and register disagree, by code.
///
/// # Errors
/// What the repository says.
pub(crate) fn of_dossiers(
    repository: &Repository,
    settings: &Settings,
    codes: &BTreeSet<DossierCode>,
) -> Result<Vec<DossierDifferences>, Failure> {
    let mut found = BTreeMap::new();
    for code in codes {
        let (entry, records) = (repository.catalog.register_dossier(code)?, current(repository, code)?);
        let records: Vec<&Record> = records.iter().collect();
        found.insert(code.clone(), found_in(repository, settings, entry.as_ref(), &records)?);
    }
    without_reused(repository, &mut found)?;
    Ok(listed(found))
}

fn has_register(repository: &Repository) -> Result<bool, RepositoryError> {
    Ok(!repository.catalog.register_rows_after(RegisterList::Dossiers, "", 1)?.is_empty())
}

fn current(repository: &Repository, code: &DossierCode) -> Result<Vec<Record>, RepositoryError> {
    let mut records = Vec::new();
    for kind in [RecordKind::Dossier, RecordKind::Result] {
        records.extend(repository.catalog.current_record(code, kind)?);
    }
    Ok(records)
}

/// Whether papers that must have come are not here.
fn no_papers(entry: &RegisterDossier, patience: u32, now: OffsetDateTime) -> Option<Difference> {
    let came_on_paper = matches!(entry.channel, Some(Channel::Direct | Channel::Post));
    let is_taken =
        !matches!(entry.status, Some(DossierStatus::Registered | DossierStatus::NotAccepted | DossierStatus::Withdrawn));
    let days = u32::try_from((now - entry.received_at?).whole_days()).ok()?;
    (came_on_paper && is_taken && days > patience).then_some(Difference::NoPapers { days })
}

fn disagreements(
    entry: &RegisterDossier,
    demanded: &[ComponentEntry],
    records: &[&Record],
    offset: UtcOffset,
) -> Vec<Difference> {
    let handed_in = || records.iter().filter(|record| record.kind == RecordKind::Dossier).flat_map(|record| &record.documents);
    let mut differences: Vec<Difference> = card_differences(entry, handed_in()).into_iter().collect();
    let all = records.iter().flat_map(|record| &record.documents);
    differences.extend(receipt_differences(&entry.on_receipt(offset), all));
    // Without papers that were handed in there is nothing that could be incomplete.
    if handed_in().next().is_some() {
        let has = |wanted: &str| has_component(records.iter().copied(), wanted);
        let is_missing = |component: &&ComponentEntry| {
            component.required && component.document_type.as_deref().is_some_and(|wanted| !has(wanted))
        };
        differences.extend(
            demanded
                .iter()
                .filter(is_missing)
                .map(|component| Difference::ComponentMissing { code: component.code.clone(), name: component.name.clone() }),
        );
    }
    differences
}

/// Whether something that is held already stands for a component that would be missing.
fn stands_in(reused: &Reused, difference: &Difference) -> bool {
    matches!(difference, Difference::ComponentMissing { code, .. } if reused.contains_key(code))
}

/// What the identity cards among the papers say against the register: others than the applicant may have theirs
/// there too.
fn card_differences<'a>(entry: &RegisterDossier, documents: impl Iterator<Item = &'a RecordDocument>) -> Option<Difference> {
    let accepted = |document: &'a RecordDocument, name| {
        document.fields.get(&name).filter(|field| field.status == FieldStatus::Accepted).map(|field| field.value.as_str())
    };
    let cards: Vec<(u32, &str, Option<&str>)> = documents
        .filter_map(|document| {
            let number = accepted(document, FieldName::OwnerNumber)?;
            Some((document.ordinal, number, accepted(document, FieldName::OwnerName)))
        })
        .collect();
    let wanted = entry.identity.as_ref().filter(|identity| identity.kind != IdentityKind::Other)?;
    let digits = wanted.number.len();
    let comparable = || cards.iter().filter(move |(_, number, _)| number.len() == digits);
    let own: Vec<_> = comparable().filter(|(_, number, _)| *number == wanted.number).collect();
    if own.is_empty() {
        return comparable().next().map(|(ordinal, ..)| Difference::OtherNumber { ordinal: *ordinal });
    }
    let applicant = spelled(entry.applicant.as_deref()?);
    let other = |(ordinal, _, name): &&(u32, &str, Option<&str>)| {
        name.is_some_and(|name| spelled(name) != applicant).then_some(Difference::OtherName { ordinal: *ordinal })
    };
    own.iter().find_map(other)
}

/// What receipts among the papers say otherwise than the register, as far as that is certain.
fn receipt_differences<'a>(
    known: &'a ReceiptFacts,
    documents: impl Iterator<Item = &'a RecordDocument> + 'a,
) -> impl Iterator<Item = Difference> + 'a {
    documents.flat_map(move |document| {
        known.iter().filter_map(move |(name, values)| {
            let field = document.fields.get(name).filter(|field| field.status == FieldStatus::Accepted)?;
            // Sites and agencies go by many names.
            if *name == FieldName::ReceivingUnit {
                return None;
            }
            let is_known = values.iter().any(|value| says_the_same(*name, &field.value, value));
            (!is_known).then_some(Difference::Receipt { ordinal: document.ordinal, field: *name })
        })
    })
}

/// A name by its letters and marks.
fn spelled(name: &str) -> String {
    name.split_whitespace().map(same_spelling).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::field::{Field, FieldSource};
    use crate::model::register::Identity;
    use crate::repository::Mode;
    use crate::repository::memory::MemoryRepository;
    use crate::repository::tests::{CODE, code, commit, new_batch, recipe};

    /// A dossier with papers, each of which has these facts.
    fn record(facts: &[&[(FieldName, &str, FieldStatus)]]) -> Record {
        let world = MemoryRepository::new();
        let repository = world.open(Mode::Create);
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        let texts: Vec<String> = (0..facts.len()).map(|number| format!("tờ {number}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut record = commit(&repository, batch, &code(CODE), recipe(1), &texts);
        let document = record.documents[0].clone();
        record.documents = (1..)
            .zip(facts)
            .map(|(ordinal, facts)| {
                let field = |(name, value, status): &(FieldName, &str, FieldStatus)| {
                    let field = Field {
                        value: (*value).to_owned(),
                        source: FieldSource::Ocr,
                        confidence: Confidence::saturating(0.9),
                        status: *status,
                        raw: None,
                        doubts: vec![],
                        others: vec![],
                        decision: None,
                    };
                    (*name, field)
                };
                RecordDocument { ordinal, fields: facts.iter().map(field).collect(), ..document.clone() }
            })
            .collect();
        record
    }

    fn entry(number: &str) -> RegisterDossier {
        let kind = if number.len() == 12 { IdentityKind::Citizen } else { IdentityKind::OldCitizen };
        let identity = Some(Identity { kind, number: number.into() });
        RegisterDossier { identity, applicant: Some("Nguyễn Thị Hoà".into()), ..RegisterDossier::new(code(CODE)) }
    }

    const NUMBER: &str = "010200000001";
    const OTHER: &str = "010200000002";

    fn card<'a>(number: &'a str, name: &'a str, status: FieldStatus) -> Vec<(FieldName, &'a str, FieldStatus)> {
        vec![(FieldName::OwnerNumber, number, status), (FieldName::OwnerName, name, status)]
    }

    #[test]
    fn a_card_of_another_is_told_only_where_the_applicants_own_is_missing() {
        let sure = FieldStatus::Accepted;
        let told =
            |cards: &[&[(FieldName, &str, FieldStatus)]]| disagreements(&entry(NUMBER), &[], &[&record(cards)], UtcOffset::UTC);
        assert_eq!(told(&[&card(NUMBER, "NGUYỄN THỊ HÒA", sure)]), []);
        assert_eq!(told(&[&card(OTHER, "TRẦN VĂN MẪU", sure), &card(NUMBER, "NGUYỄN THỊ HÒA", sure)]), []);
        assert_eq!(told(&[&card(OTHER, "TRẦN VĂN MẪU", sure)]), [Difference::OtherNumber { ordinal: 1 }]);
        assert_eq!(told(&[&card(NUMBER, "NGUYỄN THỊ HÓA", sure)]), [Difference::OtherName { ordinal: 1 }]);
        assert_eq!(told(&[&card(OTHER, "TRẦN VĂN MẪU", FieldStatus::NeedsPerson)]), [], "it waits for a person anyway");
        assert_eq!(
            disagreements(&entry("123456789"), &[], &[&record(&[&card(OTHER, "X", sure)])], UtcOffset::UTC),
            [],
            "another kind"
        );
    }

    #[test]
    fn what_the_procedure_demands_and_nobody_handed_in_is_told() {
        let component = |code: &str, required, document_type: Option<&str>| ComponentEntry {
            procedure: "1.011441".parse().unwrap(),
            code: code.into(),
            name: format!("Thành phần {code}"),
            required,
            copies: None,
            document_type: document_type.map(str::to_owned),
            result_code: None,
        };
        let demanded = [
            component("TP1", true, Some("don")),
            component("TP2", true, Some("giay_khai_sinh")),
            component("TP3", false, Some("ban_do")),
            component("TP4", true, None),
        ];
        let kind: [(FieldName, &str, FieldStatus); 1] = [(FieldName::DocumentType, "don", FieldStatus::NeedsPerson)];
        let told = disagreements(&entry(NUMBER), &demanded, &[&record(&[&kind])], UtcOffset::UTC);
        assert_eq!(told, [Difference::ComponentMissing { code: "TP2".into(), name: "Thành phần TP2".into() }]);
    }

    #[test]
    fn papers_are_missed_after_some_days_where_they_must_have_come() {
        use time::macros::datetime;
        let now = datetime!(2023-07-20 8:00 +7);
        let received = |channel, status, received_at| RegisterDossier {
            channel,
            status,
            received_at: Some(received_at),
            ..RegisterDossier::new(code(CODE))
        };
        let old = datetime!(2023-07-06 8:00 +7);
        let told = |channel, status, at| no_papers(&received(channel, status, at), 7, now);
        assert_eq!(told(Some(Channel::Direct), None, old), Some(Difference::NoPapers { days: 14 }));
        assert_eq!(told(Some(Channel::Direct), None, datetime!(2023-07-14 8:00 +7)), None);
        assert_eq!(told(Some(Channel::Online), None, old), None);
        assert_eq!(told(Some(Channel::Post), Some(DossierStatus::NotAccepted), old), None);
    }
}
