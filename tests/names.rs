//! What may lie in an inbox besides well-named scans: links, sockets, strange names, and files that
//! change while they are read.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use sohoa::repository::{Mode, PutError, Repository};
use unicode_normalization::UnicodeNormalization;

use crate::support::{CODE_A, CODE_B, Place, Ran, exceptions, expect_ledger, png_page, settle};

fn quarantine(place: &Place, code: &str) -> PathBuf {
    place.repository().join("quarantine").join(code)
}

/// The names in a folder, reasons apart.
fn names(folder: &Path) -> (BTreeSet<Vec<u8>>, usize) {
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().as_bytes().to_vec());
    let (reasons, files): (BTreeSet<_>, BTreeSet<_>) = all.partition(|name: &Vec<u8>| name.ends_with(b".reason.json"));
    (files, reasons.len())
}

#[test]
fn sockets_and_links_are_refused_as_what_they_are() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    let folder = place.inbox().join(CODE_A);
    let outside = place.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.png"), png_page(2)).unwrap();
    let _socket = UnixListener::bind(folder.join("socket.png")).unwrap();
    symlink("nothing.png", folder.join("dangling.png")).unwrap();
    symlink("loop-b.png", folder.join("loop-a.png")).unwrap();
    symlink("loop-a.png", folder.join("loop-b.png")).unwrap();
    symlink("self.png", folder.join("self.png")).unwrap();
    symlink(&outside, folder.join("folder")).unwrap();
    // By way of a link that is in the inbox itself.
    symlink(folder.join("folder/secret.png"), folder.join("roundabout.png")).unwrap();
    symlink("/dev/zero", folder.join("endless.png")).unwrap();
    // These two stay inside: what they point to is taken up by itself, once.
    symlink("1.png", folder.join("inside.png")).unwrap();
    symlink("..", folder.join("round-and-round")).unwrap();

    let report = place.run().expect_code(3).json();
    expect_ledger(&report, 9, 1, 0, 0, 8);
    let codes = exceptions(&report);
    assert_eq!(codes[&format!("{CODE_A}/socket.png")], "file-not-regular");
    let links = ["dangling.png", "loop-a.png", "loop-b.png", "self.png", "folder", "roundabout.png", "endless.png"];
    for link in links {
        assert_eq!(codes[&format!("{CODE_A}/{link}")], "link-outside", "{link}");
        let moved = quarantine(&place, "link-outside").join(CODE_A).join(link);
        assert!(fs::symlink_metadata(&moved).unwrap().is_symlink(), "{link} is moved as a link");
    }
    assert_eq!(report["left_files"], 2);
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1, "nothing is moved out of a linked folder");
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    assert_eq!(shown["records"][0]["documents"].as_array().unwrap().len(), 1);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn names_of_255_bytes_are_taken_in_and_set_aside_like_others() {
    let place = Place::with_engine("stub");
    let longest = |ending: &str, letter: &str| {
        let mut name = letter.repeat((255 - ending.len()) / letter.len());
        name.push_str(&"x".repeat(255 - ending.len() - name.len()));
        name + ending
    };
    let good = longest(".png", "ế");
    let bad = [longest(".jpg", "ế"), longest(".pdf", "a"), longest("", "ộ")];
    for name in bad.iter().chain([&good]) {
        assert_eq!(name.len(), 255);
    }
    place.put(&format!("{CODE_A}/{good}"), &png_page(1));
    for round in ["first", "second"] {
        for name in &bad {
            place.put(&format!("{CODE_A}/{name}"), format!("{round} is no picture").as_bytes());
        }
        let report = place.run().expect_code(3).json();
        assert_eq!(report["ledger"]["refused"], 3, "{report:#}");
        assert_eq!(fs::read_dir(place.inbox().join(CODE_A)).unwrap().count(), 1, "only the good one stays");
    }
    let aside = quarantine(&place, "file-unknown-type").join(CODE_A);
    let (files, reasons) = names(&aside);
    assert_eq!((files.len(), reasons), (6, 6));
    let contents: Vec<String> =
        files.iter().map(|name| fs::read_to_string(aside.join(OsStr::from_bytes(name))).unwrap()).collect();
    assert_eq!(contents.iter().filter(|text| text.starts_with("first")).count(), 3, "{contents:?}");
    for name in &bad {
        assert!(files.contains(name.as_bytes()));
    }
    // Each reason names its file in full.
    let named: BTreeSet<String> = fs::read_dir(&aside)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".reason.json"))
        .map(|path| serde_json::from_slice::<Value>(&fs::read(path).unwrap()).unwrap()["moves_to"].as_str().unwrap().to_owned())
        .collect();
    let lying: BTreeSet<String> = files.iter().map(|name| aside.join(OsStr::from_bytes(name)).display().to_string()).collect();
    assert_eq!(named, lying);
    // What was sealed is handed out under a name of its own.
    let copies = place.path().join("copies");
    place.sohoa(&["show", CODE_A, "--pdf", copies.to_str().unwrap()]).expect_code(0);
    assert!(copies.join(format!("{CODE_A}.001.pdf")).exists());
}

