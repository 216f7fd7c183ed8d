//! Export manifests. One is prepared here with all its bytes, then written under its name, then
//! released here; a crash between leaves a prepared one that can be finished byte for byte.

use std::io::{Cursor, Read};

use flate2::read::DeflateDecoder;
use rusqlite::{OptionalExtension, Row, params};

use super::SqliteCatalog;
use super::acts;
use super::digests::{MANIFEST, RECORD};
use super::rows::{corrupt, count, from_time, to_count, to_time};
use crate::model::act::Deed;
use crate::model::ids::Sha256;
use crate::repository::catalog::{ManifestOrder, ManifestRow, ManifestState, Manifests};
use crate::repository::error::RepositoryError;

impl Manifests for SqliteCatalog {
    fn last_manifest(&self) -> Result<Option<ManifestRow>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT * FROM manifest ORDER BY sequence DESC LIMIT 1")?;
            query.query_and_then([], manifest_of)?.next().transpose()
        })
    }

    fn manifests(&self) -> Result<Vec<ManifestRow>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT * FROM manifest ORDER BY sequence")?;
            query.query_and_then([], manifest_of)?.collect()
        })
    }

    fn prepare_manifest(&self, order: &ManifestOrder<'_>) -> Result<(), RepositoryError> {
        let &ManifestOrder { row, packed, records } = order;
        let refused = |cause: &str| RepositoryError::Conflict {
            place: String::new(),
            cause: format!("manifest {} was not prepared: {cause}", row.sequence),
        };
        let created_at = to_time(row.created_at)?;
        self.write(|tx| {
            let last = tx
                .query_row("SELECT sequence, state FROM manifest ORDER BY sequence DESC LIMIT 1", [], |last| {
                    Ok((last.get::<_, i64>(0)?, last.get::<_, String>(1)?))
                })
                .optional()?;
            if last.as_ref().is_some_and(|(_, state)| state != ManifestState::Released.as_str()) {
                return Err(refused("the one before it is not released"));
            }
            if last.map_or(1, |(sequence, _)| sequence + 1) != to_count(row.sequence) {
                return Err(refused("its number is not the next one"));
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
                    return Err(refused("a record is missing or was exported before"));
                }
            }
            let deed = Deed::Exported { sequence: row.sequence, sha256: row.sha256, records: records.len() as u64 };
            acts::append(tx, row.created_at, &self.warrant, deed)
        })
    }

    fn manifest_reader(&self, sequence: u64) -> Result<Option<Box<dyn Read>>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT content FROM manifest WHERE sequence = ?1")?;
            let packed: Option<Vec<u8>> = query.query_row([to_count(sequence)], |row| row.get(0)).optional()?;
            Ok(packed.map(|packed| Box::new(DeflateDecoder::new(Cursor::new(packed))) as Box<dyn Read>))
        })
    }

    fn release_manifest(&self, sequence: u64) -> Result<(), RepositoryError> {
        self.write(|tx| {
            let released = ManifestState::Released.as_str();
            let digest = MANIFEST.digest(&[("state", "?2")]);
            let sql = format!("UPDATE manifest SET state = ?2, row_digest = {digest} WHERE sequence = ?1");
            match tx.execute(&sql, params![to_count(sequence), released])? {
                0 => Err(corrupt(format!("there is no manifest {sequence}"))),
                _ => Ok(()),
            }
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
