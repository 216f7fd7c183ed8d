//! The desk: decisions as drafts, carried out together, by several people, and what is tried there by those
//! who may not.

use serde_json::{Value, json};

use super::client::Browser;
use super::{Answer, Server, add_user, encoded};
use crate::pages::{CARD, page_with_code};
use crate::support::{CODE_A, Place, newest, png_page, tiff_of, versions};

/// Two documents of which nothing but their pages is known, and accounts.
fn place() -> Place {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put(&format!("{CODE_A}/2.png"), &png_page(2));
    place.run().expect_code(0);
    for (name, role) in [("hoa", "clerk"), ("nam", "clerk"), ("lan", "archivist"), ("quan", "administrator")] {
        add_user(&place, name, role);
    }
    place
}

fn desk(more: &str) -> String {
    format!("/desk/{CODE_A}/1{more}")
}

/// A person at the desk, with the page of the first document before them.
struct Clerk<'a> {
    browser: Browser<'a>,
    csrf: String,
    version: String,
}

impl<'a> Clerk<'a> {
    fn at(server: &'a Server, name: &str) -> Self {
        let mut browser = server.signed_in(name);
        let page = browser.get(&desk(""));
        assert_eq!(page.status, 200, "{}", page.text());
        let (csrf, version) = (page.input("csrf"), page.input("version"));
        Self { browser, csrf, version }
    }

    /// Decides as the script does.
    fn decide(&mut self, field: &str, more: &[(&str, &str)]) -> Answer {
        let (csrf, version) = (self.csrf.clone(), self.version.clone());
        let form = [&[("csrf", csrf.as_str()), ("version", version.as_str()), ("field", field)], more].concat();
        let headers = [("Sec-Fetch-Site", "same-origin"), ("Accept", "application/json")];
        self.browser.post_with(&desk("/decide"), &form, &headers)
    }

    fn post(&mut self, path: &str, more: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let form = [&[("csrf", csrf.as_str())], more].concat();
        self.browser.post(&desk(path), &form)
    }

    fn look(&mut self) -> String {
        let page = self.browser.get(&desk(""));
        self.version = if page.text().contains("name=\"version\"") { page.input("version") } else { String::new() };
        page.text()
    }
}

fn deeds(place: &Place) -> Vec<(String, String)> {
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let acts = acts["acts"].as_array().unwrap().iter();
    acts.map(|act| (text(&act["deed"]["kind"]), text(&act["actor"]["by"])))
        .filter(|(kind, _)| kind == "field_decided" || kind == "taken_over")
        .collect()
}

/// The fields of the newest version of the first document.
fn fields(place: &Place) -> Value {
    newest(place, CODE_A)["documents"][0]["fields"].clone()
}

/// What cannot be is refused in words, and the draft stays as it was.
fn refused_and_typed_again(hoa: &mut Clerk<'_>) {
    let wrong = hoa.decide("issue_date", &[("value", "31/02/2025"), ("sealed", "")]);
    assert_eq!((wrong.status, wrong.json()["stale"].clone()), (422, json!(false)), "{}", wrong.text());
    assert!(wrong.text().contains("31/02/2025"), "{}", wrong.text());
    // A browser without script gets a page, with what was typed still there.
    let csrf = hoa.csrf.clone();
    let form = |typed| [("csrf", csrf.as_str()), ("version", "1"), ("field", "issue_date"), ("value", typed)];
    let page = hoa.browser.post(&desk("/decide"), &form("hôm qua"));
    assert!(page.status == 422 && page.text().contains("value=\"hôm qua\""), "{}", page.text());
    let next = hoa.browser.post(&desk("/decide"), &form("15-9-2025"));
    assert_eq!((next.status, next.header("location").unwrap().contains("#f-")), (303, true));
    assert!(hoa.look().contains("value=\"15/09/2025\""));
}

