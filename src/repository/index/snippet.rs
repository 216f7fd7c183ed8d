//! The piece of a text that shows why it was found.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

use super::words::{Form, words};

/// About the length of a snippet, in bytes.
const LENGTH: usize = 200;
/// Signs of a number or code that may be grouped otherwise, and the most groups.
const MIN_CODE: usize = 4;
const MAX_GROUPS: usize = 6;

/// A piece of original text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Snippet {
    /// The text on one line, with `…` where it was cut.
    pub text: String,
    /// What matched, as bytes of `text`, in order and apart from one another.
    pub matches: Vec<Range<usize>>,
}

impl Snippet {
    /// The text with `open` and `close` around what matched.
    pub fn marked(&self, open: &str, close: &str) -> String {
        let mut marked = String::new();
        let mut from = 0;
        for place in &self.matches {
            let (before, found) = (self.text.get(from..place.start), self.text.get(place.clone()));
            marked.extend([before.unwrap_or_default(), open, found.unwrap_or_default(), close]);
            from = place.end;
        }
        marked.push_str(self.text.get(from..).unwrap_or_default());
        marked
    }
}

/// A run of words to look for. Those with marks have to match with them to count fully.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub(super) exact: Vec<String>,
    pub(super) folded: Vec<String>,
}

/// A word of the text that belongs to a match.
struct Found {
    place: Range<usize>,
    wanted: usize,
    exact: bool,
}

/// Cuts the piece with the most of what is wanted out of `text`; none if there is nothing of it.
pub(super) fn around_matches(text: &str, wanted: &[Wanted]) -> Option<Snippet> {
    let found = find(text, wanted);
    let best = (0..found.len()).max_by(|a, b| worth(&found, *a).cmp(&worth(&found, *b)).then(b.cmp(a)))?;
    let start = found.get(best)?.place.start;
    let end = found.iter().skip(best).map(|f| f.place.end).take_while(|end| end - start <= LENGTH).last().unwrap_or(start);
    // What room is left goes to both sides of the matches.
    let spare = LENGTH.saturating_sub(end - start);
    Some(cut(text, start.saturating_sub(spare / 3)..end.max(start).saturating_add(spare - spare / 3), &found))
}

/// The beginning of `text`, without matches.
pub(super) fn beginning(text: &str) -> Snippet {
    cut(text, 0..LENGTH, &[])
}

fn find(text: &str, wanted: &[Wanted]) -> Vec<Found> {
    let places: Vec<_> = words(text).collect();
    let of = |form: Form| places.iter().map(|p| form.of(text.get(p.clone()).unwrap_or_default())).collect::<Vec<_>>();
    let (exact, folded) = (of(Form::Exact), of(Form::Folded));
    let mut found = Vec::new();
    for (number, one) in wanted.iter().enumerate() {
        let length = one.folded.len().max(1);
        for (at, window) in folded.windows(length).enumerate() {
            if window != one.folded {
                continue;
            }
            let is_exact = exact.get(at..at + length) == Some(&one.exact);
            let run = places.iter().skip(at).take(length);
            found.extend(run.map(|place| Found { place: place.clone(), wanted: number, exact: is_exact }));
        }
        for run in in_other_groups(&folded, &one.folded) {
            let run = places.get(run).unwrap_or_default();
            found.extend(run.iter().map(|place| Found { place: place.clone(), wanted: number, exact: true }));
        }
    }
    found.sort_by_key(|f| (f.place.start, f.wanted));
    found
}

/// Where a number or code stands that is grouped otherwise than it was typed: `015 072 544 472` for `015072544472`.
fn in_other_groups(words: &[String], typed: &[String]) -> Vec<Range<usize>> {
    let code = typed.concat();
    if code.len() < MIN_CODE || !code.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let length_at = |at: usize| {
        let mut rest = code.as_str();
        for (length, word) in (1..).zip(words.get(at..)?.iter().take(MAX_GROUPS)) {
            rest = rest.strip_prefix(word.as_str())?;
            if rest.is_empty() {
                return Some(length);
            }
        }
        None
    };
    (0..words.len())
        .filter_map(|at| length_at(at).filter(|length| *length != typed.len()).map(|length| at..at + length))
        .collect()
}

/// How much of what is wanted stands in the piece from the match `from` on: first how many
/// different ones exactly, then in any form, then how close.
fn worth(found: &[Found], from: usize) -> (usize, usize, usize) {
    let Some(start) = found.get(from).map(|f| f.place.start) else { return (0, 0, 0) };
    let (mut exact, mut any, mut last) = (Vec::new(), Vec::new(), start);
    for f in found.iter().skip(from).take_while(|f| f.place.end - start <= LENGTH) {
        if f.exact && !exact.contains(&f.wanted) {
            exact.push(f.wanted);
        }
        if !any.contains(&f.wanted) {
            any.push(f.wanted);
            last = f.place.end;
        }
    }
    (exact.len(), any.len(), LENGTH.saturating_sub(last - start))
}

