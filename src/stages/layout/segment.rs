//! A stretch of one line of text, and how its line runs.

use super::ink::{Bounds, Component};

/// Fewer letters than this do not tell how their line leans; the page was levelled before.
const FEWEST_FOR_SLOPE: usize = 8;
/// No line leans more than this on a levelled page.
const STEEPEST: f32 = 0.05;
/// Share of letters that reach at most to the x-height: most lower-case letters do.
const X_HEIGHT: f32 = 0.4;
/// Share of letters that reach at most to the height of capitals and ascenders.
const ASCENT: f32 = 0.85;
/// How far over the baseline a line's ink reaches, in ascents: capitals bear two marks.
const REACH_UP: f32 = 1.6;
/// How far below the baseline, in ascents: descenders, and dots under them.
const REACH_DOWN: f32 = 0.55;

/// A component by its number on the page, with its box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub(super) id: usize,
    pub(super) bounds: Bounds,
    pub(super) area: i32,
}

impl Glyph {
    pub(super) fn of(id: usize, component: &Component) -> Self {
        Self { id, bounds: component.bounds, area: component.area }
    }
}

/// Letters that follow one another on one line.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// Letters without what is loose about them, from left to right.
    pub(super) bodies: Vec<Glyph>,
    /// Diacritics, dots, commas, dashes.
    pub(super) marks: Vec<Glyph>,
    /// Around all of it.
    pub(super) bounds: Bounds,
    /// How much the baseline falls for each pixel to the right.
    pub(super) slope: f32,
    /// Where the baseline would cross the page's left edge.
    intercept: f32,
    /// From the baseline to the top of most letters.
    pub(super) x_height: f32,
    /// From the baseline to the top of capitals and ascenders.
    pub(super) ascent: f32,
}

impl Segment {
    /// Fits a line under `bodies`, which come from left to right; `None` if there are none.
    pub(super) fn fit(bodies: Vec<Glyph>) -> Option<Self> {
        let bounds = bodies.iter().map(|glyph| glyph.bounds).reduce(|a, b| a.union(&b))?;
        let slope = slope(&bodies);
        let intercept = quantile(bodies.iter().map(|g| g.bounds.bottom as f32 - slope * g.bounds.middle()), 0.5)?;
        let height = |g: &Glyph| intercept + slope * g.bounds.middle() - g.bounds.top as f32;
        let x_height = quantile(bodies.iter().map(height), X_HEIGHT)?.max(1.0);
        let ascent = quantile(bodies.iter().map(height), ASCENT)?.max(x_height);
        Some(Self { bodies, marks: Vec::new(), bounds, slope, intercept, x_height, ascent })
    }

    /// Where the baseline runs at `x`.
    pub(super) fn baseline(&self, x: f32) -> f32 {
        self.intercept + self.slope * x
    }

    /// Whether a box of that middle would be a part of the line or of a mark on it. Sideways there
    /// is room for a dash and the spaces around it.
    pub(super) fn reaches(&self, bounds: &Bounds) -> bool {
        let (x, y) = (bounds.middle(), (bounds.top + bounds.bottom) as f32 / 2.0);
        let over = self.baseline(x) - y;
        let beside = (self.bounds.left as f32 - x).max(x - self.bounds.right as f32);
        over < REACH_UP * self.ascent && over > -REACH_DOWN * self.ascent && beside < 1.6 * self.ascent
    }

    /// How far `bounds` is from the letters over or under it, in pixels; from the line itself, and
    /// a little more, where there are none.
    pub(super) fn distance(&self, bounds: &Bounds) -> f32 {
        let slack = (0.15 * self.ascent) as i32;
        let near = self.bodies.iter().map(|glyph| &glyph.bounds).filter(|body| body.overlap_across(bounds) > -slack);
        let gaps = near.map(|body| (-body.overlap_down(bounds)).max(0) as f32);
        gaps.min_by(f32::total_cmp).unwrap_or_else(|| {
            let over = self.baseline(bounds.middle()) - (bounds.top + bounds.bottom) as f32 / 2.0;
            (-over).max(over - self.x_height).max(0.0) + 0.3 * self.ascent
        })
    }

    /// Adds a mark.
    pub(super) fn attach(&mut self, mark: Glyph) {
        self.bounds = self.bounds.union(&mark.bounds);
        self.marks.push(mark);
    }

    /// This segment and `others` as one.
    pub(super) fn joined(mut self, others: Vec<Self>) -> Self {
        if others.is_empty() {
            return self;
        }
        let mut marks = std::mem::take(&mut self.marks);
        let mut bodies = std::mem::take(&mut self.bodies);
        for other in others {
            marks.extend(other.marks);
            bodies.extend(other.bodies);
        }
        bodies.sort_by_key(|glyph| glyph.bounds.left);
        let mut joined = Self::fit(bodies).unwrap_or(self);
        marks.into_iter().for_each(|mark| joined.attach(mark));
        joined
    }
}

/// The median lean between letters half a segment apart (Theil–Sen): descenders do not disturb it.
fn slope(bodies: &[Glyph]) -> f32 {
    if bodies.len() < FEWEST_FOR_SLOPE {
        return 0.0;
    }
    let pairs = bodies.iter().zip(bodies.iter().skip(bodies.len() / 2));
    let leans = pairs.map(|(a, b)| (b.bounds.bottom - a.bounds.bottom) as f32 / (b.bounds.middle() - a.bounds.middle()).max(1.0));
    quantile(leans, 0.5).unwrap_or(0.0).clamp(-STEEPEST, STEEPEST)
}

/// The value below which `share` of `values` lie.
pub(super) fn quantile(values: impl Iterator<Item = f32>, share: f32) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    let place = (values.len().saturating_sub(1) as f32 * share).round() as usize;
    (place < values.len()).then(|| *values.select_nth_unstable_by(place, f32::total_cmp).1)
}
