//! What can go wrong, as a closed list of codes.
//!
//! Stages have small error types of their own; where an error leaves the pipeline it becomes a
//! [`Failure`]. What a code means for the file, the run and the program stands in one table.

pub mod cause;
mod codes;
mod place;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use cause::{Cause, Names};
pub use codes::FailureCode;
pub use place::{Place, numbers};

pub use super::language::Language;

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

/// One thing that went wrong, where, and why. Faces find the words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Noted", into = "Noted")]
#[schemars(with = "Noted")]
pub struct Failure {
    /// What kind of thing.
    pub code: FailureCode,
    /// Where, if there is a place to name.
    pub place: Option<Place>,
    /// Why, if more is known than the code says.
    pub cause: Option<Box<Cause>>,
}

/// A failure as it is written down. Versions up to 0.1.0 wrote the texts alone.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
struct Noted {
    code: FailureCode,
    /// Where, as text for programs that know no kinds of places; empty if there is no place to name.
    place: String,
    /// Why, as text for programs that know no causes; empty if nothing is known.
    cause: String,
    /// Where, by its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Lenient<Place>>,
    /// Why, by its code with values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<Lenient<Cause>>,
}

/// What a newer version may have written in a way that is not known here.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Lenient<T> {
    Known(T),
    Unknown(serde_json::Value),
}

impl<T> Lenient<T> {
    fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }
}

impl From<Noted> for Failure {
    fn from(noted: Noted) -> Self {
        let Noted { code, place, cause, at, why } = noted;
        let old_place = (!place.is_empty()).then_some(Place::Noted { text: place });
        let old_cause = (!cause.is_empty()).then(|| Cause::said(cause));
        let (at, why) = (at.and_then(Lenient::known), why.and_then(Lenient::known));
        Self { code, place: at.or(old_place), cause: why.or(old_cause).map(Box::new) }
    }
}

impl From<Failure> for Noted {
    fn from(failure: Failure) -> Self {
        let Failure { code, place, cause } = failure;
        let text = |of: Option<String>| of.unwrap_or_default();
        Self {
            code,
            place: text(place.as_ref().map(Place::to_string)),
            cause: text(cause.as_ref().map(ToString::to_string)),
            at: place.map(Lenient::Known),
            why: cause.map(|cause| Lenient::Known(*cause)),
        }
    }
}

impl Failure {
    /// A failure of this kind without place or cause.
    pub fn new(code: FailureCode) -> Self {
        Self { code, place: None, cause: None }
    }

    /// Names the place.
    #[must_use]
    pub fn at(mut self, place: impl Into<Place>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Names a file or folder as the place.
    #[must_use]
    pub fn at_file(self, path: impl fmt::Display) -> Self {
        self.at(Place::file(path))
    }

    /// Adds why.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.cause = Some(Box::new(cause.into()));
        self
    }
}

impl fmt::Display for Failure {
    /// For logs; faces find words of their own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.code)?;
        if let Some(place) = &self.place {
            write!(f, " ({place})")?;
        }
        if let Some(cause) = &self.cause {
            write!(f, " – {cause}")?;
        }
        Ok(())
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
    fn a_failure_is_written_as_texts_and_as_values() {
        let failure = Failure::new(FailureCode::FileTooLarge)
            .at(Place::page("a/b.pdf", 2))
            .because(cause::ScanFault::TooManyBytes { bytes: 9, limit_mib: 1 });
        let written = serde_json::to_value(&failure).unwrap();
        assert_eq!(
            written,
            serde_json::json!({
                "code": "file-too-large",
                "place": "a/b.pdf, page 2",
                "cause": "9 bytes, more than 1 MiB",
                "at": { "kind": "pages", "path": "a/b.pdf", "pages": [2] },
                "why": { "code": "too-many-bytes", "bytes": 9, "limit_mib": 1 },
            })
        );
        assert_eq!(serde_json::from_value::<Failure>(written).unwrap(), failure);
        assert_eq!(failure.to_string(), "[file-too-large] (a/b.pdf, page 2) – 9 bytes, more than 1 MiB");
    }

    /// Ledgers of 0.1.0, and of versions to come.
    #[test]
    fn what_other_versions_wrote_stays_readable() {
        let old = r#"{"code":"page-damaged","place":"a.pdf, page 1","cause":"JPEG cut short"}"#;
        let failure: Failure = serde_json::from_str(old).unwrap();
        assert_eq!(failure.place, Some(Place::Noted { text: "a.pdf, page 1".into() }));
        assert_eq!(failure.cause.as_deref(), Some(&Cause::said("JPEG cut short")));
        let new = r#"{"code":"page-damaged","place":"a","cause":"b","at":{"kind":"moon"},"why":{"code":"never-heard-of"}}"#;
        let failure: Failure = serde_json::from_str(new).unwrap();
        assert_eq!((failure.place, failure.cause), (Some(Place::Noted { text: "a".into() }), Some(Box::new(Cause::said("b")))));
        let bare: Failure = serde_json::from_str(r#"{"code":"no-pages","place":"","cause":""}"#).unwrap();
        assert_eq!(bare, Failure::new(FailureCode::NoPages));
    }
}
