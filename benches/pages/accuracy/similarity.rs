//! How like two pieces of text are, by what rapidfuzz calls `ratio` and `partial_ratio`: the
//! longest common subsequence, twice its length over both lengths, in percent.

use std::collections::HashSet;

use rapidfuzz::distance::indel::{Args, BatchComparator};

/// A stretch of a longer text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Likeness in percent.
    pub score: f64,
    pub start: usize,
    pub end: usize,
}

/// A text that is looked for in many others.
pub struct Needle<'a> {
    text: &'a [char],
    letters: HashSet<char>,
    comparator: BatchComparator<char>,
}

impl<'a> Needle<'a> {
    pub fn new(text: &'a [char]) -> Self {
        Self { text, letters: text.iter().copied().collect(), comparator: BatchComparator::new(text.iter().copied()) }
    }

    /// Likeness to all of `other`.
    pub fn ratio(&self, other: &[char]) -> f64 {
        100.0 * self.comparator.normalized_similarity(other.iter().copied())
    }

    /// The likest stretch of `other`, which is no shorter than this text: as long as this text, or
    /// shorter at the beginning and the end of `other`. `None` below `at_least` percent.
    pub fn find_in(&self, other: &[char], at_least: f64) -> Option<Stretch> {
        let (length, room) = (self.text.len(), other.len());
        if length == 0 || room < length {
            return None;
        }
        // A stretch that begins or ends with a letter which this text has not is never the likest.
        let known = |index: usize| self.letters.contains(&other[index]);
        let heads = (1..length).map(|end| (0, end)).filter(|&(_, end)| known(end - 1));
        let windows = (0..room - length).map(|start| (start, start + length)).filter(|&(_, end)| known(end - 1));
        let tails = (room - length..room).map(|start| (start, room)).filter(|&(start, _)| known(start));
        let mut best: Option<Stretch> = None;
        for (start, end) in heads.chain(windows).chain(tails) {
            let needed = best.map_or(at_least, |best| best.score) / 100.0;
            let stretch = other[start..end].iter().copied();
            let score = self.comparator.normalized_similarity_with_args(stretch, &Args::default().score_cutoff(needed));
            let Some(score) = score.map(|score| 100.0 * score) else { continue };
            if best.is_none_or(|best| score > best.score) {
                best = Some(Stretch { score, start, end });
            }
        }
        best
    }

    /// Likeness of the shorter text to the likest stretch of the longer one; 0 below `at_least`.
    pub fn partial_ratio(&self, other: &[char], at_least: f64) -> f64 {
        let there = self.find_in(other, at_least);
        let back = if other.len() <= self.text.len() { Needle::new(other).find_in(self.text, at_least) } else { None };
        there.into_iter().chain(back).map(|stretch| stretch.score).fold(0.0, f64::max)
    }
}
