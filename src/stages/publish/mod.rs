//! Writes what integrators read: the export manifest, its canonical bytes and its schema.

mod read;
mod schema;
mod split;
mod stream;
pub mod v1;
pub mod v2;
pub mod v3;
pub mod v4;
pub mod v5;
pub mod v6;

use serde::Serialize;
use thiserror::Error;

use crate::model::failure::cause::SealFault;
use crate::model::failure::{Failure, FailureCode, Names};
use crate::model::ids::Sha256;
pub use crate::model::record::manifest_file_name as file_name;
use crate::model::scan::MediaType;

pub use read::{Outline, read};
pub use schema::{schema, validate};
pub use split::{Pieces, record_bytes, split};
pub use stream::{Edition, Frame, Heading};
pub use v6::{File as PublishedFile, Manifest, SCHEMA_VERSION, Telling};

/// Reports a manifest that must not be released.
#[derive(Debug, Error)]
pub enum PublishError {
    /// It could not be written as JSON.
    #[error("the manifest cannot be written as canonical JSON: {0}")]
    Write(String),
    /// Its bytes are not JSON of a manifest.
    #[error("not a manifest: {0}")]
    Parse(String),
    /// It does not fit the schema.
    #[error("it does not fit the schema: {}", .0.join("; "))]
    Schema(Vec<String>),
    /// Its personal part cannot be encrypted.
    #[error("its personal part cannot be encrypted: {0}")]
    Encrypt(String),
    /// It says the right thing in other bytes than the canonical ones.
    #[error("its bytes are not canonical JSON (RFC 8785)")]
    NotCanonical,
}

impl PublishError {
    /// The reason code of this error.
    pub fn code(&self) -> FailureCode {
        FailureCode::ManifestInvalid
    }

    /// Why, by its code.
    pub fn cause(self) -> SealFault {
        match self {
            Self::Write(said) | Self::Encrypt(said) => SealFault::NotWritten { said },
            Self::Parse(said) => SealFault::NotAManifest { said },
            Self::Schema(violations) => SealFault::AgainstSchema { violations: Names(violations) },
            Self::NotCanonical => SealFault::NotCanonical,
        }
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        Self::new(error.code()).because(error.cause())
    }
}

/// Where a file lies in a bundle, below `data/`: its hash names it, so that readers of a manifest find it.
pub fn bundle_path(sha256: Sha256, media_type: MediaType) -> String {
    let digits = sha256.to_string();
    let folder: String = digits.chars().take(2).collect();
    format!("files/{folder}/{digits}.{}", media_type.ending())
}

/// The only bytes that say this manifest: RFC 8785 (keys sorted, no white space, one way to write
/// a number), without a line end.
///
/// # Errors
/// Fails on what JSON cannot say, such as a time outside the years 0 to 9999.
pub fn canonical_json(manifest: &impl Serialize) -> Result<Vec<u8>, PublishError> {
    serde_json_canonicalizer::to_vec(manifest).map_err(|error| PublishError::Write(error.to_string()))
}

#[cfg(test)]
mod tests;
