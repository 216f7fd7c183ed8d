//! The words that an index has.

use std::collections::BTreeMap;
use std::io;

use tantivy::postings::TermInfo;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{InvertedIndexReader, Searcher, Term};

/// After every letter.
const END: u8 = 0xff;

/// All words of a segment that begin so.
pub(super) fn beginning_with(inverted: &InvertedIndexReader, word: &str) -> io::Result<Vec<TermInfo>> {
    let end = [word.as_bytes(), &[END]].concat();
    let mut terms = inverted.terms().range().ge(word).lt(end).into_stream()?;
    let mut found = Vec::new();
    while terms.advance() {
        found.push(terms.value().clone());
    }
    Ok(found)
}

/// The words that differ from `word` by a letter at most, with the number of their pages, the most
/// common first.
pub(super) fn nearest_terms(searcher: &Searcher, field: Field, word: &str) -> tantivy::Result<Vec<(String, u64)>> {
    let automaton = FuzzyTermQuery::new(Term::from_field_text(field, word), 1, true).automaton()?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(field)?;
        let mut terms = inverted.terms().search(&automaton).into_stream()?;
        while terms.advance() {
            let found = String::from_utf8_lossy(terms.key()).into_owned();
            *counts.entry(found).or_default() += u64::from(terms.value().doc_freq);
        }
    }
    let mut nearest: Vec<_> = counts.into_iter().collect();
    nearest.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(nearest)
}

/// Signs that readers, and people who type from paper, take for one another.
const CONFUSED: [(&str, &str); 13] = [
    ("0", "o"),
    ("1", "l"),
    ("1", "i"),
    ("1", "7"),
    ("2", "z"),
    ("3", "8"),
    ("5", "s"),
    ("6", "b"),
    ("8", "b"),
    ("9", "g"),
    ("rn", "m"),
    ("cl", "d"),
    ("vv", "w"),
];

/// What `word` may be where one sign was taken for another; nothing for words of letters alone but for
/// those of which two look like one.
pub(super) fn look_alikes(word: &str) -> impl Iterator<Item = String> + '_ {
    let has_digit = word.bytes().any(|b| b.is_ascii_digit());
    let pairs = CONFUSED.into_iter().flat_map(|(one, other)| [(one, other), (other, one)]);
    let pairs = pairs.filter(move |(one, other)| has_digit || one.len() + other.len() > 2);
    pairs.flat_map(move |(from, to)| {
        word.match_indices(from).filter_map(move |(at, _)| Some([word.get(..at)?, to, word.get(at + from.len()..)?].concat()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_readers_confuse_looks_alike() {
        let alike = |word| look_alikes(word).collect::<Vec<_>>();
        assert!(alike("bx46o329").contains(&"bx460329".into()) && alike("l878").contains(&"1878".into()));
        assert_eq!(alike("thorn"), ["thom"]);
        assert_eq!(alike("quyen"), [""; 0]);
    }
}
