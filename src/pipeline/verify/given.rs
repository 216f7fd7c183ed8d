//! What acts tell of consumers, for the comparison with what is kept.

use std::collections::BTreeMap;

use crate::model::consumer::ConsumerName;
use crate::model::delivery::ItemState;
use crate::model::ids::{DeliveryDigest, RecordId, Sha256};

/// What acts tell of consumers.
#[derive(Default)]
pub(super) struct Deliveries {
    /// Manifests by consumer and number: their hash and the number of records.
    pub manifests: BTreeMap<(ConsumerName, u64), (Sha256, u64)>,
    /// States as they were put last.
    pub items: BTreeMap<(ConsumerName, RecordKey), (ItemState, DeliveryDigest)>,
}

/// A record as items are known by it.
pub(super) type RecordKey = [u8; 32];

impl Deliveries {
    /// Takes what an act tells of an item.
    pub(super) fn item(&mut self, consumer: ConsumerName, record: RecordId, told: (ItemState, DeliveryDigest)) {
        self.items.insert((consumer, *record.as_bytes()), told);
    }
}
