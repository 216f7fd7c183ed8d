//! What a run must stand: bad files, bad folders, bad engines, full disks.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{CODE_A, CODE_B, Place, exceptions, expect_ledger, landscape_page, png_page, two_page_pdf};

/// A PNG whose header claims 60,000 × 60,000 pixels.
fn huge_png() -> Vec<u8> {
    let mut bytes = png_page(1);
    // The header's chunk begins after the 8-byte signature: length, type, width, height, ….
    bytes[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn reason(place: &Place, code: &str, name: &str) -> serde_json::Value {
    let path = place.repository().join("quarantine").join(code).join(format!("{name}.reason.json"));
    serde_json::from_slice(&fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).unwrap()
}

#[test]
fn every_bad_file_gets_its_code_and_the_rest_is_sealed() {
    let place = Place::with_engine("stub");
    let sound = two_page_pdf();
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("{CODE_B}/sound.pdf"), &sound);
    place.put(&format!("{CODE_A}/empty.jpg"), b"");
    place.put(&format!("{CODE_A}/cut.pdf"), &sound[..sound.len() / 3]);
    place.put(&format!("{CODE_A}/huge.png"), &huge_png());
    place.put(&format!("{CODE_A}/text.jpg"), "đây chỉ là chữ".as_bytes());
    let encrypted = place.path().join("encrypted.pdf");
    let plain = place.path().join("plain.pdf");
    fs::write(&plain, &sound).unwrap();
    let made = Command::new("qpdf")
        .args(["--encrypt", "secret", "secret", "256", "--"])
        .args([&plain, &encrypted])
        .status()
        .expect("qpdf is needed: make test installs it");
    assert!(made.success());
    place.put(&format!("{CODE_A}/locked.pdf"), &fs::read(&encrypted).unwrap());
    place.put("nobody.png", &png_page(2));
    fs::write(place.path().join("outside.png"), png_page(3)).unwrap();
    symlink(place.path().join("outside.png"), place.inbox().join(CODE_A).join("link.png")).unwrap();
    assert!(Command::new("mkfifo").arg(place.inbox().join("pipe.png")).status().unwrap().success());

    let ran = place.run().expect_code(3);
    let report = ran.json();
    let codes = exceptions(&report);
    let expected = [
        (format!("{CODE_A}/empty.jpg"), "file-empty"),
        (format!("{CODE_A}/cut.pdf"), "file-damaged"),
        (format!("{CODE_A}/huge.png"), "image-too-large"),
        (format!("{CODE_A}/text.jpg"), "file-unknown-type"),
        (format!("{CODE_A}/locked.pdf"), "pdf-encrypted"),
        (format!("{CODE_A}/link.png"), "link-outside"),
        ("nobody.png".to_owned(), "dossier-unknown"),
        ("pipe.png".to_owned(), "file-not-regular"),
    ];
    for (path, code) in &expected {
        assert_eq!(codes.get(path).map(String::as_str), Some(*code), "{path}: {codes:?}");
    }
    assert_eq!(codes.len(), expected.len(), "{codes:?}");
    // Each refused file counts as one page.
    expect_ledger(&report, 3 + 1 + 7, 3, 0, 1, 7);

    for (path, code) in expected.iter().filter(|(_, code)| *code != "dossier-unknown") {
        let reason = reason(&place, code, path);
        assert_eq!(reason["code"], *code);
        assert!(!reason["remedy"]["en"].as_str().unwrap().is_empty());
        let moved = place.repository().join("quarantine").join(code).join(path);
        assert!(fs::symlink_metadata(&moved).is_ok(), "{} is not there", moved.display());
        assert!(fs::symlink_metadata(place.inbox().join(path)).is_err(), "{path} is still in the inbox");
    }
    assert!(place.inbox().join("nobody.png").exists(), "what waits for a person stays");
    assert!(place.path().join("outside.png").exists());
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_folder_without_permission_is_named_and_the_rest_is_sealed() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    let closed = place.inbox().join(CODE_B);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).unwrap();
    // Root may enter any folder, so the program runs as nobody there.
    let mut command = place.run_command(&[]);
    if nix::unistd::Uid::effective().is_root() {
        use std::os::unix::process::CommandExt;
        for path in [place.path().to_owned(), place.inbox(), place.inbox().join(CODE_A)] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
        }
        // The programs may lie where nobody cannot go: run a copy.
        let program = place.path().join("program");
        fs::copy(command.get_program(), &program).unwrap();
        let mut copy = Command::new(&program);
        copy.args(command.get_args());
        copy.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        copy.uid(65534).gid(65534).current_dir(place.path());
        command = copy;
    }
    let ran = crate::support::Ran::from(command.output().unwrap());
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    let report = ran.expect_code(3).json();
    assert_eq!(exceptions(&report).get(CODE_B).map(String::as_str), Some("folder-unreadable"));
    expect_ledger(&report, 2, 1, 0, 0, 1);
}

