//! Search, records and batches as people of each role see them, and what is tried to see more.

use std::fs;

use super::{Server, add_user, encoded};
use crate::pages::{CARD, page_with_code};
use crate::search::place_of_truth;
use crate::support::{CODE_A, Place, png_page, tiff_of};

/// The number on the identity card, and the day of birth as it is told.
const NUMBER: &str = "999099000001";
const BORN: &str = "01/02/1990";

/// A dossier with a letter and an identity card, and one account of each role.
fn place_with_card() -> Place {
    let place = Place::with_engine("stub");
    let pages = [png_page(1), page_with_code(2, CARD)].map(|png| image::load_from_memory(&png).unwrap().into_luma8());
    place.put(&format!("{CODE_A}/cccd.tif"), &tiff_of(&pages));
    place.put(&format!("{CODE_A}/\"><script>alert(1)</script>.txt"), b"no scan");
    place.run().expect_code(3);
    for (name, role) in [("lan", "archivist"), ("hoa", "clerk"), ("quan", "administrator")] {
        add_user(&place, name, role);
    }
    place
}

fn record(more: &str) -> String {
    format!("/records/{CODE_A}{more}")
}

/// Acts of a kind, the newest last.
fn accesses(place: &Place) -> Vec<(String, String, String)> {
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    acts["acts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|act| act["deed"]["kind"] == "accessed")
        .map(|act| (text(&act["actor"]["by"]), text(&act["deed"]["access"]), text(&act["reason"])))
        .collect()
}

#[test]
fn personal_data_are_masked_until_a_reason_is_given_and_each_look_is_an_act() {
    let place = place_with_card();
    let server = Server::start(&place);
    let mut lan = server.signed_in("lan");
    let page = lan.get(&record("?document=1&page=2"));
    let text = page.text();
    assert_eq!(page.status, 200, "{text}");
    assert!(!text.contains(NUMBER) && !text.contains(BORN) && text.contains("•••001"), "{text}");
    assert!(text.contains("Nguyễn Văn Thử"), "names are not masked");
    let image = record("/1/pages/2/1240");
    let blurred = lan.get(&image);
    assert_eq!((blurred.status, blurred.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(blurred.header("cache-control"), Some("private, no-store"), "no browser keeps a card");
    for file in ["/1/file.pdf", "/1/original"] {
        assert_eq!(lan.get(&record(file)).status, 403, "{file}");
    }
    // Without a reason nothing is shown, and a form from elsewhere is not looked at.
    let csrf = page.input("csrf");
    let unmask = record("/unmask");
    let answer = lan.post(&unmask, &[("csrf", &csrf), ("reason", " x ")]);
    assert_eq!(answer.status, 303);
    assert!(answer.header("location").unwrap().contains("asked=missing"));
    assert!(lan.get(answer.header("location").unwrap()).text().contains("ít nhất 5 ký tự"));
    assert_eq!(lan.post(&unmask, &[("csrf", "x"), ("reason", "theo đề nghị")]).status, 403);
    assert!(!lan.get(&record("")).text().contains(NUMBER));
    let answer = lan.post(&unmask, &[("csrf", &csrf), ("reason", "theo đề nghị"), ("back", "//evil.example/records")]);
    assert_eq!((answer.status, answer.header("location")), (303, Some(record("").as_str())));
    let text = lan.get(&record("?document=1&page=2")).text();
    assert!(text.contains(NUMBER) && text.contains(BORN), "{text}");
    let sharp = lan.get(&image);
    assert!(sharp.body != blurred.body && sharp.header("cache-control") == Some("private, no-store"));
    let pdf = lan.get(&record("/1/file.pdf"));
    assert_eq!(pdf.header("content-disposition"), Some(format!("attachment; filename=\"{CODE_A}.001.pdf\"").as_str()));
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    assert!(pdf.body == fs::read(shown["records"][0]["files"][0]["path"].as_str().unwrap()).unwrap());
    assert!(pdf.body.starts_with(b"%PDF"));
    let original = lan.get(&record("/1/original"));
    assert_eq!(original.header("content-type"), Some("image/tiff"));
    // Another session of the same person sees nothing of that.
    assert!(!server.signed_in("lan").get(&record("")).text().contains(NUMBER));
    let told: Vec<_> = accesses(&place);
    let told: Vec<(&str, &str, &str)> = told.iter().map(|(by, what, why)| (by.as_str(), what.as_str(), why.as_str())).collect();
    assert_eq!(
        told,
        [
            ("lan", "viewed", ""),
            ("lan", "viewed_unmasked", "theo đề nghị"),
            ("lan", "sealed_file", ""),
            ("lan", "original", ""),
            ("lan", "viewed", ""),
        ]
    );
    let log = lan.get(&record("?tab=log")).text();
    assert!(log.contains("theo đề nghị") && log.contains("xem cả thông tin cá nhân"), "{log}");
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn each_role_sees_what_it_is_for() {
    let place = place_with_card();
    let server = Server::start(&place);
    let (mut lan, mut hoa, mut quan) = (server.signed_in("lan"), server.signed_in("hoa"), server.signed_in("quan"));
    assert!(hoa.get(&record("")).text().contains(NUMBER), "a clerk works with the papers as they are");
    assert!(!quan.get(&record("")).text().contains(NUMBER), "an administrator has no need to");
    for (path, statuses) in [("/batches", [403, 200, 200]), ("/batches/1", [403, 200, 200]), ("/batches/9", [403, 404, 404])] {
        assert_eq!([&mut lan, &mut hoa, &mut quan].map(|browser| browser.get(path).status), statuses, "{path}");
    }
    assert!(!lan.get("/search").text().contains("href=\"/batches\""));
    let csrf = hoa.get("/account").input("csrf");
    assert_eq!(hoa.post(&record("/unmask"), &[("csrf", &csrf), ("reason", "không cần")]).status, 403);
    // What a file is called is text wherever it stands.
    let batch = hoa.get("/batches/1").text();
    assert!(batch.contains("&lt;script&gt;alert(1)") || batch.contains("&#60;script&#62;alert(1)"), "{batch}");
    assert!(!batch.contains("<script>alert"), "{batch}");
    assert!(batch.contains("file-unknown-type") && batch.contains("Quét hoặc xuất lại"), "reason and remedy: {batch}");
    let events = hoa.get("/batches/1/events");
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    assert!(events.text().starts_with("data: {\"batch\":1,\"state\":\"finished\""), "{}", events.text());
}

#[test]
fn the_page_of_a_batch_has_an_end_however_much_waits() {
    let place = Place::with_engine("stub");
    for number in 0..203 {
        place.put(&format!("{CODE_A}/{number:03}.txt"), b"no scan");
    }
    place.run().expect_code(3);
    add_user(&place, "hoa", "clerk");
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let page = hoa.get("/batches/1").text();
    let files = |page: &str| page.matches("<article class=\"card exception\">").count();
    assert_eq!(files(&page), 200);
    assert!(page.contains("(203)") && page.contains("sohoa report 1"), "{page:.2000}");
    assert!(page.contains("href=\"/batches/1?skip=200&#38;after=#files\" rel=\"next\""), "{page}");
    let last = hoa.get("/batches/1?skip=200&after=").text();
    assert_eq!(files(&last), 3);
    assert!(last.contains("202.txt") && !last.contains("rel=\"next\"") && last.contains("?skip=0&#38;"), "{last}");
    assert_eq!(files(&hoa.get("/batches/1?skip=18446744073709551615").text()), 0);
    for wrong in ["skip=x", "skip=-1", "after=x", "after=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%2Fdossier"] {
        assert_eq!(hoa.get(&format!("/batches/1?{wrong}")).status, 400, "{wrong}");
    }
    let told = place.sohoa(&["report", "1", "--json"]).json();
    assert_eq!(told["exceptions"].as_array().unwrap().len(), 203);
}

#[test]
fn nobody_who_is_not_signed_in_gets_anything_and_no_address_leads_out() {
    let place = place_with_card();
    let server = Server::start(&place);
    let paths = ["/search?q=a", "/batches", "/batches/1", "/batches/1/events", "/batches/1/pictures/0/0"].map(str::to_owned);
    let of_record = ["", "/1/pages/1/160", "/1/pages/2/full", "/1/file.pdf", "/1/original"].map(record);
    for path in paths.iter().chain(&of_record) {
        let answer = server.browser().get(path);
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.header("location").unwrap().starts_with("/login?next="), "{path}");
        assert!(answer.body.is_empty());
    }
    let mut hoa = server.signed_in("hoa");
    for path in [
        "/records/..%2F..%2Fetc%2Fpasswd",
        "/records/%2e%2e",
        "/records/H38.16-999999-9999",
        "/records/x%00y",
        &record("/1/pages/9/1240"),
        &record("/1/pages/0/1240"),
        &record("/9/file.pdf"),
        &record("/1/pages/1/99999"),
        "/batches/1/pictures/0/0",
        "/batches/1/pictures/7/0",
    ] {
        assert_eq!(hoa.get(path).status, 404, "{path}");
    }
    // There or not, to whoever has no session it is all the same.
    let (there, not) = (server.browser().get(&record("")), server.browser().get("/records/H38.16-999999-9999"));
    assert_eq!((there.status, there.body), (not.status, not.body));
}

#[test]
fn a_damaged_file_is_not_handed_out() {
    let place = place_with_card();
    let shown = place.sohoa(&["show", CODE_A, "--json"]).expect_code(0).json();
    let path = shown["records"][0]["files"][0]["path"].as_str().unwrap().to_owned();
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, bytes).unwrap();
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let answer = hoa.get(&record("/1/file.pdf"));
    assert_eq!(answer.status, 500);
    assert!(answer.text().contains("repository-damaged") && !answer.text().contains(&path), "{}", answer.text());
    let files = hoa.get(&record("?tab=files")).text();
    assert!(files.contains("không khớp") && files.contains(">khớp"), "{files}");
}

#[test]
fn a_search_shows_how_it_was_understood_and_marks_what_it_found() {
    let (place, _) = place_of_truth();
    add_user(&place, "lan", "archivist");
    add_user(&place, "hoa", "clerk");
    let server = Server::start(&place);
    let mut lan = server.signed_in("lan");
    let answer = lan.get(&format!("/search?q={}", encoded("\"quyết định\"")));
    let text = answer.text();
    assert_eq!(answer.status, 200, "{text}");
    assert!(text.contains("đúng cụm") && text.contains("<mark>") && text.contains("/pages/"), "{text}");
    // The address of the first hit leads to its page, where the words are marked.
    let from = text.find("<h2><a href=\"").unwrap();
    let address = text[from..].split('"').nth(1).unwrap().replace("&amp;", "&").replace("&#38;", "&");
    let page = lan.get(&address).text();
    assert!(page.matches("<polygon").count() >= 1, "{address}: {page}");
    // Conditions of the form, a wrong day, a wrong query.
    let narrowed = lan.get("/search?q=&type=Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh&from=1/1/2000&to=").text();
    assert!(narrowed.contains("class=\"card hit\""), "{narrowed}");
    assert!(lan.get("/search?q=a&from=31/02/2025").text().contains("Ngày không hợp lệ"));
    let wrong = lan.get(&format!("/search?q={}", encoded("(đất")));
    assert!(wrong.status == 200 && wrong.text().contains("role=\"alert\""), "{}", wrong.text());
    assert!(lan.get("/search?q=xyzzyxyzzy").text().contains("Không tìm thấy"));
    // What is typed is text wherever it stands.
    for name in ["q", "agency", "from", "code", "type", "year", "sort", "lang"] {
        let text = lan.get(&format!("/search?q=a&{name}={}", encoded("\"><script>alert(1)</script>"))).text();
        assert!(!text.contains("<script>alert"), "{name}: {text}");
    }
    // Numbers of identity cards are masked in snippets and facts for an archivist, and not for a clerk.
    let owned = "015072544472";
    let results = |text: String| {
        let results = text.split("class=\"results\"").nth(1).unwrap_or_default().replace(&format!("q={owned}"), "");
        results.chars().filter(char::is_ascii_digit).collect::<String>()
    };
    let path = format!("/search?q={owned}");
    assert!(results(server.signed_in("hoa").get(&path).text()).contains(owned));
    assert!(!results(lan.get(&path).text()).contains(owned));
    // One digit after the other they could be found out by how they begin, or by what differs in one.
    let mut hoa = server.signed_in("hoa");
    for guess in ["0150725*", "sogiayto:0150725*", "nguoi:chu -01507*", "015 0725*"] {
        let path = format!("/search?q={}", encoded(guess));
        let (refused, found) = (lan.get(&path).text(), hoa.get(&path).text());
        assert!(refused.contains("role=\"alert\"") && !refused.contains("class=\"card hit\""), "{guess}: {refused}");
        assert!(!found.contains("role=\"alert\""), "{guess}: {found}");
    }
    for (guess, is_similar) in [("015072544473", true), ("015 072 544 473", true), ("sogiayto:015072544473", true)] {
        let path = format!("/search?q={}", encoded(guess));
        let (hidden, found) = (lan.get(&path).text(), hoa.get(&path).text());
        assert!(!hidden.contains("class=\"card hit\""), "{guess}: {hidden}");
        assert_eq!(found.contains("class=\"card hit\""), is_similar, "{guess}: {found}");
    }
    assert!(!lan.get(&format!("/search?q={}", encoded("so:30* mahoso:H38*"))).text().contains("role=\"alert\""));
    // A type is asked for by the key that its facet has, whatever it is called.
    let cards = lan.get("/search?q=&type=cccd").text();
    assert!(cards.contains("class=\"card hit\"") && cards.contains("value=\"cccd\" selected"), "{cards}");
}
