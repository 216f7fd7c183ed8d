//! Where the value of a fact stands on the pages of its document.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::field::{Field, FieldName};
use crate::model::geometry::Rect;
use crate::model::page::RecognisedPage;
use crate::model::text::{SecondReading, Word};
use crate::model::vietnamese::fold;
use crate::settings::Settings;

/// A place on an upright page, in shares of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub(crate) struct FieldPlace {
    /// The page in the sealed file, from 1.
    pub page: u32,
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Extent to the right.
    pub width: f32,
    /// Extent down.
    pub height: f32,
}

/// A value that was found on a page: its place, and what a second reader makes of the words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub place: FieldPlace,
    pub second: Option<String>,
}

/// The letters and digits of a page in reading order, without marks and blanks, each with its word.
struct Letters<'a> {
    page: &'a RecognisedPage,
    words: Vec<&'a Word>,
    letters: Vec<(char, usize)>,
}

/// Pages with their letters, in which the values of several facts are looked for.
pub(super) struct Pages<'a>(Vec<Letters<'a>>);

impl<'a> Pages<'a> {
    pub(super) fn new(pages: &'a [RecognisedPage]) -> Self {
        Self(pages.iter().map(Letters::of).collect())
    }

    /// The place on the first page that bears it where one of the ways to write a fact's value stands.
    pub(super) fn find(&self, name: FieldName, field: &Field, settings: &Settings) -> Option<Found> {
        let ways: Vec<Vec<char>> = spellings(name, field, settings).iter().map(|text| letters_of(text).collect()).collect();
        let pages = (1..).zip(&self.0);
        pages
            .into_iter()
            .find_map(|(number, page)| ways.iter().filter(|way| !way.is_empty()).find_map(|way| page.find(number, way)))
    }
}

/// Every word of a page with its place, for whoever points at it.
pub(super) fn words_of(page: &RecognisedPage, number: u32) -> Vec<(String, FieldPlace)> {
    let words = page.lines.iter().flat_map(|line| &line.words);
    words.filter_map(|word| Some((word.text.clone(), around(page, number, &[word])?))).collect()
}

/// The place of words that follow one another.
fn around(page: &RecognisedPage, number: u32, words: &[&Word]) -> Option<FieldPlace> {
    let corners = words.iter().flat_map(|word| word.place.0).map(|point| page.upright_point(point));
    let around = Rect::around(corners)?;
    let (width, height) = page.upright_size();
    let share = |length: f32, of: u32| (length / of.max(1) as f32).clamp(0.0, 1.0);
    Some(FieldPlace {
        page: number,
        left: share(around.x, width),
        top: share(around.y, height),
        width: share(around.width, width),
        height: share(around.height, height),
    })
}

impl<'a> Letters<'a> {
    fn of(page: &'a RecognisedPage) -> Self {
        let words: Vec<&Word> = page.lines.iter().flat_map(|line| &line.words).collect();
        let letters = words.iter().enumerate().flat_map(|(at, word)| letters_of(&word.text).map(move |letter| (letter, at)));
        Self { page, letters: letters.collect(), words }
    }

    fn find(&self, number: u32, wanted: &[char]) -> Option<Found> {
        let found = self
            .letters
            .windows(wanted.len())
            .enumerate()
            .find(|(at, window)| window.iter().map(|(letter, _)| letter).eq(wanted) && self.stands_alone(*at, wanted.len()));
        let (_, window) = found?;
        let (first, last) = (window.first()?.1, window.last()?.1);
        let words = self.words.get(first..=last)?;
        let place = around(self.page, number, words)?;
        Some(Found { place, second: second(words) })
    }

    /// Whether what stands there is no part of a longer number or word.
    fn stands_alone(&self, at: usize, length: usize) -> bool {
        let parts = |left: Option<&(char, usize)>, right: Option<&(char, usize)>| match (left, right) {
            (Some((left, one)), Some((right, other))) => one != other || left.is_numeric() != right.is_numeric(),
            _ => true,
        };
        let end = at + length;
        let before = at.checked_sub(1).and_then(|before| self.letters.get(before));
        let last = end.checked_sub(1).and_then(|last| self.letters.get(last));
        parts(before, self.letters.get(at)) && parts(last, self.letters.get(end))
    }
}

/// What a second reader makes of these words, if it makes something else of one.
fn second(words: &[&Word]) -> Option<String> {
    words.iter().any(|word| matches!(word.second, SecondReading::Differs(_))).then(|| {
        let read = words.iter().map(|word| match &word.second {
            SecondReading::Differs(other) => other.as_str(),
            _ => word.text.as_str(),
        });
        read.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    })
}

