//! Makes a repository from a backup.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;

use super::backup::{chosen, each_blob, lost};
use super::progress::{Phase, Progress};
use super::repair::{Repair, repair};
use super::verify::{Finding, Remedy};
use crate::model::backup::Kept;
use crate::model::failure::Failure;
use crate::model::snapshot::SnapshotName;
use crate::repository::Repository;
use crate::repository::backup::{Backup, BackupError, NotCopied, Restoration};
use crate::settings::Settings;

/// What was restored.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Restored {
    /// The snapshot.
    pub snapshot: SnapshotName,
    /// When it was taken: what was done since is lost.
    #[serde(with = "rfc3339")]
    #[schemars(with = "String")]
    pub taken_at: OffsetDateTime,
    /// Blobs that were copied; others were there from a restoration that was broken off.
    pub copied: u64,
    /// Their size.
    pub copied_bytes: u64,
    /// What the backup holds no more.
    pub findings: Vec<Finding>,
    /// What was made from the catalog, and what is wrong with the repository now.
    pub repair: Repair,
}

/// Restores a snapshot, or the newest, into `root`, an empty folder, and makes index and manifests again.
/// `signed` says in whose name. Everything is proven while it is copied; what is damaged in the backup is told, and
/// the rest is restored. If it is broken off, the same order goes on with it.
///
/// # Errors
/// [`BackupError::NotEmpty`] if something else lies in `root`; [`BackupError::Damaged`] if the catalog of
/// the snapshot is; or what the disk says.
pub(crate) fn restore(
    backup: &Backup,
    snapshot: Option<&SnapshotName>,
    root: &Path,
    signed: impl FnOnce(Repository) -> Repository,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Restored, Failure> {
    let (name, snapshot) = chosen(backup, snapshot)?;
    let restoration = Restoration::begin(root, &name)?;
    let mut copy = restoration.new_file()?;
    backup.take_catalog(&name, snapshot.catalog, copy.as_file_mut())?;
    let catalog = Repository::open_catalog(copy.path())?;
    progress.begin(Phase::Restore, snapshot.blobs + snapshot.files.len() as u64);
    let mut work = Work { backup, restoration: &restoration, copied: 0, copied_bytes: 0, findings: Vec::new() };
    each_blob(catalog.as_ref(), |blobs| {
        for blob in blobs {
            work.put(*blob)?;
            progress.step();
        }
        Ok(())
    })?;
    for file in &snapshot.files {
        let put = restoration.put_file(file, |to| backup.copy_blob(file.content, to));
        work.take(put, file.content)?;
        progress.step();
    }
    drop(catalog);
    let Work { copied, copied_bytes, findings, .. } = work;
    let repository = signed(restoration.open(copy)?);
    repository.catalog.tell_restored(settings.general.now(), backup.address(), &name)?;
    let repair = repair(&repository, settings, progress)?;
    restoration.finish()?;
    Ok(Restored { snapshot: name, taken_at: snapshot.taken_at, copied, copied_bytes, findings, repair })
}

struct Work<'a> {
    backup: &'a Backup,
    restoration: &'a Restoration,
    copied: u64,
    copied_bytes: u64,
    findings: Vec<Finding>,
}

impl Work<'_> {
    fn put(&mut self, blob: Kept) -> Result<(), BackupError> {
        if self.restoration.holds(blob) {
            return Ok(());
        }
        let put = self.restoration.put_blob(blob, |to| self.backup.copy_blob(blob, to));
        self.take(put, blob)
    }

    /// Counts what was put, and tells of what is damaged in the backup: that keeps nothing else from being
    /// restored.
    fn take(&mut self, put: Result<(), NotCopied>, blob: Kept) -> Result<(), BackupError> {
        match put {
            Ok(()) => {
                self.copied += 1;
                self.copied_bytes += blob.bytes;
            }
            Err(NotCopied::Damaged(state)) => {
                self.findings.push(lost(self.backup.place_of_blob(blob.blake3), state, Remedy::BackUpAnew));
            }
            Err(NotCopied::Failed(error)) => return Err(error),
        }
        Ok(())
    }
}
