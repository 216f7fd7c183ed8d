//! What a person asks of the search, as a language that is obeyed or refused.
//!
//! Words with or without marks, `"exact phrases"`, `AND OR NOT` and `VÀ HOẶC KHÔNG` in capitals,
//! `-word`, brackets, `word*`, `"a b"~3`, fields (`loai:`, `ngay:2024-01..2024-06`). [`parse`] turns
//! a text into a [`Condition`], or says where it cannot be understood, what was expected and how it
//! is written. `docs/search.md` is the same for people.

mod agency;
mod error;
mod fields;
mod numbers;
mod parse;
mod period;
mod spoken;
#[cfg(test)]
mod tests;
mod together;
mod types;

use time::Date;

pub use error::{QueryError, QueryErrorKind};
pub use fields::QueryField;
pub use parse::parse;
pub use period::period_of;

use super::document_state::DocumentState;
use super::dossier::RecordKind;

/// What a page has to be like to be found.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Every one of these.
    All(Vec<Condition>),
    /// At least one of these.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// Words in the page's text, or in the code, number or title of its document.
    Text(Words),
    /// Words in one fact of its document.
    In(TextFact, Words),
    /// A number or code, however it is grouped: letters and digits alone are compared.
    Code(CodeFact, Words),
    /// The document's number, compared as a number.
    Numbered(Span<u32>),
    /// The document's date of issue.
    Issued(Span<Date>),
    /// A date that stands on the page, in whatever spelling, or the date of issue.
    Dated(Span<Date>),
    /// The place of the page in its sealed file, from 1.
    Page(Span<u32>),
    /// How surely the page was read, in thousandths.
    Confidence(Span<u32>),
    /// Papers handed in, or given back.
    Kind(RecordKind),
    /// A fact of the document waits for a person.
    Waits,
    /// What became of the document. Where a query says nothing of it, only current ones are found.
    State(DocumentState),
}

impl Condition {
    /// Whether it says something of what became of documents.
    pub fn names_state(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::names_state),
            Self::Not(part) => part.names_state(),
            Self::State(_) => true,
            _ => false,
        }
    }
}

impl Condition {
    /// Whether it asks for numbers of people, or for codes that may be such, by how they begin: one digit after
    /// the other, whoever is not shown them could find them out.
    pub fn guesses_numbers(&self) -> bool {
        let begins = |words: &Words| words.form == WordsForm::Beginning && words.typed.chars().any(char::is_numeric);
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::guesses_numbers),
            Self::Not(part) => part.guesses_numbers(),
            Self::Text(words) | Self::Code(CodeFact::Any | CodeFact::OwnerNumber, words) | Self::In(_, words) => begins(words),
            _ => false,
        }
    }
}

/// Words to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// As they were typed.
    pub typed: String,
    /// How they have to stand there.
    pub form: WordsForm,
}

/// How words have to stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordsForm {
    /// As a word; one with punctuation in it (`15/QĐ-UBND`) stands for its parts in a row.
    Word,
    /// As the beginning of a word.
    Beginning,
    /// In a row and with the marks that were typed, with at most this many words moved between.
    Phrase {
        /// Words that may stand between, all together.
        gaps: u32,
    },
}

/// Facts that are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextFact {
    /// Loại văn bản.
    DocumentType,
    /// Ký hiệu.
    Symbol,
    /// Cơ quan ban hành.
    IssuingBody,
    /// Tiêu đề, trích yếu.
    Title,
    /// Chủ giấy tờ; the order of names does not count.
    Owner,
    /// Nơi tiếp nhận: where the paper was taken in.
    Site,
}

/// Facts that are numbers or codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeFact {
    /// Any number or code on the page.
    Any,
    /// Số văn bản, alone or with the symbol.
    Number,
    /// Số định danh, số giấy tờ of the owner.
    OwnerNumber,
    /// Mã hồ sơ, whole or by its parts.
    DossierCode,
}

/// From one value to another, both included; open where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    /// The first value.
    pub from: Option<T>,
    /// The last value.
    pub to: Option<T>,
}

/// The letters and digits of a number or code in lower case without marks, as codes are compared:
/// `3034/QĐ-UBND` and `3034 qd ubnd` are one.
pub fn squeeze(text: &str) -> String {
    super::vietnamese::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}
