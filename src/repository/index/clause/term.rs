//! One word.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{BlockSegmentPostings, SegmentPostings};
use tantivy::query::Bm25Weight;
use tantivy::{DocId, DocSet, TERMINATED};

use super::{Clause, SLACK};

/// Pages that hold a word, and how often.
pub(in super::super) struct Cursor {
    postings: BlockSegmentPostings,
    norms: FieldNormReader,
    weight: Bm25Weight,
    at: usize,
    doc: DocId,
}

/// The last place in a block.
const LAST: usize = 127;

impl Cursor {
    pub(in super::super) fn new(postings: BlockSegmentPostings, norms: FieldNormReader, weight: Bm25Weight) -> Self {
        let doc = postings.doc(0);
        Self { postings, norms, weight, at: 0, doc }
    }

    pub(super) fn doc(&self) -> DocId {
        self.doc
    }

    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        if self.at < LAST {
            self.at += 1;
            self.doc = self.postings.doc(self.at);
            if self.doc >= target {
                return self.doc;
            }
        }
        self.seek_block(target);
        self.doc
    }

    /// The first page from `target` on that counts more than `need`, or lies behind `until`.
    fn seek_counting(&mut self, target: DocId, need: f32, until: DocId) -> DocId {
        self.seek(target);
        while self.doc <= until && self.doc != TERMINATED && self.score() <= need {
            let (docs, counts) = (self.postings.docs(), self.postings.freqs());
            let rest = docs.iter().zip(counts).enumerate().skip(self.at + 1);
            let mut of_use = rest
                .filter(|(_, (doc, count))| **doc > until || self.weight.score(self.norms.fieldnorm_id(**doc), **count) > need);
            match of_use.next() {
                Some((at, (doc, _))) => (self.at, self.doc) = (at, *doc),
                None => {
                    let last = docs.last().copied().unwrap_or(self.doc);
                    self.seek_block(last.max(self.doc) + 1);
                }
            }
        }
        self.doc
    }

    fn seek_block(&mut self, target: DocId) {
        self.at = self.postings.seek(target);
        self.doc = self.postings.doc(self.at);
    }

    pub(super) fn cost(&self) -> u64 {
        self.postings.doc_freq().into()
    }

    pub(super) fn frequency(&self) -> u32 {
        self.postings.freq(self.at)
    }

    pub(super) fn norm(&self) -> u8 {
        self.norms.fieldnorm_id(self.doc)
    }

    pub(super) fn score(&self) -> f32 {
        self.weight.score(self.norm(), self.frequency())
    }

    /// The most that a page of the present block counts, and the last page of the block.
    pub(super) fn most(&mut self) -> (f32, DocId) {
        if self.doc == TERMINATED {
            return (0.0, TERMINATED);
        }
        let most = self.postings.block_max_score(&self.norms, &self.weight);
        (most, self.postings.docs().last().copied().unwrap_or(TERMINATED))
    }
}

/// A word of a text, and pages on which another reader read it instead of another word.
pub(in super::super) struct Word {
    printed: Option<Cursor>,
    other: Option<(SegmentPostings, f32)>,
    doc: DocId,
}

impl Word {
    /// `other` come with what they count.
    pub(in super::super) fn new(printed: Option<Cursor>, other: Option<(SegmentPostings, f32)>) -> Self {
        let first = |doc: Option<DocId>| doc.unwrap_or(TERMINATED);
        let doc = first(printed.as_ref().map(Cursor::doc)).min(first(other.as_ref().map(|(pages, _)| pages.doc())));
        Self { printed, other, doc }
    }
}

impl Clause for Word {
    fn doc(&self) -> DocId {
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            let printed = self.printed.as_mut().map_or(TERMINATED, |cursor| cursor.seek(target));
            let other = self.other.as_mut().map_or(TERMINATED, |(pages, _)| match pages.doc() {
                doc if doc < target => pages.seek(target),
                doc => doc,
            });
            self.doc = printed.min(other);
        }
        self.doc
    }

    fn seek_counting(&mut self, mut target: DocId, need: f32, until: DocId) -> DocId {
        let counts = self.other.as_ref().map_or(0.0, |(_, counts)| *counts);
        let Some(printed) = self.printed.as_mut().filter(|_| self.doc < target && counts <= need) else {
            return self.seek(target);
        };
        // Pages with the other reading alone are of no use up to `until`.
        self.doc = loop {
            let doc = printed.seek_counting(target, need - counts, until);
            let Some((pages, _)) = &mut self.other else { break doc };
            let from = doc.min(until.saturating_add(1));
            let other = if pages.doc() < from { pages.seek(from) } else { pages.doc() };
            if doc > until || doc == TERMINATED {
                break doc.min(other);
            }
            if other == doc || printed.score() > need {
                break doc;
            }
            target = doc + 1;
        };
        self.doc
    }

    fn cost(&self) -> u64 {
        let other = self.other.as_ref().map_or(0, |(pages, _)| pages.size_hint());
        self.printed.as_ref().map_or(0, Cursor::cost) + u64::from(other)
    }

    fn most(&mut self) -> (f32, DocId) {
        let (most, last) = self.printed.as_mut().map_or((0.0, TERMINATED), Cursor::most);
        (most + self.other.as_ref().map_or(0.0, |(_, counts)| *counts), last)
    }

    fn ever(&self) -> f32 {
        let printed = self.printed.as_ref().map_or(0.0, |cursor| cursor.weight.max_score());
        printed + self.other.as_ref().map_or(0.0, |(_, counts)| *counts)
    }

    fn bound(&mut self) -> f32 {
        let printed = self.printed.as_ref().filter(|cursor| cursor.doc() == self.doc).map_or(0.0, Cursor::score);
        printed + self.other.as_ref().filter(|(pages, _)| pages.doc() == self.doc).map_or(0.0, |(_, counts)| *counts)
    }

    fn score(&mut self) -> Option<f32> {
        Some(self.bound())
    }
}

/// What no page counts more than for words that all have to be there as often: the least of what
/// the blocks of each allow, as a share of what the word is worth.
pub(super) fn most_together(cursors: &mut [Cursor], weight: &Bm25Weight) -> (f32, DocId) {
    let (mut share, mut until) = (1.0_f32, TERMINATED);
    for cursor in cursors {
        let (most, last) = cursor.most();
        let worth = cursor.weight.max_score();
        share = share.min(if worth > 0.0 { most / worth } else { 1.0 });
        until = until.min(last);
    }
    (share * weight.max_score() * SLACK, until)
}
