//! The black that a scanner leaves around a sheet smaller or more crooked than its glass.
//!
//! It must go before anything is measured: it is the darkest thing on the page, and the engine's
//! layout takes a page framed in black for a photograph and reads nothing.

use super::rank::at_share;

/// Side of the squares that are judged as a whole, in pixels: 1 mm at 200 dpi. Letters do not fill
/// a square of that size, black borders do.
const CELL: usize = 8;
/// A square darker than this share of the paper is black.
const BLACK: f32 = 0.25;
/// Black is even: where neighbouring samples differ by more than this on the average, the dark is
/// the grain of a copy, which has print in it.
const EVEN: f32 = 36.0;

/// Paints what is black and hangs together with the image's edge with the level of the paper.
pub(super) fn clear_border(width: u32, height: u32, samples: &mut [u8]) {
    let (width, height) = (width as usize, height as usize);
    let (across, down) = (width / CELL, height / CELL);
    if across < 3 || down < 3 {
        return;
    }
    let cells = measure_cells(width, across, down, samples);
    let mut means: Vec<f32> = cells.iter().map(|cell| cell.mean).collect();
    let Some(paper) = at_share(&mut means, 0.5) else { return };
    let dark: Vec<bool> = cells.iter().map(|cell| cell.mean < paper * BLACK).collect();
    // A single square may come out even by chance; it is judged with the dark ones around it.
    let grain = |index: usize| {
        let (x, y) = (index % across, index / across);
        let rows = (y.saturating_sub(1)..=(y + 1).min(down - 1)).map(|y| y * across);
        let near = rows.flat_map(|row| row + x.saturating_sub(1)..=row + (x + 1).min(across - 1));
        let (sum, count) = near
            .filter(|&near| dark.get(near) == Some(&true))
            .filter_map(|near| cells.get(near))
            .fold((0.0, 0.0), |(sum, count), cell| (sum + cell.grain, count + 1.0_f32));
        sum / count.max(1.0)
    };
    let black: Vec<bool> = dark.iter().enumerate().map(|(index, &dark)| dark && grain(index) < EVEN).collect();
    let reached = flood_from_edge(&black, across, down);
    if !reached.contains(&true) {
        return;
    }
    // One cell more on each side takes the ragged rim, and the last cell of a row or column
    // speaks for the pixels that no whole cell covers.
    let near = |cx: usize, cy: usize| {
        let (left, right) = (cx.saturating_sub(1), (cx + 1).min(across - 1));
        (cy.saturating_sub(1)..=(cy + 1).min(down - 1))
            .any(|y| reached.get(y * across + left..=y * across + right).is_some_and(|row| row.contains(&true)))
    };
    for cy in 0..down {
        let rows = cy * CELL..if cy + 1 == down { height } else { (cy + 1) * CELL };
        for cx in (0..across).filter(|&cx| near(cx, cy)) {
            let columns = cx * CELL..if cx + 1 == across { width } else { (cx + 1) * CELL };
            for y in rows.clone() {
                if let Some(span) = samples.get_mut(y * width + columns.start..y * width + columns.end) {
                    span.fill(paper as u8);
                }
            }
        }
    }
}

/// The samples of a square: their mean, and the mean difference between neighbours in a row.
struct Cell {
    mean: f32,
    grain: f32,
}

fn measure_cells(width: usize, across: usize, down: usize, samples: &[u8]) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(across * down);
    for band in samples.chunks_exact(width * CELL).take(down) {
        let mut sums = vec![(0_u32, 0_u32); across];
        for row in band.chunks_exact(width) {
            for (sum, cell) in sums.iter_mut().zip(row.chunks_exact(CELL)) {
                sum.0 += cell.iter().map(|&v| u32::from(v)).sum::<u32>();
                sum.1 += cell.iter().zip(cell.iter().skip(1)).map(|(&a, &b)| u32::from(a.abs_diff(b))).sum::<u32>();
            }
        }
        let (samples, pairs) = ((CELL * CELL) as f32, (CELL * (CELL - 1)) as f32);
        cells.extend(sums.iter().map(|&(sum, steps)| Cell { mean: sum as f32 / samples, grain: steps as f32 / pairs }));
    }
    cells
}

fn flood_from_edge(black: &[bool], across: usize, down: usize) -> Vec<bool> {
    let mut reached = vec![false; black.len()];
    let mut open: Vec<usize> = (0..black.len())
        .filter(|cell| {
            let (x, y) = (cell % across, cell / across);
            x == 0 || y == 0 || x + 1 == across || y + 1 == down
        })
        .collect();
    while let Some(cell) = open.pop() {
        let Some(seen) = reached.get_mut(cell) else { continue };
        if *seen || black.get(cell) != Some(&true) {
            continue;
        }
        *seen = true;
        let x = cell % across;
        open.extend((x > 0).then(|| cell - 1));
        open.extend((x + 1 < across).then_some(cell + 1));
        open.extend(cell.checked_sub(across));
        open.push(cell + across);
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_black_frame_goes_and_a_black_box_inside_stays() {
        let (width, height) = (203_usize, 165_usize);
        let mut samples = vec![220_u8; width * height];
        let mut paint = |xs: std::ops::Range<usize>, ys: std::ops::Range<usize>| {
            for y in ys {
                samples[y * width + xs.start..y * width + xs.end].fill(5);
            }
        };
        paint(0..width, 0..20);
        paint(180..width, 0..height);
        paint(80..112, 80..112);
        clear_border(width as u32, height as u32, &mut samples);
        let at = |x: usize, y: usize| samples[y * width + x];
        assert_eq!([at(0, 0), at(100, 15), at(202, 164), at(190, 90)], [220; 4]);
        assert_eq!([at(90, 90), at(100, 100)], [5, 5]);
    }

    #[test]
    fn the_dark_corner_of_a_grainy_copy_stays() {
        let (width, height) = (240_usize, 160_usize);
        let mut state = 3_u32;
        let mut samples = vec![255_u8; width * height];
        for sample in samples.chunks_exact_mut(width).take(60).flat_map(|row| row.iter_mut().take(80)) {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = if state >> 24 < 40 { 255 } else { 0 };
        }
        let before = samples.clone();
        clear_border(width as u32, height as u32, &mut samples);
        assert!(samples == before);
    }

    #[test]
    fn tiny_and_black_images_are_left_in_peace() {
        let mut samples = vec![0; 30 * 30];
        clear_border(30, 30, &mut samples);
        clear_border(1, 900, &mut samples);
        assert!(samples.iter().all(|&v| v == 0));
    }
}