#[test]
fn names_in_either_normal_form_mean_the_same() {
    let place = Place::with_engine("stub");
    let results: String = "Kết-Quả".nfd().collect();
    let accepted: String = "chấp-nhận".nfd().collect();
    assert_ne!(results, "Kết-Quả");
    place.put(&format!("{results}/{CODE_A}/quyết định.png"), &png_page(1));
    place.put(&format!("kết-quả/{CODE_A}/2.png"), &png_page(2));
    place.put(&format!("{CODE_B}/{accepted}/3.png"), &png_page(3));
    let mut command = place.run_command(&[]);
    // So high a floor that only an accepted paper is taken.
    let strict = command.env("SOHOA__QUALITY__SMALLEST_LETTER_PIXELS", "4.5").output().unwrap();
    let report = Ran::from(strict).json();
    let dossiers: Vec<_> = report["dossiers"].as_array().unwrap().iter().map(|line| (&line["code"], &line["kind"])).collect();
    assert!(dossiers.contains(&(&Value::from(CODE_A), &Value::from("result"))), "{report:#}");
    assert!(dossiers.contains(&(&Value::from(CODE_B), &Value::from("dossier"))), "{report:#}");
    assert_eq!(dossiers.len(), 2, "one result folder, however it is spelt: {report:#}");
    assert_eq!(report["ledger"]["sealed"], 3, "{report:#}");
}

#[test]
fn names_that_are_not_utf_8_are_moved_byte_for_byte() {
    let place = Place::with_engine("stub");
    let folder = place.inbox().join(CODE_A);
    fs::create_dir(&folder).unwrap();
    // TCVN3 and Latin-1, and two that look the same once what is wrong in them is replaced.
    let strange: [&[u8]; 4] = [b"qu\xfdt \xae\xb5nh.png", b"d\xe9cision.png", b"a\xfe.png", b"a\xff.png"];
    for (name, number) in strange.iter().zip(0..) {
        fs::write(folder.join(OsStr::from_bytes(name)), png_page(number)).unwrap();
    }
    // A sound name in such a folder.
    let inner = folder.join(OsStr::from_bytes(b"h\xf4 s\xac"));
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("1.png"), png_page(9)).unwrap();
    for entry in walkdir::WalkDir::new(&folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file()) {
        settle(entry.path());
    }
    let report = place.run().expect_code(3).json();
    expect_ledger(&report, 5, 0, 0, 0, 5);
    assert!(report["exceptions"].as_array().unwrap().iter().all(|line| line["failure"]["code"] == "name-invalid"));
    assert_eq!(exceptions(&report).len(), 5, "each has a line of its own: {report:#}");
    assert!(exceptions(&report).contains_key(&format!("{CODE_A}/d\\xE9cision.png")), "{report:#}");
    let aside = quarantine(&place, "name-invalid").join(CODE_A);
    let (files, reasons) = names(&aside);
    let expected: BTreeSet<Vec<u8>> = strange.iter().chain([&b"h\xf4 s\xac".as_slice()]).map(|name| name.to_vec()).collect();
    assert_eq!(files, expected);
    assert_eq!(reasons, 4);
    for (name, number) in strange.iter().zip(0..) {
        assert!(fs::read(aside.join(OsStr::from_bytes(name))).unwrap() == png_page(number));
    }
    assert!(aside.join(OsStr::from_bytes(b"h\xf4 s\xac/1.png")).exists());
}

