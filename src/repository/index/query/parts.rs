//! What a condition is about, and the words in it.

use super::super::snippet::Wanted;
use super::super::words::{Form, forms};
use crate::model::query::{CodeFact, Condition, Words, WordsForm};

/// Whether something of the condition is about pages and not only about whole documents.
pub(super) fn looks_at_pages(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(looks_at_pages),
        Condition::Not(part) => looks_at_pages(part),
        Condition::Text(_)
        | Condition::Code(CodeFact::Any, _)
        | Condition::Dated(_)
        | Condition::Page(_)
        | Condition::Confidence(_) => true,
        Condition::In(..)
        | Condition::Code(..)
        | Condition::Numbered(_)
        | Condition::Issued(_)
        | Condition::Kind(_)
        | Condition::Waits
        | Condition::State(_) => false,
    }
}

/// Words of the text that all have to be there, in the order of the query.
pub(super) fn wanted_together(condition: &Condition) -> Vec<&Words> {
    match condition {
        Condition::All(parts) => parts.iter().flat_map(wanted_together).collect(),
        Condition::Text(words) if words.form != WordsForm::Beginning => vec![words],
        _ => Vec::new(),
    }
}

/// Whether words that all have to be there were typed with marks.
pub(in super::super) fn has_spelling(condition: &Condition) -> bool {
    wanted_together(condition).into_iter().any(has_marks)
}

pub(super) fn has_marks(words: &Words) -> bool {
    let Wanted { exact, folded } = wanted_of(words);
    exact != folded
}

/// Words of the text that may be there, to be shown where they stand.
pub(in super::super) fn wanted_anywhere(condition: &Condition) -> Vec<Wanted> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().flat_map(wanted_anywhere).collect(),
        Condition::Text(words) | Condition::In(_, words) | Condition::Code(_, words) => vec![wanted_of(words)],
        _ => Vec::new(),
    }
}

pub(super) fn wanted_of(words: &Words) -> Wanted {
    Wanted { exact: forms(&words.typed, Form::Exact), folded: forms(&words.typed, Form::Folded) }
}
