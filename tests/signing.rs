//! Signed sealed files: what strangers' programs say of them, and what becomes of a key that cannot be used.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::{CODE_A, Place, Ran, newest, png_page, poppler, project_file, refused, sealed_file, versions};

const PASSWORD: &str = "mật khẩu 1";
const OWNER: &str = "Nguyễn Thị Thử";

/// A place whose settings name a key.
struct Signing {
    place: Place,
    settings: PathBuf,
    key: PathBuf,
}

impl Signing {
    fn with(key: &str, more: &str) -> Self {
        let place = Place::with_engine("stub");
        let (file, password) = (place.path().join("key.p12"), place.path().join("password"));
        fs::copy(project_file("tests/fixtures/signing").join(key), &file).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&password, PASSWORD).unwrap();
        let settings = place.path().join("sohoa.toml");
        let [key_file, password_file] = [&file, &password].map(|path| path.display().to_string());
        let text = format!("[pdf_signature]\nkey_file = '{key_file}'\npassword_file = '{password_file}'\n{more}\n");
        fs::write(&settings, text).unwrap();
        Self { place, settings, key: file }
    }

    fn run(&self) -> Ran {
        self.place.run_command(&[]).env("SOHOA_CONFIG", &self.settings).output().unwrap().into()
    }

    fn sohoa(&self, arguments: &[&str]) -> Ran {
        self.place.command(arguments).env("SOHOA_CONFIG", &self.settings).output().unwrap().into()
    }

    /// Seals a page, and tells where its file lies.
    fn seal(&self) -> PathBuf {
        self.place.put(&format!("{CODE_A}/1.png"), &png_page(1));
        self.run().expect_code(0);
        sealed_file(&newest(&self.place, CODE_A))
    }
}

/// What pdfsig says of a file, where no authority is asked.
fn pdfsig(file: &Path) -> String {
    let output = Command::new("pdfsig").arg("-nocert").arg(file).output().expect("pdfsig comes with poppler-utils");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The bytes that a file says are signed, and the message with the signature.
fn parts(file: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let at = file.windows(12).position(|part| part == b"/ByteRange [").unwrap() + 12;
    let text = std::str::from_utf8(&file[at..at + 40]).unwrap();
    let range: Vec<usize> = text.split(']').next().unwrap().split_whitespace().map(|number| number.parse().unwrap()).collect();
    let [start, length, resumes, rest] = range[..] else { panic!("{text}") };
    assert_eq!((start, resumes + rest), (0, file.len()), "all of the file is signed");
    let digits = file[length..resumes].strip_prefix(b"<").unwrap().strip_suffix(b">").unwrap();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    ([&file[..length], &file[resumes..]].concat(), digits.chunks(2).map(byte).collect())
}

/// Whether OpenSSL finds the message to be a signature of these bytes by somebody whom `ca.pem` vouches for,
/// with the attribute that CAdES asks for.
fn openssl(folder: &Path, content: &[u8], message: &[u8]) -> (bool, String) {
    let [content_file, message_file] = [("content", content), ("message", message)].map(|(name, bytes)| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    });
    let mut command = Command::new("openssl");
    command.args(["cms", "-verify", "-cades", "-binary", "-purpose", "any", "-inform", "DER", "-out", "/dev/null"]);
    command.arg("-CAfile").arg(project_file("tests/fixtures/signing/ca.pem"));
    let ran = command.arg("-in").arg(message_file).arg("-content").arg(content_file).output().unwrap();
    (ran.status.success(), String::from_utf8_lossy(&ran.stderr).into_owned())
}

