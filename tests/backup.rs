//! A backup is proven when it is taken, tells when it is damaged, and gives the repository back.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{CODE_A, CODE_B, Place, copy_folder, png_page};

/// Two sealed dossiers with manifests, and a refused file.
pub fn sealed() -> Place {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("{CODE_B}/tờ khai.png"), &png_page(2));
    place.put(&format!("{CODE_B}/100 %.png"), b"no picture");
    place.run().expect_code(3);
    place
}

fn target(place: &Place) -> PathBuf {
    place.path().join("backup")
}

fn back_up(place: &Place) -> Value {
    place.sohoa(&["backup", "--json", target(place).to_str().unwrap()]).expect_code(0).json()
}

/// Restores into a new folder, whose repository is told.
fn restore(place: &Place, name: &str, more: &[&str]) -> (PathBuf, crate::support::Ran) {
    let root = place.path().join(name);
    let backup = target(place);
    let mut command = place.command(&["restore", "--json", "--repository", root.to_str().unwrap()]);
    let ran = command.arg(backup).args(more).output().unwrap().into();
    (root, ran)
}

/// All files of the backup below a folder.
fn files(place: &Place, folder: &str) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(target(place).join(folder)).sort_by_file_name();
    walk.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file()).map(|entry| entry.into_path()).collect()
}

fn verified(place: &Place, root: &Path) {
    let ran: crate::support::Ran = place.command(&["verify", "--repository", root.to_str().unwrap()]).output().unwrap().into();
    ran.expect_code(0);
}

