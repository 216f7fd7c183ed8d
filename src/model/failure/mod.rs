//! What can go wrong, as a closed list of codes with advice in two languages.
//!
//! Stages have small error types of their own; where an error leaves the pipeline it becomes a
//! [`Failure`]. What a code means for the file, the run and the program stands in one table.

mod codes;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use codes::FailureCode;

/// The language of messages to staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

/// When trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// The same bytes will fail again.
    Never,
    /// It may work in the next run by itself.
    Later,
    /// It will work once a person has done what the remedy says.
    AfterOperator,
}

/// What follows from a failure, for the file, for the run, for a program that watches, and for who
/// called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// One file is refused and moved to the quarantine; the run goes on.
    Refuses,
    /// One file stays where it is and is taken up again once a person did what the remedy says; the
    /// run goes on.
    Waits,
    /// The run cannot go on, but what is in its way can pass without us: a watch waits for that.
    Pauses(ExitClass),
    /// The verb ends, and a watch too: waiting would only hide what has to be mended.
    Ends(ExitClass),
}

impl Effect {
    /// Whether the whole run must stop rather than the one file be refused or wait.
    pub fn stops_the_run(self) -> bool {
        matches!(self, Self::Pauses(_) | Self::Ends(_))
    }

    /// Whether it can pass while a program waits.
    pub fn can_pass(self) -> bool {
        matches!(self, Self::Pauses(_))
    }

    /// What a script is told when the failure ended a verb.
    pub fn exit(self) -> ExitClass {
        match self {
            Self::Refuses | Self::Waits => ExitClass::Failed,
            Self::Pauses(class) | Self::Ends(class) => class,
        }
    }
}

/// Kinds of failure that a calling script tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitClass {
    /// None of the others.
    Failed,
    /// What was typed or configured is wrong.
    Usage,
    /// Somebody else is at it.
    Locked,
    /// The repository is not as it was written.
    Damaged,
    /// What was named is not there.
    NotFound,
    /// The machine lacks something.
    Environment,
    /// A disk is full or failed.
    Storage,
    /// Pages are unaccounted for.
    Unbalanced,
}

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bilingual {
    /// Vietnamese.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

impl Bilingual {
    /// The text in `language`.
    pub fn get(self, language: Language) -> &'static str {
        match language {
            Language::Vi => self.vi,
            Language::En => self.en,
        }
    }
}

/// One thing that went wrong, where, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// What kind of thing.
    pub code: FailureCode,
    /// Where: a path, a page, a settings key. Empty if there is no place to name.
    pub place: String,
    /// What the part that failed said, in its own words. Empty if it said nothing.
    pub cause: String,
}

impl Failure {
    /// A failure of this kind without place or cause.
    pub fn new(code: FailureCode) -> Self {
        Self { code, place: String::new(), cause: String::new() }
    }

    /// Names the place.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.place = place.to_string();
        self
    }

    /// Adds what the failing part said.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = cause.to_string();
        self
    }

    /// What happened, where and why, in one line.
    pub fn describe(&self, language: Language) -> String {
        let mut text = format!("[{}] {}", self.code, self.code.message().get(language));
        if !self.place.is_empty() {
            text.push_str(&format!(" ({})", self.place));
        }
        if !self.cause.is_empty() {
            text.push_str(&format!(" – {}", self.cause));
        }
        text
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Language::En))
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_fit_as_folder_names() {
        let codes: BTreeSet<_> = FailureCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), FailureCode::ALL.len());
        for code in FailureCode::ALL {
            assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code}");
            assert_eq!(serde_json::to_value(code).ok(), Some(serde_json::json!(code.as_str())));
        }
    }

    #[test]
    fn what_is_waited_for_can_help_again() {
        for code in FailureCode::ALL {
            let is_awaited = matches!(code.effect(), Effect::Waits | Effect::Pauses(_));
            assert!(!is_awaited || code.retry() != Retry::Never, "{code}");
        }
    }

    #[test]
    fn a_failure_names_place_and_cause() {
        let failure = Failure::new(FailureCode::FileEmpty).at("a/b.jpg").because("0 bytes");
        assert_eq!(failure.describe(Language::En), "[file-empty] The file is empty (0 bytes). (a/b.jpg) – 0 bytes");
        assert!(failure.describe(Language::Vi).contains("Tệp rỗng"));
    }
}
