//! [`Search`](crate::repository::Search).

use std::collections::BTreeSet;

use super::{World, in_both_worlds};
use crate::model::document_state::DocumentState;
use crate::model::query::parse;
use crate::model::record::Record;
use crate::repository::index::{Budget, IndexEntry, Query, Versions};
use crate::repository::tests::{CODE, code, commit, new_batch, recipe};
use crate::repository::{Mode, OpenIndex, Repository, RepositoryError};

in_both_worlds!(
    there_is_nothing_to_open_before_it_was_made,
    newest_versions_take_the_place_of_those_before,
    entries_are_the_pages_of_current_records_and_what_they_replaced,
    what_was_replaced_is_found_when_it_is_asked_for,
    an_index_made_anew_is_the_same,
    an_index_ahead_of_its_catalog_is_damage,
    a_reader_adds_nothing,
    who_has_it_open_goes_on_with_what_it_was,
    hits_are_told_a_part_at_a_time,
);

const OTHER: &str = "H38.16-230706-0013";

/// The codes and pages that are found.
fn found(index: &dyn OpenIndex, text: &str) -> BTreeSet<(String, u32)> {
    let answer = index.search(&Query::new(parse(text).unwrap(), 20), &Budget::UNLIMITED).unwrap();
    answer.hits.into_iter().map(|hit| (hit.dossier_code.to_string(), hit.page)).collect()
}

fn entries(repository: &Repository) -> BTreeSet<IndexEntry> {
    let mut entries = BTreeSet::new();
    repository.search.open().unwrap().each_entry(&mut |entry| assert!(entries.insert(entry), "twice")).unwrap();
    entries
}

fn catch_up(repository: &Repository) {
    repository.search.catch_up(repository.catalog.as_ref()).unwrap();
}

fn there_is_nothing_to_open_before_it_was_made(world: &dyn World) {
    let repository = world.open(Mode::Create);
    assert!(!repository.search.is_there());
    assert!(matches!(repository.search.open().err(), Some(RepositoryError::Damaged { .. })));
    catch_up(&repository);
    assert!(repository.search.is_there());
    assert!(repository.search.open().unwrap().is_complete(repository.catalog.as_ref()).unwrap());
    assert!(entries(&repository).is_empty());
}

fn newest_versions_take_the_place_of_those_before(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["đơn đề nghị", "sổ hộ khẩu"]);
    commit(&repository, batch, &code(OTHER), recipe(1), &["giấy khai sinh"]);
    catch_up(&repository);
    let index = repository.search.open().unwrap();
    assert_eq!(found(index.as_ref(), "khẩu"), [(CODE.to_owned(), 2)].into());
    assert_eq!(found(index.as_ref(), "khai sinh"), [(OTHER.to_owned(), 1)].into());
    assert_eq!(found(index.as_ref(), "đề khai"), BTreeSet::new(), "no page has both");
    commit(&repository, batch, &code(CODE), recipe(1), &["trích lục"]);
    assert!(!index.is_complete(repository.catalog.as_ref()).unwrap());
    for _ in 0..2 {
        catch_up(&repository);
    }
    let index = repository.search.open().unwrap();
    assert!(index.is_complete(repository.catalog.as_ref()).unwrap());
    assert_eq!(found(index.as_ref(), "trích lục"), [(CODE.to_owned(), 1)].into());
    assert_eq!(found(index.as_ref(), "hộ"), BTreeSet::new(), "no longer in the newest version");
}

fn entries_are_the_pages_of_current_records_and_what_they_replaced(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let old = commit(&repository, batch, &code(CODE), recipe(1), &["cũ"]);
    let record = commit(&repository, batch, &code(CODE), recipe(1), &["một", "hai"]);
    catch_up(&repository);
    let of = |record: &Record, state| {
        let document = &record.documents[0];
        let digests = repository.catalog.page_digests(&document.pages, recipe(1)).unwrap();
        let entry = |(place, read)| IndexEntry::of(record.id, document.ordinal, place, read, state);
        (0..).zip(digests).map(entry).collect::<Vec<_>>()
    };
    let expected = [of(&old, DocumentState::Superseded), of(&record, DocumentState::Current)].concat();
    assert_eq!(entries(&repository), expected.into_iter().collect());
    assert!(repository.search.open().unwrap().damaged_files().unwrap().is_empty());
}

