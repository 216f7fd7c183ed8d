//! Number and symbol, from the line `Số: 686/STTTT-CNTT`.

use std::sync::LazyLock;

use regex::Regex;

use super::super::settings::FieldSettings;
use super::super::types::DocumentType;
use super::found::{Found, weakest};
use super::layout::Segment;
use super::print::{SURE, digits_are_print};
use crate::model::field::{Doubt, FieldSource};
use crate::model::text::TextSource;

/// A symbol goes on at most so far below its line, in heights of a line.
const NEXT_LINE: f32 = 2.2;

/// Number and symbol, as far as they were found.
#[derive(Default)]
pub(super) struct NumberLine {
    pub number: Option<Found>,
    pub symbol: Option<Found>,
    /// Key of the type whose abbreviation the symbol begins with.
    pub type_key: Option<String>,
    /// Where the line comes from.
    pub source: Option<FieldSource>,
}

/// What the rest of the page says about the document, against which its symbol is held.
pub(super) enum Expected<'t> {
    /// A printed title names this type.
    Type(&'t DocumentType),
    /// A subject line makes it a letter.
    Letter,
    /// Nothing.
    Nothing,
}

/// What follows `Số:`, which engines also read as `$ố` and `S6`.
fn after_label(text: &str) -> Option<&str> {
    static LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[^\p{L}\p{N}$]{0,3}[Ss$][ốôóòõồổỗộoO06]\s*(?:[:;.,]\s*(?P<rest>.*)|(?P<bare>[\d/⁄.…].*)?)$").ok()
    });
    let captures = LABEL.as_ref()?.captures(text)?;
    Some(captures.name("rest").or_else(|| captures.name("bare")).map_or("", |rest| rest.as_str()))
}

/// Whether a piece of a line begins the number's line.
pub(super) fn is_number_line(segment: &Segment<'_>) -> bool {
    after_label(&segment.text).is_some()
}

/// Whether there is a digit or a symbol such as `QĐ-UBND` in `text`: neither is a part of a name.
pub(super) fn bears_number(text: &str, settings: &FieldSettings) -> bool {
    let is_symbol = |word: &str| {
        let head = word.replace('Ð', "Đ");
        let head = head.split_once(['-', '–']).map(|(head, _)| head);
        head.is_some_and(|head| settings.document_types.iter().any(|kind| !head.is_empty() && kind.abbreviation == head))
    };
    text.contains(|c: char| c.is_ascii_digit() || matches!(c, '/' | '⁄')) || text.split_whitespace().any(is_symbol)
}

/// Reads the first number line, across the gap that is left in it for a stamp.
pub(super) fn number_line(left: &[&Segment<'_>], expected: &Expected<'_>, settings: &FieldSettings) -> NumberLine {
    let mut offered = None;
    for label in left.iter().filter(|segment| is_number_line(segment)) {
        // Where a whole line was stamped over the blank one, the two make no sense together.
        for line in [label.joined_with(left), (*label).clone()] {
            let text = line.without_leaders();
            let read = after_label(&text).and_then(|rest| parts_of(&line, rest, expected, settings));
            if let Some(mut read) = read {
                go_on(&mut read, &line, left);
                if read.number.is_some() {
                    return read;
                }
                offered.get_or_insert(read);
            }
        }
    }
    offered.unwrap_or_default()
}

/// Adds to a symbol what of it may stand on the line below, as an offer: `Số: 12/QĐ-SNNMT-` / `VPĐKĐĐ`.
fn go_on(read: &mut NumberLine, line: &Segment<'_>, left: &[&Segment<'_>]) {
    let Some(symbol) = read.symbol.as_mut() else { return };
    let mut from_end = line.text.trim_end().chars().rev();
    let is_open =
        matches!(from_end.next(), Some('-' | '–' | '—' | '/' | '&')) && from_end.next().is_some_and(char::is_alphanumeric);
    let below = left.iter().find(|s| s.top > line.top + 0.5 * line.height());
    let below = below.filter(|s| s.top - line.top < NEXT_LINE * line.height().max(s.height()) && !s.text.contains(' '));
    let rest = below.map(|s| s.text.trim_end_matches(|c: char| !c.is_alphanumeric())).filter(|rest| {
        let bare = rest.trim_start_matches(['-', '–', '—', '&']);
        bare.chars().count() >= 2 && is_symbol(bare) && (is_open || bare != *rest || bare.contains('-'))
    });
    if let Some(rest) = rest {
        let joint = if rest.starts_with(char::is_alphanumeric) && !line.text.trim_end().ends_with('&') { "-" } else { "" };
        symbol.others.push(format!("{}{joint}{}", symbol.value, rest.replace(['–', '—'], "-").replace('Ð', "Đ")));
    }
    if is_open || rest.is_some() {
        symbol.doubt(Doubt::Unfinished);
    }
}

