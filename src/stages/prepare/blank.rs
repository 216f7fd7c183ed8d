//! Tells pages without anything on them, on the safe side: a page with one faint line of text is
//! never blank, a dirty blank page may pass for a written one.

use super::bits::Component;
use crate::model::raster::{Channels, Raster};

/// Marks shorter than this many inches (0.9 mm), whichever way they lie, are dust, specks and grain.
const SHORTEST: f32 = 0.035;
/// Marks narrower than this many inches (0.25 mm) are scratches.
const NARROWEST: f32 = 0.01;
/// Marks this many times as long as wide are folds, edges and rules.
const MOST_DRAWN_OUT: i32 = 15;
/// Sides of a punch hole in inches (4 to 8 mm), which is as high as wide.
const HOLE: std::ops::RangeInclusive<f32> = 0.16..=0.32;
/// Punch holes have their middle within this many inches of an edge (22 mm).
const HOLE_MARGIN: f32 = 0.87;
/// Nothing is written within this many inches of an edge (3 mm), where shadows are.
const EDGE: f32 = 0.12;

/// Samples darker than this are ink, shadow or noise, but never paper that one could write on.
pub(super) const DARK: u8 = 100;
/// Dark runs of this many samples (1 mm at 200 dpi) are solid; grain does not make them.
const SOLID: usize = 8;
/// One solidly dark sample in this many makes a page no blank sheet, whatever else is made of it:
/// a black copy, a photograph.
const DARK_PAGE: usize = 8;
/// Print, patterns and pictures cover one pixel in this many at least; a fold across the page and
/// the line that dust on the scanner's glass draws do not.
const COVERED_PAGE: usize = 50;
/// What covers a page is looked for farther from its edges than this share of its sides.
const SHADOW_MARGIN: usize = 12;
/// Pieces of a line drawn by dust on the glass are thinner than this many inches (0.8 mm) ...
const GLASS_THIN: f32 = 0.03;
/// ... lie in a strip that is this wide (0.25 mm) or on the border of two ...
const GLASS_STRIP: f32 = 0.01;
/// ... and cover this share of the page's side. Strokes of letters under one another cover less.
const GLASS_COVER: f32 = 0.5;

/// Whether more of the page is solidly dark than holes and shadows make it.
pub(super) fn is_dark(samples: &[u8]) -> bool {
    let solid = samples.chunks_exact(SOLID).filter(|run| run.iter().all(|&sample| sample < DARK)).count();
    solid * SOLID > samples.len() / DARK_PAGE
}

/// Whether something covers the middle of a flattened page, be it in one piece with the edge or
/// in pieces too small for letters: a pattern, a drawing, a picture. `faint` is the level from which on
/// samples are paper.
pub(super) fn is_covered(samples: &[u8], width: u32, faint: u8) -> bool {
    let width = width as usize;
    let height = samples.len() / width.max(1);
    let (side, top) = (width / SHADOW_MARGIN, height / SHADOW_MARGIN);
    let rows = samples.chunks_exact(width.max(1)).skip(top).take(height - 2 * top);
    let (mut covered, mut all) = (0, 0);
    for row in rows.filter_map(|row| row.get(side..width - side)) {
        covered += count_darker(row, faint);
        all += row.len();
    }
    covered > all / COVERED_PAGE
}

/// How many samples are darker than `level`. Counted in stretches that a byte has room for, sixteen go at a time.
pub(super) fn count_darker(samples: &[u8], level: u8) -> usize {
    let stretch = |part: &[u8]| part.iter().fold(0_u8, |count, &sample| count.wrapping_add(u8::from(sample < level)));
    samples.chunks(usize::from(u8::MAX)).map(|part| usize::from(stretch(part))).sum()
}

/// Whether the page's pixels are all black or white: then only shape can tell ink from grain.
pub(super) fn is_bilevel(page: &Raster) -> bool {
    page.channels() == Channels::Gray && page.samples().iter().all(|&sample| sample == 0 || sample == u8::MAX)
}

/// The darkest of each pixel's colours. Red ink, which the red channel does not show, is dark in
/// it, and so is every other colour. None for a page without colours.
pub(super) fn darkest_colours(page: &Raster) -> Option<Raster> {
    if page.channels() != Channels::Rgb {
        return None;
    }
    let samples = page.samples().chunks_exact(3).filter_map(|pixel| pixel.iter().min().copied()).collect();
    Raster::new(page.width(), page.height(), Channels::Gray, samples)
}

/// Leaves out the pieces of straight lines that dust on the scanner's glass draws along the way
/// of the paper, broken up by a threshold.
fn without_glass_lines(components: &[Component], width: f32, height: f32, dpi: f32) -> Vec<Component> {
    let strip = GLASS_STRIP * dpi;
    let mut kept: Vec<Component> = components.to_vec();
    type Along = fn(&Component) -> (i32, i32, i32);
    let ways: [(Along, f32); 2] = [(|c| (c.x, c.width, c.height), height), (|c| (c.y, c.height, c.width), width)];
    for (along, length) in ways {
        let strip_of = |c: &Component| {
            let (place, thick, _) = along(c);
            ((place as f32 + thick as f32 / 2.0) / strip) as usize
        };
        let thin = |c: &Component| {
            let (_, thick, long) = along(c);
            (thick as f32) < GLASS_THIN * dpi && long >= 2 * thick
        };
        let mut covered = std::collections::BTreeMap::<usize, f32>::new();
        for c in kept.iter().filter(|c| thin(c)) {
            *covered.entry(strip_of(c)).or_default() += along(c).2 as f32;
        }
        // A line may run along the border of two strips.
        let line = |c: &Component| {
            let own = strip_of(c);
            let near = covered.range(own.saturating_sub(1)..=own + 1).map(|(_, length)| length).sum::<f32>();
            thin(c) && near >= GLASS_COVER * length
        };
        kept.retain(|c| !line(c));
    }
    kept
}

