//! Manifests for consumers, and how far each record has come.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use flate2::read::DeflateDecoder;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::SqliteCatalog;
use super::acts;
use super::digests::{DELIVERY, DELIVERY_ITEM};
use super::rows::{corrupt, count, from_json, from_name, from_time, to_count, to_json, to_time};
use crate::model::act::Deed;
use crate::model::codes::DossierCode;
use crate::model::consumer::ConsumerName;
use crate::model::delivery::{DeliveryItem, ItemState};
use crate::model::failure::cause::StorageFault;
use crate::model::ids::{RecordId, Sha256};
use crate::model::record::manifest_file_name;
use crate::repository::catalog::{Deliveries, DeliveryOrder, DeliveryRow, DeliveryTimes, ManifestRow, ManifestState};
use crate::repository::error::RepositoryError;

impl Deliveries for SqliteCatalog {
    fn consumers(&self) -> Result<Vec<ConsumerName>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT DISTINCT consumer FROM delivery ORDER BY consumer")?;
            query.query_and_then([], |row| row.get::<_, String>(0)?.parse().map_err(corrupt))?.collect()
        })
    }

    fn deliveries(&self, consumer: &ConsumerName) -> Result<Vec<DeliveryRow>, RepositoryError> {
        self.read(|db| {
            let sql =
                "SELECT sequence, sha256, bytes, state, created_at, up_to FROM delivery WHERE consumer = ?1 ORDER BY sequence";
            let mut query = db.prepare_cached(sql)?;
            query.query_and_then([consumer.as_str()], |row| delivery_of(consumer, row))?.collect()
        })
    }

    fn prepare_delivery(&self, order: &DeliveryOrder<'_>) -> Result<(), RepositoryError> {
        let DeliveryRow { consumer, up_to, manifest } = order.row;
        let sequence = manifest.sequence;
        let created_at = to_time(manifest.created_at)?;
        self.write(|tx| {
            let last = "SELECT sequence, state FROM delivery WHERE consumer = ?1 ORDER BY sequence DESC LIMIT 1";
            let last = tx.query_row(last, [consumer.as_str()], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
            let last = last.optional()?;
            if last.as_ref().is_some_and(|(_, state)| state != ManifestState::Released.as_str()) {
                return Err(conflict(StorageFault::ManifestBeforeUnreleased { sequence }));
            }
            if last.map_or(1, |(last, _)| last + 1) != to_count(sequence) {
                return Err(conflict(StorageFault::ManifestNumber { sequence }));
            }
            tx.execute(
                &DELIVERY.insert(),
                params![
                    consumer.as_str(),
                    to_count(sequence),
                    manifest.sha256.as_bytes(),
                    to_count(manifest.bytes_len),
                    ManifestState::Prepared.as_str(),
                    created_at,
                    up_to,
                    order.packed
                ],
            )?;
            let mut replaced = Vec::new();
            for item in order.items {
                match item_of(tx, consumer, item.record)? {
                    None => {
                        replaced.extend(replace_earlier(tx, item)?);
                        insert(tx, item)?;
                    }
                    Some(before) if item.goes_again_after(&before) => {
                        update(tx, item)?;
                        replaced.extend(Deed::of_item(&before, item));
                    }
                    Some(_) => return Err(conflict(StorageFault::ManifestRecord { sequence })),
                }
            }
            acts::append(
                tx,
                manifest.created_at,
                &self.warrant,
                Deed::of_delivery(consumer, manifest.sequence, manifest.sha256, order.items, *up_to),
            )?;
            replaced.into_iter().try_for_each(|deed| acts::append(tx, manifest.created_at, &self.warrant, deed))
        })
    }

    fn delivery_reader(&self, consumer: &ConsumerName, sequence: u64) -> Result<Option<Box<dyn Read>>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT content FROM delivery WHERE consumer = ?1 AND sequence = ?2")?;
            let packed: Option<Vec<u8>> =
                query.query_row(params![consumer.as_str(), to_count(sequence)], |row| row.get(0)).optional()?;
            Ok(packed.map(|packed| Box::new(DeflateDecoder::new(Cursor::new(packed))) as Box<dyn Read>))
        })
    }

    fn release_delivery(&self, consumer: &ConsumerName, sequence: u64) -> Result<(), RepositoryError> {
        self.write(|tx| {
            let digest = DELIVERY.digest(&[("state", "?3")]);
            let sql = format!("UPDATE delivery SET state = ?3, row_digest = {digest} WHERE consumer = ?1 AND sequence = ?2");
            match tx.execute(&sql, params![consumer.as_str(), to_count(sequence), ManifestState::Released.as_str()])? {
                0 => Err(corrupt(format!("there is no manifest {sequence} for {consumer}"))),
                _ => Ok(()),
            }
        })
    }

    fn delivery_item(&self, consumer: &ConsumerName, record: RecordId) -> Result<Option<DeliveryItem>, RepositoryError> {
        self.read(|db| item_of(db, consumer, record))
    }

    fn delivery_items(
        &self,
        consumer: &ConsumerName,
        state: ItemState,
        limit: usize,
    ) -> Result<Vec<DeliveryItem>, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT content FROM delivery_item WHERE consumer = ?1 AND state = ?2
                       ORDER BY sequence, code, kind LIMIT ?3";
            items(db.prepare_cached(sql)?.query(params![consumer.as_str(), state.as_str(), to_count(limit as u64)])?)
        })
    }

    fn delivery_items_after(
        &self,
        consumer: &ConsumerName,
        state: ItemState,
        after: Option<(u64, RecordId)>,
        limit: usize,
    ) -> Result<Vec<DeliveryItem>, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT content FROM delivery_item WHERE consumer = ?1 AND state = ?2
                       AND sequence >= ?3 AND (sequence > ?3 OR record > ?4) ORDER BY sequence, record LIMIT ?5";
            let (sequence, record) = after.map_or((-1, [0; 32]), |(sequence, record)| (to_count(sequence), *record.as_bytes()));
            let key = params![consumer.as_str(), state.as_str(), sequence, record, to_count(limit as u64)];
            items(db.prepare_cached(sql)?.query(key)?)
        })
    }

    fn delivery_items_of(&self, consumer: &ConsumerName, code: &DossierCode) -> Result<Vec<DeliveryItem>, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT content FROM delivery_item WHERE consumer = ?1 AND code = ?2 ORDER BY sequence, kind";
            items(db.prepare_cached(sql)?.query(params![consumer.as_str(), code.as_str()])?)
        })
    }

    fn delivery_counts(&self, consumer: &ConsumerName) -> Result<BTreeMap<ItemState, u64>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT state, count(*) FROM delivery_item WHERE consumer = ?1 GROUP BY state")?;
            query.query_and_then([consumer.as_str()], |row| Ok((from_name(row.get(0)?)?, count(row, 1)?)))?.collect()
        })
    }

    fn delivery_times(&self, consumer: &ConsumerName) -> Result<DeliveryTimes, RepositoryError> {
        self.read(|db| {
            // Times are written in one zone or another: as text they have no order.
            let sql = "SELECT state, content ->> 'changed_at' FROM delivery_item WHERE consumer = ?1";
            let mut query = db.prepare_cached(sql)?;
            let mut rows = query.query([consumer.as_str()])?;
            let mut times = DeliveryTimes::new();
            while let Some(row) = rows.next()? {
                let at = OffsetDateTime::parse(row.get_ref(1)?.as_str().map_err(corrupt)?, &Rfc3339).map_err(corrupt)?;
                let (first, last) = times.entry(from_name(row.get(0)?)?).or_insert((at, at));
                (*first, *last) = ((*first).min(at), (*last).max(at));
            }
            Ok(times)
        })
    }

    fn change_items(&self, changes: &[(DeliveryItem, DeliveryItem)], at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|tx| {
            for (before, item) in changes {
                if item_of(tx, &before.consumer, before.record)?.as_ref() != Some(before) {
                    return Err(conflict(StorageFault::ItemChanged { dossier: before.dossier_code.to_string() }));
                }
                update(tx, item)?;
                if let Some(deed) = Deed::of_item(before, item) {
                    acts::append(tx, at, &self.warrant, deed)?;
                }
            }
            Ok(())
        })
    }
}

