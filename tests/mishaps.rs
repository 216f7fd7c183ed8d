//! Mishaps of operators: wrong folders, lost files, names that steer terminals.

use std::fs;

use crate::support::{CODE_A, CODE_B, Place, Ran, exceptions, expect_ledger, png_page};

#[test]
fn a_repository_is_never_taken_for_an_inbox() {
    let place = Place::with_one_sealed_page();
    for inbox in [place.repository(), place.repository().join("blobs"), place.repository().join("quarantine")] {
        let ran = place.sohoa(&["run", "--inbox", inbox.to_str().unwrap()]).expect_code(2);
        assert!(ran.stderr.contains("inbox-in-repository"), "{}", ran.stderr);
    }
    place.sohoa(&["verify"]).expect_code(0);

    // Another repository inside an inbox is not looked into.
    let other = Place::with_engine("stub");
    let inside = other.inbox().join("kho");
    crate::support::copy_folder(&place.repository(), &inside);
    other.put(&format!("{CODE_B}/1.png"), &png_page(2));
    let report = other.run().expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
    assert!(inside.join("catalog.sqlite").exists());
    assert!(!other.repository().join("quarantine/file-unknown-type").exists());
}

#[test]
fn a_wrong_setting_of_sealing_stops_the_run_and_refuses_no_paper() {
    let place = Place::with_engine("stub");
    let scan = place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    let ran = place.run_command(&[]).env("SOHOA__SEAL__LANGUAGE", "Tiếng Việt").output().unwrap();
    let ran = Ran::from(ran).expect_code(2);
    assert!(ran.stderr.contains("[settings-invalid]") && ran.stderr.contains("seal.language"), "{}", ran.stderr);
    assert!(scan.exists(), "the paper stays in the inbox");
    assert!(!place.repository().exists(), "it is found before any work is done");
    // Once the setting is mended, the next run takes the paper up.
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 1, 1, 0, 0, 0);
}

#[test]
fn refused_files_in_each_others_way_do_not_stop_the_night() {
    let place = Place::with_engine("stub");
    place.put("a", b"no picture");
    place.run().expect_code(3);
    place.put("a/b.jpg", b"no picture either");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    let report = place.run().expect_code(3).json();
    expect_ledger(&report, 2, 1, 0, 0, 1);
    assert!(place.inbox().join("a/b.jpg").exists(), "what cannot be set aside stays");
}

#[test]
fn a_lost_catalog_is_damage_and_nothing_is_written_over() {
    let place = Place::with_one_sealed_page();
    let manifest = place.repository().join("exports/000001.json");
    let before = fs::read(&manifest).unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(place.repository().join(format!("catalog.sqlite{suffix}")));
    }
    let ran = place.run().expect_code(5);
    assert!(ran.stderr.contains("repository-damaged"), "{}", ran.stderr);
    fs::write(place.repository().join("catalog.sqlite"), b"").unwrap();
    place.run().expect_code(5);
    assert_eq!(fs::read(&manifest).unwrap(), before);
}

#[test]
fn a_lost_manifest_comes_back_byte_for_byte() {
    let place = Place::with_one_sealed_page();
    let manifest = place.repository().join("exports/000001.json");
    let before = fs::read(&manifest).unwrap();
    fs::remove_file(&manifest).unwrap();
    place.sohoa(&["verify"]).expect_code(5);
    place.sohoa(&["export"]).expect_code(0);
    assert_eq!(fs::read(&manifest).unwrap(), before);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn verify_names_what_went_with_its_folder() {
    let place = Place::with_one_sealed_page();
    fs::remove_dir_all(place.repository().join("exports")).unwrap();
    fs::remove_dir_all(place.repository().join("blobs")).unwrap();
    let verification = place.sohoa(&["verify", "--json"]).expect_code(5).json();
    let missing = |subject: &str| {
        let findings = verification["findings"].as_array().unwrap();
        findings.iter().filter(|one| one["subject"] == subject && one["damage"] == "missing").count()
    };
    assert!(missing("blob") >= 2 && missing("manifest") == 1, "{verification:#}");
}

#[test]
fn names_do_not_steer_the_terminal() {
    let place = Place::with_engine("stub");
    place.put("bad\u{1b}[31m\nforged line\u{202e}.jpg", b"no picture");
    let mut command = place.command(&["run", "--lang", "en", "--inbox"]);
    let ran = Ran::from(command.arg(place.inbox()).output().unwrap()).expect_code(3);
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']) && !text.contains("\nforged"), "{text}");
    }
    assert!(ran.stdout.contains("forged line"), "{}", ran.stdout);
}

#[test]
fn codes_are_found_however_they_are_typed() {
    let place = Place::with_one_sealed_page();
    place.sohoa(&["show", &CODE_A.to_lowercase()]).expect_code(0);
}

#[test]
fn before_the_first_record_there_is_nothing_to_find_and_nothing_wrong() {
    let place = Place::with_engine("stub");
    place.put("nobody.png", &png_page(1));
    let report = place.run().expect_code(3).json();
    assert_eq!(exceptions(&report).len(), 1);
    assert_eq!(place.sohoa(&["search", "x", "--json"]).expect_code(0).json()["hits"], serde_json::json!([]));
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn pages_that_are_all_black_or_noise_are_not_set_aside_as_blank() {
    let place = Place::with_engine("stub");
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for (name, image) in [
        ("black.png", image::GrayImage::from_pixel(827, 1169, image::Luma([0]))),
        ("noise.png", image::GrayImage::from_fn(827, 1169, |_, _| image::Luma([noise()]))),
        ("blank.png", image::GrayImage::from_pixel(827, 1169, image::Luma([245]))),
    ] {
        let mut bytes = Vec::new();
        image.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
        place.put(&format!("{CODE_A}/{name}"), &bytes);
    }
    let report = place.run().expect_code(3).json();
    expect_ledger(&report, 3, 0, 1, 2, 0);
    let waiting = ["black.png", "noise.png"].map(|name| (format!("{CODE_A}/{name}"), "rescan".to_owned()));
    assert_eq!(exceptions(&report).into_iter().collect::<Vec<_>>(), waiting);
}
