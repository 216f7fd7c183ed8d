//! [`Differences`](crate::repository::Differences).

use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::{World, in_both_worlds};
use crate::model::act::ComponentReused;
use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::dossier::RecordKind;
use crate::model::field::{Field, FieldName, FieldSource, FieldStatus};
use crate::model::ids::Sha256;
use crate::model::record::Record;
use crate::model::register::{
    Channel, ComponentEntry, Difference, Identity, IdentityKind, RegisterDossier, RegisterResult, RegisterRow, ReuseLapse, Sides,
};
use crate::repository::tests::{code, document, new_batch, recipe};
use crate::repository::{DifferenceFilter, Mode, RegisterImport, Repository, Sealing};

in_both_worlds!(
    each_side_is_told_as_soon_as_it_changes,
    a_queue_is_told_a_part_at_a_time,
    what_is_reused_is_missing_no_more_as_long_as_it_stands,
);

const AT: OffsetDateTime = datetime!(2026-03-01 9:00 +7);

fn put(repository: &Repository, rows: Vec<RegisterRow>) {
    let import = RegisterImport { list: rows[0].list(), told: None, file: "x", sha256: Sha256::from_bytes([3; 32]), at: AT };
    repository.catalog.import_register(&import, &mut rows.into_iter().map(Ok)).unwrap();
}

fn dossier(ordinal: u32) -> RegisterDossier {
    RegisterDossier {
        received_at: Some(AT),
        channel: Some(Channel::Direct),
        identity: Some(Identity { kind: IdentityKind::Citizen, number: "010200000001".into() }),
        ..RegisterDossier::new(named(ordinal))
    }
}

fn row(dossier: &RegisterDossier) -> Vec<RegisterRow> {
    vec![RegisterRow::Dossier(Box::new(dossier.clone()))]
}

fn named(ordinal: u32) -> DossierCode {
    code(&format!("H38.16-260301-{ordinal:04}"))
}

/// Seals the next version of a record with one document of these facts, so many hours after the batch began.
fn seal(repository: &Repository, (ordinal, kind): (u32, RecordKind), hours: i64, facts: &[(FieldName, &str)]) -> Record {
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let previous = repository.catalog.current_record(&named(ordinal), kind).unwrap();
    let (mut document, blob) = document(repository, &named(ordinal), 1, recipe(1), &[&format!("{ordinal} {hours}")]);
    if let Some(previous) = &previous {
        document.pages.clone_from(&previous.documents[0].pages);
        document.id = previous.documents[0].id;
        document.text_digest = previous.documents[0].text_digest;
    }
    let field = |value: &str| Field::new(value, FieldSource::Barcode, Confidence::CERTAIN, FieldStatus::Accepted);
    document.fields = facts.iter().map(|(name, value)| (*name, field(value))).collect();
    let time = new_batch().started_at + Duration::hours(hours);
    let record = Record::new(named(ordinal), kind, previous.as_ref(), time, recipe(1), None, vec![document]);
    let records = [record.clone()];
    repository.catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &[blob], entries: &[], alike: &[] }).unwrap();
    record
}

fn always() -> DifferenceFilter {
    let between = (AT - Duration::days(30), AT + Duration::days(30));
    DifferenceFilter { between, no_papers_by: AT + Duration::days(9), from: None, before: None }
}

/// The ordinals of the dossiers that are told, with what there is of each.
fn told(repository: &Repository, filter: &DifferenceFilter) -> Vec<(String, Sides)> {
    let all = repository.catalog.differences(filter, None, 99).unwrap();
    assert_eq!(repository.catalog.count_differences(filter).unwrap(), all.len() as u64);
    assert!(repository.catalog.misnoted_differences(9).unwrap().is_empty());
    let ordinal = |code: &DossierCode| code.as_str().rsplit('-').next().unwrap_or_default().trim_start_matches('0').to_owned();
    all.iter().map(|one| (ordinal(&one.code), one.sides)).collect()
}

fn each_side_is_told_as_soon_as_it_changes(world: &dyn World) {
    use FieldName::OwnerNumber;
    let repository = world.open(Mode::Create);
    let papers = (1, RecordKind::Dossier);
    seal(&repository, papers, 1, &[(OwnerNumber, "010200000002")]);
    assert_eq!(told(&repository, &always()), [], "there is no register that it could lack in");
    assert_eq!(repository.catalog.differences_of(&named(1)).unwrap(), None);
    put(&repository, row(&dossier(2)));
    assert_eq!(told(&repository, &always()), [("2".into(), Sides::Entry), ("1".into(), Sides::Papers)]);
    let early = DifferenceFilter { no_papers_by: AT - Duration::SECOND, ..always() };
    assert_eq!(told(&repository, &early), [("1".into(), Sides::Papers)], "papers may come yet");
    put(&repository, row(&dossier(1)));
    assert_eq!(told(&repository, &early), [("1".into(), Sides::Both)]);
    let found = repository.catalog.differences_of(&named(1)).unwrap().unwrap();
    assert_eq!(found.told(AT), [Difference::OtherNumber { ordinal: 1 }]);
    seal(&repository, papers, 2, &[(OwnerNumber, "010200000001")]);
    assert_eq!(told(&repository, &early), [], "the papers were put right");
    let mut other = dossier(1);
    other.identity = Some(Identity { kind: IdentityKind::Citizen, number: "010200000003".into() });
    put(&repository, row(&other));
    assert_eq!(told(&repository, &early), [("1".into(), Sides::Both)], "the register was put wrong");
    put(&repository, row(&RegisterDossier { channel: Some(Channel::Online), ..dossier(2) }));
    assert_eq!(told(&repository, &always()), [("1".into(), Sides::Both)], "no paper is expected of what came online");
    repository.catalog.renew_differences().unwrap();
    assert_eq!(told(&repository, &always()), [("1".into(), Sides::Both)]);
    let reader = world.open(Mode::Read);
    assert_eq!(told(&reader, &always()), [("1".into(), Sides::Both)]);
}

