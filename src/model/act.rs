//! Acts: who changed what the repository says, when and why.
//!
//! Every write that changes it is an act, appended in the same transaction and chained by hash: an
//! act names the digest of the one before, so none can be changed, left out or put in without all
//! after it changing too. The [`ActHead`] of the chain is in every manifest that leaves the house.

mod chain;
mod exchange;
mod reuse;
mod sample;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use chain::{Chain, ChainBreak};
pub use exchange::Bundle;
pub use reuse::ComponentReused;
pub use sample::{SampleChecked, SampleDrawn, SampledDocument};

use super::account::{AccountName, AccountState, Role};
use super::batch::BatchState;
use super::change::{Change, DocumentAction, DocumentChange, DocumentPlace, FieldsChange};
use super::consumer::ConsumerName;
use super::delivery::ItemState;
use super::field::{FieldName, Verdict};
use super::ids::{
    AccountDigest, ActDigest, BatchId, BlobId, DeliveryDigest, LedgerDigest, PageId, RecipeId, RecordId, RegisterDigest, Sha256,
};
use super::record::Record;
use super::register::RegisterList;
use super::settlement::Settlement;
use super::signing::{KeyId, KeyState};
use super::snapshot::SnapshotName;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The account of the operating system that the program ran under.
    pub account: String,
    /// The person, as told with `--by`: several people may share an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// In whose name something is done, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Warrant {
    /// Who.
    pub actor: Actor,
    /// Why, as told with `--reason`.
    pub reason: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Deed {
    /// A repository that was made before there were acts got its first.
    Adopted {
        /// Batches up to this number were there.
        batches: BatchId,
        /// Over their ledgers.
        ledgers: LedgerDigest,
        /// Records that were there.
        records: u64,
        /// Over these records and the text of their pages.
        content: LedgerDigest,
        /// Manifests up to this number were there.
        manifests: u64,
    },
    /// Records were sealed from what an inbox brought.
    Sealed {
        /// The batch.
        batch: BatchId,
        /// The records.
        records: Vec<RecordId>,
    },
    /// A person put pages into a document or replaced one.
    PagesChanged {
        /// The batch.
        batch: BatchId,
        /// The version that it made.
        records: Vec<RecordId>,
    },
    /// A person decided about a fact. The value is in the record alone.
    FieldDecided {
        /// The batch that the version before came from.
        batch: BatchId,
        /// The version that it made, together with what else was decided at once.
        record: RecordId,
        /// The document's number in the dossier.
        ordinal: u32,
        /// Which fact.
        field: FieldName,
        /// What was found.
        verdict: Verdict,
    },
    /// A person moved, voided, split or merged documents, or put their pages elsewhere.
    DocumentsChanged {
        /// The batch that the versions before came from.
        batch: BatchId,
        /// The versions that it made: two where a document went to another dossier.
        records: Vec<RecordId>,
        /// What was done.
        action: DocumentAction,
        /// The document's number in its dossier.
        ordinal: u32,
        /// The other documents that had a part in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        with: Vec<DocumentPlace>,
    },
    /// A person decided about a file that waits; the next run goes by it.
    FileSettled {
        /// Its bytes.
        scan: BlobId,
        /// What was decided.
        settlement: Settlement,
    },
    /// Somebody brought a file into an inbox over the console.
    FileBrought {
        /// Its bytes.
        scan: BlobId,
        /// Its path in the inbox.
        path: String,
        /// Its size.
        bytes: u64,
    },
    /// Somebody was shown pages of a file that waits.
    FileViewed {
        /// Its bytes.
        scan: BlobId,
    },
    /// A batch came to its end, or it was found that it never will.
    BatchEnded {
        /// The batch.
        batch: BatchId,
        /// How.
        state: BatchState,
        /// Files in its ledger.
        files: u64,
        /// Over all that is noted of it.
        ledger: LedgerDigest,
    },
    /// Results of pages were lost, and the pages were read again with the same outcome.
    PagesReadAgain {
        /// How.
        recipe: RecipeId,
        /// The pages.
        pages: Vec<PageId>,
    },
    /// What is made from the catalog was made again.
    MadeAgain {
        /// Names of manifests' files; `index` for the search index.
        made: Vec<String>,
    },
    /// All that the repository holds was copied to another place.
    BackedUp {
        /// The folder.
        to: String,
        /// What the copy is named there.
        snapshot: SnapshotName,
        /// Blobs that it holds.
        blobs: u64,
    },
    /// The repository was made from a backup: what was done after it was taken is lost.
    Restored {
        /// The folder.
        from: String,
        /// The copy.
        snapshot: SnapshotName,
    },
    /// A manifest was settled.
    Exported {
        /// Its number.
        sequence: u64,
        /// SHA-256 of its bytes.
        sha256: Sha256,
        /// Records in it.
        records: u64,
    },
    /// An account was made or changed.
    AccountSet {
        /// Which.
        account: AccountName,
        /// What it is for from now on.
        role: Role,
        /// Whether it can be used from now on.
        state: AccountState,
        /// Over all of it.
        digest: AccountDigest,
    },
    /// A token for the API was made or taken back.
    TokenSet {
        /// In whose name it is used.
        account: AccountName,
        /// Tells it from others of the account.
        token: String,
        /// Whether it can be used from now on.
        state: AccountState,
        /// Over all of it.
        digest: AccountDigest,
    },
    /// Somebody took over a document that another person was working on.
    TakenOver {
        /// The record.
        record: RecordId,
        /// The document's number in the dossier.
        ordinal: u32,
        /// From whom.
        from: AccountName,
    },
    /// A key that manifests are signed with was made or retired.
    KeySet {
        /// Which.
        key: KeyId,
        /// Its public half.
        public: String,
        /// Whether it signs from now on.
        state: KeyState,
        /// When it was made.
        #[serde(with = "time::serde::rfc3339")]
        made_at: OffsetDateTime,
    },
    /// A manifest for a consumer was settled.
    Delivered {
        /// To whom.
        consumer: ConsumerName,
        /// Its number in the consumer's series.
        sequence: u64,
        /// SHA-256 of its bytes.
        sha256: Sha256,
        /// Records in it.
        records: u64,
        /// The change of the repository up to which the consumer was given what is for it; earlier versions of the
        /// program did not tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        up_to: Option<i64>,
    },
    /// A record came to another state on its way to a consumer.
    ItemSet {
        /// To whom.
        consumer: ConsumerName,
        /// Which record.
        record: RecordId,
        /// How far it has come.
        state: ItemState,
        /// Over all that is said of it.
        digest: DeliveryDigest,
    },
    /// Manifests and the files in them were handed out together.
    Bundled(Bundle),
    /// Rows of the register were added or changed. What they say is in the register alone.
    RegisterImported {
        /// Which of its lists.
        list: RegisterList,
        /// The name of the file that they came from.
        file: String,
        /// SHA-256 of that file.
        sha256: Sha256,
        /// Rows that were not there.
        added: u64,
        /// Rows that said something else.
        changed: u64,
        /// Rows of the list from then on.
        rows: u64,
        /// Over all of them.
        digest: RegisterDigest,
    },
    /// A document that is held already stands for a component of a dossier.
    ComponentReused(ComponentReused),
    /// Documents were drawn for a second person to hold against their papers.
    SampleDrawn(SampleDrawn),
    /// A second person held a drawn document against its paper.
    SampleChecked(SampleChecked),
    /// Somebody saw personal data or was handed a file.
    Accessed {
        /// The record.
        record: RecordId,
        /// The document's number; none for all of the record.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<u32>,
        /// What.
        access: Access,
    },
}

