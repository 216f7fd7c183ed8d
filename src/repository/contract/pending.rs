//! [`Pending`](crate::repository::Pending).

use time::Duration;

use super::{World, in_both_worlds};
use crate::model::batch::PageOutcome;
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode};
use crate::model::field::{Field, FieldName, FieldStatus};
use crate::model::ids::{BatchId, BlobId};
use crate::model::record::Record;
use crate::repository::tests::{CODE, code, document, entry, new_batch, put, recipe};
use crate::repository::{Entry, Mode, NewBatch, OpenField, OpenFilter, Repository, Sealing};

in_both_worlds!(
    facts_wait_since_the_first_version_that_left_them_open,
    a_queue_is_told_a_part_at_a_time_and_as_it_is_asked_for,
    a_file_waits_until_a_later_batch_ends_it_otherwise,
    bytes_that_were_sealed_under_another_name_wait_no_more,
);

const OTHER: &str = "H38.16-230706-0003";

/// Seals the next version of a dossier so many hours after the first; each field of its only document
/// waits if the status says so.
fn seal(repository: &Repository, batch: BatchId, of: &str, hours: i64, fields: &[(FieldName, FieldStatus)]) {
    let previous = repository.catalog.current_record(&code(of), RecordKind::Dossier).unwrap();
    let (mut document, blob) = document(repository, &code(of), 1, recipe(1), &[of]);
    let field = document.fields[&Number].clone();
    document.fields = fields.iter().map(|&(name, status)| (name, Field { status, ..field.clone() })).collect();
    let time = new_batch().started_at + Duration::hours(hours);
    let record = Record::new(code(of), RecordKind::Dossier, previous.as_ref(), time, recipe(1), None, vec![document]);
    let records = [record];
    repository.catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &[blob], entries: &[], alike: &[] }).unwrap();
}

fn told(open: &[OpenField]) -> Vec<(&str, FieldName, i64)> {
    let hours = |one: &OpenField| (one.since - new_batch().started_at).whole_hours();
    open.iter().map(|one| (one.code.as_str(), one.field, hours(one))).collect()
}

use FieldName::{IssueDate, Number, Symbol, Title};
use FieldStatus::{Absent, Accepted, NeedsPerson};

fn facts_wait_since_the_first_version_that_left_them_open(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    seal(&repository, batch, CODE, 0, &[(Number, NeedsPerson), (Symbol, Absent), (Title, Accepted)]);
    seal(&repository, batch, CODE, 5, &[(Number, NeedsPerson), (Symbol, Accepted), (Title, NeedsPerson)]);
    let open = repository.catalog.open_fields_of(CODE, "dossier").unwrap();
    assert_eq!(told(&open), [(CODE, Number, 0), (CODE, Title, 5)]);
    seal(&repository, batch, CODE, 7, &[(Number, Accepted), (Symbol, Absent), (Title, FieldStatus::NotOnPaper)]);
    seal(&repository, batch, CODE, 9, &[(Number, NeedsPerson), (Symbol, Absent), (Title, Accepted)]);
    let open = repository.catalog.open_fields_of(CODE, "dossier").unwrap();
    assert_eq!(told(&open), [(CODE, Number, 9), (CODE, Symbol, 7)], "what was settled in between waits anew");
    assert_eq!(repository.catalog.count_open_fields(&OpenFilter::default()).unwrap(), (1, 1));
    assert_eq!(repository.catalog.open_fields_of(OTHER, "dossier").unwrap(), []);
}

fn a_queue_is_told_a_part_at_a_time_and_as_it_is_asked_for(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let elsewhere = catalog.begin_batch(&NewBatch { inbox: "/khác".into(), ..new_batch() }).unwrap();
    let kind = (FieldName::DocumentType, Accepted);
    seal(&repository, batch, CODE, 3, &[(Number, NeedsPerson), (Symbol, Absent), kind]);
    seal(&repository, elsewhere, OTHER, 1, &[(IssueDate, NeedsPerson)]);
    seal(&repository, batch, "H38.16-230706-0001", 3, &[(Number, Absent)]);
    let all = catalog.open_fields(&OpenFilter::default(), None, 9).unwrap();
    let expected = [(OTHER, IssueDate, 1), ("H38.16-230706-0001", Number, 3), (CODE, Number, 3), (CODE, Symbol, 3)];
    assert_eq!(told(&all), expected);
    let mut parts: Vec<OpenField> = Vec::new();
    while let Some(next) = catalog.open_fields(&OpenFilter::default(), parts.last(), 1).unwrap().pop() {
        parts.push(next);
    }
    assert_eq!(parts, all);
    let ask = |filter: OpenFilter| {
        let open = catalog.open_fields(&filter, None, 9).unwrap();
        let (doubtful, absent) = catalog.count_open_fields(&filter).unwrap();
        assert_eq!(doubtful + absent, open.len() as u64);
        open.iter().map(|one| (one.code.to_string(), one.field)).collect::<Vec<_>>()
    };
    let (here, there) = (CODE.to_owned(), OTHER.to_owned());
    let none = OpenFilter::default;
    assert_eq!(ask(OpenFilter { inboxes: vec!["/khác".into(), "/x".into()], ..none() }), [(there.clone(), IssueDate)]);
    assert_eq!(ask(OpenFilter { document_type: Some("15".into()), ..none() }), [(here.clone(), Number), (here, Symbol)]);
    assert_eq!(ask(OpenFilter { before: Some(new_batch().started_at + Duration::hours(3)), ..none() }), [(there, IssueDate)]);
    assert_eq!(ask(OpenFilter { from: Some(new_batch().started_at + Duration::hours(3)), ..none() }).len(), 3);
    assert_eq!(ask(OpenFilter { status: Some(Absent), ..none() }).len(), 2);
}

