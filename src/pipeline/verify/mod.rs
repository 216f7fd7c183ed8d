//! Re-reads everything the repository holds and names what is missing, changed or orphaned.
//!
//! | part | what it catches |
//! |---|---|
//! | `rows` | what came over the catalog by accident: every row against its digest, `PRAGMA integrity_check`, definitions, counters |
//! | `acts` | the chain; batches, ledgers and page results against the acts that ended batches |
//! | `accounts` | accounts and tokens against the acts that put them |
//! | `records` | records against their ids, the versions before, the acts, their files and the text of their pages |
//! | `deliveries` | manifests for consumers and how far records have come, against the acts |
//! | `signatures` | keys against the acts that put them; signatures against their files, keys and manifests |
//! | `manifests` | what was handed out against records and acts; a chain whose end was cut off |
//! | `blobs` | every file against BLAKE3 and SHA-256, all or a share |
//! | `index` | every page can be found, by what the catalog says of it |
//!
//! Who changes a row and makes its digest anew is met by records and acts; who makes those anew
//! too, by the manifests; who rewrites all that the repository holds, by the manifests that others
//! have (`sohoa audit --manifest`).
//!
//! Nothing is read as a whole: memory grows with the number of records and acts, not of pages.

mod accounts;
mod acts;
mod again;
mod blobs;
mod deliveries;
mod finding;
mod given;
mod heaps;
mod index;
pub(super) mod manifests;
mod open_fields;
mod records;
mod register;
mod rows;
mod share;
mod signatures;

use schemars::JsonSchema;
use serde::Serialize;

use super::progress::Progress;
use crate::repository::Repository;

pub(in crate::pipeline) use blobs::damage_of;
use finding::Findings;
pub use finding::{Damage, Detail, Finding, Item, Remedy, Seen, Subject};
pub use share::{NotAShare, Share, WantedShare};

/// What a verification saw.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Verification {
    /// Blobs re-read.
    pub blobs: u64,
    /// Bytes of blobs re-read.
    pub bytes: u64,
    /// Acts followed.
    pub acts: u64,
    /// Records checked.
    pub records: u64,
    /// Manifests re-read.
    pub manifests: u64,
    /// Index entries compared.
    pub index_entries: u64,
    /// What is not as it should be, by kind.
    pub findings: Vec<Finding>,
    /// Findings beyond those that are named.
    pub more_findings: u64,
}

impl Verification {
    /// Whether all is as it should be.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty() && self.more_findings == 0
    }
}

/// Verifies the repository: the catalog, manifests and index whole, of the files a share or all.
/// What keeps a check from being done is a finding too.
pub fn verify(repository: &Repository, share: Option<Share>, progress: &dyn Progress) -> Verification {
    let ((mut seen, mut findings), (files, more)) =
        rayon::join(|| verify_catalog(repository), || verify_files(repository, share, progress));
    seen.blobs = files.blobs;
    seen.bytes = files.bytes;
    findings.append(more);
    seen.more_findings = findings.unnamed;
    seen.findings = findings.found;
    seen.findings.sort_by_cached_key(Finding::order);
    seen.findings.dedup();
    seen
}

fn verify_catalog(repository: &Repository) -> (Verification, Findings) {
    let (mut seen, mut findings) = (Verification::default(), Findings::default());
    // What a batch beside adds from now on is for the next time.
    let index = index::open(repository);
    let snapshot = repository.catalog.snapshot();
    rows::verify(repository, &mut findings);
    let mut told = acts::follow(repository, &mut findings);
    seen.acts = told.acts;
    let done = acts::verify_batches(repository, &mut told, &mut findings);
    findings.unless_done(done);
    let done = acts::verify_settlements(repository, &mut told, &mut findings);
    findings.unless_done(done);
    let done = accounts::verify(repository, &mut told, &mut findings);
    findings.unless_done(done);
    let done = register::verify(repository, &mut told, &mut findings);
    findings.unless_done(done);
    let mut verified = None;
    let done = records::verify(repository, &mut told, &mut findings).map(|seen| verified = Some(seen));
    seen.records = verified.as_ref().map_or(0, |verified| verified.count);
    findings.unless_done(done);
    let done = manifests::verify(repository, &mut told, &mut findings).map(|count| seen.manifests = count);
    findings.unless_done(done);
    let done = deliveries::verify(repository, &mut told, &mut findings);
    findings.unless_done(done);
    let done = signatures::verify(repository, &mut told, &mut findings);
    findings.unless_done(done);
    let done = index::verify(repository, index, verified.as_ref(), &mut findings).map(|count| seen.index_entries = count);
    findings.unless_done(done);
    findings.unless_done(snapshot.map(drop));
    (seen, findings)
}

fn verify_files(repository: &Repository, share: Option<Share>, progress: &dyn Progress) -> (blobs::Read, Findings) {
    let mut findings = Findings::default();
    let mut read = blobs::Read::default();
    let done = blobs::verify(repository, share, progress, &mut findings).map(|seen| read = seen);
    findings.unless_done(done);
    (read, findings)
}
