//! The colours of a page against those of its paper.

use super::rank::at_share;
use crate::model::raster::Raster;

/// Red, green and blue.
pub(super) type Rgb = [u8; 3];

/// One pixel in so many both ways tells whether a page has coloured ink. It is odd, for JPEG files
/// are made of squares of 8 pixels.
const SPARSE: usize = 11;

/// A few of the page's pixels from all over it.
pub(super) fn sparse(page: &Raster) -> Vec<Rgb> {
    let (pixels, _) = page.samples().as_chunks();
    let rows = pixels.chunks_exact(page.width() as usize).step_by(SPARSE);
    rows.flat_map(|row| row.iter().step_by(SPARSE).copied()).collect()
}

/// The colour of the paper.
pub(super) struct Paper([f32; 3]);

impl Paper {
    /// The paper of a page of which the greater part is paper.
    pub(super) fn of(pixels: &[Rgb]) -> Self {
        let level = |channel: fn(&Rgb) -> u8| {
            let mut levels: Vec<f32> = pixels.iter().step_by(SPARSE).map(|pixel| f32::from(channel(pixel))).collect();
            at_share(&mut levels, 0.5).unwrap_or_default().max(1.0)
        };
        Self([level(|&[red, _, _]| red), level(|&[_, green, _]| green), level(|&[_, _, blue]| blue)])
    }

    /// Red, green and blue as shares of the paper's. Where paper is lighter than most of it, as
    /// between yellowed edges, there is no ink of the other colour.
    pub(super) fn shares(&self, [red, green, blue]: Rgb) -> [f32; 3] {
        let Self([of_red, of_green, of_blue]) = self;
        [f32::from(red) / of_red, f32::from(green) / of_green, f32::from(blue) / of_blue].map(|share| share.min(1.0))
    }

    /// What a share of the paper's light is in the red channel.
    pub(super) fn in_red(&self, share: f32) -> u8 {
        let Self([red, ..]) = self;
        (share.clamp(0.0, 1.0) * red) as u8
    }

    /// How light the paper is in its darkest channel, from 0 to 1.
    pub(super) fn lightness(&self) -> f32 {
        let Self([red, green, blue]) = self;
        red.min(*green).min(*blue) / 255.0
    }
}
