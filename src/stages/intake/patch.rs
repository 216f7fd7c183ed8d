//! Patch codes: four bars that tell a scanner where papers part.
//!
//! Kodak, "Patch Code Information for Kodak Scanners" (A-61599): wide bars of 0.20 inch, narrow
//! bars and spaces of 0.08 inch, 0.80 inch in all, bars at least 0.75 inch long; counted from the
//! edge of the sheet that goes first: 1 = WWNN, 2 = WNNW, 3 = WNWN, 4 = NWWN, 6 = NNWW, T = NWNW.
//!
//! A patch is looked for along thin strips across and down the page, so its turn does not matter
//! and a skew of some degrees only shifts it from strip to strip. Turned half way, T is 3 and 1 is
//! 6: which it is tells the edge of the page that it stands nearer to, since a patch is read from
//! the edge inwards. The resolution that a file states is not trusted; the page itself is the
//! measure, an A4 sheet being 103 narrow bars wide.

mod weight;

use crate::model::geometry::{Point, Quad};
use crate::model::page::Barcode;

pub(super) use weight::bears_more_than_a_sheet;

/// Strips across the short side of the page.
const STRIPS: u32 = 300;
/// Widths of all bars and spaces together, in narrow bars: two wide ones of 2.5 each, two narrow
/// ones and three spaces.
const WHOLE: f32 = 10.0;
/// Narrow bars that fit into the short side of a page: from A5, enlarged, to A3.
const NARROW_IN_PAGE: std::ops::Range<f32> = 40.0..240.0;
/// Limits of a narrow bar or space, and of a wide bar, in narrow bars. Copiers make bars wider and
/// spaces narrower.
const NARROW: std::ops::Range<f32> = 0.5..1.6;
const WIDE: std::ops::Range<f32> = 1.9..3.2;
/// White before and behind the bars, in narrow bars.
const QUIET: f32 = 1.5;
/// Shortest bars, in narrow bars: 0.75 inch are 9.4.
const LENGTH: f32 = 8.0;
/// Sideways shift from one strip to the next, as a share of their distance: a skew of 8°.
const SLANT: f32 = 0.14;
/// Strips in a row that may miss the bars for dirt.
const MISSED: usize = 3;
/// Share of the strips along the bars that must show them.
const SEEN: f32 = 0.75;
/// Runs shorter than this share of the page's short side are specks or pinholes.
const SPECK: f32 = 1.0 / 700.0;
/// Difference between paper and ink below which there is nothing to see.
const LEAST_CONTRAST: u8 = 40;
/// Share of the page by which one edge must be nearer than the other to tell T from 3.
const NEARER: f32 = 0.08;

/// Finds Patch T and Patch 2 on a page of grey `samples`; the other patches part nothing.
pub(super) fn find_patches(samples: &[u8], (width, height): (u32, u32)) -> Vec<Barcode> {
    let Some(ink_below) = threshold(samples) else { return Vec::new() };
    let page = Page { samples, width, height, ink_below };
    let mut found = Vec::new();
    for direction in [Direction::Across, Direction::Down] {
        for patch in page.patches(direction) {
            found.extend(page.barcode(&patch, direction));
        }
    }
    found
}

/// The middle between ink and paper, from a sample of the page; `None` where all is alike.
fn threshold(samples: &[u8]) -> Option<u8> {
    let mut histogram = [0_u32; 256];
    let step = (samples.len() / 50_000).max(1) | 1;
    for sample in samples.iter().step_by(step) {
        if let Some(count) = histogram.get_mut(usize::from(*sample)) {
            *count += 1;
        }
    }
    // A separator sheet has little else than its bars on it: one part in 500 is ink.
    let few = histogram.iter().sum::<u32>() / 500;
    let dark = reached(few, (0..=255).zip(histogram))?;
    let bright = reached(few, (0..=255).zip(histogram).rev())?;
    (bright.saturating_sub(dark) >= LEAST_CONTRAST).then_some(dark + (bright - dark) / 2)
}

/// The level at which more than `few` samples have come.
fn reached(few: u32, counts: impl Iterator<Item = (u8, u32)>) -> Option<u8> {
    let mut sum = 0;
    for (level, count) in counts {
        sum += count;
        if sum > few {
            return Some(level);
        }
    }
    None
}

/// Which way strips run over the page; the bars stand across them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Across,
    Down,
}

/// Bars seen in one strip.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sight {
    /// Number of the strip.
    strip: usize,
    /// Where the first bar begins and the last one ends along the strip.
    from: f32,
    to: f32,
    /// Which of the four bars are wide.
    wide: [bool; 4],
}

/// The same bars in strips next to each other.
#[derive(Debug, Clone)]
struct Patch {
    sights: Vec<Sight>,
}

struct Page<'a> {
    samples: &'a [u8],
    width: u32,
    height: u32,
    ink_below: u8,
}

