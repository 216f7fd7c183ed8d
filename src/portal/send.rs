//! Sends what waits for a portal, and keeps in mind how far each record has come.
//!
//! A record waits, its dossier is taken (sent), its progress is told (accepted). Each step is kept before the
//! next is begun, and a message has the same name in every try, so that a death anywhere costs at most a message
//! that the portal knows already. What may have arrived and was not answered is unknown, and is asked first the
//! next time. Records of one dossier go together, in their newest versions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use time::OffsetDateTime;

use super::adapter::{Adapter, Outgoing, Presence};
use super::client::{Answer, Asked, Client};
use super::facts::{self, Known, Uploaded};
use super::lgsp::Lgsp;
use super::mc::Mc;
use super::object;
use super::report::{Incomplete, Pass, Rejected};
use super::tables::{Table, Tables};
use super::wire::Wire;
use crate::model::codes::DossierCode;
use crate::model::delivery::{Arrived, DeliveryItem, ItemState};
use crate::model::failure::cause::ExchangeFault;
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::model::ids::RecordId;
use crate::model::portal::{Lacking, Shortfall};
use crate::model::record::{Record, StoredFile};
use crate::repository::{CopyError, Repository, StoredBlob};
use crate::settings::{ConsumerKind, ConsumerSettings, PortalSettings};

/// Items that are looked at in one pass.
const AT_ONCE: usize = 100_000;
/// The part that notes in which message progress is told.
const PROGRESS: &str = "progress";

/// Asks what others than the papers know of a dossier.
pub(crate) type Ask<'a> = dyn Fn(&DossierCode) -> Result<Known, Failure> + 'a;

/// What a pass needs.
pub(crate) struct Sending<'a> {
    /// Where records and their states are kept.
    pub repository: &'a Repository,
    /// To whom.
    pub consumer: &'a ConsumerSettings,
    /// What it is sent.
    pub tables: &'a Tables,
    /// What is known of dossiers.
    pub known: &'a Ask<'a>,
    /// The way there; none if nothing is to be sent but shown.
    pub wire: Option<&'a dyn Wire>,
    /// Waits.
    pub sleep: &'a dyn Fn(Duration),
    /// The time.
    pub now: OffsetDateTime,
}

/// Records of one dossier that go together.
struct Unit {
    code: DossierCode,
    items: Vec<DeliveryItem>,
    /// All that the consumer was ever given of it.
    all: Vec<DeliveryItem>,
    records: Vec<Record>,
    known: Known,
}

impl Sending<'_> {
    /// Sends all that waits.
    ///
    /// # Errors
    /// When the settings are not understood, or what the repository says. A portal that cannot be reached ends the
    /// pass and is told in it.
    pub(crate) fn pass(&self) -> Result<Pass, Failure> {
        let no_portal = || {
            let place = Place::setting("consumers.portal");
            Failure::new(FailureCode::SettingsInvalid)
                .at(place)
                .because(ExchangeFault::NoPortal { name: self.consumer.name.to_string() })
        };
        let settings = self.consumer.portal.as_ref().ok_or_else(no_portal)?;
        let table = match self.consumer.kind {
            ConsumerKind::Mc => &self.tables.mc,
            ConsumerKind::Lgsp => &self.tables.lgsp,
            ConsumerKind::Folder => return Err(no_portal()),
        };
        let mut pass = Pass::new(self.consumer.name.clone());
        let Some(wire) = self.wire else {
            self.each_unit(|unit| self.show(&unit, settings, table, &mut pass))?;
            return Ok(pass);
        };
        let password = password(settings)?;
        let client = Client::new(wire, settings, table, self.sleep);
        let mut adapter: Box<dyn Adapter> = match self.consumer.kind {
            ConsumerKind::Lgsp => Box::new(Lgsp::new(client, &password)),
            _ => Box::new(Mc::new(client, &password)),
        };
        let mut run = Run { sending: self, settings, table, adapter: adapter.as_mut(), pass: &mut pass };
        let done = self.each_unit(|unit| run.dossier(unit)).and_then(|()| run.progress());
        match done {
            Ok(()) => {}
            Err(stopped) if stopped.code == FailureCode::PortalUnreachable => pass.stopped = Some(stopped),
            Err(error) => return Err(error),
        }
        Ok(pass)
    }

    /// What was begun and not answered goes first, then what waits, dossier by dossier.
    fn each_unit(&self, mut take: impl FnMut(Unit) -> Result<(), Failure>) -> Result<(), Failure> {
        let catalog = &self.repository.catalog;
        let (mut codes, mut seen) = (Vec::<DossierCode>::new(), BTreeSet::new());
        for state in [ItemState::Unknown, ItemState::Waiting] {
            for item in catalog.delivery_items(&self.consumer.name, state, AT_ONCE)? {
                if seen.insert(item.dossier_code.clone()) {
                    codes.push(item.dossier_code);
                }
            }
        }
        for code in codes {
            let all = catalog.delivery_items_of(&self.consumer.name, &code)?;
            let is_open = |item: &&DeliveryItem| matches!(item.state, ItemState::Waiting | ItemState::Unknown);
            let items: Vec<DeliveryItem> = all.iter().filter(is_open).cloned().collect();
            if items.is_empty() {
                continue;
            }
            let records = catalog.records(&newest(&all))?;
            let known = (self.known)(&code)?;
            take(Unit { code, items, all, records, known })?;
        }
        Ok(())
    }

    /// Shows what would be sent, or what keeps it.
    fn show(&self, unit: &Unit, settings: &PortalSettings, table: &Table, pass: &mut Pass) -> Result<(), Failure> {
        match unit.checked(settings, table) {
            Ok(object) => pass.objects.push(object),
            Err(lacking) => pass.incomplete.push(Incomplete { dossier_code: unit.code.clone(), lacking }),
        }
        Ok(())
    }

    /// Puts items of a dossier into another state.
    fn set(&self, items: &[DeliveryItem], change: impl Fn(&mut DeliveryItem)) -> Result<Vec<DeliveryItem>, Failure> {
        let changes: Vec<(DeliveryItem, DeliveryItem)> = items
            .iter()
            .map(|before| {
                let mut item = before.clone();
                change(&mut item);
                if item.state != before.state {
                    item.changed_at = self.now;
                }
                (before.clone(), item)
            })
            .collect();
        self.repository.catalog.change_items(&changes, self.now)?;
        Ok(changes.into_iter().map(|(_, item)| item).collect())
    }
}

