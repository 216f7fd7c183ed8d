//! Measures how good a page's picture is, from what cleaning it has at hand anyway.
//!
//! Blur and contrast are read off the slopes between paper and ink along some rows and columns;
//! everything else is counted on the components of the ink.

use super::bits::Component;
use super::blank;
use super::rank::at_share;
use super::scale::Gray;
use crate::model::geometry::{Resolution, Turn};
use crate::model::quality::PageQuality;

/// Slopes are looked for around this many letters, spread over the page ...
const LETTERS_LOOKED_AT: usize = 400;
/// ... on every third row and column through them, and this many inches (1 mm) beyond.
const LINE_STEP: usize = 3;
const AROUND: f32 = 0.04;
/// The noise is told from one row in so many.
const ROW_STEP: usize = 24;
/// Fewer slopes than this tell nothing.
const FEWEST_SLOPES: usize = 100;
/// A step of this many grey levels at least is a slope; JPEG leaves smaller ones around letters.
const LEAST_STEP: f32 = 12.0;
/// And of this many times the noise from pixel to pixel.
const OVER_NOISE: f32 = 6.0;
/// A median difference of so many levels breaks up the shapes of pale letters.
const HIDES_PALE_PRINT: usize = 2;
/// The slope is measured between these shares of its height.
const FOOT: f32 = 0.2;
const SHOULDER: f32 = 0.8;
/// The share of slopes that are lower than what is taken for the height of ink over paper: thin
/// strokes make low ones.
const HIGH_SLOPES: f32 = 0.75;
/// Slopes below this share of that height are not ink's and do not tell how sharp ink is.
const INKS_OWN: f32 = 0.5;

/// How wide slopes of print may be, in millimetres. Those of print that shines through are wider by the
/// spread of light in paper, whose sheet is 0.1 mm thick.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sharp(f32);

impl Sharp {
    /// In a good scan.
    pub(super) const AS_SCANNED: Self = Self(0.2);
    /// In one whose neighbouring pixels were averaged.
    pub(super) const SMOOTHED: Self = Self(0.3);
}

/// A letter has more slopes than this on the lines looked at; a clot of the paper's noise has not.
const SLOPES_OF_LETTER: usize = 10;
/// Height and width of marks that may be letters, in pixels, or letters run together by blur.
const HEIGHT: std::ops::RangeInclusive<i32> = 4..=100;
const WIDTH: std::ops::RangeInclusive<i32> = 4..=400;
/// Fewer letters than this tell nothing of their height.
const FEWEST_LETTERS: usize = 20;
/// Sides in inches of a letter cut off by an edge (1.3 to 9 mm), and how drawn out it may be.
const CUT_LETTER: std::ops::RangeInclusive<f32> = 0.05..=0.35;
const MOST_DRAWN_OUT: i32 = 6;
/// A letter is cut off if it comes this near to the edge, in pixels.
const AT_EDGE: i32 = 1;
/// With more specks than this on a square centimetre, clots of grain pass for letters.
const CLOTTED: f32 = 7.5;

/// What cleaning found out about a page on its way.
pub(super) struct Findings<'a> {
    /// The scaled page as it was scanned, without the scanner's border.
    pub(super) gray: &'a Gray,
    /// Rectangles around the ink, in the same pixels.
    pub(super) ink: &'a [Component],
    /// Specks before any smoothing.
    pub(super) specks: usize,
    /// Share of dark pixels, border included.
    pub(super) dark_share: f32,
    /// Lean of the lines in the straightened page, if it can be told.
    pub(super) skew_left_degrees: Option<f32>,
}

