//! Starting, stopping, signing in, and what is tried to get around that.

use std::io::{Read, Write};

use super::{PASSWORD, Server, add_user};
use crate::support::Place;

/// An empty repository with an archivist and a program.
fn place() -> Place {
    let place = Place::with_engine("stub");
    add_user(&place, "lan", "archivist");
    add_user(&place, "cong", "integrator");
    place
}

#[test]
fn metrics_tell_what_was_done_last() {
    let place = Place::with_one_sealed_page();
    let server = Server::start(&place);
    let mut browser = server.browser();
    let metrics = browser.get("/metrics").text();
    assert!(metrics.contains("\nsohoa_batch 1\n") && !metrics.contains("sohoa_verify"), "{metrics}");
    place.sohoa(&["verify"]).expect_code(0);
    place.sohoa(&["backup", place.path().join("backup").to_str().unwrap()]).expect_code(0);
    let metrics = browser.get("/metrics").text();
    for name in ["sohoa_verify_findings 0", "sohoa_backup_findings 0", "sohoa_verify_timestamp_seconds ", "sohoa_manifest 1"] {
        assert!(metrics.contains(&format!("\n{name}")), "{name}\n{metrics}");
    }
}

#[test]
fn the_console_serves_this_machine_until_it_is_told_to_stop() {
    let place = place();
    let refused = place.sohoa(&["serve", "--listen", "0.0.0.0:0"]).expect_code(2);
    assert!(refused.stderr.contains("[settings-invalid]") && refused.stderr.contains("console.listen"), "{}", refused.stderr);
    let server = Server::start_with(&place, &[("SOHOA_LOG", "info")]);
    let mut browser = server.browser();
    assert_eq!(browser.get("/healthz").text(), "ok\n");
    assert_eq!(browser.get("/readyz").json()["ready"], true);
    let metrics = browser.get("/metrics").text();
    assert!(metrics.contains("sohoa_requests_total{method=\"GET\",route=\"/readyz\",status=\"200\"} 1"), "{metrics}");
    let answer = browser.get("/login");
    assert_eq!(answer.status, 200);
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let text = answer.text();
    assert!(!text.contains("style=") && !text.contains("<style") && !text.contains("onclick"), "nothing within the page: {text}");
    for file in ["style.css", "console.js"] {
        assert_eq!(browser.get(&format!("/static/{file}")).status, 200);
    }
    // Somebody else has the port.
    let taken = place.sohoa(&["serve", "--listen", &server.address]).expect_code(7);
    assert!(taken.stderr.contains("[address-unavailable]"), "{}", taken.stderr);
    browser.get("/account?q=B%C3%AD-m%E1%BA%ADt");
    let (code, said) = server.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("route=\"/healthz\"") && !said.contains("%C3%AD") && !said.contains("Bí"), "{said}");
}

#[test]
fn whoever_signs_in_gets_a_session_of_their_own_and_ends_it() {
    let place = place();
    let server = Server::start(&place);
    let mut browser = server.browser();
    let answer = browser.get("/account?q=a");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/login?next=%2Faccount%3Fq%3Da")));
    // A session that somebody planted before is not the one that begins.
    browser.cookies.push(("sohoa_session".into(), "a".repeat(64)));
    let answer = browser.sign_in(" LAN ", PASSWORD);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let set = answer.header("set-cookie").unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && !set.contains("Secure"), "{set}");
    let session = browser.cookie("sohoa_session").unwrap().to_owned();
    assert_ne!(session, "a".repeat(64));
    // Signing in anew ends the one before.
    let mut second = server.browser();
    second.cookies.clone_from(&browser.cookies);
    second.cookies.retain(|(name, _)| name != "sohoa_session");
    let csrf = second.get("/login").input("csrf");
    second.cookies.push(("sohoa_session".into(), session));
    second.post("/login", &[("csrf", &csrf), ("name", "lan"), ("password", PASSWORD), ("next", "//evil.example")]);
    assert_eq!(browser.get("/login").status, 200, "the first session is over");
    let page = second.get("/login");
    assert_eq!((page.status, page.header("location")), (303, Some("/")), "and the second goes on");
    // A form without the token of the session does nothing, and so does one from elsewhere.
    assert_eq!(second.post("/logout", &[("csrf", "x")]).status, 403);
    let answer = second.post_with("/logout", &[], &[("Sec-Fetch-Site", "cross-site")]);
    assert_eq!(answer.status, 403);
    assert_eq!(second.post_with("/logout", &[], &[("Origin", "http://evil.example")]).status, 403);
    assert_eq!(second.get("/login").status, 303, "still signed in");
}

