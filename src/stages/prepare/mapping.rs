//! Where pixels of the cleaned page lie in the stored image. Places are counted at the edges of
//! pixels: pixel 0 reaches from 0 to 1.

use crate::model::geometry::{Affine, Turn};

/// From an image that was turned clockwise by `turn` back to the one before, which was `width` ×
/// `height`.
pub(super) fn unturn(turn: Turn, width: f32, height: f32) -> Affine {
    let matrix = match turn {
        Turn::None => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        Turn::Right => [0.0, -1.0, 1.0, 0.0, 0.0, height],
        Turn::Half => [-1.0, 0.0, 0.0, -1.0, width, height],
        Turn::Left => [0.0, 1.0, -1.0, 0.0, width, 0.0],
    };
    Affine { matrix }
}

/// From an image that was rotated clockwise by `degrees` about its middle, size unchanged, back to
/// the one before. The middle is where Leptonica has it: the centre of pixel (width / 2,
/// height / 2), rounded down.
pub(super) fn unrotate(degrees: f32, width: u32, height: u32) -> Affine {
    let (sin, cos) = f64::from(degrees).to_radians().sin_cos();
    let (x, y) = (f64::from(width / 2) + 0.5, f64::from(height / 2) + 0.5);
    let matrix = [cos, -sin, sin, cos, x - cos * x - sin * y, y + sin * x - cos * y].map(|v| v as f32);
    Affine { matrix }
}

/// Moves every point.
pub(super) fn shift(x: f32, y: f32) -> Affine {
    Affine { matrix: [1.0, 0.0, 0.0, 1.0, x, y] }
}

/// Stretches about the origin.
pub(super) fn scale(x: f32, y: f32) -> Affine {
    Affine { matrix: [x, 0.0, 0.0, y, 0.0, 0.0] }
}
