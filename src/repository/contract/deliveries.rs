//! [`Deliveries`](crate::repository::Deliveries).

use std::io::Read;

use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::{World, in_both_worlds};
use crate::model::act::{Act, Chain, Deed};
use crate::model::consumer::ConsumerName;
use crate::model::delivery::{Arrived, DeliveryItem, ItemState};
use crate::model::record::{Record, manifest_file_name};
use crate::repository::tests::{CODE, code, commit, new_batch, recipe};
use crate::repository::{
    ActRow, DeliveryOrder, DeliveryRow, ManifestPacker, ManifestRow, ManifestState, Mode, Repository, RepositoryError,
};

in_both_worlds!(
    each_consumer_has_a_series_of_its_own,
    an_item_is_changed_from_what_it_was_and_acts_tell_of_its_states,
    a_later_version_goes_in_the_place_of_one_that_was_not_taken,
    what_a_consumer_says_otherwise_is_told_even_if_the_state_is_the_same,
    items_are_read_page_by_page,
    a_reader_delivers_nothing,
);

const AT: OffsetDateTime = datetime!(2026-03-02 19:00 UTC);

fn name(text: &str) -> ConsumerName {
    text.parse().unwrap()
}

fn item(consumer: &str, record: &Record, sequence: u64) -> DeliveryItem {
    DeliveryItem {
        consumer: name(consumer),
        record: record.id,
        dossier_code: record.dossier_code.clone(),
        kind: record.kind,
        version: record.version,
        sequence,
        state: ItemState::Waiting,
        round: 0,
        reason: None,
        arrived: vec![],
        changed_at: AT,
    }
}

fn prepare(repository: &Repository, content: &str, items: &[DeliveryItem]) -> Result<DeliveryRow, RepositoryError> {
    let mut packer = ManifestPacker::default();
    packer.write(content.as_bytes())?;
    let (packed, sha256, bytes_len) = packer.finish()?;
    let sequence = items[0].sequence;
    let (state, file_name) = (ManifestState::Prepared, manifest_file_name(sequence));
    let manifest = ManifestRow { sequence, sha256, bytes_len, state, created_at: AT, file_name };
    let row = DeliveryRow { consumer: items[0].consumer.clone(), up_to: 7, manifest };
    repository.catalog.prepare_delivery(&DeliveryOrder { row: &row, packed: &packed, items })?;
    Ok(row)
}

fn sealed(repository: &Repository, texts: &[&str]) -> Vec<Record> {
    let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
    texts.iter().map(|text| commit(repository, batch, &code(CODE), recipe(1), &[text])).collect()
}

fn deeds(repository: &Repository, after: u64) -> Vec<Deed> {
    let mut chain = Chain::default();
    let acts = repository.catalog.acts_after(0, usize::MAX).unwrap();
    let act = |row: &ActRow| -> Act { chain.follow(row.number, &row.content, row.digest).unwrap() };
    let acts: Vec<Act> = acts.iter().map(act).collect();
    acts.into_iter().filter(|act| act.number > after).map(|act| act.deed).collect()
}