#[test]
fn names_equal_but_for_case_or_normal_form_are_two_files() {
    let place = Place::with_engine("stub");
    let composed = "đơn đề nghị.png";
    let decomposed: String = composed.nfd().collect();
    for (name, number) in ["A.PNG", "a.png", composed, &decomposed].into_iter().zip(1..) {
        place.put(&format!("{CODE_A}/{name}"), &png_page(number));
        place.put(&format!("{CODE_B}/{name}"), format!("no picture {number}").as_bytes());
    }
    let report = place.run().expect_code(3).json();
    expect_ledger(&report, 8, 4, 0, 0, 4);
    let aside = quarantine(&place, "file-unknown-type").join(CODE_B);
    let (files, reasons) = names(&aside);
    assert_eq!((files.len(), reasons), (4, 4), "{files:?}");
    for (name, number) in ["A.PNG", "a.png", composed, &decomposed].into_iter().zip(1..) {
        assert_eq!(fs::read_to_string(aside.join(name)).unwrap(), format!("no picture {number}"));
        let reason: Value = serde_json::from_slice(&fs::read(aside.join(format!("{name}.reason.json"))).unwrap()).unwrap();
        assert_eq!(reason["file"], format!("{CODE_B}/{name}"));
    }
}

#[test]
fn a_reason_put_back_with_its_file_is_never_written_over() {
    let place = Place::with_engine("stub");
    place.put("x.jpg", b"no picture");
    place.put("x.jpg.reason.json", b"a note of somebody");
    // Twice: a file of that name may be there from another night.
    for _ in 0..2 {
        place.run().expect_code(3);
        place.put("x.jpg", b"no picture");
        place.put("x.2.jpg", b"no picture either");
    }
    let (files, reasons) = names(&quarantine(&place, "file-unknown-type"));
    assert_eq!(files.len(), 4, "{files:?}");
    assert_eq!(reasons, 3 + 1);
    let note = quarantine(&place, "file-unknown-type").join("x.jpg.reason.json.refused");
    assert_eq!(fs::read_to_string(note).unwrap(), "a note of somebody");
}

#[test]
fn strange_names_are_shown_without_steering_anything() {
    let place = Place::with_engine("stub");
    let strange = [
        "new\nline",
        "carriage\rreturn",
        "tab\tand\u{1b}[2Jescape\u{1b}]0;title\u{7}",
        "\u{9b}31mc1",
        "right\u{202e}gnp.left",
        "mark\u{200f}s\u{2066}",
        "-rf",
        "--help",
        "dots..",
        "up\\..\\..\\etc",
        " spaces at the ends ",
        "$(reboot)`reboot`;'\"",
        "%s%n{name}",
    ];
    for (name, number) in strange.into_iter().zip(1..) {
        place.put(&format!("{CODE_A}/{name}.png"), &png_page(number));
        place.put(&format!("{CODE_B}/{name}"), b"no picture");
    }
    let mut runs = vec![place.sohoa(&["run", "--dry-run", "--inbox", place.inbox().to_str().unwrap()])];
    let mut command = place.command(&["run", "--lang", "en", "-vv", "--inbox"]);
    runs.push(command.arg(place.inbox()).output().unwrap().into());
    for arguments in [
        &["report"][..],
        &["report", "--json"],
        &["show"],
        &["show", CODE_A],
        &["show", CODE_A, "--json"],
        &["show", CODE_A, "--text"],
        &["search", "quyet dinh"],
        &["search", "quyet dinh", "--json"],
        &["verify"],
    ] {
        runs.push(place.sohoa(arguments).expect_code(0));
    }
    // Form feeds part the pages of a text.
    let steers = |c: char| (c.is_control() && !matches!(c, '\n' | '\u{c}')) || matches!(c, '\u{200f}' | '\u{202e}' | '\u{2066}');
    for ran in &runs {
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains(steers), "{text:?}");
            assert!(!text.lines().any(|line| line.starts_with("line")), "a name begins a line of its own: {text}");
        }
    }
    let report = place.sohoa(&["report", "--json"]).expect_code(0).json();
    let sealed = strange.len() as u64;
    expect_ledger(&report, 2 * sealed, sealed, 0, 0, sealed);
    // Data say the names as they are.
    let paths: BTreeSet<&str> =
        report["exceptions"].as_array().unwrap().iter().map(|line| line["path"].as_str().unwrap()).collect();
    for name in strange {
        assert!(paths.contains(format!("{CODE_B}/{name}").as_str()), "{name:?}: {paths:?}");
        let aside = quarantine(&place, "file-unknown-type").join(CODE_B).join(name);
        assert!(aside.exists(), "{}", aside.display());
    }
}

