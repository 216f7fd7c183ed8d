//! Cuts each line out as an image of its own, level and with nothing of its neighbours in it.

use super::ink::{Bounds, Component};
use super::segment::{Glyph, Segment};
use crate::model::page::LineImage;
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
            top: highest.max((base - HIGHEST * segment.ascent) as i32) - margin,
            right: (segment.bounds.right + margin).min(width),
            bottom: lowest.min((base + LOWEST * segment.ascent) as i32) + margin,
        };
        let (columns, rows) = (usize::try_from(area.width()).ok()?, usize::try_from(area.height()).ok()?);
        let mut line = vec![u8::MAX; columns * rows];
        for (y, row) in line.chunks_exact_mut(columns.max(1)).enumerate() {
            for (x, sample) in row.iter_mut().enumerate() {
                let source_x = area.left + x as i32;
                let source_y = area.top + y as i32 + fall(source_x as f32);
                if (0..height).contains(&source_y)
                    && let Some(source) = self.image.samples().get((source_y * width + source_x) as usize)
                {
                    *sample = *source;
                }
            }
        }
        self.paint_out_others(number, &area, &mut line, &fall);
        let image = Raster::new(columns as u32, rows as u32, Channels::Gray, line)?;
        Some(LineImage { image, x: area.left as f32, y: area.top as f32, slope: segment.slope, begins_block: false })
    }

    fn paint_out_others(&self, number: usize, area: &Bounds, line: &mut [u8], fall: &dyn Fn(f32) -> i32) {
        let slack = fall(area.right as f32).abs() + EDGE;
        for ((component, owner), large) in self.components.iter().zip(&self.owners).zip(&self.large) {
            let near = component.bounds.overlap_across(area) > -EDGE && component.bounds.overlap_down(area) > -slack;
            if !near || *owner == Some(number) || (*large && owner.is_none()) {
                continue;
            }
            for run in &component.runs {
                for x in (run.start - EDGE).max(area.left)..(run.end + EDGE).min(area.right) {
                    for y in run.y - 1..=run.y + 1 {
                        let row = y - fall(x as f32) - area.top;
                        if row >= 0
                            && let Some(sample) = line.get_mut((row * area.width() + x - area.left) as usize)
                        {
                            *sample = u8::MAX;
                        }
                    }
                }
            }
        }
    }
}
