//! Straight rules: table frames, underlines, the bars of barcodes.
//!
//! They tie letters together that belong to different lines, so they are painted over before
//! letters are looked for, and they stay known as borders that no line of text crosses.

use super::ink::{self, Bounds, Run};

/// Samples darker than this may be part of a rule: thin rules come out lighter than letters.
const LEVEL: u8 = 170;
/// Shortest rule across, in inches: longer than any stroke of a letter.
const SHORTEST_ACROSS: f32 = 0.3;
/// Shortest rule down, in inches: longer than a letter of 30 points with its marks.
const SHORTEST_DOWN: f32 = 0.42;
/// Thickest rule, in inches; what is thicker is a picture.
const THICKEST: f32 = 0.035;
/// How much a rule may lean, as a share of its length.
const LEAN: f32 = 0.02;
/// Rules may be interrupted for this many pixels.
const INTERRUPTION: i32 = 2;

/// Samples that are looked at as one.
const STRETCH: usize = 32;

/// The rules of a page.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Rules that run from left to right.
    pub(super) across: Vec<Bounds>,
    /// Rules that run from top to bottom.
    pub(super) down: Vec<Bounds>,
}

impl Rules {
    /// Whether a rule runs down between two boxes that stand beside each other.
    pub(super) fn part(&self, left: &Bounds, right: &Bounds) -> bool {
        let (top, bottom) = (left.top.max(right.top), left.bottom.min(right.bottom));
        self.down.iter().any(|rule| {
            rule.middle() > left.right as f32 - 2.0
                && rule.middle() < right.left as f32 + 2.0
                && rule.top < bottom.max(top + 1)
                && rule.bottom > top.min(bottom - 1)
        })
    }
}

/// Finds rules in grey `samples` and paints them white, except where a stroke crosses them.
pub(super) fn take_out(samples: &mut [u8], width: usize, dpi: f32) -> Rules {
    let thickest = (THICKEST * dpi).ceil() as i32;
    let across = straight(&mut runs_across(samples, width, (SHORTEST_ACROSS * dpi) as i32), thickest);
    let down = straight(&mut runs_down(samples, width, (SHORTEST_DOWN * dpi) as i32), thickest);
    for rule in &across {
        paint(samples, rule, |along, over| (over * width as i32 + along, along < width as i32));
    }
    for rule in &down {
        paint(samples, rule, |along, over| (along * width as i32 + over, over < width as i32));
    }
    let turned = |b: Bounds| Bounds { left: b.top, top: b.left, right: b.bottom, bottom: b.right };
    Rules { across: across.iter().map(Rule::bounds).collect(), down: down.iter().map(|rule| turned(rule.bounds())).collect() }
}

/// A rule, seen along its length: for each place along it, the first and last dark pixel over it.
struct Rule {
    start: i32,
    extents: Vec<(i32, i32)>,
}

impl Rule {
    fn bounds(&self) -> Bounds {
        let top = self.extents.iter().map(|extent| extent.0).min().unwrap_or(0);
        let bottom = self.extents.iter().map(|extent| extent.1 + 1).max().unwrap_or(0);
        Bounds { left: self.start, top, right: self.start + self.extents.len() as i32, bottom }
    }
}

/// Joins long runs that touch and keeps what is thin.
fn straight(runs: &mut [Run], thickest: i32) -> Vec<Rule> {
    runs.sort_by_key(|run| (run.y, run.start));
    let thin = |bounds: &Bounds| bounds.height() <= thickest + (LEAN * bounds.width() as f32) as i32;
    let found = ink::components(runs).into_iter().filter(|component| thin(&component.bounds));
    let rule = |component: ink::Component| {
        let bounds = component.bounds;
        let mut extents = vec![(i32::MAX, i32::MIN); bounds.width().max(0) as usize];
        for run in &component.runs {
            let (from, to) = ((run.start - bounds.left) as usize, (run.end - bounds.left) as usize);
            for extent in extents.get_mut(from..to).into_iter().flatten() {
                *extent = (extent.0.min(run.y), extent.1.max(run.y));
            }
        }
        Rule { start: bounds.left, extents }
    };
    found.map(rule).collect()
}

/// Whether a stretch of samples has any that may be part of a rule. Most of a page has none.
fn is_inked(part: &[u8]) -> bool {
    part.iter().fold(u8::MAX, |least, &sample| least.min(sample)) < LEVEL
}

