//! The papers that a receipt lists, each with its number of copies.
//!
//! They stand in a table with a column of numbers or in a list. One line that is not understood makes the
//! whole doubtful: a paper that is left out would count as not handed in.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use super::super::super::fold::fold_words;
use super::super::found::{Found, clean};
use super::super::layout::Segment;
use super::super::print::digits_are_print;
use super::labels::fact_of;
use super::values::witnessed;
use crate::model::field::Doubt;
use crate::model::text::Word;

/// How the list is headed; folded.
const HEADINGS: [&str; 4] = ["thanh phan ho so", "giay to nop kem", "ho so gom", "thanh phan giay to"];
/// Titles of the columns of names and of copies; folded.
const NAME_TITLES: [&str; 5] = ["ten giay to", "ten thanh phan ho so", "ten thanh phan", "thanh phan ho so", "ten ho so giay to"];
const COPIES_TITLES: [&str; 4] = ["so luong", "so ban", "so luong ban", "so to"];
/// What is counted, and of what kind it is; folded.
const UNITS: [&str; 5] = ["ban", "bo", "to", "cai", "giay"];
const KINDS: [&str; 6] = ["chinh", "sao", "goc", "chup", "dien tu", "chung thuc"];
/// Labels of the form that end the list besides those of facts; folded.
const ENDS: [&str; 9] = [
    "so luong ho so",
    "tong so ho so",
    "thoi gian giai quyet",
    "thoi gian giai quyet ho so",
    "thoi gian giai quyet ho so theo quy dinh",
    "thoi gian giai quyet ho so theo quy dinh la",
    "dang ky nhan ket qua",
    "dang ky nhan ket qua tai",
    "vao so theo doi ho so",
];
/// Rows are no further apart than this, in heights of a line.
const PITCH: f32 = 4.0;
/// More papers are on no receipt of one page.
const MOST: usize = 60;
/// How far from the middle of its title a number of copies may stand, in widths of the page.
const IN_COLUMN: f32 = 0.06;

/// A paper of the list.
struct Listed<'a> {
    name: String,
    copies: u32,
    words: Vec<&'a Word>,
}

/// What a page lists under a heading of components.
pub(super) fn components(page: &[Segment<'_>]) -> Option<Found> {
    let heading = page.iter().find(|segment| HEADINGS.iter().any(|heading| segment.folded.contains(heading)))?;
    let below: Vec<&Segment<'_>> = page.iter().filter(|segment| segment.top > heading.top + heading.height() * 0.5).collect();
    let (listed, is_open) = match titles(&below) {
        Some((name, copies)) => table(&below, name, copies),
        None => list(&below, heading),
    };
    if listed.is_empty() {
        return None;
    }
    let value = listed.iter().map(|one| format!("{} × {}", one.name, one.copies)).collect::<Vec<_>>().join("; ");
    let words: Vec<&Word> = listed.iter().flat_map(|one| one.words.iter().copied()).collect();
    let mut found = witnessed(value, &words);
    // The other reading of all the words has not the form of the value.
    found.others.clear();
    if is_open || !is_closed(&listed, &below) {
        found.doubt(Doubt::Unfinished);
    }
    Some(found)
}

/// Whether the list was seen to end: a label of the form follows, and below the last row nothing stands that may be
/// one more.
fn is_closed(listed: &[Listed<'_>], below: &[&Segment<'_>]) -> bool {
    let own = |segment: &Segment<'_>| {
        let is_in = |one: &Listed<'_>| segment.words.iter().any(|word| one.words.iter().any(|other| std::ptr::eq(*word, *other)));
        listed.iter().any(is_in)
    };
    let Some(last) =
        below.iter().filter(|segment| own(segment)).map(|segment| segment.top + segment.height() * 0.5).reduce(f32::max)
    else {
        return false;
    };
    let rest: Vec<&Segment<'_>> = below.iter().copied().filter(|segment| segment.top > last).collect();
    let labels = rest.iter().filter(|segment| is_label(segment));
    let Some(end) = labels.min_by(|one, other| one.top.total_cmp(&other.top)) else { return false };
    let is_before = |segment: &&Segment<'_>| segment.top < end.top && !segment.is_level_with(end);
    let is_value = |segment: &Segment<'_>| rest.iter().any(|label| is_label(label) && label.is_level_with(segment));
    let may_be_row = |segment: &&Segment<'_>| !is_value(segment) && (numbered(segment).is_some() || has_bullet(segment));
    !rest.iter().copied().any(|segment| is_before(&segment) || may_be_row(&segment))
}

