//! [`Sightings`](crate::repository::Sightings).

use super::{World, in_both_worlds};
use crate::model::dossier::RecordKind;
use crate::model::ids::{BlobId, RecipeId};
use crate::repository::tests::{CODE, code, commit, new_batch, put, recipe};
use crate::repository::{FileStamp, Mode, Placement, Sighting};

in_both_worlds!(
    a_file_is_known_again_only_if_nothing_about_it_has_changed,
    whose_papers_a_scan_holds_is_known_as_long_as_the_rules_are_the_same,
    what_is_done_is_known_with_the_files,
    nothing_is_remembered_of_a_blob_that_is_not_known,
);

const STAMP: FileStamp = FileStamp { bytes: 4, modified_ns: 1_750_000_000_000_000_001, changed_ns: 7, inode: u64::MAX };

fn a_file_is_known_again_only_if_nothing_about_it_has_changed(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, blob) = (&repository.catalog, put(&repository, b"scan"));
    let file = Sighting { path: "/inbox/a.jpg".into(), stamp: STAMP };
    assert_eq!(catalog.sighted(&file).unwrap(), None);
    catalog.put_blob(&blob, None).unwrap();
    catalog.put_sighting(&file, blob.id).unwrap();
    let known = |file: &Sighting| catalog.known_files("/inbox", recipe(1)).unwrap().blob(&file.path, &file.stamp);
    assert_eq!((catalog.sighted(&file).unwrap(), known(&file)), (Some(blob), Some(blob)));
    for other in [
        Sighting { path: "/inbox/b.jpg".into(), ..file.clone() },
        Sighting { stamp: FileStamp { bytes: 5, ..STAMP }, ..file.clone() },
        Sighting { stamp: FileStamp { modified_ns: STAMP.modified_ns + 1, ..STAMP }, ..file.clone() },
        // Another paper of a scanner without a clock.
        Sighting { stamp: FileStamp { changed_ns: 8, ..STAMP }, ..file.clone() },
        Sighting { stamp: FileStamp { inode: 1, ..STAMP }, ..file.clone() },
    ] {
        assert_eq!((catalog.sighted(&other).unwrap(), known(&other)), (None, None), "{other:?}");
    }
    let elsewhere = catalog.known_files("/inb", recipe(1)).unwrap();
    assert_eq!(elsewhere.blob(&file.path, &file.stamp), None, "a folder whose name begins the same");
    // Seen again with another look, it is what it is now.
    let now = Sighting { stamp: FileStamp { inode: 1, ..STAMP }, ..file.clone() };
    catalog.put_sighting(&now, blob.id).unwrap();
    assert_eq!((catalog.sighted(&file).unwrap(), catalog.sighted(&now).unwrap()), (None, Some(blob)));
}

fn whose_papers_a_scan_holds_is_known_as_long_as_the_rules_are_the_same(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, blob) = (&repository.catalog, put(&repository, b"scan"));
    catalog.put_blob(&blob, None).unwrap();
    catalog.put_sighting(&Sighting { path: "/inbox/a.jpg".into(), stamp: STAMP }, blob.id).unwrap();
    let parts = vec![("A-1".parse().unwrap(), RecordKind::Result)];
    for parts in [vec![], parts.clone()] {
        catalog.put_placements(&[Placement { scan: blob.id, rules: [3; 32], parts }]).unwrap();
    }
    let known = catalog.known_files("/inbox", RecipeId::from_bytes([1; 32])).unwrap();
    assert_eq!(known.parts(blob.id, &[3; 32]), Some(&parts[..]));
    assert_eq!(known.parts(blob.id, &[4; 32]), None);
    assert!(!known.is_done(blob.id, &parts[0].0, RecordKind::Result));
}

fn what_is_done_is_known_with_the_files(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let record = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let scan = record.documents[0].source.blake3;
    catalog.put_sighting(&Sighting { path: "/inbox/a.jpg".into(), stamp: STAMP }, scan).unwrap();
    let is_done = |by| catalog.known_files("/inbox", recipe(by)).unwrap().is_done(scan, &code(CODE), RecordKind::Dossier);
    assert!(is_done(1) && !is_done(2));
    commit(&repository, batch, &code(CODE), recipe(1), &["hai"]);
    assert!(!is_done(1), "no longer in the current version");
}

fn nothing_is_remembered_of_a_blob_that_is_not_known(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, scan) = (&repository.catalog, BlobId::of(b"never"));
    let file = Sighting { path: "/inbox/a.jpg".into(), stamp: STAMP };
    assert!(catalog.put_sighting(&file, scan).is_err());
    assert!(catalog.put_placements(&[Placement { scan, rules: [3; 32], parts: vec![] }]).is_err());
    assert_eq!(catalog.sighted(&file).unwrap(), None);
}
