//! From what Tesseract says of a word to how often such words are right.
//!
//! Tesseract's number is no share of anything: of the words that it gives 80, two thirds are
//! right. And it knows little of spelling: a word that cannot be Vietnamese is far more often
//! wrong than another one of the same number, as long as no other language is looked for. The two
//! curves below were measured as `make bench` measures confidence, over 26,000 words, on its scans
//! and on 63 other synthetic pages; they join shares counted in bins.

use super::Expected;
use crate::model::vietnamese::{self, WordForm};

/// Tesseract's number and the share of right words in per cent, for words that can be
/// Vietnamese, numbers, codes and punctuation.
const POSSIBLE: [(f32, f32); 11] = [
    (0.0, 10.0),
    (30.0, 32.0),
    (50.0, 45.0),
    (70.0, 57.0),
    (80.0, 68.0),
    (85.0, 76.0),
    (90.0, 90.0),
    (93.0, 96.0),
    (95.0, 97.0),
    (96.5, 99.3),
    (97.5, 99.7),
];
/// The same for words that are none of these.
const IMPOSSIBLE: [(f32, f32); 6] = [(0.0, 1.0), (50.0, 4.0), (80.0, 20.0), (90.0, 45.0), (93.0, 75.0), (97.0, 85.0)];

/// The share of right words, in per cent, among words like `text` to which Tesseract gives
/// `confidence`.
pub(super) fn calibrated(confidence: f32, text: &str, expected: Expected) -> f32 {
    let impossible = expected == Expected::Vietnamese && vietnamese::form_of(text) == WordForm::Other;
    let curve = if impossible { IMPOSSIBLE.as_slice() } else { &POSSIBLE };
    on_curve(curve, confidence)
}

/// What `curve` joins to `confidence`; not a number sorts below everything.
pub(super) fn on_curve(curve: &[(f32, f32)], confidence: f32) -> f32 {
    let mut last: Option<(f32, f32)> = None;
    for &(from, share) in curve {
        match last {
            _ if confidence.is_nan() => return share,
            None if confidence <= from => return share,
            Some((before, low)) if confidence <= from => {
                return low + (share - low) * (confidence - before) / (from - before);
            }
            _ => last = Some((from, share)),
        }
    }
    last.map_or(0.0, |(_, share)| share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_from_the_engine_is_never_less_here_and_all_are_shares() {
        for word in ["nghiệp", "tlnh"] {
            let shares: Vec<f32> =
                (-10..=1100).map(|tenth| calibrated(tenth as f32 / 10.0, word, Expected::Vietnamese)).collect();
            assert!(shares.is_sorted() && shares.iter().all(|share| (0.0..=100.0).contains(share)), "{word}");
        }
        assert_eq!(calibrated(f32::NAN, "nghiệp", Expected::Vietnamese), 10.0);
        assert!((calibrated(87.5, "nghiệp", Expected::Vietnamese) - 83.0).abs() < 0.01, "half-way between two bins");
    }

    #[test]
    fn what_cannot_be_vietnamese_is_believed_less() {
        for confidence in [0.0, 40.0, 80.0, 92.0, 96.0, 100.0] {
            assert!(
                calibrated(confidence, "nghiệp", Expected::Vietnamese) > calibrated(confidence, "nghịêpn", Expected::Vietnamese)
            );
            assert_eq!(
                calibrated(confidence, "12/03/2024", Expected::Vietnamese),
                calibrated(confidence, "nghiệp", Expected::Vietnamese)
            );
            assert_eq!(
                calibrated(confidence, "republic", Expected::AnyLanguage),
                calibrated(confidence, "nghiệp", Expected::Vietnamese)
            );
        }
    }
}
