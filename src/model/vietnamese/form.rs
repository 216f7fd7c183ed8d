//! What a printed word can be, with the punctuation around it.

use unicode_normalization::UnicodeNormalization;

use super::fold::fold;
use super::letters::{is_decomposed, lower_case};
use super::numbers;
use super::rhymes::ONSETS;
use super::syllable::{has_rhyme_without_marks, is_syllable};

/// Punctuation that papers are printed with. Other signs (`|`, `~`, `©`) come from rules, specks
/// and folds of the paper.
const PUNCTUATION: &str = ".,;:!?…()[]{}\"'“”‘’«»-–—/*+•·%‰&§°=<>_№";
/// Punctuation that parts what is printed without spaces: `và/hoặc`, `UBND-VP`, `1.Tên:`.
const JOINTS: &str = ".,;:…()\"'“”‘’-–—/+&_";
/// Capitals that an abbreviation can have: `BVHTTDL`, `VPĐKĐĐ`, and longer ones in symbols of documents.
const LONGEST_ABBREVIATION: usize = 12;
/// Letters from which a word in capitals is more likely a word that lost its marks (`NGHIEP`)
/// than an abbreviation that happens to look like one (`BOT`, `VAT`).
const LOST_MARKS: usize = 4;
/// Abbreviations that are written small; `x` stands between the sides of a thing.
const SMALL: [&str; 15] = ["bs", "đc", "đt", "gs", "ks", "mst", "sđt", "stt", "ths", "tp", "tr", "ts", "tx", "vnđ", "x"];

/// What a printed word can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WordForm {
    /// One syllable: `định,`.
    Syllable,
    /// Several things in one, at least one of them a syllable: `và/hoặc`, `H'Mông`, `đất:15`.
    Compound,
    /// Initials and units: `UBND`, `QĐ-UBND`, `TTLT-BTC-BTP`, `TTg`, `V/v`, `m²`.
    Abbreviation,
    /// A number, also with a sign, unit or percent, a range or a time: `1.234.567,89`, `17h30`.
    Number,
    /// A date that is in the calendar, or a month: `12/03/2024`, `03/2024`.
    Date,
    /// Numbers and capitals joined: a document's number, a dossier's code, a telephone number, a
    /// line for machines on an identity card.
    Code,
    /// An address in the net: `vanphong@laocai.gov.vn`.
    Address,
    /// The mark of a list or heading: `a)`, `1.`, `2.1.`, `II.`.
    ListMark,
    /// Nothing but punctuation.
    Punctuation,
    /// None of these: another language, or misread.
    Other,
}

impl WordForm {
    /// Whether it is something that a Vietnamese paper can be printed with.
    pub fn is_possible(self) -> bool {
        self != Self::Other
    }
}

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
    if numbers::is_unit(core) {
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

/// Whether `part` can be initials, such as `HĐND` and `TTg`, or is a known short form.
pub(super) fn is_abbreviation(part: &str) -> bool {
    let (mut capitals, mut small) = (0, 0);
    for c in part.chars() {
        // F, J, W and Z stand in names of other languages, tones and most marks in none.
        let is_initial = c.is_ascii_alphabetic() || matches!(lower_case(c), 'đ' | 'ư' | 'ô');
        if !is_initial {
            return false;
        }
        if c.is_uppercase() {
            capitals += 1;
        } else if capitals == 0 {
            return SMALL.contains(&part) || numbers::is_unit(part);
        } else {
            small += 1;
        }
    }
    match small {
        0 => capitals <= LONGEST_ABBREVIATION && !(capitals >= LOST_MARKS && lost_its_marks(part)),
        1 => (2..=LONGEST_ABBREVIATION).contains(&capitals) || is_short_form(part),
        _ => is_short_form(part),
    }
}

/// `Tp`, `ThS`, `Km`: short forms that begin with a capital.
fn is_short_form(part: &str) -> bool {
    let small: String = part.chars().map(lower_case).collect();
    SMALL.contains(&small.as_str()) || numbers::is_unit(&small)
}

/// Whether `part` would be a syllable if marks were put on it.
fn lost_its_marks(part: &str) -> bool {
    let folded = fold(part);
    ONSETS.iter().filter_map(|onset| folded.strip_prefix(onset)).any(has_rhyme_without_marks)
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
