//! Export manifests. One is prepared with all its bytes, then written under its name, then
//! released; a crash between leaves a prepared one that can be finished byte for byte.

use std::io::{Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::Digest;
use time::OffsetDateTime;

use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::{RecordId, Sha256};
use crate::repository::digest::{DigestError, sha256};
use crate::repository::error::RepositoryError;

/// The largest manifest that is held in memory whole.
const MAX_HELD: u64 = 256 << 20;

/// How far a manifest has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManifestState {
    /// Its bytes are settled; the file may or may not be there.
    Prepared,
    /// The file is there.
    Released,
}

impl ManifestState {
    pub(in crate::repository) fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Released => "released",
        }
    }
}

/// One manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestRow {
    /// Counts from 1 without gaps.
    pub sequence: u64,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Its size.
    pub bytes_len: u64,
    /// How far it has come.
    pub state: ManifestState,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// The name of its file in `exports/`.
    pub file_name: String,
}

/// Packs a manifest's bytes as they come, and counts and hashes them.
#[derive(Debug)]
pub struct ManifestPacker {
    packed: DeflateEncoder<Vec<u8>>,
    sha256: sha2::Sha256,
    bytes_len: u64,
}

impl ManifestPacker {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// When they cannot be packed.
    pub fn write(&mut self, part: &[u8]) -> Result<(), RepositoryError> {
        self.packed.write_all(part).map_err(|error| RepositoryError::storage(Path::new(""), error))?;
        self.sha256.update(part);
        self.bytes_len += part.len() as u64;
        Ok(())
    }

    /// Bytes taken so far.
    pub fn bytes_len(&self) -> u64 {
        self.bytes_len
    }

    /// The packed bytes, and digest and number of those that were taken.
    ///
    /// # Errors
    /// When they cannot be packed.
    pub fn finish(self) -> Result<(Vec<u8>, Sha256, u64), RepositoryError> {
        let packed = self.packed.finish().map_err(|error| RepositoryError::storage(Path::new(""), error))?;
        Ok((packed, Sha256::from_bytes(self.sha256.finalize().into()), self.bytes_len))
    }
}

impl Default for ManifestPacker {
    fn default() -> Self {
        let packed = DeflateEncoder::new(Vec::new(), Compression::default());
        Self { packed, sha256: sha2::Sha256::new(), bytes_len: 0 }
    }
}

/// The next manifest and all that happens with it at once.
#[derive(Debug, Clone, Copy)]
pub struct ManifestOrder<'a> {
    /// Its number, digest and size. The number is the one after the last.
    pub row: &'a ManifestRow,
    /// Its bytes as a [`ManifestPacker`] packed them.
    pub packed: &'a [u8],
    /// The records in it.
    pub records: &'a [RecordId],
}

/// What was exported, and with which bytes.
pub trait Manifests {
    /// The manifest with the highest number.
    ///
    /// # Errors
    /// What the store says.
    fn last_manifest(&self) -> Result<Option<ManifestRow>, RepositoryError>;

    /// All manifests, by number.
    ///
    /// # Errors
    /// What the store says.
    fn manifests(&self) -> Result<Vec<ManifestRow>, RepositoryError>;

    /// Settles the bytes of the next manifest and marks its records as exported: both or neither.
    ///
    /// # Errors
    /// `Conflict` if the number is not the next one, the manifest before is not released, or a record
    /// is not there or in another manifest; or what the store says.
    fn prepare_manifest(&self, order: &ManifestOrder<'_>) -> Result<(), RepositoryError>;

    /// The settled bytes of a manifest, unpacked while they are read.
    ///
    /// # Errors
    /// What the store says.
    fn manifest_reader(&self, sequence: u64) -> Result<Option<Box<dyn Read>>, RepositoryError>;

    /// Notes that the manifest's file is there.
    ///
    /// # Errors
    /// What the store says.
    fn release_manifest(&self, sequence: u64) -> Result<(), RepositoryError>;

    /// The settled bytes of a manifest.
    ///
    /// # Errors
    /// `Damaged` if they do not unpack or are too many to be held, or what the store says.
    fn manifest_content(&self, sequence: u64) -> Result<Option<Vec<u8>>, RepositoryError> {
        let Some(reader) = self.manifest_reader(sequence)? else { return Ok(None) };
        let damaged = |cause: Cause| RepositoryError::Damaged { place: format!("manifest {sequence}"), cause };
        let mut content = Vec::new();
        // One byte more tells what is too large from what is just as large.
        reader.take(MAX_HELD + 1).read_to_end(&mut content).map_err(|error| damaged(error.into()))?;
        if content.len() as u64 > MAX_HELD {
            return Err(damaged(StorageFault::UnpacksToMore { limit: MAX_HELD }.into()));
        }
        Ok(Some(content))
    }

    /// Writes the settled bytes of a manifest to `to`.
    ///
    /// # Errors
    /// `Damaged` if they are not what `row` says; then `to` has got bytes that are of no use. Or what
    /// the store or the disk says.
    fn copy_manifest(&self, row: &ManifestRow, to: &mut dyn Write) -> Result<(), RepositoryError> {
        copy_settled(self.manifest_reader(row.sequence)?, row, to)
    }
}

/// Writes the settled bytes of a manifest to `to`.
///
/// # Errors
/// As [`Manifests::copy_manifest`].
pub fn copy_settled(content: Option<Box<dyn Read>>, row: &ManifestRow, to: &mut dyn Write) -> Result<(), RepositoryError> {
    let damaged = |cause: Cause| RepositoryError::Damaged { place: row.file_name.clone(), cause };
    let content = content.ok_or_else(|| damaged(StorageFault::ManifestUnknown.into()))?;
    // One byte more than there are tells whether there are more.
    match sha256(&mut content.take(row.bytes_len.saturating_add(1)), Some(to)) {
        Ok(found) if found == (row.sha256, row.bytes_len) => Ok(()),
        Ok(_) => Err(damaged(StorageFault::ManifestContent.into())),
        Err(DigestError::Source(error)) => Err(damaged(error.into())),
        Err(DigestError::Target(error)) => Err(RepositoryError::io(Path::new(&row.file_name), &error)),
    }
}