#[test]
fn nobody_learns_which_accounts_there_are() {
    let place = place();
    place.sohoa(&["user", "disable", "cong"]).expect_code(0);
    add_user(&place, "nam", "clerk");
    place.sohoa(&["user", "disable", "nam"]).expect_code(0);
    let server = Server::start(&place);
    let mut answers = Vec::new();
    for (name, password) in
        [("lan", "something else"), ("nobody", PASSWORD), ("nam", PASSWORD), ("cong", PASSWORD), ("../..", "x")]
    {
        let mut browser = server.browser();
        let answer = browser.sign_in(name, password);
        assert!(browser.cookie("sohoa_session").is_none());
        let text = answer.text().replace(&answer.input("csrf"), "").replace(&format!("value=\"{name}\""), "");
        answers.push((answer.status, text));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(answers[0].0, 401);
}

#[test]
fn guessing_is_slowed_and_a_forged_form_is_not_looked_at() {
    let place = place();
    let server = Server::start(&place);
    let mut browser = server.browser();
    let csrf = browser.get("/login").input("csrf");
    let form =
        |csrf: &str, password: &str| [("csrf", csrf.to_owned()), ("name", "lan".into()), ("password", password.to_owned())];
    let mut send = |csrf: &str, password: &str| {
        let form = form(csrf, password);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/login", &form)
    };
    assert_eq!(send(&"0".repeat(64), PASSWORD).status, 403);
    let tried: Vec<u16> = (0..8).map(|_| send(&csrf, "guess").status).collect();
    assert!(tried[..5].iter().all(|status| *status == 401) && tried.contains(&429), "{tried:?}");
    let answer = send(&csrf, PASSWORD);
    assert_eq!(answer.status, 429, "the right one has to wait too");
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
}

#[test]
fn what_is_too_large_too_slow_or_leads_out_is_refused() {
    let place = place();
    let server = Server::start_with(&place, &[("SOHOA__CONSOLE__REQUEST_SECONDS", "1"), ("SOHOA__CONSOLE__CONNECTIONS", "2")]);
    let mut browser = server.browser();
    let large = "x".repeat(80 * 1024);
    assert_eq!(browser.post("/login", &[("name", &large)]).status, 413);
    assert_eq!(server.raw(format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(40_000)).as_bytes()).status / 100, 4);
    for path in ["/static/../Cargo.toml", "/static/%2e%2e%2fCargo.toml", "/static/..%2f..%2fetc%2fpasswd", "/nowhere"] {
        let answer = browser.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("not-found"));
    }
    // Those who dawdle lose their place, and whoever waits gets it.
    let mut slow: Vec<_> = (0..2).map(|_| server.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n").unwrap();
    }
    assert_eq!(browser.get("/healthz").status, 200);
    let mut half = server.connect();
    half.write_all(
        b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nna",
    )
    .unwrap();
    let mut answer = String::new();
    half.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[test]
fn an_account_that_is_changed_is_signed_out_at_once_and_the_acts_tell_of_it() {
    let place = place();
    let server = Server::start(&place);
    let mut browser = server.signed_in("lan");
    assert_eq!(browser.get("/login").status, 303);
    place.sohoa(&["user", "disable", "lan", "--by", "Chị Hoa", "--reason", "nghỉ việc"]).expect_code(0);
    assert_eq!(browser.get("/login").status, 200);
    let listed = place.sohoa(&["user", "list", "--json"]).expect_code(0).json();
    let states: Vec<_> = listed.as_array().unwrap().iter().map(|account| account["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["active", "disabled"]);
    assert!(!listed.to_string().contains("argon2"), "{listed}");
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let last = acts["acts"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["deed"]["kind"], &last["reason"], &last["actor"]["by"]),
        (&"account_set".into(), &"nghỉ việc".into(), &"Chị Hoa".into())
    );
    place.sohoa(&["verify"]).expect_code(0);
    // Whoever writes another role into the catalog is found by the acts, whatever the row's digest says.
    let db = rusqlite::Connection::open(place.repository().join("catalog.sqlite")).unwrap();
    db.execute("UPDATE account SET content = replace(content, '\"archivist\"', '\"administrator\"')", []).unwrap();
    drop(db);
    let found = place.sohoa(&["verify", "--json"]).expect_code(5).json();
    assert!(found["findings"].to_string().contains("\"account\""), "{found:#}");
}

#[test]
fn whoever_knows_the_old_password_sets_another_and_other_sessions_end() {
    let place = place();
    let server = Server::start(&place);
    let (mut browser, mut other) = (server.signed_in("lan"), server.signed_in("lan"));
    let csrf = browser.get("/account").input("csrf");
    let mut change = |old: &str, new: &str| browser.post("/account", &[("csrf", &csrf), ("old", old), ("new", new)]);
    assert_eq!(change("wrong", "năm từ bất kỳ khác").status, 400);
    let short = change(PASSWORD, "ngắn");
    assert_eq!((short.status, short.text().contains("10 ký tự")), (400, true), "{}", short.text());
    let changed = change(PASSWORD, "năm từ bất kỳ khác");
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!((browser.get("/account").status, other.get("/account").status), (200, 303));
    assert_eq!(server.browser().sign_in("lan", PASSWORD).status, 401);
    assert_eq!(server.browser().sign_in("lan", "năm từ bất kỳ khác").status, 303);
}

#[test]
fn a_password_that_is_short_and_a_name_that_is_taken_are_refused() {
    let place = place();
    let add = |name: &str, password: &str| {
        let mut command = place.command(&["user", "add", name, "--role", "clerk"]);
        let mut child = command.stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (name, password, code) in
        [("lan", PASSWORD, "account-exists"), ("hoa", "short\n", "password-unfit"), ("Hòa", PASSWORD, "account-name-invalid")]
    {
        let (exit, said) = add(name, password);
        assert_eq!(exit, Some(2));
        assert!(said.contains(code), "{said}");
    }
}