impl Page<'_> {
    /// Length of the strips, and how far they reach from side to side.
    fn extent(&self, direction: Direction) -> (u32, u32) {
        match direction {
            Direction::Across => (self.width, self.height),
            Direction::Down => (self.height, self.width),
        }
    }

    /// Pixels from one strip to the next.
    fn pitch(&self) -> u32 {
        (self.width.min(self.height) / STRIPS).max(1)
    }

    fn patches(&self, direction: Direction) -> Vec<Patch> {
        let (_, breadth) = self.extent(direction);
        let pitch = self.pitch();
        let reach = SLANT * pitch as f32 + 2.0;
        let mut open: Vec<Patch> = Vec::new();
        let mut closed = Vec::new();
        let mut runs = Vec::new();
        for (strip, line) in (pitch / 2..breadth).step_by(pitch as usize).enumerate() {
            self.runs(direction, line, &mut runs);
            for sight in self.sights(strip, &runs) {
                let belongs = |patch: &&mut Patch| {
                    patch.sights.last().is_some_and(|last| {
                        let gap = (strip - last.strip) as f32;
                        last.wide == sight.wide
                            && (last.from - sight.from).abs() <= reach * gap
                            && (last.to - sight.to).abs() <= reach * gap
                    })
                };
                match open.iter_mut().find(belongs) {
                    Some(patch) => patch.sights.push(sight),
                    None => open.push(Patch { sights: vec![sight] }),
                }
            }
            let (old, young) =
                open.into_iter().partition(|patch| patch.sights.last().is_none_or(|last| strip - last.strip > MISSED));
            open = young;
            closed.extend::<Vec<Patch>>(old);
        }
        closed.append(&mut open);
        closed.retain(|patch| patch.is_long_enough(pitch));
        closed
    }

    /// Where ink and paper change along a strip: ends of runs, the first of which is paper.
    fn runs(&self, direction: Direction, line: u32, runs: &mut Vec<u32>) {
        runs.clear();
        let (length, _) = self.extent(direction);
        let speck = ((self.width.min(self.height) as f32 * SPECK) as u32).max(1);
        let (start, step) = match direction {
            Direction::Across => (line as usize * self.width as usize, 1),
            Direction::Down => (line as usize, self.width as usize),
        };
        let mut inked = false;
        let strip = self.samples.get(start..).unwrap_or_default().iter().step_by(step).take(length as usize);
        for (place, sample) in (0..length).zip(strip) {
            if (*sample < self.ink_below) != inked {
                match runs.last() {
                    // What came before was too short to mean anything: as if it had not been.
                    Some(&begin) if place - begin <= speck => {
                        runs.pop();
                    }
                    _ => runs.push(place),
                }
                inked = !inked;
            }
        }
        runs.push(length);
        if runs.len().is_multiple_of(2) {
            // The strip ends in ink.
            runs.push(length);
        }
    }

    /// The bars in one strip. `ends` are those of its runs: paper, ink, paper and so on.
    fn sights(&self, strip: usize, ends: &[u32]) -> Vec<Sight> {
        let short = self.width.min(self.height) as f32;
        let mut found = Vec::new();
        for (first, window) in ends.windows(9).enumerate().step_by(2) {
            // Ends of the white before, four bars with three spaces between, and the white behind.
            let &[from, a, b, c, d, e, f, to, next] = window else { continue };
            let narrow = (to - from) as f32 / WHOLE;
            if !NARROW_IN_PAGE.contains(&(short / narrow.max(0.01))) {
                continue;
            }
            let before = first.checked_sub(1).and_then(|index| ends.get(index)).copied().unwrap_or_default();
            let quiet = QUIET * narrow;
            if ((from - before) as f32) < quiet || ((next - to) as f32) < quiet {
                continue;
            }
            let width = |from: u32, to: u32| (to - from) as f32 / narrow;
            let bars = [width(from, a), width(b, c), width(d, e), width(f, to)];
            let spaces = [width(a, b), width(c, d), width(e, f)];
            let wide = bars.map(|bar| WIDE.contains(&bar));
            let fits = bars.iter().zip(wide).all(|(bar, wide)| wide || NARROW.contains(bar))
                && wide.iter().filter(|wide| **wide).count() == 2
                && spaces.iter().all(|space| NARROW.contains(space));
            if fits {
                found.push(Sight { strip, from: from as f32, to: to as f32, wide });
            }
        }
        found
    }

    fn barcode(&self, patch: &Patch, direction: Direction) -> Option<Barcode> {
        let (first, last) = (patch.sights.first()?, patch.sights.last()?);
        let (length, _) = self.extent(direction);
        let middle = (first.from + first.to + last.from + last.to) / 4.0;
        let lean = 1.0 - 2.0 * middle / length.max(1) as f32;
        const T: [bool; 4] = [false, true, false, true];
        let mut backwards = first.wide;
        backwards.reverse();
        let inwards = if lean < 0.0 { backwards } else { first.wide };
        // In the middle of the page no edge tells; only T is ever printed there.
        let is_t = inwards == T || lean.abs() < NEARER && (first.wide == T || backwards == T);
        let symbology = match inwards {
            [true, false, false, true] => Barcode::PATCH_2,
            _ if is_t => Barcode::PATCH_T,
            _ => return None,
        };
        let pitch = self.pitch() as f32;
        let [near, far] = [first, last].map(|sight| (sight.strip as f32 + 0.5) * pitch);
        let point = |along: f32, aside: f32| match direction {
            Direction::Across => Point { x: along, y: aside },
            Direction::Down => Point { x: aside, y: along },
        };
        let place = Quad([point(first.from, near), point(first.to, near), point(last.to, far), point(last.from, far)]);
        Some(Barcode { symbology: symbology.to_owned(), text: String::new(), place })
    }
}

impl Patch {
    fn is_long_enough(&self, pitch: u32) -> bool {
        let (Some(first), Some(last)) = (self.sights.first(), self.sights.last()) else { return false };
        let strips = (last.strip - first.strip + 1) as f32;
        let narrow = (first.to - first.from) / WHOLE;
        strips * pitch as f32 >= LENGTH * narrow && self.sights.len() as f32 >= SEEN * strips
    }
}

#[cfg(test)]
mod tests;