/// Runs of at least `shortest` dark pixels in a row, across small interruptions.
fn runs_across(samples: &[u8], width: usize, shortest: i32) -> Vec<Run> {
    let mut found = Vec::new();
    for (y, row) in samples.chunks_exact(width).enumerate() {
        let mut open: Option<(i32, i32)> = None;
        for (first, part) in (0..).step_by(STRETCH).zip(row.chunks(STRETCH)).filter(|(_, part)| is_inked(part)) {
            for (x, &sample) in (first..).zip(part) {
                if sample < LEVEL {
                    extend(&mut open, x, y as i32, shortest, &mut found);
                }
            }
        }
        close(open, y as i32, shortest, &mut found);
    }
    found
}

/// The same in columns, with x and y exchanged.
fn runs_down(samples: &[u8], width: usize, shortest: i32) -> Vec<Run> {
    let mut found = Vec::new();
    let mut open: Vec<Option<(i32, i32)>> = vec![None; width];
    for (y, row) in samples.chunks_exact(width).enumerate() {
        let parts = (0..).step_by(STRETCH).zip(row.chunks(STRETCH)).zip(open.chunks_mut(STRETCH));
        for ((first, part), open) in parts.filter(|((_, part), _)| is_inked(part)) {
            for ((x, &sample), open) in (first..).zip(part).zip(open) {
                if sample < LEVEL {
                    extend(open, y as i32, x, shortest, &mut found);
                }
            }
        }
    }
    for (x, open) in open.into_iter().enumerate() {
        close(open, x as i32, shortest, &mut found);
    }
    found
}

/// Adds the dark pixel at `place` to the open run, or begins a new one after a gap.
fn extend(open: &mut Option<(i32, i32)>, place: i32, y: i32, shortest: i32, found: &mut Vec<Run>) {
    match open {
        Some((_, end)) if place <= *end + INTERRUPTION => *end = place + 1,
        _ => close(open.replace((place, place + 1)), y, shortest, found),
    }
}

fn close(open: Option<(i32, i32)>, y: i32, shortest: i32, found: &mut Vec<Run>) {
    if let Some((start, end)) = open
        && end - start >= shortest
    {
        found.push(Run { y, start, end });
    }
}

