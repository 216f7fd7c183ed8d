//! Manifests of version 4, which brought the pages that a source was cut out of. Written no more,
//! readable for ever.

/// The number of this version.
pub const SCHEMA_VERSION: u32 = 4;

/// Its schema as it was published. Never edited.
pub const SCHEMA: &str = include_str!("../../../docs/manifest.v4.schema.json");
