//! A morning at the desk in Chromium, with the keyboard alone: a document of many facts, the input methods of
//! Vietnamese, a stack taken apart at its thumbnails, a file that is brought.

use std::fs;
use std::time::Instant;

use serde_json::{Value, json};

use super::browser::{CLERK, Chromium, axe, from_base64, pictures};
use super::{PASSWORD, Server, add_user};
use crate::search::place_of_truth;
use crate::support::{CODE_A, Place, copy_folder, newest, png_page, project_file, tiff_of};

const ENTER: &str = "\u{e007}";
const F8: &str = "\u{e038}";
const ESCAPE: &str = "\u{e00c}";
const DOWN: &str = "\u{e015}";
const CONTROL: &str = "\u{e009}";
/// Largest picture for the README, in bytes.
const PICTURE: usize = 200_000;

impl Chromium {
    /// A picture for the documents, small enough for them.
    fn jpeg(&self, name: &str) {
        let shot = self.cdp("Page.captureScreenshot", json!({ "format": "jpeg", "quality": 80 }));
        let picture = from_base64(shot["data"].as_str().unwrap());
        assert!(picture.len() <= PICTURE, "{name}: {} bytes", picture.len());
        let path = pictures().join(format!("{name}.jpg"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, picture).unwrap();
    }

    pub fn sign_in(&self, server: &Server, name: &str, path: &str) {
        self.open(&format!("http://{}{path}", server.address));
        self.fill("name", name);
        self.fill("password", &format!("{PASSWORD}{ENTER}"));
    }

    fn cdp(&self, command: &str, parameters: Value) -> Value {
        self.ask("POST", "goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
    }

    pub fn with_control(&self, key: &str) {
        self.keys.set(self.keys.get() + 2);
        let keys = json!([
            { "type": "keyDown", "value": CONTROL }, { "type": "keyDown", "value": key },
            { "type": "keyUp", "value": key }, { "type": "keyUp", "value": CONTROL },
        ]);
        self.ask("POST", "actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": keys }] }));
    }

    pub fn typed(&self, text: &str) {
        text.chars().for_each(|letter| self.key(&letter.to_string()));
    }

    fn number(&self, script: &str) -> u64 {
        self.script(script).as_u64().unwrap_or_else(|| panic!("{script}"))
    }
}

const OPEN: &str = "return document.querySelectorAll('form.fact.open').length";
const SENT: &str = "return document.getElementById('saved').textContent.startsWith('Đã lưu nháp')";
const FOCUS: &str = "return document.activeElement.id";

/// What the facts of a document's newest version say, by the way it is addressed at the desk.
fn facts_of(place: &Place, address: &str) -> (String, u64, Value) {
    let mut parts = address.split("/desk/").nth(1).unwrap().split(['/', '?', '#']);
    let (code, ordinal) = (parts.next().unwrap().to_owned(), parts.next().unwrap().parse::<u64>().unwrap());
    let shown = place.sohoa(&["show", &code, "--json"]).expect_code(0).json();
    let records = shown["records"].as_array().unwrap().iter().rev();
    let documents = records.flat_map(|record| record["documents"].as_array().unwrap());
    let document = documents.into_iter().find(|one| one["ordinal"] == ordinal).unwrap();
    (code, ordinal, document["fields"].clone())
}

#[test]
#[ignore = "needs Chromium: make test-console"]
fn a_morning_at_the_desk_takes_the_keyboard_alone() {
    let axe = axe();
    let (place, _) = place_of_truth();
    add_user(&place, CLERK, "clerk");
    let server = Server::start(&place);
    let chromium = Chromium::start();
    chromium.size(1280, 720);
    chromium.sign_in(&server, CLERK, "/");
    chromium.until_at("/desk/");
    chromium.look("21-ban-xac-nhan", &axe);
    // Six facts, one wrong and one not on the paper: each is decided by a key, then all of them are done.
    let before = chromium.address();
    let open = chromium.number(OPEN);
    assert!(open >= 4, "{open} facts wait");
    let began = Instant::now();
    chromium.key(ENTER);
    let first: Value = chromium.script(FOCUS);
    chromium.typed("Sửa lại ");
    chromium.key(ESCAPE);
    assert_eq!(chromium.script(FOCUS), first, "the value as it was, and no step on");
    chromium.key(F8);
    let mut keys = 2;
    while chromium.script(FOCUS) != json!("f-done") {
        chromium.key(ENTER);
        keys += 1;
        assert!(keys <= open + 1, "one key a fact: {}", chromium.script(FOCUS));
    }
    chromium.until(SENT);
    chromium.look("22-da-quyet-dinh", &axe);
    chromium.with_control(ENTER);
    chromium.until_at("done=");
    println!("{open} facts, {} keys, {:.1} s", keys + 1, began.elapsed().as_secs_f64());
    chromium.look("23-viec-vua-lam", &axe);
    let (_, _, fields) = facts_of(&place, &before);
    let verdicts: Vec<&str> =
        fields.as_object().unwrap().values().filter_map(|field| field["decision"]["verdict"].as_str()).collect();
    assert_eq!(verdicts.len() as u64, open, "{fields:#}");
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == "not_on_paper").count(), 1);
    assert!(!verdicts.contains(&"corrected"), "what was left as it was is confirmed");
    types_vietnamese(&chromium, &place);
    other_sights(&chromium, &server, &axe);
    let faults = chromium.faults.borrow().join("\n");
    assert!(faults.is_empty(), "{faults}");
}

