//! Whose the values of a receipt are.

use super::super::super::fold::fold_words;
use super::super::layout::Segment;
use super::entry::Entry;
use super::labels::names_person;
use crate::model::field::FieldName;
use crate::model::mask::is_dossier_code;

/// How receipts and their labels of codes begin; folded.
const TITLES: [&str; 2] = ["giay tiep nhan ho so", "giay bien nhan"];
const CODES: [&str; 3] = ["ma ho so", "so ho so", "ma so ho so"];

/// Whether a number stands in the block of the one applicant that a label names as such, without another person's
/// label in between.
pub(super) fn is_applicants(number: &Entry<'_>, all: &[Entry<'_>], pages: &[Vec<Segment<'_>>]) -> bool {
    let mut owners = all.iter().filter(|entry| entry.name == FieldName::Applicant && entry.rank == 0);
    let (Some(owner), None) = (owners.next(), owners.next()) else { return false };
    let (from, to) = (&owner.label, &number.label);
    let is_below = to.top > from.top || to.is_level_with(from);
    if owner.page != number.page || !is_below {
        return false;
    }
    let between = |segment: &&Segment<'_>| {
        let is_from = segment.is_level_with(from) || segment.top > from.top;
        is_from && (segment.is_level_with(to) || segment.top < to.top)
    };
    let is_same = |one: &Segment<'_>, other: &Segment<'_>| {
        one.words.first().zip(other.words.first()).is_some_and(|(one, other)| std::ptr::eq(*one, *other))
    };
    // The applicant's own label is one, and the name may begin as a label does.
    let own = |segment: &Segment<'_>| usize::from(is_same(segment, from) || is_same(segment, &owner.row));
    let page = pages.get(owner.page).map(Vec::as_slice).unwrap_or_default();
    !page.iter().filter(between).any(|segment| people(segment) > own(segment))
}

/// How many labels of people a piece holds.
fn people(segment: &Segment<'_>) -> usize {
    let mut labels: Vec<&str> = segment.text.split(':').collect();
    // What follows the last colon is a value.
    if labels.len() > 1 {
        labels.pop();
    }
    labels.into_iter().filter(|label| names_person(&fold_words(label))).count()
}

/// Whether the pages are of more than one receipt: a title or the label of a dossier's code
/// stands there twice, or the codes of two dossiers.
pub(super) fn are_several(pages: &[Vec<Segment<'_>>]) -> bool {
    let count = |heads: &[&str]| {
        let begins = |segment: &&Segment<'_>| {
            heads.iter().any(|head| segment.folded == *head || segment.folded.starts_with(&format!("{head} ")))
        };
        pages.iter().flatten().filter(begins).count()
    };
    let words = pages.iter().flatten().flat_map(|segment| &segment.words);
    let bare = words.map(|word| word.text.trim_matches(|c: char| !c.is_alphanumeric()));
    let mut codes = bare.filter(|word| is_dossier_code(word));
    let first = codes.next();
    count(&TITLES) > 1 || count(&CODES) > 1 || codes.any(|code| Some(code) != first)
}
