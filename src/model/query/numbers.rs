//! Numbers, shares and ranges of them as people type them.

use super::Span;

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