fn letters_of(text: &str) -> impl Iterator<Item = char> + use<> {
    fold(text).chars().filter(|letter| letter.is_alphanumeric()).collect::<Vec<_>>().into_iter()
}

/// The ways in which a paper may write the value, the likeliest first.
fn spellings(name: FieldName, field: &Field, settings: &Settings) -> Vec<String> {
    let mut ways: Vec<String> = field.raw.iter().cloned().collect();
    match name {
        FieldName::IssueDate | FieldName::OwnerBirthDate => {
            let parts: Vec<&str> = field.value.split('-').collect();
            if let [year, month, day] = parts.as_slice() {
                let bare = |part: &str| part.trim_start_matches('0').to_owned();
                for (day, month) in [
                    ((*day).to_owned(), (*month).to_owned()),
                    (bare(day), bare(month)),
                    ((*day).to_owned(), bare(month)),
                    (bare(day), (*month).to_owned()),
                ] {
                    ways.push(format!("{day} thang {month} nam {year}"));
                    ways.push(format!("{day}/{month}/{year}"));
                }
            }
        }
        FieldName::DocumentType => {
            let kind = settings.fields.document_types.iter().find(|kind| kind.key == field.value);
            ways.extend(kind.iter().flat_map(|kind| kind.titles.iter().chain([&kind.name])).cloned());
        }
        _ => ways.push(field.value.clone()),
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::field::{FieldSource, FieldStatus};
    use crate::model::geometry::{Point, Quad, Turn};
    use crate::model::text::{Line, TextSource};

    /// A page on which each word of a line is 10 pixels wide and 5 high, and lines are 10 apart.
    fn page(lines: &[&str]) -> RecognisedPage {
        let line = |(down, text): (usize, &&str)| {
            let word = |(across, text): (usize, &str)| {
                let (x, y) = (across as f32 * 10.0, down as f32 * 10.0);
                let at = |x, y| Point { x, y };
                Word {
                    text: text.into(),
                    confidence: Confidence::saturating(0.9),
                    place: Quad([at(x, y), at(x + 10.0, y), at(x + 10.0, y + 5.0), at(x, y + 5.0)]),
                    source: TextSource::Ocr,
                    engine: None,
                    second: SecondReading::None,
                }
            };
            Line { words: text.split(' ').enumerate().map(word).collect(), begins_block: false }
        };
        RecognisedPage::upright((100, 100), lines.iter().enumerate().map(line).collect())
    }

    fn find(pages: &[RecognisedPage], name: FieldName, value: &str) -> Option<Found> {
        let field = Field::new(value, FieldSource::Ocr, Confidence::saturating(0.9), FieldStatus::NeedsPerson);
        Pages::new(pages).find(name, &field, &Settings::default())
    }

    #[test]
    fn a_value_is_found_in_whatever_spelling_the_paper_has() {
        let pages = [
            page(&["Số: 13034 trang", "Số: 3034/QĐ-UBND Lào Cai, ngày 05 tháng 9 năm 2025", "QUYẾT ĐỊNH"]),
            page(&["Trần Thị Mẫu sinh 5/9/2025"]),
        ];
        let at = |name, value| find(&pages, name, value).map(|found| (found.place.page, found.place.left, found.place.top));
        assert_eq!(at(FieldName::Number, "3034"), Some((1, 0.1, 0.1)), "and not within another number");
        assert_eq!(at(FieldName::Symbol, "QĐ-UBND"), Some((1, 0.1, 0.1)));
        assert_eq!(at(FieldName::IssueDate, "2025-09-05"), Some((1, 0.5, 0.1)));
        assert_eq!(at(FieldName::DocumentType, "quyet_dinh"), Some((1, 0.0, 0.2)));
        assert_eq!(at(FieldName::OwnerName, "Trần Thị Mẫu"), Some((2, 0.0, 0.0)));
        assert_eq!(at(FieldName::OwnerName, "Nguyễn Văn Thử"), None);
        assert_eq!(at(FieldName::Title, ""), None);
    }

    #[test]
    fn a_page_that_lies_on_its_side_is_marked_where_people_see_it() {
        let mut pages = [page(&["a b"])];
        pages[0].turn = Turn::Right;
        let place = find(&pages, FieldName::Title, "b").unwrap().place;
        assert_eq!((place.left, place.top, place.width, place.height), (0.95, 0.1, 0.05, 0.1));
    }

    #[test]
    fn what_a_second_reader_makes_of_the_words_is_told() {
        let mut pages = [page(&["LÀO CAT"])];
        pages[0].lines[0].words[1].second = SecondReading::Differs("CAI".into());
        assert_eq!(find(&pages, FieldName::IssuingBody, "Lào Cat").unwrap().second.as_deref(), Some("LÀO CAI"));
    }
}
