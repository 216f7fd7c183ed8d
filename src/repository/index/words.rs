//! How text is cut into words, for the index, for queries and for snippets alike.
//!
//! A word is a run of letters, digits and combining marks, so a decomposed `Nguyễn` stays whole.
//! Codes such as `15/QĐ-UBND` fall into their parts and are found again as a phrase.

use std::collections::HashMap;
use std::ops::Range;

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::char::is_combining_mark;

use crate::model::vietnamese;

/// Longer words, in bytes, are junk and not indexed.
const MAX_WORD: usize = 200;

/// What is kept of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Lower case, composed, with its marks; the tone of `hòa` and `hoà` in one place.
    Exact,
    /// Lower case without marks, `đ` as `d`.
    Folded,
}

impl Form {
    /// The name of its tokenizer in the index.
    pub(super) fn tokenizer(self) -> &'static str {
        match self {
            Self::Exact => "sohoa_exact",
            Self::Folded => "sohoa_folded",
        }
    }

    /// What the names of fields in this form end with.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Folded => "folded",
        }
    }

    pub(super) fn of(self, word: &str) -> String {
        // Fonts and old keyboards give the letter OI for the horned U.
        let word = word.replace('ƣ', "ư").replace('Ƣ', "Ư");
        let mut form = match self {
            Self::Exact => vietnamese::same_spelling(&word),
            Self::Folded => vietnamese::fold(&word),
        };
        with_i(&mut form);
        form
    }
}

/// The vowel y with its tones, and i with the same.
const Y_AND_I: [(char, char); 6] = [('y', 'i'), ('ỳ', 'ì'), ('ỷ', 'ỉ'), ('ỹ', 'ĩ'), ('ý', 'í'), ('ỵ', 'ị')];

/// Writes `i` for a `y` that is the only vowel after a consonant: `kỹ` and `kĩ`, `quý` and `quí` are
/// one word, and both stand in papers. `thúy` and `thúi` are two.
fn with_i(word: &mut String) {
    let Some(last) = word.chars().next_back() else { return };
    let Some((_, i)) = Y_AND_I.iter().find(|(y, _)| *y == last) else { return };
    let onset = word.get(..word.len() - last.len_utf8()).unwrap_or_default();
    let onset = onset.strip_prefix("qu").map_or(onset, |rest| if rest.is_empty() { "q" } else { onset });
    if !onset.is_empty() && onset.chars().all(|c| "bcdđghklmnpqrstvx".contains(c)) {
        word.truncate(word.len() - last.len_utf8());
        word.push(*i);
    }
}

/// Whether a word is made of such signs; those of Vietnamese are known without a look into tables.
fn is_letter_or_digit(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        '\u{c0}'..='\u{24f}' => !matches!(c, '×' | '÷'),
        '\u{1e00}'..='\u{1eff}' => true,
        _ => c.is_alphanumeric(),
    }
}

/// The places of the words in `text`, as bytes.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = rest.find(|(_, c)| is_letter_or_digit(*c))?;
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = rest.next_if(|(_, c)| is_letter_or_digit(*c) || !c.is_ascii() && is_combining_mark(*c)) {
            end = at + c.len_utf8();
        }
        Some(start..end)
    })
}

/// The words of `text` in one form, without junk.
pub(super) fn forms(text: &str, form: Form) -> Vec<String> {
    words(text).filter_map(|place| text.get(place)).filter(|word| word.len() <= MAX_WORD).map(|word| form.of(word)).collect()
}

/// Words whose form is kept: those of a repository come again and again.
const KEPT: usize = 20_000;

/// The tokenizer of one form.
#[derive(Clone)]
pub(super) struct WordTokenizer {
    form: Form,
    known: HashMap<String, String>,
}

impl WordTokenizer {
    pub(super) fn new(form: Form) -> Self {
        Self { form, known: HashMap::new() }
    }
}

/// Words of one text.
pub(super) struct WordStream<'a> {
    form: Form,
    known: &'a mut HashMap<String, String>,
    text: &'a str,
    places: Box<dyn Iterator<Item = Range<usize>> + 'a>,
    token: Token,
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        let known = &mut self.known;
        WordStream { form: self.form, known, text, places: Box::new(words(text)), token: Token::default() }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        for place in self.places.by_ref() {
            let word = self.text.get(place.clone()).unwrap_or_default();
            if word.len() > MAX_WORD {
                continue;
            }
            self.token.position = self.token.position.wrapping_add(1);
            (self.token.offset_from, self.token.offset_to) = (place.start, place.end);
            self.token.text.clear();
            if let Some(form) = self.known.get(word) {
                self.token.text.push_str(form);
            } else {
                let form = self.form.of(word);
                self.token.text.push_str(&form);
                if self.known.len() >= KEPT {
                    self.known.clear();
                }
                self.known.insert(word.to_owned(), form);
            }
            return true;
        }
        false
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn letters_and_digits_are_those_of_unicode() {
        for c in char::MIN..=char::MAX {
            assert_eq!(is_letter_or_digit(c), c.is_alphanumeric(), "{c:?}");
            assert!(!c.is_ascii() || !is_combining_mark(c));
        }
    }

    #[test]
    fn words_stay_whole_composed_or_not() {
        for text in ["Nguyễn Thị Đường", &"Nguyễn Thị Đường".nfd().collect::<String>()] {
            assert_eq!(forms(text, Form::Exact), ["nguyễn", "thị", "đường"]);
            assert_eq!(forms(text, Form::Folded), ["nguyen", "thi", "duong"]);
        }
        assert_eq!(forms("Số: 15/QÐ-UBND", Form::Exact), ["số", "15", "qđ", "ubnd"], "with an eth");
        assert_eq!(forms("HOÀ BÌNH, thuỷ lợi, Quý", Form::Exact), ["hòa", "bình", "thủy", "lợi", "quí"]);
        assert_eq!(forms("kỹ Lý QUÝ Mỹ thúy y tế ty", Form::Exact), ["kĩ", "lí", "quí", "mĩ", "thúy", "y", "tế", "ti"]);
        assert_eq!(forms("kĩ lí quí THÚY tƣ", Form::Folded), ["ki", "li", "qui", "thuy", "tu"]);
        assert_eq!(forms(" \u{301}/(:\"", Form::Folded), [""; 0]);
        assert_eq!(forms(&"a".repeat(201), Form::Folded), [""; 0]);
    }
}
