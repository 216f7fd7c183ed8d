//! What shows in the bytes of a PDF before anything is parsed: whether something was cut off or hung on.
//!
//! A reader takes a file from its last cross-reference table. What was appended later and lost its end
//! is passed over without a word, and so is a whole PDF that stands before another one.

use std::borrow::Cow;

use memchr::memmem;

use super::super::error::IntakeError;
use crate::model::failure::cause::{ScanFault, ScanFormat};

const HEADER: &[u8] = b"%PDF-";
/// How far back the last keyword before a header is looked for.
const BEFORE: usize = 1 << 16;
/// White space that programs write between `stream` and a JPEG's start marker, at most.
const STRAYS: usize = 8;

/// Refuses a file of which a part would not be seen.
pub(super) fn check(file: &[u8]) -> Result<(), IntakeError> {
    if let Some(second) = second_file(file) {
        return Err(IntakeError::SeveralPdfs { offset: second as u64 });
    }
    let Some(last) = memmem::rfind(file, b"startxref") else {
        // Neither where its table lies nor that it ends here: pages may be found, and what they show is gone.
        let has_end = memmem::rfind(file, b"%%EOF").is_some();
        let cut = IntakeError::FileDamaged(ScanFault::CutShort { format: ScanFormat::Pdf });
        return if has_end { Ok(()) } else { Err(cut) };
    };
    if file.get(last..).is_some_and(holds_object) {
        return Err(IntakeError::FileDamaged(ScanFault::LastAdditionCutOff));
    }
    Ok(())
}

/// Whether an object begins somewhere: two numbers and `obj`.
fn holds_object(part: &[u8]) -> bool {
    memmem::find_iter(part, b"obj").any(|at| {
        let before = part.get(at.saturating_sub(24)..at).unwrap_or_default();
        let mut words = before.split(u8::is_ascii_whitespace).rev().filter(|word| !word.is_empty());
        let number = |word: Option<&[u8]>| word.is_some_and(|word| word.iter().all(u8::is_ascii_digit));
        number(words.next()) && number(words.next())
    })
}

/// Where a second PDF begins that lies in no stream of the first.
fn second_file(file: &[u8]) -> Option<usize> {
    let mut headers = memmem::find_iter(file, HEADER);
    let first = headers.next()?;
    headers.find(|&at| at > first && begins_file(file, at) && !continues(file, at))
}

/// Whether what stands before a header is the end of an object or a file, and not the begin of a stream.
fn begins_file(file: &[u8], at: usize) -> bool {
    let has_version = file.get(at + HEADER.len()).is_some_and(u8::is_ascii_digit);
    let before = file.get(at.saturating_sub(BEFORE)..at).unwrap_or_default();
    let last = |word: &[u8]| memmem::rfind(before, word);
    let opens = last(b"stream").filter(|&place| !before.get(..place).is_some_and(|part| part.ends_with(b"end")));
    let closes = [b"%%EOF".as_slice(), b"endstream", b"endobj"].into_iter().filter_map(last).max();
    let is_behind_all = closes.is_some() && closes > opens;
    // A file that is attached begins where its stream does. One in the middle of a stream stands behind a
    // file that was cut off there.
    let began_before = opens > closes && opens.is_some_and(|place| before.len() - place > b"stream".len() + STRAYS);
    // So is one before which no keyword stands for that long: pictures are longer.
    let is_within = began_before || (opens.is_none() && closes.is_none() && before.len() == BEFORE);
    has_version && (is_behind_all || (is_within && begins_objects(file, at)))
}

/// Whether what follows a header looks like the first object of a file, and not like the rest of a stream
/// that speaks of files.
fn begins_objects(file: &[u8], at: usize) -> bool {
    let part = file.get(at..).unwrap_or_default();
    let head = part.get(..part.len().min(1024)).unwrap_or_default();
    holds_object(head.get(..memmem::find(head, b"endstream").unwrap_or(head.len())).unwrap_or_default())
}

/// Whether what begins with a header is an addition to what stands before it, which some programs write
/// with a header of its own: the first table behind it refers to an earlier one. Bookmarks have neighbours by
/// the same name, tables within what follows refer to each other, and so do those of a file arranged for the web.
fn continues(file: &[u8], at: usize) -> bool {
    let part = file.get(at..).unwrap_or_default();
    let first = part.get(..memmem::find(part, b"startxref").unwrap_or(part.len())).unwrap_or_default();
    let head = part.get(..part.len().min(1024)).unwrap_or_default();
    memmem::find_iter(first, b"/Prev").any(|place| {
        let number = first.get(place + b"/Prev".len()..).unwrap_or_default().trim_ascii_start();
        let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let value = number.get(..digits).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok());
        value.is_some_and(|value| value < at && is_table(file.get(value..).unwrap_or_default()))
    }) && memmem::find(head, b"/Linearized").is_none()
}

/// Whether a cross-reference table begins here, or the object that holds one.
fn is_table(part: &[u8]) -> bool {
    let part = part.get(..part.len().min(64)).unwrap_or_default().trim_ascii_start();
    let mut words = part.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let number = |word: Option<&[u8]>| word.is_some_and(|word| word.iter().all(u8::is_ascii_digit));
    let is_object = number(words.next()) && number(words.next()) && words.next().is_some_and(|word| word.starts_with(b"obj"));
    is_object || part.starts_with(b"xref")
}

