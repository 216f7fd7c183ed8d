use std::thread;

use sha2::Digest;
use time::macros::datetime;

use super::super::Repository;
use super::super::tests::{CODE, code, commit, document, new_batch, new_repository, page_of, put, recipe};
use super::*;
use crate::model::batch::{BatchState, Cost, Ledger, PageOutcome};
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::{BlobId, PageId, Sha256};
use crate::model::quality::{Measure, PoorPage, Shortcoming};
use crate::model::record::Record;
use crate::model::scan::{MediaType, ScanSummary};

fn entry(path: &str, pages: u64, outcomes: &[(PageOutcome, u64)]) -> Entry {
    let outcomes = outcomes.to_vec();
    Entry { path: path.into(), scan: None, assignment: None, pages, outcomes, failure: None, moved_to: None, poor_pages: vec![] }
}

#[test]
fn pages_and_scans_come_back_as_they_were_kept() {
    let (_folder, repository) = new_repository();
    let catalog = &repository.catalog;
    let blob = put(&repository, b"scan");
    let page = PageId { scan: blob.id, ordinal: 0 };
    let summary = ScanSummary { media_type: MediaType::Tiff, pages: 2, signatures: vec![], attachments: vec![] };
    assert!(catalog.put_scan(blob.id, &summary).is_err(), "the blob comes first");
    catalog.put_blob(&blob, None).unwrap();
    catalog.put_blob(&blob, Some(MediaType::Tiff)).unwrap();
    catalog.put_scan(blob.id, &summary).unwrap();
    catalog.put_page(page, recipe(1), &page_of("Quyết định\nsố 15")).unwrap();
    assert_eq!(catalog.blobs().unwrap(), [blob]);
    assert_eq!(catalog.blob(blob.id).unwrap(), Some(blob));
    assert_eq!(catalog.blob(BlobId::of(b"other")).unwrap(), None);
    assert_eq!(catalog.scan(blob.id).unwrap(), Some(summary));
    assert_eq!(catalog.page(page, recipe(1)).unwrap(), Some(page_of("Quyết định\nsố 15")));
    assert_eq!(catalog.page(page, recipe(2)).unwrap(), None);
}

#[test]
fn the_ledger_is_summed_from_the_entries_and_a_page_without_outcome_unbalances_it() {
    let (_folder, repository) = new_repository();
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let mut refused = entry("x.pdf", 1, &[(PageOutcome::Refused, 1)]);
    refused.failure = Some(Failure::new(FailureCode::PdfEncrypted).at_file("x.pdf"));
    refused.moved_to = Some("quarantine/pdf-encrypted/x.pdf".into());
    let faint = Shortcoming { measure: Measure::Contrast, value: 0.05, limit: 0.12 };
    refused.poor_pages =
        vec![PoorPage { page: 2, shortcomings: vec![faint], picture: Some("exceptions/x.jpg".into()), sensitive: false }];
    catalog.put_entry(batch, &refused).unwrap();
    catalog.put_entry(batch, &entry("a.tif", 9, &[(PageOutcome::Waiting, 9)])).unwrap();
    // The same file again takes the place of what was noted before.
    let outcomes = [(PageOutcome::Sealed, 3), (PageOutcome::Blank, 1), (PageOutcome::Separator, 1)];
    catalog.put_entry(batch, &entry("a.tif", 5, &outcomes)).unwrap();
    let report = catalog.batch_report(batch).unwrap().unwrap();
    assert_eq!(report.ledger, Ledger { scanned: 6, sealed: 3, separators: 1, blank: 1, waiting: 0, refused: 1 });
    assert!(report.ledger.balances());
    let [line] = &report.exceptions[..] else { panic!("{:?}", report.exceptions) };
    assert_eq!((line.outcome, line.pages, line.failure.code), (PageOutcome::Refused, 1, FailureCode::PdfEncrypted));
    assert_eq!((&line.moved_to, &line.poor_pages), (&refused.moved_to, &refused.poor_pages));

    catalog.put_entry(batch, &entry("lost.tif", 2, &[(PageOutcome::Sealed, 1)])).unwrap();
    assert!(!catalog.batch_report(batch).unwrap().unwrap().ledger.balances());
}

