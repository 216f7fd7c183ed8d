use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use walkdir::WalkDir;

use super::super::tests::{new_repository, put};
use super::*;

fn files_in(folder: &Path) -> usize {
    WalkDir::new(folder).into_iter().filter(|entry| entry.as_ref().unwrap().file_type().is_file()).count()
}

/// Where blobs lie.
fn folder_of(repository: &super::super::Repository) -> PathBuf {
    repository.root().join("blobs")
}

#[test]
fn a_blob_that_is_there_is_not_written_again_unless_it_is_short() {
    let (_folder, repository) = new_repository();
    let blob = put(&repository, b"content");
    let path = repository.blobs.place_of(blob.id);
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
fn a_file_that_grows_while_it_is_read_is_not_stored_as_something_it_never_was() {
    // /proc files claim to be empty and are not: what a reader sees of a growing file.
    let (_folder, repository) = new_repository();
    assert!(matches!(repository.blobs.put_file(Path::new("/proc/self/status")), Err(PutError::Changed)));
    assert_eq!((files_in(&folder_of(&repository)), files_in(repository.scratch_dir().unwrap())), (0, 0));
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
    fs::remove_file(blobs.place_of(changed.id)).unwrap();
    fs::write(blobs.place_of(changed.id), "B").unwrap();
    fs::remove_file(blobs.place_of(missing.id)).unwrap();
    let states = [sound, changed, missing].map(|blob| blobs.check(&blob));
    assert_eq!(states, [BlobState::Sound, BlobState::Changed, BlobState::Missing]);
    assert!(matches!(blobs.read(missing.id), Err(RepositoryError::Damaged { .. })));

    // A proper name in the wrong folder is as lost as no name.
    let strays = [folder_of(&repository).join("notes.txt"), folder_of(&repository).join(missing.id.to_string())];
    strays.iter().for_each(|stray| fs::write(stray, "x").unwrap());
    let found: Vec<_> = blobs.list().collect::<Result<_, _>>().unwrap();
    for expected in strays.map(BlobFile::Stray).into_iter().chain([BlobFile::Blob(sound.id), BlobFile::Blob(changed.id)]) {
        assert!(found.contains(&expected), "{expected:?}");
    }
    assert_eq!(found.len(), 4);
}
