//! Tests of the whole repository, and what the tests of its parts share.

use std::collections::BTreeMap;

use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::datetime;

use super::*;
use crate::model::batch::BatchState;
use crate::model::confidence::Confidence;
use crate::model::failure::FailureCode;
use crate::model::field::{Field, FieldName, FieldSource, FieldStatus};
use crate::model::geometry::Quad;
use crate::model::ids::{BatchId, DocumentId, PageId, RecipeId};
use crate::model::page::RecognisedPage;
use crate::model::recipe::EngineIdentity;
use crate::model::record::{Record, RecordDocument, StoredFile, sealed_file_name};
use crate::model::scan::MediaType;
use crate::model::text::{Line, SecondReading, TextSource, Word};
use crate::model::{codes::DossierCode, dossier::RecordKind};
use blobs::StoredBlob;
use catalog::NewBatch;

pub(super) const CODE: &str = "H38.16-230706-0012";

pub(super) fn code(text: &str) -> DossierCode {
    text.parse().unwrap()
}

pub(super) fn recipe(number: u8) -> RecipeId {
    RecipeId::from_bytes([number; 32])
}

pub(super) fn new_repository() -> (TempDir, Repository) {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::create_or_open(&folder.path().join("kho")).unwrap();
    (folder, repository)
}

/// Stores `content` as if it came from a file.
pub(super) fn put(repository: &Repository, content: &[u8]) -> StoredBlob {
    let source = tempfile::NamedTempFile::new().unwrap();
    fs::write(source.path(), content).unwrap();
    repository.blobs.put_file(source.path()).unwrap()
}

pub(super) fn new_batch() -> NewBatch {
    NewBatch {
        inbox: "/hộp đến".into(),
        started_at: datetime!(2026-03-02 18:00 UTC),
        engine: EngineIdentity { name: "fake".into(), version: "1".into(), language: "vie".into(), model: String::new() },
        recipe: recipe(1),
        program_version: "0.1.0".into(),
    }
}

pub(super) fn page_of(text: &str) -> RecognisedPage {
    let word = |text: &str| Word {
        text: text.into(),
        confidence: Confidence::saturating(0.9),
        place: Quad::default(),
        source: TextSource::Ocr,
        engine: None,
        second: SecondReading::None,
    };
    let line = |line: &str| Line { words: line.split_whitespace().map(word).collect(), begins_block: false };
    RecognisedPage::upright((10, 20), text.lines().map(line).collect())
}

/// Stores a scan with these pages, as if read by `recipe`, and seals it as one document.
pub(super) fn document(
    repository: &Repository,
    code: &DossierCode,
    ordinal: u32,
    recipe: RecipeId,
    texts: &[&str],
) -> (RecordDocument, StoredBlob) {
    let source = put(repository, texts.join("\u{c}").as_bytes());
    let sealed = put(repository, format!("sealed {code} {ordinal} {recipe} {texts:?}").as_bytes());
    repository.catalog.put_blob(&source, Some(MediaType::Tiff)).unwrap();
    let pages: Vec<_> = (0..).zip(texts).map(|(ordinal, _)| PageId { scan: source.id, ordinal }).collect();
    for (page, text) in pages.iter().zip(texts) {
        repository.catalog.put_page(*page, recipe, &page_of(text)).unwrap();
    }
    let file = |blob: StoredBlob, name: String, media_type| StoredFile {
        name,
        media_type,
        bytes: blob.bytes,
        pages: u32::try_from(texts.len()).unwrap(),
        sha256: blob.sha256,
        blake3: blob.id,
    };
    let field = |value: &str, status| Field {
        value: value.into(),
        source: FieldSource::Ocr,
        confidence: Confidence::saturating(0.7),
        status,
        raw: Some(value.to_uppercase()),
        doubts: vec![],
        others: vec![],
    };
    let title = texts.first().and_then(|text| text.lines().next()).unwrap_or_default();
    let document = RecordDocument {
        id: DocumentId::of_pages(&pages),
        text_digest: repository.catalog.text_digest(&pages, recipe).unwrap(),
        ordinal,
        file: file(sealed, sealed_file_name(code, ordinal), MediaType::Pdf),
        source: file(source, "scan.tif".into(), MediaType::Tiff),
        pages,
        blank_pages: vec![],
        text_confidence: Confidence::saturating(0.9),
        text_source: TextSource::Ocr,
        signatures: vec![],
        sensitive_pages: vec![],
        more_sources: vec![],
        excerpt: None,
        fields: BTreeMap::from([
            (FieldName::Title, field(title, FieldStatus::Accepted)),
            (FieldName::Number, field("15", FieldStatus::NeedsPerson)),
        ]),
    };
    (document, sealed)
}

