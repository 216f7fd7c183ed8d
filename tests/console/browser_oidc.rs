//! Signing in by a provider of OpenID Connect that others have written, in Chromium: cookies, redirects and the
//! content security policy as browsers take them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::Server;
use super::browser::{Chromium, axe};
use crate::support::{Place, project_file};

/// The provider, ended with the test.
struct Provider {
    child: Child,
    issuer: String,
}

impl Provider {
    fn start(algorithm: &str, redirect: &str) -> Self {
        let folder = project_file("target/oidc");
        let script = folder.join("oidc_provider.mjs");
        // Its packages are found beside it. Two tests may write the same text at once.
        fs::copy(project_file("tests/console/oidc_provider.mjs"), &script).expect("run 'make test-console'");
        let mut command = Command::new("node");
        command.arg(&script).args([algorithm, redirect]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("node: run 'make test-console'");
        let mut issuer = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        while !issuer.starts_with("http://") {
            issuer.clear();
            assert!(lines.read_line(&mut issuer).unwrap() > 0, "the provider does not start");
        }
        // Nobody reads what it says later; it must not wait for that.
        std::thread::spawn(move || lines.lines().for_each(drop));
        Self { child, issuer: issuer.trim().to_owned() }
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Signs out here, and by way of a page of ours there: whoever comes next to this browser is asked who it is.
fn signs_out(chromium: &Chromium, login: &str) {
    chromium.script("document.querySelector('.top form').requestSubmit()");
    chromium.until("return !!document.querySelector('button[name=logout]')");
    chromium.script("document.querySelector('button[name=logout]').click()");
    chromium.until_at("/login?over=signed-out");
    chromium.open(login);
    chromium.script("document.querySelector('a[href^=\"/login/oidc\"]').click()");
    chromium.until("return !!document.querySelector('input[name=login]')");
}

#[test]
#[ignore = "needs Chromium and npm: make test-console"]
fn people_sign_in_by_a_provider_of_openid_connect() {
    let axe = axe();
    let chromium = Chromium::start();
    chromium.size(1280, 720);
    for algorithm in ["RS256", "ES256"] {
        let place = Place::with_one_sealed_page();
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let provider = Provider::start(algorithm, &format!("http://{listen}/login/oidc/back"));
        let secret = place.path().join("secret");
        fs::write(&secret, "bi mat cua kho: % & +\n").unwrap();
        let server = Server::start_at(
            &place,
            &listen,
            &[
                ("SOHOA__OIDC__ISSUER", provider.issuer.as_str()),
                ("SOHOA__OIDC__CLIENT_ID", "kho"),
                ("SOHOA__OIDC__CLIENT_SECRET_FILE", secret.to_str().unwrap()),
                ("SOHOA__OIDC__ADDRESS", &format!("http://{listen}")),
                ("SOHOA__OIDC__SIGN_OUT_RETURNS", "true"),
                ("SOHOA__OIDC__ROLES", r#"[{ value = "so-hoa", role = "clerk" }]"#),
            ],
        );
        let to = |path: &str| format!("http://{}{path}", server.address);
        // Somebody without a role here is known there and gets no further.
        for (who, is_let_in) in [("khach", false), ("lan", true)] {
            chromium.open(&to("/login?next=%2Faccount"));
            if algorithm == "RS256" && is_let_in {
                chromium.forget();
                chromium.look("40-dang-nhap-co-quan", &axe);
            }
            chromium.script("document.querySelector('a[href^=\"/login/oidc\"]').click()");
            chromium.until("return !!document.querySelector('input[name=login]')");
            chromium.script(&format!(
                "const f = document.querySelector('input[name=login]').form; f.elements.login.value = '{who}'; f.elements.password.value = 'x'; f.requestSubmit()"
            ));
            // Whoever signs in for the first time is asked whether the console may know.
            chromium.until("return !!document.querySelector('form input[value=consent]')");
            chromium.script("document.querySelector('form input[value=consent]').form.requestSubmit()");
            if is_let_in {
                chromium.until_at("/account");
                chromium.until("return document.body.textContent.includes('Nguyễn Thị Lan')");
                signs_out(&chromium, &to("/login"));
            } else {
                chromium.until_at("/login/oidc/back");
                chromium.until("return !!document.querySelector('.error[role=alert]')");
                if algorithm == "RS256" {
                    chromium.forget();
                    chromium.look("41-khong-co-vai-tro", &axe);
                }
                chromium.open(&to("/account"));
                chromium.until_at("/login");
                // Another person at the same browser.
                chromium.open(&provider.issuer);
                chromium.ask("DELETE", "cookie", json!(null));
            }
        }
        chromium.forget();
    }
    let faults = chromium.faults.borrow().join("\n");
    assert!(faults.is_empty(), "{faults}");
}
