//! Portals on loopback that fail in every way, and a sender that dies everywhere.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use time::macros::datetime;

use super::facts::{Files, Known};
use super::report::Pass;
use super::send::{Sending, named};
use super::stand_in::{Fault, StandIn};
use super::tables::{Table, Tables};
use super::wire::{Http, Lost, Request, Response, Wire};
use super::{acknowledge, facts, object, stand_in};
use crate::model::codes::DossierCode;
use crate::model::delivery::{DeliveryItem, ItemState};
use crate::model::dossier::RecordKind;
use crate::model::failure::{Failure, FailureCode};
use crate::model::record::{Record, Voided, manifest_file_name};
use crate::repository::memory::MemoryRepository;
use crate::repository::tests::{code, commit, new_batch, recipe};
use crate::repository::{DeliveryOrder, DeliveryRow, ManifestPacker, ManifestRow, ManifestState, Mode, Repository};
use crate::settings::{ConsumerKind, ConsumerSettings, PortalSettings};

mod pieces;

const NOW: time::OffsetDateTime = datetime!(2026-03-02 19:00 +7);

/// A repository whose records wait for a portal, and the portal.
struct World {
    folder: tempfile::TempDir,
    shared: MemoryRepository,
    portal: StandIn,
    consumer: ConsumerSettings,
    tables: Tables,
    cutter: pieces::Cutter,
}

impl World {
    fn new(kind: ConsumerKind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let password_file = folder.path().join("password");
        std::fs::write(&password_file, "mật khẩu\n").unwrap();
        let portal = StandIn::start(folder.path(), 0);
        let settings = PortalSettings {
            url: format!("http://{}", portal.address),
            username: "sohoa".into(),
            password_file,
            agency: "000.00.16.H38".into(),
            timeout_seconds: 0.4,
            tries: 3,
            pause_seconds: 0.0,
            requests_per_second: 0.0,
            ..PortalSettings::default()
        };
        let consumer = ConsumerSettings { portal: Some(settings), ..ConsumerSettings::of_all("cong", kind) };
        let tables = Tables::load(Path::new("")).unwrap();
        let cutter = pieces::Cutter { pieces: Cell::new(3), too_large: None };
        Self { folder, shared: MemoryRepository::new(), portal, consumer, tables, cutter }
    }

    fn open(&self) -> Repository {
        self.shared.open(Mode::Create)
    }

    /// Seals a version of a dossier.
    fn seal(&self, number: u32, text: &str) -> Record {
        let repository = self.open();
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        commit(&repository, batch, &dossier(number), recipe(1), &[text])
    }

    /// Gives the portal what is new, as an export does.
    fn deliver(&self) {
        let repository = self.open();
        let last = repository.catalog.deliveries(&self.consumer.name).unwrap().pop();
        let (after, sequence) = last.map_or((0, 1), |last| (last.up_to, last.manifest.sequence + 1));
        let new = repository.catalog.records_changed_since(after, 1000).unwrap();
        let item = |record: &Record| DeliveryItem {
            consumer: self.consumer.name.clone(),
            record: record.id,
            dossier_code: record.dossier_code.clone(),
            kind: record.kind,
            version: record.version,
            sequence,
            state: ItemState::Waiting,
            round: 0,
            reason: None,
            arrived: vec![],
            changed_at: NOW,
        };
        let items: Vec<DeliveryItem> = new.iter().map(|(_, record)| item(record)).collect();
        let (packed, sha256, bytes_len) = ManifestPacker::default().finish().unwrap();
        let (state, file_name) = (ManifestState::Prepared, manifest_file_name(sequence));
        let manifest = ManifestRow { sequence, sha256, bytes_len, state, created_at: NOW, file_name };
        let row = DeliveryRow { consumer: self.consumer.name.clone(), up_to: new.last().unwrap().0, manifest };
        repository.catalog.prepare_delivery(&DeliveryOrder { row: &row, packed: &packed, items: &items }).unwrap();
        repository.catalog.release_delivery(&self.consumer.name, sequence).unwrap();
    }

