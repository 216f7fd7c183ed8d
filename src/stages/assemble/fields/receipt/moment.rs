//! Moments as receipts write them: a day, with or without a time of day before or behind it.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use time::{Date, Month, Time};

use crate::model::vietnamese::fold;

/// Years that a dossier of our time can name.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2099;

/// A moment that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::stages::assemble) struct Told {
    /// `YYYY-MM-DD`, with ` HH:MM` where a time of day is told.
    pub value: String,
    /// Whether nothing else was told.
    pub is_whole: bool,
    /// Whether a digit may have been lost: day and month are written with two.
    pub is_short: bool,
}

/// A time of day: `08 giờ 30 phút`, `8h30`, `08:30`.
const CLOCK: &str = r"(?P<HOUR>\d{1,2})\s*(?:gio|g|h|:)\s*(?:(?P<MINUTE>\d{2})\s*(?:phut|p|')?)?";
/// A day: `ngày 10 tháng 7 năm 2025`, `10/07/2025`.
const DAY: &str =
    r"(?:ngay\s*)?(?P<DAY>\d{1,2})(?:\s*[/.\-]\s*|\s*thang\s*)(?P<MONTH>\d{1,2})(?:\s*[/.\-]\s*|\s*nam\s*)(?P<YEAR>\d{4})";

fn clock(suffix: &str) -> String {
    CLOCK.replace("HOUR", &format!("hour{suffix}")).replace("MINUTE", &format!("minute{suffix}"))
}

fn day() -> String {
    DAY.replace("DAY", "day").replace("MONTH", "month").replace("YEAR", "year")
}

static WHOLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let (before, behind, day) = (clock("_a"), clock("_b"), day());
    Regex::new(&format!(r"^\W*(?:(?:vao\s+)?luc\s*)?(?:{before}\W*)?{day}(?:\W*(?:luc\s*)?{behind})?\W*$")).ok()
});
static WITHIN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"(?:^|\D){}(?:\D|$)", day())).ok());

/// The moment that `text` tells; none if it tells no day, or more than one.
pub(in crate::stages::assemble) fn moment_of(text: &str) -> Option<Told> {
    let folded = fold(text);
    if let Some(told) = WHOLE.as_ref()?.captures(&folded).and_then(|found| told(&found, true)) {
        return Some(told);
    }
    let mut days = WITHIN.as_ref()?.captures_iter(&folded);
    let only = days.next()?;
    if days.next().is_some() {
        return None;
    }
    told(&only, false)
}

fn told(found: &Captures<'_>, is_whole: bool) -> Option<Told> {
    let text = |name: &str| found.name(name).map(|part| part.as_str());
    let number = |name: &str| text(name)?.parse::<u8>().ok();
    let year: i32 = text("year")?.parse().ok().filter(|year| YEARS.contains(year))?;
    let date = Date::from_calendar_date(year, Month::try_from(number("month")?).ok()?, number("day")?).ok()?;
    let hour = number("hour_a").or_else(|| number("hour_b"));
    let minute = number("minute_a").or_else(|| number("minute_b"));
    let clock = match hour {
        Some(hour) => {
            let time = Time::from_hms(hour, minute.unwrap_or(0), 0).ok()?;
            format!(" {:02}:{:02}", time.hour(), time.minute())
        }
        None => String::new(),
    };
    let is_short = [text("day"), text("month")].into_iter().flatten().any(|digits| matches!(digits, "1" | "2" | "3"));
    let day = format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day());
    Some(Told { value: format!("{day}{clock}"), is_whole, is_short })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<(String, bool)> {
        moment_of(text).map(|told| (told.value, told.is_whole))
    }

    #[test]
    fn moments_are_understood_in_the_forms_that_offices_print() {
        for text in [
            "10 giờ 44 phút, ngày 10/07/2025.",
            "10 giờ 44, ngày 10 tháng 7 năm 2025",
            "10h44 ngày 10.07.2025",
            "10:44 10/07/2025",
            "10/07/2025 10:44",
            "ngày 10 tháng 07 năm 2025, lúc 10 giờ 44 phút",
        ] {
            assert_eq!(value(text), Some(("2025-07-10 10:44".into(), true)), "{text}");
        }
        assert_eq!(value("ngày 10/07/2025"), Some(("2025-07-10".into(), true)));
        assert_eq!(value("15 giờ ngày 10/07/2025"), Some(("2025-07-10 15:00".into(), true)));
    }

    #[test]
    fn what_tells_no_day_or_several_is_none_and_what_tells_more_is_not_whole() {
        for text in [
            "",
            "ngày ... tháng ... năm 2025",
            "31/02/2025",
            "10/07/25",
            "22 ngày làm việc",
            "25 giờ 00 ngày 10/07/2025",
            "từ 10/07/2025 đến 12/07/2025",
            "10/07/1925",
        ] {
            assert_eq!(value(text).filter(|(_, is_whole)| *is_whole), None, "{text}");
        }
        assert_eq!(value("từ 10/07/2025 đến 12/07/2025"), None);
        assert_eq!(value("chậm nhất ngày 10/07/2025"), Some(("2025-07-10".into(), false)));
        assert!(moment_of("ngày 1 tháng 12 năm 2025").unwrap().is_short, "it may have been 10, 11 or 21");
        assert!(!moment_of("ngày 8 tháng 12 năm 2025").unwrap().is_short);
    }
}
