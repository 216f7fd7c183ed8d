//! Manifests of version 1: records, documents, fields. Written no more, readable for ever.

/// The number of this version.
pub const SCHEMA_VERSION: u32 = 1;

/// Its schema as it was published. Never edited.
pub const SCHEMA: &str = include_str!("../../../docs/manifest.v1.schema.json");
