//! The store against a real S3 server (`make test-s3` starts one and names it in `SOHOA_TEST_S3`), through a proxy that
//! lets in only what is signed with the secret, which that server does not look at, and that does to requests what
//! networks and services do.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

use tempfile::TempDir;

use super::*;
use crate::repository::backup::contract::{content, try_out, written};

const WHY: &str = "make test-s3 names a server";
const SECRET: &str = "the/secret+of=tests";

/// A store at a place of its own in the bucket of the tests.
struct Site {
    folder: TempDir,
    prefix: String,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let credentials = format!("aws_access_key_id = SOHOA\naws_secret_access_key = {SECRET}\n");
        fs::write(folder.path().join("s3"), credentials).unwrap();
        fs::set_permissions(folder.path().join("s3"), fs::Permissions::from_mode(0o600)).unwrap();
        let prefix = format!("unit/{}", folder.path().file_name().unwrap().to_string_lossy().trim_start_matches('.'));
        Self { folder, prefix }
    }

    fn options(&self, endpoint: &str) -> S3Options {
        S3Options {
            endpoint: endpoint.to_owned(),
            region: "us-east-1".into(),
            credentials: self.folder.path().join("s3"),
            ca_file: "/dev/null".into(),
            timeout_seconds: 2.0,
            tries: 4,
            pause_seconds: 0.01,
        }
    }

    fn store(&self, endpoint: &str) -> S3Store {
        S3Store::to_read("sohoa", &self.prefix, &self.options(endpoint)).unwrap()
    }
}

fn server() -> String {
    env::var("SOHOA_TEST_S3").expect(WHY)
}

fn put(store: &S3Store, name: &str, content: &[u8]) -> Result<(), BackupError> {
    let mut file = store.new_file().unwrap();
    file.write_all(content).unwrap();
    store.put(name, file, written(content))
}

fn read(store: &S3Store, name: &str) -> Result<Vec<u8>, BackupError> {
    let mut content = Vec::new();
    let mut source = store.read(name)?.unwrap();
    source.read_to_end(&mut content).map_err(|error| BackupError::of_io(name, error))?;
    Ok(content)
}

/// What becomes of one request.
#[derive(Debug, Clone, Copy)]
enum Fault {
    /// It is done.
    None,
    /// The service has trouble.
    Status(u16),
    /// It does not do it, and says so.
    Refuse(&'static str),
    /// It does something else: the object is another one.
    Alter,
    /// Nothing is done and nothing answered.
    Close,
    /// It is done, and the answer does not come.
    Lose,
    /// It is done, and half of the answer comes.
    Cut,
    /// Nothing is answered for longer than is waited.
    Slow,
}

/// Stands before the server and does so with one request after the other; tells how many came.
struct Proxy {
    address: String,
    plan: Arc<Mutex<VecDeque<Fault>>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (plan, seen) = (Arc::default(), Arc::default());
        let proxy = Self { address, plan, seen };
        let (plan, seen) = (Arc::clone(&proxy.plan), Arc::clone(&proxy.seen));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (plan, seen) = (Arc::clone(&plan), Arc::clone(&seen));
                thread::spawn(move || serve(stream, &plan, &seen));
            }
        });
        proxy
    }

    fn plan(&self, faults: &[Fault]) {
        self.seen.lock().unwrap().clear();
        *self.plan.lock().unwrap() = faults.iter().copied().collect();
    }

    fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

