//! What is loose about letters – diacritics, dots, commas, specks – and the lines it belongs to.
//!
//! In single-spaced print the acute of `ế` is nearer to the letters of the line above than to its
//! own `e`: a circumflex stands between. So marks join one another and the letters they stand on in
//! the order of nearness, the nearest first, and a line gets a whole stack or nothing of it. What
//! lies below a line belongs to it only if it looks like what stands below lines.

use super::ink::{Bounds, DisjointSets};
use super::segment::{Glyph, Segment};

/// Marks are lower than this share of their line's ascent.
const LOW: f32 = 0.55;
/// And at most this many ascents wide: a tilde over a capital.
const NARROW: f32 = 1.0;
/// Marks of a stack are at most this many ascents apart, down.
const STACKED: f32 = 0.2;
/// And across: some faces set the acute beside the circumflex.
const BESIDE: f32 = 0.12;
/// What is lower or narrower, in ascents, is a speck: it is tied to no mark.
const SPECK: f32 = 0.1;
/// A dot is so many ascents further from what stands under it: dots belong below letters, or on an i.
const DOTTED: f32 = 0.12;
/// So many ascents nearer must be what does not look like a part of a line from below.
const UNLIKELY: f32 = 0.35;
/// The middle of a dot below a letter lies less than this many ascents under the baseline.
const DOT_BELOW: f32 = 0.42;
/// What begins this many ascents under the baseline lies wholly below the line.
const BELOW: f32 = 0.04;

/// What a loose glyph may belong to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Holder {
    /// A line, by its number.
    Line(usize),
    /// Another loose glyph, by its number.
    Mark(usize),
}

/// A loose glyph and what it may belong to.
#[derive(Debug, Clone, Copy)]
struct Tie {
    glyph: usize,
    holder: Holder,
    /// In pixels.
    distance: f32,
}

/// The line of each of the loose `glyphs`; none for what is near no line.
pub(super) fn owners(glyphs: &[Glyph], segments: &[Segment]) -> Vec<Option<usize>> {
    let mut ties = Vec::new();
    let mut ascents = vec![0.0_f32; glyphs.len()];
    let bands = Bands::of(segments);
    for (glyph, (loose, ascent)) in glyphs.iter().zip(&mut ascents).enumerate() {
        let near = bands.at(&loose.bounds).iter().filter_map(|&line| Some((line, segments.get(line)?)));
        for (line, segment) in near.filter(|(_, segment)| segment.reaches(&loose.bounds)) {
            *ascent = ascent.max(segment.ascent);
            ties.push(Tie { glyph, holder: Holder::Line(line), distance: distance(segment, loose) });
        }
    }
    let alone = nearest_lines(&ties, glyphs.len());
    ties.extend(stacks(glyphs, &ascents));
    // A mark's tie to a mark comes before one of the same length to a line.
    ties.sort_by(|a, b| {
        let to_line = |tie: &Tie| matches!(tie.holder, Holder::Line(_));
        a.distance.total_cmp(&b.distance).then(to_line(a).cmp(&to_line(b)))
    });
    let stacked = join(&ties, glyphs.len());
    // A stack may end in specks that its line does not reach.
    let reached = |(line, glyph): (Option<usize>, &Glyph)| {
        line.filter(|line| segments.get(*line).is_some_and(|segment| segment.reaches(&glyph.bounds)))
    };
    stacked.into_iter().zip(glyphs).map(reached).zip(alone).map(|(line, alone)| line.or(alone)).collect()
}

/// Which lines may reach what stands at a height of the page, in bands of it: on a page of thousands of specks
/// not every one is held against every line.
struct Bands {
    lines: Vec<Vec<usize>>,
}

impl Bands {
    const HEIGHT: i32 = 32;

