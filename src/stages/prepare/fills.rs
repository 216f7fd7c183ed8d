//! Tells a page that something fills from edge to edge, and that is no sheet of paper, from a blank one.
//!
//! On such a page stands no mark that could be a letter, so by its marks it is blank: noise of a sensor or a
//! line that went wrong, the dots of a halftone, a wedge of greys, one dark tone. The grain of a copy is told
//! from noise by where it lies: it follows the lamp, the folds and what shines through, and so is thick
//! here and thin there. Noise and halftones are as thick everywhere as chance or their pattern make them.

use super::rank::at_share;
use super::scale::Gray;
use crate::model::raster::Raster;

/// Side of the squares that are compared, in inches (5 mm).
const CELL: f32 = 0.2;
/// What is nearer to an edge than this share of a side is shadow, hole or border.
const MARGIN: usize = 12;
/// Fewer squares than this tell nothing.
const FEWEST_CELLS: usize = 50;
/// Less black than this is dust.
const DUST: f32 = 0.006;
/// The spread of noise from square to square is at most so many times that of single pixels that fall by
/// chance; dots of three pixels have three times. That of grain is ten times and more.
const SPREAD_OF_NOISE: f32 = 5.0;
/// Halftones set their dots apart: of pixels that chance makes neighbours, this share is left.
const NEIGHBOURS_OF_DOTS: f32 = 0.6;
/// Levels by which a pixel differs from its neighbour, as a standard deviation; sensors stay below a third.
const NOISY: f32 = 12.0;
/// Where a tenth of the squares is darker than this share of the lightest tenth, tones were scanned, not
/// paper in uneven light.
const TONES: f32 = 0.7;
/// Half of the squares are darker than this on a page of one dark tone, and on no paper to write on.
const DARK_TONE: f32 = 140.0;

/// Whether a page of black and white alone is noise, or the dots of a halftone.
pub(super) fn is_even_grain(page: &Raster, dpi: f32) -> bool {
    let (width, side) = (page.width() as usize, cell(dpi));
    let mut cells: Vec<f32> = Vec::new();
    let (mut neighbours, mut expected) = (0.0, 0.0);
    each_cell(page.samples(), width, side, |rows| {
        let (mut black, mut pairs) = (0_u32, 0_u32);
        for row in rows {
            black += row.iter().map(|&sample| u32::from(sample == 0)).sum::<u32>();
            pairs += row.windows(2).map(|pair| u32::from(pair == [0, 0])).sum::<u32>();
        }
        let share = black as f32 / (side * side) as f32;
        cells.push(share);
        neighbours += pairs as f32;
        expected += share * share * (side * (side - 1)) as f32;
    });
    if cells.len() < FEWEST_CELLS || cells.iter().sum::<f32>() < DUST * cells.len() as f32 {
        return false;
    }
    let mut rank = |share| at_share(&mut cells, share).unwrap_or(0.0);
    let (low, middle, high) = (rank(0.1), rank(0.5), rank(0.9));
    // The middle eight tenths of a normal curve are 2.56 deviations wide.
    let spread = (high - low) / 2.56;
    let by_chance = (middle * (1.0 - middle) / (side * side) as f32).sqrt();
    (middle >= DUST && spread <= SPREAD_OF_NOISE * by_chance) || neighbours < NEIGHBOURS_OF_DOTS * expected
}

/// Whether a page of greys is noise, or tones that no light throws on paper.
pub(super) fn is_toned(page: &Gray) -> bool {
    let (width, side) = (page.width as usize, cell(page.dpi));
    let mut cells = Vec::new();
    let mut steps = [0_u32; 256];
    each_cell(&page.samples, width, side, |rows| {
        let mut sum = 0_u32;
        for row in rows {
            sum += row.iter().map(|&sample| u32::from(sample)).sum::<u32>();
            for pair in row.chunks_exact(2) {
                if let [a, b] = pair
                    && let Some(count) = steps.get_mut(usize::from(a.abs_diff(*b)))
                {
                    *count += 1;
                }
            }
        }
        cells.push(sum as f32 / (side * side) as f32);
    });
    if cells.len() < FEWEST_CELLS {
        return false;
    }
    let half = steps.iter().sum::<u32>() / 2;
    let mut below = 0;
    let median = steps.iter().position(|count| {
        below += count;
        below > half
    });
    // The median difference of two noisy pixels is 0.95 of one pixel's standard deviation.
    let noisy = median.unwrap_or(0) as f32 > NOISY;
    let mut rank = |share| at_share(&mut cells, share).unwrap_or(255.0);
    noisy || rank(0.1) < TONES * rank(0.9) || rank(0.5) < DARK_TONE
}

