//! Dates as people type them, each as the days it stands for.

use std::borrow::Cow;

use time::{Date, Month};

use super::Span;
use super::spoken::{self, below_hundred};
use crate::model::vietnamese::fold;

/// The months by their names, from the first.
const MONTHS: [&[&str]; 12] = [
    &["mot", "gieng"],
    &["hai"],
    &["ba"],
    &["tu", "bon"],
    &["nam"],
    &["sau"],
    &["bay"],
    &["tam"],
    &["chin"],
    &["muoi"],
    &["muoi mot"],
    &["muoi hai", "chap"],
];
/// A year that is said by two figures is of the last century from this one on.
const FIRST_SHORT_YEAR: &str = "45";
/// The quarters as they are numbered in papers.
const QUARTERS: [[&str; 2]; 4] = [["1", "i"], ["2", "ii"], ["3", "iii"], ["4", "iv"]];

/// The days that `text` stands for, first and last: a day, a month, a quarter or a year, in the
/// spellings `15/09/2025`, `15-9-2025`, `15 / 9 / 2025`, `2025-09-15`, `20250915`, `09/2025`, `2025-09`,
/// `2025`, `ngày 15 tháng 9 năm 2025`, `tháng chín 2025`, `quý III/2025`; none if it is no date, or not
/// in the calendar.
pub fn period_of(text: &str) -> Option<(Date, Date)> {
    days_of(&parts_of(text)?)
}

/// Whether `text` is written like a day and is none, such as `31/02/2025`.
pub(super) fn is_no_day(text: &str) -> bool {
    !text.contains('.') && numeric_parts(text).is_some_and(|parts| parts.len() == 3) && {
        let parts = numeric_parts(text).unwrap_or_default();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        matches!(lengths.as_slice(), [1..=2, 1..=2, 4] | [4, 1..=2, 1..=2]) && period_of(text).is_none()
    }
}

/// Year, month and day, as far as they are said.
type Parts = (u16, Option<(u16, u16)>, Option<u16>);

/// What is said of year, months (first and last) and day.
fn parts_of(text: &str) -> Option<Parts> {
    let folded = fold(text).replace(['/', '-'], " / ").replace(',', " ");
    let words: Vec<&str> = folded.split_whitespace().filter(|word| *word != "/").collect();
    let day = words.strip_prefix(&["ngay"]);
    let (is_day, words) = (day.is_some(), day.unwrap_or(&words));
    if let Some(at) = words.iter().position(|word| *word == "thang") {
        let (day, after) = (words.get(..at)?, words.get(at + 1..)?);
        let day = match day {
            [] => None,
            [day] | ["mung" | "mong", day] if is_number(day) => Some(number(day)?),
            ["mung" | "mong", said @ ..] => Some(below_hundred(said)?),
            // `hai năm tháng 9` is no day, but where it is said to be one.
            said if is_day || said.contains(&"muoi") => Some(below_hundred(said)?),
            _ => return None,
        };
        if let Some(at) = after.iter().rposition(|word| matches!(*word, "nghin" | "ngan")) {
            let (month, year) = after.split_at(at.checked_sub(1)?);
            let month = month.strip_suffix(&["nam"]).unwrap_or(month).join(" ");
            let month = month_of(&month)?;
            return Some((spoken::year(year)?, Some((month, month)), day));
        }
        // `tháng 9 năm 2025`, `tháng chín 2025`; `tháng năm năm 2025` is May.
        let (year, month) = after.split_last()?;
        let month = match month {
            [month, "nam"] | [month] => month_of(month)?,
            [ten, unit, "nam"] | [ten, unit] => month_of(&format!("{ten} {unit}"))?,
            _ => return None,
        };
        return Some((year_of(year)?, Some((month, month)), day));
    }
    match words {
        ["quy", quarter, "nam", year] | ["quy", quarter, year] => {
            let at = u16::try_from(QUARTERS.iter().position(|names| names.contains(quarter))?).ok()?;
            Some((year_of(year)?, Some((at * 3 + 1, at * 3 + 3)), None))
        }
        ["nam", year] => Some((year_of(year)?, None, None)),
        [one] if is_number(one) && one.len() == 8 => {
            let (year, month, day) = (one.get(..4)?, one.get(4..6)?, one.get(6..)?);
            let month = number(month)?;
            Some((year_of(year)?, Some((month, month)), Some(number(day)?)))
        }
        [one] if one.contains('.') => in_figures(&numeric_parts(one)?),
        figures => in_figures(figures),
    }
}

/// A date in figures, its parts in one of the two orders.
fn in_figures(parts: &[&str]) -> Option<Parts> {
    let month = |month: &str| number(month).map(|month| Some((month, month)));
    match parts {
        [year] => Some((year_of(year)?, None, None)),
        [year, of] if year.len() == 4 => Some((year_of(year)?, month(of)?, None)),
        [of, year] => Some((year_of(year)?, month(of)?, None)),
        [year, of, day] if year.len() == 4 => Some((year_of(year)?, month(of)?, Some(number(day)?))),
        [day, of, year] => Some((year_of(year)?, month(of)?, Some(number(day)?))),
        _ => None,
    }
}

fn days_of((year, months, day): &Parts) -> Option<(Date, Date)> {
    let date = |month: u16, day: u16| {
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        Date::from_calendar_date((*year).into(), month, u8::try_from(day).ok()?).ok()
    };
    Some(match (months, day) {
        (None, _) => (date(1, 1)?, date(12, 31)?),
        (Some((month, _)), Some(day)) => (date(*month, *day)?, date(*month, *day)?),
        (Some((first, last)), None) => {
            let end = date(*last, 1)?;
            (date(*first, 1)?, date(*last, end.month().length(end.year()).into())?)
        }
    })
}

