//! [`Batches`](crate::repository::Batches).

use super::{World, in_both_worlds};
use crate::model::batch::{BatchState, Cost, DossierLine, InterruptedBatch, Ledger, PageOutcome};
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::{BatchId, BlobId};
use crate::model::quality::{Measure, PoorPage, Shortcoming};
use crate::model::recipe::EngineIdentity;
use crate::repository::tests::{CODE, code, commit, end_of, entry, new_batch, recipe};
use crate::repository::{Assignment, BatchEnd, Entry, Mode, NewBatch, ReadAlike, RepositoryError, Sealing};

in_both_worlds!(
    the_ledger_is_summed_from_the_entries,
    a_list_tells_of_each_batch_what_its_report_does,
    a_batch_is_told_piece_by_piece_as_its_report_tells_it,
    files_are_told_by_all_that_was_found_in_them,
    a_batch_that_died_is_interrupted_by_the_next,
    what_a_batch_refused_before_it_died_is_told_by_the_next,
    only_batches_of_dead_owners_become_interrupted,
    what_never_began_is_not_known,
    recipes_are_told_once_the_newest_first,
    a_scan_is_done_only_for_what_it_was_done_for,
    a_scan_is_done_for_a_recipe_that_reads_the_same,
    a_scan_is_found_again_where_it_lay,
);

