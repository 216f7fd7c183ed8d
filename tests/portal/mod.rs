//! Consumers and portals, as the people of the centre and integrators meet them.

mod pieces;
mod stand_in;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::support::{CODE_A, CODE_B, Place, Ran, png_page};
use stand_in::{Fault, StandIn};

/// A place with a portal and a consumer that fetches, and what the register says of two dossiers.
struct World {
    place: Place,
    portal: StandIn,
    config: PathBuf,
}

impl World {
    fn new(kind: &str) -> Self {
        let place = Place::with_engine("stub");
        let portal = StandIn::start(place.path(), 0);
        let (config, password) = (place.path().join("sohoa.toml"), place.path().join("password"));
        fs::write(&password, "bí mật\n").unwrap();
        let text = format!(
            "[[consumers]]\nname = \"kho\"\n\n[[consumers]]\nname = \"cong\"\nkind = \"{kind}\"\n[consumers.portal]\n\
             url = \"http://{}\"\nusername = \"sohoa\"\npassword_file = {password:?}\nagency = \"000.00.16.H38\"\n\
             timeout_seconds = 2.0\ntries = 2\npause_seconds = 0.0\nrequests_per_second = 0.0\n",
            portal.address
        );
        fs::write(&config, text).unwrap();
        Self { place, portal, config }
    }

    /// The register's rows of dossiers with these codes.
    fn register(&self, codes: &[&str]) {
        let row = |code: &&str| {
            json!({
                "MaHoSo": code, "MaTTHC": "1.005129", "TenTTHC": "Đăng ký khai sinh", "MaLinhVuc": "G06", "TenLinhVuc": "Hộ tịch",
                "NgayTiepNhan": "20230706083000", "TrangThaiHoSo": "10", "ChuHoSo": "Nguyễn Thị Mẫu", "LoaiDoiTuong": "1"
            })
            .to_string()
        };
        let file = self.place.path().join("so.jsonl");
        fs::write(&file, codes.iter().map(row).collect::<Vec<_>>().join("\n")).unwrap();
        self.sohoa(&["register", "import", file.to_str().unwrap()]).expect_code(0);
    }

    fn seal(&self, code: &str, page: u32) {
        self.place.put(&format!("{code}/{page}.png"), &png_page(page));
        let mut command = self.place.run_command(&[]);
        Ran::from(command.env("SOHOA_CONFIG", &self.config).output().unwrap()).expect_code(0);
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.place.command(arguments);
        command.env("SOHOA_CONFIG", &self.config);
        command
    }

