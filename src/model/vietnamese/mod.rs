//! What Vietnamese spelling allows: which printed words are possible, and which spellings are one.
//!
//! It judges and never corrects. A word that cannot be Vietnamese is a reason to doubt the
//! reading; what should stand in its place, nobody knows but the paper. [`form_of`] says what a
//! printed word can be, [`possible_share`] how much of a text can be Vietnamese at all,
//! [`same_spelling`] and [`fold`] bring equal words to equal letters for search and comparison.

mod abbreviation;
mod fold;
mod form;
mod legacy;
mod letters;
mod numbers;
mod phrases;
mod rhymes;
mod syllable;
#[cfg(test)]
mod tests;
mod typed;
mod word_form;

pub use fold::{edit_distance, fold, fold_words, same_spelling, spelled};
pub use form::{form_of, possible_share};
pub use legacy::LegacyEncoding;
pub use letters::{Tone, lower_case};
pub use phrases::{begins_part, is_national};
pub use syllable::{Syllable, canonical_tone, is_syllable};
pub use typed::meant_by_keys;
pub use word_form::WordForm;
