//! From the stored image to grey at the resolution that the engine reads best.

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions};

use super::PrepareError;
use super::bits::Bits;
use crate::model::geometry::Resolution;
use crate::model::raster::{Channels, Raster};
use crate::model::resize::resized;

/// A scale this near to 1 is left alone: resampling would cost sharpness and time for nothing.
const NEAR_ENOUGH: std::ops::RangeInclusive<f32> = 0.9..=1.12;
/// Beyond this an enlargement adds no letters that could be read.
const LARGEST_FACTOR: f32 = 2.5;
/// Pixels that a page may have after an enlargement: A3 at 200 dpi, with a margin.
const ENLARGED_PIXELS: f32 = 9e6;
/// Pixels that a page may have at all: A1 at 200 dpi, more than any engine reads in its time.
const MOST_PIXELS: f32 = 32e6;
/// A page whose longer side would come out shorter than this lies about its resolution.
const SHORTEST_LONG_SIDE: f32 = 600.0;

/// The filter that pages are scaled with for the engine.
pub(super) const SHARP: FilterType = FilterType::Hamming;

/// A grey image and its resolution.
#[derive(Clone)]
pub(super) struct Gray {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) samples: Vec<u8>,
    pub(super) dpi: f32,
}

impl Gray {
    /// What is darker than `level`.
    pub(super) fn darker(&self, level: u8) -> Bits {
        Bits::darker(&self.samples, self.width, level)
    }
}

/// Takes the red channel (stamps are red or reddish: there they are as light as paper)
/// or the grey one, scaled to about `target` dpi both ways.
pub(super) fn to_gray(page: &Raster, resolution: Resolution, target: f32) -> Result<Gray, PrepareError> {
    let (width, height) = (page.width(), page.height());
    let gray: Vec<u8> = match page.channels() {
        Channels::Gray => page.samples().to_vec(),
        Channels::Rgb => page.samples().as_chunks().0.iter().map(|&[red, _, _]| red).collect(),
    };
    let (factor_x, factor_y) = factors(width as f32, height as f32, resolution, target);
    if NEAR_ENOUGH.contains(&factor_x) && NEAR_ENOUGH.contains(&factor_y) {
        // The scale that was left out is still in the resolution.
        let dpi = target / (factor_x * factor_y).sqrt();
        return Ok(Gray { width, height, samples: gray, dpi });
    }
    let scaled = |side: u32, factor: f32| ((side as f32 * factor).round() as u32).max(1);
    let (new_width, new_height) = (scaled(width, factor_x), scaled(height, factor_y));
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(SHARP));
    let samples = resized(&gray, Channels::Gray, (width, height), (new_width, new_height), &options)
        .map_err(|error| PrepareError::Image(error.to_string()))?;
    let dpi = dpi_after(resolution, factor_x, target);
    Ok(Gray { width: new_width, height: new_height, samples, dpi })
}

/// A rectangle of the scaled page, in its pixels; both sides are at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Red, green and blue of a part of a coloured page that was scaled to `gray`: one pixel for each
/// square of `coarse` × `coarse` pixels of the part, whose sides are multiples of it.
pub(super) fn colours(
    page: &Raster,
    gray: &Gray,
    part: Part,
    coarse: u32,
    filter: FilterType,
) -> Result<Vec<[u8; 3]>, PrepareError> {
    // Where the part ends at the page's edge, rounding must not lead beyond it.
    let span = |start: u32, length: u32, stored: u32, scaled: u32| {
        let (stored, factor) = (f64::from(stored), f64::from(stored) / f64::from(scaled));
        let start = f64::from(start) * factor;
        (start, (f64::from(length) * factor).min(stored - start))
    };
    let (left, width) = span(part.left, part.width, page.width(), gray.width);
    let (top, height) = span(part.top, part.height, page.height(), gray.height);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).crop(left, top, width, height);
    let (from, to) = ((page.width(), page.height()), (part.width / coarse, part.height / coarse));
    let samples =
        resized(page.samples(), Channels::Rgb, from, to, &options).map_err(|error| PrepareError::Image(error.to_string()))?;
    Ok(samples.as_chunks().0.to_vec())
}

fn dpi_after(resolution: Resolution, factor: f32, target: f32) -> f32 {
    let dpi = resolution.x * factor;
    if dpi.is_finite() && dpi >= 1.0 { dpi } else { target }
}

/// Scale across and down that brings `resolution` to `target`, as far as that is sensible.
fn factors(width: f32, height: f32, resolution: Resolution, target: f32) -> (f32, f32) {
    let target = if target.is_finite() { target.clamp(70.0, 600.0) } else { 200.0 };
    let known = |dpi: f32| dpi.is_finite() && dpi >= 1.0;
    let (mut x, mut y) = (target / resolution.x, target / resolution.y);
    let plausible = known(resolution.x)
        && known(resolution.y)
        && (0.2..=5.0).contains(&(x / y))
        && (width * x).max(height * y) >= SHORTEST_LONG_SIDE.min(width.max(height));
    if !plausible {
        (x, y) = (1.0, 1.0);
    }
    let largest = x.max(y);
    if largest > LARGEST_FACTOR {
        (x, y) = (x * LARGEST_FACTOR / largest, y * LARGEST_FACTOR / largest);
    }
    let pixels = width * x * height * y;
    let limit = if largest > 1.0 { ENLARGED_PIXELS.max((width * height).min(MOST_PIXELS)) } else { MOST_PIXELS };
    if pixels > limit {
        let shrink = (limit / pixels).sqrt();
        (x, y) = (x * shrink, y * shrink);
    }
    (x, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_each_way_by_its_own_resolution() {
        let fax = Resolution { x: 204.0, y: 98.0 };
        let page = Raster::new(1728, 1100, Channels::Gray, vec![255; 1728 * 1100]).unwrap();
        let gray = to_gray(&page, fax, 200.0).unwrap();
        assert!((gray.dpi - 200.0).abs() < 1.0);
        assert_eq!((gray.width, gray.height), (1694, 2245));
        assert_eq!(factors(2480.0, 3508.0, Resolution::square(400.0), 200.0), (0.5, 0.5));
    }

    #[test]
    fn a_resolution_that_cannot_be_is_not_believed() {
        for wrong in [f32::NAN, 0.0, -5.0, f32::INFINITY, 100_000.0] {
            assert_eq!(factors(2480.0, 3508.0, Resolution::square(wrong), 200.0), (1.0, 1.0), "{wrong}");
        }
        let (x, y) = factors(9000.0, 9000.0, Resolution::square(72.0), 200.0);
        assert!(9000.0 * x * 9000.0 * y < 33e6);
    }

    #[test]
    fn red_ink_is_paper() {
        let page = Raster::new(2, 1, Channels::Rgb, vec![250, 20, 30, 10, 10, 10]).unwrap();
        assert_eq!(to_gray(&page, Resolution::square(200.0), 200.0).unwrap().samples, [250, 10]);
    }
}
