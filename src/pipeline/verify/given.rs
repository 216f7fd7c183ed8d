//! What acts tell of consumers, for the comparison with what is kept.

use std::collections::BTreeMap;

use crate::model::consumer::ConsumerName;
use crate::model::delivery::ItemState;
use crate::model::ids::{DeliveryDigest, RecordId, Sha256};

/// What acts tell of consumers.
#[derive(Default)]
pub(super) struct Deliveries {
    /// Manifests by consumer and number.
    pub manifests: BTreeMap<(ConsumerName, u64), Given>,
    /// States as they were put last.
    pub items: BTreeMap<(ConsumerName, RecordKey), (ItemState, DeliveryDigest)>,
}

/// What an act tells of a manifest for a consumer.
#[derive(Clone, Copy)]
pub(super) struct Given {
    /// The hash of its bytes.
    pub sha256: Sha256,
    /// Records in it.
    pub records: u64,
    /// The change up to which the consumer has all, where it is told.
    pub up_to: Option<i64>,
}

/// A record as items are known by it.
pub(super) type RecordKey = [u8; 32];

impl Deliveries {
    /// Takes what an act tells of an item.
    pub(super) fn item(&mut self, consumer: ConsumerName, record: RecordId, told: (ItemState, DeliveryDigest)) {
        self.items.insert((consumer, *record.as_bytes()), told);
    }
}
