//! The documents of a record and their pages, from one version to the next.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::dossier::DraftDocument;
use crate::model::ids::{DocumentId, PageId};
use crate::model::record::{PageAction, Record, RecordDocument, StoredFile};

/// The pages of a document and where they lie.
pub(super) struct Pages {
    pub(super) pages: Vec<PageId>,
    pub(super) blank: Vec<PageId>,
    /// Scans other than the document's own.
    pub(super) more_sources: Vec<StoredFile>,
}

impl Pages {
    pub(super) fn of(document: &RecordDocument) -> Self {
        let RecordDocument { pages, blank_pages, more_sources, .. } = document.clone();
        Self { pages, blank: blank_pages, more_sources }
    }

    /// Puts `brought` in at `page`, in place of the page there if `action` says so. Returns the page
    /// that went out.
    pub(super) fn bring(&mut self, action: PageAction, page: u32, brought: &[PageId], blank: &[PageId]) -> Option<PageId> {
        let from = (page.saturating_sub(1) as usize).min(self.pages.len());
        let to = match action {
            PageAction::Inserted => from,
            PageAction::Replaced => from.saturating_add(1).min(self.pages.len()),
        };
        let removed = self.pages.splice(from..to, brought.iter().copied()).next();
        self.blank.extend(blank);
        removed
    }

    /// Notes where pages came from, and forgets scans that no page is left of.
    pub(super) fn name_source(&mut self, own: &StoredFile, new: StoredFile) {
        if new.blake3 != own.blake3 && self.more_sources.iter().all(|known| known.blake3 != new.blake3) {
            self.more_sources.push(new);
        }
        let Self { pages, blank, more_sources } = self;
        more_sources.retain(|source| pages.iter().chain(blank.iter()).any(|page| page.scan == source.blake3));
    }
}

/// The document in `record` that a person made of the one with this id; none if it is as it was.
pub(super) fn changed_by_hand(record: &Record, ordinal: u32, id: DocumentId) -> Option<&RecordDocument> {
    record.documents.iter().find(|document| document.ordinal == ordinal && document.id != id)
}

/// The ordinal a document has already, else the one its file name asks for if that is free, else
/// the next after all that were ever given.
pub(super) fn choose_ordinal(given: &mut BTreeMap<DocumentId, u32>, draft: &DraftDocument) -> u32 {
    if let Some(&ordinal) = given.get(&draft.id) {
        return ordinal;
    }
    let taken: BTreeSet<u32> = given.values().copied().collect();
    let ordinal = draft
        .wanted_ordinal
        .filter(|wanted| *wanted > 0 && !taken.contains(wanted))
        .unwrap_or_else(|| taken.last().copied().unwrap_or(0).saturating_add(1));
    given.insert(draft.id, ordinal);
    ordinal
}

/// The documents of the version before, with new ones added and those read anew replaced.
pub(super) fn join(previous: Option<&Record>, new: Vec<RecordDocument>) -> Vec<RecordDocument> {
    let mut documents: BTreeMap<u32, RecordDocument> =
        previous.into_iter().flat_map(|record| &record.documents).map(|document| (document.ordinal, document.clone())).collect();
    for document in new {
        let document = match documents.get(&document.ordinal) {
            Some(before) => document.with_origins_of(before),
            None => document,
        };
        documents.insert(document.ordinal, document);
    }
    documents.into_values().collect()
}

/// Whether two versions would say the same: then the second is not made, however it was read.
pub(super) fn says_the_same(before: &[RecordDocument], now: &[RecordDocument]) -> bool {
    before.len() == now.len() && before.iter().zip(now).all(|(before, now)| before.says_the_same_as(now))
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::model::ids::{BlobId, Sha256};
    use crate::model::scan::MediaType;

    fn page(name: &str, ordinal: u32) -> PageId {
        PageId { scan: BlobId::of(name.as_bytes()), ordinal }
    }

    fn file(name: &str) -> StoredFile {
        StoredFile {
            name: name.into(),
            media_type: MediaType::Png,
            bytes: 1,
            pages: 1,
            sha256: Sha256::from_bytes([0; 32]),
            blake3: BlobId::of(name.as_bytes()),
            origin: None,
        }
    }

    fn own(count: u32) -> Pages {
        Pages { pages: (0..count).map(|ordinal| page("own", ordinal)).collect(), blank: vec![], more_sources: vec![] }
    }

    #[test]
    fn pages_come_in_before_between_and_behind() {
        for place in 1..=3 {
            let mut pages = own(2);
            assert_eq!(pages.bring(PageAction::Inserted, place, &[page("new", 0), page("new", 2)], &[page("new", 1)]), None);
            let from = place as usize - 1;
            assert_eq!(pages.pages[from..from + 2], [page("new", 0), page("new", 2)]);
            assert_eq!((pages.pages.len(), pages.blank), (4, vec![page("new", 1)]));
        }
    }

    #[test]
    fn a_replaced_page_goes_out_and_scans_are_named_as_long_as_a_page_of_them_is_left() {
        let mut pages = own(2);
        assert_eq!(pages.bring(PageAction::Replaced, 2, &[page("new", 0)], &[]), Some(page("own", 1)));
        pages.name_source(&file("own"), file("new"));
        assert_eq!((pages.pages.clone(), &pages.more_sources), (vec![page("own", 0), page("new", 0)], &vec![file("new")]));
        assert_eq!(pages.bring(PageAction::Replaced, 2, &[page("newer", 0)], &[]), Some(page("new", 0)));
        pages.name_source(&file("own"), file("newer"));
        assert_eq!(pages.more_sources, [file("newer")]);
    }

    fn draft(name: &str, wanted_ordinal: Option<u32>) -> DraftDocument {
        let page = PageId { scan: BlobId::of(name.as_bytes()), ordinal: 0 };
        DraftDocument {
            id: DocumentId::of_pages(&[page]),
            source_path: name.into(),
            scanned_at: OffsetDateTime::UNIX_EPOCH,
            wanted_ordinal,
            pages: vec![page],
            blank_pages: vec![],
            readings: vec![],
        }
    }

    #[test]
    fn an_ordinal_is_kept_wanted_or_next_but_never_given_twice() {
        let mut given = BTreeMap::new();
        assert_eq!(choose_ordinal(&mut given, &draft("a", Some(3))), 3);
        assert_eq!(choose_ordinal(&mut given, &draft("b", Some(3))), 4, "3 is taken");
        assert_eq!(choose_ordinal(&mut given, &draft("c", Some(1))), 1);
        assert_eq!(choose_ordinal(&mut given, &draft("d", None)), 5);
        assert_eq!(choose_ordinal(&mut given, &draft("e", Some(0))), 6);
        assert_eq!(choose_ordinal(&mut given, &draft("a", Some(7))), 3, "a document keeps its number");
    }
}
