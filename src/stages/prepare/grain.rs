//! Grain of dark and worn copies: paper that a fax or copier drew as a cloud of dots.
//!
//! One threshold for a page fails here, for the cloud is thicker in one corner than in the other
//! and as dark as pale print. So the level of paper is measured around each place, and what stands out
//! from it is ink: by a share of the way to black where paper is light, and by more than chance
//! makes of the dots where it is dark. This is the reasoning of local thresholds (Niblack;
//! Sauvola), but with the spread that follows from the paper's level instead of the measured one,
//! which print and blotches drive up.

use super::bits::Component;
use super::pix::{Pix, PixError};

/// Pages with more specks than this to a million pixels are grainy.
const GRAINY: usize = 1200;
/// One smoothing takes dust and the grain of a sensor away. Where more specks than this to a
/// million pixels outlast it, the paper itself is dotted.
const DOTTED: f32 = 800.0;
/// Marks up to this many pixels wide and high are specks.
const SPECK: i32 = 3;
/// Means over 3 × 3 pixels taken one after the other: as many as leave the stroke of a letter, 3
/// to 4 pixels, its middle.
const SMOOTHINGS: f32 = 2.0;
/// Pixels that one smoothed pixel stands for, each with its weight: for a normal curve, as which
/// the means add up, 4π times its variance (2/3 for each mean over 3 × 3).
const POOLED: f32 = 4.0 * std::f32::consts::PI * 2.0 / 3.0 * SMOOTHINGS;
/// Side of the squares whose levels are counted, in pixels: 2 mm at 200 dpi.
const CELL: usize = 16;
/// Squares on each side of one that count for it: together 6 mm, a line and its gap.
const REACH: usize = 1;
/// Levels are counted in classes of this many.
const CLASS: usize = 4;
const CLASSES: usize = 256 / CLASS;
/// The share of a neighbourhood, from its lightest pixel on, that is lighter than the middle of its
/// paper: ink covers a fifth of a text.
const PAPER_SHARE: f32 = 0.4;
/// What is darker than paper by this many standard deviations of its grain may be ink.
const STANDS_OUT: f32 = 2.0;
/// Ink is darker than paper by at least this share of the way to black; show-through is not.
const PALEST: f32 = 0.35;
/// Ink that has come this share of the way is black.
const SOLID: f32 = 0.75;
/// From what may be ink to black is at least this share of the way.
const STEEPEST: f32 = 0.2;
/// Paper of which more than this share is black dots cannot be told from ink.
const DARKEST: f32 = 0.95;

/// Number of specks among the components of the ink.
pub(super) fn specks(ink: &[Component]) -> usize {
    ink.iter().filter(|c| c.width <= SPECK && c.height <= SPECK).count()
}

/// Whether so many `specks` crowd a page of that many `pixels`.
pub(super) fn is_grainy(specks: usize, pixels: usize) -> bool {
    specks > (pixels / 1_000_000 + 1) * GRAINY
}

/// Whether specks still crowd the ink after the page was smoothed once.
pub(super) fn is_dotted(ink: &[Component], pixels: usize) -> bool {
    specks(ink) as f32 > pixels as f32 / 1e6 * DOTTED
}

/// Brings the ink of a page that was smoothed once to black and its paper to white, dots and all.
pub(super) fn clear_dots(smoothed: &Pix) -> Result<Vec<u8>, PixError> {
    let (width, height) = (smoothed.width() as usize, smoothed.height() as usize);
    let mut samples = smoothed.blurred()?.gray_samples();
    let levels = Levels::measure(width, height, &samples);
    for (y, row) in samples.chunks_exact_mut(width).enumerate() {
        levels.stretch(y, row);
    }
    Ok(samples)
}

/// For each cell the level that becomes white and what a step towards black is multiplied by.
struct Levels {
    across: usize,
    down: usize,
    white: Vec<f32>,
    gain: Vec<f32>,
    /// For each column of pixels the cells to its left, and how far it is on the way to the next.
    columns: Vec<(usize, f32)>,
}

impl Levels {
    fn measure(width: usize, height: usize, samples: &[u8]) -> Self {
        let (across, down) = (width.div_ceil(CELL), height.div_ceil(CELL));
        let mut cells = vec![[0_u16; CLASSES]; across * down];
        for (y, row) in samples.chunks_exact(width).enumerate() {
            for (cell, part) in cells.iter_mut().skip(y / CELL * across).zip(row.chunks(CELL)) {
                for &sample in part {
                    if let Some(count) = cell.get_mut(usize::from(sample) / CLASS) {
                        *count += 1;
                    }
                }
            }
        }
        let around = summed(&summed(&cells, across, 1), across, across);
        let (white, gain) = around.iter().map(thresholds).unzip();
        Self { across, down, white, gain, columns: (0..width).map(|x| between(x, across)).collect() }
    }

