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
use crate::stages::publish;

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
        let Some((up_to, records)) = self.new_records(last.as_ref().map_or(0, |last| last.up_to))? else { return Ok(None) };
        // Read after the records: it then stands for the sealing of all of them.
        let acts = catalog
            .act_head()?
            .ok_or_else(|| Failure::new(FailureCode::RepositoryDamaged).because(StorageFault::RecordWithoutAct))?;
        let last = last.map(|last| last.manifest);
        let sequence = last.as_ref().map_or(1, |last| last.sequence.saturating_add(1));
        let (teller, knowing) = (Teller::of(self.settings, self.consumer), Knowing::new(self.repository));
        let frame = teller.frame(sequence, last.map(|last| last.sha256), acts, self.now)?;
        let items: Vec<DeliveryItem> = records.iter().map(|record| self.item(record, sequence)).collect();
        let mut packer = ManifestPacker::default();
        packer.write(frame.head())?;
        for (place, record) in records.into_iter().enumerate() {
            if place > 0 {
                packer.write(b",")?;
            }
            let known = knowing.of(&record.dossier_code)?;
            packer.write(&teller.record(&frame, record, &known)?)?;
        }
        packer.write(frame.tail())?;
        let (packed, sha256, bytes_len) = packer.finish()?;
        let (state, file_name) = (ManifestState::Prepared, publish::file_name(sequence));
        let manifest = ManifestRow { sequence, sha256, bytes_len, state, created_at: self.now, file_name };
        let row = DeliveryRow { consumer: self.consumer.name.clone(), up_to, manifest };
        catalog.prepare_delivery(&DeliveryOrder { row: &row, packed: &packed, items: &items })?;
        Ok(Some(row))
    }

    /// What is new for the consumer after a change, by dossier, kind and version, and the change up to which
    /// that is all.
    fn new_records(&self, after: i64) -> Result<Option<(i64, Vec<Record>)>, Failure> {
        let most = self.settings.export.records_per_manifest;
        // What the register did not know the last time it may know now, so all is looked at again.
        let after = if self.consumer.asks_the_register() { 0 } else { after };
        let (mut up_to, mut records, mut bytes) = (after, Vec::<Record>::new(), 0_u64);
        'all: loop {
            let part = self.repository.catalog.records_changed_since(up_to, RECORDS_AT_ONCE)?;
            if part.is_empty() {
                break;
            }
            for (change, record) in part {
                if self.is_for_it(&record, &records)? {
                    let size = serde_json::to_vec(&record).map_or(0, |json| json.len() as u64);
                    if !records.is_empty() && (records.len() >= most || bytes.saturating_add(size) > LARGE_ENOUGH) {
                        break 'all;
                    }
                    bytes = bytes.saturating_add(size);
                    records.push(record);
                }
                up_to = change;
            }
        }
        if records.is_empty() {
            return Ok(None);
        }
        records.sort_by(|a, b| (&a.dossier_code, a.kind, a.version).cmp(&(&b.dossier_code, b.kind, b.version)));
        Ok(Some((up_to, records)))
    }

    /// Whether the consumer gets a record. Who was given one version is given those after it, too: they may take
    /// something back.
    fn is_for_it(&self, record: &Record, chosen: &[Record]) -> Result<bool, Failure> {
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
        let is_chosen = chosen.iter().any(|chosen| chosen.id == before);
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
mod tests {
    use std::path::PathBuf;

    use time::Duration;
    use time::macros::datetime;

    use super::*;
    use crate::model::consumer::ConsumerName;
    use crate::model::dossier::RecordKind;
    use crate::model::ids::Sha256;
    use crate::model::register::{RegisterDossier, RegisterList, RegisterRow};
    use crate::pipeline::export::export;
    use crate::repository::tests::{CODE, code, commit, new_batch, recipe};
    use crate::repository::{Mode, RegisterImport};
    use crate::settings::ExportSettings;

    /// When the records of tests are sealed.
    const SEALED: OffsetDateTime = datetime!(2026-03-02 18:00 UTC);
    const OTHER: &str = "H01.02-230706-0001";

    struct Place {
        _folder: tempfile::TempDir,
        repository: Repository,
        settings: Settings,
    }

    impl Place {
        fn new(consumers: Vec<ConsumerSettings>) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let repository = Repository::open(&folder.path().join("kho"), Mode::Create).unwrap();
            Self { _folder: folder, repository, settings: Settings { consumers, ..Settings::default() } }
        }

        fn seal(&self, dossier: &str, text: &str) -> Record {
            let batch = self.repository.catalog.begin_batch(&new_batch()).unwrap();
            commit(&self.repository, batch, &code(dossier), recipe(1), &[text])
        }

        fn export(&self) {
            export(&self.repository, &self.settings, SEALED + Duration::hours(1)).unwrap();
        }

        /// Codes and versions in each manifest that lies in the outbox of a consumer, which is looked at as its
        /// receiver would.
        fn given(&self, consumer: &str) -> Vec<Vec<(String, u32)>> {
            let folder = self.repository.root().join("outbox").join(consumer);
            let mut previous = None;
            let mut all = Vec::new();
            for sequence in 1.. {
                let Ok(bytes) = fs::read(folder.join(format!("{sequence:06}.json"))) else { break };
                publish::validate(&bytes).unwrap();
                let mut records = Vec::new();
                let outline =
                    publish::read(bytes.as_slice(), &mut |r| records.push((r.dossier_code.to_string(), r.version))).unwrap();
                assert_eq!((outline.sequence, outline.previous_sha256), (sequence, previous));
                previous = Some(crate::pipeline::export::sha256_of(&bytes));
                all.push(records);
            }
            all
        }
    }

    fn consumer(name: &str) -> ConsumerSettings {
        let name: ConsumerName = name.parse().unwrap();
        let (kind, folder) = (ConsumerKind::Folder, PathBuf::new());
        ConsumerSettings {
            name,
            kind,
            folder,
            kinds: vec![],
            codes: vec![],
            procedures: vec![],
            sites: vec![],
            since: None,
            version: None,
            personal: None,
            recipients: vec![],
            portal: None,
        }
    }

    fn one(code: &str, version: u32) -> Vec<(String, u32)> {
        vec![(code.to_owned(), version)]
    }

    #[test]
    fn one_who_was_away_misses_nothing_and_one_who_joins_late_gets_all() {
        let mut place = Place::new(vec![consumer("kho")]);
        place.seal(CODE, "một");
        place.export();
        place.seal(OTHER, "hai");
        place.settings.consumers.clear();
        place.export();
        place.seal(CODE, "ba");
        place.settings.consumers = vec![consumer("kho"), consumer("cong")];
        place.export();
        place.export();
        let missed = vec![(OTHER.to_owned(), 1), (CODE.to_owned(), 2)];
        assert_eq!(place.given("kho"), [one(CODE, 1), missed]);
        assert_eq!(place.given("cong"), [vec![(OTHER.to_owned(), 1), (CODE.to_owned(), 1), (CODE.to_owned(), 2)]]);
    }

    #[test]
    fn a_consumer_gets_what_it_asked_for_and_all_later_versions_of_it() {
        let agency = ConsumerSettings { codes: vec!["H38.".into()], ..consumer("co-quan") };
        let results = ConsumerSettings { kinds: vec![RecordKind::Result], ..consumer("ket-qua") };
        let later = ConsumerSettings { since: Some(SEALED + Duration::seconds(1)), ..consumer("sau") };
        let mut place = Place::new(vec![agency, results, later]);
        place.seal(CODE, "một");
        place.seal(OTHER, "hai");
        place.export();
        assert_eq!((place.given("co-quan"), place.given("ket-qua"), place.given("sau")), (vec![one(CODE, 1)], vec![], vec![]));
        // The filter is another now, and what was given before may have to be taken back.
        place.settings.consumers[0].codes = vec!["H01.".into()];
        place.seal(CODE, "ba");
        place.export();
        assert_eq!(place.given("co-quan")[1], one(CODE, 2));
    }

    /// The register may come to know a dossier after its papers were sealed.
    #[test]
    fn a_consumer_of_a_procedure_gets_its_dossiers_whenever_the_register_tells() {
        let procedures: Vec<ProcedureCode> = vec!["1.005129".parse().unwrap()];
        let place = Place::new(vec![ConsumerSettings { procedures, ..consumer("ho-tich") }]);
        place.seal(CODE, "một");
        place.seal(OTHER, "hai");
        place.export();
        assert!(place.given("ho-tich").is_empty());
        let row = |of: &str, procedure: &str| {
            let procedure = Some(procedure.parse().unwrap());
            Ok(RegisterRow::Dossier(Box::new(RegisterDossier { procedure, ..RegisterDossier::new(code(of)) })))
        };
        let import = RegisterImport {
            list: RegisterList::Dossiers,
            told: None,
            file: "x",
            sha256: Sha256::from_bytes([1; 32]),
            at: SEALED,
        };
        let rows = [row(CODE, "1.005129.000.00.00.H38"), row(OTHER, "2.000908")];
        place.repository.catalog.import_register(&import, &mut rows.into_iter()).unwrap();
        place.export();
        place.export();
        assert_eq!(place.given("ho-tich"), [one(CODE, 1)]);
        place.seal(CODE, "ba");
        place.export();
        assert_eq!(place.given("ho-tich"), [one(CODE, 1), one(CODE, 2)]);
    }

    #[test]
    fn manifests_are_cut_and_what_a_consumer_took_away_stays_away() {
        let mut place = Place::new(vec![consumer("kho")]);
        place.settings.export = ExportSettings { records_per_manifest: 2, ..ExportSettings::default() };
        for text in ["một", "hai", "ba"] {
            place.seal(CODE, text);
        }
        place.export();
        assert_eq!(place.given("kho").iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        let first = place.settings.consumers[0].outbox(place.repository.root()).join("000001.json");
        fs::remove_file(&first).unwrap();
        place.export();
        assert!(!first.exists());
        let items = place.repository.catalog.delivery_items(&"kho".parse().unwrap(), ItemState::Sent, 9).unwrap();
        assert_eq!(items.iter().map(|item| item.sequence).collect::<Vec<_>>(), [1, 1, 2]);
    }

    /// No backup holds outboxes.
    #[test]
    fn an_outbox_that_is_gone_is_filled_again() {
        let place = Place::new(vec![consumer("kho")]);
        place.seal(CODE, "một");
        place.export();
        place.seal(OTHER, "hai");
        place.export();
        let before = place.given("kho");
        let outbox = place.settings.consumers[0].outbox(place.repository.root());
        fs::remove_dir_all(&outbox).unwrap();
        place.export();
        assert_eq!(place.given("kho"), before);
    }

    /// Killed while it was filled again, some of it is there.
    #[test]
    fn an_outbox_that_was_filled_in_part_is_filled_whole() {
        let place = Place::new(vec![consumer("kho")]);
        place.seal(CODE, "một");
        place.export();
        place.seal(OTHER, "hai");
        place.export();
        let before = place.given("kho");
        let outbox = place.settings.consumers[0].outbox(place.repository.root());
        fs::remove_dir_all(&outbox).unwrap();
        let consumer = &place.settings.consumers[0];
        let delivery = Delivery { repository: &place.repository, settings: &place.settings, consumer, now: SEALED };
        mark(&outbox.with_file_name(".kho.refilling")).unwrap();
        let row = place.repository.catalog.deliveries(&consumer.name).unwrap().remove(0);
        delivery.write(&row, &outbox.join(&row.manifest.file_name)).unwrap();
        place.export();
        assert_eq!(place.given("kho"), before);
        // What is taken away now stays away.
        fs::remove_file(outbox.join("000001.json")).unwrap();
        place.export();
        assert!(!outbox.join("000001.json").exists());
    }

    /// A consumer whose disk is away keeps nothing from the one after it, nor does a key that cannot be used.
    #[test]
    fn what_is_in_the_way_of_one_consumer_is_told_and_the_others_are_served() {
        let blocked = ConsumerSettings { folder: PathBuf::from("/dev/null/outbox"), ..consumer("xa") };
        let place = Place::new(vec![blocked, consumer("kho")]);
        place.seal(CODE, "một");
        assert!(export(&place.repository, &place.settings, SEALED).is_err());
        assert_eq!(place.given("kho"), [one(CODE, 1)]);
    }

    #[test]
    fn others_can_read_what_lies_in_an_outbox() {
        use std::os::unix::fs::MetadataExt;
        let place = Place::new(vec![consumer("kho")]);
        place.seal(CODE, "một");
        place.export();
        let outbox = place.settings.consumers[0].outbox(place.repository.root());
        let any = outbox.join("any");
        fs::write(&any, "x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode();
        assert_eq!(mode(&outbox.join("000001.json")), mode(&any));
    }

    /// Killed between settling a manifest and writing it, it is written byte for byte by the next export.
    #[test]
    fn what_was_settled_is_released_by_the_next_export_as_it_was() {
        let place = Place::new(vec![consumer("kho")]);
        place.seal(CODE, "một");
        let consumer = &place.settings.consumers[0];
        let delivery = Delivery { repository: &place.repository, settings: &place.settings, consumer, now: SEALED };
        let settled = delivery.prepare().unwrap().unwrap();
        place.seal(OTHER, "hai");
        place.export();
        assert_eq!(place.given("kho"), [one(CODE, 1), one(OTHER, 1)]);
        let first = consumer.outbox(place.repository.root()).join("000001.json");
        assert_eq!(digest_of(&first).unwrap().sha256, settled.manifest.sha256);
    }
}
