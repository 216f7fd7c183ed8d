//! What keeps something from being sent to a portal.

use schemars::JsonSchema;
use serde::Serialize;

/// A field without which nothing can be sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Lacking {
    /// Which field of which object, as the portal calls it.
    pub field: String,
    /// The fact that it comes from: in the register (`register.…`, `procedure.…`), the document (`document.…`) or the
    /// settings (`settings.…`).
    pub from: String,
    /// What is wrong with it.
    pub shortfall: Shortfall,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// Nothing is known for it.
    Missing,
    /// It has more characters than the portal takes.
    TooLong,
}