#[test]
fn a_repository_comes_back_as_it_was() {
    let place = sealed();
    let taken = back_up(&place);
    assert!(taken["copied"].as_u64().unwrap() >= 5, "scans, sealed files and what was refused: {taken:#}");
    assert_eq!(taken["findings"], json!([]));
    let (root, ran) = restore(&place, "restored", &["--by", "Quản trị"]);
    let restored = ran.expect_code(0).json();
    assert_eq!(restored["snapshot"], taken["snapshot"]);
    verified(&place, &root);
    // Everything but what belongs to a process or is made from the rest.
    let content = |root: &Path, folder: &str| {
        let walk = walkdir::WalkDir::new(root.join(folder)).sort_by_file_name();
        let files = walk.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
        files.map(|file| (file.path().strip_prefix(root).unwrap().to_owned(), fs::read(file.path()).unwrap())).collect::<Vec<_>>()
    };
    for folder in ["blobs", "exports", "quarantine", "exceptions"] {
        assert_eq!(content(&root, folder), content(&place.repository(), folder), "{folder}");
    }
    assert_eq!(content(&root, "quarantine").len(), 2, "the refused file and its reason");
    let show = |root: &Path| {
        let ran = place.command(&["show", "--json", CODE_A, "--repository", root.to_str().unwrap()]).output().unwrap();
        // Where the files lie is all that differs.
        crate::support::Ran::from(ran).expect_code(0).stdout.replace(root.to_str().unwrap(), "KHO")
    };
    assert_eq!(show(&root), show(&place.repository()));
    // The chain of acts goes on in the new place.
    let audit = place.command(&["audit", "--json", "--repository", root.to_str().unwrap()]).output().unwrap();
    let audit = crate::support::Ran::from(audit).expect_code(0).json();
    let kinds: Vec<&str> = audit["acts"].as_array().unwrap().iter().map(|act| act["deed"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[kinds.len() - 2..], ["restored", "made_again"], "the act of the backup came after the copy");
    // So does the work.
    let again = place.command(&["run", "--json", "--repository", root.to_str().unwrap(), "--inbox"]).arg(place.inbox()).output();
    let again = crate::support::Ran::from(again.unwrap());
    assert_eq!(again.json()["cost"]["pages_read"], 0, "{again:?}");
}

#[test]
fn only_what_is_new_is_copied_and_old_snapshots_go() {
    let place = sealed();
    let first = back_up(&place);
    let before = files(&place, "blobs");
    thread::sleep(Duration::from_millis(1100));
    let second = back_up(&place);
    assert_eq!((&second["copied"], &second["blobs"]), (&json!(0), &first["blobs"]));
    assert_eq!(second["removed"], json!([first["snapshot"]]), "another one of the same day");
    assert_eq!(files(&place, "blobs"), before);
    assert_eq!((files(&place, "catalogs").len(), files(&place, "snapshots").len()), (1, 1));
    place.put(&format!("{CODE_A}/2.png"), &png_page(3));
    place.run().expect_code(0);
    thread::sleep(Duration::from_millis(1100));
    let third = back_up(&place);
    assert!(third["copied"].as_u64().unwrap() >= 2, "a scan and a sealed file: {third:#}");
    let list = place.sohoa(&["restore", "--list", "--json", target(&place).to_str().unwrap()]).expect_code(0).json();
    assert_eq!(list[0]["snapshot"], third["snapshot"]);
}

#[test]
fn each_damaged_file_of_a_backup_is_found_and_named() {
    let place = sealed();
    back_up(&place);
    let check = |code| place.sohoa(&["restore", "--check", "--json", target(&place).to_str().unwrap()]).expect_code(code).json();
    let sound = check(0);
    let blobs = files(&place, "blobs");
    assert!(sound["blobs"].as_u64().unwrap() >= blobs.len() as u64);
    for path in blobs.iter().chain(&files(&place, "catalogs")) {
        let bytes = fs::read(path).unwrap();
        let mut flipped = bytes.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 4;
        let name = path.file_name().unwrap().to_str().unwrap();
        let changed: [(&str, Option<&[u8]>); 3] =
            [("flipped", Some(&flipped)), ("cut", Some(&bytes[..bytes.len() - 1])), ("gone", None)];
        for (what, content) in changed {
            fs::remove_file(path).unwrap();
            content.into_iter().for_each(|content| fs::write(path, content).unwrap());
            let found = check(5);
            let named =
                found["findings"].as_array().unwrap().iter().any(|one| one["item"]["name"].as_str().unwrap().ends_with(name));
            assert!(named, "{what} {name}: {found:#}");
        }
        fs::write(path, &bytes).unwrap();
    }
    check(0);
    // What describes the snapshot proves itself: each of its bytes counts, but for those that say nothing.
    let described = &files(&place, "snapshots")[0];
    let text = fs::read_to_string(described).unwrap();
    for (was, is) in
        [("file-unknown-type", "file-unknown-typo"), ("\"missing\": 0", "\"missing\": 1"), ("\"digest\": \"", "\"digest\": \"0")]
    {
        assert!(text.contains(was), "{text}");
        fs::write(described, text.replace(was, is)).unwrap();
        let ran = place.sohoa(&["restore", "--check", target(&place).to_str().unwrap()]).expect_code(5);
        assert!(ran.stderr.contains("backup-damaged"), "{was}: {ran:?}");
    }
    fs::write(described, text).unwrap();
    check(0);
}

#[test]
fn what_the_backup_lost_keeps_nothing_else_from_being_restored() {
    let place = sealed();
    back_up(&place);
    let lost = files(&place, "blobs").into_iter().next().unwrap();
    fs::remove_file(&lost).unwrap();
    let (root, ran) = restore(&place, "restored", &[]);
    let restored = ran.expect_code(5).json();
    assert_eq!(restored["findings"].as_array().unwrap().len(), 1, "{restored:#}");
    let there =
        walkdir::WalkDir::new(root.join("blobs")).into_iter().filter(|entry| entry.as_ref().unwrap().file_type().is_file());
    assert!(there.count() > 1);
    // A backup that is taken now mends the old one.
    thread::sleep(Duration::from_millis(1100));
    assert_eq!(back_up(&place)["copied"], 1);
    assert!(lost.exists());
}

#[test]
fn what_the_repository_lost_is_told_and_the_rest_is_backed_up() {
    let place = sealed();
    let blobs = walkdir::WalkDir::new(place.repository().join("blobs"));
    let mut blobs: Vec<_> = blobs.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file()).collect();
    blobs.sort_by_key(|entry| entry.path().to_owned());
    let (gone, changed) = (blobs[0].path(), blobs[1].path());
    fs::remove_file(gone).unwrap();
    let mut bytes = fs::read(changed).unwrap();
    bytes[0] ^= 1;
    fs::set_permissions(changed, fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(changed, bytes).unwrap();
    let taken = place.sohoa(&["backup", "--json", target(&place).to_str().unwrap()]).expect_code(5).json();
    let found: Vec<_> = taken["findings"].as_array().unwrap().iter().map(|one| one["damage"].as_str().unwrap()).collect();
    assert_eq!(found, ["missing", "changed"], "{taken:#}");
    let list = place.sohoa(&["restore", "--list", "--json", target(&place).to_str().unwrap()]).expect_code(0).json();
    assert_eq!(list[0]["missing"], 2);
}

#[test]
fn nothing_is_overwritten_and_no_other_folder_is_taken_for_a_backup() {
    let place = sealed();
    back_up(&place);
    let occupied = place.path().join("occupied");
    fs::create_dir(&occupied).unwrap();
    fs::write(occupied.join("of somebody"), "x").unwrap();
    let (_, ran) = restore(&place, "occupied", &[]);
    assert!(ran.expect_code(2).stderr.contains("restore-not-empty"));
    let (_, ran) = restore(&place, "repository", &[]);
    assert!(ran.expect_code(2).stderr.contains("restore-not-empty"));
    let to = |address: &str, code, expected: &str| {
        let ran = place.sohoa(&["backup", address]).expect_code(code);
        assert!(ran.stderr.contains(expected), "{ran:?}");
    };
    to(occupied.to_str().unwrap(), 6, "backup-missing");
    assert_eq!(fs::read_dir(&occupied).unwrap().count(), 1, "nothing was written there");
    for inside in ["", "sao-luu/2026"] {
        to(place.repository().join(inside).to_str().unwrap(), 2, "backup-address");
    }
    to("s3://kho/../khac", 2, "backup-address");
    let absent = place.path().join("absent");
    let ran = place.sohoa(&["restore", "--check", absent.to_str().unwrap()]).expect_code(6);
    assert!(ran.stderr.contains("backup-missing") && !absent.exists());
    let (_, ran) = restore(&place, "restored", &["--snapshot", "20200101T000000Z"]);
    assert!(ran.expect_code(6).stderr.contains("snapshot-missing"));
    let (_, ran) = restore(&place, "restored", &["--snapshot", "../../x"]);
    ran.expect_code(2);
}

/// What stands in a snapshot as its digest.
fn digest_of(snapshot: &Value) -> String {
    let mut bare = snapshot.clone();
    bare.as_object_mut().unwrap().remove("digest");
    let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 snapshot");
    hasher.update(serde_json_canonicalizer::to_string(&bare).unwrap().as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// A description of a snapshot that somebody else wrote must not write outside the repository.
#[test]
fn a_path_that_leads_out_of_the_repository_is_not_followed() {
    let place = sealed();
    let taken = back_up(&place);
    let described = target(&place).join(format!("snapshots/{}.json", taken["snapshot"].as_str().unwrap()));
    let sound = fs::read_to_string(&described).unwrap();
    for path in ["../stolen", "/tmp/stolen-by-a-backup", "quarantine/../../stolen", ""] {
        let mut snapshot: Value = serde_json::from_str(&sound).unwrap();
        snapshot["files"][0]["path"] = json!(path);
        snapshot["digest"] = json!(digest_of(&snapshot));
        fs::write(&described, snapshot.to_string()).unwrap();
        let (root, ran) = restore(&place, "restored", &[]);
        let said = ran.expect_code(5).stderr;
        assert!(said.contains("backup-damaged") && !said.contains("snapshots/"), "{path}: {said}");
        assert!(!place.path().join("stolen").exists() && !Path::new("/tmp/stolen-by-a-backup").exists());
        fs::remove_dir_all(root).unwrap();
    }
}

/// Whenever a backup or a restoration is killed, what there was before still restores, and the next one
/// goes on.
#[test]
fn killed_backups_and_restorations_lose_nothing() {
    let place = sealed();
    back_up(&place);
    for number in 0..8 {
        place.put(&format!("{CODE_A}/more-{number}.png"), &png_page(100 + number));
        place.run().expect_code(0);
        let mut backup = place.command(&["backup", "--quiet", target(&place).to_str().unwrap()]).spawn().unwrap();
        thread::sleep(Duration::from_millis(u64::from(number) * 7));
        let _ = backup.kill();
        backup.wait().unwrap();
        place.sohoa(&["restore", "--check", target(&place).to_str().unwrap()]).expect_code(0);
    }
    thread::sleep(Duration::from_millis(1100));
    back_up(&place);
    for number in 0..8 {
        let root = place.path().join("restored");
        let mut command = place.command(&["restore", "--quiet", "--repository", root.to_str().unwrap()]);
        let mut restoring = command.arg(target(&place)).spawn().unwrap();
        thread::sleep(Duration::from_millis(number * 7));
        let _ = restoring.kill();
        restoring.wait().unwrap();
    }
    let (root, ran) = restore(&place, "restored", &[]);
    // One of the eight may have come to its end; then it was whole.
    assert!(ran.code == Some(0) || ran.stderr.contains("restore-not-empty"), "{ran:?}");
    assert!(!root.join("sohoa-restore.txt").exists());
    verified(&place, &root);
}

#[test]
fn one_backup_at_a_time_is_written_and_a_batch_goes_on_beside_it() {
    let place = sealed();
    for number in 0..20 {
        place.put(&format!("{CODE_B}/more-{number}.png"), &png_page(200 + number));
    }
    let mut run = place.start_run();
    let mut taken = 0;
    while run.try_wait().unwrap().is_none() {
        back_up(&place);
        taken += 1;
        place.sohoa(&["restore", "--check", target(&place).to_str().unwrap()]).expect_code(0);
        thread::sleep(Duration::from_millis(1000));
    }
    assert!(taken > 0);
    let lock = fs::File::options().read(true).write(true).open(target(&place).join("lock")).unwrap();
    lock.lock().unwrap();
    let refused = place.sohoa(&["backup", target(&place).to_str().unwrap()]).expect_code(4);
    assert!(refused.stderr.contains("repository-locked"), "{refused:?}");
}

/// A copy of the backup restores as well as the backup itself, and reading it writes nothing.
#[test]
fn a_copy_of_a_backup_is_as_good() {
    let place = sealed();
    back_up(&place);
    let copy = place.path().join("copy");
    copy_folder(&target(&place), &copy);
    fs::remove_dir_all(target(&place)).unwrap();
    let names = |folder: &Path| walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).collect::<Vec<_>>().len();
    let before = names(&copy);
    place.sohoa(&["restore", "--check", copy.to_str().unwrap()]).expect_code(0);
    let root = place.path().join("restored");
    let ran = place.command(&["restore", "--repository", root.to_str().unwrap()]).arg(&copy).output().unwrap();
    crate::support::Ran::from(ran).expect_code(0);
    assert_eq!(names(&copy), before);
    verified(&place, &root);
}

/// The names of snapshots are times, and clocks are put back.
#[test]
fn the_newest_snapshot_is_the_one_that_goes_on_from_all_others() {
    let place = sealed();
    back_up(&place);
    let (back, ran) = restore(&place, "back", &[]);
    ran.expect_code(0);
    place.sohoa(&["field", "set", &format!("{CODE_A}.001"), "symbol", "QĐ-UBND"]).expect_code(0);
    thread::sleep(Duration::from_millis(1100));
    let second = back_up(&place)["snapshot"].as_str().unwrap().to_owned();
    let early = "20200101T000000Z";
    assert_eq!(early.len(), second.len(), "{second}");
    for path in files(&place, "").into_iter().filter(|path| path.to_str().unwrap().contains(&second)) {
        fs::rename(&path, path.to_str().unwrap().replace(&second, early)).unwrap();
    }
    let (root, ran) = restore(&place, "restored", &[]);
    assert_eq!(ran.expect_code(0).json()["snapshot"], early);
    verified(&place, &root);
    // What was done from an earlier state on is another future, and its own newest counts.
    thread::sleep(Duration::from_millis(1100));
    let mut again = place.command(&["backup", "--json", "--repository", back.to_str().unwrap()]);
    let third = crate::support::Ran::from(again.arg(target(&place)).output().unwrap()).expect_code(0).json();
    let (_, ran) = restore(&place, "restored again", &[]);
    assert_eq!(ran.expect_code(0).json()["snapshot"], third["snapshot"]);
}
