//! What every store of backups promises, tried with each.

use std::io::{Read, Write};

use super::error::BackupError;
use super::folder::FolderStore;
use super::store::Store;
use crate::model::backup::Kept;
use crate::repository::digest::digest;

fn put(store: &dyn Store, name: &str, content: &[u8]) {
    let mut file = store.new_file().unwrap();
    file.write_all(content).unwrap();
    store.put(name, file, written(content)).unwrap();
}

/// What is told of what is put.
pub(super) fn written(content: &[u8]) -> Kept {
    digest(&mut &content[..], None).unwrap().into()
}

fn read(store: &dyn Store, name: &str) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    store.read(name).unwrap()?.read_to_end(&mut content).unwrap();
    Some(content)
}

fn listed(store: &dyn Store, folder: &str) -> Vec<(String, u64)> {
    let mut names = store.list(folder).unwrap();
    names.sort();
    names
}

/// Bytes that differ from place to place, so that no piece can stand for another.
pub(super) fn content(bytes: usize) -> Vec<u8> {
    let mut content = vec![0; bytes];
    blake3::Hasher::new().update(b"content").finalize_xof().fill(&mut content);
    content
}

/// Tries the store that `open` opens; nothing lies there yet.
pub(super) fn try_out(open: &dyn Fn() -> Box<dyn Store>) {
    let store = open();
    assert!(store.is_empty().unwrap());
    assert_eq!(listed(&*store, "blobs"), []);
    assert_eq!(read(&*store, "blobs/aa/none"), None);
    store.remove("blobs/aa/none").unwrap();

    let large = content(20 * 1024 * 1024 + 17);
    let objects: [(&str, &[u8]); 5] = [
        ("marker.json", b"{}"),
        ("blobs/aa/bb/one", b"first"),
        ("blobs/aa/bb/empty", b""),
        ("blobs/aa/large", &large),
        ("blobs-and-more/x", b"of another folder"),
    ];
    for (name, content) in objects {
        put(&*store, name, content);
    }
    assert!(!store.is_empty().unwrap());
    // What lies there is seen by others too, whole and under its name alone.
    let other = open();
    for (name, content) in objects {
        assert!(read(&*other, name).as_deref() == Some(content), "{name}");
    }
    let sizes = |names: &[(&str, u64)]| names.iter().map(|(name, bytes)| ((*name).to_owned(), *bytes)).collect::<Vec<_>>();
    let blobs = sizes(&[("blobs/aa/bb/empty", 0), ("blobs/aa/bb/one", 5), ("blobs/aa/large", large.len() as u64)]);
    assert_eq!(listed(&*other, "blobs"), blobs);
    assert_eq!(listed(&*other, "partial"), [], "nothing of an upload is left");

    put(&*store, "blobs/aa/bb/one", b"second, and longer");
    assert_eq!(read(&*other, "blobs/aa/bb/one").unwrap(), b"second, and longer");
    put(&*store, "blobs/aa/large", b"small now");
    assert_eq!(read(&*other, "blobs/aa/large").unwrap(), b"small now");
    store.remove("blobs/aa/bb/one").unwrap();
    assert_eq!(read(&*other, "blobs/aa/bb/one"), None);
    assert_eq!(listed(&*store, "blobs").len(), 2);

    // More than a page of a list, from several threads.
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &*store;
            scope.spawn(move || (0..280).for_each(|number| put(store, &format!("many/{thread}/{number:04}"), b"x")));
        }
    });
    let many = listed(&*other, "many");
    assert_eq!(many.len(), 4 * 280);
    assert!(many.windows(2).all(|pair| pair[0].0 != pair[1].0));
    // What does not read back as it was to be is not there afterwards, nor anything of it.
    let mut file = store.new_file().unwrap();
    file.write_all(b"another").unwrap();
    assert!(matches!(store.put("blobs/aa/bb/other", file, written(b"content")), Err(BackupError::Damaged { .. })));
    assert_eq!(read(&*other, "blobs/aa/bb/other"), None);
    assert_eq!(listed(&*other, "partial"), []);
    assert!(store.place_of("many/0/0001").ends_with("many/0/0001"));
}

#[test]
fn a_folder_keeps_what_stores_promise() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("backup");
    let writer: std::cell::Cell<Option<FolderStore>> = std::cell::Cell::new(Some(FolderStore::to_write(&root).unwrap()));
    // Who reads beside the one that writes.
    try_out(&|| writer.take().map_or_else(|| Box::new(FolderStore::to_read(&root)) as Box<dyn Store>, |first| Box::new(first)));
    assert!(FolderStore::to_write(&root).is_ok(), "the lock goes with the one who holds it");
    let lost = FolderStore::to_read(&folder.path().join("absent"));
    assert!(lost.is_empty().unwrap() && lost.read("x").unwrap().is_none());
}
