//! What is done in the exchange with others.

use serde::{Deserialize, Serialize};

use super::Deed;
use crate::model::consumer::ConsumerName;
use crate::model::delivery::DeliveryItem;
use crate::model::ids::Sha256;
use crate::model::signing::SigningKey;

/// What was handed out together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Where it was written to.
    pub to: String,
    /// The number of the first manifest.
    pub first: u64,
    /// The number of the last one.
    pub last: u64,
    /// Records in it.
    pub records: u64,
    /// Files of documents in it.
    pub files: u64,
    /// SHA-256 over the list of all that is in it.
    pub digest: Sha256,
}

impl Deed {
    /// What it is to settle a manifest for a consumer.
    pub fn of_delivery(consumer: &ConsumerName, sequence: u64, sha256: Sha256, items: &[DeliveryItem], up_to: i64) -> Self {
        Self::Delivered { consumer: consumer.clone(), sequence, sha256, records: items.len() as u64, up_to: Some(up_to) }
    }

    /// What it is to put an item in the place of another; none if there is nothing else to tell of it.
    pub fn of_item(before: &DeliveryItem, item: &DeliveryItem) -> Option<Self> {
        if before.digest() == item.digest() {
            return None;
        }
        let (consumer, record, state) = (item.consumer.clone(), item.record, item.state);
        Some(Self::ItemSet { consumer, record, state, digest: item.digest() })
    }

    /// What it is to put this key.
    pub fn of_key(key: &SigningKey) -> Self {
        let SigningKey { id, public, state, made_at } = key.clone();
        Self::KeySet { key: id, public, state, made_at }
    }
}
