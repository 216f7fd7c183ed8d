//! A manifest has one sequence of bytes: what parses is written canonically and parses to the same,
//! and what validates is already written so.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sohoa::stages::publish::{Manifest, PublishError, SCHEMA_VERSION, canonical_json, read, validate};

fuzz_target!(|bytes: &[u8]| {
    let valid = validate(bytes);
    // Manifests of every version read, those of the newest into types.
    let outline = read(bytes, &mut |_| {});
    let Ok(manifest) = serde_json::from_slice::<Manifest>(bytes) else {
        let old = outline.is_ok_and(|outline| outline.schema_version < SCHEMA_VERSION);
        assert!(valid.is_err() || old, "what is no manifest does not validate");
        return;
    };
    // A time that RFC 3339 cannot say has no canonical form.
    let Ok(canonical) = canonical_json(&manifest) else {
        assert!(valid.is_err(), "what cannot be written does not validate");
        return;
    };
    let again: Manifest = serde_json::from_slice(&canonical).expect("canonical bytes parse");
    assert_eq!(again, manifest);
    assert_eq!(canonical_json(&again).ok().as_deref(), Some(canonical.as_slice()), "canonical bytes are the only ones");
    match valid {
        Ok(()) => assert_eq!(canonical, bytes, "what validates is canonical"),
        Err(PublishError::NotCanonical) => validate(&canonical).expect("only its bytes were wrong"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
