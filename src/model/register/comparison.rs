//! Papers held against the register.
//!
//! Only what is certain on both sides is compared: a fact that waits for a person is told as that, and a number
//! of another kind (9 digits on one side, 12 on the other) says nothing.

use std::collections::BTreeMap;

use time::{OffsetDateTime, UtcOffset};

use super::difference::Difference;
use super::dossier::{Channel, DossierStatus, IdentityKind, RegisterDossier};
use super::receipt::{ReceiptFacts, says_the_same};
use super::reference::ComponentEntry;
use super::reused::{ReuseLapse, certain};
use crate::model::codes::DossierCode;
use crate::model::dossier::RecordKind;
use crate::model::field::{FieldName, FieldStatus};
use crate::model::record::{Record, RecordDocument};
use crate::model::vietnamese::spelled;

/// What was said to stand for components, by their codes, and why it does not.
pub type SaidToStand = BTreeMap<String, Option<ReuseLapse>>;

/// A dossier in which papers and register disagree, or may as time goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Which.
    pub code: DossierCode,
    /// The moment by which it belongs to a period: when it was received, or when the batch that brought the first
    /// papers began, if the register does not know it.
    pub at: Option<OffsetDateTime>,
    /// Since when it waits: since its papers came, else since it was received.
    pub since: OffsetDateTime,
    /// What of both there is.
    pub sides: Sides,
    /// In what papers and entry disagree.
    pub differences: Vec<Difference>,
}

/// What there is of a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// Papers and entry.
    Both,
    /// Papers that the register does not know.
    Papers,
    /// An entry whose papers must have come.
    Entry,
}

impl Sides {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Both, Self::Papers, Self::Entry];

    /// Its name where it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Papers => "papers",
            Self::Entry => "entry",
        }
    }
}

impl Disagreement {
    /// In what they disagree as it stands at `now`.
    pub fn told(&self, now: OffsetDateTime) -> Vec<Difference> {
        match (self.sides, self.at) {
            (Sides::Both, _) => self.differences.clone(),
            (Sides::Papers, _) => vec![Difference::NoEntry],
            (Sides::Entry, at) => {
                let days = at.and_then(|at| u32::try_from((now - at).whole_days()).ok()).unwrap_or(0);
                vec![Difference::NoPapers { days }]
            }
        }
    }
}

/// Since when the papers of an entry must have come; none if they need not.
pub fn expects_papers(entry: &RegisterDossier) -> Option<OffsetDateTime> {
    let came_on_paper = matches!(entry.channel, Some(Channel::Direct | Channel::Post));
    let is_taken =
        !matches!(entry.status, Some(DossierStatus::Registered | DossierStatus::NotAccepted | DossierStatus::Withdrawn));
    entry.received_at.filter(|_| came_on_paper && is_taken)
}

/// In what the newest records of a dossier disagree with its entry.
pub fn disagreements(
    entry: &RegisterDossier,
    demanded: &[ComponentEntry],
    records: &[Record],
    said: &SaidToStand,
) -> Vec<Difference> {
    let handed_in = || records.iter().filter(|record| record.kind == RecordKind::Dossier).flat_map(|record| &record.documents);
    let mut differences: Vec<Difference> = card_differences(entry, handed_in()).into_iter().collect();
    let all = records.iter().flat_map(|record| &record.documents);
    // What was imported tells time by the clock of the office.
    let offset = entry.received_at.or(entry.due_at).map_or(UtcOffset::UTC, OffsetDateTime::offset);
    differences.extend(receipt_differences(&entry.on_receipt(offset), all));
    // Without papers that were handed in there is nothing that could be incomplete.
    if handed_in().next().is_some() {
        let has = |wanted: &str| has_component(records.iter(), wanted);
        let is_missing = |component: &&ComponentEntry| {
            component.required && component.document_type.as_deref().is_some_and(|wanted| !has(wanted))
        };
        differences.extend(demanded.iter().filter(is_missing).filter_map(|component| missing(component, said)));
    }
    differences
}

/// What is told of a component that nobody handed in; none if something that is held stands for it.
fn missing(component: &ComponentEntry, said: &SaidToStand) -> Option<Difference> {
    let lapse = match said.get(&component.code) {
        Some(None) => return None,
        Some(lapse) => *lapse,
        None => None,
    };
    Some(Difference::ComponentMissing { code: component.code.clone(), name: component.name.clone(), lapse })
}

/// Whether a document of this type was handed in.
pub fn has_component<'a>(records: impl Iterator<Item = &'a Record>, wanted: &str) -> bool {
    let mut handed_in = records.filter(|record| record.kind == RecordKind::Dossier).flat_map(|record| &record.documents);
    handed_in.any(|document| {
        let field = document.fields.get(&FieldName::DocumentType);
        field.is_some_and(|field| field.status.has_value() && field.value == wanted)
    })
}

/// What the identity cards among the papers say against the register: others than the applicant may have theirs
/// there too.
fn card_differences<'a>(entry: &RegisterDossier, documents: impl Iterator<Item = &'a RecordDocument>) -> Option<Difference> {
    let cards: Vec<(u32, &str, Option<&str>)> = documents
        .filter_map(|document| {
            let number = certain(document, FieldName::OwnerNumber)?;
            Some((document.ordinal, number, certain(document, FieldName::OwnerName)))
        })
        .collect();
    let wanted = entry.identity.as_ref().filter(|identity| identity.kind != IdentityKind::Other)?;
    let digits = wanted.number.len();
    let comparable = || cards.iter().filter(move |(_, number, _)| number.len() == digits);
    let own: Vec<_> = comparable().filter(|(_, number, _)| *number == wanted.number).collect();
    if own.is_empty() {
        return comparable().next().map(|(ordinal, ..)| Difference::OtherNumber { ordinal: *ordinal });
    }
    let applicant = spelled(entry.applicant.as_deref()?);
    let other = |(ordinal, _, name): &&(u32, &str, Option<&str>)| {
        name.is_some_and(|name| spelled(name) != applicant).then_some(Difference::OtherName { ordinal: *ordinal })
    };
    own.iter().find_map(other)
}

/// What receipts among the papers say otherwise than the register, as far as that is certain.
fn receipt_differences<'a>(
    known: &'a ReceiptFacts,
    documents: impl Iterator<Item = &'a RecordDocument> + 'a,
) -> impl Iterator<Item = Difference> + 'a {
    documents.flat_map(move |document| {
        known.iter().filter_map(move |(name, values)| {
            let field = document.fields.get(name).filter(|field| field.status == FieldStatus::Accepted)?;
            // Sites and agencies go by many names.
            if *name == FieldName::ReceivingUnit {
                return None;
            }
            let is_known = values.iter().any(|value| says_the_same(*name, &field.value, value));
            (!is_known).then_some(Difference::Receipt { ordinal: document.ordinal, field: *name })
        })
    })
}
