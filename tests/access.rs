//! Who may read, who works beside whom, and what leaves the repository.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::{CODE_A, CODE_B, Place, Ran, landscape_page, png_page};

/// An account that owns nothing.
const NOBODY: u32 = 65534;

/// Copies of repositories that nobody can write to, and a program that everybody can start.
struct ReadOnly {
    folder: TempDir,
}

impl ReadOnly {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_sohoa"), folder.path().join("sohoa")).unwrap();
        Self { folder }
    }

    /// Copies a repository without these files of it, and takes all rights to write away.
    fn copy(&self, repository: &Path, name: &str, without: &[&str]) -> PathBuf {
        let copy = self.folder.path().join(name);
        assert!(Command::new("cp").arg("-a").args([repository, &copy]).status().unwrap().success());
        for file in without {
            fs::remove_file(copy.join(file)).unwrap();
        }
        for entry in walkdir::WalkDir::new(&copy) {
            let entry = entry.unwrap();
            let mode = if entry.file_type().is_dir() { 0o555 } else { 0o444 };
            fs::set_permissions(entry.path(), Permissions::from_mode(mode)).unwrap();
        }
        copy
    }

    /// Runs the program as somebody else: the superuser may write everywhere.
    fn sohoa(&self, repository: &Path, arguments: &[&str]) -> Ran {
        let mut command = Command::new(self.folder.path().join("sohoa"));
        command.args(arguments).env_clear().env("SOHOA_REPOSITORY", repository).current_dir("/");
        if nix::unistd::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().unwrap().into()
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        for entry in walkdir::WalkDir::new(self.folder.path()).into_iter().flatten().filter(|entry| entry.file_type().is_dir()) {
            let _ = fs::set_permissions(entry.path(), Permissions::from_mode(0o755));
        }
    }
}

/// All names below a folder with their sizes and what is in small ones.
fn state(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    entries.map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap_or_default())).collect()
}

/// Asserts that every verb that reads works on `repository` and changes nothing there.
fn expect_readable(reader: &ReadOnly, repository: &Path) {
    let before = state(repository);
    let hits = reader.sohoa(repository, &["search", "quyet dinh", "--json"]).expect_code(0).json()["hits"].clone();
    assert_eq!(hits.as_array().unwrap().len(), 1, "{}", repository.display());
    reader.sohoa(repository, &["show"]).expect_code(0);
    reader.sohoa(repository, &["show", CODE_A, "--text"]).expect_code(0);
    reader.sohoa(repository, &["report"]).expect_code(0);
    let verified = reader.sohoa(repository, &["verify", "--json"]).expect_code(0).json();
    assert_eq!(verified["findings"], serde_json::json!([]), "{}", repository.display());
    assert!(reader.sohoa(repository, &["export"]).code != Some(0), "{}", repository.display());
    assert!(state(repository) == before, "{} was written to", repository.display());
}

#[test]
fn an_account_without_rights_reads_all_and_writes_nothing() {
    let place = Place::with_one_sealed_page();
    let reader = ReadOnly::new();
    for (name, without) in [
        ("whole", &[][..]),
        ("catalog alone", &["catalog.sqlite-wal", "catalog.sqlite-shm"]),
        ("without shared memory", &["catalog.sqlite-shm"]),
        ("without locks", &["index/.tantivy-meta.lock", "index/.tantivy-writer.lock"]),
    ] {
        expect_readable(&reader, &reader.copy(&place.repository(), name, without));
    }
}

#[test]
fn a_copy_made_while_somebody_writes_is_read_with_all_that_was_written() {
    let place = Place::with_one_sealed_page();
    let catalog = Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    catalog.execute_batch("CREATE TABLE later (x); DROP TABLE later").unwrap();
    assert!(fs::metadata(place.repository().join("catalog.sqlite-wal")).unwrap().len() > 0);
    let reader = ReadOnly::new();
    for (name, without) in [("whole", &[][..]), ("without shared memory", &["catalog.sqlite-shm"])] {
        expect_readable(&reader, &reader.copy(&place.repository(), name, without));
    }
}

