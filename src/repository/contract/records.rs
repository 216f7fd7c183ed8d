//! [`Records`](crate::repository::Records).

use std::thread;

use super::{World, in_both_worlds};
use crate::model::batch::PageOutcome;
use crate::model::dossier::RecordKind;
use crate::model::field::FieldName;
use crate::model::ids::{BatchId, DocumentId, RecordId};
use crate::model::record::{Record, RecordDocument};
use crate::repository::tests::{CODE, code, commit, document, entry, new_batch, recipe};
use crate::repository::{Mode, Repository, RepositoryError, Sealing};

in_both_worlds!(
    a_dossier_is_committed_once_however_often_it_is_asked_for,
    a_commit_that_fails_leaves_nothing_behind,
    a_record_that_does_not_follow_the_newest_is_a_conflict,
    a_number_that_was_given_meanwhile_is_a_conflict,
    of_many_who_seal_at_once_one_wins,
    a_record_whose_id_is_not_made_from_it_is_refused,
    a_document_taken_over_keeps_its_ordinal_and_recipe,
    a_text_is_kept_under_the_recipe_that_read_it_rather_than_one_of_corrections,
    versions_and_dossiers_are_told_in_their_order,
    current_records_are_told_a_part_at_a_time,
    records_are_numbered_as_they_come,
    names_of_issuing_bodies_are_those_of_newest_versions,
    a_record_that_is_asked_for_by_id_has_to_be_there,
);

/// Seals one new document as a first version of this kind, as if nothing else were there.
fn seal_blindly(
    repository: &Repository,
    batch: BatchId,
    kind: RecordKind,
    ordinal: u32,
    text: &str,
) -> Result<(), RepositoryError> {
    let (document, blob) = document(repository, &code(CODE), ordinal, recipe(1), &[text]);
    let records = [Record::new(code(CODE), kind, None, new_batch().started_at, recipe(1), None, vec![document])];
    repository.catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &[blob], entries: &[], alike: &[] })
}

fn is_conflict(result: Result<(), RepositoryError>) -> bool {
    matches!(result, Err(RepositoryError::Conflict { .. }))
}

fn a_dossier_is_committed_once_however_often_it_is_asked_for(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let (document, sealed) = document(&repository, &code(CODE), 1, recipe(1), &["Đơn", "trang 2"]);
    let time = new_batch().started_at;
    let record = Record::new(code(CODE), RecordKind::Dossier, None, time, recipe(1), None, vec![document]);
    let (records, entries) = ([record.clone()], [entry("a.tif", 2, &[(PageOutcome::Sealed, 2)])]);
    for _ in 0..2 {
        catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &[sealed], entries: &entries, alike: &[] }).unwrap();
    }
    assert_eq!(catalog.records_of(&code(CODE)).unwrap(), records);
    assert_eq!(catalog.act_head().unwrap().unwrap().count, 1);
    let report = catalog.batch_report(batch).unwrap().unwrap();
    assert_eq!((report.ledger.scanned, report.ledger.sealed), (2, 2));
    let [line] = &report.dossiers[..] else { panic!("{:?}", report.dossiers) };
    assert_eq!((line.version, line.documents, line.pages, line.fields_to_confirm), (1, 1, 2, 1));
}

