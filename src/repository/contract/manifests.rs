//! [`Manifests`](crate::repository::Manifests).

use time::macros::datetime;

use super::{World, in_both_worlds};
use crate::model::ids::{RecordId, Sha256};
use crate::repository::tests::{CODE, code, commit, new_batch, recipe};
use crate::repository::{ManifestOrder, ManifestPacker, ManifestRow, ManifestState, Mode, Repository, RepositoryError};

in_both_worlds!(
    an_export_is_prepared_once_and_comes_back_byte_for_byte,
    an_export_that_came_second_is_a_conflict,
    a_manifest_that_is_not_known_is_told,
    records_wait_until_they_are_in_a_manifest,
);

fn prepare(repository: &Repository, sequence: u64, content: &str, records: &[RecordId]) -> Result<ManifestRow, RepositoryError> {
    let mut packer = ManifestPacker::default();
    packer.write(content.as_bytes())?;
    let (packed, sha256, bytes_len) = packer.finish()?;
    let (state, created_at) = (ManifestState::Prepared, datetime!(2026-03-02 19:00 UTC));
    let row = ManifestRow { sequence, sha256, bytes_len, state, created_at, file_name: format!("{sequence:06}.json") };
    repository.catalog.prepare_manifest(&ManifestOrder { row: &row, packed: &packed, records })?;
    Ok(row)
}

fn an_export_is_prepared_once_and_comes_back_byte_for_byte(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let record = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    assert_eq!(repository.catalog.last_manifest().unwrap(), None);
    let content = "{\"records\": []}".repeat(20_000);
    let row = prepare(&repository, 1, &content, &[record.id]).unwrap();
    drop(repository);

    let repository = world.open(Mode::Write);
    let catalog = &repository.catalog;
    assert_eq!(catalog.last_manifest().unwrap(), Some(row.clone()));
    assert_eq!(catalog.manifest_content(1).unwrap().unwrap(), content.as_bytes());
    let mut copy = Vec::new();
    catalog.copy_manifest(&row, &mut copy).unwrap();
    assert_eq!(copy, content.as_bytes());
    for other in [ManifestRow { sha256: Sha256::from_bytes([1; 32]), ..row.clone() }, ManifestRow { bytes_len: 9, ..row.clone() }]
    {
        assert!(matches!(catalog.copy_manifest(&other, &mut Vec::new()), Err(RepositoryError::Damaged { .. })));
    }
    catalog.release_manifest(1).unwrap();
    assert_eq!(catalog.manifests().unwrap(), [ManifestRow { state: ManifestState::Released, ..row }]);
    assert_eq!(catalog.records_in_manifest(1).unwrap(), 1);
    assert_eq!(catalog.act_head().unwrap().unwrap().count, 2);
}

fn an_export_that_came_second_is_a_conflict(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let [one, two] = ["một", "hai"].map(|text| commit(&repository, batch, &code(CODE), recipe(1), &[text]).id);
    let is_conflict = |sequence, records: &[RecordId]| {
        matches!(prepare(&repository, sequence, "[]", records), Err(RepositoryError::Conflict { .. }))
    };
    assert!(is_conflict(2, &[one]), "a gap");
    prepare(&repository, 1, "{}", &[one]).unwrap();
    let acts = repository.catalog.act_head().unwrap();
    assert!(is_conflict(1, &[two]), "another export has this number");
    assert!(is_conflict(2, &[two]), "the one before is not released");
    repository.catalog.release_manifest(1).unwrap();
    assert!(is_conflict(2, &[two, one]), "one was exported meanwhile");
    assert!(is_conflict(2, &[RecordId::V2([9; 32])]), "one is not there");
    assert_eq!((repository.catalog.act_head().unwrap(), repository.catalog.unexported(9).unwrap()), (acts, vec![two]));
    prepare(&repository, 2, "[]", &[two]).unwrap();
}

fn a_manifest_that_is_not_known_is_told(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    assert!(catalog.manifest_reader(7).unwrap().is_none());
    assert_eq!(catalog.manifest_content(7).unwrap(), None);
    assert!(matches!(catalog.release_manifest(7), Err(RepositoryError::Damaged { .. })));
    assert_eq!((catalog.manifests().unwrap(), catalog.records_in_manifest(7).unwrap()), (vec![], 0));
}

fn records_wait_until_they_are_in_a_manifest(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let codes = ["H38.16-230706-0020", "H38.16-230706-0003", CODE];
    let [last, first, middle] = codes.map(|of| commit(&repository, batch, &code(of), recipe(1), &[of]).id);
    assert_eq!(repository.catalog.unexported(2).unwrap(), [first, middle]);
    prepare(&repository, 1, "{}", &[first, middle]).unwrap();
    assert_eq!(repository.catalog.unexported(2).unwrap(), [last]);
}
