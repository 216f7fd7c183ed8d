//! Puts documents together: which dossier a scan belongs to, whether it was handed in or given
//! back, and what its first pages say about it.
//!
//! A paper under the wrong dossier is worse than one that waits, so names and barcodes that
//! contradict one another are an error and plain text only ever suggests a code.

mod assign;
mod error;
mod fields;
mod fold;
mod rules;
mod settings;

pub use assign::{AssignError, Assignment, assign};
pub use error::AssembleError;
pub use fields::{read_fields, shows_id_card};
pub use rules::{Acceptance, InboxRules, Placement};
pub use settings::{DocumentType, FieldSettings, InboxSettings};
