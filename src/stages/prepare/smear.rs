//! Tells a sheet with print so blurred that no stroke of it is left from a blank one.
//!
//! What is out of focus spreads, but does not vanish: where lines stood, the paper is darker than around them
//! over many millimetres. Light that falls unevenly changes over longer ways and makes no valleys; folds,
//! holes and shadows of edges do, and are known by their shapes.

use super::scale::Gray;

/// Side of the cells that are compared, in inches (5 mm): over that much, lines of print and the paper
/// between them come to one level, which shows through from the back as well, but far less.
const CELL: f32 = 0.2;
/// Valleys as wide as this many cells on each side (10 cm) are seen.
const REACH: usize = 20;
/// How much darker than the paper around it a cell is, as a share of the paper's level.
const DARKER: f32 = 0.06;
/// So many cells of valleys (1.5 cm²) are no blank sheet.
const FEWEST_CELLS: usize = 6;
/// Cells at the edges that are not looked at (5 mm).
const EDGE: usize = 1;
/// A fold or a line of dust is no thicker than so many cells, and goes along this share of a side.
const FOLD_THICK: usize = 2;
const FOLD_LONG: f32 = 0.9;
/// A hole is no wider than so many cells, and no farther from an edge (25 mm).
const HOLE: usize = 3;
const HOLE_MARGIN: usize = 5;

/// Whether the page has valleys of darkness as blurred print leaves them.
pub(super) fn is_smeared(page: &Gray) -> bool {
    let Some(grid) = Grid::of(page) else { return false };
    let paper = grid.paper();
    let valley: Vec<bool> = grid.cells.iter().zip(&paper).map(|(level, paper)| *level < paper * (1.0 - DARKER)).collect();
    grid.components(&valley).iter().map(|component| component.counts(&grid)).sum::<usize>() >= FEWEST_CELLS
}

/// Mean levels of square cells.
struct Grid {
    across: usize,
    down: usize,
    cells: Vec<f32>,
}

/// Cells that touch each other.
struct Component {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
    cells: usize,
}

impl Component {
    /// Its cells, or 0 if it is a fold, a hole or a shadow.
    fn counts(&self, grid: &Grid) -> usize {
        let (wide, high) = (self.right - self.left + 1, self.bottom - self.top + 1);
        let fold = |thick: usize, long: usize, side: usize| thick <= FOLD_THICK && long as f32 >= FOLD_LONG * side as f32;
        let near = |from: usize, to: usize, side: usize| to < HOLE_MARGIN || from + HOLE_MARGIN >= side;
        let hole = wide.max(high) <= HOLE && (near(self.left, self.right, grid.across) || near(self.top, self.bottom, grid.down));
        if hole || fold(high, wide, grid.across) || fold(wide, high, grid.down) { 0 } else { self.cells }
    }
}

impl Grid {
    fn of(page: &Gray) -> Option<Self> {
        let side = ((CELL * page.dpi) as usize).max(1);
        let (across, down) = (page.width as usize / side, page.height as usize / side);
        if across <= 2 * EDGE + 1 || down <= 2 * EDGE + 1 {
            return None;
        }
        let mut sums = vec![0_u32; across * down];
        for (y, row) in page.samples.chunks_exact(page.width as usize).take(down * side).enumerate() {
            let line = sums.get_mut(y / side * across..(y / side + 1) * across)?;
            for (sum, cell) in line.iter_mut().zip(row.chunks_exact(side)) {
                *sum += cell.iter().map(|&sample| u32::from(sample)).sum::<u32>();
            }
        }
        let cells = sums.into_iter().map(|sum| sum as f32 / (side * side) as f32);
        let inner: Vec<f32> = cells
            .enumerate()
            .filter(|(place, _)| {
                (EDGE..across - EDGE).contains(&(place % across)) && (EDGE..down - EDGE).contains(&(place / across))
            })
            .map(|(_, level)| level)
            .collect();
        Some(Self { across: across - 2 * EDGE, down: down - 2 * EDGE, cells: inner })
    }

    /// The level of the paper at each cell: what is left when valleys are filled up to their brims. A page goes
    /// on beyond its edges as it ends there, so that a shadow of an edge has no brim.
    fn paper(&self) -> Vec<f32> {
        let (across, down) = (self.across + 2 * REACH, self.down + 2 * REACH);
        let inner = |place: usize, side: usize| place.saturating_sub(REACH).min(side - 1);
        let cells = (0..across * down).map(|place| {
            let (x, y) = (inner(place % across, self.across), inner(place / across, self.down));
            self.cells.get(y * self.across + x).copied().unwrap_or_default()
        });
        let filled = Self { across, down, cells: cells.collect() }.filtered(f32::max).filtered(f32::min);
        let rows = filled.cells.chunks_exact(across).skip(REACH).take(self.down);
        rows.flat_map(|row| row.iter().skip(REACH).take(self.across).copied()).collect()
    }

