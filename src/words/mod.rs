//! The words for what the rest of the program says in types: places, causes, findings, checks of the machine.
//!
//! Every face takes its words from here, wholly in the language that was chosen. What the system or a
//! library said in its own words is told as a technical detail. English is what the types say in
//! logs; Vietnamese is told here.

mod causes;
pub mod doctor;
mod failures;
mod fields;
mod findings;
mod places;
#[cfg(test)]
pub(crate) mod purity;

pub use causes::cause;
pub use failures::{describe, describe_without_place};
pub use fields::{document_action, field_name, settlement, verdict};
pub use findings::{detail, item};
pub use places::place;

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
