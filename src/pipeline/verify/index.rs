//! The search index: its files against their checksums, its entries against the current records.
//!
//! Each entry bears a digest of all that the index was told of its page. What it should have been told
//! is made again from the catalog. Both sides are summed up in as many heaps as memory allows, whatever
//! the number of pages; only heaps that differ are looked at page by page.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject, cause_of};
use crate::model::ids::RecordId;
use crate::model::record::Record;
use crate::repository::{IndexEntry, OpenIndex, PageText, Repository, RepositoryError};

/// Records read at a time.
const AT_ONCE: usize = 200;
/// Heaps of entries that are summed up.
const HEAPS: usize = 1 << 16;
/// Entries compared page by page: if more than these differ, one finding stands for the rest.
const MOST_COMPARED: usize = 100_000;

/// A heap of entries, as their number and the sum of their digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Heap {
    entries: u64,
    sum: u128,
}

/// The index as it is when the verification begins; none before the first run made one.
pub(super) fn open(repository: &Repository) -> Option<Result<Box<dyn OpenIndex>, RepositoryError>> {
    repository.search.is_there().then(|| repository.search.open())
}

/// Returns the number of entries; none of an index that an older program made. `index` was opened
/// before the state of the catalog that it is compared with.
pub(super) fn verify(
    repository: &Repository,
    index: Option<Result<Box<dyn OpenIndex>, RepositoryError>>,
    findings: &mut Findings,
) -> Result<u64, RepositoryError> {
    let folder = repository.search.place();
    let mut expected = vec![Heap::default(); HEAPS];
    each_expected(repository, &|_| true, &mut |entry| add(&mut expected, &entry))?;
    // A run makes the index at its end: before that there is none, and nothing to find.
    if expected.iter().all(|heap| heap.entries == 0) && index.is_none() {
        return Ok(0);
    }
    let mut found = vec![Heap::default(); HEAPS];
    let opened = index.unwrap_or_else(|| repository.search.open()).and_then(|index| {
        let damaged = index.damaged_files()?;
        index.each_entry(&mut |entry| add(&mut found, &entry))?;
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
    for file in damaged {
        findings.add(Subject::IndexEntry, Damage::Changed, file.display().to_string(), Seen::OtherChecksum, Remedy::Repair);
    }
    let count = found.iter().map(|heap| heap.entries).sum();
    let differing: BTreeSet<usize> = expected
        .iter()
        .zip(&found)
        .enumerate()
        .filter(|(_, (expected, found))| expected != found)
        .map(|(heap, _)| heap)
        .collect();
    if !differing.is_empty() {
        compare(repository, index.as_ref(), &differing, findings)?;
    }
    Ok(count)
}

/// Where an entry is, and its digest.
type Places = BTreeMap<(RecordId, u32, u32), Vec<[u8; 16]>>;

/// Compares the entries of some heaps page by page.
fn compare(
    repository: &Repository,
    index: &dyn OpenIndex,
    differing: &BTreeSet<usize>,
    findings: &mut Findings,
) -> Result<(), RepositoryError> {
    let (mut expected, mut found) = (Places::new(), Places::new());
    let is_in = |record: &RecordId| differing.contains(&heap_of(record));
    each_expected(repository, &is_in, &mut |entry| note(&mut expected, entry))?;
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

fn add(heaps: &mut [Heap], entry: &IndexEntry) {
    let mut hasher = blake3::Hasher::new();
    hasher.update(entry.record.to_string().as_bytes());
    hasher.update(&entry.ordinal.to_le_bytes());
    hasher.update(&entry.page.to_le_bytes());
    hasher.update(&entry.digest);
    let mut digest = [0; 16];
    hasher.finalize_xof().fill(&mut digest);
    if let Some(heap) = heaps.get_mut(heap_of(&entry.record)) {
        heap.entries += 1;
        heap.sum = heap.sum.wrapping_add(u128::from_le_bytes(digest));
    }
}

fn heap_of(record: &RecordId) -> usize {
    let [first, second, ..] = *record.as_bytes();
    usize::from(u16::from_le_bytes([first, second])) % HEAPS
}

/// Shows the entries that the pages of the current records have to have.
fn each_expected(
    repository: &Repository,
    of: &dyn Fn(&RecordId) -> bool,
    each: &mut dyn FnMut(IndexEntry),
) -> Result<(), RepositoryError> {
    let mut last = (String::new(), String::new(), i64::MIN);
    let mut newest: Option<Record> = None;
    loop {
        let rows = repository.catalog.record_rows_after((&last.0, &last.1, last.2), AT_ONCE)?;
        let end = rows.is_empty();
        for row in rows {
            last = (row.code, row.kind, row.version);
            let Ok(record) = row.record else { continue };
            let other =
                newest.as_ref().is_some_and(|newest| (&newest.dossier_code, newest.kind) != (&record.dossier_code, record.kind));
            let before = newest.replace(record);
            if let Some(current) = before.filter(|current| other && of(&current.id)) {
                each_page(repository, &current, each)?;
            }
        }
        if end {
            break;
        }
    }
    newest.filter(|current| of(&current.id)).map_or(Ok(()), |current| each_page(repository, &current, each))
}

fn each_page(repository: &Repository, current: &Record, each: &mut dyn FnMut(IndexEntry)) -> Result<(), RepositoryError> {
    for document in &current.documents {
        let recipe = repository.catalog.document_recipe(current.id, document.ordinal)?.unwrap_or(current.recipe);
        // As many as there are pages: a damaged number must not fill the memory.
        for (place, page) in (0u64..).zip(&document.pages) {
            // What does not read is told of where rows are verified.
            let page = repository.catalog.page(*page, recipe).ok().flatten();
            let page = page.map_or_else(PageText::nothing, |page| PageText::from(&page));
            each(IndexEntry::of(current, document, place, &page));
        }
    }
    Ok(())
}
