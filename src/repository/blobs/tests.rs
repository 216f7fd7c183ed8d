use std::os::unix::fs::{PermissionsExt, symlink};
use std::thread;

use super::super::tests::{new_repository, put};
use super::*;

fn files_in(folder: &Path) -> usize {
    WalkDir::new(folder).into_iter().filter(|entry| entry.as_ref().unwrap().file_type().is_file()).count()
}

#[test]
fn many_threads_store_the_same_and_other_bytes_at_once() {
    let (folder, repository) = new_repository();
    let source = folder.path().join("scan");
    fs::write(&source, vec![7; 700_000]).unwrap();
    let stored: Vec<_> = thread::scope(|scope| {
        let (repository, source) = (&repository, &source);
        let threads: Vec<_> = (0..8u8)
            .map(|n| {
                scope.spawn(move || {
                    put(repository, &[n; 100]);
                    repository.blobs.put_file(source).unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(stored.iter().all(|blob| *blob == stored[0]));
    assert_eq!(stored[0].id, BlobId::of(&vec![7; 700_000]));
    assert_eq!(stored[0], put(&repository, &vec![7; 700_000]));
    assert_eq!((files_in(&repository.blobs.blobs), files_in(repository.scratch_dir().unwrap())), (9, 0));
    // The published SHA-256 test value for "abc".
    let abc = put(&repository, b"abc");
    assert!(abc.sha256.to_string().starts_with("ba7816bf8f01cfea"));
}

#[test]
fn a_blob_that_is_there_is_not_written_again_unless_it_is_short() {
    let (_folder, repository) = new_repository();
    let blob = put(&repository, b"content");
    let path = repository.blobs.path_of(blob.id);
    let inode = fs::metadata(&path).unwrap().ino();
    put(&repository, b"content");
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o222, 0, "nobody may write to it");
    fs::remove_file(&path).unwrap();
    fs::write(&path, "con").unwrap();
    put(&repository, b"content");
    assert_eq!(repository.blobs.check(&blob), BlobState::Sound);
}

#[test]
fn links_folders_pipes_and_absent_files_are_faults_of_the_source() {
    let (folder, repository) = new_repository();
    let (real, link, pipe) = (folder.path().join("real"), folder.path().join("link"), folder.path().join("pipe"));
    fs::write(&real, "real").unwrap();
    symlink(&real, &link).unwrap();
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    for bad in [&link, &pipe, &folder.path().to_owned(), &folder.path().join("absent")] {
        assert!(matches!(repository.blobs.put_file(bad), Err(PutError::Source(_))), "{}", bad.display());
    }
    assert_eq!(files_in(&repository.blobs.blobs), 0);
}

#[test]
fn a_file_that_grows_while_it_is_read_is_not_stored_as_something_it_never_was() {
    // /proc files claim to be empty and are not: what a reader sees of a growing file.
    let (_folder, repository) = new_repository();
    assert!(matches!(repository.blobs.put_file(Path::new("/proc/self/status")), Err(PutError::Changed)));
    assert_eq!((files_in(&repository.blobs.blobs), files_in(repository.scratch_dir().unwrap())), (0, 0));
}

#[test]
fn a_store_that_cannot_be_written_is_no_fault_of_the_source() {
    let (folder, repository) = new_repository();
    let source = folder.path().join("scan");
    fs::write(&source, "scan").unwrap();
    fs::remove_dir(repository.scratch_dir().unwrap()).unwrap();
    assert!(matches!(repository.blobs.put_file(&source), Err(PutError::Store(_))));
}

#[test]
fn missing_changed_and_stray_files_are_found() {
    let (_folder, repository) = new_repository();
    let blobs = &repository.blobs;
    let [sound, changed, missing] = [&b"a"[..], b"b", b"c"].map(|bytes| put(&repository, bytes));
    fs::remove_file(blobs.path_of(changed.id)).unwrap();
    fs::write(blobs.path_of(changed.id), "B").unwrap();
    fs::remove_file(blobs.path_of(missing.id)).unwrap();
    let states = [sound, changed, missing].map(|blob| blobs.check(&blob));
    assert_eq!(states, [BlobState::Sound, BlobState::Changed, BlobState::Missing]);
    assert!(matches!(blobs.read(missing.id), Err(RepositoryError::Damaged { .. })));

    // A proper name in the wrong folder is as lost as no name.
    let strays = [blobs.blobs.join("notes.txt"), blobs.blobs.join(missing.id.to_string())];
    strays.iter().for_each(|stray| fs::write(stray, "x").unwrap());
    let found: Vec<_> = blobs.ids().collect::<Result<_, _>>().unwrap();
    for expected in strays.map(BlobFile::Stray).into_iter().chain([BlobFile::Blob(sound.id), BlobFile::Blob(changed.id)]) {
        assert!(found.contains(&expected), "{expected:?}");
    }
    assert_eq!(found.len(), 4);
}
