//! Hands out files of the repository: proven on their way, or not at all.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

use crate::model::failure::{Failure, FailureCode};
use crate::model::record::{Record, StoredFile, sealed_file_name};
use crate::repository::{CopyError, Repository, StoredBlob, digest_of, sync_dir};

/// Rights of a file that was handed out, before the umask.
const FILE_MODE: u32 = 0o666;

/// Says why nothing was handed out.
#[derive(Debug, Error)]
pub enum HandOutError {
    /// A file of the repository is not what was sealed, or the folder cannot be written to.
    #[error(transparent)]
    Failed(#[from] Failure),
    /// Another file lies there under the name. It stays.
    #[error("{} is another file", .0.display())]
    Taken(PathBuf),
}

/// A copy that was proven and has no name yet.
enum Proven {
    /// To be given its name.
    New(NamedTempFile, PathBuf),
    /// The same file is there under its name.
    There(PathBuf),
}

/// Writes the documents of `records` into `folder`: each sealed file as `CODE.NNN.pdf`, and beside it
/// the scan that bears signatures as `CODE.NNN.goc.pdf`, for the sealed file bears none. Returns where
/// they lie.
///
/// Names come from the dossier's code and the document's number, never from what is stored as a name,
/// so nothing is written outside `folder`. Either all of them come to lie there or none does.
///
/// # Errors
/// [`FailureCode::RepositoryDamaged`] if a file is not what was sealed, [`FailureCode::FileUnwritable`]
/// or [`FailureCode::DiskFull`] if the folder does not take it, [`HandOutError::Taken`] if another file
/// has its name.
pub fn hand_out(repository: &Repository, records: &[&Record], folder: &Path) -> Result<Vec<PathBuf>, HandOutError> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let mut proven = Vec::new();
    for record in records {
        if record.made_id() != record.id {
            let cause = "what the record says is not what was sealed";
            return Err(Failure::new(FailureCode::RepositoryDamaged).at(&record.dossier_code).because(cause).into());
        }
        for document in &record.documents {
            let name = sealed_file_name(&record.dossier_code, document.ordinal);
            if !document.signatures.is_empty() {
                let original = format!("{}.goc.pdf", name.strip_suffix(".pdf").unwrap_or(&name));
                proven.push(prove(repository, &document.source, folder.join(original))?);
            }
            proven.push(prove(repository, &document.file, folder.join(name))?);
        }
    }
    let mut written = Vec::with_capacity(proven.len());
    for copy in proven {
        written.push(match copy {
            Proven::There(path) => path,
            Proven::New(file, path) => {
                file.persist_noclobber(&path).map_err(|error| match error.error.kind() {
                    io::ErrorKind::AlreadyExists => HandOutError::Taken(path.clone()),
                    _ => unwritable(&path, &error.error).into(),
                })?;
                path
            }
        });
    }
    let _ = sync_dir(folder);
    written.sort();
    Ok(written)
}

/// Copies a stored file to beside `path`, hashing it on the way.
fn prove(repository: &Repository, file: &StoredFile, path: PathBuf) -> Result<Proven, HandOutError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let expected = StoredBlob { id: file.blake3, sha256: file.sha256, bytes: file.bytes };
    let mut copy = tempfile::Builder::new()
        .prefix(".sohoa-")
        .permissions(Permissions::from_mode(FILE_MODE))
        .tempfile_in(folder)
        .map_err(|error| unwritable(folder, &error))?;
    repository.blobs.copy(&expected, copy.as_file_mut()).map_err(|error| match error {
        CopyError::Damaged(state) => {
            let cause = format!("{state:?}, {}", repository.blobs.place_of(expected.id).display());
            Failure::new(FailureCode::RepositoryDamaged).at(path.file_name().unwrap_or_default().display()).because(cause)
        }
        CopyError::Target(error) => match Failure::from(error) {
            full if full.code == FailureCode::DiskFull => full.at(path.display()),
            other => Failure::new(FailureCode::FileUnwritable).at(path.display()).because(other.cause),
        },
    })?;
    copy.as_file().sync_all().map_err(|error| unwritable(&path, &error))?;
    // A link under that name is another file, wherever it leads.
    if fs::symlink_metadata(&path).is_ok() {
        let is_same = digest_of(&path).is_ok_and(|there| there == expected);
        return if is_same { Ok(Proven::There(path)) } else { Err(HandOutError::Taken(path)) };
    }
    Ok(Proven::New(copy, path))
}

/// Writes `bytes` to a file of its own at `path`, whole or not at all. Nothing is overwritten.
///
/// # Errors
/// As [`hand_out`].
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), HandOutError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || {
        let mut file =
            tempfile::Builder::new().prefix(".sohoa-").permissions(Permissions::from_mode(FILE_MODE)).tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    let file = write().map_err(|error| unwritable(path, &error))?;
    file.persist_noclobber(path).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => HandOutError::Taken(path.to_owned()),
        _ => unwritable(path, &error.error).into(),
    })?;
    let _ = sync_dir(folder);
    Ok(())
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let code = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => FailureCode::DiskFull,
        _ => FailureCode::FileUnwritable,
    };
    Failure::new(code).at(path.display()).because(error)
}
