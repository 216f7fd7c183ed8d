//! A dossier with all that is known of it: versions, documents, pages, where files lie, who saw it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::records::{self, find_records};
use crate::model::act::{Access, Act};
use crate::model::codes::DossierCode;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::field::{FieldName, Fields};
use crate::model::geometry::{Point, Turn};
use crate::model::ids::{PageId, RecordId};
use crate::model::mask::Masking;
use crate::model::page::RecognisedPage;
use crate::model::query::parse;
use crate::model::record::{Record, RecordDocument, RecordName, StoredFile, sealed_file_name};
use crate::model::scan::MediaType;
use crate::pipeline::find::{places, words_of};
use crate::pipeline::hand_out::proven_copy;
use crate::repository::{BlobState, Budget, Repository, StoredBlob};

/// Acts that are looked through for a dossier's own, from the newest.
const ACTS: usize = 200;

/// A dossier.
#[derive(Debug, Clone)]
pub(crate) struct Dossier {
    /// Its code, as the repository has it.
    pub code: DossierCode,
    /// All versions of its records, by kind and version.
    pub versions: Vec<Record>,
}

/// Finds a dossier by its code, however it is typed.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is none.
pub(crate) fn find(repository: &Repository, typed: &str) -> Result<Dossier, Failure> {
    let (code, versions) = find_records(repository, typed)?;
    Ok(Dossier { code, versions })
}

/// Whether no later version took the place of a record.
pub(crate) fn is_current(record: &Record, versions: &[Record]) -> bool {
    records::is_current(record, versions)
}

/// The current records of a dossier.
pub(crate) fn current(versions: &[Record]) -> impl Iterator<Item = &Record> {
    versions.iter().filter(|record| is_current(record, versions))
}

/// A document by its number, in the current record that has it.
pub(crate) fn document_of(versions: &[Record], ordinal: u32) -> Option<(&Record, &RecordDocument)> {
    current(versions).find_map(|record| {
        let document = record.documents.iter().find(|document| document.ordinal == ordinal)?;
        Some((record, document))
    })
}

/// A page of a document by its number in the sealed file, from 1, and what was read on it.
///
/// # Errors
/// What the repository says.
pub(crate) fn page_of(
    repository: &Repository,
    record: &Record,
    document: &RecordDocument,
    page: u32,
) -> Result<Option<(PageId, RecognisedPage)>, Failure> {
    let place = usize::try_from(page).unwrap_or(usize::MAX).checked_sub(1);
    let Some(id) = place.and_then(|place| document.pages.get(place)).copied() else { return Ok(None) };
    let recipe = repository.catalog.document_recipe(record.id, document.ordinal)?.unwrap_or(record.recipe);
    Ok(repository.catalog.page(id, recipe)?.map(|read| (id, read)))
}

/// A page by all that names it: its record, whether it is to be kept from strangers, and what was read on it.
///
/// # Errors
/// [`FailureCode::NotFound`], or what the repository says.
pub(crate) fn read_page(
    repository: &Repository,
    typed: &str,
    ordinal: u32,
    page: u32,
) -> Result<(RecordId, bool, RecognisedPage), Failure> {
    let Dossier { code, versions } = find(repository, typed)?;
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Typed { text: format!("{code}/{ordinal}/{page}") });
    let (record, document) = document_of(&versions, ordinal).ok_or_else(not_found)?;
    let (id, read) = page_of(repository, record, document, page)?.ok_or_else(not_found)?;
    Ok((record.id, document.sensitive_pages.contains(&id), read))
}

/// What changed from one version of a record to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A document was added.
    Added(u32),
    /// A document is not there any more.
    Removed(u32),
    /// The pages of a document are others.
    Pages {
        /// The document.
        ordinal: u32,
        /// How many there were.
        before: usize,
        /// How many there are.
        after: usize,
    },
    /// A fact has another value.
    Field {
        /// The document.
        ordinal: u32,
        /// The fact.
        name: FieldName,
        /// What it was; none if it was not there.
        before: Option<String>,
        /// What it is; none if it is not there.
        after: Option<String>,
    },
}

