//! Finds the lean of text lines: at which angle rows of ink and rows of paper differ most.
//!
//! The method and every number of it are those of Leptonica's `pixFindSkewSweepAndSearchScore`, which
//! shears the page for each angle that is tried. Here a page is a list of runs, and an angle moves
//! each of them some rows up or down: nothing is drawn. Results are the same, to the bit.

use super::bits::{Bits, Least, Run};

/// A page with scores below this has no lines to speak of.
const LEAST_SCORE: f32 = 10_000.0;
/// The least score of a page that is not nearly black, for each pixel of width × width × height.
const NEARLY_BLACK: f32 = 0.000_002;

/// The lean of text lines as the page shows them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Skew {
    /// The rotation that makes the lines level, in degrees, clockwise positive.
    pub(super) correction: f32,
    /// How much better the lines stand out at the best angle than at the worst (ratio).
    pub(super) confidence: f32,
    /// Sum of squared differences between the ink of neighbouring rows at the best angle.
    pub(super) score: f32,
}

/// How an angle is looked for.
#[derive(Debug, Clone, Copy)]
struct Sweep {
    /// How often the page is halved, and with which rank, before the finer search ...
    fine: &'static [Least],
    /// ... and how often more before the first, coarse one.
    coarse: &'static [Least],
    /// It lies within so many degrees either way.
    range: f32,
    /// And is told to so many.
    finest: f32,
}

/// The lean of text lines, within ±7°, to a hundredth of a degree; none if there is nothing to go by.
pub(super) fn skew(page: &Bits) -> Option<Skew> {
    find(page, &Sweep { fine: &[Least::One], coarse: &[Least::One], range: 7.0, finest: 0.01 })
}

/// Finds coarsely what lean is left in a page that was made level: within ±15°, to half a degree.
pub(super) fn lean_left(page: &Bits) -> Option<Skew> {
    find(page, &Sweep { fine: &[Least::One, Least::One, Least::Two], coarse: &[], range: 15.0, finest: 0.5 })
}

/// Degrees from one angle of the coarse search to the next.
const STEP: f32 = 1.0;

fn find(page: &Bits, sweep: &Sweep) -> Option<Skew> {
    let halved = |page: &Bits, halvings: &[Least]| halvings.iter().fold(page.clone(), |page, least| page.halved(*least));
    let fine = halved(page, sweep.fine);
    let coarse = halved(&fine, sweep.coarse);
    if fine.is_empty() || coarse.width().min(coarse.height()) == 0 {
        return None;
    }
    let mut coarse = Scores::of(&coarse);
    let count = (2.0 * sweep.range / STEP + 1.0) as u16;
    let angles = (0..count).map(|number| f32::from(number) * STEP - sweep.range);
    let mut best = (-1e9, 0, 0.0);
    for (number, angle) in angles.enumerate() {
        let score = coarse.at(angle);
        if score > best.0 {
            best = (score, number, angle);
        }
    }
    let (_, number, angle) = best;
    if number == 0 || number + 1 == usize::from(count) {
        return Some(Skew { correction: 0.0, confidence: 0.0, score: 0.0 });
    }
    Some(refine(&fine, angle, sweep))
}

/// Halves the step around `angle` until it is fine enough.
fn refine(page: &Bits, angle: f32, sweep: &Sweep) -> Skew {
    let mut scores = Scores::of(page);
    let mut centre = angle;
    let middle = scores.at(centre);
    let mut around = [scores.at(centre - STEP), middle, scores.at(centre + STEP)];
    let mut least = around.into_iter().fold(1e9, f32::min);
    let mut most = middle;
    let mut delta = STEP / 2.0;
    while delta >= sweep.finest {
        let five = [around[0], scores.at(centre - delta), around[1], scores.at(centre + delta), around[2]];
        let [_, left, _, right, _] = five;
        least = least.min(left).min(right);
        let mut at = 1_usize;
        for next in [2, 3] {
            if five.get(next) > five.get(at) {
                at = next;
            }
        }
        let score = |place: usize| five.get(place).copied().unwrap_or_default();
        most = score(at);
        around = [score(at - 1), most, score(at + 1)];
        centre += delta * (at as f32 - 2.0);
        delta *= 0.5;
    }
    let (width, height) = (page.width() as f32, page.height() as f32);
    let believed = least > NEARLY_BLACK * width * width * height;
    let is_last = centre > -sweep.range + 2.0 * sweep.range - STEP || centre < -sweep.range + STEP;
    let confidence = if believed && !is_last && most >= LEAST_SCORE { most / least } else { 0.0 };
    Skew { correction: centre, confidence, score: around[1] }
}

