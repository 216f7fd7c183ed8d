//! Compares text with truth, line by line and whatever the order of blocks.
//!
//! Each line of the truth, longest first, takes the stretch of the read text that is likest to it,
//! in whole words; no character is taken twice. A line for which nothing like it is left counts as
//! unread, and what no line took counts as inserted. Errors are edit distances (CER over
//! characters, WER over words) to what the line took.

mod similarity;
mod text;
mod truth;

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use rapidfuzz::distance::levenshtein;

use similarity::Needle;
use text::Glyph;
pub use text::Reading;
pub use truth::{Kind, Truth};

/// A stretch less like a line than this, in percent, is no reading of it.
const LIKE_ENOUGH: f64 = 45.0;
/// A stretch of a longer line has to be likelier than this.
const STRETCH_LIKE_ENOUGH: f64 = 50.0;
/// Below this a line of about the right length is also tried as a piece of the truth.
const PIECE_BELOW: f64 = 60.0;
/// What a piece counts, against a whole line.
const PIECE_WEIGHT: f64 = 0.9;
/// A line up to this many times as long as the truth's is taken whole.
const TAKEN_WHOLE: f64 = 1.25;
/// A line with more errors than this, in percent, was not read.
const UNREAD_ABOVE: f64 = 30.0;

/// Errors among a number of characters or words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Errors {
    count: usize,
    of: usize,
}

impl Errors {
    /// Errors per hundred; not a number where there is nothing to read.
    fn rate(&self) -> f64 {
        100.0 * self.count as f64 / self.of as f64
    }

    /// Whether there are any.
    pub fn any(&self) -> bool {
        self.count > 0
    }

    /// Adds other errors.
    pub fn add(&mut self, other: Self) {
        self.count += other.count;
        self.of += other.of;
    }
}

impl Display for Errors {
    /// Writes errors per hundred, or a dash where there is nothing to read.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.of == 0 { f.pad("–") } else { f.pad(&format!("{:.2}", self.rate())) }
    }
}

/// How right the text of some pages is.
#[derive(Debug, Clone, Default)]
pub struct Score {
    /// Number of pages.
    pub pages: usize,
    /// Characters, over all that is written; stamps' own text aside.
    pub all: Errors,
    /// Words, over all that is written.
    pub words: Errors,
    /// The part of the errors in `all` that is inserted text.
    pub extra: Errors,
    /// Characters of print that no seal or stamp touches.
    pub print: Errors,
    /// The part of `print` in lines that were read at all: errors of reading, not of finding lines.
    pub read: Errors,
    /// Characters of print under a seal or stamp.
    pub sealed: Errors,
    /// Characters of blanks filled by hand and print over leaders.
    pub form: Errors,
}

/// One page against its truth.
#[derive(Debug, Default)]
pub struct Comparison {
    pub score: Score,
    /// Whether each word, by its number on the page, is exactly what stands there. Words of
    /// leaders only are left out.
    pub words: BTreeMap<usize, bool>,
}

impl Comparison {
    /// Compares one page.
    pub fn of(truth: &Truth, read: &Reading) -> Self {
        let mut score = Score { pages: 1, ..Score::default() };
        let mut glyphs: BTreeMap<usize, usize> = BTreeMap::new();
        for word in read.lines.iter().flatten().filter_map(|glyph| glyph.word) {
            *glyphs.entry(word).or_default() += 1;
        }
        let mut right: BTreeMap<usize, usize> = BTreeMap::new();
        let mut parts: Vec<Part> = read.lines.iter().cloned().map(Part::new).collect();
        for line in &truth.lines {
            let taken = take_likest(&mut parts, &line.text);
            let expected: Vec<&[char]> = words_of(&line.text, |c| *c == ' ');
            let found: Vec<&[Glyph]> = words_of(&taken.glyphs, |glyph| glyph.c == ' ');
            let (word_errors, same) = align(&expected, &found);
            for word in same.iter().flat_map(|&index| found[index]).filter_map(|glyph| glyph.word) {
                *right.entry(word).or_default() += 1;
            }
            let count = levenshtein::distance(line.text.iter().copied(), taken.characters.iter().copied());
            let characters = Errors { count, of: line.text.len() };
            match line.kind {
                Kind::Stamp => continue,
                Kind::Print => {
                    score.print.add(characters);
                    if characters.rate() <= UNREAD_ABOVE {
                        score.read.add(characters);
                    }
                }
                Kind::Sealed => score.sealed.add(characters),
                Kind::Form => score.form.add(characters),
            }
            score.all.add(characters);
            score.words.add(Errors { count: word_errors, of: expected.len() });
        }
        for part in &parts {
            let inserted = part.characters.iter().filter(|c| **c != ' ').count();
            score.all.count += inserted;
            score.extra.count += inserted;
            score.words.count += words_of(&part.characters, |c| *c == ' ').len();
        }
        score.extra.of = score.all.of;
        let words = glyphs.into_iter().map(|(word, all)| (word, right.get(&word) == Some(&all))).collect();
        Self { score, words }
    }
}