fn what_was_replaced_is_found_when_it_is_asked_for(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    let old = commit(&repository, batch, &code(CODE), recipe(1), &["giao rừng", "chung"]);
    let new = commit(&repository, batch, &code(CODE), recipe(1), &["giao đất", "chung"]);
    catch_up(&repository);
    let index = repository.search.open().unwrap();
    let found = |text: &str, versions| {
        let query = Query { versions, ..Query::new(parse(text).unwrap(), 20) };
        let hits = index.search(&query, &Budget::UNLIMITED).unwrap().hits;
        hits.into_iter().map(|hit| (hit.record, hit.page, hit.state)).collect::<BTreeSet<_>>()
    };
    let (was, is) = ((old.id, 1, DocumentState::Superseded), (new.id, 1, DocumentState::Current));
    assert_eq!(found("rừng", Versions::Current), [].into());
    assert_eq!(found("rừng", Versions::All), [was].into());
    assert_eq!(found("giao", Versions::Current), [is].into());
    assert_eq!(found("giao", Versions::All), [was, is].into());
    assert_eq!(found("giao trangthai:thaythe", Versions::Current), [was].into());
    assert_eq!(found("giao trangthai:hienhanh", Versions::All), [is].into());
    assert_eq!(found("giao KHÔNG trangthai:hienhanh", Versions::Current), [was].into());
    assert_eq!(found("giao trangthai:huy", Versions::Current), [].into());
}

fn an_index_made_anew_is_the_same(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    for (of, text) in [(CODE, "một"), (OTHER, "hai"), (CODE, "ba")] {
        commit(&repository, batch, &code(of), recipe(1), &[text]);
        catch_up(&repository);
    }
    let before = entries(&repository);
    repository.search.rebuild(repository.catalog.as_ref()).unwrap();
    assert_eq!(entries(&repository), before);
    assert_eq!(before.len(), 3);
}

fn an_index_ahead_of_its_catalog_is_damage(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    catch_up(&repository);
    let other = crate::repository::memory::MemoryRepository::new().open(Mode::Create);
    let ahead = repository.search.catch_up(other.catalog.as_ref());
    assert!(matches!(ahead, Err(RepositoryError::Damaged { .. })), "{ahead:?}");
    assert_eq!(entries(&repository).len(), 1);
}

fn a_reader_adds_nothing(world: &dyn World) {
    let writer = world.open(Mode::Create);
    let batch = writer.catalog.begin_batch(&new_batch()).unwrap();
    catch_up(&writer);
    commit(&writer, batch, &code(CODE), recipe(1), &["một"]);
    let reader = world.open(Mode::Read);
    let catalog = reader.catalog.as_ref();
    for refused in [reader.search.catch_up(catalog), reader.search.rebuild(catalog)] {
        assert!(matches!(refused, Err(RepositoryError::ReadOnly { .. })), "{refused:?}");
    }
    assert!(!reader.search.open().unwrap().is_complete(catalog).unwrap());
}

fn who_has_it_open_goes_on_with_what_it_was(world: &dyn World) {
    let (writer, batch) = (world.open(Mode::Create), new_batch());
    let batch = writer.catalog.begin_batch(&batch).unwrap();
    commit(&writer, batch, &code(CODE), recipe(1), &["một"]);
    catch_up(&writer);
    let reader = world.open(Mode::Read);
    let before = reader.search.open().unwrap();
    commit(&writer, batch, &code(CODE), recipe(1), &["hai"]);
    catch_up(&writer);
    assert_eq!(found(before.as_ref(), "một").len(), 1);
    assert_eq!(found(reader.search.open().unwrap().as_ref(), "một"), BTreeSet::new());
}

fn hits_are_told_a_part_at_a_time(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["đơn một", "đơn hai", "đơn ba"]);
    catch_up(&repository);
    let index = repository.search.open().unwrap();
    let part = |offset, limit| -> Vec<u32> {
        let query = Query { offset, ..Query::new(parse("đơn").unwrap(), limit) };
        index.search(&query, &Budget::UNLIMITED).unwrap().hits.iter().map(|hit| hit.page).collect()
    };
    let all = part(0, 9);
    assert_eq!(all.iter().copied().collect::<BTreeSet<_>>(), [1, 2, 3].into());
    assert_eq!((part(0, 2), part(2, 2), part(3, 2)), (all[..2].to_vec(), all[2..].to_vec(), vec![]));
}
