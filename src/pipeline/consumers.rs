//! Gives each consumer what is new for it: a series of manifests of its own, in a folder of its own.
//!
//! What a consumer has been looked through for is known by the number of the last change that was, so one who
//! joins late is given all there is, and one who was away finds all of it. A manifest is settled in the
//! catalog, then written, then released, as the repository's own are; once it is released its file is the
//! consumer's, who may take it away.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use time::OffsetDateTime;

use super::hand_out::nameless;
use super::known::Knowing;
use super::signing;
use super::telling::Teller;
use crate::model::codes::ProcedureCode;
use crate::model::delivery::{DeliveryItem, ItemState};
use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::record::Record;
use crate::repository::{
    DeliveryOrder, DeliveryRow, ManifestPacker, ManifestRow, ManifestState, Repository, RepositoryError, copy_settled, digest_of,
    sync_dir,
};
use crate::settings::{ConsumerKind, ConsumerSettings, Settings};
use crate::stages::publish::{self, Frame};

/// A manifest has no more records once it is this large, in bytes.
const LARGE_ENOUGH: u64 = 128 << 20;
/// Records read from the catalog at once.
const RECORDS_AT_ONCE: usize = 256;

/// Writes and signs what is new for every consumer, and returns the manifests.
///
/// # Errors
/// When a manifest cannot be written; it is not released then. `Conflict` when others do the same just now: the
/// next time finds what is left. Or as [`signing::sign_released`].
pub(crate) fn deliver(repository: &Repository, settings: &Settings, now: OffsetDateTime) -> Result<Vec<DeliveryRow>, Failure> {
    let (mut written, mut failed) = (Vec::new(), None);
    for consumer in &settings.consumers {
        let delivery = Delivery { repository, settings, consumer, now };
        // What is in the way of one keeps nothing from the others.
        if let Err(failure) = delivery.serve(&mut written) {
            failed.get_or_insert(failure);
        }
    }
    failed.map_or(Ok(written), Err)
}

/// A record that a consumer is given, and the bytes that it is told in.
struct Chosen {
    record: Record,
    told: Vec<u8>,
}

struct Delivery<'a> {
    repository: &'a Repository,
    settings: &'a Settings,
    consumer: &'a ConsumerSettings,
    now: OffsetDateTime,
}

