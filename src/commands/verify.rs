//! Proving that the repository holds what it should.

use time::OffsetDateTime;

use crate::pipeline::progress::Progress;
use crate::pipeline::verify as pipeline;
pub(crate) use crate::pipeline::verify::{NotAShare, Verification, WantedShare};
use crate::repository::Repository;

/// How much is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct VerifyOrder {
    /// Which part of the files; all of them if none is told. The catalog is always read whole.
    pub share: Option<WantedShare>,
}

/// Verifies the repository. What keeps a check from being done is a finding like others.
pub(crate) fn verify(repository: &Repository, order: VerifyOrder, progress: &dyn Progress) -> Verification {
    let share = order.share.map(|wanted| wanted.on(OffsetDateTime::now_utc().date()));
    pipeline::verify(repository, share, progress)
}
