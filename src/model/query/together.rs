//! Words that are one thing although blanks part them: dates written out, numbers in groups.

use time::Date;

use super::period::{period_of, written_date};
use super::{CodeFact, Condition, Span, Words, WordsForm};
use crate::model::vietnamese::fold;

/// Longest code that is typed in pieces.
const MAX_PIECES: usize = 6;
/// Letters of a capital piece of a code, as in `BX 460329`.
const MAX_CAPITALS: usize = 6;
/// Words of a date whose parts are typed apart: `15 9 2025`, `tháng 9 2025`. Two numbers are none.
const MIN_DATE_WORDS: usize = 3;
/// Words of a date that is written out: `ngày hai mươi lăm tháng mười hai năm hai nghìn không trăm hai mươi lăm`.
const MAX_DATE_WORDS: usize = 16;
/// Figures from which a number in groups is one, and not several beside each other.
const MIN_GROUPED: usize = 7;

/// Gives neighbours that are a date or a code together the chance to be found as one. They are
/// found in pieces still.
pub(super) fn join_what_belongs_together(parts: Vec<Condition>) -> Vec<Condition> {
    let mut joined = Vec::with_capacity(parts.len());
    let mut rest = parts.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if let Some((days, after)) = from_day_to_day(rest) {
            joined.push(Condition::Dated(days));
            rest = after;
            continue;
        }
        if let Some((days, after)) = named_period(rest) {
            joined.push(days);
            rest = after;
            continue;
        }
        // `ngày` before a date in figures belongs to it, and `tháng` before a month.
        if plain_word(first).is_some_and(|word| matches!(fold(word).as_str(), "ngay" | "thang"))
            && let Some((Condition::Any(ways), after)) = after.split_first()
            && matches!(ways.first(), Some(Condition::Dated(_)))
        {
            joined.push(Condition::Any(ways.clone()));
            rest = after;
            continue;
        }
        // `quý IV/2025` is two words, and no mere numbers.
        let is_quarter = plain_word(first).is_some_and(|word| fold(word) == "quy");
        let least = if is_quarter { 2 } else { MIN_DATE_WORDS };
        let dated = (least..=MAX_DATE_WORDS).rev().find_map(|length| Some((length, days_in(rest.get(..length)?)?)));
        if let Some((length, (first, last))) = dated {
            let (pieces, after) = rest.split_at(length);
            let days = Span { from: Some(first), to: Some(last) };
            // Scattered over a page the words of a date say nothing.
            joined.push(Condition::Any(vec![Condition::Dated(days), in_a_row(pieces)]));
            rest = after;
            continue;
        }
        let pieces = rest.iter().take(MAX_PIECES).take_while(|part| plain_word(part).is_some_and(is_piece)).count();
        let (run, behind) = rest.split_at(pieces);
        if let Some((begun, after)) = behind.split_first().and_then(|(next, after)| Some((begun_code(run, next)?, after))) {
            joined.push(begun);
            rest = after;
            continue;
        }
        if pieces > 1 && run.iter().filter_map(plain_word).any(has_digit) {
            let code: String = run.iter().filter_map(plain_word).collect();
            let figures = code.bytes().filter(u8::is_ascii_digit).count();
            let is_one_number = figures >= MIN_GROUPED && !code.chars().any(char::is_alphabetic);
            let in_pieces = if is_one_number { in_a_row(run) } else { Condition::All(run.to_vec()) };
            joined.push(Condition::Any(vec![any_code(&code), in_pieces]));
            rest = behind;
            continue;
        }
        joined.push(first.clone());
        rest = after;
    }
    joined
}

/// A year or a quarter that is named before its figures, and what is typed behind: `năm 2023`, `quý 1/2024`. The
/// figures of the quarter were taken for those of a month.
fn named_period(parts: &[Condition]) -> Option<(Condition, &[Condition])> {
    let (name, after) = parts.split_first()?;
    let (figures, after) = after.split_first()?;
    let name = plain_word(name)?;
    let typed = match (fold(name).as_str(), figures) {
        ("nam", figures) => plain_word(figures).filter(|word| word.len() == 4 && word.starts_with(['1', '2']))?,
        ("quy", Condition::Any(ways)) if matches!(ways.first(), Some(Condition::Dated(_))) => ways.iter().find_map(plain_word)?,
        _ => return None,
    };
    let written = format!("{name} {typed}");
    let (first, last) = period_of(written.trim_end_matches(['.', ';']))?;
    let days = Span { from: Some(first), to: Some(last) };
    let words = Words { typed: written, form: WordsForm::Word };
    Some((Condition::Any(vec![Condition::Dated(days), Condition::Text(words)]), after))
}

/// `từ ngày 01/01/2025 đến ngày 30/06/2025`: the days from one to the other, and what is typed behind them.
fn from_day_to_day(parts: &[Condition]) -> Option<(Span<Date>, &[Condition])> {
    let (from, after) = day_behind(&["tu"], parts)?;
    let (to, after) = day_behind(&["den", "toi"], after)?;
    let days = Span { from: from.from, to: to.to };
    (days.from <= days.to).then_some((days, after))
}

/// The days behind one of these words, and what is typed behind them.
fn day_behind<'a>(words: &[&str], parts: &'a [Condition]) -> Option<(Span<Date>, &'a [Condition])> {
    let is = |part: &Condition, words: &[&str]| plain_word(part).is_some_and(|word| words.contains(&fold(word).as_str()));
    let (_, after) = parts.split_first().filter(|(first, _)| is(first, words))?;
    let after = after.split_first().filter(|(first, _)| is(first, &["ngay"])).map_or(after, |(_, after)| after);
    let (Condition::Any(ways), after) = after.split_first()? else { return None };
    match ways.first()? {
        Condition::Dated(days) => Some((*days, after)),
        _ => None,
    }
}

/// A number whose groups are typed up to within one of them: `015 0725*`.
fn begun_code(run: &[Condition], next: &Condition) -> Option<Condition> {
    let Condition::Text(Words { typed, form: WordsForm::Beginning }) = next else { return None };
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    if run.is_empty() || !is_number(typed) || !run.iter().filter_map(plain_word).all(is_number) {
        return None;
    }
    let typed = run.iter().filter_map(plain_word).chain([typed.as_str()]).collect();
    Some(Condition::Code(CodeFact::Any, Words { typed, form: WordsForm::Beginning }))
}

/// The words beside one another, with whatever marks.
fn in_a_row(parts: &[Condition]) -> Condition {
    let typed = parts.iter().filter_map(plain_word).collect::<Vec<_>>().join(" ");
    Condition::Text(Words { typed, form: WordsForm::Word })
}

fn plain_word(part: &Condition) -> Option<&str> {
    match part {
        Condition::Text(words) if words.form == WordsForm::Word => Some(&words.typed),
        _ => None,
    }
}

fn days_in(parts: &[Condition]) -> Option<(Date, Date)> {
    let words: Option<Vec<&str>> = parts.iter().map(plain_word).collect();
    written_date(words?.join(" ").trim_end_matches([',', '.', ';']))
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

/// A code with nothing else is looked for by its letters and digits too.
fn any_code(typed: &str) -> Condition {
    Condition::Code(CodeFact::Any, Words { typed: typed.to_owned(), form: WordsForm::Word })
}
