//! Finds the quarter turn that brings text upright.
//!
//! Two kinds of evidence are weighed. Letters rise over their line far more often than they reach
//! below it, in Vietnamese even more than in English, for most marks stand above; Leptonica counts
//! both. And rows of pixels alternate between ink and paper where text lines are level, which
//! columns do not; that tells the axis on pages with too few letters to count, such as cards.

use super::pix::{Pix, PixError, Skew};
use crate::model::geometry::Turn;

/// Components larger than this many inches are frames, rules, pictures: they have an axis of
/// their own.
const LARGEST_LETTER: f32 = 0.6;
/// What a factor e in the contrast of rows against columns weighs, in units of the count of
/// letters.
const AXIS_WEIGHT: f32 = 5.0;
/// With less evidence than this for an axis the page stays as it is.
const AXIS_CERTAIN: f32 = 1.0;
/// With less evidence than this for one end being up the page stays as it is. Counts of upright
/// pages lie between 4 and 50, those of lying ones within ±7.
const END_CERTAIN: f32 = 4.0;
/// With this much evidence for one end the other axis is not looked at.
const END_OBVIOUS: f32 = 12.0;

/// Text as it looks along one axis.
struct Along {
    /// Contrast between neighbouring rows.
    contrast: f32,
    /// Evidence that this end is up; negative for the opposite end.
    up: f32,
}

/// The turn to add so that the text of `binary` stands upright; [`Turn::None`] where the page does
/// not say.
pub(super) fn find_turn(binary: &Pix, dpi: f32) -> Result<Turn, PixError> {
    let letters = binary.without_larger_than((LARGEST_LETTER * dpi) as u16)?;
    let Some(level) = look(&letters)? else { return Ok(Turn::None) };
    if level.up.abs() >= END_OBVIOUS {
        return Ok(if level.up > 0.0 { Turn::None } else { Turn::Half });
    }
    let Some(lying) = look(&letters.turned(1)?)? else { return Ok(Turn::None) };
    let contrast = (level.contrast.max(1.0) / lying.contrast.max(1.0)).ln();
    let axis = level.up.abs() - lying.up.abs() + AXIS_WEIGHT * contrast;
    if std::env::var("DBG").is_ok() { eprintln!("level {} {} lying {} {} contrast {contrast} axis {axis}", level.contrast, level.up, lying.contrast, lying.up); }
    Ok(if axis >= AXIS_CERTAIN && level.up.abs() >= END_CERTAIN {
        if level.up > 0.0 { Turn::None } else { Turn::Half }
    } else if axis <= -AXIS_CERTAIN && lying.up.abs() >= END_CERTAIN {
        if lying.up > 0.0 { Turn::Right } else { Turn::Left }
    } else {
        Turn::None
    })
}

fn look(letters: &Pix) -> Result<Option<Along>, PixError> {
    let Some(Skew { score, .. }) = letters.skew() else { return Ok(None) };
    let (Some(here), Some(turned)) = (letters.ascent(), letters.turned(2)?.ascent()) else { return Ok(None) };
    Ok(Some(Along { contrast: score, up: here - turned }))
}
