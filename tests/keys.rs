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
    let told: Vec<(&Value, &Value)> = keys.as_array().unwrap().iter().map(|key| (&key["state"], &key["signed"][0])).collect();
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
fn verify_misses_signatures_and_items_whose_rows_are_gone() {
    let place = Place::with_engine("stub");
    let settings = place.path().join("sohoa.toml");
    fs::write(&settings, "[[consumers]]\nname = \"kho\"\n").unwrap();
    let sohoa = |arguments: &[&str]| place.sohoa(&[&["--config", settings.to_str().unwrap()], arguments].concat());
    sohoa(&["key", "new"]).expect_code(0);
    for (code, number) in [(CODE_A, 1), (CODE_B, 2)] {
        place.put(&format!("{code}/1.png"), &png_page(number));
        place.run().expect_code(0);
        sohoa(&["export"]).expect_code(0);
    }
    sohoa(&["verify"]).expect_code(0);
    let catalog = place.repository().join("catalog.sqlite");
    let whole = fs::read(&catalog).unwrap();
    for (statement, told) in [
        ("DELETE FROM manifest_signature WHERE consumer = '' AND sequence = 1", "no signature of it is kept"),
        ("DELETE FROM delivery_item WHERE sequence = 1", "how far it has come is kept nowhere"),
        (
            "UPDATE delivery_item SET sequence = 2, content = replace(content, '\"sequence\":1', '\"sequence\":2'), row_digest = NULL",
            "which does not tell of it",
        ),
        (
            "UPDATE manifest_signature SET signature = (SELECT signature FROM manifest_signature WHERE consumer = 'kho' AND sequence = 2) \
             WHERE consumer = 'kho' AND sequence = 1",
            "no signature of this manifest",
        ),
    ] {
        let db = Connection::open(&catalog).unwrap();
        assert!(db.execute(statement, []).unwrap() > 0, "{statement}");
        drop(db);
        let found = sohoa(&["verify", "--lang", "en"]).expect_code(5).stdout;
        assert!(found.contains(told), "{statement}: {found}");
        fs::write(&catalog, &whole).unwrap();
    }
    sohoa(&["verify"]).expect_code(0);
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

/// A bag as RFC 8493 has it, looked at without a line of ours: all that is listed is there with its hash, and
/// nothing else.
fn assert_bag(folder: &Path) {
    for algorithm in ["sha256", "sha512"] {
        for list in ["manifest", "tagmanifest"] {
            let ran = Command::new(format!("{algorithm}sum"))
                .args(["--check", "--strict", "--quiet"])
                .arg(format!("{list}-{algorithm}.txt"))
                .current_dir(folder)
                .output()
                .unwrap();
            assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        }
    }
    let bagit = fs::read_to_string(folder.join("bagit.txt")).unwrap();
    assert_eq!(bagit, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
    let ran = Command::new("find").args(["data", "-type", "f"]).current_dir(folder).output().unwrap();
    let found = String::from_utf8(ran.stdout).unwrap().lines().count();
    assert_eq!(fs::read_to_string(folder.join("manifest-sha512.txt")).unwrap().lines().count(), found);
}

#[test]
fn a_bundle_holds_what_its_manifests_name_and_is_a_bag_for_others() {
    let place = Place::with_engine("stub");
    place.sohoa(&["key", "new"]).expect_code(0);
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.run().expect_code(0);
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    place.run().expect_code(0);
    let to = place.path().join("goi");
    let made = place.sohoa(&["export", "--bundle", to.to_str().unwrap(), "--by", "Lan", "--json"]).expect_code(0).json();
    assert_eq!((&made["manifests"], &made["records"], &made["files"]), (&2.into(), &2.into(), &4.into()));
    assert_bag(&to);
    for sequence in [1, 2] {
        let path = to.join(format!("data/manifests/{sequence:06}.json"));
        let manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let key = fs::read_dir(to.join("data/keys")).unwrap().next().unwrap().unwrap().path();
        assert!(minisign(&key, &path).0);
        let document = &manifest["records"][0]["documents"][0];
        for (file, ending) in [(&document["file"], "pdf"), (&document["source"], "png")] {
            let sha256 = file["sha256"].as_str().unwrap();
            let path = to.join(format!("data/files/{}/{sha256}.{ending}", &sha256[..2]));
            assert_eq!(fs::metadata(path).unwrap().len(), file["bytes"].as_u64().unwrap());
        }
    }
    let zip = place.path().join("goi-zip/hai.zip");
    place.sohoa(&["export", "--bundle", zip.to_str().unwrap(), "--from", "2", "--part-mb", "1"]).expect_code(0);
    let ran = Command::new("python3").arg("-m").arg("zipfile").arg("-e").arg(&zip).arg(place.path()).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_bag(&place.path().join("hai"));
    assert!(!place.path().join("hai/data/manifests/000001.json").exists());
    let acts = place.sohoa(&["audit", "--lang", "en"]).expect_code(0).stdout;
    assert!(acts.contains("bundled manifests 1–2 into") && acts.contains("Lan ("), "{acts}");
    place.sohoa(&["export", "--bundle", to.to_str().unwrap(), "--from", "7"]).expect_code(6);
    place.sohoa(&["verify"]).expect_code(0);
}

/// What a consumer fetches is compared for as long as it lies there, and made good.
#[test]
fn a_changed_file_in_an_outbox_is_found_and_put_right_and_one_that_was_taken_is_not_missed() {
    let place = Place::with_engine("stub");
    let settings = place.path().join("sohoa.toml");
    fs::write(&settings, "[[consumers]]\nname = \"kho\"\n").unwrap();
    let sohoa = |arguments: &[&str]| place.sohoa(&[&["--config", settings.to_str().unwrap()], arguments].concat());
    sohoa(&["key", "new"]).expect_code(0);
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.run().expect_code(0);
    sohoa(&["export"]).expect_code(0);
    for name in ["000001.json", "000001.json.sig"] {
        let path = place.repository().join("outbox/kho").join(name);
        let whole = fs::read(&path).unwrap();
        let mut changed = whole.clone();
        changed[20] ^= 4;
        fs::write(&path, &changed).unwrap();
        let ran = sohoa(&["verify", "--lang", "en"]).expect_code(5);
        assert!(ran.stdout.contains(path.to_str().unwrap()), "{}", ran.stdout);
        sohoa(&["repair"]).expect_code(0);
        assert!(fs::read(&path).unwrap() == whole, "{name}");
        fs::remove_file(&path).unwrap();
        sohoa(&["verify"]).expect_code(0);
    }
}
