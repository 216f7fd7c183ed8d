//! Numbers, shares and ranges of them as people type them.

use super::{CodeFact, Condition, Span, TextFact, Words, WordsForm};

/// A share of 1 in thousandths, from `0.8`, `0,8` or `80%`.
pub(super) fn thousandths(text: &str) -> Option<u32> {
    let (number, whole) = match text.strip_suffix('%') {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    let share = number.trim().replace(',', ".").parse::<f64>().ok()? / whole;
    // Between 0 and 1000: no digit is lost.
    (0.0..=1.0).contains(&share).then_some((share * 1000.0).round() as u32)
}

/// A range `a..b`, a comparison, or a single number.
pub(super) fn numbers(text: &str, number: impl Fn(&str) -> Option<u32>) -> Option<Span<u32>> {
    if let Some((from, to)) = text.split_once("..") {
        let side = |text: &str| if text.is_empty() { Some(None) } else { number(text).map(Some) };
        let span = Span { from: side(from.trim())?, to: side(to.trim())? };
        return (span.from.is_some() || span.to.is_some()).then_some(span);
    }
    if let Some(text) = text.strip_prefix(">=") {
        return Some(Span { from: Some(number(text)?), to: None });
    }
    if let Some(text) = text.strip_prefix("<=") {
        return Some(Span { from: None, to: Some(number(text)?) });
    }
    if let Some(text) = text.strip_prefix('>') {
        return Some(Span { from: Some(number(text)?.checked_add(1)?), to: None });
    }
    if let Some(text) = text.strip_prefix('<') {
        return Some(Span { from: None, to: Some(number(text)?.checked_sub(1)?) });
    }
    let only = number(text.strip_prefix('=').unwrap_or(text))?;
    Some(Span { from: Some(only), to: Some(only) })
}

/// Whether it is several numbers, such as `15-20` or `15,16`, of which none is looked for as it stands.
pub(super) fn is_list(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '–', ',', ';']).map(str::trim).collect();
    parts.len() > 1 && parts.iter().all(|part| is_digits(part))
}

/// A document's number as it was typed; with a symbol that may be part of the whole one, as in `3034/QĐ` and `3034QĐ`.
pub(super) fn numbered(words: Words) -> Condition {
    let parts = words.typed.find(|c: char| !c.is_ascii_digit()).map(|at| words.typed.split_at(at));
    let parts = parts.map(|(number, rest)| (number.to_owned(), rest.trim_start_matches(['/', ' ']).trim_end().to_owned()));
    let whole = Condition::Code(CodeFact::Number, words.clone());
    match parts {
        Some((number, symbol))
            if words.form == WordsForm::Word && is_digits(&number) && symbol.chars().any(char::is_alphabetic) =>
        {
            let number = Words { typed: number, form: WordsForm::Word };
            let symbol = Words { typed: symbol, form: WordsForm::Word };
            let parts = vec![Condition::Code(CodeFact::Number, number), Condition::In(TextFact::Symbol, symbol)];
            Condition::Any(vec![whole, Condition::All(parts)])
        }
        _ => whole,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