fn a_queue_is_told_a_part_at_a_time(world: &dyn World) {
    let repository = world.open(Mode::Create);
    put(&repository, row(&dossier(1)));
    for (ordinal, hours) in [(5, 3), (4, 1), (6, 1)] {
        seal(&repository, (ordinal, RecordKind::Dossier), hours, &[]);
    }
    let order = ["1", "4", "6", "5"];
    let codes = |filter: &DifferenceFilter| told(&repository, filter).into_iter().map(|(ordinal, _)| ordinal).collect::<Vec<_>>();
    assert_eq!(codes(&always()), order);
    let mut parts: Vec<(OffsetDateTime, String)> = Vec::new();
    loop {
        let last = parts.last().map(|(since, code)| (*since, code.as_str()));
        let Some(next) = repository.catalog.differences(&always(), last, 1).unwrap().pop() else { break };
        parts.push((next.since, next.code.to_string()));
    }
    assert_eq!(parts.iter().map(|(_, code)| &code[code.len() - 1..]).collect::<Vec<_>>(), order);
    let (before, from) = (Some(new_batch().started_at + Duration::hours(2)), Some(new_batch().started_at));
    assert_eq!(codes(&DifferenceFilter { before, ..always() }), ["1", "4", "6"]);
    assert_eq!(codes(&DifferenceFilter { before, from, ..always() }), ["4", "6"]);
    let between = (AT - Duration::days(3), AT);
    assert_eq!(codes(&DifferenceFilter { between, ..always() }), [""; 0], "none came in those days");
}

fn what_is_reused_is_missing_no_more_as_long_as_it_stands(world: &dyn World) {
    use FieldName::{DocumentType, Number, Symbol};
    let repository = world.open(Mode::Create);
    let component = ComponentEntry {
        procedure: "1.011441".parse().unwrap(),
        code: "TP1".into(),
        name: "Giấy khai sinh".into(),
        required: true,
        copies: None,
        document_type: Some("giay_khai_sinh".into()),
        result_code: Some("KQ.1".into()),
    };
    let needs = RegisterDossier { procedure: Some("1.011441.000.00.00.H38".parse().unwrap()), ..dossier(1) };
    let result = |valid_until| RegisterResult {
        code: Some("KQ.1".into()),
        number: Some("15/GKS".into()),
        valid_until,
        ..serde_json::from_str("{}").unwrap()
    };
    let holds = |result| RegisterDossier { results: vec![result], ..dossier(2) };
    put(&repository, row(&needs));
    put(&repository, row(&holds(result(None))));
    let papers = seal(&repository, (1, RecordKind::Dossier), 1, &[(DocumentType, "don")]);
    assert_eq!(repository.catalog.differences_of(&named(1)).unwrap(), None);
    put(&repository, vec![RegisterRow::Component(component)]);
    let now = || repository.catalog.differences_of(&named(1)).unwrap().map(|found| found.told(AT));
    let missing = |lapse| {
        let (code, name) = ("TP1".into(), "Giấy khai sinh".into());
        Some(vec![Difference::ComponentMissing { code, name, lapse }])
    };
    assert_eq!(now(), missing(None));
    let held = seal(&repository, (2, RecordKind::Result), 2, &[(Number, "15"), (Symbol, "GKS")]);
    let said =
        ComponentReused { dossier: named(1), component: "TP1".into(), record: held.id, ordinal: 1, records: vec![papers.id] };
    repository.catalog.tell_component_reused(AT, &said).unwrap();
    assert_eq!(now(), None);
    let lapsed = |lapse| missing(Some(lapse));
    put(&repository, row(&holds(result(Some(AT - Duration::DAY)))));
    assert_eq!(now(), lapsed(ReuseLapse::Expired));
    put(&repository, row(&holds(result(Some(AT + Duration::DAY)))));
    assert_eq!(now(), None);
    let other = Some(Identity { kind: IdentityKind::Citizen, number: "010200000009".into() });
    put(&repository, row(&RegisterDossier { identity: other, ..holds(result(None)) }));
    assert_eq!(now(), lapsed(ReuseLapse::OtherOwner));
    put(&repository, row(&holds(RegisterResult { number: Some("16/GKS".into()), ..result(None) })));
    assert_eq!(now(), lapsed(ReuseLapse::ResultUnknown));
    put(&repository, row(&holds(result(None))));
    seal(&repository, (2, RecordKind::Result), 3, &[(Symbol, "GKS")]);
    assert_eq!(now(), lapsed(ReuseLapse::NumberUncertain));
    let all = || {
        let counted = |between| repository.catalog.count_reuses(between).unwrap();
        let reuses = (counted((AT, AT + Duration::SECOND)), counted((AT - Duration::DAY, AT)));
        (now(), repository.catalog.reuses_of(&named(1)).unwrap(), reuses, repository.catalog.misnoted_differences(9).unwrap())
    };
    let before = all();
    assert_eq!((&before.0, before.1.len(), before.2, before.3.len()), (&lapsed(ReuseLapse::NumberUncertain), 1, (1, 0), 0));
    repository.catalog.renew_differences().unwrap();
    assert_eq!(all(), before);
    seal(&repository, (2, RecordKind::Result), 4, &[(Number, "15"), (Symbol, "GKS")]);
    assert_eq!(now(), None, "it is known still whose papers stand for it");
}