    /// The most (or least) of the cells within reach of each.
    fn filtered(&self, most: fn(f32, f32) -> f32) -> Self {
        let along = |cells: &[f32]| -> Vec<f32> {
            (0..cells.len())
                .map(|place| {
                    let near = cells.iter().take(place + REACH + 1).skip(place.saturating_sub(REACH));
                    near.copied().reduce(most).unwrap_or_default()
                })
                .collect()
        };
        let rows: Vec<f32> = self.cells.chunks_exact(self.across).flat_map(along).collect();
        let mut cells = vec![0.0; rows.len()];
        for column in 0..self.across {
            let values: Vec<f32> = rows.iter().skip(column).step_by(self.across).copied().collect();
            for (cell, value) in cells.iter_mut().skip(column).step_by(self.across).zip(along(&values)) {
                *cell = value;
            }
        }
        Self { cells, ..*self }
    }

    fn components(&self, set: &[bool]) -> Vec<Component> {
        let mut open = set.to_vec();
        let mut components = Vec::new();
        for start in 0..open.len() {
            let mut stack = vec![start];
            let mut found: Option<Component> = None;
            while let Some(place) = stack.pop() {
                let Some(cell) = open.get_mut(place).filter(|cell| **cell) else { continue };
                *cell = false;
                let (x, y) = (place % self.across, place / self.across);
                let one = found.get_or_insert(Component { left: x, right: x, top: y, bottom: y, cells: 0 });
                (one.left, one.right) = (one.left.min(x), one.right.max(x));
                (one.top, one.bottom) = (one.top.min(y), one.bottom.max(y));
                one.cells += 1;
                let beside = [(x > 0).then(|| place - 1), (x + 1 < self.across).then_some(place + 1)];
                let over = [place.checked_sub(self.across), (y + 1 < self.down).then_some(place + self.across)];
                stack.extend(beside.into_iter().chain(over).flatten());
            }
            components.extend(found);
        }
        components
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of A4 at 100 dpi whose levels are these.
    fn page(level: impl Fn(f32, f32) -> f32) -> Gray {
        let samples = (0..827 * 1169).map(|i| level((i % 827) as f32, (i / 827) as f32).clamp(0.0, 255.0) as u8);
        Gray { width: 827, height: 1169, samples: samples.collect(), dpi: 100.0 }
    }

    /// How much of a line of text 3 mm high, blurred by so many pixels, is seen at this distance.
    fn smear(distance: f32, blur: f32) -> f32 {
        6.0 / blur * (-distance * distance / (2.0 * blur * blur)).exp()
    }

    #[test]
    fn blurred_lines_are_seen_at_every_radius() {
        for blur in [6.0, 10.0, 14.0, 20.0, 30.0] {
            let lines = |x: f32, y: f32| if (150.0..700.0).contains(&x) { smear((y % 160.0) - 80.0, blur) } else { 0.0 };
            assert!(is_smeared(&page(|x, y| 220.0 * (1.0 - 0.4 * lines(x, y)))), "{blur}");
        }
    }

    #[test]
    fn uneven_light_folds_holes_and_shadows_are_no_print() {
        assert!(!is_smeared(&page(|x, y| 235.0 - 0.05 * x - 0.02 * y)), "light");
        assert!(
            !is_smeared(&page(|x, y| 230.0
                - 40.0 * smear(x - 400.0, 8.0)
                - 40.0 * smear(y - 580.0, 8.0) * f32::from(u8::from(x < 1.0)))),
            "a fold"
        );
        let hole = |x: f32, y: f32| [400.0, 715.0].iter().any(|middle| (x - 45.0).hypot(y - middle) < 12.0);
        assert!(!is_smeared(&page(|x, y| if hole(x, y) { 20.0 } else { 230.0 })), "holes");
        assert!(!is_smeared(&page(|x, _| if x < 60.0 { 120.0 + 2.0 * x } else { 240.0 })), "the shadow of an edge");
        // Print on the back shines through by a few levels.
        let back = |x: f32, y: f32| (x as u32 / 3).is_multiple_of(3) && (y as u32 % 18 < 9);
        assert!(!is_smeared(&page(|x, y| if back(x, y) { 218.0 } else { 235.0 })), "the back");
    }
}