fn item_of(db: &Connection, consumer: &ConsumerName, record: RecordId) -> Result<Option<DeliveryItem>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT content FROM delivery_item WHERE consumer = ?1 AND record = ?2")?;
    let content: Option<String> = query.query_row(params![consumer.as_str(), record.as_bytes()], |row| row.get(0)).optional()?;
    content.map(|content| from_json(&content)).transpose()
}

fn items(mut rows: rusqlite::Rows<'_>) -> Result<Vec<DeliveryItem>, RepositoryError> {
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(from_json(&row.get::<_, String>(0)?)?);
    }
    Ok(items)
}

/// Items of earlier versions that were not taken need not go any more. Returns what is to be told of that.
fn replace_earlier(tx: &Transaction<'_>, item: &DeliveryItem) -> Result<Vec<Deed>, RepositoryError> {
    let sql =
        "SELECT content FROM delivery_item WHERE consumer = ?1 AND code = ?2 AND kind = ?3 AND state IN ('waiting', 'rejected')";
    let key = params![item.consumer.as_str(), item.dossier_code.as_str(), item.kind.as_str()];
    let mut deeds = Vec::new();
    for earlier in items(tx.prepare_cached(sql)?.query(key)?)? {
        let replaced = DeliveryItem { state: ItemState::Replaced, changed_at: item.changed_at, ..earlier.clone() };
        update(tx, &replaced)?;
        deeds.extend(Deed::of_item(&earlier, &replaced));
    }
    Ok(deeds)
}

