//! Hands out files of the repository: proven on their way, or not at all.

use std::fs::{self, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::model::failure::cause::StorageFault;
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::record::{Record, StoredFile, sealed_file_name};
use crate::repository::{BlobState, CopyError, Repository, StoredBlob, digest_of, sync_dir};

/// Rights of a file that was handed out, before the umask.
const FILE_MODE: u32 = 0o666;

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
/// or [`FailureCode::DiskFull`] if the folder does not take it or another file has its name.
pub(crate) fn hand_out(repository: &Repository, records: &[&Record], folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let mut proven = Vec::new();
    for record in records {
        if record.made_id() != record.id {
            let place = Place::Dossier { code: record.dossier_code.to_string() };
            return Err(Failure::new(FailureCode::RepositoryDamaged).at(place).because(StorageFault::RecordAltered));
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
                    io::ErrorKind::AlreadyExists => taken(&path),
                    _ => unwritable(&path, &error.error),
                })?;
                path
            }
        });
    }
    let _ = sync_dir(folder);
    written.sort();
    Ok(written)
}

/// A file in `folder` that has no name yet, with the rights of any new file: others than its owner read what is
/// handed out.
///
/// # Errors
/// What the disk says.
pub(super) fn nameless(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".sohoa-").permissions(Permissions::from_mode(FILE_MODE)).tempfile_in(folder)
}

/// Copies a stored file to beside `path`, hashing it on the way.
fn prove(repository: &Repository, file: &StoredFile, path: PathBuf) -> Result<Proven, Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let expected = StoredBlob { id: file.blake3, sha256: file.sha256, bytes: file.bytes };
    let mut copy = nameless(folder).map_err(|error| unwritable(folder, &error))?;
    repository.blobs.copy(&expected, copy.as_file_mut()).map_err(|error| match error {
        CopyError::Damaged(state) => {
            let cause = damage_of(state, repository.blobs.place_of(expected.id).display());
            Failure::new(FailureCode::RepositoryDamaged).at_file(path.file_name().unwrap_or_default().display()).because(cause)
        }
        CopyError::Target(error) => match Failure::from(error) {
            full if full.code == FailureCode::DiskFull => full.at_file(path.display()),
            other => Failure { code: FailureCode::FileUnwritable, ..other.at_file(path.display()) },
        },
    })?;
    copy.as_file().sync_all().map_err(|error| unwritable(&path, &error))?;
    // A link under that name is another file, wherever it leads.
    if fs::symlink_metadata(&path).is_ok() {
        let is_same = digest_of(&path).is_ok_and(|there| there == expected);
        return if is_same { Ok(Proven::There(path)) } else { Err(taken(&path)) };
    }
    Ok(Proven::New(copy, path))
}

/// Copies a stored file to `to`, hashing it on the way.
///
/// # Errors
/// [`FailureCode::RepositoryDamaged`] if it is not what was sealed: then what was written is of no use. Or
/// what the disk says.
pub(crate) fn proven_copy(repository: &Repository, file: &StoredFile, to: &mut dyn Write) -> Result<(), Failure> {
    let expected = StoredBlob { id: file.blake3, sha256: file.sha256, bytes: file.bytes };
    repository.blobs.copy(&expected, to).map_err(|error| match error {
        CopyError::Damaged(state) => {
            let cause = damage_of(state, repository.blobs.place_of(expected.id).display());
            Failure::new(FailureCode::RepositoryDamaged).at_file(&file.name).because(cause)
        }
        CopyError::Target(error) => error.into(),
    })
}

/// Writes `bytes` to a file of its own at `path`, whole or not at all. Nothing is overwritten.
///
/// # Errors
/// As [`hand_out`].
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_new_with(path, |write| write(bytes))
}

/// The same, with a content that `fill` gives piece by piece to what it is called with.
///
/// # Errors
/// As [`hand_out`], or what `fill` says: nothing comes to lie at `path` then.
pub(crate) fn write_new_with<T>(
    path: &Path,
    fill: impl FnOnce(&mut dyn FnMut(&[u8]) -> Result<(), Failure>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error: io::Error| unwritable(path, &error);
    let mut file = BufWriter::new(nameless(folder).map_err(failed)?);
    let filled = fill(&mut |bytes| file.write_all(bytes).map_err(failed))?;
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist_noclobber(path).map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => unwritable(path, &error.error),
    })?;
    let _ = sync_dir(folder);
    Ok(filled)
}

/// What is wrong with a file of the repository.
pub(super) fn damage_of(state: BlobState, path: impl std::fmt::Display) -> StorageFault {
    let path = path.to_string();
    match state {
        BlobState::Missing => StorageFault::BlobAbsent { path },
        BlobState::Unreadable => StorageFault::BlobUnreadable { path },
        BlobState::Sound | BlobState::Changed => StorageFault::BlobChanged { path },
    }
}

/// Another file lies there under the name. It stays.
pub(super) fn taken(path: &Path) -> Failure {
    Failure::new(FailureCode::FileUnwritable).at_file(path.display()).because(StorageFault::NameTaken)
}

pub(super) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let code = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => FailureCode::DiskFull,
        _ => FailureCode::FileUnwritable,
    };
    Failure::new(code).at_file(path.display()).because(error)
}
