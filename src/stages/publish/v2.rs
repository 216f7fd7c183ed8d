//! Manifests of version 2, which brought the source of the text, signatures, sensitive pages,
//! changes by hand and the owner's fields. Written no more, readable for ever.

/// The number of this version.
pub const SCHEMA_VERSION: u32 = 2;

/// Its schema as it was published. Never edited.
pub const SCHEMA: &str = include_str!("../../../docs/manifest.v2.schema.json");
