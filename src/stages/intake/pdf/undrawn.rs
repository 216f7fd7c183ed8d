//! Fields and notes that say what is to be seen, but not how.
//!
//! Each viewer makes up their appearance, so they show on every screen; what draws pages here does not. A
//! page that would lose what was filled in or noted is refused.

use hayro_syntax::Pdf;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::dict::keys;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use hayro_syntax::page::Page;

use super::super::error::IntakeError;
use super::dict::{dicts, has_area, is_hidden};
use super::unshown::text;

/// A field whose parents go on for longer is in a circle.
const PARENTS: usize = 32;
/// Characters of a value that are compared with what is shown.
const VALUE: usize = 200;
/// The bit of a field's flags that hides what is typed.
const PASSWORD: i32 = 1 << 13;
/// Notes that viewers draw by what they say. Links and pop-ups show nothing on paper, attached files and
/// notes behind a symbol no more than the symbol.
const DRAWN: [&[u8]; 14] = [
    b"FreeText",
    b"Line",
    b"Square",
    b"Circle",
    b"Polygon",
    b"PolyLine",
    b"Highlight",
    b"Underline",
    b"Squiggly",
    b"StrikeOut",
    b"Stamp",
    b"Caret",
    b"Ink",
    b"Redact",
];

/// Refuses a page with a filled field or a note that could not be drawn.
pub(super) fn check(pdf: &Pdf, page: &Page<'_>) -> Result<(), IntakeError> {
    let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots".as_slice()) else { return Ok(()) };
    let form = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()).and_then(|catalog| catalog.get::<Dict<'_>>(keys::ACRO_FORM));
    let stale = form.and_then(|form| form.get::<bool>(b"NeedAppearances".as_slice())) == Some(true);
    for annotation in dicts(&annotations) {
        if is_hidden(&annotation) {
            continue;
        }
        let kind = annotation.get::<Name<'_>>(b"Subtype".as_slice());
        let kind = kind.as_ref().map_or(b"".as_slice(), |kind| kind.as_ref());
        let lost = match kind {
            b"Widget" => loses_value(&annotation, stale),
            _ => DRAWN.contains(&kind) && !has_appearance(&annotation) && has_area(&annotation),
        };
        if lost {
            let kind = String::from_utf8_lossy(kind).into_owned();
            return Err(IntakeError::NoAppearance { kind });
        }
    }
    Ok(())
}

fn appearance<'a>(annotation: &Dict<'a>) -> Option<Object<'a>> {
    annotation.get::<Dict<'a>>(b"AP".as_slice())?.get::<Object<'a>>(b"N".as_slice())
}

/// Whether there is an appearance for the annotation as it stands.
fn has_appearance(annotation: &Dict<'_>) -> bool {
    match appearance(annotation) {
        Some(Object::Stream(_)) => true,
        Some(Object::Dict(states)) => {
            let state = annotation.get::<Name<'_>>(b"AS".as_slice());
            // A state that is not listed shows nothing, and is meant to: that of an empty box. Without a
            // state nothing is shown at all.
            state.is_some_and(|state| states.contains_key(state.as_ref()) || state.as_ref() == b"Off")
        }
        _ => false,
    }
}

/// Whether the value of a field would not be seen.
fn loses_value(widget: &Dict<'_>, stale: bool) -> bool {
    let kind = inherited(widget, b"FT").and_then(Object::into_name);
    has_area(widget)
        && match kind.as_ref().map(|kind| kind.as_ref()) {
            Some(b"Tx" | b"Ch") => {
                let filled = |key: &[u8]| inherited(widget, key).is_some_and(|value| is_filled(&value));
                // Programs that fill in forms often leave the empty appearance as it was.
                (filled(b"V") || filled(b"RV"))
                    && (!has_appearance(widget) || shows_no_text(widget) || (stale && shows_other_text(widget)))
            }
            Some(b"Btn") => loses_tick(widget),
            _ => false,
        }
}

