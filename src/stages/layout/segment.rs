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
/// In a line without capitals few letters have ascenders: those between these multiples of the
/// x-height.
const ASCENDERS: std::ops::Range<f32> = 1.25..1.8;
/// One of so many letters is enough to see them by.
const FEW: usize = 20;
/// The height of ascenders over the x-height where the line shows too few to measure them.
const USUAL_ASCENT: f32 = 1.4;
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
    /// The same for a line in which so few letters have ascenders that `ascent` misses them: what
    /// the marks over it are measured by.
    pub(super) full_ascent: f32,
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
        let tall = bodies.iter().filter(|glyph| ASCENDERS.contains(&(height(glyph) / x_height))).count();
        let missed = ascent < ASCENDERS.start * x_height && tall * FEW >= bodies.len();
        let full_ascent = if missed { USUAL_ASCENT * x_height } else { ascent };
        Some(Self { bodies, marks: Vec::new(), bounds, slope, intercept, x_height, ascent, full_ascent })
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
        over < REACH_UP * self.full_ascent && over > -REACH_DOWN * self.ascent && beside < 1.6 * self.ascent
    }

    /// Between which heights of the page anything that it reaches stands.
    pub(super) fn reach_down(&self) -> (f32, f32) {
        let beside = 1.6 * self.ascent;
        let ends = [self.bounds.left as f32 - beside, self.bounds.right as f32 + beside].map(|x| self.baseline(x));
        let (high, low) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        (high - REACH_UP * self.full_ascent - 1.0, low + REACH_DOWN * self.ascent + 1.0)
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

/// The value below which `share` of `values` lie; `None` if there are none.
pub(super) fn quantile(values: impl Iterator<Item = f32>, share: f32) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    let place = (values.len().saturating_sub(1) as f32 * share).round() as usize;
    (place < values.len()).then(|| *values.select_nth_unstable_by(place, f32::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ASCENT, X_HEIGHT, bounds, glyphs, letters, segment};
    use super::*;

    #[test]
    fn the_baseline_of_a_leaning_line_is_found_among_descenders() {
        let on_base = |x: f32| 200.0 + 0.03 * x;
        let mut boxes = letters(100, 0, 30);
        for (number, letter) in boxes.iter_mut().enumerate() {
            let base = on_base(letter.middle()).round() as i32;
            letter.top += base;
            letter.bottom += base + if number % 3 == 0 { 6 } else { 0 };
        }
        let line = segment(&boxes);
        assert!((line.slope - 0.03).abs() < 0.003, "{}", line.slope);
        for x in [100.0, 300.0, 520.0] {
            assert!((line.baseline(x) - on_base(x)).abs() < 1.5, "{} at {x}", line.baseline(x));
        }
        assert!((line.x_height - X_HEIGHT as f32).abs() < 1.5, "{}", line.x_height);
        assert!((line.ascent - ASCENT as f32).abs() < 1.5, "{}", line.ascent);
    }

    #[test]
    fn capitals_before_small_letters_do_not_make_a_line_lean() {
        let boxes: Vec<Bounds> = (0..24)
            .map(|n| if n < 12 { (n, ASCENT) } else { (n, X_HEIGHT) })
            .map(|(n, height)| bounds(14 * n, 100 - height, 10, height))
            .collect();
        assert_eq!(segment(&boxes).slope, 0.0);
    }

    #[test]
    fn few_letters_do_not_lean_and_none_lean_much() {
        let falling = |count: i32, by: i32| {
            let boxes: Vec<Bounds> = (0..count).map(|n| bounds(10 * n, 100 + by * n, 8, 12)).collect();
            segment(&boxes).slope
        };
        assert_eq!(falling(7, 1), 0.0);
        assert_eq!(falling(8, 1), STEEPEST);
        assert_eq!(falling(8, -1), -STEEPEST);
        assert!(Segment::fit(Vec::new()).is_none());
    }

    #[test]
    fn one_flat_dash_still_has_a_height() {
        let dash = segment(&[bounds(10, 50, 30, 1)]);
        assert_eq!((dash.baseline(0.0), dash.x_height, dash.ascent), (51.0, 1.0, 1.0));
    }

    #[test]
    fn a_line_reaches_for_its_marks_and_no_further() {
        let line = segment(&letters(100, 100, 10));
        let reaches = |x: i32, y: i32| line.reaches(&bounds(x - 2, y - 2, 4, 4));
        // 22 pixels of ascent: 35 over the baseline, 12 under it, 35 beside.
        assert!(reaches(150, 67) && !reaches(150, 63));
        assert!(reaches(150, 110) && !reaches(150, 114));
        assert!(reaches(68, 95) && !reaches(62, 95));
        assert!(reaches(268, 95) && !reaches(274, 95));
    }

    #[test]
    fn a_line_with_one_ascender_reaches_for_tones_over_circumflexes_too() {
        let low: Vec<Bounds> = letters(100, 100, 12).into_iter().map(|letter| Bounds { top: 100 - X_HEIGHT, ..letter }).collect();
        let reaches = |line: &Segment| line.reaches(&bounds(148, 65, 4, 6));
        assert!(!reaches(&segment(&low)), "capitals or figures");
        let mut with_ascender = low;
        with_ascender[4].top = 100 - ASCENT;
        let line = segment(&with_ascender);
        assert!(reaches(&line) && line.ascent == X_HEIGHT as f32, "{line:?}");
    }

    #[test]
    fn distance_is_to_the_letter_over_or_under_a_mark_and_else_to_the_line() {
        let line = segment(&letters(100, 100, 10));
        assert_eq!(line.distance(&bounds(116, 75, 6, 4)), 5.0);
        assert_eq!(line.distance(&bounds(116, 102, 6, 4)), 2.0);
        assert_eq!(line.distance(&bounds(116, 90, 6, 4)), 0.0);
        // Beside the line a dash at half the x-height is as near as a full stop on the baseline.
        let beside = |y: i32| line.distance(&bounds(250, y, 6, 2));
        assert_eq!(beside(91), beside(98));
        assert!(beside(91) > 0.0 && beside(106) > beside(98));
    }

    #[test]
    fn joined_segments_are_fitted_anew_and_keep_their_marks() {
        let mut line = segment(&letters(200, 104, 4));
        line.attach(glyphs(&[bounds(260, 100, 4, 4)])[0]);
        let mut before = segment(&letters(100, 100, 6));
        before.attach(glyphs(&[bounds(90, 70, 4, 4)])[0]);
        let joined = line.joined(vec![before]);
        assert!(joined.bodies.is_sorted_by_key(|glyph| glyph.bounds.left));
        assert_eq!((joined.bodies.len(), joined.marks.len()), (10, 2));
        assert_eq!(joined.bounds, Bounds { left: 90, top: 70, right: 264, bottom: 104 });
        assert!(joined.slope > 0.0);
    }

    #[test]
    fn a_quantile_is_one_of_the_values() {
        assert_eq!(quantile(std::iter::empty(), 0.5), None);
        assert_eq!(quantile(std::iter::once(7.0), 0.9), Some(7.0));
        let of = |share: f32| quantile([5.0, 1.0, 4.0, 2.0, 3.0].into_iter(), share);
        assert_eq!([of(0.0), of(0.4), of(0.5), of(1.0)], [1.0, 3.0, 3.0, 5.0].map(Some));
    }
}
