//! Signing in by a service: what is believed of what it says, and what is tried to get around that.

use std::net::TcpListener;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use std::{fs, thread};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::client::Browser;
use super::oidc_service::{Service, unsigned};
use super::{Answer, Server, add_user};
use crate::support::Place;

/// A console that knows this service.
fn console(place: &Place, service: &Service) -> Server {
    console_with(place, service, "false")
}

/// The same, which somebody who signed out at the service comes back to or not.
fn console_with(place: &Place, service: &Service, returns: &str) -> Server {
    let roles = r#"[{ value = "so-hoa", role = "clerk" }, { value = "luu-tru", role = "archivist" }, { value = "may", role = "integrator" }]"#;
    Server::start_with(
        place,
        &[
            ("SOHOA__OIDC__ISSUER", &service.address),
            ("SOHOA__OIDC__CLIENT_ID", "kho"),
            ("SOHOA__OIDC__ADDRESS", "http://127.0.0.1:9"),
            ("SOHOA__OIDC__ROLES", roles),
            ("SOHOA__OIDC__SIGN_OUT_RETURNS", returns),
        ],
    )
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// What a browser was sent to the service with.
struct Sent {
    state: String,
    nonce: String,
    challenge: String,
}

fn value_of<'a>(query: &'a str, name: &str) -> &'a str {
    query
        .split(['?', '&'])
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        .unwrap_or_else(|| panic!("{name}: {query}"))
}

fn sent(browser: &mut Browser<'_>, next: &str) -> Sent {
    let answer = browser.get(&format!("/login/oidc?next={}", super::encoded(next)));
    assert_eq!(answer.status, 303, "{}", answer.text());
    let set = answer.header("set-cookie").unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/login/oidc"), "{set}");
    let to = answer.header("location").unwrap();
    let value = |name| value_of(to, name).to_owned();
    assert_eq!((value("response_type").as_str(), value("code_challenge_method").as_str()), ("code", "S256"));
    assert_eq!(value("redirect_uri"), "http%3A%2F%2F127.0.0.1%3A9%2Flogin%2Foidc%2Fback");
    Sent { state: value("state"), nonce: value("nonce"), challenge: value("code_challenge") }
}

fn back(browser: &mut Browser<'_>, state: &str) -> Answer {
    browser.get(&format!("/login/oidc/back?code=c1&state={state}"))
}

fn head() -> Value {
    json!({ "alg": "ES256", "kid": "1" })
}

fn claims(service: &Service, nonce: &str, more: Value) -> Value {
    let mut all = json!({
        "iss": service.address, "aud": "kho", "exp": now() + 300, "iat": now(), "nonce": nonce, "sub": "17",
        "preferred_username": "Lan@tinh.example", "name": "Nguyễn Thị Lan", "roles": ["so-hoa"],
    });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

/// Signs in by the service, which says `more`.
fn tried(browser: &mut Browser<'_>, service: &Service, more: Value) -> Answer {
    let sent = sent(browser, "/account");
    service.gives(200, &service.signed(&head(), &claims(service, &sent.nonce, more)));
    back(browser, &sent.state)
}

/// Makes a token for a nonce.
type Make<'a> = Box<dyn Fn(&str) -> String + 'a>;

fn make<'a>(token: impl Fn(&str) -> String + 'a) -> Make<'a> {
    Box::new(token)
}

fn accounts(place: &Place) -> Vec<(String, String, String)> {
    let listed = place.sohoa(&["user", "list", "--json"]).expect_code(0).json();
    let listed = listed.as_array().or_else(|| listed["users"].as_array()).unwrap_or_else(|| panic!("{listed}")).clone();
    let text = |account: &Value, name: &str| account[name].as_str().unwrap().to_owned();
    listed.iter().map(|account| (text(account, "name"), text(account, "role"), text(account, "full_name"))).collect()
}