/// The components that could be writing on a page of `width` × `height` pixels.
pub(super) fn marks(components: &[Component], width: u32, height: u32, dpi: f32) -> Vec<Component> {
    let (width, height) = (width as f32, height as f32);
    let edge = EDGE * dpi;
    let inside = |c: &Component| {
        let (left, top) = (c.x as f32, c.y as f32);
        left >= edge && top >= edge && left + c.width as f32 <= width - edge && top + c.height as f32 <= height - edge
    };
    let hole = |c: &Component| {
        let (w, h) = (c.width as f32, c.height as f32);
        let (x, y) = (c.x as f32 + w / 2.0, c.y as f32 + h / 2.0);
        let margin = x.min(y).min(width - x).min(height - y);
        HOLE.contains(&(w / dpi)) && HOLE.contains(&(h / dpi)) && (w / h - 1.0).abs() < 0.2 && margin < HOLE_MARGIN * dpi
    };
    let drawn_out = |c: &Component| c.width.max(c.height) > MOST_DRAWN_OUT.saturating_mul(c.width.min(c.height));
    let sized = |c: &Component| {
        let (long, short) = (c.width.max(c.height) as f32, c.width.min(c.height) as f32);
        long >= SHORTEST * dpi && short >= NARROWEST * dpi
    };
    // A tiny image has no edge to speak of.
    let has_edge = width.min(height) > 8.0 * edge;
    let mut marks = without_glass_lines(components, width, height, dpi);
    marks.retain(|c| sized(c) && !drawn_out(c) && !hole(c) && (!has_edge || inside(c)));
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks_on_a4(boxes: &[(i32, i32, i32, i32)]) -> usize {
        let components: Vec<_> = boxes.iter().map(|&(x, y, width, height)| Component { x, y, width, height }).collect();
        marks(&components, 1654, 2339, 200.0).len()
    }

    #[test]
    fn holes_specks_folds_and_edges_are_no_writing() {
        assert_eq!(marks_on_a4(&[(90, 800, 47, 46), (92, 1400, 46, 47)]), 0, "punch holes");
        assert_eq!(marks_on_a4(&[(500, 500, 3, 3), (700, 900, 6, 5)]), 0, "specks");
        assert_eq!(marks_on_a4(&[(100, 1170, 1400, 12), (820, 50, 2, 400)]), 0, "folds");
        assert_eq!(marks_on_a4(&[(0, 0, 30, 500), (1640, 30, 14, 20)]), 0, "edges");
    }

    #[test]
    fn black_and_noise_are_no_blank_sheets() {
        let noise: Vec<u8> = (0..10_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        assert!(is_dark(&[0; 100]) && is_covered(&noise, 100, 205));
        assert!(!is_dark(&[180; 100]) && !is_covered(&[250; 10_000], 100, 205), "coloured paper");
    }

    #[test]
    fn a_pattern_covers_a_page_and_a_fold_does_not() {
        let page = |dark: fn(usize, usize) -> bool| {
            let samples: Vec<u8> = (0..800 * 600).map(|i| if dark(i % 800, i / 800) { 20 } else { 250 }).collect();
            is_covered(&samples, 800, 205)
        };
        assert!(page(|x, y| (x + y) % 12 < 2), "hatched");
        assert!(!page(|_, y| (300..304).contains(&y)), "a fold");
        assert!(!page(|x, y| x < 40 || y < 30), "shadow of an edge");
    }

    #[test]
    fn pieces_of_a_line_along_the_glass_are_no_writing_and_a_row_of_letters_is() {
        let pieces: Vec<_> = (0..60).map(|i| (700 + i % 2, 40 * i, 3, 28)).collect();
        assert_eq!(marks_on_a4(&pieces), 0);
        let letters: Vec<_> = (0..60).map(|i| (300 + 16 * i, 700, 4, 20)).collect();
        assert_eq!(marks_on_a4(&letters), 60);
    }

    #[test]
    fn every_colour_is_dark_in_one_channel() {
        let page = |pixel: [u8; 3]| Raster::new(1, 1, Channels::Rgb, pixel.to_vec()).unwrap();
        for ink in [[220, 40, 50], [40, 60, 200], [20, 120, 40], [30, 30, 30]] {
            assert!(darkest_colours(&page(ink)).unwrap().samples()[0] < 60, "{ink:?}");
        }
        let grey = Raster::new(1, 1, Channels::Gray, vec![7]).unwrap();
        assert_eq!(darkest_colours(&grey), None);
        assert!(!is_bilevel(&grey) && is_bilevel(&Raster::new(2, 1, Channels::Gray, vec![0, 255]).unwrap()));
    }

    #[test]
    fn letters_are_writing_and_so_is_a_stamp() {
        assert_eq!(marks_on_a4(&[(400, 300, 14, 20), (420, 300, 4, 20), (430, 306, 12, 14)]), 3);
        assert_eq!(marks_on_a4(&[(400, 300, 20, 4), (400, 330, 20, 3)]), 2, "on a page that lies on its side");
        assert_eq!(marks_on_a4(&[(1000, 1500, 280, 280)]), 1);
        assert_eq!(marks_on_a4(&[(800, 1100, 45, 45)]), 1, "as large as a hole but in the middle");
    }
}
