//! The words for what the rest of the program says in types: places, causes, findings, names, facts, acts,
//! checks of the machine.
//!
//! Every face takes its words from here, wholly in the language that was chosen. What the system or a
//! library said in its own words is told as a technical detail. English is what the types say in
//! logs; Vietnamese is told here.

mod accounts;
mod acts;
mod causes;
mod decisions;
pub mod doctor;
mod explain;
mod facts;
mod failures;
mod findings;
mod names;
mod places;
#[cfg(test)]
pub(crate) mod purity;
mod signatures;

pub use accounts::{access_name, account_state, role_name};
pub use acts::{actor, deed};
pub use causes::cause;
pub use decisions::{document_action, settlement, verdict};
pub use explain::explain;
pub use facts::{change, day_of, fact_state, percent, type_name, value};
pub use failures::{describe, describe_without_place};
pub use findings::{detail, item};
pub use names::{damage_name, field_name, kind_name, state_name, subject_name};
pub use places::place;
pub use signatures::signature_lines;

/// Picks the text in the user's language. Both are format strings over the same variables.
macro_rules! tell {
    ($language:expr, $vi:literal, $en:literal $(, $argument:expr)* $(,)?) => {
        match $language {
            $crate::model::failure::Language::Vi => format!($vi $(, $argument)*),
            $crate::model::failure::Language::En => format!($en $(, $argument)*),
        }
    };
}
pub(crate) use tell;

/// Adds what others said in their own words.
fn detailed(text: &str, said: &str) -> String {
    format!("{text} (chi tiết kỹ thuật: {said})")
}
