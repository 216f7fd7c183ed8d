//! Numbers, codes and dates in a text, for those who type them in other groups or spellings.

use std::collections::BTreeSet;
use std::ops::Range;

use time::Date;

use super::words::words;
use crate::model::query::{period_of, squeeze};
use crate::model::vietnamese::fold;

/// Pieces of a code that are found together.
const MAX_PIECES: usize = 6;
/// Letters of a piece without digits, as in `UBND`.
const MAX_LETTERS: usize = 12;
/// A code of one piece that is worth an entry of its own; shorter ones are found as words.
const MIN_SINGLE: usize = 4;

/// The codes of `text` by their letters and digits, whole and in all their parts: of `Số: 15 /QĐ-UBND`
/// `15qd`, `15qdubnd` and `qdubnd`; of `015 072 544 472` also `015072544472`.
pub(super) fn codes_in(text: &str) -> BTreeSet<String> {
    let places: Vec<Range<usize>> = words(text).collect();
    let piece = |place: &Range<usize>| text.get(place.clone()).filter(|word| is_piece(word));
    let mut codes = BTreeSet::new();
    for (first, place) in places.iter().enumerate() {
        let Some(word) = piece(place) else { continue };
        let mut code = squeeze(word);
        let mut has_digit = has_digit_in(word);
        if has_digit && code.len() >= MIN_SINGLE {
            codes.insert(code.clone());
        }
        let mut before = (place, word);
        for place in places.iter().skip(first + 1).take(MAX_PIECES - 1) {
            let Some(word) = piece(place) else { break };
            let between = text.get(before.0.end..place.start).unwrap_or_default();
            if !joins(between, before.1, word) {
                break;
            }
            code.push_str(&squeeze(word));
            has_digit |= has_digit_in(word);
            if has_digit || !between.trim().is_empty() {
                codes.insert(code.clone());
            }
            before = (place, word);
        }
    }
    codes
}

/// All parts of a code, each piece too: of `H38.16-230706-0012` `0012`, `2307060012` and so on.
pub(super) fn parts_of(code: &str) -> BTreeSet<String> {
    let pieces: Vec<String> = words(code).filter_map(|place| code.get(place)).map(squeeze).collect();
    let mut parts = BTreeSet::new();
    for from in 0..pieces.len() {
        parts.extend((from + 1..=pieces.len()).filter_map(|to| Some(pieces.get(from..to)?.concat())));
    }
    parts
}

/// The days that stand in `text`, in figures or written out.
pub(super) fn dates_in(text: &str) -> BTreeSet<u64> {
    let places: Vec<Range<usize>> = words(text).collect();
    let word = |at: usize| places.get(at).and_then(|place| text.get(place.clone())).unwrap_or_default();
    let is_number = |at: usize| !word(at).is_empty() && word(at).bytes().all(|b| b.is_ascii_digit());
    let mut days = BTreeSet::new();
    for at in (0..places.len()).filter(|at| is_number(*at)) {
        let (Some(start), Some(third)) = (places.get(at).map(|place| place.start), places.get(at + 2)) else { continue };
        let in_figures = is_number(at + 1) && is_number(at + 2);
        let spoken = fold(word(at + 1)) == "thang" && is_number(at + 2) && fold(word(at + 3)) == "nam" && is_number(at + 4);
        let written = match (in_figures, spoken) {
            // Numbers beside each other are a table, and none of them a date.
            (true, _) => text.get(start..third.end).filter(|written| written.contains(['/', '-', '.'])).map(str::to_owned),
            (_, true) => Some(format!("{}/{}/{}", word(at), word(at + 2), word(at + 4))),
            _ => None,
        };
        let period = written.and_then(|written| period_of(&written)).filter(|(first, last)| first == last);
        days.extend(period.map(|(day, _)| number_of(day)));
    }
    days
}

/// A day as the number YYYYMMDD, so that later days have greater numbers.
pub(super) fn number_of(day: Date) -> u64 {
    let year = u64::try_from(day.year()).unwrap_or(0);
    year * 10_000 + u64::from(u8::from(day.month())) * 100 + u64::from(day.day())
}

fn has_digit_in(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit())
}

/// Whether a word can be a piece of a code: digits, capitals, or both; `TTg` and `BTNMT` too.
fn is_piece(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters <= MAX_LETTERS && (capitals == letters || capitals >= 2) && (has_digit_in(word) || capitals >= 1)
}

/// Whether two pieces with this between them are parts of one code.
fn joins(between: &str, one: &str, next: &str) -> bool {
    if between.contains('\n') {
        return false;
    }
    match between.trim() {
        // Words in capitals beside each other are a heading.
        "" => has_digit_in(one) || has_digit_in(next),
        sign => matches!(sign, "/" | "-" | "–" | "." | "_" | "\\"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_whole_and_in_parts_however_they_are_grouped() {
        let codes = codes_in("Số: 3034 /QĐ-UBND\nCCCD 015 072 544 472, sổ BX 460329 và 015072544472 QĐ-TTg");
        for code in ["3034qdubnd", "qdubnd", "015072544472", "072544472", "bx460329", "qdttg", "3034qd"] {
            assert!(codes.contains(code), "{code}: {codes:?}");
        }
        assert_eq!(codes_in("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nnăm 15"), BTreeSet::new());
        assert!(codes_in(&"1 ".repeat(1000)).len() <= MAX_PIECES);
    }

    #[test]
    fn a_code_has_all_its_parts() {
        let parts = parts_of("H38.16-230706-0012");
        for part in ["0012", "h3816", "2307060012", "h38162307060012"] {
            assert!(parts.contains(part), "{part}");
        }
        assert_eq!(parts.len(), 10);
    }

    #[test]
    fn dates_are_found_in_every_spelling() {
        let text = "Lào Cai, ngày 15 tháng 9 năm 2025. Sinh 01/02/1980; 2024-12-31; 3.4.2021, 31/02/2020, 12/2020, 1 2 2010";
        assert_eq!(dates_in(text).into_iter().collect::<Vec<_>>(), [19_800_201, 20_210_403, 20_241_231, 20_250_915]);
    }
}