/// Each changed page and fact between two versions.
pub(crate) fn changes(before: &Record, after: &Record) -> Vec<Change> {
    let of = |record: &Record, ordinal: u32| record.documents.iter().find(|document| document.ordinal == ordinal).cloned();
    let ordinals: BTreeSet<u32> = before.documents.iter().chain(&after.documents).map(|document| document.ordinal).collect();
    let mut changes = Vec::new();
    for ordinal in ordinals {
        let (old, new) = match (of(before, ordinal), of(after, ordinal)) {
            (Some(old), Some(new)) => (old, new),
            (None, _) => {
                changes.push(Change::Added(ordinal));
                continue;
            }
            (Some(_), None) => {
                changes.push(Change::Removed(ordinal));
                continue;
            }
        };
        if old.pages != new.pages {
            changes.push(Change::Pages { ordinal, before: old.pages.len(), after: new.pages.len() });
        }
        for name in FieldName::ALL {
            let value = |fields: &Fields| fields.get(&name).map(|field| field.value.clone()).filter(|value| !value.is_empty());
            let (before, after) = (value(&old.fields), value(&new.fields));
            if before != after {
                changes.push(Change::Field { ordinal, name, before, after });
            }
        }
    }
    changes
}

/// Where words stand on a page, in pixels of the page as it is shown upright.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Marks {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Corners of each word.
    pub places: Vec<[Point; 4]>,
}

/// The places of what a query looks for on a page; the size alone where nothing is looked for or the query
/// is not understood.
///
/// # Errors
/// What the repository says.
pub(crate) fn marks(repository: &Repository, read: &RecognisedPage, query: &str, millis: u64) -> Result<Marks, Failure> {
    let until = Instant::now() + Duration::from_millis(millis);
    let is_over = || Instant::now() >= until;
    let words = match parse(query) {
        Ok(condition) if !query.trim().is_empty() => words_of(repository, &condition, &Budget::until(&is_over))?,
        _ => BTreeSet::new(),
    };
    let (width, height) = (read.width as f32, read.height as f32);
    let turned = |point: Point| match read.turn {
        Turn::None => point,
        Turn::Right => Point { x: height - point.y, y: point.x },
        Turn::Half => Point { x: width - point.x, y: height - point.y },
        Turn::Left => Point { x: point.y, y: width - point.x },
    };
    let places = places(read, &words).into_iter().map(|place| place.0.map(turned)).collect();
    let (width, height) = match read.turn {
        Turn::None | Turn::Half => (read.width, read.height),
        Turn::Right | Turn::Left => (read.height, read.width),
    };
    Ok(Marks { width, height, places })
}

/// Which file of a document is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhichFile {
    /// The searchable PDF/A.
    Sealed,
    /// The scan as it came, or what was cut out of it where other documents are on it too.
    Original,
}

/// A file that was proven and is ready to be sent.
#[derive(Debug)]
pub(crate) struct ProvenFile {
    /// Its bytes, from the beginning. It has no name and goes when it is closed.
    pub file: File,
    /// How many.
    pub bytes: u64,
    /// What it holds.
    pub media_type: MediaType,
    /// The name that it gets: of code and number alone.
    pub name: String,
    /// The record that it is of.
    pub record: RecordId,
    /// The document's number.
    pub ordinal: u32,
    /// What the act says that tells of it.
    pub access: Access,
}

