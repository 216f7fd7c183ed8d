//! Names of snapshots, and how long they are kept.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

/// The name of a snapshot: its time in UTC, to the second.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct SnapshotName(String);

impl SnapshotName {
    /// The name of a snapshot that is taken at this time.
    pub fn at(time: OffsetDateTime) -> Self {
        let form = format_description!("[year][month][day]T[hour][minute][second]Z");
        Self(time.to_offset(UtcOffset::UTC).format(form).unwrap_or_default())
    }

    /// The part that names the day, the month or the year.
    fn period(&self, letters: usize) -> &str {
        self.0.get(..letters).unwrap_or_default()
    }
}

impl fmt::Display for SnapshotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was typed names no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is no time such as 20261130T021500Z")]
pub struct NotASnapshotName(String);

impl FromStr for SnapshotName {
    type Err = NotASnapshotName;

    fn from_str(text: &str) -> Result<Self, NotASnapshotName> {
        let is_name = text.len() == 16
            && text.bytes().enumerate().all(|(place, byte)| match place {
                8 => byte == b'T',
                15 => byte == b'Z',
                _ => byte.is_ascii_digit(),
            });
        if is_name { Ok(Self(text.to_owned())) } else { Err(NotASnapshotName(text.chars().take(120).collect())) }
    }
}

impl TryFrom<String> for SnapshotName {
    type Error = NotASnapshotName;

    fn try_from(text: String) -> Result<Self, NotASnapshotName> {
        text.parse()
    }
}

impl From<SnapshotName> for String {
    fn from(name: SnapshotName) -> Self {
        name.0
    }
}

/// How many snapshots stay: the newest of each of so many days, months and years that have one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Days.
    pub daily: usize,
    /// Months.
    pub monthly: usize,
    /// Years.
    pub yearly: usize,
}

impl Default for Retention {
    fn default() -> Self {
        Self { daily: 14, monthly: 12, yearly: 10 }
    }
}

impl Retention {
    /// The snapshots, of these in the order of time, that need not be kept. The newest always is.
    pub fn superfluous(&self, snapshots: &[SnapshotName]) -> Vec<SnapshotName> {
        let mut kept: HashSet<&SnapshotName> = snapshots.last().into_iter().collect();
        for (count, letters) in [(self.daily, 8), (self.monthly, 6), (self.yearly, 4)] {
            let mut periods = HashSet::new();
            let newest = snapshots.iter().rev().filter(|name| periods.insert(name.period(letters)));
            kept.extend(newest.take(count));
        }
        snapshots.iter().filter(|name| !kept.contains(name)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn names(texts: &[&str]) -> Vec<SnapshotName> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_snapshot_is_named_by_its_time_in_utc() {
        let name = SnapshotName::at(datetime!(2026-11-30 06:15:00 +7));
        assert_eq!(name.to_string(), "20261129T231500Z");
        assert_eq!(name.to_string().parse(), Ok(name));
        for wrong in ["", "20261129T231500", "../../etc/passwd", "2026112xT231500Z", "20261129T231500Z/"] {
            assert!(wrong.parse::<SnapshotName>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_newest_of_each_period_stays() {
        let there = names(&[
            "20240105T010000Z",
            "20241231T010000Z",
            "20250630T010000Z",
            "20250730T010000Z",
            "20250801T010000Z",
            "20250802T010000Z",
            "20250802T230000Z",
        ]);
        let retention = Retention { daily: 2, monthly: 2, yearly: 2 };
        // Days: 2 and 1 August. Months: August and July. Years: 2025 and 2024.
        let gone = names(&["20240105T010000Z", "20250630T010000Z", "20250802T010000Z"]);
        assert_eq!(retention.superfluous(&there), gone);
    }

    #[test]
    fn the_newest_stays_whatever_is_asked_for() {
        let there = names(&["20250801T010000Z", "20250802T010000Z"]);
        let none = Retention { daily: 0, monthly: 0, yearly: 0 };
        assert_eq!(none.superfluous(&there), there[..1]);
        assert_eq!(none.superfluous(&[]), []);
    }
}
