//! Rows of dots to write on. The engine reads letters into them, and a word written over them
//! comes out in pieces.

use super::bits::Component;

/// Dots are at most this many inches wide and high (0.9 mm).
const DOT: f32 = 0.035;
/// Neighbouring dots of a row are at most this many inches apart (1.8 mm). Dots under and over
/// Vietnamese letters are rarer than that.
const GAP: f32 = 0.07;
/// Where a row is known to run, it may pass under written words of this many inches (1 cm).
const REACH: f32 = 0.4;
/// Dots of a row stand on one level within this many inches (0.25 mm).
const LEVEL: f32 = 0.01;
/// A row has at least this many dots; an ellipsis has three.
const FEWEST: usize = 6;
/// The dots of a colon are at most this many inches apart (2.5 mm).
const COLON: f32 = 0.1;
/// A page with more small marks than this is noise, in which rows of dots mean nothing.
const MOST_MARKS: usize = 6000;

/// Picks the dots of dot leaders out of `components`.
pub(super) fn dots(components: &[Component], dpi: f32) -> Vec<Component> {
    let largest = (DOT * dpi) as i32;
    let mut small: Vec<Component> = components.iter().copied().filter(|c| c.width <= largest && c.height <= largest).collect();
    if small.len() > MOST_MARKS {
        return Vec::new();
    }
    small.sort_by_key(|dot| (dot.x, dot.y));
    let small = without_colons(&small, dpi);
    let mut rows: Vec<Vec<Component>> = Vec::new();
    // Rows whose last dot lies within reach of the sweep from left to right.
    let mut open: Vec<Vec<Component>> = Vec::new();
    for dot in small {
        let (closed, still_open) =
            open.into_iter().partition(|row: &Vec<Component>| !row.last().is_some_and(|last| follows(*last, dot, dpi)));
        open = still_open;
        rows.extend::<Vec<_>>(closed);
        let level = |row: &Vec<Component>| row.last().map_or(f32::INFINITY, |last| (middle(*last) - middle(dot)).abs());
        let best = open.iter_mut().filter(|row| level(row) <= LEVEL * dpi).min_by(|a, b| level(a).total_cmp(&level(b)));
        match best {
            Some(row) => row.push(dot),
            None => open.push(vec![dot]),
        }
    }
    rows.extend(open);
    rows.into_iter().filter(|row| is_leader(row, dpi)).flatten().collect()
}

/// Leaves out dots that stand one over the other. `dots` come from left to right.
fn without_colons(dots: &[Component], dpi: f32) -> Vec<Component> {
    let pairs = |a: &Component, b: &Component| {
        let apart = (middle(*a) - middle(*b)).abs();
        apart > LEVEL * dpi && apart <= COLON * dpi && (a.x - b.x).abs() <= a.width.min(b.width) / 2
    };
    let beside = |index: usize| {
        let before =
            dots.iter().take(index).rev().take_while(move |other| dots.get(index).is_some_and(|d| d.x - other.x <= d.width));
        let after =
            dots.iter().skip(index + 1).take_while(move |other| dots.get(index).is_some_and(|d| other.x - d.x <= d.width));
        before.chain(after)
    };
    dots.iter().enumerate().filter(|(index, dot)| !beside(*index).any(|other| pairs(dot, other))).map(|(_, dot)| *dot).collect()
}

fn middle(dot: Component) -> f32 {
    dot.y as f32 + dot.height as f32 / 2.0
}

fn follows(last: Component, dot: Component, dpi: f32) -> bool {
    ((dot.x - last.x) as f32) <= REACH * dpi
}

/// Whether enough of the row's dots stand close together.
fn is_leader(row: &[Component], dpi: f32) -> bool {
    let mut run = 1;
    let mut longest = 1;
    for pair in row.windows(2) {
        if let [a, b] = pair {
            run = if ((b.x - a.x) as f32) <= GAP * dpi { run + 1 } else { 1 };
            longest = longest.max(run);
        }
    }
    longest >= FEWEST
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(x: i32, y: i32) -> Component {
        Component { x, y, width: 3, height: 3 }
    }

    #[test]
    fn a_row_of_dots_is_found_even_where_words_stand_on_it() {
        let mut components: Vec<Component> =
            (0..20).filter(|i| !(8..14).contains(i)).map(|i| dot(100 + 7 * i, 300 + i % 2)).collect();
        components.push(Component { x: 156, y: 270, width: 40, height: 30 });
        components.push(dot(120, 250));
        assert_eq!(dots(&components, 200.0).len(), 14);
    }

    #[test]
    fn the_colon_before_a_row_stays() {
        let mut components = vec![dot(93, 300), dot(93, 287)];
        components.extend((0..20).map(|i| dot(100 + 7 * i, 300)));
        let found = dots(&components, 200.0);
        assert_eq!(found.len(), 20);
        assert!(!found.contains(&dot(93, 300)));
    }

    #[test]
    fn an_ellipsis_and_dots_of_letters_stay() {
        let ellipsis = (0..3).map(|i| dot(100 + 7 * i, 300));
        let letters = (0..12).map(|i| dot(200 + 24 * i, 306));
        let scattered = (0..200).map(|i| dot((i * 7919) % 1600, (i * 104_729) % 2300));
        let components: Vec<Component> = ellipsis.chain(letters).chain(scattered).collect();
        assert!(dots(&components, 200.0).is_empty());
    }
}
