//! Doing something as the account that a folder belongs to.
//!
//! The settings are written by root, the repository belongs to the account that the services run under.
//! What root put into it, that account could not write any more.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use nix::unistd::{Gid, Uid, User, getgroups, setegid, seteuid, setgroups};

use crate::model::failure::{Failure, FailureCode};

/// The account that the package makes.
const SERVICE: &str = "sohoa";

/// Does `work` with the rights of the account that `folder` belongs to, where root asks for it; with those
/// that the process has otherwise.
///
/// The rights are those of the whole process: nothing else may go on beside it.
///
/// # Errors
/// [`FailureCode::StorageFailed`] if there is no such folder or the rights cannot be had, or what `work` says.
pub(super) fn as_owner_of<T>(folder: &Path, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let failed = |error: io::Error| Failure::new(FailureCode::StorageFailed).at_file(folder.display()).because(error);
    let owner = Uid::from_raw(fs::metadata(folder).map_err(failed)?.uid());
    if !Uid::effective().is_root() || owner.is_root() {
        return work();
    }
    let _back = Borrowed::of(owner).map_err(|error| failed(error.into()))?;
    work()
}

/// Whether what root makes in `folder` could be written by root alone, where the services run under an account of
/// their own.
pub(super) fn is_roots_alone(folder: &Path) -> bool {
    let is_roots = fs::metadata(folder).is_ok_and(|about| about.uid() == 0);
    Uid::effective().is_root() && is_roots && User::from_name(SERVICE).is_ok_and(|account| account.is_some())
}

/// The rights of another account; they are given back when it is dropped.
#[derive(Debug)]
struct Borrowed {
    group: Gid,
    groups: Vec<Gid>,
}

impl Borrowed {
    fn of(owner: Uid) -> nix::Result<Self> {
        let back = Self { group: Gid::effective(), groups: getgroups()? };
        // One without an entry has no group of its own to act in.
        let group = User::from_uid(owner)?.map_or(Gid::from_raw(owner.as_raw()), |user| user.gid);
        setgroups(&[group])?;
        setegid(group)?;
        seteuid(owner)?;
        Ok(back)
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        // Root first: only it may take the groups back.
        let _ = seteuid(Uid::from_raw(0)).and_then(|()| setegid(self.group)).and_then(|()| setgroups(&self.groups));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_belongs_to_nobody() {
        let failure = as_owner_of(Path::new("/nowhere/at/all"), || Ok(())).unwrap_err();
        assert_eq!(failure.code, FailureCode::StorageFailed);
    }
}
