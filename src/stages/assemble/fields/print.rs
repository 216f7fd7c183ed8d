//! Whether digits are print, as far as their places and the reader's confidence tell.
//!
//! A reader is as sure of handwritten digits that it takes for others as of print (a 115 that was
//! read as 445 had 0.93). What is filled in by hand or by a stamp stands in a gap that was left for
//! it, is larger or smaller than the print around it, or stands off its line. Whatever does not pass
//! for print waits for a second witness.

use super::layout::{Place, Segment};
use crate::model::text::{TextSource, Word};

/// Digits that the engine is less sure of are not believed to be print.
pub(super) const SURE: f64 = 0.92;
/// Largest gap beside printed digits, in heights of the words around; spaces have a third.
const GAP: f32 = 0.72;
/// Height of a word with digits against that of the words around.
const HEIGHT: std::ops::RangeInclusive<f32> = 0.45..=1.3;
/// How far its foot may be off theirs, in their heights.
const OFF_LINE: f32 = 0.3;

/// Whether all words with digits in `line` are print. What the file itself says was never written
/// by hand.
pub(super) fn digits_are_print(line: &Segment<'_>) -> bool {
    let words: Vec<(&Word, Place)> = line.words.iter().copied().zip(line.places.iter().copied()).collect();
    let has_digit = |word: &Word| word.text.contains(|c: char| c.is_ascii_digit());
    let around: Vec<&(&Word, Place)> = words
        .iter()
        .filter(|(word, _)| !has_digit(word) && word.text.chars().filter(|c| c.is_alphabetic()).count() >= 2)
        .collect();
    let height = middle(around.iter().map(|(_, place)| place.height()));
    // Letters that reach below the line would put its foot too low.
    let on_line = around.iter().filter(|(word, _)| !word.text.contains(reaches_down));
    let foot = middle(on_line.map(|(_, place)| place.bottom));
    words.iter().enumerate().filter(|(_, (word, _))| has_digit(word) && word.source != TextSource::Embedded).all(
        |(at, (word, place))| {
            let fits = height.is_none_or(|height| {
                let before = at.checked_sub(1).and_then(|before| words.get(before)).map(|(_, before)| place.left - before.right);
                let after = words.get(at + 1).map(|(_, after)| after.left - place.right);
                let close = before.into_iter().chain(after).all(|gap| gap <= GAP * height);
                let level =
                    word.text.contains(reaches_down) || foot.is_none_or(|foot| (place.bottom - foot).abs() <= OFF_LINE * height);
                close && level && HEIGHT.contains(&(place.height() / height.max(f32::EPSILON)))
            });
            word.confidence.share() >= SURE && fits && !on_leaders(&word.text)
        },
    )
}

/// Dots or rules that digits are written on.
fn on_leaders(text: &str) -> bool {
    text.contains(['…', '_']) || text.contains("..")
}

fn reaches_down(c: char) -> bool {
    matches!(
        c,
        'g' | 'j'
            | 'p'
            | 'q'
            | 'y'
            | 'ý'
            | 'ỳ'
            | 'ỷ'
            | 'ỹ'
            | 'ỵ'
            | 'Q'
            | 'ạ'
            | 'ặ'
            | 'ậ'
            | 'ẹ'
            | 'ệ'
            | 'ị'
            | 'ọ'
            | 'ộ'
            | 'ợ'
            | 'ụ'
    ) || matches!(c, 'ự' | ',' | ';' | '(' | ')' | '/' | '|')
        || matches!(c, 'Ạ' | 'Ặ' | 'Ậ' | 'Ẹ' | 'Ệ' | 'Ị' | 'Ọ' | 'Ộ' | 'Ợ' | 'Ụ' | 'Ự' | 'Ỵ')
}

fn middle(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::super::layout::segments;
    use super::super::testing::{At, laid_out};
    use super::*;
    use crate::model::page::RecognisedPage;

    fn is_print(page: &RecognisedPage) -> bool {
        let found = segments(page, 9.0);
        digits_are_print(&found[0])
    }

    fn date() -> RecognisedPage {
        laid_out(&[At(850.0, 270.0, "Lào Cai, ngày 16 tháng 11 năm 2023")], 0.95)
    }

    #[test]
    fn printed_digits_pass() {
        assert!(is_print(&date()));
        assert!(is_print(&laid_out(&[At(270.0, 270.0, "Số: 15/QĐ-SNV")], 0.95)));
    }

    #[test]
    fn digits_that_were_filled_in_do_not() {
        let changed = |change: fn(&mut Word)| {
            let mut page = date();
            change(&mut page.lines[0].words[3]);
            is_print(&page)
        };
        assert!(!changed(|day| day.confidence = crate::model::confidence::Confidence::saturating(0.85)), "unsure");
        assert!(!changed(|day| day.place.0[0].y -= 20.0), "taller");
        assert!(!changed(|day| day.place.0.iter_mut().for_each(|corner| corner.y += 14.0)), "lower");
        assert!(!changed(|day| day.text = "16...".into()), "on leaders");
        let mut page = date();
        for word in &mut page.lines[0].words[4..] {
            word.place.0.iter_mut().for_each(|corner| corner.x += 20.0);
        }
        assert!(!is_print(&page), "in a gap");
        for word in &mut page.lines[0].words {
            word.source = TextSource::Embedded;
        }
        assert!(is_print(&page), "the file says so itself");
    }
}