#[test]
fn whoever_the_service_vouches_for_gets_an_account_with_the_role_that_it_gives() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "quan", "administrator");
    let server = console(&place, &service);
    let mut browser = server.browser();
    assert!(browser.get("/login?next=%2Faccount").text().contains("href=\"/login/oidc?next=%2Faccount\""));
    let began = sent(&mut browser, "/account");
    service.gives(200, &service.signed(&head(), &claims(&service, &began.nonce, json!({}))));
    let answer = back(&mut browser, &began.state);
    assert_eq!(answer.status, 200, "{}", answer.text());
    // The session's cookie goes to our own pages only, so it is one of them that sends on.
    assert!(answer.text().contains("content=\"0;url=/account\""), "{}", answer.text());
    let set = answer.headers.iter().find(|(_, value)| value.starts_with("sohoa_session=")).unwrap();
    assert!(set.1.contains("HttpOnly") && set.1.contains("SameSite=Strict"), "{}", set.1);
    assert!(browser.get("/account").text().contains("Nguyễn Thị Lan"));
    // Only whoever began can use the code.
    let verifier = value_of(&service.asked(), "code_verifier").to_owned();
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())), began.challenge);
    let lan = |role: &str, name: &str| ("lan".to_owned(), role.to_owned(), name.to_owned());
    assert!(accounts(&place).contains(&lan("clerk", "Nguyễn Thị Lan")));
    // What the service says later holds from then on, and for sessions that are open.
    let mut second = server.browser();
    assert_eq!(tried(&mut second, &service, json!({ "roles": ["luu-tru"], "name": "Nguyễn Lan" })).status, 200);
    assert!(accounts(&place).contains(&lan("archivist", "Nguyễn Lan")));
    assert_eq!(browser.get("/account").status, 303, "a session of another role is over");
    // Whoever is called otherwise there is the same person here.
    assert_eq!(tried(&mut second, &service, json!({ "preferred_username": "lan.moi", "roles": ["luu-tru"] })).status, 200);
    assert_eq!(accounts(&place).len(), 2);
    // No password opens such an account, and what stands in its place does not either.
    let mut other = server.browser();
    for password in ["", "oidc:", super::PASSWORD] {
        assert_eq!(other.sign_in("lan", password).status, 401);
    }
    place.sohoa(&["user", "disable", "lan"]).expect_code(0);
    assert_eq!(tried(&mut second, &service, json!({})).status, 403);
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).json().to_string();
    assert!(acts.contains(&format!("\"reason\":\"{}\"", service.address)), "{acts}");
    place.sohoa(&["verify"]).expect_code(0);
}

/// Where a page that is shown once somebody has signed out sends on to.
fn sent_on(browser: &mut Browser<'_>) -> Option<String> {
    let csrf = browser.get("/account").input("csrf");
    let answer = browser.post("/logout", &[("csrf", &csrf)]);
    assert_eq!(browser.get("/account").status, 303, "here it is over in any case");
    if answer.status == 303 {
        assert_eq!(answer.header("location"), Some("/login?over=signed-out"));
        return None;
    }
    assert_eq!(answer.status, 200, "{}", answer.text());
    // A browser does not follow a form to another site where the policy says so.
    assert!(answer.header("content-security-policy").unwrap().contains("form-action 'self'"));
    let text = answer.text().replace("&#38;", "&");
    Some(text.split("content=\"0;url=").nth(1).unwrap().split('"').next().unwrap().to_owned())
}

#[test]
fn whoever_came_by_the_service_is_signed_out_there_too() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "quan", "administrator");
    let end = format!("{}/end", service.address);
    for (says, returns) in [(json!({ "end_session_endpoint": end }), "false"), (json!({ "end_session_endpoint": end }), "true")] {
        service.says_of_itself(says);
        let server = console_with(&place, &service, returns);
        let mut browser = server.browser();
        let began = sent(&mut browser, "/account");
        let token = service.signed(&head(), &claims(&service, &began.nonce, json!({})));
        service.gives(200, &token);
        assert_eq!(back(&mut browser, &began.state).status, 200);
        let to = sent_on(&mut browser).unwrap();
        assert!(to.starts_with(&format!("{end}?client_id=kho&")), "{to}");
        assert_eq!(value_of(&to, "id_token_hint"), token);
        let comes_back = "post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Flogin%2Foidc%2Fout";
        assert_eq!(to.contains(comes_back), returns == "true", "{to}");
        assert_eq!(browser.get("/login/oidc/out").header("location"), Some("/login?over=signed-out"));
        // Whoever came by a password is nobody there.
        assert_eq!(sent_on(&mut server.signed_in("quan")), None);
        let (_, said) = server.stop();
        assert!(!said.contains(&token), "no token stands in a log");
    }
}

#[test]
fn signing_out_ends_here_where_the_service_has_no_place_for_it_or_one_that_is_not_safe() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "quan", "administrator");
    for says in [
        json!({}),
        json!({ "end_session_endpoint": "javascript:alert(1)" }),
        json!({ "end_session_endpoint": "http://sso.example/end" }),
    ] {
        service.says_of_itself(says.clone());
        let server = console(&place, &service);
        let mut browser = server.browser();
        assert_eq!(tried(&mut browser, &service, json!({})).status, 200, "{says}");
        assert_eq!(sent_on(&mut browser), None, "{says}");
    }
}

