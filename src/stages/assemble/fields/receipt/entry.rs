//! Labels of a page with what stands beside them.

use super::super::super::fold::fold_words;
use super::super::layout::Segment;
use super::labels::{fact_of, label_at_the_end};
use crate::model::field::FieldName;

/// Lines of one value are no further apart than this, in heights of a line.
const PITCH: f32 = 2.3;
/// A line that ends so far before the edge of the text was not full.
const NOT_FULL: f32 = 0.12;
/// How far to the left of its label a value may go on.
const SLACK: f32 = 0.02;
/// A value has at most so many lines.
const MOST_LINES: usize = 4;

/// A label with its value.
pub(super) struct Entry<'a> {
    /// What the label stands for.
    pub name: FieldName,
    /// Among labels of one fact, 0 says most.
    pub rank: usize,
    /// The value, line by line.
    pub lines: Vec<Segment<'a>>,
    /// The line of the value, with the label where the two stand in one piece.
    pub row: Segment<'a>,
    /// The place of its page among those of the document.
    pub page: usize,
    /// The piece that its label stands in.
    pub label: Segment<'a>,
    /// Whether more may belong to it than was seen.
    pub is_open: bool,
}

/// All labels of a page that have something beside them.
pub(super) fn entries<'a>(page: &[Segment<'a>]) -> Vec<Entry<'a>> {
    let edge = page.iter().map(|segment| segment.right).fold(0.0, f32::max);
    page.iter().filter_map(|segment| entry(segment, page, edge)).collect()
}

fn entry<'a>(segment: &Segment<'a>, page: &[Segment<'a>], edge: f32) -> Option<Entry<'a>> {
    let beside = || page.iter().filter(|other| other.is_level_with(segment) && other.left >= segment.right);
    let (name, rank, first, mut is_open) = match colon(segment) {
        Some(at) => {
            let head = segment.part(0, at + 1)?;
            let (name, rank) = fact_of(&head.folded)?;
            match segment.part(at + 1, segment.words.len()) {
                Some(value) => {
                    let (value, is_open) = cut(value)?;
                    (name, rank, value, is_open || beside().any(|other| !is_labelled(other)))
                }
                None => next_beside(name, rank, beside().collect())?,
            }
        }
        None => {
            let (name, rank) = fact_of(&segment.folded)?;
            next_beside(name, rank, beside().collect())?
        }
    };
    let mut lines = vec![first];
    while let Some(last) = lines.last().filter(|_| lines.len() < MOST_LINES) {
        let Some(next) = below(last, segment, page) else { break };
        if last.right < edge - NOT_FULL || !takes_lines(name) {
            // It may be something else.
            is_open = true;
            break;
        }
        lines.push(next.clone());
    }
    let own = lines.first()?;
    let row = if own.left < segment.right { segment.clone() } else { own.clone() };
    Some(Entry { name, rank, page: 0, label: segment.clone(), is_open: is_open || lines.len() == MOST_LINES, lines, row })
}

/// The value of a label without one of its own: what stands beside it, and alone.
fn next_beside<'a>(name: FieldName, rank: usize, mut beside: Vec<&Segment<'a>>) -> Option<(FieldName, usize, Segment<'a>, bool)> {
    beside.sort_by(|one, other| one.left.total_cmp(&other.left));
    let first = beside.first().filter(|first| !is_labelled(first))?;
    let (value, is_open) = cut((*first).clone())?;
    let follows = beside.get(1).is_some_and(|second| !is_labelled(second));
    Some((name, rank, value, is_open || follows))
}

/// Whether the value of a fact may go over several lines.
fn takes_lines(name: FieldName) -> bool {
    matches!(name, FieldName::Procedure | FieldName::ProcedureField | FieldName::ReceivingUnit)
}

/// The place of the first word that ends a label.
fn colon(segment: &Segment<'_>) -> Option<usize> {
    segment.words.iter().position(|word| word.text.ends_with(':'))
}

/// Whether a piece begins with a label of its own, be it one that is known or not.
fn is_labelled(segment: &Segment<'_>) -> bool {
    colon(segment).is_some() || fact_of(&segment.folded).is_some()
}

/// A value without the next label on its line; whether that was not certain.
fn cut(value: Segment<'_>) -> Option<(Segment<'_>, bool)> {
    let Some(at) = colon(&value) else { return Some((value, false)) };
    let head = value.part(0, at + 1)?;
    match label_at_the_end(&head.folded) {
        // Punctuation between words is no word of its own when it is folded.
        Some(count) => {
            let mut left = count;
            let from = head.words.iter().rposition(|word| {
                left = left.saturating_sub(fold_words(&word.text).split(' ').filter(|part| !part.is_empty()).count());
                left == 0
            })?;
            Some((value.part(0, from)?, false))
        }
        None => Some((value.part(0, at)?, true)),
    }
}

/// The line below that may go on with a value.
fn below<'s, 'a>(last: &Segment<'a>, label: &Segment<'a>, page: &'s [Segment<'a>]) -> Option<&'s Segment<'a>> {
    let is_next = |other: &&Segment<'a>| {
        let down = other.top - last.top;
        down > last.height() * 0.6 && down < PITCH * last.height().max(other.height()) && !other.is_level_with(last)
    };
    let across = |other: &&Segment<'a>| other.right > label.left - SLACK && other.left < last.right;
    let next = page.iter().find(|other| is_next(other) && across(other))?;
    // In a column of labels another one begins, whether it is known or not.
    let begins_row = |other: &Segment<'a>| other.left < label.right && other.right <= next.left && other.is_level_with(next);
    if last.left >= label.right && (next.left < label.right || page.iter().any(begins_row)) {
        return None;
    }
    let is_own = is_labelled(next) || next.is_capitals() || next.left < label.left - SLACK;
    (!is_own).then_some(next)
}
