//! The page as a reader sees it: pieces of lines, upright, from top to bottom.

use crate::model::page::RecognisedPage;
use crate::model::text::Word;

use super::super::fold::fold_words;

/// Pieces are on one line if they have this share of the lower one's height in common.
const SAME_LINE: f32 = 0.45;

/// A piece of a line that belongs together: header lines of two columns are two segments. The
/// unit of its place is the width of the upright page.
#[derive(Debug, Clone)]
pub(super) struct Segment<'a> {
    pub words: Vec<&'a Word>,
    /// Where each of the words stands.
    pub places: Vec<Place>,
    pub text: String,
    /// The text without case, marks and punctuation.
    pub folded: String,
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
}

impl<'a> Segment<'a> {
    pub(super) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub(super) fn centre(&self) -> f32 {
        (self.left + self.right) / 2.0
    }

    /// Whether `other` stands on the same line of the page, as what is stamped into a gap does: a
    /// little higher or lower, and larger or smaller.
    pub(super) fn is_level_with(&self, other: &Self) -> bool {
        let common = self.bottom.min(other.bottom) - self.top.max(other.top);
        common > SAME_LINE * self.height().min(other.height())
    }

    /// Its text without dots and rules to write on. What is stamped over them stands before what
    /// follows them, however the two were joined into words.
    pub(super) fn without_leaders(&self) -> String {
        let is_leader = |c: char| matches!(c, '.' | '…' | '_' | '·');
        let mut words: Vec<(f32, &str)> = Vec::with_capacity(self.words.len());
        for (word, place) in self.words.iter().zip(&self.places) {
            let text = word.text.trim_start_matches(is_leader);
            let ended =
                if text.ends_with("..") || text.ends_with(['…', '_']) { text.trim_end_matches(is_leader) } else { text };
            let (rest, whole) = (text.chars().count(), word.text.chars().count().max(1));
            let left = place.right - (place.right - place.left) * rest as f32 / whole as f32;
            if !ended.is_empty() {
                words.push((left, ended));
            }
        }
        words.sort_by(|a, b| a.0.total_cmp(&b.0));
        words.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
    }

    /// This piece and those of `others` that stand on its line, from left to right, as one.
    pub(super) fn joined_with(&self, others: &[&Self]) -> Self {
        let mut pieces: Vec<&Self> = others.iter().copied().filter(|other| self.is_level_with(other)).collect();
        if !pieces.iter().any(|piece| std::ptr::eq(*piece, self)) {
            pieces.push(self);
        }
        let mut words: Vec<(&'a Word, Place)> =
            pieces.iter().flat_map(|piece| piece.words.iter().copied().zip(piece.places.iter().copied())).collect();
        words.sort_by(|a, b| a.1.left.total_cmp(&b.1.left));
        let text = words.iter().map(|(word, _)| word.text.as_str()).collect::<Vec<_>>().join(" ");
        Self {
            folded: fold_words(&text),
            text,
            left: words.iter().map(|(_, place)| place.left).fold(f32::INFINITY, f32::min),
            right: words.iter().map(|(_, place)| place.right).fold(f32::NEG_INFINITY, f32::max),
            words: words.iter().map(|(word, _)| *word).collect(),
            places: words.iter().map(|(_, place)| *place).collect(),
            top: self.top,
            bottom: self.bottom,
        }
    }

    /// Its words from one place up to another, as a piece of their own; none without words.
    pub(super) fn part(&self, from: usize, to: usize) -> Option<Self> {
        let words: Vec<&'a Word> = self.words.get(from..to)?.to_vec();
        let places: Vec<Place> = self.places.get(from..to)?.to_vec();
        if words.is_empty() {
            return None;
        }
        let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        Some(Self {
            folded: fold_words(&text),
            text,
            left: places.iter().map(|place| place.left).fold(f32::INFINITY, f32::min),
            right: places.iter().map(|place| place.right).fold(f32::NEG_INFINITY, f32::max),
            words,
            places,
            top: self.top,
            bottom: self.bottom,
        })
    }

    /// Whether at least four of five letters are capitals.
    pub(super) fn is_capitals(&self) -> bool {
        let (upper, all) = self
            .text
            .chars()
            .filter(|c| c.is_alphabetic())
            .fold((0, 0), |(upper, all), c| (upper + u32::from(c.is_uppercase()), all + 1));
        all >= 2 && upper * 5 >= all * 4
    }
}

/// The upright box of a word, in widths of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
}

