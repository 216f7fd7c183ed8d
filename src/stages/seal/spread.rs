//! Where each word of a line begins and how wide it and its blank are.
//!
//! Boxes of words overlap: letters that touch, stamps, grain. Readers see a blank only where
//! nothing else stands, and a word that begins before the last one as another line. So words get
//! places one after the other, each as near to its ink as that allows.

use super::placed::PlacedWord;

/// Width of the blank after a line's last word, as a share of the font size.
const LAST_BLANK: f64 = 0.25;
/// No blank between two words is narrower than this share of the font size: narrower gaps are taken
/// for none.
const LEAST_BLANK: f64 = 0.2;
/// No blank is wider than this share of the font size, and the word before it takes the rest: over
/// the room that a form leaves in a line, poppler would part it, and it looks for single words no
/// further than the font size.
const MOST_BLANK: f64 = 0.7;
/// A word gives at most this share of its width to the blanks on each side.
const GIVEN: f64 = 0.35;
/// No character is narrower than this share of the font size: readers drop one that lies on its
/// like, as if it were printed twice to look bold.
const NARROWEST: f64 = 0.13;

/// The place of a word along its line, and its blank's width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) left: f64,
    pub(super) width: f64,
    pub(super) blank: f64,
}

impl Spread {
    fn right(&self) -> f64 {
        self.left + self.width
    }
}

/// Words that stand on one another or in another order, and share the room of all of them by their
/// numbers of characters.
#[derive(Debug, Clone)]
struct Group {
    left: f64,
    right: f64,
    characters: Vec<f64>,
}

impl Group {
    fn of(word: &PlacedWord, size: f64) -> Self {
        let characters = word.text.chars().count() as f64;
        let width = word.width.max(NARROWEST * size * characters);
        Self { left: word.left, right: word.left + width, characters: vec![characters] }
    }

    /// What each end can give away.
    fn slack(&self) -> f64 {
        let longest = (self.right - self.left) / self.characters.len() as f64;
        GIVEN * longest
    }

    /// Whether a blank of `least` fits between this group and the next.
    fn is_parted_from(&self, next: &Self, least: f64) -> bool {
        next.left + next.slack() - (self.right - self.slack()) >= least
    }

    fn join(&mut self, next: Self, size: f64) {
        self.left = self.left.min(next.left);
        self.right = self.right.max(next.right);
        self.characters.extend(next.characters);
        let least =
            NARROWEST * size * self.characters.iter().sum::<f64>() + LEAST_BLANK * size * (self.characters.len() - 1) as f64;
        self.right = self.right.max(self.left + least);
    }

    fn spread(self, size: f64, words: &mut Vec<Spread>) {
        let count: f64 = self.characters.iter().sum();
        let gaps = (self.characters.len() - 1) as f64;
        let room = self.right - self.left;
        let blank = (room / (count + gaps).max(1.0)).min(LAST_BLANK * size).max(LEAST_BLANK * size);
        let each = (room - gaps * blank) / count.max(1.0);
        let mut left = self.left;
        for characters in self.characters {
            words.push(Spread { left, width: each * characters, blank });
            left += each * characters + blank;
        }
    }
}

/// Spreads the words of a line, in their order.
pub(super) fn spread(words: &[PlacedWord], size: f64) -> Vec<Spread> {
    let least = LEAST_BLANK * size;
    let mut groups: Vec<Group> = Vec::new();
    for word in words {
        let mut group = Group::of(word, size);
        while let Some(mut last) = groups.pop() {
            if last.is_parted_from(&group, least) {
                groups.push(last);
                break;
            }
            last.join(group, size);
            group = last;
        }
        groups.push(group);
    }
    // Blanks that are too narrow take from both sides.
    for next in 1..groups.len() {
        if let Some([before, after]) = groups.get_mut(next - 1..=next) {
            let missing = least - (after.left - before.right);
            if missing > 0.0 {
                let (mine, theirs) = (before.slack(), after.slack());
                let share = missing / (mine + theirs);
                before.right -= share * mine;
                after.left += share * theirs;
            }
        }
    }
    let mut spread = Vec::with_capacity(words.len());
    groups.into_iter().for_each(|group| group.spread(size, &mut spread));
    // A blank reaches to the next word.
    let starts: Vec<f64> = spread.iter().skip(1).map(|word| word.left).collect();
    let mut starts = starts.into_iter();
    for word in &mut spread {
        word.blank = LAST_BLANK * size;
        if let Some(next) = starts.next() {
            word.blank = (next - word.right()).clamp(least, MOST_BLANK * size);
            word.width = word.width.max(next - word.blank - word.left);
        }
    }
    spread
}

#[cfg(test)]
mod tests {
    use super::super::placed;
    use super::super::plane::PagePlane;
    use super::*;
    use crate::model::geometry::{Point, Quad, Resolution, Turn};

    /// Places of words with these left and right edges, in tenths of the font size.
    fn of(words: &[(&str, f32, f32)]) -> Vec<Spread> {
        let quad =
            |left: f32, right: f32| Quad([(left, 0.0), (right, 0.0), (right, 10.0), (left, 10.0)].map(|(x, y)| Point { x, y }));
        let quads: Vec<Quad> = words.iter().map(|(_, left, right)| quad(*left, *right)).collect();
        let words = words.iter().zip(&quads).map(|((text, ..), quad)| ((*text).to_owned(), quad)).collect();
        let plane = PagePlane::new((600, 600), Resolution::square(72.0), Turn::None);
        spread(&placed::place(vec![words], &plane)[0].words, 10.0)
    }

    /// Every word has its blank before the next one begins.
    fn assert_parted(words: &[Spread]) {
        for pair in words.windows(2) {
            let gap = pair[1].left - pair[0].right();
            assert!(gap > 1.99 && (gap - pair[0].blank).abs() < 0.01 && pair[0].width > 0.0, "{words:?}");
        }
    }

    #[test]
    fn a_blank_fills_its_gap_and_a_form_s_gap_goes_to_the_word() {
        assert_eq!(of(&[("nam", 0.0, 30.0), ("2", 35.0, 40.0)])[0], Spread { left: 0.0, width: 30.0, blank: 5.0 });
        assert_eq!(of(&[("nam", 0.0, 30.0), ("2", 200.0, 210.0)])[0], Spread { left: 0.0, width: 193.0, blank: 7.0 });
        assert_eq!(of(&[("nam", 0.0, 30.0)])[0], Spread { left: 0.0, width: 30.0, blank: 2.5 });
    }

    #[test]
    fn a_digit_that_touches_the_next_word_keeps_its_blank() {
        // "tháng 4 năm": the box of the digit reached into the next word, and readers read "4năm".
        let words = of(&[("tháng", 0.0, 30.0), ("4", 33.0, 37.0), ("năm", 36.8, 60.0)]);
        assert_parted(&words);
        assert!((words[1].left - 33.0).abs() < 0.5 && words[2].left < 39.0, "{words:?}");
    }

    #[test]
    fn words_that_stand_on_one_another_or_in_another_order_come_one_after_the_other() {
        for words in [
            &[("pháp", 20.0, 60.0), ("khá", 30.0, 50.0), ("cao", 62.0, 80.0)][..],
            &[("sau", 50.0, 70.0), ("trước", 0.0, 40.0)],
            &[("a", 5.0, 6.0), ("b", 5.0, 6.0), ("c", 5.0, 6.0)],
            &[("a", f32::NAN, f32::INFINITY), ("b", -1e30, f32::MAX)],
        ] {
            let placed = of(words);
            assert_eq!(placed.len(), words.len());
            assert_parted(&placed);
        }
    }
}
