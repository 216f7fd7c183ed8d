//! Blobs, opened scans and read pages.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::SqliteCatalog;
use super::digests::{BLOB, PAGE, SCAN, page_digests};
use super::rows::{corrupt, count, from_json, pack, to_count, to_json, unpack};
use crate::model::ids::{BlobId, PageDigest, PageId, RecipeId, Sha256};
use crate::model::page::{RecognisedPage, StageTimes};
use crate::model::scan::{MediaType, ScanSummary};
use crate::repository::blobs::StoredBlob;
use crate::repository::catalog::Pages;
use crate::repository::error::RepositoryError;

impl Pages for SqliteCatalog {
    fn put_blob(&self, blob: &StoredBlob, media_type: Option<MediaType>) -> Result<(), RepositoryError> {
        self.write(|tx| insert_blob(tx, blob, media_type))
    }

    fn blob(&self, id: BlobId) -> Result<Option<StoredBlob>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT id, sha256, bytes FROM blob WHERE id = ?1")?;
            query.query_and_then([id.as_bytes()], blob_of)?.next().transpose()
        })
    }

    fn blobs_after(&self, after: Option<BlobId>, limit: usize) -> Result<Vec<StoredBlob>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT id, sha256, bytes FROM blob WHERE id > ?1 ORDER BY id LIMIT ?2")?;
            let after = after.as_ref().map_or(&[][..], |id| id.as_bytes());
            query.query_and_then(params![after, to_count(limit as u64)], blob_of)?.collect()
        })
    }

    fn blob_count(&self) -> Result<u64, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare("SELECT count(*) FROM blob")?;
            Ok(query.query_and_then([], |row| count(row, 0))?.next().transpose()?.unwrap_or_default())
        })
    }

    fn put_scan(&self, scan: BlobId, summary: &ScanSummary) -> Result<(), RepositoryError> {
        let summary = to_json(summary)?;
        self.write(|tx| {
            tx.prepare_cached(&format!("{} ON CONFLICT DO NOTHING", SCAN.insert()))?
                .execute(params![scan.as_bytes(), summary])?;
            Ok(())
        })
    }

    fn scan(&self, scan: BlobId) -> Result<Option<ScanSummary>, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT summary FROM scan WHERE blob = ?1")?;
            let summary: Option<String> = query.query_row([scan.as_bytes()], |row| row.get(0)).optional()?;
            summary.map(|summary| from_json(&summary)).transpose()
        })
    }

    fn put_page(&self, page: PageId, recipe: RecipeId, content: &RecognisedPage) -> Result<(), RepositoryError> {
        let packed = pack_page(content)?;
        self.write(|tx| insert_page(tx, page, recipe, &packed))
    }

    fn page_digests(&self, pages: &[PageId], recipe: RecipeId) -> Result<Vec<Option<PageDigest>>, RepositoryError> {
        self.read(|db| page_digests(db, pages, recipe))
    }

    fn has_page(&self, page: PageId, recipe: RecipeId) -> Result<bool, RepositoryError> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT 1 FROM page WHERE scan = ?1 AND ordinal = ?2 AND recipe = ?3")?;
            Ok(query.exists(params![page.scan.as_bytes(), page.ordinal, recipe.as_bytes()])?)
        })
    }

    fn page_with_digest(&self, page: PageId, recipe: RecipeId) -> Result<Option<(RecognisedPage, PageDigest)>, RepositoryError> {
        let packed: Option<Vec<u8>> = self.read(|db| {
            let mut query = db.prepare_cached("SELECT content FROM page WHERE scan = ?1 AND ordinal = ?2 AND recipe = ?3")?;
            let key = params![page.scan.as_bytes(), page.ordinal, recipe.as_bytes()];
            Ok(query.query_row(key, |row| row.get(0)).optional()?)
        })?;
        // Unpacked outside the lock: it takes longer than finding it.
        let Some(packed) = packed else { return Ok(None) };
        self.locate(|| {
            let content = unpack(&packed)?;
            Ok(Some((serde_json::from_slice(&content).map_err(corrupt)?, PageDigest::of(&content))))
        })
    }
}

/// What is kept of a page's result, packed, and its digest.
pub(super) fn pack_page(content: &RecognisedPage) -> Result<(Vec<u8>, PageDigest), RepositoryError> {
    // Reading the same picture again costs another time and says the same.
    let content = to_json(&RecognisedPage { times: StageTimes::default(), ..content.clone() })?;
    Ok((pack(content.as_bytes())?, PageDigest::of(content.as_bytes())))
}

/// Keeps a packed result, unless there is one.
pub(super) fn insert_page(
    tx: &Transaction<'_>,
    page: PageId,
    recipe: RecipeId,
    (packed, digest): &(Vec<u8>, PageDigest),
) -> Result<(), RepositoryError> {
    tx.prepare_cached(&format!("{} ON CONFLICT DO NOTHING", PAGE.insert()))?.execute(params![
        page.scan.as_bytes(),
        page.ordinal,
        recipe.as_bytes(),
        packed,
        digest.as_bytes()
    ])?;
    Ok(())
}

pub(super) fn insert_blob(tx: &Transaction<'_>, blob: &StoredBlob, media_type: Option<MediaType>) -> Result<(), RepositoryError> {
    let media = "coalesce(media_type, excluded.media_type)";
    let digest = BLOB.digest(&[("media_type", media)]);
    let insert = BLOB.insert();
    tx.prepare_cached(&format!("{insert} ON CONFLICT DO UPDATE SET media_type = {media}, row_digest = {digest}"))?
        .execute(params![blob.id.as_bytes(), blob.sha256.as_bytes(), to_count(blob.bytes), media_type.map(MediaType::as_str)])?;
    Ok(())
}

fn blob_of(row: &Row<'_>) -> Result<StoredBlob, RepositoryError> {
    let (id, sha256) = (row.get("id")?, row.get("sha256")?);
    Ok(StoredBlob { id: BlobId::from_bytes(id), sha256: Sha256::from_bytes(sha256), bytes: count(row, "bytes")? })
}
