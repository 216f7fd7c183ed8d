//! Where papers were taken in: it stays with every scan.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::console::{Server, add_user};
use crate::support::{CODE_A, CODE_B, Place, Ran, png_page};

/// Settings in which two folders of the inbox are those of two sites.
fn settings(place: &Place, of_the_post: &str) -> PathBuf {
    let file = place.path().join("sohoa.toml");
    let inbox = place.inbox();
    let text = format!(
        "[[inboxes]]\nfolder = \"{0}\"\nsite = \"TT\"\nname = \"Trung tâm\"\nkind = \"centre\"\n\
         [[inboxes]]\nfolder = \"{0}/buu-dien\"\nsite = \"BD-01\"\nname = \"{of_the_post}\"\nkind = \"postal_enterprise\"\noperator = \"Tổ số hóa\"\n",
        inbox.display()
    );
    fs::write(&file, text).unwrap();
    file
}

fn sohoa(place: &Place, config: &PathBuf, arguments: &[&str]) -> Ran {
    place.command(arguments).env("SOHOA_CONFIG", config).output().unwrap().into()
}

fn run(place: &Place, config: &PathBuf) -> Ran {
    place.run_command(&[]).env("SOHOA_CONFIG", config).output().unwrap().into()
}

fn records(place: &Place, code: &str) -> Vec<Value> {
    let shown = place.sohoa(&["show", code, "--json"]).expect_code(0).json();
    shown["records"].as_array().unwrap().clone()
}

#[test]
fn a_scan_keeps_where_it_came_from_whatever_the_settings_say_later() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("buu-dien/{CODE_B}/1.png"), &png_page(2));
    place.put(&format!("buu-dien/{CODE_B}/2.png"), &png_page(3));
    let config = settings(&place, "Bưu điện tỉnh");
    run(&place, &config).expect_code(0);
    let source = |code: &str, record: usize| records(&place, code)[record]["documents"][0]["source"]["origin"].clone();
    assert_eq!(source(CODE_A, 0)["site"]["code"], "TT");
    let of_the_post = source(CODE_B, 0);
    assert_eq!(of_the_post["site"], serde_json::json!({ "code": "BD-01", "name": "Bưu điện tỉnh", "kind": "postal_enterprise" }));
    assert_eq!(of_the_post["operator"], "Tổ số hóa");
    let told = place.sohoa(&["show", CODE_B]).expect_code(0).stdout;
    assert!(told.contains("Bưu điện tỉnh (BD-01, doanh nghiệp bưu chính); Tổ số hóa"), "{told}");
    place.sohoa(&["verify"]).expect_code(0);
    // The site is called otherwise now, and the same scan lies elsewhere too: the record stands.
    let config = settings(&place, "Bưu cục số 1");
    place.put(&format!("{CODE_B}/1.png"), &png_page(2));
    run(&place, &config).expect_code(0);
    assert_eq!(records(&place, CODE_B).len(), 1);
    // A late paper makes a version, in which the others keep their names.
    place.put(&format!("buu-dien/{CODE_B}/4.png"), &png_page(4));
    run(&place, &config).expect_code(0);
    assert_eq!(source(CODE_B, 1)["site"]["name"], "Bưu điện tỉnh");
    assert_eq!(records(&place, CODE_B)[1]["documents"][2]["source"]["origin"]["site"]["name"], "Bưu cục số 1");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn the_report_of_a_site_counts_its_pages_alone() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("buu-dien/{CODE_B}/1.png"), &png_page(2));
    place.put(&format!("buu-dien/{CODE_B}/2.png"), &png_page(3));
    place.put("buu-dien/khong-ro.png", &png_page(5));
    let config = settings(&place, "Bưu điện tỉnh");
    run(&place, &config).expect_code(3);
    let file = place.path().join("so.csv");
    let today = place.sohoa(&["report", "--json"]).expect_code(0).json()["started_at"].as_str().unwrap()[..10].to_owned();
    let row = |code: &str, site: &str| format!("{code},1.011441,{today},{site}\n");
    // The register calls one by its code, the other by its name.
    fs::write(&file, ["MaHoSo,MaTTHC,NgayTiepNhan,DiemTiepNhan\n", &row(CODE_A, "TT"), &row(CODE_B, "Bưu điện tỉnh")].concat())
        .unwrap();
    let imported = sohoa(&place, &config, &["register", "import", file.to_str().unwrap()]);
    let year = &today[..4];
    let figure = |site: Option<&str>, name: &str| {
        let mut arguments = vec!["report", "--period", year, "--json"];
        arguments.extend(site.iter().flat_map(|site| ["--site", site]));
        let report = sohoa(&place, &config, &arguments).expect_code(0).json();
        report["figures"].as_array().unwrap().iter().find(|figure| figure["name"] == name).unwrap().clone()
    };
    assert_eq!(figure(None, "pages_sealed")["numerator"], 3);
    assert_eq!(figure(Some("TT"), "pages_sealed")["numerator"], 1);
    assert_eq!(figure(Some("bd-01"), "pages_sealed")["numerator"], 2);
    assert_eq!(figure(Some("bưu điện tỉnh"), "exceptions"), figure(Some("BD-01"), "exceptions"));
    assert_eq!(
        (&figure(Some("BD-01"), "exceptions")["numerator"], &figure(Some("BD-01"), "exceptions")["denominator"]),
        (&1.into(), &3.into())
    );
    assert_eq!(figure(Some("BD-01"), "clerk_minutes")["missing"]["what"], "not_by_site");
    imported.expect_code(0);
    assert_eq!(figure(Some("BD-01"), "received")["numerator"], 1, "by the name that the register has for it");
    assert_eq!(figure(Some("TT"), "received")["numerator"], 1);
    // Under its new name it is the same site.
    settings(&place, "Bưu cục số 1");
    assert_eq!(figure(Some("Bưu cục số 1"), "pages_sealed")["numerator"], 2);
    assert_eq!(figure(Some("BD-01"), "pages_sealed")["numerator"], 2);
}