/// Sums up what is known of a page of `resolution` whose stored image is `height` pixels high and
/// `width` wide and stands upright after `turn`.
pub(super) fn measure(found: &Findings<'_>, resolution: Resolution, (width, height): (u32, u32), turn: Turn) -> PageQuality {
    let gray = found.gray;
    let lies = matches!(turn, Turn::Right | Turn::Left);
    let letters = letters(found.ink, lies);
    let (blur, contrast) = slopes(gray, &letters, FEWEST_SLOPES).unzip();
    let (stored, scaled) = if lies { (width, gray.width) } else { (height, gray.height) };
    let specks_per_cm2 = found.specks as f32 / (gray.samples.len() as f32 * (2.54 / gray.dpi).powi(2));
    PageQuality {
        resolution_dpi: (resolution.x * resolution.y).sqrt(),
        letter_pixels: letter_side(&letters, lies).map(|side| side * stored as f32 / scaled as f32),
        blur_mm: blur.map(|pixels| pixels * 25.4 / gray.dpi),
        contrast,
        skew_left_degrees: found.skew_left_degrees.map(f32::abs),
        clipped_letters: (specks_per_cm2 <= CLOTTED).then(|| clipped_letters(found.ink, gray)),
        dark_share: found.dark_share,
        specks_per_cm2,
    }
}

/// Share of samples too dark to be written on.
pub(super) fn dark_share(samples: &[u8]) -> f32 {
    blank::count_darker(samples, blank::DARK) as f32 / samples.len().max(1) as f32
}

/// Width of the slopes of ink in pixels, of rows and columns the wider, and their height as a
/// share of the paper's level. Looked for around letters only: folds, shadows and what shines
/// through have slopes of their own.
fn slopes(gray: &Gray, letters: &[Component], fewest: usize) -> Option<(f32, f32)> {
    let (width, height) = (gray.width as usize, gray.height as usize);
    let step = least_step(&gray.samples, width);
    let around = (AROUND * gray.dpi) as i32;
    let (mut rows, mut columns, mut column) = (Vec::new(), Vec::new(), Vec::new());
    for c in letters.iter().step_by(letters.len().div_ceil(LETTERS_LOOKED_AT).max(1)) {
        let span = |from: i32, side: i32, end: usize| {
            let (from, to) = ((from - around).max(0) as usize, (from + side + around).max(0) as usize);
            from.min(end)..to.min(end)
        };
        let (across, down) = (span(c.x, c.width, width), span(c.y, c.height, height));
        for y in down.clone().step_by(LINE_STEP) {
            gather_slopes(
                gray.samples.get(y * width + across.start..y * width + across.end).unwrap_or_default(),
                step,
                &mut rows,
            );
        }
        for x in across.step_by(LINE_STEP) {
            column.clear();
            column.extend(gray.samples.iter().skip(down.start * width + x).step_by(width).take(down.len()));
            gather_slopes(&column, step, &mut columns);
        }
    }
    if letters.is_empty() || rows.len() + columns.len() < fewest {
        return None;
    }
    let mut heights: Vec<f32> = rows.iter().chain(&columns).map(|slope| slope.height).collect();
    let height = at_share(&mut heights, HIGH_SLOPES)?;
    let median_width = |slopes: &[Slope]| {
        let mut widths: Vec<f32> =
            slopes.iter().filter(|slope| slope.height >= height * INKS_OWN).map(|slope| slope.width).collect();
        at_share(&mut widths, 0.5).unwrap_or(0.0)
    };
    Some((median_width(&rows).max(median_width(&columns)), height))
}

/// Whether the slopes of these marks are as steep as those of print on the side that was scanned.
/// What shines through from the back is softened by the paper it passes.
pub(super) fn is_sharp(gray: &Gray, marks: &[Component], Sharp(widest): Sharp) -> bool {
    let fewest = marks.len().min(LETTERS_LOOKED_AT) * SLOPES_OF_LETTER;
    marks.len() >= FEWEST_LETTERS && slopes(gray, marks, fewest).is_some_and(|(width, _)| width * 25.4 / gray.dpi <= widest)
}

