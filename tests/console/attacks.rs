//! What somebody tries from outside who means no good: each of the usual attacks, with what the other tests do not
//! try.

use std::fs;
use std::io::{Read, Write};

use serde_json::json;

use super::{PASSWORD, Server, add_user, encoded};
use crate::pages::{CARD, page_with_code};
use crate::support::{CODE_A, CODE_B, Place, png_page, tiff_of};

const NUMBER: &str = "999099000001";
/// What would run if it were not told as text.
const SCRIPTS: [&str; 4] = [
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
];

/// A dossier with an identity card and another with a letter, a file that waits, and an account of each role.
fn place() -> Place {
    let place = Place::with_engine("stub");
    let pages = [png_page(1), page_with_code(2, CARD)].map(|png| image::load_from_memory(&png).unwrap().into_luma8());
    place.put(&format!("{CODE_A}/cccd.tif"), &tiff_of(&pages));
    place.put(&format!("{CODE_B}/1.png"), &png_page(3));
    place.put("'><img src=x onerror=alert(1)>.png", &png_page(4));
    place.put(&format!("{CODE_B}/<svg onload=alert(1)>.txt"), b"no scan");
    place.run().expect_code(3);
    for (name, role) in [("lan", "archivist"), ("hoa", "clerk"), ("quan", "administrator")] {
        add_user(&place, name, role);
    }
    place
}