fn parts_of(line: &Segment<'_>, rest: &str, expected: &Expected<'_>, settings: &FieldSettings) -> Option<NumberLine> {
    static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(?P<number>\d{0,5})\s*(?:[/⁄]\s*(?P<year>(?:19|20)\d\d\s*[/⁄]\s*)?(?P<symbol>\p{L}[\p{L}\d&.\s–—-]*))?$")
            .ok()
    });
    static SYMBOL_ALONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[^/⁄]{0,12}?(?P<number>)[/⁄]\s*(?P<year>(?:19|20)\d\d\s*[/⁄]\s*)?(?P<symbol>\p{Lu}[\p{L}\d&.\s–—-]*)$").ok()
    });
    let plain = rest.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '⁄'));
    let plain = plain.trim_end_matches(|c: char| !c.is_alphanumeric());
    // Where no number can be made out, the symbol behind the slash is still print.
    let captures = NUMBER.as_ref()?.captures(plain).or_else(|| SYMBOL_ALONE.as_ref()?.captures(plain))?;
    let number = captures.name("number").map_or("", |number| number.as_str());
    let printed_year = captures.name("year").map_or("", |year| year.as_str());
    let year: String = printed_year.replace('⁄', "/").replace(' ', "");
    let printed_symbol = captures.name("symbol").map_or("", |symbol| symbol.as_str());
    let symbol: Option<String> = captures.name("symbol").map(|symbol| {
        symbol.as_str().replace(['–', '—'], "-").replace('Ð', "Đ").chars().filter(|c| !c.is_whitespace()).collect()
    });
    if number.is_empty() && symbol.is_none() {
        return None;
    }
    let Evidence { known, of_number, of_symbol, contradicted } = held_against(symbol.as_deref(), expected, settings);
    let with_digits = || line.words.iter().copied().filter(|word| word.text.contains(|c: char| c.is_ascii_digit()));
    let embedded = with_digits().all(|word| word.source == TextSource::Embedded);
    // Printed, number and slash are one word. What stands apart was put there later.
    let apart = !embedded && symbol.is_some() && stands_apart(rest);
    let is_print = digits_are_print(line) && !apart;
    // Numbers below 10 are written with a zero before them: a single digit lost its neighbour.
    let short = if number.len() == 1 && !embedded { 0.8 } else { 1.0 };
    let number = (!number.is_empty()).then(|| {
        let mut found =
            Found::new(number, weakest(with_digits()), of_number * short).said_by(with_digits()).or_read_as(with_digits());
        if !is_print {
            found.doubt(Doubt::NotPrint);
        }
        if contradicted {
            found.doubt(Doubt::Contradicted);
        }
        found
    });
    let words = weakest(line.words.iter().copied());
    let symbol = symbol.map(|symbol| {
        let mut found = Found::new(format!("{year}{symbol}"), words, of_symbol)
            .said_by(line.words.iter().copied())
            .read_as(format!("{printed_year}{printed_symbol}"));
        if number.is_none() {
            found.doubt(Doubt::Unfinished);
        }
        if found.source == FieldSource::Ocr && words.share() < SURE {
            found.doubt(Doubt::Unsure);
        }
        if contradicted {
            found.doubt(Doubt::Contradicted);
        }
        found
    });
    let source = symbol.as_ref().or(number.as_ref()).map(|found| found.source);
    Some(NumberLine { number, symbol, type_key: known, source })
}

/// Whether there is a blank between number and slash, or more than one before the number.
fn stands_apart(rest: &str) -> bool {
    static APART: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\W*\d+\s+[/⁄]").ok());
    APART.as_ref().is_some_and(|apart| apart.is_match(rest))
}

