//! Tests of the whole repository, and what the tests of its parts share.

use std::collections::BTreeMap;

use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::datetime;

use super::*;
use crate::model::batch::{BatchState, Cost, PageOutcome};
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

pub(crate) const CODE: &str = "H38.16-230706-0012";

pub(crate) fn code(text: &str) -> DossierCode {
    text.parse().unwrap()
}

pub(crate) fn recipe(number: u8) -> RecipeId {
    RecipeId::from_bytes([number; 32])
}

pub(crate) fn new_repository() -> (TempDir, Repository) {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(&folder.path().join("kho"), Mode::Create).unwrap();
    (folder, repository)
}

/// Stores `content` as if it came from a file.
pub(crate) fn put(repository: &Repository, content: &[u8]) -> StoredBlob {
    let source = tempfile::NamedTempFile::new().unwrap();
    fs::write(source.path(), content).unwrap();
    repository.blobs.put_file(source.path()).unwrap()
}

pub(crate) fn new_batch() -> NewBatch {
    NewBatch {
        inbox: "/hộp đến".into(),
        started_at: datetime!(2026-03-02 18:00 UTC),
        engine: EngineIdentity { name: "fake".into(), version: "1".into(), language: "vie".into(), model: String::new() },
        recipe: recipe(1),
        program_version: "0.1.0".into(),
    }
}

pub(crate) fn end_of(state: BatchState) -> BatchEnd {
    BatchEnd {
        state,
        ended_at: datetime!(2026-03-03 01:00 +7),
        unchanged_files: 4,
        left_files: 2,
        cost: Cost::default(),
        manifest: Some("000001.json".into()),
    }
}

pub(crate) fn entry(path: &str, pages: u64, outcomes: &[(PageOutcome, u64)]) -> Entry {
    let outcomes = outcomes.to_vec();
    Entry { path: path.into(), scan: None, assignment: None, pages, outcomes, failure: None, moved_to: None, poor_pages: vec![] }
}

pub(crate) fn page_of(text: &str) -> RecognisedPage {
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
pub(crate) fn document(
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
        origin: None,
    };
    let field = |value: &str, status| Field {
        value: value.into(),
        source: FieldSource::Ocr,
        confidence: Confidence::saturating(0.7),
        status,
        raw: Some(value.to_uppercase()),
        doubts: vec![],
        others: vec![],
        decision: None,
    };
    let title = texts.first().and_then(|text| text.lines().next()).unwrap_or_default();
    let document = RecordDocument {
        id: DocumentId::of_pages(&pages),
        text_digest: repository.catalog.text_digest(&pages, recipe).unwrap(),
        by_hand: None,
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
pub(crate) fn commit(repository: &Repository, batch: BatchId, code: &DossierCode, recipe: RecipeId, texts: &[&str]) -> Record {
    let previous = repository.catalog.current_record(code, RecordKind::Dossier).unwrap();
    let (document, sealed) = document(repository, code, 1, recipe, texts);
    let time = OffsetDateTime::UNIX_EPOCH;
    let record = Record::new(code.clone(), RecordKind::Dossier, previous.as_ref(), time, recipe, None, vec![document]);
    let records = [record.clone()];
    let sealing = Sealing { batch, records: &records, blobs: &[sealed], entries: &[], alike: &[] };
    repository.catalog.commit_dossier(&sealing).unwrap();
    record
}

#[test]
fn writers_share_the_repository_and_an_older_program_that_has_it_alone_keeps_them_out() {
    let (_folder, first) = new_repository();
    let root = first.root().to_owned();
    let second = Repository::open(&root, Mode::Create).unwrap();
    let inbox = tempfile::tempdir().unwrap();
    let held = first.lock_inbox(inbox.path()).unwrap();
    assert_eq!(second.lock_inbox(inbox.path()).unwrap_err().code(), FailureCode::RepositoryLocked);
    drop(held);
    assert!(second.lock_inbox(inbox.path()).is_ok());
    assert!(Repository::open(&root, Mode::Read).is_ok());
    drop((first, second));
    // What the program of version 0.1.0 does for as long as it runs.
    let older = fs::File::options().write(true).open(root.join("lock")).unwrap();
    older.try_lock().unwrap();
    let error = Repository::open(&root, Mode::Create).unwrap_err();
    assert_eq!(error.code(), FailureCode::RepositoryLocked);
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    drop(older);
    assert!(Repository::open(&root, Mode::Create).is_ok());
}

#[test]
fn one_backup_at_a_time_goes_to_one_place() {
    let (_folder, first) = new_repository();
    let second = Repository::open(first.root(), Mode::Write).unwrap();
    let held = first.lock_backup("s3://kho/so-hoa").unwrap();
    assert_eq!(second.lock_backup("s3://kho/so-hoa/").unwrap_err().code(), FailureCode::RepositoryLocked);
    assert!(second.lock_backup("s3://kho/khac").is_ok());
    drop(held);
    assert!(second.lock_backup("s3://kho/so-hoa").is_ok());
    let reader = Repository::open(first.root(), Mode::Read).unwrap();
    assert!(matches!(reader.lock_backup("s3://kho/khac"), Err(RepositoryError::ReadOnly { .. })));
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
        let error = Repository::open(&root, Mode::Create).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        fs::remove_file(&folder).unwrap();
        fs::rename(&aside, &folder).unwrap();
    }
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    assert!(Repository::open(&root, Mode::Create).is_ok());
}

#[test]
fn leftovers_of_a_killed_run_are_removed_and_nothing_else() {
    let (_folder, repository) = new_repository();
    let blob = put(&repository, b"kept");
    let tmp = repository.root().join(TMP);
    fs::write(tmp.join("new-half"), "half").unwrap();
    fs::create_dir(tmp.join("folder")).unwrap();
    fs::write(tmp.join("folder/a"), "a").unwrap();
    std::os::unix::fs::symlink(repository.blobs.place_of(blob.id), tmp.join("link")).unwrap();
    let root = repository.root().to_owned();
    drop(repository);
    let repository = Repository::open(&root, Mode::Create).unwrap();
    assert_eq!(fs::read_dir(&tmp).unwrap().count(), 2, "its own folder and lock");
    assert_eq!(repository.blobs.read(blob.id).unwrap(), b"kept");
}

#[test]
fn only_a_repository_is_opened_and_only_an_empty_folder_becomes_one() {
    let folder = tempfile::tempdir().unwrap();
    let code_of = |result: Result<Repository, RepositoryError>| result.unwrap_err().code();
    assert_eq!(code_of(Repository::open(folder.path(), Mode::Read)), FailureCode::RepositoryMissing);
    assert_eq!(code_of(Repository::open(&folder.path().join("absent"), Mode::Read)), FailureCode::RepositoryMissing);
    fs::write(folder.path().join("thesis.doc"), "mine").unwrap();
    assert_eq!(code_of(Repository::open(folder.path(), Mode::Create)), FailureCode::RepositoryMissing);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was put there");
}

#[test]
fn newer_and_damaged_repositories_are_told_apart() {
    let (_folder, repository) = new_repository();
    let root = repository.root().to_owned();
    drop(repository);
    let codes = || {
        let (write, read) = (Repository::open(&root, Mode::Create), Repository::open(&root, Mode::Read));
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
