//! Digital signatures of a PDF (ISO 32000-2, 12.8): who signed, when, and what became of the bytes.

use std::collections::HashSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::dict::keys;
use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier, String as PdfString};
use time::{OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::cms::SignedMessage;
use crate::model::signature::{Signature, SignatureIntegrity};

/// Signatures that are listed, and fields of a form that are looked at for them.
const SIGNATURES: usize = 64;
const FIELDS: usize = 20_000;
const DEPTH: u32 = 16;
/// Largest CMS message, in bytes as it stands in the file. Signing programs leave 8 to 60 kB of room.
const MESSAGE: usize = 4 << 20;
/// Bytes that are hashed for all signatures together: each of them may cover the whole file.
const HASHED: u64 = 4 << 30;

/// Lists the signatures of a file, the oldest first. A damaged one is listed too: it is never a
/// reason to refuse the file. `original` is the file as it was signed, where what was parsed differs.
pub(super) fn signatures(pdf: &Pdf, original: Option<&[u8]>) -> Vec<Signature> {
    let mut found = Found::default();
    let form = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()).and_then(|catalog| catalog.get::<Dict<'_>>(keys::ACRO_FORM));
    if let Some(fields) = form.and_then(|form| form.get::<Array<'_>>(b"Fields".as_slice())) {
        found.collect(&fields, false, DEPTH);
    }
    let file: &[u8] = original.unwrap_or_else(|| pdf.data().as_ref());
    let mut left = HASHED;
    let mut listed: Vec<(usize, Signature)> = found.values.iter().map(|value| listed(value, file, &mut left)).collect();
    // Each signature covers what was there before it: the order of ends is that of signing.
    listed.sort_by_key(|(end, _)| *end);
    listed.into_iter().map(|(_, signature)| signature).collect()
}

#[derive(Default)]
struct Found<'a> {
    values: Vec<Dict<'a>>,
    seen: HashSet<ObjectIdentifier>,
    looked_at: usize,
}

impl<'a> Found<'a> {
    /// Collects the values of signature fields; `FT` may stand at a parent only.
    fn collect(&mut self, fields: &Array<'a>, parent_signs: bool, depth: u32) {
        for field in fields.iter::<Dict<'a>>() {
            self.looked_at += 1;
            if self.looked_at > FIELDS || self.values.len() >= SIGNATURES {
                return;
            }
            let kind = field.get::<Name<'_>>(b"FT".as_slice());
            let signs = kind.map_or(parent_signs, |kind| kind.as_ref() == b"Sig");
            if let Some(value) = field.get::<Dict<'a>>(b"V".as_slice()).filter(|_| signs)
                && value.obj_id().is_none_or(|id| self.seen.insert(id))
            {
                self.values.push(value);
            }
            if depth > 0
                && let Some(kids) = field.get::<Array<'a>>(keys::KIDS)
            {
                self.collect(&kids, signs, depth - 1);
            }
        }
    }
}

/// A signature and where the bytes that it covers end.
fn listed(value: &Dict<'_>, file: &[u8], left: &mut u64) -> (usize, Signature) {
    let claimed = value.get::<PdfString<'_>>(b"M".as_slice()).and_then(|date| read_date(date.as_bytes()));
    let unknown = Signature { signer: None, signed_at: claimed, integrity: SignatureIntegrity::Unknown, covers_file: false };
    let Some(range) = ByteRange::of(value, file) else { return (file.len(), unknown) };
    let covers_file = range.covers_file();
    let end = range.end;
    let Some(message) = range.message().and_then(|bytes| SignedMessage::read(&bytes)) else {
        return (end, Signature { covers_file, ..unknown });
    };
    let is_stamp = value.get::<Name<'_>>(b"SubFilter".as_slice()).is_some_and(|kind| kind.as_ref() == b"ETSI.RFC3161");
    let signed_at = if is_stamp { message.stamped_at() } else { message.signed_at() };
    let (size, content) = (range.size(), [range.before, range.after]);
    let integrity = match left.checked_sub(size) {
        None => SignatureIntegrity::Unknown,
        Some(rest) => {
            *left = rest;
            if is_stamp { message.check_stamp(&content) } else { message.check(&content) }
        }
    };
    (end, Signature { signer: message.signer_name(), signed_at: signed_at.or(claimed), integrity, covers_file })
}

