//! A part of the repository's files, so that a large one is read in many nights.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use time::{Date, OffsetDateTime};

use crate::model::ids::BlobId;

/// Part `part` of `of`: files are dealt out by the beginnings of their names, which are hashes, so
/// that the parts are of one size, and one file is in one part for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    part: u32,
    of: u32,
}

/// How a share is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedShare {
    /// This one.
    Part(Share),
    /// The one whose turn is today, of so many: after as many days in a row each had its turn.
    Today(u32),
}

/// Reports a text that is no share.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a share is written 3/30 or today/30, with parts from 1 to {}", Share::MOST)]
pub struct NotAShare;

impl Share {
    const MOST: u32 = 10_000;

    /// Part `part`, from 1, of `of`.
    ///
    /// # Errors
    /// When there is no such part.
    pub fn new(part: u32, of: u32) -> Result<Self, NotAShare> {
        if (1..=Self::MOST).contains(&of) && (1..=of).contains(&part) { Ok(Self { part, of }) } else { Err(NotAShare) }
    }

    /// Whether a file is in it.
    pub fn holds(self, id: BlobId) -> bool {
        let [a, b, c, d, ..] = *id.as_bytes();
        let place = (u64::from(u32::from_be_bytes([a, b, c, d])) * u64::from(self.of)) >> 32;
        place + 1 == u64::from(self.part)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl WantedShare {
    /// The share on this day.
    pub fn on(self, day: Date) -> Share {
        match self {
            Self::Part(share) => share,
            Self::Today(of) => {
                let days = u32::try_from((day - OffsetDateTime::UNIX_EPOCH.date()).whole_days()).unwrap_or_default();
                Share { part: days % of.max(1) + 1, of: of.max(1) }
            }
        }
    }
}

impl FromStr for WantedShare {
    type Err = NotAShare;

    fn from_str(text: &str) -> Result<Self, NotAShare> {
        let (part, of) = text.split_once('/').ok_or(NotAShare)?;
        let number = |text: &str| if text.starts_with('+') { None } else { text.parse::<u32>().ok() };
        let of = number(of).ok_or(NotAShare)?;
        if part == "today" {
            return Share::new(1, of).map(|_| Self::Today(of));
        }
        Share::new(number(part).ok_or(NotAShare)?, of).map(Self::Part)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn every_file_is_in_exactly_one_share() {
        for of in [1, 2, 3, 7, 30, 10_000] {
            for number in 0u32..200 {
                let id = BlobId::of(&number.to_le_bytes());
                assert_eq!(
                    (1..=of).filter(|&part| Share::new(part, of).unwrap().holds(id)).count(),
                    1,
                    "{part}/{of}",
                    part = number
                );
            }
            for edge in [[0; 32], [255; 32]] {
                let id = BlobId::from_bytes(edge);
                assert_eq!((1..=of).filter(|&part| Share::new(part, of).unwrap().holds(id)).count(), 1);
            }
        }
    }

    #[test]
    fn every_share_has_its_turn_within_as_many_days() {
        let wanted: WantedShare = "today/30".parse().unwrap();
        let mut day = date!(2026 - 02 - 20);
        let mut parts = std::collections::BTreeSet::new();
        for _ in 0..30 {
            parts.insert(wanted.on(day).part);
            day = day.next_day().unwrap();
        }
        assert_eq!(parts, (1..=30).collect());
    }

    #[test]
    fn what_is_no_share_is_told() {
        assert_eq!("3/30".parse(), Ok(WantedShare::Part(Share { part: 3, of: 30 })));
        for wrong in ["", "3", "0/3", "4/3", "3/0", "-1/3", "+1/3", "a/b", "today/0", "today", "1/10001", "1/3/5"] {
            assert_eq!(wrong.parse::<WantedShare>(), Err(NotAShare), "{wrong}");
        }
    }
}
