//! The one place where it is decided whether a value is used without a person (ADR 0015).
//!
//! A value is accepted if something other than one reader's guess speaks for it, and nothing speaks
//! against it. Everything that is known against it has a name ([`Doubt`]); a value with one waits.

use std::collections::BTreeMap;

use time::{Date, Duration, Month};

use super::agencies::{AgencyRegister, AgencySpellings, LookedUp};
use super::{CheckSettings, is_plausible};
use crate::model::confidence::Confidence;
use crate::model::dossier::DraftDocument;
use crate::model::field::{Doubt, FieldName, FieldReading, FieldSource, FieldStatus};
use crate::model::register::{ReceiptFacts, says_the_same};

/// Scanners without a clock date their files in the years before.
const FIRST_CLOCK: i32 = 2000;
/// Clocks and time zones differ.
const SLACK: Duration = Duration::DAY;
/// A name that the register has letter by letter must be read at least so surely.
const LEAST_OF_REGISTERED: f64 = 0.5;

/// What is known besides the papers themselves.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Knowledge {
    /// The register of agencies; empty if the office has none.
    pub register: AgencyRegister,
    /// How names of agencies are spelled in the repository.
    pub spellings: AgencySpellings,
    /// What receipts must say by the dossier register, by dossier code.
    pub registered: BTreeMap<String, ReceiptFacts>,
}

/// Judges one reading of `document`, adding what else speaks against it.
pub(super) fn accept(
    document: &DraftDocument,
    reading: &mut FieldReading,
    knowledge: &Knowledge,
    settings: &CheckSettings,
) -> FieldStatus {
    if reading.doubts.contains(&Doubt::NotFound) {
        return FieldStatus::Absent;
    }
    let read = reading.source == FieldSource::Ocr;
    let guessed = read || reading.source == FieldSource::EmbeddedText;
    if read && !is_plausible(reading.name, &reading.value) {
        doubt(reading, Doubt::Shape);
    }
    if guessed && matches!(reading.name, FieldName::IssueDate | FieldName::ReceivedAt) && is_after(&reading.value, document) {
        doubt(reading, Doubt::Future);
    }
    let mut threshold = at_least(settings.accept_confidence);
    if read && is_text(reading.name) {
        threshold = at_least(settings.accept_word).max(threshold);
    }
    if guessed && reading.name == FieldName::IssuingBody && !knowledge.register.is_empty() {
        match knowledge.register.look_up(&reading.value) {
            // Reader and register agree: two witnesses.
            LookedUp::Known(_) => {
                reading.doubts.retain(|doubt| !matches!(doubt, Doubt::Unfinished | Doubt::Spelling | Doubt::OneReader));
                threshold = threshold.min(at_least(LEAST_OF_REGISTERED));
            }
            LookedUp::Like(name) => {
                let read = std::mem::replace(&mut reading.value, name.to_owned());
                reading.raw.get_or_insert(read);
                doubt(reading, Doubt::NotRegistered);
            }
            LookedUp::Unknown => doubt(reading, Doubt::NotRegistered),
        }
    } else if read && reading.name == FieldName::IssuingBody && knowledge.spellings.dispute(&reading.value) {
        doubt(reading, Doubt::Spellings);
    }
    if guessed && reading.name.is_of_receipts() {
        threshold = held_against_register(document, reading, knowledge, threshold);
    }
    if reading.confidence < Confidence::saturating(threshold) {
        doubt(reading, Doubt::Unsure);
    }
    if reading.doubts.is_empty() { FieldStatus::Accepted } else { FieldStatus::NeedsPerson }
}

/// Whether one wrong mark in it makes another value.
fn is_text(name: FieldName) -> bool {
    matches!(
        name,
        FieldName::IssuingBody
            | FieldName::Title
            | FieldName::Applicant
            | FieldName::Procedure
            | FieldName::ProcedureField
            | FieldName::Components
            | FieldName::ReceivingUnit
    )
}

/// What the dossier register says of the same fact is a second witness. Returns how sure the reader has to be.
fn held_against_register(document: &DraftDocument, reading: &mut FieldReading, knowledge: &Knowledge, threshold: f64) -> f64 {
    let code = document.readings.iter().find(|one| one.name == FieldName::DossierCode).map(|one| one.value.as_str());
    let known = code.and_then(|code| knowledge.registered.get(code)).and_then(|facts| facts.get(&reading.name));
    // A register that has the day alone knows nothing of the hour.
    let is_moment = matches!(reading.name, FieldName::ReceivedAt | FieldName::DueAt);
    let knows = |known: &str| !is_moment || known.len() >= reading.value.len();
    if !known.into_iter().flatten().any(|known| knows(known) && says_the_same(reading.name, &reading.value, known)) {
        return threshold;
    }
    reading.doubts.retain(|doubt| matches!(doubt, Doubt::Several | Doubt::Contradicted | Doubt::Future));
    threshold.min(at_least(LEAST_OF_REGISTERED))
}

fn doubt(reading: &mut FieldReading, doubt: Doubt) {
    if !reading.doubts.contains(&doubt) {
        reading.doubts.push(doubt);
    }
}

/// A threshold that is not a number must not accept everything.
fn at_least(threshold: f64) -> f64 {
    if threshold.is_nan() { 1.0 } else { threshold.clamp(0.0, 1.0) }
}

/// Whether a day lies after the one on which the document was scanned.
fn is_after(day: &str, document: &DraftDocument) -> bool {
    let mut parts = day.split('-').map(str::parse::<i32>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) = (parts.next(), parts.next(), parts.next()) else { return false };
    let month = u8::try_from(month).ok().and_then(|month| Month::try_from(month).ok());
    let day = month.and_then(|month| Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok());
    let scanned = document.scanned_at.saturating_add(SLACK).date();
    day.is_some_and(|day| scanned.year() >= FIRST_CLOCK && day > scanned)
}
