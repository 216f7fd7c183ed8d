//! Room for a signature: what is added to a sealed file so that somebody with a key can sign it.
//!
//! The sealed file stays as it is, and what is added comes behind it as an update (ISO 32000-1, 7.5.6): the
//! first page and the catalog once more, the field with its mark, and a signature of so many zeros. Who signs
//! fills those in, and moves nothing.

use pdf_writer::types::{AnnotationFlags, FieldType, SigFlags};
use pdf_writer::writers::Form;
use pdf_writer::{Chunk, Finish, Name, Rect, Ref, TextStr};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::error::SealError;
use super::letters::{Letters, OBJECTS};
use super::mark::Mark;
use super::plane::PagePlane;
use crate::model::signature::SignatureSlot;

/// What a signature says besides itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignatureOrder {
    /// Who signs.
    pub signer: String,
    /// Why; left out if empty.
    pub reason: String,
    /// Where; left out if empty.
    pub location: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub signed_at: OffsetDateTime,
    /// Bytes that the signature may take.
    pub room: usize,
    /// What is shown of it; nothing if none.
    pub mark: Option<Mark>,
}

/// Writes a form.
type WriteForm<'a> = &'a dyn Fn(Form<'_>);

/// What of a file without a signature has to be known for one.
pub(super) struct Unsigned<'a> {
    /// The whole file.
    pub(super) bytes: Vec<u8>,
    pub(super) identifier: [u8; 16],
    pub(super) catalog: Ref,
    pub(super) page: Ref,
    pub(super) plane: PagePlane,
    /// The first number that no object has.
    pub(super) next: Ref,
    pub(super) compression: u8,
    /// Writes the first page once more, with a field on it.
    pub(super) write_page: &'a dyn Fn(&mut Chunk, Ref),
    /// Writes the catalog once more, with the fields of a form.
    pub(super) write_catalog: &'a dyn Fn(&mut Chunk, WriteForm<'_>),
}

/// Adds room for a signature, and tells where.
pub(super) fn make_room(unsigned: Unsigned<'_>, order: &SignatureOrder) -> Result<(Vec<u8>, SignatureSlot), SealError> {
    let Unsigned { bytes, identifier, catalog, page, plane, mut next, compression, write_page, write_catalog } = unsigned;
    let before = table_of(&bytes).ok_or(SealError::TooLarge)?;
    let [field, signature, form] = [next.bump(), next.bump(), next.bump()];
    let font: [Ref; OBJECTS] = [next.bump(), next.bump(), next.bump(), next.bump(), next.bump()];

    let mut objects: Vec<(Ref, Chunk)> = Vec::new();
    let mut laid_out = None;
    if let Some(mark) = &order.mark {
        let mut letters = Letters::load()?;
        let place = mark.lay_out(&letters, &plane);
        objects.extend(mark.draw(&place, &mut letters, form, font, compression)?);
        laid_out = Some(place.rect);
    }
    objects.push((page, chunk(|chunk| write_page(chunk, field))));
    objects.push((
        catalog,
        chunk(|chunk| {
            write_catalog(chunk, &|mut form| {
                form.fields([field]).sig_flags(SigFlags::SIGNATURES_EXIST | SigFlags::APPEND_ONLY);
            });
        }),
    ));
    objects.push((field, chunk(|chunk| write_field(chunk, [field, page, signature, form], laid_out))));

    let unsigned = bytes.len();
    let mut update = Update { bytes, places: Vec::new() };
    update.bytes.push(b'\n');
    for (number, chunk) in &objects {
        update.object(*number, chunk.as_bytes());
    }
    let zeros = update.signature(signature, order);
    let identifiers = [identifier, update.identifier(unsigned)];
    update.close(catalog, before, identifiers);
    let slot = SignatureSlot { unsigned: unsigned as u64, from: zeros.start as u64, to: zeros.end as u64 };
    let bytes = update.with_range(&zeros)?;
    Ok((bytes, slot))
}

fn chunk(write: impl FnOnce(&mut Chunk)) -> Chunk {
    let mut chunk = Chunk::new();
    write(&mut chunk);
    chunk
}

