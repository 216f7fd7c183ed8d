//! Reads manifests of every version, one record at a time: a manifest of ten thousand records need
//! not fit into memory.

use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use time::OffsetDateTime;

use super::PublishError;
use super::v6::{self, Producer, Record};
use crate::model::act::ActHead;
use crate::model::ids::Sha256;
use crate::model::telling::PersonalMode;

/// What a manifest says besides its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The version of its schema.
    pub schema_version: u32,
    /// Its number.
    pub sequence: u64,
    /// When it was written.
    pub created_at: OffsetDateTime,
    /// SHA-256 of the manifest before.
    pub previous_sha256: Option<Sha256>,
    /// The end of the chain of acts; none before version 3.
    pub acts: Option<ActHead>,
    /// What became of personal parts; none before version 6, where all stands in its place.
    pub personal: Option<PersonalMode>,
    /// Number of its records.
    pub records: u64,
}

/// Reads a manifest and shows each of its records to `on_record`. A record of an older version
/// reads as one of the newest that lacks what came later.
///
/// Whether it fits its schema to the letter is not looked at (see [`super::validate`]).
///
/// # Errors
/// When the bytes are none of a manifest of a version that is known.
pub fn read(from: impl Read, on_record: &mut dyn FnMut(Record)) -> Result<Outline, PublishError> {
    let mut json = serde_json::Deserializer::from_reader(std::io::BufReader::with_capacity(64 * 1024, from));
    let parsed = json.deserialize_map(Outer { on_record }).and_then(|outline| json.end().map(|()| outline));
    parsed.map_err(|error| PublishError::Parse(error.to_string()))
}

struct Outer<'a> {
    on_record: &'a mut dyn FnMut(Record),
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Time(#[serde(with = "time::serde::rfc3339")] OffsetDateTime);

impl<'de> Visitor<'de> for Outer<'_> {
    type Value = Outline;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a manifest")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline, A::Error> {
        let (mut version, mut sequence, mut created_at, mut previous) = (None, None, None, None);
        let (mut acts, mut personal, mut records) = (None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "schema_version" => version = Some(map.next_value::<u32>()?),
                "sequence" => sequence = Some(map.next_value::<u64>()?),
                "created_at" => created_at = Some(map.next_value::<Time>()?.0),
                "previous_sha256" => previous = Some(map.next_value::<Option<Sha256>>()?),
                "acts" => acts = Some(map.next_value::<ActHead>()?),
                "personal" => personal = Some(map.next_value::<PersonalMode>()?),
                "records" => records = Some(map.next_value_seed(Records { on_record: self.on_record, personal })?),
                "producer" => drop(map.next_value::<Producer>()?),
                other => {
                    map.next_value::<IgnoredAny>()?;
                    return Err(A::Error::custom(format!("'{other}' is no part of a manifest")));
                }
            }
        }
        let schema_version = version.ok_or_else(|| A::Error::missing_field("schema_version"))?;
        let has_its_members = (schema_version >= 3) == acts.is_some() && (schema_version >= 6) == personal.is_some();
        if !(1..=v6::SCHEMA_VERSION).contains(&schema_version) || !has_its_members {
            return Err(A::Error::custom(format!("no manifest of version {schema_version} looks like this")));
        }
        Ok(Outline {
            schema_version,
            sequence: sequence.ok_or_else(|| A::Error::missing_field("sequence"))?,
            created_at: created_at.ok_or_else(|| A::Error::missing_field("created_at"))?,
            previous_sha256: previous.ok_or_else(|| A::Error::missing_field("previous_sha256"))?,
            acts,
            personal,
            records: records.ok_or_else(|| A::Error::missing_field("records"))?,
        })
    }
}

struct Records<'a> {
    on_record: &'a mut dyn FnMut(Record),
    /// What stands before them, as all members do in the order of their names.
    personal: Option<PersonalMode>,
}

impl<'de> DeserializeSeed<'de> for Records<'_> {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Records<'_> {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<u64, A::Error> {
        let mut count = 0;
        while let Some(record) = sequence.next_element::<Record>()? {
            if !record.fits(self.personal) {
                return Err(A::Error::custom(format!("record {} has not its personal part as the manifest says", record.id)));
            }
            (self.on_record)(record);
            count += 1;
        }
        Ok(count)
    }
}
