//! Cuts ink that bridges two lines: in single-spaced print a descender runs into a mark of the line
//! below, and what hangs together would make one line of both.

use super::ink::{self, Bounds, Component};
use super::segment::quantile;

/// Letters that may bridge lines, in inches: two lines of 5 points to three of 14.
const HEIGHT: std::ops::Range<f32> = 0.1..0.85;
/// What bridges lines is at least this many times as high as low letters beside it.
const TALL: f32 = 2.2;
/// What is more than this many times as high as those low letters may bridge lines itself and tells
/// nothing.
const HIGHEST: f32 = 1.6;
/// Share of letters that are as low as the low ones of their line.
const LOW: f32 = 0.35;
/// Letters beside it lie within this many times its height.
const BESIDE: f32 = 1.5;
/// So many of them must stand on either line.
const FEWEST: usize = 3;
/// It reaches this far into either line, in heights of its letters.
const INTO: f32 = 0.5;
/// The middles of the two lines' letters are at least this many of their heights apart.
const APART: f32 = 0.8;
/// Where it is cut it is at most this many times as wide as letters are high: a stroke or two. A
/// figure of larger print beside two lines has no such neck.
const NECK: f32 = 0.4;
/// And nowhere wider than this many times: signatures and rims of stamps stay whole.
const WIDEST: f32 = 6.0;

/// `components`, with those that bridge lines of print cut between the lines.
pub(super) fn cut(mut components: Vec<Component>, dpi: f32) -> Vec<Component> {
    let mut letters: Vec<Bounds> =
        components.iter().map(|component| component.bounds).filter(|bounds| is_letter_sized(bounds, dpi)).collect();
    letters.sort_unstable_by_key(|letter| letter.left);
    // The pieces of what bridges three lines may bridge two: they come up in their turn.
    let mut at = 0;
    while let Some(component) = components.get(at) {
        match neck(component, &letters, dpi) {
            Some(row) => {
                let (over, under): (Vec<_>, Vec<_>) = component.runs.iter().copied().partition(|run| run.y < row);
                let pieces = [over, under].map(|runs| ink::components(&runs));
                components.splice(at..=at, pieces.into_iter().flatten());
            }
            None => at += 1,
        }
    }
    components
}

fn is_letter_sized(bounds: &Bounds, dpi: f32) -> bool {
    bounds.height() as f32 > HEIGHT.start / 3.0 * dpi && (bounds.height() as f32) < HEIGHT.end * dpi
}

/// The row over which `component` is to be cut; `None` if it does not bridge two lines.
fn neck(component: &Component, letters: &[Bounds], dpi: f32) -> Option<i32> {
    let own = component.bounds;
    let height = own.height() as f32;
    if !(HEIGHT.start * dpi..HEIGHT.end * dpi).contains(&height) {
        return None;
    }
    let reach = (BESIDE * height) as i32;
    let from = letters.partition_point(|letter| letter.left < own.left - reach - own.height());
    let near = letters.iter().skip(from).take_while(|other| other.left < own.right + reach);
    let mut beside: Vec<&Bounds> = near
        .filter(|other| {
            own.overlap_across(other) > -reach && own.overlap_down(other) > 0 && (other.height() as f32) < height / TALL * HIGHEST
        })
        .collect();
    let usual = quantile(beside.iter().map(|other| other.height() as f32), LOW)?;
    if height < TALL * usual || own.width() as f32 > WIDEST * usual {
        return None;
    }
    beside.retain(|other| own.overlap_down(other) as f32 >= INTO * usual);
    let middle = |bounds: &Bounds| (bounds.top + bounds.bottom) as f32 / 2.0;
    beside.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    let gaps = beside.iter().zip(beside.iter().skip(1)).enumerate().map(|(at, (a, b))| (at + 1, middle(a), middle(b)));
    let (over, upper, lower) = gaps.max_by(|a, b| (a.2 - a.1).total_cmp(&(b.2 - b.1)))?;
    if over < FEWEST || beside.len() - over < FEWEST || lower - upper < APART * usual {
        return None;
    }
    let centre = ((upper + lower) / 2.0) as i32;
    let (first, last) = ((upper + INTO * usual) as i32, (lower - INTO * usual) as i32);
    let rows = if first < last { first..=last } else { centre..=centre };
    let ink_of = |row: i32| component.runs.iter().filter(|run| run.y == row).map(|run| run.end - run.start).sum::<i32>();
    let (ink, _, row) = rows.map(|row| (ink_of(row), (row - centre).abs(), row)).min()?;
    (ink as f32 <= NECK * usual && row > own.top && row < own.bottom).then_some(row)
}

#[cfg(test)]
mod tests {
    use super::super::chain;
    use super::super::rules::Rules;
    use super::super::testing::{ASCENT, DPI, Sheet, X_HEIGHT, bounds, letters};
    use super::*;

    /// Two lines of twelve letters, their baselines 34 pixels apart, with `more` ink.
    fn lines(more: &[Bounds]) -> Vec<Component> {
        Sheet::new(400, 300).ink(&letters(50, 100, 12)).ink(&letters(50, 134, 12)).ink(more).components()
    }

    /// How many letters stand in each line that is found.
    fn found(components: &[Component]) -> Vec<usize> {
        chain::segments(components, &Rules::default(), DPI).segments.iter().map(|line| line.bodies.len()).collect()
    }

    #[test]
    fn a_descender_that_runs_into_the_line_below_is_cut_from_it() {
        // From the fourth letter of the upper line to that of the lower one.
        let descender = bounds(92, 100, 3, 34 - X_HEIGHT);
        let joined = lines(&[descender]);
        assert_eq!(joined.len(), 23);
        let parted = cut(joined, DPI);
        assert_eq!(parted.len(), 24);
        assert_eq!(found(&parted), [12, 12]);
        assert!(parted.iter().all(|component| component.bounds.height() <= ASCENT + 34 - X_HEIGHT));
        let ink: i32 = parted.iter().map(|component| component.area).sum();
        assert_eq!(ink, lines(&[]).iter().map(|component| component.area).sum::<i32>() + 3 * (34 - X_HEIGHT), "no ink is lost");
    }

    #[test]
    fn three_lines_that_hang_together_are_cut_twice() {
        let down = |top: i32| bounds(92, top, 3, 34 - X_HEIGHT);
        let sheet = Sheet::new(400, 300).ink(&letters(50, 100, 12)).ink(&letters(50, 134, 12)).ink(&letters(50, 168, 12));
        let parted = cut(sheet.ink(&[down(100), down(134)]).components(), DPI);
        assert_eq!(found(&parted), [12, 12, 12]);
    }

    #[test]
    fn large_print_beside_two_lines_and_the_arm_of_a_signature_stay_whole() {
        let numeral = bounds(20, 78, 20, 56);
        assert_eq!(cut(lines(&[numeral]), DPI).len(), 25);
        let arm = [bounds(92, 60, 3, 120), bounds(92, 60, 180, 3)];
        let crossed = lines(&arm);
        let whole = crossed.len();
        assert_eq!(cut(crossed, DPI).len(), whole);
    }

    #[test]
    fn a_bracket_and_a_letter_with_its_marks_are_no_bridges() {
        let bracket = bounds(40, 72, 3, 38);
        let marked = bounds(92, 62, 10, 38);
        assert_eq!(cut(lines(&[bracket]), DPI).len(), 25);
        let parted = cut(Sheet::new(400, 300).ink(&letters(50, 100, 12)).ink(&[marked]).components(), DPI);
        assert_eq!(parted.len(), 12);
    }
}