/// Whether neighbouring pixels differ by so much that pale print may be hidden.
pub(super) fn is_noisy(gray: &Gray) -> bool {
    noise(&gray.samples, gray.width as usize) >= HIDES_PALE_PRINT
}

/// The least difference of levels that is no noise.
fn least_step(samples: &[u8], width: usize) -> f32 {
    // The median difference of two noisy pixels is 0.95 of one pixel's standard deviation.
    LEAST_STEP.max(OVER_NOISE * noise(samples, width) as f32)
}

/// The median difference of neighbouring pixels.
fn noise(samples: &[u8], width: usize) -> usize {
    let mut counts = [0_usize; 256];
    for pair in samples.chunks_exact(width).step_by(ROW_STEP).flat_map(|row| row.windows(2)) {
        if let [a, b] = pair
            && let Some(count) = counts.get_mut(usize::from(a.abs_diff(*b)))
        {
            *count += 1;
        }
    }
    let half = counts.iter().sum::<usize>() / 2;
    let mut below = 0;
    let median = counts.iter().position(|count| {
        below += count;
        below > half
    });
    median.unwrap_or(0)
}

/// A rise or fall between a dark and a light place on a line of pixels.
struct Slope {
    /// Pixels between foot and shoulder.
    width: f32,
    /// Its height as a share of the light place's level.
    height: f32,
}

/// Finds the slopes on a line of pixels that are at least `step` levels high.
fn gather_slopes(line: &[u8], step: f32, slopes: &mut Vec<Slope>) {
    let Some(&first) = line.first() else { return };
    let step = step as u8;
    // The last turning point, and the farthest level since; a slope ends where the line comes
    // back by a whole step.
    let (mut from, mut to) = ((0, first), (0, first));
    let (mut low, mut high) = ((0, first), (0, first));
    let mut rising = None;
    for (x, &level) in line.iter().enumerate() {
        match rising {
            None => {
                if level < low.1 {
                    low = (x, level);
                }
                if level > high.1 {
                    high = (x, level);
                }
                if high.1 - low.1 >= step {
                    let up = high.0 > low.0;
                    (from, to) = if up { (low, high) } else { (high, low) };
                    rising = Some(up);
                }
            }
            Some(up) => {
                let further = if up { level >= to.1 } else { level <= to.1 };
                if further {
                    to = (x, level);
                } else if level.abs_diff(to.1) >= step {
                    slopes.extend(slope(line, from, to));
                    (from, to) = (to, (x, level));
                    rising = Some(!up);
                }
            }
        }
    }
}

/// Measures the slope between two turning points, from its dark end to its light one.
fn slope(line: &[u8], from: (usize, u8), to: (usize, u8)) -> Option<Slope> {
    let (dark, light) = if from.1 < to.1 { (from, to) } else { (to, from) };
    let span = line.get(from.0..=to.0)?;
    let level = |share: f32| f32::from(dark.1) + share * f32::from(light.1 - dark.1);
    // The place of a level, counted from the dark end.
    let place = |wanted: f32| {
        let mut before = f32::from(dark.1);
        let step = |(x, &sample): (usize, &u8)| {
            let (here, last) = (f32::from(sample), before);
            before = here;
            (here >= wanted).then(|| x as f32 - if here > last { (here - wanted) / (here - last) } else { 0.0 })
        };
        if from.1 < to.1 { span.iter().enumerate().find_map(step) } else { span.iter().rev().enumerate().find_map(step) }
    };
    let width = place(level(SHOULDER))? - place(level(FOOT))?;
    Some(Slope { width, height: f32::from(light.1 - dark.1) / f32::from(light.1.max(1)) })
}

/// The marks that may be letters of a page that lies on its side or not; none if they are too few
/// to tell anything by.
fn letters(ink: &[Component], lies: bool) -> Vec<Component> {
    let is_letter = |c: &Component| {
        let (across, up) = if lies { (c.height, c.width) } else { (c.width, c.height) };
        WIDTH.contains(&across) && HEIGHT.contains(&up)
    };
    let letters: Vec<Component> = ink.iter().copied().filter(is_letter).collect();
    if letters.len() < FEWEST_LETTERS { Vec::new() } else { letters }
}

