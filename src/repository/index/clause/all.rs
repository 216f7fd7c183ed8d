//! Several that all have to match, some that must not, and some that lift a page if they do.

use tantivy::{DocId, TERMINATED};

use super::any::sum;
use super::{Clause, SLACK};

/// All of the parts, and none of those that are excluded.
pub(in super::super) struct All {
    /// The rarest first: it leads.
    parts: Vec<Box<dyn Clause>>,
    excluded: Vec<Box<dyn Clause>>,
    /// What lifts a page that matches anyhow; what can lift it most first.
    lifting: Vec<Box<dyn Clause>>,
    doc: DocId,
    least: f32,
    /// A page of use has at least one of so many that lift; none if it may do without.
    needed: Option<usize>,
    /// From the present page to this one nothing lifts.
    lifted: DocId,
    /// The last page of the present stretch, and what no page of it counts more than: parts without
    /// the leading one, and what lifts.
    stretch: Stretch,
}

/// What lifts one of so many pages that lead, or fewer, is known page by page: of all pages between two that it
/// lifts, none counts what it could count.
const RARELY: u64 = 8;

/// What lifts a page from `doc` on at most, and the last page for which that holds.
fn lifted(lifting: &mut [Box<dyn Clause>], lead: u64, doc: DocId) -> (f32, DocId) {
    sum(lifting.iter_mut().map(|part| {
        let next = part.seek(doc);
        if part.cost().saturating_mul(RARELY) > lead {
            return part.most();
        }
        match next {
            TERMINATED => (0.0, TERMINATED),
            next if next > doc => (0.0, next - 1),
            _ => (part.most().0, doc),
        }
    }))
}

#[derive(Debug, Default)]
struct Stretch {
    until: Option<DocId>,
    others: f32,
    /// The same for each of them.
    each: Vec<f32>,
    lifting: f32,
}

impl Stretch {
    /// Measures from `doc` on what the parts beside the leading one and those that lift can count at most.
    /// Returns what all can count together, and up to which page that holds.
    fn measure(
        &mut self,
        doc: DocId,
        (lead, mut until, cost): (f32, DocId, u64),
        others: &mut [Box<dyn Clause>],
        lifting: &mut [Box<dyn Clause>],
    ) -> (f32, DocId) {
        self.each.clear();
        let (beside, last) = sum(others.iter_mut().map(|part| {
            part.seek(doc);
            let (most, last) = part.most();
            self.each.push(most);
            (most, last)
        }));
        until = until.min(last);
        let (lifted, last) = lifted(lifting, cost, doc);
        until = until.min(last);
        (self.until, self.others, self.lifting) = (Some(until), beside, lifted);
        (lead + beside + lifted, until)
    }
}

impl All {
    pub(in super::super) fn new(
        mut parts: Vec<Box<dyn Clause>>,
        excluded: Vec<Box<dyn Clause>>,
        mut lifting: Vec<Box<dyn Clause>>,
    ) -> Self {
        parts.sort_by_key(|part| part.cost());
        lifting.sort_by(|a, b| b.ever().total_cmp(&a.ever()));
        let least = f32::NEG_INFINITY;
        let stretch = Stretch::default();
        let mut all = Self { parts, excluded, lifting, doc: 0, least, needed: None, lifted: 0, stretch };
        all.doc = all.together(0);
        all
    }

    /// The first page from `target` on of the leading part that may be of use, as far as that part alone can tell.
    fn led_to(&mut self, target: DocId) -> DocId {
        let Some(lead) = self.parts.first_mut() else { return TERMINATED };
        match self.stretch.until {
            Some(until) if target <= until && self.least > f32::NEG_INFINITY => {
                let need = self.least / SLACK - self.stretch.others;
                match self.lifted.checked_sub(1).filter(|last| target <= *last) {
                    Some(last) => lead.seek_counting(target, need, until.min(last)),
                    None => lead.seek_counting(target, need - self.stretch.lifting, until),
                }
            }
            _ => lead.seek(target),
        }
    }

