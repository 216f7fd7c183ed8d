//! Keys and signatures.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use time::OffsetDateTime;

use super::SqliteCatalog;
use super::acts;
use super::digests::{MANIFEST_SIGNATURE, SIGNING_KEY};
use super::rows::{corrupt, count, from_json, to_count, to_json};
use crate::model::act::{Bundle, Deed};
use crate::model::failure::cause::StorageFault;
use crate::model::signing::{KeyState, ManifestSignature, SigningKey};
use crate::repository::catalog::Signing;
use crate::repository::error::RepositoryError;

impl Signing for SqliteCatalog {
    fn put_keys(&self, keys: &[SigningKey], at: OffsetDateTime) -> Result<(), RepositoryError> {
        self.write(|tx| {
            keys.iter().try_for_each(|key| put(tx, key))?;
            let active = all(tx)?.iter().filter(|key| key.state == KeyState::Active).count();
            if active > 1 {
                return Err(conflict(StorageFault::KeyActive));
            }
            keys.iter().try_for_each(|key| acts::append(tx, at, &self.warrant, Deed::of_key(key)))
        })
    }

    fn keys(&self) -> Result<Vec<SigningKey>, RepositoryError> {
        self.read(|db| {
            let mut keys = all(db)?;
            keys.sort_by(|a, b| a.age().cmp(&b.age()));
            Ok(keys)
        })
    }

    fn put_signature(&self, signature: &ManifestSignature) -> Result<(), RepositoryError> {
        self.write(|tx| {
            let consumer = signature.consumer.as_ref().map_or("", |name| name.as_str());
            let sequence = to_count(signature.sequence);
            let taken = "SELECT 1 FROM manifest_signature WHERE consumer = ?1 AND sequence = ?2";
            if tx.query_row(taken, params![consumer, sequence], |_| Ok(())).optional()?.is_some() {
                return Err(conflict(StorageFault::Signed { sequence: signature.sequence }));
            }
            let row = params![consumer, sequence, signature.key.as_str(), signature.text];
            tx.execute(&MANIFEST_SIGNATURE.insert(), row)?;
            Ok(())
        })
    }

    fn tell_bundled(&self, at: OffsetDateTime, bundle: Bundle) -> Result<(), RepositoryError> {
        self.write(|tx| acts::append(tx, at, &self.warrant, Deed::Bundled(bundle)))
    }

    fn signatures(&self) -> Result<Vec<ManifestSignature>, RepositoryError> {
        self.read(|db| {
            let sql = "SELECT consumer, sequence, key, signature FROM manifest_signature ORDER BY consumer, sequence";
            db.prepare_cached(sql)?.query_and_then([], signature_of)?.collect()
        })
    }
}

fn put(tx: &Transaction<'_>, key: &SigningKey) -> Result<(), RepositoryError> {
    let sql = format!(
        "{} ON CONFLICT (id) DO UPDATE SET content = excluded.content, row_digest = excluded.row_digest",
        SIGNING_KEY.insert()
    );
    tx.prepare_cached(&sql)?.execute(params![key.id.as_str(), to_json(key)?])?;
    Ok(())
}

fn all(db: &rusqlite::Connection) -> Result<Vec<SigningKey>, RepositoryError> {
    let mut query = db.prepare_cached("SELECT content FROM signing_key")?;
    query.query_and_then([], |row| from_json(&row.get::<_, String>(0)?))?.collect()
}

fn signature_of(row: &Row<'_>) -> Result<ManifestSignature, RepositoryError> {
    let consumer: String = row.get(0)?;
    Ok(ManifestSignature {
        consumer: if consumer.is_empty() { None } else { Some(consumer.parse().map_err(corrupt)?) },
        sequence: count(row, 1)?,
        key: row.get::<_, String>(2)?.parse().map_err(corrupt)?,
        text: row.get(3)?,
    })
}

fn conflict(cause: StorageFault) -> RepositoryError {
    RepositoryError::Conflict { place: String::new(), cause: cause.into() }
}
