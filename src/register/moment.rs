//! Dates and times as information systems and people write them.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// Which moment of a day is meant where no time of day is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Its first.
    Begin,
    /// Its last second.
    End,
}

/// The years that a dossier of our time can name.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

impl Edge {
    /// The moment of a day; midnight is no time of day.
    pub(crate) fn of(self, moment: PrimitiveDateTime) -> PrimitiveDateTime {
        match (self, moment.time() == Time::MIDNIGHT) {
            (Self::End, true) => moment.replace_time(Time::from_hms(23, 59, 59).unwrap_or(Time::MIDNIGHT)),
            _ => moment,
        }
    }
}

/// The moment that a text tells, by the clock of `offset` where it names none: `yyyyMMddHHmmss`, `yyyyMMdd`, day
/// before month, or year first, with or without a time of day, which may stand in front.
pub(super) fn parse(text: &str, offset: UtcOffset, edge: Edge) -> Option<OffsetDateTime> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return compact(text).map(|moment| edge.of(moment).assume_offset(offset));
    }
    let (first, rest) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let (day, clock) = if first.contains(':') { (rest.trim(), first) } else { (first, rest.trim()) };
    let date = date(day)?;
    if clock.is_empty() {
        return Some(edge.of(PrimitiveDateTime::new(date, Time::MIDNIGHT)).assume_offset(offset));
    }
    let (time, told) = time_of_day(clock, offset)?;
    // Whether it is midnight, and of which day, the clock of the office says.
    let moment = PrimitiveDateTime::new(date, time).assume_offset(told).checked_to_offset(offset)?;
    Some(edge.of(PrimitiveDateTime::new(moment.date(), moment.time())).assume_offset(offset))
}

/// A date or moment in digits alone, the year first.
fn compact(digits: &str) -> Option<PrimitiveDateTime> {
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u8>().ok();
    let date = calendar(digits.get(..4)?.parse().ok()?, part(4, 6)?, part(6, 8)?)?;
    let time = match digits.len() {
        8 => Time::MIDNIGHT,
        12 => Time::from_hms(part(8, 10)?, part(10, 12)?, 0).ok()?,
        14 => Time::from_hms(part(8, 10)?, part(10, 12)?, part(12, 14)?).ok()?,
        _ => return None,
    };
    Some(PrimitiveDateTime::new(date, time))
}

fn date(text: &str) -> Option<Date> {
    let mut parts = text.split(['/', '-', '.']);
    let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    calendar(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn calendar(year: i32, month: u8, day: u8) -> Option<Date> {
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    YEARS.contains(&year).then_some(date)
}

/// A time of day with the clock that it names, if it names one.
fn time_of_day(text: &str, offset: UtcOffset) -> Option<(Time, UtcOffset)> {
    let (clock, offset) = if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        (clock, UtcOffset::UTC)
    } else if let Some(place) = text.rfind(['+', '-']) {
        let (clock, zone) = text.split_at_checked(place)?;
        let (hours, minutes) = zone.get(1..)?.split_once(':')?;
        let (hours, minutes): (i8, i8) = (hours.parse().ok()?, minutes.parse().ok()?);
        let sign = if zone.starts_with('-') { -1 } else { 1 };
        (clock, UtcOffset::from_hms(hours.checked_mul(sign)?, minutes.checked_mul(sign)?, 0).ok()?)
    } else {
        (text, offset)
    };
    let mut parts = clock.trim().split(':');
    let (hour, minute, second) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next().unwrap_or("0"));
    let second = second.split('.').next()?.parse().ok()?;
    parts.next().is_none().then_some(())?;
    Some((Time::from_hms(hour, minute, second).ok()?, offset))
}

#[cfg(test)]
mod tests {
    use time::macros::{datetime, offset};

    use super::*;

    #[test]
    fn dates_are_understood_in_every_form_that_is_in_use() {
        let read = |text: &str| parse(text, offset!(+7), Edge::Begin);
        let at = Some(datetime!(2023-07-06 8:30:15 +7));
        for text in [
            "20230706083015",
            "2023-07-06 08:30:15",
            "06/07/2023 08:30:15",
            "2023-07-06T08:30:15+07:00",
            "2023-07-06T01:30:15Z",
            "08:30:15 06/07/2023",
            "6.7.2023 8:30:15.000",
        ] {
            assert_eq!(read(text), at, "{text}");
        }
        assert_eq!(read("202307060830"), Some(datetime!(2023-07-06 8:30 +7)));
        for text in ["20230706", "06/07/2023", "2023-07-06", "06-07-2023"] {
            assert_eq!(read(text), Some(datetime!(2023-07-06 0:00 +7)), "{text}");
        }
    }

    #[test]
    fn an_appointment_ends_with_its_day() {
        let end = |text: &str| parse(text, offset!(+7), Edge::End);
        assert_eq!(end("06/07/2023"), Some(datetime!(2023-07-06 23:59:59 +7)));
        assert_eq!(end("20230706000000"), Some(datetime!(2023-07-06 23:59:59 +7)));
        assert_eq!(end("06/07/2023 16:30"), Some(datetime!(2023-07-06 16:30 +7)));
        for text in [
            "2023-07-20 00:00:00",
            "20/07/2023 00:00:00",
            "2023-07-19T17:00:00Z",
            "2023-07-20T00:00:00.000+07:00",
            "0:00 20/07/2023",
        ] {
            assert_eq!(end(text), Some(datetime!(2023-07-20 23:59:59 +7)), "{text}");
        }
        assert_eq!(end("2023-07-20T00:00:00Z"), Some(datetime!(2023-07-20 7:00 +7)), "midnight elsewhere");
    }

    #[test]
    fn a_moment_lies_on_the_day_that_it_is_in_the_office() {
        let read = parse("2023-07-19T18:30:00Z", offset!(+7), Edge::Begin);
        assert_eq!(read.map(|moment| moment.date()), Some(time::macros::date!(2023 - 07 - 20)));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "07/13/2023",
            "31/02/2023",
            "06/07/23",
            "06072023",
            "2023",
            "hôm nay",
            "0/0/2023",
            "06/07/2023 25:00",
            "1/2/3/2023",
        ] {
            assert_eq!(parse(text, offset!(+7), Edge::Begin), None, "{text}");
        }
    }
}
