use std::fs;
use std::os::unix::fs::PermissionsExt;

use time::macros::datetime;

use super::*;
use crate::model::failure::cause::Cause;

const NOW: OffsetDateTime = datetime!(2026-12-01 09:30 +7);
const PASSWORD: &str = "mật khẩu 1";

struct Place {
    folder: tempfile::TempDir,
    settings: PdfSignatureSettings,
}

impl Place {
    fn with(key: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/signing");
        let (key_file, password_file) = (folder.path().join("key.p12"), folder.path().join("password"));
        fs::copy(fixtures.join(key), &key_file).unwrap();
        fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&password_file, format!("{PASSWORD}\n")).unwrap();
        Self { folder, settings: PdfSignatureSettings { key_file, password_file, ..Default::default() } }
    }

    fn open(&self) -> Result<Option<PdfSigner>, Failure> {
        PdfSigner::open(&self.settings, NOW)
    }

    fn refused(&self) -> (FailureCode, Option<Cause>) {
        let failure = self.open().map(|_| ()).unwrap_err();
        (failure.code, failure.cause.map(|cause| *cause))
    }
}

fn because(fault: ExchangeFault) -> Option<Cause> {
    Some(fault.into())
}

#[test]
fn keys_of_programs_of_today_and_of_old_are_opened() {
    for key in ["rsa.p12", "p256.p12", "old.p12"] {
        let signer = Place::with(key).open().unwrap().unwrap();
        assert_eq!((signer.key.owner().as_str(), signer.key.certificates().count()), ("Nguyễn Thị Thử", 2), "{key}");
    }
    let none = PdfSigner::open(&PdfSignatureSettings::default(), NOW);
    assert!(none.unwrap().is_none(), "nothing is signed without a key");
}

#[test]
fn a_wrong_or_missing_password_is_told() {
    let place = Place::with("p256.p12");
    for wrong in ["mat khau 1\n", "mật khẩu 1 \n", "\n"] {
        fs::write(&place.settings.password_file, wrong).unwrap();
        assert_eq!(place.refused().0, FailureCode::PdfKeyPassword, "{wrong:?}");
    }
    fs::remove_file(&place.settings.password_file).unwrap();
    assert_eq!(place.refused().0, FailureCode::PdfKeyPassword);
    let mut open = Place::with("old.p12");
    open.settings.password_file = PathBuf::new();
    assert_eq!(open.refused().0, FailureCode::PdfKeyPassword, "it has one");
    open.settings.password_variable = "SOHOA_NO_SUCH_VARIABLE".into();
    assert_eq!(
        open.refused(),
        (FailureCode::PdfKeyPassword, because(ExchangeFault::NoVariable { name: "SOHOA_NO_SUCH_VARIABLE".into() }))
    );
}

#[test]
fn keys_of_other_kinds_and_damaged_files_are_told() {
    let kind = |found: &str| (FailureCode::PdfKeyUnusable, because(ExchangeFault::KeyKind { found: found.into() }));
    assert_eq!(Place::with("short.p12").refused(), kind("RSA 1024"));
    assert_eq!(Place::with("p384.p12").refused(), kind("EC 1.3.132.0.34"));
    let place = Place::with("rsa.p12");
    let whole = fs::read(&place.settings.key_file).unwrap();
    for damaged in [&b""[..], b"%PDF-1.7", &whole[..whole.len() / 2]] {
        fs::write(&place.settings.key_file, damaged).unwrap();
        assert_eq!(place.refused(), (FailureCode::PdfKeyUnusable, because(ExchangeFault::NotPkcs12)));
    }
    // No byte of it that is changed makes another key of it, or a panic.
    for at in (0..whole.len()).step_by(97) {
        let mut changed = whole.clone();
        changed[at] ^= 0x41;
        fs::write(&place.settings.key_file, &changed).unwrap();
        assert!(place.open().is_err(), "byte {at}");
    }
    fs::remove_file(&place.settings.key_file).unwrap();
    assert_eq!(place.refused().0, FailureCode::PdfKeyMissing);
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let place = Place::with("rsa.p12");
    fs::set_permissions(&place.settings.key_file, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(place.refused(), (FailureCode::PdfKeyUnusable, because(ExchangeFault::KeyOpen { mode: "0640".into() })));
}

#[test]
fn a_certificate_signs_within_its_dates_only() {
    let place = Place::with("rsa.p12");
    let (from, until) = validity(&place.settings).unwrap().unwrap();
    let code = |now| PdfSigner::open(&place.settings, now).map(|_| ()).map_err(|failure| failure.code);
    assert_eq!(code(from - time::Duration::SECOND), Err(FailureCode::PdfCertificateDates));
    assert_eq!(code(from), Ok(()));
    assert_eq!(code(until), Err(FailureCode::PdfCertificateDates));
    // It ends while a batch runs.
    let signer = place.open().unwrap().unwrap();
    let slot = SignatureSlot { unsigned: 1, from: 1, to: 9 };
    let failure = signer.sign(&place.folder.path().join("none.pdf"), slot, until).unwrap_err();
    assert_eq!(failure.code, FailureCode::PdfCertificateDates);
}

#[test]
fn what_a_mark_says_is_filled_in_once() {
    let mut settings = Settings { pdf_signature: Place::with("rsa.p12").settings, ..Settings::default() };
    settings.seal.agency = "Trung tâm {signer}".into();
    settings.pdf_signature.text = ["{agency}", "Ký bởi {signer} {", "{time}", "{date}", " "].map(str::to_owned).to_vec();
    let place = Place::with("rsa.p12");
    let order = place.open().unwrap().unwrap().order(&settings, NOW);
    let lines = ["Trung tâm {signer}", "Ký bởi Nguyễn Thị Thử {", "2026-12-01T09:30:00+07:00", "01/12/2026"];
    assert_eq!(order.mark.unwrap().lines, lines);
    settings.pdf_signature.text.clear();
    assert_eq!(place.open().unwrap().unwrap().order(&settings, NOW).mark, None);
}

#[test]
fn only_the_empty_place_of_a_signature_is_filled_in() {
    let place = Place::with("p256.p12");
    let signer = place.open().unwrap().unwrap();
    let path = place.folder.path().join("a.pdf");
    let room = "0".repeat(2 * signer.room);
    let sign = |content: &str, slot| {
        fs::write(&path, content).unwrap();
        signer.sign(&path, slot, NOW).map_err(|failure| failure.code)
    };
    let to = 8 + room.len() as u64;
    let slot = SignatureSlot { unsigned: 3, from: 6, to };
    assert_eq!(sign(&format!("before<{room}>after"), slot), Ok(()));
    let signed = fs::read_to_string(&path).unwrap();
    assert!(signed.starts_with("before<3082") && signed.ends_with("00>after"), "{signed}");
    for wrong in [
        SignatureSlot { from: 5, ..slot },
        SignatureSlot { to: to + 99, ..slot },
        SignatureSlot { from: to, to: 6, ..slot },
        SignatureSlot { unsigned: 0, ..slot },
        SignatureSlot { unsigned: 6, ..slot },
    ] {
        assert_eq!(sign(&format!("before<{room}>after"), wrong), Err(FailureCode::StorageFailed), "{wrong:?}");
    }
    assert_eq!(sign(&format!("before<1{}>after", &room[1..]), slot), Err(FailureCode::StorageFailed));
}