/// Cuts whole words, on one line.
fn cut(text: &str, range: Range<usize>, found: &[Found]) -> Snippet {
    let mut snippet = Snippet { text: String::new(), matches: Vec::new() };
    let mut at = 0;
    let mut left_out_at_end = false;
    for piece in text.split_inclusive(char::is_whitespace) {
        let start = at;
        at += piece.len();
        let piece = piece.trim_end();
        let end = start + piece.len();
        if piece.is_empty() || end <= range.start {
            continue;
        }
        if start >= range.end {
            left_out_at_end = true;
            break;
        }
        // Something without spaces may be longer than a snippet.
        let (from, to) = if piece.len() <= LENGTH { (start, end) } else { (start.max(range.start), end.min(range.end)) };
        let (from, to) = (text.ceil_char_boundary(from), text.floor_char_boundary(to));
        if !snippet.text.is_empty() {
            snippet.text.push(' ');
        } else if text.get(..from).is_some_and(|before| !before.trim().is_empty()) {
            snippet.text.push('…');
        }
        let offset = snippet.text.len();
        snippet.text.push_str(text.get(from..to).unwrap_or_default());
        for f in found.iter().filter(|f| f.place.start >= from && f.place.end <= to) {
            let place = f.place.start - from + offset..f.place.end - from + offset;
            if snippet.matches.last() != Some(&place) {
                snippet.matches.push(place);
            }
        }
        left_out_at_end = to < end;
    }
    if left_out_at_end {
        snippet.text.push('…');
    }
    snippet
}

#[cfg(test)]
mod tests {
    use super::super::words::forms;
    use super::*;

    fn wanted(text: &str) -> Wanted {
        Wanted { exact: forms(text, Form::Exact), folded: forms(text, Form::Folded) }
    }

    #[test]
    fn original_text_is_shown_around_a_match_without_marks() {
        let text = format!("{}\n\nỦy ban ra Quyết\nĐịnh số 15. {}", "đầu trang ".repeat(60), "cuối trang ".repeat(60));
        let snippet = around_matches(&text, &[wanted("quyet"), wanted("dinh")]).unwrap();
        assert!(snippet.marked("[", "]").contains("Ủy ban ra [Quyết] [Định] số 15."), "{snippet:?}");
        assert!(snippet.text.starts_with('…') && snippet.text.ends_with('…'));
        assert!(snippet.text.len() < LENGTH + 60 && !snippet.text.contains('\n'));
    }

    #[test]
    fn the_piece_with_most_of_the_words_is_shown() {
        let text = format!("đất ở. {} giao đất cho dân {}", "x ".repeat(300), "y ".repeat(300));
        let snippet = around_matches(&text, &[wanted("giao"), wanted("đất")]).unwrap();
        assert!(snippet.marked("[", "]").contains("[giao] [đất] cho"), "{snippet:?}");
    }

    #[test]
    fn a_phrase_is_marked_only_as_a_whole() {
        let snippet = around_matches("15 ngày. Số 15/QĐ-UBND.", &[wanted("15/QĐ-UBND")]).unwrap();
        assert_eq!(snippet.marked("[", "]"), "15 ngày. Số [15]/[QĐ]-[UBND].");
        assert_eq!(around_matches("không có gì", &[wanted("15/QĐ")]), None);
    }

    #[test]
    fn a_number_is_marked_however_it_is_grouped() {
        for (text, typed, marked) in [
            ("số 015 072 544 472 cấp", "015072544472", "số [015] [072] [544] [472] cấp"),
            ("số 015072544472 cấp", "015.072.544.472", "số [015072544472] cấp"),
            ("Số: 3034/QĐ-UBND", "3034QĐUBND", "Số: [3034]/[QĐ]-[UBND]"),
            ("sổ BX460329", "bx 460329", "sổ [BX460329]"),
        ] {
            assert_eq!(around_matches(text, &[wanted(typed)]).unwrap().marked("[", "]"), marked, "{typed}");
        }
        // Part of a longer number is not it, nor are words in a row one word.
        assert_eq!(around_matches("1015 072 544 472, 015 072 544", &[wanted("015072544472")]), None);
        assert_eq!(around_matches("ban an", &[wanted("banan")]), None);
    }

    #[test]
    fn text_without_spaces_is_cut_between_characters() {
        let snippet = beginning(&"ộ".repeat(500));
        assert!(snippet.text.ends_with('…') && snippet.text.len() <= LENGTH + 3);
        assert_eq!(beginning("").text, "");
    }
}
