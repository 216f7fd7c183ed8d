//! Round stamps in blue, violet or green ink, in colour scans.
//!
//! In the red channel such ink may be as dark as print. But it parts the channels, and black print
//! does not: where a pixel is bluish, the ink's share of its darkness is known from how bluish it
//! is, and what is left is print. The ink is taken out only where a round stamp is, told by a ring that is
//! bluish all around: pens and name stamps write in blue too, and what they write is to be read.

use std::cmp::Reverse;

use fast_image_resize::FilterType;

use super::PrepareError;
use super::colour::{Paper, Rgb, sparse};
use super::rank::at_share;
use super::rings::{COARSE, Coarse, Ring, directions};
use super::scale::{self, Gray, Part};
use super::stamps::{CROSSED, RIM};
use crate::model::raster::{Channels, Raster};

/// Where blue is stronger than another colour by this share of the paper's light, there is bluish
/// ink. Of the inks of stamps navy parts the colours least, by a third; half of a place is enough.
const BLUISH: f32 = 1.0 / 6.0;
/// Navy darkens blue 1.5 times as much as it parts the colours. What is twice as dull as that
/// cannot be told from print.
const DULLEST: f32 = 3.0;
/// A page with fewer bluish pixels than one in so many has no stamp. The thinnest ring, half a
/// millimetre wide around 28, is one in 1400 of an A4 page.
const FEWEST: usize = 5000;

/// Takes the ink of bluish stamps out of `gray`, which is the red channel of `page`, and gives their
/// rings.
pub(super) fn take_out_stamps(page: &Raster, gray: &mut Gray) -> Result<Vec<Ring>, PrepareError> {
    let (width, height) = (gray.width as usize / COARSE, gray.height as usize / COARSE);
    if page.channels() != Channels::Rgb || width == 0 || height == 0 {
        return Ok(Vec::new());
    }
    let sparse = sparse(page);
    let paper = Paper::of(&sparse);
    if sparse.iter().filter(|&&pixel| paper.bluish(pixel) > BLUISH).count() * FEWEST < sparse.len() {
        return Ok(Vec::new());
    }
    let whole = Part { left: 0, top: 0, width: (width * COARSE) as u32, height: (height * COARSE) as u32 };
    // Its averages reach into their neighbours: a thin ring is seen between two of them, too.
    let colours = scale::colours(page, gray, whole, COARSE as u32, FilterType::Bilinear)?;
    // Dark where bluish ink is, and white where print is.
    let dark = |&pixel: &Rgb| 255 - (paper.bluish(pixel) / BLUISH * 255.0) as u8;
    let blueness = Coarse { width, height, samples: colours.iter().map(dark).collect() };
    let directions = directions();
    let rings = most_closed(blueness.rings(gray.dpi, &directions));
    for ring in &rings {
        let place = |(x, y)| Some(usize::try_from(y).ok()? / COARSE * width + usize::try_from(x).ok()? / COARSE);
        let pixels = ring.points(&directions).filter_map(place).filter_map(|place| colours.get(place));
        let mut dullness: Vec<f32> = pixels.map(|&pixel| paper.dullness(pixel)).collect();
        // Half of a ring may be crossed by print.
        let dullness = at_share(&mut dullness, CROSSED).unwrap_or_default();
        replace(page, gray, *ring, |pixel| paper.without_ink(pixel, dullness))?;
    }
    Ok(rings)
}

/// One ring for each stamp: what is written in a stamp and its inner rings make lesser ones.
fn most_closed(mut rings: Vec<Ring>) -> Vec<Ring> {
    rings.sort_by_key(|ring| Reverse(ring.closed));
    let mut stamps: Vec<Ring> = Vec::new();
    for ring in rings {
        if stamps.iter().all(|stamp| (stamp.x - ring.x).hypot(stamp.y - ring.y) > stamp.radius) {
            stamps.push(ring);
        }
    }
    stamps
}

impl Paper {
    /// By which share of the paper's light blue or green is stronger than another colour; 0 where
    /// red is stronger than both.
    fn bluish(&self, pixel: Rgb) -> f32 {
        let [red, green, blue] = self.shares(pixel);
        if blue.max(green) > red { blue.max(green) - red.min(green).min(blue) } else { 0.0 }
    }

    /// By how much an ink darkens even its lightest channel, against how far it parts them. This
    /// is the same however thinly the ink lies; print over it only darkens.
    fn dullness(&self, pixel: Rgb) -> f32 {
        let darkness = 1.0 - lightest(self.shares(pixel));
        (darkness / self.bluish(pixel).max(f32::EPSILON)).clamp(0.0, DULLEST)
    }

    /// The red that a pixel would have without ink of that dullness.
    fn without_ink(&self, pixel: Rgb, dullness: f32) -> u8 {
        self.in_red(lightest(self.shares(pixel)) + dullness * self.bluish(pixel))
    }
}

fn lightest([red, green, blue]: [f32; 3]) -> f32 {
    red.max(green).max(blue)
}

