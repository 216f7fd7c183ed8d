//! The languages in which staff are told things.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The language of messages to staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}
