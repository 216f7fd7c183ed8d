//! Going through the pages that match: the best of them, or all.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Searcher, SegmentOrdinal, SegmentReader, TERMINATED};

use super::Budget;
use super::clause::Clause;

/// Pages between two looks at what is left of the budget.
const PAGES_A_LOOK: u32 = 512;

/// How clauses for a segment are made.
pub(super) type Make<'a> = &'a dyn Fn(&SegmentReader) -> tantivy::Result<Box<dyn Clause>>;

/// A page and what it counts.
pub(super) type Scored = (f32, DocAddress);

/// Spends a budget page by page.
struct Spending<'a> {
    budget: &'a Budget<'a>,
    pages: u32,
    over: bool,
}

impl<'a> Spending<'a> {
    fn new(budget: &'a Budget<'a>) -> Self {
        Self { budget, pages: 0, over: budget.is_over() }
    }

    fn is_over(&mut self) -> bool {
        self.pages += 1;
        if self.pages >= PAGES_A_LOOK {
            self.pages = 0;
            self.over = self.over || self.budget.is_over();
        }
        self.over
    }
}

/// The best pages so far, of which the worst can be replaced.
struct Best {
    most: usize,
    /// A heap with the worst page at the top: equal ones that came later are worse.
    pages: std::collections::BinaryHeap<Worst>,
}

#[derive(PartialEq)]
struct Worst(f32, DocAddress);

impl Eq for Worst {}

impl PartialOrd for Worst {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Worst {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.0.total_cmp(&self.0).then_with(|| self.1.cmp(&other.1))
    }
}

impl Best {
    /// What a page has to count more than to be among them.
    fn least(&self) -> f32 {
        if self.pages.len() < self.most { f32::NEG_INFINITY } else { self.pages.peek().map_or(f32::INFINITY, |worst| worst.0) }
    }

    fn add(&mut self, score: f32, page: DocAddress) {
        self.pages.push(Worst(score, page));
        if self.pages.len() > self.most {
            self.pages.pop();
        }
    }
}

/// The best `most` pages, best first, and whether all were looked at.
pub(super) fn best(
    searcher: &Searcher,
    make: Make<'_>,
    most: usize,
    budget: &Budget<'_>,
) -> tantivy::Result<(Vec<Scored>, bool)> {
    let mut best = Best { most, pages: std::collections::BinaryHeap::new() };
    let mut spending = Spending::new(budget);
    for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
        if spending.over {
            break;
        }
        best_of_segment(&mut *make(segment)?, (ordinal, segment), &mut best, &mut spending);
    }
    let pages = best.pages.into_sorted_vec().into_iter().map(|Worst(score, page)| (score, page)).collect();
    Ok((pages, !spending.over))
}

fn best_of_segment(
    clause: &mut dyn Clause,
    (ordinal, segment): (SegmentOrdinal, &SegmentReader),
    best: &mut Best,
    spending: &mut Spending<'_>,
) {
    let mut least = best.least();
    clause.raise(least);
    let mut doc = clause.doc();
    let mut until = None;
    while doc != TERMINATED && !spending.is_over() {
        if until.is_none_or(|until| doc > until) {
            let (most, last) = clause.most();
            if most * super::clause::SLACK <= least {
                if last == TERMINATED {
                    break;
                }
                doc = clause.seek(last.max(doc) + 1);
                continue;
            }
            until = Some(last);
        }
        if clause.bound() * super::clause::SLACK > least
            && !segment.is_deleted(doc)
            && let Some(score) = clause.score()
            && score > least
        {
            best.add(score, DocAddress::new(ordinal, doc));
            least = best.least();
            clause.raise(least);
            // What could still be of use a moment ago may not be any more.
            until = None;
        }
        doc = clause.seek(doc + 1);
    }
}

/// Shows every page that matches to `collector`, and says whether all were looked at.
pub(super) fn all<C: Collector>(
    searcher: &Searcher,
    make: Make<'_>,
    collector: &C,
    budget: &Budget<'_>,
) -> tantivy::Result<(C::Fruit, bool)> {
    let mut spending = Spending::new(budget);
    let mut fruits = Vec::new();
    for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
        let mut child = collector.for_segment(ordinal, segment)?;
        if !spending.over {
            let mut clause = make(segment)?;
            let mut doc: DocId = clause.doc();
            while doc != TERMINATED && !spending.is_over() {
                if !segment.is_deleted(doc) && clause.score().is_some() {
                    child.collect(doc, 0.0);
                }
                doc = clause.seek(doc + 1);
            }
        }
        fruits.push(child.harvest());
    }
    Ok((collector.merge_fruits(fruits)?, !spending.over))
}
