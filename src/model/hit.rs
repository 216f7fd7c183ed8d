//! Names of hits and places in lists of them, as people and programs hand them on.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::model::codes::DossierCode;

/// A page by its dossier, document and place: `H38.23-260412-1763/2/1` is page 1 of document 2, and with
/// `/v3` behind it the one that version 3 of the record has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitName {
    /// The dossier.
    pub dossier_code: DossierCode,
    /// The document's number in the dossier.
    pub ordinal: u32,
    /// The page's place in the sealed file, from 1.
    pub page: u32,
    /// Which version of the record is meant; the newest that has the document if none is named.
    pub version: Option<u32>,
}

/// Where a list of hits goes on: after this many, of which this was the last. While a batch runs, pages
/// come to stand above it; the list goes on behind it all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// How many hits stood up to there.
    pub hits: usize,
    /// The last of them.
    pub last: HitName,
}

/// Says how a hit or a place in a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HitError {
    /// Not `CODE/N/P`.
    #[error("a hit is written CODE/DOCUMENT/PAGE: H38.23-260412-1763/2/1")]
    Hit,
    /// Not what a search gave as `next`.
    #[error("this is no place in a list of hits: take what `next` says")]
    Cursor,
}

impl fmt::Display for HitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.dossier_code, self.ordinal, self.page)?;
        self.version.map_or(Ok(()), |version| write!(f, "/v{version}"))
    }
}

impl FromStr for HitName {
    type Err = HitError;

    fn from_str(text: &str) -> Result<Self, HitError> {
        let (text, version) = match text.trim().rsplit_once("/v") {
            Some((text, version)) => (text, Some(version.parse().ok().filter(|version| *version > 0).ok_or(HitError::Hit)?)),
            None => (text.trim(), None),
        };
        let mut parts = text.rsplitn(3, '/');
        let mut number = || parts.next().and_then(|part| part.parse().ok()).filter(|number| *number > 0);
        let (page, ordinal) = (number().ok_or(HitError::Hit)?, number().ok_or(HitError::Hit)?);
        let code = parts.next().and_then(|code| code.to_ascii_uppercase().parse().ok()).ok_or(HitError::Hit)?;
        Ok(Self { dossier_code: code, ordinal, page, version })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.hits, self.last)
    }
}

impl FromStr for Cursor {
    type Err = HitError;

    fn from_str(text: &str) -> Result<Self, HitError> {
        let (hits, last) = text.trim().split_once('@').ok_or(HitError::Cursor)?;
        let hits = hits.parse().map_err(|_| HitError::Cursor)?;
        Ok(Self { hits, last: last.parse().map_err(|_| HitError::Cursor)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_places_are_read_as_they_are_written() {
        let name: HitName = "000.17.03.h38-210211-2251/2/1".parse().unwrap();
        assert_eq!((name.to_string().as_str(), name.ordinal), ("000.17.03.H38-210211-2251/2/1", 2));
        let cursor: Cursor = "20@000.17.03.H38-210211-2251/2/1".parse().unwrap();
        assert_eq!((cursor.hits, &cursor.last), (20, &name));
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        let old: HitName = "H38.23-260412-1763/2/1/v3".parse().unwrap();
        assert_eq!((old.to_string().as_str(), old.version, name.version), ("H38.23-260412-1763/2/1/v3", Some(3), None));
        for wrong in [
            "",
            "1/2",
            "H38.23-260412-1763/2/1/v0",
            "H38.23-260412-1763/2/1/vx",
            "H38.23-260412-1763/2/v1",
            "H38.23-260412-1763/0/1",
            "H38.23-260412-1763/1/x",
            "../etc/1/1",
            "//1/1",
        ] {
            assert_eq!(wrong.parse::<HitName>(), Err(HitError::Hit), "{wrong}");
            assert_eq!(format!("1@{wrong}").parse::<Cursor>(), Err(HitError::Cursor), "{wrong}");
        }
        assert_eq!("H38.23-260412-1763/1/1".parse::<Cursor>(), Err(HitError::Cursor));
    }
}
