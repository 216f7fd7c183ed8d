//! A file that waits in an inbox, for whoever settles it.

use std::path::PathBuf;

use serde::Serialize;
use time::OffsetDateTime;

use super::pending::{PendingKind, kind_of, place_of};
use super::settle::{SettledView, settle_as_seen, would_be};
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::ids::{BatchId, BlobId};
use crate::model::quality::PoorPage;
use crate::model::settlement::Settlement;
use crate::repository::{Repository, WaitingFile};
use crate::settings::Settings;

/// A file that waits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct WaitingView {
    /// Its bytes.
    pub scan: BlobId,
    /// Since when it waits.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// The last batch that let it wait.
    pub batch: BatchId,
    /// Its path in the inbox.
    pub path: String,
    /// Where it lies now.
    pub place: PathBuf,
    /// Its pages.
    pub pages: u64,
    /// What kind of thing it is.
    pub kind: PendingKind,
    /// Why it waits.
    pub failure: Failure,
    /// Its pages that are too poor.
    pub poor_pages: Vec<PoorPage>,
    /// What was decided about it, for the next run to go by.
    pub settled: Option<Settlement>,
}

impl WaitingView {
    /// The digest of what was decided about it, empty if nothing was.
    pub(crate) fn seen(&self) -> String {
        self.settled.as_ref().map(Settlement::digest).unwrap_or_default()
    }

    /// Whether a decision can mend it.
    pub(crate) fn can_be_settled(&self) -> bool {
        matches!(self.kind, PendingKind::PoorPage | PendingKind::UnknownDossier | PendingKind::UnclearStack)
    }
}

fn find(repository: &Repository, scan: BlobId) -> Result<WaitingFile, Failure> {
    let waiting = repository.catalog.waiting_files()?;
    let found = waiting.into_iter().find(|file| file.scan == Some(scan));
    found.ok_or_else(|| Failure::new(FailureCode::NotFound).at(Place::Blob { id: scan }))
}

/// The file of these bytes, if it waits.
///
/// # Errors
/// [`FailureCode::NotFound`], or what the repository says.
pub(crate) fn waiting(repository: &Repository, scan: BlobId) -> Result<WaitingView, Failure> {
    let file = find(repository, scan)?;
    let (kind, place) = (kind_of(&file), place_of(&file));
    let WaitingFile { since, batch, path, pages, failure, poor_pages, .. } = file;
    let settled = repository.catalog.settlement(scan)?;
    Ok(WaitingView { scan, since, batch, path, place, pages, kind, failure, poor_pages, settled })
}

/// Tells in an act that somebody was shown pages of the file of these bytes.
///
/// # Errors
/// What the repository says.
pub(crate) fn tell_file_view(repository: &Repository, scan: BlobId, at: OffsetDateTime) -> Result<(), Failure> {
    Ok(repository.catalog.tell_file_viewed(scan, at)?)
}

/// Decides about the file of these bytes in the name that `repository` was opened in. `seen` is the digest of
/// what was decided about it when somebody looked, and empty if nothing was.
///
/// # Errors
/// [`FailureCode::NotFound`] if it does not wait or lies there no more, or as [`settle_as_seen`].
pub(crate) fn settle_scan(
    repository: &Repository,
    settings: &Settings,
    scan: BlobId,
    settlement: &Settlement,
    seen: &str,
) -> Result<SettledView, Failure> {
    let place = place_of(&find(repository, scan)?);
    settle_as_seen(repository, settings, (&place, scan), settlement, seen)
}

/// What a decision about the file of these bytes would be, together with what was decided before.
///
/// # Errors
/// As [`settle_scan`].
pub(crate) fn would_be_settled(
    repository: &Repository,
    settings: &Settings,
    scan: BlobId,
    settlement: &Settlement,
) -> Result<Settlement, Failure> {
    let place = place_of(&find(repository, scan)?);
    would_be(repository, settings, (&place, scan), settlement)
}