impl Delivery<'_> {
    /// Gives and signs all that is new for the consumer.
    fn serve(&self, written: &mut Vec<DeliveryRow>) -> Result<(), Failure> {
        let Self { repository, consumer, .. } = self;
        let outbox = consumer.outbox(repository.root());
        let rows = repository.catalog.deliveries(&consumer.name)?;
        // After a restoration there is no outbox, and nobody knows what the consumer has taken of it.
        let refilling = repository.root().join("outbox").join(format!(".{}.refilling", consumer.name));
        let is_gone = fs::symlink_metadata(&outbox).is_err() && !rows.is_empty();
        let is_lost = is_gone || fs::symlink_metadata(&refilling).is_ok();
        if is_lost {
            // Stays until all is there again: an outbox with some of it is not taken for one that was emptied.
            mark(&refilling).map_err(|error| RepositoryError::io(&refilling, &error))?;
        }
        for row in rows {
            if row.manifest.state == ManifestState::Prepared {
                written.push(self.release(row)?);
            } else if is_lost {
                self.write(&row, &outbox.join(&row.manifest.file_name))?;
            }
        }
        if is_lost {
            fs::remove_file(&refilling).map_err(|error| RepositoryError::io(&refilling, &error))?;
        }
        while let Some(row) = self.prepare()? {
            written.push(self.release(row)?);
        }
        signing::sign_deliveries(repository, &self.settings.signing, &consumer.name, &outbox)
    }

    /// Settles the next manifest; none if there is nothing new for the consumer.
    fn prepare(&self) -> Result<Option<DeliveryRow>, Failure> {
        let catalog = &self.repository.catalog;
        let last = catalog.deliveries(&self.consumer.name)?.pop();
        let after = last.as_ref().map_or(0, |last| last.up_to);
        let last = last.map(|last| last.manifest);
        let sequence = last.as_ref().map_or(1, |last| last.sequence.saturating_add(1));
        let before = last.as_ref().map(|last| catalog.delivery_reader(&self.consumer.name, last.sequence)).transpose()?.flatten();
        let previous = last.map(|last| last.sha256);
        let teller = Teller::of(self.settings, self.consumer).after(before)?;
        let frame = |acts| teller.frame(sequence, previous, acts, self.now);
        let Some(acts) = catalog.act_head()? else { return self.without_acts() };
        let telling = (&teller, &frame(acts)?, &Knowing::new(self.repository));
        let (up_to, mut chosen) = self.new_records(after, LARGE_ENOUGH, telling)?.unwrap_or((after, Vec::new()));
        let again = self.go_again(&mut chosen, telling)?;
        if chosen.is_empty() {
            return Ok(None);
        }
        // Read again after the records: it then stands for the sealing of all of them.
        let Some(acts) = catalog.act_head()? else { return self.without_acts() };
        let frame = frame(acts)?;
        let mut packer = ManifestPacker::default();
        packer.write(frame.head())?;
        for (place, Chosen { told, .. }) in chosen.iter().enumerate() {
            if place > 0 {
                packer.write(b",")?;
            }
            packer.write(told)?;
        }
        let item = |Chosen { record, .. }: &Chosen| match again.iter().find(|item| item.record == record.id) {
            Some(item) => DeliveryItem { sequence, state: ItemState::Sent, changed_at: self.now, ..item.clone() },
            None => self.item(record, sequence),
        };
        let items: Vec<DeliveryItem> = chosen.iter().map(item).collect();
        packer.write(frame.tail())?;
        let (packed, sha256, bytes_len) = packer.finish()?;
        let (state, file_name) = (ManifestState::Prepared, publish::file_name(sequence));
        let manifest = ManifestRow { sequence, sha256, bytes_len, state, created_at: self.now, file_name };
        let row = DeliveryRow { consumer: self.consumer.name.clone(), up_to, manifest };
        catalog.prepare_delivery(&DeliveryOrder { row: &row, packed: &packed, items: &items })?;
        Ok(Some(row))
    }

    /// Nothing to give where nothing was done; a record without an act is damage.
    fn without_acts(&self) -> Result<Option<DeliveryRow>, Failure> {
        if self.repository.catalog.records_changed_since(0, 1)?.is_empty() {
            return Ok(None);
        }
        Err(Failure::new(FailureCode::RepositoryDamaged).because(StorageFault::RecordWithoutAct))
    }

    /// What is new for the consumer after a change, in so many bytes, unless the first has more, and the change up to which that is all.
    fn new_records(
        &self,
        after: i64,
        most_bytes: u64,
        (teller, frame, knowing): (&Teller<'_>, &Frame, &Knowing<'_>),
    ) -> Result<Option<(i64, Vec<Chosen>)>, Failure> {
        let most = self.settings.export.records_per_manifest;
        // What the register did not know the last time it may know now, so all is looked at again.
        let after = if self.consumer.asks_the_register() { 0 } else { after };
        let (mut up_to, mut records, mut bytes) = (after, Vec::<Chosen>::new(), 0_u64);
        'all: loop {
            let part = self.repository.catalog.records_changed_since(up_to, RECORDS_AT_ONCE)?;
            if part.is_empty() {
                break;
            }
            for (change, record) in part {
                if self.is_for_it(&record, &records)? {
                    let told = teller.record(frame, record.clone(), &knowing.of(&record.dossier_code)?)?;
                    let size = told.len() as u64;
                    if !records.is_empty() && (records.len() >= most || bytes.saturating_add(size) > most_bytes) {
                        break 'all;
                    }
                    bytes = bytes.saturating_add(size);
                    records.push(Chosen { record, told });
                }
                up_to = change;
            }
        }
        if records.is_empty() {
            return Ok(None);
        }
        Ok(Some((up_to, records)))
    }

    /// Adds what a person lets go again to a consumer that fetches, unless a later version goes in its place; by dossier,
    /// kind and version. Returns how far that had come.
    fn go_again(
        &self,
        chosen: &mut Vec<Chosen>,
        (teller, frame, knowing): (&Teller<'_>, &Frame, &Knowing<'_>),
    ) -> Result<Vec<DeliveryItem>, Failure> {
        let catalog = &self.repository.catalog;
        let room = self.settings.export.records_per_manifest.saturating_sub(chosen.len());
        let is_fetching = self.consumer.kind == ConsumerKind::Folder && room > 0;
        let waiting = || catalog.delivery_items(&self.consumer.name, ItemState::Waiting, room);
        let mut again = if is_fetching { waiting()? } else { Vec::new() };
        let is_of = |record: &Record, item: &DeliveryItem| (&record.dossier_code, record.kind) == (&item.dossier_code, item.kind);
        again.retain(|item| !chosen.iter().any(|chosen| is_of(&chosen.record, item)));
        for item in &again {
            let Some(record) = catalog.records(&[item.record])?.pop() else { continue };
            let told = teller.record(frame, record.clone(), &knowing.of(&record.dossier_code)?)?;
            chosen.push(Chosen { record, told });
        }
        chosen.sort_by(|Chosen { record: a, .. }, Chosen { record: b, .. }| {
            (&a.dossier_code, a.kind, a.version).cmp(&(&b.dossier_code, b.kind, b.version))
        });
        Ok(again)
    }

    /// Whether the consumer gets a record. Who was given one version is given those after it, too: they may take
    /// something back.
    fn is_for_it(&self, record: &Record, chosen: &[Chosen]) -> Result<bool, Failure> {
        let ConsumerSettings { kinds, codes, since, name, .. } = self.consumer;
        let code = record.dossier_code.as_str();
        let catalog = &self.repository.catalog;
        if self.consumer.asks_the_register() && catalog.delivery_item(name, record.id)?.is_some() {
            return Ok(false);
        }
        let fits = (kinds.is_empty() || kinds.contains(&record.kind))
            && (codes.is_empty() || codes.iter().any(|begin| code.starts_with(begin.as_str())))
            && since.is_none_or(|since| record.sealed_at >= since);
        if fits && self.is_registered_for_it(record)? {
            return Ok(true);
        }
        let Some(before) = record.supersedes else { return Ok(false) };
        let is_chosen = chosen.iter().any(|chosen| chosen.record.id == before);
        Ok(is_chosen || catalog.delivery_item(name, before)?.is_some())
    }

    /// Whether the register has the dossier under a procedure and site that the consumer asked for.
    fn is_registered_for_it(&self, record: &Record) -> Result<bool, Failure> {
        if !self.consumer.asks_the_register() {
            return Ok(true);
        }
        let Some(dossier) = self.repository.catalog.register_dossier(&record.dossier_code)? else { return Ok(false) };
        let ConsumerSettings { procedures, sites, .. } = self.consumer;
        let is_one = |code: &ProcedureCode| procedures.iter().any(|wanted| wanted.short() == code.short());
        let is_there = |site: &String| sites.contains(site);
        Ok((procedures.is_empty() || dossier.procedure.as_ref().is_some_and(is_one))
            && (sites.is_empty() || dossier.site.as_ref().is_some_and(is_there)))
    }

    fn item(&self, record: &Record, sequence: u64) -> DeliveryItem {
        DeliveryItem {
            consumer: self.consumer.name.clone(),
            record: record.id,
            dossier_code: record.dossier_code.clone(),
            kind: record.kind,
            version: record.version,
            sequence,
            state: match self.consumer.kind {
                ConsumerKind::Folder => ItemState::Sent,
                ConsumerKind::Mc | ConsumerKind::Lgsp => ItemState::Waiting,
            },
            round: 0,
            reason: None,
            arrived: Vec::new(),
            changed_at: self.now,
        }
    }

    fn release(&self, row: DeliveryRow) -> Result<DeliveryRow, Failure> {
        let path = self.consumer.outbox(self.repository.root()).join(&row.manifest.file_name);
        match digest_of(&path) {
            Ok(there) if there.sha256 == row.manifest.sha256 => {}
            Ok(_) => {
                let failure = Failure::new(FailureCode::FileUnwritable).at_file(path.display());
                return Err(failure.because(StorageFault::NameTaken));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.write(&row, &path)?,
            Err(error) => return Err(RepositoryError::io(&path, &error).into()),
        }
        self.repository.catalog.release_delivery(&row.consumer, row.manifest.sequence)?;
        Ok(DeliveryRow { manifest: ManifestRow { state: ManifestState::Released, ..row.manifest }, ..row })
    }

    /// Writes the manifest beside its name first: the outbox may lie on another disk than the repository.
    fn write(&self, row: &DeliveryRow, path: &Path) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::from(RepositoryError::io(path, &error));
        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder).map_err(failed)?;
        let file = nameless(folder).map_err(failed)?;
        let mut file = BufWriter::new(file);
        let reader = self.repository.catalog.delivery_reader(&row.consumer, row.manifest.sequence)?;
        copy_settled(reader, &row.manifest, &mut file)?;
        file.flush().map_err(failed)?;
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(sync_dir(folder)?)
    }
}

/// Makes an empty file that is there whatever happens next.
fn mark(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    fs::File::create(path)?.sync_all()?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
