//! At least one of several, or at least so many of them.

use tantivy::{DocId, TERMINATED};

use super::{Clause, SLACK};

/// At least one of the parts.
pub(in super::super) struct Any {
    /// Those that can count most first, and of those that count the same the rarest.
    parts: Vec<Box<dyn Clause>>,
    /// So many of them lead: a page with none of these counts too little.
    leading: usize,
    doc: DocId,
}

impl Any {
    pub(in super::super) fn new(mut parts: Vec<Box<dyn Clause>>) -> Self {
        parts.sort_by(|a, b| b.ever().total_cmp(&a.ever()).then_with(|| a.cost().cmp(&b.cost())));
        let doc = parts.iter().map(|part| part.doc()).min().unwrap_or(TERMINATED);
        Self { leading: parts.len(), parts, doc }
    }

    /// The parts that match the present page, perhaps.
    fn here(&mut self) -> impl Iterator<Item = &mut Box<dyn Clause>> {
        let doc = self.doc;
        self.parts.iter_mut().filter_map(move |part| (part.seek(doc) == doc).then_some(part))
    }
}

impl Clause for Any {
    fn doc(&self) -> DocId {
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            let leading = self.parts.iter_mut().take(self.leading);
            self.doc = leading.map(|part| part.seek(target)).min().unwrap_or(TERMINATED);
        }
        self.doc
    }

    fn cost(&self) -> u64 {
        self.parts.iter().map(|part| part.cost()).sum()
    }

    fn most(&mut self) -> (f32, DocId) {
        let doc = self.doc;
        sum(self.parts.iter_mut().map(|part| {
            part.seek(doc);
            part.most()
        }))
    }

    fn ever(&self) -> f32 {
        self.parts.iter().map(|part| part.ever()).sum()
    }

    fn bound(&mut self) -> f32 {
        self.here().map(|part| part.bound()).sum()
    }

    fn score(&mut self) -> Option<f32> {
        self.here().filter_map(|part| part.score()).reduce(|sum, score| sum + score)
    }

    fn raise(&mut self, least: f32) {
        let mut following: f32 = self.parts.iter().skip(self.leading).map(|part| part.ever()).sum();
        while let Some(last) = self.leading.checked_sub(1).filter(|last| *last > 0).and_then(|last| self.parts.get(last)) {
            let slack = if self.leading == self.parts.len() { last.slack() } else { SLACK };
            following += last.ever();
            if following * slack > least {
                break;
            }
            self.leading -= 1;
        }
        // A page on which one part counts too little even if all others count their most is of no use.
        let all = self.ever();
        for part in &mut self.parts {
            let others = all - part.ever();
            part.raise(if others == 0.0 { least } else { least / SLACK - others });
        }
    }
}

/// At least `needed` of the parts: one of those that are left when all others are taken away has to
/// be on every page, and the rarest ones lead.
pub(in super::super) struct AtLeast {
    parts: Vec<Box<dyn Clause>>,
    leading: usize,
    needed: usize,
    doc: DocId,
}

impl AtLeast {
    pub(in super::super) fn new(mut parts: Vec<Box<dyn Clause>>, needed: usize) -> Self {
        parts.sort_by_key(|part| part.cost());
        let leading = (parts.len() + 1).saturating_sub(needed);
        let mut clause = Self { parts, leading, needed, doc: 0 };
        clause.doc = clause.enough(0);
        clause
    }

    fn enough(&mut self, mut target: DocId) -> DocId {
        loop {
            let leading = self.leading.min(self.parts.len());
            let (leading, others) = self.parts.split_at_mut(leading);
            let doc = leading.iter_mut().map(|part| part.seek(target)).min().unwrap_or(TERMINATED);
            if doc == TERMINATED {
                return doc;
            }
            let mut found = leading.iter().filter(|part| part.doc() == doc).count();
            found += others.iter_mut().map(|part| part.seek(doc)).filter(|at| *at == doc).count();
            if found >= self.needed {
                return doc;
            }
            target = doc + 1;
        }
    }
}

impl Clause for AtLeast {
    fn doc(&self) -> DocId {
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.doc = self.enough(target);
        }
        self.doc
    }

    fn cost(&self) -> u64 {
        self.parts.iter().take(self.leading).map(|part| part.cost()).sum()
    }

    fn most(&mut self) -> (f32, DocId) {
        if self.doc == TERMINATED { (0.0, TERMINATED) } else { sum(self.parts.iter_mut().map(|part| part.most())) }
    }

    fn ever(&self) -> f32 {
        self.parts.iter().map(|part| part.ever()).sum()
    }

    fn bound(&mut self) -> f32 {
        let doc = self.doc;
        self.parts.iter_mut().filter(|part| part.doc() == doc).map(|part| part.bound()).sum()
    }

    fn score(&mut self) -> Option<f32> {
        let doc = self.doc;
        let (mut sum, mut found) = (0.0, 0);
        for score in self.parts.iter_mut().filter(|part| part.doc() == doc).filter_map(|part| part.score()) {
            sum += score;
            found += 1;
        }
        (found >= self.needed).then_some(sum)
    }
}

/// What several count together at most, and the last page for which that holds.
pub(super) fn sum(parts: impl Iterator<Item = (f32, DocId)>) -> (f32, DocId) {
    parts.fold((0.0, TERMINATED), |(sum, until), (most, last)| (sum + most, until.min(last)))
}
