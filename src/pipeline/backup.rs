//! Copies everything that cannot be made again to a second place, and proves that it lies there.

use std::fs::{self, File};
use std::path::Path;
use std::{env, io};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use tempfile::NamedTempFile;
use time::OffsetDateTime;
use walkdir::WalkDir;

use super::progress::{Phase, Progress};
use super::verify::{Damage, Finding, Remedy, Seen, Subject, damage_of};
use crate::model::act::ActHead;
use crate::model::backup::{Kept, KeptFile, Snapshot};
use crate::model::failure::Failure;
use crate::model::snapshot::{Retention, SnapshotName};
use crate::repository::backup::{Backup, BackupError, FORMAT, Held, NotCopied};
use crate::repository::{BlobState, Catalog, Repository, RepositoryError, digest_of};

/// Blobs taken up at a time.
const AT_ONCE: usize = 1000;
/// How often a file is copied that is written to meanwhile.
const TRIES: u32 = 3;

/// What a backup did.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct BackedUp {
    /// The snapshot that was taken.
    pub snapshot: SnapshotName,
    /// Blobs that it holds.
    pub blobs: u64,
    /// Their size.
    pub bytes: u64,
    /// Files that were not there before.
    pub copied: u64,
    /// Their size.
    pub copied_bytes: u64,
    /// Files that are not in the catalog, such as refused ones.
    pub files: u64,
    /// Older snapshots that were removed.
    pub removed: Vec<SnapshotName>,
    /// Blobs that the repository has lost, and this backup never had.
    pub findings: Vec<Finding>,
}

/// Takes a snapshot of `repository` at this time, and removes those that `retention` does not keep.
///
/// The catalog is copied first, so every blob that it names is there already, whatever a batch adds
/// meanwhile. A blob is proven while it is copied and once more when it is read back. What is damaged in
/// the repository is told and keeps nothing else from being copied.
///
/// # Errors
/// What the repository, the backup or a disk says.
pub(crate) fn back_up(
    repository: &Repository,
    backup: &Backup,
    retention: &Retention,
    now: OffsetDateTime,
    progress: &dyn Progress,
) -> Result<BackedUp, Failure> {
    let snapshot = SnapshotName::at(now);
    let copy = backup.scratch()?;
    repository.copy_catalog(copy.path())?;
    let catalog = Repository::open_catalog(copy.path())?;
    let mut work = Work { repository, backup, held: backup.held()?, done: BackedUp::empty(snapshot.clone()) };
    work.copy_blobs(catalog.as_ref(), progress)?;
    let missing = work.done.findings.len() as u64;
    let files = work.copy_files()?;
    let acts = catalog.act_head()?;
    drop(catalog);
    let catalog = backup.put_catalog(&snapshot, copy.path())?;
    let mut done = work.done;
    let (blobs, bytes, program) = (done.blobs, done.bytes, env!("CARGO_PKG_VERSION").to_owned());
    let described =
        Snapshot { format: FORMAT, taken_at: now, program, catalog, blobs, bytes, missing, acts, files, digest: None };
    backup.finish(&snapshot, &described)?;
    // A clock that was put back gives early names: what has them and is the newest all the same is not given up. Who
    // cannot read what was encrypted can tell so of the snapshot just taken alone.
    let newest = chosen(backup, None).map(|(name, _)| name).ok();
    let superfluous = retention.superfluous(&backup.snapshots()?).into_iter();
    for name in superfluous.filter(|name| *name != snapshot && Some(name) != newest.as_ref()) {
        backup.remove(&name)?;
        done.removed.push(name);
    }
    match repository.catalog.tell_backed_up(now, backup.address(), &snapshot, blobs) {
        // An account that may only read can back up too; the backup itself tells of it.
        Ok(()) | Err(RepositoryError::ReadOnly { .. }) => Ok(done),
        Err(error) => Err(error.into()),
    }
}

impl BackedUp {
    fn empty(snapshot: SnapshotName) -> Self {
        let (blobs, bytes, copied, copied_bytes, files) = (0, 0, 0, 0, 0);
        Self { snapshot, blobs, bytes, copied, copied_bytes, files, removed: Vec::new(), findings: Vec::new() }
    }
}

struct Work<'a> {
    repository: &'a Repository,
    backup: &'a Backup,
    /// What the backup holds.
    held: Held,
    done: BackedUp,
}

/// What became of one blob.
enum Outcome {
    There,
    Copied,
    Damaged(BlobState),
}

