//! Red print, which the red channel takes for paper.
//!
//! The red channel makes red stamps vanish and with them all red print: the heading and number of a
//! land certificate, numbers and dates on decisions. Red ink is brought back where it is print. What
//! it is, is told by shape: red marks that lie close together make a group. A group that is as high
//! as wide and holds a ring, a frame or an arc is a stamp, and stays away with all that stands in it.
//! A group of letters in rows is print. What is neither stays as it was.

use fast_image_resize::FilterType;

use super::PrepareError;
use super::bits::{Bits, Component};
use super::colour::{Paper, Rgb, sparse};
use super::rings::COARSE;
use super::scale::{self, Gray, Part};
use crate::model::raster::{Channels, Raster};

/// Where green is weaker than red by this share of the paper's light, there is red ink. Yellowed
/// paper and markers darken blue and leave green.
const REDDISH: f32 = 0.22;
/// A page with fewer reddish pixels than one in so many has no red print: one word is one in 20,000.
const FEWEST: usize = 60_000;
/// On paper that is darker than this nothing is brought back: red is no ink on it.
const LIGHT_PAPER: f32 = 0.5;
/// Marks up to this distance belong together, in inches (2.5 mm).
const CLOSE: f32 = 0.1;
/// Stamps are no larger than this, in inches (60 mm).
const LARGEST_STAMP: f32 = 2.4;
/// Pieces that lie within a square of this side are of one stamp, in inches (48 mm).
const STAMP: f32 = 1.9;
/// Sides of a box around what a stamp leaves, in inches (18 to 48 mm), and how far it may be from a square.
const STAMPS: std::ops::RangeInclusive<f32> = 0.7..=STAMP;
const OUT_OF_ROUND: f32 = 1.25;
/// Letters with their marks, and words of them, are no higher than this, in inches (13 mm); rings and
/// frames of stamps are.
const TALLEST_LETTER: f32 = 0.52;
/// Marks up to this long can be letters whatever they fill, in inches (5 mm).
const SMALL: f32 = 0.2;
/// So much of their boxes longer marks of print fill; arcs fill less.
const FILL: f32 = 0.24;
/// The same in groups of so few marks that a piece of a ring could be one.
const FILL_OF_FEW: f32 = 0.34;
const FEW: usize = 4;
/// Marks lower and narrower than this are specks, in inches (0.9 mm).
const SPECK: f32 = 0.035;
/// A rule under print is this many times as long as thick.
const RULE: i32 = 12;
/// So much of a group's marks stand in rows if it is print.
const IN_ROWS: f32 = 0.6;
/// Marks of one row overlap by this share of the lower one's height.
const SAME_ROW: f32 = 0.5;
/// A page with more marks than this shows a picture.
const MOST_MARKS: usize = 3000;

/// Brings red print back into `gray`, which is the red channel of `page`.
pub(super) fn bring_back_print(page: &Raster, gray: &mut Gray) -> Result<(), PrepareError> {
    let (width, height) = (gray.width as usize / COARSE, gray.height as usize / COARSE);
    if page.channels() != Channels::Rgb || width == 0 || height == 0 {
        return Ok(());
    }
    let sparse = sparse(page);
    let paper = Paper::of(&sparse);
    let reddish = sparse.iter().filter(|&&pixel| redness(&paper, pixel) > REDDISH).count();
    if reddish == 0 || reddish * FEWEST < sparse.len() || paper.lightness() < LIGHT_PAPER {
        return Ok(());
    }
    let whole = Part { left: 0, top: 0, width: (width * COARSE) as u32, height: (height * COARSE) as u32 };
    let colours = scale::colours(page, gray, whole, COARSE as u32, FilterType::Bilinear)?;
    // Averages over squares are paler than the strokes in them.
    let dark = |&pixel: &Rgb| if redness(&paper, pixel) > REDDISH / 2.0 { 0 } else { u8::MAX };
    let inked: Vec<u8> = colours.iter().map(dark).collect();
    let found = Bits::darker(&inked, width as u32, 128).components();
    if found.len() > MOST_MARKS {
        return Ok(());
    }
    let dpi = gray.dpi / COARSE as f32;
    // Frames and pictures are neither print nor stamps.
    let found = found.into_iter().filter(|mark| mark.width.min(mark.height) as f32 <= LARGEST_STAMP * dpi);
    let marks: Vec<Mark> = found.map(|place| Mark { place, fill: fill(&inked, width, &place) }).collect();
    let (print, stamps): (Vec<_>, Vec<_>) = groups(marks, dpi).into_iter().partition(|group| is_print(group, dpi));
    let stamps = zones(&stamps, dpi);
    let stands_in = |group: &[Mark], stamp: &Component| {
        let around = around(group.iter().map(|mark| mark.place));
        let (x, y) = (around.x + around.width / 2, around.y + around.height / 2);
        (stamp.x..=stamp.x + stamp.width).contains(&x) && (stamp.y..=stamp.y + stamp.height).contains(&y)
    };
    for group in print.iter().filter(|group| !stamps.iter().any(|stamp| stands_in(group, stamp))) {
        for mark in group {
            darken(page, gray, &paper, &mark.place)?;
        }
    }
    Ok(())
}

