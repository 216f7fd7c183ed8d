//! Pictures of pages for screens: upright, as wide as is asked for, and without what is not to be seen.

use std::io::Cursor;

use fast_image_resize::ResizeOptions;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, RgbImage};
use serde::{Deserialize, Serialize};

use super::PrepareError;
use crate::model::geometry::{Quad, Rect, Turn};
use crate::model::raster::{Channels, Raster};
use crate::model::resize::resized;

/// JPEG quality from 1 to 100.
const QUALITY: u8 = 80;
/// What lies over covered words.
const COVER: u8 = 70;
/// How far a cover reaches beyond its word, as a share of the word's height.
const MARGIN: f32 = 0.2;
/// Pixels across that are left of a blurred page: the paper's kind can be told, and no letter.
const BLURRED: u32 = 48;

/// How clear a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Clarity {
    /// As it is.
    Sharp,
    /// So that nothing can be read.
    Blurred,
}

/// How a picture for a screen is drawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct View {
    /// Pixels across at most; nothing is enlarged.
    pub width: u32,
    /// How clear it is.
    pub clarity: Clarity,
    /// Words that are covered, in pixels of the page as it is stored.
    pub covered: Vec<Quad>,
}

/// Draws `page` upright as a JPEG.
///
/// # Errors
/// [`PrepareError`] if the pixels cannot be worked on.
pub fn view(page: &Raster, turn: Turn, view: &View) -> Result<Vec<u8>, PrepareError> {
    let mut samples = page.samples().to_vec();
    for quad in &view.covered {
        cover(&mut samples, page, quad);
    }
    let is_lain = matches!(turn, Turn::Left | Turn::Right);
    let (across, down) = if is_lain { (page.height(), page.width()) } else { (page.width(), page.height()) };
    let width = view.width.min(across).max(1);
    let size = scaled((across, down), width);
    let lain = |(width, height): (u32, u32)| if is_lain { (height, width) } else { (width, height) };
    let resized = |samples: &[u8], from, to| {
        resized(samples, page.channels(), from, to, &ResizeOptions::new()).map_err(|error| refused(&error))
    };
    let picture = match view.clarity {
        Clarity::Sharp => resized(&samples, (page.width(), page.height()), lain(size))?,
        Clarity::Blurred => {
            let few = lain(scaled((across, down), BLURRED.min(across)));
            let blurred = resized(&samples, (page.width(), page.height()), few)?;
            resized(&blurred, few, lain(size))?
        }
    };
    let (wide, high) = lain(size);
    let picture = match page.channels() {
        Channels::Gray => GrayImage::from_raw(wide, high, picture).map(DynamicImage::from),
        Channels::Rgb => RgbImage::from_raw(wide, high, picture).map(DynamicImage::from),
    };
    let picture = picture.ok_or_else(|| refused(&"pixels were lost"))?;
    let upright = match turn {
        Turn::None => picture,
        Turn::Right => picture.rotate90(),
        Turn::Half => picture.rotate180(),
        Turn::Left => picture.rotate270(),
    };
    let mut jpeg = Cursor::new(Vec::new());
    upright.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY)).map_err(|error| refused(&error))?;
    Ok(jpeg.into_inner())
}

/// A size of this width and the shape of the page.
fn scaled((across, down): (u32, u32), width: u32) -> (u32, u32) {
    let height = u64::from(down) * u64::from(width) / u64::from(across.max(1));
    (width.max(1), u32::try_from(height).unwrap_or(u32::MAX).max(1))
}

/// Lays a rectangle over a word, a little larger than it.
fn cover(samples: &mut [u8], page: &Raster, quad: &Quad) {
    let [a, _, _, d] = quad.0;
    let margin = (d.x - a.x).hypot(d.y - a.y) * MARGIN;
    let Some(around) = Rect::around(quad.0) else { return };
    let place = |at: f32, most: u32| at.clamp(0.0, most as f32) as usize;
    let (width, height) = (page.width(), page.height());
    let (left, right) = (place(around.x - margin, width), place((around.x + around.width + margin).ceil(), width));
    let (top, bottom) = (place(around.y - margin, height), place((around.y + around.height + margin).ceil(), height));
    let channels = match page.channels() {
        Channels::Gray => 1,
        Channels::Rgb => 3,
    };
    let row = width as usize * channels;
    for line in samples.chunks_exact_mut(row.max(1)).take(bottom).skip(top) {
        if let Some(part) = line.get_mut(left * channels..right * channels) {
            part.fill(COVER);
        }
    }
}

fn refused(error: &dyn std::fmt::Display) -> PrepareError {
    PrepareError::Image(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Point;

    fn word(x: f32, y: f32, width: f32, height: f32) -> Quad {
        let at = |x: f32, y: f32| Point { x, y };
        Quad([at(x, y), at(x + width, y), at(x + width, y + height), at(x, y + height)])
    }

    /// A page with stripes of print, white above.
    fn page() -> Raster {
        let samples = (0..400 * 600).map(|i| if i / 400 > 100 && i % 4 < 2 { 0 } else { 255 }).collect();
        Raster::new(400, 600, Channels::Gray, samples).unwrap()
    }

    fn drawn(turn: Turn, width: u32, clarity: Clarity, covered: Vec<Quad>) -> GrayImage {
        let jpeg = view(&page(), turn, &View { width, clarity, covered }).unwrap();
        image::load_from_memory(&jpeg).unwrap().to_luma8()
    }

    #[test]
    fn a_view_is_upright_and_as_wide_as_asked_but_never_enlarged() {
        assert_eq!(drawn(Turn::None, 160, Clarity::Sharp, vec![]).dimensions(), (160, 240));
        assert_eq!(drawn(Turn::Right, 160, Clarity::Sharp, vec![]).dimensions(), (160, 106));
        let whole = drawn(Turn::Half, 5000, Clarity::Sharp, vec![]);
        assert_eq!(whole.dimensions(), (400, 600));
        assert!(whole.get_pixel(200, 550).0[0] > 240, "what was above is below");
    }

    #[test]
    fn covered_words_cannot_be_seen_and_others_can() {
        let picture =
            drawn(Turn::None, 400, Clarity::Sharp, vec![word(100.0, 300.0, 80.0, 20.0), word(-1e9, f32::NAN, 1.0, 9e9)]);
        for x in 104..176 {
            assert!(picture.get_pixel(x, 310).0[0].abs_diff(COVER) < 12, "{x}");
        }
        let beside: Vec<u8> = (200..300).map(|x| picture.get_pixel(x, 310).0[0]).collect();
        assert!(beside.iter().any(|sample| *sample < 40) && beside.iter().any(|sample| *sample > 215));
    }

    #[test]
    fn nothing_can_be_read_on_a_blurred_page() {
        let picture = drawn(Turn::None, 400, Clarity::Blurred, vec![]);
        let line: Vec<u8> = (50..350).map(|x| picture.get_pixel(x, 400).0[0]).collect();
        let (least, most) = (line.iter().min().unwrap(), line.iter().max().unwrap());
        assert!(most - least < 40, "{least} to {most}");
        assert!(picture.get_pixel(200, 40).0[0] > 240, "but where print is can be told");
    }
}
