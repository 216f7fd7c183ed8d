//! A value on its way out of the page, with what speaks for and against it.

use crate::model::confidence::Confidence;
use crate::model::field::{Doubt, FieldName, FieldReading, FieldSource};
use crate::model::text::{SecondReading, TextSource, Word, source_of};
use crate::model::vietnamese::form_of;

/// What is left of trust in a name or title with a word that Vietnamese does not write. It may
/// be foreign; that is for a person to say.
const IMPOSSIBLE_WORD: f64 = 0.7;

/// A value with the confidence that the words and their plausibility give.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub value: String,
    pub confidence: Confidence,
    /// The text as read, where the value is not exactly that.
    pub raw: Option<String>,
    /// Whether the engine read it or the file says it itself.
    pub source: FieldSource,
    /// What speaks against it.
    pub doubts: Vec<Doubt>,
    /// Other values for the same fact.
    pub others: Vec<String>,
}

impl Found {
    pub(super) fn new(value: impl Into<String>, words: Confidence, plausibility: f64) -> Self {
        Self {
            value: value.into(),
            confidence: words.and(Confidence::saturating(plausibility)),
            raw: None,
            source: FieldSource::Ocr,
            doubts: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Says which words it was made from: where the file itself says all of them, nothing was read.
    /// What one of two readers alone has read is an offer to a person and no more.
    pub(super) fn said_by<'a>(mut self, words: impl IntoIterator<Item = &'a Word>) -> Self {
        let words: Vec<&Word> = words.into_iter().collect();
        if words.iter().any(|word| word.second.is_open()) {
            self.doubt(Doubt::OneReader);
        }
        self.known_by(words)
    }

    /// Keeps what the second reader made of the same words, for a person to choose from.
    pub(super) fn or_read_as<'a>(mut self, words: impl IntoIterator<Item = &'a Word>) -> Self {
        let words: Vec<&Word> = words.into_iter().collect();
        let second = words.iter().map(|word| match &word.second {
            SecondReading::Differs(other) => other.as_str(),
            _ => word.text.as_str(),
        });
        let other = clean(&second.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
        let differs = words.iter().any(|word| matches!(word.second, SecondReading::Differs(_)));
        if differs && !other.is_empty() && other != self.value && !self.others.contains(&other) {
            self.others.push(other);
        }
        self
    }

    /// The same as [`Self::said_by`] for a value that is one of a list that the settings have: the list
    /// is the second witness.
    pub(super) fn known_by<'a>(mut self, words: impl IntoIterator<Item = &'a Word>) -> Self {
        if source_of(words) == Some(TextSource::Embedded) {
            self.source = FieldSource::EmbeddedText;
        }
        self
    }

    /// Keeps beside the value what it was made from.
    pub(super) fn read_as(mut self, raw: impl Into<String>) -> Self {
        self.raw = Some(raw.into()).filter(|raw| *raw != self.value);
        self
    }

    /// Holds the spelling of its words against it.
    pub(super) fn spelled(mut self) -> Self {
        if !self.value.split_whitespace().all(|word| form_of(word).is_possible()) {
            self.confidence = self.confidence.and(Confidence::saturating(IMPOSSIBLE_WORD));
            self.doubt(Doubt::Spelling);
        }
        self
    }

    /// Lowers its confidence.
    pub(super) fn less_sure(mut self, share: f64) -> Self {
        self.confidence = self.confidence.and(Confidence::saturating(share));
        self
    }

    pub(super) fn doubt(&mut self, doubt: Doubt) {
        if !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
        }
    }

    pub(super) fn reading(self, name: FieldName) -> FieldReading {
        let Self { value, confidence, raw, source, doubts, others } = self;
        FieldReading { name, value, source, confidence, raw, doubts, others }
    }
}

/// The lowest confidence of `words`; none if there are no words.
pub(super) fn weakest<'a>(words: impl IntoIterator<Item = &'a Word>) -> Confidence {
    let share = words
        .into_iter()
        .map(|word| word.confidence.share())
        .fold(None, |low: Option<f64>, share| Some(low.map_or(share, |low| low.min(share))));
    share.map_or(Confidence::NONE, Confidence::saturating)
}

/// Text without the specks and rules that engines read at the ends of lines.
pub(super) fn clean(text: &str) -> String {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | ')' | '"' | '“' | '”'));
    text.replace('Ð', "Đ").replace('ð', "đ")
}
