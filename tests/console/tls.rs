//! TLS of the console, as curl and openssl see it, with certificates made for the test.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::add_user;
use crate::support::{Place, refused};

/// Makes a certificate that holds for so many days, with its key.
fn certificate(folder: &Path, name: &str, days: u32) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-subj", &format!("/CN={name}"), "-addext", "subjectAltName=IP:127.0.0.1", "-days", &days.to_string()])
        .arg("-out")
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    (certificate, key)
}

/// A console with a certificate; ends with the test.
struct Console {
    child: Child,
    address: String,
}

impl Console {
    fn start(place: &Place, (certificate, key): &(PathBuf, PathBuf)) -> Self {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("SOHOA__CONSOLE__TLS_CERTIFICATE", certificate).env("SOHOA__CONSOLE__TLS_KEY", key);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().to_owned() }
    }

    /// What curl says, who trusts this certificate alone: head, body and exit code.
    fn curl(&self, trusted: &Path, path: &str, more: &[&str]) -> (String, Option<i32>) {
        let mut command = Command::new("curl");
        command.args(["--silent", "--include", "--max-time", "60", "--noproxy", "*", "--cacert"]).arg(trusted).args(more);
        let output = command.arg(format!("{}{path}", self.address)).output().unwrap();
        (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn browsers_are_served_by_tls_and_their_cookies_stay_in_it() {
    let place = Place::with_one_sealed_page();
    add_user(&place, "lan", "archivist");
    let files = certificate(place.path(), "one", 100);
    let console = Console::start(&place, &files);
    assert!(console.address.starts_with("https://127.0.0.1:"), "{}", console.address);
    for version in ["--tls-max=1.2", "--tlsv1.3"] {
        let versions: Vec<&str> = version.split('=').collect();
        let (answer, code) = console.curl(&files.0, "/login", &versions);
        assert_eq!(code, Some(0), "{version}: {answer}");
        let answer = answer.to_lowercase();
        assert!(answer.starts_with("http/1.1 200") && answer.contains("strict-transport-security: max-age="), "{answer}");
        let cookie = answer.lines().find(|line| line.starts_with("set-cookie: __host-sohoa_sign_in=")).unwrap();
        assert!(cookie.contains("; secure") && cookie.contains("; path=/;") && !cookie.contains("domain"), "{cookie}");
    }
    signs_in_by_tls(&console, &files.0, place.path());
    // Another certificate is not the one that was trusted, old TLS and plain HTTP are not spoken.
    let other = certificate(place.path(), "other", 100);
    assert_eq!(console.curl(&other.0, "/healthz", &[]).1, Some(60));
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--max-time", "60", "--noproxy", "*"]).arg(console.address.replace("https", "http"));
    let plain = curl.output().unwrap();
    assert!(!plain.status.success() && plain.stdout.is_empty(), "{plain:?}");
    let mut openssl = Command::new("openssl");
    openssl.args(["s_client", "-tls1_1", "-connect", console.address.trim_start_matches("https://")]);
    assert!(!openssl.stdin(Stdio::null()).output().unwrap().status.success());
    let (metrics, _) = console.curl(&files.0, "/metrics", &[]);
    assert!(metrics.contains("\nsohoa_certificate_end_timestamp_seconds "), "{metrics}");
}

/// By TLS the session is a cookie of this host alone; what somebody on the way may have set opens nothing.
fn signs_in_by_tls(console: &Console, trusted: &Path, folder: &Path) {
    let jar = folder.join("jar");
    let jar = jar.to_str().unwrap();
    let (form, _) = console.curl(trusted, "/login", &["--cookie-jar", jar]);
    let csrf = form.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let password = format!("password={}", super::PASSWORD);
    let said = ["--data-urlencode", &format!("csrf={csrf}"), "--data-urlencode", "name=lan", "--data-urlencode", &password];
    let (answer, _) = console.curl(trusted, "/login", &[&said[..], &["--cookie", jar, "--cookie-jar", jar]].concat());
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let session = answer.split("set-cookie: __Host-sohoa_session=").nth(1).unwrap().split(';').next().unwrap();
    let is_in = |cookie: &str| console.curl(trusted, "/account", &["--cookie", cookie]).0.starts_with("HTTP/1.1 200");
    assert!(is_in(&format!("__Host-sohoa_session={session}")));
    for other in ["sohoa_session", "__Secure-sohoa_session", "__host-sohoa_session"] {
        assert!(!is_in(&format!("{other}={session}")), "{other}");
    }
}

#[test]
fn a_renewed_certificate_is_shown_without_a_restart_and_half_a_renewal_is_not() {
    let place = Place::with_one_sealed_page();
    let (old, new) = (certificate(place.path(), "old", 100), certificate(place.path(), "new", 100));
    let files = (place.path().join("console.pem"), place.path().join("console.key"));
    let put = |from: &Path, to: &Path| {
        let unfinished = to.with_extension("unfinished");
        fs::copy(from, &unfinished).unwrap();
        fs::rename(&unfinished, to).unwrap();
    };
    put(&old.0, &files.0);
    put(&old.1, &files.1);
    let console = Console::start(&place, &files);
    assert_eq!(console.curl(&old.0, "/healthz", &[]).1, Some(0));
    // The certificate of one key beside the key of another.
    put(&new.0, &files.0);
    thread::sleep(Duration::from_millis(1200));
    assert_eq!(console.curl(&old.0, "/healthz", &[]).1, Some(0), "the one before stands");
    put(&new.1, &files.1);
    let is_shown = |_: &i32| {
        thread::sleep(Duration::from_millis(300));
        console.curl(&new.0, "/healthz", &[]).1 == Some(0)
    };
    assert!((0..100).any(|turn| is_shown(&turn)), "the new certificate is never shown");
}

#[test]
fn certificates_that_cannot_be_used_are_refused_and_told_of() {
    let place = Place::with_one_sealed_page();
    let (soon, other) = (certificate(place.path(), "soon", 5), certificate(place.path(), "other", 100));
    let with = |verb: &[&str], certificate: &Path, key: &Path| {
        let mut command = place.command(verb);
        command.env("SOHOA__CONSOLE__TLS_CERTIFICATE", certificate).env("SOHOA__CONSOLE__TLS_KEY", key);
        crate::support::Ran::from(command.output().unwrap())
    };
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    refused(with(&serve, &soon.0, &other.1), 7, "certificate-unusable");
    refused(with(&serve, &soon.1, &soon.1), 7, "certificate-unusable");
    refused(with(&serve, &place.path().join("none.pem"), &soon.1), 7, "certificate-unusable");
    let unset = Path::new("");
    refused(with(&serve, &soon.0, unset), 2, "settings-invalid");
    // Other machines are served by TLS or not at all.
    let open = ["serve", "--listen", "0.0.0.0:0"];
    refused(with(&open, unset, unset), 2, "settings-invalid");
    refused(with(&open, &soon.0, &other.1), 7, "certificate-unusable");

    let doctor = with(&["doctor", "--lang", "en"], &soon.0, &soon.1).expect_code(0).stdout;
    assert!(doctor.contains("! Certificate of the console: ") && doctor.contains("days left"), "{doctor}");
    let status = with(&["status", "--json"], &place.path().join("none.pem"), &soon.1).expect_code(1).json();
    let last = status["checks"].as_array().unwrap().last().unwrap()["check"].clone();
    assert_eq!((&last["subject"], &last["health"]), (&"certificate".into(), &"bad".into()), "{last:#}");
}
