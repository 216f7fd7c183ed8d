//! Reading order: regions from top to bottom; in a table row by row and cell by cell, in columns
//! that stand side by side the left one first.

use super::rules::Rules;
use super::segment::{Segment, quantile};

/// Segments whose cores share this much of the lower one's height stand in one row.
const ROW: f32 = 0.5;
/// A strip between two columns is at least this many ascents wide.
const STRIP: f32 = 1.0;
/// Rows further apart than this many times the usual step between rows belong to different
/// regions.
const FAR: f32 = 2.6;
/// A step down this many times the usual one begins a new block.
const STEP: f32 = 1.45;

/// A segment's number and whether a block begins with it, in reading order.
pub(super) fn reading_order(segments: &[Segment], rules: &Rules) -> Vec<(usize, bool)> {
    let rows = rows(segments);
    let mut order = Vec::new();
    let mut rest = rows.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let in_table = |row: &Row| row.items.iter().any(|item| in_table(item, rules));
        if in_table(first) {
            let length = rest.iter().take_while(|row| in_table(row)).count();
            let (table, after) = rest.split_at(length.max(1));
            cells(table, rules, &mut order);
            rest = after;
        } else if let Some((length, strip)) = columns(rest, &in_table) {
            let (region, after) = rest.split_at(length);
            for left in [true, false] {
                let mut begins = true;
                for item in region.iter().flat_map(|row| &row.items).filter(|item| (item.middle() < strip) == left) {
                    order.push((item.number, begins));
                    begins = false;
                }
            }
            rest = after;
        } else {
            for (place, item) in first.items.iter().enumerate() {
                order.push((item.number, place > 0));
            }
            rest = after;
        }
    }
    mark_steps(segments, &mut order);
    order
}

/// A segment as it matters here: its extent, with the core band for its height.
#[derive(Debug, Clone, Copy)]
struct Item {
    number: usize,
    left: f32,
    right: f32,
    top: f32,
    base: f32,
    ascent: f32,
}

impl Item {
    fn middle(&self) -> f32 {
        (self.left + self.right) / 2.0
    }
}

/// What stands side by side, from left to right.
#[derive(Debug, Clone)]
struct Row {
    items: Vec<Item>,
}

impl Row {
    fn base(&self) -> f32 {
        self.items.iter().map(|item| item.base).fold(f32::NEG_INFINITY, f32::max)
    }
}

fn rows(segments: &[Segment]) -> Vec<Row> {
    let mut items: Vec<Item> = segments
        .iter()
        .enumerate()
        .map(|(number, segment)| {
            let base = segment.baseline(segment.bounds.middle());
            let (left, right) = (segment.bounds.left as f32, segment.bounds.right as f32);
            Item { number, left, right, top: base - segment.x_height, base, ascent: segment.ascent }
        })
        .collect();
    items.sort_by(|a, b| a.base.total_cmp(&b.base));
    let mut rows: Vec<Row> = Vec::new();
    for item in items {
        let shares = |other: &Item| {
            let overlap = item.base.min(other.base) - item.top.max(other.top);
            overlap > ROW * (item.base - item.top).min(other.base - other.top)
        };
        let beside = |other: &Item| item.left >= other.right || item.right <= other.left;
        match rows.last_mut() {
            Some(row) if row.items.iter().any(shares) && row.items.iter().all(beside) => row.items.push(item),
            _ => rows.push(Row { items: vec![item] }),
        }
    }
    for row in &mut rows {
        row.items.sort_by(|a, b| a.left.total_cmp(&b.left));
    }
    rows
}

/// The rule over an item and the rule at its left, if it stands between rules on at least three
/// sides.
fn in_table(item: &Item, rules: &Rules) -> bool {
    let beside = |left: bool| {
        rules.down.iter().any(|rule| {
            (rule.top as f32) < item.top && rule.bottom as f32 > item.base - 1.0 && (rule.middle() < item.middle()) == left
        })
    };
    let over = rules.across.iter().any(|rule| is_over(rule.bottom as f32, rule.left as f32, rule.right as f32, item));
    over && beside(true) && beside(false)
}

