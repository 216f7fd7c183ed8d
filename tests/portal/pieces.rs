//! Documents that are larger than a portal takes files.

use std::collections::BTreeSet;
use std::process::Command;

use image::GrayImage;

use super::*;
use crate::support::{newest, poppler, sealed_file, tiff_of};

/// Most bytes of a file, where one is asked for.
const MEGABYTE: usize = 1_000_000;

/// A page of print that no compression makes small: as a stack of a scanner's, some 400 kB of `side` pixels.
fn noisy(number: u32, side: u32) -> GrayImage {
    let page = image::load_from_memory(&png_page(number)).unwrap().into_luma8();
    let mut page = image::imageops::resize(&page, side, side * 466 / 330, image::imageops::FilterType::Nearest);
    let mut noise = blake3::Hasher::new().update(&number.to_be_bytes()).finalize_xof();
    let mut bytes = vec![0; page.len()];
    noise.fill(&mut bytes);
    page.iter_mut().zip(bytes).for_each(|(sample, noise)| *sample = (*sample / 32 * 32) | (noise & 31));
    page
}

impl World {
    /// One whose portal takes files of a million bytes and has a dossier of five large pages to get.
    fn of_large_pages(kind: &str) -> Self {
        let world = Self::new(kind);
        world.set("file_mb = 1\n");
        world.portal.take_up_to(MEGABYTE);
        world.place.put(&format!("{CODE_A}/1.tif"), &tiff_of(&[1, 2, 3, 4, 5].map(|number| noisy(number, 700))));
        world.run();
        world.register(&[CODE_A, CODE_B]);
        world
    }

    fn set(&self, more: &str) {
        let text = fs::read_to_string(&self.config).unwrap();
        fs::write(&self.config, text + more).unwrap();
    }

    fn run(&self) {
        let mut command = self.place.run_command(&[]);
        Ran::from(command.env("SOHOA_CONFIG", &self.config).output().unwrap()).expect_code(0);
    }

    /// A bundle with files of at most a million bytes, and what it says of pieces.
    fn bundled(&self, to: &str, code: i32) -> (PathBuf, Value) {
        let to = self.place.path().join(to);
        self.sohoa(&["export", "--bundle", to.to_str().unwrap(), "--file-mb", "1"]).expect_code(code);
        let listing = fs::read(to.join("data/pieces.json")).unwrap();
        (to, serde_json::from_slice(&listing).unwrap())
    }
}

/// Asserts what the conformance suite of the Library of Congress has bags refused for: both lists name every file of
/// the payload once, by a plain path, and nothing else; the files about the bag are those that are listed.
fn expect_whole_bag(bag: &Path) {
    let lines = |list: &str| -> Vec<String> {
        let text = fs::read_to_string(bag.join(list)).unwrap();
        text.lines().map(|line| line.split_once("  ").unwrap().1.to_owned()).collect()
    };
    let all = walkdir::WalkDir::new(bag).into_iter().map(|entry| entry.unwrap()).filter(|entry| entry.file_type().is_file());
    let all: BTreeSet<String> = all.map(|entry| entry.path().strip_prefix(bag).unwrap().to_str().unwrap().to_owned()).collect();
    let (payload, about): (BTreeSet<String>, BTreeSet<String>) = all.into_iter().partition(|path| path.starts_with("data/"));
    for (prefix, expected) in [("manifest", &payload), ("tagmanifest", &about)] {
        for hash in ["sha256", "sha512"] {
            let listed = lines(&format!("{prefix}-{hash}.txt"));
            let plain = |path: &String| path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte));
            assert!(listed.iter().all(|path| plain(path) && !path.contains("./") && !path.contains("//")), "{listed:#?}");
            let once: BTreeSet<String> = listed.iter().cloned().collect();
            let missing: Vec<&String> = expected.difference(&once).filter(|path| !path.starts_with("tagmanifest-")).collect();
            assert!(once.len() == listed.len() && once.is_subset(expected) && missing.is_empty(), "{prefix}-{hash}: {missing:?}");
        }
    }
}

fn is_sound(file: &Path) -> bool {
    Command::new("qpdf").arg("--check").arg(file).output().unwrap().status.success()
}

