//! What a consumer was given, and what it said to that.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::codes::DossierCode;
use super::consumer::ConsumerName;
use super::dossier::RecordKind;
use super::ids::{DeliveryDigest, RecordId};

/// How far a record has come on its way to a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// It is to be sent.
    Waiting,
    /// It was handed over; nothing was said to it yet.
    Sent,
    /// It was sent, and whether it arrived is not known.
    Unknown,
    /// The consumer has taken it.
    Accepted,
    /// The consumer has not taken it; a person has to see why.
    Rejected,
    /// A later version goes in its place.
    Replaced,
}

impl ItemState {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::Sent, Self::Unknown, Self::Accepted, Self::Rejected, Self::Replaced];

    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Replaced => "replaced",
        }
    }
}

/// A record on its way to a consumer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryItem {
    /// To whom.
    pub consumer: ConsumerName,
    /// The record.
    pub record: RecordId,
    /// Its dossier.
    pub dossier_code: DossierCode,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// Its version.
    pub version: u32,
    /// The number of the consumer's manifest that it is in.
    pub sequence: u64,
    /// How far it has come.
    pub state: ItemState,
    /// Counts how often a person let it go again; all tries of one round are one message.
    #[serde(default)]
    pub round: u32,
    /// Why it was not taken, in the consumer's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the consumer said of parts of it that arrived: of files by their SHA-256, its names for them; and of
    /// documents by their names in how many files it was told of them, where these are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arrived: Vec<Arrived>,
    /// When it came into this state.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub changed_at: OffsetDateTime,
}

/// A part that arrived before the whole did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arrived {
    /// Which part.
    pub part: String,
    /// What the consumer calls it.
    pub name: String,
}

impl DeliveryItem {
    /// Whether it is in a later manifest of a consumer that fetches, because a person let go again what it was `before`.
    pub fn goes_again_after(&self, before: &Self) -> bool {
        let is_again = before.state == ItemState::Waiting && before.round > 0 && self.state == ItemState::Sent;
        is_again && self.round == before.round && self.sequence > before.sequence
    }

    /// Names the message that carries it: the same for each try, so that whoever gets it twice can tell.
    pub fn message(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 message to a consumer");
        hasher.update(self.consumer.as_str().as_bytes());
        hasher.update(&[0]);
        hasher.update(self.record.to_string().as_bytes());
        hasher.update(&self.round.to_le_bytes());
        hasher.finalize().to_hex().chars().take(32).collect()
    }

    /// Stands for what an act tells of it.
    pub fn digest(&self) -> DeliveryDigest {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 delivery");
        let reason = self.reason.as_deref().unwrap_or_default();
        for part in [self.consumer.as_str(), &self.record.to_string(), self.state.as_str(), reason] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.update(&self.sequence.to_le_bytes());
        hasher.update(&self.round.to_le_bytes());
        hasher.update(&self.changed_at.unix_timestamp_nanos().to_le_bytes());
        DeliveryDigest::from_bytes(*hasher.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_one_name_until_it_goes_again() {
        let item = DeliveryItem {
            consumer: "cong".parse().unwrap(),
            record: RecordId::V2([1; 32]),
            dossier_code: "H38.16-230706-0012".parse().unwrap(),
            kind: RecordKind::Dossier,
            version: 1,
            sequence: 1,
            state: ItemState::Waiting,
            round: 0,
            reason: None,
            arrived: vec![],
            changed_at: OffsetDateTime::UNIX_EPOCH,
        };
        let tried = DeliveryItem { state: ItemState::Unknown, reason: Some("?".into()), ..item.clone() };
        assert_eq!(item.message(), tried.message());
        assert_ne!(item.digest(), tried.digest());
        let again = DeliveryItem { round: 1, ..item.clone() };
        let other = DeliveryItem { consumer: "kho".parse().unwrap(), ..item.clone() };
        assert!(again.message() != item.message() && other.message() != item.message());
        assert_eq!(item.message().len(), 32);
    }
}
