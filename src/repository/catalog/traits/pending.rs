//! What waits for a person, over all batches.

use time::{OffsetDateTime, UtcOffset};

use crate::model::batch::PageOutcome;
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::failure::Failure;
use crate::model::field::{FieldName, FieldStatus};
use crate::model::ids::{BatchId, BlobId};
use crate::model::quality::PoorPage;
use crate::model::record::Record;
use crate::repository::error::RepositoryError;

/// A fact that waits in the newest version of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenField {
    /// When the first version was sealed since which it has waited in every one.
    pub since: OffsetDateTime,
    /// The dossier.
    pub code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// The document's number in the dossier.
    pub ordinal: u32,
    /// The fact.
    pub field: FieldName,
    /// Read with a doubt, or not found.
    pub status: FieldStatus,
    /// The key of the document's type, if that is known.
    pub document_type: Option<String>,
    /// The batch that the version belongs to.
    pub batch: BatchId,
}

impl OpenField {
    /// The facts that wait in `record` of `batch`, by document and name; `before` are those of the version
    /// before, some of which have waited since then.
    pub fn of(record: &Record, batch: BatchId, before: &[Self]) -> Vec<Self> {
        let mut open = Vec::new();
        let sealed_at = record.sealed_at.to_offset(UtcOffset::UTC);
        for document in &record.documents {
            let kind = document.fields.get(&FieldName::DocumentType).filter(|field| field.status.has_value());
            for (&name, field) in document.fields.iter().filter(|(_, field)| field.status.is_open()) {
                let waited = before.iter().find(|one| one.ordinal == document.ordinal && one.field == name);
                open.push(Self {
                    since: waited.map_or(sealed_at, |one| one.since),
                    code: record.dossier_code.clone(),
                    kind: record.kind,
                    ordinal: document.ordinal,
                    field: name,
                    status: field.status,
                    document_type: kind.map(|kind| kind.value.clone()),
                    batch,
                });
            }
        }
        open
    }
}

/// Which of the facts that wait are asked for; all where nothing is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenFilter {
    /// Of batches over one of these inboxes, as they were typed then.
    pub inboxes: Vec<String>,
    /// Of documents of this type.
    pub document_type: Option<String>,
    /// That have waited since this moment or later.
    pub from: Option<OffsetDateTime>,
    /// That have waited since before this moment.
    pub before: Option<OffsetDateTime>,
    /// Read with a doubt, or not found.
    pub status: Option<FieldStatus>,
}

/// A file that waits or was refused, and that no later batch has ended otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingFile {
    /// When the first batch began that let these bytes wait under this name.
    pub since: OffsetDateTime,
    /// The last batch that did.
    pub batch: BatchId,
    /// The inbox, as it was typed.
    pub inbox: String,
    /// Its path in the inbox.
    pub path: String,
    /// Its bytes, if they could be stored.
    pub scan: Option<BlobId>,
    /// Waiting or refused.
    pub outcome: PageOutcome,
    /// Its pages.
    pub pages: u64,
    /// Why.
    pub failure: Failure,
    /// Where it lies now, if it was moved.
    pub moved_to: Option<String>,
    /// Its pages that are too poor.
    pub poor_pages: Vec<PoorPage>,
}

/// What waits for a person. Costs what waits, and not what is in the repository.
pub trait Pending {
    /// The next `limit` facts that wait, those first that have waited longest, behind `after`.
    ///
    /// # Errors
    /// What the store says.
    fn open_fields(
        &self,
        filter: &OpenFilter,
        after: Option<&OpenField>,
        limit: usize,
    ) -> Result<Vec<OpenField>, RepositoryError>;

    /// How many facts wait: read with a doubt, and not found.
    ///
    /// # Errors
    /// What the store says.
    fn count_open_fields(&self, filter: &OpenFilter) -> Result<(u64, u64), RepositoryError>;

    /// The facts of one record that wait, by document and name.
    ///
    /// # Errors
    /// What the store says.
    fn open_fields_of(&self, code: &str, kind: &str) -> Result<Vec<OpenField>, RepositoryError>;

    /// The files that wait or were refused, those first that have waited longest.
    ///
    /// # Errors
    /// What the store says.
    fn waiting_files(&self) -> Result<Vec<WaitingFile>, RepositoryError>;
}
