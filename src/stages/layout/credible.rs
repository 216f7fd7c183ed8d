//! Tells text from what only looks like letters: noise, hatching, photographs, grain.

use super::ink::Component;
use super::segment::Segment;

/// A segment of at least this many letters tells by their order whether it is text.
const ENOUGH: usize = 3;
/// Letters stand on their baseline up to this many ascents over or under it.
const ON_BASE: f32 = 0.15;
/// In a line of text at least this share of letters stands on the baseline.
const STANDING: f32 = 0.6;
/// Where less than this share of what has a letter's size stands in lines, the rest is noise.
const NOISY: f32 = 0.6;
/// Where less than this share of the ink stands in lines, lines are not how the page is written,
/// or they can not be seen.
const UNEXPLAINED: f32 = 0.12;
/// With fewer ink pixels than this to a square inch there is nothing that lines could explain.
const LITTLE_INK: f32 = 60.0;

/// What can be made of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// What stands in lines is text.
    Text,
    /// Only lines that look like text in themselves are text.
    Noise,
    /// The letters, if there are any, can not be told apart.
    Unclear,
}

/// Judges the segments of a page of `letters` components of a letter's size.
pub(super) fn judge(segments: &[Segment], letters: usize, components: &[Component], square_inches: f32) -> Verdict {
    let (mut in_lines, mut ink_in_lines) = (0, 0);
    for segment in segments.iter().filter(|segment| segment.bodies.len() >= ENOUGH) {
        in_lines += segment.bodies.len();
        ink_in_lines += segment.bodies.iter().chain(&segment.marks).map(|glyph| glyph.area).sum::<i32>();
    }
    let ink: i32 = components.iter().map(|component| component.area).sum();
    if (in_lines as f32) < NOISY * letters as f32 {
        Verdict::Noise
    } else if ink as f32 > LITTLE_INK * square_inches && (ink_in_lines as f32) < UNEXPLAINED * ink as f32 {
        Verdict::Unclear
    } else {
        Verdict::Text
    }
}

/// Whether the letters of `segment` stand side by side on a line as print does.
pub(super) fn looks_like_text(segment: &Segment) -> bool {
    let on_base = segment.bodies.iter().filter(|glyph| {
        let off = glyph.bounds.bottom as f32 - segment.baseline(glyph.bounds.middle());
        off.abs() <= ON_BASE * segment.ascent
    });
    segment.bodies.len() > ENOUGH && on_base.count() as f32 >= STANDING * segment.bodies.len() as f32
}
