//! Small pictures of pages that somebody may want to look at: where they lie, and when they go.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::batch::BatchReport;
use crate::model::ids::PageId;
use crate::repository::{Repository, RepositoryError};

/// Characters of a file's name that its pictures are known by.
const NAME_LENGTH: usize = 40;
/// Digits of its hash that tell it apart from others of that name.
const HASH_LENGTH: usize = 16;

/// Where the picture of a page lies that came in the file `relative`.
pub(crate) fn path_of(repository: &Repository, relative: &str, id: PageId) -> PathBuf {
    repository.exceptions_dir().join(name_of(relative, id))
}

/// A name that staff recognise the file by and that no other page has.
fn name_of(relative: &str, id: PageId) -> String {
    let name = relative.rsplit('/').next().unwrap_or_default();
    let start: String = name.chars().filter(|c| !c.is_control()).take(NAME_LENGTH).collect();
    let hash: String = id.scan.to_string().chars().take(HASH_LENGTH).collect();
    format!("{start}~{hash}.page-{:03}.jpg", id.ordinal.saturating_add(1))
}

/// The first digits of the scan's hash in a picture's name.
fn scan_of(name: &str) -> Option<&str> {
    let hash = name.rsplit('~').next()?.split('.').next()?;
    (hash.len() == HASH_LENGTH && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hash)
}

/// Removes the pictures of pages that are settled: people's papers are not to lie about. Kept are those
/// that `report` names and those of files that wait where an earlier batch found them.
///
/// # Errors
/// When the catalog cannot be read. A picture that cannot be removed stays for the next time.
pub(crate) fn clear(repository: &Repository, report: &BatchReport) -> Result<(), RepositoryError> {
    let poor = report.exceptions.iter().flat_map(|line| &line.poor_pages).filter_map(|page| page.picture.as_ref());
    let blank = report.blank_pages.iter().filter_map(|page| page.picture.as_ref());
    let named: BTreeSet<&Path> = poor.chain(blank).map(Path::new).collect();
    for entry in fs::read_dir(repository.exceptions_dir()).into_iter().flatten().flatten() {
        let path = entry.path();
        // What is not named like one of ours is not ours to remove.
        let Some(scan) = path.file_name().and_then(|name| name.to_str()).and_then(scan_of) else { continue };
        if named.contains(path.as_path()) {
            continue;
        }
        let waits = match repository.catalog.last_seen(scan)? {
            Some((batch, inbox, file, waits)) => batch != report.batch && waits && Path::new(&inbox).join(file).exists(),
            None => false,
        };
        if !waits && let Err(error) = fs::remove_file(&path) {
            tracing::warn!(picture = %path.display(), %error, "the picture of a settled page could not be removed");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::BlobId;

    #[test]
    fn a_picture_is_named_by_its_file_and_never_by_a_folder() {
        let id = PageId { scan: BlobId::of(b"scan"), ordinal: 2 };
        let name = name_of("H38.16-230706-0012/đơn ~ đề nghị.pdf", id);
        assert!(name.starts_with("đơn ~ đề nghị.pdf~") && name.ends_with(".page-003.jpg"), "{name}");
        assert!(id.scan.to_string().starts_with(scan_of(&name).unwrap()));
        assert_eq!((scan_of("note.txt"), scan_of("a~b.page-001.jpg")), (None, None));
        let long = name_of(&"ế".repeat(80), id);
        assert!(long.len() < 255 && long != name, "{long}");
    }
}