/// A page with so many bytes behind it that reading it takes a while; they cost no disk.
const LARGE: u64 = 160 << 20;

/// What somebody does to a file that is being read.
type Meddle = fn(&Path);

const MEDDLERS: [(&str, Meddle); 4] = [
    ("append", |path| File::options().append(true).open(path).unwrap().write_all(b"more").unwrap()),
    ("truncate", |path| {
        let length = png_page(1).len() as u64;
        File::options().write(true).open(path).unwrap().set_len(length).unwrap();
    }),
    ("overwrite", |path| {
        // The date is set back, as by copiers that keep dates.
        let mut file = File::options().write(true).open(path).unwrap();
        file.seek(SeekFrom::Start(LARGE - 1000)).unwrap();
        file.write_all(b"other").unwrap();
        settle(path);
    }),
    ("replace", |path| {
        let other = path.with_extension("tmp");
        fs::write(&other, png_page(2)).unwrap();
        fs::rename(other, path).unwrap();
    }),
];

#[test]
fn a_file_that_changes_while_it_is_read_is_left_for_the_next_run() {
    for (name, meddle) in MEDDLERS {
        let place = Place::with_engine("stub");
        let path = place.put(&format!("{CODE_A}/1.png"), &png_page(1));
        File::options().write(true).open(&path).unwrap().set_len(LARGE).unwrap();
        settle(&path);
        let run = place.run_command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // As soon as the program has the file open, and reading it takes long.
        let opened = PathBuf::from(format!("/proc/{}/fd", run.id()));
        let deadline = Instant::now() + Duration::from_secs(60);
        let is_open = || {
            let mut links = fs::read_dir(&opened).into_iter().flatten().flatten();
            links.any(|link| fs::read_link(link.path()).is_ok_and(|target| target == path))
        };
        while !is_open() {
            assert!(Instant::now() < deadline, "{name}: the file is not opened");
        }
        meddle(&path);
        let ran = Ran::from(run.wait_with_output().unwrap());
        let report = ran.expect_code(0).json();
        expect_ledger(&report, 0, 0, 0, 0, 0);
        assert_eq!(report["left_files"], 1, "{name}: {report:#}");
        assert!(path.exists());

        settle(&path);
        let report = place.run().expect_code(0).json();
        expect_ledger(&report, 1, 1, 0, 0, 0);
        let stored = blobs(&place).into_iter().filter(|blob| !blob.starts_with(b"%PDF")).collect::<Vec<_>>();
        assert!(stored.len() == 1 && stored[0] == fs::read(&path).unwrap(), "{name}: what is stored is the last version");
    }
}

fn blobs(place: &Place) -> Vec<Vec<u8>> {
    let walk = walkdir::WalkDir::new(place.repository().join("blobs")).into_iter().map(Result::unwrap);
    walk.filter(|entry| entry.file_type().is_file()).map(|entry| fs::read(entry.path()).unwrap()).collect()
}

#[test]
fn while_somebody_replaces_a_file_only_whole_versions_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::open(&folder.path().join("kho"), Mode::Create).unwrap();
    let path = folder.path().join("scan.png");
    let versions = [vec![1_u8; 3 << 20], vec![2_u8; 3 << 20], vec![3_u8; 1 << 20]];
    fs::write(&path, &versions[0]).unwrap();
    let done = AtomicBool::new(false);
    let (mut stored, mut changed) = (0, 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            // Each version whole in the place of the one before, as scanners and copiers do it.
            let unfinished = folder.path().join("scan.part");
            for version in versions.iter().cycle() {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                fs::write(&unfinished, version).unwrap();
                fs::rename(&unfinished, &path).unwrap();
            }
        });
        let deadline = Instant::now() + Duration::from_secs(120);
        while (stored < 10 || changed < 10) && Instant::now() < deadline {
            match repository.blobs.put_file(&path) {
                Ok(_) => stored += 1,
                Err(PutError::Changed) => changed += 1,
                Err(error) => panic!("{error}"),
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(stored >= 10 && changed >= 10, "{stored} stored, {changed} found changed");
    for blob in walkdir::WalkDir::new(folder.path().join("kho/blobs")).into_iter().map(Result::unwrap) {
        if blob.file_type().is_file() {
            let bytes = fs::read(blob.path()).unwrap();
            assert!(versions.contains(&bytes), "a mixture of {} bytes was stored", bytes.len());
        }
    }
}
