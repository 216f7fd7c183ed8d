//! What people decide about sealed documents. Each decision is an act and makes a new version; nothing
//! is read from an inbox, so none is a batch of its own: a version belongs to the batch that the one
//! before came from, and that batch's report tells how things stand now.

mod documents;
mod fields;
mod pages;

use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, OnceLock};

use time::OffsetDateTime;

use super::cost::Meter;
use super::held::Held;
use super::{Run, knowledge, placing, workers_for};
use crate::model::codes::DossierCode;
use crate::model::dossier::{DraftDocument, RecordKind};
use crate::model::failure::cause::FieldFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::ids::{BatchId, RecipeId};
use crate::model::record::{DocumentName, Record, RecordDocument};
use crate::pipeline::progress::Progress;
use crate::repository::{Repository, StoredBlob};
use crate::settings::{Origins, Settings};
use crate::stages::assemble::InboxRules;
use crate::stages::seal;

pub(crate) use documents::{DocumentOrder, DocumentWork, change_document};
pub(super) use fields::keep_decisions;
pub(crate) use fields::{FieldDecision, FieldOrder, FieldsDecided, Ruling, decide_fields, try_decisions};
pub(crate) use pages::{LineCorrection, TextOrder, TurnOrder, correct_text, turn_pages};

/// A document as it stands now.
struct Standing {
    record: Record,
    document: RecordDocument,
    /// The batch that this version belongs to.
    batch: BatchId,
    /// How the document's pages were read.
    recipe: RecipeId,
}

/// Finds the document that is meant, in the newest version of its record.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is none; [`FailureCode::Conflict`] if that version is not the one
/// that was `seen`.
fn look_up(
    repository: &Repository,
    name: &DocumentName,
    kind: Option<RecordKind>,
    seen: Option<u32>,
) -> Result<Standing, Failure> {
    look_up_among(repository, name, kind, seen, in_record)
}

/// The document of this number in a record.
fn in_record(record: &Record, ordinal: u32) -> Option<RecordDocument> {
    record.documents.iter().find(|document| document.ordinal == ordinal).cloned()
}

/// The same where `find` tells which documents of a record are meant.
fn look_up_among(
    repository: &Repository,
    name: &DocumentName,
    kind: Option<RecordKind>,
    seen: Option<u32>,
    find: fn(&Record, u32) -> Option<RecordDocument>,
) -> Result<Standing, Failure> {
    let catalog = &repository.catalog;
    let kinds = kind.map_or_else(|| vec![RecordKind::Dossier, RecordKind::Result], |kind| vec![kind]);
    // Codes are kept in capitals; people type them as they like.
    let upper = name.code.as_str().to_ascii_uppercase().parse().ok();
    for code in [Some(name.code.clone()), upper].into_iter().flatten() {
        for kind in &kinds {
            let Some(record) = catalog.current_record(&code, *kind)? else { continue };
            let Some(document) = find(&record, name.ordinal) else { continue };
            if let Some(seen) = seen.filter(|seen| *seen != record.version) {
                let fault = FieldFault::VersionIsNow { seen, now: record.version };
                return Err(Failure::new(FailureCode::Conflict).at(place_of(name)).because(fault));
            }
            let damaged = || Failure::new(FailureCode::RepositoryDamaged).at(place_of(name));
            let batch = catalog.record_row(record.id.as_bytes())?.ok_or_else(damaged)?.batch;
            let recipe = catalog.document_recipe(record.id, document.ordinal)?.ok_or_else(damaged)?;
            return Ok(Standing { record, document, batch, recipe });
        }
    }
    Err(Failure::new(FailureCode::NotFound).at(place_of(name)))
}

fn place_of(name: &DocumentName) -> Place {
    Place::Document { code: name.code.to_string(), ordinal: name.ordinal }
}

/// Does `work` with all that sealing needs. Workers start when there is something for them to do.
fn at_desk<T>(
    repository: &Repository,
    settings: &Settings,
    (batch, recipe): (BatchId, RecipeId),
    progress: &dyn Progress,
    work: impl FnOnce(&Run<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let meter = Meter::default();
    let run = Run {
        repository,
        settings,
        rules: InboxRules::new(&settings.inbox)?,
        pool: workers_for(repository, settings)?,
        recipe,
        earlier: Vec::new(),
        batch,
        progress,
        meter: &meter,
        unchanged: AtomicU64::new(0),
        left: AtomicU64::new(0),
        placing: placing(settings),
        placements: Mutex::default(),
        knowledge: OnceLock::from(knowledge::gather(repository, settings, knowledge::register(settings)?, &[])?),
        origins: Origins::default(),
        held: Held::default(),
        signer: OnceLock::new(),
    };
    work(&run)
}

impl Run<'_> {
    /// Seals a document of `record` anew from the text that it was sealed with, because its file has to say
    /// otherwise now: what the facts of `document` say, and that it belongs to the dossier `code`.
    fn seal_as_it_stands(
        &self,
        record: &Record,
        code: &DossierCode,
        document: &RecordDocument,
    ) -> Result<(RecordDocument, StoredBlob), Failure> {
        let scanned_at = self.scanned_at(record, document)?;
        let scan = self.own_scan(document, scanned_at)?;
        let draft = DraftDocument {
            id: document.id,
            source_path: document.source.name.clone(),
            scanned_at,
            wanted_ordinal: None,
            pages: document.pages.clone(),
            blank_pages: document.blank_pages.clone(),
            readings: Vec::new(),
        };
        let cut = (&scan, document.excerpt.as_ref());
        let standing = Some(&document.file);
        let (sealed, blob) =
            self.seal_document(code, document.ordinal, &draft, &document.fields, cut, (self.recipe, standing))?;
        let RecordDocument { source, excerpt, more_sources, by_hand, .. } = document.clone();
        Ok((RecordDocument { source, excerpt, more_sources, by_hand, ..sealed }, blob))
    }

    /// When a document was scanned: its sealed file says so, and nothing else does.
    fn scanned_at(&self, record: &Record, document: &RecordDocument) -> Result<OffsetDateTime, Failure> {
        let sealed = self.repository.blobs.read(document.file.blake3)?;
        Ok(seal::scanned_at(&sealed).unwrap_or(record.sealed_at))
    }
}