/// One request on one connection.
fn serve(mut client: TcpStream, plan: &Mutex<VecDeque<Fault>>, seen: &Mutex<Vec<String>>) -> Option<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 65536];
    let head = loop {
        let count = client.read(&mut buffer).ok().filter(|count| *count > 0)?;
        request.extend_from_slice(&buffer[..count]);
        if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let text = String::from_utf8_lossy(&request[..head]).into_owned();
    let length = text.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
    while request.len() < head + 4 + length.unwrap_or_default() {
        let count = client.read(&mut buffer).ok().filter(|count| *count > 0)?;
        request.extend_from_slice(&buffer[..count]);
    }
    seen.lock().unwrap().push(text.lines().next()?.to_owned());
    let mut fault = plan.lock().unwrap().pop_front().unwrap_or(Fault::None);
    if !is_signed(&text) {
        fault = Fault::Refuse("SignatureDoesNotMatch");
    }
    let mut answer = Vec::new();
    if matches!(fault, Fault::Alter) {
        let last = request.len() - 1;
        request[last] ^= 1;
        fault = Fault::None;
    }
    if matches!(fault, Fault::None | Fault::Lose | Fault::Cut) {
        let mut upstream = TcpStream::connect(server().strip_prefix("http://")?).ok()?;
        upstream.write_all(&request[..head]).ok()?;
        upstream.write_all(b"\r\nConnection: close").ok()?;
        upstream.write_all(&request[head..]).ok()?;
        upstream.read_to_end(&mut answer).ok()?;
    }
    match fault {
        Fault::None => client.write_all(&answer).ok(),
        Fault::Cut => client.write_all(&answer[..answer.len() - answer.len() / 4 - 1]).ok(),
        Fault::Status(_) | Fault::Refuse(_) => {
            let (status, code) = match fault {
                Fault::Status(status) => (status, "SlowDown"),
                Fault::Refuse(code) => (403, code),
                _ => return None,
            };
            let body = format!("<Error><Code>{code}</Code></Error>");
            let said = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
            client.write_all(said.as_bytes()).ok()
        }
        Fault::Slow => {
            thread::sleep(std::time::Duration::from_secs(4));
            None
        }
        Fault::Close | Fault::Lose | Fault::Alter => None,
    }
}