/// Input methods: while one composes, Enter is theirs; Unikey sends Backspace and new letters, and nothing
/// comes between.
fn types_vietnamese(chromium: &Chromium, place: &Place) {
    let before = chromium.address();
    let field = "document.querySelector('form.fact.open input[name=value]')";
    chromium.script("document.getElementById('edit').click()");
    chromium.script("const i = document.getElementById('f-title'); i.focus(); i.select()");
    chromium.cdp("Input.imeSetComposition", json!({ "text": "Đơn đề nghi", "selectionStart": 11, "selectionEnd": 11 }));
    let composing = "const i = document.activeElement; i.dispatchEvent(new KeyboardEvent('keydown', { code: 'F8', key: 'F8', keyCode: 229, isComposing: true, bubbles: true, cancelable: true })); return i.closest('form').classList.contains('decided')";
    assert_eq!(chromium.script(composing), json!(false), "a key that belongs to the input method decides nothing");
    chromium.cdp("Input.insertText", json!({ "text": "Đơn đề nghi" }));
    // Telex "nghij": Unikey takes the last letter back and sends another.
    chromium.key("\u{e003}");
    chromium.cdp("Input.insertText", json!({ "text": "ị" }));
    let value = "return document.getElementById('f-title').value";
    assert_eq!(chromium.script(value), json!("Đơn đề nghị"));
    // Letters that are keys elsewhere are letters here.
    chromium.typed(" ,.g?");
    assert_eq!(chromium.script(value), json!("Đơn đề nghị ,.g?"));
    (0..5).for_each(|_| chromium.key("\u{e003}"));
    chromium.key(ENTER);
    chromium.until(SENT);
    // A candidate is taken from the list below.
    let has_list = "return !!document.querySelector('form.fact.open .candidates button')";
    if chromium.script(has_list) == json!(true) {
        chromium.script(&format!("const f = [...document.querySelectorAll('form.fact.open')].find(f => f.querySelector('.candidates button')); f.elements.value.focus(); return {field} !== null"));
        chromium.key(DOWN);
        assert_eq!(chromium.script("return document.activeElement.name"), json!("take"));
        chromium.key(ENTER);
    }
    chromium.script("document.getElementById('done').requestSubmit()");
    chromium.until(&format!("return location.href !== '{before}' && document.readyState === 'complete'"));
    let (_, _, fields) = facts_of(place, &before);
    assert_eq!(fields["title"]["value"], "Đơn đề nghị");
}

/// The keys, another size, the thumbnails, an empty list.
fn other_sights(chromium: &Chromium, server: &Server, axe: &str) {
    chromium.script("document.getElementById('help').click()");
    chromium.look("24-phim-tat", axe);
    chromium.key(ESCAPE);
    // A day that there is not is told beside its field, and stays there to be put right.
    chromium.script(
        "document.getElementById('edit').click(); const i = document.getElementById('f-issue_date'); i.focus(); i.select()",
    );
    chromium.typed("31/02/2023");
    chromium.key(ENTER);
    chromium.until("return document.getElementById('e-issue_date').textContent !== ''");
    assert_eq!(chromium.script("return document.getElementById('f-issue_date').value"), json!("31/02/2023"));
    chromium.look_refused("39-ngay-sai", axe, 422);
    chromium.size(820, 1100);
    chromium.look("25-may-tinh-bang", axe);
    chromium.size(1280, 720);
    chromium.script("document.getElementById('stage').focus()");
    chromium.key(".");
    chromium.key("+");
    chromium.picture("26-xoay");
    let to = |path: &str| format!("http://{}{path}", server.address);
    let base = chromium.script("return document.getElementById('desk-data').dataset.base").as_str().unwrap().to_owned();
    chromium.open(&to(&format!("{base}/pages")));
    chromium.look("27-cac-trang", axe);
    chromium.open(&to("/desk?kind=refused"));
    chromium.look("28-bo-loc-trong", axe);
    chromium.open(&to("/desk?lang=en"));
    chromium.look("29-desk-english", axe);
    chromium.open(&to("/upload?lang=vi"));
    chromium.look("30-chua-dat-hop-den", axe);
}

/// A place with a stack that waits, a document of three pages, and an inbox for uploads.
fn place_with_stack() -> Place {
    let place = Place::with_engine("stub");
    let scan = |numbers: &[u32]| {
        let pages: Vec<_> =
            numbers.iter().map(|number| image::load_from_memory(&png_page(*number)).unwrap().to_luma8()).collect();
        tiff_of(&pages)
    };
    place.put("chồng giấy của bộ phận một cửa xã Mường Khương ngày 14 tháng 8 năm 2023.tif", &scan(&[1, 2, 3, 4]));
    place.put(&format!("{CODE_A}/1.tif"), &scan(&[5, 6, 7]));
    place.run().expect_code(3);
    add_user(&place, CLERK, "clerk");
    place
}