fn the_ledger_is_summed_from_the_entries(world: &dyn World) {
    let repository = world.open(Mode::Create);
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
    // The same file again takes the place of what was noted before, and outcomes told twice add up.
    let outcomes = [(PageOutcome::Sealed, 2), (PageOutcome::Blank, 1), (PageOutcome::Separator, 1), (PageOutcome::Sealed, 1)];
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

fn a_list_tells_of_each_batch_what_its_report_does(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let mut refused = entry("x.pdf", 1, &[(PageOutcome::Refused, 1)]);
    refused.failure = Some(Failure::new(FailureCode::PdfEncrypted));
    let first = catalog.begin_batch(&new_batch()).unwrap();
    catalog.put_entry(first, &refused).unwrap();
    catalog.finish_batch(first, &end_of(BatchState::Finished)).unwrap();
    let second = catalog.begin_batch(&new_batch()).unwrap();
    // Two versions of one record are one.
    for text in ["một", "hai"] {
        commit(&repository, second, &code(CODE), recipe(1), &[text]);
    }
    let newest = catalog.latest_batch().unwrap().unwrap();
    let listed = catalog.batch_summaries(None, 9).unwrap();
    assert_eq!(listed.len() as i64, newest.0);
    assert!(listed.is_sorted_by(|one, next| one.batch > next.batch));
    for summary in &listed {
        let report = catalog.batch_report(summary.batch).unwrap().unwrap();
        assert_eq!((summary.state, summary.started_at, summary.ended_at), (report.state, report.started_at, report.ended_at));
        assert_eq!((summary.ledger, summary.exceptions), (report.ledger, report.exceptions.len() as u64));
        assert_eq!(summary.records, report.dossiers.len() as u64);
    }
    assert_eq!(catalog.batch_summaries(Some(first), 9).unwrap()[0], *listed.last().unwrap());
    assert_eq!(catalog.batch_summaries(None, 1).unwrap(), listed[..1]);
    // What is noted later is told, however often the list was asked for.
    catalog.put_entry(first, &Entry { path: "y.pdf".into(), ..refused.clone() }).unwrap();
    let again = &catalog.batch_summaries(Some(first), 1).unwrap()[0];
    assert_eq!((again.ledger.refused, again.exceptions), (2, 2));
    assert_eq!(catalog.batch_summaries(Some(BatchId(0)), 9).unwrap(), []);
}

fn a_batch_is_told_piece_by_piece_as_its_report_tells_it(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let names = ["H38.16-230706-0011", "H38.16-230706-0012", "H38.16-230706-0013"];
    for (name, text) in [(0, "a"), (2, "b"), (1, "c"), (0, "d")] {
        commit(&repository, batch, &code(names[name]), recipe(1), &[text]);
    }
    for path in ["b.pdf", "a.pdf", "c.pdf"] {
        let outcomes = [(PageOutcome::Waiting, 2), (PageOutcome::Refused, 1)];
        let failure = Some(Failure::new(FailureCode::PdfEncrypted));
        catalog.put_entry(batch, &Entry { failure, ..entry(path, 3, &outcomes) }).unwrap();
    }
    catalog.put_entry(batch, &entry("sealed.pdf", 1, &[(PageOutcome::Sealed, 1)])).unwrap();
    let other = catalog.begin_batch(&new_batch()).unwrap();
    commit(&repository, other, &code(names[1]), recipe(1), &["e"]);
    let report = catalog.batch_report(batch).unwrap().unwrap();
    let head = catalog.batch_head(batch).unwrap().unwrap();
    assert_eq!((head.batch, head.ledger, &head.inbox), (batch, report.ledger, &report.inbox));
    assert!(head.dossiers.is_empty() && head.exceptions.is_empty());
    assert_eq!(catalog.batch_head(BatchId(99)).unwrap(), None);
    let (mut exceptions, mut dossiers, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let piece = catalog.batch_exceptions(batch, exceptions.len(), 2).unwrap();
        assert!(piece.len() <= 2);
        exceptions.extend(piece.clone());
        let records = catalog.batch_records(batch, after.as_ref(), 2).unwrap();
        assert!(records.len() <= 2);
        dossiers.extend(records.iter().map(DossierLine::of));
        after = records.last().map(|last| (last.dossier_code.clone(), last.kind)).or(after);
        if piece.is_empty() && records.is_empty() {
            break;
        }
    }
    assert_eq!((exceptions.len(), dossiers.len()), (6, 3));
    assert_eq!((exceptions, dossiers), (report.exceptions, report.dossiers));
}

fn files_are_told_by_all_that_was_found_in_them(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let (blank, separator, sealed) = (PageOutcome::Blank, PageOutcome::Separator, PageOutcome::Sealed);
    let waiting = Entry {
        failure: Some(Failure::new(FailureCode::DossierConflict)),
        scan: Some(BlobId::of(b"w")),
        ..entry("w", 3, &[(PageOutcome::Waiting, 2), (blank, 1)])
    };
    for entry in [
        entry("blank", 2, &[(blank, 2)]),
        entry("sheets", 2, &[(blank, 1), (separator, 1)]),
        // A paper behind a sheet and before a blank back is no sheet.
        entry("paper", 3, &[(blank, 1), (separator, 1), (sealed, 1)]),
        entry("again", 0, &[]),
        waiting,
    ] {
        catalog.put_entry(batch, &entry).unwrap();
    }
    let report = catalog.batch_report(batch).unwrap().unwrap();
    assert_eq!((report.blank_files, report.separator_files), (vec!["blank".to_owned()], vec!["sheets".to_owned()]));
    assert_eq!(report.duplicate_files, ["again"]);
    let [line] = &report.exceptions[..] else { panic!("{:?}", report.exceptions) };
    assert_eq!((line.outcome, line.path.as_str(), line.pages), (PageOutcome::Waiting, "w", 2));
    assert_eq!(catalog.batch_scans(batch).unwrap(), [("w".into(), BlobId::of(b"w"), true)]);
}

fn a_batch_that_died_is_interrupted_by_the_next(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    assert_eq!(catalog.latest_batch().unwrap(), None);
    let end = BatchEnd { cost: Cost { pages_read: 7, ..Cost::default() }, ..end_of(BatchState::Finished) };
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
}

fn what_a_batch_refused_before_it_died_is_told_by_the_next(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let refuse = |path| {
        let batch = catalog.begin_batch(&new_batch()).unwrap();
        catalog.put_entry(batch, &entry(path, 1, &[(PageOutcome::Refused, 1)])).unwrap();
        batch
    };
    let (first, second) = (refuse("a.pdf"), refuse("b.pdf"));
    let third = refuse("b.pdf");
    let told = |batch| catalog.batch_report(batch).unwrap().unwrap().interrupted;
    let refused = |batch| InterruptedBatch { batch, refused_files: 1 };
    assert_eq!(told(first), []);
    assert_eq!(told(second), [refused(first)]);
    assert_eq!(told(third), [refused(first)], "it has met the other one itself");
    let elsewhere = catalog.begin_batch(&NewBatch { inbox: "/another".into(), ..new_batch() }).unwrap();
    assert_eq!(told(elsewhere), []);
    catalog.finish_batch(elsewhere, &end_of(BatchState::Finished)).unwrap();
    let last = refuse("c.pdf");
    assert_eq!(told(last), [third, second, first].map(refused), "a batch elsewhere in between is in nobody's way");
    catalog.finish_batch(last, &end_of(BatchState::Finished)).unwrap();
    assert_eq!(told(refuse("d.pdf")), [], "that one came to its end");
}

fn only_batches_of_dead_owners_become_interrupted(world: &dyn World) {
    let (first, second) = (world.open(Mode::Create), world.open(Mode::Write));
    let batch = first.begin_batch(&new_batch()).unwrap();
    let beside = second.begin_batch(&new_batch()).unwrap();
    let state = |batch| second.catalog.batch_report(batch).unwrap().unwrap().state;
    assert_eq!([state(batch), state(beside)], [BatchState::Running; 2]);
    assert_eq!(second.dead_batches().unwrap(), []);
    drop(first);
    assert_eq!(second.dead_batches().unwrap(), [batch]);
    second.begin_batch(&new_batch()).unwrap();
    assert_eq!([state(batch), state(beside)], [BatchState::Interrupted, BatchState::Running]);
}

fn what_never_began_is_not_known(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, never) = (&repository.catalog, BatchId(99));
    assert_eq!(catalog.batch_report(never).unwrap(), None);
    assert_eq!(catalog.batch_scans(never).unwrap(), []);
    let ended = catalog.finish_batch(never, &end_of(BatchState::Finished));
    assert!(matches!(ended, Err(RepositoryError::Damaged { .. })), "{ended:?}");
    assert!(catalog.put_entry(never, &entry("a.tif", 1, &[])).is_err());
    assert_eq!(catalog.act_head().unwrap(), None);
}

