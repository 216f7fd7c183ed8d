//! From the network's probabilities to how often such words are right, as for Tesseract.

use super::super::Expected;
use super::super::calibration::on_curve;
use crate::model::vietnamese::{self, WordForm};

/// The network's probability of a word in per cent and the share of right words, for words that can
/// be Vietnamese, numbers, codes and punctuation.
const POSSIBLE: [(f32, f32); 2] = [(0.0, 0.0), (100.0, 100.0)];
/// The same for words that are none of these.
const IMPOSSIBLE: [(f32, f32); 2] = [(0.0, 0.0), (100.0, 100.0)];

/// The share of right words, in per cent, among words like `text` of which the network is so sure.
pub(super) fn calibrated(probability: f32, text: &str, expected: Expected) -> f32 {
    let impossible = expected == Expected::Vietnamese && vietnamese::form_of(text) == WordForm::Other;
    on_curve(if impossible { &IMPOSSIBLE } else { &POSSIBLE }, 100.0 * probability)
}
