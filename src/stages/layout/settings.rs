//! What can be chosen about finding lines.

use serde::{Deserialize, Serialize};

use crate::model::page::LineFinder;

/// Settings of the stage `layout`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LayoutSettings {
    /// What looks for the lines. The engine does it in any case where the program's own finder
    /// can make nothing of a page.
    pub line_finder: LineFinder,
}
