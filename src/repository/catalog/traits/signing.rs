//! Keys that manifests are signed with, and the signatures.

use time::OffsetDateTime;

use crate::model::act::Bundle;
use crate::model::signing::{ManifestSignature, SigningKey};
use crate::repository::error::RepositoryError;

/// Which key signed what. Keys and signatures are never removed, so that old manifests stay verifiable.
pub trait Signing {
    /// Makes keys, or puts them in the place of those with their names: all of them, with an act for each.
    ///
    /// # Errors
    /// `Conflict` if more than one key would be active; or what the store says.
    fn put_keys(&self, keys: &[SigningKey], at: OffsetDateTime) -> Result<(), RepositoryError>;

    /// All keys, the oldest first.
    ///
    /// # Errors
    /// What the store says.
    fn keys(&self) -> Result<Vec<SigningKey>, RepositoryError>;

    /// Keeps the signature of a manifest.
    ///
    /// # Errors
    /// `Conflict` if the manifest has one; `Storage` if the key is not known; or what the store says.
    fn put_signature(&self, signature: &ManifestSignature) -> Result<(), RepositoryError>;

    /// Tells in an act that manifests and their files are handed out together.
    ///
    /// # Errors
    /// What the store says.
    fn tell_bundled(&self, at: OffsetDateTime, bundle: Bundle) -> Result<(), RepositoryError>;

    /// All signatures, by consumer (the repository's own first) and number.
    ///
    /// # Errors
    /// What the store says.
    fn signatures(&self) -> Result<Vec<ManifestSignature>, RepositoryError>;
}
