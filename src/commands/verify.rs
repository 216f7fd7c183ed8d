//! Proving that the repository holds what it should.

use time::OffsetDateTime;

use crate::model::upkeep::VerifyNote;
use crate::pipeline::progress::Progress;
use crate::pipeline::verify as pipeline;
pub(crate) use crate::pipeline::verify::{NotAShare, Verification, WantedShare};
use crate::repository::{Repository, upkeep};

/// How much is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct VerifyOrder {
    /// Which part of the files; all of them if none is told. The catalog is always read whole.
    pub share: Option<WantedShare>,
}

/// Verifies the repository. What keeps a check from being done is a finding like others.
pub(crate) fn verify(repository: &Repository, order: VerifyOrder, progress: &dyn Progress) -> Verification {
    let share = order.share.map(|wanted| wanted.on(OffsetDateTime::now_utc().date()));
    let done = pipeline::verify(repository, share, progress);
    let findings = done.findings.len() as u64 + done.more_findings;
    let note =
        VerifyNote { at: OffsetDateTime::now_utc(), share: share.map(|share| share.to_string()), findings, open: Vec::new() };
    // Reading takes no right to write, so neither does verifying.
    if let Err(error) = upkeep::note_verify(repository.root(), &note) {
        tracing::info!(%error, "the verification is not noted");
    }
    done
}
