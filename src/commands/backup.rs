//! Backing up: taking a snapshot of everything, listing and proving what is there.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use time::OffsetDateTime;
use time::serde::rfc3339;

use super::access::{self, InNameOf};
use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::snapshot::SnapshotName;
use crate::model::upkeep::BackupNote;
pub(crate) use crate::pipeline::backup::{BackedUp, Checked};
use crate::pipeline::progress::Progress;
pub(crate) use crate::pipeline::restore::Restored;
use crate::pipeline::{backup as pipeline, restore as restoring};
use crate::repository::backup::{Access, Backup, BackupError, NameKey, S3Options};
use crate::repository::sealed_box::{Identities, Recipients};
use crate::repository::{Repository, RepositoryError, upkeep};
use crate::settings::{BackupSettings, Settings};

/// Opens the repository at `root` to back it up in the name of `who`: to write, so that it can tell of it,
/// or to read where this account may do no more.
///
/// # Errors
/// When there is none, or it cannot be read.
pub(crate) fn open(root: &Path, who: &InNameOf) -> Result<Repository, Failure> {
    match access::to_write(root, who) {
        Err(failure) if failure.code == FailureCode::StorageFailed => access::to_read(root),
        opened => opened,
    }
}

/// What is needed to read or write a backup.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// A folder, or `s3://BUCKET/PREFIX`.
    pub address: &'a str,
    /// Files of private keys, for one that is encrypted.
    pub identities: &'a [PathBuf],
}

impl<'a> Target<'a> {
    fn access(&self, settings: &BackupSettings, s3: &'a S3Options) -> Result<Access<'a>, Failure> {
        let recipients = Recipients::parse(&settings.recipients)
            .map_err(|fault| Failure::new(FailureCode::SettingsInvalid).at(Place::setting("backup.recipients")).because(fault))?;
        let identities = Identities::read(self.identities).map_err(|(file, cause)| BackupError::KeyUnusable { file, cause })?;
        Ok(Access { address: self.address, s3, recipients, identities, names: None, scratch: None })
    }
}

fn s3_options(settings: &BackupSettings) -> S3Options {
    S3Options {
        endpoint: settings.s3_endpoint.clone(),
        region: settings.s3_region.clone(),
        credentials: settings.s3_credentials.clone(),
        ca_file: settings.s3_ca_file.clone(),
        timeout_seconds: settings.s3_timeout_seconds,
        tries: settings.s3_tries,
        pause_seconds: settings.s3_pause_seconds,
    }
}

/// Opens a backup for reading, with the key of the names that a repository has kept, if any.
fn opened(target: &Target<'_>, settings: &BackupSettings, names: Option<NameKey>) -> Result<Backup, Failure> {
    let s3 = s3_options(settings);
    Ok(Backup::open(&Access { names, ..target.access(settings, &s3)? })?)
}

/// Takes a snapshot of a repository into `to`, a folder or a place in a bucket.
///
/// # Errors
/// `BackupAddress` if the folder lies in the repository; what the repository, the backup or a disk says.
pub(crate) fn back_up(
    repository: &Repository,
    to: &Target<'_>,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<BackedUp, Failure> {
    let root = repository.root();
    refuse_inside(root, to.address)?;
    let s3 = s3_options(&settings.backup);
    // An account that may only read can back up too; then nobody but people sees to it that it is alone.
    let _lock = match repository.lock_backup(to.address) {
        Err(RepositoryError::ReadOnly { .. }) => None,
        locked => Some(locked?),
    };
    let scratch = repository.scratch_dir().ok();
    let access = Access { names: upkeep::names(root), scratch, ..to.access(&settings.backup, &s3)? };
    let backup = Backup::create_or_open(&access, |names| match upkeep::keep_names(root, names) {
        // Who has the private key finds it in the backup again.
        Err(error) if access.identities.is_empty() => Err(error.into()),
        _ => Ok(()),
    })?;
    let now = settings.general.now();
    let done = pipeline::back_up(repository, &backup, &settings.backup.retention(), now, progress)?;
    let (to, snapshot, findings) = (backup.address().to_owned(), done.snapshot.clone(), done.findings.len() as u64);
    // An account that may only read can back up too.
    if let Err(error) = upkeep::note_backup(repository.root(), &BackupNote { at: now, to, snapshot, findings }) {
        tracing::info!(%error, "the backup is not noted");
    }
    Ok(done)
}

/// A copy on the same disk, among what is copied, is none.
fn refuse_inside(root: &Path, to: &str) -> Result<(), Failure> {
    let Some(root) = root.canonicalize().ok().filter(|_| !to.contains("://")) else { return Ok(()) };
    // The folder need not be there yet, but something above it is.
    let above = Path::new(to)
        .ancestors()
        .find_map(|folder| if folder == Path::new("") { ".".as_ref() } else { folder }.canonicalize().ok());
    if above.is_some_and(|above| above.starts_with(&root)) {
        return Err(Failure::new(FailureCode::BackupAddress).at_file(to).because(StorageFault::InRepository));
    }
    Ok(())
}

/// One snapshot in a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct SnapshotLine {
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

/// Lists the snapshots of a backup, oldest first.
///
/// # Errors
/// What the backup says.
pub(crate) fn list(from: &Target<'_>, settings: &Settings) -> Result<Vec<SnapshotLine>, Failure> {
    let backup = opened(from, &settings.backup, None)?;
    let line = |name| {
        let (snapshot, held) = backup.snapshot(Some(&name))?;
        let (taken_at, blobs, bytes, missing) = (held.taken_at, held.blobs, held.bytes, held.missing);
        Ok(SnapshotLine { snapshot, taken_at, blobs, bytes, missing })
    };
    backup.snapshots()?.into_iter().map(line).collect()
}

/// Reads all that the newest snapshot of a backup, or the one named, needs to be restored.
///
/// # Errors
/// What the backup or a disk says; damage is told in the findings.
pub(crate) fn check(
    from: &Target<'_>,
    snapshot: Option<&SnapshotName>,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Checked, Failure> {
    // Without what was kept: the key in the backup is part of what is looked at.
    pipeline::check(&opened(from, &settings.backup, None)?, snapshot, progress)
}

/// What is to be restored, and where.
#[derive(Debug, Clone)]
pub(crate) struct RestoreOrder<'a> {
    /// The backup.
    pub from: Target<'a>,
    /// The snapshot; the newest if none is named.
    pub snapshot: Option<SnapshotName>,
    /// An empty folder, or one that is not there.
    pub root: &'a Path,
}

/// Makes a repository from a backup in the name of `who`.
///
/// # Errors
/// As for [`restoring::restore`].
pub(crate) fn restore(
    order: &RestoreOrder<'_>,
    who: &InNameOf,
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<Restored, Failure> {
    let signed = |repository: Repository| repository.in_name_of(who.by.as_deref(), who.reason.as_deref());
    let backup = opened(&order.from, &settings.backup, upkeep::names(&settings.folders.repository))?;
    restoring::restore(&backup, order.snapshot.as_ref(), order.root, signed, settings, progress)
}
