//! Acknowledgements of consumers, and what people do about them.
//!
//! A consumer without HTTP puts files into `acks/` of its outbox; each is taken once and moved to `acks/done/`.
//! One that is not understood goes to `acks/refused/`, and nothing of it is taken.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::model::codes::DossierCode;
use crate::model::delivery::{DeliveryItem, ItemState};
use crate::model::failure::cause::ExchangeFault;
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::model::ids::RecordId;
use crate::repository::{Repository, RepositoryError};
use crate::settings::{ConsumerKind, ConsumerSettings};

/// The largest file of acknowledgements that is read.
const LARGEST: u64 = 64 << 20;

/// A file of acknowledgements.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acknowledgements {
    /// What is said of records.
    pub records: Vec<Acknowledgement>,
}

/// What is said of one record.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acknowledgement {
    /// Its id, as in the manifest.
    pub id: RecordId,
    /// Whether it was taken.
    pub status: Verdict,
    /// Why not; needed with `rejected`.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Whether a record was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It was.
    Accepted,
    /// It was not.
    Rejected,
}

/// What became of a file of acknowledgements.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Taken {
    /// Where the file lies now.
    pub file: PathBuf,
    /// Records that it changed.
    pub records: u64,
    /// Why nothing of it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// Takes the acknowledgements that lie in a consumer's outbox.
///
/// # Errors
/// What the disk or the repository says.
pub(crate) fn take_from_outbox(
    repository: &Repository,
    consumer: &ConsumerSettings,
    now: OffsetDateTime,
) -> Result<Vec<Taken>, Failure> {
    let folder = consumer.outbox(repository.root()).join("acks");
    let mut files: Vec<PathBuf> = match fs::read_dir(&folder) {
        Ok(entries) => {
            let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>();
            let paths = paths.map_err(|error| RepositoryError::io(&folder, &error))?;
            paths.into_iter().filter(|path| is_json(path)).collect()
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(RepositoryError::io(&folder, &error).into()),
    };
    files.sort();
    let mut taken = Vec::new();
    for file in files {
        let done = take(repository, consumer, &file, now);
        let (records, failure, place) = match done {
            Ok(records) => (records, None, "done"),
            Err(failure) if failure.code == FailureCode::AckInvalid => (0, Some(failure), "refused"),
            Err(failure) => return Err(failure),
        };
        let to = moved(&file, &folder.join(place))?;
        taken.push(Taken { file: to, records, failure });
    }
    Ok(taken)
}

fn is_json(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|ending| ending == "json")
}

/// Moves a file under a name that is free there.
fn moved(file: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let failed = |error| RepositoryError::io(file, &error);
    fs::create_dir_all(folder).map_err(failed)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut to = folder.join(&name);
    let mut number = 1;
    while fs::symlink_metadata(&to).is_ok() {
        to = folder.join(format!("{number}.{name}"));
        number += 1;
    }
    fs::rename(file, &to).map_err(failed)?;
    Ok(to)
}

