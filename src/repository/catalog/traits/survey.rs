//! What `verify` asks: all of the catalog, a part at a time, as it is kept and before it is believed.

use crate::model::batch::Ledger;
use crate::model::finding::Detail;
use crate::model::ids::{BatchId, BlobId, LedgerDigest, RecipeId};
use crate::model::record::Record;
use crate::repository::blobs::StoredBlob;
use crate::repository::error::RepositoryError;

/// A row of the table of records, with those of its documents.
#[derive(Debug, Clone)]
pub struct RecordRow {
    /// The number of its commit.
    pub change: i64,
    /// The bytes of its id.
    pub id: [u8; 32],
    /// The form of its id.
    pub format: i64,
    /// The batch that made it.
    pub batch: BatchId,
    /// Its dossier's code.
    pub code: String,
    /// Handed in or given back.
    pub kind: String,
    /// Counts from 1.
    pub version: i64,
    /// The bytes of the id of the version before.
    pub supersedes: Option<[u8; 32]>,
    /// The manifest that it is in.
    pub manifest: Option<i64>,
    /// What is kept of it: JSON.
    pub content: String,
    /// The record that it says, or why it does not read.
    pub record: Result<Record, String>,
    /// By ordinal.
    pub documents: Vec<DocumentRow>,
}

/// A row of the table of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its number in the dossier.
    pub ordinal: i64,
    /// The bytes of its id.
    pub id: [u8; 32],
    /// Its sealed file.
    pub file: BlobId,
    /// What is known of that file.
    pub file_blob: Option<StoredBlob>,
    /// The scan it was made from.
    pub source: BlobId,
    /// What is known of that scan.
    pub source_blob: Option<StoredBlob>,
    /// The recipe under which its text is kept.
    pub recipe: RecipeId,
}

/// A batch and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Its number.
    pub id: BatchId,
    /// Its state, as it is kept.
    pub state: String,
}

/// A catalog's account of its own soundness: what it finds wrong with how it is kept, and all that it
/// keeps in a form that shows damage. Names of tables, and what the store says of its pages, are its own.
pub trait Survey {
    /// Faults in how the catalog is stored, and rows that refer to nothing. Empty if all is well.
    ///
    /// # Errors
    /// What the store says.
    fn integrity_errors(&self) -> Result<Vec<Detail>, RepositoryError>;

    /// The tables whose rows carry digests.
    fn tables(&self) -> Vec<&'static str>;

    /// Rows of `table` that are not what their digests were made from, at most `limit`, named by
    /// their keys. Reads the whole table and keeps none of it.
    ///
    /// # Errors
    /// What the store says.
    fn changed_rows(&self, table: &str, limit: usize) -> Result<Vec<String>, RepositoryError>;

    /// Names rows of a table, `limit` at most, of which a column that they are found by says something else than what
    /// is believed of them.
    ///
    /// # Errors
    /// When the catalog cannot be read.
    fn contradicting_rows(&self, table: &str, limit: usize) -> Result<Vec<String>, RepositoryError>;

    /// In what tables, indices and their definitions differ from those of a new catalog.
    ///
    /// # Errors
    /// What the store says.
    fn schema_differences(&self) -> Result<Vec<Detail>, RepositoryError>;

    /// Counters that are not at the number given last.
    ///
    /// # Errors
    /// What the store says.
    fn counter_errors(&self) -> Result<Vec<Detail>, RepositoryError>;

    /// Files of an inbox, at most `limit`, that are said to have become a blob of another size.
    ///
    /// # Errors
    /// What the store says.
    fn sighting_errors(&self, limit: usize) -> Result<Vec<String>, RepositoryError>;

    /// The numbers of acts, at most `limit`, of which it is noted that they name other records than they do.
    ///
    /// # Errors
    /// What the store says.
    fn misnoted_acts(&self, limit: usize) -> Result<Vec<u64>, RepositoryError>;

    /// The next `limit` rows of records after that of this code, kind and version, in their order.
    ///
    /// # Errors
    /// What the store says. A record that does not read is told in its row.
    fn record_rows_after(&self, after: (&str, &str, i64), limit: usize) -> Result<Vec<RecordRow>, RepositoryError>;

    /// The row of the record with this id.
    ///
    /// # Errors
    /// What the store says.
    fn record_row(&self, id: &[u8; 32]) -> Result<Option<RecordRow>, RepositoryError>;

    /// Number of records in a manifest.
    ///
    /// # Errors
    /// What the store says.
    fn records_in_manifest(&self, sequence: u64) -> Result<u64, RepositoryError>;

    /// All batches, by number.
    ///
    /// # Errors
    /// What the store says.
    fn batch_rows(&self) -> Result<Vec<BatchRow>, RepositoryError>;

    /// What became of all pages of a batch, summed up.
    ///
    /// # Errors
    /// What the store says.
    fn ledger(&self, batch: BatchId) -> Result<Ledger, RepositoryError>;

    /// Files in the ledger of a batch, and the digest over all that is noted of it.
    ///
    /// # Errors
    /// What the store says.
    fn ledger_digest(&self, batch: BatchId) -> Result<(u64, LedgerDigest), RepositoryError>;

    /// The digest over the ledgers of all batches up to this one.
    ///
    /// # Errors
    /// What the store says.
    fn ledgers_digest(&self, up_to: BatchId) -> Result<LedgerDigest, RepositoryError>;

    /// Records of form 1, and the digest over them and the text of their pages.
    ///
    /// # Errors
    /// What the store says.
    fn old_records_digest(&self) -> Result<(u64, LedgerDigest), RepositoryError>;
}
