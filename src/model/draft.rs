//! What a person has decided about the facts of a document and not carried out yet.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::account::AccountName;
use super::dossier::RecordKind;
use super::field::FieldName;
use super::record::DocumentName;

/// A decision about one fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldDecision {
    /// The fact.
    pub field: FieldName,
    /// What is so.
    pub ruling: Ruling,
}

/// What a person says of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// It is this value, in whatever spelling it was keyed.
    Set(String),
    /// It is what stands there.
    Confirm,
    /// The paper does not bear it.
    NotOnPaper,
    /// What was decided before is taken back.
    Withdraw,
}

/// Decisions that one account has made about one version of a document. They change nothing until they
/// are carried out, and nobody else sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Whose it is.
    pub account: AccountName,
    /// The document.
    pub document: DocumentName,
    /// Handed in or given back.
    pub kind: RecordKind,
    /// The version that was looked at.
    pub version: u32,
    /// One about each fact, in the order in which they were made.
    pub decisions: Vec<FieldDecision>,
    /// When the last one was made.
    #[serde(with = "time::serde::rfc3339")]
    pub saved_at: OffsetDateTime,
}

impl Draft {
    /// Puts a decision in the place of an earlier one about the same fact.
    pub fn put(&mut self, decision: FieldDecision) {
        self.forget(decision.field);
        self.decisions.push(decision);
    }

    /// Drops what was decided about a fact.
    pub fn forget(&mut self, field: FieldName) {
        self.decisions.retain(|kept| kept.field != field);
    }

    /// What was decided about a fact.
    pub fn about(&self, field: FieldName) -> Option<&Ruling> {
        self.decisions.iter().find(|kept| kept.field == field).map(|kept| &kept.ruling)
    }
}
