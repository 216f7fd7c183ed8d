//! Backing up: taking a snapshot of everything, listing and proving what is there.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;

use crate::model::backup::SnapshotName;
use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode};
use crate::pipeline::backup::{self as pipeline, BackedUp, Checked};
use crate::pipeline::progress::Progress;
use crate::pipeline::restore::{self, RestoreOrder, Restored};
use crate::repository::backup::Backup;
use crate::settings::Settings;

/// Which repository is to be backed up, where to, and in whose name.
#[derive(Debug, Clone)]
pub struct BackUpOrder<'a> {
    /// The repository.
    pub root: &'a Path,
    /// The folder of the backup.
    pub to: &'a str,
    /// Who does it, where several share an account.
    pub by: Option<&'a str>,
    /// Why.
    pub reason: Option<&'a str>,
}

/// Takes a snapshot.
///
/// # Errors
/// What the repository, the backup or a disk says.
pub fn back_up(order: &BackUpOrder<'_>, settings: &Settings, progress: &dyn Progress) -> Result<BackedUp, Failure> {
    refuse_inside(order)?;
    let repository = pipeline::open(order.root)?.in_name_of(order.by, order.reason);
    let backup = Backup::create_or_open(order.to)?;
    pipeline::back_up(&repository, &backup, &settings.backup, settings.general.now(), progress)
}

/// A copy on the same disk, among what is copied, is none.
fn refuse_inside(order: &BackUpOrder<'_>) -> Result<(), Failure> {
    let Ok(root) = order.root.canonicalize() else { return Ok(()) };
    let to = Path::new(order.to);
    // The folder need not be there yet, but something above it is.
    let above = to.ancestors().find_map(|folder| if folder == Path::new("") { ".".as_ref() } else { folder }.canonicalize().ok());
    if above.is_some_and(|above| above.starts_with(&root)) {
        return Err(Failure::new(FailureCode::BackupAddress).at_file(order.to).because(StorageFault::InRepository));
    }
    Ok(())
}

/// One snapshot in a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SnapshotLine {
    /// Its name.
    pub snapshot: SnapshotName,
    /// When it was taken.
    #[serde(with = "rfc3339")]
    #[schemars(with = "String")]
    pub taken_at: OffsetDateTime,
    /// Blobs that it holds.
    pub blobs: u64,
    /// Their size.
    pub bytes: u64,
    /// Blobs that the repository had lost by then.
    pub missing: u64,
}

/// Lists the snapshots of the backup at `address`, oldest first.
///
/// # Errors
/// What the backup says.
pub fn list(address: &str) -> Result<Vec<SnapshotLine>, Failure> {
    let backup = Backup::open(address)?;
    let line = |name| {
        let (snapshot, held) = backup.snapshot(Some(&name))?;
        let (taken_at, blobs, bytes, missing) = (held.taken_at, held.blobs, held.bytes, held.missing);
        Ok(SnapshotLine { snapshot, taken_at, blobs, bytes, missing })
    };
    backup.snapshots()?.into_iter().map(line).collect()
}

/// Reads all that the newest snapshot of the backup at `address`, or the one named, needs to be restored.
///
/// # Errors
/// What the backup or a disk says; damage is told in the findings.
pub fn check(address: &str, snapshot: Option<&SnapshotName>, progress: &dyn Progress) -> Result<Checked, Failure> {
    pipeline::check(&Backup::open(address)?, snapshot, progress)
}

/// Makes a repository from the backup at `address`.
///
/// # Errors
/// As for [`restore::restore`].
pub fn restore(
    address: &str,
    order: &RestoreOrder<'_>,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Restored, Failure> {
    restore::restore(&Backup::open(address)?, order, settings, progress)
}