/// Median height of letters, each weighed by its area: dots and specks are many but small. Their
/// width where the page lies on its side.
fn letter_side(letters: &[Component], lies: bool) -> Option<f32> {
    let area = |c: &Component| u64::from((c.width * c.height).unsigned_abs());
    let mut sides: Vec<(i32, u64)> = letters.iter().map(|c| (if lies { c.width } else { c.height }, area(c))).collect();
    sides.sort_unstable();
    let half = sides.iter().map(|(_, area)| area).sum::<u64>() / 2;
    let mut below = 0;
    sides.iter().find_map(|(side, area)| {
        below += area;
        (below > half).then_some(*side as f32)
    })
}

/// Letters that touch an edge of the image, on the edge that has most of them.
fn clipped_letters(ink: &[Component], gray: &Gray) -> u32 {
    let (width, height) = (gray.width as i32, gray.height as i32);
    let cut = |c: &&Component| {
        let (long, short) = (c.width.max(c.height), c.width.min(c.height));
        CUT_LETTER.contains(&(long as f32 / gray.dpi)) && long <= MOST_DRAWN_OUT * short
    };
    let mut edges = [0_u32; 4];
    for c in ink.iter().filter(cut) {
        let at = [c.x <= AT_EDGE, c.y <= AT_EDGE, c.x + c.width >= width - AT_EDGE, c.y + c.height >= height - AT_EDGE];
        for (count, touches) in edges.iter_mut().zip(at) {
            *count += u32::from(touches);
        }
    }
    edges.into_iter().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: usize = 1200;
    const HIGH: usize = 900;

    /// Bars like letters, their edges `slope` pixels wide, on paper of level 220.
    fn page(ink: f32, slope: f32) -> Gray {
        let samples = (0..WIDE * HIGH).map(|i| {
            let (x, y) = ((i % WIDE) as f32, (i / WIDE) as f32);
            // Distance to the nearest middle of a bar, whose half width is 10 pixels.
            let across = ((x % 60.0) - 29.5).abs() - 10.0;
            let down = ((y % 90.0) - 44.5).abs() - 20.0;
            let out = (across.max(down) / slope.max(0.01) + 0.5).clamp(0.0, 1.0);
            (ink + (220.0 - ink) * out).round() as u8
        });
        Gray { width: WIDE as u32, height: HIGH as u32, samples: samples.collect(), dpi: 200.0 }
    }

    /// The bars of that page.
    fn bars() -> Vec<Component> {
        let place = |i: i32| Component { x: 60 * (i % 20) + 20, y: 90 * (i / 20) + 25, width: 20, height: 40 };
        (0..200).map(place).collect()
    }

    #[test]
    fn blur_is_the_width_of_slopes_and_contrast_their_height() {
        for (ink, slope) in [(20.0, 0.0), (20.0, 10.0), (120.0, 5.0), (190.0, 8.0)] {
            let (width, height) = slopes(&page(ink, slope), &bars(), FEWEST_SLOPES).unwrap();
            // A slope of no width still lies between two pixels.
            assert!((width - 0.6 * slope.max(1.0)).abs() < 0.5, "{ink} {slope}: {width}");
            assert!((height - (220.0 - ink) / 220.0).abs() < 0.03, "{ink} {slope}: {height}");
        }
        assert!(slopes(&page(220.0, 0.0), &bars(), FEWEST_SLOPES).is_none(), "no ink, no slopes");
        assert!(slopes(&page(20.0, 0.0), &[], 0).is_none(), "no letters, no slopes");
    }

    #[test]
    fn grain_and_print_that_shines_through_are_not_taken_for_ink() {
        let mut gray = page(40.0, 6.0);
        let mut state = 1_u32;
        for (i, sample) in gray.samples.iter_mut().enumerate() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let shines = if i / WIDE % 90 < 20 && i % WIDE % 20 < 8 { 18 } else { 0 };
            *sample = (*sample - shines).saturating_sub((state >> 29) as u8);
        }
        let (width, height) = slopes(&gray, &bars(), FEWEST_SLOPES).unwrap();
        assert!((width - 3.6).abs() < 1.0, "{width}");
        assert!((height - 0.81).abs() < 0.05, "{height}");
    }

    fn row(count: i32, place: impl Fn(i32) -> (i32, i32)) -> Vec<Component> {
        (0..count).map(|i| Component { x: place(i).0, y: place(i).1, width: 14, height: 20 }).collect()
    }

    #[test]
    fn letters_have_their_height_in_stored_pixels_however_the_page_lies() {
        let gray = page(20.0, 0.0);
        let mut ink = row(40, |i| (100 + 20 * i, 300));
        // Dots over letters, and a frame.
        ink.extend((0..60).map(|i| Component { x: 100 + 10 * i, y: 290, width: 4, height: 4 }));
        ink.push(Component { x: 50, y: 50, width: 1000, height: 700 });
        let found = Findings { gray: &gray, ink: &ink, specks: 0, dark_share: 0.0, skew_left_degrees: None };
        let of = |turn, size| measure(&found, Resolution { x: 204.0, y: 98.0 }, size, turn).letter_pixels;
        assert_eq!(of(Turn::None, (1200, 450)), Some(10.0), "half the pixels down, as on a fax");
        assert_eq!(of(Turn::Right, (2400, 900)), Some(28.0));
        assert_eq!(letters(&ink[..5], false), [], "too few to tell");
        let resolution = measure(&found, Resolution { x: 204.0, y: 98.0 }, (1200, 450), Turn::None).resolution_dpi;
        assert!((resolution - 141.4).abs() < 0.1);
    }

    #[test]
    fn letters_are_cut_by_one_edge_and_rules_and_specks_are_not_letters() {
        let gray = page(20.0, 0.0);
        assert_eq!(clipped_letters(&row(12, |i| (0, 50 + 60 * i)), &gray), 12);
        assert_eq!(clipped_letters(&row(12, |i| (2, 50 + 60 * i)), &gray), 0);
        assert_eq!(clipped_letters(&row(7, |i| (100 + 60 * i, HIGH as i32 - 20)), &gray), 7);
        let rules = [(0, 100, 900, 3), (0, 200, 4, 4), (1195, 300, 5, 5)];
        let rules: Vec<_> = rules.iter().map(|&(x, y, width, height)| Component { x, y, width, height }).collect();
        assert_eq!(clipped_letters(&rules, &gray), 0);
    }

    #[test]
    fn darkness_and_specks_are_shares_of_the_page() {
        assert_eq!(dark_share(&[10, 10, 200, 200, 120, 90, 255, 255]), 0.375);
        let gray = page(20.0, 0.0);
        let found = Findings { gray: &gray, ink: &[], specks: 1000, dark_share: 0.5, skew_left_degrees: Some(-4.0) };
        let quality = measure(&found, Resolution::square(200.0), (WIDE as u32, HIGH as u32), Turn::None);
        // 15.24 × 11.43 cm
        assert!((quality.specks_per_cm2 - 5.74).abs() < 0.01, "{}", quality.specks_per_cm2);
        assert_eq!((quality.dark_share, quality.skew_left_degrees), (0.5, Some(4.0)));
        assert_eq!(quality.clipped_letters, Some(0));
        let grainy =
            measure(&Findings { specks: 9000, ..found }, Resolution::square(200.0), (WIDE as u32, HIGH as u32), Turn::None);
        assert_eq!(grainy.clipped_letters, None, "clots of grain are no letters");
    }
}