    /// The first page from `target` on with all parts that can count more than the least of use.
    fn together(&mut self, mut target: DocId) -> DocId {
        'page: loop {
            let doc = self.led_to(target);
            let Some((lead, others)) = self.parts.split_first_mut().filter(|_| doc != TERMINATED) else { return TERMINATED };
            if let Some(needed) = self.needed {
                let next = self.lifting.iter_mut().take(needed).map(|part| part.seek(doc)).min().unwrap_or(TERMINATED);
                if next == TERMINATED {
                    return next;
                }
                if next > doc {
                    target = next;
                    continue 'page;
                }
            }
            let mut room = f32::INFINITY;
            if self.least > f32::NEG_INFINITY {
                if self.stretch.until.is_none_or(|until| doc > until) {
                    let (most, last) = lead.most();
                    let lead = (most, last, lead.cost());
                    let (most, until) = self.stretch.measure(doc, lead, others, &mut self.lifting);
                    if most * SLACK <= self.least {
                        if until == TERMINATED {
                            return until;
                        }
                        target = until.max(doc) + 1;
                        continue 'page;
                    }
                }
                let Stretch { others: beside, lifting, .. } = self.stretch;
                let bound = lead.bound();
                room = bound + beside + lifting;
                if room * SLACK <= self.least {
                    target = doc + 1;
                    continue 'page;
                }
                if (bound + beside) * SLACK <= self.least {
                    // Only what lifts can still bring this page among the best.
                    self.lifted = self.lifting.iter_mut().map(|part| part.seek(doc)).min().unwrap_or(TERMINATED);
                    if self.lifted > doc {
                        target = doc + 1;
                        continue 'page;
                    }
                }
            }
            for (place, other) in others.iter_mut().enumerate() {
                let found = other.seek(doc);
                if found != doc {
                    target = found;
                    continue 'page;
                }
                // What it counts here takes the place of what it could count in the stretch.
                if room < f32::INFINITY {
                    room += other.bound() - self.stretch.each.get(place).copied().unwrap_or(0.0);
                    if room * SLACK <= self.least {
                        target = doc + 1;
                        continue 'page;
                    }
                }
            }
            return doc;
        }
    }
}

impl Clause for All {
    fn doc(&self) -> DocId {
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.doc = self.together(target);
        }
        self.doc
    }

    fn cost(&self) -> u64 {
        self.parts.first().map_or(0, |part| part.cost())
    }

    fn most(&mut self) -> (f32, DocId) {
        let (doc, cost) = (self.doc, self.cost());
        let (most, until) = sum(self.parts.iter_mut().map(|part| {
            part.seek(doc);
            part.most()
        }));
        let (lifted, last) = lifted(&mut self.lifting, cost, doc);
        (most + lifted, until.min(last))
    }

    fn ever(&self) -> f32 {
        self.parts.iter().chain(&self.lifting).map(|part| part.ever()).sum()
    }

    fn bound(&mut self) -> f32 {
        let doc = self.doc;
        let lifting: f32 = self.lifting.iter_mut().filter_map(|part| (part.seek(doc) == doc).then(|| part.bound())).sum();
        lifting + self.parts.iter_mut().map(|part| part.bound()).sum::<f32>()
    }

    fn score(&mut self) -> Option<f32> {
        let doc = self.doc;
        if self.excluded.iter_mut().any(|part| part.seek(doc) == doc && part.score().is_some()) {
            return None;
        }
        let mut score = 0.0;
        for part in &mut self.parts {
            score += part.score()?;
        }
        for part in &mut self.lifting {
            if part.seek(doc) == doc {
                score += part.score().unwrap_or(0.0);
            }
        }
        Some(score)
    }

    fn raise(&mut self, least: f32) {
        self.least = least;
        // Of what lifts, those are left out that do not bring a page up to it all together.
        let mut without: f32 = self.parts.iter().map(|part| part.ever()).sum();
        self.needed = (without * SLACK <= least).then(|| {
            let mut needed = self.lifting.len();
            while let Some(last) = needed.checked_sub(1).and_then(|last| self.lifting.get(last)) {
                without += last.ever();
                if without * SLACK > least {
                    break;
                }
                needed -= 1;
            }
            needed
        });
    }
}