fn is_over(y: f32, left: f32, right: f32, item: &Item) -> bool {
    y <= item.base - 0.5 * (item.base - item.top) && left < item.middle() && right > item.middle()
}

/// Orders a table's rows by the rules over their cells.
fn cells(table: &[Row], rules: &Rules, order: &mut Vec<(usize, bool)>) {
    let cell = |item: &Item| {
        let over = rules.across.iter().filter(|rule| is_over(rule.bottom as f32, rule.left as f32, rule.right as f32, item));
        let top = over.map(|rule| (rule.top + rule.bottom) as f32 / 2.0).fold(0.0, f32::max);
        let beside = rules.down.iter().filter(|rule| {
            rule.middle() < item.middle() && (rule.top as f32) < item.base && rule.bottom as f32 > item.top
        });
        let left = beside.map(super::ink::Bounds::middle).fold(0.0, f32::max);
        // Pieces of one rule differ by a few pixels.
        ((top / (0.5 * item.ascent).max(4.0)).round() as i32, left as i32)
    };
    let mut items: Vec<((i32, i32), &Item)> = table.iter().flat_map(|row| &row.items).map(|item| (cell(item), item)).collect();
    items.sort_by(|(a, x), (b, y)| a.cmp(b).then(x.base.total_cmp(&y.base)));
    let mut last = None;
    for (cell, item) in items {
        order.push((item.number, last != Some(cell)));
        last = Some(cell);
    }
}

/// If the first of `rows` stand in two columns: how many rows, and where the strip between the
/// columns is. Rows of more than two pieces are no columns but a table without rules.
fn columns(rows: &[Row], in_table: &dyn Fn(&Row) -> bool) -> Option<(usize, f32)> {
    let usual = usual_step(rows);
    let (mut left, mut right) = (f32::NEG_INFINITY, f32::INFINITY);
    let (mut length, mut pairs) = (0, 0);
    let mut last_base: Option<f32> = None;
    for (index, row) in rows.iter().enumerate() {
        if in_table(row) || row.items.len() > 2 || last_base.is_some_and(|last| row.base() - last > FAR * usual) {
            break;
        }
        let (from, to) = match row.items.as_slice() {
            [a, b] => (left.max(a.right), right.min(b.left)),
            [a] if a.right <= right && (a.middle() < left.max(0.0) || left == f32::NEG_INFINITY) && a.right < right => (left.max(a.right), right),
            [a] => (left, right.min(a.left)),
            _ => break,
        };
        let ascent = row.items.iter().map(|item| item.ascent).fold(0.0, f32::max);
        if to - from < STRIP * ascent {
            break;
        }
        (left, right) = (from, to);
        pairs += usize::from(row.items.len() == 2);
        last_base = Some(row.base());
        length = index + 1;
    }
    (pairs >= 2 && rows.first().is_some_and(|row| row.items.len() == 2)).then_some((length, (left + right) / 2.0))
}

fn usual_step(rows: &[Row]) -> f32 {
    let steps = rows.iter().zip(rows.iter().skip(1)).map(|(a, b)| b.base() - a.base());
    quantile(steps, 0.5).unwrap_or(f32::INFINITY)
}

/// Where a line stands further below the one before than is usual, a block begins.
fn mark_steps(segments: &[Segment], order: &mut [(usize, bool)]) {
    let base = |number: usize| segments.get(number).map_or(0.0, |s| s.baseline(s.bounds.middle()));
    let steps: Vec<f32> = order.iter().zip(order.iter().skip(1)).map(|(a, b)| base(b.0) - base(a.0)).collect();
    let Some(usual) = quantile(steps.iter().copied().filter(|step| *step > 0.0), 0.5) else { return };
    for ((_, begins), step) in order.iter_mut().skip(1).zip(steps) {
        *begins |= step > STEP * usual || step < 0.0;
    }
    if let Some((_, begins)) = order.first_mut() {
        *begins = true;
    }
}
