//! The page as a reader sees it: pieces of lines, upright, from top to bottom.

use crate::model::page::RecognisedPage;
use crate::model::text::Word;

use super::super::fold::fold_words;

/// A piece of a line that belongs together: header lines of two columns are two segments. The
/// unit of its place is the width of the upright page.
#[derive(Debug, Clone)]
pub(super) struct Segment<'a> {
    pub words: Vec<&'a Word>,
    pub text: String,
    /// The text without case, marks and punctuation.
    pub folded: String,
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
}

impl Segment<'_> {
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub fn centre(&self) -> f32 {
        (self.left + self.right) / 2.0
    }

    /// Whether at least four of five letters are capitals.
    pub fn is_capitals(&self) -> bool {
        let (upper, all) = self
            .text
            .chars()
            .filter(|c| c.is_alphabetic())
            .fold((0, 0), |(upper, all), c| (upper + u32::from(c.is_uppercase()), all + 1));
        all >= 2 && upper * 5 >= all * 4
    }
}

/// A word with its upright box.
struct Placed<'a> {
    word: &'a Word,
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
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
                Placed {
                    word,
                    left: (side(|p| p.0, f32::min, f32::INFINITY) - origin_x) / unit,
                    right: (side(|p| p.0, f32::max, f32::NEG_INFINITY) - origin_x) / unit,
                    top: (side(|p| p.1, f32::min, f32::INFINITY) - origin_y) / unit,
                    bottom: (side(|p| p.1, f32::max, f32::NEG_INFINITY) - origin_y) / unit,
                }
            })
            .collect();
        let mut heights: Vec<f32> = placed.iter().map(|word| word.bottom - word.top).collect();
        heights.sort_by(f32::total_cmp);
        let gap = column_gap * heights.get(heights.len() / 2).copied().unwrap_or_default();
        for piece in placed.chunk_by(|word, next| next.left - word.right <= gap || gap <= 0.0) {
            found.extend(segment_of(piece));
        }
    }
    found.sort_by(|a, b| a.top.total_cmp(&b.top).then(a.left.total_cmp(&b.left)));
    found
}

fn segment_of<'a>(piece: &[Placed<'a>]) -> Option<Segment<'a>> {
    let mut edges: Vec<(f32, f32)> = piece.iter().map(|word| (word.top, word.bottom)).collect();
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Specks make boxes that are too tall: the middle word speaks for the line.
    let &(top, bottom) = edges.get(edges.len() / 2)?;
    let text = piece.iter().map(|word| word.word.text.as_str()).collect::<Vec<_>>().join(" ");
    Some(Segment {
        words: piece.iter().map(|word| word.word).collect(),
        folded: fold_words(&text),
        text,
        left: piece.iter().map(|word| word.left).fold(f32::INFINITY, f32::min),
        right: piece.iter().map(|word| word.right).fold(f32::NEG_INFINITY, f32::max),
        top,
        bottom,
    })
}