/// Paints `rule` with its soft edges white. `at` gives the index of the sample at a place along the
/// rule and over it, and whether it lies on the page. A stroke that goes on at both sides crosses
/// the rule and is kept whole; one that ends at the rule keeps its edge.
fn paint(samples: &mut [u8], rule: &Rule, at: impl Fn(i32, i32) -> (i32, bool)) {
    let index = |along: i32, over: i32| {
        let (index, inside) = at(along, over);
        if inside && over >= 0 && along >= 0 { usize::try_from(index).ok() } else { None }
    };
    for (offset, &(first, last)) in rule.extents.iter().enumerate() {
        if first > last {
            continue;
        }
        let along = rule.start + offset as i32;
        let dark = |over: i32| index(along, over).and_then(|i| samples.get(i)).is_some_and(|&sample| sample < LEVEL);
        let (before, after) = (dark(first - 2), dark(last + 2));
        if before && after {
            continue;
        }
        let (from, to) = (if before { first } else { first - 2 }, if after { last } else { last + 2 });
        for over in from..=to {
            if let Some(sample) = index(along, over).and_then(|i| samples.get_mut(i)) {
                *sample = u8::MAX;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{DPI, Sheet, bounds, letters};
    use super::*;

    fn rules_of(sheet: &mut Sheet) -> Rules {
        take_out(&mut sheet.samples, sheet.width as usize, DPI)
    }

    #[test]
    fn the_frame_of_a_table_goes_and_its_letters_stay_as_they_are() {
        let text = Sheet::new(300, 200).ink(&letters(40, 80, 12)).ink(&letters(40, 150, 12));
        let mut sheet = text.clone().frame(bounds(20, 20, 260, 160), 3);
        let rules = rules_of(&mut sheet);
        assert_eq!(rules.across, [bounds(20, 20, 260, 3), bounds(20, 177, 260, 3)]);
        assert_eq!(rules.down, [bounds(20, 20, 3, 160), bounds(277, 20, 3, 160)]);
        assert!(sheet == text);
    }

    #[test]
    fn a_rule_goes_with_its_soft_edges_and_at_the_very_edge_of_the_page() {
        let mut sheet = Sheet::new(100, 120);
        sheet.paint(bounds(0, 48, 100, 6), 200);
        let mut sheet = sheet.ink(&[bounds(0, 50, 100, 2), bounds(0, 118, 100, 2), bounds(0, 0, 1, 120), bounds(99, 0, 1, 120)]);
        let rules = rules_of(&mut sheet);
        assert_eq!((rules.across.len(), rules.down.len()), (2, 2));
        assert!(sheet == Sheet::new(100, 120));
    }

    #[test]
    fn a_stroke_stays_whole_across_an_underline_and_down_to_one() {
        let strokes = [bounds(120, 90, 4, 25), bounds(160, 90, 4, 10), bounds(200, 103, 4, 10)];
        let drawn = Sheet::new(300, 200).ink(&strokes);
        let mut sheet = drawn.clone().ink(&[bounds(50, 100, 200, 3)]);
        assert_eq!(rules_of(&mut sheet).across, [bounds(50, 100, 200, 3)]);
        assert!(sheet == drawn);
    }

    #[test]
    fn what_is_short_or_thick_is_no_rule() {
        // 0.3 inch across, 0.42 down, 0.035 thick and 2 % of the length: 60, 84, 7 and 4 pixels.
        let black = [bounds(20, 20, 200, 12), bounds(20, 60, 59, 2), bounds(240, 20, 2, 83), bounds(250, 110, 30, 89)];
        let drawn = Sheet::new(300, 200).ink(&black);
        let mut sheet = drawn.clone();
        let rules = rules_of(&mut sheet);
        assert_eq!((rules.across, rules.down), (vec![], vec![]));
        assert!(sheet == drawn);
        let mut sheet = Sheet::new(300, 200).ink(&[bounds(20, 20, 200, 7), bounds(20, 60, 60, 2), bounds(240, 20, 2, 84)]);
        let rules = rules_of(&mut sheet);
        assert_eq!((rules.across.len(), rules.down.len()), (2, 1));
    }

    #[test]
    fn a_rule_may_be_interrupted_a_little_but_dashes_are_none() {
        let dashes = |gap: i32| (0..8).map(|number| bounds(20 + 30 * number, 50, 30 - gap, 3)).collect::<Vec<_>>();
        let mut sheet = Sheet::new(300, 100).ink(&dashes(2));
        assert_eq!(rules_of(&mut sheet).across, [bounds(20, 50, 238, 3)]);
        assert!(sheet == Sheet::new(300, 100));
        assert!(rules_of(&mut Sheet::new(300, 100).ink(&dashes(3))).across.is_empty());
    }

    #[test]
    fn a_rule_may_lean_a_little() {
        // Falls by a pixel after each step, over 300 pixels.
        let leaning = |step: i32, thick: i32| {
            let pieces: Vec<Bounds> = (0..300 / step).map(|n| bounds(50 + step * n, 20 + n, step, thick)).collect();
            Sheet::new(400, 100).ink(&pieces)
        };
        let mut sheet = leaning(60, 4);
        assert_eq!(rules_of(&mut sheet).across, [bounds(50, 20, 300, 8)]);
        assert!(sheet == Sheet::new(400, 100));
        assert!(rules_of(&mut leaning(15, 5)).across.is_empty());
    }

    #[test]
    fn only_a_rule_between_two_boxes_parts_them() {
        let (left, right) = (bounds(10, 100, 20, 16), bounds(60, 98, 20, 20));
        let parts = |rule: Bounds| Rules { across: vec![], down: vec![rule] }.part(&left, &right);
        assert!(parts(bounds(44, 50, 2, 100)));
        assert!(parts(bounds(30, 110, 2, 90)), "beside the left one, and only over its lower half");
        assert!(!parts(bounds(44, 10, 2, 85)), "above");
        assert!(!parts(bounds(44, 120, 2, 85)), "below");
        assert!(!parts(bounds(4, 50, 2, 100)) && !parts(bounds(84, 50, 2, 100)), "outside");
        let across = Rules { across: vec![bounds(0, 108, 100, 2)], down: vec![] };
        assert!(!across.part(&left, &right));
    }
}