fn each_consumer_has_a_series_of_its_own(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let records = sealed(&repository, &["một", "hai"]);
    assert_eq!((catalog.consumers().unwrap(), catalog.deliveries(&name("kho")).unwrap()), (vec![], vec![]));
    let first = prepare(&repository, "{}", &[item("kho", &records[0], 1)]).unwrap();
    let is_conflict = |content: &str, item: DeliveryItem| {
        matches!(prepare(&repository, content, &[item]), Err(RepositoryError::Conflict { .. }))
    };
    assert!(is_conflict("[]", item("kho", &records[1], 2)), "the one before is not released");
    assert!(is_conflict("[]", item("cong", &records[0], 2)), "it has none before");
    prepare(&repository, "[1]", &[item("cong", &records[0], 1)]).unwrap();
    catalog.release_delivery(&name("kho"), 1).unwrap();
    assert!(is_conflict("[]", item("kho", &records[0], 2)), "it was given before");
    assert!(is_conflict("[]", item("kho", &records[1], 3)), "a gap");
    let second = prepare(&repository, "[2]", &[item("kho", &records[1], 2)]).unwrap();
    let released = ManifestRow { state: ManifestState::Released, ..first.manifest.clone() };
    assert_eq!(catalog.deliveries(&name("kho")).unwrap(), [DeliveryRow { manifest: released, ..first.clone() }, second]);
    assert_eq!(catalog.consumers().unwrap(), [name("cong"), name("kho")]);
    let mut content = String::new();
    catalog.delivery_reader(&name("cong"), 1).unwrap().unwrap().read_to_string(&mut content).unwrap();
    assert_eq!(content, "[1]");
    assert!(catalog.delivery_reader(&name("cong"), 2).unwrap().is_none());
    assert!(catalog.release_delivery(&name("cong"), 2).is_err());
    let told = Deed::Delivered { consumer: name("kho"), sequence: 1, sha256: first.manifest.sha256, records: 1, up_to: Some(7) };
    assert_eq!(deeds(&repository, 2)[0], told);
}

fn an_item_is_changed_from_what_it_was_and_acts_tell_of_its_states(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let records = sealed(&repository, &["một"]);
    let waiting = item("kho", &records[0], 1);
    prepare(&repository, "{}", std::slice::from_ref(&waiting)).unwrap();
    let acts = catalog.act_head().unwrap().unwrap().count;
    let begun = DeliveryItem { arrived: vec![Arrived { part: "a".into(), name: "7".into() }], ..waiting.clone() };
    let change = |before: &DeliveryItem, after: &DeliveryItem| catalog.change_items(&[(before.clone(), after.clone())], AT);
    change(&waiting, &begun).unwrap();
    assert_eq!(catalog.act_head().unwrap().unwrap().count, acts, "its state is the same");
    assert!(matches!(change(&waiting, &begun), Err(RepositoryError::Conflict { .. })));
    let later = AT + Duration::hours(1);
    let rejected =
        DeliveryItem { state: ItemState::Rejected, reason: Some("thiếu".into()), changed_at: later, ..begun.clone() };
    change(&begun, &rejected).unwrap();
    assert_eq!(catalog.delivery_item(&name("kho"), records[0].id).unwrap(), Some(rejected.clone()));
    assert_eq!(catalog.delivery_items(&name("kho"), ItemState::Rejected, 9).unwrap(), std::slice::from_ref(&rejected));
    assert!(catalog.delivery_items(&name("kho"), ItemState::Waiting, 9).unwrap().is_empty());
    assert_eq!(catalog.delivery_counts(&name("kho")).unwrap(), [(ItemState::Rejected, 1)].into());
    assert_eq!(catalog.delivery_times(&name("kho")).unwrap(), [(ItemState::Rejected, (later, later))].into());
    assert!(catalog.delivery_times(&name("khac")).unwrap().is_empty());
    assert_eq!(catalog.delivery_items_of(&name("kho"), &code(CODE)).unwrap(), std::slice::from_ref(&rejected));
    let record = rejected.record;
    let told = Deed::ItemSet { consumer: name("kho"), record, state: ItemState::Rejected, digest: rejected.digest() };
    assert_eq!(deeds(&repository, acts), [told]);
    assert_eq!(catalog.changed_rows("delivery_item", 9).unwrap_or_default(), [""; 0]);
}

