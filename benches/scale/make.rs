//! Makes a repository of any size, with what a run with the stub engine leaves, and the inbox it came
//! from; in a fraction of the time that a run would take.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::Digest;
use sohoa::model::act::Access;
use sohoa::model::batch::PageOutcome;
use sohoa::model::codes::DossierCode;
use sohoa::model::confidence::Confidence;
use sohoa::model::dossier::RecordKind;
use sohoa::model::failure::{Failure, FailureCode};
use sohoa::model::field::{Field, FieldName, FieldSource, FieldStatus};
use sohoa::model::geometry::{Point, Quad, Turn};
use sohoa::model::ids::{BlobId, DocumentId, PageId, RecipeId, Sha256};
use sohoa::model::page::{LineFinder, RecognisedPage, StageTimes};
use sohoa::model::recipe::EngineIdentity;
use sohoa::model::record::{Record, RecordDocument, StoredFile, sealed_file_name};
use sohoa::model::scan::MediaType;
use sohoa::model::text::{Line, SecondReading, TextSource, Word};
use sohoa::pipeline::plan::stamp_of;
use sohoa::repository::{Assignment, Blobs, Entry, Mode, NewBatch, Repository, Sealing, Sighting, StoredBlob};
use time::OffsetDateTime;

use crate::written::{self, Vocabulary};

/// Records committed at once.
const COMMITTED_AT_ONCE: usize = 500;

/// What is to be made.
pub struct Size<'a> {
    /// Dossiers, each with one record of one document.
    pub records: usize,
    /// Pages of each document.
    pub pages: u32,
    /// Bytes of each file, scans and sealed ones; 0 for a line of text.
    pub file_bytes: usize,
    /// Whether files are written at all: an export reads none.
    pub files: bool,
    /// Pages are full of these words; else they bear a line.
    pub words: Option<&'a Vocabulary>,
    /// A scan that can be looked at, for each so many records ([`EACH_PICTURED`]). Views of all records are told
    /// in acts then, as after a year in an office.
    pub picture: Option<&'a [u8]>,
}

/// Of so many records one has a scan that can be looked at.
pub const EACH_PICTURED: usize = 8;

/// The code of a dossier.
pub fn code_of(number: usize) -> DossierCode {
    format!("H38.16-23{:04}-{:04}", number / 10_000, number % 10_000).parse().expect("a code")
}

/// The same picture in other bytes: a comment behind the first marker.
pub fn jpeg_of(picture: &[u8], comment: &str) -> Vec<u8> {
    let length = u16::try_from(comment.len() + 2).expect("a short comment").to_be_bytes();
    [&picture[..2], &[0xFF, 0xFE], &length, comment.as_bytes(), &picture[2..]].concat()
}