#[test]
fn strangers_find_the_signature_good_and_over_the_whole_file() {
    for (key, algorithm) in [("rsa.p12", "RSA"), ("p256.p12", "ECDSA"), ("old.p12", "RSA")] {
        let signing = Signing::with(key, "reason = 'Sao chụp điện tử'");
        let file = signing.seal();
        let said = pdfsig(&file);
        for expected in ["Signature is Valid", "Total document signed", "ETSI.CAdES.detached", OWNER, "SHA-256"] {
            assert!(said.contains(expected), "{key}: {expected} in {said}");
        }
        let bytes = fs::read(&file).unwrap();
        let (content, message) = parts(&bytes);
        let (is_good, told) = openssl(signing.place.path(), &content, &message);
        assert!(is_good, "{key} ({algorithm}): {told}");

        // One byte of what is signed, before and behind the signature.
        for at in [bytes.len() / 3, bytes.len() - 20] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let copy = signing.place.path().join("changed.pdf");
            fs::write(&copy, &changed).unwrap();
            assert!(!pdfsig(&copy).contains("Signature is Valid"), "{key}: byte {at}");
        }
        let mut changed = content.clone();
        changed[100] ^= 1;
        assert!(!openssl(signing.place.path(), &changed, &message).0, "{key}");

        let checked = Command::new("qpdf").arg("--check").arg(&file).output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        signing.sohoa(&["verify"]).expect_code(0);
        // For the PDF/A validator, which runs after the tests.
        let samples = project_file("target/verapdf-samples");
        fs::create_dir_all(&samples).unwrap();
        fs::write(samples.join(format!("signed-{key}.pdf")), bytes).unwrap();
    }
}

/// How many pixels of the quarter of the page's sides at a corner are dark.
fn ink_at(file: &Path, corner: [bool; 2]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("page");
    let ran = Command::new("pdftoppm").args(["-gray", "-r", "150", "-singlefile", "-png"]).arg(file).arg(&picture).status();
    assert!(ran.unwrap().success());
    let page = image::open(picture.with_extension("png")).unwrap().to_luma8();
    let (width, height) = (page.width(), page.height());
    let dark = |x: u32, y: u32| page.get_pixel(x, y).0[0] < 128;
    let [right, bottom] = corner;
    let columns = if right { width * 3 / 4..width } else { 0..width / 4 };
    let rows = if bottom { height * 3 / 4..height } else { 0..height / 4 };
    columns.flat_map(|x| rows.clone().map(move |y| (x, y))).filter(|(x, y)| dark(*x, *y)).count()
}

#[test]
fn the_mark_stands_where_the_settings_say_and_says_what_they_say() {
    let text = |more: &str| format!("text = ['{{signer}}', 'ngày {{date}}']\nfont_size = 4.0\nmargin_mm = 1.0\n{more}");
    let plain = Place::with_one_sealed_page();
    let without = sealed_file(&newest(&plain, CODE_A));
    let corners = [("top-left", [false, false]), ("bottom-right", [true, true])];
    for (place, corner) in corners {
        let signing = Signing::with("p256.p12", &text(&format!("place = '{place}'")));
        let file = signing.seal();
        for (other, at) in corners {
            let more = ink_at(&file, at) > ink_at(&without, at);
            assert_eq!(more, at == corner, "{place}: {other}");
        }
        let read = poppler("pdftotext", &["-enc", "UTF-8"], &file);
        assert!(read.contains(OWNER) && read.contains("ngày "), "{read}");
    }
    let without_mark = Signing::with("p256.p12", "text = []");
    let unseen = without_mark.seal();
    assert!(pdfsig(&unseen).contains("Signature is Valid"));
    assert_eq!(ink_at(&unseen, [false, false]), ink_at(&without, [false, false]));
    fs::copy(unseen, project_file("target/verapdf-samples/signed-unseen.pdf")).unwrap();
}

#[test]
fn what_would_be_the_same_but_for_its_signature_stays_as_it_was_signed() {
    let signing = Signing::with("p256.p12", "");
    let file = signing.seal();
    // Read less surely, the document is sealed once more, for its record says so; its file would say the same.
    let again = |engine: &str| {
        let mut command = signing.place.run_command(&["--reread"]);
        command.env("SOHOA_CONFIG", &signing.settings).env("SOHOA__RECOGNISE__ENGINE", engine);
        Ran::from(command.output().unwrap()).expect_code(0);
        (versions(&signing.place, CODE_A).len(), sealed_file(&newest(&signing.place, CODE_A)))
    };
    assert_eq!(again("modest"), (2, file.clone()));
    // Without the key, too, what is signed stays.
    fs::write(&signing.settings, "").unwrap();
    assert_eq!(again("slow"), (3, file));
    signing.sohoa(&["verify"]).expect_code(0);
}

