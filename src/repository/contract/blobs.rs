//! [`Blobs`](crate::repository::Blobs).

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread;

use super::{World, in_both_worlds};
use crate::model::ids::{BlobId, Sha256};
use crate::repository::tests::put;
use crate::repository::{BlobFile, BlobState, CopyError, Mode, PutError, RepositoryError, StoredBlob};

in_both_worlds!(
    bytes_come_back_under_both_digests,
    many_threads_put_the_same_and_other_bytes_at_once,
    what_is_no_plain_file_is_a_fault_of_the_source,
    a_file_that_grows_while_it_is_read_is_not_stored,
    a_blob_that_is_not_there_is_damage,
    a_copy_is_proven_on_its_way,
    blobs_are_listed_in_the_order_of_their_names,
    a_lent_file_can_be_read_as_long_as_it_is_held,
);

fn bytes_come_back_under_both_digests(world: &dyn World) {
    let blobs = &world.open(Mode::Create).blobs;
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "abc").unwrap();
    let blob = blobs.put_file(file.path()).unwrap();
    assert_eq!((blob.id, blob.bytes), (BlobId::of(b"abc"), 3));
    // The published test value for "abc".
    assert!(blob.sha256.to_string().starts_with("ba7816bf8f01cfea"));
    assert_eq!(blobs.put_file(file.path()).unwrap(), blob, "put twice");
    assert_eq!(blobs.read(blob.id).unwrap(), b"abc");
    assert_eq!(blobs.check(&blob), BlobState::Sound);
    assert!(blobs.holds(&blob) && !blobs.holds(&StoredBlob { bytes: 4, ..blob }));
    assert!(blobs.stored_at(blob.id).is_some() && blobs.stored_at(BlobId::of(b"other")).is_none());
    let others = [StoredBlob { bytes: 4, ..blob }, StoredBlob { sha256: Sha256::from_bytes([0; 32]), ..blob }];
    assert_eq!(others.map(|other| blobs.check(&other)), [BlobState::Changed; 2]);
}

fn many_threads_put_the_same_and_other_bytes_at_once(world: &dyn World) {
    let repository = &world.open(Mode::Create);
    let same: Vec<StoredBlob> = thread::scope(|scope| {
        let put_both = |number: u8| {
            put(repository, &[number; 100]);
            put(repository, &[99; 70_000])
        };
        let threads: Vec<_> = (0..8).map(|number| scope.spawn(move || put_both(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(same.iter().all(|blob| *blob == same[0] && blob.id == BlobId::of(&[99; 70_000])));
    assert_eq!(repository.blobs.list().count(), 9);
}

fn what_is_no_plain_file_is_a_fault_of_the_source(world: &dyn World) {
    let (blobs, folder) = (&world.open(Mode::Create).blobs, tempfile::tempdir().unwrap());
    let [real, link, pipe, absent] = ["real", "link", "pipe", "absent"].map(|name| folder.path().join(name));
    fs::write(&real, "real").unwrap();
    symlink(&real, &link).unwrap();
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    for bad in [link.as_path(), pipe.as_path(), absent.as_path(), folder.path()] {
        let put = blobs.put_file(bad);
        let is_no_file = bad == pipe || bad == folder.path();
        assert!(matches!(put, Err(PutError::NotPlain)) == is_no_file, "{}", bad.display());
        assert!(matches!(put, Err(PutError::Source(_))) != is_no_file, "{}", bad.display());
    }
    assert_eq!(blobs.list().count(), 0);
}

fn a_file_that_grows_while_it_is_read_is_not_stored(world: &dyn World) {
    let blobs = &world.open(Mode::Create).blobs;
    // /proc files claim to be empty and are not: what a reader sees of a growing file.
    assert!(matches!(blobs.put_file(Path::new("/proc/self/status")), Err(PutError::Changed)));
    assert_eq!(blobs.list().count(), 0);
}

fn a_blob_that_is_not_there_is_damage(world: &dyn World) {
    let blobs = &world.open(Mode::Create).blobs;
    let blob = StoredBlob { id: BlobId::of(b"gone"), sha256: Sha256::from_bytes([1; 32]), bytes: 4 };
    assert!(matches!(blobs.read(blob.id), Err(RepositoryError::Damaged { .. })));
    assert!(matches!(blobs.lend(blob.id), Err(RepositoryError::Damaged { .. })));
    assert_eq!(blobs.check(&blob), BlobState::Missing);
    assert!(matches!(blobs.copy(&blob, &mut Vec::new()), Err(CopyError::Damaged(BlobState::Missing))));
}

fn a_copy_is_proven_on_its_way(world: &dyn World) {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let repository = world.open(Mode::Create);
    let (blob, blobs) = (put(&repository, b"sealed"), &repository.blobs);
    let mut copy = Vec::new();
    blobs.copy(&blob, &mut copy).unwrap();
    assert_eq!(copy, b"sealed");
    let other = StoredBlob { sha256: Sha256::from_bytes([1; 32]), ..blob };
    assert!(matches!(blobs.copy(&other, &mut Vec::new()), Err(CopyError::Damaged(BlobState::Changed))));
    assert!(matches!(blobs.copy(&blob, &mut Full), Err(CopyError::Target(RepositoryError::DiskFull { .. }))));
}

fn blobs_are_listed_in_the_order_of_their_names(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let mut ids: Vec<BlobId> = (0..20u8).map(|number| put(&repository, &[number]).id).collect();
    ids.sort();
    let listed: Vec<BlobFile> = repository.blobs.list().map(Result::unwrap).collect();
    assert_eq!(listed, ids.into_iter().map(BlobFile::Blob).collect::<Vec<_>>());
}

fn a_lent_file_can_be_read_as_long_as_it_is_held(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let blob = put(&repository, b"scan");
    let (lent, again) = (repository.blobs.lend(blob.id).unwrap(), repository.blobs.lend(blob.id).unwrap());
    drop(again);
    assert_eq!(fs::read(lent.path()).unwrap(), b"scan");
    let folders = repository.blobs.lending_folders();
    assert!(folders.iter().any(|folder| lent.path().starts_with(folder)), "a worker sees no other folders");
}
