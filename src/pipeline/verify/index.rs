//! The search index: its files against their checksums, its entries against the current records.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject, cause_of};
use crate::model::ids::RecordId;
use crate::repository::{Index, Repository, RepositoryError};

/// Records read at a time.
const AT_ONCE: usize = 200;

/// Returns the number of entries; none of an index that an older program made.
pub(super) fn verify(repository: &Repository, findings: &mut Findings) -> Result<u64, RepositoryError> {
    let mut expected = expected(repository)?;
    let folder = repository.index_dir();
    // A run makes the index at its end: before that there is none, and nothing to find.
    if expected.is_empty() && !Index::is_at(&folder) {
        return Ok(0);
    }
    let opened = Index::open(&folder).and_then(|index| Ok((index.damaged_files()?, index.entries()?)));
    let (damaged, entries) = match opened {
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
    let count = entries.len() as u64;
    for entry in entries {
        let pages = expected.get_mut(&(entry.record, entry.ordinal));
        if !pages.is_some_and(|pages| pages.remove(&entry.page)) {
            let item = Item::Page { record: entry.record.to_string(), document: entry.ordinal, page: entry.page };
            findings.add(Subject::IndexEntry, Damage::Orphaned, item, Seen::NotInRecords, Remedy::Repair);
        }
    }
    for ((record, ordinal), pages) in expected {
        for page in pages {
            let item = Item::Page { record: record.to_string(), document: ordinal, page };
            findings.add(Subject::IndexEntry, Damage::Missing, item, Seen::NotInIndex, Remedy::Repair);
        }
    }
    Ok(count)
}

/// The pages of each document of the current records.
fn expected(repository: &Repository) -> Result<BTreeMap<(RecordId, u32), BTreeSet<u32>>, RepositoryError> {
    let mut expected = BTreeMap::new();
    let mut last = (String::new(), String::new(), i64::MIN);
    let mut newest: Option<crate::model::record::Record> = None;
    loop {
        let rows = repository.catalog.record_rows_after((&last.0, &last.1, last.2), AT_ONCE)?;
        let end = rows.is_empty();
        for row in rows {
            last = (row.code, row.kind, row.version);
            let Ok(record) = row.record else { continue };
            let other =
                newest.as_ref().is_some_and(|newest| (&newest.dossier_code, newest.kind) != (&record.dossier_code, record.kind));
            let before = newest.replace(record);
            if let Some(current) = before.filter(|_| other) {
                note(&current, &mut expected);
            }
        }
        if end {
            break;
        }
    }
    newest.iter().for_each(|current| note(current, &mut expected));
    Ok(expected)
}

fn note(current: &crate::model::record::Record, expected: &mut BTreeMap<(RecordId, u32), BTreeSet<u32>>) {
    for document in &current.documents {
        // As many as there are pages: a damaged number must not fill the memory.
        let pages = (1..).zip(&document.pages).map(|(page, _)| page).collect();
        expected.insert((current.id, document.ordinal), pages);
    }
}
