//! Words in a row.

use tantivy::query::{Bm25Weight, Scorer, Weight};
use tantivy::{DocId, DocSet, SeekDangerResult, SegmentReader, TERMINATED};

use super::term::most_together;
use super::{Clause, Cursor};

/// Reads where words stand, from the first page on that it is asked about.
pub(in super::super) struct Checker {
    weight: Box<dyn Weight>,
    segment: SegmentReader,
    places: Option<Box<dyn Scorer>>,
    boost: f32,
}

impl Checker {
    pub(in super::super) fn new(weight: Box<dyn Weight>, segment: &SegmentReader, boost: f32) -> Self {
        Self { weight, segment: segment.clone(), places: None, boost }
    }

    /// What `doc` counts, if the words stand there as they should. Asked with growing numbers only.
    fn score(&mut self, doc: DocId) -> Option<f32> {
        let found = match &mut self.places {
            Some(places) => places.seek_danger(doc),
            None => {
                // A file that does not read is met by the other readers of the same words.
                let (found, places) = self.weight.scorer_danger(&self.segment, doc, self.boost).ok()?;
                self.places = Some(places);
                found
            }
        };
        (found == SeekDangerResult::Found).then(|| self.places.as_mut().map(|places| places.score())).flatten()
    }
}

/// Words that have to stand in a row: pages with all of them, of which the places are read late.
pub(in super::super) struct Phrase {
    words: Vec<Cursor>,
    weight: Bm25Weight,
    checker: Checker,
    doc: DocId,
}

impl Phrase {
    /// `weight` is that of the phrase as a whole, as the checker counts it.
    pub(in super::super) fn new(mut words: Vec<Cursor>, weight: Bm25Weight, checker: Checker) -> Self {
        words.sort_by_key(Cursor::cost);
        let mut phrase = Self { words, weight, checker, doc: 0 };
        phrase.doc = phrase.together(0);
        phrase
    }

    /// The first page from `target` on with all of the words.
    fn together(&mut self, mut target: DocId) -> DocId {
        let Some((first, others)) = self.words.split_first_mut() else { return TERMINATED };
        'page: loop {
            let doc = first.seek(target);
            if doc == TERMINATED {
                return doc;
            }
            for other in &mut *others {
                let found = other.seek(doc);
                if found != doc {
                    target = found;
                    continue 'page;
                }
            }
            return doc;
        }
    }
}

impl Clause for Phrase {
    fn doc(&self) -> DocId {
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.doc = self.together(target);
        }
        self.doc
    }

    fn seek_counting(&mut self, target: DocId, need: f32, until: DocId) -> DocId {
        self.seek(target);
        while self.doc <= until && self.doc != TERMINATED && self.bound() <= need {
            self.doc = self.together(self.doc + 1);
        }
        self.doc
    }

    fn cost(&self) -> u64 {
        self.words.first().map_or(0, Cursor::cost)
    }

    fn most(&mut self) -> (f32, DocId) {
        // After the last page the words stand wherever the search for it ended.
        if self.doc == TERMINATED { (0.0, TERMINATED) } else { most_together(&mut self.words, &self.weight) }
    }

    fn ever(&self) -> f32 {
        self.weight.max_score()
    }

    fn bound(&mut self) -> f32 {
        // A word that stands in a phrase twice is as often there as it has to be.
        let most = self.words.iter().map(Cursor::frequency).min().unwrap_or(0);
        self.words.first().map_or(0.0, |word| self.weight.score(word.norm(), most))
    }

    fn score(&mut self) -> Option<f32> {
        self.checker.score(self.doc)
    }
}