/// Seals and commits one document as the next version of the dossier `code`.
pub(super) fn commit(repository: &Repository, batch: BatchId, code: &DossierCode, recipe: RecipeId, texts: &[&str]) -> Record {
    let previous = repository.catalog.current_record(code, RecordKind::Dossier).unwrap();
    let (document, sealed) = document(repository, code, 1, recipe, texts);
    let time = OffsetDateTime::UNIX_EPOCH;
    let record = Record::new(code.clone(), RecordKind::Dossier, previous.as_ref(), time, recipe, None, vec![document]);
    repository.catalog.commit_dossier(batch, std::slice::from_ref(&record), &[sealed], &[]).unwrap();
    record
}

#[test]
fn writers_share_the_repository_and_an_older_program_that_has_it_alone_keeps_them_out() {
    let (_folder, first) = new_repository();
    let root = first.root().to_owned();
    let second = Repository::create_or_open(&root).unwrap();
    let inbox = tempfile::tempdir().unwrap();
    let held = first.lock_inbox(inbox.path()).unwrap();
    assert_eq!(second.lock_inbox(inbox.path()).unwrap_err().code(), FailureCode::RepositoryLocked);
    drop(held);
    assert!(second.lock_inbox(inbox.path()).is_ok());
    assert!(Repository::open(&root).is_ok());
    drop((first, second));
    // What the program of version 0.1.0 does for as long as it runs.
    let older = fs::File::options().write(true).open(root.join("lock")).unwrap();
    older.try_lock().unwrap();
    let error = Repository::create_or_open(&root).unwrap_err();
    assert_eq!(error.code(), FailureCode::RepositoryLocked);
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    drop(older);
    assert!(Repository::create_or_open(&root).is_ok());
}

#[test]
fn a_folder_that_is_a_link_is_not_emptied_where_it_leads() {
    let (_folder, repository) = new_repository();
    let root = repository.root().to_owned();
    drop(repository);
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("mine"), "mine").unwrap();
    for name in FOLDERS {
        let (folder, aside) = (root.join(name), root.join("aside"));
        fs::rename(&folder, &aside).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), &folder).unwrap();
        let error = Repository::create_or_open(&root).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        fs::remove_file(&folder).unwrap();
        fs::rename(&aside, &folder).unwrap();
    }
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    assert!(Repository::create_or_open(&root).is_ok());
}

#[test]
fn only_batches_of_dead_owners_become_interrupted() {
    let (_folder, first) = new_repository();
    let second = Repository::create_or_open(first.root()).unwrap();
    let batch = first.begin_batch(&new_batch()).unwrap();
    let beside = second.begin_batch(&new_batch()).unwrap();
    let state = |batch| second.catalog.batch_report(batch).unwrap().unwrap().state;
    assert_eq!([state(batch), state(beside)], [BatchState::Running; 2]);
    drop(first);
    second.begin_batch(&new_batch()).unwrap();
    assert_eq!([state(batch), state(beside)], [BatchState::Interrupted, BatchState::Running]);
}

