//! A page image on its way out of a file, and what is known of it.

use super::error::{IntakeError, damaged};
use super::{decode, encode};
use crate::model::geometry::{Resolution, Turn};
use crate::model::raster::{EncodedImage, PageGeometry, Raster};

/// Below and above these a stated resolution is taken for a mistake.
const SENSIBLE_DPI: std::ops::RangeInclusive<f32> = 50.0..=2400.0;

/// Long side of A4 in inches.
pub(super) const A4_LONG_SIDE: f32 = 297.0 / 25.4;

/// Programs that know nothing of a page's size write 72 or 96 dpi. Below this resolution a page
/// longer than A3, with a tenth to spare, is taken for such a page; no scanner makes posters that
/// coarse.
pub(super) const DOUBTFUL_DPI: f32 = 100.0;
pub(super) const LONGEST_IF_DOUBTFUL: f32 = 1.1 * 420.0 / 25.4;

/// Shortest and longest side of a page in points (ISO 19005-2, 6.1.13).
const SIDES: std::ops::RangeInclusive<f32> = 3.0..=14_400.0;

/// A page image as the file holds it.
#[derive(Debug, PartialEq)]
pub(super) enum Picture {
    /// Bytes that a PDF can carry as they are.
    Stored(EncodedImage),
    /// Pixels that had to be decoded or drawn.
    Pixels(Raster),
}

impl Picture {
    /// Pixels across and down.
    pub(super) fn size(&self) -> (u32, u32) {
        match self {
            Self::Stored(image) => (image.width, image.height),
            Self::Pixels(raster) => (raster.width(), raster.height()),
        }
    }

    fn into_raster(self) -> Result<Raster, IntakeError> {
        match self {
            Self::Stored(image) => decode::decode(&image),
            Self::Pixels(raster) => Ok(raster),
        }
    }
}

/// A page image with its geometry.
#[derive(Debug, PartialEq)]
pub(super) struct Sheet {
    pub(super) picture: Picture,
    pub(super) geometry: PageGeometry,
}

impl Sheet {
    /// An image that lies in its file as EXIF or TIFF say (orientation 1 to 8). The turn is left to
    /// whoever shows it; a mirrored image is turned round here, because no turn makes it readable.
    pub(super) fn oriented(picture: Picture, stated: Option<Resolution>, orientation: u32) -> Result<Self, IntakeError> {
        let picture =
            if matches!(orientation, 2 | 4 | 5 | 7) { Picture::Pixels(mirrored(picture.into_raster()?)?) } else { picture };
        let turn = match orientation {
            3 | 4 => Turn::Half,
            6 | 7 => Turn::Right,
            5 | 8 => Turn::Left,
            _ => Turn::None,
        };
        let (width, height) = picture.size();
        Ok(Self { picture, geometry: geometry(stated, width, height, turn) })
    }

    /// Refuses what is no sheet of paper, and what no sealed file could hold.
    pub(super) fn on_paper(self) -> Result<Self, IntakeError> {
        let (width, height) = self.picture.size();
        let points = |pixels: u32, dpi: f32| pixels as f32 / dpi * 72.0;
        let sides = (points(width, self.geometry.resolution.x), points(height, self.geometry.resolution.y));
        if SIDES.contains(&sides.0) && SIDES.contains(&sides.1) {
            return Ok(self);
        }
        Err(damaged(format!("{width} × {height} pixels, {:.1} × {:.1} points: no sheet of paper", sides.0, sides.1)))
    }

    pub(super) fn into_raster(self) -> Result<Raster, IntakeError> {
        self.picture.into_raster()
    }

    pub(super) fn into_encoded(self) -> Result<EncodedImage, IntakeError> {
        match self.picture {
            Picture::Stored(image) => Ok(image),
            Picture::Pixels(raster) => encode::losslessly(&raster),
        }
    }
}

/// The geometry of an image of `width` × `height` pixels. A missing or silly resolution is
/// replaced by the one at which the long side is that of A4.
pub(super) fn geometry(stated: Option<Resolution>, width: u32, height: u32, turn: Turn) -> PageGeometry {
    let sensible = |r: &Resolution| {
        let longest = (width as f32 / r.x).max(height as f32 / r.y);
        let doubtful = r.x.max(r.y) < DOUBTFUL_DPI && longest > LONGEST_IF_DOUBTFUL;
        SENSIBLE_DPI.contains(&r.x) && SENSIBLE_DPI.contains(&r.y) && !doubtful
    };
    let resolution = stated.filter(sensible).unwrap_or_else(|| Resolution::square(width.max(height) as f32 / A4_LONG_SIDE));
    PageGeometry { resolution, turn }
}

/// The image seen in a mirror, left and right changed.
fn mirrored(raster: Raster) -> Result<Raster, IntakeError> {
    let (width, height, channels) = (raster.width(), raster.height(), raster.channels());
    let mut samples = raster.into_samples();
    let depth = channels.count();
    for row in samples.chunks_exact_mut(width as usize * depth) {
        row.reverse();
        row.chunks_exact_mut(depth).for_each(<[u8]>::reverse);
    }
    Raster::new(width, height, channels, samples).ok_or_else(|| damaged("the image is empty"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolution_that_makes_a_poster_of_a_letter_is_not_believed() {
        let dpi = |stated: f32, width, height| geometry(Some(Resolution::square(stated)), width, height, Turn::None).resolution;
        for silly in [0.0, 1.0, 72.0, 96.0, 9600.0, f32::NAN] {
            assert!((dpi(silly, 2480, 3508).y - 300.0).abs() < 0.1, "{silly}");
        }
        // A page of a screen's resolution, A3 and a plan of 36 × 48 inches are what they say.
        for (stated, width, height) in [(72.0, 595, 842), (96.0, 1123, 1587), (200.0, 7200, 9600)] {
            assert_eq!(dpi(stated, width, height), Resolution::square(stated));
        }
        let fax = Resolution { x: 204.0, y: 98.0 };
        assert_eq!(geometry(Some(fax), 1728, 1143, Turn::None).resolution, fax);
    }

    #[test]
    fn a_strip_is_no_sheet() {
        let sheet = |width, height| {
            let raster =
                Raster::new(width, height, crate::model::raster::Channels::Gray, vec![0; (width * height) as usize]).unwrap();
            let geometry = geometry(Some(Resolution::square(300.0)), width, height, Turn::None);
            Sheet { picture: Picture::Pixels(raster), geometry }.on_paper().map_err(|error| error.code().as_str()).err()
        };
        assert_eq!(sheet(1, 3000), Some("page-damaged"));
        assert_eq!(sheet(60_010, 13), Some("page-damaged"));
        assert_eq!(sheet(13, 13), None);
    }
}
