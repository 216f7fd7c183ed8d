//! Manifests of version 3, which brought the end of the chain of acts, the digest of the text and ids
//! of the second form. Written no more, readable for ever.

/// The number of this version.
pub const SCHEMA_VERSION: u32 = 3;

/// Its schema as it was published. Never edited.
pub const SCHEMA: &str = include_str!("../../../docs/manifest.v3.schema.json");