/// What somebody was shown or given of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Its pages and facts, personal data masked.
    Viewed,
    /// Its pages and facts with personal data.
    ViewedUnmasked,
    /// The sealed file.
    SealedFile,
    /// The scan as it came.
    Original,
}

impl Access {
    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewed => "viewed",
            Self::ViewedUnmasked => "viewed_unmasked",
            Self::SealedFile => "sealed_file",
            Self::Original => "original",
        }
    }
}

impl Deed {
    /// What it is to keep these new records, all at once: an act for those that scans made, one for those
    /// whose pages were changed, one for each decision about a fact, and one for documents that were moved.
    pub fn of_sealing(batch: BatchId, records: &[&Record]) -> Vec<Self> {
        let (mut sealed, mut changed, mut decided) = (Vec::new(), Vec::new(), Vec::new());
        let mut moved: Option<(&DocumentChange, Vec<RecordId>)> = None;
        for record in records {
            match &record.change {
                None => sealed.push(record.id),
                Some(Change::Pages(_)) => changed.push(record.id),
                Some(Change::Fields(FieldsChange { ordinal, fields, .. })) => {
                    let (record, ordinal) = (record.id, *ordinal);
                    let deed = |(field, verdict): (&FieldName, &Verdict)| {
                        let (field, verdict) = (*field, *verdict);
                        Self::FieldDecided { batch, record, ordinal, field, verdict }
                    };
                    decided.extend(fields.iter().map(deed));
                }
                // Both sides of a move are one act, told from the side that it left.
                Some(Change::Documents(change)) => moved.get_or_insert((change, Vec::new())).1.push(record.id),
            }
        }
        let some = |records: Vec<RecordId>| Some(records).filter(|records| !records.is_empty());
        let sealed = some(sealed).map(|records| Self::Sealed { batch, records });
        let changed = some(changed).map(|records| Self::PagesChanged { batch, records });
        let moved = moved.map(|(DocumentChange { action, ordinal, with, .. }, records)| Self::DocumentsChanged {
            batch,
            records,
            action: *action,
            ordinal: *ordinal,
            with: with.clone(),
        });
        sealed.into_iter().chain(changed).chain(decided).chain(moved).collect()
    }