#[test]
fn what_the_service_did_not_say_for_this_try_lets_nobody_in() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "quan", "administrator");
    let server = console(&place, &service);
    let none = json!({ "alg": "none" });
    let with = |more: Value| {
        let service = &service;
        make(move |nonce: &str| service.signed(&head(), &claims(service, nonce, more.clone())))
    };
    let makes: Vec<(&str, Make<'_>)> = vec![
        ("another nonce", make(|_: &str| service.signed(&head(), &claims(&service, "another", json!({}))))),
        ("another audience", with(json!({ "aud": "other" }))),
        ("several audiences", with(json!({ "aud": ["kho", "other"] }))),
        ("another issuer", with(json!({ "iss": "https://evil.example" }))),
        ("too old", with(json!({ "exp": now() - 61 }))),
        ("from tomorrow", with(json!({ "iat": now() + 3600 }))),
        ("of nobody", with(json!({ "sub": "" }))),
        ("alg none", make(|nonce: &str| format!("{}.", unsigned(&none, &claims(&service, nonce, json!({})))))),
        ("alg none, signed", make(|nonce: &str| service.signed(&none, &claims(&service, nonce, json!({}))))),
        (
            "a shared secret",
            make(|nonce: &str| service.signed(&json!({ "alg": "HS256", "kid": "1" }), &claims(&service, nonce, json!({})))),
        ),
        ("a stranger's key", make(|nonce: &str| service.forged(&head(), &claims(&service, nonce, json!({}))))),
        (
            "an unknown key",
            make(|nonce: &str| service.signed(&json!({ "alg": "ES256", "kid": "2" }), &claims(&service, nonce, json!({})))),
        ),
        ("no token", make(|_: &str| String::new())),
        ("an answer without end", make(|_: &str| "a".repeat(2 << 20))),
        ("a time that no clock has", with(json!({ "exp": -1e300, "iat": -1e300 }))),
        ("no role", with(json!({ "roles": ["khác", "clerk"] }))),
        ("no name", with(json!({ "preferred_username": "../..", "sub": "18" }))),
        ("a program", with(json!({ "roles": ["may", "quan"], "sub": "19", "preferred_username": "may" }))),
    ];
    for (what, token) in makes {
        let mut browser = server.browser();
        let sent = sent(&mut browser, "/account");
        service.gives(200, &token(&sent.nonce));
        let answer = back(&mut browser, &sent.state);
        assert_eq!(answer.status, 403, "{what}: {}", answer.text());
        assert!(browser.cookie("sohoa_session").is_none() && !answer.text().contains("another"), "{what}");
    }
    // No account was made for any of them but the program, which does not sign in here.
    assert_eq!(accounts(&place).iter().map(|account| account.0.as_str()).collect::<Vec<_>>(), ["may", "quan"]);
    // A token that is right by itself, as the service gives it to somebody else for the same console.
    let mut browser = server.browser();
    let began = sent(&mut browser, "/account");
    service.gives(200, &service.signed(&head(), &claims(&service, "of-somebody-else", json!({}))));
    assert_eq!(back(&mut browser, &began.state).status, 403);
}