impl Work<'_> {
    fn copy_blobs(&mut self, catalog: &dyn Catalog, progress: &dyn Progress) -> Result<(), Failure> {
        progress.begin(Phase::BackUp, catalog.blob_count()?);
        each_blob(catalog, |blobs| {
            let outcomes: Vec<Result<Outcome, Failure>> = blobs
                .par_iter()
                .map(|blob| {
                    let outcome = self.copy_blob(*blob);
                    progress.step();
                    outcome
                })
                .collect();
            blobs.iter().zip(outcomes).try_for_each(|(blob, outcome)| {
                self.count(*blob, &outcome?);
                Ok(())
            })
        })
    }

    fn copy_blob(&self, blob: Kept) -> Result<Outcome, Failure> {
        if self.holds(blob) {
            return Ok(Outcome::There);
        }
        let copied = self.backup.put_blob(blob, |to| Ok(self.repository.blobs.copy(&blob.into(), to)?));
        match copied {
            Ok(()) => Ok(Outcome::Copied),
            Err(NotCopied::Damaged(state)) => Ok(Outcome::Damaged(state)),
            Err(NotCopied::Failed(error)) => Err(error.into()),
        }
    }

    fn count(&mut self, blob: Kept, outcome: &Outcome) {
        if let Outcome::Damaged(state) = outcome {
            self.done.findings.push(lost(blob.blake3.to_string(), *state, Remedy::RestoreFile));
            return;
        }
        self.done.blobs += 1;
        self.done.bytes += blob.bytes;
        if matches!(outcome, Outcome::Copied) {
            self.note_copied(blob);
        }
    }

    fn holds(&self, blob: Kept) -> bool {
        self.backup.holds(&self.held, blob)
    }

    fn note_copied(&mut self, blob: Kept) {
        self.held.add(blob.blake3);
        self.done.copied += 1;
        self.done.copied_bytes += blob.bytes;
    }

    /// Copies what lies in the repository under names of its own: refused files, which are in no other
    /// place, and pictures of what waits.
    fn copy_files(&mut self) -> Result<Vec<KeptFile>, Failure> {
        let mut files = Vec::new();
        for folder in [self.repository.quarantine_dir(), self.repository.exceptions_dir()] {
            for entry in WalkDir::new(&folder).sort_by_file_name() {
                let path = match &entry {
                    Ok(entry) if entry.file_type().is_file() => entry.path(),
                    Ok(_) => continue,
                    Err(error) => {
                        self.unless_gone(error.path().unwrap_or(&folder), error.io_error().map(io::Error::kind));
                        continue;
                    }
                };
                if let (Some(content), Ok(below)) = (self.copy_file(path)?, path.strip_prefix(self.repository.root())) {
                    files.push(KeptFile { path: below.to_owned(), content });
                }
            }
        }
        self.done.files = files.len() as u64;
        Ok(files)
    }

    /// Tells of a file that cannot be read, but for one that a person has taken away meanwhile.
    fn unless_gone(&mut self, path: &Path, kind: Option<io::ErrorKind>) {
        if kind != Some(io::ErrorKind::NotFound) {
            let item = path.display().to_string();
            self.done.findings.push(lost(item, BlobState::Unreadable, Remedy::CheckDisk));
        }
    }

    /// What of the file is in the backup now.
    fn copy_file(&mut self, path: &Path) -> Result<Option<Kept>, Failure> {
        for _ in 0..TRIES {
            let content = match digest_of(path) {
                Ok(content) => Kept::from(content),
                Err(error) => {
                    self.unless_gone(path, Some(error.kind()));
                    return Ok(None);
                }
            };
            if self.holds(content) || self.copy_content(path, content)? {
                return Ok(Some(content));
            }
        }
        self.unless_gone(path, fs::metadata(path).err().map(|error| error.kind()));
        Ok(None)
    }

    /// Whether the file, which was seen to hold `content`, is in the backup now; not if it changed meanwhile.
    fn copy_content(&mut self, path: &Path, content: Kept) -> Result<bool, Failure> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            // The next look at it tells why.
            Err(_) => return Ok(false),
        };
        let copied = self.backup.put_blob(content, |to| {
            io::copy(&mut file, to).map(drop).map_err(|error| BackupError::from(RepositoryError::io(path, &error)))
        });
        match copied {
            Ok(()) => {
                self.note_copied(content);
                Ok(true)
            }
            // It was written to, or taken away, while it was copied.
            Err(_) if !fs::exists(path).unwrap_or(false) || digest_of(path).ok().map(Kept::from) != Some(content) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// A blob that is not as it was.
pub(super) fn lost(item: String, state: BlobState, remedy: Remedy) -> Finding {
    // Something of it is not as it was, or nobody would ask.
    let (damage, seen) = damage_of(state).unwrap_or((Damage::Changed, Seen::OtherHash));
    Finding { subject: Subject::Blob, damage, item: item.into(), detail: seen.into(), remedy }
}

/// What a backup was found to hold.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Checked {
    /// The snapshot that was read.
    pub snapshot: SnapshotName,
    /// Blobs that were read, with other files.
    pub blobs: u64,
    /// Their size.
    pub bytes: u64,
    /// What is not as it was.
    pub findings: Vec<Finding>,
}