impl Place {
    pub(super) fn height(&self) -> f32 {
        self.bottom - self.top
    }
}

/// A word with its upright box.
struct Placed<'a> {
    word: &'a Word,
    place: Place,
}

/// Splits the lines of `page` at gaps of `column_gap` line heights and sorts the pieces from top
/// to bottom. The direction of reading is taken from the words themselves: their corners begin
/// where the text begins, however the page lay in the scanner.
pub(super) fn segments(page: &RecognisedPage, column_gap: f32) -> Vec<Segment<'_>> {
    let (dx, dy) = page.lines.iter().flat_map(|line| &line.words).fold((0.0_f32, 0.0_f32), |(dx, dy), word| {
        let [start, end, ..] = word.place.0;
        (dx + end.x - start.x, dy + end.y - start.y)
    });
    let length = dx.hypot(dy);
    let (cos, sin) = if length > 0.0 { (dx / length, dy / length) } else { (1.0, 0.0) };
    let turn = |x: f32, y: f32| (x * cos + y * sin, y * cos - x * sin);
    let (width, height) = (page.width as f32, page.height as f32);
    let corners = [turn(0.0, 0.0), turn(width, 0.0), turn(width, height), turn(0.0, height)];
    let fold_min = |get: fn(&(f32, f32)) -> f32| corners.iter().map(get).fold(f32::INFINITY, f32::min);
    let (origin_x, origin_y) = (fold_min(|c| c.0), fold_min(|c| c.1));
    let extent = corners.iter().map(|c| c.0).fold(f32::NEG_INFINITY, f32::max) - origin_x;
    let unit = if extent > 0.0 { extent } else { 1.0 };

    let mut found = Vec::new();
    for line in &page.lines {
        let placed: Vec<Placed<'_>> = line
            .words
            .iter()
            .map(|word| {
                let points = word.place.0.map(|point| turn(point.x, point.y));
                let side =
                    |get: fn(&(f32, f32)) -> f32, pick: fn(f32, f32) -> f32, start: f32| points.iter().map(get).fold(start, pick);
                let place = Place {
                    left: (side(|p| p.0, f32::min, f32::INFINITY) - origin_x) / unit,
                    right: (side(|p| p.0, f32::max, f32::NEG_INFINITY) - origin_x) / unit,
                    top: (side(|p| p.1, f32::min, f32::INFINITY) - origin_y) / unit,
                    bottom: (side(|p| p.1, f32::max, f32::NEG_INFINITY) - origin_y) / unit,
                };
                Placed { word, place }
            })
            .collect();
        let mut heights: Vec<f32> = placed.iter().map(|word| word.place.height()).collect();
        heights.sort_by(f32::total_cmp);
        let gap = column_gap * heights.get(heights.len() / 2).copied().unwrap_or_default();
        for piece in placed.chunk_by(|word, next| next.place.left - word.place.right <= gap || gap <= 0.0) {
            found.extend(segment_of(piece));
        }
    }
    found.sort_by(|a, b| a.top.total_cmp(&b.top).then(a.left.total_cmp(&b.left)));
    found
}

fn segment_of<'a>(piece: &[Placed<'a>]) -> Option<Segment<'a>> {
    let mut edges: Vec<(f32, f32)> = piece.iter().map(|word| (word.place.top, word.place.bottom)).collect();
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Specks make boxes that are too tall: the middle word speaks for the line.
    let &(top, bottom) = edges.get(edges.len() / 2)?;
    let text = piece.iter().map(|word| word.word.text.as_str()).collect::<Vec<_>>().join(" ");
    Some(Segment {
        words: piece.iter().map(|word| word.word).collect(),
        places: piece.iter().map(|word| word.place).collect(),
        folded: fold_words(&text),
        text,
        left: piece.iter().map(|word| word.place.left).fold(f32::INFINITY, f32::min),
        right: piece.iter().map(|word| word.place.right).fold(f32::NEG_INFINITY, f32::max),
        top,
        bottom,
    })
}
