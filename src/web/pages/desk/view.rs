//! What the template of the desk is filled with.

use askama::Template;
use serde::Serialize;

use crate::web::chrome::Chrome;
use crate::words::DeskPhrases;

#[derive(Template)]
#[template(path = "desk.html")]
pub(super) struct DeskPage {
    pub c: Chrome,
    pub d: &'static DeskPhrases,
    pub csrf: String,
    pub queue: ShownQueue,
    pub document: Option<ShownDocument>,
    pub note: Option<Note>,
}

/// What was just done.
pub(super) struct Note {
    pub text: String,
    pub undo: String,
    pub version: u32,
}

pub(in crate::web::pages) struct ShownQueue {
    pub total: u64,
    pub oldest: String,
    pub kinds: Vec<ShownKind>,
    pub filter: String,
    pub items: Vec<ShownItem>,
    pub has_more: bool,
}

pub(in crate::web::pages) struct ShownKind {
    pub key: String,
    pub name: &'static str,
    pub count: u64,
}

pub(in crate::web::pages) struct ShownItem {
    pub address: String,
    pub name: String,
    pub about: String,
    pub count: u64,
    pub is_shown: bool,
}

pub(super) struct ShownDocument {
    pub name: String,
    pub base: String,
    pub record: String,
    pub kind: &'static str,
    pub version: u32,
    pub page: u32,
    pub pages: u32,
    pub image: String,
    /// The address of the picture of a page, up to its number and behind it.
    pub image_parts: (String, String),
    pub marks: Vec<ShownMark>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub facts: Vec<ShownFact>,
    pub asked: usize,
    pub open: usize,
    pub saved: String,
    pub held: Option<String>,
    pub stale: Option<ShownStale>,
    pub previous: Option<String>,
    pub skip: String,
    pub filter: String,
    pub is_editing: bool,
    pub edit: String,
}

/// Where the value of a fact stands, in thousandths of its page.
pub(super) struct ShownMark {
    pub name: &'static str,
    pub page: u32,
    pub is_shown: bool,
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

/// How a fact is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FactState {
    /// It waits.
    Open,
    /// The draft decides about it.
    Decided,
    /// It is sure.
    Sure,
    /// It is not there.
    None,
}

impl FactState {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
            Self::Sure => "sure",
            Self::None => "none",
        }
    }
}

pub(super) struct ShownFact {
    pub name: &'static str,
    pub label: String,
    pub state: FactState,
    /// As it is typed.
    pub value: String,
    /// What was there before anybody typed.
    pub sealed: String,
    pub about: String,
    pub error: String,
    pub page: u32,
    pub example: &'static str,
    /// It is keyed twice.
    pub blind: bool,
    pub candidates: Vec<ShownCandidate>,
}

/// A value to choose.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ShownCandidate {
    pub value: String,
    pub source: String,
}

/// What changed since the version that the draft is about.
pub(super) struct ShownStale {
    pub what: String,
    pub changes: Vec<String>,
    pub facts: Vec<ShownStaleFact>,
}

pub(super) struct ShownStaleFact {
    pub name: &'static str,
    pub label: String,
    pub mine: String,
    pub theirs: String,
    /// Whether the draft's can be carried out on what is there now.
    pub is_kept: bool,
}
