//! Acts: who changed what the repository says, when and why.
//!
//! Every write that changes it is an act, appended in the same transaction and chained by hash: an
//! act names the digest of the one before, so none can be changed, left out or put in without all
//! after it changing too. The [`ActHead`] of the chain is in every manifest that leaves the house.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use time::OffsetDateTime;

use super::account::{AccountName, AccountState, Role};
use super::batch::BatchState;
use super::change::{Change, DocumentAction, DocumentChange, DocumentPlace, FieldsChange};
use super::field::{FieldName, Verdict};
use super::ids::{AccountDigest, ActDigest, BatchId, BlobId, LedgerDigest, PageId, RecipeId, RecordId, RegisterDigest, Sha256};
use super::record::Record;
use super::register::RegisterList;
use super::settlement::Settlement;
use super::signing::{KeyId, KeyState, SigningKey};
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
    /// Manifests and the files in them were handed out together.
    Bundled(Bundle),
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

/// What was handed out together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Where it was written to.
    pub to: String,
    /// The number of the first manifest.
    pub first: u64,
    /// The number of the last one.
    pub last: u64,
    /// Records in it.
    pub records: u64,
    /// Files of documents in it.
    pub files: u64,
    /// SHA-256 over the list of all that is in it.
    pub digest: Sha256,
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

    /// What it is to put this key.
    pub fn of_key(key: &SigningKey) -> Self {
        let SigningKey { id, public, state, made_at } = key.clone();
        Self::KeySet { key: id, public, state, made_at }
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
            Self::BatchEnded { .. } => "batch_ended",
            Self::PagesReadAgain { .. } => "pages_read_again",
            Self::MadeAgain { .. } => "made_again",
            Self::BackedUp { .. } => "backed_up",
            Self::Restored { .. } => "restored",
            Self::Exported { .. } => "exported",
            Self::AccountSet { .. } => "account_set",
            Self::TokenSet { .. } => "token_set",
            Self::RegisterImported { .. } => "register_imported",
            Self::KeySet { .. } => "key_set",
            Self::Bundled(_) => "bundled",
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

/// Says where a chain of acts is broken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChainBreak {
    /// The bytes are not those that the digest was made from.
    #[error("act {0} is not what its digest was made from")]
    Changed(u64),
    /// The bytes are none of an act.
    #[error("act {0} does not read: {1}")]
    Unreadable(u64, String),
    /// An act is missing or out of place.
    #[error("act {found} stands where act {expected} belongs")]
    Gap {
        /// The number that should follow.
        expected: u64,
        /// The number that is there.
        found: u64,
    },
    /// It names another act before it than the one that is there.
    #[error("act {0} does not follow from the act before it")]
    Unlinked(u64),
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

/// Follows a chain from its first act, one act after the other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chain {
    head: Option<ActHead>,
}

impl Chain {
    /// How far it has come.
    pub fn head(&self) -> Option<ActHead> {
        self.head
    }

    /// Takes the next act: its bytes, and the number and digest that are kept with them.
    ///
    /// The chain goes on from what is kept even where it is broken, so that one break is told once.
    ///
    /// # Errors
    /// When it is not the next one, or not what its digest says.
    pub fn follow(&mut self, number: u64, canonical: &str, digest: ActDigest) -> Result<Act, ChainBreak> {
        let before = self.head.replace(ActHead { count: number, digest });
        let expected = before.map_or(1, |head| head.count.saturating_add(1));
        if number != expected {
            return Err(ChainBreak::Gap { expected, found: number });
        }
        if Act::digest(canonical) != digest {
            return Err(ChainBreak::Changed(number));
        }
        let act: Act = serde_json::from_str(canonical).map_err(|error| ChainBreak::Unreadable(number, error.to_string()))?;
        if act.number != number {
            return Err(ChainBreak::Gap { expected, found: act.number });
        }
        if act.previous != before.map(|head| head.digest) {
            return Err(ChainBreak::Unlinked(number));
        }
        Ok(act)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn deed(batch: i64) -> Deed {
        Deed::Sealed { batch: BatchId(batch), records: vec![RecordId::V2([batch as u8; 32])] }
    }

    fn chain(deeds: impl IntoIterator<Item = Deed>) -> Vec<(u64, String, ActDigest)> {
        let warrant = Warrant {
            actor: Actor { account: "van-thu".into(), by: Some("Nguyễn Thị Mẫu".into()) },
            reason: Some("bổ sung".into()),
        };
        let mut head = None;
        let mut acts = Vec::new();
        for deed in deeds {
            let act = Act::after(head, datetime!(2026-03-02 18:00 +7), &warrant, deed);
            let bytes = act.canonical_json().unwrap();
            let digest = Act::digest(&bytes);
            head = Some(ActHead { count: act.number, digest });
            acts.push((act.number, bytes, digest));
        }
        acts
    }

    fn followed(acts: &[(u64, String, ActDigest)]) -> Result<(), ChainBreak> {
        let mut chain = Chain::default();
        acts.iter().try_for_each(|(number, bytes, digest)| chain.follow(*number, bytes, *digest).map(|_| ()))
    }

    #[test]
    fn a_chain_shows_what_was_changed_left_out_or_put_in() {
        let acts = chain((1..=4).map(deed));
        assert_eq!(followed(&acts), Ok(()));
        let mut changed = acts.clone();
        changed[1].1 = changed[1].1.replace("bổ sung", "bo sung");
        assert_eq!(followed(&changed), Err(ChainBreak::Changed(2)));
        changed[1].2 = Act::digest(&changed[1].1);
        assert_eq!(followed(&changed), Err(ChainBreak::Unlinked(3)), "with its digest made anew");
        let gap: Vec<_> = acts.iter().filter(|act| act.0 != 2).cloned().collect();
        assert_eq!(followed(&gap), Err(ChainBreak::Gap { expected: 2, found: 3 }));
        let mut swapped = acts.clone();
        swapped[3].1 = acts[2].1.clone();
        swapped[3].2 = acts[2].2;
        assert_eq!(followed(&swapped), Err(ChainBreak::Gap { expected: 4, found: 3 }));
        assert_eq!(followed(&acts[1..]), Err(ChainBreak::Gap { expected: 1, found: 2 }));
    }

    /// Chains that were written must stay readable.
    #[test]
    fn an_act_is_written_as_it_always_was() {
        let acts = chain([deed(1), Deed::Exported { sequence: 1, sha256: Sha256::from_bytes([5; 32]), records: 1 }]);
        assert_eq!(
            acts[0].1,
            format!(
                r#"{{"actor":{{"account":"van-thu","by":"Nguyễn Thị Mẫu"}},"at":"2026-03-02T18:00:00+07:00","deed":{{"batch":1,"kind":"sealed","records":["r2-{}"]}},"number":1,"previous":null,"reason":"bổ sung"}}"#,
                "01".repeat(32)
            )
        );
        assert_eq!(acts[1].2.to_string(), "e00f7525ef616d4bfa7fb55015b74cc83bfba19a93de5d7fdea3aa4c22fb3e29");
    }
}
