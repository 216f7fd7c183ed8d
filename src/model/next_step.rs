//! What is to be done on a machine whose settings were just written.

use std::path::PathBuf;

use serde::Serialize;

/// One thing to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum NextStep {
    /// Make a folder that the account can write to.
    MakeFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// Let the units of the service manager write to folders.
    LetUnitsWrite {
        /// The folders.
        folders: Vec<PathBuf>,
    },
    /// Look whether all is well.
    Doctor {
        /// The settings file, if it is not the usual one.
        config: Option<PathBuf>,
    },
    /// Make the first account of the console.
    MakeAdministrator {
        /// As above.
        config: Option<PathBuf>,
    },
    /// Run a batch.
    Run {
        /// As above.
        config: Option<PathBuf>,
    },
}