#[test]
fn settings_that_cannot_be_meant_are_refused() {
    let place = Place::with_engine("stub");
    let config = place.path().join("sohoa.toml");
    let inbox = |folder: &str, site: &str, name: &str| {
        format!("[[inboxes]]\nfolder = \"{folder}\"\nsite = \"{site}\"\nname = \"{name}\"\nkind = \"commune\"\n")
    };
    for text in [
        inbox("hop-den", "A", "Xã A"),
        inbox("/a", " ", "Xã A"),
        [inbox("/a", "A", "Xã A"), inbox("/a", "B", "Xã B")].concat(),
        [inbox("/a", "A", "Xã A"), inbox("/b", "A", "Xã B")].concat(),
        inbox("/a", "A", "Xã A").replace("commune", "xa"),
    ] {
        fs::write(&config, &text).unwrap();
        sohoa(&place, &config, &["status"]).expect_code(2);
    }
    fs::write(&config, [inbox("/a", "A", "Xã A"), inbox("/b", "A", "Xã A")].concat()).unwrap();
    assert_ne!(sohoa(&place, &config, &["search", "x"]).code, Some(2), "one site may have several inboxes");
}

#[test]
fn papers_are_found_and_counted_by_where_they_were_taken_in_and_by_procedure() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("buu-dien/{CODE_B}/1.png"), &png_page(2));
    let config = settings(&place, "Bưu điện xã");
    run(&place, &config).expect_code(0);
    let table = place.path().join("so.csv");
    fs::write(&table, format!("MaHoSo,MaTTHC,NgayTiepNhan\n{CODE_B},1.011441.000.00.00.H38,06/07/2023 08:30\n")).unwrap();
    place.sohoa(&["register", "import", table.to_str().unwrap()]).expect_code(0);
    let codes = |query: &str| -> Vec<String> {
        let answer = place.sohoa(&["search", "--json", query]).expect_code(0).json();
        answer["hits"].as_array().unwrap().iter().map(|hit| hit["dossier_code"].as_str().unwrap().to_owned()).collect()
    };
    for query in ["noitiepnhan:BD-01", "site:\"Bưu điện xã\"", "noitiepnhan:buu", "noitiepnhan:\"bưu điện\" -site:TT"] {
        assert_eq!(codes(query), [CODE_B], "{query}");
    }
    assert_eq!(codes("noitiepnhan:TT"), [CODE_A]);
    assert_eq!(codes("noitiepnhan:\"Trung tâm xã\""), [""; 0]);
    let counted = place.sohoa(&["search", "--json", "--facets", "site:(TT HOẶC BD-01)"]).expect_code(0).json();
    let values = |facet: &str| -> Vec<(String, u64)> {
        let values = counted["facets"][facet].as_array().unwrap().iter();
        let mut values: Vec<_> =
            values.map(|value| (value["value"].as_str().unwrap().to_owned(), value["pages"].as_u64().unwrap())).collect();
        values.sort();
        values
    };
    assert_eq!(values("site"), [("BD-01".to_owned(), 1), ("TT".to_owned(), 1)]);
    assert_eq!(values("procedure"), [("1.011441".to_owned(), 1)], "the dossier that the register knows");
    let shown = place.sohoa(&["search", "--facets", "site:BD-01"]).expect_code(0).stdout;
    assert!(
        shown.contains("thủ tục")
            && shown.contains("1.011441")
            && shown.contains("nơi tiếp nhận")
            && shown.contains("BD-01 Bưu điện xã"),
        "{shown}"
    );
    // The console counts by the same, and leads on by site.
    add_user(&place, "lan", "archivist");
    let server = Server::start(&place);
    let mut lan = server.signed_in("lan");
    let all = lan.get("/search?q=&from=&site=&code=H38").text();
    assert!(all.contains("site=BD-01") && all.contains("Bưu điện xã") && all.contains("1.011441"), "{all}");
    let narrowed = lan.get("/search?q=&code=H38&site=BD-01").text();
    assert!(narrowed.contains(CODE_B) && !narrowed.contains(CODE_A), "{narrowed}");
}