fn a_commit_that_fails_leaves_nothing_behind(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let first = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let (document, sealed) = document(&repository, &code(CODE), 2, recipe(1), &["hai"]);
    let before = catalog.blobs().unwrap();
    let entries = [entry("a.tif", 1, &[(PageOutcome::Sealed, 1)])];
    let next = Record::new(code(CODE), RecordKind::Dossier, Some(&first), first.sealed_at, recipe(1), None, vec![document]);
    // Behind one that could be kept comes one that could not.
    let fork = Record::new(code(CODE), RecordKind::Dossier, None, first.sealed_at, recipe(2), None, vec![]);
    let records = [next.clone(), fork];
    let sealing = Sealing { batch, records: &records, blobs: &[sealed], entries: &entries, alike: &[] };
    assert!(catalog.commit_dossier(&sealing).is_err());
    let unknown = Sealing { records: &records[..1], blobs: &[], ..sealing };
    assert!(matches!(catalog.commit_dossier(&unknown), Err(RepositoryError::Storage { .. })), "its sealed file is not known");
    let never = Sealing { batch: BatchId(99), records: &records[..1], ..sealing };
    assert!(matches!(catalog.commit_dossier(&never), Err(RepositoryError::Storage { .. })), "its batch never began");
    assert_eq!(catalog.blobs().unwrap(), before);
    assert_eq!(catalog.current_records(None, 10).unwrap(), [first]);
    assert_eq!(catalog.batch_report(batch).unwrap().unwrap().ledger.scanned, 0);
    assert_eq!(catalog.act_head().unwrap().unwrap().count, 1);
}

fn a_record_that_does_not_follow_the_newest_is_a_conflict(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let first = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let second = commit(&repository, batch, &code(CODE), recipe(1), &["hai"]);
    let follows = |before: Option<&Record>| {
        let records = [Record::new(code(CODE), RecordKind::Dossier, before, first.sealed_at, recipe(3), None, vec![])];
        repository.catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &[], entries: &[], alike: &[] })
    };
    assert!(is_conflict(follows(None)));
    assert!(is_conflict(follows(Some(&first))));
    let mut forged = second.clone();
    forged.id = RecordId::V2([7; 32]);
    assert!(is_conflict(follows(Some(&forged))), "another second version");
    follows(Some(&second)).unwrap();
}

fn a_number_that_was_given_meanwhile_is_a_conflict(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    seal_blindly(&repository, batch, RecordKind::Dossier, 1, "một").unwrap();
    // Numbers run through both kinds of records of a dossier.
    assert!(is_conflict(seal_blindly(&repository, batch, RecordKind::Result, 1, "hai")), "another document has it");
    assert!(is_conflict(seal_blindly(&repository, batch, RecordKind::Result, 2, "một")), "the document has another");
    seal_blindly(&repository, batch, RecordKind::Result, 2, "hai").unwrap();
    assert_eq!(repository.catalog.ordinals(&code(CODE)).unwrap().into_values().sum::<u32>(), 3);
}

fn of_many_who_seal_at_once_one_wins(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let won: Vec<bool> = thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|number| {
                let seal = move || {
                    let mine = world.open(Mode::Write);
                    match seal_blindly(&mine, batch, RecordKind::Dossier, 1, &format!("bản {number}")) {
                        Ok(()) => true,
                        Err(RepositoryError::Conflict { .. }) => false,
                        Err(other) => panic!("{other}"),
                    }
                };
                scope.spawn(seal)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    assert_eq!(repository.catalog.records_of(&code(CODE)).unwrap().len(), 1);
}

fn a_record_whose_id_is_not_made_from_it_is_refused(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let mut record = Record::new(code(CODE), RecordKind::Dossier, None, new_batch().started_at, recipe(1), None, vec![]);
    record.id = RecordId::V2([7; 32]);
    let records = [record];
    let kept = repository.catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &[], entries: &[], alike: &[] });
    assert!(matches!(kept, Err(RepositoryError::Storage { .. })), "{kept:?}");
}

fn a_document_taken_over_keeps_its_ordinal_and_recipe(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let first = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let (late, sealed) = document(&repository, &code(CODE), 2, recipe(2), &["đến muộn"]);
    let documents = vec![first.documents[0].clone(), late.clone()];
    let second = Record::new(code(CODE), RecordKind::Dossier, Some(&first), first.sealed_at, recipe(2), None, documents);
    let records = [second.clone()];
    catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &[sealed], entries: &[], alike: &[] }).unwrap();
    assert_eq!(catalog.document_recipe(second.id, 1).unwrap(), Some(recipe(1)));
    assert_eq!(catalog.document_recipe(second.id, 2).unwrap(), Some(recipe(2)));
    assert_eq!(catalog.document_recipe(second.id, 3).unwrap(), None);
    assert_eq!(catalog.ordinals(&code(CODE)).unwrap(), [(first.documents[0].id, 1), (late.id, 2)].into());
    assert_eq!(catalog.current_record(&code(CODE), RecordKind::Dossier).unwrap(), Some(second));
    assert_eq!(catalog.current_record(&code(CODE), RecordKind::Result).unwrap(), None);
}

