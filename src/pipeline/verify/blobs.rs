//! Every file against both of its digests, in one pass over its bytes; and files that nothing knows.

use std::iter::Peekable;
use std::time::SystemTime;

use rayon::prelude::*;

use super::again;
use super::finding::{Damage, Findings, Remedy, Seen, Subject, cause_of};
use super::share::Share;
use crate::model::ids::BlobId;
use crate::pipeline::progress::{Phase, Progress};
use crate::repository::{BlobFile, BlobState, Repository, RepositoryError, StoredBlob};

/// Files checked at a time. All threads wait for the last of them, so they are many.
const AT_ONCE: usize = 2000;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub blobs: u64,
    pub bytes: u64,
}

/// Checks the files of a share, or all.
pub(super) fn verify(
    repository: &Repository,
    share: Option<Share>,
    progress: &dyn Progress,
    findings: &mut Findings,
) -> Result<Read, RepositoryError> {
    let mut read = Read::default();
    let mine = |id: BlobId| share.is_none_or(|share| share.holds(id));
    let began = SystemTime::now();
    progress.begin(Phase::Verify, repository.catalog.blob_count()?);
    let mut files = repository.blobs.list().peekable();
    let mut last = None;
    loop {
        let blobs = repository.catalog.blobs_after(last, AT_ONCE)?;
        let Some(newest) = blobs.last() else { break };
        last = Some(newest.id);
        let states: Vec<Option<BlobState>> = blobs
            .par_iter()
            .map(|blob| {
                let state = mine(blob.id).then(|| check(repository, blob));
                progress.step();
                state
            })
            .collect();
        for (blob, state) in blobs.iter().zip(states) {
            let Some(state) = state else { continue };
            read.blobs += 1;
            let Some((damage, seen)) = damage_of(state) else {
                read.bytes += blob.bytes;
                continue;
            };
            let remedy = if state == BlobState::Unreadable { Remedy::CheckDisk } else { Remedy::RestoreFile };
            findings.add(Subject::Blob, damage, blob.id.to_string(), seen, remedy);
        }
        strangers(repository, &mut files, last, &blobs, began, findings);
    }
    strangers(repository, &mut files, None, &[], began, findings);
    Ok(read)
}

/// What a blob that is not as it was is said to be; none if it is sound.
pub(in crate::pipeline) fn damage_of(state: BlobState) -> Option<(Damage, Seen)> {
    match state {
        BlobState::Sound => None,
        BlobState::Missing => Some((Damage::Missing, Seen::NoSuchFile)),
        BlobState::Unreadable => Some((Damage::Missing, Seen::NotReadable)),
        BlobState::Changed => Some((Damage::Changed, Seen::OtherHash)),
    }
}

fn check(repository: &Repository, blob: &StoredBlob) -> BlobState {
    again::look(|| repository.blobs.check(blob), |state| matches!(state, BlobState::Sound | BlobState::Missing))
}

/// Takes the files up to `last`, or all that are left, and names those that are not among `blobs`.
fn strangers<I: Iterator<Item = Result<BlobFile, RepositoryError>>>(
    repository: &Repository,
    files: &mut Peekable<I>,
    last: Option<BlobId>,
    blobs: &[StoredBlob],
    began: SystemTime,
    findings: &mut Findings,
) {
    let is_due = |file: &Result<BlobFile, RepositoryError>| match (file, last) {
        (Ok(BlobFile::Blob(id)), Some(last)) => *id <= last,
        _ => true,
    };
    while let Some(file) = files.next_if(is_due) {
        let stranger = match file {
            Ok(BlobFile::Blob(id)) if blobs.binary_search_by_key(&id, |blob| blob.id).is_ok() => continue,
            // A batch that runs beside may have stored it since.
            Ok(BlobFile::Blob(id)) if repository.blobs.stored_at(id).is_some_and(|stored| stored > began) => continue,
            Ok(BlobFile::Blob(id)) => repository.blobs.place_of(id),
            Ok(BlobFile::Stray(path)) => path,
            Err(error) => {
                findings.add(Subject::Blob, Damage::Missing, "blobs", cause_of(&error), Remedy::CheckDisk);
                continue;
            }
        };
        let name = stranger.display().to_string();
        findings.add(Subject::Blob, Damage::Orphaned, name, Seen::UnknownFile, Remedy::LookAtFile);
    }
}