/// Red ink in one piece, in averages.
#[derive(Debug, Clone, Copy)]
struct Mark {
    place: Component,
    /// Which share of the box around it has ink. Letters, also where several run together, fill theirs
    /// better than rings and arcs.
    fill: f32,
}

/// Which share of a box has ink.
fn fill(inked: &[u8], width: usize, place: &Component) -> f32 {
    let side = |start: i32, length: i32| start.max(0) as usize..(start + length).max(0) as usize;
    let rows = inked.chunks_exact(width).skip(side(place.y, place.height).start).take(place.height.max(0) as usize);
    let ink: usize =
        rows.filter_map(|row| row.get(side(place.x, place.width))).map(|row| row.iter().filter(|v| **v == 0).count()).sum();
    ink as f32 / (place.width * place.height).max(1) as f32
}

/// Where stamps are: boxes around groups that are no print. The pieces of a ring that was stamped
/// faintly are groups of their own.
fn zones(groups: &[Vec<Mark>], dpi: f32) -> Vec<Component> {
    let mut zones: Vec<Component> = Vec::new();
    for group in groups {
        let mut zone = around(group.iter().map(|mark| mark.place));
        zones.retain(|other| {
            let joined = around([zone, *other].into_iter());
            let joins = joined.width.max(joined.height) as f32 <= STAMP * dpi;
            if joins {
                zone = joined;
            }
            !joins
        });
        zones.push(zone);
    }
    zones
}

/// The box around others.
fn around(places: impl Iterator<Item = Component> + Clone) -> Component {
    let x = places.clone().map(|place| place.x).min().unwrap_or_default();
    let y = places.clone().map(|place| place.y).min().unwrap_or_default();
    let right = places.clone().map(|place| place.x + place.width).max().unwrap_or_default();
    let bottom = places.map(|place| place.y + place.height).max().unwrap_or_default();
    Component { x, y, width: right - x, height: bottom - y }
}

/// By which share of the paper's light green is weaker than red.
fn redness(paper: &Paper, pixel: Rgb) -> f32 {
    let [red, green, _] = paper.shares(pixel);
    red - green
}

/// Parts marks into groups that lie close together.
fn groups(marks: Vec<Mark>, dpi: f32) -> Vec<Vec<Mark>> {
    let reach = (CLOSE * dpi).ceil() as i32;
    let near = |a: &Component, b: &Component| {
        let beside = a.x - reach <= b.x + b.width && b.x - reach <= a.x + a.width;
        beside && a.y - reach <= b.y + b.height && b.y - reach <= a.y + a.height
    };
    let mut groups: Vec<Vec<Mark>> = Vec::new();
    for mark in marks {
        let mut own = vec![mark];
        groups.retain_mut(|group| {
            let joins = group.iter().any(|other| near(&mark.place, &other.place));
            if joins {
                own.append(group);
            }
            !joins
        });
        groups.push(own);
    }
    groups
}

