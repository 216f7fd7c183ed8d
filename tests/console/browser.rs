//! The console in Chromium without a screen: nothing on its console, nothing that axe finds, and pictures
//! of the pages under `target/console/` for people to look at.
//!
//! It needs Debian's `chromium-driver` and axe-core: `make test-console` installs both and runs this.

use std::cell::{Cell, RefCell};
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{PASSWORD, Server, add_user, encoded, request};
use crate::search::place_of_truth;
use crate::support::{Place, project_file};

/// Longest that a state is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Pause between two looks.
const BETWEEN: Duration = Duration::from_millis(20);

/// Chromium, spoken to by WebDriver.
pub struct Chromium {
    driver: Child,
    address: String,
    session: String,
    /// What was wrong with the pages that were looked at.
    pub faults: RefCell<Vec<String>>,
    /// Keys that were pressed.
    pub keys: Cell<usize>,
}

impl Chromium {
    pub fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut driver = Command::new("chromedriver");
        driver.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = driver.spawn().expect("chromedriver: run 'make test-console'");
        let address = format!("127.0.0.1:{port}");
        let began = Instant::now();
        while request(&address, "GET", "/status", &[], "").status != 200 {
            assert!(began.elapsed() < PATIENCE, "chromedriver does not start");
            sleep(BETWEEN);
        }
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,720", "--hide-scrollbars"];
        let options = json!({ "args": arguments });
        let wanted = json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
        let made = json!({ "capabilities": { "alwaysMatch": wanted } });
        let answer = request(&address, "POST", "/session", &[("Content-Type", "application/json")], &made.to_string());
        let session = answer.json()["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned();
        Self { driver, address, session, faults: RefCell::default(), keys: Cell::default() }
    }

    pub fn ask(&self, method: &str, what: &str, body: Value) -> Value {
        let path = format!("/session/{}/{what}", self.session);
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let answer = request(&self.address, method, &path, &[("Content-Type", "application/json")], &body);
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
        answer.json()["value"].clone()
    }

    pub fn open(&self, address: &str) {
        self.ask("POST", "url", json!({ "url": address }));
    }

    pub fn script(&self, script: &str) -> Value {
        self.ask("POST", "execute/sync", json!({ "script": script, "args": [] }))
    }

    pub fn size(&self, width: u32, height: u32) {
        // The window as a whole is a little larger than the page.
        self.ask("POST", "window/rect", json!({ "width": width, "height": height }));
        let inner = self.script("return [window.innerWidth, window.innerHeight]");
        let missing = |wanted: u32, at: usize| u64::from(wanted) + u64::from(wanted) - inner[at].as_u64().unwrap();
        self.ask("POST", "window/rect", json!({ "width": missing(width, 0), "height": missing(height, 1) }));
    }

    pub fn picture(&self, name: &str) {
        // Pictures of pages are drawn on first need.
        let seen = "const done = arguments[arguments.length - 1], images = [...document.images].filter(i => i.getBoundingClientRect().top < innerHeight); \
                    Promise.all(images.map(i => i.decode().catch(() => 0))).then(() => done(images.length))";
        self.ask("POST", "execute/async", json!({ "script": seen, "args": [] }));
        let folder = pictures();
        fs::create_dir_all(&folder).unwrap();
        let png = self.ask("GET", "screenshot", Value::Null);
        fs::write(folder.join(format!("{name}.png")), from_base64(png.as_str().unwrap())).unwrap();
    }

    /// Types into the field with this id.
    pub fn fill(&self, id: &str, text: &str) {
        self.keys.set(self.keys.get() + text.chars().count());
        let found = self.ask("POST", "element", json!({ "using": "css selector", "value": format!("#{id}") }));
        let element = found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned();
        self.ask("POST", &format!("element/{element}/value"), json!({ "text": text }));
    }

