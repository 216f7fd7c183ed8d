//! A manifest's canonical bytes, record by record, so that no manifest has to be held in memory.

use std::io::Read;

use time::OffsetDateTime;

use super::{PublishError, Telling, canonical_json, v5, v6, validate};
use crate::model::act::ActHead;
use crate::model::ids::Sha256;
use crate::model::record::Record;
use crate::model::register::Known;
use crate::model::telling::PersonalMode;

/// How the list of records looks in a manifest that has none.
const NO_RECORDS: &[u8] = br#""records":[]"#;
/// What of it comes before the records.
const BEFORE: usize = NO_RECORDS.len() - 1;

/// Bytes within which the records of a manifest begin.
const LONGEST_HEAD: u64 = 4096;
/// What versions have before their records whose personal parts stand apart.
const PARTED: &[u8] = br#""personal":"#;

/// A version of manifests that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edition {
    /// Version 5, for those who read no later one. It has no personal part: all stands in its fields.
    V5,
    /// The newest.
    #[default]
    V6,
}

impl Edition {
    /// The version by its number; none if it is not written any more, or not yet.
    pub fn of(number: u32) -> Option<Self> {
        match number {
            v5::SCHEMA_VERSION => Some(Self::V5),
            v6::SCHEMA_VERSION => Some(Self::V6),
            _ => None,
        }
    }

    /// The version in which a series goes on by itself that has this manifest as its last.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn going_on(last: impl Read) -> Result<Self, PublishError> {
        let mut head = Vec::new();
        last.take(LONGEST_HEAD).read_to_end(&mut head).map_err(|error| PublishError::Parse(error.to_string()))?;
        let find = |member: &[u8]| head.windows(member.len()).position(|window| window == member);
        // Canonical JSON has members in the order of their names.
        let Some(records) = find(NO_RECORDS.get(..BEFORE).unwrap_or_default()) else {
            return Err(PublishError::Parse("its records do not begin where those of a manifest do".into()));
        };
        Ok(if find(PARTED).is_some_and(|place| place < records) { Self::V6 } else { Self::V5 })
    }
}

/// What is said of a manifest as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// In which version it is written.
    pub edition: Edition,
    /// Its number.
    pub sequence: u64,
    /// SHA-256 of the manifest before.
    pub previous: Option<Sha256>,
    /// The end of the chain of acts. It has to stand for the sealing of all records.
    pub acts: ActHead,
    /// When it is made.
    pub created_at: OffsetDateTime,
    /// What becomes of the personal parts of records.
    pub personal: PersonalMode,
}

/// A manifest with no records, of the version it is written in.
#[derive(Debug)]
enum Header {
    V5(v5::Manifest),
    V6(v6::Manifest),
}

impl Header {
    fn new(heading: Heading) -> Self {
        let Heading { edition, sequence, previous, acts, created_at, personal } = heading;
        let (previous_sha256, producer) = (previous, v5::Producer::default());
        match edition {
            Edition::V5 => {
                let (schema_version, records) = (v5::SCHEMA_VERSION, Vec::new());
                Self::V5(v5::Manifest { schema_version, sequence, created_at, producer, previous_sha256, acts, records })
            }
            Edition::V6 => {
                let (schema_version, records) = (v6::SCHEMA_VERSION, Vec::new());
                Self::V6(v6::Manifest {
                    schema_version,
                    sequence,
                    created_at,
                    producer,
                    previous_sha256,
                    acts,
                    personal,
                    records,
                })
            }
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, PublishError> {
        match self {
            Self::V5(manifest) => canonical_json(manifest),
            Self::V6(manifest) => canonical_json(manifest),
        }
    }

    /// The bytes of a manifest of this record alone.
    fn with(&self, record: Record, known: &Known, telling: &Telling<'_>) -> Result<Vec<u8>, PublishError> {
        match self {
            Self::V5(header) => canonical_json(&v5::Manifest { records: vec![record.into()], ..header.clone() }),
            Self::V6(header) => canonical_json(&v6::Manifest { records: vec![telling.record(record, known)?], ..header.clone() }),
        }
    }
}

/// What stands around the records of a manifest: everything that is said of it as a whole.
#[derive(Debug)]
pub struct Frame {
    header: Header,
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl Frame {
    /// The frame of the manifest that `heading` is said of.
    ///
    /// # Errors
    /// What [`canonical_json`] says.
    pub fn new(heading: Heading) -> Result<Self, PublishError> {
        let header = Header::new(heading);
        let bytes = header.bytes()?;
        // No string can hold this: its quotation marks would be escaped.
        let place = bytes.windows(NO_RECORDS.len()).position(|window| window == NO_RECORDS);
        let split = place.map(|place| bytes.split_at(place.saturating_add(BEFORE)));
        let Some((head, tail)) = split else { return Err(PublishError::Write("a frame holds no records".into())) };
        Ok(Self { head: head.to_vec(), tail: tail.to_vec(), header })
    }

    /// What comes before the first record.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// What comes after the last record.
    pub fn tail(&self) -> &[u8] {
        &self.tail
    }

    /// The bytes of one record, once a manifest of it alone was validated. Between two records comes a
    /// comma.
    ///
    /// # Errors
    /// What [`validate`] says, or what encrypting its personal part says.
    pub fn record(&self, record: Record, known: &Known, telling: &Telling<'_>) -> Result<Vec<u8>, PublishError> {
        let alone = self.header.with(record, known, telling)?;
        validate(&alone)?;
        let inner = alone.strip_prefix(self.head.as_slice()).and_then(|rest| rest.strip_suffix(self.tail.as_slice()));
        inner.map(<[u8]>::to_vec).ok_or_else(|| PublishError::Write("a record does not fit its frame".into()))
    }
}
