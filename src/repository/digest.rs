//! Hashing in one pass: every digest of bytes that are read from somewhere is made here.

use std::cell::RefCell;
use std::io::{self, Read, Write};

use sha2::Digest;

use crate::model::ids::{BlobId, Sha256};

/// Read and hashed at a time.
const BUFFER: usize = 256 * 1024;

/// A file of the store with its digests and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredBlob {
    /// BLAKE3 of the bytes.
    pub id: BlobId,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// Size.
    pub bytes: u64,
}

/// Tells which side failed.
#[derive(Debug)]
pub(super) enum DigestError {
    /// The bytes could not be read.
    Source(io::Error),
    /// They could not be written on.
    Target(io::Error),
}

/// Both digests and the number of all bytes that come; they are written to `to` on the way.
pub(super) fn digest(source: &mut dyn Read, mut to: Option<&mut dyn Write>) -> Result<StoredBlob, DigestError> {
    let (mut blake3, mut sha256) = (blake3::Hasher::new(), sha2::Sha256::new());
    let bytes = each_part(source, |part| {
        blake3.update(part);
        sha256.update(part);
        to.as_mut().map_or(Ok(()), |to| to.write_all(part))
    })?;
    let id = BlobId::from_bytes(*blake3.finalize().as_bytes());
    Ok(StoredBlob { id, sha256: Sha256::from_bytes(sha256.finalize().into()), bytes })
}

/// SHA-256 and number of all bytes that come; they are written to `to` on the way.
pub(super) fn sha256(source: &mut dyn Read, mut to: Option<&mut dyn Write>) -> Result<(Sha256, u64), DigestError> {
    let mut sha256 = sha2::Sha256::new();
    let bytes = each_part(source, |part| {
        sha256.update(part);
        to.as_mut().map_or(Ok(()), |to| to.write_all(part))
    })?;
    Ok((Sha256::from_bytes(sha256.finalize().into()), bytes))
}

/// SHA-256 and number of all bytes that come.
///
/// # Errors
/// What the reader says.
pub fn sha256_of(mut source: impl Read) -> io::Result<(Sha256, u64)> {
    sha256(&mut source, None).map_err(|error| match error {
        DigestError::Source(error) | DigestError::Target(error) => error,
    })
}

thread_local! {
    /// Kept from file to file: most scans are smaller than it.
    static READ: RefCell<Vec<u8>> = RefCell::new(vec![0; BUFFER]);
}

/// Hands on all of `source` a part at a time and counts the bytes.
fn each_part(source: &mut dyn Read, take: impl FnMut(&[u8]) -> io::Result<()>) -> Result<u64, DigestError> {
    READ.with(|buffer| match buffer.try_borrow_mut() {
        Ok(mut buffer) => each_part_through(&mut buffer, source, take),
        // A source that hashes what it reads itself.
        Err(_) => each_part_through(&mut vec![0; BUFFER], source, take),
    })
}

fn each_part_through(
    buffer: &mut [u8],
    source: &mut dyn Read,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<u64, DigestError> {
    let mut bytes = 0;
    loop {
        let count = match source.read(buffer) {
            Ok(0) => return Ok(bytes),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(DigestError::Source(error)),
        };
        take(buffer.get(..count).unwrap_or_default()).map_err(DigestError::Target)?;
        bytes += count as u64;
    }
}
