//! Pictures of pages with places on them marked, for whoever looks for something on a page.

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::imageops::{rotate90, rotate180, rotate270};
use image::{Rgb, RgbImage};

use super::PrepareError;
use crate::model::geometry::{Point, Quad, Rect, Turn};
use crate::model::raster::{Channels, Raster};

/// What the paper looks like under a mark: the print stays black.
const MARK: [u8; 3] = [255, 221, 64];
/// How far a mark reaches beyond its word, as a share of the word's height.
const MARGIN: f32 = 0.15;

/// Draws `page` upright with all its pixels as a PNG, `marks` over it as with a marker pen. Places are
/// in pixels of the page as it is stored.
///
/// # Errors
/// [`PrepareError`] if the pixels cannot be worked on.
pub fn marked(page: &Raster, turn: Turn, marks: &[Quad]) -> Result<Vec<u8>, PrepareError> {
    let refused = |error: &dyn std::fmt::Display| PrepareError::Image(error.to_string());
    let samples = match page.channels() {
        Channels::Gray => page.samples().iter().flat_map(|sample| [*sample; 3]).collect(),
        Channels::Rgb => page.samples().to_vec(),
    };
    let picture = RgbImage::from_raw(page.width(), page.height(), samples);
    let mut picture = picture.ok_or_else(|| refused(&"pixels were lost"))?;
    for quad in marks {
        mark(&mut picture, quad);
    }
    let upright = match turn {
        Turn::None => picture,
        Turn::Right => rotate90(&picture),
        Turn::Half => rotate180(&picture),
        Turn::Left => rotate270(&picture),
    };
    let mut png = Cursor::new(Vec::new());
    upright.write_with_encoder(PngEncoder::new(&mut png)).map_err(|error| refused(&error))?;
    Ok(png.into_inner())
}

/// Colours what lies in the quad; what lies outside of the picture is none of it.
fn mark(picture: &mut RgbImage, quad: &Quad) {
    let quad = widened(quad);
    let Some(around) = Rect::around(quad.0) else { return };
    let first = |least: f32| least.floor().max(0.0) as u32;
    let end = |most: f32, length: u32| (most.ceil().max(0.0) as u32).saturating_add(1).min(length);
    let (right, bottom) = (end(around.x + around.width, picture.width()), end(around.y + around.height, picture.height()));
    for y in first(around.y)..bottom {
        for x in first(around.x)..right {
            if holds(&quad, Point { x: x as f32 + 0.5, y: y as f32 + 0.5 })
                && let Some(Rgb(pixel)) = picture.get_pixel_mut_checked(x, y)
            {
                for (sample, ink) in pixel.iter_mut().zip(MARK) {
                    // As ink lies on paper. Between 0 and 255: no digit is lost.
                    *sample = (u16::from(*sample) * u16::from(ink) / 255) as u8;
                }
            }
        }
    }
}

/// A little more than the quad, so that the mark is seen around the word.
fn widened(quad: &Quad) -> Quad {
    let [a, b, c, d] = quad.0;
    let center = Point { x: (a.x + b.x + c.x + d.x) / 4.0, y: (a.y + b.y + c.y + d.y) / 4.0 };
    let height = (d.x - a.x).hypot(d.y - a.y);
    Quad(quad.0.map(|corner| {
        let (x, y) = (corner.x - center.x, corner.y - center.y);
        let share = 1.0 + height * MARGIN / x.hypot(y).max(1.0);
        Point { x: center.x + x * share, y: center.y + y * share }
    }))
}

/// Whether a point lies on one side of all edges.
fn holds(quad: &Quad, point: Point) -> bool {
    let [a, b, c, d] = quad.0;
    let side = |from: Point, to: Point| (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x);
    let sides = [side(a, b), side(b, c), side(c, d), side(d, a)];
    sides.iter().all(|side| *side >= 0.0) || sides.iter().all(|side| *side <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quad(x: f32, y: f32, width: f32, height: f32) -> Quad {
        let corner = |x: f32, y: f32| Point { x, y };
        Quad([corner(x, y), corner(x + width, y), corner(x + width, y + height), corner(x, y + height)])
    }

    fn drawn(turn: Turn, marks: &[Quad]) -> RgbImage {
        // White, with a black dot where the mark will lie.
        let samples = (0..100 * 60).map(|i| if i == 20 * 100 + 30 { 0 } else { 255 }).collect();
        let page = Raster::new(100, 60, Channels::Gray, samples).unwrap();
        image::load_from_memory(&marked(&page, turn, marks).unwrap()).unwrap().to_rgb8()
    }

    #[test]
    fn the_word_is_marked_where_it_stands_and_its_print_stays() {
        let picture = drawn(Turn::None, &[quad(20.0, 15.0, 20.0, 10.0)]);
        assert_eq!((picture.width(), picture.height()), (100, 60));
        assert_eq!(*picture.get_pixel(25, 20), Rgb(MARK));
        assert_eq!(*picture.get_pixel(30, 20), Rgb([0; 3]), "the print");
        for (x, y) in [(10, 20), (50, 20), (30, 8), (30, 32)] {
            assert_eq!(*picture.get_pixel(x, y), Rgb([255; 3]), "{x} {y}");
        }
    }

    #[test]
    fn marks_turn_with_the_page_and_may_lie_beyond_it() {
        let picture =
            drawn(Turn::Right, &[quad(20.0, 15.0, 20.0, 10.0), quad(-50.0, -50.0, 10.0, 10.0), quad(1e9, f32::NAN, 1.0, 1.0)]);
        assert_eq!((picture.width(), picture.height()), (60, 100));
        assert_eq!(*picture.get_pixel(59 - 20, 25), Rgb(MARK));
        assert_eq!(*picture.get_pixel(5, 5), Rgb([255; 3]));
    }
}
