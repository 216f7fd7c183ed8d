//! `repair` makes again what can be made, and leaves and names what cannot.

use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde_json::{Value, json};

use crate::support::{CODE_A, CODE_B, Place, png_page, tiff_of};

/// Two dossiers, one of them with a blank page, and a file that waits.
fn sealed() -> Place {
    let place = Place::with_engine("stub");
    let page = image::load_from_memory(&png_page(1)).unwrap().to_luma8();
    let blank = image::GrayImage::from_pixel(330, 466, image::Luma([250]));
    place.put(&format!("{CODE_A}/1.tif"), &tiff_of(&[page, blank]));
    place.put(&format!("{CODE_B}/1.png"), &png_page(3));
    place.put("nobody.png", &png_page(4));
    place.run().expect_code(3);
    place.sohoa(&["verify"]).expect_code(0);
    place
}

fn catalog(place: &Place) -> Connection {
    Connection::open(place.repository().join("catalog.sqlite")).unwrap()
}

fn pages(place: &Place) -> Vec<Vec<Sql>> {
    let db = catalog(place);
    let mut query = db.prepare("SELECT scan, ordinal, recipe, content, digest, row_digest FROM page ORDER BY 1, 2, 3").unwrap();
    let rows = query.query_map([], |row| (0..6).map(|column| row.get(column)).collect()).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn plant(place: &Place, sql: &str) {
    assert!(catalog(place).execute(sql, []).unwrap() > 0, "{sql}");
}

/// Ways to lose what was read on pages.
const LOSSES: &[&str] = &[
    "UPDATE page SET content = x'ffff' WHERE ordinal = 0",
    "UPDATE page SET content = zeroblob(length(content))",
    "UPDATE page SET digest = zeroblob(32) WHERE ordinal = 1",
    "UPDATE page SET row_digest = NULL",
    "DELETE FROM page WHERE ordinal = 0",
    "DELETE FROM page WHERE ordinal = 1",
    "DELETE FROM page WHERE scan = (SELECT scan FROM entry WHERE path = 'nobody.png')",
    "UPDATE page SET content = x'00' WHERE scan = (SELECT scan FROM entry WHERE path = 'nobody.png')",
    "DELETE FROM page",
];

#[test]
fn what_was_read_on_a_page_is_read_again_where_it_is_lost() {
    let place = sealed();
    let before = pages(&place);
    for loss in LOSSES {
        plant(&place, loss);
        let found = place.sohoa(&["verify", "--json"]).expect_code(5).json();
        let told = |one: &Value| one["remedy"]["name"] == "read-again";
        assert!(found["findings"].as_array().unwrap().iter().any(told), "{loss}: {found:#}");
        let repair = place.sohoa(&["repair", "--by", "Văn thư", "--reason", "hỏng đĩa", "--json"]).expect_code(0).json();
        assert!(!repair["pages"].as_array().unwrap().is_empty(), "{loss}: {repair:#}");
        assert_eq!(pages(&place), before, "{loss}");
        place.sohoa(&["verify"]).expect_code(0);
        let audit = place.sohoa(&["audit", "--json"]).expect_code(0).json();
        let act = audit["acts"].as_array().unwrap().last().unwrap();
        assert_eq!((&act["deed"]["kind"], &act["actor"]["by"]), (&json!("pages_read_again"), &json!("Văn thư")), "{loss}");
        assert_eq!(act["reason"], "hỏng đĩa");
    }
    let report = place.run().json();
    assert_eq!(report["cost"]["pages_read"], 0, "{report:#}");
}

/// Nothing is put in the place of what is lost that is not proven to be the same.
#[test]
fn what_cannot_be_read_as_it_was_is_left_and_named() {
    let place = sealed();
    plant(&place, "UPDATE page SET content = x'ffff' WHERE ordinal = 0");
    let before = pages(&place);
    let left = |place: &Place, what: &str, environment: Option<(&str, &str)>| {
        let mut command = place.command(&["repair", "--json"]);
        command.envs(environment);
        let repair = crate::support::Ran::from(command.output().unwrap()).expect_code(5).json();
        assert_eq!(repair["pages"], json!([]), "{what}");
        assert!(!repair["remaining"].as_array().unwrap().is_empty(), "{what}");
        assert_eq!(pages(place), before, "{what}");
    };
    left(&place, "another recipe", Some(("SOHOA__RECOGNISE__LANGUAGE", "vie+eng")));
    left(&place, "no engine", Some(("SOHOA__RECOGNISE__ENGINE", "none")));
    // Their records and their ledger tell of another text: that is the proof which is missing.
    let db = catalog(&place);
    let acts: Vec<(i64, String)> = {
        let mut query = db.prepare("SELECT number, content FROM act WHERE content LIKE '%batch_ended%'").unwrap();
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
    };
    for (number, _) in &acts {
        db.execute("UPDATE act SET content = replace(content, '\"ledger\":\"', '\"ledger\":\"0') WHERE number = ?1", [number])
            .unwrap();
    }
    let records: Vec<(i64, String)> = {
        let mut query = db.prepare("SELECT change, content FROM record").unwrap();
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
    };
    for (change, content) in &records {
        let mut json: Value = serde_json::from_str(content).unwrap();
        json["documents"][0]["text_digest"] = json!("00".repeat(32));
        let mut record: sohoa::model::record::Record = serde_json::from_value(json).unwrap();
        record.id = record.made_id();
        let text = serde_json::to_string(&record).unwrap();
        db.execute("UPDATE record SET content = ?2 WHERE change = ?1", rusqlite::params![change, text]).unwrap();
    }
    drop(db);
    left(&place, "another text", None);
    let db = catalog(&place);
    for (change, content) in records {
        db.execute("UPDATE record SET content = ?2 WHERE change = ?1", rusqlite::params![change, content]).unwrap();
    }
    for (number, content) in acts {
        db.execute("UPDATE act SET content = ?2 WHERE number = ?1", rusqlite::params![number, content]).unwrap();
    }
    drop(db);
    place.sohoa(&["repair"]).expect_code(0);
}

#[test]
fn what_is_made_again_beside_the_catalog_is_told_in_an_act() {
    let place = sealed();
    std::fs::remove_dir_all(place.repository().join("index")).unwrap();
    std::fs::remove_file(place.repository().join("exports/000001.json")).unwrap();
    place.sohoa(&["repair", "--by", "Văn thư"]).expect_code(0);
    let audit = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let act = audit["acts"].as_array().unwrap().last().unwrap();
    assert_eq!(act["deed"], json!({ "kind": "made_again", "made": ["000001.json", "index"] }));
    // Nothing to do is no act.
    let count = audit["acts"].as_array().unwrap().len();
    place.sohoa(&["repair"]).expect_code(0);
    let audit = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    assert_eq!(audit["acts"].as_array().unwrap().len(), count);
}
