//! Finds what is written on a grainy bilevel page.
//!
//! A scanner that has only black and white to give, and finds little ink, puts its threshold into
//! the noise of the paper: shadows and print that shines through come out as dense grain that
//! hangs together. Ink lies far beyond that threshold, so its strokes are wide and without a gap.
//! How wide and long a solid stroke must be to be no chance follows from how dense the grain is.

use super::bits::Component;
use super::pix::{Pix, PixError};
use super::scale::Gray;

/// Side of the squares whose grain is measured, in pixels: 8 mm at 200 dpi.
const TILE: usize = 64;
/// Minus the logarithm of the chance that a solid square of grain is found where there is none: one
/// in a thousand pages of four million pixels.
const RARE: f32 = 22.0;
/// Squares wider than this (1 mm at 200 dpi) are wider than strokes.
const WIDEST: u8 = 8;
/// Twice the length over the width of the shortest stroke; a square of grain grows longer by
/// chance, but not that much.
const LENGTH: i32 = 5;
/// Less grain than this is dust.
const DUST: f32 = 0.001;
/// Black that changes to white and back less often than this is a shape and no grain.
const CHANGES_OF_SHAPES: f32 = 0.1;
/// Grain has at least this share of the single pixels that chance makes; a scanner's optics smear
/// some of them together. Print has none.
const SMEARED: f32 = 0.2;
/// Where a larger share of the page than this is so dense that no stroke could be told, nothing
/// is said of the page.
const MOST_UNTOLD: f32 = 1.0 / 3.0;

/// The solid strokes of a page, darker than `ink`; none if too much of it is too dense to tell.
pub(super) fn solid_marks(gray: &Gray, ink: u8) -> Result<Option<Vec<Component>>, PixError> {
    let tiles = Tiles::measure(gray, ink);
    let untold = tiles.widths.iter().filter(|&&width| width > WIDEST).count();
    if untold as f32 > tiles.widths.len() as f32 * MOST_UNTOLD {
        return Ok(None);
    }
    let binary = gray.darker(ink);
    let solid_squares = Pix::from_bits(&binary)?;
    let mut marks = Vec::new();
    for width in 1..=WIDEST {
        if !tiles.widths.contains(&width) {
            continue;
        }
        let solid = if width == 1 { binary.components() } else { solid_squares.opened(width)?.bits().components() };
        let long = |c: &Component| 2 * c.width.max(c.height) >= LENGTH * i32::from(width);
        marks.extend(solid.into_iter().filter(|c| long(c) && tiles.widest(c) == width));
    }
    Ok(Some(marks))
}

/// For each tile the width that a solid square must have to be no grain.
struct Tiles {
    across: usize,
    widths: Vec<u8>,
}

impl Tiles {
    fn measure(gray: &Gray, ink: u8) -> Self {
        let (width, height) = (gray.width as usize, gray.height as usize);
        let (across, down) = (width.div_ceil(TILE), height.div_ceil(TILE));
        let mut counts = vec![Counts::default(); across * down];
        let dark = |x: usize, row: Option<&[u8]>| row.and_then(|row| row.get(x)).is_some_and(|&sample| sample < ink);
        let rows: Vec<&[u8]> = gray.samples.chunks_exact(width).collect();
        for (y, row) in rows.iter().enumerate() {
            let (above, below) = (y.checked_sub(1).and_then(|y| rows.get(y)).copied(), rows.get(y + 1).copied());
            let band = counts.iter_mut().skip(y / TILE * across);
            for (count, (tile, span)) in band.zip(row.chunks(TILE).enumerate()) {
                for (i, &sample) in span.iter().enumerate() {
                    let x = tile * TILE + i;
                    let here = sample < ink;
                    count.pixels += 1;
                    count.dark += u32::from(here);
                    if x == 0 || dark(x - 1, Some(row)) == here {
                        continue;
                    }
                    count.changes += 1;
                    let sides = [x - 1, x, x + 1];
                    let alone =
                        dark(x + 1, Some(row)) != here && sides.iter().all(|&x| dark(x, above) != here && dark(x, below) != here);
                    if alone {
                        *(if here { &mut count.dark_alone } else { &mut count.white_alone }) += 1;
                    }
                }
            }
        }
        let widths = counts.iter().map(Counts::width).collect();
        Self { across, widths }.spread()
    }

    /// Gives each tile the most of itself and its neighbours: grain does not end where a tile does.
    fn spread(self) -> Self {
        let down = self.widths.len() / self.across.max(1);
        let around = |index: usize| {
            let (x, y) = (index % self.across, index / self.across);
            let rows = y.saturating_sub(1)..=(y + 1).min(down.saturating_sub(1));
            rows.flat_map(move |y| (x.saturating_sub(1)..=(x + 1).min(self.across - 1)).map(move |x| y * self.across + x))
        };
        let spread = |(index, &own): (usize, &u8)| {
            let most = around(index).filter_map(|near| self.widths.get(near)).copied().max().unwrap_or(own);
            // Beside what cannot be told, strokes have to be as wide as strokes can be.
            if own > WIDEST { own } else { most.min(WIDEST) }
        };
        let widths = self.widths.iter().enumerate().map(spread).collect();
        Self { across: self.across, widths }
    }

