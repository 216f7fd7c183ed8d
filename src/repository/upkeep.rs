//! Notes of what was done last to keep the repository: one small file for each kind of work.
//!
//! ```text
//! upkeep/verify.json    the last verification
//! upkeep/backup.json    the last backup
//! upkeep/names.json     the key of the names in encrypted backups
//! ```
//!
//! They are no part of what is kept: a backup leaves them out, and what cannot be read is as if it had
//! never been written.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::backup::NameKey;
use super::durable;
use super::error::RepositoryError;
use crate::model::failure::Cause;
use crate::model::failure::cause::StorageFault;
use crate::model::upkeep::{BackupNote, VerifyNote};

const FOLDER: &str = "upkeep";
const VERIFY: &str = "verify.json";
const BACKUP: &str = "backup.json";
const NAMES: &str = "names.json";
/// What is longer is no note of ours.
const LONGEST: u64 = 64 * 1024;

/// Notes the last verification of the repository at `root`, with what those before it left open.
///
/// # Errors
/// What the disk says, such as that this account may not write.
pub(crate) fn note_verify(root: &Path, note: &VerifyNote) -> Result<(), RepositoryError> {
    put(root, VERIFY, &note.clone().after(last_verify(root)))
}

/// Notes the last backup of the repository at `root`.
///
/// # Errors
/// As for [`note_verify`].
pub(crate) fn note_backup(root: &Path, note: &BackupNote) -> Result<(), RepositoryError> {
    put(root, BACKUP, note)
}

/// Keeps the key of the names in encrypted backups of the repository at `root`; nothing is written if it is there.
///
/// # Errors
/// As for [`note_verify`].
pub(crate) fn keep_names(root: &Path, names: &NameKey) -> Result<(), RepositoryError> {
    if self::names(root).as_ref() == Some(names) { Ok(()) } else { put(root, NAMES, names) }
}

/// The key of the names in encrypted backups, if one was kept.
pub(crate) fn names(root: &Path) -> Option<NameKey> {
    get(root, NAMES)
}

/// The last verification, if one was noted.
pub(crate) fn last_verify(root: &Path) -> Option<VerifyNote> {
    get(root, VERIFY)
}

/// The last backup, if one was noted.
pub(crate) fn last_backup(root: &Path) -> Option<BackupNote> {
    get(root, BACKUP)
}

fn put(root: &Path, name: &str, note: &impl Serialize) -> Result<(), RepositoryError> {
    let folder = root.join(FOLDER);
    if fs::symlink_metadata(&folder).is_ok_and(|there| there.is_symlink()) {
        return Err(RepositoryError::storage(&folder, StorageFault::SymbolicLink));
    }
    durable::create_dir_all(&folder)?;
    let path = folder.join(name);
    let content = serde_json::to_vec(note).map_err(|error| RepositoryError::storage(&path, Cause::said(error)))?;
    durable::write_file(&path, &content)
}

fn get<T: DeserializeOwned>(root: &Path, name: &str) -> Option<T> {
    let mut content = Vec::new();
    File::open(root.join(FOLDER).join(name)).ok()?.take(LONGEST).read_to_end(&mut content).ok()?;
    serde_json::from_slice(&content).ok()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_last_note_stands_and_what_is_none_is_as_if_it_were_not_there() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(last_verify(root.path()), None);
        let at = datetime!(2026-11-30 02:30 +7);
        for findings in [3, 0] {
            let note = VerifyNote { at, share: Some("3/30".into()), findings, open: Vec::new() };
            note_verify(root.path(), &note).unwrap();
            assert_eq!(last_verify(root.path()), Some(note));
        }
        let found = |share: Option<&str>, findings| {
            let note = VerifyNote { at, share: share.map(str::to_owned), findings, open: Vec::new() };
            note_verify(root.path(), &note).unwrap();
            let open = last_verify(root.path()).unwrap().open;
            open.into_iter().map(|open| (open.share, open.findings)).collect::<Vec<_>>()
        };
        let third = vec![(Some("3/30".to_owned()), 2)];
        assert_eq!(found(Some("3/30"), 2), []);
        assert_eq!(found(Some("4/30"), 0), third, "another share says nothing of it");
        assert_eq!(found(Some("5/30"), 0), third);
        assert_eq!(found(Some("3/30"), 0), [], "sound again");
        assert_eq!(found(Some("3/30"), 1), []);
        assert_eq!(found(Some("4/30"), 1), [(Some("3/30".to_owned()), 1)]);
        assert_eq!(found(None, 1), [], "all was read");
        assert_eq!(found(Some("3/30"), 0), [(None, 1)]);
        assert_eq!(found(None, 0), []);
        let note = BackupNote { at, to: "/mnt".into(), snapshot: "20261129T193000Z".parse().unwrap(), findings: 1 };
        note_backup(root.path(), &note).unwrap();
        assert_eq!(last_backup(root.path()), Some(note));
        fs::write(root.path().join("upkeep/backup.json"), "{\"at\":").unwrap();
        assert_eq!(last_backup(root.path()), None);
    }

    #[test]
    fn nothing_is_written_where_a_link_leads() {
        let root = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), root.path().join(FOLDER)).unwrap();
        let note = VerifyNote { at: datetime!(2026-11-30 02:30 UTC), share: None, findings: 0, open: Vec::new() };
        assert!(note_verify(root.path(), &note).is_err());
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    }
}