#[test]
fn a_batch_locks_its_inbox_and_not_the_repository() {
    let place = Place::with_one_sealed_page();
    // A batch that does not end by itself.
    let hanging = Place::with_engine("hang");
    hanging.put(&format!("{CODE_B}/1.png"), &landscape_page(1));
    let over = |inbox: &Path| {
        let mut command = hanging.command(&["run", "--json", "--jobs", "1", "--inbox"]);
        command
            .arg(inbox)
            .env("SOHOA_REPOSITORY", place.repository())
            .env("SOHOA__WORKERS__PAGE_SECONDS", "3600")
            .env("SOHOA__WORKERS__PAGE_WALL_SECONDS", "3600");
        command
    };
    let mut batch = over(&hanging.inbox()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let running = || place.sohoa(&["report", "--json"]).expect_code(0).json()["state"] == "running";
    while !running() {
        assert!(Instant::now() < deadline, "the batch did not begin");
        thread::sleep(Duration::from_millis(20));
    }
    let locked = Ran::from(over(&hanging.inbox()).output().unwrap()).expect_code(4);
    assert!(locked.stderr.contains("[repository-locked]"), "{}", locked.stderr);
    // People, exports and a batch over another inbox go on.
    let scan = place.path().join("late.png");
    fs::write(&scan, png_page(7)).unwrap();
    let insert = ["page", "insert", CODE_A, "--document", "1", "--page", "2", "--scan", scan.to_str().unwrap()];
    place.sohoa(&insert).expect_code(0);
    place.sohoa(&["export"]).expect_code(0);
    place.put(&format!("{CODE_A}/2.png"), &png_page(2));
    place.run().expect_code(0);
    assert!(batch.try_wait().unwrap().is_none(), "the batch was to be still at work");
    batch.kill().unwrap();
    batch.wait().unwrap();
    place.sohoa(&["verify"]).expect_code(0);
    let shown = place.sohoa(&["show", "--json"]).expect_code(0).json();
    assert_eq!(shown[0]["version"], 3, "both changes are there: {shown:#}");
}

#[test]
fn a_run_does_not_empty_the_folder_that_tmp_leads_to() {
    let place = Place::with_one_sealed_page();
    let mine = place.path().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("thesis"), "mine").unwrap();
    let tmp = place.repository().join("tmp");
    fs::remove_dir(&tmp).unwrap();
    symlink(&mine, &tmp).unwrap();
    place.run().expect_code(8);
    assert!(mine.join("thesis").exists());
}

#[test]
fn a_file_that_is_not_what_was_sealed_is_not_handed_out() {
    let place = Place::with_one_sealed_page();
    place.put(&format!("{CODE_A}/2.png"), &png_page(2));
    place.run().expect_code(0);
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let files = shown["records"].as_array().unwrap().last().unwrap()["files"].as_array().unwrap().clone();
    let blob = PathBuf::from(files[1]["path"].as_str().unwrap());
    let mut bytes = fs::read(&blob).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::set_permissions(&blob, Permissions::from_mode(0o644)).unwrap();
    fs::write(&blob, bytes).unwrap();
    let target = place.path().join("out");
    let ran = place.sohoa(&["show", CODE_A, "--pdf", target.to_str().unwrap()]).expect_code(5);
    assert!(ran.stderr.contains(&format!("{CODE_A}.002.pdf")), "{}", ran.stderr);
    assert_eq!(fs::read_dir(&target).unwrap().count(), 0, "not even the sound one");
}

#[test]
fn a_name_in_the_catalog_leads_nowhere() {
    let place = Place::with_one_sealed_page();
    let catalog = Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    let name = format!("\"name\":\"{CODE_A}.001.pdf\"");
    let planted = "UPDATE record SET content = replace(content, ?1, '\"name\":\"../../x.pdf\"')";
    assert_eq!(catalog.execute(planted, [name]).unwrap(), 1);
    drop(catalog);
    let target = place.path().join("a/b");
    let _ = place.sohoa(&["show", CODE_A, "--pdf", target.to_str().unwrap()]);
    assert!(!place.path().join("x.pdf").exists());
    let names: Vec<_> = fs::read_dir(&target).into_iter().flatten().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| *name == *format!("{CODE_A}.001.pdf")), "{names:?}");
}

#[test]
fn another_file_or_link_under_the_name_stays() {
    let place = Place::with_one_sealed_page();
    let (target, outside) = (place.path().join("out"), place.path().join("outside.pdf"));
    let name = format!("{CODE_A}.001.pdf");
    let hand_out = || place.sohoa(&["show", CODE_A, "--pdf", target.to_str().unwrap()]);
    hand_out().expect_code(0);
    hand_out().expect_code(0);
    let content = fs::read(target.join(&name)).unwrap();
    assert!(content.starts_with(b"%PDF"));
    fs::write(target.join(&name), "mine").unwrap();
    hand_out().expect_code(8);
    assert_eq!(fs::read(target.join(&name)).unwrap(), b"mine");
    fs::remove_file(target.join(&name)).unwrap();
    symlink(&outside, target.join(&name)).unwrap();
    hand_out().expect_code(8);
    assert!(!outside.exists());
    assert_eq!(fs::read_dir(&target).unwrap().count(), 1, "nothing unfinished is left");
}

