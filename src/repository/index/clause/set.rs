//! Pages that are in or out, and all count the same.

use tantivy::{DocId, DocSet, TERMINATED};

use super::Clause;

/// The pages of a list.
pub(in super::super) struct Set {
    pages: Box<dyn DocSet>,
    counts: f32,
    /// Whether what they count is of no use any more.
    is_done: bool,
}

impl Set {
    pub(in super::super) fn new(pages: Box<dyn DocSet>, counts: f32) -> Self {
        Self { pages, counts, is_done: false }
    }
}

impl Clause for Set {
    fn doc(&self) -> DocId {
        if self.is_done { TERMINATED } else { self.pages.doc() }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let doc = self.doc();
        if doc < target { self.pages.seek(target) } else { doc }
    }

    fn cost(&self) -> u64 {
        self.pages.cost()
    }

    fn most(&mut self) -> (f32, DocId) {
        (self.counts, TERMINATED)
    }

    fn ever(&self) -> f32 {
        self.counts
    }

    fn slack(&self) -> f32 {
        1.0
    }

    fn bound(&mut self) -> f32 {
        self.counts
    }

    fn score(&mut self) -> Option<f32> {
        Some(self.counts)
    }

    fn raise(&mut self, least: f32) {
        // All count just this: after the first ones no other is better.
        self.is_done = self.counts <= least;
    }
}

/// No page.
pub(in super::super) struct Nothing;

impl Clause for Nothing {
    fn doc(&self) -> DocId {
        TERMINATED
    }

    fn seek(&mut self, _: DocId) -> DocId {
        TERMINATED
    }

    fn cost(&self) -> u64 {
        0
    }

    fn most(&mut self) -> (f32, DocId) {
        (0.0, TERMINATED)
    }

    fn ever(&self) -> f32 {
        0.0
    }

    fn bound(&mut self) -> f32 {
        0.0
    }

    fn score(&mut self) -> Option<f32> {
        None
    }
}

/// Every page.
pub(in super::super) struct Every {
    doc: DocId,
    end: DocId,
}

impl Every {
    /// All pages before `end`.
    pub(in super::super) fn new(end: DocId) -> Self {
        Self { doc: if end == 0 { TERMINATED } else { 0 }, end }
    }
}

impl Clause for Every {
    fn doc(&self) -> DocId {
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = if target >= self.end { TERMINATED } else { self.doc.max(target) };
        self.doc
    }

    fn cost(&self) -> u64 {
        self.end.into()
    }

    fn most(&mut self) -> (f32, DocId) {
        (0.0, TERMINATED)
    }

    fn ever(&self) -> f32 {
        0.0
    }

    fn bound(&mut self) -> f32 {
        0.0
    }

    fn score(&mut self) -> Option<f32> {
        Some(0.0)
    }
}

/// Pages as bits: many short lists made into one.
pub(in super::super) struct Bits {
    bits: Vec<u64>,
    doc: DocId,
    many: u64,
}

impl Bits {
    pub(in super::super) fn new(end: DocId) -> Self {
        Self { bits: vec![0; (end as usize).div_ceil(64)], doc: TERMINATED, many: 0 }
    }

    pub(in super::super) fn add(&mut self, pages: &mut dyn DocSet) {
        let mut doc = pages.doc();
        while doc != TERMINATED {
            if let Some(bits) = self.bits.get_mut(doc as usize / 64) {
                *bits |= 1 << (doc % 64);
                self.many += 1;
                self.doc = self.doc.min(doc);
            }
            doc = pages.advance();
        }
    }
}

impl DocSet for Bits {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.seek(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target <= self.doc {
            return self.doc;
        }
        let mut at = target as usize / 64;
        let mut bits = self.bits.get(at).copied().unwrap_or(0) & (u64::MAX << (target % 64));
        while bits == 0 && at + 1 < self.bits.len() {
            at += 1;
            bits = self.bits.get(at).copied().unwrap_or(0);
        }
        self.doc = if bits == 0 { TERMINATED } else { at as u32 * 64 + bits.trailing_zeros() };
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        u32::try_from(self.many).unwrap_or(u32::MAX)
    }
}

/// Pages that are on one of several lists.
pub(in super::super) struct Union {
    lists: Vec<Box<dyn DocSet>>,
    doc: DocId,
}

impl Union {
    pub(in super::super) fn new(lists: Vec<Box<dyn DocSet>>) -> Self {
        let doc = lists.iter().map(|list| list.doc()).min().unwrap_or(TERMINATED);
        Self { lists, doc }
    }
}

impl DocSet for Union {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.seek(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            let next = self.lists.iter_mut().map(|list| if list.doc() < target { list.seek(target) } else { list.doc() });
            self.doc = next.min().unwrap_or(TERMINATED);
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.lists.iter().map(|list| list.size_hint()).fold(0, u32::saturating_add)
    }
}
