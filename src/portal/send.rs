//! Sends what waits for a portal, and keeps in mind how far each record has come.
//!
//! A record waits, its dossier is taken (sent), its progress is told (accepted). Each step is kept before the
//! next is begun, and a message has the same name in every try, so that a death anywhere costs at most a message
//! that the portal knows already. What may have arrived and was not answered is unknown, and is asked again the
//! next time, after what waits: a dossier that the portal cannot digest keeps no other one from it. Records of one
//! dossier go together, in their newest versions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use time::OffsetDateTime;

use super::adapter::{Adapter, Outgoing};
use super::client::{Answer, Asked, Client, elsewhere};
use super::facts::{Known, SentFile};
use super::lgsp::Lgsp;
use super::mc::Mc;
use super::report::{Failed, Incomplete, Pass, Rejected};
use super::tables::{Table, Tables};
use super::unit::{Cut, Unit, newest};
use super::wire::Wire;
use crate::model::codes::DossierCode;
use crate::model::delivery::{Arrived, DeliveryItem, ItemState};
use crate::model::failure::cause::ExchangeFault;
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::model::record::StoredFile;
use crate::repository::{CopyError, Repository, StoredBlob};
use crate::settings::{ConsumerKind, ConsumerSettings, PortalSettings, secret};

/// Items that are read from the catalog at once.
const AT_ONCE: usize = 10_000;
/// After so many dossiers in a row that came to nothing, the portal is let alone until the next pass.
const IN_A_ROW: usize = 3;

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
    /// Gives files in pieces.
    pub cut: &'a dyn Cut,
    /// The way there; none if nothing is to be sent but shown.
    pub wire: Option<&'a dyn Wire>,
    /// Waits.
    pub sleep: &'a dyn Fn(Duration),
    /// The time.
    pub now: OffsetDateTime,
}

