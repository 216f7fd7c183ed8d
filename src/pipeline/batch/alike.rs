//! Documents that say today what they said when they were sealed: another version of the program, or
//! another recipe, read the same text and found the same facts. They are not sealed again, and no version
//! is made of them, however else the results of their pages or the bytes of a sealed file would come out.

use super::Run;
use super::excerpt::Beside;
use super::take_in::TakenScan;
use crate::model::dossier::DraftDocument;
use crate::model::failure::Failure;
use crate::model::field::Fields;
use crate::model::ids::{DocumentId, RecipeId};
use crate::model::page::RecognisedPage;
use crate::model::record::{Record, RecordDocument, StoredFile};
use crate::model::text::{mean_confidence, source_of};
use crate::stages::assemble;

/// A document as it was sealed last.
pub(super) struct SealedBefore {
    document: RecordDocument,
    /// By what its pages were read.
    recipe: RecipeId,
}

impl Run<'_> {
    /// The document of these pages and this number in the version before, if another recipe read it.
    pub(super) fn sealed_before(
        &self,
        previous: Option<&Record>,
        (ordinal, id): (u32, DocumentId),
    ) -> Result<Option<SealedBefore>, Failure> {
        let Some(previous) = previous else { return Ok(None) };
        let Some(document) = previous.documents.iter().find(|known| (known.ordinal, known.id) == (ordinal, id)) else {
            return Ok(None);
        };
        let recipe = self.repository.catalog.document_recipe(previous.id, ordinal)?.unwrap_or(previous.recipe);
        Ok((recipe != self.recipe).then(|| SealedBefore { document: document.clone(), recipe }))
    }

    /// The document as it was sealed before, if all of it is today as it was: its text, its facts, and
    /// what a record says of it besides.
    pub(super) fn still_stands(
        &self,
        SealedBefore { document: before, recipe }: &SealedBefore,
        (draft, fields): (&DraftDocument, &Fields),
        scan: &TakenScan,
        beside: Beside,
    ) -> Result<Option<RecordDocument>, Failure> {
        let is_cut = beside != Beside::Nothing && scan.summary.signatures.is_empty();
        if is_cut != before.excerpt.is_some() {
            return Ok(None);
        }
        let mut sensitive_pages = Vec::new();
        let mut words = Vec::new();
        for &page in &draft.pages {
            let (then, read) = (self.repository.catalog.page(page, *recipe)?, self.page(page)?);
            if !then.is_some_and(|then| read_alike(&then, &read)) {
                return Ok(None);
            }
            sensitive_pages.extend(assemble::shows_id_card(&read).then_some(page));
            words.extend(read.lines.into_iter().flat_map(|line| line.words));
        }
        let source = StoredFile {
            name: draft.source_path.rsplit('/').next().unwrap_or_default().to_owned(),
            media_type: scan.summary.media_type,
            bytes: scan.blob.bytes,
            pages: scan.summary.pages,
            sha256: scan.blob.sha256,
            blake3: scan.blob.id,
            origin: before.source.origin.clone(),
        };
        let now = RecordDocument {
            source,
            blank_pages: draft.blank_pages.clone(),
            text_confidence: mean_confidence(words.iter()),
            text_source: source_of(words.iter()).unwrap_or_default(),
            signatures: scan.summary.signatures.clone(),
            sensitive_pages,
            more_sources: Vec::new(),
            fields: fields.clone(),
            ..before.clone()
        };
        Ok((now == *before).then_some(now))
    }
}

/// Whether a page reads the same, the same way up.
fn read_alike(one: &RecognisedPage, other: &RecognisedPage) -> bool {
    one.turn == other.turn && one.text() == other.text()
}
