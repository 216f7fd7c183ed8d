//! The paper that a page's picture is laid out on: pixels to points.

use crate::model::geometry::{Point, Resolution, Turn};

/// Lengths on the page, in points, y up.
pub(super) type Vector = [f64; 2];

pub(super) fn dot([a, b]: Vector, [c, d]: Vector) -> f64 {
    a * c + b * d
}

pub(super) fn minus([a, b]: Vector, [c, d]: Vector) -> Vector {
    [a - c, b - d]
}

/// The direction a quarter turn to the left: up, for one who reads along `direction`.
pub(super) fn left_of([x, y]: Vector) -> Vector {
    [-y, x]
}

/// A page's image laid out on paper.
#[derive(Debug, Clone, Copy)]
pub(super) struct PagePlane {
    /// Points across.
    pub(super) width: f64,
    /// Points down.
    pub(super) height: f64,
    scale: Vector,
    turn: Turn,
}

impl PagePlane {
    /// The paper of so many pixels. Its sides may be of any size; see [`Self::fits`].
    pub(super) fn new(pixels: (u32, u32), resolution: Resolution, turn: Turn) -> Self {
        let scale = [resolution.x, resolution.y].map(|dpi| 72.0 / f64::from(dpi));
        let [x, y] = scale;
        Self { width: f64::from(pixels.0) * x, height: f64::from(pixels.1) * y, scale, turn }
    }

    /// Whether PDF/A-2 allows a page of this size (6.1.13).
    pub(super) fn fits(&self) -> bool {
        [self.width, self.height].iter().all(|side| (3.0..=14_400.0).contains(side))
    }

    /// A pixel's place on paper; what lies outside the page comes to its edge.
    pub(super) fn place(&self, Point { x, y }: Point) -> Vector {
        let [right, down] = self.scale;
        self.inside([f64::from(x) * right, self.height - f64::from(y) * down])
    }

    /// `place`, or the place on the page's edge that is nearest to it: readers leave out text that
    /// lies off the page.
    pub(super) fn inside(&self, place: Vector) -> Vector {
        let [x, y] = place.map(|value| if value.is_nan() { 0.0 } else { value });
        [x.clamp(0.0, self.width), y.clamp(0.0, self.height)]
    }

    /// The middle of the page.
    pub(super) fn middle(&self) -> Vector {
        [self.width / 2.0, self.height / 2.0]
    }

    /// Where upright text runs.
    pub(super) fn reading_direction(&self) -> Vector {
        match self.turn {
            Turn::None => [1.0, 0.0],
            Turn::Right => [0.0, 1.0],
            Turn::Half => [-1.0, 0.0],
            Turn::Left => [0.0, -1.0],
        }
    }

    /// Width and height of the page as it is read.
    pub(super) fn read_size(&self) -> (f64, f64) {
        match self.turn {
            Turn::None | Turn::Half => (self.width, self.height),
            Turn::Right | Turn::Left => (self.height, self.width),
        }
    }

    /// The place on paper of one that is told in the page as it is read, from its lower left corner.
    pub(super) fn of_read(&self, [x, y]: Vector) -> Vector {
        match self.turn {
            Turn::None => [x, y],
            Turn::Right => [self.width - y, x],
            Turn::Half => [self.width - x, self.height - y],
            Turn::Left => [y, self.height - x],
        }
    }
}
