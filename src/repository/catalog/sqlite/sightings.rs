//! Inbox files that were stored before, so that an unchanged inbox need not be read every night.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SqliteCatalog;
use super::digests::{PLACEMENT, SIGHTING};
use super::rows::{corrupt, count, from_json, from_name, to_count, to_json};
use crate::model::ids::{BlobId, RecipeId, Sha256};
use crate::repository::blobs::StoredBlob;
use crate::repository::catalog::{FileStamp, KnownFiles, Pages, Part, Placement, Sighting, Sightings};
use crate::repository::error::RepositoryError;

impl Sightings for SqliteCatalog {
    fn known_files(&self, inbox: &str, recipe: RecipeId) -> Result<KnownFiles, RepositoryError> {
        // All paths that begin with the folder and a slash: '0' comes next after '/'.
        let (from, to) = (format!("{inbox}/"), format!("{inbox}0"));
        self.read(|db| {
            let tx = db.unchecked_transaction()?;
            let mut known = KnownFiles::default();
            let mut query = tx.prepare(
                "SELECT s.path, s.bytes, s.modified_ns, s.changed_ns, s.inode, b.id, b.sha256, b.bytes AS blob_bytes
                 FROM sighting AS s JOIN blob AS b ON b.id = s.scan WHERE s.path >= ?1 AND s.path < ?2",
            )?;
            let mut rows = query.query([&from, &to])?;
            while let Some(row) = rows.next()? {
                let sha256 = Sha256::from_bytes(row.get("sha256")?);
                let blob = StoredBlob { id: BlobId::from_bytes(row.get("id")?), sha256, bytes: count(row, "blob_bytes")? };
                known.files.insert(row.get("path")?, (stamp_of(row)?, blob));
            }
            known.done = done(&tx, (&from, &to), recipe)?;
            let mut query = tx.prepare(
                "SELECT DISTINCT p.scan, p.rules, p.parts FROM sighting AS s JOIN placement AS p ON p.scan = s.scan
                 WHERE s.path >= ?1 AND s.path < ?2",
            )?;
            let mut rows = query.query([&from, &to])?;
            while let Some(row) = rows.next()? {
                let parts = from_json(&row.get::<_, String>("parts")?)?;
                known.placements.insert(BlobId::from_bytes(row.get("scan")?), (row.get("rules")?, parts));
            }
            Ok(known)
        })
    }

    fn sighted(&self, file: &Sighting) -> Result<Option<StoredBlob>, RepositoryError> {
        let found = self.read(|db| {
            let mut query = db.prepare_cached("SELECT * FROM sighting WHERE path = ?1")?;
            let found = query.query_row([&file.path], |row| Ok((stamp_of(row), row.get::<_, [u8; 32]>("scan")?))).optional()?;
            found.map(|(stamp, scan)| Ok((stamp?, scan))).transpose()
        })?;
        let scan = found.filter(|(stamp, _)| *stamp == file.stamp).map(|(_, scan)| BlobId::from_bytes(scan));
        scan.map_or(Ok(None), |scan| self.blob(scan))
    }

    fn put_sighting(&self, file: &Sighting, scan: BlobId) -> Result<(), RepositoryError> {
        let FileStamp { bytes, modified_ns, changed_ns, inode } = file.stamp;
        self.write(|tx| {
            tx.prepare_cached(&format!(
                "{} ON CONFLICT DO UPDATE SET bytes = excluded.bytes, modified_ns = excluded.modified_ns,
                   changed_ns = excluded.changed_ns, inode = excluded.inode, scan = excluded.scan,
                   row_digest = excluded.row_digest",
                SIGHTING.insert()
            ))?
            .execute(params![
                file.path,
                to_count(bytes),
                modified_ns,
                changed_ns,
                inode.cast_signed(),
                scan.as_bytes()
            ])?;
            Ok(())
        })
    }

    fn put_placements(&self, placements: &[Placement]) -> Result<(), RepositoryError> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(&format!(
                "{} ON CONFLICT DO UPDATE SET rules = excluded.rules, parts = excluded.parts, row_digest = excluded.row_digest",
                PLACEMENT.insert()
            ))?;
            for Placement { scan, rules, parts } in placements {
                insert.execute(params![scan.as_bytes(), rules, to_json(parts)?])?;
            }
            Ok(())
        })
    }
}

fn stamp_of(row: &Row<'_>) -> Result<FileStamp, RepositoryError> {
    let (modified_ns, changed_ns) = (row.get("modified_ns")?, row.get("changed_ns")?);
    Ok(FileStamp { bytes: count(row, "bytes")?, modified_ns, changed_ns, inode: row.get::<_, i64>("inode")?.cast_unsigned() })
}

/// The dossiers in which scans of these files are done with: as the source of a document in the
/// current version, or as a file in which there was nothing new.
fn done(db: &Connection, (from, to): (&str, &str), recipe: RecipeId) -> Result<HashMap<BlobId, Vec<Part>>, RepositoryError> {
    let mut query = db.prepare(
        "SELECT d.source, r.code, r.kind
         FROM sighting AS s JOIN document AS d ON d.source = s.scan JOIN record AS r ON r.id = d.record
         WHERE s.path >= ?1 AND s.path < ?2
           AND (d.recipe = ?3 OR EXISTS (SELECT 1 FROM same_document AS o
                                         WHERE o.record = d.record AND o.ordinal = d.ordinal AND o.recipe = ?3))
           AND r.version = (SELECT max(version) FROM record AS n WHERE n.code = r.code AND n.kind = r.kind)
         UNION ALL
         SELECT e.scan, e.code, e.kind FROM sighting AS s JOIN entry AS e ON e.scan = s.scan
         WHERE s.path >= ?1 AND s.path < ?2 AND e.code IS NOT NULL AND e.recipe = ?3 AND e.failure IS NULL
           AND e.pages = coalesce((SELECT sum(pages) FROM entry_outcome AS o WHERE o.batch = e.batch
                                   AND o.path = e.path AND o.outcome IN ('blank', 'separator')), 0)",
    )?;
    let mut rows = query.query(params![from, to, recipe.as_bytes()])?;
    let mut done: HashMap<BlobId, Vec<Part>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let part: Part = (row.get::<_, String>(1)?.parse().map_err(corrupt)?, from_name(row.get(2)?)?);
        let parts = done.entry(BlobId::from_bytes(row.get(0)?)).or_default();
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Ok(done)
}
