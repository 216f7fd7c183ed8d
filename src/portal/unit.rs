//! The records of one dossier that go together, with the files that they are sent with.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::adapter::Presence;
use super::facts::{self, Known, SentFile, Uploaded};
use super::object;
use super::tables::Table;
use crate::model::codes::DossierCode;
use crate::model::delivery::{Arrived, DeliveryItem, ItemState};
use crate::model::failure::Failure;
use crate::model::ids::{RecordId, Sha256};
use crate::model::piece::{PageRange, Piece};
use crate::model::portal::Lacking;
use crate::model::record::{Record, StoredFile};
use crate::settings::PortalSettings;

/// Gives files that are too large in pieces.
pub(crate) trait Cut {
    /// The pieces of at most so many bytes that a file is given in.
    ///
    /// # Errors
    /// When a page alone is larger, or the file is damaged.
    fn pieces(&self, file: &StoredFile, most: u64) -> Result<Vec<Piece>, Failure>;

    /// The bytes of one of them: each time the same.
    ///
    /// # Errors
    /// When the file is damaged.
    fn bytes(&self, file: &StoredFile, pages: PageRange) -> Result<Vec<u8>, Failure>;
}

/// Records of one dossier that go together.
pub(super) struct Unit {
    pub code: DossierCode,
    pub items: Vec<DeliveryItem>,
    /// All that the consumer was ever given of it.
    pub all: Vec<DeliveryItem>,
    pub records: Vec<Record>,
    pub known: Known,
    /// Of files that are too large for the portal.
    pub pieces: BTreeMap<Sha256, Vec<Piece>>,
}

/// The newest record of each kind that the consumer was given.
pub(super) fn newest(all: &[DeliveryItem]) -> Vec<RecordId> {
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
    pub(super) fn message(&self) -> String {
        let newest = self.items.iter().max_by_key(|item| (item.sequence, item.kind.as_str()));
        newest.map(DeliveryItem::message).unwrap_or_default()
    }

    pub(super) fn presence(&self) -> Presence {
        let is_there = |item: &DeliveryItem| matches!(item.state, ItemState::Accepted | ItemState::Sent);
        if self.all.iter().any(is_there) { Presence::Known } else { Presence::New }
    }

    /// The documents' files.
    pub(super) fn files(&self) -> impl Iterator<Item = &StoredFile> {
        self.records.iter().flat_map(|record| &record.documents).map(|document| &document.file)
    }

    /// Parts the files that are larger than the portal takes.
    pub(super) fn part(&mut self, most: u64, cut: &dyn Cut) -> Result<(), Failure> {
        let large: Vec<StoredFile> = self.files().filter(|file| file.bytes > most).cloned().collect();
        for file in large {
            let pieces = cut.pieces(&file, most)?;
            self.pieces.insert(file.sha256, pieces);
        }
        Ok(())
    }

    /// The files that one of the repository is sent as.
    pub(super) fn sent_as(&self, file: &StoredFile) -> Vec<SentFile> {
        match self.pieces.get(&file.sha256) {
            None => {
                vec![SentFile { name: file.name.clone(), sha256: file.sha256, pages: None, uploaded: self.uploaded(file.sha256) }]
            }
            Some(pieces) => pieces
                .iter()
                .map(|piece| SentFile {
                    name: piece.name.clone(),
                    sha256: piece.sha256,
                    pages: Some(piece.pages),
                    uploaded: self.uploaded(piece.sha256),
                })
                .collect(),
        }
    }

    /// What the portal calls a file that it got with this version or one before.
    pub(super) fn uploaded(&self, sha256: Sha256) -> Option<Uploaded> {
        let sha256 = sha256.to_string();
        let arrived = self.arrived().find(|arrived| arrived.part == sha256)?;
        let (id, hash) = arrived.name.split_once(' ')?;
        Some(Uploaded { id: id.to_owned(), hash: hash.to_owned() })
    }

    fn arrived(&self) -> impl Iterator<Item = &Arrived> {
        self.all.iter().chain(&self.items).flat_map(|item| &item.arrived)
    }

    /// In how many files the portal was ever told of a document.
    fn told(&self, document: &str) -> usize {
        let of_document = self.arrived().filter(|arrived| arrived.part == document);
        of_document.filter_map(|arrived| arrived.name.parse().ok()).max().unwrap_or(1)
    }

    /// What has to be kept in mind before the portal is told of documents in several files, so that a later version
    /// in fewer takes back those that are left over.
    pub(super) fn to_be_told(&self) -> Vec<Arrived> {
        let mut seen = BTreeSet::new();
        let counts = self.files().filter_map(|file| {
            let (name, count) = (facts::name_of(file), self.pieces.get(&file.sha256)?.len());
            (count > self.told(name) && seen.insert(name)).then(|| Arrived { part: name.to_owned(), name: count.to_string() })
        });
        counts.collect()
    }

    pub(super) fn object(&self, settings: &PortalSettings, table: &Table) -> Result<Value, Vec<Lacking>> {
        self.object_with(settings, table, &|file| self.sent_as(file))
    }

    /// The object as it would be if all files had arrived: what is missing is known before anything is sent.
    pub(super) fn checked(&self, settings: &PortalSettings, table: &Table) -> Result<Value, Vec<Lacking>> {
        let there = |file: &StoredFile| -> Vec<SentFile> {
            let arrived = |mut sent: SentFile| {
                let would_be = || Uploaded { id: "?".to_owned(), hash: sent.sha256.to_string() };
                let uploaded = sent.uploaded.take().unwrap_or_else(would_be);
                SentFile { uploaded: Some(uploaded), ..sent }
            };
            self.sent_as(file).into_iter().map(arrived).collect()
        };
        self.object_with(settings, table, &there)
    }

    fn object_with(
        &self,
        settings: &PortalSettings,
        table: &Table,
        sent: &dyn Fn(&StoredFile) -> Vec<SentFile>,
    ) -> Result<Value, Vec<Lacking>> {
        let files = facts::Files { sent, told: &|document| self.told(document) };
        object::build(table, "dossier", &facts::of_dossier(&self.records, &self.known, settings, table, &files))
    }
}
