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
