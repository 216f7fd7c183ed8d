use time::macros::{date, datetime};

use super::*;
use crate::model::ids::Sha256;
use crate::model::register::{Channel, DossierStatus, FeeReduction, Payment, Rating, RegisterDossier, SubjectKind, Visits};
use crate::repository::RegisterImport;
use crate::repository::tests::new_repository;

const NOW: OffsetDateTime = datetime!(2024-01-05 9:00 +7);

fn put(repository: &Repository, rows: Vec<RegisterRow>) {
    let import = RegisterImport { list: rows[0].list(), told: None, file: "x", sha256: Sha256::from_bytes([1; 32]), at: NOW };
    repository.catalog.import_register(&import, &mut rows.into_iter().map(Ok)).unwrap();
}

fn figures(repository: &Repository) -> impl Fn(FigureName) -> Figure {
    let order = PeriodOrder { days: (date!(2023 - 01 - 01), date!(2023 - 12 - 31)), site: None };
    let report = report(repository, &Settings::default(), &order, NOW).unwrap();
    move |name| *report.figures.iter().find(|figure| figure.name == name).unwrap()
}

fn dossier(ordinal: u32) -> RegisterDossier {
    RegisterDossier {
        procedure: Some("1.011441".parse().unwrap()),
        received_at: Some(datetime!(2023-07-06 8:00 +7)),
        ..RegisterDossier::new(format!("H38.16-230706-{ordinal:04}").parse().unwrap())
    }
}

fn row(dossier: RegisterDossier) -> RegisterRow {
    RegisterRow::Dossier(Box::new(dossier))
}

fn procedure() -> RegisterRow {
    RegisterRow::Procedure(Procedure {
        code: "1.011441".parse().unwrap(),
        name: "Đăng ký".into(),
        field: None,
        field_name: None,
        paper_result: Some(true),
        result_code: None,
        days: None,
        retention: None,
        has_fee: Some(true),
    })
}

#[test]
fn what_the_register_does_not_tell_is_missing_and_not_nought() {
    let (_folder, repository) = new_repository();
    put(&repository, vec![procedure()]);
    let bare = RegisterDossier { subject: Some(SubjectKind::Citizen), channel: Some(Channel::Online), ..dossier(1) };
    put(&repository, vec![row(bare)]);
    let figure = figures(&repository);
    for (name, what) in [
        (FigureName::Processed, MissingName::Status),
        (FigureName::OnlineWithResult, MissingName::Results),
        (FigureName::OnlinePayment, MissingName::Payment),
        (FigureName::ElectronicResult, MissingName::Results),
        (FigureName::Digitised, MissingName::Components),
        (FigureName::Reused, MissingName::Components),
        (FigureName::Shared, MissingName::Results),
        (FigureName::PopulationData, MissingName::Databases),
    ] {
        let figure = figure(name);
        assert_eq!((figure.hundredths, figure.missing), (None, Some(Missing { what, dossiers: Some(1) })), "{name:?}");
    }
}

