//! How things stand is told from what verbs noted, with an exit code for monitoring.

use std::fs;

use serde_json::{Value, json};

use crate::support::{CODE_A, Place, png_page, refused};

fn check(status: &Value, subject: &str) -> Value {
    let checks = status["checks"].as_array().unwrap();
    checks.iter().find(|check| check["check"]["subject"] == subject).unwrap_or_else(|| panic!("{status:#}"))["check"].clone()
}

#[test]
fn how_things_stand_is_told_with_what_to_do_about_it() {
    let place = Place::with_engine("stub");
    refused(place.sohoa(&["status"]), 6, "repository-missing");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put("nobody knows.png", &png_page(2));
    place.run().expect_code(3);

    let new = place.sohoa(&["status", "--json"]).expect_code(3).json();
    assert_eq!(new["health"], "warning");
    let batch = check(&new, "last-batch");
    assert_eq!(
        (&batch["health"], &batch["seen"]["state"], &batch["seen"]["hours"]),
        (&json!("good"), &json!("finished"), &json!(0))
    );
    assert_eq!(check(&new, "waiting")["seen"], json!({ "kind": "waiting", "total": 2, "days": 0 }));
    assert_eq!(check(&new, "last-export")["seen"]["manifest"], 1);
    for subject in ["last-verify", "last-backup"] {
        assert_eq!(
            (&check(&new, subject)["health"], &check(&new, subject)["seen"]["kind"]),
            (&json!("warning"), &json!("never"))
        );
    }
    let text = place.sohoa(&["status", "--lang", "en"]).expect_code(3).stdout;
    for line in
        ["! Last verification: none was ever noted", "sudo systemctl enable --now sohoa-backup.timer", "✓ What waits: 2 items"]
    {
        assert!(text.contains(line), "{line}\n{text}");
    }

    place.sohoa(&["verify", "--share", "3/30"]).expect_code(0);
    place.sohoa(&["backup", place.path().join("backup").to_str().unwrap()]).expect_code(0);
    let well = place.sohoa(&["status", "--json"]).expect_code(0).json();
    assert_eq!(well["health"], "good", "{well:#}");
    assert_eq!(check(&well, "last-verify")["seen"]["share"], "3/30");
    assert!(check(&well, "last-backup")["seen"]["to"].as_str().unwrap().ends_with("/backup"));

    // What is set to be due at once, and what nobody asks for.
    let with = |name: &str, value: &str| place.command(&["status", "--json"]).env(name, value).output().unwrap();
    assert_eq!(with("SOHOA__STATUS__WAITING_DAYS", "1").status.code(), Some(0));
    assert_eq!(with("SOHOA__GENERAL__MIN_FREE_MIB", "999999999").status.code(), Some(8));
}

#[test]
fn damage_that_a_verification_found_stays_told_until_one_finds_none() {
    let place = Place::with_one_sealed_page();
    place.sohoa(&["backup", place.path().join("backup").to_str().unwrap()]).expect_code(0);
    let walk = walkdir::WalkDir::new(place.repository().join("blobs"));
    let blob = walk.into_iter().map(Result::unwrap).find(|entry| entry.file_type().is_file()).unwrap().into_path();
    let (bytes, away) = (fs::read(&blob).unwrap(), blob.with_extension("away"));
    fs::rename(&blob, &away).unwrap();
    place.sohoa(&["verify"]).expect_code(5);
    let status = place.sohoa(&["status", "--json"]).expect_code(5).json();
    let verify = check(&status, "last-verify");
    assert_eq!((&verify["health"], &verify["seen"]["share"]), (&json!("bad"), &Value::Null));
    assert!(verify["seen"]["findings"].as_u64().unwrap() >= 1, "{verify:#}");
    fs::rename(&away, &blob).unwrap();
    assert_eq!(fs::read(&blob).unwrap(), bytes);
    place.sohoa(&["status"]).expect_code(5);
    place.sohoa(&["verify"]).expect_code(0);
    place.sohoa(&["status"]).expect_code(0);
}