fn insert(tx: &Transaction<'_>, item: &DeliveryItem) -> Result<(), RepositoryError> {
    tx.prepare_cached(&DELIVERY_ITEM.insert())?.execute(params![
        item.consumer.as_str(),
        item.record.as_bytes(),
        to_count(item.sequence),
        item.dossier_code.as_str(),
        item.kind.as_str(),
        item.state.as_str(),
        to_json(item)?
    ])?;
    Ok(())
}

fn update(tx: &Transaction<'_>, item: &DeliveryItem) -> Result<(), RepositoryError> {
    let digest = DELIVERY_ITEM.digest(&[("state", "?3"), ("content", "?4"), ("sequence", "?5")]);
    let sql = format!(
        "UPDATE delivery_item SET state = ?3, content = ?4, sequence = ?5, row_digest = {digest} WHERE consumer = ?1 AND record = ?2"
    );
    tx.prepare_cached(&sql)?.execute(params![
        item.consumer.as_str(),
        item.record.as_bytes(),
        item.state.as_str(),
        to_json(item)?,
        to_count(item.sequence)
    ])?;
    Ok(())
}

fn delivery_of(consumer: &ConsumerName, row: &Row<'_>) -> Result<DeliveryRow, RepositoryError> {
    let (sequence, state): (u64, String) = (count(row, 0)?, row.get(3)?);
    let states = [ManifestState::Prepared, ManifestState::Released];
    let manifest = ManifestRow {
        sequence,
        sha256: Sha256::from_bytes(row.get(1)?),
        bytes_len: count(row, 2)?,
        state: states.into_iter().find(|known| known.as_str() == state).ok_or_else(|| corrupt(state))?,
        created_at: from_time(&row.get::<_, String>(4)?)?,
        file_name: manifest_file_name(sequence),
    };
    Ok(DeliveryRow { consumer: consumer.clone(), up_to: row.get(5)?, manifest })
}

fn conflict(cause: StorageFault) -> RepositoryError {
    RepositoryError::Conflict { place: String::new(), cause: cause.into() }
}
