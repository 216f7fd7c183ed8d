//! [`Survey`](crate::repository::Survey).

use super::{World, in_both_worlds};
use crate::model::batch::{BatchState, PageOutcome};
use crate::model::dossier::RecordKind;
use crate::model::ids::BatchId;
use crate::repository::Mode;
use crate::repository::tests::{CODE, code, commit, end_of, entry, new_batch, recipe};

in_both_worlds!(
    a_sound_catalog_finds_nothing_wrong_with_itself,
    records_are_told_with_all_that_is_kept_beside_them,
    a_digest_of_a_ledger_covers_every_entry,
);

fn a_sound_catalog_finds_nothing_wrong_with_itself(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    catalog.put_entry(batch, &entry("a.tif", 1, &[(PageOutcome::Sealed, 1)])).unwrap();
    catalog.finish_batch(batch, &end_of(BatchState::Finished)).unwrap();
    let empty: [&str; 0] = [];
    for found in [catalog.integrity_errors(), catalog.schema_differences(), catalog.counter_errors()] {
        assert_eq!(found.unwrap(), []);
    }
    assert_eq!(catalog.sighting_errors(9).unwrap(), empty);
    for table in catalog.tables() {
        assert_eq!(catalog.changed_rows(table, 9).unwrap(), empty, "{table}");
    }
    assert_eq!(catalog.old_records_digest().unwrap().0, 0);
}

fn records_are_told_with_all_that_is_kept_beside_them(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let [first, second] = ["một", "hai"].map(|text| commit(&repository, batch, &code(CODE), recipe(1), &[text]));
    let rows = catalog.record_rows_after(("", "", i64::MIN), 9).unwrap();
    let [one, two] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((one.change, one.version, &one.id, one.supersedes), (1, 1, first.id.as_bytes(), None));
    assert_eq!((two.change, two.version, two.batch, two.manifest), (2, 2, batch, None));
    assert_eq!((two.supersedes.as_ref(), two.record.as_ref().unwrap()), (Some(first.id.as_bytes()), &second));
    let (kept, document) = (&two.documents[0], &second.documents[0]);
    assert_eq!((kept.ordinal, &kept.id, kept.file), (1, document.id.as_bytes(), document.file.blake3));
    assert_eq!((kept.source, kept.recipe), (document.source.blake3, recipe(1)));
    let next = catalog.record_rows_after((CODE, RecordKind::Dossier.as_str(), 1), 9).unwrap();
    assert_eq!(next.iter().map(|row| row.version).collect::<Vec<_>>(), [2]);
    assert_eq!(catalog.record_rows_after(("", "", i64::MIN), 1).unwrap().len(), 1);
    assert_eq!(catalog.record_row(first.id.as_bytes()).unwrap().unwrap().change, 1);
    assert!(catalog.record_row(&[9; 32]).unwrap().is_none());
}

fn a_digest_of_a_ledger_covers_every_entry(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let first = catalog.begin_batch(&new_batch()).unwrap();
    let digests = || (catalog.ledger_digest(first).unwrap(), catalog.ledgers_digest(BatchId(9)).unwrap());
    let empty = digests();
    catalog.put_entry(first, &entry("a.tif", 1, &[(PageOutcome::Waiting, 1)])).unwrap();
    let waiting = digests();
    catalog.put_entry(first, &entry("a.tif", 1, &[(PageOutcome::Sealed, 1)])).unwrap();
    let sealed = digests();
    assert_eq!((empty.0.0, waiting.0.0, sealed.0.0), (0, 1, 1));
    assert!(empty.0.1 != waiting.0.1 && waiting.0.1 != sealed.0.1);
    assert!(empty.1 != waiting.1 && waiting.1 != sealed.1);
    // An interruption, which nobody was there to note, changes nothing of it.
    catalog.begin_batch(&new_batch()).unwrap();
    assert_eq!(catalog.ledger_digest(first).unwrap(), sealed.0);
    let states: Vec<String> = catalog.batch_rows().unwrap().into_iter().map(|row| row.state).collect();
    assert_eq!(states, ["interrupted", "running"]);
}
