//! Tesseract's table of results: twelve columns parted by tabs, a row for each page, block,
//! paragraph, line and word, told apart by the first column (1 to 5).

use super::{EngineLine, EngineWord};
use crate::model::geometry::Rect;
use crate::model::text::SecondReading;

/// What Tesseract is called in settings, recipes and words.
pub(super) const NAME: &str = "tesseract";
/// The table's `level` of a word.
const WORD: &str = "5";

/// Takes lines and words from the table, in its order, which is the reading order. Rows that do
/// not have the form of a word are passed over.
pub(super) fn parse(table: &str) -> Vec<EngineLine> {
    let mut lines: Vec<EngineLine> = Vec::new();
    let mut last: Option<([&str; 2], &str)> = None;
    for row in table.lines() {
        // level, page, block, paragraph, line, word, left, top, width, height, confidence, text
        let columns: Vec<&str> = row.splitn(12, '\t').collect();
        let [WORD, _, block, paragraph, line, _, left, top, width, height, confidence, text] = columns[..] else { continue };
        let numbers = [left, top, width, height, confidence].map(str::parse::<f32>);
        let [Ok(x), Ok(y), Ok(width), Ok(height), Ok(confidence)] = numbers else { continue };
        if text.trim().is_empty() {
            continue;
        }
        let place = ([block, paragraph], line);
        if last != Some(place) {
            let begins_block = last.is_none_or(|(of, _)| of != place.0);
            lines.push(EngineLine { words: Vec::new(), begins_block });
            last = Some(place);
        }
        if let Some(line) = lines.last_mut() {
            line.words.push(EngineWord {
                text: text.to_owned(),
                confidence,
                place: Rect { x, y, width, height },
                engine: NAME,
                second: SecondReading::None,
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "1\t1\t0\t0\t0\t0\t0\t0\t1653\t2339\t-1\t\n\
        5\t1\t1\t1\t1\t1\t100\t50\t60\t20\t96.062\tQuyết\n\
        5\t1\t1\t1\t1\t2\t170\t50\t60\t20\t95\tđịnh\n\
        5\t1\t1\t1\t2\t1\t100\t80\t60\t20\t95\t \n\
        5\t1\t1\t1\t2\t2\t100\t80\t60\t20\t91.5\tsố\n\
        5\t1\t1\t2\t1\t1\t100\t110\t60\t20\t90\tĐiều\n\
        5\t1\t1\t2\t1\tx\tfew\n";

    #[test]
    fn words_are_joined_to_lines_and_paragraphs_to_blocks() {
        let lines = parse(TABLE);
        let read: Vec<_> = lines
            .iter()
            .map(|line| (line.words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>(), line.begins_block))
            .collect();
        assert_eq!(read, [(vec!["Quyết", "định"], true), (vec!["số"], false), (vec!["Điều"], true)]);
        assert_eq!(lines[0].words[1].place, Rect { x: 170.0, y: 50.0, width: 60.0, height: 20.0 });
        assert_eq!(lines[0].words[0].confidence, 96.062);
    }

    /// The binding makes a `String` of Tesseract's bytes in this way.
    #[test]
    fn bytes_that_are_no_utf8_cost_their_characters_only() {
        let bytes = b"5\t1\t1\t1\t1\t1\t100\t50\t60\t20\t96\tQuy\xe1\xba\xbft\n\
            5\t1\t1\t1\t1\t2\t170\t50\t60\t20\t95\t\xc4\xe1nh\xff\n5\t1\t1\t1\t1\t3\t\xff70\t50\t60\t20\t95\tx\n";
        let lines = parse(&String::from_utf8_lossy(bytes));
        let read: Vec<_> = lines.iter().flat_map(|line| &line.words).map(|word| word.text.as_str()).collect();
        assert_eq!(read, ["Quyết", "\u{fffd}\u{fffd}nh\u{fffd}"]);
    }

    #[test]
    fn a_broken_table_is_no_panic() {
        assert!(parse("").is_empty());
        assert!(parse("5\t5\n5\t1\t1\t1\t1\t1\tNaN\t\t\t\t\t\u{fffd}\n\t\t\t\t\t\t\t\t\t\t\t").is_empty());
    }
}
