//! Which files earlier runs are done with. A run and a dry run ask here, so that they agree.

use std::path::Path;

use nix::sys::statfs::{MSDOS_SUPER_MAGIC, statfs};

use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::ids::{BlobId, RecipeId};
use crate::pipeline::plan::InboxFile;
use crate::repository::{KnownFiles, Part, Repository, RepositoryError, StoredBlob};

/// The number by which Linux knows exFAT.
const EXFAT: i64 = 0x2011_BAB0;

/// What earlier runs know of the files in `inbox`. On the file systems of memory cards the time of
/// change is a copy of the date that a scanner writes, and numbers of files are given out anew: there
/// every file is read.
pub(super) fn known_files(repository: &Repository, inbox: &Path, recipe: RecipeId) -> Result<KnownFiles, RepositoryError> {
    let on_card = statfs(inbox).is_ok_and(|disk| {
        let kind = disk.filesystem_type();
        kind == MSDOS_SUPER_MAGIC || kind.0 == EXFAT
    });
    match inbox.to_str() {
        Some(inbox) if !on_card => repository.catalog.known_files(inbox, recipe),
        _ => Ok(KnownFiles::default()),
    }
}

/// A digest of all that decides whose papers are found on a scan, besides its pages.
pub(super) fn rules_for(placing: &[u8; 32], file: &InboxFile) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_keyed(placing);
    hasher.update(file.relative.as_bytes());
    *hasher.finalize().as_bytes()
}

/// What tells which files are done with.
pub(super) struct Settled<'a> {
    pub repository: &'a Repository,
    pub recipe: RecipeId,
    /// Recipes of older programs whose work stands.
    pub earlier: &'a [RecipeId],
    /// A digest of the settings by which papers are assigned to dossiers.
    pub placing: [u8; 32],
    pub known: &'a KnownFiles,
}