#[test]
fn a_page_that_hangs_the_engine_ends_at_its_deadline() {
    let place = Place::with_engine("hang");
    place.put(&format!("{CODE_A}/good.png"), &png_page(1));
    place.put(&format!("{CODE_A}/hangs.png"), &landscape_page(2));
    let began = Instant::now();
    let mut command = place.run_command(&[]);
    let ran = crate::support::Ran::from(
        command.env("SOHOA__WORKERS__PAGE_SECONDS", "2").env("SOHOA__WORKERS__PAGE_WALL_SECONDS", "6").output().unwrap(),
    );
    let report = ran.expect_code(3).json();
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    assert_eq!(exceptions(&report).get(&format!("{CODE_A}/hangs.png")).map(String::as_str), Some("page-deadline"));
    expect_ledger(&report, 2, 1, 0, 0, 1);
    let reason = reason(&place, "page-deadline", &format!("{CODE_A}/hangs.png"));
    assert!(reason["place"].as_str().unwrap().contains("page 1"), "{reason}");
}

/// What counts is the time that a worker works: on a busy machine the clock runs on.
#[test]
fn a_page_that_waits_for_longer_than_it_may_work_is_read() {
    let place = Place::with_engine("nap");
    place.put(&format!("{CODE_A}/sleeps.png"), &landscape_page(2));
    let mut command = place.run_command(&[]);
    let ran = crate::support::Ran::from(command.env("SOHOA__WORKERS__PAGE_SECONDS", "3").output().unwrap());
    expect_ledger(&ran.expect_code(0).json(), 1, 1, 0, 0, 0);
}

#[test]
fn a_page_is_stopped_by_the_time_it_works_and_not_by_the_clock() {
    let place = Place::with_engine("spin");
    place.put(&format!("{CODE_A}/good.png"), &png_page(1));
    place.put(&format!("{CODE_A}/spins.png"), &landscape_page(2));
    let mut command = place.run_command(&[]);
    let ran = crate::support::Ran::from(command.env("SOHOA__WORKERS__PAGE_SECONDS", "1").output().unwrap());
    let report = ran.expect_code(3).json();
    assert_eq!(exceptions(&report).get(&format!("{CODE_A}/spins.png")).map(String::as_str), Some("page-deadline"));
    expect_ledger(&report, 2, 1, 0, 0, 1);
}

#[test]
fn a_page_whose_worker_was_held_up_is_read_by_another() {
    let place = Place::with_engine("slow");
    for number in 0..8 {
        place.put(&format!("{CODE_A}/{number}.png"), &png_page(number));
    }
    let mut run = place.run_command(&[]);
    run.env("SOHOA__WORKERS__PAGE_SECONDS", "3").env("SOHOA__WORKERS__PAGE_WALL_SECONDS", "3");
    let child = run.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut held = false;
    while !held && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(100));
        if let Some(worker) = workers_of(child.id()).first() {
            held = nix::sys::signal::kill(nix::unistd::Pid::from_raw(*worker), nix::sys::signal::Signal::SIGSTOP).is_ok();
        }
    }
    assert!(held, "no worker was found to hold up");
    let report = crate::support::Ran::from(child.wait_with_output().unwrap()).expect_code(0).json();
    expect_ledger(&report, 8, 8, 0, 0, 0);
}

