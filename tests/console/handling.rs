//! Documents, waiting files, texts and uploads as they are handled in the browser, and what is tried there by
//! those who may not.

use std::fs;

use serde_json::{Value, json};

use super::client::Browser;
use super::{Answer, Server, add_user, encoded};
use crate::support::{CODE_A, CODE_B, Place, newest, png_page, tiff_of};

fn scan(numbers: &[u32]) -> Vec<u8> {
    let pages: Vec<_> = numbers.iter().map(|number| image::load_from_memory(&png_page(*number)).unwrap().to_luma8()).collect();
    tiff_of(&pages)
}

/// A dossier with a document of three pages and one of one, a stack that waits, and accounts.
fn place() -> Place {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.tif"), &scan(&[1, 2, 3]));
    place.put(&format!("{CODE_A}/2.png"), &png_page(4));
    place.put("\"><script>alert(1)<script>.tif", &scan(&[5, 6, 7]));
    place.run().expect_code(3);
    for (name, role) in [("hoa", "clerk"), ("lan", "archivist"), ("quan", "administrator")] {
        add_user(&place, name, role);
    }
    place
}

fn post(browser: &mut Browser<'_>, csrf: &str, path: &str, more: &[(&str, &str)]) -> Answer {
    browser.post(path, &[&[("csrf", csrf)], more].concat())
}

fn pages_of(record: &Value) -> Vec<(u64, Vec<u64>)> {
    let ordinals =
        |document: &Value| document["pages"].as_array().unwrap().iter().map(|page| page["ordinal"].as_u64().unwrap()).collect();
    let documents = record["documents"].as_array().unwrap().iter();
    documents.map(|document| (document["ordinal"].as_u64().unwrap(), ordinals(document))).collect()
}

/// The acts of a kind.
fn deeds(place: &Place, kind: &str) -> Vec<Value> {
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    acts["acts"].as_array().unwrap().iter().filter(|act| act["deed"]["kind"] == kind).cloned().collect()
}

/// The address of the one file that waits.
fn waiting(browser: &mut Browser<'_>) -> String {
    let page = browser.get(&format!("/desk/{CODE_A}/1")).text();
    let from = page.find("/desk/files/").unwrap();
    page[from..].split('"').next().unwrap().to_owned()
}