/// The snapshot of this name, or the newest: the one with the latest name, unless another goes on from it. So it is after
/// a clock was put back; a snapshot of what was given up, when an earlier one was restored, goes on from another past.
///
/// # Errors
/// As [`Backup::snapshot`].
pub(super) fn chosen(backup: &Backup, name: Option<&SnapshotName>) -> Result<(SnapshotName, Snapshot), Failure> {
    let (mut newest, mut snapshot) = backup.snapshot(name)?;
    if name.is_some() {
        return Ok((newest, snapshot));
    }
    // The later first: what goes on from the newest of them has more acts than all before it.
    for other in backup.snapshots()?.into_iter().rev() {
        // What does not read is told of when it is asked for.
        let Ok((other, found)) = backup.snapshot(Some(&other)) else { continue };
        if goes_on(backup, &other, &found, snapshot.acts)? {
            (newest, snapshot) = (other, found);
        }
    }
    Ok((newest, snapshot))
}

/// Whether a snapshot has more acts than those up to `head`, and these too.
fn goes_on(backup: &Backup, name: &SnapshotName, snapshot: &Snapshot, head: Option<ActHead>) -> Result<bool, Failure> {
    let Some(head) = head.filter(|head| snapshot.acts.is_some_and(|end| end.count > head.count)) else { return Ok(false) };
    let mut copy = NamedTempFile::new().map_err(|error| RepositoryError::io(&env::temp_dir(), &error))?;
    if backup.take_catalog(name, snapshot.catalog, copy.as_file_mut()).is_err() {
        return Ok(false);
    }
    // One that cannot be looked into keeps no other from being restored.
    let Ok(catalog) = Repository::open_catalog(copy.path()) else { return Ok(false) };
    let act = catalog.acts_after(head.count.saturating_sub(1), 1).ok().and_then(|mut acts| acts.pop());
    Ok(act.is_some_and(|act| act.number == head.count && act.digest == head.digest))
}

/// Reads all that a snapshot (or the newest) needs to be restored, and proves it.
///
/// # Errors
/// What the backup or a disk says; damage is told in the findings.
pub(crate) fn check(backup: &Backup, name: Option<&SnapshotName>, progress: &dyn Progress) -> Result<Checked, Failure> {
    let (name, snapshot) = chosen(backup, name)?;
    let mut checked = Checked { snapshot: name.clone(), blobs: 0, bytes: 0, findings: Vec::new() };
    // Not beside the backup: it may lie where nothing can be written.
    let mut copy = NamedTempFile::new().map_err(|error| RepositoryError::io(&env::temp_dir(), &error))?;
    match backup.copy_catalog(&name, snapshot.catalog, copy.as_file_mut()) {
        Ok(()) => {}
        Err(NotCopied::Damaged(state)) => {
            let found = lost(backup.place_of_catalog(&name), state, Remedy::BackUpAnew);
            checked.findings.push(Finding { subject: Subject::Catalog, ..found });
            return Ok(checked);
        }
        Err(NotCopied::Failed(error)) => return Err(error.into()),
    }
    let catalog = Repository::open_catalog(copy.path())?;
    let changed = |detail| Finding {
        subject: Subject::Catalog,
        damage: Damage::Changed,
        item: backup.place_of_catalog(&name).into(),
        detail,
        remedy: Remedy::BackUpAnew,
    };
    checked.findings.extend(catalog.integrity_errors()?.into_iter().map(changed));
    if catalog.act_head()? != snapshot.acts || catalog.blob_count()? != snapshot.blobs + snapshot.missing {
        checked.findings.push(changed(Seen::OtherHash.into()));
    }
    progress.begin(Phase::Verify, snapshot.blobs + snapshot.files.len() as u64);
    each_blob(catalog.as_ref(), |blobs| check_blobs(backup, blobs, progress, &mut checked))?;
    let files: Vec<Kept> = snapshot.files.iter().map(|file| file.content).collect();
    check_blobs(backup, &files, progress, &mut checked)?;
    Ok(checked)
}

/// Takes all blobs of a catalog a part at a time.
pub(super) fn each_blob(catalog: &dyn Catalog, mut take: impl FnMut(&[Kept]) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut last = None;
    loop {
        let blobs = catalog.blobs_after(last, AT_ONCE)?;
        let Some(newest) = blobs.last() else { return Ok(()) };
        last = Some(newest.id);
        take(&blobs.into_iter().map(Kept::from).collect::<Vec<_>>())?;
    }
}

fn check_blobs(backup: &Backup, blobs: &[Kept], progress: &dyn Progress, checked: &mut Checked) -> Result<(), Failure> {
    let read: Vec<Result<(), NotCopied>> = blobs
        .par_iter()
        .map(|blob| {
            let copied = backup.copy_blob(*blob, &mut io::sink());
            progress.step();
            copied
        })
        .collect();
    for (blob, read) in blobs.iter().zip(read) {
        match read {
            Err(NotCopied::Damaged(state)) => {
                checked.findings.push(lost(backup.place_of_blob(blob.blake3), state, Remedy::BackUpAnew));
            }
            // A service that does not answer says nothing of what it holds.
            Err(NotCopied::Failed(error)) => return Err(error.into()),
            Ok(()) => {
                checked.blobs += 1;
                checked.bytes += blob.bytes;
            }
        }
    }
    Ok(())
}
