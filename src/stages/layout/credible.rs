//! Tells text from what only looks like letters: noise, hatching, photographs, grain.

use super::ink::Component;
use super::segment::Segment;

/// A segment of at least this many letters counts as a line; among noise it must have more.
const ENOUGH: usize = 3;
/// Letters stand on their baseline up to this many ascents over or under it.
const ON_BASE: f32 = 0.15;
/// In a line of text at least this share of letters stands on the baseline.
const STANDING: f32 = 0.6;
/// Where less than this share of what has a letter's size stands in lines, the rest is noise.
const NOISY: f32 = 0.6;
/// Where less than this share of the ink stands in lines, lines are not how the page is written,
/// or they cannot be seen.
const UNEXPLAINED: f32 = 0.12;
/// Rows of a page that cross ink more often to the inch than this are noise: the finest print without
/// margins comes to some 15, every other pixel at 200 dpi by chance to 50.
const RESTLESS: f32 = 20.0;
/// With fewer ink pixels than this to a square inch there is nothing that lines could explain.
const LITTLE_INK: f32 = 60.0;

/// What can be made of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// What stands in lines is text.
    Text,
    /// Only lines that look like text in themselves are text.
    Noise,
    /// The letters, if there are any, cannot be told apart.
    Unclear,
}

/// Judges the segments of a page of `letters` components of a letter's size.
pub(super) fn judge(segments: &[Segment], letters: usize, components: &[Component], dpi: f32, square_inches: f32) -> Verdict {
    let (mut in_lines, mut ink_in_lines) = (0, 0);
    for segment in segments.iter().filter(|segment| segment.bodies.len() >= ENOUGH) {
        in_lines += segment.bodies.len();
        ink_in_lines += segment.bodies.iter().chain(&segment.marks).map(|glyph| glyph.area).sum::<i32>();
    }
    let ink: i32 = components.iter().map(|component| component.area).sum();
    let runs: usize = components.iter().map(|component| component.runs.len()).sum();
    if (in_lines as f32) < NOISY * letters as f32 || runs as f32 > RESTLESS * dpi * square_inches {
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

#[cfg(test)]
mod tests {
    use super::super::chain;
    use super::super::ink::{self, Bounds};
    use super::super::rules::Rules;
    use super::super::testing::{DPI, Dice, blocks, bounds, letters, segment};
    use super::*;
    use crate::model::raster::{Channels, Raster};

    /// The verdict on a page of 4 × 3 inches.
    fn verdict(boxes: &[Bounds]) -> Verdict {
        let components = blocks(boxes);
        let found = chain::segments(&components, &Rules::default(), DPI);
        judge(&found.segments, found.letters, &components, DPI, 12.0)
    }

    fn noise() -> Vec<Bounds> {
        let mut dice = Dice::new(5);
        (0..150)
            .map(|_| {
                let size = (6 + dice.roll(8), 8 + dice.roll(30));
                dice.place((800, 600), size)
            })
            .collect()
    }

    fn hatching() -> Vec<Bounds> {
        (0..12).map(|number| bounds(50 * number, 20, 20, 300)).collect()
    }

    #[test]
    fn lines_are_text_and_so_is_a_page_with_hardly_a_blot() {
        assert_eq!(verdict(&letters(20, 100, 30)), Verdict::Text);
        assert_eq!(
            verdict(&[letters(20, 100, 30), letters(20, 140, 30), vec![bounds(500, 200, 60, 100)]].concat()),
            Verdict::Text
        );
        assert_eq!(verdict(&[bounds(100, 100, 5, 100)]), Verdict::Text);
        assert_eq!(verdict(&[]), Verdict::Text);
    }

    #[test]
    fn scattered_blots_are_noise_even_around_a_line() {
        assert_eq!(verdict(&noise()), Verdict::Noise);
        assert_eq!(verdict(&[noise(), letters(20, 620, 20)].concat()), Verdict::Noise);
    }

    #[test]
    fn a_page_of_random_pixels_is_noise_and_no_riddle_for_the_engine() {
        let mut dice = Dice::new(7);
        let samples = (0..800 * 600).map(|_| if dice.roll(10) < 7 { 0 } else { 255 }).collect();
        let image = Raster::new(800, 600, Channels::Gray, samples).unwrap();
        let components = ink::components(&ink::runs(&image, 128));
        let found = chain::segments(&components, &Rules::default(), DPI);
        assert_eq!(judge(&found.segments, found.letters, &components, DPI, 12.0), Verdict::Noise);
    }

    #[test]
    fn hatching_is_unclear_even_beside_a_line() {
        assert_eq!(verdict(&hatching()), Verdict::Unclear);
        assert_eq!(verdict(&[hatching(), letters(20, 400, 20)].concat()), Verdict::Unclear);
    }

    #[test]
    fn letters_of_print_stand_on_one_baseline() {
        assert!(looks_like_text(&segment(&letters(0, 100, 8))));
        let ragged: Vec<Bounds> = letters(0, 100, 8)
            .into_iter()
            .zip([0, 7, -6, 9, -8, 5, -5, 8])
            .map(|(letter, off)| Bounds { top: letter.top + off, bottom: letter.bottom + off, ..letter })
            .collect();
        assert!(!looks_like_text(&segment(&ragged)));
        assert!(!looks_like_text(&segment(&letters(0, 100, 3))), "three may stand level by chance");
    }
}
