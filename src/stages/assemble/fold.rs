//! Comparing words that people and engines write differently.

use crate::model::vietnamese::fold;

/// Folds `text` and keeps only letters and digits, words parted by single spaces.
pub(super) fn fold_words(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// How alike two texts are, from 0 (nothing in common) to 1 (equal): one less the Levenshtein
/// distance over the length of the longer one. Work grows with the product of the lengths, so
/// callers cut what they compare.
pub(super) fn similarity(left: &str, right: &str) -> f64 {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let longest = left.len().max(right.len());
    if longest == 0 {
        return 1.0;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = i;
        let mut before = i + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (b, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            let next = (diagonal + usize::from(a != b)).min(above + 1).min(before + 1);
            diagonal = above;
            before = next;
            *cell = next;
        }
    }
    let distance = row.last().copied().unwrap_or(longest);
    1.0 - distance as f64 / longest as f64
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
