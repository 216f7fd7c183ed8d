//! Puts documents together: which dossiers a scan's pages belong to, whether it was handed in or given
//! back, and what its first pages say about it.
//!
//! A paper under the wrong dossier is worse than one that waits, so names and barcodes that
//! contradict one another are an error and plain text only ever suggests a code.

mod assign;
mod count;
mod error;
mod fields;
mod fold;
mod keyed;
mod rules;
mod settings;
mod settled;
mod split;
mod types;

pub use assign::{AssignError, Assignment};
pub use count::{Miscount, miscounts};
pub use error::AssembleError;
pub use fields::{card_owners, read_fields, shows_id_card};
pub use keyed::{ask_for_required, keyed_value};
pub use rules::{Acceptance, InboxRules, Placement, agency_pattern};
pub use settings::{DocumentRule, FieldSettings, InboxSettings, SplitRule, StackSettings};
pub use settled::split_as_settled;
pub use split::{Part, Split, split};
pub use types::DocumentType;
