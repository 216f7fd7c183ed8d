//! Initials, short forms and units.

use super::fold::fold;
use super::letters::lower_case;
use super::rhymes::ONSETS;
use super::syllable::has_rhyme_without_marks;

/// Capitals that an abbreviation can have: `BVHTTDL`, `VPĐKĐĐ`, and longer ones in symbols of documents.
const LONGEST_ABBREVIATION: usize = 12;
/// Letters from which a word in capitals is more likely a word that lost its marks (`NGHIEP`)
/// than an abbreviation that happens to look like one (`BOT`, `VAT`).
const LOST_MARKS: usize = 4;
/// Abbreviations that are written small; `x` stands between the sides of a thing.
const SMALL: [&str; 15] = ["bs", "đc", "đt", "gs", "ks", "mst", "sđt", "stt", "ths", "tp", "tr", "ts", "tx", "vnđ", "x"];
/// What may follow a number without a space.
const UNITS: [&str; 20] =
    ["đ", "đồng", "vnđ", "m", "m2", "m²", "m3", "m³", "km", "km2", "km²", "cm", "cm2", "cm²", "mm", "ml", "ha", "kg", "g", "h"];

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
            return SMALL.contains(&part) || is_unit(part);
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
    SMALL.contains(&small.as_str()) || is_unit(&small)
}

/// Whether `part` would be a syllable if marks were put on it.
fn lost_its_marks(part: &str) -> bool {
    let folded = fold(part);
    ONSETS.iter().filter_map(|onset| folded.strip_prefix(onset)).any(has_rhyme_without_marks)
}

/// Whether `core` is a unit that stands alone, as in `120 m²`.
pub(super) fn is_unit(core: &str) -> bool {
    UNITS.contains(&core)
}