impl Settled<'_> {
    /// The blob that a file became in an earlier run, if both are as they were.
    pub(super) fn seen(&self, file: &InboxFile) -> Option<StoredBlob> {
        let blob = self.known.blob(file.path.to_str()?, &file.stamp)?;
        self.repository.blobs.holds(&blob).then_some(blob)
    }

    /// Whether earlier runs are done with a file that was [seen](Self::seen), as far as names and what
    /// was found in it then tell.
    pub(super) fn is_seen_done(&self, file: &InboxFile, scan: BlobId) -> Result<bool, RepositoryError> {
        let done = match file.placement.named_code() {
            Some(code) => self.is_done(scan, code, file.placement.kind)?,
            None => self.are_done(scan, self.known.parts(scan, &rules_for(&self.placing, file)))?,
        };
        Ok(done || self.stands(file, scan)?)
    }

    /// Whether earlier runs are done with a file whose bytes are this scan's, as far as its name tells.
    pub(super) fn is_stored_done(&self, file: &InboxFile, scan: BlobId) -> Result<bool, RepositoryError> {
        let catalog = &self.repository.catalog;
        if let Some(code) = file.placement.named_code()
            && catalog.is_done(scan, code, file.placement.kind, self.recipe)?
        {
            return Ok(true);
        }
        self.stands(file, scan)
    }

    /// Whether all papers that were found on a scan are done with; not if it is not known which.
    fn are_done(&self, scan: BlobId, parts: Option<&[Part]>) -> Result<bool, RepositoryError> {
        for (code, kind) in parts.unwrap_or_default() {
            if !self.is_done(scan, code, *kind)? {
                return Ok(false);
            }
        }
        Ok(parts.is_some())
    }

    fn is_done(&self, scan: BlobId, code: &DossierCode, kind: RecordKind) -> Result<bool, RepositoryError> {
        Ok(self.known.is_done(scan, code, kind) || self.repository.catalog.is_done(scan, code, kind, self.recipe)?)
    }

    /// Whether an older program was done with a scan. Which papers lie on one that its name does not
    /// assign would have to be read again; but the papers of one scan are sealed together or not at all.
    fn stands(&self, file: &InboxFile, scan: BlobId) -> Result<bool, RepositoryError> {
        let catalog = &self.repository.catalog;
        for recipe in self.earlier {
            let stands = match file.placement.named_code() {
                Some(code) => catalog.is_done(scan, code, file.placement.kind, *recipe)?,
                None => catalog.is_sealed(scan, &file.relative, *recipe)?,
            };
            if stands {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::model::batch::PageOutcome;
    use crate::repository::memory::MemoryRepository;
    use crate::repository::tests::{CODE, code, commit, entry, new_batch, recipe};
    use crate::repository::{Entry, FileStamp, Mode, Placement, Sighting};
    use crate::settings::Settings;
    use crate::stages::assemble::InboxRules;

    fn file(relative: &str) -> InboxFile {
        InboxFile {
            path: Path::new("/inbox").join(relative),
            relative: relative.into(),
            bytes: 4,
            modified: OffsetDateTime::UNIX_EPOCH,
            stamp: FileStamp { bytes: 4, modified_ns: 1, changed_ns: 1, inode: 1 },
            placement: InboxRules::new(&Settings::default().inbox).unwrap().place(relative),
        }
    }

    /// A dry run once asked what older programs had done only of files whose names tell the dossier.
    #[test]
    fn what_an_older_program_sealed_stands_also_where_the_name_tells_no_dossier() {
        let shared = MemoryRepository::new();
        let repository = shared.open(Mode::Create);
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        let record = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
        let scan = record.documents[0].source.blake3;
        let (loose, named) = (file("scan.tif"), file(&format!("{CODE}/scan.tif")));
        assert_eq!((loose.placement.named_code(), named.placement.named_code()), (None, Some(&code(CODE))));
        let sealed = Entry { scan: Some(scan), ..entry("scan.tif", 1, &[(PageOutcome::Sealed, 1)]) };
        repository.catalog.put_entry(batch, &sealed).unwrap();
        let (known, earlier) = (KnownFiles::default(), [recipe(1)]);
        let settled = Settled { repository: &repository, recipe: recipe(2), earlier: &earlier, placing: [0; 32], known: &known };
        assert!(settled.is_stored_done(&loose, scan).unwrap() && settled.is_stored_done(&named, scan).unwrap());
        assert!(!settled.is_stored_done(&file("other.tif"), scan).unwrap(), "it lay elsewhere");
        let redone = Settled { earlier: &[], ..settled };
        assert!(!redone.is_stored_done(&loose, scan).unwrap() && !redone.is_stored_done(&named, scan).unwrap());
    }

    #[test]
    fn papers_that_were_found_on_a_scan_are_done_when_all_their_dossiers_are() {
        let shared = MemoryRepository::new();
        let repository = shared.open(Mode::Create);
        let batch = repository.catalog.begin_batch(&new_batch()).unwrap();
        let record = commit(&repository, batch, &code(CODE), recipe(1), &["một"]);
        let (loose, placing) = (file("scan.tif"), [7; 32]);
        let source = &record.documents[0].source;
        let blob = StoredBlob { id: source.blake3, sha256: source.sha256, bytes: source.bytes };
        let seen = Sighting { path: "/inbox/scan.tif".into(), stamp: loose.stamp };
        repository.catalog.put_sighting(&seen, blob.id).unwrap();
        let part = |of: &str| (code(of), RecordKind::Dossier);
        let is_done = |parts: Vec<Part>| {
            let placement = Placement { scan: blob.id, rules: rules_for(&placing, &loose), parts };
            repository.catalog.put_placements(&[placement]).unwrap();
            let known = known_files(&repository, Path::new("/inbox"), recipe(1)).unwrap();
            let settled = Settled { repository: &repository, recipe: recipe(1), earlier: &[], placing, known: &known };
            assert_eq!(settled.seen(&loose), Some(blob));
            settled.is_seen_done(&loose, blob.id).unwrap()
        };
        assert!(is_done(vec![part(CODE)]));
        assert!(!is_done(vec![part(CODE), part("H38.16-230706-0099")]), "one of two");
    }
}