/// Takes one file of acknowledgements: all of it or nothing. What is said already is said once.
///
/// # Errors
/// [`FailureCode::AckInvalid`] if it is not understood, or names what the consumer was not given; or what the
/// repository says.
pub(crate) fn take(
    repository: &Repository,
    consumer: &ConsumerSettings,
    file: &Path,
    now: OffsetDateTime,
) -> Result<u64, Failure> {
    let wrong = |cause: Cause| Failure::new(FailureCode::AckInvalid).at_file(file.display()).because(cause);
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    read.map_err(|error| wrong(error.into()))?;
    let said: Acknowledgements = serde_json::from_slice(&bytes).map_err(|error| wrong(Cause::said(error)))?;
    let mut changes = Vec::new();
    let mut heard = BTreeMap::new();
    for one in said.records {
        // What is said twice counts once.
        match heard.insert(*one.id.as_bytes(), (one.status, one.reason.clone())) {
            Some(before) if before == (one.status, one.reason.clone()) => continue,
            Some(_) => return Err(wrong(ExchangeFault::SaidTwice { record: one.id.to_string() }.into())),
            None => {}
        }
        let found = repository.catalog.delivery_item(&consumer.name, one.id)?;
        let unknown = || wrong(ExchangeFault::NotGiven { record: one.id.to_string() }.into());
        let item = found.filter(|item| item.record == one.id).ok_or_else(unknown)?;
        if one.status == Verdict::Rejected && one.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
            return Err(wrong(ExchangeFault::NoReason { record: one.id.to_string() }.into()));
        }
        let (state, reason) = match one.status {
            Verdict::Accepted => (ItemState::Accepted, None),
            Verdict::Rejected => (ItemState::Rejected, one.reason),
        };
        // A later version went in its place: that is what counts.
        if item.state != ItemState::Replaced && (item.state, &item.reason) != (state, &reason) {
            let changed = DeliveryItem { state, reason, changed_at: now, ..item.clone() };
            changes.push((item, changed));
        }
    }
    repository.catalog.change_items(&changes, now)?;
    Ok(changes.len() as u64)
}

/// Items that go again at once.
const AT_ONCE: usize = 1000;

/// Lets the records of a dossier go again that were rejected, after a person has seen to what was wrong, or of which
/// nobody knows whether they arrived. A consumer that fetches finds them in its next manifest, with what the register
/// says then.
///
/// # Errors
/// [`FailureCode::NotFound`] if there are none; or what the repository says.
pub(crate) fn go_again(
    repository: &Repository,
    consumer: &ConsumerSettings,
    code: &DossierCode,
    now: OffsetDateTime,
) -> Result<u64, Failure> {
    let mut items = repository.catalog.delivery_items_of(&consumer.name, code)?;
    items.retain(|item| matches!(item.state, ItemState::Rejected | ItemState::Unknown));
    if items.is_empty() {
        return Err(Failure::new(FailureCode::NotFound).at(Place::Dossier { code: code.to_string() }));
    }
    let count = items.len() as u64;
    let_go(repository, consumer, items, now)?;
    Ok(count)
}

/// Lets all such records of a consumer go again. Returns how many.
///
/// # Errors
/// What the repository says.
pub(crate) fn all_go_again(repository: &Repository, consumer: &ConsumerSettings, now: OffsetDateTime) -> Result<u64, Failure> {
    let mut count = 0;
    for state in [ItemState::Rejected, ItemState::Unknown] {
        loop {
            let items = repository.catalog.delivery_items(&consumer.name, state, AT_ONCE)?;
            if items.is_empty() {
                break;
            }
            count += items.len() as u64;
            let_go(repository, consumer, items, now)?;
        }
    }
    Ok(count)
}

fn let_go(
    repository: &Repository,
    consumer: &ConsumerSettings,
    items: Vec<DeliveryItem>,
    now: OffsetDateTime,
) -> Result<(), Failure> {
    let again = |item: DeliveryItem| -> Result<_, Failure> {
        // A consumer that fetches may answer to a version when it has a later one.
        let later = |other: &DeliveryItem| other.kind == item.kind && other.version > item.version;
        let is_replaced = consumer.kind == ConsumerKind::Folder
            && repository.catalog.delivery_items_of(&item.consumer, &item.dossier_code)?.iter().any(later);
        let changed = if is_replaced {
            DeliveryItem { state: ItemState::Replaced, changed_at: now, ..item.clone() }
        } else {
            let state = ItemState::Waiting;
            let mut changed = DeliveryItem { state, round: item.round + 1, reason: None, changed_at: now, ..item.clone() };
            // Files stay where they arrived; what was said of progress belongs to the round before.
            changed.arrived.retain(|arrived| arrived.part != "progress");
            changed
        };
        Ok((item, changed))
    };
    let changes = items.into_iter().map(again).collect::<Result<Vec<_>, Failure>>()?;
    repository.catalog.change_items(&changes, now)?;
    Ok(())
}
