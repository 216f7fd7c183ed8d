//! What may be done by whom, and what several see of each other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{World, in_both_worlds};
use crate::model::batch::BatchState;
use crate::model::ids::{BlobId, PageId};
use crate::model::scan::{MediaType, ScanSummary};
use crate::repository::tests::{CODE, code, commit, end_of, entry, new_batch, page_of, put, recipe};
use crate::repository::{
    FileStamp, ManifestOrder, ManifestRow, ManifestState, Mode, Placement, PutError, RepositoryError, Sealing, Sighting,
};

in_both_worlds!(
    a_reader_writes_nothing_and_is_told_so,
    a_reader_sees_what_a_writer_commits_meanwhile,
    a_snapshot_stays_as_it_is,
    readers_see_whole_commits_while_others_write,
);

fn a_reader_writes_nothing_and_is_told_so(world: &dyn World) {
    let writer = world.open(Mode::Create);
    let batch = writer.catalog.begin_batch(&new_batch()).unwrap();
    let (record, blob) = (commit(&writer, batch, &code(CODE), recipe(1), &["một"]), put(&writer, b"there"));
    let reader = world.open(Mode::Read);
    let (catalog, acts) = (&reader.catalog, writer.catalog.act_head().unwrap());
    let page = PageId { scan: blob.id, ordinal: 0 };
    let summary = ScanSummary { media_type: MediaType::Tiff, pages: 1, signatures: vec![], attachments: vec![], notes: vec![] };
    let stamp = FileStamp { bytes: 1, modified_ns: 1, changed_ns: 1, inode: 1 };
    let row = ManifestRow {
        sequence: 1,
        sha256: blob.sha256,
        bytes_len: 0,
        state: ManifestState::Prepared,
        created_at: new_batch().started_at,
        file_name: "000001.json".into(),
    };
    let records = [record];
    let refused = [
        catalog.begin_batch(&new_batch()).map(drop),
        reader.begin_batch(&new_batch()).map(drop),
        catalog.finish_batch(batch, &end_of(BatchState::Finished)),
        catalog.put_entry(batch, &entry("a.tif", 1, &[])),
        catalog.put_blob(&blob, None),
        catalog.put_scan(blob.id, &summary),
        catalog.put_page(page, recipe(1), &page_of("một")),
        catalog.put_sighting(&Sighting { path: "/inbox/a".into(), stamp }, blob.id),
        catalog.put_placements(&[Placement { scan: blob.id, rules: [1; 32], parts: vec![] }]),
        catalog.commit_dossier(&Sealing { batch, records: &records, blobs: &[], entries: &[], alike: &[] }),
        catalog.prepare_manifest(&ManifestOrder { row: &row, packed: &[], records: &[] }),
        catalog.release_manifest(1),
        reader.scratch_dir().map(drop),
        reader.write_file(&reader.exports_dir().join("x"), b"x"),
    ];
    for (number, result) in refused.into_iter().enumerate() {
        assert!(matches!(result, Err(RepositoryError::ReadOnly { .. })), "{number}: {result:?}");
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "new").unwrap();
    let put = reader.blobs.put_file(file.path());
    assert!(matches!(put, Err(PutError::Store(RepositoryError::ReadOnly { .. }))), "{put:?}");
    assert!(writer.blobs.read(BlobId::of(b"new")).is_err());
    assert_eq!(writer.catalog.act_head().unwrap(), acts);
    assert_eq!(writer.catalog.blob(blob.id).unwrap(), None);
}

fn a_reader_sees_what_a_writer_commits_meanwhile(world: &dyn World) {
    let writer = world.open(Mode::Create);
    let reader = world.open(Mode::Read);
    let batch = writer.catalog.begin_batch(&new_batch()).unwrap();
    assert_eq!(reader.catalog.latest_batch().unwrap(), Some(batch));
    let record = commit(&writer, batch, &code(CODE), recipe(1), &["Một trang"]);
    assert_eq!(reader.catalog.current_records(None, 10).unwrap(), std::slice::from_ref(&record));
    assert_eq!(reader.blobs.read(record.documents[0].source.blake3).unwrap(), "Một trang".as_bytes());
}

fn a_snapshot_stays_as_it_is(world: &dyn World) {
    let (writer, reader) = (world.open(Mode::Create), world.open(Mode::Write));
    let batch = writer.catalog.begin_batch(&new_batch()).unwrap();
    let snapshot = reader.catalog.snapshot().unwrap();
    commit(&writer, batch, &code(CODE), recipe(1), &["một"]);
    assert_eq!((reader.catalog.max_change().unwrap(), reader.catalog.act_head().unwrap()), (0, None));
    assert!(reader.catalog.begin_batch(&new_batch()).is_err(), "nothing can be written as long");
    drop(snapshot);
    assert_eq!(reader.catalog.max_change().unwrap(), 1);
    reader.catalog.begin_batch(&new_batch()).unwrap();
}

fn readers_see_whole_commits_while_others_write(world: &dyn World) {
    let writer = world.open(Mode::Create);
    let batch = writer.catalog.begin_batch(&new_batch()).unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let reader = world.open(Mode::Read);
                let mut before = 0;
                loop {
                    let end = done.load(Ordering::SeqCst);
                    let _one_state = reader.catalog.snapshot().unwrap();
                    // One act for each record, and each version follows the one before.
                    let records = reader.catalog.records_of(&code(CODE)).unwrap();
                    let acts = reader.catalog.act_head().unwrap().map_or(0, |head| head.count);
                    assert_eq!(records.len() as u64, acts);
                    assert!(records.windows(2).all(|pair| pair[1].supersedes == Some(pair[0].id)));
                    assert!(acts >= before);
                    before = acts;
                    if end {
                        assert_eq!(acts, 10);
                        break;
                    }
                }
            });
        }
        for number in 0..10 {
            commit(&writer, batch, &code(CODE), recipe(1), &[&format!("bản {number}")]);
        }
        done.store(true, Ordering::SeqCst);
    });
}
