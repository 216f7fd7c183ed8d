//! The invisible text: each word over its ink, in reading order.
//!
//! Readers put words together by baseline and font size. A box round the ink says little of
//! either (`-` is a low box in mid-line), so all words of a line get the line's size, and a low
//! box is set on the baseline of the word beside it. Along the line a word begins and ends where
//! its box does.

use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Name, Str};
use unicode_normalization::UnicodeNormalization;

use super::error::SealError;
use super::font::{CharacterCodes, GLYPH_WIDTH};
use crate::model::geometry::{Point, Quad, Resolution, Turn};
use crate::model::text::Line;

/// Lengths on the page, in points, y up.
type Vector = [f64; 2];

/// Cosine of 7°. Text extractors begin a new word where a baseline drifts by half a point, so a
/// word that is nearly straight is laid straight, through the middle of its slanting box.
const STRAIGHT: f64 = 0.9925;
/// Shorter boxes than this many points have no direction of their own.
const SHORTEST: f64 = 0.1;
/// A box lower than this share of the line's size tells nothing of the baseline.
const LOW: f64 = 0.6;
/// A box higher than this many times the line's median is no measure of the line.
const HIGH: f64 = 1.5;
/// The font size is at most this many times the mean width of the line's characters.
const NARROWEST: f64 = 5.0;
/// Width of a space where the boxes leave none, as a share of the font size.
const SPACE: f64 = 0.25;
/// Places are written in thousandths of a point, so that the letters of the [`SHORTEST`] word stay
/// apart: readers drop one that lies on its like.
const PLACES: f64 = 1000.0;
/// A word's width is written to a thousandth.
const STRETCHES: f64 = 1000.0;
/// A slanting word's direction times its width, with the digits of both.
const SHARES: f64 = 10_000.0;

fn dot([a, b]: Vector, [c, d]: Vector) -> f64 {
    a * c + b * d
}

fn minus([a, b]: Vector, [c, d]: Vector) -> Vector {
    [a - c, b - d]
}

/// `origin` moved `length` along `direction`.
fn moved([x, y]: Vector, [a, b]: Vector, length: f64) -> Vector {
    [x + a * length, y + b * length]
}

/// `value` as a multiple of 1 / `parts`: numbers that say no more than the ink does make a page's
/// text half as long.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

fn left_of([x, y]: Vector) -> Vector {
    [-y, x]
}

/// A page's image laid out on paper.
#[derive(Debug, Clone, Copy)]
pub(super) struct PagePlane {
    /// Points across.
    pub(super) width: f64,
    /// Points down.
    pub(super) height: f64,
    scale: Vector,
    turn: Turn,
}

impl PagePlane {
    /// The paper of so many pixels. Its sides may be of any size; see [`Self::fits`].
    pub(super) fn new(pixels: (u32, u32), resolution: Resolution, turn: Turn) -> Self {
        let scale = [resolution.x, resolution.y].map(|dpi| 72.0 / f64::from(dpi));
        let [x, y] = scale;
        Self { width: f64::from(pixels.0) * x, height: f64::from(pixels.1) * y, scale, turn }
    }

    /// Whether PDF/A-2 allows a page of this size (6.1.13).
    pub(super) fn fits(&self) -> bool {
        [self.width, self.height].iter().all(|side| (3.0..=14_400.0).contains(side))
    }

    /// A pixel's place on paper; what lies outside the page comes to its edge.
    fn place(&self, Point { x, y }: Point) -> Vector {
        let [right, down] = self.scale;
        let inside = |value: f32, scale: f64, side: f64| (f64::from(value) * scale).clamp(0.0, side);
        let [x, y] = [inside(x, right, self.width), self.height - inside(y, down, self.height)];
        [x, y].map(|value| if value.is_nan() { 0.0 } else { value })
    }

    /// Where upright text runs.
    fn reading_direction(&self) -> Vector {
        match self.turn {
            Turn::None => [1.0, 0.0],
            Turn::Right => [0.0, 1.0],
            Turn::Half => [-1.0, 0.0],
            Turn::Left => [0.0, -1.0],
        }
    }
}

/// A word on paper.
#[derive(Debug, Clone)]
struct PlacedWord {
    text: String,
    origin: Vector,
    direction: Vector,
    width: f64,
    height: f64,
}

