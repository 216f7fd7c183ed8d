//! Entries of the index summed up in heaps: what takes no more memory for a million pages than for
//! one, and still tells where two sides differ.
//!
//! Each entry counts as a number of 128 bits that its hash makes. Damage that leaves a heap as it was
//! would have to leave its sum and its number of entries as they were, by one chance in 2^128: entries
//! that are missing, doubled, changed or moved all show. Somebody who looks for entries that sum up to
//! the same might find them; who can do so can write the whole index anew, and no digest in it stands
//! against that.

use std::collections::BTreeSet;

use crate::model::ids::RecordId;
use crate::repository::IndexEntry;

/// Heaps of entries that are summed up.
const HEAPS: usize = 1 << 16;

/// A heap of entries, as their number and the sum of their hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Heap {
    entries: u64,
    sum: u128,
}

/// Entries by the beginnings of their records' ids.
pub(super) struct Heaps(Vec<Heap>);

impl Default for Heaps {
    fn default() -> Self {
        Self(vec![Heap::default(); HEAPS])
    }
}

impl Heaps {
    pub(super) fn add(&mut self, entry: &IndexEntry) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&entry.record.format().to_le_bytes());
        hasher.update(entry.record.as_bytes());
        hasher.update(&entry.ordinal.to_le_bytes());
        hasher.update(&entry.page.to_le_bytes());
        hasher.update(&entry.digest);
        let mut number = [0; 16];
        hasher.finalize_xof().fill(&mut number);
        if let Some(heap) = self.0.get_mut(heap_of(&entry.record)) {
            heap.entries += 1;
            heap.sum = heap.sum.wrapping_add(u128::from_le_bytes(number));
        }
    }

    pub(super) fn entries(&self) -> u64 {
        self.0.iter().map(|heap| heap.entries).sum()
    }

    /// The heaps that the other side has otherwise.
    pub(super) fn differing(&self, other: &Self) -> BTreeSet<usize> {
        let both = self.0.iter().zip(&other.0).enumerate();
        both.filter(|(_, (one, other))| one != other).map(|(heap, _)| heap).collect()
    }
}

pub(super) fn heap_of(record: &RecordId) -> usize {
    let [first, second, ..] = *record.as_bytes();
    usize::from(u16::from_le_bytes([first, second])) % HEAPS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document_state::DocumentState;

    fn entry(record: u8, page: u64) -> IndexEntry {
        IndexEntry::of(RecordId::V2([record; 32]), 1, page, None, DocumentState::Current)
    }

    fn heaps(entries: &[IndexEntry]) -> Heaps {
        let mut heaps = Heaps::default();
        entries.iter().for_each(|entry| heaps.add(entry));
        heaps
    }

    #[test]
    fn what_is_missing_doubled_changed_or_moved_shows_and_its_order_does_not() {
        let sound = heaps(&[entry(1, 0), entry(1, 1), entry(2, 0)]);
        assert_eq!(sound.differing(&heaps(&[entry(2, 0), entry(1, 1), entry(1, 0)])), BTreeSet::new());
        let other_digest = IndexEntry { digest: [7; 16], ..entry(1, 1) };
        let other_place = IndexEntry { page: 9, ..entry(1, 1) };
        for entries in [
            vec![entry(1, 0), entry(2, 0)],
            vec![entry(1, 0), entry(1, 1), entry(1, 1), entry(2, 0)],
            vec![entry(1, 0), entry(1, 0), entry(2, 0)],
            vec![entry(1, 0), other_digest, entry(2, 0)],
            vec![entry(1, 0), other_place, entry(2, 0)],
        ] {
            assert_eq!(sound.differing(&heaps(&entries)), [heap_of(&RecordId::V2([1; 32]))].into(), "{entries:?}");
        }
        assert_eq!(sound.entries(), 3);
    }
}
