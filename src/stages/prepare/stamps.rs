//! Round stamps in grey scans.
//!
//! In colour the red channel makes a red stamp as light as paper ([`super::scale`]). In grey it
//! stays, lighter than the print that it lies over but dark enough to be read with it. A stamp is
//! found by its ring ([`super::rings`]). Within it, what is no darker than the ring becomes paper.
//! Blue stamps are made grey by [`super::blue`] first.

use super::rings::{COARSE, Coarse, Directions, Ring, directions};

/// The share of the directions in which a ring is darker than its level: there it is crossed by
/// print or has more ink.
pub(super) const CROSSED: f32 = 0.5;
/// A ring darker than this cannot be told from print by its level.
const AS_DARK_AS_INK: u8 = 40;
/// From the ring's middle line a stamp reaches outwards by this many inches (1 mm).
pub(super) const RIM: f32 = 0.04;

/// Lightens the stamps of a page whose ink is black and whose paper is white: those whose rings
/// are `known`, and those that are found.
pub(super) fn lift_stamps(width: u32, height: u32, samples: &mut [u8], dpi: f32, known: &[Ring]) {
    let (width, height) = (width as usize, height as usize);
    let coarse = Coarse::of(width, height, samples);
    let directions = directions();
    for ring in known.iter().copied().chain(coarse.rings(dpi, &directions)) {
        let level = ring_level(width, samples, ring, &directions);
        if level > AS_DARK_AS_INK {
            lighten(width, samples, ring, RIM * dpi, level);
        }
    }
}

/// How dark the ring is where nothing crosses it.
fn ring_level(width: usize, samples: &[u8], ring: Ring, directions: &Directions) -> u8 {
    let near = |(x, y): (i32, i32)| {
        let reach = COARSE as i32;
        let column = (x - reach).max(0) as usize;
        let rows = (y - reach).max(0) as usize..=(y + reach).max(0) as usize;
        let row = |row: usize| samples.get(row * width + column..row * width + (column + 2 * COARSE + 1).min(width));
        rows.filter_map(row).flatten().copied().min().unwrap_or(u8::MAX)
    };
    let mut levels: Vec<u8> = ring.points(directions).map(near).collect();
    let crossed = (CROSSED * levels.len() as f32) as usize;
    *levels.select_nth_unstable(crossed).1
}

/// Stretches the levels within the ring and `rim` pixels around it, so that `level` becomes white.
fn lighten(width: usize, samples: &mut [u8], ring: Ring, rim: f32, level: u8) {
    let table: Vec<u8> = (0..=255_u32).map(|v| (v * 255 / u32::from(level.max(1))).min(255) as u8).collect();
    for (y, columns) in ring.rows(ring.radius + rim, width) {
        for sample in samples.get_mut(y * width + columns.start..y * width + columns.end).into_iter().flatten() {
            *sample = table.get(usize::from(*sample)).copied().unwrap_or(*sample);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white page with a ring of radius 140 at (400, 300), 5 pixels wide.
    fn page_with_ring(level: u8) -> Vec<u8> {
        let (width, height) = (900_usize, 700_usize);
        let mut samples = vec![255; width * height];
        for (i, sample) in samples.iter_mut().enumerate() {
            let distance = ((i % width) as f32 - 400.0).hypot((i / width) as f32 - 300.0);
            if (distance - 140.0).abs() <= 2.5 {
                *sample = level;
            }
        }
        samples
    }

    /// Draws bars like the stems of letters over rows 290 to 309.
    fn print(samples: &mut [u8]) {
        for row in samples.chunks_exact_mut(900).skip(290).take(20) {
            row.chunks_exact_mut(12).skip(15).take(40).for_each(|part| part[..4].fill(0));
        }
    }

    #[test]
    fn a_grey_ring_goes_and_print_over_it_stays() {
        let mut samples = page_with_ring(110);
        print(&mut samples);
        lift_stamps(900, 700, &mut samples, 200.0, &[]);
        assert!(samples.iter().all(|&v| v == 0 || v >= 250));
        assert_eq!(samples.iter().filter(|&&v| v == 0).count(), 40 * 4 * 20);
    }

    #[test]
    fn a_ring_as_dark_as_print_and_a_page_without_one_stay() {
        for ring in [true, false] {
            let mut samples = if ring { page_with_ring(0) } else { vec![255; 900 * 700] };
            print(&mut samples);
            let before = samples.clone();
            lift_stamps(900, 700, &mut samples, 200.0, &[]);
            assert!(samples == before);
        }
    }

    #[test]
    fn tiny_pages_have_no_stamps() {
        for (width, height) in [(1, 1), (3, 900), (900, 3), (40, 40)] {
            let mut samples = vec![90; width * height];
            lift_stamps(width as u32, height as u32, &mut samples, 200.0, &[]);
            assert!(samples.iter().all(|&v| v == 90));
        }
    }
}