    fn with(numbers: std::ops::Range<u32>, kind: ConsumerKind) -> Self {
        let world = Self::new(kind);
        numbers.for_each(|number| drop(world.seal(number, "một")));
        world.deliver();
        world
    }

    fn http(&self) -> Http {
        Http::new(self.consumer.portal.as_ref().unwrap()).unwrap()
    }

    fn pass_over(&self, wire: Option<&dyn Wire>) -> Pass {
        let repository = self.open();
        let known = |code: &DossierCode| Ok::<_, Failure>(registered(code));
        let sending = Sending {
            repository: &repository,
            consumer: &self.consumer,
            tables: &self.tables,
            known: &known,
            cut: &self.cutter,
            wire,
            sleep: &|_: Duration| {},
            now: NOW,
        };
        sending.pass().unwrap()
    }

    fn pass(&self) -> Pass {
        self.pass_over(Some(&self.http()))
    }

    fn count(&self, state: ItemState) -> u64 {
        self.open().catalog.delivery_counts(&self.consumer.name).unwrap().get(&state).copied().unwrap_or(0)
    }
}

fn dossier(number: u32) -> DossierCode {
    code(&format!("H38.16-230706-{number:04}"))
}

/// What the register says; of dossier 99 nothing.
fn registered(code: &DossierCode) -> Known {
    if code.as_str().ends_with("0099") {
        return Known::default();
    }
    let register = json!({
        "procedure": "1.005129", "procedure_name": "Khai sinh", "field": "G06", "field_name": "Hộ tịch", "status": "processed",
        "received_at": "2023-07-06T01:30:00Z", "applicant": "Nguyễn Thị Mẫu", "subject": "citizen"
    });
    Known { register, ..Known::default() }
}

/// Ends the program, as it were, at one request: before it leaves, or after the portal has done all.
struct Killer<'a> {
    wire: &'a dyn Wire,
    left: Cell<usize>,
    after: bool,
}

impl Wire for Killer<'_> {
    fn post(&self, request: &Request) -> Result<Response, Lost> {
        let is_now = self.left.get() == 0;
        self.left.set(self.left.get().wrapping_sub(1));
        if is_now && !self.after {
            panic!("killed");
        }
        let answer = self.wire.post(request);
        if is_now {
            panic!("killed");
        }
        answer
    }
}

/// Killed before and after every message, one kill or several, the portal has what it has undisturbed, and each
/// message once.
#[test]
fn the_portal_of_a_sender_that_was_killed_a_hundred_times_is_that_of_one_that_was_not() {
    let mut kills = 0;
    for kind in [ConsumerKind::Mc, ConsumerKind::Lgsp] {
        let undisturbed = World::with(0..12, kind);
        let pass = undisturbed.pass();
        assert_eq!((pass.sent, pass.accepted, undisturbed.count(ItemState::Accepted)), (12, 12, 12), "{pass:?}");
        let expected = undisturbed.portal.state().essence();
        assert_eq!((expected.0.len(), expected.1.len()), (12, 12));
        let requests = undisturbed.portal.requests();
        for (at, after) in (0..requests).flat_map(|at| [(at, false), (at, true)]) {
            let world = World::with(0..12, kind);
            // The second try dies, too, a little later; the third is let go.
            for (left, after) in [(at, after), (at / 2, !after)] {
                let http = world.http();
                let killer = Killer { wire: &http, left: Cell::new(left), after };
                let died = catch_unwind(AssertUnwindSafe(|| world.pass_over(Some(&killer)))).is_err();
                kills += u32::from(died);
            }
            world.pass();
            assert_eq!(world.count(ItemState::Accepted), 12, "{kind:?} {at} {after}");
            assert_eq!(world.portal.state().essence(), expected, "{kind:?} {at} {after}");
        }
    }
    assert!(kills >= 100, "{kills}");
}

