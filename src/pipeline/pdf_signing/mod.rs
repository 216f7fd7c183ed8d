//! Signs sealed files with a key of PKCS#12 (ETSI EN 319 142-1, PAdES baseline B).
//!
//! A worker writes the sealed file with room for a signature; here, outside of it, the file is hashed and the
//! room filled in. So no process that opens papers of strangers holds the key.

mod cipher;
mod error;
mod key;
mod message;
mod pkcs12;

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use ring::digest;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use crate::model::failure::cause::ExchangeFault;
use crate::model::failure::{Cause, Failure, FailureCode};
use crate::model::signature::SignatureSlot;
use crate::settings::{PdfSignatureSettings, Settings, secret};
use crate::stages::seal::{Mark, SignatureOrder};
use error::ContainerError;
use key::SigningKey;
use pkcs12::Container;

/// No file with a key is larger.
const MOST_BYTES: u64 = 1 << 20;

/// What signs sealed files.
pub(crate) struct PdfSigner {
    key: SigningKey,
    file: PathBuf,
    room: usize,
}

/// From when to when the certificate of the key holds; none if sealed files are not signed, or if the password is in a
/// variable that whoever asks does not have: that says nothing of the batches, which are given it.
///
/// # Errors
/// As [`PdfSigner::open`], but for the dates.
pub(crate) fn validity(settings: &PdfSignatureSettings) -> Result<Option<(OffsetDateTime, OffsetDateTime)>, Failure> {
    let variable = &settings.password_variable;
    let is_kept_from_us =
        settings.password_file.as_os_str().is_empty() && !variable.is_empty() && env::var_os(variable).is_none();
    if !settings.is_set() || is_kept_from_us {
        return Ok(None);
    }
    Ok(Some(open(settings)?.validity()))
}

impl PdfSigner {
    /// The key that signs; none if sealed files are not signed.
    ///
    /// # Errors
    /// [`FailureCode::PdfKeyMissing`], [`FailureCode::PdfKeyPassword`] or [`FailureCode::PdfKeyUnusable`] if the
    /// key cannot be used, [`FailureCode::PdfCertificateDates`] if its certificate does not hold `now`.
    pub(crate) fn open(settings: &PdfSignatureSettings, now: OffsetDateTime) -> Result<Option<Self>, Failure> {
        if !settings.is_set() {
            return Ok(None);
        }
        let key = open(settings)?;
        let room = message::room_for(&key).map_err(|error| unusable(settings).because(Cause::said(error)))?;
        let signer = Self { key, file: settings.key_file.clone(), room };
        signer.check_dates(now)?;
        Ok(Some(signer))
    }

    fn check_dates(&self, now: OffsetDateTime) -> Result<(), Failure> {
        let (from, until) = self.key.validity();
        if (from..until).contains(&now) {
            return Ok(());
        }
        let day = |at: OffsetDateTime| at.to_offset(now.offset()).date().to_string();
        let fault = ExchangeFault::CertificateDates { from: day(from), until: day(until) };
        Err(Failure::new(FailureCode::PdfCertificateDates).at_file(self.file.display()).because(fault))
    }

    /// What a signature of this moment says.
    pub(crate) fn order(&self, settings: &Settings, now: OffsetDateTime) -> SignatureOrder {
        let signer = self.key.owner();
        let PdfSignatureSettings { place, margin_mm, font_size, text, reason, location, .. } = &settings.pdf_signature;
        let time = now.format(&Rfc3339).unwrap_or_default();
        let date = now.format(format_description!("[day]/[month]/[year]")).unwrap_or_default();
        let said =
            [("{signer}", signer.as_str()), ("{agency}", settings.seal.agency.as_str()), ("{time}", &time), ("{date}", &date)];
        let filled = |line: &String| fill(line, &said);
        let lines: Vec<String> = text.iter().map(filled).filter(|line| !line.trim().is_empty()).collect();
        let mark = Mark { corner: *place, margin_mm: *margin_mm, font_size: *font_size, lines };
        SignatureOrder {
            reason: fill(reason, &said),
            location: fill(location, &said),
            signed_at: now,
            room: self.room,
            mark: (!mark.lines.is_empty()).then_some(mark),
            signer,
        }
    }

