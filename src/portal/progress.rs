//! Tells a portal of the work that was done for what it has taken, some dossiers in a message.

use std::collections::BTreeMap;

use serde_json::Value;

use super::client::{Answer, Asked, elsewhere};
use super::facts;
use super::object;
use super::report::{Failed, Incomplete, Rejected};
use super::send::{Run, is_of_one, named, unreachable};
use crate::model::delivery::{Arrived, DeliveryItem, ItemState};
use crate::model::failure::cause::ExchangeFault;
use crate::model::failure::{Cause, Failure};
use crate::model::ids::RecordId;

/// The part that notes in which message progress is told.
const PROGRESS: &str = "progress";

impl Run<'_> {
    /// Tells of the work that was done for what was taken, some at a time. In which message an item is told is
    /// kept before it is sent.
    pub(super) fn progress(&mut self) -> Result<(), Failure> {
        self.in_a_row = 0;
        let sent = self.sending.all(ItemState::Sent)?;
        let (begun, new): (Vec<_>, Vec<_>) = sent.into_iter().partition(|item| message_of(item).is_some());
        let mut messages: BTreeMap<String, Vec<DeliveryItem>> = BTreeMap::new();
        for item in begun {
            messages.entry(message_of(&item).unwrap_or_default()).or_default().push(item);
        }
        // What is new goes first: what did not come through before may not do so now.
        for items in new.chunks(self.table.progress_at_once) {
            let message = together(items);
            self.noted(items, |_| message.clone())?;
        }
        for (message, items) in messages {
            self.told(&items, &message)?;
        }
        Ok(())
    }

    /// Keeps in which messages items are told, and tells them.
    fn noted(&mut self, items: &[DeliveryItem], message: impl Fn(&DeliveryItem) -> String) -> Result<(), Failure> {
        let note = |item: &mut DeliveryItem| {
            let name = message(item);
            item.arrived.push(Arrived { part: PROGRESS.to_owned(), name });
        };
        let items = match self.sending.set(items, note) {
            Err(failure) if is_of_one(&failure) => return self.all_failed(items, &failure),
            set => set?,
        };
        for items in items.chunk_by(|a, b| message_of(a) == message_of(b)) {
            let message = items.first().and_then(message_of).unwrap_or_default();
            self.told(items, &message)?;
        }
        Ok(())
    }

    fn told(&mut self, items: &[DeliveryItem], message: &str) -> Result<(), Failure> {
        match self.tell(items, message) {
            Err(failure) if is_of_one(&failure) => self.all_failed(items, &failure),
            done => done,
        }
    }

    fn all_failed(&mut self, items: &[DeliveryItem], failure: &Failure) -> Result<(), Failure> {
        let failed = |item: &DeliveryItem| Failed { dossier_code: item.dossier_code.clone(), failure: failure.clone() };
        self.pass.failed.extend(items.iter().map(failed));
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
        let message = named(message, &Value::from(entries.as_slice()));
        match self.adapter.progress(&entries, &message)? {
            Asked::Answered(Answer::Taken(_) | Answer::Exists) => {
                self.in_a_row = 0;
                self.sending.set(items, |item| item.state = ItemState::Accepted)?;
                self.pass.accepted += items.len() as u64;
                Ok(())
            }
            // One of them is meant: each is told by itself.
            Asked::Answered(Answer::Refused(_)) if items.len() > 1 => {
                self.in_a_row = 0;
                self.noted(items, |item| together(std::slice::from_ref(item)))
            }
            Asked::Answered(Answer::Refused(reason)) => {
                self.in_a_row = 0;
                self.sending.set(items, |item| (item.state, item.reason) = (ItemState::Rejected, Some(reason.clone())))?;
                let rejected =
                    items.iter().map(|item| Rejected { dossier_code: item.dossier_code.clone(), reason: reason.clone() });
                self.pass.rejected.extend(rejected);
                Ok(())
            }
            Asked::Answered(Answer::Ended) => self.not_told(items, ExchangeFault::NotLetIn.into()),
            Asked::Unknown(cause) => self.not_told(items, cause),
            Asked::NotSent(cause) => Err(unreachable(cause)),
            Asked::Elsewhere(cause) => Err(elsewhere(cause)),
        }
    }

    /// Nobody knows whether these were told; they are told again the next time.
    fn not_told(&mut self, items: &[DeliveryItem], cause: Cause) -> Result<(), Failure> {
        match items.first() {
            Some(item) => self.note(&item.dossier_code, cause),
            None => Ok(()),
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
