//! Words on paper, and the lines that readers shall see them in.
//!
//! Readers put words together by baseline and font size, and know nothing of ink. So the words of a
//! line share one baseline and one size, whatever their boxes say (`g` and `ạ` reach below the line,
//! `-` floats over it), lines of about one size have exactly one, and a page that lies askew is
//! levelled: its text stands as it would on a straight page, at most as far from its ink as the
//! page's edge leans.

use unicode_normalization::UnicodeNormalization;

use super::em;
use super::plane::{PagePlane, Vector, dot, left_of, minus};
use crate::model::geometry::Quad;

/// Cosine of 7°. Text that leans less is levelled, other text runs as it stands.
const STRAIGHT: f64 = 0.9925;
/// Shorter boxes than this many points have no direction of their own.
pub(super) const SHORTEST: f64 = 0.1;
/// The font size, in ems of the print. Readers take gaps for the ends of lines and columns by the
/// font size.
const SIZE: f64 = 1.1;
/// Lines side by side whose baselines differ by less than so many font sizes have one.
const LEVEL: f64 = 0.35;
/// Baselines of lines over one another are at least so many font sizes apart.
const APART: f64 = 0.6;
/// For that a line's size becomes at most so much smaller.
const SMALLER: f64 = 0.6;
/// Lines whose sizes differ by less than this factor are of one size.
const ONE_SIZE: f64 = 1.15;
/// How far descenders and dots below reach under the baseline, in ems of the print.
const DESCENT: f64 = 0.21;
/// A line of fewer words that stand on the baseline does not tell how the page leans.
const FEWEST_WORDS: usize = 4;
/// Nor does a page of fewer pairs of such words.
const FEWEST_PAIRS: usize = 6;

/// A word seen along its line: lengths in points along the line and up from it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlacedWord {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) width: f64,
    /// How far up the middle of the box's lower edge lies.
    foot: f64,
    height: f64,
    /// How much the box itself leans: points up for each point along.
    lean: f64,
}

impl PlacedWord {
    fn new(text: String, quad: &Quad, plane: &PagePlane, direction: Vector) -> Self {
        let [top_left, top_right, right, left] = quad.0.map(|corner| plane.place(corner));
        let (base, up) = (minus(right, left), left_of(direction));
        let along = dot(base, direction);
        let height = (dot(minus(top_left, left), up) + dot(minus(top_right, right), up)) / 2.0;
        Self {
            text,
            left: dot(left, direction).min(dot(right, direction)),
            width: along.abs().max(SHORTEST),
            foot: (dot(left, up) + dot(right, up)) / 2.0,
            height: height.abs().max(SHORTEST),
            lean: if along > SHORTEST { dot(base, up) / along } else { 0.0 },
        }
    }

    fn middle(&self) -> f64 {
        self.left + self.width / 2.0
    }

    fn stance(&self) -> Stance {
        let floats = |c: char| "-–—‐~\"'“”‘’*^°·=+•«»".contains(c);
        let hangs = |c: char| "gjpqyQ,;()[]{}/|\\@$§_\u{323}".contains(c);
        if self.text.chars().all(floats) {
            Stance::Floating
        } else if self.text.nfd().any(hangs) {
            Stance::Hanging
        } else {
            Stance::Standing
        }
    }
}

/// Where the ink of a word ends below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stance {
    /// On the baseline.
    Standing,
    /// Below it.
    Hanging,
    /// Over it.
    Floating,
}

/// The words of a line with what they share.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlacedLine {
    pub(super) words: Vec<PlacedWord>,
    /// Where the line runs.
    pub(super) direction: Vector,
    /// How far up its baseline lies.
    pub(super) baseline: f64,
    /// The font size.
    pub(super) size: f64,
}

impl PlacedLine {
    /// The line of `words`, which are not empty.
    fn new(words: Vec<(String, &Quad)>, plane: &PagePlane) -> Self {
        let direction = direction(words.iter().map(|(_, quad)| *quad), plane);
        let words = words.into_iter().map(|(text, quad)| PlacedWord::new(text, quad, plane, direction)).collect();
        Self { words, direction, baseline: 0.0, size: 0.0 }
    }

    /// Takes out a lean of the page, which turns about `middle` along the line.
    fn level(&mut self, lean: f64, middle: f64) {
        for word in &mut self.words {
            word.foot -= lean * (word.middle() - middle);
        }
    }

    fn characters(&self) -> usize {
        self.words.iter().map(|word| word.text.chars().count()).sum()
    }

    /// Whether a part of this line stands over or under a part of another.
    fn is_over(&self, other: &Self) -> bool {
        let ends = |line: &Self| {
            line.words.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(left, right), word| {
                (left.min(word.left), right.max(word.left + word.width))
            })
        };
        let ((left, right), (other_left, other_right)) = (ends(self), ends(other));
        left < other_right && other_left < right
    }

    /// How large its print is.
    fn em(&self) -> f64 {
        em::of(self.words.iter().map(|word| (word.text.as_str(), word.width, word.height))).max(SHORTEST)
    }

    /// Feet of the words of that stance.
    fn feet(&self, stance: Stance) -> impl Iterator<Item = (f64, f64)> {
        self.words.iter().filter(move |word| word.stance() == stance).map(|word| (word.middle(), word.foot))
    }

    /// The one baseline: what most words that stand on it say, or else those that hang from it.
    fn settle(&mut self, em: f64) {
        let of = |stance| median(self.feet(stance).map(|(_, foot)| foot).collect());
        let hanging = || of(Stance::Hanging).map(|foot| foot + DESCENT * em);
        let baseline = of(Stance::Standing).or_else(hanging).or_else(|| of(Stance::Floating));
        self.baseline = baseline.unwrap_or_default();
    }
}