/// The bytes that a signature covers: all of a file but the place where it stands itself.
struct ByteRange<'f> {
    before: &'f [u8],
    gap: &'f [u8],
    after: &'f [u8],
    /// Where `before` begins and `after` ends.
    start: usize,
    end: usize,
    file: usize,
}

impl<'f> ByteRange<'f> {
    fn of(value: &Dict<'_>, file: &'f [u8]) -> Option<Self> {
        let numbers = value.get::<Array<'_>>(b"ByteRange".as_slice())?;
        let numbers: Vec<usize> =
            numbers.iter::<i32>().take(5).map(|number| usize::try_from(number).ok()).collect::<Option<_>>()?;
        let [start, length, resumes, rest] = *numbers.as_slice() else { return None };
        let (stops, end) = (start.checked_add(length)?, resumes.checked_add(rest)?);
        Some(Self {
            before: file.get(start..stops)?,
            gap: file.get(stops..resumes)?,
            after: file.get(resumes..end)?,
            start,
            end,
            file: file.len(),
        })
    }

    fn size(&self) -> u64 {
        (self.before.len() + self.after.len()) as u64
    }

    /// The digits between the angle brackets, if the gap is a hexadecimal string and nothing else.
    fn digits(&self) -> Option<&'f [u8]> {
        let digits = self.gap.strip_prefix(b"<")?.strip_suffix(b">")?;
        digits.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace()).then_some(digits)
    }

    /// The message in the gap. It is taken from there and not from `Contents`: what is signed and
    /// what is not is decided by the bytes, and in an encrypted file a signature is not encrypted.
    fn message(&self) -> Option<Vec<u8>> {
        let digits = self.digits().filter(|digits| digits.len() <= 2 * MESSAGE)?;
        let nibbles = digits.iter().filter_map(|&byte| char::from(byte).to_digit(16)).collect::<Vec<_>>();
        Some(nibbles.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | *nibble as u8)).collect())
    }

    fn covers_file(&self) -> bool {
        self.start == 0 && self.end == self.file && self.digits().is_some()
    }
}

/// Reads a date of PDF, `D:YYYYMMDDHHmmSSOHH'mm'`; what is left out at its end is the least there is.
fn read_date(date: &[u8]) -> Option<OffsetDateTime> {
    let text = std::str::from_utf8(date).ok()?.trim().trim_start_matches("D:");
    let two = |from: usize| text.get(from..from + 2)?.parse::<u8>().ok();
    let year = text.get(..4)?.parse().ok()?;
    let month = two(4).unwrap_or(1).try_into().ok()?;
    let date = time::Date::from_calendar_date(year, month, two(6).unwrap_or(1)).ok()?;
    let clock = Time::from_hms(two(8).unwrap_or(0), two(10).unwrap_or(0), two(12).unwrap_or(0)).ok()?;
    let zone = text.get(14..).unwrap_or_default();
    let part = |from: usize| zone.get(from..from + 2).and_then(|digits| digits.parse::<i8>().ok()).unwrap_or(0);
    let sign = match zone.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => 0,
    };
    let offset = UtcOffset::from_hms(sign * part(1), sign * part(4), 0).ok()?;
    Some(PrimitiveDateTime::new(date, clock).assume_offset(offset).to_offset(UtcOffset::UTC))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn dates_are_read_with_their_zone() {
        assert_eq!(read_date(b"D:20260305093000+07'00'"), Some(datetime!(2026-03-05 02:30:00 UTC)));
        assert_eq!(read_date(b"D:20260305093000Z"), Some(datetime!(2026-03-05 09:30:00 UTC)));
        assert_eq!(read_date(b"202603"), Some(datetime!(2026-03-01 00:00:00 UTC)));
        assert_eq!(read_date(b"D:20261301"), None);
        assert_eq!(read_date("ngày 5".as_bytes()), None);
        assert_eq!(read_date(b"D:20260305093000+99'99'"), None);
    }
}
