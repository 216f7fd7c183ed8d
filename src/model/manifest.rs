//! Export manifests: what integrators are told of new records.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::ids::Sha256;
use super::record::Record;

/// The version of the manifest's schema that this program writes. A reader of one version can read
/// every manifest with its number; any change gets the next number.
///
/// | version | brought |
/// |---|---|
/// | 1 | records, documents, fields |
/// | 2 | source of the text, digital signatures, sensitive pages, changes by hand, the owner's fields |
pub const SCHEMA_VERSION: u32 = 2;

/// The program that wrote a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Producer {
    /// Always `sohoa`.
    pub name: String,
    /// The program's version.
    pub version: String,
}

/// All records sealed since the manifest before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Sohoa export manifest")]
pub struct Manifest {
    /// See [`SCHEMA_VERSION`].
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    /// Counts from 1 without gaps.
    #[schemars(range(min = 1))]
    pub sequence: u64,
    /// When it was written.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub created_at: OffsetDateTime,
    /// Who wrote it.
    pub producer: Producer,
    /// SHA-256 of the file of the manifest before; null for the first.
    pub previous_sha256: Option<Sha256>,
    /// By dossier code, kind and version; never empty.
    #[schemars(length(min = 1))]
    pub records: Vec<Record>,
}
