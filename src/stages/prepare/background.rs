//! Brings the paper of a page to one level, whatever the light was like.
//!
//! The level of paper is taken in tiles, from what is not ink or near it; each tile's samples are then
//! multiplied by what brings its paper to where paper is to be. The numbers are those of Leptonica's
//! `pixBackgroundNorm`, which still fills and smooths the small map of tiles; the pixels are gone over
//! here. Results are the same, to the bit.

use super::bits::Bits;
use super::pix::{Pix, PixError};
use super::scale::Gray;

/// Sides of a tile.
const ACROSS: usize = 10;
const DOWN: usize = 15;
/// Pixels darker than this are no background, nor are those so near to them.
const FOREGROUND: u8 = 100;
const NEAR: i32 = 3;
/// Fewer pixels of background than this do not tell the level of a tile.
const FEWEST: u32 = 50;

/// `page` with its paper at level `paper`.
///
/// # Errors
/// Where no tile has background to speak of, as in images smaller than a few of them.
pub(super) fn flattened(page: &Gray, paper: u8) -> Result<Gray, PixError> {
    let (width, height) = (page.width as usize, page.height as usize);
    let (across, down) = (width.div_ceil(ACROSS), height.div_ceil(DOWN));
    let levels = levels(page, across, down);
    let gains = Pix::from_gray(across as u32, down as u32, &levels)?.gains((width / ACROSS, height / DOWN), paper)?;
    let mut samples = Vec::with_capacity(page.samples.len());
    let mut row_gains = vec![0_u16; across * ACROSS];
    let bands = page.samples.chunks(DOWN * width.max(1)).zip(gains.chunks_exact(across.max(1)));
    for (band, gains) in bands {
        for (tile, gain) in row_gains.chunks_exact_mut(ACROSS).zip(gains) {
            tile.fill(*gain);
        }
        for row in band.chunks_exact(width.max(1)) {
            let brought = |(&sample, &gain): (&u8, &u16)| (u32::from(sample) * u32::from(gain) / 256).min(255) as u8;
            samples.extend(row.iter().zip(&row_gains).map(brought));
        }
    }
    Ok(Gray { samples, ..*page })
}

/// The mean level of the background in each whole tile; 0 where there is too little of it, and in tiles that
/// the page's edge cuts.
fn levels(page: &Gray, across: usize, down: usize) -> Vec<u8> {
    let width = page.width as usize;
    let mut sums = vec![(0_u32, 0_u32); across * down];
    for (y, row) in page.samples.chunks_exact(width.max(1)).enumerate() {
        let tiles = sums.get_mut(y / DOWN * across..).unwrap_or_default();
        for ((sum, count), tile) in tiles.iter_mut().zip(row.as_chunks::<ACROSS>().0) {
            *sum += tile.iter().map(|&sample| u32::from(sample)).sum::<u32>();
            *count += ACROSS as u32;
        }
    }
    for run in Bits::darker(&page.samples, page.width, FOREGROUND).widened(NEAR).runs() {
        let (y, start, end) = (run.y as usize, run.start as usize, run.end as usize);
        let tiles = sums.get_mut(y / DOWN * across..).unwrap_or_default();
        let samples = page.samples.get(y * width + start..y * width + end).unwrap_or_default();
        for (x, &sample) in (start..).zip(samples) {
            if let Some((sum, count)) = tiles.get_mut(x / ACROSS).filter(|(_, count)| *count > 0) {
                *sum -= u32::from(sample);
                *count -= 1;
            }
        }
    }
    let whole_rows = page.height as usize / DOWN * across;
    let level = |(place, &(sum, count)): (usize, &(u32, u32))| {
        if count >= FEWEST && place < whole_rows { (sum / count) as u8 } else { 0 }
    };
    sums.iter().enumerate().map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::super::pix::Pix;
    use super::*;

    /// Paper that grows darker to the right with ink and noise on it.
    fn page(width: u32, height: u32) -> Gray {
        let mut state = 9_u32;
        let samples = (0..width * height).map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (x, y) = (at % width, at / width);
            let ink = x / 7 % 5 == 0 && y / 11 % 3 == 0 || (x > width / 2 && x < width / 2 + 60 && y > 40);
            if ink { (state >> 26) as u8 } else { (230 - x * 90 / width + (state >> 29)) as u8 }
        });
        Gray { width, height, samples: samples.collect(), dpi: 200.0 }
    }

    #[test]
    fn paper_comes_out_as_leptonica_brings_it() {
        for (width, height) in [(400, 300), (403, 307), (149, 151), (64, 75), (331, 1000)] {
            let page = page(width, height);
            let theirs = Pix::from_gray(width, height, &page.samples).unwrap().flattened(FOREGROUND, 250).unwrap();
            assert!(flattened(&page, 250).unwrap().samples == theirs.gray_samples(), "{width} × {height}");
        }
    }

    #[test]
    fn pages_without_paper_and_small_ones_stay_where_leptonica_leaves_them() {
        let mut refused = 0;
        for (width, height) in [(40, 300), (49, 80), (9, 9), (1, 1), (300, 14), (300, 74)] {
            let mut page = page(width, height);
            for level in [None, Some(0), Some(255)] {
                level.into_iter().for_each(|level| page.samples.fill(level));
                let theirs = Pix::from_gray(width, height, &page.samples).unwrap().flattened(FOREGROUND, 250);
                let theirs = theirs.map_or(page.samples.clone(), |page| page.gray_samples());
                let ours = flattened(&page, 250);
                refused += usize::from(ours.is_err());
                assert!(ours.map_or(page.samples.clone(), |page| page.samples) == theirs, "{width} × {height} of {level:?}");
            }
        }
        assert!(refused > 4);
    }
}