fn cell(dpi: f32) -> usize {
    ((CELL * dpi) as usize).max(8)
}

/// Shows the rows of every square of the middle of a page.
fn each_cell<'s>(samples: &'s [u8], width: usize, side: usize, mut show: impl FnMut(Vec<&'s [u8]>)) {
    let height = samples.len() / width.max(1);
    let (left, top) = (width / MARGIN, height / MARGIN);
    for y in (top..(height - top).saturating_sub(side)).step_by(side) {
        for x in (left..(width - left).saturating_sub(side)).step_by(side) {
            let row = |row: usize| samples.get((y + row) * width + x..(y + row) * width + x + side);
            show((0..side).filter_map(row).collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raster::Channels;

    const WIDTH: usize = 827;
    const HEIGHT: usize = 1169;

    fn random() -> impl FnMut() -> f32 {
        let mut state = 5_u32;
        move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 16_777_216.0
        }
    }

    /// A page of black and white in which each place is black with a chance of its own.
    fn page(density: impl Fn(usize, usize) -> f32, clump: usize) -> Raster {
        let mut next = random();
        let across = WIDTH / clump + 1;
        let clumps: Vec<f32> = (0..across * (HEIGHT / clump + 1)).map(|_| next()).collect();
        let sample = |place: usize| {
            let (x, y) = (place % WIDTH, place / WIDTH);
            if clumps[y / clump * across + x / clump] < density(x, y) { 0 } else { 255 }
        };
        Raster::new(WIDTH as u32, HEIGHT as u32, Channels::Gray, (0..WIDTH * HEIGHT).map(sample).collect()).unwrap()
    }

    #[test]
    fn noise_is_even_at_every_density_and_the_grain_of_a_copy_is_not() {
        for density in [0.01, 0.05, 0.2, 0.5, 0.8] {
            assert!(is_even_grain(&page(|_, _| density, 1), 100.0), "{density}");
            assert!(is_even_grain(&page(|_, _| density, 2), 100.0), "{density} in clumps");
        }
        assert!(!is_even_grain(&page(|_, _| 0.001, 1), 100.0), "dust");
        assert!(!is_even_grain(&page(|x, y| 0.05 + 0.5 * (x as f32 / 827.0 * y as f32 / 1169.0), 1), 100.0), "shadow");
        let shines = |_: usize, y: usize| if y % 50 < 20 && (200..700).contains(&y) { 0.4 } else { 0.1 };
        assert!(!is_even_grain(&page(|x, y| shines(x, y) + 0.0 * x as f32, 1), 100.0), "print that shines through");
    }

    #[test]
    fn dots_of_a_halftone_stand_apart_whatever_their_density() {
        let dots = |place: usize| {
            let (x, y) = (place % WIDTH, place / WIDTH);
            let apart = 9 - y * 7 / HEIGHT;
            if (x + 3 * y) % (apart + 1) == 0 { 0 } else { 255 }
        };
        let wedge = Raster::new(WIDTH as u32, HEIGHT as u32, Channels::Gray, (0..WIDTH * HEIGHT).map(dots).collect()).unwrap();
        assert!(is_even_grain(&wedge, 100.0));
    }

    #[test]
    fn tones_and_noise_are_no_paper_and_a_shadow_is() {
        let gray = |level: &mut dyn FnMut(usize, usize) -> f32| {
            let samples = (0..WIDTH * HEIGHT).map(|place| level(place % WIDTH, place / WIDTH).clamp(0.0, 255.0) as u8).collect();
            is_toned(&Gray { width: WIDTH as u32, height: HEIGHT as u32, samples, dpi: 100.0 })
        };
        let mut next = random();
        assert!(gray(&mut |_, y| 120.0 + 130.0 * y as f32 / HEIGHT as f32), "wedge");
        assert!(gray(&mut |_, _| 120.0), "one dark tone");
        assert!(gray(&mut |_, _| 225.0 + 80.0 * (next() + next() + next() - 1.5)), "noise");
        assert!(
            !gray(&mut |x, y| 215.0 - x as f32 / 30.0 - 8.0 * ((x * 7 + y * 13) % 3) as f32),
            "uneven light and a sensor's noise"
        );
        assert!(!gray(&mut |x, _| if x < 100 { 90.0 } else { 235.0 }), "a shadow at the edge");
        assert!(!gray(&mut |_, _| 165.0), "coloured paper");
    }
}
