//! The ink of a page as runs and connected components.
//!
//! Runs rather than a labelled image: a page of text has some 60,000 of them, finding their
//! components takes a few milliseconds, and painting one component out of a line's image touches
//! just its own pixels.

use crate::model::raster::Raster;

/// Neighbouring ink pixels of one row: `start..end` in row `y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) y: i32,
    pub(super) start: i32,
    pub(super) end: i32,
}

/// An upright box in pixels; right and bottom lie outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Bounds {
    pub(super) fn width(&self) -> i32 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> i32 {
        self.bottom - self.top
    }

    /// Halfway between left and right.
    pub(super) fn middle(&self) -> f32 {
        (self.left + self.right) as f32 / 2.0
    }

    /// Pixels that both boxes have in common across; negative for the gap between them.
    pub(super) fn overlap_across(&self, other: &Self) -> i32 {
        self.right.min(other.right) - self.left.max(other.left)
    }

    /// Pixels that both boxes have in common down; negative for the gap between them.
    pub(super) fn overlap_down(&self, other: &Self) -> i32 {
        self.bottom.min(other.bottom) - self.top.max(other.top)
    }

    /// The smallest box around both.
    pub(super) fn union(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// Ink that hangs together, corners included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) bounds: Bounds,
    /// Ink pixels.
    pub(super) area: i32,
    /// From top to bottom.
    pub(super) runs: Vec<Run>,
}

/// The runs of samples darker than `level`, row by row from the left.
pub(super) fn runs(image: &Raster, level: u8) -> Vec<Run> {
    let mut runs = Vec::new();
    for (y, row) in image.samples().chunks_exact(image.width() as usize).enumerate() {
        let mut x = 0;
        while let Some(start) = row.get(x..).and_then(|rest| rest.iter().position(|&sample| sample < level)) {
            let start = x + start;
            let length = row.get(start..).and_then(|rest| rest.iter().position(|&sample| sample >= level));
            let end = length.map_or(row.len(), |length| start + length);
            runs.push(Run { y: y as i32, start: start as i32, end: end as i32 });
            x = end;
        }
    }
    runs
}

/// Joins runs that touch, also at corners, to components, ordered by their topmost run.
pub(super) fn components(runs: &[Run]) -> Vec<Component> {
    let mut sets = DisjointSets::new(runs.len());
    // First run of the row above that may still touch.
    let mut above = 0;
    for (index, run) in runs.iter().enumerate() {
        while runs.get(above).is_some_and(|other| other.y < run.y - 1 || (other.y == run.y - 1 && other.end < run.start)) {
            above += 1;
        }
        let touching = runs.iter().enumerate().skip(above).take_while(|(_, other)| other.y < run.y && other.start <= run.end);
        for (other, _) in touching {
            sets.join(index, other);
        }
    }
    let mut place: Vec<Option<usize>> = vec![None; runs.len()];
    let mut components: Vec<Component> = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let bounds = Bounds { left: run.start, top: run.y, right: run.end, bottom: run.y + 1 };
        let Some(slot) = place.get_mut(sets.root(index)) else { continue };
        let number = *slot.get_or_insert_with(|| {
            components.push(Component { bounds, area: 0, runs: Vec::new() });
            components.len() - 1
        });
        if let Some(component) = components.get_mut(number) {
            component.bounds = component.bounds.union(&bounds);
            component.area += run.end - run.start;
            component.runs.push(*run);
        }
    }
    components
}

/// Numbers that were joined to sets (union-find with path halving).
pub(super) struct DisjointSets {
    parents: Vec<usize>,
}

impl DisjointSets {
    /// `count` sets of one number each.
    pub(super) fn new(count: usize) -> Self {
        Self { parents: (0..count).collect() }
    }

    /// The number that stands for the set of `item`, its smallest.
    pub(super) fn root(&mut self, mut item: usize) -> usize {
        while let Some(&parent) = self.parents.get(item)
            && parent != item
        {
            let grandparent = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(item) {
                *slot = grandparent;
            }
            item = grandparent;
        }
        item
    }

    /// `items`, one for each number, set by set, in their order.
    pub(super) fn grouped<T>(mut self, items: Vec<T>) -> Vec<Vec<T>> {
        let mut groups: Vec<Vec<T>> = items.iter().map(|_| Vec::new()).collect();
        for (number, item) in items.into_iter().enumerate() {
            if let Some(group) = groups.get_mut(self.root(number)) {
                group.push(item);
            }
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// Makes one set of the sets of `a` and `b`.
    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.parents.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::raster::Channels;

    fn image(rows: &[&str]) -> Raster {
        let samples = rows.iter().flat_map(|row| row.bytes().map(|b| if b == b'#' { 0 } else { 255 })).collect();
        Raster::new(rows[0].len() as u32, rows.len() as u32, Channels::Gray, samples).unwrap()
    }

    #[test]
    fn what_touches_is_one_component_corners_included() {
        let found = components(&runs(&image(&["#..#.##", "#..#..#", ".##....", ".....#."]), 128));
        let boxes: Vec<_> =
            found.iter().map(|c| (c.bounds.left, c.bounds.top, c.bounds.width(), c.bounds.height(), c.area)).collect();
        assert_eq!(boxes, [(0, 0, 4, 3, 6), (5, 0, 2, 2, 3), (5, 3, 1, 1, 1)]);
    }

    #[test]
    fn the_two_arms_of_a_u_are_one_component() {
        let found = components(&runs(&image(&["#.#.#", "#.#.#", "#####"]), 128));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].runs.len(), 7);
        assert!(components(&runs(&image(&["...", "..."]), 128)).is_empty());
    }
}
