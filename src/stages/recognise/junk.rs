//! Tells lines that were read from lines that were not there.
//!
//! The engine reads something into everything: the rim of a stamp, a signature, grain. Such
//! "text" has next to nothing in it that could be a word and that the engine is sure of.

use super::Expected;
use crate::model::text::{Line, Word};
use crate::model::vietnamese::{self, WordForm};

/// From this confidence a possible word counts.
const WORD: f64 = 0.45;
/// From this confidence a single letter or digit counts.
const LETTER: f64 = 0.57;
/// From this confidence a word of another language counts. Of those that a Vietnamese model reads
/// few are wholly right, but they stand in lines that are there.
const FOREIGN: f64 = 0.4;
/// So many letters make a word that needs not be Vietnamese; strokes are seldom read as more.
const FOREIGN_LETTERS: usize = 4;
/// So many digits in a word are a number, however unsure the engine is of it.
const NUMBER: usize = 3;
/// At least this share of a line's characters must stand in words that count.
const SHARE: f64 = 0.15;

/// A possible word of two letters or more of which the engine is so sure is enough: what is written
/// by hand beside print is read as anything.
const SURE: f64 = 0.85;
/// From this confidence a label or the symbol of a document is enough.
const LABEL: f64 = 0.3;
/// So many capitals beside a slash or dash make the symbol of a document (`/QĐ-UBND`).
const SYMBOL: usize = 3;

/// Whether nothing in `line` speaks for its being text.
pub(super) fn is_junk(line: &Line, expected: Expected) -> bool {
    let length = |word: &Word| word.text.chars().count() as f64;
    let all: f64 = line.words.iter().map(length).sum();
    let counts: f64 = line.words.iter().filter(|word| is_credible(word, expected)).map(length).sum();
    counts < SHARE * all.max(1.0) && !line.words.iter().any(|word| is_proof(word, expected))
}

/// Whether `word` alone shows that its line is print: a sure word, a label (`Số:`, `Ngày`), the
/// symbol of a document.
fn is_proof(word: &Word, expected: Expected) -> bool {
    let core = word.text.trim_matches(|c: char| !c.is_alphanumeric());
    let confidence = word.confidence.share();
    let is_word = core.chars().filter(|c| c.is_alphabetic()).nth(1).is_some()
        && (expected == Expected::AnyLanguage || vietnamese::is_syllable(core));
    let is_label = || is_word && word.text.ends_with(':') && core.chars().next().is_some_and(char::is_uppercase);
    let is_symbol = || {
        word.text.contains(['/', '-'])
            && word.text.chars().filter(|c| c.is_uppercase()).count() >= SYMBOL
            && word.text.chars().all(|c| c.is_alphanumeric() || "/-.".contains(c))
    };
    is_word && confidence >= SURE || confidence >= LABEL && (is_label() || is_symbol())
}

fn is_credible(word: &Word, expected: Expected) -> bool {
    let digits = word.text.chars().filter(char::is_ascii_digit).count();
    let signs = word.text.chars().filter(|c| c.is_alphanumeric() || *c == '%').count();
    let possible = || {
        expected == Expected::AnyLanguage || !matches!(vietnamese::form_of(&word.text), WordForm::Other | WordForm::Punctuation)
    };
    let sure = |least: f64| word.confidence.share() >= least;
    digits >= NUMBER
        || (signs >= 2 && sure(WORD) && possible())
        || (signs == 1 && sure(LETTER) && possible())
        || (sure(FOREIGN) && is_long_word(&word.text))
        || word.text == "%"
}

/// Whether `text` is a word of any language that has capitals, as words are written: all small, all
/// capitals, or with a capital first.
fn is_long_word(text: &str) -> bool {
    let core = text.trim_matches(|c: char| !c.is_alphanumeric());
    let (small, capitals) = (core.chars().all(|c| !c.is_uppercase()), core.chars().all(|c| !c.is_lowercase()));
    core.chars().all(char::is_alphabetic)
        && core.chars().nth(FOREIGN_LETTERS - 1).is_some()
        && (small || capitals || core.chars().skip(1).all(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::Expected;
    use super::*;
    use crate::model::confidence::Confidence;
    use crate::model::geometry::Quad;
    use crate::model::text::{SecondReading, TextSource};

    fn line(words: &[(&str, f64)]) -> Line {
        let word = |(text, confidence): &(&str, f64)| Word {
            text: (*text).into(),
            confidence: Confidence::saturating(*confidence),
            place: Quad::default(),
            source: TextSource::Ocr,
            engine: None,
            second: SecondReading::None,
        };
        Line { words: words.iter().map(word).collect(), begins_block: false }
    }

    #[test]
    fn what_a_seal_and_a_signature_are_read_as_is_junk() {
        for words in [&[("⁄ZZ", 0.3), ("TY", 0.4), ("CỤ", 0.4)][..], &[("|", 0.96)], &[(">⁄", 0.9)], &[("Ị", 0.5)], &[]] {
            assert!(is_junk(&line(words), Expected::Vietnamese), "{words:?}");
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
            assert!(!is_junk(&line(words), Expected::Vietnamese), "{words:?}");
        }
    }

    #[test]
    fn a_number_line_beside_handwriting_stays() {
        for words in [
            &[("Số:", 0.95), (".4ôj\\@Z0AĐẾ", 0.02), ("^%ljkj..fj", 0.01), ("ưwqz!", 0.05)][..],
            &[("Số:", 0.35), ("..lh/jX01)ñ.", 0.02), ("\\|j4ffl.", 0.01)],
            &[("..lh/jX01)ñ.4ffl.q", 0.02), ("/QĐ-UBND", 0.4)],
            &[("Ngày", 0.93), ("2Š.|{..L2O96...nh4ôj\\@Z", 0.05)],
        ] {
            assert!(!is_junk(&line(words), Expected::Vietnamese), "{words:?}");
        }
        assert!(is_junk(&line(&[("sô:", 0.2), (".4ôj\\@Z0AĐẾ-ll,", 0.02)]), Expected::Vietnamese));
    }

    #[test]
    fn lines_in_another_language_stay() {
        for words in [
            &[("SOCIALIST", 0.76), ("REPUBLIC", 0.7), ("OF", 0.03), ("VIETNAM", 0.42)][..],
            &[("Passport", 0.6), ("No.:", 0.2)],
            &[("crime..................", 0.45)],
        ] {
            assert!(!is_junk(&line(words), Expected::Vietnamese), "{words:?}");
        }
        for words in [&[("Rve", 0.69)][..], &[("myhAx", 0.9)], &[("Bokale", 0.2)], &[("w4lks", 0.9)]] {
            assert!(is_junk(&line(words), Expected::Vietnamese), "{words:?}");
        }
    }

    #[test]
    fn with_another_language_expected_a_words_form_says_nothing() {
        let chinese = line(&[("居民", 0.8), ("身份", 0.9)]);
        assert!(is_junk(&chinese, Expected::Vietnamese) && !is_junk(&chinese, Expected::AnyLanguage));
        assert!(is_junk(&line(&[("居民", 0.2), ("|", 0.96)]), Expected::AnyLanguage));
    }
}
