//! A manifest's canonical bytes, record by record, so that no manifest has to be held in memory.

use super::{Manifest, PublishError, build_with, canonical_json, validate};
use crate::model::record::Record;

/// How the list of records looks in a manifest that has none.
const NO_RECORDS: &[u8] = br#""records":[]"#;
/// What of it comes before the records.
const BEFORE: usize = NO_RECORDS.len() - 1;

/// What stands around the records of a manifest: everything that is said of it as a whole.
#[derive(Debug)]
pub struct Frame {
    header: Manifest,
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl Frame {
    /// The frame of the manifest that `header` is without its records.
    ///
    /// # Errors
    /// What [`canonical_json`] says.
    pub fn new(header: Manifest) -> Result<Self, PublishError> {
        let bytes = canonical_json(&header)?;
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
    /// What [`validate`] says.
    pub fn record(&self, record: Record) -> Result<Vec<u8>, PublishError> {
        let alone = canonical_json(&build_with(&self.header, vec![record]))?;
        validate(&alone)?;
        let inner = alone.strip_prefix(self.head.as_slice()).and_then(|rest| rest.strip_suffix(self.tail.as_slice()));
        inner.map(<[u8]>::to_vec).ok_or_else(|| PublishError::Write("a record does not fit its frame".into()))
    }
}
