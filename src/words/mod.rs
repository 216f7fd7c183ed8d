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
mod desk;
pub(crate) mod doctor;
mod doubts;
mod exchange;
mod explain;
mod facets;
mod facts;
mod failures;
mod figures;
mod findings;
mod handling;
pub(crate) mod init;
mod names;
mod places;
#[cfg(test)]
pub(crate) mod purity;
mod quality;
mod query;
mod register;
mod signatures;
mod upkeep;

pub(crate) use accounts::{account_state, role_name};
pub(crate) use acts::{actor, deed};
pub(crate) use causes::cause;
pub use codes::{message, remedy};
pub(crate) use decisions::{settlement, verdict};
pub(crate) use desk::DeskPhrases;
pub(crate) use doctor::typed as shell_word;
pub(crate) use doubts::doubt;
pub(crate) use exchange::{fact_source, item_state, key_state, shortfall};
pub(crate) use explain::explain;
pub(crate) use facets::{facet_name, facet_value};
pub(crate) use facts::{change, day_of, fact_state, percent, type_name, value};
pub(crate) use failures::{describe, describe_without_place};
pub(crate) use figures::{figure_name, figure_rule, figure_value, missing};
pub(crate) use findings::{detail, item, repair, with_remedies};
pub(crate) use handling::HandlingPhrases;
pub(crate) use names::{
    damage_name, document_state, field_name, kind_name, outcome_name, pending_kind, source_name, state_name, subject_name,
};
pub(crate) use places::place;
pub(crate) use quality::shortcomings;
pub(crate) use query::query_error;
pub(crate) use register::{channel_name, difference, list_name, origin, reuse_lapse, status_name};
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

/// Declares what the pages say: name, Vietnamese, English. Both are there and differ, which a test proves.
macro_rules! phrases {
    ($(#[$about:meta])* $table:ident { $($name:ident: $vi:literal, $en:literal;)* }) => {
        $(#[$about])*
        #[derive(Debug)]
        pub(crate) struct $table {
            $(#[doc = $en] pub $name: &'static str,)*
        }

        impl $table {
            const VI: Self = Self { $($name: $vi,)* };
            const EN: Self = Self { $($name: $en,)* };

            /// All of it in a language.
            pub(crate) fn of(language: $crate::model::failure::Language) -> &'static Self {
                match language {
                    $crate::model::failure::Language::Vi => &Self::VI,
                    $crate::model::failure::Language::En => &Self::EN,
                }
            }
        }

        #[cfg(test)]
        #[test]
        fn every_phrase_is_said_in_both_languages() {
            for (vi, en) in [$(($vi, $en)),*] {
                assert!(!vi.is_empty() && !en.is_empty() && vi != en, "{vi} / {en}");
            }
        }
    };
}
pub(crate) use phrases;

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