    /// Sends a key to whatever has the focus.
    pub fn key(&self, key: &str) {
        self.keys.set(self.keys.get() + 1);
        let keys = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        self.ask("POST", "actions", json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": keys }] }));
    }

    /// Waits until a script says yes. Asked again and again: what a test waits for is a state and no time.
    pub fn until(&self, script: &str) {
        let began = Instant::now();
        while self.script(script) != json!(true) {
            assert!(began.elapsed() < PATIENCE, "never: {script}; {}", self.address());
            sleep(BETWEEN);
        }
    }

    /// Waits until the browser is at an address with this part, and its page is there.
    pub fn until_at(&self, part: &str) {
        let began = Instant::now();
        while !(self.address().contains(part) && self.script("return document.readyState") == json!("complete")) {
            assert!(began.elapsed() < PATIENCE, "never at {part}: {}", self.address());
            sleep(BETWEEN);
        }
    }

    pub fn address(&self) -> String {
        self.ask("GET", "url", Value::Null).as_str().unwrap().to_owned()
    }

    /// What the browser has said so far is of pages that are not ours.
    pub fn forget(&self) {
        self.ask("POST", "se/log", json!({ "type": "browser" }));
    }

    /// Looks at a page that says why something was not done: Chromium tells of its status and of no more.
    pub fn look_refused(&self, name: &str, axe: &str, status: u16) {
        let said = self.ask("POST", "se/log", json!({ "type": "browser" }));
        let expected = format!("status of {status}");
        let more = said.as_array().unwrap().iter().filter(|said| !said["message"].as_str().unwrap().contains(&expected));
        self.faults.borrow_mut().extend(more.map(|said| format!("{name}: {}", said["message"])));
        self.look(name, axe);
    }

    /// Looks at the page: a picture, what axe finds, what Chromium complains of.
    pub fn look(&self, name: &str, axe: &str) {
        self.picture(name);
        self.script(axe);
        let run = "const done = arguments[arguments.length - 1]; axe.run().then(r => done(r.violations.map(v => \
                   v.id + ': ' + v.nodes.map(n => n.html).join(' | '))), e => done([String(e)]))";
        let violations = self.ask("POST", "execute/async", json!({ "script": run, "args": [] }));
        let mut faults = self.faults.borrow_mut();
        faults.extend(violations.as_array().unwrap().iter().map(|found| format!("{name}: {found}")));
        let wide = self.script("return document.documentElement.scrollWidth > window.innerWidth");
        if wide != json!(false) {
            faults.push(format!("{name} is wider than the window"));
        }
        let said = self.ask("POST", "se/log", json!({ "type": "browser" }));
        faults.extend(said.as_array().unwrap().iter().map(|said| format!("{name}: {}", said["message"])));
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = request(&self.address, "DELETE", &format!("/session/{}", self.session), &[], "");
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A name as long as people have them.
pub const CLERK: &str = "cong.tang.ton.nu.thi-huyen.trang";

/// What axe-core is made of.
pub fn axe() -> String {
    fs::read_to_string(project_file("target/axe/node_modules/axe-core/axe.min.js")).expect("run 'make test-console'")
}

pub fn pictures() -> PathBuf {
    project_file("target/console")
}

pub fn from_base64(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let mut bytes = Vec::new();
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = four.iter().fold(0_u32, |bits, c| bits << 6 | u32::from(value(*c))) << (6 * (4 - four.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}

/// A repository of the bench's pages, and accounts with names as long as people have them.
fn place() -> Place {
    let (place, _) = place_of_truth();
    add_user(&place, "lan", "archivist");
    add_user(&place, CLERK, "clerk");
    place
}

#[test]
#[ignore = "needs Chromium: make test-console"]
fn the_pages_are_sound_in_a_real_browser() {
    let axe = axe();
    let place = place();
    let server = Server::start(&place);
    let to = |path: &str| format!("http://{}{path}", server.address);
    let chromium = Chromium::start();
    chromium.size(1280, 720);
    chromium.open(&to("/search?q=%C4%91%E1%BA%A5t"));
    chromium.look("01-dang-nhap", &axe);
    // The keyboard alone: name, Tab, password, Enter.
    chromium.fill("name", "lan");
    chromium.key("\u{e004}");
    chromium.fill("password", "sai mật khẩu\u{e007}");
    chromium.until("return !!document.querySelector('.error[role=alert]')");
    chromium.look_refused("02-sai-mat-khau", &axe, 401);
    chromium.fill("password", &format!("{PASSWORD}\u{e007}"));
    // Back to where it was asked for.
    chromium.until_at("/search?q=");
    chromium.look("03-tim-dat", &axe);
    for (name, path) in [
        ("04-tra-cuu", "/search".to_owned()),
        ("05-cum-tu", format!("/search?q={}", encoded("loai:\"quyết định\" đất"))),
        ("06-khong-thay", "/search?q=xyzzyxyzzy&code=H38".to_owned()),
        ("07-cau-sai", format!("/search?q={}", encoded("(đất HOẶC"))),
        ("08-english", "/search?q=nguyen&lang=en".to_owned()),
        ("09-tai-khoan", "/account?lang=vi".to_owned()),
    ] {
        chromium.open(&to(&path));
        chromium.look(name, &axe);
    }
    chromium.open(&to(&format!("/search?q={}", encoded("\"quyết định\""))));
    let address = chromium.script("return document.querySelector('.hit h2 a').href");
    chromium.open(address.as_str().unwrap());
    chromium.look("10-ho-so", &axe);
    assert!(chromium.script("return document.querySelectorAll('.marks polygon').length").as_u64().unwrap() > 0);
    let loaded = "const i = document.querySelector('.sheet img'); return i.complete && i.naturalWidth";
    assert!(chromium.script(loaded).as_u64().unwrap() > 500, "the picture of the page is there");
    for (name, tab) in [("11-phien-ban", "versions"), ("12-chu-ky", "signatures"), ("13-nhat-ky", "log"), ("14-noi-luu", "files")]
    {
        chromium.open(&format!("{}&tab={tab}", address.as_str().unwrap()));
        chromium.look(name, &axe);
    }
    chromium.open(&format!("{}&asked=missing", address.as_str().unwrap()));
    chromium.look("15-ly-do", &axe);
    assert_ne!(chromium.script("return document.querySelector('.mask')"), Value::Null, "masked until there is a reason");
    chromium.fill("why", "theo đề nghị của chủ hồ sơ\u{e007}");
    chromium.until("return document.readyState === 'complete' && document.querySelector('.mask') === null");
    chromium.look("16-da-hien", &axe);
    other_sizes_and_refusals(&chromium, &server, address.as_str().unwrap(), &axe);
    let faults = chromium.faults.borrow().join("\n");
    assert!(faults.is_empty(), "{faults}");
}

/// A tablet, what is not there and what is not allowed, and the batches, which a clerk sees.
fn other_sizes_and_refusals(chromium: &Chromium, server: &Server, address: &str, axe: &str) {
    let to = |path: &str| format!("http://{}{path}", server.address);
    // On a tablet the panes stand below one another.
    chromium.size(820, 1100);
    chromium.open(address);
    chromium.look("17-may-tinh-bang", axe);
    chromium.size(1280, 720);
    for (name, path, status) in [("37-khong-co", "/records/H38.99-999999-9999", 404), ("38-khong-duoc-phep", "/desk", 403)] {
        chromium.open(&to(path));
        chromium.look_refused(name, axe, status);
    }
    chromium.open(&to("/account"));
    chromium.script("document.querySelector('.top form').submit()");
    chromium.until_at("/login");
    chromium.look("18-dang-xuat", axe);
    chromium.fill("name", CLERK);
    chromium.fill("password", &format!("{PASSWORD}\u{e007}"));
    chromium.until_at("/desk");
    chromium.open(&to("/batches"));
    chromium.look("19-lo", axe);
    chromium.open(&to("/batches/1"));
    chromium.look("20-mot-lo", axe);
}
