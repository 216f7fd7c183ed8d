//! A program killed at any moment loses nothing and does nothing twice.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{CODE_A, CODE_B, Place, exceptions, png_page};

fn fill(place: &Place) {
    for number in 0..9 {
        place.put(&format!("{CODE_A}/{number}.png"), &png_page(number));
        place.put(&format!("{CODE_B}.{:03}.png", number + 1), &png_page(100 + number));
        place.put(&format!("ket-qua/{CODE_A}/{number}.png"), &png_page(200 + number));
    }
    place.put("nobody.png", &png_page(300));
    place.put(&format!("{CODE_B}/text.jpg"), b"no picture");
}

/// What the repository holds in the end, whatever number of batches it took: records by dossier
/// and kind, in their last version.
fn holdings(place: &Place) -> BTreeMap<String, Value> {
    let mut held = BTreeMap::new();
    for code in [CODE_A, CODE_B] {
        let shown = place.sohoa(&["show", code, "--json"]).expect_code(0).json();
        for record in shown["records"].as_array().unwrap() {
            if record["current"] == true {
                let mut documents = record["documents"].clone();
                for document in documents.as_array_mut().unwrap() {
                    document.as_object_mut().unwrap().remove("fields");
                }
                held.insert(format!("{code} {}", record["kind"]), documents);
            }
        }
    }
    held
}

#[test]
fn kill_9_at_ten_random_moments_changes_nothing_in_the_end() {
    let undisturbed = Place::with_engine("slow");
    fill(&undisturbed);
    let began = Instant::now();
    undisturbed.run().expect_code(3);
    let whole = began.elapsed();
    let expected = undisturbed.exported();
    assert_eq!(expected.len(), 3);

    let place = Place::with_engine("slow");
    fill(&place);
    // A plain generator, seeded by the clock: each run of the test tries other moments, and a
    // failure prints them.
    let mut state = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
    let mut moments = Vec::new();
    for _ in 0..10 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let moment = whole.mul_f64((state >> 11) as f64 / (1_u64 << 53) as f64);
        moments.push(moment);
        let mut run = place.start_run();
        thread::sleep(moment);
        run.kill().unwrap();
        run.wait().unwrap();
    }
    let last = place.run();
    assert!(matches!(last.code, Some(0 | 3)), "{last:?}, killed after {moments:?}");
    let report = last.json();
    let ledger = &report["ledger"];
    let sum: u64 = ["sealed", "separators", "blank", "waiting", "refused"].iter().map(|key| ledger[key].as_u64().unwrap()).sum();
    assert_eq!(ledger["scanned"].as_u64(), Some(sum), "killed after {moments:?}");
    assert!(exceptions(&report).contains_key("nobody.png"));

    assert_eq!(place.exported(), expected, "killed after {moments:?}");
    assert_eq!(holdings(&place), holdings(&undisturbed), "killed after {moments:?}");
    place.sohoa(&["verify"]).expect_code(0);
    let refused = place.repository().join("quarantine/file-unknown-type").join(CODE_B).join("text.jpg");
    assert!(refused.exists(), "killed after {moments:?}");
    // No batch but the last ones is left running.
    for batch in 1..report["batch"].as_i64().unwrap() {
        let state = place.sohoa(&["report", &batch.to_string(), "--json"]).expect_code(0).json()["state"].clone();
        assert!(state == "interrupted" || state == "finished", "batch {batch} is {state}");
    }
}

#[test]
fn workers_do_not_outlive_a_killed_run() {
    let place = Place::with_engine("hang");
    place.put(&format!("{CODE_A}/1.png"), &crate::support::landscape_page(1));
    let mut run = place.start_run();
    let deadline = Instant::now() + Duration::from_secs(20);
    while workers(&place) == 0 {
        assert!(Instant::now() < deadline, "no worker began");
        thread::sleep(Duration::from_millis(20));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while workers(&place) > 0 {
        assert!(Instant::now() < deadline, "a worker lives on");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Processes that have this place's repository in their environment and are workers.
fn workers(place: &Place) -> usize {
    let needle = format!("SOHOA_REPOSITORY={}", place.repository().display());
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|entry| {
            let is_worker = std::fs::read(entry.path().join("cmdline")).is_ok_and(|line| line.ends_with(b"\0worker\0"));
            is_worker
                && std::fs::read(entry.path().join("environ"))
                    .is_ok_and(|all| all.split(|byte| *byte == 0).any(|one| one == needle.as_bytes()))
        })
        .count()
}