#[test]
#[ignore = "needs Chromium: make test-console"]
fn a_stack_is_taken_apart_and_pages_are_ordered_by_keys() {
    let axe = axe();
    let place = place_with_stack();
    let server = Server::start_with(&place, &[("SOHOA__CONSOLE__UPLOAD_INBOX", place.inbox().to_str().unwrap())]);
    let chromium = Chromium::start();
    chromium.size(1280, 720);
    chromium.sign_in(&server, CLERK, "/");
    chromium.until_at("/desk/");
    let file = chromium.script("return [...document.querySelectorAll('.queue a')].find(a => a.href.includes('/files/')).href");
    chromium.open(file.as_str().unwrap());
    chromium.script("document.querySelector('#thumbs li').focus()");
    chromium.key("\u{e014}");
    chromium.key("t");
    chromium.key("\u{e014}");
    chromium.key("\u{e014}");
    chromium.key("t");
    assert_eq!(chromium.script("return document.getElementById('starts').value"), json!("2, 4"));
    chromium.key("n");
    assert_eq!(chromium.script("return document.getElementById('starts').value"), json!("2"));
    chromium.fill("code", CODE_A);
    chromium.script("document.querySelector('button[value=preview]').click()");
    chromium.until("return !!document.querySelector('.facts div.note')");
    chromium.look("31-chong-giay", &axe);
    chromium.fill("reason", &format!("không có tờ bìa{ENTER}"));
    chromium.until("return !!document.querySelector('p.note')");
    chromium.look("32-da-quyet-dinh-tep", &axe);
    // Pages in another order: carried by keys, shown, then done.
    chromium.open(&format!("http://{}/desk/{CODE_A}/1/pages", server.address));
    chromium.script("document.querySelector('#thumbs li').focus()");
    chromium.with_control(DOWN);
    assert_eq!(chromium.script("return document.getElementById('order').value"), json!("2 1 3"));
    chromium.with_control("z");
    assert_eq!(chromium.script("return document.getElementById('order').value"), json!("1 2 3"));
    chromium.with_control(DOWN);
    chromium.fill("order", ENTER);
    chromium.until("return !!document.getElementById('would-be')");
    chromium.look("33-xem-truoc", &axe);
    chromium.key(ENTER);
    chromium.until_at("/records/");
    let pages = newest(&place, CODE_A)["documents"][0]["pages"].clone();
    let order: Vec<u64> = pages.as_array().unwrap().iter().map(|page| page["ordinal"].as_u64().unwrap()).collect();
    assert_eq!(order, [1, 0, 2]);
    chromium.open(&format!("http://{}/records/{CODE_A}/1/text", server.address));
    chromium.look("34-sua-chu", &axe);
    chromium.open(&format!("http://{}/upload", server.address));
    let late = place.path().join("Giấy tờ đến muộn.png");
    fs::write(&late, png_page(9)).unwrap();
    chromium.fill("files", late.to_str().unwrap());
    chromium.until("return !!document.querySelector('.uploads .done')");
    chromium.look("35-tai-len", &axe);
    assert!(place.inbox().join("Giấy tờ đến muộn.png").exists());
    let faults = chromium.faults.borrow().join("\n");
    assert!(faults.is_empty(), "{faults}");
}

/// The pictures in the README and in the clerk's page (`docs/`): a real night of the samples, read just now.
#[test]
#[ignore = "needs Chromium: make test-console"]
fn the_picture_of_the_desk_is_made_of_the_samples() {
    let place = Place::with_own_reader();
    copy_folder(&project_file("samples/inbox"), &place.inbox());
    place.run().expect_code(3);
    add_user(&place, CLERK, "clerk");
    let server = Server::start(&place);
    let chromium = Chromium::start();
    chromium.size(1280, 720);
    chromium.open(&format!("http://{}/", server.address));
    chromium.jpeg("clerk/dang-nhap");
    chromium.sign_in(&server, CLERK, "/desk/000.36.22.H38-230814-0962/3");
    chromium.until_at("/desk/000");
    chromium.look("36-ban-xac-nhan-mau", &axe());
    let open = chromium.number(OPEN);
    let marks = chromium.number("return document.querySelectorAll('.stage rect').length");
    assert!(open >= 1 && marks >= 3, "{open} facts wait, {marks} have a place");
    chromium.jpeg("desk");
    chromium.open(&format!("http://{}/desk/000.36.22.H38-230814-0962/3/pages", server.address));
    chromium.until("return !!document.querySelector('#thumbs img')");
    chromium.picture("37-cac-trang-mau");
    chromium.jpeg("clerk/cac-trang");
    let faults = chromium.faults.borrow().join("\n");
    assert!(faults.is_empty(), "{faults}");
}
