//! How large print is, by the height of its ink and by its width.
//!
//! The height of a word's box depends on what is written (`năm` and `Ủy` of one size differ by
//! half) and on what else touches it: grain, stamps, the line above. Lines of one print that get
//! sizes far apart are put into blocks of their own by readers, or their blanks are too wide for
//! the words. So a word's height is divided by what its letters reach over, and no print is taken
//! for larger than its letters are wide.

use unicode_normalization::UnicodeNormalization;

/// Print is at most so many times as large as the usual width of its letters says.
const NARROW: f64 = 1.35;
/// Parts of an em over the baseline: letters as high as x, letters with a stem, capitals and
/// digits, and what marks add to either.
const SMALL: f64 = 0.46;
const STEM: f64 = 0.68;
const MARK: f64 = 0.22;
const SECOND_MARK: f64 = 0.14;
/// What reaches below it.
const BELOW: f64 = 0.21;

/// The height of `text` in its ems; `None` if it has no letter and no digit, so that its height says
/// little.
fn height(text: &str) -> Option<f64> {
    let (mut over, mut under): (f64, f64) = (0.0, 0.0);
    let (mut body, mut marks) = (0.0, 0.0);
    let mut seen = false;
    for part in text.nfd() {
        match part {
            '\u{300}'..='\u{303}' | '\u{306}' | '\u{309}' => {
                marks += if marks == 0.0 { MARK } else { SECOND_MARK };
            }
            '\u{323}' => under = under.max(BELOW),
            '\u{31b}' => {}
            _ => {
                seen |= part.is_alphanumeric();
                marks = 0.0;
                body = match part {
                    'a' | 'c' | 'e' | 'g' | 'm'..='s' | 'u'..='z' => SMALL,
                    _ if part.is_alphanumeric() => STEM,
                    '(' | ')' | '/' | '[' | ']' | '"' | '“' | '”' => STEM,
                    _ => 0.0,
                };
                if "gjpqyQ,;()[]/".contains(part) {
                    under = under.max(BELOW);
                }
            }
        }
        over = over.max(body + marks);
    }
    (seen && over > 0.0).then_some(over + under)
}

/// The usual width of `text` in its ems.
fn width(text: &str) -> f64 {
    let of = |c: char| match c {
        'i' | 'í' | 'ì' | 'ỉ' | 'ĩ' | 'ị' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | '.' | ',' | ';' | ':' | '\'' | '|' | '!'
        | '(' | ')' | '[' | ']' | '/' | '-' => 0.3,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.8,
        c if c.is_uppercase() => 0.68,
        _ => 0.48,
    };
    text.chars().map(of).sum()
}

/// How large the print of a line is, of whose words texts, widths and heights are given.
pub(super) fn of<'a>(words: impl Iterator<Item = (&'a str, f64, f64)> + Clone) -> f64 {
    let mut sizes: Vec<f64> = words.clone().filter_map(|(text, _, high)| Some(high / height(text)?)).collect();
    if sizes.is_empty() {
        // Signs alone: as high as they are, at least.
        sizes = words.clone().map(|(.., high)| high / STEM).collect();
    }
    let middle = sizes.len() / 2;
    let by_height = if sizes.is_empty() { 0.0 } else { *sizes.select_nth_unstable_by(middle, f64::total_cmp).1 };
    let (wide, usual) = words.fold((0.0, 0.0), |(wide, usual), (text, own, _)| (wide + own, usual + width(text)));
    by_height.min(NARROW * wide / usual.max(0.3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_print_are_of_one_size_whatever_is_written() {
        // Heights of Times of 100: x 46, stems 68, marks, what hangs.
        let words = [("năm", 60.0 + 70.0, 68.0), ("2026", 200.0, 68.0), ("Ủy", 120.0, 111.0), ("nhân", 190.0, 68.0)];
        for word in words {
            let size = of([word].into_iter());
            assert!((size - 100.0).abs() < 3.0, "{word:?}: {size}");
        }
    }

    #[test]
    fn a_box_that_grain_made_higher_makes_no_larger_print() {
        let size = of([("kiểm", 190.0, 400.0), ("tra,", 140.0, 500.0)].into_iter());
        assert!(size < 140.0, "{size}");
        // One of three words says nothing against two.
        let size = of([("kiểm", 190.0, 82.0), ("tra", 125.0, 300.0), ("thực", 180.0, 89.0)].into_iter());
        assert!((90.0..110.0).contains(&size), "{size}");
    }

    #[test]
    fn signs_alone_have_a_size() {
        assert!(of([("-", 30.0, 4.0)].into_iter()) > 0.0);
        assert_eq!(of(std::iter::empty()), 0.0);
    }
}