#[test]
fn decisions_are_a_draft_until_they_become_acts_and_one_version() {
    let place = place();
    let server = Server::start(&place);
    let mut browser = server.signed_in("hoa");
    let first = browser.get("/desk");
    assert_eq!((first.status, first.header("location")), (303, Some(desk("").as_str())));
    assert_eq!(browser.get("/").header("location"), Some("/desk"));
    let mut hoa = Clerk::at(&server, "hoa");
    let kind = hoa.decide("document_type", &[("value", "quyết định"), ("sealed", "")]).json();
    let state = |told: &Value, name: &str| {
        let fact = told["facts"].as_array().unwrap().iter().find(|fact| fact["name"] == name).unwrap().clone();
        (fact["state"].as_str().unwrap().to_owned(), fact["value"].as_str().unwrap().to_owned())
    };
    assert_eq!(state(&kind, "document_type"), ("decided".into(), "Quyết định".into()));
    assert_eq!(state(&kind, "number").0, "open", "what a decision must bear is asked for");
    assert!(kind["saved"].as_str().unwrap().starts_with("Đã lưu nháp "), "{kind}");
    hoa.decide("number", &[("value", "3034"), ("sealed", "")]).json();
    hoa.decide("symbol", &[("does", "absent")]).json();
    refused_and_typed_again(&mut hoa);
    // All of it is in the draft and none in the repository; a browser that is closed loses nothing.
    assert_eq!((versions(&place, CODE_A).len(), deeds(&place).len()), (1, 0));
    let mut hoa = Clerk::at(&server, "hoa");
    assert!(hoa.look().contains("3034"));
    assert!(!Clerk::at(&server, "nam").look().contains("3034"), "a draft is its owner's");
    hoa.decide("symbol", &[("does", "clear")]).json();
    let done = hoa.post("/done", &[]);
    let next = format!("/desk/{CODE_A}/2?done={CODE_A}.001&version=2");
    assert_eq!((done.status, done.header("location")), (303, Some(next.as_str())));
    assert!(hoa.browser.get(&next).text().contains("Đã lưu phiên bản 2"));
    let sealed = fields(&place);
    assert_eq!((&sealed["document_type"]["value"], &sealed["number"]["value"]), (&json!("quyet_dinh"), &json!("3034")));
    assert_eq!((&sealed["issue_date"]["value"], &sealed["symbol"]["status"]), (&json!("2025-09-15"), &json!("absent")));
    assert_eq!(deeds(&place), vec![("field_decided".to_owned(), "hoa".to_owned()); 3]);
    assert_eq!(hoa.post("/done", &[]).header("location"), Some(format!("/desk/{CODE_A}/2").as_str()), "nothing was left");
    // Undo is an act of its own, and what was done last can be undone alone.
    assert_eq!(hoa.post("/undo", &[("version", "1")]).status, 409);
    assert_eq!(hoa.post("/undo", &[("version", "2")]).status, 303);
    assert_eq!(fields(&place)["document_type"]["status"], "absent");
    assert_eq!((versions(&place, CODE_A).len(), deeds(&place).len()), (3, 6));
    place.sohoa(&["verify"]).expect_code(0);
    place.sohoa(&["audit", "verify"]);
}