    /// Signs the file that was made ready for it.
    ///
    /// # Errors
    /// If the certificate holds no more, the key does not sign, or what the disk says.
    pub(crate) fn sign(&self, path: &Path, slot: SignatureSlot, now: OffsetDateTime) -> Result<(), Failure> {
        self.check_dates(now)?;
        let failed = |cause: Cause| Failure::new(FailureCode::StorageFailed).at_file(path.display()).because(cause);
        let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(|error| failed(error.into()))?;
        let digest = digest_around(&mut file, slot).map_err(|error| failed(error.into()))?;
        let unusable = |cause: Cause| Failure::new(FailureCode::PdfKeyUnusable).at_file(self.file.display()).because(cause);
        let message = message::message(&self.key, &digest).map_err(|error| unusable(Cause::said(error)))?;
        if message.len() > self.room {
            return Err(unusable(ExchangeFault::KeyDamaged.into()));
        }
        let digits: String = message.iter().map(|byte| format!("{byte:02x}")).collect();
        let written = file.seek(SeekFrom::Start(slot.from + 1)).and_then(|_| file.write_all(digits.as_bytes()));
        written.map_err(|error| failed(error.into()))
    }
}

/// Puts what is known into a line; what it brings along is not looked at again.
fn fill(line: &str, said: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        let known = said.iter().find(|(name, _)| from.starts_with(name));
        let (name, value) = known.copied().unwrap_or(("{", "{"));
        filled.push_str(value);
        rest = from.get(name.len()..).unwrap_or_default();
    }
    filled + rest
}

/// SHA-256 of all of a file but the place of its signature, which has to be empty.
fn digest_around(file: &mut File, slot: SignatureSlot) -> io::Result<Vec<u8>> {
    let mut context = digest::Context::new(&digest::SHA256);
    let length = file.metadata()?.len();
    let (Some(room), Some(rest)) = (slot.to.checked_sub(slot.from), length.checked_sub(slot.to)) else {
        return Err(io::ErrorKind::InvalidData.into());
    };
    // A worker told of it, and is not believed.
    if slot.unsigned == 0 || slot.unsigned >= slot.from {
        return Err(io::ErrorKind::InvalidData.into());
    }
    file.rewind()?;
    hash(&mut context, &mut Read::by_ref(file).take(slot.from), slot.from)?;
    let mut zeros = Vec::new();
    Read::by_ref(file).take(room).read_to_end(&mut zeros)?;
    let digits = zeros.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
    if !digits.is_some_and(|digits| digits.iter().all(|digit| *digit == b'0')) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    hash(&mut context, &mut Read::by_ref(file).take(rest), rest)?;
    Ok(context.finish().as_ref().to_vec())
}

fn hash(context: &mut digest::Context, from: &mut impl Read, bytes: u64) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    let mut seen = 0;
    loop {
        match from.read(&mut buffer)? {
            0 if seen == bytes => return Ok(()),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                context.update(buffer.get(..read).unwrap_or_default());
                seen += read as u64;
            }
        }
    }
}

fn unusable(settings: &PdfSignatureSettings) -> Failure {
    Failure::new(FailureCode::PdfKeyUnusable).at_file(settings.key_file.display())
}

/// Reads the key.
fn open(settings: &PdfSignatureSettings) -> Result<SigningKey, Failure> {
    let path = &settings.key_file;
    let missing = |error: io::Error| Failure::new(FailureCode::PdfKeyMissing).at_file(path.display()).because(error);
    let file = File::open(path).map_err(missing)?;
    let about = file.metadata().map_err(missing)?;
    if about.mode() & 0o077 != 0 {
        let fault = ExchangeFault::KeyOpen { mode: format!("{:04o}", about.mode() & 0o7777) };
        return Err(unusable(settings).because(fault));
    }
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(missing)?;
    let password = password(settings)?;
    let container = Container::open(&bytes, &password).map_err(|error| match error {
        ContainerError::Password => Failure::new(FailureCode::PdfKeyPassword).at_file(path.display()),
        ContainerError::Damaged => unusable(settings).because(ExchangeFault::NotPkcs12),
        ContainerError::Unsupported(what) => unusable(settings).because(ExchangeFault::KeyKind { found: what.to_string() }),
    })?;
    SigningKey::of(container).map_err(|fault| unusable(settings).because(fault))
}

/// The password: the first line of a file, or a variable of the environment; none if the settings name none.
fn password(settings: &PdfSignatureSettings) -> Result<String, Failure> {
    let missing = || Failure::new(FailureCode::PdfKeyPassword);
    let (file, variable) = (&settings.password_file, &settings.password_variable);
    if !file.as_os_str().is_empty() {
        // What other programs closed may end in a blank.
        let line = secret::first_line(file).map_err(|error| missing().at_file(file.display()).because(error))?;
        return match line.is_empty() {
            true => Err(missing().at_file(file.display()).because(ExchangeFault::PasswordEmpty)),
            false => Ok(line),
        };
    }
    if variable.is_empty() {
        return Ok(String::new());
    }
    env::var(variable).map_err(|_| missing().because(ExchangeFault::NoVariable { name: variable.clone() }))
}

#[cfg(test)]
mod tests;
