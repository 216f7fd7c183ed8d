//! The visible mark of a signature: lines of text in a corner of the first page, upright for who reads it.

use pdf_writer::{Chunk, Content, Filter, Name, Rect, Ref, Str};
use serde::{Deserialize, Serialize};

use super::deflate::deflate;
use super::error::SealError;
use super::letters::{Letters, OBJECTS};
use super::plane::{PagePlane, left_of};

const FONT: Name<'static> = Name(b"F");
/// From one baseline to the next, as a share of the font size.
const LINE: f32 = 1.2;
/// From the top of the first line to its baseline: marked capitals reach as high.
const ASCENT: f32 = 1.0;
/// From the last baseline to the bottom.
const DESCENT: f32 = 0.3;
/// Points in a millimetre.
const MILLIMETRE: f32 = 72.0 / 25.4;

/// A corner of the page as it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Corner {
    /// Top left.
    TopLeft,
    /// Top right.
    TopRight,
    /// Bottom left.
    BottomLeft,
    /// Bottom right.
    BottomRight,
}

/// What is shown of a signature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Where.
    pub corner: Corner,
    /// How far from the sides of the page, in millimetres.
    pub margin_mm: f32,
    /// Size of the letters, in points; they get smaller where the page has no room for a line.
    pub font_size: f32,
    /// Lines of text.
    pub lines: Vec<String>,
}

/// A mark laid out on a page.
pub(super) struct LaidOut {
    /// Where it lies on the page.
    pub(super) rect: Rect,
    /// How the page's reader sees its own axes: the matrix of its appearance.
    matrix: [f32; 6],
    width: f32,
    height: f32,
    size: f32,
}

impl Mark {
    /// Lays the mark out on `plane`.
    pub(super) fn lay_out(&self, letters: &Letters, plane: &PagePlane) -> LaidOut {
        let (across, down) = plane.read_size();
        let margin = (self.margin_mm * MILLIMETRE).min(0.25 * across.min(down) as f32).max(0.0);
        let (across, down) = (across as f32, down as f32);
        let widest = self.lines.iter().map(|line| letters.width(line)).fold(0.01, f32::max);
        let high = ASCENT + LINE * (self.lines.len().max(1) - 1) as f32 + DESCENT;
        let size = self.font_size.min((across - 2.0 * margin) / widest).min((down - 2.0 * margin) / high);
        let (width, height) = (size * widest, size * high);
        let (left, right) = (margin, across - margin - width);
        let (bottom, top) = (margin, down - margin - height);
        let (x, y) = match self.corner {
            Corner::TopLeft => (left, top),
            Corner::TopRight => (right, top),
            Corner::BottomLeft => (left, bottom),
            Corner::BottomRight => (right, bottom),
        };
        let [a, b] = [[x, y], [x + width, y + height]].map(|place| plane.of_read(place.map(f64::from)));
        let direction = plane.reading_direction();
        let up = left_of(direction);
        let [[x1, y1], [x2, y2]] = [a, b].map(|place| place.map(|value| value as f32));
        let matrix = [direction, up].map(|axis| axis.map(|value| value as f32 + 0.0));
        let [[a, b], [c, d]] = matrix;
        let rect = Rect::new(x1.min(x2), y1.min(y2), x1.max(x2), y1.max(y2));
        LaidOut { rect, matrix: [a, b, c, d, 0.0, 0.0], width, height, size }
    }

    /// Draws the mark as the form `number`.
    pub(super) fn draw(
        &self,
        laid_out: &LaidOut,
        letters: &mut Letters,
        number: Ref,
        font: [Ref; OBJECTS],
        compression: u8,
    ) -> Result<Vec<(Ref, Chunk)>, SealError> {
        let LaidOut { matrix, width, height, size, .. } = *laid_out;
        let mut content = Content::new();
        content.begin_text().set_fill_gray(0.0).set_font(FONT, size);
        let mut step = height - ASCENT * size;
        for line in &self.lines {
            content.next_line(0.0, step).show(Str(&letters.encode(line)));
            step = -LINE * size;
        }
        content.end_text();
        let packed = deflate(&content.finish().into_vec(), compression);
        let mut chunk = Chunk::new();
        let mut form = chunk.form_xobject(number, &packed);
        form.filter(Filter::FlateDecode);
        form.bbox(Rect::new(0.0, 0.0, width, height)).matrix(matrix);
        let [named, ..] = font;
        form.resources().fonts().pair(FONT, named);
        drop(form);
        let mut objects = vec![(number, chunk)];
        objects.extend(letters.write(font, compression)?);
        Ok(objects)
    }
}
