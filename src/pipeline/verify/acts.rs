//! The chain of acts, and what its acts tell of batches, records and manifests.

use std::collections::{BTreeMap, HashMap};

use super::finding::{Damage, Findings, Item, Remedy, Seen, Subject};
use super::given::{Deliveries, Given};
use crate::model::act::{ActHead, Chain, Deed};
use crate::model::batch::BatchState;
use crate::model::ids::{AccountDigest, ActDigest, BatchId, BlobId, LedgerDigest, RecordId, RegisterDigest, Sha256};
use crate::model::register::RegisterList;
use crate::model::settlement::Settlement;
use crate::model::signing::{KeyId, SigningKey};
use crate::repository::{Repository, RepositoryError};

/// Acts read at a time.
const AT_ONCE: usize = 500;

/// How a batch ended, as its act tells.
struct End {
    act: u64,
    state: BatchState,
    files: u64,
    ledger: LedgerDigest,
}

/// A list of the register, as the act tells that imported into it last.
pub(super) struct Import {
    pub act: u64,
    pub rows: u64,
    pub digest: RegisterDigest,
}

/// A manifest, as its act tells.
pub(super) struct Export {
    pub sha256: Sha256,
    pub records: u64,
}

/// Where a record was published, as its row tells.
pub(super) struct Published {
    /// The manifest.
    pub manifest: i64,
    /// BLAKE3 of what stands there of it; none if that is not told by the bytes it is kept in.
    pub bytes: Option<[u8; 32]>,
}

/// What a repository held before there were acts.
pub(super) struct Adopted {
    pub batches: BatchId,
    ledgers: LedgerDigest,
    records: u64,
    content: LedgerDigest,
    pub manifests: u64,
}

/// What the acts tell, for all that is checked against it.
#[derive(Default)]
pub(super) struct Told {
    /// Number of acts.
    pub acts: u64,
    /// The batch in which each record was sealed, by the bytes of its id.
    pub records: HashMap<[u8; 32], (RecordId, BatchId)>,
    /// Manifests by number.
    pub exports: BTreeMap<u64, Export>,
    /// Records that are said to be in a manifest, of those that were looked at.
    pub published: HashMap<RecordId, Published>,
    /// How many records are said to be in each manifest.
    pub in_manifests: HashMap<i64, u64>,
    /// None where all was made with acts.
    pub adopted: Option<Adopted>,
    /// What was decided last about scans that wait.
    settled: BTreeMap<BlobId, Settlement>,
    /// Accounts and tokens by what people call them, as they were put last: by which act, and the digest.
    pub accounts: BTreeMap<String, (u64, AccountDigest)>,
    /// What was given to consumers.
    pub deliveries: Deliveries,
    /// Keys as they were put last, and by which act.
    pub keys: BTreeMap<KeyId, (u64, SigningKey)>,
    /// The lists of the register.
    pub register: BTreeMap<RegisterList, Import>,
    ends: BTreeMap<BatchId, End>,
    digests: Vec<ActDigest>,
}

impl Told {
    /// The digest of an act, from 1; none if there is none.
    pub(super) fn digest_of(&self, number: u64) -> Option<ActDigest> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        self.digests.get(place).copied()
    }

    /// Whether the chain goes through this act.
    pub(super) fn goes_through(&self, head: ActHead) -> bool {
        self.digest_of(head.count) == Some(head.digest)
    }
}

/// Follows the chain from its first act.
pub(super) fn follow(repository: &Repository, findings: &mut Findings) -> Told {
    let mut told = Told::default();
    let mut chain = Chain::default();
    let mut last = 0;
    let done = loop {
        let acts = match repository.catalog.acts_after(last, AT_ONCE) {
            Ok(acts) => acts,
            Err(error) => break Err(error),
        };
        let Some(newest) = acts.last() else { break Ok(()) };
        last = newest.number;
        for act in acts {
            told.acts += 1;
            told.digests.push(act.digest);
            match chain.follow(act.number, &act.content, act.digest) {
                Ok(found) => told.take(found.number, found.deed, findings),
                Err(broken) => {
                    let item = Item::Act { number: act.number };
                    findings.add(Subject::Act, Damage::Changed, item, broken, Remedy::CompareManifests);
                }
            }
        }
    };
    findings.unless_done(done);
    told
}