    /// Stretches row `y`, with levels drawn evenly from the middle of one cell to the next.
    fn stretch(&self, y: usize, row: &mut [u8]) {
        let (above, part) = between(y, self.down);
        let line = |levels: &[f32]| -> Vec<f32> {
            let below = levels.iter().skip((above + 1).min(self.down - 1) * self.across);
            let above = levels.iter().skip(above * self.across).take(self.across);
            above.zip(below).map(|(a, b)| a + (b - a) * part).collect()
        };
        let (white, gain) = (line(&self.white), line(&self.gain));
        for (sample, &(left, part)) in row.iter_mut().zip(&self.columns) {
            let mix = |levels: &[f32]| match levels.get(left..left + 2) {
                Some(&[a, b]) => a + (b - a) * part,
                _ => levels.first().copied().unwrap_or_default(),
            };
            *sample = (255.0 - (mix(&white) - f32::from(*sample)) * mix(&gain)).clamp(0.0, 255.0) as u8;
        }
    }
}

/// The first of the two of `cells` cells between whose middles a pixel lies, and how far it is on
/// the way to the second.
fn between(pixel: usize, cells: usize) -> (usize, f32) {
    let place = ((pixel as f32 + 0.5) / CELL as f32 - 0.5).max(0.0);
    let first = (place as usize).min(cells.saturating_sub(2));
    (first, (place - first as f32).min(1.0))
}

/// Adds to each cell its neighbours, up to [`REACH`], in the direction in which they are `step`
/// apart in rows of `across`.
fn summed(cells: &[[u16; CLASSES]], across: usize, step: usize) -> Vec<[u16; CLASSES]> {
    let near = |index: usize, other: usize| step > 1 || index / across == other / across;
    let sum = |index: usize| {
        let before = (1..=REACH).map_while(|n| index.checked_sub(n * step));
        let from_here = (0..=REACH).map(|n| index + n * step);
        let mut sum = [0_u16; CLASSES];
        for cell in before.chain(from_here).filter(|&other| near(index, other)).filter_map(|other| cells.get(other)) {
            for (total, count) in sum.iter_mut().zip(cell) {
                *total = total.saturating_add(*count);
            }
        }
        sum
    };
    (0..cells.len()).map(sum).collect()
}

/// The level that becomes white and the gain from there to black where levels are so distributed.
fn thresholds(counts: &[u16; CLASSES]) -> (f32, f32) {
    let total: f32 = counts.iter().map(|&count| f32::from(count)).sum();
    let mut lighter = 0.0;
    let class = counts.iter().rposition(|&count| {
        lighter += f32::from(count);
        lighter > PAPER_SHARE * total
    });
    let paper = (class.unwrap_or(0) * CLASS + CLASS / 2) as f32;
    let dots = (1.0 - paper / 255.0).min(DARKEST);
    // Dots that fall at random, black or not: the deviation of a mean of them, as a share of the
    // way from paper to black.
    let grain = (dots / (1.0 - dots) / POOLED).sqrt();
    let palest = (STANDS_OUT * grain).max(PALEST);
    let solid = (palest + STEEPEST).max(SOLID);
    (paper * (1.0 - palest), 255.0 / (paper * (solid - palest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of random dots that crowd towards the right, up to `densest` of 256, with black bars
    /// as wide as strokes.
    fn dotted(densest: usize) -> Pix {
        let (width, height) = (600_usize, 320_usize);
        let mut state = 5_u32;
        let samples: Vec<u8> = (0..width * height)
            .map(|i| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let dot = ((state >> 24) as usize) < densest * (i % width) / width;
                if dot || is_bar(i % width, i / width) { 0 } else { 255 }
            })
            .collect();
        Pix::from_gray(width as u32, height as u32, &samples).unwrap()
    }

    fn is_bar(x: usize, y: usize) -> bool {
        (40..560).contains(&x) && x % 20 < 4 && y % 40 >= 20
    }

    #[test]
    fn strokes_stand_out_from_paper_that_grows_dark() {
        let page = dotted(128).blurred().unwrap();
        let clear = clear_dots(&page).unwrap();
        let share_of_ink = |bar: bool| {
            let inside = |x: usize, y: usize| (60..540).contains(&x) && (22..298).contains(&y);
            let places = (0..clear.len()).map(|i| (i % 600, i / 600)).filter(|&(x, y)| inside(x, y));
            let wanted = places.filter(|&(x, y)| {
                let middle = is_bar(x - 1, y - 2) && is_bar(x + 1, y) && is_bar(x, (y + 2).min(319));
                let far = !is_bar(x - 3, y - 3)
                    && !is_bar(x + 3, y + 3)
                    && !is_bar(x + 3, y - 3)
                    && !is_bar(x - 3, y + 3)
                    && !is_bar(x, y);
                if bar { middle } else { far }
            });
            let (ink, all) = wanted.fold((0, 0), |(ink, all), (x, y)| (ink + usize::from(clear[y * 600 + x] < 130), all + 1));
            ink as f32 / all as f32
        };
        assert!(share_of_ink(true) > 0.97, "{}", share_of_ink(true));
        assert!(share_of_ink(false) < 0.02, "{}", share_of_ink(false));
    }

    #[test]
    fn only_crowds_of_specks_are_grain() {
        let speck = Component { x: 0, y: 0, width: 2, height: 3 };
        let letter = Component { width: 12, height: 18, ..speck };
        assert!(is_grainy(specks(&vec![speck; 2500]), 1_000_000) && is_dotted(&vec![speck; 2500], 1_000_000));
        assert!(!is_grainy(specks(&vec![letter; 5000]), 1_000_000) && !is_dotted(&vec![letter; 5000], 1_000_000));
    }
}