/// The newest record of each kind that the consumer was given.
fn newest(all: &[DeliveryItem]) -> Vec<RecordId> {
    let mut newest: BTreeMap<&str, &DeliveryItem> = BTreeMap::new();
    for item in all {
        let kept = newest.entry(item.kind.as_str()).or_insert(item);
        if item.version > kept.version {
            *kept = item;
        }
    }
    newest.values().map(|item| item.record).collect()
}

impl Unit {
    /// The name of the message: that of the newest of its records.
    fn message(&self) -> String {
        let newest = self.items.iter().max_by_key(|item| (item.sequence, item.kind.as_str()));
        newest.map(DeliveryItem::message).unwrap_or_default()
    }

    fn presence(&self) -> Presence {
        let is_there = |item: &DeliveryItem| matches!(item.state, ItemState::Accepted | ItemState::Sent);
        if self.all.iter().any(is_there) { Presence::Known } else { Presence::New }
    }

    /// What the portal calls a file that it got with this version or one before.
    fn uploaded(&self, file: &StoredFile) -> Option<Uploaded> {
        let sha256 = file.sha256.to_string();
        let arrived = self.all.iter().chain(&self.items).flat_map(|item| &item.arrived).find(|arrived| arrived.part == sha256)?;
        let (id, hash) = arrived.name.split_once(' ')?;
        Some(Uploaded { id: id.to_owned(), hash: hash.to_owned() })
    }

    fn object(&self, settings: &PortalSettings, table: &Table) -> Result<Value, Vec<Lacking>> {
        let facts = facts::of_dossier(&self.records, &self.known, settings, &|file| self.uploaded(file));
        object::build(table, "dossier", &facts)
    }

    /// The object as it would be if all files had arrived: what is missing is known before anything is sent.
    fn checked(&self, settings: &PortalSettings, table: &Table) -> Result<Value, Vec<Lacking>> {
        let there = |file: &StoredFile| {
            let sent = Uploaded { id: "?".to_owned(), hash: file.sha256.to_string() };
            Some(self.uploaded(file).unwrap_or(sent))
        };
        let facts = facts::of_dossier(&self.records, &self.known, settings, &there);
        let mut lacking = match object::build(table, "dossier", &facts) {
            Ok(object) if self.too_large(settings).is_empty() => return Ok(object),
            Ok(_) => Vec::new(),
            Err(lacking) => lacking,
        };
        lacking.extend(self.too_large(settings));
        Err(lacking)
    }

