//! [`Restore`](crate::repository::Restore).

use super::{World, in_both_worlds};
use crate::model::act::{Act, Deed};
use crate::model::batch::{BatchState, PageOutcome};
use crate::model::ids::{BatchId, LedgerDigest, PageId, TextDigest};
use crate::model::page::{RecognisedPage, StageTimes};
use crate::repository::tests::{CODE, code, commit, end_of, entry, new_batch, page_of, put, recipe};
use crate::repository::{Entry, Mode, Repository, RepositoryError, RestoreProof};

in_both_worlds!(
    a_sound_catalog_has_no_damaged_pages,
    batches_tell_by_which_recipe_they_read,
    pages_that_a_text_proves_are_put_back_and_told,
    pages_that_a_ledger_proves_are_put_back_and_told,
    what_nothing_proves_changes_nothing,
    nothing_is_put_back_of_a_blob_that_is_not_known,
    what_was_made_beside_the_catalog_is_told,
    a_reader_puts_nothing_back,
);

/// The newest act.
fn last_act(repository: &Repository) -> Act {
    let rows = repository.catalog.acts_after(0, usize::MAX).unwrap();
    serde_json::from_str(&rows.last().unwrap().content).unwrap()
}

fn a_sound_catalog_has_no_damaged_pages(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    commit(&repository, batch, &code(CODE), recipe(1), &["một", "hai"]);
    assert_eq!(repository.catalog.damaged_pages(recipe(1), 9).unwrap(), []);
}

fn batches_tell_by_which_recipe_they_read(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    assert_eq!(repository.catalog.batch_recipe(batch).unwrap(), Some(new_batch().recipe));
    assert_eq!(repository.catalog.batch_recipe(BatchId(9)).unwrap(), None);
}

fn pages_that_a_text_proves_are_put_back_and_told(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let record = commit(&repository, batch, &code(CODE), recipe(1), &["một", "hai"]);
    let document = &record.documents[0];
    let proof = RestoreProof::Text(document.pages.clone(), document.text_digest.unwrap());
    // What it cost this time is another thing.
    let times = StageTimes { open: 1, ..StageTimes::default() };
    let read = [(document.pages[1], RecognisedPage { times, ..page_of("hai") })];
    catalog.restore_pages(recipe(1), &read, &proof, end_of(BatchState::Finished).ended_at).unwrap();
    assert_eq!(catalog.page(document.pages[1], recipe(1)).unwrap(), Some(page_of("hai")));
    assert_eq!(catalog.text_digest(&document.pages, recipe(1)).unwrap(), document.text_digest);
    let act = last_act(&repository);
    assert_eq!(act.deed, Deed::PagesReadAgain { recipe: recipe(1), pages: vec![document.pages[1]] });
    assert_eq!(act.at, end_of(BatchState::Finished).ended_at);
}

fn pages_that_a_ledger_proves_are_put_back_and_told(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let (catalog, scan) = (&repository.catalog, put(&repository, b"waits"));
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    catalog.put_blob(&scan, None).unwrap();
    let page = PageId { scan: scan.id, ordinal: 0 };
    catalog.put_page(page, recipe(1), &page_of("chờ")).unwrap();
    let waits = Entry { scan: Some(scan.id), ..entry("a.tif", 1, &[(PageOutcome::Waiting, 1)]) };
    catalog.put_entry(batch, &waits).unwrap();
    catalog.finish_batch(batch, &end_of(BatchState::Finished)).unwrap();
    let proof = RestoreProof::Ledger(batch, catalog.ledger_digest(batch).unwrap().1);
    let at = end_of(BatchState::Finished).ended_at;
    catalog.restore_pages(recipe(1), &[(page, page_of("chờ"))], &proof, at).unwrap();
    assert_eq!(last_act(&repository).deed, Deed::PagesReadAgain { recipe: recipe(1), pages: vec![page] });
}

fn what_nothing_proves_changes_nothing(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let record = commit(&repository, batch, &code(CODE), recipe(1), &["một", "hai"]);
    let (pages, digest) = (record.documents[0].pages.clone(), record.documents[0].text_digest.unwrap());
    let acts = catalog.act_head().unwrap();
    let proofs = [
        (RestoreProof::Text(pages.clone(), digest), "khác"),
        (RestoreProof::Text(pages.clone(), TextDigest::from_bytes([9; 32])), "một"),
        (RestoreProof::Text(vec![pages[1], pages[0]], digest), "một"),
        (RestoreProof::Ledger(batch, LedgerDigest::from_bytes([9; 32])), "một"),
    ];
    for (proof, text) in proofs {
        let put_back = catalog.restore_pages(recipe(1), &[(pages[0], page_of(text))], &proof, record.sealed_at);
        assert!(matches!(put_back, Err(RepositoryError::Damaged { .. })), "{proof:?}: {put_back:?}");
    }
    assert_eq!(catalog.page(pages[0], recipe(1)).unwrap(), Some(page_of("một")));
    assert_eq!(catalog.act_head().unwrap(), acts);
}

fn nothing_is_put_back_of_a_blob_that_is_not_known(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let record = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
    let document = &record.documents[0];
    let proof = RestoreProof::Text(document.pages.clone(), document.text_digest.unwrap());
    let strange = PageId { scan: crate::model::ids::BlobId::of(b"never"), ordinal: 0 };
    assert!(catalog.restore_pages(recipe(1), &[(strange, page_of("một"))], &proof, record.sealed_at).is_err());
    assert_eq!(catalog.page(strange, recipe(1)).unwrap(), None);
}

fn what_was_made_beside_the_catalog_is_told(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let made = vec!["000001.json".to_owned(), "index".to_owned()];
    repository.catalog.tell_made_again(new_batch().started_at, made.clone()).unwrap();
    assert_eq!(last_act(&repository).deed, Deed::MadeAgain { made });
}

fn a_reader_puts_nothing_back(world: &dyn World) {
    let writer = world.open(Mode::Create);
    let batch = writer.catalog.begin_batch(&new_batch()).unwrap();
    let record = commit(&writer, batch, &code(CODE), recipe(1), &["một"]);
    let (document, acts) = (&record.documents[0], writer.catalog.act_head().unwrap());
    let proof = RestoreProof::Text(document.pages.clone(), document.text_digest.unwrap());
    let reader = world.open(Mode::Read);
    let read = [(document.pages[0], page_of("một"))];
    let refused = [
        reader.catalog.restore_pages(recipe(1), &read, &proof, record.sealed_at),
        reader.catalog.tell_made_again(record.sealed_at, vec!["index".into()]),
    ];
    assert!(refused.iter().all(|one| matches!(one, Err(RepositoryError::ReadOnly { .. }))), "{refused:?}");
    assert_eq!(writer.catalog.act_head().unwrap(), acts);
}
