//! Pages that come late, come twice, or show what is to be kept from strangers.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::rescan;
use crate::support::{CODE_A, CODE_B, Place, Ran, exceptions, expect_ledger, png_page, project_file, refused};

/// Nobody's: the number has a province that does not exist.
pub const CARD: &str = "999099000001|999000001|Nguyễn Văn Thử|01021990|Nam|Thôn Mẫu, Xã Mẫu|15062021";
const OTHER_CARD: &str = "999199000002||Trần Thị Mẫu|02031991|Nữ|Thôn Mẫu, Xã Mẫu|15062021||Nguyễn Văn Cha|Lê Thị Mẹ";

/// A TIFF with the pictures of these PNGs.
fn tiff_of(pages: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut bytes).unwrap();
    for page in pages {
        let picture = image::load_from_memory(page).unwrap().into_luma8();
        encoder.write_image::<tiff::encoder::colortype::Gray8>(picture.width(), picture.height(), &picture).unwrap();
    }
    bytes.into_inner()
}

/// A page with bars that spell `number` and a QR code of these bytes below.
pub fn page_with_code(number: u32, payload: &str) -> Vec<u8> {
    let mut page = image::load_from_memory(&png_page(number)).unwrap().into_luma8();
    // As bytes: cards do not say that theirs are UTF-8.
    let symbol = zxingcpp::create(zxingcpp::BarcodeFormat::QRCode).from_slice(payload.as_bytes()).unwrap();
    let drawn = symbol.to_image_with(&zxingcpp::write().scale(4).add_quiet_zones(true)).unwrap();
    let code = image::GrayImage::from_vec(drawn.width() as u32, drawn.height() as u32, drawn.data()).unwrap();
    let mut sheet =
        image::GrayImage::from_pixel(page.width().max(code.width()), page.height() + code.height(), image::Luma([250]));
    image::imageops::replace(&mut sheet, &page, 0, 0);
    image::imageops::replace(&mut sheet, &code, 0, i64::from(page.height()));
    page = sheet;
    let mut bytes = Vec::new();
    page.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

/// A place where [`CODE_A`] has a document of pages 1 and 2, and one of page 3.
fn place_with_two_documents(engine: &'static str) -> Place {
    let place = Place::with_engine(engine);
    place.put(&format!("{CODE_A}/1.tif"), &tiff_of(&[png_page(1), png_page(2)]));
    place.put(&format!("{CODE_A}/2.png"), &png_page(3));
    place.run().expect_code(0);
    place
}

/// A scan that lies outside the inbox.
fn late_scan(place: &Place, name: &str, bytes: &[u8]) -> PathBuf {
    let path = place.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn command(place: &Place, verb: &str, document: u32, page: u32, scan: &PathBuf) -> Command {
    let (document, page) = (document.to_string(), page.to_string());
    let mut command = place.command(&["page", verb, CODE_A, "--document", &document, "--page", &page, "--json"]);
    command.arg("--scan").arg(scan);
    command
}

fn change(place: &Place, verb: &str, document: u32, page: u32, scan: &PathBuf) -> Ran {
    command(place, verb, document, page, scan).output().unwrap().into()
}

/// All versions of a record, the oldest first.
fn versions(place: &Place, code: &str, kind: &str) -> Vec<Value> {
    let shown = place.sohoa(&["show", code, "--json"]).expect_code(0).json();
    shown["records"].as_array().unwrap().iter().filter(|record| record["kind"] == kind).cloned().collect()
}

fn latest(place: &Place) -> Value {
    versions(place, CODE_A, "dossier").pop().unwrap()
}

/// The pages of a document as `file/page`, where the file is named.
fn pages_of(document: &Value) -> Vec<String> {
    let files: Vec<&Value> =
        [&document["source"]].into_iter().chain(document["more_sources"].as_array().into_iter().flatten()).collect();
    let name = |scan: &Value| files.iter().find(|file| file["blake3"] == *scan).unwrap()["name"].as_str().unwrap();
    let pages = document["pages"].as_array().unwrap();
    assert_eq!(document["file"]["pages"], pages.len());
    pages.iter().map(|page| format!("{}/{}", name(&page["scan"]), page["ordinal"])).collect()
}

#[test]
fn late_pages_go_in_front_between_and_behind_and_every_version_stays() {
    let place = place_with_two_documents("stub");
    let before = latest(&place);
    let scans = [
        late_scan(&place, "front.png", &png_page(10)),
        late_scan(&place, "middle.tif", &tiff_of(&[png_page(11), png_page(12)])),
        late_scan(&place, "end.png", &png_page(13)),
    ];
    for ((scan, page), count) in scans.iter().zip([1, 2, 6]).zip([1, 2, 1]) {
        let record = change(&place, "insert", 1, page, scan).expect_code(0).json();
        let change = &record["change"];
        assert_eq!((&change["action"], &change["ordinal"], &change["page"]), (&"inserted".into(), &1.into(), &page.into()));
        assert_eq!((change["brought"].as_array().unwrap().len(), &change["removed"]), (count, &Value::Null), "{change:#}");
        assert!(scan.exists(), "the scan is the person's");
        expect_ledger(&place.sohoa(&["report", "--json"]).json(), count as u64, count as u64, 0, 0, 0);
    }
    let all = versions(&place, CODE_A, "dossier");
    assert_eq!(all.iter().map(|record| record["version"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(all[0]["documents"], before["documents"], "the old version stays");
    for pair in all.windows(2) {
        assert_eq!(pair[1]["supersedes"], pair[0]["id"]);
        assert_eq!(pair[1]["documents"][1], before["documents"][1], "the other document is untouched");
    }
    let document = &all[3]["documents"][0];
    assert_eq!(pages_of(document), ["front.png/0", "middle.tif/0", "middle.tif/1", "1.tif/0", "1.tif/1", "end.png/0"]);
    assert_eq!((&document["ordinal"], &document["file"]["name"]), (&1.into(), &format!("{CODE_A}.001.pdf").into()));
    assert_eq!(document["source"], before["documents"][0]["source"]);

    // Found, verified, shown and exported like any other version.
    let hits = place.sohoa(&["search", "quyết định", "--json"]).expect_code(0).json()["hits"].clone();
    assert_eq!(hits.as_array().unwrap().len(), 7, "{hits:#}");
    place.sohoa(&["verify"]).expect_code(0);
    let text = place.sohoa(&["show", CODE_A, "--lang", "vi"]).expect_code(0).stdout;
    assert!(text.contains(&format!("{CODE_A}.001.pdf: đã chèn 1 trang từ vị trí 6, tổng cộng 6 trang")), "{text}");
    assert!(text.contains("bản 2") && text.contains("end.png"), "{text}");
    let manifest = place.sohoa(&["export", "--json"]).expect_code(0).json()["manifest"].as_str().unwrap().to_owned();
    let manifest: Value = serde_json::from_slice(&fs::read(manifest).unwrap()).unwrap();
    let schema: Value = serde_json::from_slice(&fs::read(project_file("docs/manifest.v6.schema.json")).unwrap()).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&manifest));
    assert_eq!(manifest["records"].as_array().unwrap().len(), 3);
    assert_eq!(manifest["records"][2]["change"]["page"], 6);
}

#[test]
fn a_page_is_replaced_and_the_old_one_stays_in_the_version_before() {
    let place = place_with_two_documents("stub");
    let scan = late_scan(&place, "better.png", &png_page(20));
    let record = change(&place, "replace", 1, 2, &scan).expect_code(0).json();
    assert_eq!(pages_of(&record["documents"][0]), ["1.tif/0", "better.png/0"]);
    let old = versions(&place, CODE_A, "dossier").remove(0);
    assert_eq!(record["change"]["removed"], old["documents"][0]["pages"][1]);
    assert_eq!(pages_of(&old["documents"][0]), ["1.tif/0", "1.tif/1"]);
    // A document of one page, wholly replaced, keeps its number, name and first scan.
    let record = change(&place, "replace", 2, 1, &late_scan(&place, "other.png", &png_page(21))).expect_code(0).json();
    assert_eq!(pages_of(&record["documents"][1]), ["other.png/0"]);
    assert_eq!(record["documents"][1]["source"]["name"], "2.png");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn results_have_pages_put_in_too() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("ket-qua/{CODE_A}/kq.png"), &png_page(2));
    place.run().expect_code(0);
    let scan = late_scan(&place, "late.png", &png_page(3));
    let mut wrong = command(&place, "insert", 2, 2, &scan);
    refused(wrong.args(["--kind", "dossier"]).output().unwrap().into(), 6, "not-found");
    let record = change(&place, "insert", 2, 2, &scan).expect_code(0).json();
    assert_eq!(
        (&record["kind"], pages_of(&record["documents"][0])),
        (&"result".into(), vec!["kq.png/0".into(), "late.png/0".into()])
    );
    assert_eq!(versions(&place, CODE_A, "dossier").len(), 1);
}

#[test]
fn what_cannot_be_done_is_told_and_changes_nothing() {
    let place = place_with_two_documents("stub");
    let scan = late_scan(&place, "late.png", &png_page(10));
    for (document, page) in [(9, 1), (1, 0), (1, 4)] {
        refused(change(&place, "insert", document, page, &scan), 6, "not-found");
    }
    refused(change(&place, "replace", 1, 3, &scan), 6, "not-found");
    refused(place.sohoa(&["page", "insert", CODE_B, "--document", "1", "--page", "1", "--scan", "x"]), 6, "not-found");
    assert_eq!(place.sohoa(&["report", "--json"]).json()["batch"], 1, "nothing was begun");

    refused(change(&place, "insert", 1, 1, &place.path().join("nowhere.png")), 1, "file-unreadable");
    refused(change(&place, "insert", 1, 1, &late_scan(&place, "empty.png", b"")), 1, "file-empty");
    refused(change(&place, "insert", 1, 1, &late_scan(&place, "text.png", b"text")), 1, "file-unknown-type");
    let two = late_scan(&place, "two.tif", &tiff_of(&[png_page(11), png_page(12)]));
    refused(change(&place, "replace", 1, 1, &two), 1, "page-count");
    // The same picture in another file is the same page.
    refused(change(&place, "insert", 1, 1, &late_scan(&place, "again.png", &png_page(2))), 1, "page-already-present");
    let stranger = late_scan(&place, "stranger.png", &page_with_code(30, CODE_B));
    refused(change(&place, "insert", 1, 1, &stranger), 1, "dossier-conflict");
    let report = place.sohoa(&["report", "--json"]).expect_code(0).json();
    assert_eq!(exceptions(&report).into_values().collect::<Vec<_>>(), ["dossier-conflict"]);
    expect_ledger(&report, 1, 0, 0, 0, 1);
    assert!(stranger.exists() && two.exists());
    assert_eq!(latest(&place)["version"], 1);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn the_same_page_is_not_put_in_twice() {
    let place = place_with_two_documents("stub");
    let scan = late_scan(&place, "late.png", &png_page(10));
    change(&place, "insert", 1, 3, &scan).expect_code(0);
    refused(change(&place, "insert", 1, 3, &scan), 1, "page-already-present");
    refused(change(&place, "insert", 1, 1, &scan), 1, "page-already-present");
    refused(change(&place, "replace", 1, 3, &scan), 1, "page-already-present");
    assert_eq!(latest(&place)["version"], 2);
}

#[test]
fn a_poor_page_is_put_in_only_if_a_person_accepts_it() {
    let place = place_with_two_documents("stub");
    let scan = late_scan(&place, "poor.png", &rescan::page(2, 3.5));
    let ran = change(&place, "insert", 1, 1, &scan).expect_code(1);
    assert!(
        ran.stderr.contains("[rescan]") && ran.stderr.contains("độ nhòe") && ran.stderr.contains("--accept"),
        "{}",
        ran.stderr
    );
    let mut accepted = command(&place, "insert", 1, 1, &scan);
    Ran::from(accepted.arg("--accept").output().unwrap()).expect_code(0);
    assert_eq!(latest(&place)["version"], 2);
}

#[test]
fn a_change_that_was_killed_is_done_once_or_not_at_all() {
    let place = place_with_two_documents("slow");
    let scan = late_scan(&place, "late.tif", &tiff_of(&[png_page(10), png_page(11)]));
    let began = Instant::now();
    change(&place, "insert", 2, 1, &scan).expect_code(0);
    let whole = began.elapsed();
    for part in [0.2, 0.5, 0.8, 0.95] {
        let mut run = command(&place, "insert", 1, 2, &scan).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * part));
        run.kill().unwrap();
        run.wait().unwrap();
    }
    let last = change(&place, "insert", 1, 2, &scan);
    assert!(last.code == Some(0) || last.stderr.contains("[page-already-present]"), "{last:?}");
    assert_eq!(pages_of(&latest(&place)["documents"][0]), ["1.tif/0", "late.tif/0", "late.tif/1", "1.tif/1"]);
    assert_eq!(latest(&place)["version"], 3);
    place.run().expect_code(0);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_change_survives_a_new_recipe_and_the_scans_in_the_inbox() {
    let place = place_with_two_documents("stub");
    // The late scan lies in the inbox, too.
    let scan = place.put(&format!("{CODE_A}/late.png"), &png_page(10));
    change(&place, "insert", 1, 2, &scan).expect_code(0);
    let changed = ["1.tif/0", "late.png/0", "1.tif/1"];
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 0, 0, 0, 0, 0);
    assert_eq!((&report["unchanged_files"], &report["manifest"]), (&3.into(), &"000002.json".into()), "{report:#}");

    let mut other = place.run_command(&[]);
    let report = Ran::from(other.env("SOHOA__RECOGNISE__ENGINE", "unsure").output().unwrap()).expect_code(0).json();
    expect_ledger(&report, 3, 3, 0, 0, 0);
    assert_eq!(report["cost"]["pages_read"], 4, "the late page is read by the new recipe as well");
    let record = latest(&place);
    assert_eq!((&record["version"], &record["change"]), (&3.into(), &Value::Null));
    assert_eq!(pages_of(&record["documents"][0]), changed);
    assert_eq!(record["documents"].as_array().unwrap().len(), 2);
    let mut other = place.run_command(&[]);
    let again = Ran::from(other.env("SOHOA__RECOGNISE__ENGINE", "unsure").output().unwrap()).expect_code(0).json();
    assert_eq!((&again["ledger"]["scanned"], &again["manifest"]), (&0.into(), &Value::Null), "{again:#}");
    let hits = place.sohoa(&["search", "quyết định", "--json"]).expect_code(0).json()["hits"].clone();
    assert_eq!(hits.as_array().unwrap().len(), 4, "{hits:#}");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn the_same_pictures_in_another_file_are_not_sealed_again() {
    let place = place_with_two_documents("stub");
    // Saved once more, in one night or another; the same pages in another dossier are its own.
    place.put(&format!("{CODE_A}/2-saved-again.tif"), &tiff_of(&[png_page(3)]));
    place.put(&format!("{CODE_A}/new.png"), &png_page(4));
    place.put(&format!("{CODE_A}/new.tif"), &tiff_of(&[png_page(4)]));
    place.put(&format!("{CODE_A}/only-one-of-them.png"), &png_page(1));
    place.put(&format!("{CODE_B}/2.tif"), &tiff_of(&[png_page(3)]));
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 3, 3, 0, 0, 0);
    let duplicates = [format!("{CODE_A}/2-saved-again.tif"), format!("{CODE_A}/new.tif")];
    assert_eq!(report["duplicate_files"], serde_json::json!(duplicates), "{report:#}");
    assert_eq!(latest(&place)["documents"].as_array().unwrap().len(), 4);
    let text = place.sohoa(&["report", "--lang", "vi"]).expect_code(0).stdout;
    assert!(text.contains(&format!("không lưu lại: {}", duplicates.join(", "))), "{text}");
    // Told once.
    let again = place.run().expect_code(0).json();
    assert_eq!((&again["unchanged_files"], &again["duplicate_files"]), (&7.into(), &serde_json::json!([])), "{again:#}");
    assert_eq!(again["manifest"], Value::Null);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_page_that_looks_like_one_before_is_sealed_and_told() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.tif"), &tiff_of(&[png_page(1), png_page(2), png_page(1)]));
    let report = place.run().expect_code(0).json();
    expect_ledger(&report, 3, 3, 0, 0, 0);
    let file = format!("{CODE_A}.001.pdf");
    assert_eq!(report["repeated_pages"], serde_json::json!([{ "file": file, "page": 3, "like": 1 }]));
    let text = place.sohoa(&["report", "--lang", "vi"]).expect_code(0).stdout;
    assert!(text.contains(&format!("{file}: trang 3 giống trang 1")), "{text}");
    let text = place.sohoa(&["show", CODE_A, "--lang", "en"]).expect_code(0).stdout;
    assert!(text.contains("page 3 looks like page 1"), "{text}");
    assert_eq!(latest(&place)["files"][0]["pages"][2]["looks_like"], 1);
}

#[test]
fn identity_cards_name_the_owner_and_their_pages_are_sensitive() {
    let place = Place::with_engine("stub");
    let cards = [png_page(1), page_with_code(2, CARD), page_with_code(3, OTHER_CARD)];
    place.put(&format!("{CODE_A}/cccd.tif"), &tiff_of(&cards));
    let report = place.run().expect_code(0).json();
    let document = latest(&place)["documents"][0].clone();
    assert_eq!(document["sensitive_pages"].as_array().unwrap()[..], document["pages"].as_array().unwrap()[1..]);
    for (name, value) in [("owner_number", "999099000001"), ("owner_name", "Nguyễn Văn Thử"), ("owner_birth_date", "1990-02-01")]
    {
        let field = &document["fields"][name];
        assert_eq!((&field["value"], &field["source"], &field["status"]), (&value.into(), &"barcode".into(), &"accepted".into()));
    }
    let text = place.sohoa(&["show", CODE_A, "--lang", "vi"]).expect_code(0).stdout;
    assert!(
        text.contains("trang 2 nhạy cảm") && text.contains("trang 3 nhạy cảm") && !text.contains("trang 1 nhạy cảm"),
        "{text}"
    );
    assert_eq!(latest(&place)["files"][0]["pages"][1]["sensitive"], true);
    assert_eq!(report["exceptions"], serde_json::json!([]));
    // Two owners in one dossier: one card may have gone astray. Their numbers are told to nobody.
    let owners = serde_json::json!([{ "code": CODE_A, "kind": "dossier", "owners": 2 }]);
    assert_eq!(report["card_owners"], owners);
    let text = place.sohoa(&["report", "--lang", "vi"]).expect_code(0).stdout;
    assert!(text.contains("thẻ căn cước của 2 người khác nhau") && !text.contains("999099000001"), "{text}");
}

#[test]
fn a_card_leaves_no_picture_and_nothing_of_it_in_the_log() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/cccd.png"), &page_with_code(2, CARD));
    place.put(&format!("{CODE_A}/don.png"), &png_page(3));
    let mut strict = place.command(&["run", "-vv", "--lang", "en", "--inbox"]);
    strict.arg(place.inbox()).env("SOHOA__QUALITY__LOWEST_DPI", "500").env("SOHOA_LOG", "trace");
    let ran = Ran::from(strict.output().unwrap()).expect_code(3);
    assert!(ran.stdout.contains("no picture is made: an identity card is on the page"), "{}", ran.stdout);
    let pictures: Vec<String> = fs::read_dir(place.repository().join("exceptions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(pictures.len() == 1 && pictures[0].starts_with("don.png"), "{pictures:?}");
    for secret in ["999099000001", "Nguyễn Văn Thử", "01021990"] {
        assert!(!ran.stderr.contains(secret) && !ran.stdout.contains(secret), "{secret} was told: {}", ran.stderr);
    }
}