/// Makes the repository at `root`, and the scans it came from in `inbox`.
pub fn make(root: &Path, inbox: &Path, size: &Size<'_>, engine: &EngineIdentity, recipe: RecipeId) {
    let repository = Repository::open(root, Mode::Create).expect("a repository");
    fs::create_dir_all(inbox).expect("an inbox");
    let inbox = inbox.canonicalize().expect("an inbox");
    let started_at = OffsetDateTime::UNIX_EPOCH;
    let batch = NewBatch {
        inbox: inbox.display().to_string(),
        started_at,
        engine: engine.clone(),
        recipe,
        program_version: env!("CARGO_PKG_VERSION").into(),
    };
    let batch = repository.begin_batch(&batch).expect("a batch");
    let (mut records, mut blobs, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..size.records {
        let code = code_of(number);
        let picture = size.picture.filter(|_| number % EACH_PICTURED == 0);
        let name = format!("scan {number}");
        let scan = picture.map_or_else(|| content(&name, size.file_bytes), |picture| jpeg_of(picture, &name));
        let source = blob_of(&scan);
        let sealed = content(&format!("%PDF sealed {number}"), size.file_bytes);
        let file = blob_of(&sealed);
        let kind = if picture.is_some() { MediaType::Jpeg } else { MediaType::Png };
        repository.catalog.put_blob(&source, Some(kind)).expect("room");
        let pages: Vec<PageId> = (0..size.pages).map(|ordinal| PageId { scan: source.id, ordinal }).collect();
        if size.files {
            write_blob(repository.blobs.as_ref(), &source, &scan);
            write_blob(repository.blobs.as_ref(), &file, &sealed);
            let path = put_scan(&inbox, &code, &scan);
            let stamp = stamp_of(&fs::symlink_metadata(&path).expect("a file"));
            let sighting = Sighting { path: path.display().to_string(), stamp };
            repository.catalog.put_sighting(&sighting, source.id).expect("room");
            entries.push(Entry {
                path: format!("{code}/1.png"),
                scan: Some(source.id),
                pages: u64::from(size.pages),
                outcomes: vec![(PageOutcome::Sealed, u64::from(size.pages))],
                failure: None,
                moved_to: None,
                assignment: Some(Assignment { code: code.clone(), kind: RecordKind::Dossier, recipe }),
                poor_pages: Vec::new(),
            });
            put_pages(&repository, size, number, (&pages, recipe));
        }
        let text_digest = repository.catalog.text_digest(&pages, recipe).expect("a catalog");
        let document = issued(RecordDocument { text_digest, ..document(&code, &source, &file, pages) }, number, size);
        records.push(Record::new(code, RecordKind::Dossier, None, started_at, recipe, None, vec![document]));
        blobs.push(file);
        if records.len() == COMMITTED_AT_ONCE || number + 1 == size.records {
            repository
                .catalog
                .commit_dossier(&Sealing { batch, records: &records, blobs: &blobs, entries: &entries, alike: &[] })
                .expect("room");
            if size.picture.is_some() {
                tell_looks(&repository, &records);
            }
            records.clear();
            blobs.clear();
            entries.clear();
        }
    }
}

/// Bodies of a province; of each so many names one was misread, as no other was.
const BODIES: usize = 400;
const EACH_MISREAD: usize = 20;

/// The body that issued a paper.
fn body_of(number: usize) -> String {
    let misread = if number.is_multiple_of(EACH_MISREAD) { format!(" Lào Cat {number}") } else { String::new() };
    format!("Ủy ban nhân dân xã số {}, tỉnh Lào Cai{misread}", number * 31 % BODIES)
}

/// A paper of an office names the body that issued it.
fn issued(mut document: RecordDocument, number: usize, size: &Size<'_>) -> RecordDocument {
    if size.picture.is_some() {
        document.fields.insert(FieldName::IssuingBody, accepted(&body_of(number)));
    }
    document
}

fn accepted(value: &str) -> Field {
    Field {
        value: value.into(),
        source: FieldSource::Ocr,
        confidence: Confidence::saturating(0.9),
        status: FieldStatus::Accepted,
        raw: None,
        doubts: Vec::new(),
        others: Vec::new(),
        decision: None,
    }
}

/// Files of other nights that wait for a person, in an inbox of their own.
pub fn waiting(root: &Path, inbox: &Path, files: usize, (engine, recipe): (&EngineIdentity, RecipeId)) {
    let repository = Repository::open(root, Mode::Create).expect("a repository");
    fs::create_dir_all(inbox).expect("an inbox");
    let batch = NewBatch {
        inbox: inbox.display().to_string(),
        started_at: OffsetDateTime::UNIX_EPOCH,
        engine: engine.clone(),
        recipe,
        program_version: env!("CARGO_PKG_VERSION").into(),
    };
    let batch = repository.begin_batch(&batch).expect("a batch");
    for number in 0..files {
        let path = format!("chưa rõ {number}.png");
        fs::write(inbox.join(&path), path.as_bytes()).expect("room");
        let failure = Some(Failure::new(FailureCode::DossierUnknown));
        let outcomes = vec![(PageOutcome::Waiting, 1)];
        let entry =
            Entry { path, scan: None, pages: 1, outcomes, failure, moved_to: None, assignment: None, poor_pages: Vec::new() };
        repository.catalog.put_entry(batch, &entry).expect("room");
    }
}

/// Each record was looked at once.
fn tell_looks(repository: &Repository, records: &[Record]) {
    for record in records {
        repository.catalog.tell_access(record.id, None, Access::ViewedUnmasked, OffsetDateTime::UNIX_EPOCH).expect("room");
    }
}

/// What was read on the pages of a scan.
fn put_pages(repository: &Repository, size: &Size<'_>, number: usize, (pages, recipe): (&[PageId], RecipeId)) {
    let texts = size.words.map(|words| written::record(words, number).1.concat());
    for &page in pages {
        let text = texts.as_ref().and_then(|texts| texts.get(page.ordinal as usize)).map(|page| page.text.as_str());
        repository.catalog.put_page(page, recipe, &page_of(number, page.ordinal, text)).expect("room");
    }
}

/// The only scan of a dossier, in the folder of its code.
fn put_scan(inbox: &Path, code: &DossierCode, scan: &[u8]) -> PathBuf {
    let folder = inbox.join(code.as_str());
    let path = folder.join("1.png");
    fs::create_dir_all(&folder).and_then(|()| fs::write(&path, scan)).expect("room");
    settle(&path);
    path
}

/// A text that no other has, and a filling that does not compress.
fn content(name: &str, bytes: usize) -> Vec<u8> {
    let mut content = vec![0; bytes.max(name.len())];
    blake3::Hasher::new().update(name.as_bytes()).finalize_xof().fill(&mut content);
    content[..name.len()].copy_from_slice(name.as_bytes());
    content
}

fn blob_of(content: &[u8]) -> StoredBlob {
    let sha256 = Sha256::from_bytes(sha2::Sha256::digest(content).into());
    StoredBlob { id: BlobId::of(content), sha256, bytes: content.len() as u64 }
}

/// Without waiting for the disk, as the store itself does.
fn write_blob(store: &dyn Blobs, blob: &StoredBlob, content: &[u8]) {
    let path = store.place_of(blob.id);
    fs::create_dir_all(path.parent().expect("a folder")).and_then(|()| fs::write(path, content)).expect("room");
}

/// Dates a file to a day in the past.
pub fn settle(path: &Path) {
    let moment = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_750_000_000);
    let file = File::options().write(true).open(path).expect("a file");
    file.set_modified(moment).expect("a date");
    assert_eq!(file.metadata().expect("a file").mtime(), 1_750_000_000);
}

