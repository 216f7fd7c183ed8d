//! From the network's probabilities to how often such words are right, as for Tesseract.
//!
//! A word's probability is the product of those of its letters. It is nearly honest as it is; the
//! curves, measured on the 6,691 words that are read on the scans of `make bench`, take off what it is
//! too sure of.

use super::super::Expected;
use super::super::calibration::on_curve;
use crate::model::vietnamese::{self, WordForm};

/// The network's probability of a word in per cent and the share of right words, for words that can
/// be Vietnamese, numbers, codes and punctuation.
const POSSIBLE: [(f32, f32); 14] = [
    (0.0, 1.0),
    (20.0, 6.0),
    (40.0, 28.0),
    (55.0, 44.0),
    (65.0, 54.0),
    (75.0, 65.0),
    (85.0, 80.0),
    (92.0, 89.0),
    (96.0, 94.5),
    (97.5, 96.5),
    (98.5, 97.5),
    (99.2, 98.5),
    (99.7, 99.3),
    (99.95, 99.8),
];
/// The same for words that are none of these.
const IMPOSSIBLE: [(f32, f32); 7] =
    [(0.0, 0.0), (50.0, 4.0), (70.0, 20.0), (85.0, 65.0), (94.0, 85.0), (99.0, 93.0), (99.95, 99.0)];

/// The share of right words, in per cent, among words like `text` of which the network is so sure.
pub(super) fn calibrated(probability: f32, text: &str, expected: Expected) -> f32 {
    let impossible = expected == Expected::Vietnamese && vietnamese::form_of(text) == WordForm::Other;
    on_curve(if impossible { &IMPOSSIBLE } else { &POSSIBLE }, 100.0 * probability)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_from_the_network_is_never_less_here_and_all_are_shares() {
        for word in ["nghiệp", "tlnh"] {
            let shares: Vec<f32> = (0..=1000).map(|part| calibrated(part as f32 / 1000.0, word, Expected::Vietnamese)).collect();
            assert!(shares.is_sorted() && shares.iter().all(|share| (0.0..=100.0).contains(share)), "{word}");
        }
    }

    #[test]
    fn what_cannot_be_vietnamese_is_believed_less() {
        for probability in [0.1, 0.5, 0.9, 0.99, 1.0] {
            let of = |text, expected| calibrated(probability, text, expected);
            assert!(of("nghiệp", Expected::Vietnamese) > of("nghịêpn", Expected::Vietnamese), "{probability}");
            assert_eq!(of("republic", Expected::AnyLanguage), of("nghiệp", Expected::Vietnamese));
        }
    }
}
