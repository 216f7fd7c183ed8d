//! From components to segments: letters are linked to their neighbours, diacritics and punctuation
//! are given to the letters they belong to, and what stands on one line is joined.

use super::ink::{Bounds, Component, DisjointSets};
use super::marks;
use super::rules::Rules;
use super::segment::{Glyph, Segment, quantile};

/// Heights of letters, in inches: the x-height of 5 points to the capitals of 40.
const LETTER: std::ops::RangeInclusive<f32> = 0.033..=0.42;
/// Side of the smallest box to tick, in inches; the square dots of a heading are smaller.
const TICK_BOX: f32 = 0.07;
/// Letters that flow into one another are at most this many times as wide as high.
const WIDEST: f32 = 12.0;
/// Neighbours on a line are at most this many times the other's height.
const SIZES: f32 = 2.4;
/// Neighbours share at least this much of the lower one's height.
const SHARED: f32 = 0.5;
/// A gap this many times the height of the letters beside it parts words and more.
const WORD_GAP: f32 = 1.5;
/// Segments are one line up to a gap of this many ascents, about an em and a half.
const LINE_GAP: f32 = 2.0;
/// Ink that hides letters may bridge a gap of this many ascents.
const BRIDGE: f32 = 9.0;
/// Pieces of one line share at least this much of the lower one's x-height: what is filled in on
/// a dotted line floats a little.
const LEVEL: f32 = 0.4;
/// Ascents on one line are at least this share of each other.
const SAME_SIZE: f32 = 0.55;
/// Marks are lower than this share of the letters they stand on.
const MARK: f32 = 0.75;
/// A letter that stands alone is between these shares of the page's usual ascent.
const ALONE: std::ops::Range<f32> = 0.6..2.0;

/// What a page's components are.
pub(super) struct Found {
    /// Stretches of lines.
    pub(super) segments: Vec<Segment>,
    /// How many components have a letter's size, in lines or not.
    pub(super) letters: usize,
    /// Stamps, signatures, pictures, blots.
    pub(super) large: Vec<Glyph>,
}

/// Finds the segments of a page.
pub(super) fn segments(components: &[Component], rules: &Rules, dpi: f32) -> Found {
    let glyphs = components.iter().enumerate().map(|(id, component)| (Glyph::of(id, component), component));
    let (mut letters, mut small, mut large) = (Vec::new(), Vec::new(), Vec::new());
    for (glyph, component) in glyphs {
        let height = glyph.bounds.height() as f32;
        let width = glyph.bounds.width() as f32;
        if is_tick_box(component, dpi) {
            continue;
        } else if height > LETTER.end() * dpi || width > WIDEST * height.max(LETTER.start() * dpi) {
            large.push(glyph);
        } else if height < LETTER.start() * dpi {
            small.push(glyph);
        } else {
            letters.push(glyph);
        }
    }
    letters.sort_by_key(|glyph| glyph.bounds.left);
    let count = letters.len();
    let (chains, alone): (Vec<_>, Vec<_>) = link(&letters, rules).into_iter().partition(|chain| chain.len() > 1);
    let chains: Vec<Segment> = chains.into_iter().filter_map(Segment::fit).collect();
    let rows_of_marks: Vec<bool> = chains.iter().map(|chain| chains.iter().any(|line| stands_on(chain, line))).collect();
    let mut segments = Vec::new();
    let mut loose: Vec<Glyph> = alone.into_iter().flatten().collect();
    for (chain, is_marks) in chains.into_iter().zip(rows_of_marks) {
        if is_marks { loose.extend(chain.bodies) } else { segments.push(chain) }
    }

    let letter_sized = loose.len();
    loose.extend(small);
    // What is near no line may be a letter that stands alone, with marks of its own.
    let near: Vec<bool> = marks::owners(&loose, &segments).iter().map(Option::is_some).collect();
    let usual = quantile(segments.iter().flat_map(|s| s.bodies.iter().map(|_| s.ascent)), 0.5);
    let plausible = |glyph: &Glyph| {
        let (width, height) = (glyph.bounds.width() as f32, glyph.bounds.height() as f32);
        usual.is_none_or(|usual| ALONE.contains(&(height / usual)) && width < 3.0 * usual)
            && glyph.area as f32 > 0.1 * width * height
    };
    let mut still_loose = Vec::new();
    for (place, (glyph, near)) in loose.into_iter().zip(near).enumerate() {
        if near || place >= letter_sized {
            still_loose.push(glyph);
        } else if plausible(&glyph) {
            segments.extend(Segment::fit(vec![glyph]));
        }
    }
    for (owner, glyph) in marks::owners(&still_loose, &segments).into_iter().zip(still_loose) {
        if let Some(segment) = owner.and_then(|owner| segments.get_mut(owner)) {
            segment.attach(glyph);
        }
    }
    Found { segments: join(segments, &large, rules), letters: count, large }
}