#[test]
fn an_engine_that_crashes_or_eats_all_memory_costs_its_file_only() {
    for (engine, code) in [("crash", "worker-crashed"), ("hungry", "page-out-of-memory")] {
        let place = Place::with_engine(engine);
        place.put(&format!("{CODE_A}/good.png"), &png_page(1));
        place.put(&format!("{CODE_A}/bad.png"), &landscape_page(2));
        let report = place.run().expect_code(3).json();
        assert_eq!(exceptions(&report).get(&format!("{CODE_A}/bad.png")).map(String::as_str), Some(code));
        expect_ledger(&report, 2, 1, 0, 0, 1);
    }
}

#[test]
fn text_that_is_no_text_can_be_sealed_and_shown() {
    let place = Place::with_engine("bad-text");
    place.put(&format!("{CODE_A}/odd.png"), &landscape_page(2));
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
    let shown = place.sohoa(&["show", CODE_A, "--text"]).expect_code(0);
    assert!(!shown.stdout.contains(['\u{0}', '\u{1b}']), "{:?}", shown.stdout);
    // What an engine in C gave as bytes that are no UTF-8.
    assert!(shown.stdout.contains("\u{fffd}nh\u{fffd}"), "{:?}", shown.stdout);
}

#[test]
fn words_in_wrong_boxes_are_sealed_in_the_order_of_reading() {
    let place = Place::with_engine("wrong-boxes");
    place.put(&format!("{CODE_A}/odd.png"), &landscape_page(2));
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
    let words = "một hai ba bốn năm sáu bảy tám chín mười mốt";
    let shown = place.sohoa(&["show", CODE_A, "--text"]).expect_code(0);
    assert!(shown.stdout.contains(words), "{}", shown.stdout);
    let record = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let sealed = record["records"][0]["files"][0]["path"].as_str().unwrap().to_owned();
    let tool = |name: &str, arguments: &[&str]| {
        let output = Command::new(name).args(arguments).output().expect("make test installs it");
        crate::support::Ran::from(output).expect_code(0).stdout
    };
    assert!(tool("qpdf", &["--check", &sealed]).contains("No syntax or stream encoding errors"));
    // In the order of the content. A reader may drop letters that lie over the same ones.
    let read: Vec<String> = tool("pdftotext", &["-raw", &sealed, "-"]).split_whitespace().map(str::to_owned).collect();
    let read = read.join(" ");
    assert!(read.starts_with("một hai ba bốn") && read.ends_with("bảy tám chín mười mốt"), "{read}");
    for query in ["chin", "\"bay tam\"", "mot"] {
        let hits = place.sohoa(&["search", query, "--json"]).expect_code(0).json()["hits"].clone();
        assert_eq!(hits.as_array().unwrap().len(), 1, "{query}: {hits}");
    }
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_worker_killed_in_the_middle_of_a_page_is_replaced_and_the_page_read_once() {
    let place = Place::with_engine("slow");
    for number in 0..12 {
        place.put(&format!("{CODE_A}/{number}.png"), &png_page(number));
    }
    let mut run = place.run_command(&[]);
    let child = run.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let parent = child.id();
    let mut killed = 0;
    let deadline = Instant::now() + Duration::from_secs(20);
    while killed < 2 && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(250));
        if let Some(worker) = workers_of(parent).first() {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(*worker), nix::sys::signal::Signal::SIGKILL);
            killed += 1;
        }
    }
    assert_eq!(killed, 2, "no worker was found to kill");
    let report = crate::support::Ran::from(child.wait_with_output().unwrap()).expect_code(0).json();
    expect_ledger(&report, 12, 12, 0, 0, 0);
    assert_eq!(report["cost"]["pages_read"], 12);
    assert_eq!(place.exported().len(), 1);
}

