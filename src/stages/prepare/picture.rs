//! A small picture of a page for people to look at.

use std::io::Cursor;

use fast_image_resize::ResizeOptions;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, RgbImage};

use super::PrepareError;
use crate::model::geometry::Turn;
use crate::model::raster::{Channels, PageGeometry, Raster};
use crate::model::resize::resized;

/// Pixels of the picture's long side: A4 at 100 dpi, enough to see what is wrong.
const LONG_SIDE: f32 = 1200.0;
/// JPEG quality from 1 to 100.
const QUALITY: u8 = 75;

/// Draws `page` upright, its pixels square, as a JPEG of at most 1200 pixels on the long side.
///
/// # Errors
/// [`PrepareError`] if the pixels cannot be worked on.
pub fn picture(page: &Raster, geometry: &PageGeometry, turn: Turn) -> Result<Vec<u8>, PrepareError> {
    let refused = |error: &dyn std::fmt::Display| PrepareError::Image(error.to_string());
    let (width, height) = size(page.width(), page.height(), geometry);
    let (from, to) = ((page.width(), page.height()), (width, height));
    let samples = resized(page.samples(), page.channels(), from, to, &ResizeOptions::new()).map_err(|error| refused(&error))?;
    let small = match page.channels() {
        Channels::Gray => GrayImage::from_raw(width, height, samples).map(DynamicImage::from),
        Channels::Rgb => RgbImage::from_raw(width, height, samples).map(DynamicImage::from),
    };
    let small = small.ok_or_else(|| refused(&"pixels were lost"))?;
    let upright = match turn {
        Turn::None => small,
        Turn::Right => small.rotate90(),
        Turn::Half => small.rotate180(),
        Turn::Left => small.rotate270(),
    };
    let mut jpeg = Cursor::new(Vec::new());
    upright.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY)).map_err(|error| refused(&error))?;
    Ok(jpeg.into_inner())
}

/// The picture's size; never larger than the page.
fn size(width: u32, height: u32, geometry: &PageGeometry) -> (u32, u32) {
    let (across, down) = (width as f32 / geometry.resolution.x, height as f32 / geometry.resolution.y);
    let known = across.is_finite() && down.is_finite() && across > 0.0 && down > 0.0;
    let (across, down) = if known { (across, down) } else { (width as f32, height as f32) };
    let long = LONG_SIDE.min(width.max(height) as f32);
    let side = |inches: f32| ((inches / across.max(down) * long).round() as u32).max(1);
    (side(across), side(down))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Resolution;

    fn drawn(width: u32, height: u32, resolution: Resolution, turn: Turn) -> DynamicImage {
        // Dark above, light below.
        let samples = (0..width * height).map(|i| if i / width < height / 2 { 20 } else { 230 }).collect();
        let page = Raster::new(width, height, Channels::Gray, samples).unwrap();
        let jpeg = picture(&page, &PageGeometry { resolution, turn: Turn::None }, turn).unwrap();
        image::load_from_memory(&jpeg).unwrap()
    }

    #[test]
    fn a_picture_is_small_upright_and_square_in_its_pixels() {
        let fax = drawn(1728, 1078, Resolution { x: 204.0, y: 98.0 }, Turn::None);
        assert_eq!((fax.width(), fax.height()), (924, 1200));
        let turned = drawn(2000, 1000, Resolution::square(200.0), Turn::Right).into_luma8();
        assert_eq!(turned.dimensions(), (600, 1200));
        assert!(turned.get_pixel(580, 600).0[0] < 60 && turned.get_pixel(20, 600).0[0] > 200, "what was above is at the right");
        assert_eq!(drawn(30, 20, Resolution::square(f32::NAN), Turn::None).width(), 30, "nothing is enlarged");
    }
}
