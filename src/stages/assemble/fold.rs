//! Comparing words that people and engines write differently.

use crate::model::vietnamese::edit_distance;
pub(super) use crate::model::vietnamese::fold_words;

/// How alike two texts are, from 0 (nothing in common) to 1 (equal): one less the Levenshtein
/// distance over the length of the longer one. Work grows with the product of the lengths, so
/// callers cut what they compare.
pub(super) fn similarity(left: &str, right: &str) -> f64 {
    let longest = left.chars().count().max(right.chars().count());
    if longest == 0 {
        return 1.0;
    }
    1.0 - edit_distance(left, right) as f64 / longest as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_are_kept() {
        assert_eq!(fold_words("Độc lập - Tự do"), "doc lap tu do");
        assert_eq!(fold_words(" (QUYẾT ÐỊNH) "), "quyet dinh");
    }

    #[test]
    fn similarity_counts_edits() {
        assert_eq!(similarity("", ""), 1.0);
        assert_eq!(similarity("abc", ""), 0.0);
        assert_eq!(similarity("quyet dinh", "quyet dinh"), 1.0);
        assert!((similarity("quyet dinh", "quyt dnh") - 0.8).abs() < 1e-9);
        assert!((similarity("kitten", "sitting") - (1.0 - 3.0 / 7.0)).abs() < 1e-9);
    }
}
