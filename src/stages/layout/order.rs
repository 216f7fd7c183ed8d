//! Reading order: regions from top to bottom; in a table row by row and cell by cell, in columns
//! that stand side by side the left one first.

use super::ink::Bounds;
use super::rules::Rules;
use super::segment::{Segment, quantile};

/// Segments whose cores share this much of the lower one's height stand in one row.
const ROW: f32 = 0.5;
/// A strip between two columns is at least this many ascents wide.
const STRIP: f32 = 1.0;
/// Rows further apart than this many times the usual step between rows belong to different
/// regions.
const FAR: f32 = 2.6;
/// Pieces of a broken rule cover at least this much of a cell's width.
const COVERED: f32 = 0.3;
/// A step down this many times the usual one begins a new block.
const STEP: f32 = 1.45;

/// A segment's number and whether a block begins with it, in reading order.
pub(super) fn reading_order(segments: &[Segment], rules: &Rules) -> Vec<(usize, bool)> {
    let rows = rows(segments, rules);
    let mut order = Vec::new();
    let mut rest = rows.as_slice();
    // The page, and what follows a table or columns, begins with a new block.
    let mut begins_block = true;
    while let Some((first, after)) = rest.split_first() {
        if first.is_in_table() {
            let length = rest.iter().take_while(|row| row.is_in_table()).count();
            let (rows, after) = rest.split_at(length);
            // What stands beside the table, such as a stamp, goes with the row it stands in.
            let beside = |item: &Item| Cell { left: item.left, top: item.top };
            let items = rows.iter().flat_map(|row| &row.items);
            cells(items.map(|item| (item.cell.unwrap_or_else(|| beside(item)), *item)).collect(), &mut order);
            begins_block = true;
            rest = after;
        } else if let Some((length, strip)) = columns(rest) {
            let (region, after) = rest.split_at(length);
            for left in [true, false] {
                begins_block = true;
                for item in region.iter().flat_map(|row| &row.items).filter(|item| (item.middle() < strip) == left) {
                    order.push((item.number, std::mem::take(&mut begins_block)));
                }
            }
            begins_block = true;
            rest = after;
        } else {
            for (place, item) in first.items.iter().enumerate() {
                order.push((item.number, place > 0 || begins_block));
            }
            begins_block = false;
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
    /// The cell around it, if it stands in a ruled table.
    cell: Option<Cell>,
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

    fn is_in_table(&self) -> bool {
        self.items.iter().any(|item| item.cell.is_some())
    }
}

fn rows(segments: &[Segment], rules: &Rules) -> Vec<Row> {
    let mut items: Vec<Item> = segments
        .iter()
        .enumerate()
        .map(|(number, segment)| {
            let base = segment.baseline(segment.bounds.middle());
            let (left, right) = (segment.bounds.left as f32, segment.bounds.right as f32);
            let item = Item { number, left, right, top: base - segment.x_height, base, ascent: segment.ascent, cell: None };
            Item { cell: cell(&item, rules), ..item }
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

/// The cell of a table that an item stands in.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cell {
    /// Where its column begins.
    left: f32,
    /// The rule over it.
    top: f32,
}

/// The cell around `item`, if rules run down at both its sides and one across over it.
fn cell(item: &Item, rules: &Rules) -> Option<Cell> {
    let beside = |rule: &&Bounds| (rule.top as f32) < item.base && rule.bottom as f32 > item.top;
    let sides = || rules.down.iter().filter(beside).map(Bounds::middle);
    let left = sides().filter(|x| *x < item.middle()).max_by(f32::total_cmp)?;
    let right = sides().filter(|x| *x > item.middle()).min_by(f32::total_cmp)?;
    let (slack, middle) = (0.3 * item.ascent, (item.top + item.base) / 2.0);
    let y = |rule: &Bounds| (rule.top + rule.bottom) as f32 / 2.0;
    // A rule may be broken: what counts is how much of the column its pieces cover together. Where
    // strokes without number pass for rules, few of them lie in one column.
    let reach = |rule: &Bounds| right.min(rule.right as f32) - left.max(rule.left as f32);
    let pieces: Vec<(f32, f32)> =
        rules.across.iter().map(|rule| (y(rule), reach(rule))).filter(|(_, reach)| *reach > 0.0).collect();
    let covered = |at: f32| pieces.iter().filter(|(y, _)| (y - at).abs() <= slack).map(|(_, reach)| reach).sum::<f32>();
    let over = pieces.iter().map(|(y, _)| *y).filter(|at| *at < middle && covered(*at) >= COVERED * (right - left));
    Some(Cell { left, top: over.max_by(f32::total_cmp)? })
}

/// Orders what stands in a table by the rules over its cells, which are nearly level along a row.
fn cells(mut table: Vec<(Cell, Item)>, order: &mut Vec<(usize, bool)>) {
    table.sort_by(|(a, _), (b, _)| a.top.total_cmp(&b.top));
    let (mut row, mut last_top) = (0, f32::NEG_INFINITY);
    let mut placed: Vec<(u32, Cell, Item)> = Vec::new();
    for (cell, item) in table {
        row += u32::from(cell.top - last_top > 0.5 * item.ascent);
        last_top = cell.top;
        placed.push((row, cell, item));
    }
    placed.sort_by(|(row, cell, item), (other_row, other_cell, other)| {
        row.cmp(other_row).then(cell.left.total_cmp(&other_cell.left)).then(item.base.total_cmp(&other.base))
    });
    let mut last = None;
    for (row, cell, item) in placed {
        order.push((item.number, last != Some((row, cell.left))));
        last = Some((row, cell.left));
    }
}

/// If the first of `rows` stand in two columns: how many rows, and where the strip between the
/// columns is. Rows of more than two pieces are no columns but a table without rules.
fn columns(rows: &[Row]) -> Option<(usize, f32)> {
    if rows.first()?.items.len() != 2 {
        return None;
    }
    let usual = usual_step(rows);
    let (mut left, mut right) = (f32::NEG_INFINITY, f32::INFINITY);
    let (mut length, mut pairs) = (0, 0);
    let mut last_base: Option<f32> = None;
    for (index, row) in rows.iter().enumerate() {
        if row.is_in_table() || last_base.is_some_and(|last| row.base() - last > FAR * usual) {
            break;
        }
        let (from, to) = match row.items.as_slice() {
            [a, b] => (left.max(a.right), right.min(b.left)),
            [a] if a.middle() < left && a.right < right => (left.max(a.right), right),
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
    (pairs >= 2).then_some((length, (left + right) / 2.0))
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
}

#[cfg(test)]
mod tests;
