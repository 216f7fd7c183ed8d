//! Going through the pages that match: the best of them, or all.

use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rayon::prelude::*;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Searcher, SegmentOrdinal, SegmentReader, TERMINATED};

use super::Budget;
use super::clause::Clause;

/// Pages between two looks at what is left of the budget.
const PAGES_A_LOOK: u32 = 512;
/// Pages that are worth a thread of their own: to make the clauses once more takes time too.
const PAGES_A_STRETCH: u32 = if cfg!(test) { 256 } else { 32_768 };

/// How clauses for a segment are made.
pub(super) type Make<'a> = &'a (dyn Fn(&SegmentReader) -> tantivy::Result<Box<dyn Clause>> + Sync);

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
    pages: BinaryHeap<Worst>,
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

/// What a page has to count at least to be among the best, as far as all who look for them know.
#[derive(Default)]
struct Known(AtomicU32);

impl Known {
    /// Somebody has as many pages as are wanted, of which none counts less.
    fn tell(&self, least: f32) {
        // The bits of numbers that are not negative are in their order.
        if least > 0.0 {
            self.0.fetch_max(least.to_bits(), Ordering::Relaxed);
        }
    }

    /// What is not enough. A page that counts just as much as the worst may come before it.
    fn least(&self) -> f32 {
        let least = f32::from_bits(self.0.load(Ordering::Relaxed));
        if least > 0.0 { least.next_down() } else { f32::NEG_INFINITY }
    }
}

/// A stretch of a segment, for one thread.
struct Stretch<'a> {
    ordinal: SegmentOrdinal,
    segment: &'a SegmentReader,
    from: DocId,
    /// The first page behind it.
    to: DocId,
}

/// All pages, in stretches for so many threads.
fn stretches(searcher: &Searcher, threads: u32) -> Vec<Stretch<'_>> {
    let mut all = Vec::new();
    for (ordinal, segment) in (0..).zip(searcher.segment_readers()) {
        let pages = segment.max_doc();
        let parts = (pages / PAGES_A_STRETCH).clamp(1, threads.max(1));
        let bound = |part: u32| DocId::try_from(u64::from(pages) * u64::from(part) / u64::from(parts)).unwrap_or(pages);
        all.extend((0..parts).map(|part| Stretch { ordinal, segment, from: bound(part), to: bound(part + 1) }));
    }
    all
}

/// The best `most` pages, best first, and whether all were looked at. Of pages that count the same those
/// that come first in the index are better, however many threads look for them.
pub(super) fn best(
    searcher: &Searcher,
    make: Make<'_>,
    most: usize,
    budget: &Budget<'_>,
) -> tantivy::Result<(Vec<Scored>, bool)> {
    let (known, over) = (Known::default(), AtomicBool::new(false));
    let threads = u32::try_from(rayon::current_num_threads()).unwrap_or(1);
    let of_each: Vec<Best> = stretches(searcher, threads)
        .into_par_iter()
        .map(|stretch| {
            let mut best = Best { most, pages: BinaryHeap::new() };
            let mut spending = Spending::new(budget);
            if !over.load(Ordering::Relaxed) && !spending.over {
                best_of(&mut *make(stretch.segment)?, &stretch, &mut best, &known, &mut spending);
            }
            over.fetch_or(spending.over, Ordering::Relaxed);
            Ok(best)
        })
        .collect::<tantivy::Result<_>>()?;
    let mut best = Best { most, pages: BinaryHeap::new() };
    for Worst(score, page) in of_each.into_iter().flat_map(|best| best.pages) {
        best.add(score, page);
    }
    let pages = best.pages.into_sorted_vec().into_iter().map(|Worst(score, page)| (score, page)).collect();
    Ok((pages, !over.into_inner()))
}

fn best_of(
    clause: &mut dyn Clause,
    &Stretch { ordinal, segment, from, to }: &Stretch<'_>,
    best: &mut Best,
    known: &Known,
    spending: &mut Spending<'_>,
) {
    let mut least = known.least();
    clause.raise(least);
    let mut doc = clause.seek(from);
    let mut until = None;
    while doc < to && !spending.is_over() {
        if until.is_none_or(|until| doc > until) {
            if known.least() > least {
                least = known.least();
                clause.raise(least);
            }
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
            known.tell(best.least());
            least = best.least().max(known.least());
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
