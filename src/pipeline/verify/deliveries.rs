//! Manifests for consumers, and how far each record has come, against the acts that tell of them. Their files are
//! the consumers', and are not looked for.

use std::collections::{BTreeMap, BTreeSet};

use super::acts::Told;
use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject};
use super::given::Deliveries as Acts;
use crate::model::consumer::ConsumerName;
use crate::model::delivery::{DeliveryItem, ItemState};
use crate::model::ids::{DeliveryDigest, RecordId};
use crate::repository::{Repository, RepositoryError, sha256_of};
use crate::stages::publish;

/// How many items are looked at at once.
const AT_ONCE: usize = 10_000;

/// Compares what is kept with what the acts tell.
pub(super) fn verify(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<(), RepositoryError> {
    let Acts { mut manifests, mut items } = std::mem::take(&mut told.deliveries);
    let catalog = &repository.catalog;
    for consumer in catalog.consumers()? {
        let (mut previous, mut given) = (None, BTreeMap::new());
        for row in catalog.deliveries(&consumer)? {
            let name = format!("{consumer}/{}", row.manifest.file_name);
            let mut find = |seen: Seen| findings.add(Subject::Manifest, Damage::Changed, &name, seen, Remedy::CompareManifests);
            let act = manifests.remove(&(consumer.clone(), row.manifest.sequence));
            if act.is_none_or(|(sha256, _)| sha256 != row.manifest.sha256) {
                find(Seen::NoActSettled);
            }
            let content = catalog.delivery_reader(&consumer, row.manifest.sequence)?;
            let read = content.map(sha256_of).and_then(Result::ok);
            if read != Some((row.manifest.sha256, row.manifest.bytes_len)) {
                find(Seen::KeptBytesOtherHash);
            } else if let Some(content) = catalog.delivery_reader(&consumer, row.manifest.sequence)? {
                let mut named = BTreeSet::new();
                let read = publish::read(content, &mut |record| named.extend([record.id]));
                given.insert(row.manifest.sequence, named);
                match read {
                    Ok(outline) if outline.previous_sha256 != previous || outline.sequence != row.manifest.sequence => {
                        find(Seen::ManifestChainBroken);
                    }
                    Ok(outline) => {
                        if let Some((_, kept)) = act.filter(|(_, kept)| *kept != outline.records) {
                            find(Seen::RecordCount { found: outline.records, kept });
                        }
                    }
                    Err(error) => find(Seen::DoesNotRead { said: error.to_string() }),
                }
            }
            previous = Some(row.manifest.sha256);
        }
        each_item(repository, &consumer, |item| {
            in_manifest(&item, &mut given, findings);
            let act = items.remove(&(consumer.clone(), *item.record.as_bytes()));
            if !is_told(repository, &item, act)? {
                let item = Item::Delivered { consumer: consumer.to_string(), record: item.record.to_string() };
                findings.add(Subject::Act, Damage::Changed, item, Seen::ItemOtherwise, Remedy::RestoreCatalog);
            }
            Ok(())
        })?;
        without_items(&consumer, given, findings);
    }
    for ((consumer, sequence), (_, records)) in manifests {
        let name = format!("{consumer}/{}", publish::file_name(sequence));
        findings.add(Subject::Manifest, Damage::Missing, name, Seen::SettledWith { records }, Remedy::RestoreCatalog);
    }
    for ((consumer, _), _) in items {
        let item = Item::Delivered { consumer: consumer.to_string(), record: String::new() };
        findings.add(Subject::Act, Damage::Missing, item, Seen::ItemOtherwise, Remedy::RestoreCatalog);
    }
    Ok(())
}

/// Records of each manifest of a consumer, by its number, that no item was seen of.
type Given = BTreeMap<u64, BTreeSet<RecordId>>;

/// Strikes an item off the records of its manifest; one that is not there is told.
fn in_manifest(item: &DeliveryItem, given: &mut Given, findings: &mut Findings) {
    if item.round > 0 {
        // Manifests before had it, too, if a person let it go again since.
        for (_, records) in given.range_mut(..item.sequence) {
            records.remove(&item.record);
        }
    }
    // A manifest that does not read is told of as such.
    let Some(records) = given.get_mut(&item.sequence) else { return };
    if !records.remove(&item.record) {
        let name = format!("{} {}", item.consumer, item.record);
        let seen = Seen::ItemOfNone { manifest: publish::file_name(item.sequence) };
        findings.add(Subject::Act, Damage::Orphaned, name, seen, Remedy::RestoreCatalog);
    }
}

/// Tells of records that a consumer was given and that nothing is kept of.
fn without_items(consumer: &ConsumerName, given: Given, findings: &mut Findings) {
    for (sequence, record) in given.into_iter().flat_map(|(sequence, records)| records.into_iter().map(move |id| (sequence, id)))
    {
        let seen = Seen::ItemMissing { manifest: publish::file_name(sequence) };
        findings.add(Subject::Act, Damage::Missing, format!("{consumer} {record}"), seen, Remedy::RestoreCatalog);
    }
}

/// Takes every item of a consumer.
fn each_item(
    repository: &Repository,
    consumer: &ConsumerName,
    mut take: impl FnMut(DeliveryItem) -> Result<(), RepositoryError>,
) -> Result<(), RepositoryError> {
    for state in ItemState::ALL {
        let mut after = None;
        loop {
            let part = repository.catalog.delivery_items_after(consumer, state, after, AT_ONCE)?;
            let Some(last) = part.last() else { break };
            after = Some((last.sequence, last.record));
            part.into_iter().try_for_each(&mut take)?;
        }
    }
    Ok(())
}

/// Whether acts tell of an item what it says.
fn is_told(
    repository: &Repository,
    item: &DeliveryItem,
    act: Option<(ItemState, DeliveryDigest)>,
) -> Result<bool, RepositoryError> {
    Ok(match (item.state, act) {
        (ItemState::Replaced, Some((ItemState::Replaced, digest))) if digest != item.digest() => false,
        // Earlier versions of the program told nothing of it: it follows from the one that took its place.
        (ItemState::Replaced, _) => {
            let place = |item: &DeliveryItem| (item.sequence, item.version);
            let all = repository.catalog.delivery_items_of(&item.consumer, &item.dossier_code)?;
            all.iter().any(|later| later.kind == item.kind && place(later) > place(item))
        }
        (_, Some((_, digest))) => digest == item.digest(),
        (state, None) => item.round == 0 && matches!(state, ItemState::Waiting | ItemState::Sent),
    })
}
