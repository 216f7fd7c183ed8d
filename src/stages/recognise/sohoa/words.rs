//! From characters along a line to words with a place on the page.

use sohoa_reader::Character;

use super::super::{EngineWord, Expected};
use super::calibration::calibrated;
use crate::model::geometry::Rect;
use crate::model::page::{LineImage, PreparedPage};
use crate::model::text::SecondReading;

/// Joins characters to words. A word reaches as far as its ink does between the blanks around it:
/// the network tells where it has seen a letter, not where the letter ends.
pub(super) fn join(line: &LineImage, characters: &[Character], expected: Expected) -> Vec<EngineWord> {
    let is_blank = |character: &Character| character.letter.is_whitespace();
    let middle = |blank: &Character| (blank.from + blank.to) / 2.0;
    let mut words = Vec::new();
    let mut start = 0.0;
    for piece in characters.split_inclusive(is_blank) {
        let (letters, end) = match piece.split_last() {
            Some((blank, letters)) if is_blank(blank) => (letters, middle(blank)),
            _ => (piece, line.image.width() as f32),
        };
        if !letters.is_empty() {
            words.push(word(line, letters, (start, end), expected));
        }
        start = end;
    }
    words
}

fn word(line: &LineImage, letters: &[Character], between: (f32, f32), expected: Expected) -> EngineWord {
    let text: String = letters.iter().map(|character| character.letter).collect();
    let probability: f32 = letters.iter().map(|character| character.probability).product();
    let seen = || {
        let from = letters.first().map_or(0.0, |letter| letter.from).max(0.0);
        let to = letters.last().map_or(0.0, |letter| letter.to);
        Rect { x: from, y: 0.0, width: (to - from).max(1.0), height: line.image.height() as f32 }
    };
    let ink = ink_between(line, between).unwrap_or_else(seen);
    let fall = line.slope * (ink.x + ink.width / 2.0 - line.image.width() as f32 / 2.0);
    let place = Rect { x: ink.x + line.x, y: ink.y + line.y + fall, ..ink };
    EngineWord {
        confidence: calibrated(probability, &text, expected),
        text,
        place,
        engine: super::SohoaEngine::NAME,
        second: SecondReading::None,
    }
}

/// The smallest rectangle round the ink between two columns of a line.
fn ink_between(line: &LineImage, (from, to): (f32, f32)) -> Option<Rect> {
    let width = line.image.width() as usize;
    let (from, to) = ((from.max(0.0) as usize).min(width), (to.max(0.0).ceil() as usize).min(width));
    let (mut left, mut right, mut top, mut bottom) = (to, from, None, 0);
    for (y, row) in line.image.samples().chunks_exact(width.max(1)).enumerate() {
        let inked = |sample: &u8| *sample < PreparedPage::INK;
        let row = row.get(from..to).unwrap_or_default();
        let (Some(first), Some(last)) = (row.iter().position(inked), row.iter().rposition(inked)) else { continue };
        (left, right) = (left.min(from + first), right.max(from + last + 1));
        top = top.or(Some(y));
        bottom = y + 1;
    }
    let top = top?;
    Some(Rect { x: left as f32, y: top as f32, width: (right - left) as f32, height: (bottom - top) as f32 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raster::{Channels, Raster};

    /// A line of 60 × 20 with ink in columns 5 to 15 and 30 to 50, rows 4 to 16.
    fn line(slope: f32) -> LineImage {
        let mut samples = vec![255; 60 * 20];
        for row in samples.chunks_exact_mut(60).skip(4).take(12) {
            row[5..15].fill(0);
            row[30..50].fill(0);
        }
        let image = Raster::new(60, 20, Channels::Gray, samples).unwrap();
        LineImage { image, x: 100.0, y: 200.0, slope, letters: 2, begins_block: true }
    }

    fn character(letter: char, from: f32, probability: f32) -> Character {
        Character { letter, probability, from, to: from + 2.0 }
    }

    #[test]
    fn blanks_part_words_and_ink_bounds_them() {
        let read = [('S', 8.0), ('ố', 11.0), (' ', 20.0), ('1', 35.0), ('2', 44.0)].map(|(c, x)| character(c, x, 0.9));
        let words = join(&line(0.0), &read, Expected::Vietnamese);
        assert_eq!(words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["Số", "12"]);
        assert_eq!(words[0].place, Rect { x: 105.0, y: 204.0, width: 10.0, height: 12.0 });
        assert_eq!(words[1].place, Rect { x: 130.0, y: 204.0, width: 20.0, height: 12.0 });
        let falling = join(&line(0.1), &read, Expected::Vietnamese);
        assert_eq!((falling[0].place.y, falling[1].place.y), (202.0, 205.0));
    }

    #[test]
    fn blanks_at_the_ends_and_in_a_row_make_no_words() {
        let read = [(' ', 0.0), (' ', 2.0), ('a', 8.0), (' ', 20.0), (' ', 24.0)].map(|(c, x)| character(c, x, 0.9));
        let words = join(&line(0.0), &read, Expected::Vietnamese);
        assert_eq!(words.len(), 1);
        assert_eq!(join(&line(0.0), &[], Expected::Vietnamese), []);
    }

    #[test]
    fn a_word_without_ink_lies_where_it_was_seen() {
        let read = [('a', 18.0), ('b', 22.0), (' ', 25.0), ('c', 35.0)].map(|(c, x)| character(c, x, 0.9));
        let blank = LineImage { image: Raster::new(60, 20, Channels::Gray, vec![255; 1200]).unwrap(), ..line(0.0) };
        let words = join(&blank, &read, Expected::Vietnamese);
        assert_eq!(words[0].place, Rect { x: 118.0, y: 200.0, width: 6.0, height: 20.0 });
    }
}
