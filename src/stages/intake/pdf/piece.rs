//! A piece of text as a page draws it.

use hayro::kurbo::Rect;

use crate::model::geometry::{Point, Quad};
use crate::model::vietnamese::LegacyEncoding;

/// A gap wider than this part of an em parts words.
pub(super) const WORD_GAP: f64 = 0.18;
/// Glyphs reach so far above and below their baseline, in parts of an em.
const ABOVE: f64 = 0.72;
const BELOW: f64 = 0.2;

/// The font of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct TextFont {
    /// What its name promises.
    pub(super) encoding: Option<LegacyEncoding>,
    /// Tells it from the page's other fonts. 0 is for those that cannot be told apart.
    pub(super) id: usize,
}

/// Characters that stand together, in the frame in which they are upright (y down).
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) font: TextFont,
    /// Quarter turns, clockwise, from that frame to the picture.
    pub(super) quarter: u8,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) baseline: f64,
    pub(super) em: f64,
    /// Whether a blank was drawn before it.
    pub(super) after_space: bool,
}

impl Piece {
    /// The box around it, in that frame.
    pub(super) fn upright(&self) -> Rect {
        Rect::new(self.left, self.baseline - ABOVE * self.em, self.right, self.baseline + BELOW * self.em)
    }

    /// Its corners in the picture, from where it begins to be read.
    pub(super) fn corners(&self) -> Quad {
        let Rect { x0, y0, x1, y1 } = self.upright();
        Quad([(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(x, y)| {
            let (x, y) = match self.quarter {
                1 => (-y, x),
                2 => (-x, -y),
                3 => (y, -x),
                _ => (x, y),
            };
            Point { x: x as f32, y: y as f32 }
        }))
    }
}
