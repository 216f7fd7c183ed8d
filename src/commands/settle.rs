//! Deciding about files that wait in the inbox, for the next run to go by.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::model::failure::cause::SettleFault;
use crate::model::failure::{Failure, FailureCode};
use crate::model::ids::BlobId;
use crate::model::settlement::Settlement;
use crate::repository::{Repository, WaitingFile, digest_of};
use crate::settings::Settings;
use crate::stages::assemble::InboxRules;

/// What was decided about one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SettledView {
    /// The file.
    pub file: PathBuf,
    /// Its bytes, by which the next run knows it.
    pub scan: BlobId,
    /// What was decided.
    pub settlement: Settlement,
}

/// What would be decided about `file`, with what was decided before where nothing is told now.
struct Considered {
    scan: BlobId,
    before: Option<Settlement>,
    settlement: Settlement,
}

/// Decides about `files`, each of which waits: an act for each. What was decided before and is not told
/// now stands.
///
/// # Errors
/// [`FailureCode::NotFound`] when one does not wait in any inbox, [`FailureCode::SettleInvalid`] when the
/// decision cannot be carried out; nothing is decided about any of them then. [`FailureCode::Conflict`] when
/// somebody else decided about one in this very moment.
pub(crate) fn settle(
    repository: &Repository,
    settings: &Settings,
    files: &[PathBuf],
    settlement: &Settlement,
) -> Result<Vec<SettledView>, Failure> {
    let considered = consider(repository, settings, files, settlement)?;
    let mut settled = Vec::new();
    for (file, one) in files.iter().zip(considered) {
        settled.push(keep(repository, settings, file, one)?);
    }
    Ok(settled)
}

/// The same about one file, if what was decided about it is what somebody saw: `seen` is its digest, and empty
/// where nothing was decided.
///
/// # Errors
/// As [`settle`]; [`FailureCode::Conflict`] if something else is decided by now.
pub(super) fn settle_as_seen(
    repository: &Repository,
    settings: &Settings,
    (file, scan): (&Path, BlobId),
    settlement: &Settlement,
    seen: &str,
) -> Result<SettledView, Failure> {
    let one = consider_one(repository, settings, (file, scan), settlement)?;
    if one.before.as_ref().map(Settlement::digest).unwrap_or_default() != seen {
        return Err(Failure::new(FailureCode::Conflict).at_file(file.display()));
    }
    keep(repository, settings, file, one)
}

/// What a decision about one file would be together with what was decided before. Nothing is kept.
///
/// # Errors
/// As [`settle`].
pub(super) fn would_be(
    repository: &Repository,
    settings: &Settings,
    (file, scan): (&Path, BlobId),
    settlement: &Settlement,
) -> Result<Settlement, Failure> {
    Ok(consider_one(repository, settings, (file, scan), settlement)?.settlement)
}

fn consider_one(
    repository: &Repository,
    settings: &Settings,
    (file, scan): (&Path, BlobId),
    settlement: &Settlement,
) -> Result<Considered, Failure> {
    let considered = consider(repository, settings, &[file.to_owned()], settlement)?;
    // Other bytes may lie there by now, of which nobody has decided anything.
    let found = considered.into_iter().find(|one| one.scan == scan);
    found.ok_or_else(|| Failure::new(FailureCode::NotFound).at_file(file.display()))
}

/// Checks a decision about `files`.
fn consider(
    repository: &Repository,
    settings: &Settings,
    files: &[PathBuf],
    settlement: &Settlement,
) -> Result<Vec<Considered>, Failure> {
    let rules = InboxRules::new(&settings.inbox)?;
    let waiting = repository.catalog.waiting_files()?;
    let mut considered = Vec::new();
    for file in files {
        if settlement.is_empty() {
            let nothing = Failure::new(FailureCode::SettleInvalid).at_file(file.display());
            return Err(nothing.because(SettleFault::NothingDecided));
        }
        let scan = scan_of(file, &waiting)?;
        let waits = waiting.iter().find(|waits| waits.scan == Some(scan) && waits.moved_to.is_none());
        let waits = waits.ok_or_else(|| Failure::new(FailureCode::NotFound).at_file(file.display()))?;
        let before = repository.catalog.settlement(scan)?;
        let settlement = settlement.clone().after(before.clone().unwrap_or_default());
        refuse_impossible(&settlement, waits, &rules)
            .map_err(|fault| Failure::new(FailureCode::SettleInvalid).at_file(file.display()).because(fault))?;
        considered.push(Considered { scan, before, settlement });
    }
    Ok(considered)
}

