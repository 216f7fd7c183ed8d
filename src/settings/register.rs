//! The dossier register.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The dossier register.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegisterSettings {
    /// A file with layouts and lists of an office's own, as `config/register.toml` has them; none if empty.
    pub file: PathBuf,
}
