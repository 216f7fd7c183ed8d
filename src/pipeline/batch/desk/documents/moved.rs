//! A document goes to another dossier, or to the other side of its own.

use super::{Desk, Made, Unmade};
use crate::model::codes::DossierCode;
use crate::model::confidence::Confidence;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::failure::cause::DocumentFault;
use crate::model::field::{Decision, Field, FieldName, FieldSource, FieldStatus, Verdict};
use crate::model::ids::{DocumentId, PageId};
use crate::model::record::{DocumentAction, DocumentChange, DocumentName, DocumentPlace, Excerpt, RecordDocument};
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
        Ok(given.get(&id).copied().unwrap_or_else(|| given.values().max().copied().unwrap_or(0).saturating_add(1)))
    }

    /// Leaves a document that goes to other people nothing to show but its own pages.
    fn stand_alone(&self, to: &DossierCode, document: &mut RecordDocument, blobs: &mut Vec<StoredBlob>) -> Result<(), Unmade> {
        for file in &document.more_sources {
            let shown = self.run.repository.catalog.is_source_of_others(file.blake3, to).map_err(Failure::from)?;
            if shown {
                return Err(DocumentFault::ShowsOthers { name: file.name.clone() }.into());
            }
        }
        if let Some(Excerpt { file, .. }) = &mut document.excerpt {
            let extension = file.name.rsplit('.').next().unwrap_or_default().to_owned();
            file.name = format!("{}.goc.{extension}", DocumentName { code: to.clone(), ordinal: document.ordinal });
            return Ok(());
        }
        let own = own_pages(document);
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