#[test]
fn faults_of_the_portal_cost_no_dossier_and_send_none_twice() {
    let late = Fault::Late(Duration::from_millis(700));
    for kind in [ConsumerKind::Mc, ConsumerKind::Lgsp] {
        let undisturbed = World::with(0..3, kind);
        undisturbed.pass();
        let expected = undisturbed.portal.state().essence();
        let requests = undisturbed.portal.requests();
        for fault in [Fault::Broken, Fault::Closed, Fault::DoneAndClosed, Fault::SessionEnded, Fault::WrongHash, late.clone()] {
            let slow = matches!(fault, Fault::Late(_));
            for at in (0..requests).filter(|at| !slow || at % 3 == 1) {
                let world = World::with(0..3, kind);
                world.portal.fail(at, fault.clone());
                if at == 0 && fault == Fault::SessionEnded {
                    continue;
                }
                let first = world.pass();
                assert!(first.stopped.is_none(), "{fault:?} at {at}: {first:?}");
                assert!(first.failed.is_empty() || fault == Fault::WrongHash, "{fault:?} at {at}: {first:?}");
                world.pass();
                assert_eq!(world.count(ItemState::Accepted), 3, "{kind:?} {fault:?} {at}");
                let mut essence = world.portal.state().essence();
                if !first.failed.is_empty() {
                    // The others went on, and the work for this one was told in a message of its own.
                    essence.3 = expected.3;
                }
                assert_eq!(essence, expected, "{kind:?} {fault:?} {at}");
            }
        }
    }
}

#[test]
fn what_was_not_answered_is_unknown_and_is_cleared_up_the_next_time() {
    let world = World::with(0..2, ConsumerKind::Mc);
    (1..4).for_each(|at| world.portal.fail(at, Fault::DoneAndClosed));
    let pass = world.pass();
    assert_eq!(pass.failed[0].failure.code, FailureCode::PortalUnreachable);
    assert_eq!((world.count(ItemState::Unknown), world.count(ItemState::Accepted)), (1, 1));
    world.pass();
    assert_eq!(world.count(ItemState::Accepted), 2);
    assert_eq!(world.portal.state().dossiers.len(), 2);
}

#[test]
fn a_rejected_dossier_waits_with_its_reason_and_goes_again_after_correction() {
    let world = World::with(0..2, ConsumerKind::Mc);
    world.portal.fail(1, Fault::Refused("Mã thủ tục đã hết hiệu lực"));
    let pass = world.pass();
    assert_eq!(pass.rejected[0].reason, "[9] Mã thủ tục đã hết hiệu lực");
    let rejected = || world.open().catalog.delivery_items(&world.consumer.name, ItemState::Rejected, 9).unwrap();
    assert_eq!(rejected()[0].reason.as_deref(), Some("[9] Mã thủ tục đã hết hiệu lực"));
    world.pass();
    assert_eq!(world.portal.state().dossiers.len(), 1, "it waits for a person");
    let again = |number| acknowledge::go_again(&world.open(), &world.consumer, &dossier(number), NOW);
    assert_eq!(again(1).unwrap_err().code, FailureCode::NotFound);
    assert_eq!(again(0), Ok(1));
    world.pass();
    assert_eq!((world.count(ItemState::Accepted), world.portal.state().dossiers.len()), (2, 2));
    // A corrected version goes in the place of a rejected one by itself.
    world.seal(1, "hai");
    world.deliver();
    world.portal.fail(1, Fault::Refused("Sai"));
    world.pass();
    world.seal(1, "ba");
    world.deliver();
    assert_eq!(world.count(ItemState::Replaced), 1);
    world.pass();
    assert_eq!((rejected().len(), world.count(ItemState::Accepted)), (0, 3));
}

