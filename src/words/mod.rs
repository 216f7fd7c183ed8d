//! The words for what the rest of the program says in types: places, causes, findings, names, facts, acts,
//! checks of the machine.
//!
//! Every face takes its words from here, wholly in the language that was chosen. What the system or a
//! library said in its own words is told as a technical detail. English is what the types say in
//! logs; Vietnamese is told here.

mod accounts;
mod acts;
mod causes;
mod codes;
mod decisions;
pub(crate) mod doctor;
mod doubts;
mod exchange;
mod explain;
mod facets;
mod facts;
mod failures;
mod findings;
pub(crate) mod init;
mod names;
mod places;
#[cfg(test)]
pub(crate) mod purity;
mod quality;
mod query;
mod register;
mod signatures;

pub(crate) use accounts::{account_state, role_name};
pub(crate) use acts::{actor, deed};
pub(crate) use causes::cause;
pub use codes::{message, remedy};
pub(crate) use decisions::{settlement, verdict};
pub(crate) use doubts::doubt;
pub(crate) use exchange::key_state;
pub(crate) use explain::explain;
pub(crate) use facets::{facet_name, facet_value};
pub(crate) use facts::{change, day_of, fact_state, percent, type_name, value};
pub(crate) use failures::{describe, describe_without_place};
pub(crate) use findings::{detail, item, repair, with_remedies};
pub(crate) use names::{damage_name, field_name, kind_name, outcome_name, source_name, state_name, subject_name};
pub(crate) use places::place;
pub(crate) use quality::shortcomings;
pub(crate) use query::query_error;
pub(crate) use register::list_name;
pub(crate) use signatures::signature_lines;

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

/// Declares a table of texts: for each value of a closed list the Vietnamese and the English. A value that
/// is left out does not compile, and a test proves that both are there and of their language.
macro_rules! texts {
    ($(#[$about:meta])* $visible:vis $name:ident($of:ty) { $($value:pat => $vi:literal, $en:literal;)+ }) => {
        $(#[$about])*
        $visible fn $name(of: $of, language: $crate::model::failure::Language) -> &'static str {
            let [vi, en] = match of { $($value => [$vi, $en],)+ };
            match language {
                $crate::model::failure::Language::Vi => vi,
                $crate::model::failure::Language::En => en,
            }
        }

        #[cfg(test)]
        mod $name {
            #[test]
            fn every_text_is_there_in_both_languages() {
                $($crate::words::purity::assert_both($vi, $en);)+
            }
        }
    };
}
use texts;

/// A number as the language writes it: Vietnamese sets its decimals behind a comma.
pub fn decimal(number: impl std::fmt::Display, language: crate::model::failure::Language) -> String {
    let text = number.to_string();
    match language {
        crate::model::failure::Language::Vi => text.replace('.', ","),
        crate::model::failure::Language::En => text,
    }
}

/// Adds what others said in their own words.
fn detailed(text: &str, said: &str) -> String {
    format!("{text} (chi tiết kỹ thuật: {said})")
}
