//! The lists of the register and their rows.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{AgencyEntry, ComponentEntry, FeeReduction, Procedure, Rating, RegisterDossier, Visits};
use crate::model::ids::RegisterDigest;

/// A list of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegisterList {
    /// Agencies that take in or decide.
    Agencies,
    /// Procedures.
    Procedures,
    /// What a procedure demands.
    Components,
    /// Dossiers.
    Dossiers,
    /// How people rated the handling of their dossiers.
    Ratings,
    /// Dossiers for which less was paid.
    FeeReductions,
    /// Visits to the centre, day by day.
    Visits,
}

impl RegisterList {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Agencies, Self::Procedures, Self::Components, Self::Dossiers, Self::Ratings, Self::FeeReductions, Self::Visits];

    /// The name as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agencies => "agencies",
            Self::Procedures => "procedures",
            Self::Components => "components",
            Self::Dossiers => "dossiers",
            Self::Ratings => "ratings",
            Self::FeeReductions => "fee_reductions",
            Self::Visits => "visits",
        }
    }
}

/// A row of one of the lists.
#[derive(Debug, Clone, PartialEq)]
pub enum RegisterRow {
    /// Of [`RegisterList::Agencies`].
    Agency(AgencyEntry),
    /// Of [`RegisterList::Procedures`].
    Procedure(Procedure),
    /// Of [`RegisterList::Components`].
    Component(ComponentEntry),
    /// Of [`RegisterList::Dossiers`].
    Dossier(Box<RegisterDossier>),
    /// Of [`RegisterList::Ratings`].
    Rating(Rating),
    /// Of [`RegisterList::FeeReductions`].
    FeeReduction(FeeReduction),
    /// Of [`RegisterList::Visits`].
    Visits(Visits),
}

impl RegisterRow {
    /// The list that it belongs to.
    pub fn list(&self) -> RegisterList {
        match self {
            Self::Agency(_) => RegisterList::Agencies,
            Self::Procedure(_) => RegisterList::Procedures,
            Self::Component(_) => RegisterList::Components,
            Self::Dossier(_) => RegisterList::Dossiers,
            Self::Rating(_) => RegisterList::Ratings,
            Self::FeeReduction(_) => RegisterList::FeeReductions,
            Self::Visits(_) => RegisterList::Visits,
        }
    }

    /// What tells it from all other rows of its list.
    pub fn key(&self) -> String {
        match self {
            Self::Agency(entry) => entry.code.clone(),
            Self::Procedure(entry) => entry.code.short().to_owned(),
            Self::Component(entry) => entry.key(),
            Self::Dossier(entry) => entry.code.to_string(),
            Self::Rating(entry) => entry.key(),
            Self::FeeReduction(entry) => entry.key(),
            Self::Visits(entry) => entry.key(),
        }
    }

    /// The moment by which it belongs to a period: of a dossier, when it was received. None where it belongs
    /// to none.
    pub fn at(&self) -> Option<OffsetDateTime> {
        match self {
            Self::Agency(_) | Self::Procedure(_) | Self::Component(_) => None,
            Self::Dossier(entry) => entry.received_at,
            Self::Rating(entry) => entry.at,
            Self::FeeReduction(entry) => entry.at,
            Self::Visits(entry) => Some(entry.begins_at),
        }
    }

    /// The person or organisation that it is about, by number.
    pub fn owner(&self) -> Option<&str> {
        match self {
            Self::Dossier(entry) => entry.identity.as_ref().map(|identity| identity.number.as_str()),
            _ => None,
        }
    }

    /// What is kept of it: JSON.
    ///
    /// # Errors
    /// When a time cannot be written.
    pub fn content(&self) -> serde_json::Result<String> {
        match self {
            Self::Agency(entry) => serde_json::to_string(entry),
            Self::Procedure(entry) => serde_json::to_string(entry),
            Self::Component(entry) => serde_json::to_string(entry),
            Self::Dossier(entry) => serde_json::to_string(entry),
            Self::Rating(entry) => serde_json::to_string(entry),
            Self::FeeReduction(entry) => serde_json::to_string(entry),
            Self::Visits(entry) => serde_json::to_string(entry),
        }
    }

    /// The row of a list that is kept as `content`.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(list: RegisterList, content: &str) -> serde_json::Result<Self> {
        Ok(match list {
            RegisterList::Agencies => Self::Agency(serde_json::from_str(content)?),
            RegisterList::Procedures => Self::Procedure(serde_json::from_str(content)?),
            RegisterList::Components => Self::Component(serde_json::from_str(content)?),
            RegisterList::Dossiers => Self::Dossier(Box::new(serde_json::from_str(content)?)),
            RegisterList::Ratings => Self::Rating(serde_json::from_str(content)?),
            RegisterList::FeeReductions => Self::FeeReduction(serde_json::from_str(content)?),
            RegisterList::Visits => Self::Visits(serde_json::from_str(content)?),
        })
    }
}

impl RegisterRow {
    /// This row, with what `before` says in fields that are not `told`.
    ///
    /// # Errors
    /// When a row cannot be written.
    pub fn keeping(&self, before: &Self, told: &BTreeSet<String>) -> serde_json::Result<Self> {
        let fields = |row: &Self| serde_json::from_str::<Map<String, Value>>(&row.content()?);
        let mut made = fields(self)?;
        made.extend(fields(before)?.into_iter().filter(|(name, _)| !told.contains(name)));
        Self::read(self.list(), &serde_json::to_string(&made)?)
    }
}

/// What an import did to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ImportCounts {
    /// Rows that were not there.
    pub added: u64,
    /// Rows that said something else.
    pub changed: u64,
    /// Rows that were there just so.
    pub unchanged: u64,
}

/// All of a list, for proof that nothing of it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListState {
    /// Which.
    pub list: RegisterList,
    /// Its rows.
    pub rows: u64,
    /// Over all of them, by key.
    pub digest: RegisterDigest,
}
