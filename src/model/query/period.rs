//! Dates as people type them, each as the days it stands for.

use time::{Date, Month};

use super::Span;
use crate::model::vietnamese::fold;

/// The days that `text` stands for, first and last: a day, a month or a year, in the spellings
/// `15/09/2025`, `15-9-2025`, `2025-09-15`, `09/2025`, `2025-09`, `2025` and
/// `ngày 15 tháng 9 năm 2025`; none if it is no date, or not in the calendar.
pub fn period_of(text: &str) -> Option<(Date, Date)> {
    let words: Vec<String> = fold(text).split_whitespace().map(str::to_owned).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let parts: Vec<&str> = match words.as_slice() {
        ["ngay", day, "thang", month, "nam", year] | [day, "thang", month, "nam", year] => vec![day, month, year],
        ["thang", month, "nam", year] => vec![month, year],
        ["nam", year] | [year] if is_number(year) => vec![year],
        ["ngay", one] | [one] => numeric_parts(one)?,
        _ => return None,
    };
    let number = |part: &str| part.parse::<u16>().ok();
    let (year, month, day) = match parts.as_slice() {
        [year] if year.len() == 4 => (number(year)?, None, None),
        [year, month] if year.len() == 4 => (number(year)?, Some(number(month)?), None),
        [month, year] if year.len() == 4 => (number(year)?, Some(number(month)?), None),
        [year, month, day] if year.len() == 4 => (number(year)?, Some(number(month)?), Some(number(day)?)),
        [day, month, year] if year.len() == 4 => (number(year)?, Some(number(month)?), Some(number(day)?)),
        _ => return None,
    };
    let date = |month: u16, day: u16| {
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()
    };
    Some(match (month, day) {
        (None, _) => (date(1, 1)?, date(12, 31)?),
        (Some(month), Some(day)) => (date(month, day)?, date(month, day)?),
        (Some(month), None) => {
            let first = date(month, 1)?;
            (first, date(month, first.month().length(first.year()).into())?)
        }
    })
}

/// The day that `text` stands for; none if it is a month, a year or no date.
pub(super) fn day_of(text: &str) -> Option<Date> {
    period_of(text).filter(|(first, last)| first == last).map(|(day, _)| day)
}

/// A range `a..b`, open where a side is missing, or a comparison `>=a`, or a single period.
pub(super) fn span_of(text: &str) -> Option<Span<Date>> {
    if let Some((from, to)) = text.split_once("..") {
        if from.is_empty() && to.is_empty() {
            return None;
        }
        let side = |text: &str| if text.is_empty() { Some(None) } else { period_of(text).map(Some) };
        let (from, to) = (side(from)?, side(to)?);
        return Some(Span { from: from.map(|(first, _)| first), to: to.map(|(_, last)| last) });
    }
    let comparison = |sign: &str| text.strip_prefix(sign).map(period_of);
    if let Some(period) = comparison(">=") {
        return Some(Span { from: Some(period?.0), to: None });
    }
    if let Some(period) = comparison("<=") {
        return Some(Span { from: None, to: Some(period?.1) });
    }
    if let Some(period) = comparison(">") {
        return Some(Span { from: Some(period?.1.next_day()?), to: None });
    }
    if let Some(period) = comparison("<") {
        return Some(Span { from: None, to: Some(period?.0.previous_day()?) });
    }
    let (first, last) = period_of(text.strip_prefix('=').unwrap_or(text))?;
    Some(Span { from: Some(first), to: Some(last) })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Numbers parted by one kind of sign.
fn numeric_parts(text: &str) -> Option<Vec<&str>> {
    ['/', '-', '.'].into_iter().find_map(|sign| {
        let parts: Vec<&str> = text.split(sign).collect();
        let fits = matches!(parts.len(), 2 | 3) && parts.iter().all(|part| is_number(part) && part.len() <= 4);
        fits.then_some(parts)
    })
}