/// Copies a file of a document and proves it. `may` is asked whether it may be handed out, once the record is
/// known. Before it is, [`tell_handed_out`] tells of it: copying takes its time, and no one who writes need
/// wait for it.
///
/// # Errors
/// [`FailureCode::NotFound`], [`FailureCode::NotPermitted`], [`FailureCode::RepositoryDamaged`] if it is not what was sealed, or what the
/// repository says.
pub(crate) fn prove_file(
    repository: &Repository,
    typed: &str,
    ordinal: u32,
    which: WhichFile,
    may: &dyn Fn(RecordId) -> bool,
) -> Result<ProvenFile, Failure> {
    let Dossier { code, versions } = find(repository, typed)?;
    let not_found = || Failure::new(FailureCode::NotFound).at(Place::Document { code: code.to_string(), ordinal });
    let (record, document) = document_of(&versions, ordinal).ok_or_else(not_found)?;
    if !may(record.id) {
        return Err(Failure::new(FailureCode::NotPermitted));
    }
    let sealed = sealed_file_name(&code, ordinal);
    let stem = sealed.strip_suffix(".pdf").unwrap_or(&sealed);
    let (file, name, access) = match which {
        WhichFile::Sealed => (&document.file, sealed.clone(), Access::SealedFile),
        WhichFile::Original => {
            let file = document.shareable_sources().next().ok_or_else(not_found)?;
            (file, format!("{stem}.goc.{}", extension(file.media_type)), Access::Original)
        }
    };
    let mut copy = tempfile::tempfile().map_err(|error| Failure::new(FailureCode::StorageFailed).because(error))?;
    proven_copy(repository, file, &mut copy)?;
    copy.seek(SeekFrom::Start(0)).map_err(|error| Failure::new(FailureCode::StorageFailed).because(error))?;
    let (bytes, media_type, record) = (file.bytes, file.media_type, record.id);
    Ok(ProvenFile { file: copy, bytes, media_type, name, record, ordinal, access })
}

/// Tells in an act that a file of a document was handed out.
///
/// # Errors
/// What the repository says.
pub(crate) fn tell_handed_out(
    repository: &Repository,
    record: RecordId,
    ordinal: u32,
    access: Access,
    at: OffsetDateTime,
) -> Result<(), Failure> {
    Ok(repository.catalog.tell_access(record, Some(ordinal), access, at)?)
}

fn extension(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Pdf => "pdf",
        MediaType::Tiff => "tif",
        MediaType::Jpeg => "jpg",
        MediaType::Png => "png",
    }
}

/// Whether a file of the repository is what was sealed, by all of its bytes.
pub(crate) fn is_sound(repository: &Repository, file: &StoredFile) -> bool {
    let expected = StoredBlob { id: file.blake3, sha256: file.sha256, bytes: file.bytes };
    repository.blobs.check(&expected) == BlobState::Sound
}

/// What was done to the records of a dossier and who saw them, the newest first.
///
/// # Errors
/// What the repository says.
pub(crate) fn acts(repository: &Repository, versions: &[Record]) -> Result<Vec<Act>, Failure> {
    let ids: Vec<RecordId> = versions.iter().map(|record| record.id).collect();
    let rows = repository.catalog.acts_naming(&ids, ACTS)?;
    Ok(rows.iter().filter_map(|row| serde_json::from_str(&row.content).ok()).collect())
}

/// Where a file of the repository lies.
pub(crate) fn path_of(repository: &Repository, file: &StoredFile) -> PathBuf {
    repository.blobs.place_of(file.blake3)
}

/// Tells in an act that somebody was shown a record, with or without its personal data.
///
/// # Errors
/// What the repository says.
pub(crate) fn tell_view(repository: &Repository, record: RecordId, masking: Masking, at: OffsetDateTime) -> Result<(), Failure> {
    let access = match masking {
        Masking::Shown => Access::ViewedUnmasked,
        Masking::Masked => Access::Viewed,
    };
    Ok(repository.catalog.tell_access(record, None, access, at)?)
}

/// What people call a record.
pub(crate) fn name_of(record: &Record) -> RecordName {
    RecordName { dossier_code: record.dossier_code.clone(), kind: record.kind, version: record.version }
}
