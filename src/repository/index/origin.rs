//! What entries are made from, by which `verify` tells whether the index holds what it has to hold.
//!
//! All that the index is told of a page comes from its record, which its id stands for, from what was
//! read on it, which has a digest of its own, and from the rules of [`super::FORMAT`]. So nothing has
//! to be read, unpacked and cut again to know what an entry must have been made from. What became of
//! it in the files of the index is proven by their checksums.

use std::sync::LazyLock;

use crate::model::document_state::DocumentState;
use crate::model::ids::{PageDigest, RecordId};

/// Length of the digest of an entry.
pub(super) const DIGEST_BYTES: usize = 16;

/// Ready for the first byte: making a key costs as much as hashing an entry.
static HASHER: LazyLock<blake3::Hasher> = LazyLock::new(|| blake3::Hasher::new_derive_key("sohoa 2026 entry of the index"));

/// A page that is in the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexEntry {
    /// Its record.
    pub record: RecordId,
    /// Its document's number in the dossier.
    pub ordinal: u32,
    /// Its place in the sealed file, from 1.
    pub page: u32,
    /// Digest of all that it was made from.
    pub digest: [u8; DIGEST_BYTES],
}

impl IndexEntry {
    /// The entry that the page at `place` of a document, counted from 0, has to have, if this is the
    /// digest of what was read on it.
    pub fn of(record: RecordId, ordinal: u32, place: u64, read: Option<PageDigest>, state: DocumentState) -> Self {
        let mut hasher = HASHER.clone();
        hasher.update(&super::FORMAT.to_le_bytes());
        hasher.update(&record.format().to_le_bytes());
        hasher.update(record.as_bytes());
        hasher.update(&ordinal.to_le_bytes());
        hasher.update(&place.to_le_bytes());
        hasher.update(&read.map_or([0; 32], |read| *read.as_bytes()));
        hasher.update(&[state as u8]);
        let mut digest = [0; DIGEST_BYTES];
        hasher.finalize_xof().fill(&mut digest);
        Self { record, ordinal, page: u32::try_from(place.saturating_add(1)).unwrap_or(u32::MAX), digest }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::document_state::DocumentState as State;

    #[test]
    fn a_digest_tells_records_their_forms_documents_pages_and_what_was_read_apart() {
        let (one, two) = (RecordId::V2([1; 32]), RecordId::V2([2; 32]));
        let read = |byte| Some(PageDigest::from_bytes([byte; 32]));
        let entries = [
            (one, 1, 0, read(1), State::Current),
            (two, 1, 0, read(1), State::Current),
            (RecordId::V1([1; 32]), 1, 0, read(1), State::Current),
            (one, 2, 0, read(1), State::Current),
            (one, 1, 1, read(1), State::Current),
            (one, 1, 0, read(2), State::Current),
            (one, 1, 0, None, State::Current),
            (one, 1, 0, read(1), State::Superseded),
            (one, 1, 0, read(1), State::Voided),
        ];
        let digests: BTreeSet<_> = entries
            .iter()
            .map(|(record, ordinal, place, read, state)| IndexEntry::of(*record, *ordinal, *place, *read, *state).digest)
            .collect();
        assert_eq!(digests.len(), entries.len());
    }
}
