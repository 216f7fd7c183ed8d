//! Sealed records and their documents.

use std::collections::BTreeMap;

use super::batches::Entry;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::ids::{BatchId, DocumentId, RecipeId, RecordId};
use crate::model::record::Record;
use crate::repository::blobs::StoredBlob;
use crate::repository::error::RepositoryError;

/// What sealing brought: all of it is kept, or nothing.
#[derive(Debug, Clone, Copy)]
pub struct Sealing<'a> {
    /// The batch in which it happened.
    pub batch: BatchId,
    /// New versions of records, each made from the newest one there was when its papers were looked at.
    pub records: &'a [Record],
    /// The sealed files of their documents. Scans are known already.
    pub blobs: &'a [StoredBlob],
    /// How the files ended that the papers came from.
    pub entries: &'a [Entry],
    /// Documents kept earlier that another recipe reads just as they were sealed.
    pub alike: &'a [ReadAlike],
}

/// A document of a record that a recipe reads just as it was sealed, so that no version is made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadAlike {
    /// The record.
    pub record: RecordId,
    /// The document's number in the dossier.
    pub ordinal: u32,
    /// The other recipe.
    pub recipe: RecipeId,
}

/// Records in all their versions. None is ever changed: a correction is the next version.
pub trait Records {
    /// Carries out all of `order` and appends the act that tells of it, or does nothing. Records that
    /// are there already stay as they are.
    ///
    /// # Errors
    /// `Conflict` if a record does not follow the newest version of its like, or gives a document a
    /// number that another one has by now or another number than it has by now; `Storage` if it names
    /// a blob that is not known; or what the store says.
    fn commit_dossier(&self, order: &Sealing<'_>) -> Result<(), RepositoryError>;

    /// The ordinals ever given to documents of this dossier, over all kinds and versions. None
    /// of them may be given to another document.
    ///
    /// # Errors
    /// What the store says.
    fn ordinals(&self, code: &DossierCode) -> Result<BTreeMap<DocumentId, u32>, RepositoryError>;

    /// The newest version.
    ///
    /// # Errors
    /// What the store says.
    fn current_record(&self, code: &DossierCode, kind: RecordKind) -> Result<Option<Record>, RepositoryError>;

    /// All versions of a dossier's records, by kind and version.
    ///
    /// # Errors
    /// What the store says.
    fn records_of(&self, code: &DossierCode) -> Result<Vec<Record>, RepositoryError>;

    /// The codes of all dossiers, in order.
    ///
    /// # Errors
    /// What the store says.
    fn dossier_codes(&self) -> Result<Vec<DossierCode>, RepositoryError>;

    /// The newest version of the next `limit` records, by code and kind: those that come after a code
    /// and kind, or after all kinds of a code; the first ones if none is told.
    ///
    /// # Errors
    /// What the store says.
    fn current_records(&self, after: Option<&(String, Option<RecordKind>)>, limit: usize)
    -> Result<Vec<Record>, RepositoryError>;

    /// Every version of every record, by code, kind and version.
    ///
    /// # Errors
    /// What the store says.
    fn all_records(&self) -> Result<Vec<Record>, RepositoryError>;

    /// The names of issuing bodies in the newest versions of all records, each with how often it was
    /// found, by name. Costs what there are names.
    ///
    /// # Errors
    /// What the store says.
    fn issuing_bodies(&self) -> Result<Vec<(String, u64)>, RepositoryError>;

    /// The next `limit` records that are in no manifest, by code, kind and version.
    ///
    /// # Errors
    /// What the store says.
    fn unexported(&self, limit: usize) -> Result<Vec<RecordId>, RepositoryError>;

    /// The records of these ids, in their order.
    ///
    /// # Errors
    /// `Damaged` if one is not there, or what the store says.
    fn records(&self, ids: &[RecordId]) -> Result<Vec<Record>, RepositoryError>;

    /// How the pages of a record's document were read: by the recipe under which their text is
    /// kept. None if there is no such document.
    ///
    /// # Errors
    /// What the store says.
    fn document_recipe(&self, record: RecordId, ordinal: u32) -> Result<Option<RecipeId>, RepositoryError>;

    /// The change number of the newest record; 0 if there is none.
    ///
    /// # Errors
    /// What the store says.
    fn max_change(&self) -> Result<i64, RepositoryError>;

    /// The next `limit` records that came after the change number `since`, each with its own.
    ///
    /// # Errors
    /// What the store says.
    fn records_changed_since(&self, since: i64, limit: usize) -> Result<Vec<(i64, Record)>, RepositoryError>;

    /// The next `limit` records of which a version came after the change number `since`: code and kind as
    /// they are kept, each with the change number of its newest version. Whether they read is not asked.
    ///
    /// # Errors
    /// What the store says.
    fn names_changed_since(&self, since: i64, limit: usize) -> Result<Vec<(i64, String, String)>, RepositoryError>;

    /// The versions of a record that read, the newest last. Those that do not are damaged, which `verify`
    /// tells; they keep nobody from what the others say.
    ///
    /// # Errors
    /// What the store says.
    fn readable_versions(&self, code: &str, kind: &str) -> Result<Vec<Record>, RepositoryError>;
}
