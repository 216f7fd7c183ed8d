//! The published schema, made from the model's types, and the check against it.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Manifest, PublishError, SCHEMA_VERSION, canonical_json, v1, v2, v3, v4, v5};

/// Errors that are named; a broken manifest can have thousands.
const NAMED_ERRORS: usize = 5;
/// Characters of one error: it quotes the value, which may be a whole record.
const ERROR_LENGTH: usize = 200;

static SCHEMA: LazyLock<Value> = LazyLock::new(make_schema);
static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| make_validator(&SCHEMA));

static VALIDATOR_1: LazyLock<Validator> = LazyLock::new(|| make_validator(&published(v1::SCHEMA)?));
static VALIDATOR_2: LazyLock<Validator> = LazyLock::new(|| make_validator(&published(v2::SCHEMA)?));
static VALIDATOR_3: LazyLock<Validator> = LazyLock::new(|| make_validator(&published(v3::SCHEMA)?));
static VALIDATOR_4: LazyLock<Validator> = LazyLock::new(|| make_validator(&published(v4::SCHEMA)?));
static VALIDATOR_5: LazyLock<Validator> = LazyLock::new(|| make_validator(&published(SCHEMA_5)?));

/// The schema of version 5 as it was published, though its types are still there. Never edited.
const SCHEMA_5: &str = include_str!("../../../docs/manifest.v5.schema.json");

type Validator = Result<jsonschema::Validator, String>;

fn published(schema: &str) -> Result<Value, String> {
    serde_json::from_str(schema).map_err(|error| error.to_string())
}

fn make_validator(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).map_err(|error| error.to_string())
}

/// The JSON Schema (2020-12) of manifests of [`SCHEMA_VERSION`], as published in
/// `docs/manifest.v6.schema.json`.
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
/// fit the schema of the version they state, read back into the model and be canonical.
///
/// # Errors
/// Names the first few violations, each with the JSON pointer of its place.
pub fn validate(bytes: &[u8]) -> Result<(), PublishError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| PublishError::Parse(error.to_string()))?;
    let stated = value.get("schema_version").and_then(Value::as_u64);
    let validator = match stated {
        Some(1) => &VALIDATOR_1,
        Some(2) => &VALIDATOR_2,
        Some(3) => &VALIDATOR_3,
        Some(4) => &VALIDATOR_4,
        Some(5) => &VALIDATOR_5,
        _ => &VALIDATOR,
    };
    let validator = validator.as_ref().map_err(|error| PublishError::Schema(vec![error.clone()]))?;
    let violations: Vec<String> = validator
        .iter_errors(&value)
        .take(NAMED_ERRORS)
        .map(|error| {
            let message: String = error.to_string().chars().take(ERROR_LENGTH).collect();
            format!("at '{}': {message}", error.instance_path())
        })
        .collect();
    if !violations.is_empty() {
        return Err(PublishError::Schema(violations));
    }
    // What the types hold in more than one way, such as the case of a time, has one way in writing.
    let canonical = if stated == Some(u64::from(SCHEMA_VERSION)) {
        written_again::<Manifest>(value)?
    } else if stated == Some(u64::from(v5::SCHEMA_VERSION)) {
        written_again::<v5::Manifest>(value)?
    } else {
        super::read(bytes, &mut |_| {})?;
        canonical_json(&value)?
    };
    if canonical == bytes { Ok(()) } else { Err(PublishError::NotCanonical) }
}

/// The canonical bytes of what the types hold of it.
fn written_again<M: Serialize + DeserializeOwned>(value: Value) -> Result<Vec<u8>, PublishError> {
    let manifest: M = serde_json::from_value(value).map_err(|error| PublishError::Parse(error.to_string()))?;
    canonical_json(&manifest)
}
