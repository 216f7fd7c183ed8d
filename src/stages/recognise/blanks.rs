//! Joins a line that ends where something is to be filled in with the line that goes on after it.
//!
//! `Số:      /QĐ-UBND` and `ngày    tháng    năm 2026` leave room for what is written by hand. The
//! room is wider than any gap in print, so what stands on either side are lines of their own to one
//! who only sees letters; their words tell that they are one.

use super::{EngineLine, EngineWord};
use crate::model::vietnamese;

/// The room to be filled in is at most this many times as wide as its line is high.
const ROOM: f32 = 10.0;
/// Pieces of one line share at least this much of the lower one's height.
const LEVEL: f32 = 0.5;

/// `lines`, with the pieces of a line joined to its first one.
pub(super) fn join(mut lines: Vec<EngineLine>) -> Vec<EngineLine> {
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let next = lines
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .filter_map(|(other, after)| Some((other, room(line.words.last()?, after.words.first()?)?)));
        match next.min_by(|a, b| a.1.total_cmp(&b.1)) {
            Some((other, _)) => {
                let EngineLine { words, begins_block } = lines.remove(other);
                at -= usize::from(other < at);
                // What followed the joined piece in its block begins it now.
                if let Some(line) = lines.get_mut(other).filter(|_| begins_block) {
                    line.begins_block = true;
                }
                if let Some(line) = lines.get_mut(at) {
                    line.words.extend(words);
                }
            }
            None => at += 1,
        }
    }
    lines
}

/// The room between the last word of one line and the first one of another that goes on after it.
fn room(last: &EngineWord, first: &EngineWord) -> Option<f32> {
    let (a, b) = (last.place, first.place);
    let low = a.height.min(b.height);
    let level = (a.y + a.height).min(b.y + b.height) - a.y.max(b.y);
    let room = b.x - (a.x + a.width);
    let near = room > 0.0 && room < ROOM * a.height.max(b.height) && level > LEVEL * low;
    (near && goes_on(&last.text, &first.text)).then_some(room)
}

/// Whether what is written over the room between these two words makes one line of them.
fn goes_on(last: &str, first: &str) -> bool {
    let core = |word: &str| vietnamese::fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
    let is_digits = || first.trim_matches(|c: char| !c.is_alphanumeric()).chars().all(|c| c.is_ascii_digit());
    match core(last).as_str() {
        "so" if last.ends_with(':') => {
            let symbol: String = first.chars().skip_while(char::is_ascii_digit).collect();
            symbol.starts_with('/') && symbol.chars().any(char::is_alphabetic)
        }
        "ngay" => core(first) == "thang" || first.starts_with(|c: char| c.is_ascii_digit()) && is_digits(),
        "thang" => core(first) == "nam" || first.starts_with(|c: char| c.is_ascii_digit()) && is_digits(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Rect;
    use crate::model::text::SecondReading;

    /// A line of words of ten pixels a letter, 20 high.
    fn line(text: &str, x: f32, y: f32) -> EngineLine {
        let mut x = x;
        let word = |text: &str| {
            let place = Rect { x, y, width: 10.0 * text.chars().count() as f32, height: 20.0 };
            x += place.width + 8.0;
            EngineWord { text: text.to_owned(), confidence: 90.0, place, engine: "test", second: SecondReading::None }
        };
        EngineLine { words: text.split(' ').map(word).collect(), begins_block: true }
    }

    fn texts(lines: Vec<EngineLine>) -> Vec<String> {
        let text = |line: &EngineLine| line.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        join(lines).iter().map(text).collect()
    }

    #[test]
    fn number_and_date_lines_are_whole_across_what_is_to_be_filled_in() {
        let lines = vec![
            line("Số:", 100.0, 50.0),
            line("/KH-UBND", 200.0, 52.0),
            line("Hà Nội, ngày", 400.0, 51.0),
            line("tháng", 600.0, 50.0),
            line("năm 2026", 740.0, 50.0),
            line("KẾ HOẠCH", 300.0, 120.0),
        ];
        assert_eq!(texts(lines), ["Số: /KH-UBND", "Hà Nội, ngày tháng năm 2026", "KẾ HOẠCH"]);
    }

    #[test]
    fn other_columns_and_other_lines_stay_apart() {
        for lines in [
            vec![line("Số:", 100.0, 50.0), line("Hà Nội, ngày", 200.0, 50.0)],
            vec![line("Số:", 100.0, 50.0), line("/KH-UBND", 200.0, 80.0)],
            vec![line("Số:", 100.0, 50.0), line("/KH-UBND", 500.0, 50.0)],
            vec![line("/KH-UBND", 100.0, 50.0), line("Số:", 300.0, 50.0)],
            vec![line("hằng tháng", 100.0, 50.0), line("CỘNG HÒA", 260.0, 50.0)],
            vec![line("con số", 100.0, 50.0), line("/2026", 260.0, 50.0)],
        ] {
            assert_eq!(join(lines.clone()), lines);
        }
    }

    #[test]
    fn words_without_a_place_join_nothing_and_no_line_joins_itself() {
        let mut nowhere = line("ngày", f32::NAN, f32::NAN);
        nowhere.words.push(line("tháng", f32::NAN, f32::NAN).words.remove(0));
        assert_eq!(texts(vec![nowhere, line("tháng", 10.0, 10.0), EngineLine::default()]).len(), 3);
        assert_eq!(texts(vec![line("tháng ngày", 300.0, 10.0)]).len(), 1);
    }
}
