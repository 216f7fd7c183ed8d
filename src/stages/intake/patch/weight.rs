//! What else is on a page that shows a patch: on a separator sheet there is little.

use super::threshold;
use crate::model::page::Barcode;

/// Cells across the short side of a page.
const CELLS: usize = 80;
/// Cells at each edge that are not looked at: shadows, holes and frames are there.
const EDGE: usize = 3;
/// The share of a cell that is ink where something is written or drawn in it. What is all black is a shadow.
const WRITTEN: std::ops::Range<f32> = 0.08..0.9;
/// The share of the cells that is written on a sheet which says in large letters what it is, at most.
const SHEET: f32 = 0.08;
/// White around bars and symbols, as a share of the page's short side.
const AROUND: f32 = 0.02;

/// Whether more is on a page of grey `samples` than on a sheet that parts papers, besides these bars and symbols.
pub(in super::super) fn bears_more_than_a_sheet(samples: &[u8], (width, height): (u32, u32), found: &[Barcode]) -> bool {
    let (width, height) = (width as usize, height as usize);
    let side = (width.min(height) / CELLS).max(1);
    let (Some(ink_below), Some(row)) = (threshold(samples), width.checked_div(side)) else { return false };
    let around = AROUND * width.min(height) as f32;
    let is_apart = |x: usize, y: usize| {
        let (x, y) = (((x * side) + side / 2) as f32, ((y * side) + side / 2) as f32);
        found.iter().all(|one| {
            let across = one.place.0.map(|corner| corner.x);
            let down = one.place.0.map(|corner| corner.y);
            let within = |at: f32, of: [f32; 4]| {
                let [least, most] = [of.into_iter().fold(f32::MAX, f32::min), of.into_iter().fold(f32::MIN, f32::max)];
                (least - around..=most + around).contains(&at)
            };
            !(within(x, across) && within(y, down))
        })
    };
    let (mut written, mut seen) = (0_usize, 0_usize);
    let rows = height / side;
    for y in EDGE..rows.saturating_sub(EDGE) {
        for x in EDGE..row.saturating_sub(EDGE) {
            seen += 1;
            let cell = (0..side).flat_map(|line| {
                let from = (y * side + line) * width + x * side;
                samples.get(from..from + side).unwrap_or_default()
            });
            let ink = cell.filter(|sample| **sample < ink_below).count() as f32 / (side * side) as f32;
            written += usize::from(WRITTEN.contains(&ink) && is_apart(x, y));
        }
    }
    written as f32 > SHEET * seen as f32
}
