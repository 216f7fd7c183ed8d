//! What notes on pages say. Viewers show it in a window of its own when somebody points at the note, so it
//! stands on no page, and is named for people to look at.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, String as PdfString};

use super::unshown::text;
use crate::model::scan::Note;

/// Notes of a file that are named, and characters of each.
const NOTES: usize = 200;
const CHARACTERS: usize = 500;
/// Bits of `F`: hidden, and not shown on a screen.
const HIDDEN: u32 = 0b10_0010;
/// Kinds that say what they say on the page, or nothing: fields, links, windows of other notes, files (named
/// as such) and what printers put there.
const SHOWN_OR_SILENT: [&[u8]; 8] =
    [b"Widget", b"Link", b"Popup", b"FreeText", b"FileAttachment", b"PrinterMark", b"TrapNet", b"Watermark"];

/// The notes on the pages of a PDF, from first to last, with the number of their page from 1.
pub(super) fn notes(pdf: &Pdf) -> Vec<Note> {
    let mut found = Vec::new();
    for (page, number) in pdf.pages().iter().zip(1..) {
        let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots".as_slice()) else { continue };
        for annotation in annotations.iter::<Dict<'_>>() {
            if found.len() >= NOTES {
                return found;
            }
            found.extend(said_by(&annotation).map(|text| Note { page: number, text }));
        }
    }
    found
}

/// What a note says that the page does not show.
fn said_by(annotation: &Dict<'_>) -> Option<String> {
    let kind = annotation.get::<Name<'_>>(b"Subtype".as_slice())?;
    let hidden = annotation.get::<u32>(b"F".as_slice()).unwrap_or(0) & HIDDEN != 0;
    if hidden || SHOWN_OR_SILENT.contains(&kind.as_ref()) {
        return None;
    }
    let plain = annotation.get::<PdfString<'_>>(b"Contents".as_slice()).map(|said| text(said.as_bytes(), CHARACTERS));
    let plain = plain.filter(|said| !said.is_empty());
    plain.or_else(|| rich_text(annotation)).filter(|said| !said.is_empty())
}

/// The text of a note that is told in XHTML alone.
fn rich_text(annotation: &Dict<'_>) -> Option<String> {
    let bytes = match annotation.get::<Object<'_>>(b"RC".as_slice())? {
        Object::String(said) => said.as_bytes().to_vec(),
        Object::Stream(said) => said.decoded_data().ok()?.to_vec(),
        _ => return None,
    };
    // Tags are no longer than what they hold in notes that people write.
    let marked = text(&bytes, CHARACTERS * 8);
    let mut said = String::new();
    let mut in_tag = false;
    for c in marked.chars() {
        match c {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                said.push(' ');
            }
            c if !in_tag => said.push(c),
            _ => {}
        }
    }
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(said.chars().take(CHARACTERS).collect())
}
