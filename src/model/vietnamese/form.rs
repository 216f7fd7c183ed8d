//! What a printed word can be, with the punctuation around it.

use unicode_normalization::UnicodeNormalization;

use super::abbreviation::{is_abbreviation, is_unit};
use super::letters::is_decomposed;
use super::numbers;
use super::syllable::is_syllable;
use super::word_form::WordForm;

/// Punctuation that papers are printed with. Other signs (`|`, `~`, `©`) come from rules, specks
/// and folds of the paper.
const PUNCTUATION: &str = ".,;:!?…()[]{}\"'“”‘’«»-–—/*+•·%‰&§°=<>_№";
/// Punctuation that parts what is printed without spaces: `và/hoặc`, `UBND-VP`, `1.Tên:`.
const JOINTS: &str = ".,;:…()\"'“”‘’-–—/+&_";
/// Says what `word`, as printed and without white space, can be. Where it can be two things
/// (`VI` the syllable and the number), the more common one is said.
pub fn form_of(word: &str) -> WordForm {
    if is_decomposed(word) {
        let composed: String = word.nfc().collect();
        // A mark that no letter of any language bears stays apart.
        return if is_decomposed(&composed) { WordForm::Other } else { form_of(&composed) };
    }
    let from_core = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let core = from_core.trim_end_matches(|c: char| !c.is_alphanumeric());
    let (before, after) = (word.strip_suffix(from_core).unwrap_or_default(), from_core.strip_prefix(core).unwrap_or_default());
    if before.chars().chain(after.chars()).any(|c| !PUNCTUATION.contains(c)) {
        return WordForm::Other;
    }
    if core.is_empty() {
        return WordForm::Punctuation;
    }
    if after.starts_with(['.', ')']) && numbers::is_list_mark(core) {
        return WordForm::ListMark;
    }
    if is_syllable(core) {
        return WordForm::Syllable;
    }
    if core.contains('@') || core.contains("://") || core.contains("www.") || core.ends_with(".vn") {
        return if numbers::is_address(core) { WordForm::Address } else { WordForm::Other };
    }
    if is_unit(core) {
        return WordForm::Abbreviation;
    }
    if core.contains(|c: char| c.is_numeric()) {
        return numbers::form_of(core).unwrap_or_else(|| joined(core));
    }
    if numbers::is_roman(core) { WordForm::ListMark } else { joined(core) }
}

/// What the parts of `core` are together.
fn joined(core: &str) -> WordForm {
    let (mut syllables, mut initials, mut letters, mut digits) = (0, 0, 0, 0);
    for part in core.split(|c: char| JOINTS.contains(c)).filter(|part| !part.is_empty()) {
        let is_letter = part.chars().all(char::is_alphabetic) && part.chars().nth(1).is_none();
        if is_letter {
            letters += 1;
        } else if is_syllable(part) {
            syllables += 1;
        } else if is_abbreviation(part) {
            initials += 1;
        } else if numbers::is_code_part(part) {
            digits += 1;
        } else {
            return WordForm::Other;
        }
    }
    let is_small = core.chars().any(char::is_lowercase);
    match (syllables, initials, digits) {
        (1.., ..) => WordForm::Compound,
        (0, 1.., 1..) => WordForm::Code,
        (0, 1.., 0) => WordForm::Abbreviation,
        // Letters that stand alone: `V/v`, `Đ/c`, the name of a point, the sign of a product.
        (0, 0, 0) if letters == 2 || letters == 1 && !is_small || core == "x" => WordForm::Abbreviation,
        _ => WordForm::Other,
    }
}

/// The share, from 0 to 1, of the letters of `words` that stand in possible words; none if no
/// word says anything. Words of one letter, numbers, codes and initials count on neither side:
/// noise is as full of them as print.
///
/// Print that was read well has more than 0.97. Other languages, letters that were mixed up and
/// text in the wrong code page stay below 0.25; a text that lost its marks has about 0.7. Where
/// the line is drawn is a setting of those who ask.
pub fn possible_share<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<f64> {
    let (mut possible, mut all) = (0, 0);
    for word in words {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        match form_of(word) {
            _ if letters < 2 => {}
            WordForm::Syllable | WordForm::Compound => {
                possible += letters;
                all += letters;
            }
            WordForm::Other => all += letters,
            _ => {}
        }
    }
    (all > 0).then(|| possible as f64 / all as f64)
}
