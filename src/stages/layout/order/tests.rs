use super::super::testing::{bounds, letters, segment};
use super::*;

/// Lines given by left edge, baseline and number of letters.
fn lines(places: &[(i32, i32, i32)]) -> Vec<Segment> {
    places.iter().map(|&(left, base, count)| segment(&letters(left, base, count))).collect()
}

fn numbers(order: &[(usize, bool)]) -> Vec<usize> {
    order.iter().map(|line| line.0).collect()
}

fn beginnings(order: &[(usize, bool)]) -> Vec<usize> {
    order.iter().filter(|line| line.1).map(|line| line.0).collect()
}

/// A table of two columns, 0..200..400, and two rows, 0..60..120, with its frame.
fn table() -> Rules {
    let across = [0, 60, 120].map(|y| bounds(0, y - 1, 400, 2));
    let down = [0, 200, 400].map(|x| bounds(x - 1, 0, 2, 120));
    Rules { across: across.to_vec(), down: down.to_vec() }
}

#[test]
fn one_line_is_a_block_and_none_is_nothing() {
    assert_eq!(reading_order(&lines(&[(50, 100, 10)]), &Rules::default()), [(0, true)]);
    assert_eq!(reading_order(&[], &Rules::default()), []);
}

#[test]
fn paragraphs_are_told_by_the_steps_between_their_lines() {
    let page = lines(&[(50, 200, 30), (50, 100, 30), (50, 134, 30), (50, 234, 30), (50, 268, 30), (300, 60, 8)]);
    let order = reading_order(&page, &Rules::default());
    assert_eq!(numbers(&order), [5, 1, 2, 0, 3, 4]);
    assert_eq!(beginnings(&order), [5, 0]);
}

#[test]
fn the_left_half_of_a_heading_comes_before_the_right_half() {
    // The right half is one line longer and a little lower; the body reaches under both.
    let heading = [(50, 100, 10), (300, 104, 14), (50, 134, 10), (300, 138, 14), (310, 172, 12)];
    let body = [(50, 206, 35), (50, 240, 35), (50, 274, 35)];
    let order = reading_order(&lines(&[heading.as_slice(), &body].concat()), &Rules::default());
    assert_eq!(numbers(&order), [0, 2, 1, 3, 4, 5, 6, 7]);
    assert_eq!(beginnings(&order), [0, 1, 5]);
}

#[test]
fn columns_end_where_a_gap_begins() {
    let signatures = [(50, 100, 10), (300, 100, 10), (50, 134, 10), (300, 134, 10)];
    let next = [(50, 300, 10), (300, 300, 10), (50, 334, 10), (300, 334, 10), (50, 368, 10), (300, 368, 10)];
    let order = reading_order(&lines(&[signatures.as_slice(), &next].concat()), &Rules::default());
    assert_eq!(numbers(&order), [0, 2, 1, 3, 4, 6, 8, 5, 7, 9]);
    assert_eq!(beginnings(&order), [0, 1, 4, 5]);
}

#[test]
fn a_short_line_under_the_left_column_belongs_to_it() {
    let page = lines(&[(50, 100, 12), (300, 100, 12), (50, 134, 12), (300, 134, 12), (70, 168, 6), (300, 202, 6)]);
    assert_eq!(numbers(&reading_order(&page, &Rules::default())), [0, 2, 4, 1, 3, 5]);
}

#[test]
fn a_table_without_rules_is_read_row_by_row() {
    let row = |base: i32| [(50, base, 8), (250, base, 8), (450, base, 8)];
    let order = reading_order(&lines(&[row(134), row(100)].concat()), &Rules::default());
    assert_eq!(numbers(&order), [3, 4, 5, 0, 1, 2]);
    // One row of two pieces is a row as well.
    assert_eq!(numbers(&reading_order(&lines(&[(300, 98, 8), (50, 100, 8), (50, 134, 30)]), &Rules::default())), [1, 0, 2]);
}

#[test]
fn a_ruled_table_is_read_cell_by_cell() {
    let cells = [(210, 40, 10), (10, 25, 12), (10, 52, 9), (10, 100, 10), (210, 98, 10)];
    let order = reading_order(&lines(&[cells.as_slice(), &[(10, 154, 28), (10, 181, 28)]].concat()), &table());
    assert_eq!(numbers(&order), [1, 2, 0, 3, 4, 5, 6]);
    assert_eq!(beginnings(&order), [1, 0, 3, 4, 5]);
}

#[test]
fn a_broken_rule_still_parts_two_rows() {
    let page = lines(&[(10, 40, 10), (210, 40, 10), (10, 90, 10), (210, 90, 10), (10, 112, 10)]);
    let of = |middle: &[Bounds]| {
        let mut rules = table();
        rules.across.splice(1..2, middle.iter().copied());
        numbers(&reading_order(&page, &rules))
    };
    let pieces = [bounds(0, 58, 40, 2), bounds(150, 60, 90, 2), bounds(350, 61, 50, 2)];
    assert_eq!(of(&pieces), [0, 1, 2, 4, 3]);
    assert_eq!(of(&[]), [0, 2, 4, 1, 3], "without the rule it is one row");
}

#[test]
fn what_stands_beside_a_table_goes_with_its_row() {
    let page = lines(&[(10, 40, 10), (210, 40, 10), (10, 100, 10), (210, 100, 10), (420, 44, 3)]);
    assert_eq!(numbers(&reading_order(&page, &table())), [0, 1, 4, 2, 3]);
}