    fn of(segments: &[Segment]) -> Self {
        let mut lines: Vec<Vec<usize>> = Vec::new();
        for (number, segment) in segments.iter().enumerate() {
            let (top, bottom) = segment.reach_down();
            let (first, last) = (Self::number(top), Self::number(bottom));
            if lines.len() <= last {
                lines.resize_with(last + 1, Vec::new);
            }
            lines.iter_mut().take(last + 1).skip(first).for_each(|band| band.push(number));
        }
        Self { lines }
    }

    /// The lines that may reach a box, in their order.
    fn at(&self, bounds: &Bounds) -> &[usize] {
        let middle = (bounds.top + bounds.bottom) / 2;
        self.lines.get(Self::number(middle as f32)).map_or(&[], Vec::as_slice)
    }

    fn number(y: f32) -> usize {
        usize::try_from(y as i32 / Self::HEIGHT).unwrap_or(0)
    }
}

/// How far `glyph` is from `segment`, and further where it lies below the line and looks like
/// nothing that does.
fn distance(segment: &Segment, glyph: &Glyph) -> f32 {
    let Bounds { top, bottom, .. } = glyph.bounds;
    let base = segment.baseline(glyph.bounds.middle());
    let wholly_below = top as f32 > base + BELOW * segment.ascent;
    let far_below = (top + bottom) as f32 / 2.0 > base + DOT_BELOW * segment.ascent;
    let unlikely = wholly_below && (far_below || !is_dot(glyph));
    segment.distance(&glyph.bounds) + if unlikely { UNLIKELY * segment.ascent } else { 0.0 }
}

/// Whether a mark is about as high as wide, and full.
fn is_dot(glyph: &Glyph) -> bool {
    let (width, height) = (glyph.bounds.width(), glyph.bounds.height());
    width * 2 <= height * 3 + 2 && height * 2 <= width * 3 + 2 && glyph.area * 5 >= width * height * 3
}

/// For each glyph the line nearest to it.
fn nearest_lines(ties: &[Tie], glyphs: usize) -> Vec<Option<usize>> {
    let mut nearest: Vec<Option<(f32, usize)>> = vec![None; glyphs];
    for tie in ties {
        if let (Holder::Line(line), Some(slot)) = (tie.holder, nearest.get_mut(tie.glyph))
            && slot.is_none_or(|(distance, _)| tie.distance < distance)
        {
            *slot = Some((tie.distance, line));
        }
    }
    nearest.into_iter().map(|nearest| nearest.map(|(_, line)| line)).collect()
}

/// Ties between marks that stand over one another. `ascents` are those of the lines around.
fn stacks(glyphs: &[Glyph], ascents: &[f32]) -> Vec<Tie> {
    let is_mark = |(_, (glyph, ascent)): &(usize, (&Glyph, &f32))| {
        let (width, height) = (glyph.bounds.width() as f32, glyph.bounds.height() as f32);
        height < LOW * **ascent && width < NARROW * **ascent && width.min(height) > SPECK * **ascent
    };
    let mut marks: Vec<(usize, (&Glyph, &f32))> = glyphs.iter().zip(ascents).enumerate().filter(is_mark).collect();
    marks.sort_by_key(|(_, (glyph, _))| glyph.bounds.left);
    let mut ties = Vec::new();
    for (place, (glyph, (mark, ascent))) in marks.iter().enumerate() {
        let beside = BESIDE * **ascent;
        let near = |other: &Bounds| other.left as f32 <= mark.bounds.right as f32 + beside;
        for (number, (other, _)) in marks.iter().skip(place + 1).take_while(|(_, (other, _))| near(&other.bounds)) {
            let gap = |overlap: i32| (-overlap).max(0) as f32;
            let (across, down) = (gap(mark.bounds.overlap_across(&other.bounds)), gap(mark.bounds.overlap_down(&other.bounds)));
            if across <= beside && down <= STACKED * **ascent {
                let upper = if mark.bounds.top < other.bounds.top { mark } else { other };
                let dotted = if is_dot(upper) { DOTTED * **ascent } else { 0.0 };
                ties.push(Tie { glyph: *glyph, holder: Holder::Mark(*number), distance: across.max(down) + dotted });
            }
        }
    }
    ties
}

