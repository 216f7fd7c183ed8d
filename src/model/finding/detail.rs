//! What was seen of something that is not as it should be.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::act::ChainBreak;
use crate::model::failure::Cause;
use crate::model::failure::cause::faults;

faults! {
    /// What a check saw.
    Seen {
        NotChecked = "it could not be checked";
        NoSuchFile = "no such file";
        OtherHash = "its bytes have another hash";
        NotReadable = "it cannot be read";
        UnknownFile = "the catalog does not know this file";
        ActChanged { act: u64 } = "act {act} is not what its digest says";
        ActUnreadable { act: u64, said: String } = "act {act} cannot be read: {said}";
        ActGap { expected: u64, found: u64 } = "act {found} stands where act {expected} belongs";
        ActUnlinked { act: u64 } = "act {act} does not follow from the act before it";
        OnlyFirstAdopts = "only the first act can tell what was there before";
        BatchState { state: String, act: u64, told: String } = "it is '{state}', and act {act} says '{told}'";
        BatchLedger { act: u64 } = "its ledger is not the one of act {act}";
        BatchWithoutEnd = "no act tells of its end";
        BatchUnbalanced = "its ledger does not balance";
        BatchEndedBy { act: u64 } = "act {act} ended it";
        RecordsNotedOtherwise = "other records are noted of it than it names";
        DiffersOtherwise = "papers and register disagree otherwise than is noted of it";
        OldLedgers = "their ledgers are not those that were there before there were acts";
        OldRecords = "records of form 1 or the text of their pages are not those that were there before there were acts";
        AccountOtherwise { act: u64 } = "it is not as act {act} put it";
        AccountWithoutAct = "no act put it";
        RegisterOtherwise { act: u64 } = "it is not as the import of act {act} left it";
        RegisterWithoutAct = "no act imported it";
        OtherChecksum = "its bytes have another checksum";
        NotInRecords = "no current record has this page";
        NotInIndex = "cannot be found by search";
        IndexedOtherwise = "the index was told something else than the catalog says";
        IndexStrange = "it has little in common with the catalog";
        SettledWith { records: u64 } = "an act settled it with {records} records";
        PreparedOnly = "prepared but not released";
        NumberDoesNotFollow = "its number or name does not follow";
        NoActSettled = "no act settled these bytes";
        KeptBytesOtherHash = "the bytes that the catalog keeps have another hash";
        ToldOtherwise { manifest: String } = "{manifest} tells it otherwise";
        NotInManifest { manifest: i64 } = "it is said to be in manifest {manifest}, which does not tell of it";
        DecidedOtherwise = "it is not what the last act about it decided";
        WaitsOtherwise = "the facts that are said to wait for a person are not those that wait in its newest version";
        CountedOtherwise { told: u64, found: u64 } = "it is said to stand in records {told} times and does so {found} times";
        ManifestChainBroken = "the chain of manifests is broken";
        GivenUpTo { found: i64, told: i64 } = "it is said to hold what is new up to change {found}, and by its act it does up to {told}";
        ItemOtherwise = "no act tells that it has come this far";
        ItemMissing { manifest: String } = "it is in manifest {manifest}, and how far it has come is kept nowhere";
        ItemOfNone { manifest: String } = "it is said to be in manifest {manifest}, which does not tell of it";
        Unsigned = "no signature of it is kept, and later ones are signed";
        SignatureOfNone = "there is no manifest that it could be one of";
        SignatureWrong { key: String } = "it is no signature of this manifest by key {key}";
        RecordCount { found: u64, kept: u64 } = "{found} records are in it, and the catalog has {kept}";
        NamesOtherActs { named: u64, kept: u64 } = "it names {named} acts that are not the ones kept ({kept} are)";
        NamesFewerActs = "it names fewer acts than the one before it";
        SealedByAct { batch: i64 } = "an act of batch {batch} sealed it";
        VersionDoesNotFollow = "it does not follow the version before it";
        VersionBeforeMissing = "the version before it is missing";
        DoesNotRead { said: String } = "it does not read: {said}";
        IdNotMade = "its content does not make its id";
        RowDiffers = "its row says something else than its content";
        NumbersImproper = "its documents have no proper numbers";
        SealedInOtherBatch { batch: i64, by: i64 } = "batch {batch} is said to have sealed it, and by its act it was {by}";
        NoActSealed = "no act sealed it";
        NameImproper { name: String, document: u32 } = "'{name}' is no name of its document {document}";
        PageCount { name: String, found: u64, stated: u32 } = "{name} has {found} pages, not {stated}";
        StrangeScan { name: String, scan: String } = "pages of {name} are of a scan that it does not name: {scan}";
        ExcerptStrange { excerpt: String, name: String } = "{excerpt} is not cut from the scan of {name}";
        NoBlob { name: String } = "{name} has no blob";
        OtherHashes { name: String } = "{name} has other hashes";
        TextDiffers { name: String } = "the text kept of {name} is not the one it was sealed with";
        TextNotKept { name: String } = "the text of {name} is not kept";
        SightingDiffers = "a file of this path did not become the blob that is named";
        DatabaseSaid { said: String } = "SQLite finds it damaged: {said}";
        RowDigest = "the row is not what its digest was made from";
        RowDangles { from: String, to: String } = "a row of {from} refers to no row of {to}";
        DefinitionChanged { name: String } = "{name} is missing or was changed";
        DefinitionUnknown { name: String } = "{name} is not known";
        CounterOff { table: String, number: String } = "the counter of {table} stands at {number}";
        NumbersMissing { table: String } = "numbers of {table} are missing";
        SameNumber { sequence: u64, path: String } = "another manifest has number {sequence}: {path}";
        DoesNotFollow { path: String } = "it does not follow {path}";
        FirstFollowsNone = "the first follows none";
        OtherActNamed { act: u64 } = "another act {act} is named by a manifest before it";
        FewerActsThanBefore { named: u64 } = "it names {named} acts, fewer than one before it";
        SettledOtherwise { sequence: u64 } = "the repository settled other bytes as number {sequence}";
        NoSuchManifest { sequence: u64 } = "the repository has no manifest {sequence}";
        MoreActsNamed { named: u64, kept: u64 } = "it names {named} acts, and the repository has {kept}";
        AnotherPast { act: u64 } = "up to act {act} the repository tells another past";
    }
}

/// What was seen: by a check, or the cause that kept it from being done.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Detail {
    /// A check saw it.
    Seen(Seen),
    /// Something kept the check from being done.
    Cause(Cause),
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seen(seen) => seen.fmt(f),
            Self::Cause(cause) => cause.fmt(f),
        }
    }
}

impl From<Seen> for Detail {
    fn from(seen: Seen) -> Self {
        Self::Seen(seen)
    }
}

impl From<Cause> for Detail {
    fn from(cause: Cause) -> Self {
        Self::Cause(cause)
    }
}

impl From<ChainBreak> for Detail {
    fn from(broken: ChainBreak) -> Self {
        Self::Seen(match broken {
            ChainBreak::Changed(act) => Seen::ActChanged { act },
            ChainBreak::Unreadable(act, said) => Seen::ActUnreadable { act, said },
            ChainBreak::Gap { expected, found } => Seen::ActGap { expected, found },
            ChainBreak::Unlinked(act) => Seen::ActUnlinked { act },
        })
    }
}