#[test]
fn a_try_is_of_one_browser_ends_once_and_leads_nowhere_else() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "quan", "administrator");
    let server = console(&place, &service);
    let [mut mine, mut theirs] = [server.browser(), server.browser()];
    // Somebody makes a victim sign in as themselves, by an address with their own state and code.
    let began = sent(&mut mine, "/account");
    service.gives(200, &service.signed(&head(), &claims(&service, &began.nonce, json!({}))));
    assert_eq!(back(&mut theirs, &began.state).status, 403, "a browser that began nothing");
    let _ = sent(&mut theirs, "/account");
    let began = sent(&mut mine, "/account");
    service.gives(200, &service.signed(&head(), &claims(&service, &began.nonce, json!({}))));
    assert_eq!(back(&mut theirs, &began.state).status, 403, "the state of another browser");
    assert!(theirs.cookie("sohoa_session").is_none());
    // The same code again: by the same browser, and with a state that was used.
    let began = sent(&mut mine, "/account");
    service.gives(200, &service.signed(&head(), &claims(&service, &began.nonce, json!({}))));
    assert_eq!(back(&mut mine, &began.state).status, 200);
    let asked = service.asked();
    mine.cookies.retain(|(name, _)| name != "sohoa_session");
    assert_eq!(back(&mut mine, &began.state).status, 403);
    assert!(mine.cookie("sohoa_session").is_none());
    assert_eq!(service.asked(), asked, "the service was not even asked");
    // And by another try, for which the service does not take it.
    let began = sent(&mut mine, "/account");
    service.gives(400, "");
    assert_eq!(back(&mut mine, &began.state).status, 403);
    for query in ["", "?code=c1", "?state=x&code=c1", "?error=access_denied&state=x"] {
        assert_eq!(mine.get(&format!("/login/oidc/back{query}")).status, 403, "{query}");
    }
    // Another service's answer (mix-up), and no answer.
    let began = sent(&mut mine, "/account");
    service.gives(200, &service.signed(&head(), &claims(&service, &began.nonce, json!({}))));
    assert_eq!(mine.get(&format!("/login/oidc/back?code=c&state={}&iss=https%3A%2F%2Fevil.example", began.state)).status, 403);
    for out in ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"] {
        let began = sent(&mut mine, out);
        service.gives(200, &service.signed(&head(), &claims(&service, &began.nonce, json!({}))));
        let page = back(&mut mine, &began.state);
        assert!(page.status == 200 && page.text().contains("content=\"0;url=/\"") && !page.text().contains("evil"), "{out}");
    }
    // What is kept of a try has a bound.
    let began = sent(&mut mine, &format!("/search?q={}", "a".repeat(3000)));
    service.gives(200, &service.signed(&head(), &claims(&service, &began.nonce, json!({}))));
    assert!(back(&mut mine, &began.state).text().contains("content=\"0;url=/\""));
    let began = sent(&mut mine, "/search?q=\"><script>alert(1)</script>");
    service.gives(200, &service.signed(&head(), &claims(&service, &began.nonce, json!({}))));
    assert!(!back(&mut mine, &began.state).text().contains("<script>alert"));
}

#[test]
fn a_name_of_the_service_does_not_open_the_account_of_somebody_else() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "quan", "administrator");
    let server = console(&place, &service);
    let mut browser = server.browser();
    assert_eq!(tried(&mut browser, &service, json!({ "preferred_username": "quan", "sub": "17" })).status, 403);
    assert_eq!(tried(&mut browser, &service, json!({ "preferred_username": "QUAN@evil.example", "sub": "18" })).status, 403);
    // Nor does the name of somebody who came by the service before.
    assert_eq!(tried(&mut browser, &service, json!({})).status, 200);
    let mut other = server.browser();
    assert_eq!(tried(&mut other, &service, json!({ "sub": "99" })).status, 403);
    assert!(other.cookie("sohoa_session").is_none());
    assert_eq!(accounts(&place).len(), 2);
}

#[test]
fn a_service_that_is_away_or_another_is_told_and_passwords_go_on() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "lan", "archivist");
    // One that says to be another, and one that leads where everybody can listen.
    for wrong in [json!({ "issuer": "https://evil.example" }), json!({ "token_endpoint": "http://10.0.0.1/token" })] {
        service.says_of_itself(wrong);
        let server = console(&place, &service);
        let answer = server.browser().get("/login/oidc");
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert_eq!(server.browser().sign_in("lan", super::PASSWORD).status, 303);
    }
    // Without the setting there is no such way, and a setting that cannot be meant is told at the start.
    let server = Server::start(&place);
    assert_eq!(server.browser().get("/login/oidc").status, 404);
    assert_eq!(server.browser().get("/login/oidc/back?code=a&state=b").status, 404);
    assert!(!server.browser().get("/login").text().contains("/login/oidc"));
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("SOHOA__OIDC__ISSUER", "http://sso.example").env("SOHOA__OIDC__CLIENT_ID", "kho");
    let output = command.env("SOHOA__OIDC__ADDRESS", "https://kho.example").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_act_bears_the_name_of_the_account_and_not_what_somebody_is_called_at_the_service() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "quan", "administrator");
    let server = console(&place, &service);
    let mut browser = server.browser();
    assert_eq!(tried(&mut browser, &service, json!({})).status, 200);
    let called = json!({ "preferred_username": "quan", "roles": ["luu-tru"] });
    assert_eq!(tried(&mut browser, &service, called.clone()).status, 200);
    // The third says nothing new, so nothing is written.
    assert_eq!(tried(&mut browser, &service, called).status, 200);
    let acts = place.sohoa(&["audit", "--json"]).expect_code(0).json();
    let acts = acts.as_array().or_else(|| acts["acts"].as_array()).unwrap_or_else(|| panic!("{acts}")).clone();
    let by: Vec<_> = acts.iter().filter(|act| act["reason"] == service.address.as_str()).map(|act| &act["actor"]["by"]).collect();
    assert_eq!(by, ["lan", "lan"]);
}