#[test]
fn a_later_version_is_sent_as_a_change_and_one_that_the_portal_has_from_others_too() {
    for kind in [ConsumerKind::Mc, ConsumerKind::Lgsp] {
        let world = World::with(0..1, kind);
        world.pass();
        world.seal(0, "hai");
        world.deliver();
        let requests = world.portal.requests();
        world.pass();
        // Signing in, the file where it is sent, the change, progress.
        let expected = if kind == ConsumerKind::Mc { 3 } else { 4 };
        assert_eq!(world.portal.requests() - requests, expected);
        assert_eq!((world.count(ItemState::Accepted), world.portal.state().dossiers.len()), (2, 1));
        // Another sender has told of it before.
        let other = World::new(kind);
        let state = stand_in::State { dossiers: [(dossier(0).to_string(), Value::Null)].into(), ..Default::default() };
        std::fs::write(other.folder.path().join("portal.json"), serde_json::to_vec(&state).unwrap()).unwrap();
        let portal = StandIn::start(other.folder.path(), 0);
        let mut consumer = other.consumer.clone();
        consumer.portal.as_mut().unwrap().url = format!("http://{}", portal.address);
        let other = World { portal, consumer, ..other };
        other.seal(0, "một");
        other.deliver();
        other.pass();
        assert_eq!(other.count(ItemState::Accepted), 1);
        assert!(other.portal.state().dossiers[dossier(0).as_str()].is_object());
    }
}

/// Whatever the portal does with one dossier, the others come through, in this pass and in each after it.
#[test]
fn a_dossier_that_the_portal_cannot_digest_keeps_no_other_one_from_it() {
    for kind in [ConsumerKind::Mc, ConsumerKind::Lgsp] {
        let world = World::with(0..3, kind);
        let first = if kind == ConsumerKind::Mc { 1..4 } else { 2..5 };
        first.for_each(|at| world.portal.fail(at, Fault::Broken));
        let pass = world.pass();
        assert_eq!((pass.failed[0].dossier_code.clone(), pass.failed.len()), (dossier(0), 1));
        assert!(pass.stopped.is_none(), "{pass:?}");
        assert_eq!((world.count(ItemState::Unknown), world.count(ItemState::Accepted)), (1, 2));
        let again = acknowledge::go_again(&world.open(), &world.consumer, &dossier(0), NOW);
        assert_eq!((again, world.count(ItemState::Waiting)), (Ok(1), 1), "a person can let it go in another message");
        world.pass();
        assert_eq!(world.count(ItemState::Accepted), 3);
    }
}

#[test]
fn a_portal_in_trouble_is_let_alone_and_what_it_took_before_is_told() {
    let world = World::with(0..1, ConsumerKind::Mc);
    (2..5).for_each(|at| world.portal.fail(at, Fault::Broken));
    assert_eq!(world.pass().failed.len(), 1);
    assert_eq!(world.count(ItemState::Sent), 1);
    (1..6).for_each(|number| drop(world.seal(number, "một")));
    world.deliver();
    (1..10).for_each(|at| world.portal.fail(at, Fault::Broken));
    let pass = world.pass();
    assert_eq!((pass.failed.len(), pass.stopped.map(|failure| failure.code)), (3, Some(FailureCode::PortalUnreachable)));
    assert_eq!([ItemState::Accepted, ItemState::Unknown, ItemState::Waiting].map(|state| world.count(state)), [1, 3, 2]);
    // What was begun stands behind what waits.
    (1..10).for_each(|at| world.portal.fail(at + 2, Fault::Broken));
    world.pass();
    assert_eq!((world.count(ItemState::Waiting), world.count(ItemState::Unknown)), (0, 3));
    assert_eq!(acknowledge::all_go_again(&world.open(), &world.consumer, NOW), Ok(3));
    world.pass();
    assert_eq!(world.count(ItemState::Accepted), 6);
}

