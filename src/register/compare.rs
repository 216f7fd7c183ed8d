//! In what papers and register disagree, as the catalog keeps it.

use std::collections::BTreeSet;

use time::{Date, Duration, OffsetDateTime, Time};

use crate::model::codes::DossierCode;
use crate::model::failure::Failure;
use crate::model::register::{Difference, Disagreement, DossierDifferences};
use crate::repository::{DifferenceFilter, Repository};
use crate::settings::Settings;

/// Where the papers of a dossier and its entry disagree.
///
/// # Errors
/// What the repository says.
pub(crate) fn of_dossier(repository: &Repository, code: &DossierCode, now: OffsetDateTime) -> Result<Vec<Difference>, Failure> {
    let found = repository.catalog.differences_of(code)?;
    Ok(found.map(|found| found.told(now)).unwrap_or_default())
}

/// What is asked of the catalog for a period, as it stands at `now`.
pub(crate) fn filter_of(settings: &Settings, (from, to): (Date, Date), now: OffsetDateTime) -> DifferenceFilter {
    let offset = settings.general.local(now).offset();
    let begins = |day: Date| day.with_time(Time::MIDNIGHT).assume_offset(offset);
    let patience = Duration::days(i64::from(settings.register.days_without_paper) + 1);
    DifferenceFilter {
        between: (begins(from), begins(to.next_day().unwrap_or(to))),
        no_papers_by: now.checked_sub(patience).unwrap_or(OffsetDateTime::UNIX_EPOCH),
        from: None,
        before: None,
    }
}

/// A dossier as it is told.
pub(crate) fn told(one: &Disagreement, now: OffsetDateTime) -> DossierDifferences {
    DossierDifferences { dossier_code: one.code.clone(), differences: one.told(now) }
}

/// All dossiers received in a period in which papers and register disagree, by code, with those of which papers are
/// kept and that the register does not know.
///
/// # Errors
/// What the repository says.
pub(crate) fn of_period(
    repository: &Repository,
    settings: &Settings,
    days: (Date, Date),
    now: OffsetDateTime,
) -> Result<Vec<DossierDifferences>, Failure> {
    let filter = filter_of(settings, days, now);
    let all = repository.catalog.differences(&filter, None, usize::MAX)?;
    let mut found: Vec<DossierDifferences> = all.iter().map(|one| told(one, now)).collect();
    found.sort_by(|one, other| one.dossier_code.cmp(&other.dossier_code));
    Ok(found)
}

/// Of which of these dossiers papers and register disagree, by code.
///
/// # Errors
/// What the repository says.
pub(crate) fn of_dossiers(
    repository: &Repository,
    codes: &BTreeSet<DossierCode>,
    now: OffsetDateTime,
) -> Result<Vec<DossierDifferences>, Failure> {
    let mut found = Vec::new();
    for code in codes {
        found.extend(repository.catalog.differences_of(code)?.map(|one| told(&one, now)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::field::{Field, FieldSource};
    use crate::model::field::{FieldName, FieldStatus};
    use crate::model::record::{Record, RecordDocument};
    use crate::model::register::{
        Channel, ComponentEntry, DossierStatus, Identity, IdentityKind, RegisterDossier, ReuseLapse, SaidToStand, disagreements,
        expects_papers,
    };
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
        let told = |cards: &[&[(FieldName, &str, FieldStatus)]]| {
            disagreements(&entry(NUMBER), &[], &[record(cards)], &SaidToStand::new())
        };
        assert_eq!(told(&[&card(NUMBER, "NGUYỄN THỊ HÒA", sure)]), []);
        assert_eq!(told(&[&card(OTHER, "TRẦN VĂN MẪU", sure), &card(NUMBER, "NGUYỄN THỊ HÒA", sure)]), []);
        assert_eq!(told(&[&card(OTHER, "TRẦN VĂN MẪU", sure)]), [Difference::OtherNumber { ordinal: 1 }]);
        assert_eq!(told(&[&card(NUMBER, "NGUYỄN THỊ HÓA", sure)]), [Difference::OtherName { ordinal: 1 }]);
        assert_eq!(told(&[&card(OTHER, "TRẦN VĂN MẪU", FieldStatus::NeedsPerson)]), [], "it waits for a person anyway");
        assert_eq!(
            disagreements(&entry("123456789"), &[], &[record(&[&card(OTHER, "X", sure)])], &SaidToStand::new()),
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
        let told = |said: &[(&str, Option<ReuseLapse>)]| {
            let said = said.iter().map(|(code, lapse)| ((*code).to_owned(), *lapse)).collect();
            disagreements(&entry(NUMBER), &demanded, &[record(&[&kind])], &said)
        };
        let missing = |lapse| Difference::ComponentMissing { code: "TP2".into(), name: "Thành phần TP2".into(), lapse };
        assert_eq!(told(&[]), [missing(None)]);
        assert_eq!(told(&[("TP2", None)]), [], "something that is held stands for it");
        let lapse = Some(ReuseLapse::Expired);
        assert_eq!(told(&[("TP2", lapse), ("TP1", lapse)]), [missing(lapse)]);
    }

    #[test]
    fn papers_are_missed_after_some_days_where_they_must_have_come() {
        use time::macros::datetime;
        let old = datetime!(2023-07-06 8:00 +7);
        let told = |channel, status| {
            let received_at = Some(old);
            expects_papers(&RegisterDossier { channel, status, received_at, ..RegisterDossier::new(code(CODE)) })
        };
        assert_eq!(told(Some(Channel::Direct), None), Some(old));
        assert_eq!(told(Some(Channel::Online), None), None);
        assert_eq!(told(Some(Channel::Post), Some(DossierStatus::NotAccepted)), None);
        let by = |now| filter_of(&Settings::default(), (old.date(), old.date()), now).no_papers_by;
        assert!(by(datetime!(2023-07-14 7:59:59 +7)) < old, "the seventh day is not over");
        assert_eq!(by(datetime!(2023-07-14 8:00 +7)), old);
    }
}