/// The file with every JPEG at the start of its stream: white space before the start marker, which decoders
/// take for damage, becomes fill bytes behind it, which mean nothing. Nothing else moves.
pub(super) fn with_straight_jpegs(file: &[u8]) -> Cow<'_, [u8]> {
    let mut straight = Cow::Borrowed(file);
    for at in memmem::find_iter(file, b"stream") {
        let start = at + b"stream".len();
        let line = match file.get(start..start + 2) {
            Some(b"\r\n") => 2,
            Some([b'\n' | b'\r', _]) => 1,
            _ => continue,
        };
        let strays = super::super::codec::jpeg::strays(file.get(start + line..).unwrap_or_default());
        if let Some(strays @ 1..=STRAYS) = strays
            && let Some(place) = straight.to_mut().get_mut(start + line..start + line + strays + 2)
        {
            place.fill(0xFF);
            if let Some(marker) = place.get_mut(1) {
                *marker = 0xD8;
            }
        }
    }
    straight
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\ntrailer\n<<>>\nstartxref\n30\n%%EOF\n";

    fn code(file: &[u8]) -> &'static str {
        check(file).err().map_or("good", |error| error.code().as_str())
    }

    #[test]
    fn an_addition_that_lost_its_end_is_noticed() {
        let cut = format!("{WHOLE}7 0 obj\n<</Length 5>>\nstream\nabc");
        assert_eq!((code(WHOLE.as_bytes()), code(cut.as_bytes())), ("good", "file-damaged"));
        let finished = format!("{cut}\nendstream\nendobj\nxref\ntrailer\n<</Prev 30>>\nstartxref\n99\n");
        assert_eq!(code(finished.as_bytes()), "good", "its end marker alone is no loss");
        let without_table = WHOLE.split_once("xref").unwrap().0;
        assert_eq!(code(without_table.as_bytes()), "file-damaged", "neither table nor end");
        assert_eq!(code(format!("{without_table}trailer\n<<>>\n%%EOF").as_bytes()), "good");
        assert_eq!(code(format!("{WHOLE}\0\0 an object of mail: obj\n").as_bytes()), "good");
    }

    #[test]
    fn two_files_in_one_are_noticed_and_attached_ones_are_not() {
        assert_eq!(code(format!("{WHOLE}{WHOLE}").as_bytes()), "pdf-several");
        assert_eq!(code(format!("{WHOLE}\r\n\0{WHOLE}").as_bytes()), "pdf-several");
        let attached = format!(
            "%PDF-1.7\n5 0 obj\n<<>>\nstream\n{WHOLE}\nendstream\nendobj\n6 0 obj<<>>stream\r\n{WHOLE}endstream endobj\n{WHOLE}",
            WHOLE = WHOLE
        );
        let attached = attached.trim_end_matches(WHOLE).to_owned() + "startxref\n5\n%%EOF";
        assert_eq!(code(attached.as_bytes()), "good");
        let cut = format!("%PDF-1.4\n5 0 obj\n<</Length 900>>\nstream\nq 100 0 0 50 60 70 cm /Im{WHOLE}");
        assert_eq!(code(cut.as_bytes()), "pdf-several", "the first lost its end within a stream");
        let picture = "\u{1}".repeat(2 * BEFORE);
        let cut = format!("%PDF-1.4\n5 0 obj\n<</Length 900000>>\nstream\n{picture}{WHOLE}");
        assert_eq!(code(cut.as_bytes()), "pdf-several", "the first lost its end within a picture");
        let attached = format!("%PDF-1.4\n5 0 obj\n<<>>\nstream\n{WHOLE}{picture}\nendstream\nendobj\n{}", &WHOLE[9..]);
        assert_eq!(code(attached.as_bytes()), "good");
        let speaks = format!(
            "%PDF-1.4\n5 0 obj\n<</Length 40>>\nstream\nBT (files begin with %PDF-1.4) Tj ET\nendstream\n{}",
            &WHOLE[9..]
        );
        assert_eq!(code(speaks.as_bytes()), "good");
        let table = WHOLE.find("xref").unwrap();
        let own = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\nxref\ntrailer\n";
        let update = format!("{WHOLE}{own}<</Prev {table}>>\nstartxref\n99\n%%EOF\n");
        assert_eq!(code(update.as_bytes()), "good");
        // What only looks so: bookmarks, a file with an addition of its own, a table that is none.
        let marked = format!("{WHOLE}{}", WHOLE.replace("<<>>", "<</Title(a)/Prev 1 0 R>>"));
        assert_eq!(code(marked.as_bytes()), "pdf-several");
        let added = format!("{WHOLE}{WHOLE}1 0 obj\n<<>>\nendobj\nxref\ntrailer\n<</Prev {table}>>\nstartxref\n99\n%%EOF\n");
        assert_eq!(code(added.as_bytes()), "pdf-several");
        let nowhere = format!("{WHOLE}{own}<</Prev 3>>\nstartxref\n99\n%%EOF\n");
        assert_eq!(code(nowhere.as_bytes()), "pdf-several");
    }

    #[test]
    fn white_space_before_a_jpeg_becomes_fill_bytes_behind_its_start() {
        let file = b"<<>>\nstream\n\r\n\xff\xd8\xff\xe0rest";
        assert_eq!(&*with_straight_jpegs(file), b"<<>>\nstream\n\xff\xd8\xff\xff\xff\xe0rest");
        assert!(matches!(with_straight_jpegs(b"stream\n\xff\xd8\xff\xe0"), Cow::Borrowed(_)));
    }
}
