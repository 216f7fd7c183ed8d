//! What is counted beside the dossiers: ratings, reduced fees, visits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::model::codes::DossierCode;

/// How somebody rated the handling of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// Of which dossier.
    pub dossier: DossierCode,
    /// When.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub at: Option<OffsetDateTime>,
    /// How.
    pub grade: RatingGrade,
    /// Whether there was a complaint.
    #[serde(default)]
    pub complaint: bool,
}

impl Rating {
    /// The dossier and the moment: one may be rated again.
    pub fn key(&self) -> String {
        joined(&[Some(self.dossier.to_string()), self.at.map(moment)])
    }
}

/// How content somebody was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RatingGrade {
    /// Rất hài lòng.
    VerySatisfied,
    /// Hài lòng.
    Satisfied,
    /// Bình thường.
    Neutral,
    /// Không hài lòng.
    Dissatisfied,
}

impl RatingGrade {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::VerySatisfied, Self::Satisfied, Self::Neutral, Self::Dissatisfied];
}

/// A dossier for which less was paid than the fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeReduction {
    /// Which.
    pub dossier: DossierCode,
    /// When.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    pub at: Option<OffsetDateTime>,
    /// By so many đồng.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<u64>,
    /// The decision that it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

impl FeeReduction {
    /// The dossier, the moment and the decision: several may reduce the fees of one dossier.
    pub fn key(&self) -> String {
        joined(&[Some(self.dossier.to_string()), self.at.map(moment), self.basis.clone()])
    }
}

/// Moments of one clock, so that they sort.
fn moment(at: OffsetDateTime) -> String {
    format!("{:012}", at.unix_timestamp())
}

/// What is known of it: a dossier alone has its code for a key.
fn joined(parts: &[Option<String>]) -> String {
    parts.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Visits to a site on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visits {
    /// The day's beginning.
    #[serde(with = "time::serde::rfc3339")]
    pub begins_at: OffsetDateTime,
    /// Where; none for all of the centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// How many.
    pub count: u64,
}

impl Visits {
    /// The day and the site.
    pub fn key(&self) -> String {
        format!("{} {}", self.begins_at.date(), self.site.as_deref().unwrap_or("-"))
    }
}
