//! Inbox files that were stored before, so that an unchanged inbox need not be read every night.

use std::collections::HashMap;

use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::ids::{BlobId, RecipeId};
use crate::repository::blobs::StoredBlob;
use crate::repository::error::RepositoryError;

/// A file of an inbox as the file system shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Its whole path.
    pub path: String,
    /// What shows whether it is still the same.
    pub stamp: FileStamp,
}

/// What shows whether a file is still the one that was seen.
///
/// Name, size and date alone do not: a scanner that has lost its clock writes another paper under
/// all three. No program can set back the time of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    /// Its size.
    pub bytes: u64,
    /// When it was last written, in nanoseconds since 1970.
    pub modified_ns: i64,
    /// When anything about it changed last, in nanoseconds since 1970.
    pub changed_ns: i64,
    /// Its number in the file system.
    pub inode: u64,
}

/// A dossier that papers of a scan belong to, and on which side.
pub type Part = (DossierCode, RecordKind);

/// Whose papers were found on a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The scan.
    pub scan: BlobId,
    /// A digest of the rules by which they were found.
    pub rules: [u8; 32],
    /// Their dossiers.
    pub parts: Vec<Part>,
}

/// What is known of the files of an inbox, read at once.
#[derive(Debug, Default)]
pub struct KnownFiles {
    pub(in crate::repository) files: HashMap<String, (FileStamp, StoredBlob)>,
    pub(in crate::repository) done: HashMap<BlobId, Vec<Part>>,
    pub(in crate::repository) placements: HashMap<BlobId, ([u8; 32], Vec<Part>)>,
}

impl KnownFiles {
    /// The blob that the file became when it last looked exactly like this.
    pub fn blob(&self, path: &str, stamp: &FileStamp) -> Option<StoredBlob> {
        self.files.get(path).filter(|(known, _)| known == stamp).map(|(_, blob)| *blob)
    }

    /// Whether nothing is left to do for a scan in this dossier. What is not known to be done may
    /// still be; [`is_done`](super::Batches::is_done) tells.
    pub fn is_done(&self, scan: BlobId, code: &DossierCode, kind: RecordKind) -> bool {
        self.done.get(&scan).is_some_and(|parts| parts.iter().any(|part| part.0 == *code && part.1 == kind))
    }

    /// Whose papers were found on a scan, if that was by the same rules.
    pub fn parts(&self, scan: BlobId, rules: &[u8; 32]) -> Option<&[Part]> {
        self.placements.get(&scan).filter(|(known, _)| known == rules).map(|(_, parts)| parts.as_slice())
    }
}

/// What earlier runs know of the files of an inbox.
pub trait Sightings {
    /// What is known of the files below the folder `inbox`, and which of their scans are done with by
    /// `recipe`. Costs what lies in the inbox and not what is in the repository.
    ///
    /// # Errors
    /// What the store says.
    fn known_files(&self, inbox: &str, recipe: RecipeId) -> Result<KnownFiles, RepositoryError>;

    /// The blob that the file became when it last looked exactly like this.
    ///
    /// # Errors
    /// What the store says.
    fn sighted(&self, file: &Sighting) -> Result<Option<StoredBlob>, RepositoryError>;

    /// Remembers what a file became. The blob has to be known.
    ///
    /// # Errors
    /// What the store says.
    fn put_sighting(&self, file: &Sighting, scan: BlobId) -> Result<(), RepositoryError>;

    /// Remembers whose papers were found on scans: all of them at once. The scans have to be known.
    ///
    /// # Errors
    /// What the store says.
    fn put_placements(&self, placements: &[Placement]) -> Result<(), RepositoryError>;
}