    /// The most that any tile asks for which the component touches.
    fn widest(&self, c: &Component) -> u8 {
        let tile = |place: i32| (place.max(0) as usize) / TILE;
        let columns = tile(c.x)..=tile(c.x + c.width - 1);
        (tile(c.y)..=tile(c.y + c.height - 1))
            .flat_map(|row| columns.clone().map(move |column| row * self.across + column))
            .filter_map(|index| self.widths.get(index))
            .copied()
            .max()
            .unwrap_or(0)
    }
}

/// What is counted in a tile.
#[derive(Clone, Default)]
struct Counts {
    pixels: u32,
    dark: u32,
    /// Pixels that differ from the one to the left.
    changes: u32,
    /// Dark pixels with eight white neighbours.
    dark_alone: u32,
    /// White pixels with eight dark neighbours.
    white_alone: u32,
}

impl Counts {
    /// The width at which a solid square is no chance: grain of density p makes one of width w at
    /// a given place with chance p^(w²).
    fn width(&self) -> u8 {
        let density = self.grain();
        if density <= DUST {
            return 1;
        }
        (RARE / -density.ln()).sqrt().ceil().clamp(1.0, 99.0) as u8
    }

    /// Density of the grain, from 0 to 1, without what is printed.
    fn grain(&self) -> f32 {
        let share = |count: u32| count as f32 / self.pixels.max(1) as f32;
        let mostly_dark = share(self.dark) > 0.5;
        let changes = share(self.changes).min(0.5);
        if mostly_dark && changes < CHANGES_OF_SHAPES {
            return 0.0;
        }
        // Pixels that fall independently, a share p of them dark, change 2p(1 - p) times.
        let rarer = (1.0 - (1.0 - 2.0 * changes).sqrt()) / 2.0;
        let alone = share(if mostly_dark { self.white_alone } else { self.dark_alone });
        if alone < SMEARED * rarer * (1.0 - rarer).powi(8) {
            // The changes are those of print; the single pixels are all the grain there is.
            alone
        } else if mostly_dark {
            1.0 - rarer
        } else {
            rarer
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 640;

    /// White paper on which a share of `density` of the pixels is black.
    fn grain(density: f32) -> Gray {
        let mut state = 3_u32;
        let samples = (0..SIDE * SIDE).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if (state >> 8) as f32 / 16_777_216.0 < density { 0 } else { 255 }
        });
        Gray { width: SIDE as u32, height: SIDE as u32, samples: samples.collect(), dpi: 200.0 }
    }

    fn stroke(gray: &mut Gray, width: usize, length: usize) {
        for y in 300..300 + length {
            gray.samples[y * SIDE + 200..y * SIDE + 200 + width].fill(0);
        }
    }

    #[test]
    fn grain_alone_makes_no_strokes_however_dense() {
        for density in [0.0, 0.01, 0.1, 0.3, 0.45, 0.6] {
            let marks = solid_marks(&grain(density), 128).unwrap().unwrap();
            assert_eq!(marks, [], "{density}");
        }
        assert_eq!(solid_marks(&grain(0.9), 128).unwrap(), None, "nothing can be told");
    }

    #[test]
    fn a_stroke_is_found_in_grain_if_it_is_wide_enough_for_it() {
        for (density, width) in [(0.0, 2), (0.02, 3), (0.1, 4), (0.3, 5), (0.5, 7)] {
            let mut gray = grain(density);
            stroke(&mut gray, width, 24);
            let marks = solid_marks(&gray, 128).unwrap().unwrap();
            assert!(!marks.is_empty(), "{width} wide in {density}");
        }
    }

    #[test]
    fn print_that_shines_through_is_broken_up() {
        let mut gray = grain(0.15);
        let more = grain(0.5);
        for y in (100..500).filter(|y| y % 40 < 20) {
            for x in (50..600).filter(|x| x % 14 < 5) {
                gray.samples[y * SIDE + x] &= more.samples[x * SIDE + y];
            }
        }
        assert_eq!(solid_marks(&gray, 128).unwrap().unwrap(), []);
    }

    #[test]
    fn dense_print_is_no_grain() {
        let mut gray = grain(0.0);
        for y in (100..500).filter(|y| y % 30 < 18) {
            for x in (50..600).filter(|x| x % 8 < 2) {
                gray.samples[y * SIDE + x] = 0;
            }
        }
        assert!(solid_marks(&gray, 128).unwrap().unwrap().len() > 500);
    }
}
