//! Finds the quarter turn that brings text upright.
//!
//! For the axis: rows of pixels alternate between ink and paper where text lines are level, which
//! columns do not. For the end that is up: letters rise over their line more often than they reach
//! below it, in Vietnamese even more than in English, for most marks stand above; Leptonica counts
//! both. And for the same reason a line of text ends at its base in a sharper step than it begins
//! with, capitals included. Tables of figures deceive all the same; the pipeline looks again where
//! little can be read.

use super::bits::{Bits, Component};
use super::pix::{Pix, PixError};
use super::sweep;
use crate::model::geometry::Turn;

/// A page with fewer components of a letter's size than this has too little text to tell.
const FEWEST_LETTERS: usize = 25;
/// Letters, capitals with their marks included, are this many inches high or wide.
const LETTER: std::ops::RangeInclusive<f32> = 0.05..=0.25;
/// Components larger than this many inches are frames, rules, pictures: they have an axis of
/// their own.
const LARGEST_LETTER: f32 = 0.6;
/// What a factor e in the contrast of rows against columns weighs, in units of the count of
/// letters.
const AXIS_WEIGHT: f32 = 5.0;
/// With less evidence than this for an axis the page stays as it is.
const AXIS_CERTAIN: f32 = 1.0;
/// What wholly sharp bases of lines weigh, in the same units.
const BASE_WEIGHT: f32 = 20.0;
/// With less evidence than this for its lower end being up a page stays as it is. Written pages
/// have 5 to 60; what is counted across the lines stays within 8.
const END_CERTAIN: f32 = 3.0;
/// Bases of lines sharper than this speak against the lower end, whatever the letters seem to
/// say: the commas of tables of figures hang below the line like the tails of letters.
const BASE_CERTAIN: f32 = 0.05;
/// A page that lies on its side has to be turned, one way or the other: less evidence will do.
const END_LIKELY: f32 = 1.5;
/// With this much evidence for one end the other axis is not looked at.
const END_OBVIOUS: f32 = 15.0;
/// So many standard deviations for one end are not counted again from the other end.
const ASCENT_OBVIOUS: f32 = 10.0;

/// Text as it looks along one axis.
struct Along {
    /// Contrast between neighbouring rows.
    contrast: f32,
    /// Evidence that this end is up; negative for the opposite end.
    up: f32,
    /// How much sharper the lower edges of lines are, from −1 to 1.
    base: f32,
}

/// Whether there are enough `components` of a letter's size to tell an upright page by.
pub(super) fn has_text(components: &[Component], dpi: f32) -> bool {
    let sized = |c: &&Component| LETTER.contains(&(c.width.max(c.height) as f32 / dpi));
    components.iter().filter(sized).nth(FEWEST_LETTERS - 1).is_some()
}

/// The turn to add so that the text of `ink` stands upright; [`Turn::None`] where the page does
/// not say.
pub(super) fn find_turn(ink: &Bits, dpi: f32) -> Result<Turn, PixError> {
    let letters = ink.without_larger_than((LARGEST_LETTER * dpi) as u16);
    let Some(level) = look(&letters)? else { return Ok(Turn::None) };
    let is_on_its_head = level.up <= -END_CERTAIN && level.base < BASE_CERTAIN;
    if level.up.abs() >= END_OBVIOUS {
        return Ok(if is_on_its_head { Turn::Half } else { Turn::None });
    }
    let Some(lying) = look(&turned(&letters, 1)?)? else { return Ok(Turn::None) };
    let contrast = (level.contrast.max(1.0) / lying.contrast.max(1.0)).ln();
    let axis = level.up.abs() - lying.up.abs() + AXIS_WEIGHT * contrast;
    Ok(if axis >= AXIS_CERTAIN && is_on_its_head {
        Turn::Half
    } else if axis <= -AXIS_CERTAIN && lying.up.abs() >= END_LIKELY {
        if lying.up > 0.0 { Turn::Right } else { Turn::Left }
    } else {
        Turn::None
    })
}

fn look(letters: &Bits) -> Result<Option<Along>, PixError> {
    let Some(skew) = sweep::skew(letters) else { return Ok(None) };
    let page = Pix::from_bits(letters)?;
    let Some(here) = page.ascent() else { return Ok(None) };
    let ascent = if here.abs() >= ASCENT_OBVIOUS {
        2.0 * here
    } else {
        let Some(turned) = page.turned(2)?.ascent() else { return Ok(None) };
        here - turned
    };
    let base = sharpness_of_bases(&page.sheared(skew.correction)?.ink_by_row()?);
    Ok(Some(Along { contrast: skew.score, up: ascent + BASE_WEIGHT * base, base }))
}

/// Turned clockwise by `quarters` × 90°.
pub(super) fn turned(ink: &Bits, quarters: u8) -> Result<Bits, PixError> {
    if quarters == 0 {
        return Ok(ink.clone());
    }
    Ok(Pix::from_bits(ink)?.turned(quarters)?.bits())
}

/// How much sharper the lower edges of lines are than the upper ones, from −1 to 1.
fn sharpness_of_bases(ink_by_row: &[f32]) -> f32 {
    let (mut sum, mut total) = (0.0, 0.0);
    for pair in ink_by_row.windows(2) {
        if let [above, below] = pair {
            let step = (above - below).powi(3);
            sum += step;
            total += step.abs();
        }
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_marks_and_many_specks_are_no_text() {
        let letter = Component { x: 0, y: 0, width: 12, height: 18 };
        let speck = Component { width: 3, height: 3, ..letter };
        let some: Vec<_> = std::iter::repeat_n(letter, 12).chain(std::iter::repeat_n(speck, 900)).collect();
        assert!(!has_text(&some, 200.0));
        assert!(has_text(&[letter; 40], 200.0));
    }

    #[test]
    fn a_line_that_ends_sharper_than_it_begins_stands_on_its_base() {
        let profile = [0.0, 10.0, 30.0, 60.0, 90.0, 90.0, 90.0, 5.0, 0.0];
        assert!(sharpness_of_bases(&profile) > 0.5);
        let upside_down: Vec<f32> = profile.iter().rev().copied().collect();
        assert!(sharpness_of_bases(&upside_down) < -0.5);
        assert_eq!(sharpness_of_bases(&[]), 0.0);
    }
}
