//! What keeps a PKCS#12 file closed.

use der::asn1::ObjectIdentifier;
use thiserror::Error;

/// Says why a file cannot be opened.
#[derive(Debug, Error)]
pub(super) enum ContainerError {
    /// It was closed with another password.
    #[error("the password is another one")]
    Password,
    /// It is no such file, or a damaged one.
    #[error("it is no PKCS#12 file, or a damaged one")]
    Damaged,
    /// It uses what is not known here.
    #[error("it uses {0}, which is not known")]
    Unsupported(ObjectIdentifier),
}

impl From<der::Error> for ContainerError {
    fn from(_: der::Error) -> Self {
        Self::Damaged
    }
}
