//! An index that is made anew while others read it.

use super::*;

#[test]
fn who_reads_goes_on_while_an_index_is_made_anew() {
    let (_folder, repository, index) = indexed(&[(CODE, &["quyết định"]), (OTHER, &["tờ trình"])]);
    let folder = repository.index_dir();
    drop(index);
    let reading = Index::open(&folder).unwrap();
    Index::rebuild(&folder, repository.catalog.as_ref()).unwrap();
    assert_eq!(found(&reading, "quyết định"), [at(CODE, 1)], "its files are gone");
    assert_eq!(entries(&reading).len(), 2);
    assert_eq!(found(&Index::open(&folder).unwrap(), "quyết định"), [at(CODE, 1)]);
    assert!(!beside(&folder).exists() && !folder.with_extension("old").exists());
}

#[test]
fn an_index_that_could_not_be_made_anew_leaves_the_old_one() {
    let (_folder, repository, index) = indexed(&[(CODE, &["quyết định"])]);
    let folder = repository.index_dir();
    drop(index);
    // No folder can be made there.
    fs::write(beside(&folder), "in the way").unwrap();
    assert!(Index::rebuild(&folder, repository.catalog.as_ref()).is_err());
    assert_eq!(found(&Index::open(&folder).unwrap(), "quyết định"), [at(CODE, 1)]);
    // The catalog ends in the middle of it.
    fs::remove_file(beside(&folder)).unwrap();
    let catalog = rusqlite::Connection::open(folder.with_file_name("catalog.sqlite")).unwrap();
    catalog.execute("UPDATE page SET content = x'00'", []).unwrap();
    assert!(Index::rebuild(&folder, repository.catalog.as_ref()).is_err());
    assert_eq!(found(&Index::open(&folder).unwrap(), "quyết định"), [at(CODE, 1)]);
    assert!(Index::open(&folder).unwrap().is_complete(repository.catalog.as_ref()).unwrap());
}

/// A kill leaves what was made so far, or the old index after the new one took its place.
#[test]
fn what_a_kill_left_beside_is_cleared_away() {
    let (_folder, repository, index) = indexed(&[(CODE, &["quyết định"])]);
    let folder = repository.index_dir();
    drop(index);
    Index::create(&beside(&folder)).unwrap();
    assert_eq!(found(&Index::open(&folder).unwrap(), "quyết định"), [at(CODE, 1)]);
    Index::rebuild(&folder, repository.catalog.as_ref()).unwrap();
    assert!(!beside(&folder).exists());
    Index::create(&beside(&folder)).unwrap();
    let mut index = Index::create_or_open(&folder).unwrap();
    assert!(!beside(&folder).exists());
    assert_eq!(index.catch_up(repository.catalog.as_ref()).unwrap(), 0);
}

/// A batch that commits while somebody reads: every look is at whole records of the current version.
#[test]
fn a_reader_sees_whole_current_records_while_others_commit() {
    let (_folder, repository, mut index) = indexed(&[(CODE, &["chung một", "chung hai"])]);
    let folder = repository.index_dir();
    let before = Index::open(&folder).unwrap();
    let batch = repository.catalog.latest_batch().unwrap().unwrap();
    let newest = commit(&repository, batch, &code(CODE), recipe(1), &["chung ba", "chung bốn", "chung năm"]);
    commit(&repository, batch, &code(OTHER), recipe(1), &["chung sáu"]);
    index.catch_up(repository.catalog.as_ref()).unwrap();
    // What was open stays what it was, list after list.
    let list = |index: &Index, offset| {
        let query = Query { offset, ..Query::new(parse("chung").unwrap(), 1) };
        index.search(&query, &Budget::UNLIMITED).unwrap().hits
    };
    assert_eq!([list(&before, 0), list(&before, 1), list(&before, 2)].map(|hits| hits.len()), [1, 1, 0]);
    let after = Index::open(&folder).unwrap();
    let pages: Vec<Hit> = (0..5).flat_map(|offset| list(&after, offset)).collect();
    assert_eq!(pages.len(), 4);
    assert_eq!(pages.iter().filter(|hit| hit.record == newest.id).count(), 3);
}

#[test]
fn a_flipped_definition_or_version_is_damage_and_no_older_program() {
    let (_folder, repository, index) = indexed(&[(CODE, &["quyết định"])]);
    let folder = repository.index_dir();
    drop(index);
    let meta = fs::read_to_string(folder.join("meta.json")).unwrap();
    let newer = format!("{{\\\"format\\\":{}", FORMAT + 1);
    let ours = format!("{{\\\"format\\\":{FORMAT}");
    for (from, to) in [("sohoa_folded", "sohoa_foldee"), (ours.as_str(), newer.as_str()), ("\"payload\"", "\"pazload\"")] {
        assert!(meta.contains(from), "{meta}");
        fs::write(folder.join("meta.json"), meta.replacen(from, to, 1)).unwrap();
        assert!(matches!(Index::open(&folder), Err(RepositoryError::Damaged { .. })), "{from}");
    }
}
