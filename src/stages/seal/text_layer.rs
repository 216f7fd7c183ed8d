//! The invisible text: each word over its ink, in reading order.
//!
//! A word and the blank after it are shown together, from where the word begins to where the next
//! one does. Some readers drop what is shown as a single character, some take a gap without a
//! blank for the end of a line, and some tell blanks by their width; a blank that fills its gap is
//! seen as one by all of them. [`super::placed`] says where lines stand and why.

use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Name, Str};
use unicode_normalization::UnicodeNormalization;

use super::error::SealError;
use super::font::{CharacterCodes, GLYPH_WIDTH};
use super::placed::{self, PlacedLine};
use super::plane::{PagePlane, left_of};
use super::spread::{Spread, spread};
use crate::model::geometry::Quad;
use crate::model::text::Line;

/// Places are written in thousandths of a point.
const PLACES: f64 = 1000.0;
/// A word's stretch is written to a ten-thousandth.
const STRETCHES: f64 = 10_000.0;

/// `value` as a multiple of 1 / `parts`: numbers that say no more than the ink does make a page's
/// text half as long.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
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

/// A hyphen that ends a line of which the next may go on.
const HYPHEN: char = '-';

/// Writes `word` with the blank after it.
fn show(
    content: &mut Content,
    codes: &mut CharacterCodes,
    line: &PlacedLine,
    word: &str,
    place: Spread,
    is_last: IsLast,
    plane: &PagePlane,
) -> Result<(), SealError> {
    let Spread { left, width, blank } = place;
    let mut bytes = Vec::with_capacity(2 * word.len() + 2);
    // Readers take a hyphen at the end of a line for one that a word was broken with, and drop it
    // with the end of the line: `18/2025/TT-` and `BCT` became one word.
    let (word, hyphen) = match word.strip_suffix(HYPHEN) {
        Some(rest) if is_last == IsLast::Yes => (rest, true),
        _ => (word, false),
    };
    for character in word.chars() {
        bytes.extend(codes.code(character)?.to_be_bytes());
    }
    if hyphen {
        bytes.extend(codes.last_hyphen()?.to_be_bytes());
    }
    let em = line.size / 1000.0;
    let glyphs = (bytes.len() / 2) as f64;
    let own = glyphs * f64::from(GLYPH_WIDTH);
    let (blank_code, blank_own) = codes.blank(blank * own / width)?;
    if !hyphen {
        bytes.extend(blank_code.to_be_bytes());
    }
    // Blanks come in steps; what a step is too wide or too narrow, all share.
    let stretch = rounded((width + blank) / ((own + f64::from(blank_own)) * em), STRETCHES).max(1.0 / STRETCHES);
    let ([a, b], [c, d]) = (line.direction, left_of(line.direction));
    let [x, y] = plane.inside([a * left + c * line.baseline, b * left + d * line.baseline]);
    let [a, b] = [a * stretch, b * stretch].map(|share| rounded(share, STRETCHES));
    let [c, d] = [c, d].map(|share| rounded(share, STRETCHES));
    let [x, y] = [x, y].map(|length| rounded(length, PLACES));
    content.set_text_matrix([a, b, c, d, x, y].map(|value| value as f32));
    content.show(Str(&bytes));
    Ok(())
}

/// Whether a word is the last of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IsLast {
    Yes,
    No,
}

/// The words of `line` that have a character to search for, with their places.
fn readable(line: &Line) -> Vec<(String, &Quad)> {
    let words = line.words.iter().map(|word| (searchable(&word.text), &word.place));
    words.filter(|(text, _)| !text.is_empty()).collect()
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
    let lines: Vec<_> = lines.iter().map(readable).filter(|words| !words.is_empty()).collect();
    if lines.is_empty() {
        return Ok(String::new());
    }
    content.begin_text();
    content.set_text_rendering_mode(TextRenderingMode::Invisible);
    let mut page_text: Vec<String> = Vec::new();
    for mut line in placed::place(lines, plane) {
        line.size = rounded(line.size, PLACES).max(1.0 / PLACES);
        content.set_font(font, line.size as f32);
        let last = line.words.len().saturating_sub(1);
        for (number, (word, place)) in line.words.iter().zip(spread(&line.words, line.size)).enumerate() {
            let is_last = if number == last { IsLast::Yes } else { IsLast::No };
            show(content, codes, &line, &word.text, place, is_last, plane)?;
        }
        page_text.extend(line.words.into_iter().map(|word| word.text));
    }
    content.end_text();
    Ok(page_text.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::geometry::{Point, Resolution, Turn};
    use crate::model::text::{SecondReading, TextSource, Word};

    #[test]
    fn unsearchable_characters_go_and_the_rest_is_composed() {
        assert_eq!(searchable("a\u{0}b\u{feff}\u{ffff}\u{fdd0}\u{1fffe}c"), "abc");
        assert_eq!(searchable("Nguye\u{302}\u{303}n"), "Nguyễn");
        assert_eq!(searchable(" a\u{a0}\tb\n"), "a b");
        assert_eq!(searchable("\u{7}\u{200b}"), "\u{200b}");
        assert_eq!(searchable("𠀋😀"), "𠀋😀");
    }

    /// The operators that show a line of words with these left and right edges.
    fn written(words: &[(&str, f32, f32)]) -> String {
        let word = |&(text, left, right): &(&str, f32, f32)| Word {
            text: text.to_owned(),
            confidence: Confidence::NONE,
            place: Quad([(left, 100.0), (right, 100.0), (right, 120.0), (left, 120.0)].map(|(x, y)| Point { x, y })),
            source: TextSource::Ocr,
            engine: None,
            second: SecondReading::None,
        };
        let line = Line { words: words.iter().map(word).collect(), begins_block: true };
        let plane = PagePlane::new((600, 600), Resolution::square(72.0), Turn::None);
        let (mut content, mut codes) = (Content::new(), CharacterCodes::default());
        let text = write(&mut content, Name(b"T"), &mut codes, &[line], &plane).unwrap();
        assert_eq!(text, words.iter().map(|(text, ..)| *text).collect::<Vec<_>>().join(" "));
        String::from_utf8_lossy(&content.finish().into_vec()).into_owned()
    }

    #[test]
    fn a_word_of_one_character_and_its_blank_are_shown_by_one_operator() {
        let written = written(&[("tháng", 10.0, 60.0), ("4", 66.0, 76.0), ("năm", 82.0, 120.0)]);
        assert_eq!(written.matches(" Tj").count(), 3, "{written}");
        let starts: Vec<&str> = written.lines().filter(|line| line.ends_with(" Tm")).collect();
        assert!(starts.iter().all(|matrix| matrix.ends_with(" 480 Tm")), "one baseline: {written}");
    }
}