impl Told {
    fn take(&mut self, number: u64, deed: Deed, findings: &mut Findings) {
        match deed {
            Deed::Adopted { batches, ledgers, records, content, manifests } => {
                if number == 1 {
                    self.adopted = Some(Adopted { batches, ledgers, records, content, manifests });
                } else {
                    let item = Item::Act { number };
                    findings.add(Subject::Act, Damage::Changed, item, Seen::OnlyFirstAdopts, Remedy::CompareManifests);
                }
            }
            Deed::Sealed { batch, records }
            | Deed::PagesChanged { batch, records }
            | Deed::DocumentsChanged { batch, records, .. } => {
                self.records.extend(records.into_iter().map(|id| (*id.as_bytes(), (id, batch))));
            }
            Deed::FieldDecided { batch, record, .. } => drop(self.records.insert(*record.as_bytes(), (record, batch))),
            Deed::BatchEnded { batch, state, files, ledger } => {
                self.ends.insert(batch, End { act: number, state, files, ledger });
            }
            Deed::FileSettled { scan, settlement } => drop(self.settled.insert(scan, settlement)),
            // What they tell of is proven where it lies.
            Deed::PagesReadAgain { .. }
            | Deed::MadeAgain { .. }
            | Deed::BackedUp { .. }
            | Deed::Restored { .. }
            | Deed::TakenOver { .. }
            | Deed::FileBrought { .. }
            | Deed::FileViewed { .. }
            | Deed::Bundled(_)
            | Deed::ComponentReused(_)
            | Deed::SampleDrawn(_)
            | Deed::SampleChecked(_)
            | Deed::Accessed { .. } => {}
            Deed::AccountSet { account, digest, .. } => {
                self.accounts.insert(account.to_string(), (number, digest));
            }
            Deed::TokenSet { account, token, digest, .. } => {
                self.accounts.insert(format!("{account} {token}"), (number, digest));
            }
            Deed::Delivered { consumer, sequence, sha256, records, up_to } => {
                self.deliveries.manifests.insert((consumer, sequence), Given { sha256, records, up_to });
            }
            Deed::ItemSet { consumer, record, state, digest } => self.deliveries.item(consumer, record, (state, digest)),
            Deed::KeySet { key: id, public, state, made_at } => {
                self.keys.insert(id.clone(), (number, SigningKey { id, public, state, made_at }));
            }
            Deed::RegisterImported { list, rows, digest, .. } => {
                self.register.insert(list, Import { act: number, rows, digest });
            }
            Deed::Exported { sequence, sha256, records } => {
                self.exports.insert(sequence, Export { sha256, records });
            }
        }
    }
}

/// Compares batches and their ledgers with the acts that ended them.
pub(super) fn verify_batches(repository: &Repository, told: &mut Told, findings: &mut Findings) -> Result<(), RepositoryError> {
    let catalog = &repository.catalog;
    let adopted = told.adopted.as_ref().map_or(BatchId(0), |adopted| adopted.batches);
    let mut ends = std::mem::take(&mut told.ends);
    for batch in catalog.batch_rows()? {
        let item = Item::Batch { number: batch.id.0 };
        let mut tell = |seen: Seen, remedy| findings.add(Subject::Act, Damage::Changed, item.clone(), seen, remedy);
        match ends.remove(&batch.id) {
            Some(end) => {
                if end.state.as_str() != batch.state {
                    let (state, told) = (batch.state.clone(), end.state.as_str().to_owned());
                    tell(Seen::BatchState { state, act: end.act, told }, Remedy::RestoreCatalog);
                }
                if catalog.ledger_digest(batch.id)? != (end.files, end.ledger) {
                    // The results of pages that wait are proven by nothing else.
                    tell(Seen::BatchLedger { act: end.act }, Remedy::ReadAgain);
                }
            }
            None if batch.id > adopted && batch.state != BatchState::Running.as_str() => {
                tell(Seen::BatchWithoutEnd, Remedy::RestoreCatalog);
            }
            None => {}
        }
        // A batch in work balances when it is done.
        if batch.state == BatchState::Finished.as_str() && !catalog.ledger(batch.id)?.balances() {
            tell(Seen::BatchUnbalanced, Remedy::RestoreCatalog);
        }
    }
    for (batch, end) in ends {
        let (item, seen) = (Item::Batch { number: batch.0 }, Seen::BatchEndedBy { act: end.act });
        findings.add(Subject::Act, Damage::Missing, item, seen, Remedy::RestoreCatalog);
    }
    let Some(adopted) = &told.adopted else { return Ok(()) };
    if catalog.ledgers_digest(adopted.batches)? != adopted.ledgers {
        let item = Item::Batches { last: adopted.batches.0 };
        findings.add(Subject::Act, Damage::Changed, item, Seen::OldLedgers, Remedy::RestoreCatalog);
    }
    if catalog.old_records_digest()? != (adopted.records, adopted.content) {
        findings.add(Subject::Act, Damage::Changed, Item::Act { number: 1 }, Seen::OldRecords, Remedy::RestoreCatalog);
    }
    Ok(())
}

/// Compares what was decided about files that wait with the acts that decided it.
pub(super) fn verify_settlements(
    repository: &Repository,
    told: &mut Told,
    findings: &mut Findings,
) -> Result<(), RepositoryError> {
    let mut decided = std::mem::take(&mut told.settled);
    for (scan, settlement) in repository.catalog.settlements()? {
        if decided.remove(&scan).as_ref() != Some(&settlement) {
            let item = Item::Settlement { scan: scan.to_string() };
            findings.add(Subject::Act, Damage::Changed, item, Seen::DecidedOtherwise, Remedy::RestoreCatalog);
        }
    }
    for scan in decided.into_keys() {
        let item = Item::Settlement { scan: scan.to_string() };
        findings.add(Subject::Act, Damage::Missing, item, Seen::DecidedOtherwise, Remedy::RestoreCatalog);
    }
    Ok(())
}
