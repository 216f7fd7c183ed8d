//! A document falls into several, or several become one.

use super::{Desk, Made, Unmade, holds};
use crate::model::failure::cause::DocumentFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::field::FieldName;
use crate::model::ids::{DocumentId, PageId};
use crate::model::record::{DocumentAction, DocumentChange, DocumentName, RecordDocument, StoredFile, Voided};
use crate::pipeline::batch::desk::{Standing, place_of};
use crate::pipeline::batch::documents::{Pages, join};
use crate::pipeline::batch::excerpt::Beside;
use crate::repository::StoredBlob;

impl Desk<'_> {
    pub(super) fn split(&self, before: &[u32]) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let last = document.file.pages;
        let in_order = before.iter().zip(before.iter().skip(1)).all(|(one, next)| one < next);
        if before.is_empty() || !in_order || before.iter().any(|page| !(2..=last).contains(page)) {
            return Err(DocumentFault::NoSplit { last }.into());
        }
        let starts: Vec<usize> = [1].iter().chain(before).map(|page| page.saturating_sub(1) as usize).collect();
        let ends = starts.iter().skip(1).copied().chain([document.pages.len()]);
        let parts: Vec<Vec<PageId>> =
            starts.iter().zip(ends).map(|(&from, to)| document.pages.get(from..to).unwrap_or_default().to_vec()).collect();
        let (mut documents, mut blobs, mut with) = (Vec::new(), Vec::new(), Vec::new());
        let mut given = self.run.repository.catalog.ordinals(&record.dossier_code).map_err(Failure::from)?;
        for (number, pages) in parts.iter().enumerate() {
            let id = DocumentId::of_pages(pages);
            let mut part = document.clone();
            if number > 0 {
                part.ordinal = self.free_number(&record.dossier_code, &given, id)?;
                given.insert(id, part.ordinal);
                with.push(self.place(part.ordinal));
                // What people decided is about the first page.
                part.fields.retain(|name, _| *name == FieldName::DossierCode);
            }
            let blank = blank_of(document, &parts, number);
            let mut more_sources: Vec<StoredFile> =
                document.more_sources.iter().filter(|file| holds(pages, &blank, file.blake3)).cloned().collect();
            if !holds(pages, &blank, part.source.blake3) && !more_sources.is_empty() {
                // All its pages came later: it is a paper of the file that they lie in.
                part.source = more_sources.remove(0);
            }
            let own = pages.iter().chain(&blank).copied().collect();
            let scan = self.scan(&part)?;
            let beside = self.beside(&part)?;
            let (excerpt, cut) = self.run.excerpt(&record.dossier_code, part.ordinal, own, &scan, beside)?.unzip();
            if excerpt.is_none() && beside == Beside::OtherDossiers {
                return Err(DocumentFault::ShowsOthers { name: part.source.name }.into());
            }
            // What the whole shows is not for each part.
            part.excerpt = excerpt;
            blobs.extend(cut);
            let (sealed, blob) = self.seal(&part, Pages { pages: pages.clone(), blank, more_sources }, &[document])?;
            blobs.extend(blob);
            documents.push(sealed);
        }
        let voided = self.still_out(&documents);
        let change = DocumentChange { with, ..self.change(DocumentAction::Split) };
        Ok(Made { brought: None, documents: join(Some(record), documents), voided, blobs, change })
    }

    /// What is out of the record once these documents are in it.
    fn still_out(&self, documents: &[RecordDocument]) -> Vec<Voided> {
        let is_in = |one: &&Voided| documents.iter().any(|document| document.ordinal == one.document.ordinal);
        self.standing.record.voided.iter().filter(|one| !is_in(one)).cloned().collect()
    }

    /// What else lies on a document's scan, once it is taken apart.
    pub(super) fn beside(&self, document: &RecordDocument) -> Result<Beside, Failure> {
        let code = &self.standing.record.dossier_code;
        let others = self.run.repository.catalog.is_source_of_others(document.source.blake3, code)?;
        Ok(if others { Beside::OtherDossiers } else { Beside::SameDossier })
    }

    pub(super) fn merge(&self, with: &[u32]) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let mut pages = Pages::of(document);
        let mut voided = record.voided.clone();
        let (mut from, mut gone) = (vec![document], Vec::new());
        for &ordinal in with {
            if ordinal == document.ordinal || gone.contains(&ordinal) {
                return Err(DocumentFault::SameDocument.into());
            }
            let other = self.other(ordinal)?;
            self.take_sources(&mut pages, document, other)?;
            pages.pages.extend(&other.pages);
            pages.blank.extend(&other.blank_pages);
            voided.push(self.tombstone(other, Some(self.place(document.ordinal))));
            from.push(other);
            gone.push(ordinal);
        }
        if gone.is_empty() {
            return Err(DocumentFault::SameDocument.into());
        }
        let (mut whole, mut blobs) = (document.clone(), Vec::new());
        self.cut_anew(&mut whole, &pages, &mut blobs)?;
        let (sealed, blob) = self.seal(&whole, pages, &from)?;
        blobs.extend(blob);
        let documents = self.without(&gone).into_iter().filter(|one| one.ordinal != document.ordinal).chain([sealed]);
        let mut documents: Vec<RecordDocument> = documents.collect();
        documents.sort_by_key(|one| one.ordinal);
        let with = gone.into_iter().map(|ordinal| self.place(ordinal)).collect();
        let change = DocumentChange { with, ..self.change(DocumentAction::Merged) };
        Ok(Made { brought: None, documents, voided, blobs, change })
    }

    /// Cuts a document out of its scan again, for it has other pages of it now.
    pub(super) fn cut_anew(
        &self,
        document: &mut RecordDocument,
        pages: &Pages,
        blobs: &mut Vec<StoredBlob>,
    ) -> Result<(), Failure> {
        if document.excerpt.is_none() {
            return Ok(());
        }
        self.cut_out(document, pages, blobs)
    }

    /// Cuts these pages of a document out of its scan, if they can be.
    pub(super) fn cut_out(
        &self,
        document: &mut RecordDocument,
        pages: &Pages,
        blobs: &mut Vec<StoredBlob>,
    ) -> Result<(), Failure> {
        let code = &self.standing.record.dossier_code;
        let own = pages.pages.iter().chain(&pages.blank).copied().collect();
        let scan = self.scan(document)?;
        if let Some((excerpt, blob)) = self.run.excerpt(code, document.ordinal, own, &scan, self.beside(document)?)? {
            document.excerpt = Some(excerpt);
            blobs.push(blob);
        }
        Ok(())
    }

    /// Another document of the record, read in the same way, whatever people changed in it since: a document is
    /// sealed from texts of one recipe.
    pub(super) fn other(&self, ordinal: u32) -> Result<&RecordDocument, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let name = DocumentName { code: record.dossier_code.clone(), ordinal };
        let other = record.documents.iter().find(|one| one.ordinal == ordinal);
        let other = other.ok_or_else(|| Failure::new(FailureCode::NotFound).at(place_of(&name)))?;
        if self.base_of(other)? == self.base_of(document)? {
            return Ok(other);
        }
        let is_by_hand = document.by_hand.is_some() || other.by_hand.is_some();
        let document = name.to_string();
        // What people changed is not read again.
        let fault = if is_by_hand { DocumentFault::KeptByHand { document } } else { DocumentFault::ReadDifferently { document } };
        Err(fault.into())
    }

    /// Notes the scans of `from` among the sources of a document that gets pages of it. A scan with papers
    /// of other dossiers is nobody's source.
    pub(super) fn take_sources(&self, pages: &mut Pages, into: &RecordDocument, from: &RecordDocument) -> Result<(), Unmade> {
        for file in [&from.source].into_iter().chain(&from.more_sources) {
            if file.blake3 == into.source.blake3 {
                continue;
            }
            let code = &self.standing.record.dossier_code;
            if self.run.repository.catalog.is_source_of_others(file.blake3, code).map_err(Failure::from)? {
                return Err(DocumentFault::ShowsOthers { name: file.name.clone() }.into());
            }
            if pages.more_sources.iter().all(|known: &StoredFile| known.blake3 != file.blake3) {
                pages.more_sources.push(file.clone());
            }
        }
        Ok(())
    }
}

/// The blank pages that lie behind the pages of one of the parts of a document: those of its scans that
/// come before the next part begins.
fn blank_of(document: &RecordDocument, parts: &[Vec<PageId>], number: usize) -> Vec<PageId> {
    let part_of = |blank: &PageId| {
        let before = |pages: &Vec<PageId>| pages.iter().any(|page| page.scan == blank.scan && page.ordinal < blank.ordinal);
        parts.iter().rposition(before).unwrap_or(0)
    };
    document.blank_pages.iter().filter(|blank| part_of(blank) == number).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::BlobId;

    #[test]
    fn blank_backs_go_with_the_pages_before_them() {
        let page = |ordinal| PageId { scan: BlobId::of(b"scan"), ordinal };
        let mut document = crate::model::record::tests::full_document();
        document.blank_pages = vec![page(0), page(2), page(4), page(7)];
        let parts = [vec![page(1), page(3)], vec![page(5)], vec![page(6)]];
        let told: Vec<Vec<PageId>> = (0..3).map(|number| blank_of(&document, &parts, number)).collect();
        assert_eq!(told, [vec![page(0), page(2), page(4)], vec![], vec![page(7)]]);
    }
}
