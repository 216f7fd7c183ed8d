//! Blobs that live as long as the process, for tests. They are lent as files that go with the guard.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::{BlobFile, BlobState, Blobs, CopyError, LentFile, PutError, StoredBlob, open_plain};
use crate::model::failure::cause::StorageFault;
use crate::model::ids::BlobId;
use crate::repository::digest::{DigestError, digest};
use crate::repository::error::RepositoryError;

type Kept = BTreeMap<BlobId, (Vec<u8>, SystemTime)>;
pub(in crate::repository) type SharedBlobs = Arc<Mutex<Kept>>;

/// One who reads or writes; all clones of `kept` share the blobs.
#[derive(Debug)]
pub(in crate::repository) struct MemoryBlobs {
    pub kept: SharedBlobs,
    pub writes: bool,
}

impl MemoryBlobs {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn missing(&self, id: BlobId) -> RepositoryError {
        RepositoryError::Damaged { place: self.place_of(id).display().to_string(), cause: StorageFault::BlobMissing.into() }
    }
}

impl Blobs for MemoryBlobs {
    fn put_file(&self, from: &Path) -> Result<StoredBlob, PutError> {
        let mut source = open_plain(from)?;
        let length = source.metadata().map_err(PutError::Source)?.len();
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(PutError::Source)?;
        let Ok(stored) = digest(&mut bytes.as_slice(), None) else { return Err(PutError::Changed) };
        if stored.bytes != length {
            return Err(PutError::Changed);
        }
        if !self.holds(&stored) {
            if !self.writes {
                return Err(RepositoryError::read_only(Path::new("memory")).into());
            }
            self.kept().insert(stored.id, (bytes, SystemTime::now()));
        }
        Ok(stored)
    }

    fn holds(&self, blob: &StoredBlob) -> bool {
        self.kept().get(&blob.id).is_some_and(|(bytes, _)| bytes.len() as u64 == blob.bytes)
    }

    fn read(&self, id: BlobId) -> Result<Vec<u8>, RepositoryError> {
        self.kept().get(&id).map(|(bytes, _)| bytes.clone()).ok_or_else(|| self.missing(id))
    }

    fn check(&self, expected: &StoredBlob) -> BlobState {
        match self.copy(expected, &mut std::io::sink()) {
            Ok(()) => BlobState::Sound,
            Err(CopyError::Damaged(state)) => state,
            Err(CopyError::Target(_)) => BlobState::Unreadable,
        }
    }

    fn copy(&self, expected: &StoredBlob, to: &mut dyn Write) -> Result<(), CopyError> {
        let Ok(bytes) = self.read(expected.id) else { return Err(CopyError::Damaged(BlobState::Missing)) };
        match digest(&mut bytes.as_slice(), Some(to)) {
            Ok(found) if found == *expected => Ok(()),
            Ok(_) | Err(DigestError::Source(_)) => Err(CopyError::Damaged(BlobState::Changed)),
            Err(DigestError::Target(error)) => Err(CopyError::Target(RepositoryError::io(&self.place_of(expected.id), &error))),
        }
    }

    fn lend(&self, id: BlobId) -> Result<LentFile, RepositoryError> {
        let bytes = self.read(id)?;
        let failed = |error: std::io::Error| RepositoryError::io(&std::env::temp_dir(), &error);
        let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
        let path = file.into_temp_path();
        Ok(LentFile { path: path.to_path_buf(), _held: Some(Box::new(path)) })
    }

    fn lending_folders(&self) -> Vec<PathBuf> {
        vec![std::env::temp_dir()]
    }

    fn place_of(&self, id: BlobId) -> PathBuf {
        Path::new("memory").join(id.to_string())
    }

    fn stored_at(&self, id: BlobId) -> Option<SystemTime> {
        self.kept().get(&id).map(|(_, stored_at)| *stored_at)
    }

    fn list(&self) -> Box<dyn Iterator<Item = Result<BlobFile, RepositoryError>> + '_> {
        let ids: Vec<BlobId> = self.kept().keys().copied().collect();
        Box::new(ids.into_iter().map(|id| Ok(BlobFile::Blob(id))))
    }
}
