//! Words whose letters stand apart, as headings are set.

use super::piece::Piece;
use crate::model::vietnamese::possible_share;

/// Fewer letters in a row are no word set apart.
const FEWEST: usize = 3;
/// Letters of one word are nearer to each other, in parts of an em.
const FARTHEST: f64 = 1.2;
/// A gap so many times as wide as those between letters parts words, and by so much of an em at least.
const WIDER: f64 = 1.5;
const WIDER_BY: f64 = 0.2;
/// This share of the words must be possible ones where gaps alone part them.
const POSSIBLE: f64 = 0.75;

/// Joins the letters of such words in a row of pieces that stand from left to right.
pub(super) fn join_letters(row: Vec<Piece>) -> Vec<Piece> {
    let mut joined = Vec::with_capacity(row.len());
    let mut run: Vec<Piece> = Vec::new();
    for piece in row {
        let follows = run.last().is_none_or(|last| gap(last, &piece) < FARTHEST * piece.em.max(last.em) + room(&run));
        if !follows || !is_letter(&piece) {
            joined.append(&mut words(std::mem::take(&mut run)));
        }
        if is_letter(&piece) { run.push(piece) } else { joined.push(piece) }
    }
    joined.append(&mut words(run));
    joined
}

/// How much wider than [`FARTHEST`] a gap between two words of the run may be.
fn room(run: &[Piece]) -> f64 {
    run.last().map_or(0.0, |last| last.em)
}

fn gap(before: &Piece, after: &Piece) -> f64 {
    after.left - before.right
}

/// One letter, or two that kerning brought together.
fn is_letter(piece: &Piece) -> bool {
    piece.text.chars().all(|c| c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c))
        && (1..=2).contains(&piece.text.chars().filter(|c| c.is_alphabetic()).count())
}

/// The words of a run of letters; the run itself if it is none.
fn words(run: Vec<Piece>) -> Vec<Piece> {
    let singles = run.iter().filter(|piece| piece.text.chars().filter(|c| c.is_alphabetic()).count() == 1).count();
    if run.len() < FEWEST || singles * 3 < run.len() * 2 {
        return run;
    }
    let mut gaps: Vec<f64> = run.iter().zip(run.iter().skip(1)).map(|(before, after)| gap(before, after)).collect();
    gaps.sort_by(f64::total_cmp);
    let Some(&usual) = gaps.get(gaps.len() / 4) else { return run };
    // Blanks between words are drawn, or else all gaps are made by moving on or by blanks.
    let blanks = run.iter().skip(1).filter(|piece| piece.after_space).count();
    let by_blanks = blanks * 2 < run.len() - 1;
    let mut words: Vec<Piece> = Vec::new();
    let mut end = f64::MIN;
    for piece in &run {
        let wide = piece.left - end > (usual * WIDER).max(usual + WIDER_BY * piece.em);
        match words.last_mut() {
            Some(word) if !(wide || by_blanks && piece.after_space) => {
                word.text.push_str(&piece.text);
                word.right = word.right.max(piece.right);
            }
            _ => words.push(piece.clone()),
        }
        end = piece.right;
    }
    let longest = words.iter().map(|word| word.text.chars().count()).max().unwrap_or(0);
    let possible = possible_share(words.iter().map(|word| word.text.as_str())).unwrap_or(0.0) >= POSSIBLE;
    if longest >= FEWEST && possible { words } else { run }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters `gap` parts of an em apart; blanks are drawn, or not.
    fn set(text: &str, gap: f64, drawn: bool) -> Vec<Piece> {
        let (mut left, mut after_space, mut pieces) = (0.0, true, Vec::new());
        for c in text.chars() {
            if c == ' ' {
                left += 3.0 + 10.0 * gap;
                after_space = true;
                continue;
            }
            let text = c.to_string();
            let (right, baseline, em) = (left + 6.0, 0.0, 10.0);
            pieces.push(Piece {
                text,
                font: super::super::piece::TextFont::default(),
                quarter: 0,
                left,
                right,
                baseline,
                em,
                after_space: after_space && drawn,
            });
            left = right + 10.0 * gap;
            after_space = false;
        }
        pieces
    }

    fn joined(row: Vec<Piece>) -> Vec<String> {
        join_letters(row).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn letters_set_apart_are_words() {
        for gap in [0.2, 0.3, 0.5, 0.9] {
            assert_eq!(joined(set("QUYẾT ĐỊNH", gap, true)), ["QUYẾT", "ĐỊNH"], "{gap}");
            assert_eq!(joined(set("điều khoản", gap, false)), ["điều", "khoản"], "{gap}");
        }
    }

    #[test]
    fn single_letters_that_are_no_words_stay_apart() {
        assert_eq!(joined(set("ABCD", 0.5, false)), ["A", "B", "C", "D"]);
        assert_eq!(joined(set("a b", 0.2, true)), ["a", "b"]);
        assert_eq!(joined(set("TỔ", 1.9, false)), ["T", "Ổ"]);
    }

    #[test]
    fn blanks_that_were_typed_between_letters_are_no_blanks_between_words() {
        let mut row = set("ĐIỀU KHOẢN", 0.3, true);
        row.iter_mut().for_each(|piece| piece.after_space = true);
        assert_eq!(joined(row), ["ĐIỀU", "KHOẢN"]);
    }
}
