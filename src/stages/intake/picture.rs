//! A page image on its way out of a file, and what is known of it.

use super::error::IntakeError;
use super::{decode, encode};
use crate::model::geometry::{Resolution, Turn};
use crate::model::raster::{EncodedImage, PageGeometry, Raster};

/// Below and above these a stated resolution is taken for a mistake.
const SENSIBLE_DPI: std::ops::RangeInclusive<f32> = 50.0..=2400.0;

/// Long side of A4 in inches.
const A4_LONG_SIDE: f32 = 297.0 / 25.4;

/// A page image as the file holds it.
#[derive(Debug)]
pub(super) enum Picture {
    /// Bytes that a PDF can carry as they are.
    Stored(EncodedImage),
    /// Pixels that had to be decoded or drawn.
    Pixels(Raster),
}

/// A page image with its geometry.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) picture: Picture,
    pub(super) geometry: PageGeometry,
}

impl Sheet {
    pub(super) fn into_raster(self) -> Result<Raster, IntakeError> {
        match self.picture {
            Picture::Stored(image) => decode::decode(&image),
            Picture::Pixels(raster) => Ok(raster),
        }
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
    let sensible = |r: &Resolution| SENSIBLE_DPI.contains(&r.x) && SENSIBLE_DPI.contains(&r.y);
    let resolution = stated.filter(sensible).unwrap_or_else(|| Resolution::square(width.max(height) as f32 / A4_LONG_SIDE));
    PageGeometry { resolution, turn }
}

/// The turn for an orientation of EXIF or TIFF (1 to 8). Mirrored orientations, which no scanner
/// means, are only turned: the pixels stay as they are stored.
pub(super) fn turn_of_orientation(orientation: u32) -> Turn {
    match orientation {
        3 | 4 => Turn::Half,
        6 | 7 => Turn::Right,
        5 | 8 => Turn::Left,
        _ => Turn::None,
    }
}