#[test]
fn a_dossier_without_a_result_counts_against_those_that_have_one() {
    let (_folder, repository) = new_repository();
    put(&repository, vec![procedure()]);
    let result = serde_json::from_str(r#"{"code":"KQ.1","file":"https://x/1"}"#).unwrap();
    let told = |ordinal, channel| RegisterDossier {
        channel: Some(channel),
        status: Some(DossierStatus::Processed),
        payment: Some(Payment::Portal),
        digitised: Some(true),
        ..dossier(ordinal)
    };
    let done = RegisterDossier { results: vec![result], ..told(1, Channel::Online) };
    put(&repository, vec![row(done), row(told(2, Channel::Online)), row(told(3, Channel::Direct))]);
    let figure = figures(&repository);
    let share = |name| (figure(name).numerator, figure(name).denominator, figure(name).missing);
    assert_eq!(share(FigureName::OnlineWithResult), (Some(1), Some(3), None));
    assert_eq!(share(FigureName::ElectronicResult), (Some(1), Some(3), None));
    assert_eq!(share(FigureName::Digitised), (Some(1), Some(3), None), "digitised by the word of the sender");
    assert_eq!(share(FigureName::OnlinePayment), (Some(3), Some(3), None));
    assert_eq!(share(FigureName::Shared).0, Some(1));
}

#[test]
fn only_what_came_online_is_unknown_where_the_procedure_is() {
    let (_folder, repository) = new_repository();
    let of = |ordinal, channel| row(RegisterDossier { channel: Some(channel), ..dossier(ordinal) });
    put(&repository, vec![of(1, Channel::Online), of(2, Channel::Direct), of(3, Channel::Post)]);
    let missing = figures(&repository)(FigureName::OnlineWithResult).missing;
    assert_eq!(missing, Some(Missing { what: MissingName::Procedure, dossiers: Some(1) }));
}

#[test]
fn several_reductions_ratings_and_visits_are_counted_as_what_they_are() {
    let (_folder, repository) = new_repository();
    put(&repository, vec![row(dossier(1)), row(dossier(2))]);
    let reduction = |ordinal, basis: &str| {
        let at = Some(datetime!(2023-07-06 0:00 +7));
        RegisterRow::FeeReduction(FeeReduction { dossier: dossier(ordinal).code, at, amount: Some(5), basis: Some(basis.into()) })
    };
    put(&repository, vec![reduction(1, "a"), reduction(1, "b"), reduction(2, "a")]);
    let rating = |at, grade| RegisterRow::Rating(Rating { dossier: dossier(1).code, at: Some(at), grade, complaint: false });
    put(
        &repository,
        vec![
            rating(datetime!(2023-07-08 0:00 +7), RatingGrade::Satisfied),
            rating(datetime!(2023-07-07 0:00 +7), RatingGrade::Dissatisfied),
        ],
    );
    let visits =
        |begins_at, site: Option<&str>, count| RegisterRow::Visits(Visits { begins_at, site: site.map(str::to_owned), count });
    let (one, two) = (datetime!(2023-07-06 0:00 +7), datetime!(2023-07-07 0:00 +7));
    let of_day = |day, counts: [u64; 2]| vec![visits(day, Some("A"), counts[0]), visits(day, Some("B"), counts[1])];
    put(&repository, [of_day(one, [3, 4]), of_day(two, [10, 20]), vec![visits(one, None, 8)]].concat());
    let figure = figures(&repository);
    let number = |name| figure(name).numerator;
    assert_eq!((number(FigureName::FeeReductions), number(FigureName::FeesReduced)), (Some(2), Some(15)));
    assert_eq!((number(FigureName::Satisfied), number(FigureName::Satisfaction)), (Some(1), Some(1)));
    assert_eq!(number(FigureName::Visits), Some(38), "8 of the centre, 30 of two sites");
}

#[test]
fn a_whole_month_is_compared_with_a_whole_month() {
    let of = |from, to| year_before((from, to));
    let february = (date!(2024 - 02 - 01), date!(2024 - 02 - 29));
    assert_eq!(of(date!(2025 - 02 - 01), date!(2025 - 02 - 28)), february);
    assert_eq!(of(february.0, february.1), (date!(2023 - 02 - 01), date!(2023 - 02 - 28)));
    assert_eq!(of(date!(2025 - 02 - 10), date!(2025 - 02 - 28)), (date!(2024 - 02 - 10), date!(2024 - 02 - 28)));
}

/// Four dossiers of December 2023.
fn small_register() -> [RegisterDossier; 4] {
    let result = |json: &str| serde_json::from_str(json).unwrap();
    let component = |json: &str| serde_json::from_str(json).unwrap();
    let of = |ordinal, channel, (received, due, finished): (u8, u8, Option<u8>)| {
        let on = |day: u8, hour| datetime!(2023-12-01 0:00 +7).replace_day(day).unwrap() + time::Duration::hours(hour);
        RegisterDossier {
            channel: Some(channel),
            subject: Some(SubjectKind::Citizen),
            received_at: Some(on(received, 8)),
            due_at: Some(on(due, 24) - time::Duration::SECOND),
            finished_at: finished.map(|day| on(day, 20)),
            status: Some(if finished.is_some() { DossierStatus::Processed } else { DossierStatus::InProcessing }),
            ..dossier(ordinal)
        }
    };
    // 1: online, on time in 12 hours, all electronic, with a component of the national repository.
    let one = RegisterDossier {
        results: vec![result(r#"{"code":"KQ.1","file":"https://x/1"}"#)],
        components: vec![component(r#"{"file":"https://x/2","digitised":true,"from_repository":true}"#)],
        payment: Some(Payment::Portal),
        ..of(1, Channel::Online, (4, 8, Some(4)))
    };
    // 2: online and late, the result without a code, the component called digitised without a file.
    let two = RegisterDossier {
        results: vec![result(r#"{"file":"https://x/3"}"#)],
        components: vec![component(r#"{"digitised":true,"from_repository":false}"#)],
        payment: Some(Payment::Local),
        ..of(2, Channel::Online, (4, 8, Some(11)))
    };
    // 3: at a desk, due on the last day of the period and not done, so not late; nothing was digitised.
    let three = RegisterDossier {
        components: vec![component(r#"{"digitised":false}"#)],
        payment: Some(Payment::NotOnline),
        vneid: Some(true),
        ..of(3, Channel::Direct, (20, 31, None))
    };
    // 4: by post, due a day earlier and not done, so late.
    let four = RegisterDossier {
        components: vec![component(r#"{"file":"https://x/4","digitised":true}"#)],
        vneid: Some(false),
        ..of(4, Channel::Post, (20, 30, None))
    };
    [one, two, three, four]
}

/// Counted by hand, from QĐ 766/QĐ-TTg as it stands in the rules of the figures.
#[test]
fn the_indicators_of_a_small_register_are_those_that_were_counted_by_hand() {
    let (_folder, repository) = new_repository();
    put(&repository, vec![procedure()]);
    put(&repository, small_register().into_iter().map(row).collect());
    let rating =
        |ordinal, grade| RegisterRow::Rating(Rating { dossier: dossier(ordinal).code, at: Some(NOW), grade, complaint: false });
    put(&repository, vec![rating(1, RatingGrade::Satisfied), rating(2, RatingGrade::Dissatisfied)]);
    let figure = figures(&repository);
    let share = |name| (figure(name).numerator, figure(name).denominator);
    for (name, counted) in [
        (FigureName::OnTime, (Some(2), Some(4))),
        (FigureName::Late, (Some(2), Some(4))),
        (FigureName::Online, (Some(2), Some(4))),
        (FigureName::OnlineWithResult, (Some(1), Some(4))),
        // Of the fourth nothing tells how it was paid for.
        (FigureName::OnlinePayment, (Some(2), Some(3))),
        (FigureName::ElectronicResult, (Some(2), Some(4))),
        // The second is not known; the third has no file, the fourth no result.
        (FigureName::Digitised, (Some(1), Some(3))),
        (FigureName::Reused, (Some(3), Some(4))),
        (FigureName::Shared, (Some(2), Some(4))),
        (FigureName::PopulationData, (Some(2), Some(4))),
        // 100 % less 50 % late and 25 % disliked, though one dossier is both.
        (FigureName::Satisfaction, (Some(1), Some(4))),
    ] {
        assert_eq!(share(name), counted, "{name:?}");
    }
    assert_eq!(figure(FigureName::MeanDays).hundredths, Some(400), "half a day and seven and a half");
    let missing = |name| figure(name).missing;
    assert_eq!(missing(FigureName::Digitised), Some(Missing { what: MissingName::Components, dossiers: Some(1) }));
    assert_eq!(missing(FigureName::OnlinePayment), Some(Missing { what: MissingName::Payment, dossiers: Some(1) }));
}
