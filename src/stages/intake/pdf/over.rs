//! What paint does to what lies under it.

use hayro::hayro_interpret::{BlendMode, FillRule};
use hayro::kurbo::{BezPath, Point, Rect, Shape};

/// What lies under paint that is less opaque than this can be read.
const SEEN_THROUGH: f32 = 0.75;

/// What is drawn shows inside of it alone.
pub(super) struct Clip {
    pub bounds: Rect,
    /// Its shape where it is no upright rectangle.
    pub shape: Option<(BezPath, FillRule)>,
}

impl Clip {
    pub(super) fn holds(&self, at: Point) -> bool {
        self.bounds.contains(at) && self.shape.as_ref().is_none_or(|(shape, rule)| is_inside(shape, *rule, at))
    }
}

/// What a group that is open does to all that is drawn in it.
pub(super) struct Group {
    pub opacity: f32,
    /// Whether colours stay what they are, however clear.
    pub keeps_colours: bool,
    pub over: Over,
}

/// What marks do to what lies under them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// They hide it.
    Hides,
    /// It can be seen, as with a marker pen.
    SeenThrough,
    /// They are drawn through a mask, which may be full, or in a way of which the colours decide what is left of it.
    MayHide,
}

impl Over {
    /// What is drawn in this way does so.
    pub(super) fn of(opacity: f32, has_mask: bool, blend_mode: BlendMode) -> Self {
        match blend_mode {
            // White paint changes nothing then.
            BlendMode::Multiply | BlendMode::Darken | BlendMode::ColorBurn => Self::SeenThrough,
            _ if opacity < SEEN_THROUGH => Self::SeenThrough,
            BlendMode::Normal if opacity >= 1.0 && !has_mask => Self::Hides,
            _ => Self::MayHide,
        }
    }
}

pub(super) fn is_inside(area: &BezPath, rule: FillRule, at: Point) -> bool {
    match rule {
        FillRule::EvenOdd => area.winding(at) % 2 != 0,
        FillRule::NonZero => area.winding(at) != 0,
    }
}
