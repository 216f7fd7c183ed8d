//! Pages of a document stand in another order, go to another document, or out.

use super::{Desk, Made, Unmade, holds};
use crate::model::failure::cause::DocumentFault;
use crate::model::ids::PageId;
use crate::model::record::{DocumentAction, DocumentChange, Record, RecordDocument};
use crate::pipeline::batch::desk::Standing;
use crate::pipeline::batch::documents::{Pages, join};

impl Desk<'_> {
    pub(super) fn reorder(&self, order: &[u32]) -> Result<Made, Unmade> {
        let document = &self.standing.document;
        let last = document.file.pages;
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(1..=last) {
            return Err(DocumentFault::NotAnOrder { last }.into());
        }
        let mut pages = Pages::of(document);
        pages.pages = order.iter().filter_map(|page| document.pages.get(page.saturating_sub(1) as usize)).copied().collect();
        if pages.pages == document.pages {
            return Err(DocumentFault::SameDocument.into());
        }
        self.resealed(pages, self.change(DocumentAction::Reordered))
    }

    /// The document without one of its pages, and that page.
    fn without_page(&self, page: u32) -> Result<(Pages, PageId), Unmade> {
        let document = &self.standing.document;
        let last = document.file.pages;
        if !(1..=last).contains(&page) {
            return Err(DocumentFault::NoSuchPage { page, last }.into());
        }
        if last == 1 {
            return Err(DocumentFault::OnlyPage.into());
        }
        let mut pages = Pages::of(document);
        let gone = pages.pages.remove(page.saturating_sub(1) as usize);
        let Pages { pages: left, blank, more_sources } = &mut pages;
        more_sources.retain(|file| holds(left, blank, file.blake3));
        Ok((pages, gone))
    }

    pub(super) fn remove_page(&self, page: u32) -> Result<Made, Unmade> {
        self.reason().ok_or(DocumentFault::ReasonMissing)?;
        let (pages, gone) = self.without_page(page)?;
        let change = DocumentChange { page: Some(page), ..self.change(DocumentAction::PageRemoved) };
        let document = &self.standing.document;
        let mut made = self.with_own_pages(pages, change)?;
        // What is handed out as the document's scan shows the page no longer.
        let sealed = made.documents.iter_mut().find(|one| one.ordinal == document.ordinal);
        if let Some(sealed) = sealed.filter(|sealed| sealed.excerpt.is_none() && sealed.source.blake3 == gone.scan) {
            let left = Pages::of(sealed);
            self.cut_out(sealed, &left, &mut made.blobs)?;
        }
        Ok(made)
    }

    /// The document from other pages of its own scan.
    fn with_own_pages(&self, pages: Pages, change: DocumentChange) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let (mut whole, mut blobs) = (document.clone(), Vec::new());
        self.cut_anew(&mut whole, &pages, &mut blobs)?;
        let (sealed, blob) = self.seal(&whole, pages, &[document])?;
        blobs.extend(blob);
        let documents = join(Some(record), vec![sealed]);
        Ok(Made { brought: None, documents, voided: record.voided.clone(), blobs, change })
    }

    pub(super) fn move_page(&self, page: u32, to: u32, before: Option<u32>) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        if to == document.ordinal {
            return Err(DocumentFault::SameDocument.into());
        }
        let other = self.other(to)?;
        let end = other.file.pages.saturating_add(1);
        let before = before.unwrap_or(end);
        if !(1..=end).contains(&before) {
            return Err(DocumentFault::NoSuchPage { page: before, last: other.file.pages }.into());
        }
        let (left, moved) = self.without_page(page)?;
        let mut pages = Pages::of(other);
        let from = [&document.source].into_iter().chain(&document.more_sources).find(|file| file.blake3 == moved.scan);
        if let Some(file) = from {
            let alone = RecordDocument { source: file.clone(), more_sources: Vec::new(), ..document.clone() };
            self.take_sources(&mut pages, other, &alone)?;
        }
        pages.pages.insert((before.saturating_sub(1) as usize).min(pages.pages.len()), moved);
        let change = DocumentChange { page: Some(page), with: vec![self.place(to)], ..self.change(DocumentAction::PageMoved) };
        let mut made = self.with_own_pages(left, change)?;
        let mut whole = other.clone();
        self.cut_anew(&mut whole, &pages, &mut made.blobs)?;
        let (sealed, blob) = self.seal(&whole, pages, &[other, document])?;
        made.blobs.extend(blob);
        let between = Record { documents: made.documents, ..record.clone() };
        made.documents = join(Some(&between), vec![sealed]);
        Ok(made)
    }
}
