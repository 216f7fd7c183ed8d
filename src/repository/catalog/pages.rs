//! Blobs, opened scans and read pages.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::Catalog;
use super::rows::{count, from_json, nonsense, pack, to_count, to_json, unpack};
use crate::model::ids::{BlobId, PageId, RecipeId, Sha256};
use crate::model::page::RecognisedPage;
use crate::model::scan::{MediaType, ScanSummary};
use crate::repository::blobs::StoredBlob;
use crate::repository::error::RepositoryError;

impl Catalog {
    /// Notes a blob that is in the store. A media type that is known already stays.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_blob(&self, blob: &StoredBlob, media_type: Option<MediaType>) -> Result<(), RepositoryError> {
        self.write(|tx| insert_blob(tx, blob, media_type))
    }

    /// What is known of a blob.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn blob(&self, id: BlobId) -> Result<Option<StoredBlob>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT id, sha256, bytes FROM blob WHERE id = ?1")?;
            query.query_and_then([id.as_bytes()], blob_of)?.next().transpose()
        })
    }

    /// All blobs, by id.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn blobs(&self) -> Result<Vec<StoredBlob>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT id, sha256, bytes FROM blob ORDER BY id")?;
            query.query_and_then([], blob_of)?.collect()
        })
    }

    /// Keeps what opening a scan told. The blob has to be known.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_scan(&self, scan: BlobId, summary: &ScanSummary) -> Result<(), RepositoryError> {
        let summary = to_json(summary)?;
        self.write(|tx| {
            tx.execute(
                "INSERT INTO scan (blob, summary) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET summary = excluded.summary",
                params![scan.as_bytes(), summary],
            )?;
            Ok(())
        })
    }

    /// What opening a scan told, if it was ever opened.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn scan(&self, scan: BlobId) -> Result<Option<ScanSummary>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT summary FROM scan WHERE blob = ?1")?;
            let summary: Option<String> = query.query_row([scan.as_bytes()], |row| row.get(0)).optional()?;
            summary.map(|summary| from_json(&summary)).transpose()
        })
    }

    /// Keeps what reading a page by a recipe brought. The scan's blob has to be known.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_page(&self, page: PageId, recipe: RecipeId, content: &RecognisedPage) -> Result<(), RepositoryError> {
        let content = pack(to_json(content)?.as_bytes())?;
        self.write(|tx| {
            tx.prepare_cached(
                "INSERT INTO page (scan, ordinal, recipe, content) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET content = excluded.content",
            )?
            .execute(params![page.scan.as_bytes(), page.ordinal, recipe.as_bytes(), content])?;
            Ok(())
        })
    }

    /// Whether a page was read by this recipe.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn has_page(&self, page: PageId, recipe: RecipeId) -> Result<bool, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT 1 FROM page WHERE scan = ?1 AND ordinal = ?2 AND recipe = ?3")?;
            Ok(query.exists(params![page.scan.as_bytes(), page.ordinal, recipe.as_bytes()])?)
        })
    }

    /// What reading a page by this recipe brought, if it was read.
    ///
    /// # Errors
    /// `Damaged` if it does not unpack, or what SQLite says.
    pub fn page(&self, page: PageId, recipe: RecipeId) -> Result<Option<RecognisedPage>, RepositoryError> {
        let packed: Option<Vec<u8>> = self.read(|db| {
            let mut query = db.prepare_cached("SELECT content FROM page WHERE scan = ?1 AND ordinal = ?2 AND recipe = ?3")?;
            let key = params![page.scan.as_bytes(), page.ordinal, recipe.as_bytes()];
            Ok(query.query_row(key, |row| row.get(0)).optional()?)
        })?;
        // Unpacked outside the lock: it takes longer than finding it.
        let Some(packed) = packed else { return Ok(None) };
        self.locate(|| Ok(Some(serde_json::from_slice(&unpack(&packed)?).map_err(nonsense)?)))
    }
}

pub(super) fn insert_blob(tx: &Transaction<'_>, blob: &StoredBlob, media_type: Option<MediaType>) -> Result<(), RepositoryError> {
    tx.prepare_cached(
        "INSERT INTO blob (id, sha256, bytes, media_type) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET media_type = coalesce(media_type, excluded.media_type)",
    )?
    .execute(params![
        blob.id.as_bytes(),
        blob.sha256.as_bytes(),
        to_count(blob.bytes),
        media_type.map(MediaType::as_str)
    ])?;
    Ok(())
}

fn blob_of(row: &Row<'_>) -> Result<StoredBlob, RepositoryError> {
    let (id, sha256) = (row.get("id")?, row.get("sha256")?);
    Ok(StoredBlob { id: BlobId::from_bytes(id), sha256: Sha256::from_bytes(sha256), bytes: count(row, "bytes")? })
}