#[test]
fn a_lost_race_is_a_conflict_and_no_number_is_given_twice() {
    let (_folder, repository) = new_repository();
    let batch = repository.begin_batch(&new_batch()).unwrap();
    let (code, time) = (code(CODE), OffsetDateTime::UNIX_EPOCH);
    let seal = |kind, ordinal, texts: &[&str]| {
        let (document, blob) = document(&repository, &code, ordinal, recipe(1), texts);
        let record = Record::new(code.clone(), kind, None, time, recipe(1), None, vec![document]);
        repository.catalog.commit_dossier(batch, &[record], &[blob], &[])
    };
    seal(RecordKind::Dossier, 1, &["một"]).unwrap();
    // Another run sealed the first version, or a document under this number, in the meantime.
    for (kind, ordinal) in [(RecordKind::Dossier, 2), (RecordKind::Result, 1)] {
        assert_eq!(seal(kind, ordinal, &["hai"]).unwrap_err().code(), FailureCode::Conflict);
    }
    seal(RecordKind::Result, 2, &["hai"]).unwrap();
    assert_eq!(repository.catalog.records_of(&code).unwrap().len(), 2);
}

#[test]
fn leftovers_of_a_killed_run_are_removed_and_nothing_else() {
    let (_folder, repository) = new_repository();
    let blob = put(&repository, b"kept");
    let tmp = repository.root().join(TMP);
    fs::write(tmp.join("new-half"), "half").unwrap();
    fs::create_dir(tmp.join("folder")).unwrap();
    fs::write(tmp.join("folder/a"), "a").unwrap();
    std::os::unix::fs::symlink(repository.blobs.path_of(blob.id), tmp.join("link")).unwrap();
    let root = repository.root().to_owned();
    drop(repository);
    let repository = Repository::create_or_open(&root).unwrap();
    assert_eq!(fs::read_dir(&tmp).unwrap().count(), 2, "its own folder and lock");
    assert_eq!(repository.blobs.read(blob.id).unwrap(), b"kept");
}

#[test]
fn only_a_repository_is_opened_and_only_an_empty_folder_becomes_one() {
    let folder = tempfile::tempdir().unwrap();
    let code_of = |result: Result<Repository, RepositoryError>| result.unwrap_err().code();
    assert_eq!(code_of(Repository::open(folder.path())), FailureCode::RepositoryMissing);
    assert_eq!(code_of(Repository::open(&folder.path().join("absent"))), FailureCode::RepositoryMissing);
    fs::write(folder.path().join("thesis.doc"), "mine").unwrap();
    assert_eq!(code_of(Repository::create_or_open(folder.path())), FailureCode::RepositoryMissing);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was put there");
}

#[test]
fn newer_and_damaged_repositories_are_told_apart() {
    let (_folder, repository) = new_repository();
    let root = repository.root().to_owned();
    drop(repository);
    let codes = || {
        let (write, read) = (Repository::create_or_open(&root), Repository::open(&root));
        [write.unwrap_err().code(), read.unwrap_err().code()]
    };
    rusqlite::Connection::open(root.join(CATALOG)).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(codes(), [FailureCode::RepositoryNewer; 2]);
    for file in ["catalog.sqlite-wal", "catalog.sqlite-shm"] {
        let _ = fs::remove_file(root.join(file));
    }
    fs::write(root.join(CATALOG), "not a database, but long enough to be read as one".repeat(100)).unwrap();
    assert_eq!(codes(), [FailureCode::RepositoryDamaged; 2]);
    fs::write(root.join(MARKER), r#"{"format":2}"#).unwrap();
    assert_eq!(codes(), [FailureCode::RepositoryNewer; 2]);
}

#[test]
fn a_reader_sees_what_a_writer_commits_meanwhile() {
    let (_folder, writer) = new_repository();
    let reader = Repository::open(writer.root()).unwrap();
    let batch = writer.catalog.begin_batch(&new_batch()).unwrap();
    assert_eq!(reader.catalog.latest_batch().unwrap(), Some(batch));
    commit(&writer, batch, &code(CODE), recipe(1), &["Một trang"]);
    assert_eq!(reader.catalog.current_records(None, 10).unwrap().len(), 1);
    assert!(reader.catalog.begin_batch(&new_batch()).is_err(), "a reader cannot write");
}
