//! A document goes to another dossier, or to the other side of its own.

use std::collections::BTreeMap;

use super::{Desk, Made, Unmade};
use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::failure::cause::DocumentFault;
use crate::model::field::{Decision, Field, FieldName, FieldSource, FieldStatus, Verdict};
use crate::model::ids::{DocumentId, PageId};
use crate::model::record::{
    DocumentAction, DocumentChange, DocumentName, DocumentPlace, Excerpt, Record, RecordDocument, StoredFile,
};
use crate::pipeline::batch::desk::Standing;
use crate::pipeline::batch::excerpt::Beside;
use crate::repository::StoredBlob;

impl Desk<'_> {
    pub(super) fn move_to(&self, to: &DossierCode, kind: RecordKind) -> Result<Made, Unmade> {
        let Standing { record, document, .. } = self.standing;
        let catalog = &self.run.repository.catalog;
        // Codes are kept in capitals; people type them as they like.
        let to = to.as_str().to_ascii_uppercase().parse().unwrap_or_else(|_| to.clone());
        if !self.run.rules.codes_in(to.as_str()).contains(&to) && catalog.records_of(&to).map_err(Failure::from)?.is_empty() {
            return Err(DocumentFault::CodeUnknown { dossier: to.to_string() }.into());
        }
        let there = catalog.current_record(&to, kind).map_err(Failure::from)?;
        let same = there.iter().flat_map(|there| &there.documents).find(|other| other.id == document.id);
        if let Some(same) = same {
            let document = DocumentName { code: to.clone(), ordinal: same.ordinal }.to_string();
            return Err(DocumentFault::ItIsThere { document }.into());
        }
        let ordinal = if to == record.dossier_code { document.ordinal } else { self.number_in(&to, document.id)? };
        let mut blobs = Vec::new();
        let mut moved = RecordDocument { ordinal, ..document.clone() };
        if to != record.dossier_code {
            // Before anything is written.
            self.refuse_shared(document, &self.without(&[document.ordinal]))?;
            self.stand_alone(&to, &mut moved, &mut blobs)?;
            let reading = document.fields.get(&FieldName::DossierCode).and_then(Field::reading).cloned().map(Box::new);
            let decision = Decision { verdict: Verdict::Corrected, by: self.by(), at: self.at, reading };
            let code = Field::new(to.as_str(), FieldSource::Keyed, Confidence::CERTAIN, FieldStatus::Accepted);
            moved.fields.insert(FieldName::DossierCode, Field { decision: Some(decision), ..code });
            let (sealed, blob) = self.run.seal_as_it_stands(record, &to, &moved)?;
            blobs.push(blob);
            moved = sealed;
        }
        let mut documents = self.without(&[document.ordinal]);
        if to != record.dossier_code {
            self.cut_apart(document, &mut documents, &mut blobs)?;
        }
        let place = DocumentPlace { dossier_code: to, kind, ordinal };
        let mut voided = record.voided.clone();
        voided.push(self.tombstone(document, Some(place.clone())));
        let change = DocumentChange { with: vec![place.clone()], ..self.change(DocumentAction::MovedOut) };
        Ok(Made { brought: Some((place, there, moved)), documents, voided, blobs, change })
    }

    /// The number that a document has in a dossier already, else the next.
    fn number_in(&self, code: &DossierCode, id: DocumentId) -> Result<u32, Failure> {
        let given = self.run.repository.catalog.ordinals(code)?;
        self.free_number(code, &given, id)
    }

    /// The number of those `given` in a dossier that a document has, unless it is another paper's by now; else
    /// the next.
    pub(super) fn free_number(
        &self,
        code: &DossierCode,
        given: &BTreeMap<DocumentId, u32>,
        id: DocumentId,
    ) -> Result<u32, Failure> {
        let next = given.values().max().copied().unwrap_or(0).saturating_add(1);
        let Some(&number) = given.get(&id) else { return Ok(next) };
        for kind in [RecordKind::Dossier, RecordKind::Result] {
            let current = self.run.repository.catalog.current_record(code, kind)?;
            let is_anothers = |one: &RecordDocument| one.ordinal == number && one.id != id;
            if current.is_some_and(|record| record.documents.iter().any(is_anothers)) {
                return Ok(next);
            }
        }
        Ok(number)
    }

    /// Leaves a document that goes to other people nothing to show but its own pages.
    fn stand_alone(&self, to: &DossierCode, document: &mut RecordDocument, blobs: &mut Vec<StoredBlob>) -> Result<(), Unmade> {
        for file in &document.more_sources {
            let shown = self.run.repository.catalog.is_source_of_others(file.blake3, to).map_err(Failure::from)?;
            if shown {
                return Err(DocumentFault::ShowsOthers { name: file.name.clone() }.into());
            }
        }
        let own = own_pages(document);
        // What was cut out for a document that had other pages then shows those.
        document.excerpt = document.excerpt.take().filter(|excerpt| shows_just(excerpt, &own));
        if let Some(Excerpt { file, .. }) = &mut document.excerpt {
            let extension = file.name.rsplit('.').next().unwrap_or_default().to_owned();
            file.name = format!("{}.goc.{extension}", DocumentName { code: to.clone(), ordinal: document.ordinal });
            return Ok(());
        }
        if own.len() < document.source.pages as usize {
            let (excerpt, blob) = self.cut(to, document, own)?;
            document.excerpt = Some(excerpt);
            blobs.push(blob);
        }
        Ok(())
    }

    /// Cuts the documents that stay out of a scan that one of them leaves.
    fn cut_apart(
        &self,
        leaves: &RecordDocument,
        documents: &mut [RecordDocument],
        blobs: &mut Vec<StoredBlob>,
    ) -> Result<(), Unmade> {
        let code = &self.standing.record.dossier_code;
        let beside = |one: &&mut RecordDocument| one.source.blake3 == leaves.source.blake3 && one.excerpt.is_none();
        for document in documents.iter_mut().filter(beside) {
            let own = own_pages(document);
            let (excerpt, blob) = self.cut(code, document, own)?;
            document.excerpt = Some(excerpt);
            blobs.push(blob);
        }
        Ok(())
    }

    /// Refuses to part a document from others that show pages of its scans, or it pages of theirs, where
    /// [cutting them apart](Self::cut_apart) does not help.
    fn refuse_shared(&self, leaves: &RecordDocument, stay: &[RecordDocument]) -> Result<(), Unmade> {
        let Record { dossier_code, kind, .. } = &self.standing.record;
        let other = if *kind == RecordKind::Dossier { RecordKind::Result } else { RecordKind::Dossier };
        let other = self.run.repository.catalog.current_record(dossier_code, other).map_err(Failure::from)?;
        let beside = other.iter().flat_map(|record| &record.documents);
        let whole = beside.clone().find(|one| one.source.blake3 == leaves.source.blake3 && one.excerpt.is_none());
        let name = match whole {
            Some(whole) => Some(&whole.source.name),
            None => stay.iter().chain(beside).find_map(|one| shared_later(leaves, one)),
        };
        match name {
            Some(name) => Err(DocumentFault::ShowsOthers { name: name.clone() }.into()),
            None => Ok(()),
        }
    }

    /// A document's own pages of a scan that shows the papers of others.
    fn cut(&self, code: &DossierCode, document: &RecordDocument, own: Vec<PageId>) -> Result<(Excerpt, StoredBlob), Unmade> {
        let scan = self.scan(document)?;
        match self.run.excerpt(code, document.ordinal, own, &scan, Beside::OtherDossiers) {
            Ok(Some(cut)) => Ok(cut),
            Err(failure) if failure.code.effect().stops_the_run() => Err(failure.into()),
            Ok(None) | Err(_) => Err(DocumentFault::ShowsOthers { name: document.source.name.clone() }.into()),
        }
    }
}

