//! What each consumer was given, and what it said to that.

use std::collections::BTreeMap;
use std::io::Read;

use time::OffsetDateTime;

use super::ManifestRow;
use crate::model::codes::DossierCode;
use crate::model::consumer::ConsumerName;
use crate::model::delivery::{DeliveryItem, ItemState};
use crate::model::ids::RecordId;
use crate::repository::error::RepositoryError;

/// A manifest for a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// To whom.
    pub consumer: ConsumerName,
    /// All records up to this change number were looked at for it or one before.
    pub up_to: i64,
    /// The manifest, with a number of the consumer's own.
    pub manifest: ManifestRow,
}

/// The next manifest for a consumer and all that happens with it at once.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryOrder<'a> {
    /// The manifest. Its number is the one after the consumer's last.
    pub row: &'a DeliveryRow,
    /// Its bytes as a [`ManifestPacker`](super::ManifestPacker) packed them.
    pub packed: &'a [u8],
    /// The records in it.
    pub items: &'a [DeliveryItem],
}

/// The first and the last moment at which an item came into each state.
pub type DeliveryTimes = BTreeMap<ItemState, (OffsetDateTime, OffsetDateTime)>;

/// The series of manifests of each consumer, and how far each record has come.
pub trait Deliveries {
    /// The consumers that have manifests, by name.
    ///
    /// # Errors
    /// What the store says.
    fn consumers(&self) -> Result<Vec<ConsumerName>, RepositoryError>;

    /// All manifests for a consumer, by number.
    ///
    /// # Errors
    /// What the store says.
    fn deliveries(&self, consumer: &ConsumerName) -> Result<Vec<DeliveryRow>, RepositoryError>;

    /// Settles the next manifest for a consumer with its records, and tells that in an act. Items of earlier
    /// versions that were not taken become replaced, which acts tell, too.
    ///
    /// # Errors
    /// `Conflict` if the number is not the next one, the manifest before is not released, or a record was
    /// given to the consumer before and nobody let it go again; or what the store says.
    fn prepare_delivery(&self, order: &DeliveryOrder<'_>) -> Result<(), RepositoryError>;

    /// The settled bytes of a manifest for a consumer, unpacked while they are read.
    ///
    /// # Errors
    /// What the store says.
    fn delivery_reader(&self, consumer: &ConsumerName, sequence: u64) -> Result<Option<Box<dyn Read>>, RepositoryError>;

    /// Notes that the manifest's file is there.
    ///
    /// # Errors
    /// What the store says.
    fn release_delivery(&self, consumer: &ConsumerName, sequence: u64) -> Result<(), RepositoryError>;

    /// The item of a record.
    ///
    /// # Errors
    /// What the store says.
    fn delivery_item(&self, consumer: &ConsumerName, record: RecordId) -> Result<Option<DeliveryItem>, RepositoryError>;

    /// Items of a consumer in this state, at most `limit`, by the number of their manifest, dossier and kind.
    ///
    /// # Errors
    /// What the store says.
    fn delivery_items(
        &self,
        consumer: &ConsumerName,
        state: ItemState,
        limit: usize,
    ) -> Result<Vec<DeliveryItem>, RepositoryError>;

    /// Items of a consumer in this state after one of a manifest and record, at most `limit`, by the number of their
    /// manifest and record.
    ///
    /// # Errors
    /// What the store says.
    fn delivery_items_after(
        &self,
        consumer: &ConsumerName,
        state: ItemState,
        after: Option<(u64, RecordId)>,
        limit: usize,
    ) -> Result<Vec<DeliveryItem>, RepositoryError>;

    /// All items of a consumer of this dossier, by the number of their manifest and kind.
    ///
    /// # Errors
    /// What the store says.
    fn delivery_items_of(&self, consumer: &ConsumerName, code: &DossierCode) -> Result<Vec<DeliveryItem>, RepositoryError>;

    /// How many items of a consumer are in each state.
    ///
    /// # Errors
    /// What the store says.
    fn delivery_counts(&self, consumer: &ConsumerName) -> Result<BTreeMap<ItemState, u64>, RepositoryError>;

    /// When the first of a consumer's items in each state came into it, and the last one.
    ///
    /// # Errors
    /// What the store says.
    fn delivery_times(&self, consumer: &ConsumerName) -> Result<DeliveryTimes, RepositoryError>;

    /// Puts items in the place of those that are there, all or none; an act tells of each of
    /// which something else is to be told.
    ///
    /// # Errors
    /// `Conflict` if one is not what is said to be there any more; or what the store says.
    fn change_items(&self, changes: &[(DeliveryItem, DeliveryItem)], at: OffsetDateTime) -> Result<(), RepositoryError>;
}
