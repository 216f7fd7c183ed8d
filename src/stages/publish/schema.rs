//! The published schema, made from the model's types, and the check against it.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::model::manifest::{Manifest, SCHEMA_VERSION};

use super::{PublishError, canonical_json};

/// Errors that are named; a broken manifest can have thousands.
const NAMED_ERRORS: usize = 5;
/// Characters of one error: it quotes the value, which may be a whole record.
const ERROR_LENGTH: usize = 200;

static SCHEMA: LazyLock<Value> = LazyLock::new(make_schema);
static VALIDATOR: LazyLock<Result<jsonschema::Validator, String>> =
    LazyLock::new(|| jsonschema::options().should_validate_formats(true).build(&SCHEMA).map_err(|error| error.to_string()));

/// The JSON Schema (2020-12) of manifests, as published in `docs/manifest.schema.json`.
pub fn schema() -> Value {
    SCHEMA.clone()
}

fn make_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Manifest>();
    schema.insert("$id".to_owned(), format!("urn:sohoa:schema:export-manifest:{SCHEMA_VERSION}").into());
    schema.into()
}

/// Checks the bytes of a manifest before it is released, and whenever it is verified: they must
/// fit the schema, read back into the model and be canonical.
///
/// # Errors
/// Names the first few misfits, each with the JSON pointer of its place.
pub fn validate(bytes: &[u8]) -> Result<(), PublishError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| PublishError::Parse(error.to_string()))?;
    let validator = VALIDATOR.as_ref().map_err(|error| PublishError::Schema(vec![error.clone()]))?;
    let misfits: Vec<String> = validator
        .iter_errors(&value)
        .take(NAMED_ERRORS)
        .map(|error| {
            let message: String = error.to_string().chars().take(ERROR_LENGTH).collect();
            format!("at '{}': {message}", error.instance_path())
        })
        .collect();
    if !misfits.is_empty() {
        return Err(PublishError::Schema(misfits));
    }
    let manifest: Manifest = serde_json::from_slice(bytes).map_err(|error| PublishError::Parse(error.to_string()))?;
    if canonical_json(&manifest)? == bytes { Ok(()) } else { Err(PublishError::NotCanonical) }
}