fn page_of(number: usize, ordinal: u32, text: Option<&str>) -> RecognisedPage {
    let line = format!("Quyết định số {number} trang {ordinal} về việc cấp giấy chứng nhận quyền sử dụng đất");
    let word = |(place, text): (usize, &str)| Word {
        text: text.into(),
        confidence: Confidence::saturating(0.5 + (place * 37 % 50) as f64 / 100.0),
        place: Quad(
            [(0, 0), (83, 0), (83, 31), (0, 31)]
                .map(|(x, y)| Point { x: (place % 9 * 211 + x) as f32 + 0.25, y: (place / 9 * 47 + y) as f32 + 0.5 }),
        ),
        source: TextSource::Ocr,
        engine: None,
        second: SecondReading::None,
    };
    RecognisedPage {
        width: 10,
        height: 20,
        turn: Turn::None,
        skew_degrees: 0.0,
        blank: false,
        quality: None,
        barcodes: Vec::new(),
        lines: vec![Line { words: text.unwrap_or(&line).split_whitespace().enumerate().map(word).collect(), begins_block: true }],
        unread_letters: None,
        line_finder: LineFinder::Own,
        text_source: TextSource::Ocr,
        pixels: None,
        times: StageTimes::default(),
    }
}

fn document(code: &DossierCode, source: &StoredBlob, file: &StoredBlob, pages: Vec<PageId>) -> RecordDocument {
    let stored = |blob: &StoredBlob, name: String, media_type| StoredFile {
        name,
        media_type,
        bytes: blob.bytes,
        pages: u32::try_from(pages.len()).unwrap_or(u32::MAX),
        sha256: blob.sha256,
        blake3: blob.id,
        origin: None,
    };
    let field = |value: &str, status| Field {
        value: value.into(),
        source: FieldSource::Ocr,
        confidence: Confidence::saturating(0.7),
        status,
        raw: None,
        doubts: Vec::new(),
        others: Vec::new(),
        decision: None,
    };
    let fields = BTreeMap::from([
        (FieldName::DossierCode, field(code.as_str(), FieldStatus::Accepted)),
        (FieldName::Title, field("Quyết định về việc cấp giấy chứng nhận quyền sử dụng đất", FieldStatus::Accepted)),
        (FieldName::Number, field("15", FieldStatus::NeedsPerson)),
    ]);
    RecordDocument {
        id: DocumentId::of_pages(&pages),
        ordinal: 1,
        file: stored(file, sealed_file_name(code, 1), MediaType::Pdf),
        source: stored(source, "1.png".into(), MediaType::Png),
        text_confidence: Confidence::saturating(0.9),
        text_source: TextSource::Ocr,
        signatures: Vec::new(),
        sensitive_pages: Vec::new(),
        more_sources: Vec::new(),
        excerpt: None,
        blank_pages: Vec::new(),
        text_digest: None,
        by_hand: None,
        fields,
        pages,
    }
}
