//! Numbers, dates and codes: what is printed with digits.
//!
//! A letter that is easily taken for a digit (`O`, `I`, `l`) and stands alone between digits
//! makes a word doubtful: `2O24` is no code.

use time::{Date, Month};

use super::abbreviation::{is_abbreviation, is_unit};
use super::syllable::is_syllable;
use super::word_form::WordForm;

/// Digits that a part of a list mark can have: `12.3.1`.
const MARK_DIGITS: usize = 2;

/// What a word with digits and without punctuation at its ends can be.
pub(super) fn form_of(core: &str) -> Option<WordForm> {
    if core.chars().all(|c| c.is_ascii_digit()) {
        return Some(WordForm::Number);
    }
    if core.chars().all(|c| c.is_ascii_digit() || ".,/-–:".contains(c)) {
        return of_digits(core);
    }
    if has_unit(core) {
        return Some(WordForm::Number);
    }
    if core.contains("<<") && core.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'<') {
        return Some(WordForm::Code);
    }
    let mut digits = false;
    for part in core.split(['/', '-', '–', '.', '&', '_', '+']) {
        if !is_code_part(part) {
            return None;
        }
        digits |= part.contains(|c: char| c.is_ascii_digit());
    }
    digits.then_some(WordForm::Code)
}

/// Digits with separators, which stand alone between them.
fn of_digits(core: &str) -> Option<WordForm> {
    let is_separator = |c: char| !c.is_ascii_digit();
    let parts = || core.split(is_separator);
    if parts().any(str::is_empty) {
        return None;
    }
    let separators: Vec<char> = core.chars().filter(|c| is_separator(*c)).collect();
    if is_date(core) {
        return Some(WordForm::Date);
    }
    let is_grouped = |separator: char| {
        let whole = core.split(',').next().unwrap_or_default();
        let whole = if separator == '.' { whole } else { core };
        let mut groups = whole.split(separator);
        groups.next().is_some_and(|first| first.len() <= 3) && groups.all(|group| group.len() == 3)
    };
    match separators.as_slice() {
        ['.' | ',' | ':' | '-' | '–'] => Some(WordForm::Number),
        ['.', .., ','] if is_grouped('.') => Some(WordForm::Number),
        [first, rest @ ..] if matches!(first, '.' | ',') && rest.iter().all(|c| c == first) && is_grouped(*first) => {
            Some(WordForm::Number)
        }
        _ if separators.iter().all(|c| *c == '.') && parts().all(|part| part.len() <= MARK_DIGITS) => Some(WordForm::ListMark),
        [':', ':'] => Some(WordForm::Number),
        _ if separators.contains(&',') || separators.contains(&':') => None,
        _ => Some(WordForm::Code),
    }
}

/// A day, month and year of the calendar, a day and month, or a month and year.
fn is_date(core: &str) -> bool {
    let year = |text: &str| if text.len() == 4 { text.parse().ok().filter(|year| (1000..=2999).contains(year)) } else { None };
    let short = |text: &str| if text.len() <= 2 { text.parse::<u8>().ok() } else { None };
    let month = |text: &str| short(text).and_then(|month| Month::try_from(month).ok());
    let is_day = |day: &str, month_text: &str, year: i32| {
        short(day).zip(month(month_text)).is_some_and(|(day, month)| Date::from_calendar_date(year, month, day).is_ok())
    };
    ['/', '-', '.'].iter().any(|separator| match core.split(*separator).collect::<Vec<_>>().as_slice() {
        [day, month, last] if year(last).is_some() => year(last).is_some_and(|year| is_day(day, month, year)),
        [first, month, day] => year(first).is_some_and(|year| *separator == '-' && is_day(day, month, year)),
        [first, last] => month(first).is_some() && *separator == '/' && year(last).is_some(),
        _ => false,
    })
}