fn a_later_version_goes_in_the_place_of_one_that_was_not_taken(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let records = sealed(&repository, &["một", "hai", "ba"]);
    let give = |place: usize| {
        prepare(&repository, "{}", &[item("kho", &records[place], place as u64 + 1)]).unwrap();
        catalog.release_delivery(&name("kho"), place as u64 + 1).unwrap();
    };
    give(0);
    let first = catalog.delivery_item(&name("kho"), records[0].id).unwrap().unwrap();
    catalog.change_items(&[(first.clone(), DeliveryItem { state: ItemState::Accepted, ..first })], AT).unwrap();
    give(1);
    give(2);
    let states: Vec<ItemState> =
        catalog.delivery_items_of(&name("kho"), &code(CODE)).unwrap().into_iter().map(|item| item.state).collect();
    assert_eq!(states, [ItemState::Accepted, ItemState::Replaced, ItemState::Waiting]);
    let replaced = catalog.delivery_item(&name("kho"), records[1].id).unwrap().unwrap();
    let (record, digest) = (replaced.record, replaced.digest());
    let told = Deed::ItemSet { consumer: name("kho"), record, state: ItemState::Replaced, digest };
    assert_eq!(deeds(&repository, 0).last(), Some(&told));
}

fn what_a_consumer_says_otherwise_is_told_even_if_the_state_is_the_same(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let records = sealed(&repository, &["một"]);
    let waiting = item("kho", &records[0], 1);
    prepare(&repository, "{}", std::slice::from_ref(&waiting)).unwrap();
    let said = |reason: &str| DeliveryItem { state: ItemState::Rejected, reason: Some(reason.into()), ..waiting.clone() };
    let change = |before: DeliveryItem, after: DeliveryItem| repository.catalog.change_items(&[(before, after)], AT).unwrap();
    change(waiting.clone(), said("thiếu trang 2"));
    change(said("thiếu trang 2"), said("thiếu trang 3"));
    let (record, digest) = (waiting.record, said("thiếu trang 3").digest());
    let told = Deed::ItemSet { consumer: name("kho"), record, state: ItemState::Rejected, digest };
    assert_eq!(deeds(&repository, 0).last(), Some(&told));
}

fn items_are_read_page_by_page(world: &dyn World) {
    let repository = world.open(Mode::Create);
    let catalog = &repository.catalog;
    let batch = catalog.begin_batch(&new_batch()).unwrap();
    let seal = |number: u32| commit(&repository, batch, &code(&format!("H38.16-230706-{number:04}")), recipe(1), &["một"]);
    let records: Vec<Record> = (1..8).map(seal).collect();
    for (place, part) in records.chunks(4).enumerate() {
        let sequence = place as u64 + 1;
        let items: Vec<DeliveryItem> = part.iter().map(|record| item("kho", record, sequence)).collect();
        prepare(&repository, "{}", &items).unwrap();
        catalog.release_delivery(&name("kho"), sequence).unwrap();
    }
    let mut read: Vec<DeliveryItem> = Vec::new();
    loop {
        let after = read.last().map(|last| (last.sequence, last.record));
        let page = catalog.delivery_items_after(&name("kho"), ItemState::Waiting, after, 3).unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 3);
        read.extend(page);
    }
    let place = |item: &DeliveryItem| (item.sequence, *item.record.as_bytes());
    assert!(read.is_sorted_by_key(place), "{read:?}");
    let mut expected: Vec<_> = records.iter().map(|record| *record.id.as_bytes()).collect();
    let mut found: Vec<_> = read.iter().map(|item| *item.record.as_bytes()).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert!(catalog.delivery_items_after(&name("kho"), ItemState::Sent, None, 3).unwrap().is_empty());
}

fn a_reader_delivers_nothing(world: &dyn World) {
    let writer = world.open(Mode::Create);
    let records = sealed(&writer, &["một", "hai"]);
    let given = item("kho", &records[0], 1);
    prepare(&writer, "{}", std::slice::from_ref(&given)).unwrap();
    let reader = world.open(Mode::Read);
    let refused = [
        prepare(&reader, "{}", &[item("cong", &records[1], 1)]).map(drop),
        reader.catalog.release_delivery(&name("kho"), 1),
        reader.catalog.change_items(&[(given.clone(), given)], AT),
    ];
    for result in refused {
        assert!(matches!(result, Err(RepositoryError::ReadOnly { .. })), "{result:?}");
    }
}