/// The days of a date that says its month, so that it is no mere number: `09/2025`, `2025-09-15`.
pub(super) fn written_date(text: &str) -> Option<(Date, Date)> {
    let text = with_century(text);
    let (_, months, _) = parts_of(&text)?;
    months?;
    period_of(&text)
}

/// A day in figures whose year is said by its last two, such as `18/10/94`, with all four: whoever looks for
/// it means a year from 1945 on.
fn with_century(text: &str) -> Cow<'_, str> {
    let is_short = |part: &&str| part.len() <= 2;
    match numeric_parts(text).as_deref() {
        Some(parts @ [day, month, year]) if year.len() == 2 && parts.iter().all(is_short) => {
            let century = if *year < FIRST_SHORT_YEAR { "20" } else { "19" };
            format!("{day}/{month}/{century}{year}").into()
        }
        _ => text.into(),
    }
}

/// A range `a..b`, open where a side is missing, or a comparison `>=a`, or a single period.
pub(super) fn span_of(text: &str) -> Option<Span<Date>> {
    if let Some((from, to)) = text.split_once("..") {
        let (from, to) = (from.trim(), to.trim());
        if from.is_empty() && to.is_empty() {
            return None;
        }
        let side = |text: &str| if text.is_empty() { Some(None) } else { period_of(&with_century(text)).map(Some) };
        let (from, to) = (side(from)?, side(to)?);
        return Some(Span { from: from.map(|(first, _)| first), to: to.map(|(_, last)| last) });
    }
    if let Some(span) = spoken_range(text) {
        return Some(span);
    }
    let comparison = |sign: &str| text.strip_prefix(sign).map(|text| period_of(&with_century(text)));
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
    let (first, last) = period_of(&with_century(text.strip_prefix('=').unwrap_or(text)))?;
    Some(Span { from: Some(first), to: Some(last) })
}

/// `từ 01/2025 đến 06/2025`, `1/1/2025 tới ngày 30/6/2025`, `từ năm 2024 đến nay`, `1/6/2023 - 30/6/2023`,
/// `trước 2023`, `sau ngày 1/1/2024`, `6 tháng đầu năm 2023`.
fn spoken_range(text: &str) -> Option<Span<Date>> {
    let folded = fold(text);
    let period = |text: &str| {
        let text = text.trim();
        period_of(&with_century(text.strip_prefix("het ").unwrap_or(text)))
    };
    if let Some(half) = half_year(&folded) {
        return Some(half);
    }
    if let Some(rest) = folded.strip_prefix("trong ") {
        let (first, last) = period(rest)?;
        return Some(Span { from: Some(first), to: Some(last) });
    }
    if let Some(rest) = folded.strip_prefix("truoc ") {
        return Some(Span { from: None, to: Some(period(rest)?.0.previous_day()?) });
    }
    if let Some(rest) = folded.strip_prefix("sau ") {
        return Some(Span { from: Some(period(rest)?.1.next_day()?), to: None });
    }
    if let Some(rest) = folded.strip_prefix("den ") {
        return Some(Span { from: None, to: Some(period(rest)?.1) });
    }
    let said = folded.strip_prefix("tu ");
    let rest = said.unwrap_or(&folded);
    let sides = [" den ", " toi ", " - ", " – "].iter().find_map(|sign| rest.split_once(sign)).or_else(|| joined_days(rest));
    match (sides, said) {
        (Some((from, to)), _) if matches!(to.trim(), "nay" | "hien nay") => Some(Span { from: Some(period(from)?.0), to: None }),
        (Some((from, to)), _) => Some(Span { from: Some(period(from)?.0), to: Some(period(to)?.1) }),
        (None, Some(rest)) => {
            let rest = rest.strip_suffix(" tro di").unwrap_or(rest);
            Some(Span { from: Some(period(rest)?.0), to: None })
        }
        (None, None) => None,
    }
}

/// `1/6/2023-30/6/2023`; where hyphens part a date itself, it is not clear what it means.
fn joined_days(text: &str) -> Option<(&str, &str)> {
    let (from, to) = text.split_once(['-', '–'])?;
    let is_one = |side: &str| side.contains(['/', '.']) && !side.contains(['-', '–']);
    (is_one(from) && is_one(to)).then_some((from, to))
}

/// `6 tháng đầu năm 2023`, `sáu tháng cuối năm 2023`.
fn half_year(folded: &str) -> Option<Span<Date>> {
    let words: Vec<&str> = folded.split_whitespace().collect();
    let (half, year) = match words.as_slice() {
        ["6" | "06" | "sau", "thang", half @ ("dau" | "cuoi"), "nam", year] => (*half, year_of(year)?),
        _ => return None,
    };
    let (first, last) = if half == "dau" { (1, 6) } else { (7, 12) };
    let (from, to) = days_of(&(year, Some((first, last)), None))?;
    Some(Span { from: Some(from), to: Some(to) })
}

fn month_of(word: &str) -> Option<u16> {
    if is_number(word) {
        return number(word);
    }
    let at = MONTHS.iter().position(|names| names.contains(&word))?;
    u16::try_from(at + 1).ok()
}

fn year_of(word: &str) -> Option<u16> {
    (word.len() == 4).then(|| number(word)).flatten()
}

fn number(word: &str) -> Option<u16> {
    if is_number(word) && word.len() <= 4 { word.parse().ok() } else { None }
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
