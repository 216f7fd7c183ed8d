//! Manifests for consumers, and how far each record has come.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use flate2::read::DeflateDecoder;
use time::OffsetDateTime;

use super::{MemoryCatalog, conflict, damaged};
use crate::model::act::Deed;
use crate::model::codes::DossierCode;
use crate::model::consumer::ConsumerName;
use crate::model::delivery::{DeliveryItem, ItemState};
use crate::model::ids::RecordId;
use crate::repository::catalog::{Deliveries, DeliveryOrder, DeliveryRow, DeliveryTimes, ManifestState};
use crate::repository::error::RepositoryError;

impl Deliveries for MemoryCatalog {
    fn consumers(&self) -> Result<Vec<ConsumerName>, RepositoryError> {
        let mut names: Vec<ConsumerName> = self.read().deliveries.keys().map(|(name, _)| name.clone()).collect();
        names.dedup();
        Ok(names)
    }

    fn deliveries(&self, consumer: &ConsumerName) -> Result<Vec<DeliveryRow>, RepositoryError> {
        let state = self.read();
        let rows = state.deliveries.iter().filter(|((name, _), _)| name == consumer);
        Ok(rows.map(|(_, (row, _))| row.clone()).collect())
    }

    fn prepare_delivery(&self, order: &DeliveryOrder<'_>) -> Result<(), RepositoryError> {
        let DeliveryRow { consumer, manifest, .. } = order.row;
        self.write(|state| {
            let last = state.deliveries.iter().rfind(|((name, _), _)| name == consumer);
            let (next, is_free) =
                last.map_or((1, true), |((_, last), (row, _))| (last + 1, row.manifest.state == ManifestState::Released));
            if next != manifest.sequence || !is_free {
                return Err(conflict("it is not the next one"));
            }
            state.deliveries.insert((consumer.clone(), manifest.sequence), (order.row.clone(), order.packed.to_vec()));
            let mut replaced = Vec::new();
            for item in order.items {
                let place = (consumer.clone(), *item.record.as_bytes());
                if let Some(before) = state.items.get(&place).filter(|before| item.goes_again_after(before)).cloned() {
                    state.items.insert(place, item.clone());
                    replaced.extend(Deed::of_item(&before, item));
                    continue;
                }
                for earlier in state.items.values_mut() {
                    let is_of_it = (&earlier.consumer, &earlier.dossier_code, earlier.kind)
                        == (&item.consumer, &item.dossier_code, item.kind);
                    if is_of_it && matches!(earlier.state, ItemState::Waiting | ItemState::Rejected) {
                        let before = earlier.clone();
                        (earlier.state, earlier.changed_at) = (ItemState::Replaced, item.changed_at);
                        replaced.extend(Deed::of_item(&before, earlier));
                    }
                }
                if state.items.insert(place, item.clone()).is_some() {
                    return Err(conflict("it was given before"));
                }
            }
            let deed = Deed::of_delivery(consumer, manifest.sequence, manifest.sha256, order.items, order.row.up_to);
            state.append(manifest.created_at, &self.warrant, deed)?;
            replaced.into_iter().try_for_each(|deed| state.append(manifest.created_at, &self.warrant, deed))
        })
    }

    fn delivery_reader(&self, consumer: &ConsumerName, sequence: u64) -> Result<Option<Box<dyn Read>>, RepositoryError> {
        let state = self.read();
        let packed = state.deliveries.get(&(consumer.clone(), sequence)).map(|(_, packed)| packed.clone());
        Ok(packed.map(|packed| Box::new(DeflateDecoder::new(Cursor::new(packed))) as Box<dyn Read>))
    }

    fn release_delivery(&self, consumer: &ConsumerName, sequence: u64) -> Result<(), RepositoryError> {
        self.write(|state| match state.deliveries.get_mut(&(consumer.clone(), sequence)) {
            Some((row, _)) => {
                row.manifest.state = ManifestState::Released;
                Ok(())
            }
            None => Err(damaged("there is no such manifest")),
        })
    }

    fn delivery_item(&self, consumer: &ConsumerName, record: RecordId) -> Result<Option<DeliveryItem>, RepositoryError> {
        Ok(self.read().items.get(&(consumer.clone(), *record.as_bytes())).cloned())
    }

    fn delivery_items(
        &self,
        consumer: &ConsumerName,
        state: ItemState,
        limit: usize,
    ) -> Result<Vec<DeliveryItem>, RepositoryError> {
        let mut items = self.items_that(|item| item.consumer == *consumer && item.state == state);
        items.truncate(limit);
        Ok(items)
    }

    fn delivery_items_after(
        &self,
        consumer: &ConsumerName,
        state: ItemState,
        after: Option<(u64, RecordId)>,
        limit: usize,
    ) -> Result<Vec<DeliveryItem>, RepositoryError> {
        let place = |item: &DeliveryItem| (item.sequence, *item.record.as_bytes());
        let after = after.map(|(sequence, record)| (sequence, *record.as_bytes()));
        let mut items = self.items_that(|item| {
            item.consumer == *consumer && item.state == state && after.is_none_or(|after| place(item) > after)
        });
        items.sort_by_key(place);
        items.truncate(limit);
        Ok(items)
    }

    fn delivery_items_of(&self, consumer: &ConsumerName, code: &DossierCode) -> Result<Vec<DeliveryItem>, RepositoryError> {
        Ok(self.items_that(|item| item.consumer == *consumer && item.dossier_code == *code))
    }

    fn delivery_counts(&self, consumer: &ConsumerName) -> Result<BTreeMap<ItemState, u64>, RepositoryError> {
        let mut counts = BTreeMap::new();
        for item in self.items_that(|item| item.consumer == *consumer) {
            *counts.entry(item.state).or_default() += 1;
        }
        Ok(counts)
    }

    fn delivery_times(&self, consumer: &ConsumerName) -> Result<DeliveryTimes, RepositoryError> {
        let mut times = DeliveryTimes::new();
        for item in self.items_that(|item| item.consumer == *consumer) {
            let at = item.changed_at;
            let (first, last) = times.entry(item.state).or_insert((at, at));
            (*first, *last) = ((*first).min(at), (*last).max(at));
        }
        Ok(times)
    }

    fn change_items(&self, changes: &[(DeliveryItem, DeliveryItem)], at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|state| {
            for (before, item) in changes {
                let place = (before.consumer.clone(), *before.record.as_bytes());
                if state.items.get(&place) != Some(before) {
                    return Err(conflict("it was changed meanwhile"));
                }
                state.items.insert(place, item.clone());
                if let Some(deed) = Deed::of_item(before, item) {
                    state.append(at, &self.warrant, deed)?;
                }
            }
            Ok(())
        })
    }
}

impl MemoryCatalog {
    fn items_that(&self, is_wanted: impl Fn(&DeliveryItem) -> bool) -> Vec<DeliveryItem> {
        let mut items: Vec<DeliveryItem> = self.read().items.values().filter(|item| is_wanted(item)).cloned().collect();
        items.sort_by(|a, b| (a.sequence, &a.dossier_code, a.kind.as_str()).cmp(&(b.sequence, &b.dossier_code, b.kind.as_str())));
        items
    }
}