/// The processes whose parent this is.
fn workers_of(parent: u32) -> Vec<i32> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<i32>() else { continue };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        // pid (name) state ppid …; the name may hold anything, so count from its last bracket.
        let ppid = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(1)?.parse::<u32>().ok());
        if ppid == Some(parent) {
            found.push(pid);
        }
    }
    found
}

#[test]
fn a_full_disk_ends_the_run_cleanly_and_the_next_run_goes_on() {
    let place = Place::with_engine("stub");
    let mut noise = 1_u32;
    for number in 0..6 {
        // Pages that do not compress, so that a few of them fill the disk.
        let image = image::GrayImage::from_fn(1000, 1400, |x, y| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Luma([if y % 30 < 10 && x % 7 < 5 { (noise >> 28) as u8 } else { 200 + (noise >> 27) as u8 }])
        });
        let mut bytes = Vec::new();
        image.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
        place.put(&format!("{CODE_A}/{number}.png"), &bytes);
    }
    // A small disk of our own in a mount name space, first too small, then large enough.
    fs::create_dir(place.repository()).unwrap();
    let run = |limit: &str| {
        let command = place.run_command(&[]);
        let words: Vec<String> = std::iter::once(command.get_program())
            .chain(command.get_args())
            .map(|word| format!("'{}'", word.to_string_lossy()))
            .collect();
        format!("SOHOA__GENERAL__MIN_FREE_MIB={limit} {}", words.join(" "))
    };
    let repository = place.repository();
    let disk = repository.display();
    let script = format!(
        "mount -t tmpfs -o size=4m tmpfs {disk} || exit 90\n{first}; echo first=$? >&2\n{second}; echo second=$? >&2\n\
         mount -o remount,size=400m {disk} || exit 91\n{second}\necho third=$? >&2\n{verify}; echo verify=$? >&2\n\
         {low} ; echo low=$? >&2\n",
        first = run("0"),
        second = run("0"),
        low = run("100000"),
        verify = format_args!("'{}' verify", place.command(&[]).get_program().to_string_lossy()),
    );
    let mut shell = Command::new("unshare");
    shell.args(["--map-root-user", "--mount", "sh", "-c", &script]);
    shell.envs(place.command(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ran = crate::support::Ran::from(shell.output().unwrap());
    for line in ["first=8", "second=8", "third=0", "verify=0", "low=8"] {
        assert!(ran.stderr.contains(line), "{line} is not in\n{}\n{}", ran.stderr, ran.stdout);
    }
    assert!(ran.stderr.contains("[disk-full]"), "{}", ran.stderr);
}

#[test]
fn a_second_run_is_kept_out_while_the_first_works() {
    let place = Place::with_engine("slow");
    for number in 0..20 {
        place.put(&format!("{CODE_A}/{number}.png"), &png_page(number));
    }
    let mut first = place.start_run();
    let lock = wait_for_lock(&place.repository().join("locks"));
    let second = place.run().expect_code(4);
    assert!(second.stderr.contains("repository-locked"), "{}", second.stderr);
    assert!(second.stderr.contains(&first.id().to_string()), "the message names the holder: {}", second.stderr);
    // A lock left by a dead process is taken over.
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(lock.exists());
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 20, 20, 0, 0, 0);
}

/// Waits until a batch has locked its inbox.
fn wait_for_lock(locks: &Path) -> PathBuf {
    let deadline = Instant::now() + Duration::from_secs(20);
    let taken = |entry: &fs::DirEntry| {
        entry.file_name().to_str().unwrap().starts_with("inbox-") && entry.metadata().is_ok_and(|file| file.len() > 0)
    };
    loop {
        if let Some(lock) = fs::read_dir(locks).into_iter().flatten().flatten().find(taken) {
            return lock.path();
        }
        assert!(Instant::now() < deadline, "nobody locked the inbox");
        thread::sleep(Duration::from_millis(20));
    }
}
