//! Text without its marks, for comparing what people and engines write differently.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::letters::lower_case;

/// Writes `text` in lower case without diacritics; đ, and the Ð that is taken for it, becomes d.
/// The composed and the decomposed form of a text fold to the same.
pub fn fold(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).map(lower_case).map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

/// Writes `word` as it is compared where its marks count: composed, in lower case, with Đ for
/// what only looks like it and the tone in its canonical place.
pub fn same_spelling(word: &str) -> String {
    let lower: String = word.nfc().map(lower_case).collect();
    super::canonical_tone(&lower).into_owned()
}

/// A name or a line by the spelling of its words, as [`same_spelling`] writes them.
pub fn spelled(text: &str) -> String {
    text.split_whitespace().map(same_spelling).collect::<Vec<_>>().join(" ")
}

/// Folds `text` and keeps only letters and digits, words parted by single spaces.
pub fn fold_words(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Levenshtein distance in characters. Work grows with the product of the lengths.
pub fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (number, letter) in left.chars().enumerate() {
        let mut diagonal = number;
        let mut before = number.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (other, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            let next = (diagonal + usize::from(letter != *other)).min(above + 1).min(before + 1);
            (diagonal, before) = (above, next);
            *cell = next;
        }
    }
    row.last().copied().unwrap_or_default()
}