#[test]
fn a_change_to_pages_is_shown_first_and_then_done_in_one_act() {
    let place = place();
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let base = format!("/desk/{CODE_A}/1/pages");
    let page = hoa.get(&base);
    assert_eq!((page.status, page.text().matches("role=\"option\"").count()), (200, 3), "{}", page.text());
    let csrf = page.input("csrf");
    let order = [("version", "1"), ("work", "reorder"), ("order", "3 1 2")];
    let shown = post(&mut hoa, &csrf, &format!("{base}/preview"), &order);
    assert!(shown.status == 200 && shown.text().contains("name=\"order\" value=\"3 1 2\""), "{}", shown.text());
    assert_eq!(newest(&place, CODE_A)["version"], 1, "a preview changes nothing");
    let done = post(&mut hoa, &csrf, &format!("{base}/change"), &order);
    assert_eq!((done.status, done.header("location")), (303, Some(format!("/records/{CODE_A}?document=1").as_str())));
    assert_eq!(pages_of(&newest(&place, CODE_A))[0], (1, vec![2, 0, 1]));
    // What was looked at is not the newest any more.
    let stale = post(&mut hoa, &csrf, &format!("{base}/change"), &order);
    assert!(stale.status == 409 && stale.text().contains("vừa thay đổi"), "{}", stale.text());
    // What cannot be is told on the page.
    for wrong in [
        vec![("work", "split"), ("starts", "9")],
        vec![("work", "split"), ("starts", "x")],
        vec![("work", "reorder"), ("order", "1 2")],
        vec![("work", "out"), ("out", "1")],
        vec![("work", "move"), ("code", "../../etc")],
        vec![("work", "nonsense")],
    ] {
        let form = [&[("version", "2")], wrong.as_slice()].concat();
        let answer = post(&mut hoa, &csrf, &format!("{base}/change"), &form);
        assert!(answer.status == 422 && answer.text().contains("role=\"alert\""), "{wrong:?}: {}", answer.status);
    }
    assert_eq!(newest(&place, CODE_A)["version"], 2);
    let split = [("version", "2"), ("work", "split"), ("starts", "3")];
    assert!(post(&mut hoa, &csrf, &format!("{base}/preview"), &split).text().contains("số mới"));
    post(&mut hoa, &csrf, &format!("{base}/change"), &split);
    assert_eq!(pages_of(&newest(&place, CODE_A)), [(1, vec![2, 0]), (2, vec![0]), (3, vec![1])]);
    let out = [("version", "3"), ("work", "out"), ("out", "2"), ("reason", "giấy của người khác")];
    post(&mut hoa, &csrf, &format!("{base}/change"), &out);
    assert_eq!(pages_of(&newest(&place, CODE_A))[0], (1, vec![2]));
    let moved = [("version", "4"), ("work", "move"), ("code", CODE_B)];
    let answer = post(&mut hoa, &csrf, &format!("/desk/{CODE_A}/2/pages/change"), &moved);
    assert_eq!(answer.header("location"), Some(format!("/records/{CODE_B}?document=1").as_str()));
    let void = [("version", "5"), ("work", "void"), ("reason", "nhầm hồ sơ")];
    assert_eq!(
        post(&mut hoa, &csrf, &format!("{base}/change"), &void).header("location"),
        Some(format!("/records/{CODE_A}").as_str())
    );
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let acts: Vec<(&str, &str)> = acts["acts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|act| act["deed"]["kind"] == "documents_changed")
        .map(|act| (act["deed"]["action"].as_str().unwrap(), act["actor"]["by"].as_str().unwrap()))
        .collect();
    let done = ["reordered", "split", "page_removed", "moved_out", "voided"].map(|action| (action, "hoa"));
    assert_eq!(acts, done);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_file_that_waits_is_settled_with_its_pages_beside() {
    let place = place();
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let address = waiting(&mut hoa);
    let page = hoa.get(&address);
    assert!(
        page.status == 200 && (page.text().contains("&#60;script&#62;") || page.text().contains("&lt;script&gt;")),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("<script>alert"));
    let csrf = page.input("csrf");
    let picture = hoa.get(&format!("{address}/pages/3/160"));
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(picture.header("cache-control"), Some("private, no-store"));
    for page in [1, 2] {
        assert_eq!(hoa.get(&format!("{address}/pages/{page}/1240")).status, 200);
    }
    let seen = deeds(&place, "file_viewed");
    assert_eq!((seen.len(), &seen[0]["actor"]["by"]), (1, &json!("hoa")), "once for all pages that are read in a row");
    for (path, status) in [("/pages/4/160", 404), ("/pages/0/160", 404), ("/pages/1/999", 404)] {
        assert_eq!(hoa.get(&format!("{address}{path}")).status, status, "{path}");
    }
    let starts = format!("2, 3={CODE_B}");
    let form = [("code", CODE_A), ("starts", starts.as_str())];
    let shown = post(&mut hoa, &csrf, &address, &[&form[..], &[("does", "preview")]].concat());
    assert!(shown.status == 200 && shown.text().contains(CODE_B) && shown.text().contains("Trang 3"), "{}", shown.text());
    for wrong in [[("code", ""), ("starts", "2")], [("code", "xyz"), ("starts", "2")], [("code", CODE_A), ("starts", "9")]] {
        for does in ["preview", "settle"] {
            let answer = post(&mut hoa, &csrf, &address, &[&wrong[..], &[("does", does)]].concat());
            assert!(answer.status == 422 && answer.text().contains("role=\"alert\""), "{wrong:?} {does} {}", answer.status);
        }
    }
    assert_eq!(post(&mut hoa, &csrf, &address, &form).status, 303);
    let settled = hoa.get(&address);
    assert!(settled.text().contains("Đã quyết định"));
    // Whoever has not seen that does not decide over it; what was typed is still there.
    let other = [("code", CODE_B), ("starts", "2"), ("seen", ""), ("reason", "hỏi người nộp")];
    let stale = post(&mut hoa, &csrf, &address, &other);
    assert!(stale.status == 409 && stale.text().contains("vừa được quyết định khác"), "{}", stale.text());
    assert!(stale.text().contains("value=\"hỏi người nộp\""), "{}", stale.text());
    let seen = settled.input("seen");
    assert_eq!(stale.input("seen"), seen);
    let again = [&form[..], &[("seen", seen.as_str())]].concat();
    assert_eq!(post(&mut hoa, &csrf, &address, &again).status, 303);
    place.run().expect_code(0);
    assert_eq!(pages_of(&newest(&place, CODE_B))[0].1, [2]);
    assert_eq!(hoa.get(&address).status, 404, "it waits no more");
    // A scan that does not wait is shown to nobody this way.
    let sealed = newest(&place, CODE_A)["documents"][0]["source"]["blake3"].as_str().unwrap().to_owned();
    for path in [format!("/desk/files/{sealed}"), format!("/desk/files/{sealed}/pages/1/160"), "/desk/files/..%2Fx".into()] {
        assert_eq!(hoa.get(&path).status, 404, "{path}");
    }
}

/// What was chosen beside the code and the cuts fell back after a preview, and something else was carried out.
#[test]
fn what_was_previewed_is_what_is_carried_out() {
    let place = Place::with_engine("stub");
    place.put("grey.tif", &scan(&[5, 6, 7]));
    place.run().expect_code(3);
    add_user(&place, "hoa", "clerk");
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let queue = hoa.get("/desk");
    let address = queue.header("location").unwrap_or_else(|| panic!("{}", queue.text())).to_owned();
    let csrf = hoa.get(&address).input("csrf");
    let chosen = [("code", CODE_A), ("as", "result"), ("starts", "2"), ("accept", "1"), ("reason", "ảnh vẫn đọc được")];
    let shown = post(&mut hoa, &csrf, &address, &[&chosen[..], &[("does", "preview")]].concat());
    let text = shown.text();
    assert_eq!((shown.status, shown.input("code"), shown.input("starts")), (200, CODE_A.to_owned(), "2".to_owned()));
    assert!(text.contains("<option value=\"result\" selected>") && !text.contains("\"dossier\" selected"), "{text}");
    assert_eq!(shown.input("reason"), "ảnh vẫn đọc được");
    let is_accepted = text.contains("name=\"accept\" value=\"1\" checked");
    assert!(is_accepted || !text.contains("name=\"accept\""), "{text}");
    assert_eq!(post(&mut hoa, &csrf, &address, &[&chosen[..], &[("does", "settle")]].concat()).status, 303);
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let act = acts["acts"].as_array().unwrap().iter().find(|act| act["deed"]["kind"] == "file_settled").unwrap().clone();
    let told = json!({ "code": CODE_A, "kind": "result", "picture": "accepted", "starts": [{ "page": 2 }] });
    assert_eq!(act["deed"]["settlement"], told, "{act}");
    assert!(act.to_string().contains("ảnh vẫn đọc được"), "{act}");
}

#[test]
fn text_that_was_read_wrong_is_put_right_on_the_page() {
    let place = place();
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let address = format!("/records/{CODE_A}/1/text");
    let page = hoa.get(&address);
    assert!(page.status == 200 && page.text().contains("name=\"line-1\""), "{}", page.text());
    let (csrf, was) = (page.input("csrf"), page.input("line-1"));
    let form = |version, text| [("version", version), ("page", "1"), ("line-1", text)];
    assert_eq!(post(&mut hoa, &csrf, &address, &form("1", &was)).status, 422, "nothing was changed");
    // What was typed on another version is not lost and not taken either: it stands beside what is there now.
    let typed = "Quyết định về việc khác";
    let gone = [("version", "7"), ("page", "1"), ("line-1", typed), ("line-999", "dòng không còn")];
    let stale = post(&mut hoa, &csrf, &address, &gone);
    assert_eq!((stale.status, stale.input("line-1"), stale.input("version")), (409, was.clone(), "1".to_owned()));
    assert!(stale.text().contains(typed) && stale.text().contains("dòng không còn"), "{}", stale.text());
    let script = "QUYẾT ĐỊNH <script>alert(1)</script>";
    assert_eq!(post(&mut hoa, &csrf, &address, &form("1", script)).status, 303);
    let page = hoa.get(&address).text();
    assert!(page.contains("QUYẾT ĐỊNH") && !page.contains("<script>alert"), "{page}");
    assert_eq!(newest(&place, CODE_A)["change"]["action"], "text_corrected");
    assert_eq!(hoa.get(&format!("{address}?page=9")).status, 404);
    place.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_file_that_is_brought_is_whole_has_a_safe_name_and_comes_from_the_page() {
    let place = place();
    let inbox = place.inbox();
    let settings = [("SOHOA__CONSOLE__UPLOAD_INBOX", inbox.to_str().unwrap()), ("SOHOA__LIMITS__FILE_MIB", "1")];
    let server = Server::start_with(&place, &settings);
    let mut hoa = server.signed_in("hoa");
    let page = hoa.get("/upload").text();
    let csrf = page.split("data-csrf=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let pdf = "%PDF-1.7\nnoch nichts";
    let mut bring = |name: &str, token: &str, site: &str, body: &str| {
        let headers = [("X-Csrf", token), ("Sec-Fetch-Site", site)];
        hoa.ask("PUT", &format!("/upload/{}", encoded(name)), &headers, body)
    };
    let brought = bring("../../Đơn đề nghị.pdf", &csrf, "same-origin", pdf);
    assert_eq!((brought.status, brought.json()["path"].as_str().unwrap()), (201, "Đơn đề nghị.pdf"), "{}", brought.text());
    assert_eq!(fs::read(inbox.join("Đơn đề nghị.pdf")).unwrap(), pdf.as_bytes());
    assert_eq!(bring("Đơn đề nghị.pdf", &csrf, "same-origin", pdf).json()["path"], "Đơn đề nghị (2).pdf");
    let large = format!("%PDF-1.7\n{}", "x".repeat(2 << 20));
    for (name, token, site, body, status) in [
        ("a.pdf", "x", "same-origin", pdf, 403),
        ("a.pdf", csrf.as_str(), "cross-site", pdf, 403),
        ("a.exe", csrf.as_str(), "same-origin", pdf, 415),
        ("a.pdf", csrf.as_str(), "same-origin", "<html>", 415),
        ("a.pdf", csrf.as_str(), "same-origin", large.as_str(), 413),
    ] {
        let answer = bring(name, token, site, body);
        assert_eq!(answer.status, status, "{name} {site}: {}", answer.text());
    }
    let told = bring("a.pdf?code=..%2F..", &csrf, "same-origin", pdf);
    assert_eq!(told.status, 415, "what stands in a name is no query: {}", told.text());
    let half = format!(
        "PUT /upload/half.pdf HTTP/1.1\r\nHost: a\r\nX-Csrf: {csrf}\r\nCookie: sohoa_session={}\r\nContent-Length: 5000\r\n\r\n{pdf}",
        hoa.cookie("sohoa_session").unwrap()
    );
    let mut stream = server.connect();
    std::io::Write::write_all(&mut stream, half.as_bytes()).unwrap();
    let rest = || {
        let names = fs::read_dir(&inbox).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.contains("half") || name.starts_with(".sohoa-")).count()
    };
    let until = |count: usize, told: &str| {
        let began = std::time::Instant::now();
        while rest() != count {
            assert!(began.elapsed().as_secs() < 60, "{told}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    until(1, "it is on its way");
    drop(stream);
    until(0, "what is not whole stays");
    // Who put a file there is told, and what it was.
    let scan = blake3::hash(pdf.as_bytes()).to_hex().to_string();
    let told = deeds(&place, "file_brought");
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!((&told[0]["actor"]["by"], &told[0]["deed"]["scan"]), (&json!("hoa"), &json!(scan)));
    assert_eq!((&told[0]["deed"]["path"], &told[0]["deed"]["bytes"]), (&json!("Đơn đề nghị.pdf"), &json!(pdf.len())));
}

#[test]
fn only_those_who_decide_handle_documents() {
    let place = place();
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let file = waiting(&mut hoa);
    let pages = format!("/desk/{CODE_A}/1/pages");
    let text = format!("/records/{CODE_A}/1/text");
    let shown = [pages.clone(), file.clone(), format!("{file}/pages/1/160"), text.clone(), "/upload".to_owned()];
    let posted = [format!("{pages}/preview"), format!("{pages}/change"), file.clone(), text];
    let form = [("version", "1"), ("work", "void"), ("reason", "không cần nữa"), ("page", "1")];
    for name in ["lan", "quan"] {
        let mut other = server.signed_in(name);
        let csrf = other.get("/account").input("csrf");
        for path in &shown {
            assert_eq!(other.get(path).status, 403, "{name} {path}");
        }
        for path in &posted {
            assert_eq!(post(&mut other, &csrf, path, &form).status, 403, "{name} {path}");
        }
        let headers = [("X-Csrf", csrf.as_str()), ("Sec-Fetch-Site", "same-origin")];
        assert_eq!(other.ask("PUT", "/upload/a.pdf", &headers, "%PDF-").status, 403, "{name}");
        assert!(!other.get(&format!("/records/{CODE_A}")).text().contains("/pages\""));
    }
    for path in &posted {
        assert_eq!(post(&mut hoa, "x", path, &form).status, 403, "{path}");
        assert_eq!(hoa.post_with(path, &form, &[("Origin", "http://evil.example")]).status, 403, "{path}");
    }
    assert_eq!(server.browser().ask("PUT", "/upload/a.pdf", &[], "%PDF-").status, 303, "nobody");
    let record = newest(&place, CODE_A);
    assert_eq!((&record["version"], record["documents"].as_array().unwrap().len()), (&json!(1), 2));
}

/// A form as browsers send it where there is no script.
fn form_of(csrf: &str, code: &str, files: &[(&str, &str)]) -> (String, String) {
    let mut body = String::new();
    for (name, value) in [("csrf", csrf), ("code", code)] {
        body.push_str(&format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    for (name, content) in files {
        let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/pdf");
        body.push_str(&format!("--b\r\n{head}\r\n\r\n{content}\r\n"));
    }
    ("multipart/form-data; boundary=b".to_owned(), format!("{body}--b--\r\n"))
}

#[test]
fn many_files_are_brought_by_a_form_without_script() {
    let place = place();
    let inbox = place.inbox();
    let settings = [("SOHOA__CONSOLE__UPLOAD_INBOX", inbox.to_str().unwrap()), ("SOHOA__LIMITS__FILE_MIB", "1")];
    let server = Server::start_with(&place, &settings);
    let mut hoa = server.signed_in("hoa");
    let page = hoa.get("/upload");
    assert!(page.text().contains("enctype=\"multipart/form-data\"") && page.text().contains("<noscript>"), "{}", page.text());
    let csrf = page.input("csrf");
    let mut send = |site: &str, (kind, body): &(String, String)| {
        hoa.ask("POST", "/upload", &[("Content-Type", kind), ("Sec-Fetch-Site", site)], body)
    };
    let pdf = "%PDF-1.7\n--b\r\nkhông phải ranh giới";
    let names: Vec<String> = (1..=30).map(|number| format!("Đơn {number}.pdf")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), pdf)).collect();
    let done = send("same-origin", &form_of(&csrf, CODE_B, &many));
    assert_eq!((done.status, done.text().matches("class=\"done\"").count()), (200, 30), "{}", done.text());
    for name in &names {
        assert_eq!(fs::read(inbox.join(CODE_B).join(name)).unwrap(), pdf.as_bytes(), "{name}");
    }
    assert_eq!(deeds(&place, "file_brought").len(), 30);
    // What is not taken is told beside what is; names lead nowhere and are text.
    let large = format!("%PDF-1.7\n{}", "x".repeat(2 << 20));
    let mixed = [
        ("../../a.pdf", pdf),
        ("b.exe", pdf),
        ("c.pdf", "<html>"),
        ("d.pdf", large.as_str()),
        ("<script>alert(1)</script>.pdf", pdf),
        ("", ""),
    ];
    let told = send("same-origin", &form_of(&csrf, "", &mixed));
    let text = told.text();
    assert_eq!(
        (told.status, text.matches("class=\"done\"").count(), text.matches("class=\"failed\"").count()),
        (422, 2, 3),
        "{text}"
    );
    assert!(inbox.join("a.pdf").exists() && !text.contains("<script>alert"), "{text}");
    // Neither a form of another site nor one without the session's token, nor one that is cut off, brings anything.
    let before = fs::read_dir(&inbox).unwrap().count();
    let (kind, whole) = form_of(&csrf, "", &[("e.pdf", pdf)]);
    let cut = (kind.clone(), whole.trim_end_matches("--b--\r\n").to_owned());
    let first = whole.replacen(&format!("--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n"), "", 1);
    for (site, form, status) in [
        ("cross-site", (kind.clone(), whole.clone()), 403),
        ("same-origin", form_of("x", "", &[("e.pdf", pdf)]), 403),
        ("same-origin", (kind, first), 403),
        ("same-origin", cut, 400),
        ("same-origin", ("multipart/form-data".to_owned(), whole), 400),
    ] {
        assert_eq!(send(site, &form).status, status, "{site}");
    }
    assert_eq!(fs::read_dir(&inbox).unwrap().count(), before);
    for name in ["lan", "quan"] {
        let mut other = server.signed_in(name);
        let csrf = other.get("/account").input("csrf");
        let (kind, body) = form_of(&csrf, "", &[("e.pdf", pdf)]);
        assert_eq!(
            other.ask("POST", "/upload", &[("Content-Type", &kind), ("Sec-Fetch-Site", "same-origin")], &body).status,
            403
        );
    }
}
