//! Which pages of which versions of a record the index has.
//!
//! All of the newest version, with what was taken out of it, and of each version before it what the next one
//! has otherwise: a fact that was confirmed adds nothing, one that was corrected the pages of its document.

use std::collections::BTreeMap;

use super::IndexEntry;
use crate::model::document_state::DocumentState;
use crate::model::field::FieldName;
use crate::model::ids::PageDigest;
use crate::model::record::{Record, RecordDocument};

/// The digests of what was read on the pages of a record's documents, document by document, those that were
/// taken out among them.
pub type PageDigests = Vec<Vec<Option<PageDigest>>>;

/// What the index says of a page that is not current; nothing of one that is.
pub(super) fn state_number(state: DocumentState) -> Option<u64> {
    match state {
        DocumentState::Current => None,
        DocumentState::Superseded => Some(1),
        DocumentState::Voided => Some(2),
    }
}

/// A page that the index has to have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ListedPage<'a> {
    /// Its document.
    pub document: &'a RecordDocument,
    /// Its place in it, counted from 0.
    pub place: u64,
    /// What became of it.
    pub state: DocumentState,
    /// The digest of what was read on it.
    pub read: Option<PageDigest>,
}

impl ListedPage<'_> {
    /// The entry that the index has to have of it.
    pub fn entry(&self, record: &Record) -> IndexEntry {
        IndexEntry::of(record.id, self.document.ordinal, self.place, self.read, self.state)
    }
}

/// The pages of a version that the index has to have, if this is the version after it.
pub fn listed_pages<'a>(record: &'a Record, digests: &PageDigests, next: Option<(&Record, &PageDigests)>) -> Vec<ListedPage<'a>> {
    let mut pages = Vec::new();
    for (document, digests) in record.kept_documents().into_iter().zip(digests) {
        let is_listed = record.documents.iter().any(|known| known.ordinal == document.ordinal);
        let of_next = next.and_then(|(next, digests)| {
            next.kept_documents().into_iter().zip(digests).find(|(other, _)| other.ordinal == document.ordinal)
        });
        let (state, same) = match (next, is_listed) {
            (None, true) => (DocumentState::Current, None),
            (None, false) => (DocumentState::Voided, None),
            (Some(_), true) => (DocumentState::Superseded, of_next.filter(|(other, _)| facts(other) == facts(document))),
            // Whatever was out then is found where it was taken out of, or where it is now.
            (Some(_), false) => continue,
        };
        for (place, &read) in digests.iter().enumerate() {
            let is_same = same.is_some_and(|(_, digests)| read.is_some() && digests.get(place) == Some(&read));
            if !is_same {
                pages.push(ListedPage { document, place: place as u64, state, read });
            }
        }
    }
    pages
}

/// What a document is found by besides its text.
fn facts(document: &RecordDocument) -> BTreeMap<FieldName, &str> {
    let values = document.fields.iter().map(|(name, field)| (*name, field.value.as_str()));
    values.filter(|(_, value)| !value.is_empty()).collect()
}
