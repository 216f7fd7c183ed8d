//! The pages that a person brings for a sealed document.

use super::documents::Pages;
use super::take_in::TakenScan;
use crate::model::batch::PageOutcome;
use crate::model::failure::cause::WorkFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::ids::PageId;
use crate::model::page::RecognisedPage;
use crate::model::record::{PageAction, PageChange, RecordDocument, StoredFile};

/// What a scan brings, once it was read.
pub(super) struct Brought {
    /// Its pages with something on them.
    pub(super) printed: Vec<(PageId, RecognisedPage)>,
    pub(super) blank: Vec<PageId>,
}

impl Brought {
    /// Whether as many pages with something on them came as `action` has room for.
    pub(super) fn refuse_count(&self, action: PageAction, scan: &TakenScan) -> Result<(), Failure> {
        let fits = match action {
            PageAction::Inserted => !self.printed.is_empty(),
            PageAction::Replaced => self.printed.len() == 1,
        };
        if fits {
            return Ok(());
        }
        let (pages, blank) = (self.printed.len() + self.blank.len(), self.blank.len());
        let cause = WorkFault::WrittenPages { pages: pages as u64, blank: blank as u64 };
        Err(Failure::new(FailureCode::PageCount).at_file(&scan.file.relative).because(cause))
    }

    /// The pages of `document` with these in at `page`, and the change that this is.
    pub(super) fn exchange(
        &self,
        action: PageAction,
        page: u32,
        document: &RecordDocument,
        scan: &TakenScan,
    ) -> (Pages, PageChange) {
        let brought: Vec<PageId> = self.printed.iter().map(|(id, _)| *id).collect();
        let mut pages = Pages::of(document);
        let removed = pages.bring(action, page, &brought, &self.blank);
        pages.name_source(&document.source, stored_file(scan));
        let change = PageChange { action, ordinal: document.ordinal, page, brought, removed };
        (pages, change)
    }

    /// What the ledger says of these pages when they are sealed.
    pub(super) fn outcomes(&self) -> Vec<(PageOutcome, u64)> {
        let blank = (PageOutcome::Blank, self.blank.len() as u64);
        let sealed = (PageOutcome::Sealed, self.printed.len() as u64);
        [Some(sealed), (blank.1 > 0).then_some(blank)].into_iter().flatten().collect()
    }
}

/// A page is in a document once: by its id, or by its pixels where it comes in another file.
pub(super) fn refuse_repetition(
    document: &RecordDocument,
    there: &[(PageId, RecognisedPage)],
    printed: &[(PageId, RecognisedPage)],
) -> Result<(), Failure> {
    let is_there = |(id, page): &(PageId, RecognisedPage)| {
        printed.iter().any(|(new, read)| new == id || (read.pixels.is_some() && read.pixels == page.pixels))
    };
    there.iter().position(is_there).map_or(Ok(()), |place| {
        let page = u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1);
        Err(Failure::new(FailureCode::PageAlreadyPresent).at(Place::page(&document.file.name, page)))
    })
}

fn stored_file(scan: &TakenScan) -> StoredFile {
    StoredFile {
        name: scan.file.relative.clone(),
        media_type: scan.summary.media_type,
        bytes: scan.blob.bytes,
        pages: scan.summary.pages,
        sha256: scan.blob.sha256,
        blake3: scan.blob.id,
        origin: None,
    }
}
