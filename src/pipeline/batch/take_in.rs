//! First sweep: every file becomes a blob and is opened.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use nix::sys::statfs::{MSDOS_SUPER_MAGIC, statfs};
use nix::sys::statvfs::statvfs;
use rayon::prelude::*;

use super::Run;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::{BlobId, RecipeId};
use crate::model::scan::ScanSummary;
use crate::pipeline::plan::InboxFile;
use crate::pipeline::progress::Phase;
use crate::repository::{KnownFiles, Part, PutError, Repository, Sighting, StoredBlob};
use crate::settings::Settings;

/// Files that a thread looks at in one go: most are unchanged, and a glance at one is quick.
const FILES_AT_ONCE: usize = 16;

/// The number by which Linux knows exFAT.
const EXFAT: i64 = 0x2011_BAB0;

/// What earlier runs know of the files in `inbox`. On the file systems of memory cards the time of
/// change is a copy of the date that a scanner writes, and numbers of files are given out anew: there
/// every file is read.
pub(super) fn known_files(repository: &Repository, inbox: &Path, recipe: RecipeId) -> Result<KnownFiles, Failure> {
    let on_card = statfs(inbox).is_ok_and(|disk| {
        let kind = disk.filesystem_type();
        kind == MSDOS_SUPER_MAGIC || kind.0 == EXFAT
    });
    match inbox.to_str() {
        Some(inbox) if !on_card => Ok(repository.catalog.known_files(inbox, recipe)?),
        _ => Ok(KnownFiles::default()),
    }
}

/// A file that is in the repository as a blob and could be opened.
#[derive(Debug, Clone)]
pub struct TakenScan {
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
        let take = |file: InboxFile| -> Result<Option<TakenScan>, Failure> {
            let seen = self.seen(&file, known);
            let taken = match seen {
                Some(blob) if self.is_settled(&file, &blob, known)? => self.skip(),
                seen => self.take_in_one(file, seen, &room)?,
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

    /// The blob that a file became in an earlier run, if both are as they were.
    fn seen(&self, file: &InboxFile, known: &KnownFiles) -> Option<StoredBlob> {
        let blob = known.blob(file.path.to_str()?, &file.stamp)?;
        self.repository.blobs.holds(&blob).then_some(blob)
    }

    /// Whether earlier runs are done with a file, as far as names and what was found in it then tell.
    fn is_settled(&self, file: &InboxFile, blob: &StoredBlob, known: &KnownFiles) -> Result<bool, Failure> {
        let done = match file.placement.named_code() {
            Some(code) => self.is_done(blob.id, code, file.placement.kind, known)?,
            None => self.are_done(blob.id, known.parts(blob.id, &self.rules_for(file)), known)?,
        };
        Ok(done || self.stands(blob.id, file)?)
    }

    /// Whether all papers that were found on a scan are done with; not if it is not known which.
    fn are_done(&self, scan: BlobId, parts: Option<&[Part]>, known: &KnownFiles) -> Result<bool, Failure> {
        for (code, kind) in parts.unwrap_or_default() {
            if !self.is_done(scan, code, *kind, known)? {
                return Ok(false);
            }
        }
        Ok(parts.is_some())
    }

    fn is_done(&self, scan: BlobId, code: &DossierCode, kind: RecordKind, known: &KnownFiles) -> Result<bool, Failure> {
        Ok(known.is_done(scan, code, kind) || self.repository.catalog.is_done(scan, code, kind, self.recipe)?)
    }

    /// Whether an older program was done with a scan. Which papers lie on one that its name does not
    /// assign would have to be read again; but the papers of one scan are sealed together or not at all.
    fn stands(&self, scan: BlobId, file: &InboxFile) -> Result<bool, Failure> {
        let catalog = &self.repository.catalog;
        for recipe in &self.earlier {
            let stands = match file.placement.named_code() {
                Some(code) => catalog.is_done(scan, code, file.placement.kind, *recipe)?,
                None => catalog.is_sealed(scan, &file.relative, *recipe)?,
            };
            if stands {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A digest of all that decides whose papers are found on a scan, besides its pages.
    pub(super) fn rules_for(&self, file: &InboxFile) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.placing);
        hasher.update(file.relative.as_bytes());
        *hasher.finalize().as_bytes()
    }

    fn skip(&self) -> Option<TakenScan> {
        self.unchanged.fetch_add(1, Ordering::Relaxed);
        None
    }

    fn take_in_one(&self, file: InboxFile, seen: Option<StoredBlob>, room: &AtomicUsize) -> Result<Option<TakenScan>, Failure> {
        if room.load(Ordering::Relaxed) == 0 {
            return self.leave();
        }
        self.check_room()?;
        let catalog = &self.repository.catalog;
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
            Err(PutError::Store(error)) => return Err(error.into()),
        };
        if let Some(code) = file.placement.named_code()
            && catalog.is_done(blob.id, code, file.placement.kind, self.recipe)?
        {
            return Ok(self.skip());
        }
        if self.stands(blob.id, &file)? {
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
        let (summary, times) = self.pool.open(blobs.path_of(blob.id))?;
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