#[test]
fn another_paper_under_the_name_size_and_date_of_the_first_is_taken_in() {
    let place = Place::with_engine("stub");
    let name = format!("{CODE_A}/IMG_0001.bmp.tif");
    let page = |number| {
        let image = image::load_from_memory(&png_page(number)).unwrap().into_luma8();
        crate::support::tiff_of(&[image])
    };
    let path = place.put(&name, &page(1));
    let before = fs::metadata(&path).unwrap();
    let report = place.run().expect_code(0).json();
    assert_eq!(report["ledger"]["sealed"], 1);
    let report = place.run().expect_code(0).json();
    assert_eq!((&report["unchanged_files"], &report["ledger"]["scanned"]), (&1.into(), &0.into()));
    for again in [false, true] {
        // Once in the same file, once in a new one under the old name.
        if again {
            fs::remove_file(&path).unwrap();
        }
        place.put(&name, &page(2 + u32::from(again)));
        let now = fs::metadata(&path).unwrap();
        assert_eq!((now.len(), now.modified().unwrap()), (before.len(), before.modified().unwrap()));
        let report = place.run().expect_code(0).json();
        assert_eq!(report["ledger"]["sealed"], 1, "{report:#}");
    }
}

#[test]
fn a_loose_scan_that_is_done_with_is_not_asked_again_unless_the_rules_change() {
    let place = Place::with_engine("stub");
    let sample = fs::read(crate::support::project_file("samples/inbox/scan-0007.jpg")).unwrap();
    place.put("scan-0007.jpg", &sample);
    let report = place.run().expect_code(0).json();
    assert_eq!(report["ledger"]["sealed"], 1, "{report:#}");
    let catalog = Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    let rules = || catalog.query_row("SELECT rules FROM placement", [], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let first = rules();
    let report = place.run().expect_code(0).json();
    assert_eq!((&report["unchanged_files"], &report["ledger"]["scanned"]), (&1.into(), &0.into()));
    assert_eq!(rules(), first);
    let again = place.run_command(&[]).env("SOHOA__STACKS__DOCUMENTS", "file").output().unwrap();
    assert_eq!(Ran::from(again).expect_code(0).json()["unchanged_files"], 1);
    assert!(rules() != first, "it was looked at by the new rules");
}

#[test]
fn manifests_are_cut_at_a_number_of_records() {
    let place = Place::with_engine("stub");
    for number in 0..5 {
        place.put(&format!("H38.16-230706-{number:04}/1.png"), &png_page(number));
    }
    let ran = Ran::from(place.run_command(&[]).env("SOHOA__EXPORT__RECORDS_PER_MANIFEST", "2").output().unwrap());
    let report = ran.expect_code(0).json();
    assert_eq!(report["manifest"], "000003.json");
    let exports = place.repository().join("exports");
    let records = |name: &str| {
        let bytes = fs::read(exports.join(name)).unwrap();
        sohoa::stages::publish::validate(&bytes).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        manifest["records"].as_array().unwrap().len()
    };
    assert_eq!(["000001.json", "000002.json", "000003.json"].map(records), [2, 2, 1]);
    assert_eq!(place.exported().len(), 5);
    place.sohoa(&["verify"]).expect_code(0);
    let exported = place.sohoa(&["export", "--json"]).expect_code(0).json();
    assert_eq!((&exported["manifest"], &exported["manifests"]), (&serde_json::Value::Null, &serde_json::json!([])));
}

#[test]
fn a_manifest_that_is_not_what_was_prepared_is_not_released() {
    let place = Place::with_one_sealed_page();
    let manifest = place.repository().join("exports/000001.json");
    fs::remove_file(&manifest).unwrap();
    let catalog = Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    catalog.execute("UPDATE manifest SET sha256 = zeroblob(32)", []).unwrap();
    place.sohoa(&["export"]).expect_code(5);
    assert!(!manifest.exists());
    catalog.execute("UPDATE manifest SET bytes = bytes - 1", []).unwrap();
    place.sohoa(&["export"]).expect_code(5);
    assert!(!manifest.exists());
}

#[test]
fn a_list_is_shown_in_pieces() {
    let place = Place::with_engine("stub");
    for number in 0..4 {
        place.put(&format!("H38.16-230706-{number:04}/1.png"), &png_page(number));
    }
    place.put("ket-qua/H38.16-230706-0001/1.png", &png_page(9));
    place.run().expect_code(0);
    let codes = |arguments: &[&str]| -> Vec<String> {
        let listed = place.sohoa(&[&["show", "--json"], arguments].concat()).expect_code(0).json();
        let listed = listed.as_array().unwrap().clone();
        listed.iter().map(|record| record["dossier_code"].as_str().unwrap()[14..].to_owned()).collect()
    };
    assert_eq!(codes(&[]), ["0000", "0001", "0001", "0002", "0003"]);
    assert_eq!(codes(&["--limit", "2"]), ["0000", "0001"]);
    assert_eq!(codes(&["--after", "h38.16-230706-0001"]), ["0002", "0003"]);
    assert_eq!(codes(&["--after", "H38.16-230706-0000", "--limit", "1"]), ["0001"]);
    assert_eq!(codes(&["--after", "X"]), Vec::<String>::new());
    let text = place.sohoa(&["show", "--limit", "3"]).expect_code(0).stdout;
    assert_eq!(text.lines().count(), 3, "{text}");
}
