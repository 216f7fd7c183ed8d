//! Consumers and portals: sending what waits, acknowledgements, and how far everything has come.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;

use schemars::JsonSchema;
use serde::Serialize;

use super::access::Repository;
use super::records::find_records;
use crate::model::consumer::ConsumerName;
use crate::model::delivery::{DeliveryItem, ItemState};
use crate::model::failure::{Failure, FailureCode, Place};
use crate::model::piece::{PageRange, Piece};
use crate::model::record::StoredFile;
use crate::pipeline::pieces;
use crate::portal::acknowledge::{self, Taken};
pub(crate) use crate::portal::report::Pass;
use crate::portal::send::Sending;
use crate::portal::tables::Tables;
use crate::portal::unit::Cut;
use crate::portal::wire::{Http, Wire};
use crate::settings::{ConsumerKind, ConsumerSettings, PortalSettings, Settings};

use super::portal_facts::known;

/// Rejected records of a consumer that are named.
const NAMED: usize = 100;

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SendOrder {
    /// To this portal alone; to all if none is named.
    pub consumer: Option<String>,
    /// Whether it goes or is only shown.
    pub mode: SendMode,
}

/// Whether something goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SendMode {
    /// It is sent.
    Send,
    /// It is shown, and nothing is sent.
    Show,
}

/// Sends what waits for portals.
///
/// # Errors
/// [`FailureCode::NotFound`] if no such portal is in the settings. Why nothing, or no more, could be sent to a portal
/// is told in its pass.
pub(crate) fn send(repository: &Repository, settings: &Settings, order: &SendOrder) -> Result<Vec<Pass>, Failure> {
    let portals = named(settings, order.consumer.as_deref())?.into_iter().filter(|one| one.kind != ConsumerKind::Folder);
    let portals: Vec<&ConsumerSettings> = portals.collect();
    if let (Some(name), true) = (&order.consumer, portals.is_empty()) {
        return Err(not_found(name));
    }
    let told = |consumer: &ConsumerSettings| {
        // What is wrong with one portal keeps no other one from its dossiers.
        pass(repository, settings, consumer, order.mode).unwrap_or_else(|failure| {
            let name = consumer.name.clone();
            Pass { stopped: Some(failure), ..Pass::new(name) }
        })
    };
    Ok(portals.into_iter().map(told).collect())
}

fn pass(repository: &Repository, settings: &Settings, consumer: &ConsumerSettings, mode: SendMode) -> Result<Pass, Failure> {
    let default = PortalSettings::default();
    let portal = consumer.portal.as_ref().unwrap_or(&default);
    let tables = Tables::load(&portal.tables)?;
    // Two that send at once would send all of it twice.
    let _alone = match mode {
        SendMode::Send => Some(repository.lock_portal(&consumer.name)?),
        SendMode::Show => None,
    };
    let http = match mode {
        SendMode::Send => Some(Http::new(portal)?),
        SendMode::Show => None,
    };
    let sending = Sending {
        repository,
        consumer,
        tables: &tables,
        known: &|code| known(repository, code),
        cut: &Cutter { repository },
        wire: http.as_ref().map(|http| http as &dyn Wire),
        sleep: &thread::sleep,
        now: settings.general.now(),
    };
    sending.pass()
}

/// Parts files of the repository.
struct Cutter<'a> {
    repository: &'a Repository,
}

impl Cut for Cutter<'_> {
    fn pieces(&self, file: &StoredFile, most: u64) -> Result<Vec<Piece>, Failure> {
        pieces::of(self.repository, file, most)
    }

    fn bytes(&self, file: &StoredFile, pages: PageRange) -> Result<Vec<u8>, Failure> {
        pieces::bytes_of(self.repository, file, pages)
    }
}

/// How far everything has come on its way to a consumer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ConsumerStatus {
    /// Its name.
    pub consumer: ConsumerName,
    /// Where its manifests lie.
    pub outbox: PathBuf,
    /// The number of its last manifest; 0 if it has none.
    pub last_manifest: u64,
    /// Records by how far they have come.
    pub records: BTreeMap<ItemState, u64>,
    /// Those that were not taken, with the reason.
    pub rejected: Vec<DeliveryItem>,
    /// Those of which it is not known whether they arrived.
    pub unknown: Vec<DeliveryItem>,
}

/// Tells how far everything has come.
///
/// # Errors
/// [`FailureCode::NotFound`] if no such consumer is in the settings; or what the repository says.
pub(crate) fn status(
    repository: &Repository,
    settings: &Settings,
    consumer: Option<&str>,
) -> Result<Vec<ConsumerStatus>, Failure> {
    let status = |consumer: &ConsumerSettings| {
        let (catalog, name) = (&repository.catalog, &consumer.name);
        Ok(ConsumerStatus {
            consumer: name.clone(),
            outbox: consumer.outbox(repository.root()),
            last_manifest: catalog.deliveries(name)?.last().map_or(0, |last| last.manifest.sequence),
            records: catalog.delivery_counts(name)?,
            rejected: catalog.delivery_items(name, ItemState::Rejected, NAMED)?,
            unknown: catalog.delivery_items(name, ItemState::Unknown, NAMED)?,
        })
    };
    named(settings, consumer)?.into_iter().map(status).collect()
}

/// Takes acknowledgements: those files, or all that lie in outboxes.
///
/// # Errors
/// [`FailureCode::NotFound`] if no such consumer is in the settings; [`FailureCode::AckInvalid`] if a file that was
/// named is not understood; or what the disk or the repository says.
pub(crate) fn acknowledge(
    repository: &Repository,
    settings: &Settings,
    consumer: Option<&str>,
    files: &[PathBuf],
) -> Result<Vec<Taken>, Failure> {
    let now = settings.general.now();
    let mut taken = Vec::new();
    for consumer in named(settings, consumer)? {
        if files.is_empty() {
            taken.extend(acknowledge::take_from_outbox(repository, consumer, now)?);
        }
        for file in files {
            let records = acknowledge::take(repository, consumer, file, now)?;
            taken.push(Taken { file: file.clone(), records, failure: None });
        }
    }
    Ok(taken)
}

/// Lets records of a dossier go again that were rejected or of which nobody knows whether they arrived; those of all
/// dossiers if none is named. Returns how many.
///
/// # Errors
/// [`FailureCode::NotFound`] if there is no such consumer or dossier, or nothing of it has to go again; or what the
/// repository says.
pub(crate) fn retry(repository: &Repository, settings: &Settings, consumer: &str, code: Option<&str>) -> Result<u64, Failure> {
    let consumers = named(settings, Some(consumer))?;
    let consumer = consumers.first().ok_or_else(|| not_found(consumer))?;
    let now = settings.general.now();
    let Some(code) = code else { return acknowledge::all_go_again(repository, consumer, now) };
    let (code, _) = find_records(repository, code)?;
    acknowledge::go_again(repository, consumer, &code, now)
}

/// The consumers of the settings, or the one that is named.
fn named<'a>(settings: &'a Settings, name: Option<&str>) -> Result<Vec<&'a ConsumerSettings>, Failure> {
    let consumers = settings.consumers.iter().filter(|one| name.is_none_or(|name| one.name.as_str() == name));
    let consumers: Vec<&ConsumerSettings> = consumers.collect();
    match name {
        Some(name) if consumers.is_empty() => Err(not_found(name)),
        _ => Ok(consumers),
    }
}

fn not_found(name: &str) -> Failure {
    Failure::new(FailureCode::NotFound).at(Place::Typed { text: name.to_owned() })
}