#[test]
fn of_progress_that_was_refused_each_entry_is_told_by_itself() {
    let world = World::with(0..3, ConsumerKind::Mc);
    world.portal.fail(4, Fault::Refused("Một bản ghi sai"));
    world.portal.fail(6, Fault::Refused("Sai"));
    let pass = world.pass();
    assert_eq!((pass.accepted, pass.rejected.len(), pass.rejected[0].reason.as_str()), (2, 1, "[9] Sai"));
    assert_eq!((world.count(ItemState::Accepted), world.count(ItemState::Rejected)), (2, 1));
}

#[test]
fn nothing_is_sent_that_lacks_a_field_and_a_dry_run_sends_nothing() {
    let world = World::with(98..100, ConsumerKind::Mc);
    let shown = world.pass_over(None);
    assert_eq!((world.portal.requests(), shown.objects.len()), (0, 1));
    assert_eq!(shown.objects[0]["TaiLieuNop"][0]["TepDinhKemId"], "H38.16-230706-0098.001");
    let pass = world.pass();
    assert_eq!(pass.incomplete[0].dossier_code, dossier(99));
    let fields: Vec<&str> = pass.incomplete[0].lacking.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields.len(), 6, "{fields:?}");
    assert_eq!((world.count(ItemState::Waiting), world.count(ItemState::Accepted)), (1, 1));
    assert!(!world.portal.state().dossiers.contains_key(dossier(99).as_str()));
}

#[test]
fn a_portal_whose_rules_were_changed_says_so_and_the_dossier_waits() {
    let world = World::with(0..1, ConsumerKind::Mc);
    world.portal.require("MaDinhDanhMoi");
    let pass = world.pass();
    assert_eq!(pass.rejected[0].reason, "[7] Thiếu trường MaDinhDanhMoi");
}

#[test]
fn progress_is_told_in_parts_of_ten() {
    let world = World::with(0..23, ConsumerKind::Mc);
    world.pass();
    assert_eq!(world.portal.requests(), 1 + 23 + 3);
    assert_eq!(world.portal.state().progress.len(), 23);
}

#[test]
fn acknowledgements_are_taken_once_and_what_is_not_understood_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(ConsumerKind::Folder);
    let consumer = ConsumerSettings { folder: folder.path().to_owned(), ..world.consumer.clone() };
    let world = World { consumer, ..world };
    let records = [world.seal(0, "một"), world.seal(1, "hai")];
    world.deliver();
    let acks = folder.path().join("acks");
    std::fs::create_dir_all(&acks).unwrap();
    let put = |name: &str, value: &Value| std::fs::write(acks.join(name), value.to_string()).unwrap();
    let take = || acknowledge::take_from_outbox(&world.open(), &world.consumer, NOW).unwrap();
    put(
        "1.json",
        &json!({ "records": [
        { "id": records[0].id, "status": "accepted" },
        { "id": records[1].id, "status": "rejected", "reason": "Thiếu trang 2" }
    ] }),
    );
    assert_eq!(take()[0].records, 2);
    assert_eq!((world.count(ItemState::Accepted), world.count(ItemState::Rejected)), (1, 1));
    assert!(acks.join("done/1.json").exists() && take().is_empty());
    put("1.json", &json!({ "records": [{ "id": records[0].id, "status": "accepted" }] }));
    assert_eq!((take()[0].records, acks.join("done/1.1.json").exists()), (0, true), "said already");
    for (name, wrong) in [
        ("2.json", json!({ "records": [{ "id": records[0].id, "status": "rejected" }] })),
        ("3.json", json!({ "records": [{ "id": records[0].id, "status": "perhaps" }] })),
        (
            "4.json",
            json!({ "records": [{ "id": records[0].id, "status": "rejected", "reason": "x" }, { "id": "r2-".to_owned() + &"0".repeat(64), "status": "accepted" }] }),
        ),
        ("5.json", json!([])),
        (
            "6.json",
            json!({ "records": [{ "id": records[1].id, "status": "accepted" }, { "id": records[1].id, "status": "rejected", "reason": "x" }] }),
        ),
    ] {
        put(name, &wrong);
        let taken = take();
        assert_eq!(taken[0].failure.as_ref().map(|failure| failure.code), Some(FailureCode::AckInvalid), "{name}");
        assert!(acks.join("refused").join(name).exists());
    }
    assert_eq!((world.count(ItemState::Accepted), world.count(ItemState::Rejected)), (1, 1));
}