/// Whether the head of a request is signed with the secret (AWS Signature Version 4, in the query).
fn is_signed(head: &str) -> bool {
    let mac = |key: &[u8], text: &str| ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key), text.as_bytes());
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let host = head.lines().find_map(|line| line.strip_prefix("host: ").or_else(|| line.strip_prefix("Host: "))).unwrap();
    let [method, target, _] = head.lines().next().unwrap().split(' ').collect::<Vec<_>>()[..] else { return false };
    let (path, query) = target.split_once('?').unwrap();
    let mut query: Vec<&str> = query.split('&').collect();
    query.sort_unstable();
    let value = |name: &str| query.iter().find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap();
    let (date, signature) = (value("X-Amz-Date"), value("X-Amz-Signature"));
    let signed: Vec<&str> = query.iter().copied().filter(|pair| !pair.starts_with("X-Amz-Signature=")).collect();
    let canonical = format!("{method}\n{path}\n{}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD", signed.join("&"));
    let scope = format!("{}/us-east-1/s3/aws4_request", &date[..8]);
    let canonical = hex(ring::digest::digest(&ring::digest::SHA256, canonical.as_bytes()).as_ref());
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{canonical}");
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for part in scope.split('/') {
        key = mac(&key, part).as_ref().to_vec();
    }
    hex(mac(&key, &text).as_ref()) == signature
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn a_bucket_keeps_what_stores_promise() {
    let (site, proxy) = (Site::new(), Proxy::start());
    try_out(&|| Box::new(site.store(&proxy.address)));
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn what_passes_is_asked_again_and_nothing_is_lost_or_cut() {
    let (site, proxy) = (Site::new(), Proxy::start());
    let store = site.store(&proxy.address);
    for fault in [Fault::Status(500), Fault::Status(503), Fault::Status(429), Fault::Close, Fault::Lose, Fault::Cut, Fault::Slow]
    {
        proxy.plan(&[fault]);
        put(&store, "blobs/one", b"content").unwrap();
        let tries = proxy.count();
        // The note, the object, reading it, the end of the note, and one again. What of an answer to putting is cut off
        // may be nothing that is needed.
        assert!(tries == 5 || matches!(fault, Fault::Cut), "{fault:?}: {tries}");
        proxy.plan(&[fault, fault]);
        assert_eq!(read(&store, "blobs/one").unwrap(), b"content", "{fault:?}");
        assert_eq!(proxy.count(), 3, "{fault:?}");
        proxy.plan(&[fault]);
        assert_eq!(store.list("blobs").unwrap(), [("blobs/one".to_owned(), 7)], "{fault:?}");
    }
    // Each piece of what is large for itself.
    let large = content(8 * 1024 * 1024 + 5);
    for at in 0..12 {
        for fault in [Fault::Status(500), Fault::Close, Fault::Lose] {
            let mut plan = vec![Fault::None; at];
            plan.push(fault);
            proxy.plan(&plan);
            put(&store, "blobs/large", &large).unwrap();
            assert!(read(&store, "blobs/large").unwrap() == large, "{fault:?} at {at}");
            assert_eq!(store.list("partial").unwrap(), []);
        }
    }
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn what_does_not_pass_is_told_after_the_tries_and_leaves_nothing_half() {
    let (site, proxy) = (Site::new(), Proxy::start());
    let mut store = site.store(&proxy.address);
    proxy.plan(&[Fault::Status(503); 4]);
    let told = put(&store, "blobs/one", b"content").unwrap_err();
    assert!(matches!(&told, BackupError::Unreachable { cause, .. } if cause.to_string().contains("503 SlowDown")), "{told}");
    assert_eq!(proxy.count(), 4);
    assert!(store.read("blobs/one").unwrap().is_none());
    // An upload that fails in the middle is taken back; one that nobody could take back is, by the next backup.
    let large = content(20 * 1024 * 1024);
    proxy.plan(&[&[Fault::None; 4][..], &[Fault::Close; 4]].concat());
    assert!(matches!(put(&store, "blobs/large", &large), Err(BackupError::Unreachable { .. })));
    assert_eq!(store.list("partial").unwrap(), []);
    proxy.plan(&[&[Fault::None; 4][..], &[Fault::Close; 8]].concat());
    assert!(put(&store, "blobs/large", &large).is_err());
    assert_eq!(store.list("partial").unwrap().len(), 1);
    assert!(store.is_empty().unwrap() && store.read("blobs/large").unwrap().is_none());
    store.clear().unwrap();
    assert_eq!(store.list("partial").unwrap(), []);
    proxy.plan(&[]);
    put(&store, "blobs/large", &large).unwrap();
    assert!(read(&store, "blobs/large").unwrap() == large);
    // The service is gone while an object is read.
    let mut source = store.read("blobs/large").unwrap().unwrap();
    proxy.plan(&[Fault::Close; 9]);
    let error = source.read_to_end(&mut Vec::new()).unwrap_err();
    assert!(matches!(BackupError::of_io("x", error), BackupError::Unreachable { .. }));
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn what_was_not_read_back_is_not_there_the_next_night() {
    let (site, proxy) = (Site::new(), Proxy::start());
    let store = site.store(&proxy.address);
    // Reading back fails: it is taken away at once.
    proxy.plan(&[&[Fault::None; 2][..], &[Fault::Close; 4]].concat());
    assert!(matches!(put(&store, "blobs/one", b"content"), Err(BackupError::Unreachable { .. })));
    assert_eq!((store.list("blobs").unwrap(), store.list("partial").unwrap()), (Vec::new(), Vec::new()));
    // Another object lies there than was sent: it is sent again, once.
    proxy.plan(&[Fault::None, Fault::Alter]);
    put(&store, "blobs/one", b"content").unwrap();
    assert_eq!(read(&store, "blobs/one").unwrap(), b"content");
    proxy.plan(&[Fault::None, Fault::Alter, Fault::None, Fault::Alter]);
    assert!(matches!(put(&store, "blobs/two", b"content"), Err(BackupError::Damaged { .. })));
    assert_eq!(store.list("blobs").unwrap(), [("blobs/one".to_owned(), 7)]);
    // Nothing answers any more after the object was put, as if the backup had been killed.
    let killed = |name: &str, fault: Fault| {
        proxy.plan(&[&[Fault::None, fault][..], &[Fault::Close; 8]].concat());
        put(&store, name, b"content").unwrap_err();
    };
    killed("blobs/whole", Fault::None);
    killed("blobs/other", Fault::Alter);
    assert_eq!((store.list("blobs").unwrap().len(), store.list("partial").unwrap().len()), (3, 2));
    // What cannot be looked at now keeps nobody from backing up, and does not count as there.
    proxy.plan(
        &[&[Fault::None; 2][..], &[Fault::Refuse("InvalidObjectState"), Fault::None, Fault::Refuse("AccessDenied")]].concat(),
    );
    let next = site.store(&proxy.address).writing(None).unwrap();
    assert_eq!(next.list("blobs").unwrap(), [("blobs/one".to_owned(), 7)]);
    assert_eq!(next.list("partial").unwrap().len(), 2);
    let next = site.store(&proxy.address).writing(None).unwrap();
    assert_eq!(next.list("blobs").unwrap(), [("blobs/one".to_owned(), 7), ("blobs/whole".to_owned(), 7)]);
    assert_eq!(next.list("partial").unwrap(), []);
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn what_others_call_partial_is_theirs() {
    let (site, proxy) = (Site::new(), Proxy::start());
    let mut store = site.store(&proxy.address);
    let hash = |of: &str| format!("partial/{}", blake3::hash(of.as_bytes()).to_hex());
    let theirs =
        [("partial/2026.csv".to_owned(), "x"), (hash("a"), "x"), (hash("b"), r#"{"object":"elsewhere/x","upload":"1"}"#)];
    for (name, content) in &theirs {
        store.put_whole(&store.key(name), content.as_bytes()).unwrap();
        assert!(!store.is_empty().unwrap(), "{name}");
        store.clear().unwrap();
        assert_eq!(read(&store, name).unwrap(), content.as_bytes(), "{name}");
        store.remove(name).unwrap();
    }
    // Many of ours, and one object behind them.
    let begun = |object: &str| Begun { object: store.key(object), upload: None, written: Some(written(b"x")) };
    for number in 0..12 {
        let object = format!("blobs/{number}");
        store.put_note(&note_of(&store.key(&object)), &begun(&object)).unwrap();
    }
    assert!(store.is_empty().unwrap());
    store.put_whole(&store.key("quite/another"), b"x").unwrap();
    assert!(!store.is_empty().unwrap());
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn one_object_that_is_refused_is_told_from_a_service_that_refuses() {
    let (site, proxy) = (Site::new(), Proxy::start());
    let store = site.store(&proxy.address);
    put(&store, "blobs/one", b"content").unwrap();
    proxy.plan(&[Fault::Refuse("InvalidObjectState")]);
    assert!(matches!(store.read("blobs/one"), Err(BackupError::ObjectRefused { .. })));
    for code in ["AccessDenied", "ExpiredToken", ""] {
        proxy.plan(&[Fault::Refuse(code)]);
        assert!(matches!(store.read("blobs/one"), Err(BackupError::Refused { .. })), "{code}");
    }
    proxy.plan(&[Fault::Refuse("InvalidObjectState")]);
    assert!(matches!(store.list("blobs"), Err(BackupError::Refused { .. })));
}

#[test]
#[ignore = "needs an S3 server: make test-s3"]
fn who_may_not_is_told_so_at_once_and_no_secret_is_shown() {
    let (site, proxy) = (Site::new(), Proxy::start());
    let wrong = "not-the-secret-of-anybody";
    fs::write(site.folder.path().join("s3"), format!("aws_access_key_id = SOHOA\naws_secret_access_key = {wrong}\n")).unwrap();
    let store = site.store(&proxy.address);
    for asked in [put(&store, "blobs/one", b"x"), store.is_empty().map(drop), store.read("x").map(drop)] {
        let error = asked.unwrap_err();
        assert!(matches!(&error, BackupError::Refused { .. }), "{error}");
        let failure = error.failure();
        let shown = format!("{error} {error:?} {store:?} {}", serde_json::to_string(&failure).unwrap());
        assert!(!shown.contains(wrong) && !shown.contains("X-Amz"), "{shown}");
    }
    assert_eq!(proxy.count(), 3, "no second try");
    let absent = S3Store::to_read("no-such-bucket", "", &Site::new().options(&proxy.address)).unwrap();
    assert!(matches!(absent.is_empty(), Err(BackupError::Missing { .. })));
}

#[test]
fn nothing_goes_out_unencrypted_or_without_credentials() {
    let site = Site::new();
    for endpoint in ["http://s3.example.vn", "ftp://x", "https://user:password@s3.example.vn", "s3.example.vn"] {
        let refused = S3Store::to_read("sohoa", "", &site.options(endpoint)).unwrap_err();
        assert!(matches!(&refused, BackupError::Setting { key: "backup.s3_endpoint", .. }), "{endpoint}: {refused}");
        assert!(!refused.to_string().contains("password"), "{refused}");
    }
    fs::remove_file(site.folder.path().join("s3")).unwrap();
    let refused = S3Store::to_read("sohoa", "", &site.options("https://s3.example.vn")).unwrap_err();
    assert!(matches!(&refused, BackupError::Setting { key: "backup.s3_credentials", .. }), "{refused}");
}
