//! The dossier register.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The dossier register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegisterSettings {
    /// A file with layouts and lists of an office's own, as `config/register.toml` has them; none if empty.
    pub file: PathBuf,
    /// After so many days papers of a dossier that was handed in at a desk or by post are missed.
    pub days_without_paper: u32,
    /// Dossiers of so many days are held against their papers in the list of what waits.
    pub days_of_differences: u32,
}

impl Default for RegisterSettings {
    fn default() -> Self {
        Self { file: PathBuf::new(), days_without_paper: 7, days_of_differences: 31 }
    }
}
