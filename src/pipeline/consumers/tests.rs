//! Tests of what each consumer is given.

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
    ConsumerSettings::of_all(name, ConsumerKind::Folder)
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

/// What is told of a record may be several times what is kept of it.
#[test]
fn a_manifest_is_as_large_as_what_is_written_of_its_records() {
    let place = Place::new(vec![consumer("kho")]);
    place.seal(CODE, "một");
    place.seal(OTHER, "hai");
    let Place { repository, settings, .. } = &place;
    let delivery = Delivery { repository, settings, consumer: &settings.consumers[0], now: SEALED };
    let teller = Teller::of(settings, delivery.consumer);
    let frame = teller.frame(1, None, repository.catalog.act_head().unwrap().unwrap(), SEALED).unwrap();
    let knowing = Knowing::new(repository);
    let within = |most: u64| delivery.new_records(0, most, (&teller, &frame, &knowing)).unwrap().unwrap().1;
    let written: usize = within(u64::MAX).iter().map(|chosen| chosen.told.len()).sum();
    let counts = [written, written - 1, 1].map(|most| within(most as u64).len());
    assert_eq!(counts, [2, 1, 1]);
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
    let import =
        RegisterImport { list: RegisterList::Dossiers, told: None, file: "x", sha256: Sha256::from_bytes([1; 32]), at: SEALED };
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

/// What a person lets go again comes once more, in the next manifest.
#[test]
fn what_goes_again_is_in_the_next_manifest_and_in_no_later_one() {
    let place = Place::new(vec![consumer("kho")]);
    let record = place.seal(CODE, "một");
    place.seal(OTHER, "hai");
    place.export();
    let catalog = &place.repository.catalog;
    let name: ConsumerName = "kho".parse().unwrap();
    let item = || catalog.delivery_item(&name, record.id).unwrap().unwrap();
    let go_again = || {
        let waiting = DeliveryItem { state: ItemState::Waiting, round: item().round + 1, ..item() };
        catalog.change_items(&[(item(), waiting)], SEALED).unwrap();
    };
    go_again();
    place.export();
    place.export();
    assert_eq!(place.given("kho")[1..], [one(CODE, 1)]);
    assert_eq!((item().state, item().sequence, item().round), (ItemState::Sent, 2, 1));
    let sound = || {
        let seen = crate::pipeline::verify::verify(&place.repository, None, &crate::pipeline::progress::Silent);
        seen.findings.into_iter().filter(|one| one.subject == crate::pipeline::verify::Subject::Act).collect::<Vec<_>>()
    };
    assert_eq!(sound(), []);
    // With a later version there is nothing to say about the one before any more.
    go_again();
    place.seal(CODE, "ba");
    place.export();
    assert_eq!(place.given("kho")[2..], [one(CODE, 2)]);
    assert_eq!(item().state, ItemState::Replaced);
    assert_eq!(sound(), []);
}

/// A place whose consumer was given two manifests and whose outbox is gone, with what it held and where it was.
fn place_without_outbox() -> (Place, Vec<Vec<(String, u32)>>, PathBuf) {
    let place = Place::new(vec![consumer("kho")]);
    place.seal(CODE, "một");
    place.export();
    place.seal(OTHER, "hai");
    place.export();
    let before = place.given("kho");
    let outbox = place.settings.consumers[0].outbox(place.repository.root());
    fs::remove_dir_all(&outbox).unwrap();
    (place, before, outbox)
}

/// No backup holds outboxes.
#[test]
fn an_outbox_that_is_gone_is_filled_again() {
    let (place, before, _) = place_without_outbox();
    place.export();
    assert_eq!(place.given("kho"), before);
}

/// Killed while it was filled again, some of it is there.
#[test]
fn an_outbox_that_was_filled_in_part_is_filled_whole() {
    let (place, before, outbox) = place_without_outbox();
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