/// Whether a button that is on would not be seen; push buttons are for the screen.
fn loses_tick(widget: &Dict<'_>) -> bool {
    let is_on = |state: &Name<'_>| !matches!(state.as_ref(), b"Off" | b"");
    if let Some(state) = widget.get::<Name<'_>>(b"AS".as_slice()) {
        return is_on(&state) && !has_appearance(widget);
    }
    let Some(value) = inherited(widget, b"V").and_then(Object::into_name).filter(is_on) else { return false };
    match appearance(widget) {
        // Of buttons that belong together the one that is on is the one that knows this state.
        Some(Object::Dict(states)) => states.contains_key(value.as_ref()),
        Some(Object::Stream(_)) => false,
        _ => true,
    }
}

fn is_filled(value: &Object<'_>) -> bool {
    match value {
        Object::String(text) => says(text),
        Object::Array(values) => values.iter::<PdfString<'_>>().any(|text| says(&text)),
        Object::Name(_) | Object::Stream(_) => true,
        _ => false,
    }
}

fn says(text: &PdfString<'_>) -> bool {
    text.as_bytes().iter().any(|byte| !matches!(byte, 0 | b' ' | b'\r' | b'\n' | 0xFE | 0xFF))
}

/// Whether an appearance has no text at all.
fn shows_no_text(widget: &Dict<'_>) -> bool {
    let Some(Object::Stream(stream)) = appearance(widget) else { return false };
    !draws_something(&stream)
}

/// Whether an appearance that the file calls out of date shows another text than the value. Only letters
/// and digits count that are one byte in both; where there are none, nothing is said.
fn shows_other_text(widget: &Dict<'_>) -> bool {
    let flags = inherited(widget, b"Ff").and_then(Object::into_i32).unwrap_or(0);
    let is_text = inherited(widget, b"FT").and_then(Object::into_name).is_some_and(|kind| kind.as_ref() == b"Tx");
    let Some(Object::Stream(stream)) = appearance(widget).filter(|_| is_text && flags & PASSWORD == 0) else { return false };
    let (Some(Object::String(value)), Ok(content)) = (inherited(widget, b"V"), stream.decoded_data()) else { return false };
    let mut shown: Vec<u8> = Vec::new();
    let mut content = TypedIter::new(&content);
    while let Some(operation) = content.next() {
        match operation {
            TypedInstruction::ShowText(text) => shown.extend_from_slice(text.0.as_bytes()),
            TypedInstruction::NextLineAndShowText(text) => shown.extend_from_slice(text.0.as_bytes()),
            TypedInstruction::ShowTextWithParameters(text) => shown.extend_from_slice(text.2.as_bytes()),
            TypedInstruction::ShowTexts(texts) => {
                for text in texts.0.iter::<Object<'_>>() {
                    if let Object::String(text) = text {
                        shown.extend_from_slice(text.as_bytes());
                    }
                }
            }
            // What another form shows is not looked into.
            TypedInstruction::XObject(_) => return false,
            _ => {}
        }
    }
    if shown.iter().any(|byte| *byte < b' ' && !byte.is_ascii_whitespace()) {
        return false;
    }
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let shown: String = shown.into_iter().map(char::from).collect();
    let (value, shown) = (plain(&text(value.as_bytes(), VALUE)), plain(&shown));
    !value.is_empty() && !shown.contains(&value)
}

fn draws_something(stream: &Stream<'_>) -> bool {
    let Ok(data) = stream.decoded_data() else { return false };
    let mut content = TypedIter::new(&data);
    while let Some(operation) = content.next() {
        let draws = matches!(
            operation,
            TypedInstruction::ShowText(_)
                | TypedInstruction::ShowTexts(_)
                | TypedInstruction::NextLineAndShowText(_)
                | TypedInstruction::ShowTextWithParameters(_)
                | TypedInstruction::XObject(_)
        );
        if draws {
            return true;
        }
    }
    false
}

/// An entry of a field, which may stand at a parent.
fn inherited<'a>(field: &Dict<'a>, key: &[u8]) -> Option<Object<'a>> {
    let mut here = field.clone();
    for _ in 0..PARENTS {
        if let Some(value) = here.get::<Object<'a>>(key) {
            return Some(value);
        }
        here = here.get::<Dict<'a>>(b"Parent".as_slice())?;
    }
    None
}