/// Where the last table of objects of a file begins.
fn table_of(bytes: &[u8]) -> Option<usize> {
    let tail = bytes.get(bytes.len().saturating_sub(64)..)?;
    let text = std::str::from_utf8(tail.get(tail.windows(9).rposition(|part| part == b"startxref")? + 9..)?).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

fn write_field(chunk: &mut Chunk, [field, page, signature, form]: [Ref; 4], rect: Option<Rect>) {
    let mut writer = chunk.form_field(field);
    writer.field_type(FieldType::Signature).partial_name(TextStr("Signature1"));
    writer.pair(Name(b"V"), signature);
    let mut annotation = writer.into_annotation();
    annotation.page(page).flags(AnnotationFlags::PRINT | AnnotationFlags::LOCKED);
    // A field without a place is not seen, and needs no appearance (ISO 19005-2, 6.3.3).
    annotation.rect(rect.unwrap_or(Rect::new(0.0, 0.0, 0.0, 0.0)));
    if rect.is_some() {
        annotation.appearance().normal().stream(form);
    }
    annotation.finish();
}

/// Digits of a number in the range of bytes: PDF/A numbers of bytes have ten.
const DIGITS: usize = 10;
/// What stands before the range until all of its numbers are known.
const RANGE: &[u8] = b"/ByteRange [0 ";

/// An update under way.
struct Update {
    bytes: Vec<u8>,
    places: Vec<(Ref, usize)>,
}

impl Update {
    fn object(&mut self, number: Ref, written: &[u8]) {
        self.places.push((number, self.bytes.len()));
        self.bytes.extend(written);
    }

    /// Writes the signature without a signature, and tells where the digits of that belong, with their brackets.
    fn signature(&mut self, number: Ref, order: &SignatureOrder) -> std::ops::Range<usize> {
        let chunk = chunk(|chunk| {
            let mut writer = chunk.indirect(number).dict();
            writer.pair(Name(b"Type"), Name(b"Sig"));
            writer.pair(Name(b"Filter"), Name(b"Adobe.PPKLite"));
            writer.pair(Name(b"SubFilter"), Name(b"ETSI.CAdES.detached"));
            for (key, text) in
                [(Name(b"Name"), &order.signer), (Name(b"Reason"), &order.reason), (Name(b"Location"), &order.location)]
            {
                if !text.is_empty() {
                    writer.pair(key, TextStr(text));
                }
            }
            writer.pair(Name(b"M"), pdf_writer::Str(date(order.signed_at).as_bytes()));
        });
        let written = chunk.as_bytes();
        let end = written.windows(2).rposition(|part| part == b">>").unwrap_or(written.len());
        let (head, tail) = written.split_at(end);
        self.object(number, head);
        self.bytes.extend(b"\n");
        self.bytes.extend(RANGE);
        self.bytes.extend([b' '; 3 * (DIGITS + 1)]);
        self.bytes.extend(b"]\n/Contents ");
        let from = self.bytes.len();
        self.bytes.push(b'<');
        self.bytes.resize(self.bytes.len() + 2 * order.room, b'0');
        self.bytes.push(b'>');
        let to = self.bytes.len();
        self.bytes.extend(b"\n");
        self.bytes.extend(tail);
        from..to
    }

    /// Made from all that the update says.
    fn identifier(&self, unsigned: usize) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 signed file identifier");
        hasher.update(self.bytes.get(unsigned..).unwrap_or_default());
        let mut identifier = [0; 16];
        hasher.finalize_xof().fill(&mut identifier);
        identifier
    }

    /// Writes the table of what is new, which points at the one before.
    fn close(&mut self, catalog: Ref, before: usize, identifiers: [[u8; 16]; 2]) {
        let table = self.bytes.len();
        self.places.sort_by_key(|(number, _)| number.get());
        let mut text = String::from("xref\n");
        for run in self.places.chunk_by(|(one, _), (next, _)| one.get() + 1 == next.get()) {
            let Some((first, _)) = run.first() else { continue };
            text.push_str(&format!("{} {}\n", first.get(), run.len()));
            run.iter().for_each(|(_, place)| text.push_str(&format!("{place:010} 00000 n\r\n")));
        }
        let size = self.places.last().map_or(0, |(number, _)| number.get()) + 1;
        let [first, second] = identifiers.map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        text.push_str(&format!(
            "trailer\n<<\n/Size {size}\n/Root {} 0 R\n/Prev {before}\n/ID [<{first}> <{second}>]\n>>\nstartxref\n{table}\n%%EOF\n",
            catalog.get()
        ));
        self.bytes.extend(text.into_bytes());
    }

    /// The file with the range of bytes that are signed: all but the digits of the signature.
    fn with_range(mut self, zeros: &std::ops::Range<usize>) -> Result<Vec<u8>, SealError> {
        let numbers = [zeros.start, zeros.end, self.bytes.len() - zeros.end];
        let text: String = numbers.iter().map(|number| format!("{number:<DIGITS$} ")).collect();
        let place = self.bytes.get(..zeros.start).and_then(|head| head.windows(RANGE.len()).rposition(|part| part == RANGE));
        let place = place.ok_or(SealError::TooLarge)? + RANGE.len();
        let room = self.bytes.get_mut(place..place + 3 * (DIGITS + 1)).filter(|room| room.len() == text.len());
        room.ok_or(SealError::TooLarge)?.copy_from_slice(text.as_bytes());
        Ok(self.bytes)
    }
}

