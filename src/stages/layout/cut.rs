//! Cuts each line out as an image of its own, level and with nothing of its neighbours in it.

use super::ink::{Bounds, Component};
use super::segment::{Glyph, Segment};
use crate::model::page::{LineImage, PreparedPage};
use crate::model::raster::{Channels, Raster};

/// White space around a line, in ascents.
const MARGIN: f32 = 0.25;
/// No line reaches higher over its baseline, in ascents, whatever was taken for a mark on it.
const HIGHEST: f32 = 1.75;
/// Or lower.
const LOWEST: f32 = 0.7;
/// Pixels around foreign ink that are painted with it: its soft edge.
const EDGE: i32 = 2;

/// Cuts lines out of one page.
pub(super) struct Cutter<'a> {
    image: &'a Raster,
    components: &'a [Component],
    /// For each component the number of its segment.
    owners: Vec<Option<usize>>,
    /// Whether a component is large; large ones may hide letters and stay where they cross a line.
    large: Vec<bool>,
}

impl<'a> Cutter<'a> {
    pub(super) fn new(image: &'a Raster, components: &'a [Component], segments: &[Segment], large: &[Glyph]) -> Self {
        let mut owners = vec![None; components.len()];
        for (number, segment) in segments.iter().enumerate() {
            for glyph in segment.bodies.iter().chain(&segment.marks) {
                if let Some(owner) = owners.get_mut(glyph.id) {
                    *owner = Some(number);
                }
            }
        }
        let mut is_large = vec![false; components.len()];
        for glyph in large {
            if let Some(slot) = is_large.get_mut(glyph.id) {
                *slot = true;
            }
        }
        Self { image, components, owners, large: is_large }
    }

    /// The image of segment `number`; `None` if nothing of it lies on the page.
    pub(super) fn cut(&self, number: usize, segment: &Segment) -> Option<LineImage> {
        let (width, height) = (self.image.width() as i32, self.image.height() as i32);
        let margin = (MARGIN * segment.ascent) as i32 + EDGE;
        let middle = segment.bounds.middle();
        // How much further down the line runs at `x` than at its middle.
        let fall = |x: f32| (segment.slope * (x - middle)).round() as i32;
        let ink = segment.bodies.iter().chain(&segment.marks).map(|glyph| &glyph.bounds);
        let (highest, lowest) = ink.fold((i32::MAX, i32::MIN), |(highest, lowest), bounds| {
            let fall = fall(bounds.middle());
            (highest.min(bounds.top - fall), lowest.max(bounds.bottom - fall))
        });
        let base = segment.baseline(middle);
        let area = Bounds {
            left: (segment.bounds.left - margin).max(0),
            top: highest.max((base - HIGHEST * segment.full_ascent) as i32) - margin,
            right: (segment.bounds.right + margin).min(width),
            bottom: lowest.min((base + LOWEST * segment.ascent) as i32) + margin,
        };
        let (columns, rows) = (usize::try_from(area.width()).ok()?, usize::try_from(area.height()).ok()?);
        let mut line = vec![u8::MAX; columns * rows];
        let falls: Vec<i32> = (area.left..area.right).map(|x| fall(x as f32)).collect();
        for (y, row) in (area.top..).zip(line.chunks_exact_mut(columns.max(1))) {
            // Neighbours mostly fall by the same: a stretch of them comes from one row.
            let mut x = 0;
            for stretch in falls.chunk_by(|a, b| a == b) {
                let source_y = y + stretch.first().copied().unwrap_or_default();
                if (0..height).contains(&source_y) {
                    let from = source_y as usize * width as usize + area.left as usize + x;
                    let source = self.image.samples().get(from..from + stretch.len());
                    if let Some((to, source)) = row.get_mut(x..x + stretch.len()).zip(source) {
                        to.copy_from_slice(source);
                    }
                }
                x += stretch.len();
            }
        }
        self.paint_out_others(number, &area, &mut line, fall(area.right as f32).abs() + EDGE, &falls);
        let image = Raster::new(columns as u32, rows as u32, Channels::Gray, line)?;
        let letters = u32::try_from(segment.bodies.len()).unwrap_or(u32::MAX);
        let (x, y) = (area.left as f32, area.top as f32);
        Some(LineImage { image, x, y, slope: segment.slope, letters, begins_block: false })
    }

