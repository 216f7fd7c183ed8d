//! Manifests for consumers, and how far each record has come, against the acts that tell of them. Their files are
//! the consumers', and are not missed; those that lie in an outbox of the repository are compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;

use super::acts::Told;
use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject};
use super::given::{Deliveries as Acts, Given};
use crate::model::consumer::ConsumerName;
use crate::model::delivery::{DeliveryItem, ItemState};
use crate::model::ids::{DeliveryDigest, RecordId};
use crate::repository::{DeliveryRow, Repository, RepositoryError, sha256_of};
use crate::stages::publish;

/// How many items are looked at at once.
const AT_ONCE: usize = 10_000;

/// Compares what is kept with what the acts tell.
pub(super) fn verify(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<(), RepositoryError> {
    let Acts { mut manifests, mut items } = std::mem::take(&mut told.deliveries);
    for consumer in repository.catalog.consumers()? {
        let mut given = verify_manifests(repository, &consumer, &mut manifests, findings)?;
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
    for ((consumer, sequence), Given { records, .. }) in manifests {
        let name = format!("{consumer}/{}", publish::file_name(sequence));
        findings.add(Subject::Manifest, Damage::Missing, name, Seen::SettledWith { records }, Remedy::RestoreCatalog);
    }
    for ((consumer, _), _) in items {
        let item = Item::Delivered { consumer: consumer.to_string(), record: String::new() };
        findings.add(Subject::Act, Damage::Missing, item, Seen::ItemOtherwise, Remedy::RestoreCatalog);
    }
    Ok(())
}

/// Compares a consumer's manifests with the acts that settled them, which are taken from `told`, and returns the records
/// of each.
fn verify_manifests(
    repository: &Repository,
    consumer: &ConsumerName,
    told: &mut BTreeMap<(ConsumerName, u64), Given>,
    findings: &mut Findings,
) -> Result<Open, RepositoryError> {
    let catalog = &repository.catalog;
    let (mut previous, mut open) = (None, Open::new());
    let rows = catalog.deliveries(consumer)?;
    let newest = catalog.max_change()?;
    for DeliveryRow { manifest: row, up_to, .. } in rows {
        let name = format!("{consumer}/{}", row.file_name);
        let mut find = |seen: Seen| findings.add(Subject::Manifest, Damage::Changed, &name, seen, Remedy::CompareManifests);
        let act = told.remove(&(consumer.clone(), row.sequence));
        if act.is_none_or(|act| act.sha256 != row.sha256) {
            find(Seen::NoActSettled);
        }
        // The next manifest begins behind it: what lies between would never reach the consumer.
        let up_to_by_act = act.and_then(|act| act.up_to).unwrap_or(up_to).min(newest);
        if up_to_by_act != up_to {
            find(Seen::GivenUpTo { found: up_to, told: up_to_by_act });
        }
        let content = catalog.delivery_reader(consumer, row.sequence)?;
        let read = content.map(sha256_of).and_then(Result::ok);
        if read != Some((row.sha256, row.bytes_len)) {
            find(Seen::KeptBytesOtherHash);
        } else if let Some(content) = catalog.delivery_reader(consumer, row.sequence)? {
            let mut named = BTreeSet::new();
            let read = publish::read(content, &mut |record| named.extend([record.id]));
            open.insert(row.sequence, named);
            match read {
                Ok(outline) if outline.previous_sha256 != previous || outline.sequence != row.sequence => {
                    find(Seen::ManifestChainBroken);
                }
                Ok(outline) => {
                    if let Some(Given { records: kept, .. }) = act.filter(|act| act.records != outline.records) {
                        find(Seen::RecordCount { found: outline.records, kept });
                    }
                }
                Err(error) => find(Seen::DoesNotRead { said: error.to_string() }),
            }
        }
        let is_same = |there: File| sha256_of(there).map(|read| read == (row.sha256, row.bytes_len));
        in_outbox(repository, consumer, &row.file_name, is_same, findings);
        previous = Some(row.sha256);
    }
    Ok(open)
}

/// Compares a file that lies in a consumer's outbox with what was put there. One that is gone was taken.
pub(super) fn in_outbox(
    repository: &Repository,
    consumer: &ConsumerName,
    name: &str,
    is_same: impl Fn(File) -> io::Result<bool>,
    findings: &mut Findings,
) {
    let path = consumer.outbox(repository.root()).join(name);
    let (seen, remedy) = match File::open(&path).and_then(is_same) {
        Ok(true) => return,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Ok(false) => (Seen::OtherHash, Remedy::Repair),
        Err(_) => (Seen::NotReadable, Remedy::CheckDisk),
    };
    findings.add(Subject::Manifest, Damage::Changed, path.display().to_string(), seen, remedy);
}

/// Records of each manifest of a consumer, by its number, that no item was seen of.
type Open = BTreeMap<u64, BTreeSet<RecordId>>;

/// Strikes an item off the records of its manifest; one that is not there is told.
fn in_manifest(item: &DeliveryItem, given: &mut Open, findings: &mut Findings) {
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
fn without_items(consumer: &ConsumerName, given: Open, findings: &mut Findings) {
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
