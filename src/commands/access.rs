//! Opening a repository for what is asked of it.
//!
//! Whoever reads may keep it open and ask from many threads. Whoever writes opens it for each person
//! who acts: all that is written is done in one name.

use std::path::Path;

use crate::model::failure::Failure;
use crate::repository::Mode;
pub(crate) use crate::repository::Repository;

/// In whose name and why something is done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct InNameOf {
    /// The person, where several share the account that the program runs under.
    pub by: Option<String>,
    /// The reason given.
    pub reason: Option<String>,
}

/// Opens the repository at `root` for reading, which takes no right to write.
///
/// # Errors
/// When there is none, or it cannot be read.
pub(crate) fn to_read(root: &Path) -> Result<Repository, Failure> {
    Ok(Repository::open(root, Mode::Read)?)
}

/// Opens the repository at `root` for what `who` does to it. Only a run makes one.
///
/// # Errors
/// When there is none, or it cannot be written.
pub(crate) fn to_write(root: &Path, who: &InNameOf) -> Result<Repository, Failure> {
    opened(root, Mode::Write, who)
}

/// Opens the repository at `root` for what `who` does to it, and makes it if there is none.
///
/// # Errors
/// When the folder holds other things than a repository, or cannot be written.
pub(crate) fn to_create(root: &Path, who: &InNameOf) -> Result<Repository, Failure> {
    opened(root, Mode::Create, who)
}

fn opened(root: &Path, mode: Mode, who: &InNameOf) -> Result<Repository, Failure> {
    Ok(Repository::open(root, mode)?.in_name_of(who.by.as_deref(), who.reason.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::failure::FailureCode;

    #[test]
    fn only_a_run_makes_a_repository() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("kho");
        let who = InNameOf::default();
        let missing = |opened: Result<Repository, Failure>| opened.map(drop).unwrap_err().code;
        assert_eq!(missing(to_write(&root, &who)), FailureCode::RepositoryMissing);
        assert_eq!(missing(to_read(&root)), FailureCode::RepositoryMissing);
        assert!(!root.exists());
        to_create(&root, &who).unwrap();
        to_write(&root, &who).unwrap();
        to_read(&root).unwrap();
    }
}
