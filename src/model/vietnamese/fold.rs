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