/// Tries angles on one page.
struct Scores {
    width: usize,
    height: usize,
    runs: Vec<Run>,
    /// By how many rows each column moves down.
    shifts: Vec<i32>,
    /// Ink in each row, with room for what is moved beyond the page.
    sums: Vec<i32>,
}

impl Scores {
    fn of(page: &Bits) -> Self {
        Self { width: page.width(), height: page.height(), runs: page.runs(), shifts: Vec::new(), sums: Vec::new() }
    }

    /// How much neighbouring rows differ where the page is sheared by `degrees`.
    fn at(&mut self, degrees: f32) -> f32 {
        let radians = (std::f64::consts::PI / 180.0) as f32 * degrees;
        self.shear(radians);
        let room = self.shifts.iter().map(|shift| shift.unsigned_abs()).max().unwrap_or_default() as usize;
        self.sums.clear();
        self.sums.resize(self.height + 2 * room, 0);
        for run in &self.runs {
            let columns = self.shifts.get(run.start as usize..run.end as usize).unwrap_or_default();
            let (Some(first), Some(last)) = (columns.first(), columns.last()) else { continue };
            let row = |shift: i32| (run.y as usize + room).wrapping_add_signed(shift as isize);
            if first == last {
                if let Some(sum) = self.sums.get_mut(row(*first)) {
                    *sum += columns.len() as i32;
                }
                continue;
            }
            for part in columns.chunk_by(|a, b| a == b) {
                if let Some(sum) = part.first().and_then(|shift| self.sums.get_mut(row(*shift))) {
                    *sum += part.len() as i32;
                }
            }
        }
        let rows = self.sums.get(room..room + self.height).unwrap_or_default();
        // What reaches over the page's edges is left out: of a page that is nearly black it would be all.
        let skip = ((self.height / 10).min((0.05 * self.width as f64) as usize) / 2).max(1);
        let pairs = rows.get(skip - 1..(self.height.saturating_sub(skip)).max(skip - 1)).unwrap_or_default();
        pairs.windows(2).fold(0.0, |sum, pair| {
            let difference = if let &[above, below] = pair { (below - above) as f32 } else { 0.0 };
            sum + difference * difference
        })
    }

    fn shear(&mut self, radians: f32) {
        self.shifts.clear();
        let tangent = f64::from(radians).tan() as f32;
        if radians == 0.0 || tangent == 0.0 {
            self.shifts.resize(self.width, 0);
            return;
        }
        let columns = (1.0 / f64::from(tangent)).abs() as f32;
        let way = if radians > 0.0 { 1 } else { -1 };
        self.shifts.resize(((f64::from(columns) / 2.0) as usize).min(self.width), 0);
        for shift in 1.. {
            if self.shifts.len() >= self.width {
                break;
            }
            let end = (f64::from(columns) * (f64::from(shift) + 0.5) + 0.5) as usize;
            self.shifts.resize(end.min(self.width).max(self.shifts.len()), way * shift);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bits::tests::print;
    use super::super::pix::Pix;
    use super::*;

    fn check(samples: &[u8], width: u32, height: u32) {
        let ink = Bits::darker(samples, width, 100);
        let pix = Pix::from_gray(width, height, samples).unwrap().darker_than(100).unwrap();
        let told = |skew: Option<Skew>| skew.map(|skew| [skew.correction, skew.confidence, skew.score]);
        assert_eq!(told(skew(&ink)), pix.sweep(4, 2, 7.0, 0.01), "{width} × {height}");
        assert_eq!(told(lean_left(&ink)), pix.sweep(8, 8, 15.0, 0.5), "{width} × {height}");
    }

    #[test]
    fn angles_are_those_that_leptonica_finds() {
        for lean in [-0.1, -0.05, -0.013, 0.0, 0.004, 0.03, 0.11, 0.3] {
            check(&print(826, 1169, lean), 826, 1169);
            check(&print(701, 403, lean), 701, 403);
        }
        assert!(skew(&Bits::darker(&print(826, 1169, 0.03), 826, 100)).unwrap().correction.abs() > 1.0);
    }

    #[test]
    fn pages_of_any_size_and_of_one_tone_are_taken_as_leptonica_takes_them() {
        for (width, height) in [(9, 9), (40, 30), (300, 17), (17, 300), (2, 900), (130, 131)] {
            check(&print(width, height, 0.0), width, height);
            for level in [0, 255] {
                check(&vec![level; (width * height) as usize], width, height);
            }
        }
    }
}