/// A date of PDF (ISO 32000-1, 7.9.4).
fn date(at: OffsetDateTime) -> String {
    let (hours, minutes, _) = at.offset().as_hms();
    let sign = if at.offset().is_negative() { '-' } else { '+' };
    let clock = format!("{:02}{:02}{:02}", at.hour(), at.minute(), at.second());
    let day = format!("{:04}{:02}{:02}", at.year(), u8::from(at.month()), at.day());
    format!("D:{day}{clock}{sign}{:02}'{:02}'", hours.unsigned_abs(), minutes.unsigned_abs())
}

#[cfg(test)]
pub(super) mod tests {
    use time::macros::datetime;

    use super::super::samples::{metadata, page_of};
    use super::super::{Corner, SealSettings, read_back, seal, seal_for};
    use super::*;
    use crate::model::geometry::Turn;

    /// A signature with a mark.
    pub(in super::super) fn order() -> SignatureOrder {
        let lines = vec!["Nguyễn Thị Thử".to_owned(), "2026-12-01T09:30:00+07:00".to_owned()];
        SignatureOrder {
            signer: "Nguyễn Thị Thử".into(),
            reason: "sao (chụp)".into(),
            location: String::new(),
            signed_at: datetime!(2026-12-01 09:30 -3:30),
            room: 100,
            mark: Some(Mark { corner: Corner::TopLeft, margin_mm: 5.0, font_size: 10.0, lines }),
        }
    }

    #[test]
    fn room_for_a_signature_comes_behind_the_file_as_it_is() {
        let settings = SealSettings::default();
        let pages = || [Ok::<_, SealError>(page_of(Turn::None)), Ok(page_of(Turn::Right))];
        let plain = seal(pages(), &metadata(), &settings).unwrap();
        assert_eq!(plain.slot, None);
        for order in [order(), SignatureOrder { mark: None, ..order() }] {
            let ready = seal_for(pages(), &metadata(), &settings, Some(&order)).unwrap();
            let slot = ready.slot.unwrap();
            let [unsigned, from, to] = [slot.unsigned, slot.from, slot.to].map(|at| at as usize);
            assert_eq!(ready.bytes[..unsigned], plain.bytes, "the file begins with the one without");
            assert_eq!(ready.bytes[from..to], *format!("<{}>", "0".repeat(200)).as_bytes());
            let range = format!("/ByteRange [0 {from:<10} {to:<10} {:<10} ]", ready.bytes.len() - to);
            let said = String::from_utf8_lossy(&ready.bytes[unsigned..]).into_owned();
            assert!(said.contains(&range) && said.contains("(D:20261201093000-03'30')"), "{said}");
            read_back(&ready.bytes, &ready.proofs).unwrap();
        }
    }
}