    fn sohoa(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    fn counts(&self, consumer: &str) -> Value {
        self.sohoa(&["portal", "status", "--consumer", consumer, "--json"]).expect_code(0).json()[0]["records"].clone()
    }

    fn outbox(&self) -> PathBuf {
        self.place.repository().join("outbox/kho")
    }
}

#[test]
fn a_dossier_of_the_register_goes_to_the_portal_with_all_that_it_asks_for() {
    for kind in ["mc", "lgsp"] {
        let world = World::new(kind);
        world.seal(CODE_A, 1);
        let lacking = world.sohoa(&["portal", "send", "--dry-run", "--lang", "en"]).expect_code(3);
        assert!(lacking.stdout.contains("MaTTHC: missing; from the register"), "{}", lacking.stdout);
        assert_eq!(world.portal.requests(), 0);
        world.register(&[CODE_A]);
        let shown = world.sohoa(&["portal", "send", "--dry-run", "--json"]).expect_code(0).json();
        let object = &shown[0]["objects"][0];
        assert_eq!((&object["MaTTHC"], &object["MaHoSo"]), (&json!("1.005129"), &json!(CODE_A)), "{shown:#}");
        assert_eq!(world.portal.requests(), 0);
        world.sohoa(&["portal", "send", "--by", "Lan"]).expect_code(0);
        let state = world.portal.state();
        assert_eq!(state.dossiers[CODE_A]["MaHoSo"], CODE_A);
        assert_eq!((state.progress.len(), state.files.len()), (1, usize::from(kind == "lgsp")));
        assert_eq!(world.counts("cong"), json!({ "accepted": 1 }));
        let requests = world.portal.requests();
        world.sohoa(&["portal", "send"]).expect_code(0);
        assert_eq!(world.portal.requests(), requests, "nothing is sent twice");
        let acts = world.sohoa(&["audit", "--lang", "en"]).expect_code(0).stdout;
        assert!(acts.contains("sent to cong: accepted") && acts.contains("Lan ("), "{acts}");
        world.sohoa(&["verify"]).expect_code(0);
    }
}

#[test]
fn how_things_stand_tells_what_consumers_said_and_what_they_did_not() {
    let world = World::new("mc");
    world.seal(CODE_A, 1);
    world.register(&[CODE_A]);
    let delivered = || -> Vec<Value> {
        let status: Value = serde_json::from_str(&world.sohoa(&["status", "--json"]).stdout).unwrap();
        let checks = status["checks"].as_array().unwrap().iter().map(|check| check["check"].clone());
        checks.filter(|check| check["subject"] == "deliveries").collect()
    };
    let [kho, cong] = &delivered()[..] else { panic!("{:#?}", delivered()) };
    assert_eq!((&kho["seen"]["consumer"], &kho["seen"]["answered"]), (&json!("kho"), &Value::Null));
    assert_eq!((&cong["seen"]["waiting"], &cong["seen"]["days"], &cong["health"]), (&json!(1), &json!(0), &json!("good")));
    world.portal.fail(1, Fault::Refused("Mã thủ tục đã hết hiệu lực"));
    world.sohoa(&["portal", "send"]).expect_code(3);
    let rejected = &delivered()[1];
    assert_eq!((&rejected["seen"]["rejected"], &rejected["health"]), (&json!(1), &json!("warning")), "{rejected:#}");
    assert!(rejected["seen"]["answered"].is_string());
    let text = world.sohoa(&["status", "--lang", "en"]).expect_code(3).stdout;
    assert!(text.contains("! Deliveries: cong: 0 to be sent, 0 not answered, 1 rejected"), "{text}");
    assert!(text.contains("sohoa portal status --repository") && text.contains("--consumer cong"), "{text}");
    world.sohoa(&["portal", "retry", "cong", "--all"]).expect_code(0);
    world.sohoa(&["portal", "send"]).expect_code(0);
    assert_eq!(delivered()[1]["health"], "good");
}

#[test]
fn a_rejected_dossier_is_told_with_its_reason_and_goes_again() {
    let world = World::new("mc");
    world.seal(CODE_A, 1);
    world.register(&[CODE_A]);
    world.portal.fail(1, Fault::Refused("Mã thủ tục đã hết hiệu lực"));
    let ran = world.sohoa(&["portal", "send"]).expect_code(3);
    assert!(ran.stdout.contains("bị từ chối: [9] Mã thủ tục đã hết hiệu lực"), "{}", ran.stdout);
    let status = world.sohoa(&["portal", "status"]).expect_code(0).stdout;
    assert!(status.contains("Mã thủ tục đã hết hiệu lực") && status.contains("sohoa portal retry cong"), "{status}");
    world.sohoa(&["portal", "send"]).expect_code(0);
    assert!(world.portal.state().dossiers.is_empty(), "it waits for a person");
    world.sohoa(&["portal", "retry", "cong", CODE_A, "--reason", "đã sửa mã thủ tục"]).expect_code(0);
    world.sohoa(&["portal", "send"]).expect_code(0);
    assert_eq!(world.counts("cong"), json!({ "accepted": 1 }));
    world.sohoa(&["portal", "retry", "cong", CODE_A]).expect_code(6);
    world.sohoa(&["verify"]).expect_code(0);
}

/// The first portal's password has run out, so to say; the second gets its dossiers.
#[test]
fn what_is_wrong_with_one_portal_keeps_no_other_one_from_its_dossiers() {
    let world = World::new("mc");
    let text = fs::read_to_string(&world.config).unwrap();
    let other = text.split("[[consumers]]").last().unwrap().replace("\"cong\"", "\"a-truoc\"").replace("/password", "/none");
    fs::write(&world.config, format!("[[consumers]]{other}\n{text}")).unwrap();
    world.seal(CODE_A, 1);
    world.register(&[CODE_A]);
    let ran = world.sohoa(&["portal", "send", "--json"]);
    let passes = ran.json();
    assert_eq!((&passes[0]["stopped"]["code"], &passes[1]["accepted"]), (&json!("portal-login"), &json!(1)), "{passes:#}");
    assert_ne!(ran.code, Some(0));
    assert_eq!(world.counts("cong"), json!({ "accepted": 1 }));
    world.sohoa(&["portal", "retry", "cong"]).expect_code(2);
    world.sohoa(&["portal", "retry", "cong", "--all"]).expect_code(0);
}

#[test]
fn two_do_not_send_to_a_portal_at_once() {
    let world = World::new("mc");
    world.seal(CODE_A, 1);
    world.register(&[CODE_A]);
    let lock = fs::File::create(world.place.repository().join("locks/portal-cong")).unwrap();
    lock.lock().unwrap();
    assert_ne!(world.sohoa(&["portal", "send"]).code, Some(0));
    assert_eq!(world.portal.requests(), 0);
    drop(lock);
    world.sohoa(&["portal", "send"]).expect_code(0);
    assert_eq!(world.counts("cong"), json!({ "accepted": 1 }));
}

/// What a consumer says may change, and the acts tell the last of it.
#[test]
fn a_consumer_that_gives_another_reason_damages_nothing() {
    let world = World::new("mc");
    world.seal(CODE_A, 1);
    let first: Value = serde_json::from_slice(&fs::read(world.outbox().join("000001.json")).unwrap()).unwrap();
    let acks = world.outbox().join("acks");
    fs::create_dir_all(&acks).unwrap();
    for reason in ["Thiếu trang 2", "Thiếu trang 3"] {
        let said = json!({ "records": [{ "id": first["records"][0]["id"], "status": "rejected", "reason": reason }] });
        fs::write(acks.join("1.json"), said.to_string()).unwrap();
        world.sohoa(&["portal", "acknowledge"]).expect_code(0);
        world.sohoa(&["verify"]).expect_code(0);
    }
}

/// Killed for good right after the portal has done what it was asked, wherever that was.
#[test]
fn a_sender_that_is_killed_leaves_the_portal_as_one_that_is_not() {
    let world = |kind| {
        let world = World::new(kind);
        world.seal(CODE_A, 1);
        world.seal(CODE_B, 2);
        world.register(&[CODE_A, CODE_B]);
        world
    };
    let undisturbed = world("lgsp");
    undisturbed.sohoa(&["portal", "send"]).expect_code(0);
    let expected = undisturbed.portal.state().essence();
    let killed = world("lgsp");
    let mut kills = 0;
    // The token, then for each dossier its file and itself, then progress: whatever is left of it.
    for at in [1, 2, 1, 3, 2, 1] {
        killed.portal.calm();
        let last = killed.portal.requests() + at;
        killed.portal.fail(at, Fault::Late(std::time::Duration::from_secs(5)));
        let mut command = killed.command(&["portal", "send"]);
        let mut child: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while killed.portal.requests() <= last && child.try_wait().unwrap().is_none() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        kills += u32::from(killed.portal.requests() > last);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    killed.portal.calm();
    killed.sohoa(&["portal", "send"]).expect_code(0);
    assert!(kills >= 4, "{kills}");
    assert_eq!(killed.portal.state().essence(), expected);
    killed.sohoa(&["verify"]).expect_code(0);
}

/// An integrator who fetches: takes manifests in their order, says what became of them, sees a correction.
#[test]
fn a_consumer_that_fetches_acknowledges_by_files_and_gets_the_correction_of_what_it_rejected() {
    let world = World::new("mc");
    world.seal(CODE_A, 1);
    world.seal(CODE_B, 2);
    let read = |number: u32| -> Value {
        serde_json::from_slice(&fs::read(world.outbox().join(format!("{number:06}.json"))).unwrap()).unwrap()
    };
    let [first, second] = [read(1), read(2)];
    assert_eq!((&first["records"][0]["dossier_code"], &second["records"][0]["dossier_code"]), (&json!(CODE_A), &json!(CODE_B)));
    let acks = world.outbox().join("acks");
    fs::create_dir_all(&acks).unwrap();
    let said = json!({ "records": [
        { "id": first["records"][0]["id"], "status": "accepted" },
        { "id": second["records"][0]["id"], "status": "rejected", "reason": "Sai tiêu đề" }
    ] });
    fs::write(acks.join("1.json"), said.to_string()).unwrap();
    world.sohoa(&["portal", "acknowledge"]).expect_code(0);
    assert_eq!(world.counts("kho"), json!({ "accepted": 1, "rejected": 1 }));
    let name = format!("{CODE_B}.001");
    world.sohoa(&["field", "set", &name, "title", "Đơn đề nghị cấp lại", "--by", "Lan"]).expect_code(0);
    world.sohoa(&["export"]).expect_code(0);
    let third = read(3);
    assert_eq!(third["records"][0]["supersedes"], second["records"][0]["id"]);
    assert_eq!(world.counts("kho"), json!({ "accepted": 1, "replaced": 1, "sent": 1 }));
    fs::write(acks.join("2.json"), "{}").unwrap();
    let ran = world.sohoa(&["portal", "acknowledge", "--lang", "en"]).expect_code(3);
    assert!(ran.stdout.contains("refused/2.json") && ran.stdout.contains("ack-invalid"), "{}", ran.stdout);
    world.sohoa(&["verify"]).expect_code(0);
    assert!(Path::new(&world.outbox().join("000003.json")).exists());
}
