//! Repositories that older versions of the program made go on as they are, and are brought up to date with a way back.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Place, copy_folder, project_file};

/// Puts the repository that version 0.1.0 made (with the engine `stub`) in its place, beside an
/// inbox as it was.
fn place_of_0_1_0() -> Place {
    let place = Place::with_engine("stub");
    copy_folder(&project_file("tests/fixtures/repository/v0.1.0"), &place.repository());
    for name in ["H38.23-260412-1763.002.tif", "000.36.22.H38-230814-0962/01-giay-tiep-nhan.tif"] {
        place.put(name, &fs::read(project_file("samples/inbox").join(name)).unwrap());
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

/// The version of the schema of a catalog.
fn schema(catalog: &Path) -> u32 {
    let db = rusqlite::Connection::open(catalog).unwrap();
    db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// All files with their bytes, but for those by which processes share a database.
fn content(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(root).sort_by_file_name().into_iter().map(Result::unwrap);
    let is_shared = |path: &Path| ["-shm", "-wal"].iter().any(|suffix| path.to_string_lossy().ends_with(suffix));
    let files = walk.filter(|entry| entry.file_type().is_file() && !is_shared(entry.path()));
    files.map(|file| (file.path().to_owned(), fs::read(file.path()).unwrap())).collect()
}

#[test]
fn an_upgrade_is_tried_on_a_copy_and_told_before_anything_changes() {
    let place = place_of_0_1_0();
    let before = content(&place.repository());
    let plan = place.sohoa(&["upgrade", "--dry-run", "--json"]).expect_code(0).json();
    assert!(content(&place.repository()) == before, "a dry run changes nothing");
    let (found, known) = (plan["found"].as_u64().unwrap(), plan["known"].as_u64().unwrap());
    assert!(found >= 1 && found < known, "{plan:#}");
    let is_told = |table: &str, is_new: bool| {
        plan["tables"].as_array().unwrap().iter().any(|one| one["table"] == table && one["is_new"] == is_new)
    };
    assert!(is_told("act", true) && !is_told("record", true), "{plan:#}");
    assert_eq!((&plan["done"], &plan["index_made_anew"]), (&false.into(), &true.into()), "{plan:#}");

    let done = place.sohoa(&["upgrade", "--json"]).expect_code(0).json();
    assert_eq!((&done["done"], &done["tables"], &done["known"]), (&true.into(), &plan["tables"], &plan["known"]));
    assert_eq!(schema(&place.repository().join("catalog.sqlite")), known as u32);
    place.sohoa(&["verify"]).expect_code(0);
    let again = place.sohoa(&["upgrade", "--json"]).expect_code(0).json();
    assert_eq!(
        (&again["found"], &again["tables"], &again["kept"]),
        (&plan["known"], &serde_json::json!([]), &serde_json::Value::Null)
    );
    let text = place.sohoa(&["upgrade", "--dry-run", "--lang", "en"]).expect_code(0).stdout;
    assert!(text.contains("nothing is to be done"), "{text}");
}

#[test]
fn whatever_brings_a_catalog_up_to_date_keeps_it_as_it_was_and_that_leads_back() {
    for verb in [&["show"][..], &["export"]] {
        let place = place_of_0_1_0();
        let root = place.repository();
        let found = schema(&root.join("catalog.sqlite"));
        place.sohoa(verb).expect_code(0);
        assert!(schema(&root.join("catalog.sqlite")) > found, "{verb:?}");
        let kept = root.join(format!("catalog.v{found}.sqlite"));
        assert_eq!(schema(&kept), found, "{verb:?}");
        // The way back that is told, after which an older program goes on; here the same way is gone once more.
        fs::copy(&kept, root.join("catalog.sqlite")).unwrap();
        for suffix in ["-wal", "-shm"] {
            let _ = fs::remove_file(root.join(format!("catalog.sqlite{suffix}")));
        }
        assert_eq!(schema(&root.join("catalog.sqlite")), found);
        place.sohoa(&["verify"]).expect_code(0);
    }
}

/// A repository with all that version 8 of the schema knows: decisions, a moved document, a settled file, an
/// account, a token.
#[test]
fn a_repository_of_schema_8_is_sound_and_goes_on() {
    let place = Place::with_engine("stub");
    copy_folder(&project_file("tests/fixtures/repository/schema8"), &place.repository());
    place.sohoa(&["repair"]).expect_code(0);
    place.sohoa(&["verify"]).expect_code(0);
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let has = |kind: &str| acts["acts"].as_array().unwrap().iter().any(|act| act["deed"]["kind"] == kind);
    for kind in ["sealed", "field_decided", "documents_changed", "file_settled", "account_set", "token_set", "exported"] {
        assert!(has(kind), "{kind}");
    }
    let waiting = place.sohoa(&["pending", "--json"]).expect_code(0).json();
    assert!(waiting["total"].as_u64().unwrap() > 0, "{waiting:#}");
    place.sohoa(&["export"]).expect_code(0);
    place.sohoa(&["verify"]).expect_code(0);
}

/// Where the repositories of older schemas are kept: those that a program wrote, and catalogs of the versions between.
fn of_schema(version: u32) -> Place {
    let written = match version {
        1..=7 => "v0.1.0",
        _ => "schema8",
    };
    let place = Place::with_engine("stub");
    copy_folder(&project_file("tests/fixtures/repository").join(written), &place.repository());
    let kept = project_file("tests/fixtures/repository").join(format!("schema{version}/catalog.sqlite"));
    // Of versions 3 and 8 the whole repository is kept.
    if version != 3 && version != 8 {
        fs::copy(kept, place.repository().join("catalog.sqlite")).unwrap();
    }
    if written == "v0.1.0" {
        for name in ["H38.23-260412-1763.002.tif", "000.36.22.H38-230814-0962/01-giay-tiep-nhan.tif"] {
            place.put(name, &fs::read(project_file("samples/inbox").join(name)).unwrap());
        }
    }
    place
}

fn newest_schema() -> u32 {
    let folder = project_file("src/repository/catalog/sqlite/migrations");
    u32::try_from(fs::read_dir(folder).unwrap().count()).unwrap()
}

#[test]
fn repositories_of_every_schema_are_tried_upgraded_proven_and_go_on() {
    let newest = newest_schema();
    for version in 1..=newest {
        let place = of_schema(version);
        let catalog = place.repository().join("catalog.sqlite");
        assert_eq!(schema(&catalog), version);
        let before = content(&place.repository());
        let plan = place.sohoa(&["upgrade", "--dry-run", "--json"]).expect_code(0).json();
        assert!(content(&place.repository()) == before, "{version}: a dry run changes nothing");
        assert_eq!((&plan["found"], &plan["known"]), (&version.into(), &newest.into()), "{plan:#}");

        let done = place.sohoa(&["upgrade", "--json"]).expect_code(0).json();
        assert_eq!(done["tables"], plan["tables"], "{version}");
        assert_eq!(schema(&catalog), newest);
        if version != newest {
            assert_eq!(schema(&place.repository().join(format!("catalog.v{version}.sqlite"))), version);
        }
        // The second of the two is kept without its index.
        place.sohoa(&["repair"]).expect_code(0);
        let seen = place.sohoa(&["verify", "--json"]).expect_code(0).json();
        let records = seen["records"].as_u64().unwrap();
        assert_eq!(records, if version < 8 { 3 } else { 6 }, "{version}: {seen:#}");
        let ran = place.run().expect_code(0).json();
        assert_eq!((&ran["cost"]["pages_read"], &ran["dossiers"]), (&0.into(), &serde_json::json!([])), "{version}: {ran:#}");
        let waiting = place.sohoa(&["pending", "--json"]).expect_code(0).json();
        // What the first program sealed waits for nobody.
        assert_eq!(waiting["total"], if version < 8 { 0 } else { 4 }, "{version}: {waiting:#}");
        // Work goes on: a page is put in, and a manifest tells of it.
        if version < 8 {
            let scan = project_file("tests/fixtures/repository/late.png");
            let scan = scan.to_str().unwrap();
            let dossier = "000.36.22.H38-230814-0962";
            place
                .sohoa(&["page", "insert", dossier, "--document", "1", "--page", "1", "--scan", scan, "--accept"])
                .expect_code(0);
        }
        place.sohoa(&["export"]).expect_code(0);
        place.sohoa(&["verify"]).expect_code(0);
        let to = place.path().join("backup");
        place.sohoa(&["backup", to.to_str().unwrap()]).expect_code(0);
        place.sohoa(&["restore", "--check", to.to_str().unwrap()]).expect_code(0);
    }
}
