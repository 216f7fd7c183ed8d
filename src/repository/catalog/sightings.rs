//! Inbox files that were stored before, so that an unchanged inbox need not be read every night.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Catalog;
use super::digests::{PLACEMENT, SIGHTING};
use super::rows::{corrupt, count, from_json, from_name, to_count, to_json};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::ids::{BlobId, RecipeId, Sha256};
use crate::repository::blobs::StoredBlob;
use crate::repository::error::RepositoryError;

/// A file of an inbox as the file system shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Its whole path.
    pub path: String,
    /// What shows whether it is still the same.
    pub stamp: FileStamp,
}

/// What shows whether a file is still the one that was seen.
///
/// Name, size and date alone do not: a scanner that has lost its clock writes another paper under
/// all three. No program can set back the time of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    /// Its size.
    pub bytes: u64,
    /// When it was last written, in nanoseconds since 1970.
    pub modified_ns: i64,
    /// When anything about it changed last, in nanoseconds since 1970.
    pub changed_ns: i64,
    /// Its number in the file system.
    pub inode: u64,
}

/// A dossier that papers of a scan belong to, and on which side.
pub type Part = (DossierCode, RecordKind);

/// What is known of the files of an inbox, read at once.
#[derive(Debug, Default)]
pub struct KnownFiles {
    files: HashMap<String, (FileStamp, StoredBlob)>,
    done: HashMap<BlobId, Vec<Part>>,
    placements: HashMap<BlobId, ([u8; 32], Vec<Part>)>,
}

impl KnownFiles {
    /// The blob that the file became when it last looked exactly like this.
    pub fn blob(&self, path: &str, stamp: &FileStamp) -> Option<StoredBlob> {
        self.files.get(path).filter(|(known, _)| known == stamp).map(|(_, blob)| *blob)
    }

    /// Whether nothing is left to do for a scan in this dossier. What is not known to be done may
    /// still be; [`Catalog::is_done`] tells.
    pub fn is_done(&self, scan: BlobId, code: &DossierCode, kind: RecordKind) -> bool {
        self.done.get(&scan).is_some_and(|parts| parts.iter().any(|part| part.0 == *code && part.1 == kind))
    }

    /// Whose papers were found on a scan, if that was by the same rules.
    pub fn parts(&self, scan: BlobId, rules: &[u8; 32]) -> Option<&[Part]> {
        self.placements.get(&scan).filter(|(known, _)| known == rules).map(|(_, parts)| parts.as_slice())
    }
}

impl Catalog {
    /// What is known of the files below the folder `inbox`, and which of their scans are done with by
    /// `recipe`. Costs what lies in the inbox and not what is in the repository.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn known_files(&self, inbox: &str, recipe: RecipeId) -> Result<KnownFiles, RepositoryError> {
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

    /// The blob that the file became when it last looked exactly like this.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn sighted(&self, file: &Sighting) -> Result<Option<StoredBlob>, RepositoryError> {
        let found = self.read(|db| {
            let mut query = db.prepare_cached("SELECT * FROM sighting WHERE path = ?1")?;
            let found = query.query_row([&file.path], |row| Ok((stamp_of(row), row.get::<_, [u8; 32]>("scan")?))).optional()?;
            found.map(|(stamp, scan)| Ok((stamp?, scan))).transpose()
        })?;
        let scan = found.filter(|(stamp, _)| *stamp == file.stamp).map(|(_, scan)| BlobId::from_bytes(scan));
        scan.map_or(Ok(None), |scan| self.blob(scan))
    }

    /// Remembers what a file became. The blob has to be known.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_sighting(&self, file: &Sighting, scan: BlobId) -> Result<(), RepositoryError> {
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

    /// Remembers whose papers were found on scans by `rules`: all of them at once.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_placements<'a>(
        &self,
        placements: impl IntoIterator<Item = (BlobId, &'a [u8; 32], &'a [Part])>,
    ) -> Result<(), RepositoryError> {
        self.write(|tx| {
            let mut insert = tx.prepare_cached(&format!(
                "{} ON CONFLICT DO UPDATE SET rules = excluded.rules, parts = excluded.parts, row_digest = excluded.row_digest",
                PLACEMENT.insert()
            ))?;
            for (scan, rules, parts) in placements {
                insert.execute(params![scan.as_bytes(), rules, to_json(&parts)?])?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::act::Warrant;

    #[test]
    fn a_file_is_known_again_only_if_nothing_about_it_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = Catalog::create_or_open(&folder.path().join("catalog.sqlite"), Warrant::default()).unwrap();
        let recipe = RecipeId::from_bytes([1; 32]);
        let blob = StoredBlob { id: BlobId::of(b"scan"), sha256: Sha256::from_bytes([1; 32]), bytes: 4 };
        let stamp = FileStamp { bytes: 4, modified_ns: 1_750_000_000_000_000_001, changed_ns: 7, inode: u64::MAX };
        let file = Sighting { path: "/inbox/a.jpg".into(), stamp };
        assert_eq!(catalog.sighted(&file).unwrap(), None);
        catalog.put_blob(&blob, None).unwrap();
        catalog.put_sighting(&file, blob.id).unwrap();
        let known = |file: &Sighting| catalog.known_files("/inbox", recipe).unwrap().blob(&file.path, &file.stamp);
        assert_eq!((catalog.sighted(&file).unwrap(), known(&file)), (Some(blob), Some(blob)));
        for other in [
            Sighting { path: "/inbox/b.jpg".into(), ..file.clone() },
            Sighting { stamp: FileStamp { bytes: 5, ..stamp }, ..file.clone() },
            Sighting { stamp: FileStamp { modified_ns: stamp.modified_ns + 1, ..stamp }, ..file.clone() },
            // Another paper of a scanner without a clock.
            Sighting { stamp: FileStamp { changed_ns: 8, ..stamp }, ..file.clone() },
            Sighting { stamp: FileStamp { inode: 1, ..stamp }, ..file.clone() },
        ] {
            assert_eq!((catalog.sighted(&other).unwrap(), known(&other)), (None, None), "{other:?}");
        }
        assert!(catalog.known_files("/inb", recipe).unwrap().files.is_empty());
    }

    #[test]
    fn whose_papers_a_scan_holds_is_known_as_long_as_the_rules_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let catalog = Catalog::create_or_open(&folder.path().join("catalog.sqlite"), Warrant::default()).unwrap();
        let blob = StoredBlob { id: BlobId::of(b"scan"), sha256: Sha256::from_bytes([1; 32]), bytes: 4 };
        let stamp = FileStamp { bytes: 4, modified_ns: 1, changed_ns: 1, inode: 1 };
        catalog.put_blob(&blob, None).unwrap();
        catalog.put_sighting(&Sighting { path: "/inbox/a.jpg".into(), stamp }, blob.id).unwrap();
        let parts = [("A-1".parse().unwrap(), RecordKind::Result)];
        catalog.put_placements([(blob.id, &[3; 32], &parts[..])]).unwrap();
        let known = catalog.known_files("/inbox", RecipeId::from_bytes([1; 32])).unwrap();
        assert_eq!(known.parts(blob.id, &[3; 32]), Some(&parts[..]));
        assert_eq!(known.parts(blob.id, &[4; 32]), None);
        assert!(!known.is_done(blob.id, &parts[0].0, RecordKind::Result));
    }
}
