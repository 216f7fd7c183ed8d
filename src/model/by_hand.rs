//! What people changed in how the pages of a document are read: turned pages, corrected words.
//!
//! A page's result is never overwritten. What people made of the pages of one document is kept beside it,
//! under a recipe of its own that is made from all they changed: so the text that they left is covered
//! like any other, and what the program had read stays where it was.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use unicode_normalization::UnicodeNormalization;

use super::confidence::Confidence;
use super::geometry::{Point, Quad, Turn};
use super::ids::{PageId, RecipeId};
use super::page::RecognisedPage;
use super::text::{Line, SecondReading, TextSource, Word};

/// All that people changed in how a document's pages are read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByHand {
    /// The recipe under which its pages are kept as they were read.
    pub recipe: RecipeId,
    /// Pages that were turned, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<PageTurn>,
    /// Corrections of the text; those of a page in the order in which they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<TextCorrection>,
}

/// A page whose turn a person told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageTurn {
    /// The page.
    pub page: PageId,
    /// The turn that shows the stored image upright.
    #[schemars(with = "u16")]
    pub turn: Turn,
}

/// A line or word that a person corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextCorrection {
    /// The page.
    pub page: PageId,
    /// The line, in reading order as it was when this was corrected, from 1.
    pub line: u32,
    /// The word in it, from 1; all of it if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<u32>,
    /// What stood there.
    pub was: String,
    /// What the paper says; nothing if nothing stands there.
    pub now: String,
    /// Who: the person, else the account.
    pub by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub at: OffsetDateTime,
}

impl ByHand {
    /// Nothing changed yet in what this recipe read.
    pub fn new(recipe: RecipeId) -> Self {
        Self { recipe, turns: Vec::new(), corrections: Vec::new() }
    }

    /// What was done to `pages`, given the documents that they lie in, each by its pages and what was done to
    /// those. None if nothing was.
    pub fn joined<'a>(
        recipe: RecipeId,
        documents: impl IntoIterator<Item = (&'a [PageId], Option<&'a Self>)>,
        pages: &[PageId],
    ) -> Option<Self> {
        let mut all = Self::new(recipe);
        let mut seen: BTreeSet<PageId> = BTreeSet::new();
        for (own, by_hand) in documents {
            // Documents that were one know what was done to each other's pages.
            let its: BTreeSet<PageId> = own.iter().copied().filter(|page| pages.contains(page) && !seen.contains(page)).collect();
            if let Some(Self { turns, corrections, .. }) = by_hand {
                all.turns.extend(turns.iter().filter(|one| its.contains(&one.page)));
                all.corrections.extend(corrections.iter().filter(|one| its.contains(&one.page)).cloned());
            }
            seen.extend(its);
        }
        (!all.turns.is_empty() || !all.corrections.is_empty()).then_some(all)
    }

    /// The recipe under which the pages are kept as people left them.
    pub fn own_recipe(&self) -> RecipeId {
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 pages by hand");
        // Texts, numbers and times of this age always serialise.
        hasher.update(&serde_json_canonicalizer::to_vec(self).unwrap_or_default());
        RecipeId::from_bytes(*hasher.finalize().as_bytes())
    }

    /// The turn that a person told for a page.
    pub fn turn_of(&self, page: PageId) -> Option<Turn> {
        self.turns.iter().find(|one| one.page == page).map(|one| one.turn)
    }

    /// Notes that a page is turned. Corrections of what was read in the turn before mean nothing any more.
    pub fn turn(&mut self, page: PageId, turn: Turn) {
        self.turns.retain(|one| one.page != page);
        self.turns.push(PageTurn { page, turn });
        self.corrections.retain(|one| one.page != page);
    }

    /// A page as people left it, given how it was read in the turn that holds.
    pub fn applied(&self, page: PageId, mut read: RecognisedPage) -> RecognisedPage {
        for one in self.corrections.iter().filter(|one| one.page == page) {
            correct(&mut read.lines, one.line, one.word, &one.now);
        }
        read
    }
}

