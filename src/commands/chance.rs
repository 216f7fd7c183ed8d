//! Bytes that nobody can guess, from the system.

use ring::rand::{SecureRandom, SystemRandom};

use crate::model::failure::{Cause, Failure, FailureCode};

/// So many bytes by chance.
///
/// # Errors
/// When the system has none to give.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Failure::new(FailureCode::StorageFailed).because(Cause::said("no random bytes")))?;
    Ok(bytes)
}

/// A text of 64 digits by chance.
///
/// # Errors
/// As [`bytes`].
pub(crate) fn text() -> Result<String, Failure> {
    let bytes = bytes::<32>()?;
    Ok(crate::model::ids::Sha256::from_bytes(bytes).to_string())
}