impl Score {
    /// Adds other pages' score.
    pub fn add(&mut self, other: &Self) {
        self.pages += other.pages;
        self.all.add(other.all);
        self.words.add(other.words);
        self.extra.add(other.extra);
        self.print.add(other.print);
        self.read.add(other.read);
        self.sealed.add(other.sealed);
        self.form.add(other.form);
    }
}

/// Read text that no line took yet.
#[derive(Default)]
struct Part {
    glyphs: Vec<Glyph>,
    characters: Vec<char>,
}

impl Part {
    fn new(glyphs: Vec<Glyph>) -> Self {
        let characters = glyphs.iter().map(|glyph| glyph.c).collect();
        Self { glyphs, characters }
    }

    /// The part between two places, without blanks at its ends.
    fn cut(&self, start: usize, end: usize) -> Self {
        let blank = |glyph: &Glyph| glyph.c == ' ';
        let mut glyphs = &self.glyphs[start..end];
        while let [first, rest @ ..] = glyphs
            && blank(first)
        {
            glyphs = rest;
        }
        while let [rest @ .., last] = glyphs
            && blank(last)
        {
            glyphs = rest;
        }
        Self::new(glyphs.to_vec())
    }
}

/// Cuts out of `parts` the stretch likest to `wanted`, or nothing if none is like enough.
fn take_likest(parts: &mut Vec<Part>, wanted: &[char]) -> Part {
    let needle = Needle::new(wanted);
    let mut best = (LIKE_ENOUGH, None);
    for (index, part) in parts.iter().enumerate() {
        let found = likeness(&needle, wanted.len(), &part.characters, best.0);
        if let Some((score, start, end)) = found
            && (score > best.0 || best.1.is_none() && score >= best.0)
        {
            best = (score, Some((index, start, end)));
        }
    }
    let Some((index, mut start, mut end)) = best.1 else { return Part::default() };
    let part = parts.remove(index);
    let letter = |place: usize| part.characters[place] != ' ';
    while start > 0 && letter(start - 1) && end - start < wanted.len() + 2 {
        start -= 1;
    }
    while end < part.characters.len() && letter(end) {
        end += 1;
    }
    let rest = [part.cut(end, part.characters.len()), part.cut(0, start)];
    for piece in rest.into_iter().filter(|piece| !piece.characters.is_empty()) {
        parts.insert(index, piece);
    }
    part.cut(start, end)
}

/// How like a line of `length` characters the likest stretch of `part` is, in percent, and where
/// it lies. What is less than `best` may be left uncounted.
fn likeness(needle: &Needle<'_>, length: usize, part: &[char], best: f64) -> Option<(f64, usize, usize)> {
    if part.len() as f64 > length as f64 * TAKEN_WHOLE {
        let stretch = needle.find_in(part, best.max(STRETCH_LIKE_ENOUGH))?;
        // Of two that are equally like, the line that is it all is the one.
        return Some((stretch.score - 1.0, stretch.start, stretch.end));
    }
    let whole = needle.ratio(part);
    let weight = PIECE_WEIGHT * part.len() as f64 / length as f64;
    let as_piece = if whole < PIECE_BELOW && part.len() > 3 && 100.0 * weight > best {
        needle.partial_ratio(part, best / weight) * weight
    } else {
        0.0
    };
    Some((whole.max(as_piece), 0, part.len()))
}

fn words_of<T>(text: &[T], is_blank: impl Fn(&T) -> bool) -> Vec<&[T]> {
    text.split(is_blank).filter(|word| !word.is_empty()).collect()
}

/// The edit distance in words, and which words of `found` stand there as expected.
fn align(expected: &[&[char]], found: &[&[Glyph]]) -> (usize, Vec<usize>) {
    let same = |i: usize, j: usize| expected[i].iter().eq(found[j].iter().map(|glyph| &glyph.c));
    // errors[i][j]: to turn the first i expected words into the first j found ones.
    let mut errors = vec![vec![0; found.len() + 1]; expected.len() + 1];
    for i in 0..=expected.len() {
        for j in 0..=found.len() {
            errors[i][j] = match (i, j) {
                (0, _) => j,
                (_, 0) => i,
                _ => {
                    let replaced = errors[i - 1][j - 1] + usize::from(!same(i - 1, j - 1));
                    replaced.min(errors[i - 1][j] + 1).min(errors[i][j - 1] + 1)
                }
            };
        }
    }
    let (mut i, mut j) = (expected.len(), found.len());
    let mut matched = Vec::new();
    while i > 0 && j > 0 {
        if same(i - 1, j - 1) && errors[i][j] == errors[i - 1][j - 1] {
            matched.push(j - 1);
            (i, j) = (i - 1, j - 1);
        } else if errors[i][j] == errors[i - 1][j - 1] + 1 {
            (i, j) = (i - 1, j - 1);
        } else if errors[i][j] == errors[i - 1][j] + 1 {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    (errors[expected.len()][found.len()], matched)
}