/// Puts `now` in the place of a line, or of one word of it. Returns what stood there; none if there is no
/// such line or word, and nothing is changed then.
pub fn correct(lines: &mut Vec<Line>, line: u32, word: Option<u32>, now: &str) -> Option<String> {
    let at = line.checked_sub(1)? as usize;
    let words = &mut lines.get_mut(at)?.words;
    let range = match word {
        Some(word) => {
            let from = word.checked_sub(1)? as usize;
            from..from.checked_add(1).filter(|end| *end <= words.len())?
        }
        None => 0..words.len(),
    };
    let old = words.get(range.clone())?.to_vec();
    let new = placed(&old, now);
    words.splice(range, new);
    if words.is_empty() {
        let begins_block = lines.remove(at).begins_block;
        if let Some(next) = lines.get_mut(at) {
            next.begins_block |= begins_block;
        }
    }
    Some(old.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "))
}

/// The words of `text` where the words of `old` stand: each in the place of one where they are as many, else
/// spread over the whole by their length.
fn placed(old: &[Word], text: &str) -> Vec<Word> {
    let text: String = text.nfc().collect();
    let texts: Vec<&str> = text.split_whitespace().collect();
    let word = |text: &str, place: Quad| Word {
        text: text.to_owned(),
        confidence: Confidence::CERTAIN,
        place,
        source: TextSource::Ocr,
        engine: None,
        second: SecondReading::None,
    };
    let (Some(first), Some(last)) = (old.first(), old.last()) else { return Vec::new() };
    if texts.len() == old.len() {
        return texts.iter().zip(old).map(|(text, old)| word(text, old.place)).collect();
    }
    let (Quad([top_left, _, _, bottom_left]), Quad([_, top_right, bottom_right, _])) = (first.place, last.place);
    let lengths: Vec<usize> = texts.iter().map(|text| text.chars().count()).collect();
    let whole = (lengths.iter().sum::<usize>() + texts.len().saturating_sub(1)).max(1) as f32;
    let mut before = 0;
    let mut words = Vec::with_capacity(texts.len());
    for (text, length) in texts.iter().zip(lengths) {
        let (from, to) = (before as f32 / whole, (before + length) as f32 / whole);
        let corners = [
            between(top_left, top_right, from),
            between(top_left, top_right, to),
            between(bottom_left, bottom_right, to),
            between(bottom_left, bottom_right, from),
        ];
        words.push(word(text, Quad(corners)));
        before += length + 1;
    }
    words
}

fn between(from: Point, to: Point, share: f32) -> Point {
    Point { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::model::geometry::{Affine, Rect};
    use crate::model::ids::BlobId;

    fn line(words: &[&str]) -> Line {
        let place = |at: usize| Rect { x: at as f32 * 100.0, y: 10.0, width: 80.0, height: 20.0 }.corners(&Affine::IDENTITY);
        let word = |(at, text): (usize, &&str)| Word {
            text: (*text).into(),
            confidence: Confidence::saturating(0.4),
            place: place(at),
            source: TextSource::Ocr,
            engine: Some("x".into()),
            second: SecondReading::Differs("y".into()),
        };
        Line { words: words.iter().enumerate().map(word).collect(), begins_block: false }
    }

    fn edges(line: &Line) -> Vec<(String, f32, f32)> {
        line.words.iter().map(|word| (word.text.clone(), word.place.0[0].x, word.place.0[1].x)).collect()
    }

    #[test]
    fn as_many_words_stand_where_the_others_stood() {
        let mut lines = vec![line(&["Quyet", "dinh"])];
        assert_eq!(correct(&mut lines, 1, None, " Quyết  đi\u{323}nh ").as_deref(), Some("Quyet dinh"));
        assert_eq!(edges(&lines[0]), [("Quyết".into(), 0.0, 80.0), ("định".into(), 100.0, 180.0)]);
        let word = &lines[0].words[0];
        assert_eq!((word.confidence, &word.engine, &word.second), (Confidence::CERTAIN, &None, &SecondReading::None));
        assert_eq!(correct(&mut lines, 1, Some(2), "tâm").as_deref(), Some("định"));
        assert_eq!(lines[0].text(), "Quyết tâm");
    }

    #[test]
    fn more_or_fewer_words_share_the_place_by_their_length() {
        let mut lines = vec![line(&["thuhồiđất", "để"])];
        correct(&mut lines, 1, Some(1), "thu hồi đất").unwrap();
        let edges = edges(&lines[0]);
        let starts: Vec<f32> = edges.iter().map(|(_, from, _)| (from * 11.0 / 80.0).round()).collect();
        assert_eq!(starts[..3], [0.0, 4.0, 8.0]);
        assert!((edges[2].2 - 80.0).abs() < 0.01 && edges[3].1 == 100.0, "{edges:?}");
    }

    #[test]
    fn what_is_not_on_the_paper_goes_and_places_that_are_not_there_change_nothing() {
        let mut first = line(&["~"]);
        first.begins_block = true;
        let mut lines = vec![first, line(&["Điều", "1"])];
        let before = lines.clone();
        for (line, word) in [(0, None), (3, None), (2, Some(0)), (2, Some(3))] {
            assert_eq!(correct(&mut lines, line, word, "x"), None);
        }
        assert_eq!(lines, before);
        assert_eq!(correct(&mut lines, 1, None, "").as_deref(), Some("~"));
        assert_eq!((lines.len(), lines[0].begins_block, lines[0].text()), (1, true, "Điều 1".into()));
    }

    #[test]
    fn the_recipe_stands_for_all_that_was_changed() {
        let page = PageId { scan: BlobId::of(b"scan"), ordinal: 0 };
        let mut by_hand = ByHand::new(RecipeId::from_bytes([1; 32]));
        let nothing = by_hand.own_recipe();
        let (by, at) = ("Hoa".to_owned(), datetime!(2026-11-24 08:00 UTC));
        let correction = TextCorrection { page, line: 1, word: None, was: "a".into(), now: "b".into(), by, at };
        by_hand.corrections.push(correction);
        let corrected = by_hand.own_recipe();
        by_hand.turn(page, Turn::Half);
        assert_eq!((by_hand.corrections.len(), by_hand.turn_of(page)), (0, Some(Turn::Half)));
        assert!(nothing != corrected && corrected != by_hand.own_recipe() && by_hand.own_recipe() != nothing);
    }

    #[test]
    fn what_was_done_to_pages_goes_with_them() {
        let page = |ordinal| PageId { scan: BlobId::of(b"scan"), ordinal };
        let correction = |ordinal, now: &str| {
            let (by, at) = ("Hoa".to_owned(), datetime!(2026-11-24 08:00 UTC));
            TextCorrection { page: page(ordinal), line: 1, word: None, was: "a".into(), now: now.into(), by, at }
        };
        let recipe = RecipeId::from_bytes([1; 32]);
        let one = ByHand { corrections: vec![correction(0, "b"), correction(1, "c"), correction(0, "d")], ..ByHand::new(recipe) };
        // It was part of the first one once.
        let turns = vec![PageTurn { page: page(2), turn: Turn::Half }];
        let other = ByHand { turns: turns.clone(), corrections: vec![correction(0, "b")], ..ByHand::new(recipe) };
        let (of_one, of_other, plain) = ([page(0), page(1)], [page(2), page(3)], [page(4)]);
        let joined = |pages: &[PageId]| {
            let documents =
                [(&of_one[..], Some(&one)), (&of_other[..], Some(&other)), (&plain[..], None), (&of_one[..], Some(&other))];
            ByHand::joined(recipe, documents, pages)
        };
        let whole = joined(&[page(2), page(0), page(4)]).unwrap();
        assert_eq!((whole.recipe, whole.turns), (recipe, turns));
        assert_eq!(
            whole.corrections,
            [correction(0, "b"), correction(0, "d")],
            "once each, and none of a page that is not there"
        );
        assert_eq!(joined(&[page(3), page(4)]), None);
        let again = joined(&of_one).unwrap();
        assert_eq!(again.own_recipe(), one.own_recipe(), "nothing else was done to all its pages");
    }
}
