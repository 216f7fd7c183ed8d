//! Text as it is compared: without what no reader would call an error.

use std::sync::LazyLock;

use regex::Regex;
use sohoa::model::text::Line;
use unicode_normalization::UnicodeNormalization;

/// Rows of dots or underscores to write on: three in a row, or two parted by blanks.
static LEADERS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[.…_·]{3,}|(?:[.…·_] ){2,}[.…·_]?|…+").expect("a regular expression"));

/// A character, and which word of the page it came from where words are told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glyph {
    pub c: char,
    pub word: Option<usize>,
}

/// The lines that were read on a page.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    pub lines: Vec<Vec<Glyph>>,
}

impl Reading {
    /// Takes plain text, as other programs give it.
    pub fn from_text(text: &str) -> Self {
        let line = |line: &str| normalise(line.chars().map(|c| Glyph { c, word: None }));
        Self { lines: text.split('\n').map(line).filter(|line| !line.is_empty()).collect() }
    }

    /// Takes lines of words and numbers the words over the page.
    pub fn from_lines(lines: &[Line]) -> Self {
        let mut words = 0;
        let mut glyphs_of = |line: &Line| {
            let mut glyphs = Vec::new();
            for word in &line.words {
                glyphs.extend(word.text.chars().map(|c| Glyph { c, word: Some(words) }));
                glyphs.push(Glyph { c: ' ', word: None });
                words += 1;
            }
            normalise(glyphs.into_iter())
        };
        Self { lines: lines.iter().map(&mut glyphs_of).filter(|line| !line.is_empty()).collect() }
    }
}

/// The characters of a line of the truth.
pub fn characters(text: &str) -> Vec<char> {
    normalise(text.chars().map(|c| Glyph { c, word: None })).iter().map(|glyph| glyph.c).collect()
}

/// NFC, plain quotes and dashes, no leaders, single blanks.
fn normalise(glyphs: impl Iterator<Item = Glyph>) -> Vec<Glyph> {
    let glyphs = plain(&compose(&glyphs.collect::<Vec<_>>()));
    let line: String = glyphs.iter().map(|glyph| glyph.c).collect();
    let leaders: Vec<_> = LEADERS.find_iter(&line).map(|found| found.range()).collect();

    let mut bare: Vec<Glyph> = Vec::new();
    let mut gap = false;
    for ((at, c), glyph) in line.char_indices().zip(glyphs) {
        if c.is_whitespace() || leaders.iter().any(|leader| leader.contains(&at)) {
            gap = !bare.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            bare.push(Glyph { c: ' ', word: None });
        }
        bare.push(glyph);
    }
    bare
}

/// Brings each stretch of one word to NFC.
fn compose(glyphs: &[Glyph]) -> Vec<Glyph> {
    let stretches = glyphs.chunk_by(|a, b| a.word == b.word);
    stretches.flat_map(|word| word.iter().map(|glyph| glyph.c).nfc().map(|c| Glyph { c, word: word[0].word })).collect()
}

fn plain(glyphs: &[Glyph]) -> Vec<Glyph> {
    let plain = |c| match c {
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2013}' | '\u{2014}' => '-',
        // Icelandic eth looks the same and is often taken for it.
        'Ð' => 'Đ',
        c => c,
    };
    glyphs.iter().map(|glyph| Glyph { c: plain(glyph.c), ..*glyph }).collect()
}