/// Sets what the stamp with that ring covers to what `level` makes of the page's colours.
fn replace(page: &Raster, gray: &mut Gray, ring: Ring, level: impl Fn(Rgb) -> u8) -> Result<(), PrepareError> {
    let reach = ring.radius + RIM * gray.dpi;
    let span = |middle: f32, side: u32| {
        let start = ((middle - reach).max(0.0) as u32).min(side - 1);
        (start, ((middle + reach) as u32 + 1).clamp(start + 1, side) - start)
    };
    let ((left, across), (top, down)) = (span(ring.x, gray.width), span(ring.y, gray.height));
    let part = Part { left, top, width: across, height: down };
    let colours = scale::colours(page, gray, part, 1, scale::SHARP)?;
    let (left, top, across, width) = (left as usize, top as usize, across as usize, gray.width as usize);
    for (y, columns) in ring.rows(reach, width) {
        let start = (y - top) * across + columns.start - left;
        let source = colours.get(start..start + columns.len()).into_iter().flatten();
        let target = gray.samples.get_mut(y * width + columns.start..y * width + columns.end).into_iter().flatten();
        target.zip(source).for_each(|(sample, &pixel)| *sample = level(pixel));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Resolution;

    const SIDE: usize = 700;
    const PAPER: Rgb = [236, 232, 222];
    const PRINT: Rgb = [35, 33, 32];
    const NAVY: Rgb = [40, 50, 120];
    const VIOLET: Rgb = [90, 40, 130];
    const GREEN: Rgb = [25, 110, 70];
    const RED: Rgb = [215, 45, 50];

    /// What is left of `light` after it went through `ink` on the paper.
    fn through(light: Rgb, ink: Rgb) -> Rgb {
        std::array::from_fn(|channel| (u32::from(light[channel]) * u32::from(ink[channel]) / 255) as u8)
    }

    /// A stamp with its middle at (350, 300) over a line of print, and a line in the same ink below.
    fn page(ink: Rgb) -> Raster {
        let colour = |i: usize| {
            let (x, y) = (i % SIDE, i / SIDE);
            let distance = (x as f32 - 350.0).hypot(y as f32 - 300.0);
            let stem = x % 12 < 4 && (100..600).contains(&x);
            let printed = if stem && (290..310).contains(&y) { PRINT } else { PAPER };
            let inked = (distance - 140.0).abs() <= 2.5 || distance < 30.0 || stem && (600..620).contains(&y);
            if inked { through(printed, ink) } else { printed }
        };
        Raster::new(SIDE as u32, SIDE as u32, Channels::Rgb, (0..SIDE * SIDE).flat_map(colour).collect()).unwrap()
    }

    /// The page's rings, and its red channel before and after.
    fn taken_out(page: &Raster) -> (Vec<Ring>, Vec<u8>, Vec<u8>) {
        let mut gray = scale::to_gray(page, Resolution::square(200.0), 200.0).unwrap();
        let before = gray.samples.clone();
        let rings = take_out_stamps(page, &mut gray).unwrap();
        (rings, before, gray.samples)
    }

    #[test]
    fn a_blue_violet_or_green_stamp_goes_and_print_under_it_stays() {
        for ink in [NAVY, VIOLET, [30, 60, 160], GREEN] {
            let (rings, before, after) = taken_out(&page(ink));
            let ring = rings.first().unwrap();
            assert!((ring.x - 350.0).hypot(ring.y - 300.0) < 8.0 && (ring.radius - 140.0).abs() < 8.0, "{ring:?}");
            let stamp = |i: &usize| ((i % SIDE) as f32 - 350.0).hypot((i / SIDE) as f32 - 300.0) < 143.0;
            for i in (0..SIDE * SIDE).filter(stamp) {
                let printed = (290..310).contains(&(i / SIDE)) && i % SIDE % 12 < 4;
                assert!(if printed { after[i] < 100 } else { after[i] > 200 }, "{ink:?} at {i}: {} to {}", before[i], after[i]);
            }
        }
    }

    #[test]
    fn what_a_blue_pen_writes_stays() {
        let (_, before, after) = taken_out(&page(NAVY));
        assert!(before[500 * SIDE..] == after[500 * SIDE..]);
    }

    #[test]
    fn pages_with_other_ink_stay_as_they_are() {
        for ink in [RED, PRINT, PAPER] {
            let (rings, before, after) = taken_out(&page(ink));
            assert!(rings.is_empty() && before == after, "{ink:?}");
        }
    }

    #[test]
    fn paper_that_is_yellow_in_places_only_has_no_stamps() {
        let yellow = |x: usize| if x < 400 { [236, 220, 170] } else { [238, 232, 222] };
        let samples = (0..SIDE * SIDE).flat_map(|i| yellow(i % SIDE)).collect();
        let (rings, ..) = taken_out(&Raster::new(SIDE as u32, SIDE as u32, Channels::Rgb, samples).unwrap());
        assert_eq!(rings, []);
    }

    #[test]
    fn tiny_blue_pages_have_no_stamps() {
        for (width, height) in [(1, 1), (3, 900), (900, 3), (40, 40)] {
            let samples = NAVY.repeat(width * height / 2).into_iter().chain(PAPER.repeat(width * height - width * height / 2));
            let page = Raster::new(width as u32, height as u32, Channels::Rgb, samples.collect()).unwrap();
            assert_eq!(taken_out(&page).0, []);
        }
    }
}
