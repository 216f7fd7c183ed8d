//! How long the console takes for a view while a batch runs beside it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use super::PROGRAM;
use super::stub;

/// Views of each kind.
const VIEWS: usize = 200;
const PASSWORD: &str = "bốn từ bất kỳ";

/// A console that is stopped when it is dropped.
struct Console {
    child: Child,
    address: String,
    cookies: String,
    csrf: String,
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(arguments).env(PROGRAM, "1").env("SOHOA_REPOSITORY", root).env("SOHOA__RECOGNISE__ENGINE", stub::NAME);
    command.stderr(Stdio::null());
    command
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

impl Console {
    fn start(root: &Path) -> Self {
        let mut user = program(root, &["user", "add", "hoa", "--role", "clerk"]);
        let mut user = user.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the program");
        user.stdin.take().expect("a pipe").write_all(PASSWORD.as_bytes()).expect("room");
        assert!(user.wait().expect("a child").success());
        let mut serve = program(root, &["serve", "--listen", "127.0.0.1:0"]);
        let mut child = serve.stdout(Stdio::piped()).spawn().expect("the program");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("an address");
        let address = line.trim().trim_start_matches("http://").to_owned();
        let mut console = Self { child, address, cookies: String::new(), csrf: String::new() };
        let (page, cookies) = console.ask("GET", "/login", "");
        console.cookies = cookies;
        let csrf = token_in(&page);
        let form = format!("csrf={csrf}&next=%2F&name=hoa&password={}", encoded(PASSWORD));
        let (_, cookies) = console.ask("POST", "/login", &form);
        console.cookies = cookies;
        console.csrf = token_in(&console.ask("GET", "/account", "").0);
        console
    }

    /// The body of an answer and the cookies that it sets.
    fn ask(&self, method: &str, path: &str, body: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("the console");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\nAccept: application/json\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.cookies,
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("the console");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        assert!(head.starts_with("HTTP/1.1 2") || head.starts_with("HTTP/1.1 303"), "{path}: {head}");
        let set = head.lines().filter_map(|line| line.to_lowercase().starts_with("set-cookie:").then(|| &line[12..]));
        let cookies = set.filter_map(|cookie| cookie.split(';').next()).map(str::to_owned).collect::<Vec<_>>().join("; ");
        (body.to_owned(), cookies)
    }
}

fn token_in(page: &str) -> String {
    let from = page.find("name=\"csrf\" value=\"").expect("a form");
    page[from..].split('"').nth(3).expect("a token").to_owned()
}

/// Times views of a repository of so many records, alone and beside a batch.
pub fn console(root: &Path, inbox: &str, records: usize) {
    let console = Console::start(root);
    let code = |at: usize| {
        let number = at * records.saturating_sub(1) / VIEWS;
        format!("H38.16-23{:04}-{:04}", number / 10_000, number % 10_000)
    };
    let decide = format!("csrf={}&version=1&field=number&value=15&sealed=", console.csrf);
    let views: [(&str, &str, Box<dyn Fn(usize) -> String>); 5] = [
        ("desk, a document with what waits", "GET", Box::new(|at| format!("/desk/{}/1", code(at)))),
        ("desk, a decision kept", "POST", Box::new(|at| format!("/desk/{}/1/decide", code(at)))),
        (
            "desk, completion of an agency",
            "GET",
            Box::new(|at| format!("/desk/{}/1/complete?field=issuing_body&typed=uy", code(at))),
        ),
        ("a record", "GET", Box::new(|at| format!("/records/{}", code(at)))),
        ("search, two words", "GET", Box::new(|at| format!("/search?q=quyet+dinh+{at}"))),
    ];
    for beside in ["alone", "beside a batch"] {
        let stop = AtomicBool::new(beside == "alone");
        thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let _ = program(root, &["run", "--quiet", "--jobs", "1", "--inbox", inbox]).stdout(Stdio::null()).status();
                }
            });
            for (what, method, path) in &views {
                let body = if *method == "POST" { decide.as_str() } else { "" };
                let mut took: Vec<f64> = (0..VIEWS)
                    .map(|at| {
                        let began = Instant::now();
                        console.ask(method, &path(at), body);
                        began.elapsed().as_secs_f64() * 1e3
                    })
                    .collect();
                took.sort_by(f64::total_cmp);
                let (median, p95) = (took[VIEWS / 2], took[VIEWS * 95 / 100]);
                println!("| {records} | console: {what}, {beside} | – | – | – | {median:.1} ms, p95 {p95:.1} ms |");
            }
            stop.store(true, Ordering::Relaxed);
        });
    }
}