/// Whether it is an empty or ticked box to tick: four full sides. The engine reads letters into it.
fn is_tick_box(component: &Component, dpi: f32) -> bool {
    let Bounds { left, top, right, bottom } = component.bounds;
    let (width, height) = (component.bounds.width(), component.bounds.height());
    let too_small = (width.min(height) as f32) < TICK_BOX * dpi;
    if too_small || width * 4 > height * 5 || height * 4 > width * 5 {
        return false;
    }
    let edge = (width.min(height) / 6).max(1);
    let full_row = |from: i32, to: i32| {
        component.runs.iter().any(|run| (from..to).contains(&run.y) && (run.end - run.start) * 10 >= width * 9)
    };
    let beside = |near: &dyn Fn(i32, i32) -> bool| {
        let mut rows: Vec<i32> = component.runs.iter().filter(|run| near(run.start, run.end)).map(|run| run.y).collect();
        rows.dedup();
        rows.len() as i32 * 10 >= height * 9
    };
    full_row(top, top + edge)
        && full_row(bottom - edge, bottom)
        && beside(&|start, _| start < left + edge)
        && beside(&|_, end| end > right - edge)
}

/// Links each letter with its nearest neighbour on either side; `letters` come from the left.
fn link(letters: &[Glyph], rules: &Rules) -> Vec<Vec<Glyph>> {
    let mut sets = DisjointSets::new(letters.len());
    let mut nearest_left: Vec<Option<(i32, usize)>> = vec![None; letters.len()];
    let highest = letters.iter().map(|glyph| glyph.bounds.height()).max().unwrap_or(0) as f32;
    for (index, glyph) in letters.iter().enumerate() {
        let mut nearest: Option<(i32, usize)> = None;
        let others = letters.iter().enumerate().zip(&mut nearest_left).skip(index + 1);
        let in_reach = |other: &Glyph| ((other.bounds.left - glyph.bounds.right) as f32) <= WORD_GAP * highest;
        for ((number, other), nearest_left) in others.take_while(|((_, other), _)| in_reach(other)) {
            if !are_neighbours(&glyph.bounds, &other.bounds, rules) {
                continue;
            }
            let gap = other.bounds.left - glyph.bounds.right;
            if nearest.is_none_or(|(least, _)| gap < least) {
                nearest = Some((gap, number));
            }
            if nearest_left.is_none_or(|(least, _)| gap < least) {
                *nearest_left = Some((gap, index));
            }
        }
        if let Some((_, number)) = nearest {
            sets.join(index, number);
        }
    }
    for (index, link) in nearest_left.iter().enumerate() {
        if let Some((_, other)) = link {
            sets.join(index, *other);
        }
    }
    sets.grouped(letters.to_vec())
}

fn are_neighbours(left: &Bounds, right: &Bounds, rules: &Rules) -> bool {
    let (low, high) = (left.height().min(right.height()) as f32, left.height().max(right.height()) as f32);
    let gap = right.left - left.right;
    high <= SIZES * low
        && gap as f32 <= WORD_GAP * high
        && gap >= -left.width().min(right.width()) / 2
        && left.overlap_down(right) as f32 >= SHARED * low
        && !rules.part(left, right)
}

/// Whether `chain` is a row of diacritics over or under the letters of `line`.
fn stands_on(chain: &Segment, line: &Segment) -> bool {
    let inside = || chain.bodies.iter().filter(|glyph| line.reaches(&glyph.bounds)).count();
    let (top, bottom) = line.reach_down();
    chain.ascent < MARK * line.x_height.max(0.7 * line.ascent)
        && line.bodies.len() * 2 > chain.bodies.len()
        && ((chain.bounds.top as f32) < bottom && chain.bounds.bottom as f32 > top)
        && inside() * 10 >= chain.bodies.len() * 9
}

/// Joins segments that continue one another.
fn join(mut segments: Vec<Segment>, large: &[Glyph], rules: &Rules) -> Vec<Segment> {
    segments.sort_by_key(|segment| segment.bounds.left);
    let mut sets = DisjointSets::new(segments.len());
    for (index, left) in segments.iter().enumerate() {
        for (number, right) in segments.iter().enumerate().skip(index + 1) {
            if continues(left, right, large) && !rules.part(&left.bounds, &right.bounds) {
                sets.join(index, number);
            }
        }
    }
    let whole = |group: Vec<Segment>| {
        let mut pieces = group.into_iter();
        Some(pieces.next()?.joined(pieces.collect()))
    };
    sets.grouped(segments).into_iter().filter_map(whole).collect()
}

/// Whether both are pieces of one line: level, and close enough, or with something between that
/// hides the letters, such as the arm of a signature.
fn continues(left: &Segment, right: &Segment, large: &[Glyph]) -> bool {
    let (high, low) = (left.ascent.max(right.ascent), left.ascent.min(right.ascent));
    let gap = (right.bounds.left - left.bounds.right) as f32;
    if low < SAME_SIZE * high || gap > BRIDGE * high {
        return false;
    }
    let x = (right.bounds.left + left.bounds.right) as f32 / 2.0;
    let (bases, tops) = ([left, right].map(|s| s.baseline(x)), [left, right].map(|s| s.baseline(x) - s.x_height));
    let (base, top) = (bases[0].min(bases[1]), tops[0].max(tops[1]));
    let hidden = || {
        let between = Bounds { left: left.bounds.right, top: top as i32, right: right.bounds.left, bottom: base as i32 };
        large.iter().any(|glyph| {
            glyph.bounds.overlap_across(&between) as f32 > gap - 0.6 * high
                && glyph.bounds.overlap_down(&between) > between.height() / 2
        })
    };
    base - top > LEVEL * left.x_height.min(right.x_height) && (gap <= LINE_GAP * high || hidden())
}

#[cfg(test)]
mod tests;