/// Whether a group of red marks is print: letters and words in rows, and rules under them.
fn is_print(group: &[Mark], dpi: f32) -> bool {
    let is_rule = |place: &Component| place.width > RULE * place.height || place.height > RULE * place.width;
    let is_letter = |place: &Component| place.width.max(place.height) > (SPECK * dpi) as i32 && !is_rule(place);
    let letters: Vec<&Mark> = group.iter().filter(|mark| is_letter(&mark.place)).collect();
    let least_fill = if letters.len() < FEW { FILL_OF_FEW } else { FILL };
    let fits = |mark: &&Mark| {
        let (low, long) = (mark.place.width.min(mark.place.height) as f32, mark.place.width.max(mark.place.height) as f32);
        low <= TALLEST_LETTER * dpi && (long <= SMALL * dpi || mark.fill >= least_fill)
    };
    if letters.is_empty() || !letters.iter().all(fits) || is_disc(&letters, dpi) {
        return false;
    }
    let in_row = |rows: fn(&Component, &Component) -> bool| {
        letters.iter().filter(|mark| letters.iter().any(|other| rows(&mark.place, &other.place))).count()
    };
    let standing = in_row(is_beside).max(in_row(is_below));
    standing as f32 >= IN_ROWS * letters.len() as f32 || letters.len() == 1
}

/// Whether marks fill a disc as large as a stamp: what is left of one whose ring was stamped faintly. Lines
/// of print reach into the corners.
fn is_disc(marks: &[&Mark], dpi: f32) -> bool {
    let whole = around(marks.iter().map(|mark| mark.place));
    let (longer, shorter) = (whole.width.max(whole.height) as f32, whole.width.min(whole.height) as f32);
    if !STAMPS.contains(&(longer / dpi)) || longer > OUT_OF_ROUND * shorter {
        return false;
    }
    let (x, y) = (whole.x as f32 + whole.width as f32 / 2.0, whole.y as f32 + whole.height as f32 / 2.0);
    marks.iter().all(|mark| {
        let Component { x: left, y: top, width, height } = mark.place;
        let (dx, dy) = (left as f32 + width as f32 / 2.0 - x, top as f32 + height as f32 / 2.0 - y);
        dx.hypot(dy) <= longer / 2.0
    })
}

/// Whether two marks stand in one row of an upright page, and are of like height.
fn is_beside(a: &Component, b: &Component) -> bool {
    let common = (a.y + a.height).min(b.y + b.height) - a.y.max(b.y);
    a.x != b.x && alike(a.height, b.height) && common as f32 >= SAME_ROW * a.height.min(b.height) as f32
}

/// The same on a page that lies on its side.
fn is_below(a: &Component, b: &Component) -> bool {
    let common = (a.x + a.width).min(b.x + b.width) - a.x.max(b.x);
    a.y != b.y && alike(a.width, b.width) && common as f32 >= SAME_ROW * a.width.min(b.width) as f32
}

fn alike(a: i32, b: i32) -> bool {
    a.max(b) <= 2 * a.min(b).max(1)
}