/// Whether a piece begins with a label of the form.
fn is_label(segment: &Segment<'_>) -> bool {
    let head = segment.words.iter().position(|word| word.text.ends_with(':')).and_then(|at| segment.part(0, at + 1));
    let folded = head.as_ref().map_or(segment.folded.as_str(), |head| head.folded.as_str());
    let bare = folded.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
    fact_of(folded).is_some() || ENDS.contains(&bare)
}

fn has_bullet(segment: &Segment<'_>) -> bool {
    segment.text.starts_with(['-', '+', '•', '*', '–'])
}

/// The titles of the columns of names and of copies, which stand on one line.
fn titles<'s, 'a>(below: &[&'s Segment<'a>]) -> Option<(&'s Segment<'a>, &'s Segment<'a>)> {
    let copies = below.iter().find(|segment| COPIES_TITLES.contains(&segment.folded.as_str()))?;
    let name = below.iter().find(|segment| NAME_TITLES.contains(&segment.folded.as_str()) && segment.is_level_with(copies))?;
    Some((name, copies))
}

/// The rows of a table: each begins with its number.
fn table<'a>(below: &[&Segment<'a>], name: &Segment<'a>, copies: &Segment<'a>) -> (Vec<Listed<'a>>, bool) {
    let is_row = |segment: &&&Segment<'a>| segment.top > copies.top + copies.height() * 0.5 && segment.left < name.left;
    let rows: Vec<&Segment<'a>> = below.iter().filter(is_row).copied().collect();
    let mut listed = Vec::new();
    let mut anchors: Vec<&Segment<'a>> = Vec::new();
    let mut is_open = false;
    let mut last: &Segment<'a> = copies;
    for anchor in rows {
        let Some((number, own)) = numbered(anchor) else { continue };
        if anchor.top - last.top > PITCH * copies.height().max(anchor.height()) {
            break;
        }
        if number != listed.len() + 1 || listed.len() == MOST {
            is_open = true;
            break;
        }
        let is_level = |other: &&Segment<'a>| other.is_level_with(anchor) && !std::ptr::eq(*other, anchor);
        let level: Vec<&Segment<'a>> = below.iter().copied().filter(is_level).collect();
        let Some(count) = level.iter().find(|cell| (cell.centre() - copies.centre()).abs() < IN_COLUMN) else {
            is_open = true;
            break;
        };
        let names = level.iter().copied().filter(|cell| cell.right < count.left && cell.left >= anchor.left);
        let names: Vec<&Segment<'a>> = own.iter().chain(names).collect();
        let (Some(copies), [title]) = (copies_of(count), names.as_slice()) else {
            is_open = true;
            break;
        };
        let mut words: Vec<&Word> = title.words.clone();
        words.extend(count.words.iter().copied());
        is_open |= !digits_are_print(count) || goes_on(title, below);
        listed.push(Listed { name: name_of(&title.text), copies, words });
        last = anchor;
        anchors.push(anchor);
    }
    is_open |= follows(last, below, listed.len()) || has_stray(&anchors, below);
    (listed, is_open)
}

/// The number that a row begins with, and what else stands in that piece.
fn numbered<'a>(segment: &Segment<'a>) -> Option<(usize, Option<Segment<'a>>)> {
    let first = segment.words.first()?;
    let digits = first.text.trim_end_matches(['.', ')']);
    let number = digits.parse().ok().filter(|_| digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit()))?;
    Some((number, segment.part(1, segment.words.len())))
}

