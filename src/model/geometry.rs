//! Places on a page. Units are pixels of the page image as it lies in the file, origin at the
//! top left, x to the right, y down, unless a type says otherwise.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

/// An upright rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Extent to the right.
    pub width: f32,
    /// Extent down.
    pub height: f32,
}

impl Rect {
    /// The smallest rectangle that holds all `points`; `None` where there are none.
    pub fn around(points: impl IntoIterator<Item = Point>) -> Option<Self> {
        let mut points = points.into_iter();
        let first = points.next()?;
        let (least, most) = points.fold((first, first), |(least, most), point| {
            let least = Point { x: least.x.min(point.x), y: least.y.min(point.y) };
            (least, Point { x: most.x.max(point.x), y: most.y.max(point.y) })
        });
        Some(Self { x: least.x, y: least.y, width: most.x - least.x, height: most.y - least.y })
    }

    /// The four corners in reading order, mapped by `map`.
    pub fn corners(&self, map: &Affine) -> Quad {
        let (right, bottom) = (self.x + self.width, self.y + self.height);
        Quad([
            map.apply(Point { x: self.x, y: self.y }),
            map.apply(Point { x: right, y: self.y }),
            map.apply(Point { x: right, y: bottom }),
            map.apply(Point { x: self.x, y: bottom }),
        ])
    }
}

/// Four corners of something printed, from where its text begins: top left, top right, bottom
/// right, bottom left *as it is read*. On a page scanned upside down the first corner is
/// therefore at the lower right of the image.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Quad(pub [Point; 4]);

/// A quarter turn, clockwise, that brings the stored image upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(into = "u16", try_from = "u16")]
#[schemars(with = "u16")]
pub enum Turn {
    /// The image is upright.
    #[default]
    None,
    /// 90° clockwise.
    Right,
    /// 180°.
    Half,
    /// 270° clockwise.
    Left,
}

impl Turn {
    /// All four, by angle.
    pub const ALL: [Self; 4] = [Self::None, Self::Right, Self::Half, Self::Left];

    /// The angle, clockwise: 0, 90, 180 or 270.
    pub fn degrees(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Right => 90,
            Self::Half => 180,
            Self::Left => 270,
        }
    }

    /// This turn and then `next`.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        match (self.degrees() + next.degrees()) % 360 {
            90 => Self::Right,
            180 => Self::Half,
            270 => Self::Left,
            _ => Self::None,
        }
    }
}

impl From<Turn> for u16 {
    fn from(turn: Turn) -> Self {
        turn.degrees()
    }
}

impl TryFrom<u16> for Turn {
    type Error = String;

    fn try_from(degrees: u16) -> Result<Self, String> {
        Self::ALL.into_iter().find(|turn| turn.degrees() == degrees).ok_or_else(|| format!("{degrees}° is not a quarter turn"))
    }
}

/// Pixels per inch, across and down: fax pages have 204 × 98.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Resolution {
    /// Across.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Resolution {
    /// The same both ways.
    pub const fn square(dpi: f32) -> Self {
        Self { x: dpi, y: dpi }
    }
}

/// A mapping of the plane: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`, the order PDF uses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// The six numbers a, b, c, d, e, f.
    pub matrix: [f32; 6],
}

impl Affine {
    /// Leaves every point where it is.
    pub const IDENTITY: Self = Self { matrix: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0] };

    /// Where `point` goes.
    pub fn apply(&self, point: Point) -> Point {
        let [a, b, c, d, e, f] = self.matrix;
        Point { x: a * point.x + c * point.y + e, y: b * point.x + d * point.y + f }
    }

    /// The way back; `None` for a mapping that flattens the plane.
    pub fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.matrix;
        let area = a * d - b * c;
        let matrix = [d / area, -b / area, -c / area, a / area, (c * f - d * e) / area, (b * e - a * f) / area];
        matrix.iter().all(|value| value.is_finite()).then_some(Self { matrix })
    }

    /// This mapping and then `next`.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let [a, b, c, d, e, f] = self.matrix;
        let [na, nb, nc, nd, ne, nf] = next.matrix;
        Self {
            matrix: [
                na * a + nc * b,
                nb * a + nd * b,
                na * c + nc * d,
                nb * c + nd * d,
                na * e + nc * f + ne,
                nb * e + nd * f + nf,
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_add_up() {
        assert_eq!(Turn::Left.then(Turn::Half), Turn::Right);
        assert_eq!(Turn::Right.then(Turn::Left), Turn::None);
        assert!(Turn::try_from(45).is_err());
    }

    #[test]
    fn mappings_follow_one_another() {
        let double = Affine { matrix: [2.0, 0.0, 0.0, 2.0, 0.0, 0.0] };
        let shift = Affine { matrix: [1.0, 0.0, 0.0, 1.0, 5.0, 7.0] };
        let point = Point { x: 1.0, y: 1.0 };
        assert_eq!(double.then(&shift).apply(point), Point { x: 7.0, y: 9.0 });
        assert_eq!(shift.then(&double).apply(point), Point { x: 12.0, y: 16.0 });
        assert_eq!(Affine::IDENTITY.then(&shift), shift);
        let both = double.then(&shift);
        assert_eq!(both.inverse().unwrap().apply(both.apply(point)), point);
        assert_eq!(Affine { matrix: [1.0, 2.0, 2.0, 4.0, 0.0, 0.0] }.inverse(), None);
    }
}
