//! `audit` and `repair`: who did what, proven along the manifests; and what can be made again.

use std::fs;

use serde_json::Value;

use crate::support::{CODE_A, Place, png_page};

/// Two dossiers' worth of acts, the second export in somebody's name.
fn place_with_two_manifests() -> Place {
    let place = Place::with_one_sealed_page();
    let late = place.path().join("late.png");
    fs::write(&late, png_page(9)).unwrap();
    let late = late.to_str().unwrap();
    let change = ["page", "insert", CODE_A, "--document", "1", "--page", "2", "--scan", late];
    let signed = ["--by", "Nguyễn Thị Mẫu", "--reason", "trang đến muộn"];
    place.sohoa(&[&change[..], &signed[..]].concat()).expect_code(0);
    place.sohoa(&["export", "--by", "Trần Văn Thử"]).expect_code(0);
    place
}

fn manifest(place: &Place, number: u32) -> String {
    place.repository().join(format!("exports/{number:06}.json")).display().to_string()
}

#[test]
fn acts_tell_who_did_what_and_why() {
    let place = place_with_two_manifests();
    let audit = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let acts = audit["acts"].as_array().unwrap();
    let told: Vec<_> = acts
        .iter()
        .map(|act| (act["deed"]["kind"].as_str().unwrap(), act["actor"]["by"].as_str(), act["reason"].as_str()))
        .collect();
    let (clerk, why) = (Some("Nguyễn Thị Mẫu"), Some("trang đến muộn"));
    assert_eq!(
        told,
        [
            ("sealed", None, None),
            ("exported", None, None),
            ("batch_ended", None, None),
            ("pages_changed", clerk, why),
            ("batch_ended", clerk, why),
            ("exported", Some("Trần Văn Thử"), None),
        ]
    );
    assert!(acts.iter().all(|act| !act["actor"]["account"].as_str().unwrap().is_empty()));
    assert_eq!(audit["head"]["count"], 6);
    let english = place.sohoa(&["audit", "--lang", "en"]).expect_code(0).stdout;
    assert!(english.contains("Nguyễn Thị Mẫu (") && english.contains(CODE_A) && english.contains("trang đến muộn"), "{english}");
    let vietnamese = place.sohoa(&["audit", "--lang", "vi"]).expect_code(0).stdout;
    assert!(vietnamese.contains("thay đổi trang") && vietnamese.contains("xuất bản kê 000002.json"), "{vietnamese}");
}

#[test]
fn manifests_that_others_hold_show_a_chain_that_was_cut_or_written_anew() {
    let place = place_with_two_manifests();
    let (first, second) = (manifest(&place, 1), manifest(&place, 2));
    place.sohoa(&["audit", "--manifest", &first, &second]).expect_code(0);
    // Alone, without the repository.
    let alone = |files: &[&str]| {
        let mut command = place.command(&[&["audit", "--json", "--manifest"], files].concat());
        crate::support::Ran::from(command.env_remove("SOHOA_REPOSITORY").output().unwrap())
    };
    assert_eq!(alone(&[&second, &first]).expect_code(0).json()["manifests"].as_array().unwrap().len(), 2);
    let other = place.path().join("other.json");
    let text = fs::read_to_string(&second).unwrap();
    let mut json: Value = serde_json::from_str(&text).unwrap();
    json["acts"]["count"] = 1.into();
    fs::write(&other, serde_json::to_vec(&json).unwrap()).unwrap();
    alone(&[&first, other.to_str().unwrap()]).expect_code(5);
    fs::write(&other, "{}").unwrap();
    alone(&[other.to_str().unwrap()]).expect_code(5);
    // The repository is put back to an earlier day, with its manifests: what was given out tells.
    let kept = place.path().join("kept.json");
    fs::copy(&second, &kept).unwrap();
    let db = rusqlite::Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    db.execute("DELETE FROM act WHERE number > 3", []).unwrap();
    drop(db);
    place.sohoa(&["audit"]).expect_code(0);
    let ran = place.sohoa(&["audit", "--lang", "en", "--manifest", kept.to_str().unwrap()]).expect_code(5);
    assert!(ran.stdout.contains("names 5 acts, and the repository has 3"), "{}", ran.stdout);
    let ran = place.command(&["audit"]).env_remove("SOHOA_REPOSITORY").output().unwrap();
    assert_eq!(ran.status.code(), Some(6));
}

#[test]
fn what_can_be_made_again_is_and_the_rest_is_named() {
    let place = place_with_two_manifests();
    let (first, second) = (manifest(&place, 1), manifest(&place, 2));
    let (was_first, was_second) = (fs::read(&first).unwrap(), fs::read(&second).unwrap());
    fs::write(&first, "{}").unwrap();
    fs::remove_file(&second).unwrap();
    fs::remove_dir_all(place.repository().join("index")).unwrap();
    let repair = place.sohoa(&["repair", "--json"]).expect_code(0).json();
    assert_eq!((&repair["index"], &repair["manifests"]), (&true.into(), &serde_json::json!(["000001.json", "000002.json"])));
    assert_eq!((fs::read(&first).unwrap(), fs::read(&second).unwrap()), (was_first, was_second));
    assert_eq!(fs::read_to_string(repair["set_aside"][0].as_str().unwrap()).unwrap(), "{}", "nothing is thrown away");
    place.sohoa(&["verify"]).expect_code(0);
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let blob = shown["records"][1]["files"][0]["path"].as_str().or(shown["records"][0]["files"][0]["path"].as_str()).unwrap();
    fs::remove_file(blob).unwrap();
    let ran = place.sohoa(&["repair", "--lang", "vi"]).expect_code(5);
    assert!(ran.stdout.contains("thiếu") && ran.stdout.contains("sao lưu"), "{}", ran.stdout);
}