/// The line of each glyph, where `ties` hold in their order as far as none gives a stack to two
/// lines.
fn join(ties: &[Tie], glyphs: usize) -> Vec<Option<usize>> {
    let mut sets = DisjointSets::new(glyphs);
    let mut lines: Vec<Option<usize>> = vec![None; glyphs];
    for tie in ties {
        let root = sets.root(tie.glyph);
        let own = lines.get(root).copied().flatten();
        let (other, line) = match tie.holder {
            Holder::Line(line) => (root, Some(line)),
            Holder::Mark(mark) => {
                let other = sets.root(mark);
                (other, lines.get(other).copied().flatten())
            }
        };
        if own.is_some() && line.is_some() {
            continue;
        }
        sets.join(root, other);
        if let Some(slot) = lines.get_mut(root.min(other)) {
            *slot = own.or(line);
        }
    }
    (0..glyphs).map(|glyph| lines.get(sets.root(glyph)).copied().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ASCENT, PITCH, X_HEIGHT, bounds, glyphs, letters, segment};
    use super::*;

    /// Two lines of letters on baselines 100 and `100 + leading`, and the lines of `loose`.
    fn of(leading: i32, loose: &[Bounds]) -> Vec<Option<usize>> {
        let lines = [segment(&letters(100, 100, 10)), segment(&letters(100, 100 + leading, 10))];
        owners(&glyphs(loose), &lines)
    }

    #[test]
    fn the_acute_over_a_circumflex_goes_with_it_though_the_line_above_is_nearer() {
        // Over the second letter of the lower line, an x-height high.
        let (x, top) = (100 + PITCH, 134 - X_HEIGHT);
        let circumflex = bounds(x, top - 7, 10, 5);
        for acute in [bounds(x + 5, top - 14, 5, 7), bounds(x + 8, top - 15, 5, 9), bounds(x + 11, top - 13, 5, 8)] {
            assert_eq!(of(34, &[acute, circumflex]), [Some(1); 2], "{acute:?}");
        }
    }

    #[test]
    fn a_dot_below_stays_with_its_letter_though_a_mark_of_the_next_line_is_near() {
        let x = 100 + PITCH;
        let dot = bounds(x + 3, 103, 4, 4);
        let (acute, circumflex) = (bounds(x + 3, 109, 6, 4), bounds(x, 112, 10, 4));
        assert_eq!(of(34, &[dot, acute, circumflex]), [Some(0), Some(1), Some(1)]);
    }

    #[test]
    fn a_tilde_under_a_descender_belongs_to_the_line_below() {
        // The upper line's second letter reaches down to 106, the tilde touches it.
        let mut upper = letters(100, 100, 10);
        upper[1].bottom = 107;
        let lines = [segment(&upper), segment(&letters(100, 130, 10))];
        let tilde = bounds(100 + PITCH, 107, 10, 4);
        assert_eq!(owners(&glyphs(&[tilde]), &lines), [Some(1)]);
        // With no line below there is nowhere else to go.
        assert_eq!(owners(&glyphs(&[tilde]), &lines[..1]), [Some(0)]);
    }

    #[test]
    fn commas_and_dots_on_the_line_stay_there() {
        let comma = bounds(238, 96, 4, 9);
        let dot_of_i = bounds(100 + PITCH + 3, 130 - ASCENT - 1, 4, 4);
        assert_eq!(of(30, &[comma, dot_of_i]), [Some(0), Some(1)]);
    }

    #[test]
    fn specks_that_hang_on_a_mark_far_off_the_line_are_of_no_line() {
        let stack: Vec<Bounds> = (0..12).map(|n| bounds(120, 80 - 6 * n, 5, 5)).collect();
        let lines = [segment(&letters(100, 100, 10))];
        let found = owners(&glyphs(&stack), &lines);
        assert_eq!((found[0], found[11]), (Some(0), None));
    }
}