fn waits(path: &str, scan: Option<BlobId>) -> Entry {
    let failure = Failure::new(FailureCode::DossierUnknown).at_file(path);
    Entry { scan, failure: Some(failure), ..entry(path, 2, &[(PageOutcome::Waiting, 2)]) }
}

/// Begins the next batch, a day after the one before.
fn next_day(repository: &Repository, day: i64) -> BatchId {
    let started_at = new_batch().started_at + Duration::days(day);
    repository.catalog.begin_batch(&NewBatch { started_at, ..new_batch() }).unwrap()
}

fn waiting(repository: &Repository) -> Vec<(String, i64, i64)> {
    let age = |since| since - new_batch().started_at;
    let files = repository.catalog.waiting_files().unwrap();
    files.into_iter().map(|file| (file.path, age(file.since).whole_days(), file.batch.0)).collect()
}

fn a_file_waits_until_a_later_batch_ends_it_otherwise(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let scan = put(&repository, b"scan").id;
    let first = next_day(&repository, 0);
    catalog.put_entry(first, &waits("a.pdf", Some(scan))).unwrap();
    catalog.put_entry(first, &waits("b.pdf", None)).unwrap();
    let second = next_day(&repository, 1);
    catalog.put_entry(second, &waits("a.pdf", Some(scan))).unwrap();
    assert_eq!(waiting(&repository), [("a.pdf".into(), 0, 2), ("b.pdf".into(), 0, 1)]);
    // Another paper under the same name has not waited before.
    let third = next_day(&repository, 2);
    let other = put(&repository, b"other").id;
    catalog.put_entry(third, &waits("a.pdf", Some(other))).unwrap();
    assert_eq!(waiting(&repository), [("b.pdf".into(), 0, 1), ("a.pdf".into(), 2, 3)]);
    let fourth = next_day(&repository, 3);
    catalog.put_entry(fourth, &entry("a.pdf", 1, &[(PageOutcome::Sealed, 1)])).unwrap();
    assert_eq!(waiting(&repository), [("b.pdf".into(), 0, 1)]);
    // A batch over another inbox has nothing to say, and one over a file is a change by hand.
    let elsewhere = catalog.begin_batch(&NewBatch { inbox: "/khác".into(), ..new_batch() }).unwrap();
    catalog.put_entry(elsewhere, &entry("b.pdf", 1, &[(PageOutcome::Sealed, 1)])).unwrap();
    let by_hand = catalog.begin_batch(&NewBatch { inbox: "/x/late.png".into(), ..new_batch() }).unwrap();
    catalog.put_entry(by_hand, &waits("/x/late.png", None)).unwrap();
    assert_eq!(waiting(&repository), [("b.pdf".into(), 0, 1)]);
}

fn bytes_that_were_sealed_under_another_name_wait_no_more(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let scan = put(&repository, b"scan").id;
    let first = next_day(&repository, 0);
    let refused =
        Entry { outcomes: vec![(PageOutcome::Refused, 2)], moved_to: Some("/q/a.pdf".into()), ..waits("a.pdf", Some(scan)) };
    catalog.put_entry(first, &refused).unwrap();
    let [file] = &catalog.waiting_files().unwrap()[..] else { panic!() };
    assert_eq!((file.outcome, file.pages, file.moved_to.as_deref()), (PageOutcome::Refused, 2, Some("/q/a.pdf")));
    assert_eq!((&file.inbox, file.scan, file.failure.code), (&new_batch().inbox, Some(scan), FailureCode::DossierUnknown));
    let second = next_day(&repository, 1);
    catalog.put_entry(second, &Entry { scan: Some(scan), ..entry("H/a.pdf", 2, &[(PageOutcome::Sealed, 2)]) }).unwrap();
    assert_eq!(catalog.waiting_files().unwrap(), []);
}
