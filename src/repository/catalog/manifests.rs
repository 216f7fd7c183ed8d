//! Export manifests. One is prepared here with all its bytes, then written under its name, then
//! released here; a crash between leaves a prepared one that can be finished byte for byte.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::{OptionalExtension, Row, params};
use sha2::Digest;
use time::OffsetDateTime;

use super::Catalog;
use super::acts;
use super::digests::{MANIFEST, RECORD};
use super::rows::{corrupt, count, from_time, to_count, to_time, unpack};
use crate::model::act::Deed;
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::ids::{RecordId, Sha256};
use crate::repository::error::RepositoryError;

/// Unpacked at a time.
const BUFFER: usize = 64 * 1024;

/// How far a manifest has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManifestState {
    /// Its bytes are settled; the file may or may not be there.
    Prepared,
    /// The file is there.
    Released,
}

impl ManifestState {
    fn as_str(self) -> &'static str {
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

impl Default for ManifestPacker {
    fn default() -> Self {
        let packed = DeflateEncoder::new(Vec::new(), Compression::default());
        Self { packed, sha256: sha2::Sha256::new(), bytes_len: 0 }
    }
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

impl Catalog {
    /// The manifest with the highest number.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn last_manifest(&self) -> Result<Option<ManifestRow>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT * FROM manifest ORDER BY sequence DESC LIMIT 1")?;
            query.query_and_then([], manifest_of)?.next().transpose()
        })
    }

    /// All manifests, by number.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn manifests(&self) -> Result<Vec<ManifestRow>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT * FROM manifest ORDER BY sequence")?;
            query.query_and_then([], manifest_of)?.collect()
        })
    }

    /// Settles the bytes of the next manifest and marks its records as exported.
    ///
    /// # Errors
    /// `Storage` if digest or size are not those of `content`, or as for [`Self::prepare_packed`].
    pub fn prepare_manifest(&self, row: &ManifestRow, content: &[u8], records: &[RecordId]) -> Result<(), RepositoryError> {
        let mut packer = ManifestPacker::default();
        packer.write(content)?;
        let (packed, sha256, bytes_len) = packer.finish()?;
        if sha256 != row.sha256 || bytes_len != row.bytes_len {
            let cause = StorageFault::ManifestDigest { sequence: row.sequence };
            return Err(RepositoryError::Storage { place: String::new(), cause: cause.into() });
        }
        self.prepare_packed(row, &packed, records)
    }

    /// The same with bytes that a [`ManifestPacker`] has packed.
    ///
    /// # Errors
    /// `Conflict` if the number is not the next one, the manifest before is not released, or a record
    /// is not there or in another manifest; or what SQLite says.
    pub fn prepare_packed(&self, row: &ManifestRow, packed: &[u8], records: &[RecordId]) -> Result<(), RepositoryError> {
        let sequence = row.sequence;
        let refused = |cause: StorageFault| RepositoryError::Conflict { place: String::new(), cause: cause.into() };
        let created_at = to_time(row.created_at)?;
        self.write(|tx| {
            let last = tx
                .query_row("SELECT sequence, state FROM manifest ORDER BY sequence DESC LIMIT 1", [], |last| {
                    Ok((last.get::<_, i64>(0)?, last.get::<_, String>(1)?))
                })
                .optional()?;
            if last.as_ref().is_some_and(|(_, state)| state != ManifestState::Released.as_str()) {
                return Err(refused(StorageFault::ManifestBeforeUnreleased { sequence }));
            }
            if last.map_or(1, |(sequence, _)| sequence + 1) != to_count(row.sequence) {
                return Err(refused(StorageFault::ManifestNumber { sequence }));
            }
            tx.execute(
                &MANIFEST.insert(),
                params![
                    to_count(row.sequence),
                    row.sha256.as_bytes(),
                    to_count(row.bytes_len),
                    ManifestState::Prepared.as_str(),
                    created_at,
                    row.file_name,
                    packed
                ],
            )?;
            let digest = RECORD.digest(&[("manifest", "?1")]);
            let mut mark = tx
                .prepare(&format!("UPDATE record SET manifest = ?1, row_digest = {digest} WHERE id = ?2 AND manifest IS NULL"))?;
            for record in records {
                if mark.execute(params![to_count(row.sequence), record.as_bytes()])? != 1 {
                    return Err(refused(StorageFault::ManifestRecord { sequence }));
                }
            }
            let deed = Deed::Exported { sequence: row.sequence, sha256: row.sha256, records: records.len() as u64 };
            acts::append(tx, row.created_at, &self.warrant, deed)
        })
    }

    /// The settled bytes of a manifest.
    ///
    /// # Errors
    /// `Damaged` if they do not unpack, or what SQLite says.
    pub fn manifest_content(&self, sequence: u64) -> Result<Option<Vec<u8>>, RepositoryError> {
        self.packed_manifest(sequence)?.map(|packed| unpack(&packed)).transpose()
    }

    /// Writes the settled bytes of a manifest to `to`.
    ///
    /// # Errors
    /// `Damaged` if they are not what `row` says; then `to` has got bytes that are of no use. Or what
    /// SQLite or the disk says.
    pub fn copy_manifest(&self, row: &ManifestRow, to: &mut impl Write) -> Result<(), RepositoryError> {
        let place = || row.file_name.clone();
        let damaged = |cause: Cause| RepositoryError::Damaged { place: place(), cause };
        let packed = self.packed_manifest(row.sequence)?.ok_or_else(|| damaged(StorageFault::ManifestUnknown.into()))?;
        // One byte more than there are tells whether there are more.
        let mut content = DeflateDecoder::new(packed.as_slice()).take(row.bytes_len.saturating_add(1));
        let (mut sha256, mut bytes) = (sha2::Sha256::new(), 0);
        let mut buffer = vec![0; BUFFER];
        loop {
            let count = content.read(&mut buffer).map_err(|error| damaged(error.into()))?;
            if count == 0 {
                break;
            }
            let part = buffer.get(..count).unwrap_or_default();
            sha256.update(part);
            bytes += part.len() as u64;
            to.write_all(part).map_err(|error| RepositoryError::io(Path::new(&row.file_name), &error))?;
        }
        let same = bytes == row.bytes_len && Sha256::from_bytes(sha256.finalize().into()) == row.sha256;
        if same { Ok(()) } else { Err(damaged(StorageFault::ManifestContent.into())) }
    }

    fn packed_manifest(&self, sequence: u64) -> Result<Option<Vec<u8>>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT content FROM manifest WHERE sequence = ?1")?;
            Ok(query.query_row([to_count(sequence)], |row| row.get(0)).optional()?)
        })
    }

    /// The settled bytes of a manifest, unpacked while they are read.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn manifest_reader(&self, sequence: u64) -> Result<Option<impl Read + use<>>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT content FROM manifest WHERE sequence = ?1")?;
            let packed: Option<Vec<u8>> = query.query_row([to_count(sequence)], |row| row.get(0)).optional()?;
            Ok(packed.map(|packed| DeflateDecoder::new(Cursor::new(packed))))
        })
    }

    /// Notes that the manifest's file is there.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn release_manifest(&self, sequence: u64) -> Result<(), RepositoryError> {
        self.write(|tx| {
            let released = ManifestState::Released.as_str();
            let digest = MANIFEST.digest(&[("state", "?2")]);
            let sql = format!("UPDATE manifest SET state = ?2, row_digest = {digest} WHERE sequence = ?1");
            tx.execute(&sql, params![to_count(sequence), released])?;
            Ok(())
        })
    }
}

fn manifest_of(row: &Row<'_>) -> Result<ManifestRow, RepositoryError> {
    let state: String = row.get("state")?;
    Ok(ManifestRow {
        sequence: count(row, "sequence")?,
        sha256: Sha256::from_bytes(row.get("sha256")?),
        bytes_len: count(row, "bytes")?,
        state: [ManifestState::Prepared, ManifestState::Released]
            .into_iter()
            .find(|known| known.as_str() == state)
            .ok_or_else(|| corrupt(state))?,
        created_at: from_time(&row.get::<_, String>("created_at")?)?,
        file_name: row.get("file_name")?,
    })
}
