//! What a worker can no longer do, whoever took it over: see the engine `burglar`.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::thread;

use nix::libc;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter};

use crate::support::{CODE_A, Place, Ran, exceptions, png_page};

/// What seccomp forbids (to connect, listen, start a program, signal the parent, change a file's
/// rights, cut it short) and what Landlock does (to read, write and remove files elsewhere); a thread
/// ("luồng") is always allowed.
const CALLS: [&str; 6] = ["nối", "nghe", "chạy", "hiệu", "quyền", "cắt"];
const FILES: [&str; 3] = ["đọc", "ghi", "xóa"];

/// Lets the burglar in under this setting; tells what it got away with, and what the run said.
fn loot(confinement: &str) -> (Vec<String>, Ran) {
    let place = Place::with_engine("burglar");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    for name in ["secret", "victim"] {
        fs::write(place.path().join(name), name).unwrap();
    }
    let door = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let mut command = place.run_command(&["--lang", "en"]);
    command.env("SOHOA__WORKERS__CONFINEMENT", confinement).env("BURGLAR_SECRET", "mật khẩu");
    // Left open for whatever is started, as a careless shell does.
    let left_open = nix::fcntl::open(&place.path().join("secret"), nix::fcntl::OFlag::O_RDONLY, nix::sys::stat::Mode::empty());
    let _left_open = left_open.unwrap();
    let port = door.local_addr().unwrap().port();
    let hint = format!("{}:{port}", place.path().display());
    command.env("SOHOA__RECOGNISE__LANGUAGE", hint);
    let ran = Ran::from(command.output().unwrap()).expect_code(0);
    let text = place.sohoa(&["show", CODE_A, "--text"]).expect_code(0).stdout;
    // The last word is made from the pixels.
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    assert_eq!(words.pop().map(|word| word.len()), Some(8), "{text}");
    (words, ran)
}

fn words(lists: &[&[&str]]) -> Vec<String> {
    lists.concat().into_iter().map(str::to_owned).collect()
}

/// Does `work` as on a kernel without Landlock: whatever it starts sees none.
fn without_landlock<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let rules = BTreeMap::from([(libc::SYS_landlock_create_ruleset, Vec::new())]);
    let answer = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let architecture = TargetArch::try_from(std::env::consts::ARCH).unwrap();
    let filter: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, answer, architecture).unwrap().try_into().unwrap();
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            apply_filter(&filter).unwrap();
            work()
        });
        thread.join().unwrap()
    })
}

/// Whether this kernel has Landlock; a test that needs it says so where there is none.
#[expect(clippy::print_stderr, reason = "whoever reads the outcome must know what was not tested")]
fn has_landlock() -> bool {
    let doctor = Place::with_engine("stub").sohoa(&["doctor", "--lang", "en"]).expect_code(0).stdout;
    let has = doctor.contains("Landlock ABI");
    if !has {
        eprintln!("this kernel has no Landlock: only seccomp is tested\n{doctor}");
    }
    has
}

#[test]
fn a_worker_that_is_taken_over_gets_away_with_nothing() {
    // First that the tries are real: all of them work where nothing is forbidden.
    let (free, ran) = loot("off");
    assert_eq!(free, words(&[&["luồng"], &CALLS, &FILES]));
    assert!(ran.stderr.contains("not fully confined"), "{}", ran.stderr);
    let (held, ran) = loot("best-effort");
    if has_landlock() {
        assert_eq!(held, words(&[&["luồng"]]));
        assert!(!ran.stderr.contains("not fully confined"), "{}", ran.stderr);
        assert_eq!(loot("required").0, words(&[&["luồng"]]));
    } else {
        assert_eq!(held, words(&[&["luồng"], &FILES]));
    }
}

#[test]
fn a_kernel_without_landlock_is_named_and_still_keeps_the_network_out() {
    let (held, ran) = without_landlock(|| loot("best-effort"));
    assert_eq!(held, words(&[&["luồng"], &FILES]));
    assert!(ran.stderr.contains("not fully confined") && ran.stderr.contains("Landlock"), "{}", ran.stderr);
    let place = Place::with_engine("stub");
    for (language, said) in [("vi", "Landlock và seccomp"), ("en", "Landlock and seccomp")] {
        let doctor = without_landlock(|| place.sohoa(&["doctor", "--lang", language])).expect_code(0).stdout;
        assert!(doctor.contains("! ") && doctor.contains(said), "{doctor}");
    }
}

#[test]
fn a_run_that_requires_confinement_does_not_start_without_it() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    let run = || {
        let mut command = place.run_command(&["--lang", "en"]);
        Ran::from(command.env("SOHOA__WORKERS__CONFINEMENT", "required").output().unwrap())
    };
    let refused = without_landlock(run).expect_code(7);
    assert!(refused.stderr.contains("[worker-unconfined]") && refused.stderr.contains("Landlock"), "{}", refused.stderr);
    assert!(place.inbox().join(CODE_A).join("1.png").exists());
    if has_landlock() {
        let report = run().expect_code(0).json();
        assert!(exceptions(&report).is_empty(), "{report:#}");
    }
}

#[test]
fn tesseract_reads_in_its_confinement() {
    reads_a_paragraph(&Place::with_tesseract());
}

/// With Tesseract for one of its lines.
#[test]
fn our_reader_reads_in_its_confinement() {
    reads_a_paragraph(&Place::with_own_reader());
}

fn reads_a_paragraph(place: &Place) {
    let page = fs::read(crate::support::project_file("tests/fixtures/read/paragraph-200dpi.jpg")).unwrap();
    place.put(&format!("{CODE_A}/1.jpg"), &page);
    place.run().expect_code(0);
    let text = place.sohoa(&["show", CODE_A, "--text"]).expect_code(0).stdout;
    assert!(text.contains("hoạt động trong giờ hành chính"), "{text}");
}