#[test]
fn a_batch_without_a_key_seals_what_it_always_did() {
    let [one, other] = [Place::with_one_sealed_page(), Place::with_one_sealed_page()];
    let [one, other] = [&one, &other].map(|place| fs::read(sealed_file(&newest(place, CODE_A))).unwrap());
    assert_eq!(one, other);
    let signed = fs::read(Signing::with("rsa.p12", "").seal()).unwrap();
    assert!(signed.starts_with(&one), "a signed file begins with the one that is not signed");
}

#[test]
fn a_key_that_cannot_be_used_stops_the_batch_before_it_begins() {
    let begun = |signing: &Signing| signing.sohoa(&["report", "--json"]).code == Some(0);
    let signing = Signing::with("rsa.p12", "");
    signing.place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    fs::write(signing.place.path().join("password"), "mật khẩu 2").unwrap();
    refused(signing.run(), 1, "pdf-key-password");
    fs::set_permissions(&signing.key, fs::Permissions::from_mode(0o644)).unwrap();
    refused(signing.run(), 1, "pdf-key-unusable");
    fs::remove_file(&signing.key).unwrap();
    refused(signing.run(), 1, "pdf-key-missing");
    for key in ["p384.p12", "short.p12"] {
        let other = Signing::with(key, "");
        other.place.put(&format!("{CODE_A}/1.png"), &png_page(1));
        refused(other.run(), 1, "pdf-key-unusable");
    }
    assert!(!begun(&signing), "nothing was done");
    assert!(signing.place.inbox().join(format!("{CODE_A}/1.png")).exists());

    let by_variable = Signing::with("p256.p12", "");
    let settings = fs::read_to_string(&by_variable.settings).unwrap().replace("password_file", "#");
    fs::write(&by_variable.settings, settings + "password_variable = 'SOHOA_TEST_PASSWORD'\n").unwrap();
    by_variable.place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    refused(by_variable.run(), 1, "pdf-key-password");
    let mut command = by_variable.place.run_command(&[]);
    command.env("SOHOA_CONFIG", &by_variable.settings).env("SOHOA_TEST_PASSWORD", PASSWORD);
    Ran::from(command.output().unwrap()).expect_code(0);
    assert!(pdfsig(&sealed_file(&newest(&by_variable.place, CODE_A))).contains("Signature is Valid"));
}

fn certificate(told: &Value) -> Value {
    // `doctor` tells its checks and nothing else.
    let checks = told.as_array().or(told["checks"].as_array()).unwrap().iter().map(|one| &one["check"]);
    checks.clone().find(|one| one["subject"] == "pdf-certificate").unwrap_or_else(|| panic!("{told:#}")).clone()
}

#[test]
fn doctor_and_status_know_the_end_of_the_certificate() {
    let signing = Signing::with("rsa.p12", "[status]\ncertificate_days = 100000");
    signing.seal();
    for verb in ["status", "doctor"] {
        let told = signing.sohoa(&[verb, "--json"]).json();
        let found = certificate(&told);
        assert_eq!(found["health"], "warning", "{verb}");
        assert!(found["seen"]["until"].as_str().unwrap().starts_with("2120-01-01"), "{found:#}");
    }
    fs::remove_file(&signing.key).unwrap();
    let told = signing.sohoa(&["status", "--json"]).json();
    assert_eq!(certificate(&told)["health"], "bad");
}

#[test]
fn texts_with_words_in_braces_that_are_not_known_are_refused() {
    for wrong in ["text = ['{ky}']", "reason = '{name}'", "font_size = 2", "place = 'middle'", "key_file = 'key.p12'"] {
        let place = Place::with_engine("stub");
        let settings = place.path().join("sohoa.toml");
        fs::write(&settings, format!("[pdf_signature]\n{wrong}\n")).unwrap();
        let ran: Ran = place.command(&["status"]).env("SOHOA_CONFIG", &settings).output().unwrap().into();
        refused(ran, 2, "settings-invalid");
    }
}
