//! Counting hits by dossier, for facets of what is known of dossiers elsewhere.

use std::collections::BTreeMap;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// Hits of each dossier; none where there are more dossiers than that, or one of them does not read.
pub(super) type ByDossier = Option<BTreeMap<String, u64>>;

/// Counts hits by dossier, as long as they are in no more dossiers than this.
pub(super) struct CountByDossier {
    pub(super) most: usize,
}

/// Counts in one segment.
pub(super) struct OfSegment {
    most: usize,
    codes: Option<StrColumn>,
    /// By the number of the code in this segment.
    counts: Vec<u64>,
}

impl Collector for CountByDossier {
    type Fruit = ByDossier;
    type Child = OfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<OfSegment> {
        let codes = segment.fast_fields().str("code")?;
        let counts = vec![0; codes.as_ref().map_or(0, |codes| codes.dictionary().num_terms())];
        Ok(OfSegment { most: self.most, codes, counts })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<ByDossier>) -> tantivy::Result<ByDossier> {
        let Some(fruits) = fruits.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let mut all: BTreeMap<String, u64> = BTreeMap::new();
        for (code, count) in fruits.into_iter().flatten() {
            *all.entry(code).or_default() += count;
        }
        Ok(Some(all).filter(|all| all.len() <= self.most))
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = ByDossier;

    fn collect(&mut self, doc: DocId, _: Score) {
        let code = self.codes.as_ref().and_then(|codes| codes.ords().first(doc));
        let place = code.and_then(|code| usize::try_from(code).ok());
        if let Some(count) = place.and_then(|place| self.counts.get_mut(place)) {
            *count += 1;
        }
    }

    fn harvest(self) -> ByDossier {
        let found = (0u64..).zip(self.counts).filter(|(_, count)| *count > 0);
        let (places, counts): (Vec<u64>, Vec<u64>) = found.take(self.most.saturating_add(1)).unzip();
        if places.len() > self.most {
            return None;
        }
        let mut names = Vec::with_capacity(places.len());
        if let Some(codes) = self.codes.filter(|_| !places.is_empty()) {
            let mut name = |term: &[u8]| names.push(std::str::from_utf8(term).map(str::to_owned));
            codes.dictionary().sorted_ords_to_term_cb(&places, &mut name).ok()?;
        }
        let names: Vec<String> = names.into_iter().collect::<Result<_, _>>().ok()?;
        (names.len() == counts.len()).then(|| names.into_iter().zip(counts).collect())
    }
}
