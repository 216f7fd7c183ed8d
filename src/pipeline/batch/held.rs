//! Files that were made for records and are no blobs yet: they become some when the records are kept that
//! refer to them. What is refused late, a document of which another part cannot be sealed or a change that
//! comes to nothing, then leaves nothing in the repository that no record uses.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Run;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::BlobId;
use crate::repository::{PutError, Repository, Sealing, StoredBlob, digest_of};

/// Numbers the files: the same content may be held for several records at once.
static NUMBER: AtomicU64 = AtomicU64::new(1);

/// The files that a run holds. Those that never became blobs go with it.
#[derive(Debug, Default)]
pub(super) struct Held(Mutex<BTreeMap<BlobId, PathBuf>>);

impl Held {
    /// Takes a file that a worker wrote.
    fn take(&self, written: &Path) -> io::Result<StoredBlob> {
        let blob = digest_of(written)?;
        // The worker's names are those of documents, which are made more than once.
        let place = written.with_file_name(format!("held-{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        fs::rename(written, &place)?;
        if let Some(same) = self.files().insert(blob.id, place) {
            let _ = fs::remove_file(same);
        }
        Ok(blob)
    }

    /// Makes a blob of the file with this content. Another thread may be doing so too.
    fn store(&self, repository: &Repository, blob: &StoredBlob) -> Result<(), Failure> {
        let Some(place) = self.files().get(&blob.id).cloned() else {
            // It was held for another record, too.
            let is_there = repository.blobs.holds(blob);
            return if is_there { Ok(()) } else { Err(Failure::new(FailureCode::RepositoryDamaged).at(blob.id)) };
        };
        match repository.blobs.put_file(&place) {
            Ok(stored) if stored == *blob => {}
            Err(PutError::Source(error)) if error.kind() == io::ErrorKind::NotFound && repository.blobs.holds(blob) => {}
            Err(PutError::Store(error)) => return Err(error.into()),
            Ok(_) => return Err(failed(&place).because(PutError::Changed.cause())),
            Err(other) => return Err(failed(&place).because(other.cause())),
        }
        let mut files = self.files();
        if files.get(&blob.id) == Some(&place) {
            files.remove(&blob.id);
        }
        let _ = fs::remove_file(place);
        Ok(())
    }

    fn files(&self) -> std::sync::MutexGuard<'_, BTreeMap<BlobId, PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        for place in self.files().values() {
            let _ = fs::remove_file(place);
        }
    }
}

fn failed(place: &Path) -> Failure {
    Failure::new(FailureCode::StorageFailed).at_file(place.display())
}

impl Run<'_> {
    /// Holds a file that a worker wrote until [it is kept](Self::commit).
    pub(super) fn hold(&self, written: &Path) -> Result<StoredBlob, Failure> {
        let blob = self.meter.store(|| self.held.take(written)).map_err(|error| failed(written).because(error))?;
        self.meter.bytes_out(blob.bytes);
        Ok(blob)
    }

    /// Keeps records, and makes blobs of the files that they refer to first.
    pub(super) fn commit(&self, sealing: &Sealing<'_>) -> Result<(), Failure> {
        self.meter.store(|| {
            sealing.blobs.iter().try_for_each(|blob| self.held.store(self.repository, blob))?;
            Ok(self.repository.catalog.commit_dossier(sealing)?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::tests::new_repository;

    fn written(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn left(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn what_is_held_becomes_a_blob_or_goes() {
        let (_folder, repository) = new_repository();
        let scratch = repository.scratch_dir().unwrap().to_owned();
        let held = Held::default();
        let kept = held.take(&written(&scratch, "a.pdf", b"kept")).unwrap();
        // Under the same name comes another, and the first one again.
        let refused = held.take(&written(&scratch, "a.pdf", b"refused")).unwrap();
        assert_eq!(held.take(&written(&scratch, "a.pdf", b"kept")).unwrap(), kept);
        assert_eq!((left(&scratch), repository.blobs.list().count()), (2, 0));
        for _ in 0..2 {
            held.store(&repository, &kept).unwrap();
        }
        assert_eq!(repository.blobs.read(kept.id).unwrap(), b"kept");
        drop(held);
        assert_eq!((left(&scratch), repository.blobs.holds(&refused)), (0, false));
    }

    #[test]
    fn what_two_runs_hold_is_each_ones_own() {
        let (_folder, repository) = new_repository();
        let scratch = repository.scratch_dir().unwrap().to_owned();
        let [one, other] = [Held::default(), Held::default()];
        for held in [&one, &other] {
            held.take(&written(&scratch, "a.pdf", b"same")).unwrap();
        }
        drop(one);
        other.store(&repository, &digest_of(&written(&scratch, "b", b"same")).unwrap()).unwrap();
        assert_eq!(repository.blobs.list().count(), 1);
    }

    #[test]
    fn what_was_changed_while_it_was_held_is_not_stored() {
        let (_folder, repository) = new_repository();
        let scratch = repository.scratch_dir().unwrap().to_owned();
        let held = Held::default();
        let blob = held.take(&written(&scratch, "a.pdf", b"one")).unwrap();
        let place = held.files()[&blob.id].clone();
        fs::write(place, b"two").unwrap();
        assert_eq!(held.store(&repository, &blob).unwrap_err().code, FailureCode::StorageFailed);
    }
}