/// `120m2`, `5.000đ`, `17h30`.
fn has_unit(core: &str) -> bool {
    let Some((end, _)) = core.char_indices().find(|(_, c)| c.is_alphabetic()) else { return false };
    let (number, unit) = core.split_at(end);
    let unit = unit.to_lowercase();
    let is_time = unit.strip_prefix(['h', 'g']).is_some_and(|minutes| {
        let minutes = minutes.strip_suffix('\'').unwrap_or(minutes);
        minutes.len() == 2 && minutes.bytes().all(|b| b.is_ascii_digit()) && number.len() <= 2
    });
    let is_number = number.bytes().all(|b| b.is_ascii_digit()) || matches!(of_digits(number), Some(WordForm::Number));
    !number.is_empty() && is_number && (is_time || is_unit(&unit))
}

/// Whether `part` can stand between the slashes and dashes of a code: digits, initials, or
/// both (`H38`, `24A`, `12a`).
pub(super) fn is_code_part(part: &str) -> bool {
    if part.is_empty() || part.bytes().all(|b| b.is_ascii_digit()) {
        return !part.is_empty();
    }
    let (first, rest) = split_run(part);
    let (second, third) = split_run(rest);
    let is_digits = |run: &str| !run.is_empty() && run.bytes().all(|b| b.is_ascii_digit());
    let is_small = |run: &str| matches!(run.as_bytes(), [b'a'..=b'k' | b'm' | b'n' | b'p'..=b'v' | b'x' | b'y']) || run == "đ";
    let is_letters = |run: &str| !matches!(run, "O" | "I" | "l" | "o") && is_abbreviation(run);
    match (second, third) {
        ("", _) => is_abbreviation(first) || is_syllable(first) && first.chars().all(char::is_uppercase),
        (_, "") if is_digits(first) => is_letters(second) || is_small(second),
        (_, _) if is_digits(second) => is_letters(first) && (third.is_empty() || is_letters(third)),
        _ => false,
    }
}

/// Splits off the digits, or what is no digit, at the beginning.
fn split_run(text: &str) -> (&str, &str) {
    let is_digit = |c: char| c.is_ascii_digit();
    let begins_with_digit = text.starts_with(is_digit);
    let end = text.find(|c| is_digit(c) != begins_with_digit).unwrap_or(text.len());
    text.split_at(end)
}

/// Whether `core`, followed by a dot or bracket, marks an item of a list or a heading.
pub(super) fn is_list_mark(core: &str) -> bool {
    let is_part = |part: &str| (1..=MARK_DIGITS).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    matches!(core.as_bytes(), [letter] if letter.is_ascii_alphabetic())
        || matches!(core, "đ" | "Đ")
        || core.split('.').all(is_part)
        || is_roman(core)
}

/// Whether `core` is a Roman numeral below 90; larger ones look like initials (`CD`, `MC`).
pub(super) fn is_roman(core: &str) -> bool {
    if core.is_empty() || core.len() > 8 || core.bytes().any(|b| !b"IVXL".contains(&b)) {
        return false;
    }
    let after_tens = ["LXXX", "LXX", "LX", "XL", "L", "XXX", "XX", "X", ""].iter().find_map(|tens| core.strip_prefix(tens));
    matches!(after_tens, Some("" | "I" | "II" | "III" | "IV" | "V" | "VI" | "VII" | "VIII" | "IX"))
}

/// Whether `core` is shaped like an address of mail or of the web.
pub(super) fn is_address(core: &str) -> bool {
    let rest = core.strip_prefix("http://").or_else(|| core.strip_prefix("https://")).unwrap_or(core);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, host) = host.split_once('@').map_or((None, host), |(user, host)| (Some(user), host));
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let mut labels = host.split('.');
    let ends_well = host.rsplit('.').next().is_some_and(|last| last.len() >= 2 && last.bytes().all(|b| b.is_ascii_alphabetic()));
    ends_well
        && host.contains('.')
        && labels.all(is_label)
        && user.is_none_or(|user| user.split('.').all(is_label))
        && path.bytes().all(|b| b.is_ascii_graphic())
}