#[test]
fn new_keys_are_looked_for_once_and_not_at_the_pace_of_whoever_brings_unknown_ones() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "quan", "administrator");
    let began = Instant::now();
    let server = console(&place, &service);
    let mut browser = server.browser();
    let mut tried_with = |kid: &str| {
        let sent = sent(&mut browser, "/account");
        service.gives(200, &service.forged(&json!({ "alg": "ES256", "kid": kid }), &claims(&service, &sent.nonce, json!({}))));
        back(&mut browser, &sent.state).status
    };
    assert_eq!(tried_with("1"), 403);
    assert_eq!(service.looked(), (1, 1), "a signature that does not hold is no reason to look");
    service.changes_keys();
    assert_eq!(tried_with("2"), 200);
    assert_eq!(service.looked(), (2, 2));
    for _ in 0..5 {
        assert_eq!(tried_with("3"), 403);
    }
    let most = 2 + usize::try_from(began.elapsed().as_secs() / 30).unwrap();
    assert!(service.looked().1 <= most, "{:?}", service.looked());
}

#[test]
fn a_service_that_fails_is_not_asked_by_everybody_and_keeps_no_password_waiting() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "lan", "archivist");
    service.says_of_itself(json!({ "issuer": "https://evil.example" }));
    let began = Instant::now();
    let server = console(&place, &service);
    for _ in 0..10 {
        assert_eq!(server.browser().get("/login/oidc").status, 503);
    }
    let most = 1 + usize::try_from(began.elapsed().as_secs() / 5).unwrap();
    assert!(service.looked().0 <= most, "{:?}", service.looked());
    // One that takes the call and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", silent.local_addr().unwrap());
    let server = Server::start_with(
        &place,
        &[
            ("SOHOA__OIDC__ISSUER", &issuer),
            ("SOHOA__OIDC__CLIENT_ID", "kho"),
            ("SOHOA__OIDC__ADDRESS", "http://127.0.0.1:9"),
            ("SOHOA__OIDC__TIMEOUT_SECONDS", "1.0"),
        ],
    );
    thread::scope(|scope| {
        let waiting: Vec<_> = (0..6).map(|_| scope.spawn(|| server.browser().get("/login/oidc").status)).collect();
        assert_eq!(server.browser().sign_in("lan", super::PASSWORD).status, 303);
        for one in waiting {
            assert_eq!(one.join().unwrap(), 503);
        }
    });
}

#[test]
fn codes_that_are_made_up_are_not_taken_to_the_service_without_end() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "lan", "archivist");
    let server = console(&place, &service);
    let mut browser = server.browser();
    service.gives(400, "");
    let mut refused = (0..60).map(|_| {
        let sent = sent(&mut browser, "/account");
        back(&mut browser, &sent.state)
    });
    let last = refused.find(|answer| answer.status != 403).expect("one that is slowed");
    assert_eq!(last.status, 429);
    assert!(last.header("retry-after").is_some());
    assert!((30..60).contains(&service.times_asked()), "{}", service.times_asked());
}

#[test]
fn no_secret_of_a_try_stands_in_the_log_and_a_file_without_a_secret_is_told() {
    let (place, service) = (Place::with_engine("stub"), Service::start());
    add_user(&place, "quan", "administrator");
    let file = place.path().join("secret");
    fs::write(&file, "bi-mat-cua-kho\n").unwrap();
    let environment = [
        ("SOHOA__OIDC__ISSUER", service.address.as_str()),
        ("SOHOA__OIDC__CLIENT_ID", "kho"),
        ("SOHOA__OIDC__ADDRESS", "http://127.0.0.1:9"),
        ("SOHOA__OIDC__CLIENT_SECRET_FILE", file.to_str().unwrap()),
    ];
    let server = Server::start_with(&place, &environment);
    let mut browser = server.browser();
    let sent = sent(&mut browser, "/account");
    service.gives(400, "");
    assert_eq!(back(&mut browser, &sent.state).status, 403);
    let asked = service.asked();
    let verifier = value_of(&asked, "code_verifier");
    // Beside the message and not in it, as nothing else was agreed on.
    assert!(!asked.contains("bi-mat"), "{asked}");
    drop(browser);
    let (_, said) = server.stop();
    assert!(said.contains("the service does not take the code"), "{said}");
    for secret in ["bi-mat-cua-kho", verifier, &sent.state, &sent.nonce] {
        assert!(!said.contains(secret), "{said}");
    }
    for empty in ["", "\n", "  \nsecond line\n"] {
        fs::write(&file, empty).unwrap();
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
        let output = command.envs(environment).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{empty:?}");
    }
}
