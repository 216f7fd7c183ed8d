use super::super::testing::{ASCENT, DPI, PITCH, Sheet, X_HEIGHT, blocks, bounds, letters};
use super::*;

/// Left and right ends of the segments of solid boxes, from the left.
fn ends(boxes: &[Bounds], rules: &Rules) -> Vec<(i32, i32)> {
    let mut ends: Vec<_> = of(&blocks(boxes), rules).iter().map(|segment| (segment.bounds.left, segment.bounds.right)).collect();
    ends.sort_unstable();
    ends
}

fn of(components: &[Component], rules: &Rules) -> Vec<Segment> {
    segments(components, rules, DPI).segments
}

/// Two pieces of a line, the second one `gap` after the first, which ends at 236.
fn pieces(gap: i32) -> Vec<Bounds> {
    [letters(100, 100, 10), letters(236 + gap, 100, 10)].concat()
}

#[test]
fn a_gap_of_an_em_joins_and_one_of_two_ems_parts() {
    let no_rules = Rules::default();
    assert_eq!(ends(&pieces(40), &no_rules), [(100, 412)]);
    assert_eq!(ends(&pieces(60), &no_rules), [(100, 236), (296, 432)]);
}

#[test]
fn a_rule_between_two_cells_parts_their_letters() {
    let rule = |x: i32| Rules { across: vec![], down: vec![bounds(x, 60, 2, 60)] };
    for gap in [10, 40] {
        assert_eq!(ends(&pieces(gap), &rule(200)).len(), 1, "a rule that runs through the letters");
        assert_eq!(ends(&pieces(gap), &rule(235 + gap / 2)), [(100, 236), (236 + gap, 372 + gap)]);
    }
}

#[test]
fn columns_stay_apart_where_their_lines_are_not_level() {
    let staggered = |by: i32| [letters(100, 100, 10), letters(276, 100 + by, 10)].concat();
    assert_eq!(ends(&staggered(3), &Rules::default()).len(), 1);
    assert_eq!(ends(&staggered(12), &Rules::default()).len(), 2);
    assert_eq!(ends(&staggered(34), &Rules::default()).len(), 2);
}

#[test]
fn print_of_another_size_is_another_line() {
    let larger = |height: i32| (0..6).map(|number| bounds(300 + 40 * number, 100 - height, 30, height)).collect();
    assert_eq!(ends(&[letters(100, 100, 10), larger(36)].concat(), &Rules::default()).len(), 1);
    assert_eq!(ends(&[letters(100, 100, 10), larger(50)].concat(), &Rules::default()).len(), 2);
}

#[test]
fn a_mark_goes_to_the_letter_it_is_nearest_to_however_tight_the_lines_are() {
    let mut boxes = [letters(100, 100, 10), letters(100, 130, 10)].concat();
    let over_lower = bounds(100 + PITCH, 107, 6, 5);
    let under_upper = bounds(100 + 2 * PITCH, 102, 4, 4);
    boxes.extend([over_lower, under_upper]);
    let mut found = of(&blocks(&boxes), &Rules::default());
    found.sort_by_key(|segment| segment.bodies[0].bounds.bottom);
    let marks: Vec<Vec<Bounds>> = found.iter().map(|line| line.marks.iter().map(|mark| mark.bounds).collect()).collect();
    assert_eq!(marks, [[under_upper], [over_lower]]);
    assert_eq!([found[0].bounds.bottom, found[1].bounds.top], [106, 107]);
}

#[test]
fn a_row_of_high_marks_is_no_line() {
    let low = |top: i32, height: i32| (0..12).map(|n| bounds(100 + PITCH * n, top, 9, height)).collect::<Vec<_>>();
    let line = low(100 - X_HEIGHT, X_HEIGHT);
    let over = low(100 - X_HEIGHT - 11, 8);
    let found = of(&blocks(&[line.clone(), over.clone()].concat()), &Rules::default());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].bodies.len(), found[0].marks.len()), (12, 12));
    assert_eq!(found[0].baseline(0.0), 100.0);
    // The same row further off is a line of small print.
    assert_eq!(of(&blocks(&[line, low(30, 8)].concat()), &Rules::default()).len(), 2);
}

#[test]
fn a_comma_or_dash_before_a_gap_ties_the_line_together() {
    let no_rules = Rules::default();
    for mark in [bounds(240, 96, 4, 7), bounds(246, 91, 12, 3)] {
        let gap = mark.right - 236 + 2 * ASCENT;
        assert_eq!(ends(&pieces(gap), &no_rules).len(), 2);
        assert_eq!(ends(&[pieces(gap), vec![mark]].concat(), &no_rules), [(100, 372 + gap)]);
    }
}

#[test]
fn a_large_stroke_bridges_the_letters_it_hides() {
    let across = bounds(234, 20, 124, 300);
    assert_eq!(ends(&[pieces(120), vec![across]].concat(), &Rules::default()), [(100, 492)]);
    let beside = bounds(262, 20, 60, 300);
    assert_eq!(ends(&[pieces(120), vec![beside]].concat(), &Rules::default()).len(), 2, "there is white on both sides");
    let under = bounds(234, 98, 124, 300);
    assert_eq!(ends(&[pieces(120), vec![under]].concat(), &Rules::default()).len(), 2, "nothing is hidden");
    let wide = bounds(234, 20, 224, 300);
    assert_eq!(ends(&[pieces(220), vec![wide]].concat(), &Rules::default()).len(), 2, "further than a name is long");
}

#[test]
fn boxes_to_tick_vanish_with_their_ticks() {
    let line = letters(100, 100, 10);
    let empty = Sheet::new(400, 200).frame(bounds(60, 78, 24, 24), 3);
    let ticked = empty.clone().ink(&(0..18).map(|n| bounds(62 + n, 81 + n, 3, 2)).collect::<Vec<_>>());
    for sheet in [empty, ticked] {
        let components = sheet.ink(&line).components();
        assert_eq!(components.len(), 11);
        let found = segments(&components, &Rules::default(), DPI);
        assert_eq!((found.letters, found.segments.len(), found.large.len()), (10, 1, 0));
        assert_eq!(found.segments[0].bounds.left, 100);
    }
}

#[test]
fn letters_with_an_open_side_and_square_dots_of_headings_are_no_boxes() {
    let strokes = |left: i32| [bounds(left, 70, 3, 30), bounds(left, 97, 28, 3)];
    let open = Sheet::new(400, 200).ink(&strokes(20)).ink(&strokes(60)).ink(&[bounds(60, 70, 28, 3)]).components();
    assert_eq!(open.len(), 2);
    assert!(!open.iter().any(|letter| is_tick_box(letter, DPI)));
    let heading: Vec<Bounds> = (0..8).map(|number| bounds(100 + 40 * number, 40, 28, 60)).collect();
    let dot = bounds(110, 106, 9, 9);
    let found = of(&blocks(&[heading, vec![dot]].concat()), &Rules::default());
    assert_eq!(found.iter().map(|line| line.marks.len()).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_blot_is_no_letter_where_the_letters_are_of_one_size() {
    let line = letters(100, 100, 10);
    let with = |other: Bounds| ends(&[line.clone(), vec![other]].concat(), &Rules::default()).len();
    assert_eq!(with(bounds(100, 200, 10, 20)), 2, "a page number");
    assert_eq!(with(bounds(100, 200, 30, 60)), 1, "too high");
    assert_eq!(with(bounds(100, 200, 80, 20)), 1, "too wide");
    assert_eq!(with(bounds(100, 200, 10, 8)), 1, "too low");
}