fn recipes_are_told_once_the_newest_first(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let engine = |version: &str| EngineIdentity { version: version.into(), ..new_batch().engine };
    for (by, version) in [(1, "1"), (2, "1"), (1, "1"), (1, "2")] {
        let batch = NewBatch { recipe: recipe(by), engine: engine(version), ..new_batch() };
        repository.catalog.begin_batch(&batch).unwrap();
    }
    let expected = [(recipe(1), engine("2")), (recipe(1), engine("1")), (recipe(2), engine("1"))];
    assert_eq!(repository.catalog.recipes().unwrap(), expected);
}

fn a_scan_is_done_only_for_what_it_was_done_for(world: &dyn World) {
    let repository = world.open(Mode::Create);
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
    let is_sealed = |path: &str, by| catalog.is_sealed(scan, path, recipe(by)).unwrap();
    assert!(!is_sealed("a.tif", 1), "no file of this path");
    catalog.put_entry(batch, &Entry { scan: Some(scan), ..entry("a.tif", 1, &[(PageOutcome::Sealed, 1)]) }).unwrap();
    assert!(is_sealed("a.tif", 1) && !is_sealed("a.tif", 2) && !is_sealed("b.tif", 1));
    let of_others = |of: &str| catalog.is_source_of_others(scan, &code(of)).unwrap();
    assert!(of_others("H38.16-230706-0013") && !of_others(CODE));
    commit(&repository, batch, &code(CODE), recipe(2), &["một khác"]);
    assert!(of_others("H38.16-230706-0013"), "it ever was");
    assert!(!is_done(scan, CODE, dossier, 1) && !is_sealed("a.tif", 1), "no longer in the current version");

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

fn a_scan_is_done_for_a_recipe_that_reads_the_same(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let record = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let scan = record.documents[0].source.blake3;
    let is_done = || catalog.is_done(scan, &code(CODE), RecordKind::Dossier, recipe(2)).unwrap();
    assert!(!is_done());
    let acts = catalog.act_head().unwrap();
    let sealing = Sealing { batch, records: &[], blobs: &[], entries: &[], alike: &[] };
    let unknown = [ReadAlike { record: record.id, ordinal: 9, recipe: recipe(2) }];
    assert!(catalog.commit_dossier(&Sealing { alike: &unknown, ..sealing }).is_err(), "there is no such document");
    for _ in 0..2 {
        let alike = [ReadAlike { record: record.id, ordinal: 1, recipe: recipe(2) }];
        catalog.commit_dossier(&Sealing { alike: &alike, ..sealing }).unwrap();
    }
    assert!(is_done());
    assert_eq!(catalog.act_head().unwrap(), acts, "nothing that the repository says was changed");
}

fn a_scan_is_found_again_where_it_lay(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, scan) = (&repository.catalog, BlobId::of(b"scan"));
    let batches = [(); 2].map(|()| catalog.begin_batch(&new_batch()).unwrap());
    catalog.put_entry(batches[0], &Entry { scan: Some(scan), ..entry("old.tif", 1, &[]) }).unwrap();
    let failure = Some(Failure::new(FailureCode::DossierConflict));
    catalog.put_entry(batches[1], &Entry { scan: Some(scan), failure, ..entry("new.tif", 1, &[]) }).unwrap();
    let start = scan.to_string()[..12].to_uppercase();
    let expected = Some((batches[1], new_batch().inbox, "new.tif".into(), true));
    assert_eq!(catalog.last_seen(&start).unwrap(), expected);
    assert_eq!(catalog.last_seen(&BlobId::of(b"other").to_string()).unwrap(), None);
}
