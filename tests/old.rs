//! Repositories that older versions of the program made go on as they are.

use crate::support::{Place, copy_folder, project_file};

/// Puts the repository that version 0.1.0 made (with the engine `stub`) in its place, beside an
/// inbox as it was.
fn place_of_0_1_0() -> Place {
    let place = Place::with_engine("stub");
    copy_folder(&project_file("tests/fixtures/repository/v0.1.0"), &place.repository());
    for name in ["H38.23-260412-1763.002.tif", "000.36.22.H38-230814-0962/01-giay-tiep-nhan.tif"] {
        place.put(name, &std::fs::read(project_file("samples/inbox").join(name)).unwrap());
    }
    place
}

#[test]
fn a_repository_of_0_1_0_is_sound_and_what_it_held_is_an_act() {
    let place = place_of_0_1_0();
    let seen = place.sohoa(&["verify", "--json"]).expect_code(0).json();
    assert_eq!((&seen["records"], &seen["manifests"], &seen["acts"]), (&3.into(), &2.into(), &1.into()), "{seen:#}");
    let audit = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    assert_eq!((&audit["acts"][0]["deed"]["kind"], &audit["acts"][0]["deed"]["records"]), (&"adopted".into(), &3.into()));
    // Its records keep the ids they had.
    let shown = place.sohoa(&["show", "H38.23-260412-1763", "--json"]).expect_code(0).json();
    assert_eq!(shown["records"][0]["id"].as_str().unwrap().len(), 64);
}

#[test]
fn a_repository_of_0_1_0_goes_on_without_reading_a_page_or_making_a_version() {
    let place = place_of_0_1_0();
    let report = place.run().expect_code(0).json();
    assert_eq!((&report["cost"]["pages_read"], &report["unchanged_files"]), (&0.into(), &2.into()), "{report:#}");
    assert_eq!((&report["dossiers"], &report["manifest"]), (&serde_json::json!([]), &serde_json::Value::Null));
    place.sohoa(&["verify"]).expect_code(0);
    // The next version follows the old one and has an id of the new form.
    let scan = project_file("tests/fixtures/repository/late.png");
    let scan = scan.to_str().unwrap();
    let change =
        ["page", "insert", "000.36.22.H38-230814-0962", "--document", "1", "--page", "1", "--scan", scan, "--accept", "--json"];
    let record = place.sohoa(&change).expect_code(0).json();
    assert!(record["id"].as_str().unwrap().starts_with("r2-"), "{record:#}");
    assert_eq!(record["supersedes"].as_str().unwrap().len(), 64);
    place.sohoa(&["export"]).expect_code(0);
    place.sohoa(&["verify"]).expect_code(0);
}

/// What was there before there were acts is covered from the day on which it was taken over.
#[test]
fn what_an_old_repository_held_does_not_change_unseen() {
    for change in [
        "UPDATE record SET content = replace(content, '\"name\":\"', '\"name\":\"x') WHERE version = 1",
        "UPDATE page SET digest = zeroblob(32) WHERE ordinal = 0",
        "DELETE FROM entry_outcome WHERE batch = 1",
        "DELETE FROM document WHERE record IN (SELECT id FROM record WHERE code LIKE '%0962')",
    ] {
        let place = place_of_0_1_0();
        place.sohoa(&["verify"]).expect_code(0);
        let db = rusqlite::Connection::open(place.repository().join("catalog.sqlite")).unwrap();
        assert!(db.execute(change, []).unwrap() > 0);
        drop(db);
        let found = place.sohoa(&["verify", "--json"]).expect_code(5).json();
        let acts = found["findings"].as_array().unwrap().iter().filter(|one| one["subject"] != "catalog").count();
        assert!(acts > 0, "{change}: not by digests of rows alone: {found:#}");
    }
}
