//! How quickly the console answers over a repository of so many records, while a batch runs beside it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::make::{EACH_PICTURED, Size, code_of, jpeg_of, waiting};
use crate::{PROGRAM, made, stub, written};

const PASSWORD: &str = "bốn từ bất kỳ";
/// Of so many records' files one waits for a person.
const EACH_WAITING: usize = 100;
/// How often each view is asked for, each time for another record.
const ASKED: usize = 60;
/// Scans that the batch beside has to read, so many that it does not come to its end.
const BESIDE: usize = 400;

/// Ends a program that was started with the bench.
struct Beside(Child);

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn console(folder: &Path, records: usize) {
    let picture = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/scans/dossier_00/page_00.jpg")).expect("a scan");
    let words = written::Vocabulary::new();
    let size = Size { records, pages: 1, file_bytes: 0, files: true, words: Some(&words), picture: Some(&picture) };
    let (root, inbox) = made(folder, &size);
    // Makes the index, and the ledger of a batch.
    crate::sohoa(&root, &["run", "--quiet", "--jobs", "2", "--inbox", inbox.to_str().expect("a path")]);
    let (engine, recipe) = crate::reader();
    waiting(&root, &folder.join("other"), records / EACH_WAITING, (&engine, recipe));
    for (name, role) in [("hoa", "clerk"), ("lan", "archivist")] {
        let mut child =
            program(&root, &["user", "add", name, "--role", role]).stdin(Stdio::piped()).spawn().expect("the program");
        child.stdin.take().expect("a pipe").write_all(format!("{PASSWORD}\n").as_bytes()).expect("a pipe");
        assert!(child.wait().expect("a child").success());
    }
    let mut server = program(&root, &["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().expect("the program");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("a pipe")).read_line(&mut line).expect("an address");
    let _server = Beside(server);
    let address = line.trim().strip_prefix("http://").expect("an address").to_owned();
    let mut batch = None;
    for is_busy in [false, true] {
        if is_busy {
            let night = beside(folder, &picture);
            batch = Some(Beside(
                program(&root, &["run", "--quiet", "--jobs", "1", "--inbox", night.to_str().expect("a path")])
                    .spawn()
                    .expect("the program"),
            ));
        }
        let [clerk, archivist] = ["hoa", "lan"].map(|name| Browser::signed_in(&address, name));
        let beside = if is_busy { ", a batch beside" } else { "" };
        for (what, browser, path) in views(&clerk, &archivist, records, usize::from(is_busy)) {
            let mut took: Vec<f64> = (0..ASKED).map(|number| browser.timed(&path(number))).collect();
            took.sort_by(f64::total_cmp);
            println!(
                "| {records} | {what}{beside} | p50 {:.0} ms | p95 {:.0} ms | most {:.0} ms |  |",
                took[ASKED / 2],
                took[ASKED * 95 / 100],
                took[ASKED - 1]
            );
        }
        if let Some(Beside(batch)) = batch.as_mut() {
            assert!(batch.try_wait().expect("a child").is_none(), "the batch ended before all was measured: raise BESIDE");
        }
    }
}

type View<'a> = (&'static str, &'a Browser, Box<dyn Fn(usize) -> String>);

fn view<'a>(what: &'static str, browser: &'a Browser, path: impl Fn(usize) -> String + 'static) -> View<'a> {
    (what, browser, Box::new(path))
}

