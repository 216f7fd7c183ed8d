//! Compares text with truth, line by line and whatever the order of blocks.
//!
//! Each line of the truth, longest first, takes the stretch of the read text that is nearest to
//! it by edit distance; no character is taken twice. A line for which nothing near is left counts
//! as unread, and what no line took counts as inserted.

use std::fs;
use std::path::Path;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// Errors among a number of characters or words.
#[derive(Debug, Clone, Copy, Default)]
pub struct Errors {
    count: usize,
    of: usize,
}

impl Errors {
    /// Errors per hundred.
    pub fn rate(&self) -> f64 {
        if self.of == 0 { 0.0 } else { 100.0 * self.count as f64 / self.of as f64 }
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.of += other.of;
    }
}

/// How right the text of some pages is.
#[derive(Debug, Clone, Default)]
pub struct Score {
    /// Number of pages.
    pub pages: usize,
    /// Characters, over all that is written.
    pub all: Errors,
    /// Words, over all that is written.
    pub words: Errors,
    /// Characters of print that no seal or stamp touches.
    pub print: Errors,
    /// Characters of print under a seal or stamp.
    pub sealed: Errors,
}

/// A line of the truth.
pub struct TruthLine {
    text: Vec<char>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Print,
    Sealed,
    /// Filled in by hand, or print over leaders.
    Form,
    /// A stamp's own text: may be read or not.
    Stamp,
}

/// The quality level and the truth of a page, if a truth file lies beside it.
pub fn truth_of(page: &Path) -> Option<(String, Vec<TruthLine>)> {
    let truth: Value = serde_json::from_slice(&fs::read(page.with_extension("json")).ok()?).ok()?;
    let lines = truth["lines"].as_array()?;
    let stamps: Vec<[f64; 4]> = lines.iter().filter(|line| line["kind"] == "stamp").filter_map(bounds).collect();
    let lines = lines
        .iter()
        .map(|line| {
            let touched = bounds(line).is_some_and(|line| stamps.iter().any(|stamp| overlap(&line, stamp)));
            let kind = match line["kind"].as_str().unwrap_or_default() {
                "stamp" => Kind::Stamp,
                "print" | "mono" if touched => Kind::Sealed,
                "print" | "mono" => Kind::Print,
                _ => Kind::Form,
            };
            TruthLine { text: normalise(line["text"].as_str().unwrap_or_default()), kind }
        })
        .collect();
    Some((truth["level"].as_str().unwrap_or("pages").to_owned(), lines))
}

fn bounds(line: &Value) -> Option<[f64; 4]> {
    let corners = line["poly"].as_array()?;
    let axis = |index: usize| corners.iter().filter_map(move |corner| corner[index].as_f64());
    Some([
        axis(0).fold(f64::MAX, f64::min),
        axis(1).fold(f64::MAX, f64::min),
        axis(0).fold(f64::MIN, f64::max),
        axis(1).fold(f64::MIN, f64::max),
    ])
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[2].min(b[2]) > a[0].max(b[0]) && a[3].min(b[3]) > a[1].max(b[1])
}

/// NFC, plain quotes and dashes, no leaders, single spaces: what no reader would call an error.
fn normalise(text: &str) -> Vec<char> {
    let text: String = text
        .nfc()
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{201c}' | '\u{201d}' => '"',
            '\u{2013}' | '\u{2014}' => '-',
            'Ð' => 'Đ',
            c => c,
        })
        .collect();
    let is_leader = |c: char| matches!(c, '.' | '…' | '_' | '·');
    let words = text.split_whitespace().filter(|word| !word.chars().all(is_leader));
    // Leaders that stick to a word are cut off where they are longer than an ellipsis.
    let words = words.map(|word| {
        let bare = word.trim_matches(is_leader);
        if word.chars().count() >= bare.chars().count() + 3 { bare } else { word }
    });
    words.collect::<Vec<_>>().join(" ").chars().collect()
}

impl Score {
    /// Compares one page.
    pub fn of(truth: &[TruthLine], text: &str) -> Self {
        let mut rest: Vec<Vec<char>> = text.lines().map(normalise).filter(|line| !line.is_empty()).collect();
        let mut score = Self { pages: 1, ..Self::default() };
        let mut order: Vec<&TruthLine> = truth.iter().filter(|line| !line.text.is_empty()).collect();
        order.sort_by_key(|line| (line.kind == Kind::Stamp, std::cmp::Reverse(line.text.len())));
        for line in order {
            let read = take_nearest(&mut rest, &line.text);
            if line.kind == Kind::Stamp {
                continue;
            }
            let characters = Errors { count: distance(&line.text, &read), of: line.text.len() };
            let (expected, found) = (words(&line.text), words(&read));
            score.all.add(characters);
            score.words.add(Errors { count: distance(&expected, &found), of: expected.len() });
            match line.kind {
                Kind::Print => score.print.add(characters),
                Kind::Sealed => score.sealed.add(characters),
                Kind::Form | Kind::Stamp => {}
            }
        }
        for line in rest {
            score.all.count += line.iter().filter(|c| !c.is_whitespace()).count();
            score.words.count += words(&line).len();
        }
        score
    }

    /// Adds another page's score.
    pub fn add(&mut self, other: &Self) {
        self.pages += other.pages;
        self.all.add(other.all);
        self.words.add(other.words);
        self.print.add(other.print);
        self.sealed.add(other.sealed);
    }
}

fn words(text: &[char]) -> Vec<String> {
    text.iter().collect::<String>().split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Cuts out of `rest` the stretch nearest to `wanted`, or nothing if none is near enough to be a
/// reading of it.
fn take_nearest(rest: &mut Vec<Vec<char>>, wanted: &[char]) -> Vec<char> {
    let best =
        rest.iter().enumerate().map(|(index, line)| (nearest(wanted, line), index)).min_by_key(|((errors, _, _), _)| *errors);
    let Some(((errors, start, end), index)) = best else { return Vec::new() };
    if errors * 100 > wanted.len() * 55 {
        return Vec::new();
    }
    let line = rest.swap_remove(index);
    let (before, tail) = line.split_at(start);
    let (taken, after) = tail.split_at(end - start);
    for piece in [before, after] {
        let piece: Vec<char> = piece.iter().collect::<String>().trim().chars().collect();
        if !piece.is_empty() {
            rest.push(piece);
        }
    }
    taken.iter().collect::<String>().trim().chars().collect()
}

/// The stretch of `line` with the smallest edit distance to `wanted`: errors, start and end.
/// (Sellers' algorithm: an edit distance that may begin and end anywhere in the line.)
fn nearest(wanted: &[char], line: &[char]) -> (usize, usize, usize) {
    // For each prefix of `wanted`: errors against the best stretch that ends here, and its start.
    let mut column: Vec<(usize, usize)> = (0..=wanted.len()).map(|errors| (errors, 0)).collect();
    let mut best = (wanted.len(), 0, 0);
    for (end, c) in line.iter().enumerate() {
        let mut diagonal = column[0];
        column[0] = (0, end + 1);
        for (row, w) in wanted.iter().enumerate() {
            let substituted = (diagonal.0 + usize::from(w != c), diagonal.1);
            let inserted = (column[row + 1].0 + 1, column[row + 1].1);
            let deleted = (column[row].0 + 1, column[row].1);
            diagonal = column[row + 1];
            column[row + 1] = [substituted, inserted, deleted].into_iter().min_by_key(|(errors, _)| *errors).unwrap();
        }
        let (errors, start) = column[wanted.len()];
        if errors < best.0 {
            best = (errors, start, end + 1);
        }
    }
    best
}

/// Edit distance.
fn distance<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}