impl PlacedWord {
    fn new(text: String, quad: &Quad, plane: &PagePlane) -> Self {
        let [top_left, top_right, right, origin] = quad.0.map(|corner| plane.place(corner));
        let base = minus(right, origin);
        let length = dot(base, base).sqrt();
        let reading = plane.reading_direction();
        let own = base.map(|part| part / length);
        // Also true where the length is zero and the direction not a number.
        let straight = length < SHORTEST || dot(own, reading) > STRAIGHT;
        let direction = if straight { reading } else { own };
        let width = dot(base, direction).max(SHORTEST);
        let up = left_of(direction);
        let height = (dot(minus(top_left, origin), up) + dot(minus(top_right, right), up)) / 2.0;
        let origin = moved(origin, up, dot(base, up) / 2.0);
        Self { text, origin, direction, width, height: height.abs().max(SHORTEST) }
    }

    fn end(&self) -> Vector {
        moved(self.origin, self.direction, self.width)
    }

    /// How far the word's corner lies above `other`'s baseline.
    fn above(&self, other: &Self) -> f64 {
        dot(minus(self.origin, other.origin), left_of(other.direction))
    }
}

/// The text without what cannot be shown or searched: control characters, byte order marks and
/// code points that are no characters (PDF/A-2u forbids the latter two as meanings of a code).
/// Any white space is one space.
fn searchable(text: &str) -> String {
    let visible = |c: &char| {
        c.is_whitespace()
            || !(c.is_control()
                || *c == '\u{feff}'
                || matches!(u32::from(*c) & 0xffff, 0xfffe | 0xffff)
                || ('\u{fdd0}'..='\u{fdef}').contains(c))
    };
    let clean: String = text.chars().filter(visible).nfc().collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The size that all words of a line share. Where boxes are much higher than their text is wide
/// (round stamps), the size follows the width: spaces must stay wide enough to be seen as such.
fn line_size(words: &[PlacedWord]) -> f64 {
    let mut heights: Vec<f64> = words.iter().map(|word| word.height).collect();
    heights.sort_by(f64::total_cmp);
    let median = heights.get(heights.len() / 2).copied().unwrap_or(SHORTEST);
    let highest = heights.into_iter().rev().find(|height| *height <= median * HIGH).unwrap_or(median);
    let (width, characters) =
        words.iter().fold((0.0, 0), |(width, count), word| (width + word.width, count + word.text.chars().count()));
    highest.min(width / characters.max(1) as f64 * NARROWEST)
}

/// Sets low boxes on the baseline of the nearest word that has one.
fn settle(words: &mut [PlacedWord], size: f64) {
    let tall: Vec<(usize, PlacedWord)> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.height >= size * LOW)
        .map(|(index, word)| (index, word.clone()))
        .collect();
    for (index, word) in words.iter_mut().enumerate().filter(|(_, word)| word.height < size * LOW) {
        // The list is in order, so the nearest one is beside the place where this one would stand.
        let after = tall.partition_point(|(at, _)| *at < index);
        let neighbours = [after.checked_sub(1), Some(after)].into_iter().flatten().filter_map(|at| tall.get(at));
        if let Some((_, neighbour)) = neighbours.min_by_key(|(at, _)| at.abs_diff(index)) {
            let above = word.above(neighbour);
            if above.abs() < size {
                word.origin = moved(word.origin, left_of(neighbour.direction), -above);
            }
        }
    }
}

/// Writes `text` from `origin`, stretched to `width`.
fn show(
    content: &mut Content,
    codes: &mut CharacterCodes,
    text: &str,
    word: &PlacedWord,
    origin: Vector,
    size: f64,
    width: f64,
) -> Result<(), SealError> {
    let mut bytes = Vec::with_capacity(2 * text.len());
    for character in text.chars() {
        bytes.extend(codes.code(character)?.to_be_bytes());
    }
    let glyphs = bytes.len() as f64 / 2.0;
    // Never 0, which no reader could turn back into a place.
    let stretch = rounded(width / (glyphs * size * f64::from(GLYPH_WIDTH) / 1000.0), STRETCHES).max(1.0 / STRETCHES);
    let ([a, b], [c, d], [e, f]) = (word.direction, left_of(word.direction), origin);
    let [a, b, c, d] = [a * stretch, b * stretch, c, d].map(|share| rounded(share, SHARES));
    let [e, f] = [e, f].map(|length| rounded(length, PLACES));
    content.set_text_matrix([a, b, c, d, e, f].map(|value| value as f32));
    content.show(Str(&bytes));
    Ok(())
}