    /// Files that are larger than the portal takes.
    fn too_large(&self, settings: &PortalSettings) -> Vec<Lacking> {
        let most = settings.file_mb.saturating_mul(1_000_000);
        let files = self.records.iter().flat_map(|record| &record.documents).map(|document| &document.file);
        let large = files.filter(|file| file.bytes > most);
        large
            .map(|file| Lacking { field: file.name.clone(), from: "settings.file_mb".to_owned(), shortfall: Shortfall::TooLong })
            .collect()
    }
}

/// A pass that sends.
struct Run<'a> {
    sending: &'a Sending<'a>,
    settings: &'a PortalSettings,
    table: &'a Table,
    adapter: &'a mut dyn Adapter,
    pass: &'a mut Pass,
}

impl Run<'_> {
    fn dossier(&mut self, mut unit: Unit) -> Result<(), Failure> {
        if let Err(lacking) = unit.checked(self.settings, self.table) {
            self.pass.incomplete.push(Incomplete { dossier_code: unit.code, lacking });
            return Ok(());
        }
        if self.adapter.takes_files() && !self.files(&mut unit)? {
            return Ok(());
        }
        let object = match unit.object(self.settings, self.table) {
            Ok(object) => object,
            Err(lacking) => {
                self.pass.incomplete.push(Incomplete { dossier_code: unit.code, lacking });
                return Ok(());
            }
        };
        match self.adapter.dossier(&object, unit.presence(), &unit.message())? {
            Asked::Answered(Answer::Taken(_)) => {
                self.sending.set(&unit.items, |item| (item.state, item.reason) = (ItemState::Sent, None))?;
                self.pass.sent += unit.items.len() as u64;
                Ok(())
            }
            other => self.not_taken(&unit, other),
        }
    }

    /// Sends the files that the portal has not got; whether all have arrived.
    fn files(&mut self, unit: &mut Unit) -> Result<bool, Failure> {
        let documents = unit.records.iter().flat_map(|record| &record.documents);
        let files: Vec<StoredFile> = documents.map(|document| document.file.clone()).collect();
        for file in files {
            if unit.uploaded(&file).is_some() {
                continue;
            }
            let outgoing = self.read(&file)?;
            let message = format!("{}-{}", unit.message(), file.sha256.to_string().get(..16).unwrap_or_default());
            let answer = match self.adapter.file(&outgoing, &message)? {
                Asked::Answered(Answer::Taken(body)) => body,
                other => return self.not_taken(unit, other).map(|()| false),
            };
            let named = |names: [&str; 2]| names.iter().find_map(|name| answer.get(name).and_then(super::client::text_of));
            let (id, hash) = (named(["IdTepTin", "id"]), named(["HashTepTin", "hash"]).unwrap_or_default());
            let Some(id) = id.filter(|_| self.is_hash_of(&file, &outgoing.bytes, &hash)) else {
                let cause = ExchangeFault::OtherFile { file: file.name.clone(), hash };
                return Err(Failure::new(FailureCode::PortalUnreachable).at_file(&file.name).because(cause));
            };
            let arrived = Arrived { part: file.sha256.to_string(), name: format!("{id} {hash}") };
            unit.items = self.sending.set(&unit.items, |item| item.arrived.push(arrived.clone()))?;
        }
        Ok(true)
    }

    fn is_hash_of(&self, file: &StoredFile, bytes: &[u8], hash: &str) -> bool {
        match self.table.hash.as_str() {
            "sha256" => hash.eq_ignore_ascii_case(&file.sha256.to_string()),
            "sha512" => {
                use sha2::Digest;
                let made: String = sha2::Sha512::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                hash.eq_ignore_ascii_case(&made)
            }
            _ => true,
        }
    }

    /// Reads a file, proven on the way.
    fn read(&self, file: &StoredFile) -> Result<Outgoing, Failure> {
        let expected = StoredBlob { id: file.blake3, sha256: file.sha256, bytes: file.bytes };
        let mut bytes = Vec::new();
        self.sending.repository.blobs.copy(&expected, &mut bytes).map_err(|error| match error {
            CopyError::Damaged(_) => Failure::new(FailureCode::RepositoryDamaged).at_file(&file.name),
            CopyError::Target(error) => error.into(),
        })?;
        Ok(Outgoing { name: file.name.clone(), media_type: file.media_type.as_str(), bytes: Arc::new(bytes) })
    }

    /// What was said was not that all is well.
    fn not_taken(&mut self, unit: &Unit, asked: Asked) -> Result<(), Failure> {
        let unreachable = |cause: Cause| Failure::new(FailureCode::PortalUnreachable).at(place_of(&unit.code)).because(cause);
        match asked {
            Asked::Answered(Answer::Refused(reason)) => {
                self.sending.set(&unit.items, |item| (item.state, item.reason) = (ItemState::Rejected, Some(reason.clone())))?;
                self.pass.rejected.push(Rejected { dossier_code: unit.code.clone(), reason });
                Ok(())
            }
            Asked::Unknown(cause) => {
                self.sending.set(&unit.items, |item| item.state = ItemState::Unknown)?;
                Err(unreachable(cause))
            }
            Asked::NotSent(cause) => Err(unreachable(cause)),
            Asked::Answered(Answer::Ended) => Err(Failure::new(FailureCode::PortalLogin)),
            // It says that it has what it is told to change, or takes nothing from nobody.
            Asked::Answered(Answer::Exists | Answer::Taken(_)) => Err(unreachable(ExchangeFault::Contradiction.into())),
        }
    }

    /// Tells of the work that was done for what was taken, some at a time. In which message an item is told is
    /// kept before it is sent.
    fn progress(&mut self) -> Result<(), Failure> {
        let name = &self.sending.consumer.name;
        let sent = self.sending.repository.catalog.delivery_items(name, ItemState::Sent, AT_ONCE)?;
        let (begun, new): (Vec<_>, Vec<_>) = sent.into_iter().partition(|item| message_of(item).is_some());
        let mut messages: BTreeMap<String, Vec<DeliveryItem>> = BTreeMap::new();
        for item in begun {
            messages.entry(message_of(&item).unwrap_or_default()).or_default().push(item);
        }
        for (message, items) in messages {
            self.tell(&items, &message)?;
        }
        for items in new.chunks(self.table.progress_at_once) {
            let message = together(items);
            let noted = Arrived { part: PROGRESS.to_owned(), name: message.clone() };
            let items = self.sending.set(items, |item| item.arrived.push(noted.clone()))?;
            self.tell(&items, &message)?;
        }
        Ok(())
    }

    fn tell(&mut self, items: &[DeliveryItem], message: &str) -> Result<(), Failure> {
        let ids: Vec<RecordId> = items.iter().map(|item| item.record).collect();
        let mut entries = Vec::new();
        for record in self.sending.repository.catalog.records(&ids)? {
            let known = (self.sending.known)(&record.dossier_code)?;
            let facts = facts::of_progress(&record, &known, self.settings);
            match object::build(self.table, "progress", &facts) {
                Ok(entry) => entries.push(entry),
                Err(lacking) => {
                    self.pass.incomplete.push(Incomplete { dossier_code: record.dossier_code, lacking });
                    return Ok(());
                }
            }
        }
        let unreachable = |cause: Cause| Failure::new(FailureCode::PortalUnreachable).because(cause);
        match self.adapter.progress(&entries, message)? {
            Asked::Answered(Answer::Taken(_) | Answer::Exists) => {
                self.sending.set(items, |item| item.state = ItemState::Accepted)?;
                self.pass.accepted += items.len() as u64;
                Ok(())
            }
            Asked::Answered(Answer::Refused(reason)) => {
                self.sending.set(items, |item| (item.state, item.reason) = (ItemState::Rejected, Some(reason.clone())))?;
                let rejected =
                    items.iter().map(|item| Rejected { dossier_code: item.dossier_code.clone(), reason: reason.clone() });
                self.pass.rejected.extend(rejected);
                Ok(())
            }
            Asked::Answered(Answer::Ended) => Err(Failure::new(FailureCode::PortalLogin)),
            Asked::Unknown(cause) | Asked::NotSent(cause) => Err(unreachable(cause)),
        }
    }
}

/// The message in which progress of an item is told, if that was begun.
fn message_of(item: &DeliveryItem) -> Option<String> {
    item.arrived.iter().rev().find(|arrived| arrived.part == PROGRESS).map(|arrived| arrived.name.clone())
}

/// Names the message that tells of these items.
fn together(items: &[DeliveryItem]) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 progress of several");
    for item in items {
        hasher.update(item.message().as_bytes());
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}

fn place_of(code: &DossierCode) -> Place {
    Place::Dossier { code: code.to_string() }
}

/// The first line of the file with the password.
fn password(settings: &PortalSettings) -> Result<String, Failure> {
    let path = &settings.password_file;
    let wrong = |cause: Cause| Failure::new(FailureCode::PortalLogin).at_file(path.display()).because(cause);
    let text = fs::read_to_string(path).map_err(|error| wrong(error.into()))?;
    match text.lines().next().map(str::trim_end).filter(|line| !line.is_empty()) {
        Some(line) => Ok(line.to_owned()),
        None => Err(wrong(ExchangeFault::PasswordEmpty.into())),
    }
}