/// One that says the same twice says it once, and none after it has to wait.
#[test]
fn an_acknowledgement_that_names_a_record_twice_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(ConsumerKind::Folder);
    let consumer = ConsumerSettings { folder: folder.path().to_owned(), ..world.consumer.clone() };
    let world = World { consumer, ..world };
    let record = world.seal(0, "một");
    world.deliver();
    let acks = folder.path().join("acks");
    let take = || acknowledge::take_from_outbox(&world.open(), &world.consumer, NOW);
    assert!(take().unwrap().is_empty(), "it has no such folder");
    std::fs::write(&acks, "").unwrap();
    assert!(take().is_err(), "what is in the way is told");
    std::fs::remove_file(&acks).unwrap();
    std::fs::create_dir_all(&acks).unwrap();
    let one = json!({ "id": record.id, "status": "accepted" });
    std::fs::write(acks.join("1.json"), json!({ "records": [one, one] }).to_string()).unwrap();
    assert_eq!(take().unwrap()[0].records, 1);
    assert_eq!(world.count(ItemState::Accepted), 1);
}

#[test]
fn a_message_has_another_name_when_the_facts_have_changed() {
    let (one, other) = (json!({ "MaHoSo": "a" }), json!({ "MaHoSo": "b" }));
    assert_eq!(named("m", &one), named("m", &one));
    assert!(named("m", &one) != named("m", &other) && named("m", &one) != named("n", &one));
}

/// A paper that was taken out is told only where the portal has a field that says so.
#[test]
fn papers_that_were_taken_out_are_not_told_as_living_ones() {
    let world = World::new(ConsumerKind::Mc);
    let mut record = world.seal(0, "một");
    let gone = record.documents[0].clone();
    let became = None;
    record.voided.push(Voided { document: gone, at: NOW, by: "Lan".into(), reason: None, became });
    let settings = world.consumer.portal.clone().unwrap();
    let known = Known { procedure: json!({ "result_code": "KQ.01" }), ..registered(&dossier(0)) };
    let files = Files { sent: &|_| vec![], told: &|_| 1 };
    let facts =
        |record: &Record, table: &Table| facts::of_dossier(std::slice::from_ref(record), &known, &settings, table, &files);
    let outs = |facts: &Value, list: &str| -> Vec<Value> {
        facts[list].as_array().unwrap().iter().map(|one| one["document"]["is_out"].clone()).collect()
    };
    assert_eq!(outs(&facts(&record, &world.tables.mc), "components"), [false, true]);
    assert_eq!(outs(&facts(&record, &world.tables.lgsp), "components"), [false]);
    let result = Record { kind: RecordKind::Result, ..record.clone() };
    for table in [&world.tables.mc, &world.tables.lgsp] {
        assert_eq!(outs(&facts(&result, table), "results"), [false], "no field of a result says so");
    }
    record.documents.clear();
    assert_eq!(facts(&record, &world.tables.mc)["has_components"], false);
    let made = object::build(&world.tables.mc, "dossier", &facts(&result, &world.tables.mc)).unwrap();
    assert_eq!(made["DanhSachGiayToKetQua"][0]["MaGiayToKetQua"], "KQ.01");
    let settings = PortalSettings { agency: "000.00.16.H38".into(), ..settings.clone() };
    let facts = facts::of_dossier(&[result], &known, &settings, &world.tables.lgsp, &files);
    let made = object::build(&world.tables.lgsp, "dossier", &facts).unwrap();
    assert_eq!(made["DanhSachGiayToKetQua"][0]["MaKetQua"], "KQ.01");
}
