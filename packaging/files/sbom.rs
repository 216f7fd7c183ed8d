//! The list of what the program is made of, as CycloneDX 1.5.

use std::error::Error;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::crates::Crate;

/// The list as JSON; the first crate is the program itself.
pub(crate) fn text(crates: &[Crate]) -> Result<String, Box<dyn Error>> {
    let (program, parts) = crates.split_first().ok_or("the program is made of nothing")?;
    let mut parts: Vec<&Crate> = parts.iter().collect();
    parts.sort_by_key(|part| part.url());
    let dependencies: Vec<Value> = crates
        .iter()
        .map(|one| {
            let parts: Vec<String> = one.parts.iter().filter_map(|&place| crates.get(place)).map(Crate::url).collect();
            json!({ "ref": one.url(), "dependsOn": parts })
        })
        .collect();
    let mut metadata = json!({ "component": component(program, "application") });
    let mut list = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "components": parts.into_iter().map(|part| component(part, "library")).collect::<Vec<_>>(),
        "dependencies": dependencies,
    });
    // Of the same commit the same list: its time is that of the commit, its number is made of what it says.
    if let Ok(seconds) = std::env::var("SOURCE_DATE_EPOCH") {
        let time = OffsetDateTime::from_unix_timestamp(seconds.parse()?)?.format(&Rfc3339)?;
        put(&mut metadata, "timestamp", time.into());
    }
    put(&mut list, "metadata", metadata);
    let number = number(&list.to_string());
    put(&mut list, "serialNumber", number.into());
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

fn component(one: &Crate, kind: &str) -> Value {
    let mut component = json!({
        "type": kind,
        "bom-ref": one.url(),
        "name": one.name,
        "version": one.version,
        "licenses": [{ "expression": one.licence }],
        "purl": one.url(),
    });
    if let Some(description) = &one.description {
        let words: Vec<&str> = description.split_whitespace().collect();
        put(&mut component, "description", words.join(" ").into());
    }
    if let Some(checksum) = &one.checksum {
        put(&mut component, "hashes", json!([{ "alg": "SHA-256", "content": checksum }]));
    }
    if let Some(repository) = &one.repository {
        put(&mut component, "externalReferences", json!([{ "type": "vcs", "url": repository }]));
    }
    component
}

fn put(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(key.to_owned(), value);
    }
}

/// A UUID of version 8: the first bits of a hash of `text`.
fn number(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("urn:uuid:{}-{}-8{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