    /// The name as it stands in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Adopted { .. } => "adopted",
            Self::Sealed { .. } => "sealed",
            Self::PagesChanged { .. } => "pages_changed",
            Self::FieldDecided { .. } => "field_decided",
            Self::DocumentsChanged { .. } => "documents_changed",
            Self::FileSettled { .. } => "file_settled",
            Self::FileBrought { .. } => "file_brought",
            Self::FileViewed { .. } => "file_viewed",
            Self::BatchEnded { .. } => "batch_ended",
            Self::PagesReadAgain { .. } => "pages_read_again",
            Self::MadeAgain { .. } => "made_again",
            Self::BackedUp { .. } => "backed_up",
            Self::Restored { .. } => "restored",
            Self::Exported { .. } => "exported",
            Self::AccountSet { .. } => "account_set",
            Self::TokenSet { .. } => "token_set",
            Self::TakenOver { .. } => "taken_over",
            Self::KeySet { .. } => "key_set",
            Self::Delivered { .. } => "delivered",
            Self::ItemSet { .. } => "item_set",
            Self::Bundled(_) => "bundled",
            Self::RegisterImported { .. } => "register_imported",
            Self::ComponentReused(_) => "component_reused",
            Self::SampleDrawn(_) => "sample_drawn",
            Self::SampleChecked(_) => "sample_checked",
            Self::Accessed { .. } => "accessed",
        }
    }
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Counts from 1 without gaps.
    pub number: u64,
    /// The digest of the act before; null in the first.
    pub previous: Option<ActDigest>,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Who.
    pub actor: Actor,
    /// Why, if somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What.
    pub deed: Deed,
}

/// The end of a chain: it stands for every act up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActHead {
    /// Number of acts.
    #[schemars(range(min = 1))]
    pub count: u64,
    /// BLAKE3 of the last act, which names the one before.
    pub digest: ActDigest,
}

impl Act {
    /// Follows `head` with a new act.
    pub fn after(head: Option<ActHead>, at: OffsetDateTime, warrant: &Warrant, deed: Deed) -> Self {
        let Warrant { actor, reason } = warrant.clone();
        let number = head.map_or(1, |head| head.count.saturating_add(1));
        Self { number, previous: head.map(|head| head.digest), at, actor, reason, deed }
    }

    /// The only bytes that say this act (RFC 8785).
    ///
    /// # Errors
    /// When its time cannot be written.
    pub fn canonical_json(&self) -> Result<String, String> {
        serde_json_canonicalizer::to_string(self).map_err(|error| error.to_string())
    }

    /// The digest of an act that is said by these bytes.
    pub fn digest(canonical: &str) -> ActDigest {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 act");
        hasher.update(canonical.as_bytes());
        ActDigest::from_bytes(*hasher.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests;