/// A document's own pages of the scan that it was made from.
fn own_pages(document: &RecordDocument) -> Vec<PageId> {
    let all = document.pages.iter().chain(&document.blank_pages);
    all.filter(|page| page.scan == document.source.blake3).copied().collect()
}

/// Whether an excerpt shows these pages of its scan and no others.
fn shows_just(excerpt: &Excerpt, own: &[PageId]) -> bool {
    let sorted = |pages: &[PageId]| {
        let mut pages = pages.to_vec();
        pages.sort_unstable();
        pages
    };
    !own.is_empty() && sorted(&excerpt.pages) == sorted(own)
}

/// The name of a file of two documents that came to one of them later: nothing is cut out of such a file.
fn shared_later<'a>(one: &'a RecordDocument, other: &'a RecordDocument) -> Option<&'a String> {
    let has = |files: &[StoredFile], file: &StoredFile| files.iter().any(|known| known.blake3 == file.blake3);
    let of_one = one.more_sources.iter().find(|file| file.blake3 == other.source.blake3 || has(&other.more_sources, file));
    of_one.or_else(|| Some(&one.source).filter(|file| has(&other.more_sources, file))).map(|file| &file.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::BlobId;
    use crate::model::record::tests::full_document;

    fn page(ordinal: u32) -> PageId {
        PageId { scan: BlobId::of(b"scan"), ordinal }
    }

    #[test]
    fn an_excerpt_goes_along_only_if_it_shows_nothing_else() {
        let excerpt = Excerpt { file: full_document().source, pages: vec![page(1), page(2)] };
        assert!(shows_just(&excerpt, &[page(2), page(1)]));
        for own in [&[page(1)][..], &[], &[page(1), page(2), page(3)]] {
            assert!(!shows_just(&excerpt, own), "{own:?}");
        }
    }

    /// A document once went to other people while the dossier that it left kept a file with its pages.
    #[test]
    fn a_file_that_came_to_a_document_later_is_found_with_both() {
        let file = |name: &str| StoredFile { name: name.into(), blake3: BlobId::of(name.as_bytes()), ..full_document().source };
        let document = |source: &str, more: &[&str]| RecordDocument {
            source: file(source),
            more_sources: more.iter().map(|name| file(name)).collect(),
            ..full_document()
        };
        let shared = |one, other| shared_later(&one, &other).cloned();
        assert_eq!(shared(document("a", &[]), document("b", &["a"])).as_deref(), Some("a"));
        assert_eq!(shared(document("a", &["b"]), document("b", &[])).as_deref(), Some("b"));
        assert_eq!(shared(document("a", &["c"]), document("b", &["c"])).as_deref(), Some("c"));
        assert_eq!(shared(document("a", &["c"]), document("a", &["d"])), None, "the scan itself is cut");
    }
}
