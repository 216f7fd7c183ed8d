//! What stands behind a label, as the value of its fact.

use unicode_normalization::UnicodeNormalization;

use super::super::found::{Found, clean, weakest};
use super::super::print::digits_are_print;
use super::entry::Entry;
use super::moment::moment_of;
use crate::model::field::{Doubt, FieldName};
use crate::model::text::{SecondReading, TextSource, Word};
use crate::model::vietnamese::fold;

/// What is left of trust in a day or month of one digit beside which another may have been lost.
const SHORT: f64 = 0.75;
/// Digits of identity numbers, and of the tax codes of enterprises.
const DIGITS: [usize; 4] = [12, 9, 10, 13];
/// The first three digits of a personal number are those of a province (TT 59/2021/TT-BCA, App. I).
const PROVINCES: std::ops::RangeInclusive<u32> = 1..=96;

/// The value of `name` that stands in an entry; none where it holds nothing of the kind.
pub(super) fn value(name: FieldName, entry: &Entry<'_>) -> Option<Found> {
    let mut found = match name {
        FieldName::ApplicantNumber => number(entry),
        FieldName::ReceivedAt | FieldName::DueAt => moment(entry),
        FieldName::Applicant => person(entry),
        _ => text(entry),
    }?;
    if entry.is_open {
        found.doubt(Doubt::Unfinished);
    }
    Some(found)
}

/// A value that only two witnesses make certain: two readers, or the file that says it itself.
pub(super) fn witnessed(value: impl Into<String>, words: &[&Word]) -> Found {
    let mut found = Found::new(value, weakest(words.iter().copied()), 1.0).said_by(words.iter().copied());
    let is_seen_twice = |word: &&Word| word.source == TextSource::Embedded || word.second == SecondReading::Agrees;
    if !words.iter().all(is_seen_twice) {
        found.doubt(Doubt::OneReader);
    }
    found.or_read_as(words.iter().copied())
}

fn words_of<'a>(entry: &Entry<'a>) -> Vec<&'a Word> {
    entry.lines.iter().flat_map(|line| line.words.iter().copied()).collect()
}

fn text_of(entry: &Entry<'_>) -> String {
    let lines: Vec<String> = entry.lines.iter().map(|line| line.without_leaders()).collect();
    lines.join(" ").nfc().collect()
}

fn text(entry: &Entry<'_>) -> Option<Found> {
    let read = text_of(entry);
    let value = clean(&read);
    if value.chars().filter(|c| c.is_alphabetic()).count() < 2 {
        return None;
    }
    let mut found = witnessed(value, &words_of(entry)).read_as(read).spelled();
    doubt_digits(&mut found, entry);
    Some(found)
}

/// A name of a person or an organisation. How somebody is addressed is no part of it, but there are people of
/// the name Ông.
fn person(entry: &Entry<'_>) -> Option<Found> {
    let read = text_of(entry);
    let (bare, is_certain) = without_address(&read);
    let value = clean(bare);
    let words: Vec<&str> = value.split_whitespace().collect();
    if words.len() < 2 || value.chars().filter(|c| c.is_alphabetic()).count() < 4 {
        return None;
    }
    let mut found = witnessed(value.clone(), &words_of(entry)).read_as(read.clone()).spelled();
    if !is_certain {
        found.doubt(Doubt::Unfinished);
    }
    let fits = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '.' | '&' | ',' | '(' | ')');
    if !value.chars().all(fits) || !value.chars().next().is_some_and(char::is_uppercase) {
        found.doubt(Doubt::Shape);
    }
    Some(found)
}

/// A name without `Ông/Bà` before it; whether that was certain.
fn without_address(text: &str) -> (&str, bool) {
    let trimmed = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    for (address, is_certain) in
        [("ong/ba ", true), ("ong (ba) ", true), ("ong, ba ", true), ("(ong/ba) ", true), ("ong ", false), ("ba ", false)]
    {
        let count = address.chars().count();
        let head: String = trimmed.chars().take(count).collect();
        if fold(&head) == address {
            let rest = trimmed.char_indices().nth(count).and_then(|(at, _)| trimmed.get(at..)).unwrap_or_default();
            return (rest.trim_start_matches(|c: char| !c.is_alphanumeric()), is_certain);
        }
    }
    (trimmed, true)
}

fn number(entry: &Entry<'_>) -> Option<Found> {
    let read = text_of(entry);
    let trimmed = read.trim_start_matches(|c: char| !c.is_alphanumeric());
    let run: String = trimmed.chars().take_while(|c| c.is_ascii_digit() || matches!(c, ' ' | '.')).collect();
    let value: String = run.chars().filter(char::is_ascii_digit).collect();
    let rest = trimmed.get(run.len()..).unwrap_or_default();
    let is_ended = rest.chars().all(|c| !c.is_alphanumeric()) || rest.starts_with([',', ';', '(']);
    let with_digits: Vec<&Word> =
        words_of(entry).into_iter().filter(|word| word.text.contains(|c: char| c.is_ascii_digit())).collect();
    if value.len() < 8 || with_digits.is_empty() {
        return None;
    }
    let mut found = witnessed(value.clone(), &with_digits).read_as(run.trim());
    let province = value.get(..3).and_then(|province| province.parse::<u32>().ok());
    let is_personal = value.len() != 12 || province.is_some_and(|province| PROVINCES.contains(&province));
    if !DIGITS.contains(&value.len()) || !is_personal {
        found.doubt(Doubt::Shape);
    }
    if !is_ended {
        found.doubt(Doubt::Unfinished);
    }
    doubt_digits(&mut found, entry);
    Some(found)
}

fn moment(entry: &Entry<'_>) -> Option<Found> {
    let read = text_of(entry);
    let told = moment_of(&read)?;
    let mut found = witnessed(told.value, &words_of(entry)).read_as(read);
    if !told.is_whole {
        found.doubt(Doubt::Unfinished);
    }
    // What the file says itself has lost no digit.
    if told.is_short && words_of(entry).iter().any(|word| word.source != TextSource::Embedded) {
        found = found.less_sure(SHORT);
    }
    doubt_digits(&mut found, entry);
    Some(found)
}

/// Digits that may have been written by hand wait for a second witness.
fn doubt_digits(found: &mut Found, entry: &Entry<'_>) {
    let is_print = digits_are_print(&entry.row) && entry.lines.iter().skip(1).all(digits_are_print);
    if !is_print {
        found.doubt(Doubt::NotPrint);
    }
}
