//! The issuing body: the name of the organisation at the left of the header, above the number.

use super::super::fold::fold_words;
use super::super::settings::FieldSettings;
use super::found::{Found, clean, weakest};
use super::header::is_subject;
use super::layout::Segment;
use super::number::{bears_number, is_number_line};
use crate::model::field::Doubt;

/// Lines that a name can have.
const MOST_LINES: usize = 6;
/// Lines of one name are no further apart than this, in heights of a line.
const PITCH: f32 = 2.6;
/// What is left of trust in a name that does not begin as names of organisations do.
const STRANGE_BEGINNING: f64 = 0.7;
/// The words with which a name begins and of which none consists; folded.
const NEVER_ALONE: [&str; 4] = ["uy ban nhan dan", "hoi dong nhan dan", "uy ban", "hoi dong"];

/// The last name of an organisation above the number, together with the lines that continue it
/// (`ỦY BAN NHÂN DÂN` / `TỈNH LÀO CAI`). Number, symbol and title are never a part of it.
pub(super) fn issuing_body(left: &[&Segment<'_>], settings: &FieldSettings) -> Option<Found> {
    let ends = |s: &Segment<'_>| is_number_line(s) || is_subject(s) || bears_number(&s.text, settings) || is_title(s, settings);
    let lines: Vec<&&Segment<'_>> = left.iter().take_while(|s| !ends(s)).filter(|s| s.is_capitals()).take(MOST_LINES).collect();
    let heads: Vec<String> = settings.organisation_words.iter().map(|word| fold_words(word)).collect();
    let is_head = |s: &Segment<'_>| {
        heads.iter().any(|head| s.folded.strip_prefix(head.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
    };
    let start = lines.iter().rposition(|line| is_head(line));
    let issuer = lines.get(start.unwrap_or(lines.len().saturating_sub(1))..)?;
    let value = issuer.iter().map(|line| clean(&line.text)).collect::<Vec<_>>().join(" ");
    let folded = fold_words(&value);
    if folded.chars().count() < 3 {
        return None;
    }
    let raw = issuer.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    let words = issuer.iter().flat_map(|line| line.words.iter().copied());
    // One wrong mark makes another agency: the weakest word decides.
    let mut found =
        Found::new(value, weakest(words.clone()), 1.0).said_by(words.clone()).or_read_as(words).read_as(raw).spelled();
    if start.is_none() {
        found = found.less_sure(STRANGE_BEGINNING);
        found.doubt(Doubt::Unfinished);
    }
    let apart = issuer.windows(2).any(|pair| match pair {
        [line, next] => next.top - line.top > PITCH * line.height().max(next.height()),
        _ => false,
    });
    if apart || NEVER_ALONE.contains(&folded.as_str()) || heads.contains(&folded) || !between_lines(left, issuer).is_empty() {
        found.doubt(Doubt::Unfinished);
    }
    Some(found)
}

/// Lines between those of the name that are not in capitals: they may be a part of it that was
/// misread.
fn between_lines<'s, 'a>(left: &[&'s Segment<'a>], issuer: &[&&'s Segment<'a>]) -> Vec<&'s Segment<'a>> {
    let (Some(first), Some(last)) = (issuer.first(), issuer.last()) else { return Vec::new() };
    let within = |s: &&&Segment<'a>| s.top > first.top && s.top < last.top && !s.is_capitals() && s.folded.len() > 3;
    left.iter().filter(within).copied().collect()
}

/// Whether a line is the name of a type of documents, which stands in the middle and may reach into
/// the left column.
fn is_title(line: &Segment<'_>, settings: &FieldSettings) -> bool {
    settings.document_types.iter().any(|kind| line.folded == fold_words(&kind.name))
}