/// The bytes of a file that was typed: as a path, or as reports call it, by its path in the inbox.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is none, or other files of this name wait in other inboxes.
fn scan_of(typed: &Path, waiting: &[WaitingFile]) -> Result<BlobId, Failure> {
    let not_found = || Failure::new(FailureCode::NotFound).at_file(typed.display());
    let read = |place: &Path| -> Result<BlobId, Failure> {
        let unreadable = |error| Failure::new(FailureCode::FileUnreadable).at_file(place.display()).because(error);
        File::open(place).map_err(unreadable)?;
        Ok(digest_of(place).map_err(unreadable)?.id)
    };
    let waits = |scan: BlobId| waiting.iter().any(|file| file.scan == Some(scan) && file.moved_to.is_none());
    let named = waiting.iter().filter(|file| file.moved_to.is_none() && Path::new(&file.path) == typed);
    let places: BTreeSet<PathBuf> = named.map(|file| Path::new(&file.inbox).join(&file.path)).collect();
    if fs::symlink_metadata(typed).is_ok() {
        let scan = read(typed)?;
        if waits(scan) || places.is_empty() {
            return Ok(scan);
        }
    }
    let mut found: Option<BlobId> = None;
    for place in &places {
        let scan = read(place)?;
        if found.is_some_and(|other| other != scan) {
            let fault = SettleFault::SeveralOfName { other: place.display().to_string() };
            return Err(not_found().because(fault));
        }
        found = Some(scan);
    }
    found.ok_or_else(not_found)
}

/// Keeps a decision, if what stood before it stands still.
fn keep(repository: &Repository, settings: &Settings, file: &Path, one: Considered) -> Result<SettledView, Failure> {
    let Considered { scan, before, settlement } = one;
    let at = settings.general.now();
    if !repository.catalog.put_settlement(scan, before.as_ref(), &settlement, at)? {
        return Err(Failure::new(FailureCode::Conflict).at_file(file.display()));
    }
    Ok(SettledView { file: file.to_owned(), scan, settlement })
}

/// Says why a decision cannot be carried out for this file.
fn refuse_impossible(settlement: &Settlement, file: &WaitingFile, rules: &InboxRules) -> Result<(), SettleFault> {
    let helps = [FailureCode::Rescan, FailureCode::DossierUnknown, FailureCode::DossierConflict, FailureCode::StackUnclear];
    if !helps.contains(&file.failure.code) {
        return Err(SettleFault::NotToDecide { waits: file.failure.code.to_string() });
    }
    let starts = &settlement.starts;
    let in_order = starts.iter().zip(starts.iter().skip(1)).all(|(one, next)| one.page < next.page);
    if !in_order || starts.iter().any(|start| start.page == 0 || u64::from(start.page) > file.pages) {
        return Err(SettleFault::NoSuchPages { last: file.pages });
    }
    for code in settlement.code.iter().chain(starts.iter().filter_map(|start| start.code.as_ref())) {
        if !rules.codes_in(code.as_str()).contains(code) {
            return Err(SettleFault::NoDossierCode { dossier: code.to_string() });
        }
    }
    let named = rules.place(&file.path).named_code().is_some();
    let told = settlement.code.is_some() || starts.first().is_some_and(|start| start.page == 1 && start.code.is_some());
    let codeless = matches!(file.failure.code, FailureCode::DossierUnknown | FailureCode::DossierConflict);
    if (settlement.takes_apart() || codeless) && !told && !(named && settlement.takes_apart()) {
        return Err(SettleFault::DossierMissing);
    }
    Ok(())
}