#[test]
fn two_people_on_one_document_lose_nothing_and_are_told() {
    let place = place();
    let server = Server::start(&place);
    let (mut hoa, mut nam) = (Clerk::at(&server, "hoa"), Clerk::at(&server, "nam"));
    assert!(nam.look().contains("hoa đang xử lý tài liệu này từ"));
    let beat = nam.post("/beat", &[]).json();
    assert!(beat["held"].as_str().unwrap().contains("hoa") && beat["version"] == 1, "{beat}");
    hoa.decide("document_type", &[("value", "Quyết định")]).json();
    hoa.decide("number", &[("value", "15")]).json();
    assert_eq!(nam.post("/take", &[]).status, 303);
    assert!(!nam.look().contains("đang xử lý tài liệu này"));
    assert!(hoa.post("/beat", &[]).json()["held"].as_str().unwrap().contains("nam"));
    nam.decide("document_type", &[("value", "Công văn")]).json();
    nam.post("/done", &[]);
    // She is told who changed what, nothing of hers is lost, and she chooses.
    let conflict = hoa.decide("symbol", &[("value", "QĐ-UBND")]);
    assert_eq!((conflict.status, conflict.json()["stale"].clone()), (409, json!(true)));
    assert_eq!(hoa.post("/done", &[]).header("location"), Some(desk("").as_str()));
    let page = hoa.look();
    assert!(page.contains("nam đã lưu phiên bản 2") && page.contains("Công văn"), "{page}");
    assert!(page.contains("Của bạn: 15") && page.contains("Của bạn: Quyết định"), "{page}");
    // While she chooses, another version comes up: nothing is put over what she has not seen.
    nam.look();
    nam.decide("title", &[("value", "Về việc khác")]).json();
    nam.post("/done", &[]);
    let choose = [("pick-number", "mine"), ("pick-document_type", "theirs")];
    assert_eq!(hoa.post("/rebase", &[&[("version", "2")], &choose[..]].concat()).status, 303);
    let page = hoa.look();
    assert!(page.contains("nam đã lưu phiên bản 3") && page.contains("Của bạn: 15"), "{page}");
    let version = hoa.version.clone();
    assert_eq!(hoa.post("/rebase", &[&[("version", version.as_str())], &choose[..]].concat()).status, 303);
    hoa.look();
    hoa.post("/done", &[]);
    let sealed = fields(&place);
    assert_eq!((&sealed["document_type"]["value"], &sealed["number"]["value"]), (&json!("cong_van"), &json!("15")));
    let by: Vec<(String, String)> = deeds(&place);
    let by: Vec<(&str, &str)> = by.iter().map(|(kind, by)| (kind.as_str(), by.as_str())).collect();
    let decided = "field_decided";
    assert_eq!(by, [("taken_over", "nam"), (decided, "nam"), (decided, "nam"), (decided, "hoa")]);
    place.sohoa(&["verify"]).expect_code(0);
}

/// What was taken back cannot be taken back again: to undo an undo once failed where a fact had been confirmed.
#[test]
fn what_was_undone_is_done_again_by_undoing_that() {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/cccd.png"), &page_with_code(2, CARD));
    place.run();
    add_user(&place, "hoa", "clerk");
    let server = Server::start(&place);
    let mut hoa = Clerk::at(&server, "hoa");
    let seen = [("value", "999099000001"), ("sealed", "999099000001")];
    assert_eq!(hoa.decide("owner_number", &seen).status, 200);
    hoa.post("/done", &[]);
    let verdict = || fields(&place)["owner_number"]["decision"]["verdict"].clone();
    assert_eq!(verdict(), "confirmed");
    assert_eq!(hoa.post("/undo", &[("version", "2")]).status, 303);
    assert_eq!(verdict(), Value::Null);
    assert_eq!(hoa.post("/undo", &[("version", "3")]).status, 303);
    assert_eq!((verdict(), versions(&place, CODE_A).len()), (json!("confirmed"), 4));
    place.sohoa(&["verify"]).expect_code(0);
}

