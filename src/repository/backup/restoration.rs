//! A repository that is made from a backup, file by file.

use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::NamedTempFile;

use super::BackupError;
use crate::model::backup::{Kept, KeptFile};
use crate::model::failure::cause::StorageFault;
use crate::model::snapshot::SnapshotName;
use crate::repository::blobs::{Blobs, FileBlobs};
use crate::repository::error::RepositoryError;
use crate::repository::{CATALOG, FOLDERS, Mode, Repository, TMP, durable, write_marker};

/// Says of a folder that a snapshot is being restored into it, and which.
const UNDER_WAY: &str = "sohoa-restore.txt";
/// Rights of files, before the umask.
const FILE_MODE: u32 = 0o666;

/// A repository that is not whole yet: nobody can open it.
#[derive(Debug)]
pub(crate) struct Restoration {
    root: PathBuf,
    blobs: FileBlobs,
}

impl Restoration {
    /// Begins to restore a snapshot into `root`, an empty folder or none, or goes on where the same was
    /// broken off.
    ///
    /// # Errors
    /// `NotEmpty` if anything else lies there; or what the disk says.
    pub(crate) fn begin(root: &Path, snapshot: &SnapshotName) -> Result<Self, BackupError> {
        durable::create_dir_all(root)?;
        let note = root.join(UNDER_WAY);
        let failed = |error: io::Error| RepositoryError::io(root, &error);
        let goes_on = fs::read_to_string(&note).is_ok_and(|noted| noted == snapshot.to_string());
        if !goes_on {
            let entries = fs::read_dir(root).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(failed)?;
            // What every ext4 volume has at its top, and our own note that was not finished.
            let is_harmless = |entry: &fs::DirEntry| {
                let name = entry.file_name();
                name == *"lost+found" || durable::is_leftover(&name, UNDER_WAY)
            };
            if !entries.iter().all(is_harmless) {
                return Err(BackupError::NotEmpty { place: root.display().to_string() });
            }
            durable::write_file(&note, snapshot.to_string().as_bytes())?;
        }
        for folder in FOLDERS {
            durable::create_dir_all(&root.join(folder))?;
        }
        Ok(Self { blobs: FileBlobs::new(root, Some(root.join(TMP))), root: root.to_owned() })
    }

    /// Whether a blob is restored already.
    pub(crate) fn holds(&self, blob: Kept) -> bool {
        self.blobs.holds(&blob.into())
    }

    /// Puts a blob that `copy` writes and proves.
    ///
    /// # Errors
    /// What `copy` or the disk says.
    pub(crate) fn put_blob<E: From<BackupError>>(
        &self,
        blob: Kept,
        copy: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut file = self.blobs.new_file().map_err(BackupError::from)?;
        copy(file.as_file_mut())?;
        Ok(self.blobs.publish(file, blob.blake3).map_err(BackupError::from)?)
    }

    /// Puts a file that is not in the catalog where it lay; `copy` writes and proves it.
    ///
    /// # Errors
    /// `Damaged` if its path leads out of the repository, or what `copy` or the disk says.
    pub(crate) fn put_file<E: From<BackupError>>(
        &self,
        file: &KeptFile,
        copy: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut new = self.new_file()?;
        let path = self.root.join(inside(&file.path)?);
        copy(new.as_file_mut())?;
        let published = path.parent().map_or(Ok(()), durable::create_dir_all).and_then(|()| durable::publish(new, &path));
        Ok(published.map_err(BackupError::from)?)
    }

    /// Puts the catalog into its place, with which the repository is whole, and opens it. Until
    /// [`finish`](Self::finish) the same restoration can begin anew.
    ///
    /// # Errors
    /// What the disk says, or as for [`Repository::open`].
    pub(crate) fn open(&self, catalog: NamedTempFile) -> Result<Repository, BackupError> {
        let path = self.root.join(CATALOG);
        // What a restoration that was broken off left beside it belongs to another file.
        for beside in ["-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(beside);
            match fs::remove_file(&name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(RepositoryError::io(&path, &error).into()),
                _ => {}
            }
        }
        durable::publish(catalog, &path)?;
        write_marker(&self.root)?;
        Ok(Repository::open(&self.root, Mode::Write)?)
    }

    /// Ends the restoration: from now on nothing is restored into this folder.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) fn finish(self) -> Result<(), BackupError> {
        let note = self.root.join(UNDER_WAY);
        Ok(fs::remove_file(&note).map_err(|error| RepositoryError::io(&note, &error))?)
    }

    /// An empty file in the new repository.
    ///
    /// # Errors
    /// What the disk says.
    pub(crate) fn new_file(&self) -> Result<NamedTempFile, BackupError> {
        Ok(durable::new_file(&self.root.join(TMP), FILE_MODE)?)
    }
}

/// A path that stays below the folder it is put to.
fn inside(path: &Path) -> Result<&Path, BackupError> {
    if path.components().all(|part| matches!(part, Component::Normal(_))) && path.file_name().is_some() {
        return Ok(path);
    }
    Err(BackupError::Damaged { place: path.display().to_string(), cause: StorageFault::LeadsOutside.into() })
}