fn copies_of(cell: &Segment<'_>) -> Option<u32> {
    let digits = cell.text.trim_matches(|c: char| !c.is_alphanumeric());
    let copies: u32 = digits.parse().ok().filter(|_| digits.len() <= 2)?;
    (copies > 0).then_some(copies)
}

fn name_of(text: &str) -> String {
    clean(text).replace(';', ",").nfc().collect()
}

/// Whether a name may go on below: there is a line under it that is no row.
fn goes_on(title: &Segment<'_>, below: &[&Segment<'_>]) -> bool {
    let is_under = |other: &&&Segment<'_>| {
        let down = other.top - title.top;
        down > title.height() * 0.6 && down < 2.0 * title.height() && other.left < title.right && other.right > title.left
    };
    below.iter().filter(is_under).any(|under| {
        let has_number =
            below.iter().any(|other| other.is_level_with(under) && numbered(other).is_some() && other.left <= under.left);
        !has_number && !under.text.contains(':')
    })
}

/// Whether something stands between the rows that belongs to none: a row without its number, or a name of two lines.
fn has_stray(anchors: &[&Segment<'_>], below: &[&Segment<'_>]) -> bool {
    let (Some(first), Some(last)) = (anchors.first(), anchors.last()) else { return true };
    let is_within = |segment: &&&Segment<'_>| segment.top > first.top && segment.top < last.top;
    below.iter().filter(is_within).any(|segment| !anchors.iter().any(|anchor| anchor.is_level_with(segment)))
}

/// Whether a row may follow on the last one that was not read: its number stands there.
fn follows(last: &Segment<'_>, below: &[&Segment<'_>], count: usize) -> bool {
    let next = |segment: &&&Segment<'_>| segment.top > last.top + last.height() * 0.5;
    below.iter().filter(next).any(|segment| numbered(segment).is_some_and(|(number, _)| number == count + 1))
}

/// Lines that each hold a name and its copies, from the heading on.
fn list<'a>(below: &[&Segment<'a>], heading: &Segment<'a>) -> (Vec<Listed<'a>>, bool) {
    static ITEM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^(?:(?P<number>\d{1,2})\s*[.)]|[-+•*])\s*(?P<name>\p{L}.*?)\s*[,:(–-]\s*(?:[Ss]\p{L}\s+l\p{L}{2,3}ng:?\s*)?(?P<copies>\d{1,2})\s*(?P<unit>\p{L}+)?(?P<kind>(?:\s+\p{L}+){0,2})\s*\)?\s*[.;]?$",
        )
        .ok()
    });
    let Some(item) = ITEM.as_ref() else { return (Vec::new(), true) };
    let mut listed: Vec<Listed<'a>> = Vec::new();
    let mut last = heading;
    for segment in below {
        let is_far = segment.top - last.top > PITCH * heading.height().max(segment.height());
        let text: String = segment.text.nfc().collect();
        // Whether it ends there is seen by what follows.
        if is_far || is_label(segment) {
            return (listed, false);
        }
        let Some(found) = item.captures(&text) else { return (listed, true) };
        let part = |name: &str| found.name(name).map_or("", |part| part.as_str());
        let number: Option<usize> = part("number").parse().ok();
        let copies = part("copies").parse::<u32>().ok().filter(|copies| *copies > 0);
        // `2 tầng` tells nothing of copies.
        let counts = |part: &str, known: &[&str]| part.is_empty() || known.contains(&fold_words(part).as_str());
        let is_told = counts(part("unit"), &UNITS) && counts(part("kind").trim(), &KINDS);
        let is_next = number.is_none_or(|number| number == listed.len() + 1);
        let (true, Some(copies)) = (is_next && is_told, copies) else {
            return (listed, true);
        };
        if listed.len() == MOST || !digits_are_print(segment) {
            return (listed, true);
        }
        listed.push(Listed { name: name_of(part("name")), copies, words: segment.words.clone() });
        last = segment;
    }
    (listed, false)
}
