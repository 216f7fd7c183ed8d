//! Manifests for consumers, and how far each record has come, against the acts that tell of them. Their files are
//! the consumers', and are not looked for.

use super::acts::Told;
use super::finding::{Damage, Findings, Remedy, Seen, Subject};
use super::given::Deliveries;
use crate::model::delivery::ItemState;
use crate::repository::{Repository, RepositoryError, sha256_of};
use crate::stages::publish;

/// How many items are looked at at once.
const AT_ONCE: usize = 100_000;

/// Compares what is kept with what the acts tell.
pub(super) fn verify(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<(), RepositoryError> {
    let Deliveries { mut manifests, mut items } = std::mem::take(&mut told.deliveries);
    let catalog = &repository.catalog;
    for consumer in catalog.consumers()? {
        let mut previous = None;
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
                match publish::read(content, &mut |_| {}) {
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
        for state in ItemState::ALL {
            for item in catalog.delivery_items(&consumer, state, AT_ONCE)? {
                let act = items.remove(&(consumer.clone(), *item.record.as_bytes()));
                let is_told = match (item.state, act) {
                    // That a later version took its place follows from that.
                    (ItemState::Replaced, _) => true,
                    (_, Some((_, digest))) => digest == item.digest(),
                    (state, None) => item.round == 0 && matches!(state, ItemState::Waiting | ItemState::Sent),
                };
                if !is_told {
                    let name = format!("{consumer} {}", item.record);
                    findings.add(Subject::Act, Damage::Changed, name, Seen::ItemOtherwise, Remedy::RestoreCatalog);
                }
            }
        }
    }
    for ((consumer, sequence), (_, records)) in manifests {
        let name = format!("{consumer}/{}", publish::file_name(sequence));
        findings.add(Subject::Manifest, Damage::Missing, name, Seen::SettledWith { records }, Remedy::RestoreCatalog);
    }
    for ((consumer, _), _) in items {
        findings.add(Subject::Act, Damage::Missing, consumer.to_string(), Seen::ItemOtherwise, Remedy::RestoreCatalog);
    }
    Ok(())
}
