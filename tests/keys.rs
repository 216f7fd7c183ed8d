//! Signed manifests: what an integrator does with the tool minisign, and what becomes of lost keys and files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use serde_json::Value;

use crate::support::{CODE_A, CODE_B, Place, png_page};

/// Asks the program minisign whether a file beside which a `.sig` lies is signed by this key.
fn minisign(public: &Path, signed: &Path) -> (bool, String) {
    let mut signature = signed.as_os_str().to_owned();
    signature.push(".sig");
    let mut command = Command::new("minisign");
    command.arg("-V").arg("-p").arg(public).arg("-m").arg(signed).arg("-x").arg(signature);
    let ran = command.output().expect("minisign is installed by make test");
    (ran.status.success(), String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr))
}

#[test]
fn an_integrator_verifies_manifests_with_minisign_before_and_after_a_rotation() {
    let place = Place::with_engine("stub");
    let public = |name: &str, arguments: &[&str]| {
        let path = place.path().join(name);
        fs::write(&path, place.sohoa(arguments).expect_code(0).stdout).unwrap();
        path
    };
    let first = public("1.pub", &["key", "new", "--by", "Văn thư", "--reason", "bắt đầu ký"]);
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.run().expect_code(0);
    let second = public("2.pub", &["key", "rotate"]);
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    place.run().expect_code(0);
    let exports = place.repository().join("exports");
    let [one, two] = ["000001.json", "000002.json"].map(|name| exports.join(name));
    let (is_good, told) = minisign(&first, &one);
    assert!(is_good && told.contains("sohoa manifest 000001.json sha256:"), "{told}");
    assert!(minisign(&second, &two).0);
    assert!(!minisign(&second, &one).0 && !minisign(&first, &two).0, "by the other key");
    let copy = place.path().join("copy.json");
    fs::write(&copy, fs::read_to_string(&one).unwrap().replacen("\"version\":1", "\"version\":2", 1)).unwrap();
    fs::copy(exports.join("000001.json.sig"), place.path().join("copy.json.sig")).unwrap();
    assert!(!minisign(&first, &copy).0, "a changed manifest");

    let keys = place.sohoa(&["key", "list", "--json"]).expect_code(0).json();
    let told: Vec<(&Value, &Value)> =
        keys.as_array().unwrap().iter().map(|key| (&key["state"], &key["signed"][0])).collect();
    assert_eq!(told, [(&"retired".into(), &1.into()), (&"active".into(), &2.into())]);
    let id = keys[0]["id"].as_str().unwrap();
    let private = place.repository().join("keys").join(format!("{id}.key"));
    assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o600);
    let acts = place.sohoa(&["audit", "--lang", "en"]).expect_code(0).stdout;
    assert!(acts.contains("bắt đầu ký") && acts.contains(&format!("signing key {id}: retired")), "{acts}");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn verify_names_signatures_that_are_gone_or_forged_and_repair_brings_them_back() {
    let place = Place::with_one_sealed_page();
    place.sohoa(&["key", "new"]).expect_code(0);
    place.sohoa(&["export"]).expect_code(0);
    place.sohoa(&["verify"]).expect_code(0);
    let signature = place.repository().join("exports/000001.json.sig");
    let whole = fs::read_to_string(&signature).unwrap();
    fs::remove_file(&signature).unwrap();
    place.sohoa(&["verify"]).expect_code(5);
    place.sohoa(&["repair"]).expect_code(0);
    assert_eq!(fs::read_to_string(&signature).unwrap(), whole);
    fs::write(&signature, whole.replace("000001", "000002")).unwrap();
    let found = place.sohoa(&["verify", "--lang", "en"]).expect_code(5).stdout;
    assert!(found.contains("000001.json.sig"), "{found}");
    place.sohoa(&["repair"]).expect_code(0);
    assert_eq!(fs::read_to_string(&signature).unwrap(), whole);

    // Whoever makes the row anew, with a digest that fits, has not the key.
    let db = Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    db.execute("UPDATE signing_key SET content = replace(content, 'active', 'retired'), row_digest = NULL", []).unwrap();
    let found = place.sohoa(&["verify", "--lang", "en"]).expect_code(5).stdout;
    assert!(found.contains("is not as act"), "{found}");
}

#[test]
fn a_lost_private_key_ends_the_export_with_its_code_and_a_new_one_signs_the_rest() {
    let place = Place::with_one_sealed_page();
    place.sohoa(&["key", "new"]).expect_code(0);
    fs::remove_dir_all(place.repository().join("keys")).unwrap();
    let ran = place.sohoa(&["export", "--lang", "en"]);
    assert!(ran.stderr.contains("[key-missing]") && ran.stderr.contains("sohoa key rotate"), "{}", ran.stderr);
    place.sohoa(&["key", "new"]).expect_code(2);
    place.sohoa(&["key", "rotate"]).expect_code(0);
    place.sohoa(&["export"]).expect_code(0);
    assert!(place.repository().join("exports/000001.json.sig").exists());
    place.sohoa(&["verify"]).expect_code(0);
}
