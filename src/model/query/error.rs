//! Why a query is not understood, and where.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A query that cannot be obeyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueryError {
    /// The character it is about, counted from 1.
    pub place: usize,
    /// The piece of the query it is about.
    pub piece: String,
    /// What is wrong with it.
    pub kind: QueryErrorKind,
}

/// What is wrong with a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum QueryErrorKind {
    /// There is nothing to look for.
    Empty,
    /// More words than anybody types.
    TooLong,
    /// Brackets in brackets in brackets.
    TooDeep,
    /// A quote without its partner.
    QuoteOpen,
    /// A phrase without a word.
    PhraseEmpty,
    /// A bracket that is not closed.
    BracketOpen,
    /// A bracket that was not opened.
    BracketClosed,
    /// An operator with nothing on one of its sides.
    OperandMissing,
    /// Something before a colon that is no field.
    FieldUnknown,
    /// A field without a value.
    ValueMissing,
    /// Not a date, or not in the calendar.
    DateInvalid,
    /// The end lies before the beginning.
    RangeReversed,
    /// Not a whole number, or out of range.
    NumberInvalid,
    /// Not a share between 0 and 1.
    ShareInvalid,
    /// Neither papers handed in nor results.
    KindUnknown,
    /// Nothing that can wait.
    WaitsUnknown,
    /// Not what can become of a document.
    StateUnknown,
    /// What became of documents is not searched for here.
    StateElsewhere,
    /// A `*` elsewhere than at the end of a word of at least two letters.
    StarMisplaced,
    /// A `~` elsewhere than between a phrase and a number.
    TildeMisplaced,
    /// Nearness as other programs write it.
    NearElsewhere,
    /// Numbers that may be of people are not looked for by how they begin by those who are not shown them.
    NumberHidden,
}

impl fmt::Display for QueryError {
    /// For logs; faces find words of their own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}: '{}'", crate::model::name_in_json(&self.kind), self.place, self.piece)
    }
}
