//! Boxes, letters and sheets made up for tests, at 200 pixels per inch.

use super::ink::{self, Bounds, Component, Run};
use super::segment::{Glyph, Segment};
use crate::model::geometry::{Affine, Turn};
use crate::model::page::PreparedPage;
use crate::model::quality::PageQuality;
use crate::model::raster::{Channels, Raster};

/// Pixels per inch of everything here.
pub(super) const DPI: f32 = 200.0;
/// Height of the lower letters that [`letters`] makes.
pub(super) const X_HEIGHT: i32 = 16;
/// Height of the higher ones.
pub(super) const ASCENT: i32 = 22;
/// From the left edge of one letter to that of the next.
pub(super) const PITCH: i32 = 14;

/// A box by its size.
pub(super) fn bounds(left: i32, top: i32, width: i32, height: i32) -> Bounds {
    Bounds { left, top, right: left + width, bottom: top + height }
}

/// `count` letters side by side on a level baseline, every fourth with an ascender.
pub(super) fn letters(left: i32, base: i32, count: i32) -> Vec<Bounds> {
    let height = |number: i32| if number % 4 == 0 { ASCENT } else { X_HEIGHT };
    (0..count).map(|number| bounds(left + PITCH * number, base - height(number), 10, height(number))).collect()
}

/// Each box filled with ink.
pub(super) fn blocks(boxes: &[Bounds]) -> Vec<Component> {
    let block = |&bounds: &Bounds| Component {
        bounds,
        area: bounds.width() * bounds.height(),
        runs: (bounds.top..bounds.bottom).map(|y| Run { y, start: bounds.left, end: bounds.right }).collect(),
    };
    boxes.iter().map(block).collect()
}

/// Glyphs that are numbered as the boxes are.
pub(super) fn glyphs(boxes: &[Bounds]) -> Vec<Glyph> {
    blocks(boxes).iter().enumerate().map(|(id, component)| Glyph::of(id, component)).collect()
}

/// A segment of these letters.
pub(super) fn segment(boxes: &[Bounds]) -> Segment {
    Segment::fit(glyphs(boxes)).unwrap()
}

/// Numbers that look random and are the same each time.
pub(super) struct Dice(u32);

impl Dice {
    pub(super) fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// A number from 0 up to, without, `below`.
    pub(super) fn roll(&mut self, below: i32) -> i32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((u64::from(self.0) * below as u64) >> 32) as i32
    }

    /// A box somewhere on a sheet of that size.
    pub(super) fn place(&mut self, sheet: (i32, i32), size: (i32, i32)) -> Bounds {
        bounds(self.roll(sheet.0 - size.0), self.roll(sheet.1 - size.1), size.0, size.1)
    }
}

/// A white sheet to draw on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sheet {
    pub width: i32,
    pub height: i32,
    pub samples: Vec<u8>,
}

impl Sheet {
    pub(super) fn new(width: i32, height: i32) -> Self {
        Self { width, height, samples: vec![255; (width * height) as usize] }
    }

    /// Paints a box in one grey; what lies off the sheet is left out.
    pub(super) fn paint(&mut self, area: Bounds, grey: u8) {
        for y in area.top.max(0)..area.bottom.min(self.height) {
            for x in area.left.max(0)..area.right.min(self.width) {
                self.samples[(y * self.width + x) as usize] = grey;
            }
        }
    }

    /// Paints boxes black.
    pub(super) fn ink(mut self, boxes: &[Bounds]) -> Self {
        boxes.iter().for_each(|&area| self.paint(area, 0));
        self
    }

    /// Paints the sides of a box black, inwards.
    pub(super) fn frame(self, outer: Bounds, thick: i32) -> Self {
        let Bounds { left, top, right, bottom } = outer;
        let (width, height) = (outer.width(), outer.height());
        self.ink(&[bounds(left, top, width, thick), bounds(left, bottom - thick, width, thick)])
            .ink(&[bounds(left, top, thick, height), bounds(right - thick, top, thick, height)])
    }

    pub(super) fn at(&self, x: i32, y: i32) -> u8 {
        self.samples[(y * self.width + x) as usize]
    }

    pub(super) fn raster(&self) -> Raster {
        Raster::new(self.width as u32, self.height as u32, Channels::Gray, self.samples.clone()).unwrap()
    }

    pub(super) fn components(&self) -> Vec<Component> {
        ink::components(&ink::runs(&self.raster(), PreparedPage::INK))
    }

    /// The sheet as a page whose stored image is the same.
    pub(super) fn page(&self) -> PreparedPage {
        PreparedPage {
            image: self.raster(),
            dpi: DPI,
            turn: Turn::None,
            skew_degrees: 0.0,
            blank: false,
            quality: PageQuality::default(),
            to_source: Affine::IDENTITY,
        }
    }
}