/// A desk that was left open kept its session, and with it the data of people, for as long as it may last at all.
#[test]
fn a_page_that_lies_open_does_not_prolong_its_session() {
    let place = place();
    let server = Server::start_with(&place, &[("SOHOA__CONSOLE__IDLE_MINUTES", "0.1")]);
    let mut hoa = Clerk::at(&server, "hoa");
    let began = std::time::Instant::now();
    while hoa.post("/beat", &[]).status == 200 {
        assert!(began.elapsed().as_secs() < 60, "it lasts");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(hoa.browser.get(&desk("")).header("location").map(|to| to.starts_with("/login")), Some(true));
}

/// The words of a page and what the record knows were handed out without a trace.
#[test]
fn what_the_script_is_told_of_a_document_is_told_in_an_act() {
    let place = place();
    let server = Server::start(&place);
    let views = || {
        let acts = place.sohoa(&["audit", "--json"]).expect_code(0).json();
        let acts = acts["acts"].as_array().unwrap().iter();
        acts.filter(|act| act["deed"]["kind"] == "accessed").map(|act| act["actor"]["by"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(views(), [""; 0]);
    let mut hoa = server.signed_in("hoa");
    assert_eq!(hoa.get(&desk("/words/1")).status, 200);
    assert_eq!(views(), ["hoa"]);
    let mut nam = server.signed_in("nam");
    assert_eq!(nam.get(&desk("/complete?field=number&typed=3")).status, 200);
    assert_eq!(views(), ["hoa", "nam"]);
    // Another session of hers, in which she decides without having opened the page.
    let mut again = server.signed_in("hoa");
    let csrf = again.get("/account").input("csrf");
    let form = [("csrf", csrf.as_str()), ("version", "1"), ("field", "number"), ("value", "15")];
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Accept", "application/json")];
    assert_eq!(again.post_with(&desk("/decide"), &form, &headers).status, 200);
    assert_eq!(views(), ["hoa", "nam", "hoa"]);
    let mut other = server.signed_in("nam");
    let csrf = other.get("/account").input("csrf");
    let form = [("csrf", csrf.as_str()), ("version", "7"), ("page", "1"), ("line-1", "khác")];
    assert_eq!(other.post(&format!("/records/{CODE_A}/1/text"), &form).status, 409);
    assert_eq!(views(), ["hoa", "nam", "hoa", "nam"]);
}

#[test]
fn only_those_who_decide_get_to_the_desk_and_only_from_its_own_pages() {
    let place = place();
    let server = Server::start(&place);
    let mut hoa = Clerk::at(&server, "hoa");
    hoa.decide("number", &[("value", "3034")]).json();
    let paths = ["/decide", "/done", "/undo", "/rebase", "/take", "/beat"];
    for name in ["lan", "quan"] {
        let mut other = server.signed_in(name);
        let csrf = other.get("/account").input("csrf");
        for path in ["/desk".to_owned(), desk(""), desk("/complete?field=number&typed=3")] {
            assert_eq!(other.get(&path).status, 403, "{name} {path}");
        }
        for path in paths {
            let form = [("csrf", csrf.as_str()), ("version", "1"), ("field", "number"), ("value", "1")];
            assert_eq!(other.post(&desk(path), &form).status, 403, "{name} {path}");
        }
        assert!(!other.get("/search").text().contains("href=\"/desk\""));
    }
    let form = [("csrf", "x"), ("version", "1"), ("field", "number"), ("value", "1")];
    for path in paths {
        assert_eq!(hoa.browser.post(&desk(path), &form).status, 403, "without the token of the session: {path}");
        let from_elsewhere = [("Sec-Fetch-Site", "cross-site")];
        assert_eq!(hoa.browser.post_with(&desk(path), &[("csrf", &hoa.csrf.clone())], &from_elsewhere).status, 403, "{path}");
        assert_eq!(server.browser().post(&desk(path), &form).status, 303, "nobody: {path}");
        assert_eq!(hoa.browser.get(&desk(path)).status, 405, "{path}");
    }
    assert_eq!((versions(&place, CODE_A).len(), deeds(&place).len()), (1, 0), "nothing of that did anything");
    // Another's draft is not carried out by whoever asks for it.
    let mut nam = Clerk::at(&server, "nam");
    nam.post("/done", &[]);
    nam.post("/rebase", &[("pick-number", "mine")]);
    assert_eq!(versions(&place, CODE_A).len(), 1);
    assert!(hoa.look().contains("value=\"3034\""));
}

#[test]
fn what_is_typed_is_text_wherever_it_stands_and_what_is_no_document_is_not_found() {
    let place = place();
    let server = Server::start(&place);
    let mut hoa = Clerk::at(&server, "hoa");
    let script = "\"><script>alert(1)</script>";
    hoa.decide("title", &[("value", script)]).json();
    assert!(!hoa.look().contains("<script>alert"));
    let agency = "Sở Nội vụ tỉnh Lào Cai";
    assert_eq!(hoa.decide("issuing_body", &[("value", agency)]).status, 200);
    hoa.post("/done", &[]);
    let mut nam = server.signed_in("nam");
    for path in [
        desk(""),
        desk("?kind=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"),
        format!("/desk?done={}&version=1", encoded(script)),
        format!("/records/{CODE_A}"),
        "/search?q=script".to_owned(),
    ] {
        assert!(!nam.get(&path).text().contains("<script>alert"), "{path}");
    }
    // Candidates are data and no page.
    let found = nam.get(&format!("/desk/{CODE_A}/2/complete?field=issuing_body&typed=so+noi"));
    assert_eq!(found.header("content-type"), Some("application/json"));
    assert_eq!(found.json()[0]["value"], agency);
    for path in ["/desk/x/1", "/desk/..%2F..%2Fetc/1", "/desk/H38.16-999999-9999/1", &format!("/desk/{CODE_A}/9")] {
        assert_eq!(nam.get(path).status, 404, "{path}");
    }
    for (field, version) in [("nonsense", "2"), ("number", "x"), ("number", "-1")] {
        let form = [("csrf", hoa.csrf.as_str()), ("version", version), ("field", field), ("value", "1")];
        assert_eq!(hoa.browser.post(&desk("/decide"), &form).status, 400, "{field} {version}");
    }
    hoa.look();
    assert_eq!(hoa.decide("dossier_code", &[("value", "H38.16-230706-0099")]).status, 422, "documents are moved, not recoded");
    // What was taken out is at no desk, and its pages are shown nowhere.
    place.sohoa(&["document", "void", &format!("{CODE_A}.001"), "--why", "nhầm hồ sơ"]).expect_code(0);
    for path in [desk(""), format!("/records/{CODE_A}/1/pages/1/1240"), format!("/records/{CODE_A}/1/file.pdf")] {
        assert_eq!(nam.get(&path).status, 404, "{path}");
    }
    assert_eq!(hoa.post("/done", &[]).status, 303);
}

#[test]
fn values_seen_before_are_offered_the_exact_one_first() {
    let place = place();
    let server = Server::start(&place);
    let mut hoa = Clerk::at(&server, "hoa");
    hoa.decide("document_type", &[("value", "Quyết định")]).json();
    hoa.decide("issuing_body", &[("value", "Ủy ban nhân dân tỉnh Lào Cai")]).json();
    hoa.decide("owner_name", &[("value", "Tôn Nữ Thị Huyền Trang")]).json();
    hoa.post("/done", &[]);
    let mut offered = |field: &str, typed: &str| -> Vec<String> {
        let found = hoa.browser.get(&format!("/desk/{CODE_A}/2/complete?field={field}&typed={}", encoded(typed)));
        let found = found.json();
        found.as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(offered("issuing_body", "uy ban lao"), ["Ủy ban nhân dân tỉnh Lào Cai"]);
    assert_eq!(offered("owner_name", "huyền"), ["Tôn Nữ Thị Huyền Trang"], "of another paper of the same dossier");
    assert_eq!(offered("document_type", "quyet dinh")[0], "Quyết định");
    assert_eq!(offered("number", "3"), [""; 0]);
    // A word that is pointed at is typed: the page tells where each stands.
    let words = hoa.browser.get(&format!("/desk/{CODE_A}/2/words/1")).json();
    let places = words.as_array().unwrap().iter().map(|word| word[1].as_array().unwrap());
    assert!(words[0][0].is_string() && places.flatten().all(|share| share.as_u64().unwrap() <= 1000), "{words}");
    assert_eq!(hoa.browser.get(&format!("/desk/{CODE_A}/2/words/9")).status, 404);
}

/// The page behind and the next document's first page are drawn while somebody reads; nobody has seen them by that.
#[test]
fn what_comes_next_is_drawn_before_it_is_asked_for() {
    let place = Place::with_engine("stub");
    let pages: Vec<_> = (5..8).map(|number| image::load_from_memory(&png_page(number)).unwrap().to_luma8()).collect();
    place.put(&format!("{CODE_A}/1.tif"), &tiff_of(&pages));
    place.run().expect_code(0);
    add_user(&place, "hoa", "clerk");
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let kept = |hoa: &mut Browser<'_>| {
        let metrics = hoa.get("/metrics").text();
        let told = metrics.lines().find_map(|line| line.strip_prefix("sohoa_pictures ")).unwrap().parse::<u64>().unwrap();
        (told, metrics.contains("\nsohoa_pictures_bytes 0\n"))
    };
    assert_eq!(kept(&mut hoa), (0, true));
    assert_eq!(hoa.get(&desk("?page=2")).status, 200);
    let began = std::time::Instant::now();
    while kept(&mut hoa) == (0, true) {
        assert!(began.elapsed().as_secs() < 60, "nothing is drawn");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let drawn = kept(&mut hoa);
    assert_eq!(hoa.get(&format!("/records/{CODE_A}/1/pages/3/1240")).status, 200);
    assert_eq!(kept(&mut hoa), drawn, "page 3 was there");
    assert_eq!(hoa.get(&format!("/records/{CODE_A}/1/pages/1/1240")).status, 200);
    assert_eq!(kept(&mut hoa).0, drawn.0 + 1, "page 1 was not");
}

#[test]
fn agencies_and_applicants_are_completed_from_the_register() {
    let place = place();
    let import = |name: &str, list: &str, text: &str| {
        let file = place.path().join(name);
        std::fs::write(&file, text).unwrap();
        place.sohoa(&["register", "import", "--list", list, file.to_str().unwrap()]).expect_code(0);
    };
    import(
        "co-quan.csv",
        "agencies",
        "MaCoQuan,TenCoQuan\nH38.16,Ủy ban nhân dân huyện Bảo Thắng\nH38.23,Sở Xây dựng tỉnh Lào Cai\n",
    );
    let head = "MaHoSo,MaTTHC,NgayTiepNhan,ChuHoSo,LoaiDinhDanh,SoDinhDanh";
    import("so.csv", "dossiers", &format!("{head}\n{CODE_A},1.011441,06/07/2023,Nguyễn Văn Mẫu,1,010200000001\n"));
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    for (field, typed, value) in [
        ("issuing_body", "uy ban nhan dan huyen bao", "Ủy ban nhân dân huyện Bảo Thắng"),
        ("issuing_body", "so xay", "Sở Xây dựng tỉnh Lào Cai"),
        ("owner_name", "nguyen", "Nguyễn Văn Mẫu"),
        ("owner_number", "0102", "010200000001"),
    ] {
        let found = hoa.get(&desk(&format!("/complete?field={field}&typed={}", encoded(typed)))).json();
        assert_eq!((&found[0]["value"], &found[0]["source"]), (&json!(value), &json!("Sổ hồ sơ")), "{field}: {found}");
    }
    // Another dossier is not the applicant's.
    let other = hoa.get(&desk("/complete?field=owner_name&typed=tran")).json();
    assert_eq!(other, json!([]));
}

/// Numbers of identity cards are keyed twice without being shown, where the settings say so.
#[test]
fn identity_numbers_are_keyed_twice_and_blind() {
    const NUMBER: &str = "015072544472";
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/cccd.png"), &page_with_code(2, CARD));
    place.run();
    add_user(&place, "hoa", "clerk");
    // A number that waits: a person takes back what the code on the card said.
    place.sohoa(&["field", "set", &format!("{CODE_A}.001"), "owner_number", "015072544474"]).expect_code(0);
    let server = Server::start_with(&place, &[("SOHOA__CONSOLE__BLIND_NUMBERS", "true")]);
    let mut hoa = Clerk::at(&server, "hoa");
    let page = hoa.look();
    assert!(page.contains("name=\"again\""), "{page}");
    assert_eq!(hoa.browser.get(&desk("/complete?field=owner_number&typed=9")).json(), json!([]));
    for (value, again) in [(NUMBER, ""), (NUMBER, "015072544473"), (NUMBER, "015072544474")] {
        let answer = hoa.decide("owner_number", &[("value", value), ("again", again)]);
        assert!(answer.status == 422 && answer.json()["error"].as_str().unwrap().contains("không giống nhau"), "{again}");
    }
    // Neither a candidate nor what was there before goes around it.
    assert_eq!(hoa.decide("owner_number", &[("take", NUMBER)]).status, 422);
    assert_eq!(hoa.decide("owner_number", &[("value", NUMBER), ("sealed", NUMBER)]).status, 422);
    assert_eq!(hoa.decide("owner_number", &[("value", NUMBER), ("again", NUMBER)]).status, 200);
    // Other facts are typed as ever.
    assert_eq!(hoa.decide("owner_name", &[("value", "Nguyễn Văn Thử")]).status, 200);
    hoa.post("/done", &[]);
    assert_eq!(fields(&place)["owner_number"]["value"], NUMBER);
    // Without the setting nobody is asked twice.
    let server = Server::start(&place);
    let mut hoa = Clerk::at(&server, "hoa");
    assert!(!hoa.look().contains("name=\"again\""));
    assert_eq!(hoa.decide("owner_number", &[("value", "015072544475")]).status, 200);
}
