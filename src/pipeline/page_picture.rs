//! The picture of a sealed page, with the words that were looked for marked on it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::find::{places, words_of};
use super::hand_out::damage_of;
use super::step::{Drawing, PictureOrder};
use super::worker::{Folders, WorkerPool};
use crate::model::dossier::RecordKind;
use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::hit::HitName;
use crate::model::ids::{BlobId, PageId};
use crate::model::query::Condition;
use crate::model::record::{Record, RecordDocument, StoredFile};
use crate::repository::{Budget, CopyError, Repository, RepositoryError, StoredBlob};
use crate::settings::Settings;

/// Whether pages that show an identity card are drawn too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Sensitive {
    /// No: a picture on a screen or in a folder is seen by others than who asked for it.
    #[default]
    Withheld,
    /// Yes, somebody said so.
    Drawn,
}

/// What is to be drawn.
#[derive(Debug)]
pub(crate) struct PageToDraw<'a> {
    /// The page.
    pub hit: &'a HitName,
    /// Handed in or given back, where both have a document of this number.
    pub kind: Option<RecordKind>,
    /// What was looked for.
    pub marked: Option<&'a Condition>,
    /// Whether it may show an identity card.
    pub sensitive: Sensitive,
}

/// The picture of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DrawnPage {
    /// It, as PNG.
    pub png: Vec<u8>,
    /// How many words are marked on it.
    pub marks: usize,
}

/// Draws a page of a current record upright, with all its pixels. The scan is proven on its way, and a
/// worker decodes it.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is no such page, [`FailureCode::PageSensitive`] if it is not to be
/// drawn, [`FailureCode::RepositoryDamaged`] if the scan is not what was taken in.
pub(crate) fn draw_page(repository: &Repository, settings: &Settings, page: &PageToDraw<'_>) -> Result<DrawnPage, Failure> {
    let (record, document) = document_of(repository, page)?;
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Typed { text: page.hit.to_string() });
    let place = usize::try_from(page.hit.page).unwrap_or(usize::MAX);
    let id = place.checked_sub(1).and_then(|place| document.pages.get(place)).copied().ok_or_else(not_found)?;
    if document.sensitive_pages.contains(&id) && page.sensitive == Sensitive::Withheld {
        return Err(Failure::new(FailureCode::PageSensitive).at(Place::Typed { text: page.hit.to_string() }));
    }
    let recipe = repository.catalog.document_recipe(record.id, document.ordinal)?.unwrap_or(record.recipe);
    let read = repository.catalog.page(id, recipe)?.ok_or_else(not_found)?;
    let words = match page.marked {
        Some(condition) => words_of(repository, condition, &Budget::UNLIMITED)?,
        None => BTreeSet::new(),
    };
    let marks = places(&read, &words);
    let scratch = tempfile::tempdir().map_err(|error| disk(&std::env::temp_dir(), &error))?;
    let scan = scratch.path().join("scan");
    prove(repository, &document, id, &scan)?;
    let drawn = scratch.path().join("page.png");
    let folders = Folders { readable: Vec::new(), writable: vec![scratch.path().to_owned()] };
    let count = marks.len();
    let order =
        PictureOrder { scan, ordinal: id.ordinal, turn: read.turn, drawing: Drawing::Marked(marks), output: drawn.clone() };
    WorkerPool::new(settings.clone(), folders).draw(order)?;
    let png = fs::read(&drawn).map_err(|error| disk(&drawn, &error))?;
    Ok(DrawnPage { png, marks: count })
}

/// The document in the version that is named, or in the current record that has it.
fn document_of(repository: &Repository, page: &PageToDraw<'_>) -> Result<(Record, RecordDocument), Failure> {
    let kinds = [RecordKind::Dossier, RecordKind::Result];
    if let Some(version) = page.hit.version {
        let mut records = repository.catalog.records_of(&page.hit.dossier_code)?;
        records.retain(|record| record.version == version && page.kind.is_none_or(|wanted| wanted == record.kind));
        let kept =
            |record: &Record| record.kept_documents().into_iter().find(|document| document.ordinal == page.hit.ordinal).cloned();
        let found = records.into_iter().find_map(|record| kept(&record).map(|document| (record, document)));
        return found.ok_or_else(|| Failure::new(FailureCode::NotFound).at(Place::Typed { text: page.hit.to_string() }));
    }
    for kind in kinds.into_iter().filter(|kind| page.kind.is_none_or(|wanted| wanted == *kind)) {
        let Some(record) = repository.catalog.current_record(&page.hit.dossier_code, kind)? else { continue };
        let document = record.documents.iter().find(|document| document.ordinal == page.hit.ordinal).cloned();
        if let Some(document) = document {
            return Ok((record, document));
        }
    }
    Err(Failure::new(FailureCode::NotFound).at(Place::Typed { text: page.hit.to_string() }))
}

/// Copies the scan that a page lies in to `copy`, if it is what was taken in.
pub(super) fn prove(repository: &Repository, document: &RecordDocument, page: PageId, copy: &Path) -> Result<(), Failure> {
    let scan: Option<&StoredFile> =
        [&document.source].into_iter().chain(&document.more_sources).find(|file| file.blake3 == page.scan);
    let damaged = |cause: StorageFault| Failure::new(FailureCode::RepositoryDamaged).at(page.scan).because(cause);
    let scan = scan.ok_or_else(|| damaged(StorageFault::ScanNotNamed))?;
    let expected = StoredBlob { id: scan.blake3, sha256: scan.sha256, bytes: scan.bytes };
    copied(repository, &expected, copy)
}

/// Copies a scan that is in no document yet to `copy`, if it is what was taken in.
pub(super) fn prove_scan(repository: &Repository, scan: BlobId, copy: &Path) -> Result<(), Failure> {
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Blob { id: scan });
    let expected = repository.catalog.blob(scan)?.ok_or_else(not_found)?;
    copied(repository, &expected, copy)
}

fn copied(repository: &Repository, expected: &StoredBlob, copy: &Path) -> Result<(), Failure> {
    let damaged =
        |cause: StorageFault| Failure::new(FailureCode::RepositoryDamaged).at(Place::Blob { id: expected.id }).because(cause);
    let mut file = File::create(copy).map_err(|error| disk(copy, &error))?;
    repository.blobs.copy(expected, &mut file).map_err(|error| match error {
        CopyError::Damaged(state) => damaged(damage_of(state, repository.blobs.place_of(expected.id).display())),
        CopyError::Target(error) => error.into(),
    })
}

fn disk(path: &Path, error: &io::Error) -> Failure {
    RepositoryError::io(path, error).into()
}