/// What is measured: each for another record each time.
fn views<'a>(clerk: &'a Browser, archivist: &'a Browser, records: usize, turn: usize) -> Vec<View<'a>> {
    let spread = move |number: usize| code_of((number * 7919 + turn * 31) % records);
    // Pictures are cold once: another half of them in each turn.
    let pictured = move |number: usize| code_of((2 * number + turn) * EACH_PICTURED % records / EACH_PICTURED * EACH_PICTURED);
    vec![
        view("desk, first", clerk, |_| "/desk".to_owned()),
        view("desk, a document", clerk, move |n| format!("/desk/{}/1", spread(n))),
        view("desk, completion of a name", clerk, move |n| {
            format!("/desk/{}/1/complete?field=owner_name&typed=nguyen", spread(n))
        }),
        view("desk, completion of a body", clerk, move |n| {
            format!("/desk/{}/1/complete?field=issuing_body&typed=ubnd", spread(n))
        }),
        view("pages of a document", clerk, move |n| format!("/desk/{}/1/pages", spread(n))),
        view("search, a common word", archivist, |_| "/search?q=quyet".to_owned()),
        view("search, two words", archivist, |_| "/search?q=dat%20nguyen".to_owned()),
        view("record", archivist, move |n| format!("/records/{}", spread(n))),
        view("record, log", archivist, move |n| format!("/records/{}?tab=log", spread(n))),
        view("record, versions", archivist, move |n| format!("/records/{}?tab=versions", spread(n))),
        view("record, files", archivist, move |n| format!("/records/{}?tab=files", spread(n))),
        view("batches", clerk, |_| "/batches".to_owned()),
        view("a batch", clerk, |_| "/batches/1".to_owned()),
        view("a batch, further on", clerk, move |n| format!("/batches/1?after={}/dossier", spread(n))),
        view("desk, one kind", clerk, |_| "/desk?kind=doubtful".to_owned()),
        view("desk, a kind of which there is nothing", clerk, |_| "/desk?kind=absent".to_owned()),
        view("picture, cold", clerk, move |n| format!("/records/{}/1/pages/1/1240", pictured(n))),
        view("picture, kept", clerk, move |n| format!("/records/{}/1/pages/1/1240", pictured(ASKED - 8 + n % 8))),
    ]
}

/// An inbox whose batch takes its time.
fn beside(folder: &Path, picture: &[u8]) -> PathBuf {
    let night = folder.join("night");
    for number in 0..BESIDE {
        let dossier = night.join(format!("H38.16-24{:04}-{:04}", number / 10_000, number % 10_000));
        fs::create_dir_all(&dossier).expect("room");
        let path = dossier.join("1.jpg");
        fs::write(&path, jpeg_of(picture, &format!("night {number}"))).expect("room");
        crate::make::settle(&path);
    }
    night
}

fn program(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(arguments).env(PROGRAM, "1").env("SOHOA_REPOSITORY", root).env("SOHOA__RECOGNISE__ENGINE", stub::NAME);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Somebody who is signed in.
struct Browser {
    address: String,
    cookies: String,
}

impl Browser {
    fn signed_in(address: &str, name: &str) -> Self {
        let mut browser = Self { address: address.to_owned(), cookies: String::new() };
        let (_, head, body) = browser.ask("GET", "/login", "");
        let before = cookies_of(&head);
        let csrf = body.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a form");
        let password: String = PASSWORD.bytes().map(|byte| format!("%{byte:02X}")).collect();
        browser.cookies.clone_from(&before);
        let (status, head, body) = browser.ask("POST", "/login", &format!("csrf={csrf}&name={name}&password={password}"));
        assert_eq!(status, 303, "{body}");
        browser.cookies = cookies_of(&head);
        browser
    }

    /// Milliseconds until all of an answer is here.
    fn timed(&self, path: &str) -> f64 {
        let started = Instant::now();
        let (status, _, body) = self.ask("GET", path, "");
        let took = started.elapsed().as_secs_f64() * 1e3;
        assert!(status == 200 || status == 303, "{path}: {status} {body}");
        took
    }

    fn ask(&self, method: &str, path: &str, form: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("the console");
        let kind = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin";
        let (host, cookies, length) = (&self.address, &self.cookies, form.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\nConnection: close\r\n{kind}\r\nContent-Length: {length}\r\n\r\n{form}"
        );
        stream.write_all(head.as_bytes()).expect("the console");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, head.to_owned(), body.to_owned())
    }
}

fn cookies_of(head: &str) -> String {
    let set = head.lines().filter_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next());
    set.collect::<Vec<_>>().join("; ")
}
