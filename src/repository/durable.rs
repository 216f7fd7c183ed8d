//! Files that survive a loss of power: content first, then the name.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
use tempfile::NamedTempFile;

use super::error::RepositoryError;

/// Makes `path` and its parents, and sees to it that their names are on the disk.
pub(super) fn create_dir_all(path: &Path) -> Result<(), RepositoryError> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = parent {
        create_dir_all(parent)?;
    }
    match fs::create_dir(path) {
        Ok(()) => sync_dir(parent.unwrap_or(Path::new("."))),
        // Another thread may have been faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(RepositoryError::io(path, &error)),
    }
}

/// Sees to it that the names in `folder` are on the disk.
///
/// # Errors
/// What the disk says.
pub fn sync_dir(folder: &Path) -> Result<(), RepositoryError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| RepositoryError::io(folder, &e))
}

/// Puts the folder `new` in the place of the folder `old`, which is removed. Whoever looks sees the
/// one or the other; where the file system cannot exchange two folders there is none for a moment.
pub(super) fn replace_dir(new: &Path, old: &Path) -> Result<(), RepositoryError> {
    let failed = |error: io::Error| RepositoryError::io(old, &error);
    let exchanged = old.is_dir() && renameat2(AT_FDCWD, new, AT_FDCWD, old, RenameFlags::RENAME_EXCHANGE).is_ok();
    let leftover = if exchanged { new.to_owned() } else { old.with_extension("old") };
    if !exchanged {
        remove_dir_all(&leftover)?;
        if old.is_dir() {
            fs::rename(old, &leftover).map_err(failed)?;
        }
        fs::rename(new, old).map_err(failed)?;
    }
    old.parent().map_or(Ok(()), sync_dir)?;
    remove_dir_all(&leftover)
}

/// Removes a folder, if it is there, and all that is in it.
pub(super) fn remove_dir_all(folder: &Path) -> Result<(), RepositoryError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(RepositoryError::io(folder, &error)),
        _ => Ok(()),
    }
}

/// Makes a file in `folder` that vanishes unless it is published. It has the rights of `mode` that
/// the umask leaves.
pub(super) fn new_file(folder: &Path, mode: u32) -> Result<NamedTempFile, RepositoryError> {
    tempfile::Builder::new()
        .prefix("new-")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)
        .map_err(|e| RepositoryError::io(folder, &e))
}

/// Gives a finished file its name, in place of a file that has it already.
pub(super) fn publish(file: NamedTempFile, path: &Path) -> Result<(), RepositoryError> {
    file.as_file().sync_all().map_err(|e| RepositoryError::io(path, &e))?;
    file.persist(path).map_err(|e| RepositoryError::io(path, &e.error))?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// Writes a small file as a whole where there is no folder for unfinished ones yet. A kill leaves at
/// most a file for which [`is_leftover`] holds.
pub(super) fn write_file(path: &Path, content: &[u8]) -> Result<(), RepositoryError> {
    let mut leftover = path.as_os_str().to_owned();
    leftover.push(".new");
    let leftover = Path::new(&leftover);
    File::create(leftover)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(leftover, path))
        .map_err(|e| RepositoryError::io(path, &e))?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// Whether `name` is what a killed [`write_file`] of `of` leaves.
pub(super) fn is_leftover(name: &OsStr, of: &str) -> bool {
    name.to_str().and_then(|name| name.strip_suffix(".new")) == Some(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_takes_the_place_of_another_whole() {
        let place = tempfile::tempdir().unwrap();
        let (new, old) = (place.path().join("a.new"), place.path().join("a"));
        for content in ["one", "two"] {
            fs::create_dir(&new).unwrap();
            fs::write(new.join(content), content).unwrap();
            replace_dir(&new, &old).unwrap();
            let names = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
            assert_eq!(names(&old), [content]);
            assert_eq!(names(place.path()), ["a"]);
        }
    }
}