#[test]
fn a_document_that_is_too_large_goes_in_pieces_that_strangers_read() {
    let world = World::of_large_pages("lgsp");
    world.sohoa(&["portal", "send"]).expect_code(0);
    let state = world.portal.state();
    let papers = &state.dossiers[CODE_A]["ThanhPhanHoSo"];
    let sent = papers[0]["GiayToDinhKem"].as_array().unwrap();
    assert!(papers.as_array().unwrap().len() == 1 && sent.len() > 1, "{papers:#}");

    let (bundle, listing) = world.bundled("bundle", 0);
    expect_whole_bag(&bundle);
    let file = &listing["files"][0];
    let whole = sealed_file(&newest(&world.place, CODE_A));
    assert_eq!((&file["name"], &file["pages"]), (&json!(format!("{CODE_A}.001.pdf")), &json!(5)));
    let pieces = file["pieces"].as_array().unwrap();
    let hashes = |files: &[Value], member: &str| files.iter().map(|file| file[member].clone()).collect::<Vec<_>>();
    assert_eq!(hashes(sent, "HashTepTin"), hashes(pieces, "sha256"), "the portal has got what the bundle holds");
    assert_eq!(hashes(sent, "TenGiayTo"), hashes(pieces, "name"));

    let mut next = 1;
    let mut text = String::new();
    for piece in pieces {
        let [from, to] = ["from", "to"].map(|member| piece[member].as_u64().unwrap());
        let path = bundle.join("data").join(piece["path"].as_str().unwrap());
        let bytes = fs::metadata(&path).unwrap().len();
        assert!(from == next && bytes <= MEGABYTE as u64 && json!(bytes) == piece["bytes"], "{piece}");
        assert!(is_sound(&path), "{piece}");
        let info = poppler("pdfinfo", &[], &path);
        assert!(info.contains(&format!("Pages:           {}\n", to - from + 1)), "{info}");
        let metadata = poppler("pdfinfo", &["-meta"], &path);
        let pages = if from == to { from.to_string() } else { format!("{from}-{to}") };
        for said in
            [&format!("(trang {pages}/5)"), file["sha256"].as_str().unwrap(), "<pdfaid:conformance>U</pdfaid:conformance>"]
        {
            assert!(metadata.contains(said), "{said}: {metadata}");
        }
        text += &poppler("pdftotext", &[], &path);
        next = to + 1;
    }
    assert_eq!((next, text), (6, poppler("pdftotext", &[], &whole)));
    let whole_in_bundle: Vec<Value> = pieces.iter().filter(|piece| piece["sha256"] == file["sha256"]).cloned().collect();
    assert_eq!(whole_in_bundle, Vec::<Value>::new());
    assert_eq!(world.bundled("again", 0).1, listing, "they are the same each time");
    world.sohoa(&["verify"]).expect_code(0);
}

/// Killed for good after the portal has taken each message, also in the middle of the pieces.
#[test]
fn a_sender_that_is_killed_in_the_middle_of_pieces_sends_each_once() {
    let undisturbed = World::of_large_pages("lgsp");
    undisturbed.sohoa(&["portal", "send"]).expect_code(0);
    let expected = undisturbed.portal.state().essence();
    let pieces: BTreeSet<&String> = expected.2.iter().collect();
    assert!(pieces.len() == expected.2.len() && pieces.len() > 2, "{expected:?}");
    let killed = World::of_large_pages("lgsp");
    for _ in 0..3 {
        killed.portal.calm();
        // The token, and the first piece that it has not got.
        let last = killed.portal.requests() + 1;
        killed.portal.fail(1, Fault::Late(std::time::Duration::from_secs(5)));
        let mut command = killed.command(&["portal", "send"]);
        let mut child: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while killed.portal.requests() <= last && child.try_wait().unwrap().is_none() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    killed.portal.calm();
    killed.sohoa(&["portal", "send"]).expect_code(0);
    assert_eq!(killed.portal.state().essence(), expected);
    assert_eq!(killed.counts("cong"), json!({ "accepted": 1 }));
    killed.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_page_that_is_too_large_makes_its_document_wait_and_no_other_one() {
    let world = World::of_large_pages("lgsp");
    world.place.put(&format!("{CODE_B}/1.tif"), &tiff_of(&[noisy(6, 330), noisy(7, 1500)]));
    world.run();
    let told = world.sohoa(&["portal", "send", "--lang", "en"]).expect_code(3).stdout;
    assert!(
        told.contains("page-over-limit") && told.contains("page 2 alone takes") && told.contains("sohoa page replace"),
        "{told}"
    );
    let vietnamese = world.sohoa(&["portal", "send", "--dry-run"]).expect_code(3).stdout;
    assert!(vietnamese.contains("riêng trang 2 chiếm"), "{vietnamese}");
    assert_eq!(world.counts("cong"), json!({ "accepted": 1, "waiting": 1 }));
    let state = world.portal.state();
    assert!(state.dossiers.contains_key(CODE_A) && !state.dossiers.contains_key(CODE_B));

    let (bundle, listing) = world.bundled("bundle", 3);
    assert_eq!(
        (&listing["left_out"][0]["name"], listing["files"].as_array().unwrap().len()),
        (&json!(format!("{CODE_B}.001.pdf")), 1)
    );
    let left = listing["left_out"][0]["sha256"].as_str().unwrap();
    let mut files = walkdir::WalkDir::new(&bundle).into_iter().map(|entry| entry.unwrap().path().display().to_string());
    assert!(!files.any(|file| file.contains(left)));

    // A portal that takes more gets it.
    let text = fs::read_to_string(&world.config).unwrap();
    fs::write(&world.config, text.replace("file_mb = 1", "file_mb = 6")).unwrap();
    world.portal.take_up_to(6 * MEGABYTE);
    let files = world.portal.state().files.len();
    world.sohoa(&["portal", "send"]).expect_code(0);
    assert_eq!((world.counts("cong"), world.portal.state().files.len()), (json!({ "accepted": 2 }), files + 1));
    world.sohoa(&["verify"]).expect_code(0);
}