/// What people changed on another page of a document is kept under a recipe of its own, with all its pages.
fn a_text_is_kept_under_the_recipe_that_read_it_rather_than_one_of_corrections(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let first = commit(&repository, batch, &code(CODE), recipe(1), &["một", "hai"]);
    let pages = &first.documents[0].pages[..1];
    for own in [recipe(0), recipe(2)] {
        catalog.put_page(pages[0], own, &catalog.page(pages[0], recipe(1)).unwrap().unwrap()).unwrap();
    }
    let part = RecordDocument {
        id: DocumentId::of_pages(pages),
        pages: pages.to_vec(),
        text_digest: catalog.text_digest(pages, recipe(1)).unwrap(),
        ..first.documents[0].clone()
    };
    let second = Record::new(code(CODE), RecordKind::Dossier, Some(&first), first.sealed_at, recipe(3), None, vec![part]);
    let records = [second.clone()];
    catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &[], entries: &[], alike: &[] }).unwrap();
    assert_eq!(catalog.document_recipe(second.id, 1).unwrap(), Some(recipe(1)));
}

fn versions_and_dossiers_are_told_in_their_order(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let other = "H38.16-230706-0003";
    for (of, text) in [(CODE, "một"), (other, "hai"), (CODE, "ba"), (CODE, "bốn")] {
        commit(&repository, batch, &code(of), recipe(1), &[text]);
    }
    let versions = |records: Vec<Record>| -> Vec<(String, u32)> {
        records.into_iter().map(|record| (record.dossier_code.to_string(), record.version)).collect()
    };
    let all = [(other, 1), (CODE, 1), (CODE, 2), (CODE, 3)].map(|(code, version)| (code.to_owned(), version));
    assert_eq!(versions(catalog.all_records().unwrap()), all);
    assert_eq!(versions(catalog.records_of(&code(CODE)).unwrap()), all[1..]);
    assert_eq!(catalog.dossier_codes().unwrap(), [code(other), code(CODE)]);
    assert_eq!(catalog.records_of(&code("H38.16-230706-0099")).unwrap(), []);
    let records = catalog.records_of(&code(CODE)).unwrap();
    assert!(records.windows(2).all(|pair| pair[1].supersedes == Some(pair[0].id)));
}

fn current_records_are_told_a_part_at_a_time(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    seal_blindly(&repository, batch, RecordKind::Result, 1, "kết quả").unwrap();
    let (mut after, mut told) = (None, Vec::new());
    commit_all(&repository, batch);
    while let Some(record) = catalog.current_records(after.as_ref(), 1).unwrap().pop() {
        after = Some((record.dossier_code.to_string(), Some(record.kind)));
        told.push((record.dossier_code.to_string(), record.kind, record.version));
    }
    let (dossier, result) = (RecordKind::Dossier, RecordKind::Result);
    let expected =
        [("H38.16-230706-0003", dossier, 2), (CODE, dossier, 1), (CODE, result, 1), ("H38.16-230706-0020", dossier, 1)];
    assert_eq!(told, expected.map(|(code, kind, version)| (code.to_owned(), kind, version)));
    let behind = catalog.current_records(Some(&(CODE.to_owned(), None)), 9).unwrap();
    assert_eq!(behind.len(), 1, "behind all kinds of a dossier");
}

