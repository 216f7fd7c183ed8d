//! Inbox files that were stored before, so that an unchanged inbox need not be read every night.

use rusqlite::{OptionalExtension, params};

use super::Catalog;
use super::digests::SIGHTING;
use super::rows::to_count;
use crate::model::ids::BlobId;
use crate::repository::blobs::StoredBlob;
use crate::repository::error::RepositoryError;

/// A file of an inbox as the file system shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Its whole path.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// When it was last written, in nanoseconds since 1970.
    pub modified_ns: i64,
}

impl Catalog {
    /// The blob that the file became when it last looked exactly like this.
    ///
    /// A file is taken for unchanged if neither its size nor its date has changed, as `make` and
    /// `rsync` do. Files are only stored once they have settled, so one that is written to later
    /// bears a later date.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sighted(&self, file: &Sighting) -> Result<Option<StoredBlob>, RepositoryError> {
        let scan: Option<[u8; 32]> = self.read(|db| {
            let mut query = db.prepare_cached("SELECT scan FROM sighting WHERE path = ?1 AND bytes = ?2 AND modified_ns = ?3")?;
            let key = params![file.path, to_count(file.bytes), file.modified_ns];
            Ok(query.query_row(key, |row| row.get(0)).optional()?)
        })?;
        scan.map_or(Ok(None), |scan| self.blob(BlobId::from_bytes(scan)))
    }

    /// Remembers what a file became. The blob has to be known.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_sighting(&self, file: &Sighting, scan: BlobId) -> Result<(), RepositoryError> {
        self.write(|tx| {
            tx.prepare_cached(&format!(
                "{} ON CONFLICT DO UPDATE SET bytes = excluded.bytes, modified_ns = excluded.modified_ns,
                   scan = excluded.scan, row_digest = excluded.row_digest",
                SIGHTING.insert()
            ))?
            .execute(params![file.path, to_count(file.bytes), file.modified_ns, scan.as_bytes()])?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::act::Warrant;
    use crate::model::ids::Sha256;

    #[test]
    fn a_file_is_known_again_only_if_path_size_and_date_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = Catalog::create_or_open(&folder.path().join("catalog.sqlite"), Warrant::default()).unwrap();
        let blob = StoredBlob { id: BlobId::of(b"scan"), sha256: Sha256::from_bytes([1; 32]), bytes: 4 };
        let file = Sighting { path: "/inbox/a.jpg".into(), bytes: 4, modified_ns: 1_750_000_000_000_000_001 };
        assert_eq!(catalog.sighted(&file).unwrap(), None);
        catalog.put_blob(&blob, None).unwrap();
        catalog.put_sighting(&file, blob.id).unwrap();
        assert_eq!(catalog.sighted(&file).unwrap(), Some(blob));
        for other in [
            Sighting { path: "/inbox/b.jpg".into(), ..file.clone() },
            Sighting { bytes: 5, ..file.clone() },
            Sighting { modified_ns: file.modified_ns + 1, ..file.clone() },
        ] {
            assert_eq!(catalog.sighted(&other).unwrap(), None, "{other:?}");
        }
    }
}
