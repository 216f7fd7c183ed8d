//! Conditions as they run over one segment of the index, best pages first.
//!
//! A clause knows what pages it may match without reading where words stand, and how much each of
//! them can count at most. Whoever collects the best pages asks for places (in phrases and beside
//! each other) only where a page can still get among them, and leaps over whole blocks of 128 pages
//! that cannot: a common word costs no more than a rare one.

mod all;
mod any;
mod phrase;
mod set;
mod term;

use tantivy::DocId;

pub(super) use all::All;
pub(super) use any::{Any, AtLeast};
pub(super) use phrase::{Checker, Phrase};
pub(super) use set::{Bits, Every, Nothing, Set, Union};
pub(super) use term::{Cursor, Word};

/// Bounds are sums in another order than scores: what they may be off by.
pub(super) const SLACK: f32 = 1.0001;

/// A part of a query over one segment. Pages are visited in the order of their numbers.
pub(super) trait Clause {
    /// The page it stands on, which may match; `TERMINATED` after the last.
    fn doc(&self) -> DocId;

    /// Goes to the first page from `target` on that may match, which is never before the present
    /// one.
    fn seek(&mut self, target: DocId) -> DocId;

    /// Goes to the first page from `target` on that may match and, up to the page `until`, counts more
    /// than `need` by itself. Whoever cannot tell that faster than by looking at each page leaves it to
    /// those who ask.
    fn seek_counting(&mut self, target: DocId, _need: f32, _until: DocId) -> DocId {
        self.seek(target)
    }

    /// About how many pages may match.
    fn cost(&self) -> u64;

    /// What no page from the present one on counts more than, and the last page for which that
    /// holds.
    fn most(&mut self) -> (f32, DocId);

    /// What no page at all counts more than.
    fn ever(&self) -> f32;

    /// By what that may be less than what a page counts after all, because sums are made in another order.
    fn slack(&self) -> f32 {
        SLACK
    }

    /// What the present page counts at most.
    fn bound(&mut self) -> f32;

    /// What the present page counts; none if it does not match.
    fn score(&mut self) -> Option<f32>;

    /// Pages that count no more than this are of no use any more.
    fn raise(&mut self, _least: f32) {}
}
