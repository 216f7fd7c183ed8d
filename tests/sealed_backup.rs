//! A backup that is encrypted tells a stranger nothing, gives the repository back to who holds a key, and tells
//! everybody else why not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::backup::sealed;
use crate::support::{CODE_A, Place, Ran, png_page};

/// A key as `age-keygen` makes it: its file and its public half.
fn key(place: &Place, name: &str) -> (PathBuf, String) {
    let file = place.path().join(name);
    let made = Command::new("age-keygen").arg("-o").arg(&file).output().expect("age is installed");
    assert!(made.status.success(), "{made:?}");
    let text = fs::read_to_string(&file).unwrap();
    let public = text.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap();
    (file, public.to_owned())
}

fn target(place: &Place) -> PathBuf {
    place.path().join("backup")
}

fn back_up(place: &Place, keys: &[&str], more: &[&str]) -> Ran {
    thread::sleep(Duration::from_millis(1100));
    let to = target(place);
    let mut command = place.command(&["backup", "--json", to.to_str().unwrap()]);
    command.args(more).env("SOHOA__BACKUP__RECIPIENTS", json!(keys).to_string()).output().unwrap().into()
}

fn restore(place: &Place, more: &[&str], keys: &[&Path]) -> Ran {
    let mut command = place.command(&["restore", "--json", target(place).to_str().unwrap()]);
    keys.iter().for_each(|key| {
        command.arg("--identity").arg(key);
    });
    command.args(more).output().unwrap().into()
}

fn files(root: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(Result::unwrap);
    walk.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

fn refused(ran: Ran, exit: i32, code: &str) {
    let ran = ran.expect_code(exit);
    let told: Value = serde_json::from_str(ran.stderr.lines().next().unwrap_or_default()).unwrap_or_default();
    assert!(ran.stderr.contains(code), "{told} {ran:?}");
}

#[test]
fn only_who_holds_a_key_gets_the_repository_back() {
    let place = sealed();
    let ((first, one), (second, two), (other, _)) = (key(&place, "first"), key(&place, "second"), key(&place, "other"));
    let taken = back_up(&place, &[&one, &two], &[]).expect_code(0).json();
    assert_eq!(taken["findings"], json!([]));
    // Nothing new: nothing is copied, and nobody needed a private key for it.
    let again = back_up(&place, &[&one, &two], &[]).expect_code(0).json();
    assert_eq!((&again["copied"], &again["blobs"]), (&json!(0), &taken["blobs"]));
    for identity in [&first, &second] {
        let checked = restore(&place, &["--check"], &[identity]).expect_code(0).json();
        assert_eq!(checked["findings"], json!([]));
        assert!(checked["blobs"].as_u64().unwrap() >= taken["blobs"].as_u64().unwrap());
    }
    let list = restore(&place, &["--list"], &[&first]).expect_code(0).json();
    assert_eq!(list[0]["snapshot"], again["snapshot"]);

    for more in [&["--check"][..], &["--list"], &["--repository", "/nowhere/at/all"]] {
        refused(restore(&place, more, &[]), 2, "backup-key-missing");
        refused(restore(&place, more, &[&other]), 2, "backup-key-wrong");
    }
    refused(restore(&place, &["--check"], &[&place.path().join("lost")]), 2, "backup-key-missing");
    let no_key = place.path().join("no-key");
    fs::write(&no_key, "age1 something else").unwrap();
    refused(restore(&place, &["--check"], &[&no_key]), 2, "backup-key-missing");

    let root = place.path().join("restored");
    restore(&place, &["--repository", root.to_str().unwrap()], &[&other, &first]).expect_code(0);
    let verified: Ran = place.command(&["verify", "--repository", root.to_str().unwrap()]).output().unwrap().into();
    verified.expect_code(0);
}

#[test]
fn a_stranger_learns_nothing_and_a_strangers_tool_opens_it() {
    let place = sealed();
    let (identity, public) = key(&place, "first");
    back_up(&place, &[&public], &[]).expect_code(0);
    let blobs = place.repository().join("blobs");
    let names: Vec<String> = files(&blobs).iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    let mut opened = Vec::new();
    for path in files(&target(&place)) {
        let bytes = fs::read(&path).unwrap();
        let shown = path.display().to_string();
        assert!(names.iter().all(|name| !shown.contains(name)), "{shown}: a name that tells of the content");
        if shown.ends_with("sohoa-backup.json") || shown.ends_with("/lock") {
            continue;
        }
        assert!(bytes.starts_with(b"age-encryption.org/v1\n"), "{shown}");
        assert!(!bytes.windows(CODE_A.len()).any(|part| part == CODE_A.as_bytes()), "{shown}");
        let plain = Command::new("age").args(["-d", "-i"]).arg(&identity).arg(&path).output().unwrap();
        assert!(plain.status.success(), "{shown}: {plain:?}");
        opened.push(plain.stdout);
    }
    for blob in files(&blobs) {
        assert!(opened.contains(&fs::read(&blob).unwrap()), "{}", blob.display());
    }
    assert!(opened.iter().any(|plain| plain.starts_with(b"SQLite format 3")));
    // Nothing in clear was left where others look.
    assert!(!target(&place).join("partial").exists() || files(&target(&place).join("partial")).is_empty());
}

#[test]
fn each_damaged_file_of_an_encrypted_backup_is_found_and_named() {
    let place = sealed();
    let (identity, public) = key(&place, "first");
    back_up(&place, &[&public], &[]).expect_code(0);
    let check = |code| restore(&place, &["--check"], &[&identity]).expect_code(code);
    check(0);
    for path in files(&target(&place)) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name == "lock" || name == "sohoa-backup.json" {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        for at in [0, 30, bytes.len() / 2, bytes.len() - 1] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 4;
            for content in [&flipped[..], &bytes[..at]] {
                fs::remove_file(&path).unwrap();
                fs::write(&path, content).unwrap();
                let found = restore(&place, &["--check"], &[&identity]);
                let said = format!("{}{}", found.stdout, found.stderr);
                // A head that was changed names another recipient: of what opens all else, that is told.
                let is_key = name == "names.age" || path.parent().unwrap().ends_with("snapshots");
                let is_wrong_key = is_key && found.stderr.contains("backup-key-wrong");
                assert!((found.code == Some(5) || is_wrong_key) && said.contains(&name), "{name} at {at}: {found:?}");
            }
        }
        fs::remove_file(&path).unwrap();
        let gone = restore(&place, &["--check"], &[&identity]);
        let is_snapshot = path.parent().unwrap().ends_with("snapshots");
        assert_eq!(gone.code, Some(if is_snapshot { 6 } else { 5 }), "{name}: {gone:?}");
        fs::write(&path, &bytes).unwrap();
    }
    check(0);
}

