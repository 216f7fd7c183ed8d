//! Tells lines that were read from lines that were not there.
//!
//! The engine reads something into everything: the rim of a seal, a signature, grain. Such
//! "text" has next to nothing in it that could be Vietnamese and that the engine is sure of.

use crate::model::text::{Line, Word};
use crate::model::vietnamese::{self, WordForm};

/// From this confidence a possible word counts.
const WORD: f64 = 0.45;
/// From this confidence a single letter or digit counts.
const LETTER: f64 = 0.57;
/// So many digits in a word are a number, however unsure the engine is of it.
const NUMBER: usize = 3;
/// At least this share of a line's characters must stand in words that count.
const SHARE: f64 = 0.15;

/// Whether nothing in `line` speaks for its being text.
pub(super) fn is_junk(line: &Line) -> bool {
    let length = |word: &Word| word.text.chars().count() as f64;
    let all: f64 = line.words.iter().map(length).sum();
    let counts: f64 = line.words.iter().filter(|word| is_credible(word)).map(length).sum();
    counts < SHARE * all.max(1.0)
}

fn is_credible(word: &Word) -> bool {
    let digits = word.text.chars().filter(char::is_ascii_digit).count();
    let signs = word.text.chars().filter(|c| c.is_alphanumeric() || *c == '%').count();
    let possible = || !matches!(vietnamese::form_of(&word.text), WordForm::Other | WordForm::Punctuation);
    let sure = |least: f64| word.confidence.share() >= least;
    digits >= NUMBER || (signs >= 2 && sure(WORD) && possible()) || (signs == 1 && sure(LETTER) && possible()) || word.text == "%"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::geometry::Quad;
    use crate::model::text::TextSource;

    fn line(words: &[(&str, f64)]) -> Line {
        let word = |(text, confidence): &(&str, f64)| Word {
            text: (*text).into(),
            confidence: Confidence::saturating(*confidence),
            place: Quad::default(),
            source: TextSource::Ocr,
        };
        Line { words: words.iter().map(word).collect(), begins_block: false }
    }

    #[test]
    fn what_a_seal_and_a_signature_are_read_as_is_junk() {
        for words in [&[("⁄ZZ", 0.3), ("TY", 0.4), ("CỤ", 0.4)][..], &[("|", 0.96)], &[(">⁄", 0.9)], &[("Ị", 0.5)], &[]] {
            assert!(is_junk(&line(words)), "{words:?}");
        }
    }

    #[test]
    fn text_stays_however_poorly_the_rest_of_the_line_was_read() {
        for words in [
            &[("Lý", 0.9), ("do:", 0.9), (".hà-", 0.1), ("b‡", 0.1), ("hự:", 0.3), ("hồng-sau", 0.1)][..],
            &[("46.000.000", 0.0)],
            &[("7", 0.9)],
            &[("TDVNM0907427703601", 0.1)],
            &[("%", 0.6)],
        ] {
            assert!(!is_junk(&line(words)), "{words:?}");
        }
    }
}