#[test]
fn a_batch_that_died_is_interrupted_by_the_next_and_a_finished_one_stays() {
    let (_folder, repository) = new_repository();
    let catalog = &repository.catalog;
    assert_eq!(catalog.latest_batch().unwrap(), None);
    let end = BatchEnd {
        state: BatchState::Finished,
        ended_at: datetime!(2026-03-03 01:00 +7),
        unchanged_files: 4,
        left_files: 2,
        cost: Cost { pages_read: 7, ..Cost::default() },
        manifest: Some("000001.json".into()),
    };
    let batches: Vec<_> = (0..3).map(|_| catalog.begin_batch(&new_batch()).unwrap()).collect();
    catalog.finish_batch(batches[2], &end).unwrap();
    let newest = catalog.begin_batch(&new_batch()).unwrap();
    let state = |batch| catalog.batch_report(batch).unwrap().unwrap().state;
    assert_eq!(
        [state(batches[0]), state(batches[2]), state(newest)],
        [BatchState::Interrupted, BatchState::Finished, BatchState::Running]
    );
    assert_eq!(catalog.latest_batch().unwrap(), Some(newest));
    let report = catalog.batch_report(batches[2]).unwrap().unwrap();
    assert_eq!((report.unchanged_files, report.left_files, report.cost, report.manifest), (4, 2, end.cost, end.manifest));
    assert_eq!(report.ended_at, Some(end.ended_at));
    assert_eq!((report.engine, report.recipe, report.started_at), (new_batch().engine, recipe(1), new_batch().started_at));
    assert_eq!(catalog.batch_report(crate::model::ids::BatchId(99)).unwrap(), None);
}

#[test]
fn a_dossier_is_committed_once_however_often_it_is_asked_for() {
    let (_folder, repository) = new_repository();
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let (document, sealed) = document(&repository, &code(CODE), 1, recipe(1), &["Đơn", "trang 2"]);
    let time = datetime!(2026-03-02 18:05 UTC);
    let record = Record::new(code(CODE), RecordKind::Dossier, None, time, recipe(1), None, vec![document]);
    let entries = [entry("a.tif", 2, &[(PageOutcome::Sealed, 2)])];
    for _ in 0..2 {
        catalog.commit_dossier(batch, std::slice::from_ref(&record), &[sealed], &entries).unwrap();
    }
    assert_eq!(catalog.records_of(&code(CODE)).unwrap(), std::slice::from_ref(&record));
    assert_eq!(catalog.dossier_codes().unwrap(), [code(CODE)]);
    let report = catalog.batch_report(batch).unwrap().unwrap();
    assert_eq!((report.ledger.scanned, report.ledger.sealed), (2, 2));
    let line = &report.dossiers[0];
    assert_eq!((line.version, line.documents, line.pages, line.fields_to_confirm), (1, 1, 2, 1));
    assert_eq!(report.dossiers.len(), 1);
}

#[test]
fn a_commit_that_fails_leaves_nothing_behind() {
    let (_folder, repository) = new_repository();
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let first = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let before = catalog.blobs().unwrap();
    let (document, sealed) = document(&repository, &code(CODE), 2, recipe(1), &["một"]);
    let fork = Record::new(code(CODE), RecordKind::Dossier, None, first.sealed_at, recipe(1), None, vec![document.clone()]);
    let entries = [entry("a.tif", 1, &[(PageOutcome::Sealed, 1)])];
    assert!(catalog.commit_dossier(batch, &[fork], &[sealed], &entries).is_err(), "not the version after the newest");
    let next = Record::new(code(CODE), RecordKind::Dossier, Some(&first), first.sealed_at, recipe(1), None, vec![document]);
    assert!(catalog.commit_dossier(batch, &[next], &[], &entries).is_err(), "its sealed file is not known");
    assert_eq!(catalog.blobs().unwrap(), before);
    assert_eq!(catalog.current_records(None, 10).unwrap(), [first]);
    assert_eq!(catalog.batch_report(batch).unwrap().unwrap().ledger.scanned, 0);
}

#[test]
fn a_scan_is_done_only_for_the_assignment_and_recipe_it_was_done_for() {
    let (_folder, repository) = new_repository();
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let record = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let scan = record.documents[0].source.blake3;
    let (dossier, result) = (RecordKind::Dossier, RecordKind::Result);
    let is_done = |scan, of: &str, kind, by| catalog.is_done(scan, &code(of), kind, recipe(by)).unwrap();
    assert!(is_done(scan, CODE, dossier, 1));
    assert!(!is_done(scan, "H38.16-230706-0013", dossier, 1));
    assert!(!is_done(scan, CODE, result, 1));
    assert!(!is_done(scan, CODE, dossier, 2));
    commit(&repository, batch, &code(CODE), recipe(2), &["một khác"]);
    assert!(!is_done(scan, CODE, dossier, 1), "no longer in the current version");

    let blank = BlobId::of(b"blank");
    let mut settled = entry("b.tif", 2, &[(PageOutcome::Blank, 1)]);
    settled.scan = Some(blank);
    settled.assignment = Some(Assignment { code: code(CODE), kind: dossier, recipe: recipe(1) });
    catalog.put_entry(batch, &settled).unwrap();
    assert!(!is_done(blank, CODE, dossier, 1), "one page is open");
    settled.outcomes = vec![(PageOutcome::Blank, 1), (PageOutcome::Separator, 1)];
    catalog.put_entry(batch, &settled).unwrap();
    assert!(is_done(blank, CODE, dossier, 1) && !is_done(blank, CODE, dossier, 2));
}

