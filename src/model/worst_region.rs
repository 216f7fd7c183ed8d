//! Where a page was read worst. A mean over many good lines hides the one that a person must look at.

use serde::Serialize;

use super::confidence::Confidence;
use super::geometry::Rect;
use super::text::{Line, Word, mean_confidence};

/// Characters that a region has at least where the page allows it. The confidence of a tick, a page
/// number or a stray mark says nothing about the text around it.
const ENOUGH_CHARACTERS: usize = 4;

/// The line of a page with the lowest mean confidence.
///
/// It is more than one line where a line is too short to be judged: it is taken together with those
/// that follow it in its block until they have four characters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WorstRegion {
    /// What was read there, its lines parted by single spaces.
    pub text: String,
    /// Mean confidence of its words, weighted by their length.
    pub confidence: Confidence,
    /// Its first line in reading order, from 1.
    pub first_line: usize,
    /// Its last line in reading order, from 1.
    pub last_line: usize,
    /// The box around its words in the stored image, in pixels.
    pub place: Rect,
}

/// Finds the worst region of `lines`; the first of them where several are equally bad. Regions with
/// fewer than four characters count only where there are no others. `None` where nothing was read.
pub fn worst_region(lines: &[Line]) -> Option<WorstRegion> {
    let runs = (0..lines.len()).map(|first| Run::from(lines, first)).filter(|run| run.characters > 0);
    let worst = runs.min_by(|a, b| {
        let rank = |run: &Run<'_>| (run.characters < ENOUGH_CHARACTERS, run.confidence().share());
        let ((a_short, a_share), (b_short, b_share)) = (rank(a), rank(b));
        a_short.cmp(&b_short).then(a_share.total_cmp(&b_share))
    })?;
    Some(WorstRegion {
        text: worst.lines.iter().map(|line| line.text()).collect::<Vec<_>>().join(" "),
        confidence: worst.confidence(),
        first_line: worst.first + 1,
        last_line: worst.first + worst.lines.len(),
        place: Rect::around(worst.words().flat_map(|word| word.place.0))?,
    })
}

/// Neighbouring lines of one block.
struct Run<'a> {
    first: usize,
    lines: Vec<&'a Line>,
    characters: usize,
}

impl<'a> Run<'a> {
    /// The shortest run with enough characters that begins with line `first`, or what there is of it.
    fn from(lines: &'a [Line], first: usize) -> Self {
        let mut run = Self { first, lines: Vec::new(), characters: 0 };
        for line in lines.iter().skip(first) {
            let begun = !run.lines.is_empty();
            if begun && (line.begins_block || run.characters == 0 || run.characters >= ENOUGH_CHARACTERS) {
                break;
            }
            run.characters += line.words.iter().map(|word| word.text.chars().count()).sum::<usize>();
            run.lines.push(line);
        }
        run
    }

    fn words(&self) -> impl Iterator<Item = &'a Word> {
        self.lines.iter().flat_map(|line| &line.words)
    }

    fn confidence(&self) -> Confidence {
        mean_confidence(self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::super::geometry::Affine;
    use super::*;
    use crate::model::text::{SecondReading, TextSource};

    /// A page whose lines lie 10 pixels apart; each word has a text and a confidence.
    fn page(lines: &[&[(&str, f64)]]) -> Vec<Line> {
        let word = |text: &str, confidence, column: f32, row: f32| Word {
            text: text.into(),
            confidence: Confidence::saturating(confidence),
            place: Rect { x: 100.0 * column, y: 10.0 * row, width: 80.0, height: 8.0 }.corners(&Affine::IDENTITY),
            source: TextSource::Ocr,
            engine: None,
            second: SecondReading::None,
        };
        let line = |(words, row): (&&[(&str, f64)], u16)| Line {
            words: words.iter().zip(0_u16..).map(|(&(text, share), at)| word(text, share, at.into(), row.into())).collect(),
            begins_block: row == 0,
        };
        lines.iter().zip(0..).map(line).collect()
    }

    fn found(lines: &[Line]) -> Option<(String, f64, usize, usize)> {
        worst_region(lines).map(|region| (region.text, region.confidence.share(), region.first_line, region.last_line))
    }

    #[test]
    fn the_worst_line_is_found_with_its_place() {
        let lines = page(&[&[("Quyết", 0.9), ("định", 0.9)], &[("chứng", 0.5), ("thực", 0.3)], &[("Nơi", 0.9), ("nhận", 0.4)]]);
        let region = worst_region(&lines).unwrap();
        assert_eq!((region.text.as_str(), region.first_line, region.last_line), ("chứng thực", 2, 2));
        assert_eq!(region.confidence, Confidence::saturating((0.5 * 5.0 + 0.3 * 4.0) / 9.0), "longer words weigh more");
        assert_eq!(region.place, Rect { x: 0.0, y: 10.0, width: 180.0, height: 8.0 });
    }

    #[test]
    fn of_equal_lines_the_first_is_told() {
        let lines = page(&[&[("một", 0.9), ("hai", 0.9)], &[("ba", 0.4), ("bốn", 0.4)], &[("năm", 0.4), ("sáu", 0.4)]]);
        assert_eq!(found(&lines), Some(("ba bốn".into(), 0.4, 2, 2)));
    }

    #[test]
    fn a_short_line_is_judged_with_what_follows_in_its_block() {
        let mut lines = page(&[&[("hồ", 0.9), ("sơ", 0.9)], &[("1", 0.1)], &[("23", 0.2)], &[("4", 0.3)], &[("giấy", 0.8)]]);
        assert_eq!(found(&lines), Some(("1 23 4".into(), 0.2, 2, 4)));
        lines[3].begins_block = true;
        assert_eq!(found(&lines), Some(("4 giấy".into(), 0.7, 4, 5)), "blocks are not mixed; \"1 23\" is too short");
    }

    #[test]
    fn a_stray_mark_counts_only_where_nothing_else_was_read() {
        let mut lines = page(&[&[("hồ", 0.9), ("sơ", 0.9)], &[("|", 0.1)]]);
        assert_eq!(found(&lines), Some(("hồ sơ".into(), 0.9, 1, 1)));
        lines.remove(0);
        assert_eq!(found(&lines), Some(("|".into(), 0.1, 1, 1)));
    }

    #[test]
    fn a_page_without_words_has_no_worst_region() {
        assert_eq!(found(&[]), None);
        assert_eq!(found(&[Line::default()]), None);
    }
}
