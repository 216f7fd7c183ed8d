//! The search index: its files against their checksums, its entries against the records.
//!
//! Each entry bears a digest of what it was made from: a page of a record and what was read on it. What
//! that has to be is summed up while records are verified, so no page is read for it. Only where the
//! sums differ is looked at page by page.

use std::collections::BTreeMap;

use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject, cause_of};
use super::heaps::{Heaps, heap_of};
use super::records::{Verified, digests_of, each_entry};
use crate::model::ids::RecordId;
use crate::repository::{IndexEntry, OpenIndex, RecordRow, Repository, RepositoryError};

/// Records read at a time.
const AT_ONCE: usize = 200;
/// Entries compared page by page: if more than these differ, one finding stands for the rest.
const MOST_COMPARED: usize = 100_000;

/// The index as it is when the verification begins; none before the first run made one.
pub(super) fn open(repository: &Repository) -> Option<Result<Box<dyn OpenIndex>, RepositoryError>> {
    repository.search.is_there().then(|| repository.search.open())
}

/// Returns the number of entries; none of an index that an older program made. `index` was opened
/// before the state of the catalog in which these entries are expected of it; none are where records
/// could not be read.
pub(super) fn verify(
    repository: &Repository,
    index: Option<Result<Box<dyn OpenIndex>, RepositoryError>>,
    verified: Option<&Verified>,
    findings: &mut Findings,
) -> Result<u64, RepositoryError> {
    let expected = verified.map(|verified| &verified.entries);
    let is_known = |record: &RecordId| verified.is_none_or(|verified| !verified.unknown.holds(record));
    let folder = repository.search.place();
    // A run makes the index at its end: before that there is none, and nothing to find.
    if index.is_none() && expected.is_none_or(|expected| expected.entries() == 0) {
        return Ok(0);
    }
    let (mut found, mut entries) = (Heaps::default(), 0);
    let opened = index.unwrap_or_else(|| repository.search.open()).and_then(|index| {
        let damaged = index.damaged_files()?;
        // What damaged files say would be read for nothing: repairing makes all of them anew.
        if damaged.is_empty() {
            index.each_entry(&mut |entry| {
                entries += 1;
                if is_known(&entry.record) {
                    found.add(&entry);
                }
            })?;
        }
        Ok((index, damaged))
    });
    let (index, damaged) = match opened {
        Ok(opened) => opened,
        // It holds nothing that is not in the catalog, and the next run makes it anew.
        Err(RepositoryError::Outdated { .. }) => return Ok(0),
        Err(error) => {
            findings.add(Subject::IndexEntry, Damage::Missing, folder.display().to_string(), cause_of(&error), Remedy::Repair);
            return Ok(0);
        }
    };
    if !damaged.is_empty() {
        for file in damaged {
            let name = file.display().to_string();
            findings.add(Subject::IndexEntry, Damage::Changed, name, Seen::OtherChecksum, Remedy::Repair);
        }
        return Ok(0);
    }
    let differing = expected.map(|expected| expected.differing(&found)).unwrap_or_default();
    if !differing.is_empty() {
        compare(repository, index.as_ref(), &|record| differing.contains(&heap_of(record)) && is_known(record), findings)?;
    }
    Ok(entries)
}

/// Where an entry is, and its digest.
type Places = BTreeMap<(RecordId, u32, u32), Vec<[u8; 16]>>;

/// Compares the entries of some records page by page.
fn compare(
    repository: &Repository,
    index: &dyn OpenIndex,
    is_in: &dyn Fn(&RecordId) -> bool,
    findings: &mut Findings,
) -> Result<(), RepositoryError> {
    let (mut expected, mut found) = (Places::new(), Places::new());
    each_expected(repository, is_in, &mut |entry| note(&mut expected, entry))?;
    index.each_entry(&mut |entry| {
        if is_in(&entry.record) {
            note(&mut found, entry);
        }
    })?;
    let mut told = |damage, (record, ordinal, page): &(RecordId, u32, u32), detail: Seen| {
        let item = Item::Page { record: record.to_string(), document: *ordinal, page: *page };
        findings.add(Subject::IndexEntry, damage, item, detail, Remedy::Repair);
    };
    let is_whole = |places: &Places| places.len() < MOST_COMPARED;
    for (place, digests) in &found {
        match expected.get(place) {
            Some(expected) if expected == digests => {}
            Some(_) => told(Damage::Changed, place, Seen::IndexedOtherwise),
            None if is_whole(&expected) => told(Damage::Orphaned, place, Seen::NotInRecords),
            None => {}
        }
    }
    for place in expected.keys().filter(|place| is_whole(&found) && !found.contains_key(place)) {
        told(Damage::Missing, place, Seen::NotInIndex);
    }
    if !is_whole(&expected) || !is_whole(&found) {
        let name = repository.search.place().display().to_string();
        findings.add(Subject::IndexEntry, Damage::Changed, name, Seen::IndexStrange, Remedy::Repair);
    }
    Ok(())
}

fn note(places: &mut Places, entry: IndexEntry) {
    if places.len() < MOST_COMPARED {
        places.entry((entry.record, entry.ordinal, entry.page)).or_default().push(entry.digest);
    }
}

/// Shows the entries that the pages of records have to have.
fn each_expected(
    repository: &Repository,
    of: &dyn Fn(&RecordId) -> bool,
    each: &mut dyn FnMut(IndexEntry),
) -> Result<(), RepositoryError> {
    let mut look = |row: &RecordRow, next: Option<&RecordRow>| -> Result<(), RepositoryError> {
        if !row.record.as_ref().is_ok_and(|record| of(&record.id)) {
            return Ok(());
        }
        let read = next.map(|next| digests_of(repository, next)).transpose()?;
        each_entry((row, &digests_of(repository, row)?), next.zip(read.as_ref()), each);
        Ok(())
    };
    let mut last = (String::new(), String::new(), i64::MIN);
    let mut before: Option<RecordRow> = None;
    loop {
        let rows = repository.catalog.record_rows_after((&last.0, &last.1, last.2), AT_ONCE)?;
        let Some(newest) = rows.last() else { break };
        last = (newest.code.clone(), newest.kind.clone(), newest.version);
        for row in rows {
            if let Some(before) = before {
                let follows = (&before.code, &before.kind) == (&row.code, &row.kind);
                look(&before, follows.then_some(&row))?;
            }
            before = Some(row);
        }
    }
    before.as_ref().map_or(Ok(()), |newest| look(newest, None))
}
