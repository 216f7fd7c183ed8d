//! A manifest cut into its records as they stand, and what a record has to stand there as: to compare
//! thousands of records without reading them.

use super::{Edition, Outline, PublishError, read, validate};
use crate::model::canonical::{Selection, canonical, elements, members};

/// A manifest whose frame was checked, and not its records.
#[derive(Debug)]
pub struct Pieces<'a> {
    /// What it says besides its records.
    pub outline: Outline,
    /// The version that it is written in.
    pub edition: Edition,
    /// The bytes of each record.
    pub records: Vec<&'a str>,
}

/// Cuts a manifest of a version that is still written and validates all of it but its records after the first.
///
/// # Errors
/// When that is not valid. None if the manifest is of another version, or not written as we write.
pub fn split(manifest: &str) -> Option<Result<Pieces<'_>, PublishError>> {
    let members = members(manifest)?;
    let value = |key: &str| members.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
    let edition = Edition::of(value("schema_version")?.parse().ok()?)?;
    let records = elements(value("records")?)?;
    let first = records.first()?;
    let parts: Vec<String> = members
        .iter()
        .map(|(key, value)| if *key == "records" { format!("\"records\":[{first}]") } else { format!("\"{key}\":{value}") })
        .collect();
    let frame = format!("{{{}}}", parts.join(","));
    let outline = validate(frame.as_bytes()).and_then(|()| read(frame.as_bytes(), &mut |_| {}));
    Some(outline.map(|outline| Pieces { outline: Outline { records: records.len() as u64, ..outline }, edition, records }))
}

/// The bytes that stand in a manifest of version 5 for the record that is kept as `json`. None
/// if it is not written as we write, or has what stands otherwise in a manifest: then its type tells
/// (see [`super::v5`]).
pub fn record_bytes(json: &str) -> Option<Vec<u8>> {
    // An excerpt is told as the source, and of a decision or a document that was taken out the least.
    let otherwise = ["\"excerpt\":", "\"decision\":", "\"voided\":", "\"by_hand\":"].iter().any(|member| json.contains(member));
    if otherwise { None } else { canonical(json, &Published) }
}

/// What of a record is for those who decide, and in no manifest.
struct Published;

impl Selection for Published {
    fn leaves_out(&self, path: &[&str], key: &str) -> bool {
        matches!((path, key), (["documents", "fields", _], "raw" | "doubts" | "others"))
    }

    fn leaves_out_value(&self, path: &[&str], value: &[u8]) -> bool {
        // Quotation marks within a string are escaped: this is a member and nothing else.
        let absent = br#""status":"absent""#;
        matches!(path, ["documents", "fields"]) && value.windows(absent.len()).any(|part| part == absent)
    }
}