/// What the page says of a symbol.
struct Evidence {
    /// Key of the type that it names.
    known: Option<String>,
    of_number: f64,
    of_symbol: f64,
    contradicted: bool,
}

/// A symbol that repeats the printed type proves that the line was read well; one that belongs
/// to another type, or to none, may be handwriting read as print.
fn held_against(symbol: Option<&str>, expected: &Expected<'_>, settings: &FieldSettings) -> Evidence {
    let head = symbol.and_then(|symbol| symbol.split('-').next()).unwrap_or_default();
    let bears = |kind: &&DocumentType| !kind.abbreviation.is_empty() && kind.abbreviation == head;
    // Several types have one abbreviation; the printed title says which of them it is.
    let printed = match expected {
        Expected::Type(printed) => Some(*printed),
        _ => None,
    };
    let known = printed.filter(bears).or_else(|| settings.document_types.iter().find(bears));
    let parts = symbol.map_or(0, |symbol| symbol.split('-').filter(|part| !part.is_empty()).count());
    let well_formed = symbol.is_some_and(is_symbol);
    let (of_number, of_symbol, contradicted) = match (known, expected) {
        _ if !well_formed => (0.5, 0.4, false),
        (Some(known), Expected::Type(printed)) if known.key == printed.key => (1.0, 1.0, false),
        (Some(_), Expected::Type(_)) => (0.5, 0.5, true),
        (Some(_), _) => (0.9, 0.9, false),
        (None, Expected::Type(printed)) if !printed.abbreviation.is_empty() => (0.5, 0.5, true),
        (None, Expected::Letter) if parts >= 2 => (0.95, 0.95, false),
        (None, _) => (0.75, 0.75, false),
    };
    Evidence { known: known.map(|kind| kind.key.clone()), of_number, of_symbol, contradicted }
}

/// Whether a symbol is made of capitals (with the few small letters of `TTr`, `QyĐ`, `TCg`),
/// joined by `-`, `&` and `.`. Digits are rare in symbols, and an `8` in one may be a `B`; so is a letter of
/// another alphabet that only looks like one of ours.
fn is_symbol(symbol: &str) -> bool {
    let is_ours = |c: char| matches!(c, '\0'..='\u{24f}' | '\u{300}'..='\u{36f}' | '\u{1e00}'..='\u{1eff}');
    symbol.split(['-', '&', '.']).all(|part| {
        let capitals = part.chars().filter(|c| c.is_uppercase()).count();
        let small = part.chars().filter(|c| c.is_lowercase()).count();
        (1..=14).contains(&capitals) && small <= 1 && !part.contains(char::is_numeric) && part.chars().all(is_ours)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_is_known_with_and_without_what_follows() {
        for (text, rest) in [
            ("Số: 15/QĐ-SNV", "15/QĐ-SNV"),
            ("Số:", ""),
            ("S6: /QĐ-SNV", "/QĐ-SNV"),
            ("Số 15/QĐ-SNV", "15/QĐ-SNV"),
            ("$ố ;15", "15"),
            ("Số", ""),
        ] {
            assert_eq!(after_label(text), Some(rest), "{text}");
        }
        for text in ["SỞ NỘI VỤ", "Sông Hồng", "So sánh", "Cơ sở: 15"] {
            assert_eq!(after_label(text), None, "{text}");
        }
    }

    #[test]
    fn letters_of_other_alphabets_make_no_symbol() {
        assert!(is_symbol("QĐ-UBND") && is_symbol("TTr-SNV") && is_symbol("STTTT-CNTT&BCVT"));
        assert!(!is_symbol("QĐ-U\u{412}ND"), "a Cyrillic letter");
    }

    #[test]
    fn numbers_and_symbols_are_no_part_of_names() {
        for text in ["178 /QĐ-UBND", "HÀ NỘI QĐ-UBND", "/QĐ-UBND", "NQ-HĐND", "TTr-SNV"] {
            assert!(bears_number(text, &FieldSettings::default()), "{text}");
        }
        for text in ["SỞ NỘI VỤ", "VĂN PHÒNG HĐND-UBND", "ỦY BAN NHÂN DÂN", "CÔNG TY TNHH - MTV"] {
            assert!(!bears_number(text, &FieldSettings::default()), "{text}");
        }
    }
}