fn commit_all(repository: &Repository, batch: BatchId) {
    for (of, text) in [("H38.16-230706-0020", "a"), ("H38.16-230706-0003", "b"), ("H38.16-230706-0003", "c")] {
        commit(repository, batch, &code(of), recipe(1), &[text]);
    }
    let (document, blob) = document(repository, &code(CODE), 2, recipe(1), &["đơn"]);
    let records = [Record::new(code(CODE), RecordKind::Dossier, None, new_batch().started_at, recipe(1), None, vec![document])];
    repository.catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &[blob], entries: &[], alike: &[] }).unwrap();
}

fn records_are_numbered_as_they_come(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    assert_eq!((catalog.max_change().unwrap(), catalog.records_changed_since(0, 9).unwrap()), (0, vec![]));
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let records: Vec<Record> =
        ["một", "hai", "ba"].iter().map(|text| commit(&repository, batch, &code(CODE), recipe(1), &[text])).collect();
    assert_eq!(catalog.max_change().unwrap(), 3);
    let told = catalog.records_changed_since(1, 1).unwrap();
    assert_eq!(told, [(2, records[1].clone())]);
    assert_eq!(catalog.records_changed_since(2, 9).unwrap(), [(3, records[2].clone())]);
    let name = |change| (change, CODE.to_owned(), "dossier".to_owned());
    let other = commit(&repository, batch, &code("H38.16-230706-0013"), recipe(1), &["bốn"]);
    let of_other = (4, other.dossier_code.to_string(), "dossier".to_owned());
    assert_eq!(catalog.names_changed_since(0, 9).unwrap(), [name(3), of_other.clone()], "each once, by its newest version");
    assert_eq!(catalog.names_changed_since(0, 1).unwrap(), [name(3)]);
    assert_eq!(catalog.names_changed_since(3, 9).unwrap(), [of_other]);
    assert_eq!(catalog.names_changed_since(4, 9).unwrap(), []);
    assert_eq!(catalog.readable_versions(CODE, "dossier").unwrap(), records);
    assert_eq!(catalog.readable_versions(CODE, "result").unwrap(), []);
}

fn names_of_issuing_bodies_are_those_of_newest_versions(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let seal = |of: &str, name: &str| {
        let previous = repository.catalog.current_record(&code(of), RecordKind::Dossier).unwrap();
        let (mut document, blob) = document(&repository, &code(of), 1, recipe(1), &[name]);
        let mut field = document.fields[&FieldName::Title].clone();
        field.value = name.into();
        document.fields = [(FieldName::IssuingBody, field)].into();
        let time = new_batch().started_at;
        let records = [Record::new(code(of), RecordKind::Dossier, previous.as_ref(), time, recipe(1), None, vec![document])];
        repository
            .catalog
            .commit_dossier(&Sealing { batch, records: &records, blobs: &[blob], entries: &[], alike: &[] })
            .unwrap();
    };
    let told = || repository.catalog.issuing_bodies().unwrap();
    assert_eq!(told(), []);
    seal(CODE, "UBND xã B");
    seal("H38.16-230706-0003", "UBND xã A");
    seal("H38.16-230706-0004", "UBND xã A");
    assert_eq!(told(), [("UBND xã A".into(), 2), ("UBND xã B".into(), 1)]);
    seal(CODE, "UBND xã A");
    assert_eq!(told(), [("UBND xã A".into(), 3)]);
}

fn a_record_that_is_asked_for_by_id_has_to_be_there(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let records = ["một", "hai"].map(|text| commit(&repository, batch, &code(CODE), recipe(1), &[text]));
    let [first, second] = &records;
    assert_eq!(repository.catalog.records(&[second.id, first.id]).unwrap(), [second.clone(), first.clone()]);
    let unknown = repository.catalog.records(&[first.id, RecordId::V2([9; 32])]);
    assert!(matches!(unknown, Err(RepositoryError::Damaged { .. })), "{unknown:?}");
    assert_eq!(repository.catalog.document_recipe(RecordId::V2([9; 32]), 1).unwrap(), None);
}
