//! A line that was read, and what its words tell of what it is.

use std::ops::Range;

use super::super::EngineWord;
use crate::model::vietnamese::{begins_part, fold, fold_words};

/// Lines in capitals with fewer letters are no title and no name of an office.
const FEWEST_CAPITALS: usize = 4;
/// So many of five letters are capitals in a line of capitals; the others were misread.
const CAPITALS_OF_FIVE: usize = 4;
/// Pieces of one line share this much of the lower one's height.
const LEVEL: f32 = 0.4;
/// Digits of the numbers of persons and of their cards, parted by nothing but blanks: what has other ones is a phone's,
/// or money.
const IDENTITY_DIGITS: [usize; 2] = [9, 12];
/// Beginnings of what stands before a name, a birthday or a number, without marks.
const LABELS: [&str; 9] =
    ["ho va ten", "ho, chu dem", "ho chu dem", "ho ten", "ngay sinh", "sinh ngay", "can cuoc", "cccd", "dinh danh"];

/// A line that was read, in the page's own measures.
pub(super) struct Piece<'w> {
    pub(super) number: usize,
    pub(super) words: &'w [EngineWord],
    pub(super) text: String,
    pub(super) folded: String,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl<'w> Piece<'w> {
    pub(super) fn of(number: usize, words: &'w [EngineWord]) -> Option<Self> {
        let first = words.first()?.place;
        let mut piece = Self {
            number,
            words,
            text: words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
            folded: String::new(),
            left: first.x,
            right: first.x,
            top: first.y,
            bottom: first.y,
        };
        for place in words.iter().map(|word| word.place) {
            piece.left = piece.left.min(place.x);
            piece.right = piece.right.max(place.x + place.width);
            piece.top = piece.top.min(place.y);
            piece.bottom = piece.bottom.max(place.y + place.height);
        }
        piece.folded = fold_words(&piece.text);
        Some(piece)
    }

    pub(super) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub(super) fn is_level_with(&self, other: &Self) -> bool {
        self.bottom.min(other.bottom) - self.top.max(other.top) > LEVEL * self.height().min(other.height())
    }

    /// Whether `next` is the line under this one, no further down than that many heights of a line.
    pub(super) fn goes_on_with(&self, next: &Self, heights: f32) -> bool {
        let down = next.top - self.top;
        let beside = next.left >= self.right || next.right <= self.left;
        !beside && !self.is_level_with(next) && down > 0.0 && down <= heights * self.height().max(next.height())
    }

    /// Whether it has the letters of a title or of an office's name.
    pub(super) fn is_capitals(&self) -> bool {
        let letters = self.text.chars().filter(|c| c.is_alphabetic());
        let (upper, all) = letters.fold((0, 0), |(upper, all), c| (upper + usize::from(c.is_uppercase()), all + 1));
        all >= FEWEST_CAPITALS && upper * 5 >= all * CAPITALS_OF_FIVE
    }

    /// Whether it is a rule or a speck that was read as signs.
    pub(super) fn is_speck(&self) -> bool {
        self.folded.chars().filter(|c| c.is_alphanumeric()).count() < 2
    }

    /// Whether it goes on with no abstract and no subject.
    pub(super) fn begins_otherwise(&self) -> bool {
        self.is_capitals() || begins_part(&self.text, &self.folded)
    }

    /// Whether it begins with `Số` and goes on with no letter, however well that was read.
    pub(super) fn is_number(&self) -> bool {
        let folded = fold(&self.text);
        let mut rest = folded.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '$').chars();
        let label = matches!((rest.next(), rest.next()), (Some('s' | '$'), Some('o' | '6' | '0')));
        label && rest.find(|c| !c.is_whitespace()).is_none_or(|c| !c.is_alphabetic())
    }

    /// Whether it says `V/v` or `Về việc`.
    pub(super) fn is_subject(&self) -> bool {
        let folded = fold(&self.text);
        let begins = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
        ["v/", "v /", "vlv", "v1v", "viv"].iter().any(|label| begins.starts_with(label)) || self.folded.starts_with("ve viec")
    }

    /// All its words.
    pub(super) fn whole(&self) -> Range<usize> {
        0..self.words.len()
    }

    /// Some of its words, folded.
    pub(super) fn folded_part(&self, part: Range<usize>) -> String {
        let words = self.words.get(part).unwrap_or_default();
        fold_words(&words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "))
    }

    /// The words of a day, `ngày … tháng …`, written or still to be filled in, if it tells one.
    pub(super) fn date(&self) -> Option<Range<usize>> {
        let folded: Vec<String> = self.words.iter().map(|word| fold(&word.text)).collect();
        let begins = |word: &String| word.starts_with("ng") && word.len() == 4;
        let goes_on = |word: &String| word.starts_with("thang") || word.starts_with("nam");
        let first = folded.iter().position(begins)?;
        folded.iter().any(goes_on).then_some(first..self.words.len())
    }

    /// The words in which a person's name, birthday or number may stand.
    pub(super) fn of_a_person(&self) -> Option<Range<usize>> {
        let folded = fold(&self.text);
        let labelled = LABELS.iter().any(|label| folded.contains(label));
        let colon = self.words.iter().position(|word| word.text.contains(':')).filter(|_| labelled);
        let behind = colon.map(|colon| colon..self.words.len());
        match (behind, self.long_number()) {
            (Some(a), Some(b)) => Some(a.start.min(b.start)..a.end.max(b.end)),
            (behind, number) => behind.or(number),
        }
    }

    /// The words of the first and the last number of [`IDENTITY_DIGITS`], what lies between, and the word before.
    fn long_number(&self) -> Option<Range<usize>> {
        let mut found: Option<Range<usize>> = None;
        let (mut run, mut start, mut last) = (0, 0, 0);
        let mut add = |run: usize, words: Range<usize>| {
            if IDENTITY_DIGITS.contains(&run) {
                let first = found.as_ref().map_or(words.start.saturating_sub(1), |found| found.start);
                found = Some(first..words.end);
            }
        };
        for (at, word) in self.words.iter().enumerate() {
            // A number that stands in one word, and one that is written in groups.
            word.text.split(|c: char| !c.is_ascii_digit()).for_each(|digits| add(digits.len(), at..at + 1));
            for c in word.text.chars() {
                if c.is_ascii_digit() {
                    start = if run == 0 { at } else { start };
                    (run, last) = (run + 1, at);
                } else {
                    add(run, start..last + 1);
                    run = 0;
                }
            }
            // Another number may follow.
            add(run, start..last + 1);
        }
        found
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::geometry::Rect;
    use crate::model::text::SecondReading;

    /// A line of that text with its middle at `x` and its top at `y`, ten pixels a letter.
    pub(in super::super) fn line(x: f32, y: f32, text: &str) -> Vec<EngineWord> {
        let mut left = x - 5.0 * text.chars().count() as f32;
        let words = text.split(' ').map(|word| {
            let width = 10.0 * word.chars().count() as f32;
            let place = Rect { x: left, y, width, height: 24.0 };
            left += width + 10.0;
            EngineWord { text: word.into(), confidence: 99.0, place, second: SecondReading::None, engine: "" }
        });
        words.collect()
    }
}