#[test]
fn shares_read_every_file_once() {
    let place = place_with_two_manifests();
    let read =
        |share: &str| place.sohoa(&["verify", "--json", "--share", share]).expect_code(0).json()["blobs"].as_u64().unwrap();
    assert_eq!((1..=4).map(|part| read(&format!("{part}/4"))).sum::<u64>(), read("1/1"));
    assert!(read("today/4") <= read("today/1"));
    place.sohoa(&["verify", "--share", "5/4"]).expect_code(2);
}

/// What a second person finds in drawn documents is a rate in the report, with what so few of them leave open.
#[test]
fn documents_are_drawn_for_a_second_person_and_the_errors_found_are_a_rate() {
    let place = Place::with_engine("stub");
    for number in 1..=5 {
        place.put(&format!("H38.16-230706-{number:04}/1.png"), &png_page(number));
    }
    place.run().expect_code(0);
    place.sohoa(&["field", "set", "H38.16-230706-0001.001", "number", "12", "--by", "Lan"]).expect_code(0);
    let draw = |arguments: &[&str]| place.sohoa(&[&["audit", "sample"], arguments, &["--json"]].concat()).expect_code(0).json();
    let some = draw(&["30", "%", "--seed", "a"]);
    assert_eq!((some["documents"].as_array().unwrap().len(), &some["of"]), (2, &5.into()), "{some:#}");
    assert_eq!(draw(&["30%", "--seed", "a"]), some);
    let all = draw(&["100"]);
    assert_eq!(all["documents"].as_array().unwrap().len(), 5);
    let check = |document: &str, more: &[&str]| place.sohoa(&[&["audit", "checked", document], more].concat());
    check("H38.16-230706-0001.001", &["--wrong", "number", "--by", "Hoa"]).expect_code(0);
    let year = place.sohoa(&["report", "--json"]).expect_code(0).json()["started_at"].as_str().unwrap()[..4].to_owned();
    let named = |name: &str| {
        let report = place.sohoa(&["report", "--period", &year, "--json"]).expect_code(0).json();
        report["figures"].as_array().unwrap().iter().find(|figure| figure["name"] == name).unwrap().clone()
    };
    let figure = || named("sample_errors");
    // Four more were drawn, and all of them may be wrong.
    assert_eq!(figure()["interval"], serde_json::json!([362, 10_000]));
    assert_eq!(figure()["missing"], serde_json::json!({ "what": "unchecked", "dossiers": 4 }));
    assert_eq!(named("sample_drawn")["numerator"], 5);
    let checked = named("sample_checked");
    assert_eq!((&checked["numerator"], &checked["denominator"], &checked["hundredths"]), (&1.into(), &5.into(), &2_000.into()));
    let told = place.sohoa(&["report", "--period", &year, "--lang", "vi"]).expect_code(0).stdout;
    assert!(told.contains("tài liệu được rút mà chưa kiểm tra (4)"), "{told}");
    for number in 2..=5 {
        check(&format!("H38.16-230706-{number:04}.001"), &["--by", "Hoa"]).expect_code(0);
    }
    // Not whoever decided, nothing that was not drawn, and no fact that was not certain.
    for same in ["Lan", "lan", " LAN"] {
        assert_ne!(check("H38.16-230706-0001.001", &["--by", same]).code, Some(0), "{same}");
    }
    assert_ne!(check("H38.16-230706-0009.001", &["--by", "Hoa"]).code, Some(0));
    assert_ne!(check("H38.16-230706-0002.001", &["--wrong", "symbol", "--by", "Hoa"]).code, Some(0));
    place.sohoa(&["audit", "sample", "0"]).expect_code(2);
    // The same document in a newer version is the same document.
    place.sohoa(&["field", "set", "H38.16-230706-0002.001", "symbol", "QĐ", "--by", "Lan"]).expect_code(0);
    draw(&["100"]);
    check("H38.16-230706-0002.001", &["--by", "Hoa"]).expect_code(0);
    let figure = figure();
    assert_eq!((&figure["numerator"], &figure["denominator"]), (&1.into(), &5.into()), "{figure}");
    assert_eq!(figure["interval"], serde_json::json!([3_62, 62_45]));
    let told = place.sohoa(&["report", "--period", &year]).expect_code(0).stdout;
    assert!(told.contains("20,00 % (3,62–62,45 %)"), "{told}");
    place.sohoa(&["verify"]).expect_code(0);
    let acts = place.sohoa(&["audit"]).expect_code(0).stdout;
    assert!(acts.contains("rút mẫu 5 trong 5 tài liệu") && acts.contains("sai số"), "{acts}");
}