#[test]
fn a_document_taken_over_keeps_its_ordinal_and_the_recipe_its_text_is_kept_under() {
    let (_folder, repository) = new_repository();
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let first = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let (late, sealed) = document(&repository, &code(CODE), 2, recipe(2), &["đến muộn"]);
    let documents = vec![first.documents[0].clone(), late.clone()];
    let second = Record::new(code(CODE), RecordKind::Dossier, Some(&first), first.sealed_at, recipe(2), None, documents);
    catalog.commit_dossier(batch, std::slice::from_ref(&second), &[sealed], &[]).unwrap();
    assert_eq!(catalog.document_recipe(second.id, 1).unwrap(), Some(recipe(1)));
    assert_eq!(catalog.document_recipe(second.id, 2).unwrap(), Some(recipe(2)));
    assert_eq!(catalog.document_recipe(second.id, 3).unwrap(), None);
    let ordinals = catalog.ordinals(&code(CODE)).unwrap();
    assert_eq!(ordinals, [(first.documents[0].id, 1), (late.id, 2)].into());
    assert_eq!(catalog.current_record(&code(CODE), RecordKind::Dossier).unwrap(), Some(second.clone()));
    assert_eq!(catalog.current_record(&code(CODE), RecordKind::Result).unwrap(), None);
    assert_eq!(catalog.current_records(None, 10).unwrap(), std::slice::from_ref(&second));
    let newest = catalog.max_change().unwrap();
    assert_eq!(catalog.records_changed_since(newest - 1, 9).unwrap(), [(newest, second)]);
}

#[test]
fn an_export_is_prepared_once_and_survives_a_crash_byte_for_byte() {
    let (_folder, repository) = new_repository();
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let record = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    assert_eq!(catalog.unexported(9).unwrap(), [record.id]);
    assert_eq!(catalog.records(&[record.id]).unwrap(), std::slice::from_ref(&record));
    let row = |sequence, content: &[u8]| ManifestRow {
        sequence,
        sha256: Sha256::from_bytes(sha2::Sha256::digest(content).into()),
        bytes_len: content.len() as u64,
        state: ManifestState::Prepared,
        created_at: datetime!(2026-03-02 19:00 UTC),
        file_name: format!("{sequence:06}.json"),
    };
    assert!(catalog.prepare_manifest(&row(2, b"{}"), b"{}", &[record.id]).is_err(), "a gap");
    assert!(catalog.prepare_manifest(&row(1, b"{}"), b"{1}", &[record.id]).is_err(), "another content");
    catalog.prepare_manifest(&row(1, b"{}"), b"{}", &[record.id]).unwrap();
    assert_eq!(catalog.unexported(9).unwrap(), []);
    let root = repository.root().to_owned();
    drop(repository);

    let catalog = &Repository::create_or_open(&root).unwrap().catalog;
    assert_eq!(catalog.last_manifest().unwrap(), Some(row(1, b"{}")));
    assert_eq!(catalog.manifest_content(1).unwrap().as_deref(), Some(&b"{}"[..]));
    assert!(catalog.prepare_manifest(&row(2, b"[]"), b"[]", &[]).is_err(), "the first is not released");
    catalog.release_manifest(1).unwrap();
    assert!(catalog.prepare_manifest(&row(2, b"[]"), b"[]", &[record.id]).is_err(), "exported before");
    assert_eq!(catalog.manifests().unwrap(), [ManifestRow { state: ManifestState::Released, ..row(1, b"{}") }]);
}

#[test]
fn many_threads_write_at_once() {
    let (_folder, repository) = new_repository();
    let blob = put(&repository, b"scan");
    repository.catalog.put_blob(&blob, None).unwrap();
    thread::scope(|scope| {
        for ordinal in 0..8 {
            let (catalog, page) = (&repository.catalog, PageId { scan: blob.id, ordinal });
            scope.spawn(move || catalog.put_page(page, recipe(1), &page_of("chữ")).unwrap());
        }
    });
    let page = |ordinal| repository.catalog.page(PageId { scan: blob.id, ordinal }, recipe(1)).unwrap();
    assert!((0..8).all(|ordinal| page(ordinal).is_some()));
}

#[test]
fn a_catalog_of_version_1_opens_with_all_its_records() {
    let (_folder, repository) = new_repository();
    let root = repository.root().to_owned();
    drop(repository);
    std::fs::remove_file(root.join("catalog.sqlite")).unwrap();
    Connection::open(root.join("catalog.sqlite")).unwrap().execute_batch(include_str!("fixtures/v1.sql")).unwrap();
    let repository = Repository::create_or_open(&root).unwrap();
    let record = repository.catalog.current_record(&code(CODE), RecordKind::Dossier).unwrap().unwrap();
    assert_eq!((record.version, record.documents.len()), (2, 1));
    let report = repository.catalog.batch_report(crate::model::ids::BatchId(1)).unwrap().unwrap();
    assert!(report.ledger.balances() && report.ledger.sealed == 1);
    let page = repository.catalog.page(record.documents[0].pages[0], recipe(1)).unwrap().unwrap();
    assert_eq!(page.text(), "Đơn đề nghị bổ sung\n");
}
