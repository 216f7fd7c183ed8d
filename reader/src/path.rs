//! From scores to characters: the best class of each step, with repetitions and blanks taken out.

use crate::ink::{Line, PAPER};
use crate::net::{COLUMNS_PER_STEP, Scores};

/// A character where it was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Character {
    /// Which one, in NFC.
    pub letter: char,
    /// The network's own idea of how likely it is, from 0 to 1.
    pub probability: f32,
    /// From which column of the picture on it was seen. Letters are often wider: the network says
    /// that it has seen one, not where it ends.
    pub from: f32,
    /// To which column.
    pub to: f32,
}

/// The characters on the best path through `scores`; class 0 says that there is none, the others
/// stand for those of `charset`.
pub(crate) fn best(scores: Scores<'_>, charset: &[char], line: &Line) -> Vec<Character> {
    let mut characters: Vec<Character> = Vec::new();
    let mut last = 0;
    let column = |step: usize| ((step * COLUMNS_PER_STEP) as f32 - PAPER as f32) / line.scale;
    for (step, row) in scores.scores.chunks_exact(scores.width).enumerate() {
        let row = row.get(..=charset.len()).unwrap_or(row);
        let (class, score) = largest(row);
        if class > 0 {
            let probability = share(row, score);
            match (characters.last_mut(), class == last) {
                (Some(same), true) => {
                    same.probability = same.probability.max(probability);
                    same.to = column(step + 1);
                }
                _ => {
                    let letter = charset.get(class - 1).copied().unwrap_or_default();
                    characters.push(Character { letter, probability, from: column(step), to: column(step + 1) });
                }
            }
        }
        last = class;
    }
    characters
}

/// The first of the largest scores and its place.
fn largest(row: &[f32]) -> (usize, f32) {
    let mut best = (0, f32::NEG_INFINITY);
    for (place, &score) in row.iter().enumerate() {
        if score > best.1 {
            best = (place, score);
        }
    }
    best
}

/// The share of `score` where all scores of a row are taken for logarithms.
fn share(row: &[f32], score: f32) -> f32 {
    row.iter().map(|other| (other - score).exp()).sum::<f32>().recip()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(classes: &[usize]) -> Vec<Character> {
        let rows: Vec<f32> =
            classes.iter().flat_map(|&class| (0..4).map(move |place| if place == class { 5.0 } else { 0.0 })).collect();
        let line = Line { ink: Vec::new(), width: 4 * classes.len(), scale: 2.0 };
        best(Scores { scores: &rows, width: 4 }, &['a', 'b', ' '], &line)
    }

    #[test]
    fn repetitions_are_one_character_unless_a_blank_parts_them() {
        let text = |classes: &[usize]| read(classes).iter().map(|character| character.letter).collect::<String>();
        assert_eq!(text(&[0, 1, 1, 0, 1, 2, 2, 3, 0]), "aab ");
        assert_eq!(text(&[0, 0]), "");
    }

    #[test]
    fn a_character_lies_where_it_was_seen() {
        let characters = read(&[0, 0, 1, 1, 0]);
        assert_eq!((characters[0].from, characters[0].to), (2.0, 6.0));
        assert!((characters[0].probability - 0.980).abs() < 0.001, "{characters:?}");
    }
}
