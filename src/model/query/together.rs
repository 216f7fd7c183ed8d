//! Words that are one thing although blanks part them: dates written out, numbers in groups.

use super::parse::any_code;
use super::period::day_of;
use super::{Condition, Span, WordsForm};

/// Longest code that is typed in pieces.
const MAX_PIECES: usize = 6;
/// Letters of a capital piece of a code, as in `BX 460329`.
const MAX_CAPITALS: usize = 6;

/// Gives neighbours that are a date or a code together the chance to be found as one. They are
/// found in pieces still.
pub(super) fn join_what_belongs_together(parts: Vec<Condition>) -> Vec<Condition> {
    let mut joined = Vec::with_capacity(parts.len());
    let mut rest = parts.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let dated = [6, 5].into_iter().find_map(|length| Some((length, day_in(rest.get(..length)?)?)));
        if let Some((length, day)) = dated {
            let (pieces, after) = rest.split_at(length);
            joined.push(Condition::Any(vec![
                Condition::Dated(Span { from: Some(day), to: Some(day) }),
                Condition::All(pieces.to_vec()),
            ]));
            rest = after;
            continue;
        }
        let pieces = rest.iter().take(MAX_PIECES).take_while(|part| plain_word(part).is_some_and(is_piece)).count();
        let (run, behind) = rest.split_at(pieces);
        if pieces > 1 && run.iter().filter_map(plain_word).any(has_digit) {
            let code: String = run.iter().filter_map(plain_word).collect();
            joined.push(Condition::Any(vec![any_code(&code), Condition::All(run.to_vec())]));
            rest = behind;
            continue;
        }
        joined.push(first.clone());
        rest = after;
    }
    joined
}

fn plain_word(part: &Condition) -> Option<&str> {
    match part {
        Condition::Text(words) if words.form == WordsForm::Word => Some(&words.typed),
        _ => None,
    }
}

fn day_in(parts: &[Condition]) -> Option<time::Date> {
    let words: Option<Vec<&str>> = parts.iter().map(plain_word).collect();
    day_of(words?.join(" ").trim_end_matches([',', '.', ';']))
}

/// Whether a word can be a piece of a number or code: digits, or a few capitals.
fn is_piece(word: &str) -> bool {
    let letters = || word.chars().filter(|c| c.is_alphanumeric());
    has_digit(word) && letters().all(|c| c.is_ascii_digit() || c.is_uppercase())
        || letters().count() <= MAX_CAPITALS
            && letters().all(|c| c.is_uppercase() || c.is_ascii_digit())
            && letters().next().is_some()
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit())
}