impl Sending<'_> {
    /// Sends all that waits.
    ///
    /// # Errors
    /// When the settings are not understood, or what the repository says before anything is sent. What ends the pass
    /// later is told in it.
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
            self.each_unit(|unit| self.show(unit, settings, table, &mut pass))?;
            return Ok(pass);
        };
        let password = password(settings)?;
        let client = Client::new(wire, settings, table, self.sleep);
        let mut adapter: Box<dyn Adapter> = match self.consumer.kind {
            ConsumerKind::Lgsp => Box::new(Lgsp::new(client, &password)),
            _ => Box::new(Mc::new(client, &password)),
        };
        let mut run = Run { sending: self, settings, table, adapter: adapter.as_mut(), pass: &mut pass, in_a_row: 0 };
        let sent = self.each_unit(|unit| run.dossier(unit));
        // Of what was taken all is told, unless nobody is there to be told.
        let told = if sent.is_ok() || run.in_a_row >= IN_A_ROW { run.progress() } else { Ok(()) };
        match sent.and(told) {
            Ok(()) => {}
            Err(stopped) => pass.stopped = Some(stopped),
        }
        Ok(pass)
    }

    /// All items in a state, by the number of their manifest, dossier and kind.
    pub(super) fn all(&self, state: ItemState) -> Result<Vec<DeliveryItem>, Failure> {
        let mut items: Vec<DeliveryItem> = Vec::new();
        loop {
            let after = items.last().map(|last| (last.sequence, last.record));
            let part = self.repository.catalog.delivery_items_after(&self.consumer.name, state, after, AT_ONCE)?;
            if part.is_empty() {
                break;
            }
            items.extend(part);
        }
        items.sort_by(|a, b| (a.sequence, &a.dossier_code, a.kind.as_str()).cmp(&(b.sequence, &b.dossier_code, b.kind.as_str())));
        Ok(items)
    }

    /// What waits goes first, then what was begun and not answered, dossier by dossier.
    fn each_unit(&self, mut take: impl FnMut(Unit) -> Result<(), Failure>) -> Result<(), Failure> {
        let catalog = &self.repository.catalog;
        let (mut codes, mut seen) = (Vec::<DossierCode>::new(), BTreeSet::new());
        for state in [ItemState::Waiting, ItemState::Unknown] {
            for item in self.all(state)? {
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
            take(Unit { code, items, all, records, known, pieces: BTreeMap::new() })?;
        }
        Ok(())
    }

    /// Shows what would be sent, or what keeps it.
    fn show(&self, mut unit: Unit, settings: &PortalSettings, table: &Table, pass: &mut Pass) -> Result<(), Failure> {
        let shown = unit.checked(settings, table).map(|_| self.part(&mut unit, settings));
        match shown {
            Ok(Err(failure)) if is_of_one(&failure) => pass.failed.push(Failed { dossier_code: unit.code, failure }),
            Ok(parted) => {
                parted?;
                pass.objects.extend(unit.checked(settings, table));
            }
            Err(lacking) => pass.incomplete.push(Incomplete { dossier_code: unit.code, lacking }),
        }
        Ok(())
    }

    /// Parts the files that are too large for the portal. One that is told of no file can fetch none.
    fn part(&self, unit: &mut Unit, settings: &PortalSettings) -> Result<(), Failure> {
        let gets_files = self.consumer.kind == ConsumerKind::Lgsp || !settings.files_url.is_empty();
        if gets_files { unit.part(settings.file_mb.saturating_mul(1_000_000), self.cut) } else { Ok(()) }
    }

    /// Puts items of a dossier into another state.
    pub(super) fn set(&self, items: &[DeliveryItem], change: impl Fn(&mut DeliveryItem)) -> Result<Vec<DeliveryItem>, Failure> {
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

/// A pass that sends.
pub(super) struct Run<'a> {
    pub(super) sending: &'a Sending<'a>,
    pub(super) settings: &'a PortalSettings,
    pub(super) table: &'a Table,
    pub(super) adapter: &'a mut dyn Adapter,
    pub(super) pass: &'a mut Pass,
    /// Dossiers in a row that came to nothing.
    pub(super) in_a_row: usize,
}

impl Run<'_> {
    /// Sends a dossier. What fails with this one alone is noted, and the next one goes.
    fn dossier(&mut self, unit: Unit) -> Result<(), Failure> {
        let code = unit.code.clone();
        match self.send(unit) {
            Err(failure) if is_of_one(&failure) => {
                self.pass.failed.push(Failed { dossier_code: code, failure });
                Ok(())
            }
            done => done,
        }
    }

    fn send(&mut self, mut unit: Unit) -> Result<(), Failure> {
        if let Err(lacking) = unit.checked(self.settings, self.table) {
            self.pass.incomplete.push(Incomplete { dossier_code: unit.code, lacking });
            return Ok(());
        }
        self.sending.part(&mut unit, self.settings)?;
        if !self.adapter.takes_files() {
            let told = unit.to_be_told();
            if !told.is_empty() {
                unit.items = self.sending.set(&unit.items, |item| item.arrived.extend(told.iter().cloned()))?;
            }
        } else if !self.files(&mut unit)? {
            return Ok(());
        }
        let object = match unit.object(self.settings, self.table) {
            Ok(object) => object,
            Err(lacking) => {
                self.pass.incomplete.push(Incomplete { dossier_code: unit.code, lacking });
                return Ok(());
            }
        };
        match self.adapter.dossier(&object, unit.presence(), &named(&unit.message(), &object))? {
            Asked::Answered(Answer::Taken(_)) => {
                self.in_a_row = 0;
                self.sending.set(&unit.items, |item| (item.state, item.reason) = (ItemState::Sent, None))?;
                self.pass.sent += unit.items.len() as u64;
                Ok(())
            }
            other => self.not_taken(&unit, other),
        }
    }

    /// Sends the files that the portal has not got; whether all have arrived.
    fn files(&mut self, unit: &mut Unit) -> Result<bool, Failure> {
        let files: Vec<StoredFile> = unit.files().cloned().collect();
        for file in files {
            for sent in unit.sent_as(&file).into_iter().filter(|sent| sent.uploaded.is_none()) {
                if !self.file(unit, &file, &sent)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Sends a file, or a piece of one; whether it has arrived.
    fn file(&mut self, unit: &mut Unit, file: &StoredFile, sent: &SentFile) -> Result<bool, Failure> {
        let bytes = match sent.pages {
            Some(pages) => self.sending.cut.bytes(file, pages)?,
            None => self.read(file)?,
        };
        let (name, media_type) = (sent.name.clone(), file.media_type.as_str());
        let outgoing = Outgoing { name, media_type, bytes: Arc::new(bytes) };
        let sha256 = sent.sha256.to_string();
        let message = format!("{}-{}", unit.message(), sha256.get(..16).unwrap_or_default());
        let answer = match self.adapter.file(&outgoing, &message)? {
            Asked::Answered(Answer::Taken(body)) => body,
            other => return self.not_taken(unit, other).map(|()| false),
        };
        let named = |names: [&str; 2]| names.iter().find_map(|name| answer.get(name).and_then(super::client::text_of));
        let (id, hash) = (named(["IdTepTin", "id"]), named(["HashTepTin", "hash"]).unwrap_or_default());
        let Some(id) = id.filter(|_| self.is_hash_of(&sha256, &outgoing.bytes, &hash)) else {
            let cause = ExchangeFault::OtherFile { file: sent.name.clone(), hash };
            return self.undecided(unit, cause.into()).map(|()| false);
        };
        self.in_a_row = 0;
        let arrived = Arrived { part: sha256, name: format!("{id} {hash}") };
        unit.items = self.sending.set(&unit.items, |item| item.arrived.push(arrived.clone()))?;
        Ok(true)
    }

    fn is_hash_of(&self, sha256: &str, bytes: &[u8], hash: &str) -> bool {
        match self.table.hash.as_str() {
            "sha256" => hash.eq_ignore_ascii_case(sha256),
            "sha512" => {
                use sha2::Digest;
                let made: String = sha2::Sha512::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                hash.eq_ignore_ascii_case(&made)
            }
            _ => true,
        }
    }

    /// Reads a file, proven on the way.
    fn read(&self, file: &StoredFile) -> Result<Vec<u8>, Failure> {
        let expected = StoredBlob { id: file.blake3, sha256: file.sha256, bytes: file.bytes };
        let mut bytes = Vec::new();
        self.sending.repository.blobs.copy(&expected, &mut bytes).map_err(|error| match error {
            CopyError::Damaged(_) => Failure::new(FailureCode::RepositoryDamaged).at_file(&file.name),
            CopyError::Target(error) => error.into(),
        })?;
        Ok(bytes)
    }

    /// What was said was not that all is well.
    fn not_taken(&mut self, unit: &Unit, asked: Asked) -> Result<(), Failure> {
        match asked {
            Asked::Answered(Answer::Refused(reason)) => {
                self.in_a_row = 0;
                self.sending.set(&unit.items, |item| (item.state, item.reason) = (ItemState::Rejected, Some(reason.clone())))?;
                self.pass.rejected.push(Rejected { dossier_code: unit.code.clone(), reason });
                Ok(())
            }
            Asked::Unknown(cause) => self.undecided(unit, cause),
            Asked::NotSent(cause) => Err(unreachable(cause).at(place_of(&unit.code))),
            Asked::Elsewhere(cause) => Err(elsewhere(cause)),
            // It let us in a moment ago.
            Asked::Answered(Answer::Ended) => self.undecided(unit, ExchangeFault::NotLetIn.into()),
            // It says that it has what it is told to change, or takes nothing from nobody.
            Asked::Answered(Answer::Exists | Answer::Taken(_)) => self.undecided(unit, ExchangeFault::Contradiction.into()),
        }
    }

    /// Notes that nobody knows whether a dossier was taken. After several in a row it is the portal that has trouble.
    fn undecided(&mut self, unit: &Unit, cause: Cause) -> Result<(), Failure> {
        self.sending.set(&unit.items, |item| item.state = ItemState::Unknown)?;
        self.note(&unit.code, cause)
    }

    pub(super) fn note(&mut self, code: &DossierCode, cause: Cause) -> Result<(), Failure> {
        let failure = unreachable(cause).at(place_of(code));
        self.pass.failed.push(Failed { dossier_code: code.clone(), failure: failure.clone() });
        self.in_a_row += 1;
        if self.in_a_row < IN_A_ROW { Ok(()) } else { Err(failure) }
    }
}

pub(super) fn unreachable(cause: Cause) -> Failure {
    Failure::new(FailureCode::PortalUnreachable).because(cause)
}

/// Whether something is wrong with one dossier and not with all: others changed it meanwhile, a file of it is
/// damaged, or cannot be made small enough.
pub(super) fn is_of_one(failure: &Failure) -> bool {
    let ours = [FailureCode::Conflict, FailureCode::RepositoryDamaged, FailureCode::PageOverLimit, FailureCode::SealUnproven];
    ours.contains(&failure.code)
}

/// The name of a message with this content: another one where the facts have changed between two tries, lest the
/// portal takes it for what it knows.
pub(super) fn named(message: &str, content: &Value) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 message with its content");
    hasher.update(message.as_bytes());
    hasher.update(content.to_string().as_bytes());
    hasher.finalize().to_hex().chars().take(32).collect()
}

fn place_of(code: &DossierCode) -> Place {
    Place::Dossier { code: code.to_string() }
}

/// The first line of the file with the password.
fn password(settings: &PortalSettings) -> Result<String, Failure> {
    let path = &settings.password_file;
    let wrong = |cause: Cause| Failure::new(FailureCode::PortalLogin).at_file(path.display()).because(cause);
    let password = secret::password(path).map_err(|error| wrong(error.into()))?;
    password.ok_or_else(|| wrong(ExchangeFault::PasswordEmpty.into()))
}
