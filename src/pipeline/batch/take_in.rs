//! First sweep: every file becomes a blob and is opened.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::sys::statvfs::statvfs;
use rayon::prelude::*;

use super::Run;
use super::settled::Settled;
use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::scan::ScanSummary;
use crate::pipeline::plan::InboxFile;
use crate::pipeline::progress::Phase;
use crate::repository::{KnownFiles, PutError, Repository, Sighting, StoredBlob};
use crate::settings::Settings;

/// Files that a thread looks at in one go: most are unchanged, and a glance at one is quick.
const FILES_AT_ONCE: usize = 16;

/// A file that is in the repository as a blob and could be opened.
#[derive(Debug, Clone)]
pub(super) struct TakenScan {
    /// Where it came from.
    pub file: InboxFile,
    /// Its bytes.
    pub blob: StoredBlob,
    /// What it is.
    pub summary: ScanSummary,
}

impl Run<'_> {
    /// Stores and opens `files`, at most `limit` new ones, in their order.
    pub(super) fn take_in(
        &self,
        files: Vec<InboxFile>,
        known: &KnownFiles,
        limit: Option<usize>,
    ) -> Result<Vec<TakenScan>, Failure> {
        self.progress.begin(Phase::TakeIn, files.len() as u64);
        let room = AtomicUsize::new(limit.unwrap_or(usize::MAX));
        let settled = self.settled(known);
        let take = |file: InboxFile| -> Result<Option<TakenScan>, Failure> {
            let taken = match settled.seen(&file) {
                Some(blob) if settled.is_seen_done(&file, blob.id)? => self.skip(),
                seen => self.take_in_one(file, seen, &settled, &room)?,
            };
            self.progress.step();
            Ok(taken)
        };
        // With a limit the first files in order are meant, not whichever thread is quickest.
        let taken: Vec<Option<TakenScan>> = if limit.is_some() {
            files.into_iter().map(take).collect::<Result<_, _>>()?
        } else {
            files.into_par_iter().with_min_len(FILES_AT_ONCE).map(take).collect::<Result<_, _>>()?
        };
        Ok(taken.into_iter().flatten().collect())
    }

    /// What tells which files are done with.
    fn settled<'a>(&'a self, known: &'a KnownFiles) -> Settled<'a> {
        let Self { repository, recipe, earlier, placing, .. } = self;
        Settled { repository, recipe: *recipe, earlier, placing: *placing, known }
    }

    fn skip(&self) -> Option<TakenScan> {
        self.unchanged.fetch_add(1, Ordering::Relaxed);
        None
    }

    fn take_in_one(
        &self,
        file: InboxFile,
        seen: Option<StoredBlob>,
        settled: &Settled<'_>,
        room: &AtomicUsize,
    ) -> Result<Option<TakenScan>, Failure> {
        if room.load(Ordering::Relaxed) == 0 {
            return self.leave();
        }
        self.check_room()?;
        let blob = match seen.map_or_else(|| self.meter.store(|| self.store(&file)), Ok) {
            Ok(blob) => blob,
            // The scanner is still at it, or somebody has just moved it: the next run takes it up.
            Err(PutError::Changed) => return self.leave(),
            Err(PutError::Source(error)) if error.kind() == io::ErrorKind::NotFound => return self.leave(),
            Err(PutError::Source(error)) => {
                let failure = Failure::new(FailureCode::FileUnreadable).at_file(&file.relative).because(error);
                self.refuse(&file.path, &file.relative, None, 1, &failure)?;
                return Ok(None);
            }
            Err(PutError::NotPlain) => {
                let failure = Failure::new(FailureCode::FileNotRegular).at_file(&file.relative);
                self.refuse(&file.path, &file.relative, None, 1, &failure)?;
                return Ok(None);
            }
            Err(PutError::Store(error)) => return Err(error.into()),
        };
        if settled.is_stored_done(&file, blob.id)? {
            return Ok(self.skip());
        }
        self.meter.bytes_in(blob.bytes);
        room.fetch_sub(1, Ordering::Relaxed);
        match self.open(&blob) {
            Ok(summary) => Ok(Some(TakenScan { file, blob, summary })),
            Err(failure) if failure.code.effect().stops_the_run() => Err(failure),
            Err(failure) => {
                self.refuse(&file.path, &file.relative, Some(blob.id), 1, &failure.at_file(&file.relative))?;
                Ok(None)
            }
        }
    }

    /// Opens a stored scan, unless it was opened before.
    pub(super) fn open(&self, blob: &StoredBlob) -> Result<ScanSummary, Failure> {
        let Repository { blobs, catalog, .. } = self.repository;
        if let Some(summary) = catalog.scan(blob.id)? {
            return Ok(summary);
        }
        let file = blobs.lend(blob.id)?;
        let (summary, times) = self.pool.open(file.path().to_owned())?;
        self.meter.add(&times);
        self.meter.store(|| {
            catalog.put_blob(blob, Some(summary.media_type))?;
            catalog.put_scan(blob.id, &summary)
        })?;
        Ok(summary)
    }

    /// Leaves a file for the next run.
    fn leave(&self) -> Result<Option<TakenScan>, Failure> {
        self.left.fetch_add(1, Ordering::Relaxed);
        Ok(None)
    }

    /// Makes a blob of a file and remembers how the file looked.
    fn store(&self, file: &InboxFile) -> Result<StoredBlob, PutError> {
        let Repository { blobs, catalog, .. } = self.repository;
        let blob = blobs.put_file(&file.path)?;
        // Since the plan hours may have passed; a file that is being written again has not settled.
        if !file.is_unchanged() {
            return Err(PutError::Changed);
        }
        catalog.put_blob(&blob, None)?;
        catalog.put_sighting(&Sighting { path: file.path.display().to_string(), stamp: file.stamp }, blob.id)?;
        Ok(blob)
    }

    /// Stops the run while there is still room to end it cleanly.
    pub(super) fn check_room(&self) -> Result<(), Failure> {
        check_room(self.repository.root(), self.settings)
    }
}

/// Fails when the repository at `root` has less room than `general.min_free_mib`.
pub(super) fn check_room(root: &Path, settings: &Settings) -> Result<(), Failure> {
    let needed = settings.general.min_free_mib;
    match statvfs(root) {
        Ok(disk) => {
            let free_mib = disk.blocks_available().saturating_mul(disk.fragment_size()) / (1024 * 1024);
            if free_mib < needed {
                let cause = StorageFault::LittleRoom { free_mib, needed_mib: needed };
                return Err(Failure::new(FailureCode::DiskFull).at_file(root.display()).because(cause));
            }
            Ok(())
        }
        Err(error) => Err(Failure::new(FailureCode::StorageFailed).at_file(root.display()).because(io::Error::from(error))),
    }
}
