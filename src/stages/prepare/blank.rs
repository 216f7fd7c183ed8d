//! Tells pages without anything on them, on the safe side: a page with one faint line of text is
//! never blank, a dirty blank page may pass for a written one.

use super::pix::Component;

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
/// One dark sample in this many makes a page no blank sheet, whatever else is made of it: a black
/// copy, a photograph, noise.
const DARK_PAGE: usize = 8;

/// Whether more of the page is dark than writing, holes and shadows make it.
pub(super) fn is_dark(samples: &[u8]) -> bool {
    samples.iter().filter(|&&sample| sample < DARK).count() > samples.len() / DARK_PAGE
}

/// Number of components that could be writing on a page of `width` × `height` pixels.
pub(super) fn marks(components: &[Component], width: u32, height: u32, dpi: f32) -> usize {
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
    components.iter().filter(|c| sized(c) && !drawn_out(c) && !hole(c) && (!has_edge || inside(c))).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks_on_a4(boxes: &[(i32, i32, i32, i32)]) -> usize {
        let components: Vec<_> = boxes.iter().map(|&(x, y, width, height)| Component { x, y, width, height }).collect();
        marks(&components, 1654, 2339, 200.0)
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
        assert!(is_dark(&noise) && is_dark(&[0; 100]));
        assert!(!is_dark(&[180; 100]), "coloured paper");
    }

    #[test]
    fn letters_are_writing_and_so_is_a_seal() {
        assert_eq!(marks_on_a4(&[(400, 300, 14, 20), (420, 300, 4, 20), (430, 306, 12, 14)]), 3);
        assert_eq!(marks_on_a4(&[(400, 300, 20, 4), (400, 330, 20, 3)]), 2, "on a page that lies on its side");
        assert_eq!(marks_on_a4(&[(1000, 1500, 280, 280)]), 1);
        assert_eq!(marks_on_a4(&[(800, 1100, 45, 45)]), 1, "as large as a hole but in the middle");
    }
}