#[test]
fn a_backup_does_not_go_on_with_less_or_more_secrecy_than_it_began() {
    let place = sealed();
    let (identity, public) = key(&place, "first");
    refused(back_up(&place, &["age1nonsense"], &[]), 2, "settings-invalid");
    back_up(&place, &[&public], &[]).expect_code(0);
    let before = files(&target(&place));
    refused(back_up(&place, &[], &[]), 2, "backup-encryption");
    assert_eq!(files(&target(&place)), before);
    fs::remove_dir_all(target(&place)).unwrap();
    back_up(&place, &[], &[]).expect_code(0);
    let before = files(&target(&place));
    refused(back_up(&place, &[&public], &[]), 2, "backup-encryption");
    assert_eq!(files(&target(&place)), before);
    // An unencrypted one needs no key; where one is given, an unencrypted one is not what was meant: whoever can write
    // there could have put it in the place of the other.
    restore(&place, &["--check"], &[]).expect_code(0);
    let root = place.path().join("restored");
    for more in [&["--check"][..], &["--list"], &["--repository", root.to_str().unwrap()]] {
        refused(restore(&place, more, &[&identity]), 2, "backup-encryption");
    }
    assert!(!root.exists());
}

/// After a restoration on another machine, or where `upkeep/` was lost.
#[test]
fn a_repository_that_forgot_the_names_goes_on_with_the_key() {
    let place = sealed();
    let ((first, one), (second, two)) = (key(&place, "first"), key(&place, "second"));
    back_up(&place, &[&one], &[]).expect_code(0);
    fs::remove_file(place.repository().join("upkeep/names.json")).unwrap();
    refused(back_up(&place, &[&one], &[]), 2, "backup-key-missing");
    let known = back_up(&place, &[&one], &["--identity", first.to_str().unwrap()]).expect_code(0).json();
    assert_eq!(known["copied"], 0, "{known:#}");
    back_up(&place, &[&one], &[]).expect_code(0);
    // A new key reads what comes from now on; all of it takes both.
    place.put(&format!("{CODE_A}/2.png"), &png_page(3));
    place.run().expect_code(0);
    let more = back_up(&place, &[&two], &[]).expect_code(0).json();
    assert!(more["copied"].as_u64().unwrap() >= 2, "{more:#}");
    let part = restore(&place, &["--check"], &[&second]).expect_code(5).json();
    assert!(part["findings"].as_array().unwrap().len() as u64 >= known["blobs"].as_u64().unwrap(), "{part:#}");
    refused(restore(&place, &["--check"], &[&first]), 2, "backup-key-wrong");
    restore(&place, &["--check"], &[&first, &second]).expect_code(0);
    // The key of the names that the backup lost is put there again.
    fs::remove_file(target(&place).join("names.age")).unwrap();
    refused(restore(&place, &["--check"], &[&first, &second]), 5, "backup-damaged");
    back_up(&place, &[&one], &[]).expect_code(0);
    restore(&place, &["--check"], &[&first, &second]).expect_code(0);
    // So is one that was damaged, for those who can read now, without any private key.
    fs::write(target(&place).join("names.age"), "damaged").unwrap();
    refused(restore(&place, &["--check"], &[&first, &second]), 5, "backup-damaged");
    // The repository that wrote it still knows it.
    let root = place.path().join("restored");
    let mut command = place.command(&["restore", "--repository", root.to_str().unwrap(), target(&place).to_str().unwrap()]);
    command.arg("--identity").arg(&first).arg("--identity").arg(&second);
    command.env("SOHOA__FOLDERS__REPOSITORY", place.repository());
    Ran::from(command.output().unwrap()).expect_code(0);
    back_up(&place, &[&two], &[]).expect_code(0);
    restore(&place, &["--check"], &[&first, &second]).expect_code(0);
    refused(restore(&place, &["--check"], &[&first]), 2, "backup-key-wrong");
}

#[test]
fn killed_encrypted_backups_lose_nothing() {
    let place = sealed();
    let (identity, public) = key(&place, "first");
    for number in 0..10_u32 {
        place.put(&format!("{CODE_A}/more-{number}.png"), &png_page(100 + number));
        place.run().expect_code(0);
        let mut command = place.command(&["backup", "--quiet", target(&place).to_str().unwrap()]);
        let mut backup = command.env("SOHOA__BACKUP__RECIPIENTS", json!([public]).to_string()).spawn().unwrap();
        thread::sleep(Duration::from_millis(u64::from(number) * 7));
        let _ = backup.kill();
        backup.wait().unwrap();
    }
    back_up(&place, &[&public], &[]).expect_code(0);
    restore(&place, &["--check"], &[&identity]).expect_code(0);
}