/// Makes the red ink of a mark, given in averages, as dark as it is in its darkest channel.
fn darken(page: &Raster, gray: &mut Gray, paper: &Paper, mark: &Component) -> Result<(), PrepareError> {
    let span = |start: i32, length: i32, side: u32| {
        let first = ((start - 1).max(0) as u32 * COARSE as u32).min(side.saturating_sub(1));
        (first, ((start + length + 1).max(0) as u32 * COARSE as u32).clamp(first + 1, side) - first)
    };
    let ((left, width), (top, height)) = (span(mark.x, mark.width, gray.width), span(mark.y, mark.height, gray.height));
    let colours = scale::colours(page, gray, Part { left, top, width, height }, 1, scale::SHARP)?;
    let rows = gray.samples.chunks_exact_mut(gray.width as usize).skip(top as usize);
    for (row, colours) in rows.zip(colours.chunks_exact(width as usize)) {
        let target = row.get_mut(left as usize..(left + width) as usize).into_iter().flatten();
        for (sample, &pixel) in target.zip(colours) {
            let [_, green, blue] = paper.shares(pixel);
            *sample = (*sample).min(paper.in_red(green.min(blue)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Resolution;

    const SIDE: usize = 800;
    const PAPER: Rgb = [240, 238, 232];
    const RED: Rgb = [200, 30, 40];

    /// A page of 200 dpi with red ink where `inked` says so, and what becomes of its red channel.
    fn read(inked: impl Fn(usize, usize) -> bool) -> Vec<u8> {
        let colour = |i: usize| if inked(i % SIDE, i / SIDE) { RED } else { PAPER };
        let page = Raster::new(SIDE as u32, SIDE as u32, Channels::Rgb, (0..SIDE * SIDE).flat_map(colour).collect()).unwrap();
        let mut gray = scale::to_gray(&page, Resolution::square(200.0), 200.0).unwrap();
        bring_back_print(&page, &mut gray).unwrap();
        gray.samples
    }

    /// Letters of 14 × 26 pixels, 20 apart, in a row at `top`.
    fn letters(x: usize, y: usize, top: usize) -> bool {
        (120..680).contains(&x) && (top..top + 26).contains(&y) && (x % 20 < 4 || (x % 20 < 14 && (y - top) % 11 < 4))
    }

    fn stamp(x: usize, y: usize) -> bool {
        let distance = (x as f32 - 400.0).hypot(y as f32 - 400.0);
        (distance - 140.0).abs() < 3.0 || (distance - 100.0).abs() < 2.0
    }

    #[test]
    fn red_print_is_as_dark_as_black_one() {
        let samples = read(|x, y| letters(x, y, 200));
        assert!(samples[210 * SIDE + 201] < 60, "{}", samples[210 * SIDE + 201]);
        assert!(samples[100 * SIDE + 201] > 220);
        let lying = read(|x, y| letters(y, x, 200));
        assert!(lying[201 * SIDE + 210] < 60, "a page on its side");
    }

    #[test]
    fn a_red_stamp_stays_away_with_the_words_in_it() {
        let samples = read(|x, y| stamp(x, y) || letters(x, y, 390) && (320..480).contains(&x));
        assert!(samples.iter().all(|&sample| sample > 190));
    }

    #[test]
    fn a_faint_stamp_of_which_only_pieces_show_stays_away_too() {
        let pieces = |x: usize, y: usize| stamp(x, y) && (x.abs_diff(400) > 60) && (y.abs_diff(400) > 60);
        let samples = read(|x, y| pieces(x, y) || letters(x, y, 390) && (320..480).contains(&x));
        assert!(samples[395 * SIDE + 341] > 190, "{}", samples[395 * SIDE + 341]);
    }

    #[test]
    fn the_words_of_a_stamp_without_its_ring_stay_away() {
        let marks: Vec<(usize, usize)> = (0..40)
            .map(|i| (i as f32 * std::f32::consts::TAU / 20.0, if i < 20 { 130.0 } else { 70.0 }))
            .map(|(angle, radius)| ((400.0 + radius * angle.cos()) as usize, (400.0 + radius * angle.sin()) as usize))
            .collect();
        let samples =
            read(|x, y| marks.iter().any(|&(left, top)| (left..left + 12).contains(&x) && (top..top + 16).contains(&y)));
        assert!(samples.iter().all(|&sample| sample > 190));
    }

    #[test]
    fn headings_in_large_letters_that_run_together_come_back() {
        // Two words in letters 90 pixels high, joined at their feet.
        let heading = |x: usize, y: usize| {
            let inside = (100..300).contains(&x) || (340..700).contains(&x);
            inside && (200..290).contains(&y) && (x % 60 < 24 || y > 276)
        };
        let samples = read(heading);
        assert!(samples[240 * SIDE + 130] < 60, "{}", samples[240 * SIDE + 130]);
    }

    #[test]
    fn print_within_a_red_frame_comes_back() {
        let frame = |x: usize, y: usize| {
            (x < 780 && y < 780 && (x > 20 && y > 20)) && !((24..776).contains(&x) && (24..776).contains(&y))
        };
        let samples = read(|x, y| frame(x, y) || letters(x, y, 200));
        assert!(samples[210 * SIDE + 201] < 60);
    }

    #[test]
    fn print_beside_a_stamp_comes_back_alone() {
        let samples = read(|x, y| stamp(x, y) || letters(x, y, 100));
        assert!(samples[110 * SIDE + 201] < 60 && samples[400 * SIDE + 260] > 190, "{}", samples[400 * SIDE + 260]);
    }

    #[test]
    fn pages_without_red_ink_and_tiny_ones_stay_as_they_are() {
        assert!(read(|_, _| false).iter().all(|&sample| sample == 240));
        for (width, height) in [(1, 1), (3, 900), (900, 3), (40, 40)] {
            let samples = RED.repeat(width * height / 3).into_iter().chain(PAPER.repeat(width * height - width * height / 3));
            let page = Raster::new(width as u32, height as u32, Channels::Rgb, samples.collect()).unwrap();
            let mut gray = scale::to_gray(&page, Resolution::square(200.0), 200.0).unwrap();
            bring_back_print(&page, &mut gray).unwrap();
        }
    }
}