/// Places the lines of a page; each has at least one word.
pub(super) fn place(lines: Vec<Vec<(String, &Quad)>>, plane: &PagePlane) -> Vec<PlacedLine> {
    let mut lines: Vec<PlacedLine> = lines.into_iter().map(|words| PlacedLine::new(words, plane)).collect();
    let reading = plane.reading_direction();
    let middle = dot(plane.middle(), reading);
    let upright = |line: &&mut PlacedLine| line.direction == reading;
    // What the boxes say is exact where the program took out the lean itself; the rest is seen by
    // where words stand.
    for lean in [lean_of_boxes, lean_of_feet] {
        let lean = lean(&lines, reading);
        lines.iter_mut().filter(upright).for_each(|line| line.level(lean, middle));
    }
    for line in &mut lines {
        let em = line.em();
        line.settle(em);
        line.size = SIZE * em;
    }
    align(&mut lines);
    part(&mut lines);
    even_out(&mut lines);
    lines
}

/// The page's reading direction, unless the widest of the boxes runs otherwise.
fn direction<'a>(quads: impl Iterator<Item = &'a Quad>, plane: &PagePlane) -> Vector {
    let base = |quad: &Quad| {
        let [_, _, right, left] = quad.0.map(|corner| plane.place(corner));
        minus(right, left)
    };
    let widest = quads.map(base).max_by(|a, b| dot(*a, *a).total_cmp(&dot(*b, *b))).unwrap_or_default();
    let (length, reading) = (dot(widest, widest).sqrt(), plane.reading_direction());
    let own = widest.map(|part| part / length);
    // Also true where the length is zero and the direction not a number.
    if length < SHORTEST || dot(own, reading) > STRAIGHT { reading } else { own }
}

/// The lean that most of the boxes have.
fn lean_of_boxes(lines: &[PlacedLine], reading: Vector) -> f64 {
    let upright = lines.iter().filter(|line| line.direction == reading);
    median(upright.flat_map(|line| &line.words).map(|word| word.lean).collect()).unwrap_or(0.0)
}

/// The median lean between words half a line apart (Theil–Sen); none where too few are seen.
fn lean_of_feet(lines: &[PlacedLine], reading: Vector) -> f64 {
    let mut leans = Vec::new();
    for line in lines.iter().filter(|line| line.direction == reading) {
        let feet: Vec<(f64, f64)> = line.feet(Stance::Standing).collect();
        if feet.len() >= FEWEST_WORDS {
            let pairs = feet.iter().zip(feet.iter().skip(feet.len() / 2));
            leans.extend(pairs.map(|(a, b)| (b.1 - a.1) / (b.0 - a.0)).filter(|lean| lean.is_finite()));
        }
    }
    if leans.len() < FEWEST_PAIRS { 0.0 } else { median(leans).unwrap_or(0.0) }
}

/// Puts lines that come one after the other, side by side and on nearly one height, on one baseline.
/// PDFium takes words of both for one line if they are wide enough, and other words of them not.
fn align(lines: &mut [PlacedLine]) {
    for number in 1..lines.len() {
        if let Some([before, line]) = lines.get_mut(number - 1..=number) {
            let is_level = (line.baseline - before.baseline).abs() < LEVEL * line.size.min(before.size);
            if is_level && line.direction == before.direction && !before.is_over(line) {
                line.baseline = before.baseline;
            }
        }
    }
}

/// Keeps lines that stand over one another apart. Readers put words into one line whose baselines are
/// nearer than half of the font size, in the order in which they begin: print that grain made
/// higher than it is, or a stamp over it.
fn part(lines: &mut [PlacedLine]) {
    for number in 1..lines.len() {
        let (before, after) = lines.split_at_mut(number);
        let Some(line) = after.first_mut() else { return };
        for other in before {
            if other.direction != line.direction || !other.is_over(line) {
                continue;
            }
            let distance = (other.baseline - line.baseline).abs();
            let most = distance / APART;
            if most >= SMALLER * line.size.min(other.size) {
                line.size = line.size.min(most);
                other.size = other.size.min(most);
            } else {
                // The shorter one goes out of the way.
                let way = APART * line.size.max(other.size) * if line.baseline > other.baseline { 1.0 } else { -1.0 };
                if line.characters() <= other.characters() {
                    line.baseline = other.baseline + way;
                } else {
                    other.baseline = line.baseline - way;
                }
            }
        }
    }
}

/// Gives lines of about one size the size of most of them: readers begin a new block at a twentieth
/// more or less.
fn even_out(lines: &mut [PlacedLine]) {
    let mut by_size: Vec<&mut PlacedLine> = lines.iter_mut().collect();
    by_size.sort_by(|a, b| a.size.total_cmp(&b.size));
    let mut rest = by_size.as_mut_slice();
    while let Some(smallest) = rest.first().map(|line| line.size) {
        let alike = rest.iter().take_while(|line| line.size <= ONE_SIZE * smallest).count().max(1);
        let (group, after) = rest.split_at_mut(alike);
        let size = group.get(alike / 2).map_or(smallest, |line| line.size);
        group.iter_mut().for_each(|line| line.size = size);
        rest = after;
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    let middle = values.len() / 2;
    (middle < values.len()).then(|| *values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests;
