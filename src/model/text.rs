//! What was read on a page, and where.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::confidence::Confidence;
use super::geometry::Quad;

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextSource {
    /// The engine read it from the picture.
    #[default]
    Ocr,
    /// The file carries it itself.
    Embedded,
    /// Some of it is the file's own, and the engine read the rest.
    Mixed,
}

impl TextSource {
    /// Whether the engine read all of it, as is the rule.
    pub fn is_ocr(&self) -> bool {
        *self == Self::Ocr
    }

    /// The source of two texts taken together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Mixed }
    }
}

/// What a second reader makes of a word, as far as there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondReading {
    /// One reader reads all there is, or the file says it itself.
    #[default]
    None,
    /// There is a second reader, but it did not read this line.
    NotAsked,
    /// It reads the same.
    Agrees,
    /// It reads this instead; nothing if it sees no word there.
    Differs(String),
}

impl SecondReading {
    /// Whether there is no second reader, as in all pages of old.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Whether there is a second reader and it does not stand by the first one.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::NotAsked | Self::Differs(_))
    }
}

/// One word with its place, in NFC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// The characters, NFC, without white space.
    pub text: String,
    /// How sure the engine is.
    pub confidence: Confidence,
    /// Where it stands in the stored image.
    pub place: Quad,
    /// Who says so: the engine, or the file itself.
    #[serde(default, skip_serializing_if = "TextSource::is_ocr")]
    pub source: TextSource,
    /// The engine that read it, as recipes name it; none if the file says the word itself, or if the
    /// page was read before words named their engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
    /// What a second reader makes of it.
    #[serde(default, skip_serializing_if = "SecondReading::is_none")]
    pub second: SecondReading,
}

/// Words that stand on one line, in reading order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Line {
    /// From left to right as read.
    pub words: Vec<Word>,
    /// Whether a new block of text (paragraph, column, cell) begins here.
    #[serde(default)]
    pub begins_block: bool,
}

impl Line {
    /// The words parted by single spaces.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Mean confidence of the words, weighted by their length; none for an empty line.
    pub fn confidence(&self) -> Confidence {
        mean_confidence(&self.words)
    }
}

/// Where `words` come from, taken together; none where there are no words.
pub fn source_of<'a>(words: impl IntoIterator<Item = &'a Word>) -> Option<TextSource> {
    words.into_iter().map(|word| word.source).reduce(TextSource::and)
}

/// Mean confidence of `words`, weighted by their number of characters.
pub fn mean_confidence<'a>(words: impl IntoIterator<Item = &'a Word>) -> Confidence {
    let (sum, weight) = words.into_iter().fold((0.0, 0.0), |(sum, weight), word| {
        let length = word.text.chars().count() as f64;
        (sum + word.confidence.share() * length, weight + length)
    });
    if weight == 0.0 { Confidence::NONE } else { Confidence::saturating(sum / weight) }
}

/// Whether a letter is not seen and turns the order of those beside it (UAX #9). No paper has it, and a name with it
/// seems to end otherwise than it does.
pub fn turns_order(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The lines of a page as plain text: one line each, an empty line between blocks.
pub fn plain_text(lines: &[Line]) -> String {
    laid_out(lines, &mut |_| {})
}

/// The same; `see` is told where each word ends, word by word.
pub fn laid_out(lines: &[Line], see: &mut dyn FnMut(usize)) -> String {
    let mut text = String::new();
    for line in lines {
        if line.begins_block && !text.is_empty() {
            text.push('\n');
        }
        for (at, word) in line.words.iter().enumerate() {
            if at > 0 {
                text.push(' ');
            }
            text.push_str(&word.text);
            see(text.len());
        }
        text.push('\n');
    }
    text
}