fn token(place: &Place, name: &str) -> String {
    let made = place.sohoa(&["token", "add", name, "thử", "--json"]).expect_code(0).json();
    made[0]["secret"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

/// Whether something on a page would run.
fn runs(text: &str) -> bool {
    ["<script>alert", "<img src=x", "<svg/onload", "<svg onload"].iter().any(|script| text.contains(script))
}

#[test]
fn no_path_leads_out_of_what_is_served() {
    let place = place();
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let session = format!("sohoa_session={}", hoa.cookie("sohoa_session").unwrap());
    let outs = [
        "..%2f..%2fcatalog.sqlite",
        "%2e%2e%2f%2e%2e%2fcatalog.sqlite",
        "..%5c..%5ccatalog.sqlite",
        "....//....//catalog.sqlite",
        "%252e%252e%252fcatalog.sqlite",
        "..%c0%af..%c0%afcatalog.sqlite",
        "%2fetc%2fpasswd",
        "file%3a%2f%2f%2fetc%2fpasswd",
        "x%00.png",
        "..",
    ];
    let roots = [
        "/static/{}",
        "/records/{}",
        "/records/{}/1/file.pdf",
        &format!("/records/{CODE_A}/{{}}/original"),
        &format!("/records/{CODE_A}/1/pages/{{}}/160"),
        &format!("/records/{CODE_A}/1/pages/1/{{}}"),
        "/desk/{}/1",
        "/desk/files/{}",
        "/batches/1/pictures/0/{}",
        "/batches/{}/events",
        "/api/v1/records/{}",
    ];
    for root in roots {
        for out in outs {
            // As they are: whatever a client would make of them before it asks.
            let path = root.replace("{}", out);
            let asked = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {session}\r\n\r\n");
            let answer = server.raw(asked.as_bytes());
            assert!((300..500).contains(&answer.status), "{path}: {}", answer.status);
            assert!(!answer.text().contains("SQLite format") && !answer.text().contains("root:x:"), "{path}");
        }
    }
    // Addresses that are no paths.
    for line in
        ["GET http://evil.example/ HTTP/1.1", "GET //evil.example/records HTTP/1.1", "CONNECT a:1 HTTP/1.1", "TRACE / HTTP/1.1"]
    {
        let answer = server.raw(format!("{line}\r\nHost: a\r\nConnection: close\r\nCookie: {session}\r\n\r\n").as_bytes());
        let to = answer.header("location").unwrap_or_default();
        assert!(
            answer.status < 500 && !to.contains("evil") && !answer.text().contains("sohoa_session"),
            "{line}: {}",
            answer.status
        );
    }
    assert_eq!(hoa.get("/records/").status, 404);
}

#[test]
fn nothing_is_done_for_a_page_of_another_site() {
    let place = place();
    let server = Server::start(&place);
    let (mut hoa, mut other) = (server.signed_in("hoa"), server.signed_in("hoa"));
    let (csrf, of_other) = (hoa.get("/account").input("csrf"), other.get("/account").input("csrf"));
    assert_ne!(csrf, of_other);
    let desk = format!("/desk/{CODE_B}/1");
    let paths = [
        "/logout".to_owned(),
        "/account".to_owned(),
        format!("/records/{CODE_B}/unmask"),
        format!("/records/{CODE_B}/1/text"),
        format!("{desk}/decide"),
        format!("{desk}/done"),
        format!("{desk}/undo"),
        format!("{desk}/rebase"),
        format!("{desk}/take"),
        format!("{desk}/beat"),
        format!("{desk}/pages/preview"),
        format!("{desk}/pages/change"),
    ];
    let before = place.sohoa(&["show", CODE_B, "--json"]).expect_code(0).json();
    let form = |csrf: &str| format!("csrf={csrf}&version=1&field=title&value=x&work=void&reason=khong+can&page=1&line-1=x");
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let near = format!("http://{}.evil.example", server.address);
    for path in &paths {
        let sent = [
            // The token of another session of the same person, none, and one in the address.
            hoa.ask("POST", path, &[kind, ("Sec-Fetch-Site", "same-origin")], &form(&of_other)),
            hoa.ask("POST", path, &[kind, ("Sec-Fetch-Site", "same-origin")], "version=1"),
            hoa.ask("POST", &format!("{path}?csrf={csrf}"), &[kind, ("Sec-Fetch-Site", "same-origin")], "version=1"),
            // The right one, from elsewhere.
            hoa.ask("POST", path, &[kind, ("Sec-Fetch-Site", "same-site")], &form(&csrf)),
            hoa.ask("POST", path, &[kind, ("Sec-Fetch-Site", "cross-site")], &form(&csrf)),
            hoa.ask("POST", path, &[kind, ("Origin", "null")], &form(&csrf)),
            hoa.ask("POST", path, &[kind, ("Origin", "https://evil.example")], &form(&csrf)),
            hoa.ask("POST", path, &[kind, ("Origin", near.as_str())], &form(&csrf)),
        ];
        assert_eq!(sent.map(|answer| answer.status), [403; 8], "{path}");
        // What forms of other sites can send without asking first is no form here.
        for kind in ["text/plain", "multipart/form-data; boundary=x", "application/json"] {
            let status = hoa.ask("POST", path, &[("Content-Type", kind), ("Sec-Fetch-Site", "same-origin")], &form(&csrf)).status;
            assert!((400..500).contains(&status), "{path} {kind}: {status}");
        }
        // Nor does another method do what a form does.
        for method in ["GET", "PUT", "DELETE", "PATCH"] {
            let headers = [kind, ("X-HTTP-Method-Override", "POST")];
            let answer = hoa.ask(method, &format!("{path}?{}&_method=POST", form(&csrf)), &headers, "");
            assert!(
                answer.status != 303 || answer.header("location").is_some_and(|to| to.starts_with("/login")),
                "{method} {path}"
            );
        }
    }
    assert_eq!(place.sohoa(&["show", CODE_B, "--json"]).expect_code(0).json(), before);
    assert_eq!(hoa.get("/account").status, 200, "still signed in");
}

#[test]
fn what_people_write_is_text_wherever_it_stands() {
    let place = place();
    let server = Server::start(&place);
    let (mut hoa, mut lan) = (server.signed_in("hoa"), server.signed_in("lan"));
    let csrf = hoa.get("/account").input("csrf");
    for script in SCRIPTS {
        // A fact, the reason of a look, a line of text.
        let page = hoa.get(&format!("/desk/{CODE_B}/1"));
        let form = [("csrf", csrf.as_str()), ("version", &page.input("version")), ("field", "title"), ("value", script)];
        // Some of it no title can be.
        assert!(hoa.post(&format!("/desk/{CODE_B}/1/decide"), &form).status < 500, "{script}");
        hoa.post(&format!("/desk/{CODE_B}/1/done"), &[("csrf", &csrf)]);
        let of_lan = lan.get("/account").input("csrf");
        let why = [("csrf", of_lan.as_str()), ("reason", script)];
        assert_eq!(lan.post(&format!("/records/{CODE_B}/unmask"), &why).status, 303);
    }
    let file = hoa.get("/desk?kind=unknown_dossier").header("location").unwrap().split('?').next().unwrap().to_owned();
    let shown = [
        format!("/records/{CODE_B}"),
        format!("/records/{CODE_B}?tab=versions"),
        format!("/records/{CODE_B}?tab=log"),
        format!("/records/{CODE_B}?tab=files"),
        format!("/desk/{CODE_B}/1"),
        "/batches/1".to_owned(),
        file,
    ];
    let mut seen = String::new();
    for path in &shown {
        let answer = hoa.get(path);
        let text = answer.text();
        assert!(answer.status == 200 && !runs(&text), "{path}: {text}");
        assert!(answer.header("content-security-policy").unwrap().contains("script-src 'self'"), "{path}");
        seen.push_str(&text);
    }
    assert!(seen.contains("alert(1)") && seen.contains("onerror=alert(1)"), "it is shown, as text");
    // What is asked comes back on the page that tells of it.
    for script in SCRIPTS.map(encoded) {
        for path in [
            format!("/search?q={script}&agency={script}&from={script}"),
            format!("/records/{script}"),
            format!("/records/{CODE_B}?q={script}&tab={script}&document=1"),
            format!("/desk?kind={script}&done={script}&version=1"),
            format!("/login?next={script}&over={script}"),
            format!("/account?lang={script}"),
            format!("/{script}"),
        ] {
            for browser in [&mut hoa, &mut server.browser()] {
                assert!(!runs(&browser.get(&path).text()), "{path}");
            }
        }
    }
    let mut stranger = server.browser();
    assert!(!runs(&stranger.sign_in(SCRIPTS[0], "x").text()));
    // Programs are told as JSON, which no browser takes for a page.
    let answer = stranger.get(&format!("/api/v1/records/{}", encoded(SCRIPTS[0])));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn a_session_is_of_whoever_signed_in_and_ends_for_good() {
    let place = place();
    let server = Server::start(&place);
    // Cookies that an attacker knows, planted before the victim signs in.
    let known = "ab".repeat(32);
    let mut victim = server.browser();
    victim.cookies.push(("sohoa_session".into(), known.clone()));
    victim.cookies.push(("sohoa_sign_in".into(), known.clone()));
    assert_eq!(victim.sign_in("lan", PASSWORD).status, 303);
    let session = victim.cookie("sohoa_session").unwrap().to_owned();
    assert_ne!(session, known);
    let with = |secret: &str| {
        let mut browser = server.browser();
        browser.cookies.push(("sohoa_session".into(), secret.to_owned()));
        browser.get("/account").status
    };
    assert_eq!((with(&known), with(&session)), (303, 200));
    for near in [session.to_uppercase(), session[..63].to_owned(), format!("{session}0")] {
        assert!(near == session || with(&near) == 303, "{near}");
    }
    // Signed out is signed out, also for whoever has kept the cookie; and the forms of that session are void.
    let csrf = victim.get("/account").input("csrf");
    assert_eq!(victim.post("/logout", &[("csrf", &csrf)]).status, 303);
    assert_eq!(with(&session), 303);
    assert_eq!(victim.sign_in("lan", PASSWORD).status, 303);
    assert_ne!(victim.cookie("sohoa_session").unwrap(), session);
    assert_eq!(victim.post("/logout", &[("csrf", &csrf)]).status, 403);
}

#[test]
fn whoever_may_not_look_does_not_learn_what_there_is() {
    let place = place();
    let (archivist, revoked) = (token(&place, "lan"), token(&place, "hoa"));
    place.sohoa(&["token", "revoke", "hoa", "thử"]).expect_code(0);
    let server = Server::start(&place);
    let mut quan = server.signed_in("quan");
    let scan = "0".repeat(64);
    let waits = server
        .signed_in("hoa")
        .get("/desk?kind=unknown_dossier")
        .header("location")
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    for (there, not) in [
        (format!("/desk/{CODE_B}/1"), "/desk/H38.16-999999-9999/1".to_owned()),
        (format!("/desk/{CODE_B}/1/words/1"), "/desk/H38.16-999999-9999/1/words/1".to_owned()),
        (format!("/desk/{CODE_B}/1/pages"), "/desk/H38.16-999999-9999/1/pages".to_owned()),
        (format!("/records/{CODE_B}/1/text"), "/records/H38.16-999999-9999/1/text".to_owned()),
        (waits.clone(), format!("/desk/files/{scan}")),
        (format!("{waits}/pages/1/160"), format!("/desk/files/{scan}/pages/1/160")),
    ] {
        let [one, other] = [&there, &not].map(|path| quan.get(path));
        assert_eq!((one.status, other.status), (403, 403), "{there}");
        assert_eq!(one.text().replace(&there, ""), other.text().replace(&not, ""), "{there}");
    }
    let ask = |secret: &str, path: &str| {
        let headers = [("Authorization", format!("Bearer {secret}"))];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        server.browser().ask("GET", path, &headers, "")
    };
    for secret in ["", "sohoa_", &revoked, &archivist.to_uppercase(), &archivist[..archivist.len() - 1]] {
        let [one, other] = [CODE_B, "H38.16-999999-9999"].map(|code| ask(secret, &format!("/api/v1/records/{code}")));
        assert_eq!((one.status, other.status, one.body == other.body), (401, 401, true), "{secret}");
    }
    assert_eq!(ask(&archivist, &format!("/api/v1/records/{CODE_B}")).status, 200);
}

#[test]
fn what_is_too_much_is_refused_before_it_is_held() {
    let place = place();
    let inbox = place.inbox();
    let settings = [
        ("SOHOA__CONSOLE__UPLOAD_INBOX", inbox.to_str().unwrap()),
        ("SOHOA__LIMITS__FILE_MIB", "1"),
        ("SOHOA__CONSOLE__REQUEST_SECONDS", "1"),
    ];
    let server = Server::start_with(&place, &settings);
    let mut hoa = server.signed_in("hoa");
    let page = hoa.get("/upload").text();
    let csrf = page.split("data-csrf=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let session = hoa.cookie("sohoa_session").unwrap().to_owned();
    let head = |more: &str| {
        format!(
            "PUT /upload/a.pdf HTTP/1.1\r\nHost: a\r\nX-Csrf: {csrf}\r\nCookie: sohoa_session={session}\r\nConnection: close\r\n{more}\r\n\r\n"
        )
    };
    let rest = || {
        fs::read_dir(&inbox)
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("a.pdf"))
            .count()
    };
    // More than it says, without an end, and in pieces that never end.
    let mut endless = server.connect();
    endless.write_all(head("Transfer-Encoding: chunked").as_bytes()).unwrap();
    let piece = format!("10000\r\n{}\r\n", "%PDF-1.7".repeat(8192));
    let sent = (0..64).take_while(|_| endless.write_all(piece.as_bytes()).is_ok()).count();
    let mut answer = String::new();
    let _ = endless.read_to_string(&mut answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{sent}: {answer}");
    assert_eq!(server.raw(head("Content-Length: 99999999999999999999").as_bytes()).status / 100, 4);
    assert_eq!(server.raw(head("Content-Length: -1").as_bytes()).status / 100, 4);
    assert_eq!(server.raw(head("Content-Length: 5\r\nContent-Length: 6").as_bytes()).status / 100, 4);
    // Two ways to say where a request ends: somebody between might see two requests where we see one.
    let smuggled = server.raw(
        format!("{}0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", head("Content-Length: 5\r\nTransfer-Encoding: chunked"))
            .as_bytes(),
    );
    assert!(!smuggled.text().contains("ok\n"), "{}", smuggled.text());
    // A file that somebody begins and does not go on with.
    let mut slow = server.connect();
    slow.write_all(format!("{}%PDF", head("Content-Length: 1000")).as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = slow.read_to_string(&mut answer);
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    assert_eq!(rest(), 0);
    let many: String = (0..100).map(|number| format!("X-{number}: a\r\n")).collect();
    assert_eq!(server.raw(format!("GET /login HTTP/1.1\r\nHost: a\r\n{many}\r\n").as_bytes()).status / 100, 4);
    let fields: Vec<(String, &str)> = (0..20_000).map(|number| (format!("f{number}"), "")).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(hoa.post("/search", &fields).status / 100, 4);
    assert_eq!(hoa.get("/healthz").status, 200, "and it goes on");
}

#[test]
fn a_voided_document_is_nowhere_but_where_it_is_asked_for() {
    let place = place();
    let tokens = ["hoa", "lan"].map(|name| token(&place, name));
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let picture = format!("/records/{CODE_A}/1/pages/2/1240");
    // Kept pictures are not a way around it.
    assert_eq!(hoa.get(&picture).status, 200);
    place.sohoa(&["document", "void", &format!("{CODE_A}.001"), "--reason", "nhầm hồ sơ"]).expect_code(0);
    let paths = [
        picture,
        format!("/records/{CODE_A}/1/pages/1/160"),
        format!("/records/{CODE_A}/1/file.pdf"),
        format!("/records/{CODE_A}/1/original"),
        format!("/desk/{CODE_A}/1"),
        format!("/desk/{CODE_A}/1/words/2"),
        format!("/desk/{CODE_A}/1/pages"),
        format!("/records/{CODE_A}/1/text"),
    ];
    for path in &paths {
        assert_eq!(hoa.get(path).status, 404, "{path}");
    }
    let of_api = ["pages/2", "pages/2/image", "file", "original", "text", ""];
    for (secret, path) in tokens.iter().flat_map(|secret| of_api.map(|path| (secret, path))) {
        let headers = [("Authorization", format!("Bearer {secret}"))];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let path = format!("/api/v1/records/{CODE_A}/documents/1/{path}");
        assert_eq!(server.browser().ask("GET", path.trim_end_matches('/'), &headers, "").status / 100, 4, "{path}");
    }
    let found = hoa.get(&format!("/search?q={NUMBER}")).text();
    assert!(!found.contains(&format!("/records/{CODE_A}/1/pages")), "{found}");
}

#[test]
fn a_sensitive_page_is_never_sent_to_whoever_may_not_see_it() {
    let place = place();
    let secret = token(&place, "lan");
    let server = Server::start(&place);
    let (mut hoa, mut lan, mut quan) = (server.signed_in("hoa"), server.signed_in("lan"), server.signed_in("quan"));
    let pixels = |body: &[u8]| image::load_from_memory(body).unwrap().into_luma8();
    // How much the picture changes from point to point: a blurred one does not.
    let sharpness = |body: &[u8]| {
        let picture = pixels(body);
        let steps = picture.rows().flat_map(|row| {
            let row: Vec<i32> = row.map(|pixel| i32::from(pixel.0[0])).collect();
            row.windows(2).map(|two| (two[0] - two[1]).abs()).collect::<Vec<_>>()
        });
        let steps: Vec<i32> = steps.collect();
        f64::from(steps.iter().sum::<i32>()) / steps.len() as f64
    };
    for size in ["160", "1240", "full"] {
        let path = format!("/records/{CODE_A}/1/pages/2/{size}");
        // Whoever may see it has it drawn and kept first.
        let clear = hoa.get(&path);
        assert_eq!(clear.status, 200);
        let headers = [("Authorization", format!("Bearer {secret}"))];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let asked = [
            lan.get(&path),
            quan.get(&path),
            lan.get(&format!("{path}?masking=shown&unmasked=1&role=clerk")),
            lan.ask("GET", &path, &[("X-Role", "clerk"), ("X-Original-URL", path.as_str()), ("Range", "bytes=0-")], ""),
            server.browser().ask("GET", &format!("/api/v1/records/{CODE_A}/documents/1/pages/2/image"), &headers, ""),
        ];
        for (way, answer) in asked.iter().enumerate() {
            if answer.status == 200 {
                assert_ne!(answer.body, clear.body, "{size} {way}");
                assert!(way == 4 || sharpness(&answer.body) * 1.3 < sharpness(&clear.body), "{size} {way}");
            }
        }
        assert_eq!(asked[0].status, 200);
    }
    // Somebody else's reason is not one's own, and neither is that of an earlier session.
    let mut other = server.signed_in("lan");
    let csrf = other.get("/account").input("csrf");
    other.post(&format!("/records/{CODE_A}/unmask"), &[("csrf", &csrf), ("reason", "theo đề nghị")]);
    let path = format!("/records/{CODE_A}/1/pages/2/1240");
    let (mine, theirs) = (lan.get(&path), other.get(&path));
    assert!(mine.status == 200 && theirs.status == 200 && mine.body != theirs.body);
    assert!(!lan.get(&format!("/records/{CODE_A}?document=1&page=2")).text().contains(NUMBER));
    // Nor is what was read on it told beside it.
    for path in [format!("/records/{CODE_A}"), format!("/records/{CODE_A}?tab=versions")] {
        let text = lan.get(&path).text();
        assert!(!text.contains(NUMBER), "{path}: {text}");
    }
    let told = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let kinds = told["acts"].as_array().unwrap().iter().filter(|act| act["deed"]["kind"] == json!("accessed")).count();
    assert!(kinds >= 4, "each look is told");
}

/// A name that seems to end otherwise than it does, and one that tells of a person.
#[test]
fn names_of_files_end_as_they_seem_to_and_are_masked_where_people_are() {
    let place = Place::with_engine("stub");
    place.put("giấy \u{202e}gnp.exe.png", &png_page(1));
    place.put(&format!("CCCD {NUMBER}.png"), &png_page(2));
    place.run().expect_code(3);
    add_user(&place, "hoa", "clerk");
    add_user(&place, "quan", "administrator");
    let secret = token(&place, "quan");
    let server = Server::start(&place);
    let mut hoa = server.signed_in("hoa");
    let file = hoa.get("/desk?kind=unknown_dossier").header("location").unwrap().to_owned();
    for path in ["/batches/1", &file] {
        let text = hoa.get(path).text();
        assert!(text.contains("giấy \u{fffd}gnp.exe.png") && !text.contains('\u{202e}'), "{path}: {text}");
    }
    let headers = [("Authorization", format!("Bearer {secret}"))];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let told = server.browser().ask("GET", "/api/v1/batches/1/exceptions", &headers, "");
    let page = server.signed_in("quan").get("/batches/1");
    for answer in [told, page] {
        assert_eq!(answer.status, 200);
        assert!(answer.text().contains("CCCD •") && !answer.text().contains(NUMBER), "{}", answer.text());
    }
}

#[test]
fn one_address_that_takes_all_connections_keeps_no_other_out() {
    let place = Place::with_one_sealed_page();
    let settings = [("SOHOA__CONSOLE__CONNECTIONS", "16"), ("SOHOA__CONSOLE__REQUEST_SECONDS", "60")];
    let server = Server::start_with(&place, &settings);
    // Each begins to ask and does not go on.
    let open = |_| {
        let mut stream = server.connect();
        stream.write_all(b"GET /login HTTP/1.1\r\nHost: a\r\n").unwrap();
        stream
    };
    let held: Vec<_> = (0..40).map(open).collect();
    let mut curl = std::process::Command::new("curl");
    curl.args(["--silent", "--max-time", "8", "--noproxy", "*", "--interface", "127.0.0.2"]);
    let answer = curl.arg(format!("http://{}/healthz", server.address)).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&answer.stdout), "ok\n", "{answer:?}");
    drop(held);
}