/// Writes a page's words and returns its text: words parted by single spaces. Writes nothing if
/// no word has a character that can be searched for.
pub(super) fn write(
    content: &mut Content,
    font: Name<'_>,
    codes: &mut CharacterCodes,
    lines: &[Line],
    plane: &PagePlane,
) -> Result<String, SealError> {
    let mut page_text: Vec<String> = Vec::new();
    for line in lines {
        let readable = line.words.iter().map(|word| (searchable(&word.text), &word.place)).filter(|(text, _)| !text.is_empty());
        let mut words: Vec<PlacedWord> = readable.map(|(text, place)| PlacedWord::new(text, place, plane)).collect();
        if words.is_empty() {
            continue;
        }
        if page_text.is_empty() {
            content.begin_text();
            content.set_text_rendering_mode(TextRenderingMode::Invisible);
        }
        let size = rounded(line_size(&words), PLACES).max(1.0 / PLACES);
        settle(&mut words, size);
        content.set_font(font, size as f32);
        let starts = words.iter().skip(1).map(|word| Some(word.origin)).chain([None]);
        for (word, next) in words.iter().zip(starts) {
            show(content, codes, &word.text, word, word.origin, size, word.width)?;
            let gap = next.map_or(0.0, |next| dot(minus(next, word.end()), word.direction));
            let space = if gap < SHORTEST { SPACE * size } else { gap };
            show(content, codes, " ", word, word.end(), size, space)?;
        }
        page_text.extend(words.into_iter().map(|word| word.text));
    }
    if !page_text.is_empty() {
        content.end_text();
    }
    Ok(page_text.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quad(left: f32, top: f32, right: f32, bottom: f32) -> Quad {
        Quad([(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point { x, y }))
    }

    fn plane(turn: Turn) -> PagePlane {
        PagePlane::new((720, 1440), Resolution { x: 72.0, y: 144.0 }, turn)
    }

    #[test]
    fn unsearchable_characters_go_and_the_rest_is_composed() {
        assert_eq!(searchable("a\u{0}b\u{feff}\u{ffff}\u{fdd0}\u{1fffe}c"), "abc");
        assert_eq!(searchable("Nguye\u{302}\u{303}n"), "Nguyễn");
        assert_eq!(searchable(" a\u{a0}\tb\n"), "a b");
        assert_eq!(searchable("\u{7}\u{200b}"), "\u{200b}");
        assert_eq!(searchable("𠀋😀"), "𠀋😀");
    }

    #[test]
    fn words_are_placed_in_points_with_y_up() {
        let word = PlacedWord::new("xy".to_owned(), &quad(100.0, 200.0, 150.0, 240.0), &plane(Turn::None));
        assert_eq!((word.origin, word.width, word.height), ([100.0, 600.0], 50.0, 20.0));
    }

    #[test]
    fn a_slight_slant_is_laid_straight_and_a_strong_one_kept() {
        let slanted = |drop: f32| {
            Quad([(0.0, 100.0), (100.0, 100.0 + drop), (100.0, 120.0 + drop), (0.0, 120.0)].map(|(x, y)| Point { x, y }))
        };
        let plane = PagePlane::new((720, 720), Resolution::square(72.0), Turn::None);
        let slight = PlacedWord::new("x".to_owned(), &slanted(6.0), &plane);
        assert_eq!((slight.direction, slight.origin, slight.width), ([1.0, 0.0], [0.0, 597.0], 100.0));
        let strong = PlacedWord::new("x".to_owned(), &slanted(100.0), &plane);
        assert!((strong.direction[1] + 0.5_f64.sqrt()).abs() < 1e-6 && strong.origin == [0.0, 600.0]);
    }

    #[test]
    fn places_that_make_no_sense_stay_finite_and_on_the_page() {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -1e30] {
            let word = PlacedWord::new("x".to_owned(), &quad(value, value, value, value), &plane(Turn::Left));
            assert!(word.origin.iter().all(|v| (0.0..=720.0).contains(v)), "{word:?}");
            assert_eq!(word.direction, [0.0, -1.0]);
            assert!(word.width > 0.0 && word.height > 0.0);
        }
    }

    #[test]
    fn a_box_much_higher_than_wide_does_not_swallow_the_spaces() {
        let tall = PlacedWord::new("TRUNG".to_owned(), &quad(0.0, 0.0, 50.0, 800.0), &plane(Turn::None));
        assert_eq!(line_size(&[tall]), 50.0);
    }

    #[test]
    fn a_dash_sits_on_its_neighbours_baseline() {
        let plane = plane(Turn::None);
        let boxes = [quad(0.0, 0.0, 50.0, 40.0), quad(60.0, 18.0, 70.0, 22.0), quad(80.0, 0.0, 130.0, 40.0)];
        let mut words: Vec<_> = boxes.iter().map(|place| PlacedWord::new("x".to_owned(), place, &plane)).collect();
        let size = line_size(&words);
        settle(&mut words, size);
        assert_eq!(size, 20.0);
        assert_eq!(words[1].origin, [60.0, words[0].origin[1]]);
    }
}
