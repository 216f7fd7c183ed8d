//! [`Pages`](crate::repository::Pages).

use std::thread;

use super::{World, in_both_worlds};
use crate::model::ids::{BlobId, PageId};
use crate::model::page::{RecognisedPage, StageTimes};
use crate::model::scan::{MediaType, ScanSummary};
use crate::repository::Mode;
use crate::repository::tests::{page_of, put, recipe};

in_both_worlds!(
    pages_and_scans_come_back_as_they_were_kept,
    what_was_kept_first_stays,
    nothing_is_kept_of_a_blob_that_is_not_known,
    blobs_are_told_a_part_at_a_time,
    a_digest_covers_every_page_and_the_recipe,
    digests_of_pages_are_told_in_their_order,
    many_threads_write_at_once,
);

fn pages_and_scans_come_back_as_they_were_kept(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, blob) = (&repository.catalog, put(&repository, b"scan"));
    let page = PageId { scan: blob.id, ordinal: 0 };
    let summary = ScanSummary { media_type: MediaType::Tiff, pages: 2, signatures: vec![], attachments: vec![], notes: vec![] };
    catalog.put_blob(&blob, None).unwrap();
    catalog.put_blob(&blob, Some(MediaType::Tiff)).unwrap();
    catalog.put_scan(blob.id, &summary).unwrap();
    catalog.put_page(page, recipe(1), &page_of("Quyết định\nsố 15")).unwrap();
    assert_eq!(catalog.blobs().unwrap(), [blob]);
    assert_eq!((catalog.blob(blob.id).unwrap(), catalog.blob(BlobId::of(b"other")).unwrap()), (Some(blob), None));
    assert_eq!((catalog.scan(blob.id).unwrap(), catalog.scan(BlobId::of(b"other")).unwrap()), (Some(summary), None));
    assert_eq!(catalog.page(page, recipe(1)).unwrap(), Some(page_of("Quyết định\nsố 15")));
    assert_eq!(catalog.page(page, recipe(2)).unwrap(), None);
    assert!(catalog.has_page(page, recipe(1)).unwrap() && !catalog.has_page(page, recipe(2)).unwrap());
}

fn what_was_kept_first_stays(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, blob) = (&repository.catalog, put(&repository, b"scan"));
    let page = PageId { scan: blob.id, ordinal: 0 };
    catalog.put_blob(&blob, None).unwrap();
    for pages in [2, 3] {
        let summary = ScanSummary { media_type: MediaType::Tiff, pages, signatures: vec![], attachments: vec![], notes: vec![] };
        catalog.put_scan(blob.id, &summary).unwrap();
    }
    // What it cost is not kept: the same picture read again says the same.
    let times = StageTimes { open: 1, ..StageTimes::default() };
    for text in ["một", "hai"] {
        catalog.put_page(page, recipe(1), &RecognisedPage { times, ..page_of(text) }).unwrap();
    }
    assert_eq!(catalog.scan(blob.id).unwrap().unwrap().pages, 2);
    assert_eq!(catalog.page(page, recipe(1)).unwrap(), Some(page_of("một")));
}

fn nothing_is_kept_of_a_blob_that_is_not_known(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, scan) = (&repository.catalog, BlobId::of(b"never"));
    let summary = ScanSummary { media_type: MediaType::Tiff, pages: 2, signatures: vec![], attachments: vec![], notes: vec![] };
    assert!(catalog.put_scan(scan, &summary).is_err());
    assert!(catalog.put_page(PageId { scan, ordinal: 0 }, recipe(1), &page_of("một")).is_err());
    assert_eq!((catalog.scan(scan).unwrap(), catalog.blob_count().unwrap()), (None, 0));
}

fn blobs_are_told_a_part_at_a_time(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let mut all: Vec<_> = (0..5u8).map(|number| put(&repository, &[number])).collect();
    all.iter().for_each(|blob| repository.catalog.put_blob(blob, None).unwrap());
    all.sort_by_key(|blob| blob.id);
    let catalog = &repository.catalog;
    assert_eq!(catalog.blob_count().unwrap(), 5);
    assert_eq!(catalog.blobs_after(None, 2).unwrap(), all[..2]);
    assert_eq!(catalog.blobs_after(Some(all[1].id), 2).unwrap(), all[2..4]);
    assert_eq!(catalog.blobs_after(Some(all[3].id), 2).unwrap(), all[4..]);
    assert_eq!(catalog.blobs_after(Some(all[4].id), 2).unwrap(), []);
}

fn a_digest_covers_every_page_and_the_recipe(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, blob) = (&repository.catalog, put(&repository, b"scan"));
    catalog.put_blob(&blob, None).unwrap();
    let [one, two, three] = [0, 1, 2].map(|ordinal| PageId { scan: blob.id, ordinal });
    for (page, by, text) in [(one, 1, "một"), (two, 1, "hai"), (one, 2, "một"), (two, 2, "hai khác")] {
        catalog.put_page(page, recipe(by), &page_of(text)).unwrap();
    }
    let digest = |pages: &[PageId], by| catalog.text_digest(pages, recipe(by)).unwrap();
    assert!(digest(&[one, two], 1).is_some());
    assert_eq!(digest(&[one, two, three], 1), None, "one page was not read");
    assert_eq!(digest(&[one], 1), digest(&[one], 2), "it is over what was read and not by what");
    assert_ne!(digest(&[one, two], 1), digest(&[one, two], 2));
    assert_ne!(digest(&[one, two], 1), digest(&[two, one], 1));
}

fn digests_of_pages_are_told_in_their_order(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, blob) = (&repository.catalog, put(&repository, b"scan"));
    catalog.put_blob(&blob, None).unwrap();
    let [one, two, three] = [0, 1, 2].map(|ordinal| PageId { scan: blob.id, ordinal });
    catalog.put_page(one, recipe(1), &page_of("một")).unwrap();
    catalog.put_page(three, recipe(1), &page_of("ba")).unwrap();
    let with = |page| catalog.page_with_digest(page, recipe(1)).unwrap();
    let (read, digest) = with(one).unwrap();
    assert_eq!(read, page_of("một"));
    assert_eq!(with(two), None);
    assert_eq!(catalog.page_digests(&[three, two, one], recipe(1)).unwrap(), [Some(with(three).unwrap().1), None, Some(digest)]);
    assert_eq!(catalog.page_digests(&[one], recipe(2)).unwrap(), [None]);
}

fn many_threads_write_at_once(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let blob = put(&repository, b"scan");
    repository.catalog.put_blob(&blob, None).unwrap();
    thread::scope(|scope| {
        for ordinal in 0..8 {
            let (catalog, page) = (&repository.catalog, PageId { scan: blob.id, ordinal });
            scope.spawn(move || catalog.put_page(page, recipe(1), &page_of("chữ")).unwrap());
        }
    });
    let page = |ordinal| repository.catalog.page(PageId { scan: blob.id, ordinal }, recipe(1)).unwrap();
    assert!((0..8).all(|ordinal| page(ordinal).is_some()));
}