    fn paint_out_others(&self, number: usize, area: &Bounds, line: &mut [u8], slack: i32, falls: &[i32]) {
        for ((component, owner), large) in self.components.iter().zip(&self.owners).zip(&self.large) {
            let near = component.bounds.overlap_across(area) > -EDGE && component.bounds.overlap_down(area) > -slack;
            if !near || *owner == Some(number) || (*large && owner.is_none()) {
                continue;
            }
            for run in &component.runs {
                for x in (run.start - EDGE).max(area.left)..(run.end + EDGE).min(area.right) {
                    let fall = falls.get((x - area.left) as usize).copied().unwrap_or_default();
                    for y in run.y - 1..=run.y + 1 {
                        let row = y - fall - area.top;
                        let inside = y == run.y && (run.start..run.end).contains(&x);
                        // Ink beside a run is a run of its own: the line's, where it touches.
                        if row >= 0
                            && let Some(sample) = line.get_mut((row * area.width() + x - area.left) as usize)
                            && (inside || *sample >= PreparedPage::INK)
                        {
                            *sample = u8::MAX;
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ink::Component;
    use super::super::testing::{Sheet, X_HEIGHT, bounds, letters};
    use super::*;

    /// The segment of those components of a sheet that `own` boxes lie in.
    fn segment_of(components: &[Component], own: &[Bounds]) -> Segment {
        let glyphs = own.iter().map(|letter| {
            let id = components.iter().position(|component| component.bounds.union(letter) == component.bounds).unwrap();
            Glyph::of(id, &components[id])
        });
        Segment::fit(glyphs.collect()).unwrap()
    }

    /// The image of the line of `own` letters on a sheet where other things stand too.
    fn cut(sheet: &Sheet, own: &[Bounds], large: &[Bounds]) -> LineImage {
        let (image, components) = (sheet.raster(), sheet.components());
        let segment = segment_of(&components, own);
        let large = large.iter().map(|large| segment_of(&components, &[*large]).bodies[0]).collect::<Vec<_>>();
        Cutter::new(&image, &components, std::slice::from_ref(&segment), &large).cut(0, &segment).unwrap()
    }

    /// What a sheet shows where a level line was cut out of it.
    fn window(sheet: &Sheet, line: &LineImage) -> Raster {
        let (left, top) = (line.x as i32, line.y as i32);
        let (width, height) = (line.image.width(), line.image.height());
        let places = (0..height as i32).flat_map(|y| (0..width as i32).map(move |x| (left + x, top + y)));
        let samples = places.map(|(x, y)| if (0..sheet.height).contains(&y) { sheet.at(x, y) } else { u8::MAX }).collect();
        Raster::new(width, height, Channels::Gray, samples).unwrap()
    }

    #[test]
    fn a_line_keeps_its_ink_and_a_margin_and_loses_what_is_foreign() {
        let own = letters(100, 100, 10);
        let alone = Sheet::new(400, 200).ink(&own);
        // A speck, a descender of the line above, a letter of the line below, each with a soft edge.
        let mut sheet = alone.clone();
        let foreign = [bounds(112, 70, 3, 3), bounds(130, 50, 6, 30), bounds(160, 104, 10, 22), bounds(239, 90, 4, 4)];
        for around in foreign {
            sheet.paint(
                Bounds { left: around.left - 1, top: around.top - 1, right: around.right + 1, bottom: around.bottom + 1 },
                180,
            );
        }
        let line = cut(&sheet.ink(&foreign), &own, &[]);
        assert!(line.image == window(&alone, &line));
        // A quarter of 22 pixels and the soft edge.
        assert_eq!((line.x, line.y), (93.0, 71.0));
        assert_eq!((line.image.width(), line.image.height()), (136 + 2 * 7, 22 + 2 * 7));
        assert_eq!(line.slope, 0.0);
    }

    #[test]
    fn own_ink_close_to_foreign_ink_stays_whole() {
        let own = letters(100, 100, 10);
        let alone = Sheet::new(400, 200).ink(&own);
        // A speck one column of paper away from the last letter, which ends at 236.
        let line = cut(&alone.clone().ink(&[bounds(237, 104, 4, 4)]), &own, &[]);
        assert!(line.image == window(&alone, &line));
    }

    #[test]
    fn a_large_stroke_across_a_line_stays() {
        let own = letters(100, 100, 10);
        // Between the first two letters.
        let arm = bounds(111, 10, 2, 180);
        let sheet = Sheet::new(400, 200).ink(&own).ink(&[arm]);
        let line = cut(&sheet, &own, &[arm]);
        assert!(line.image == window(&sheet, &line));
        let without = cut(&sheet, &own, &[]);
        assert!((without.x, without.y) == (line.x, line.y));
        let at_arm = |line: &LineImage| line.image.samples()[(arm.left - line.x as i32) as usize];
        assert_eq!([at_arm(&line), at_arm(&without)], [0, u8::MAX], "what is not large is a part of another line");
    }

    #[test]
    fn a_leaning_line_is_made_level() {
        let own: Vec<Bounds> = (0..30).map(|n| bounds(100 + 14 * n, 200 + n / 2, 10, X_HEIGHT)).collect();
        let below: Vec<Bounds> = own.iter().map(|letter| bounds(letter.left, letter.top + 22, 10, X_HEIGHT)).collect();
        let line = cut(&Sheet::new(600, 300).ink(&own).ink(&below), &own, &[]);
        let (width, margin) = (line.image.width() as usize, (MARGIN * X_HEIGHT as f32) as u32 + EDGE as u32);
        assert!((line.slope - 0.5 / 14.0).abs() < 0.003, "{}", line.slope);
        assert!(line.image.height() <= X_HEIGHT as u32 + 2 * margin + 2, "{}", line.image.height());
        // Most of each letter, and nothing else, is on it.
        let ink = line.image.samples().iter().filter(|&&sample| sample == 0).count() as i32;
        assert!((29 * 10 * X_HEIGHT..=30 * 10 * X_HEIGHT).contains(&ink), "{ink}");
        let dark_rows =
            |x: usize| line.image.samples().iter().skip(x).step_by(width).filter(|&&sample| sample == 0).count() as i32;
        assert!((dark_rows(margin as usize + 5) - X_HEIGHT).abs() <= 1);
        // The left end is as far from the top as the right one.
        let first_dark = |x: usize| line.image.samples().iter().skip(x).step_by(width).position(|&sample| sample == 0).unwrap();
        assert!(first_dark(margin as usize + 5).abs_diff(first_dark(width - 1 - margin as usize - 5)) <= 1);
        // At its middle the top is where it says.
        assert!((line.y + margin as f32 - (200.0 + 7.0)).abs() <= 2.0, "{}", line.y);
    }

    #[test]
    fn lines_at_the_edges_of_the_page_are_cut_with_white_over_and_under_them() {
        let (top, bottom) = (letters(0, 22, 10), letters(0, 60, 10));
        let sheet = Sheet::new(136, 60).ink(&top).ink(&bottom);
        for (own, y) in [(&top, -7.0), (&bottom, 31.0)] {
            let line = cut(&sheet, own, &[]);
            assert_eq!((line.x, line.y, line.image.width(), line.image.height()), (0.0, y, 136, 36));
            assert!(line.image == window(&Sheet::new(136, 60).ink(own), &line));
        }
    }

    #[test]
    fn what_was_taken_for_a_mark_far_off_does_not_make_the_line_high() {
        let own = letters(100, 200, 10);
        let mark = bounds(120, 20, 6, 150);
        let sheet = Sheet::new(400, 300).ink(&own).ink(&[mark]);
        let (image, components) = (sheet.raster(), sheet.components());
        let mut segment = segment_of(&components, &own);
        segment.attach(segment_of(&components, &[mark]).bodies[0]);
        let line = Cutter::new(&image, &components, std::slice::from_ref(&segment), &[]).cut(0, &segment).unwrap();
        assert_eq!(line.y, (200.0 - HIGHEST * 22.0).floor() + 1.0 - 7.0 - 1.0);
        assert!(line.image == window(&sheet, &line));
    }
}
