//! Which lines are read a second time, and what comes of two readings.

use super::super::{EngineLine, EngineWord, Legibility};
use crate::model::page::LineImage;
use crate::model::text::SecondReading;
use crate::model::vietnamese::fold;

/// The share of a page's height, from its top, in which header, title and subject of a document stand.
const HEAD: f32 = 0.45;
/// Lines of the head with fewer letters are no title and no name of an office.
const FEWEST_CAPITALS: usize = 6;
/// So many digits, whatever parts them, may be the number of a person or a card.
const LONG_NUMBER: usize = 8;
/// Beginnings of what stands before a name, a birthday or a number, without marks.
const LABELS: [&str; 9] =
    ["ho va ten", "ho, chu dem", "ho chu dem", "ho ten", "ngay sinh", "sinh ngay", "can cuoc", "cccd", "dinh danh"];
/// By so much has Tesseract to be surer of a line, as a share of it, for its reading to stand. Where
/// the two differ, it is right in one line of twelve.
const SURER: f64 = 0.1;

/// Which of the lines `read` Tesseract is to read: those of which the reader is less sure than
/// `threshold`, and those that facts may stand on. Nothing if `threshold` is 0.
pub(super) fn asked(read: &[EngineLine], lines: &[LineImage], page_height: f32, threshold: f64) -> Vec<bool> {
    let head = |line: &LineImage| line.y < HEAD * page_height;
    let begins_document = read.iter().zip(lines).any(|(read, line)| head(line) && is_capitals(&read.words));
    let asked = read.iter().zip(lines).map(|(read, line)| {
        let unsure = threshold >= 1.0 || sureness(read) < threshold;
        let fact = begins_document && head(line) || may_hold_fact(&read.words);
        threshold > 0.0 && !read.words.is_empty() && (unsure || fact)
    });
    asked.collect()
}

/// Puts the better of two readings into `first`, and what the other makes of each word.
pub(super) fn weigh(first: &mut EngineLine, mut other: EngineLine) {
    if sureness(&other) > sureness(first) + SURER {
        std::mem::swap(&mut first.words, &mut other.words);
    }
    let plain = |words: &[EngineWord]| plain(words.iter().map(|word| word.text.as_str()));
    if plain(&first.words) == plain(&other.words) {
        first.words.iter_mut().for_each(|word| word.second = SecondReading::Agrees);
        return;
    }
    for word in &mut first.words {
        let there: Vec<&str> = other.words.iter().filter(|other| covers(word, other)).map(|other| other.text.as_str()).collect();
        let same = self::plain(there.iter().copied()) == self::plain([word.text.as_str()]);
        word.second = if same { SecondReading::Agrees } else { SecondReading::Differs(there.join(" ")) };
    }
}

/// Mean confidence of a line's letters and digits, as a share.
fn sureness(line: &EngineLine) -> f64 {
    Legibility::of(std::slice::from_ref(line)).mean()
}

/// Whether the middle of `other` lies on `word`.
fn covers(word: &EngineWord, other: &EngineWord) -> bool {
    let middle = other.place.x + other.place.width / 2.0;
    (word.place.x..=word.place.x + word.place.width).contains(&middle)
}

/// Texts without blanks, with plain dashes and quotes: what is left says the same if it is the same.
fn plain<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let plain = |c| match c {
        '–' | '—' => '-',
        '“' | '”' | '„' => '"',
        '‘' | '’' => '\'',
        'Ð' => 'Đ',
        c => c,
    };
    texts.into_iter().flat_map(str::chars).filter(|c| !c.is_whitespace()).map(plain).collect()
}

/// Whether all letters of a line are capitals, as in titles and names of offices.
fn is_capitals(words: &[EngineWord]) -> bool {
    let letters = || words.iter().flat_map(|word| word.text.chars()).filter(|c| c.is_alphabetic());
    letters().count() >= FEWEST_CAPITALS && letters().all(|c| !c.is_lowercase())
}

/// Whether a date, a person's name or number, or a line of an identity card's code may stand in a line.
fn may_hold_fact(words: &[EngineWord]) -> bool {
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let folded = fold(&text);
    let is_date = folded.contains("ngay") && folded.contains("nam") && folded.contains(|c: char| c.is_ascii_digit());
    let mut digits = 0;
    let mut longest = 0;
    for c in folded.chars() {
        digits = match c {
            '0'..='9' => digits + 1,
            ' ' | '.' | '-' | '/' => digits,
            _ => 0,
        };
        longest = longest.max(digits);
    }
    is_date || longest >= LONG_NUMBER || text.contains("<<") || LABELS.iter().any(|label| folded.contains(label))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Rect;
    use crate::model::raster::{Channels, Raster};

    fn line(words: &[(&str, f32)]) -> EngineLine {
        let mut x = 0.0;
        let words = words.iter().map(|(text, confidence)| {
            let width = 10.0 * text.chars().count() as f32;
            let place = Rect { x, y: 0.0, width, height: 20.0 };
            x += width + 10.0;
            EngineWord { text: (*text).into(), confidence: *confidence, place, second: SecondReading::None }
        });
        EngineLine { words: words.collect(), begins_block: true }
    }

    fn at(y: f32) -> LineImage {
        let image = Raster::new(1, 1, Channels::Gray, vec![255]).unwrap();
        LineImage { image, x: 0.0, y, slope: 0.0, begins_block: false }
    }

    fn seconds(line: &EngineLine) -> Vec<SecondReading> {
        line.words.iter().map(|word| word.second.clone()).collect()
    }

    #[test]
    fn readings_that_say_the_same_agree_however_they_are_parted() {
        let mut first = line(&[("Số:", 99.0), ("12/QĐ-UBND", 99.0)]);
        weigh(&mut first, line(&[("Số:12/QĐ–UBND", 90.0)]));
        assert_eq!(seconds(&first), [SecondReading::Agrees, SecondReading::Agrees]);
    }

    #[test]
    fn a_word_that_differs_keeps_both_readings() {
        let mut first = line(&[("Số:", 99.0), ("12/QĐ", 95.0), ("ngày", 99.0)]);
        weigh(&mut first, line(&[("Số:", 99.0), ("72/QĐ", 90.0)]));
        assert_eq!(first.words[1].text, "12/QĐ");
        let differs = |text: &str| SecondReading::Differs(text.into());
        assert_eq!(seconds(&first), [SecondReading::Agrees, differs("72/QĐ"), differs("")]);
    }

    #[test]
    fn a_surer_second_reading_stands_and_the_first_is_kept() {
        let mut first = line(&[("居民", 20.0)]);
        weigh(&mut first, line(&[("ab", 90.0)]));
        assert_eq!((first.words[0].text.as_str(), first.begins_block), ("ab", true));
        assert_eq!(seconds(&first), [SecondReading::Differs("居民".into())]);
        let mut same = line(&[("nghiệp", 80.0)]);
        weigh(&mut same, line(&[("nghiệm", 85.0)]));
        assert_eq!(same.words[0].text, "nghiệp", "a little surer is not enough");
    }

    #[test]
    fn unsure_lines_and_those_of_facts_are_asked_for() {
        let read = [
            line(&[("QUYẾT", 99.0), ("ĐỊNH", 99.0)]),
            line(&[("Về", 99.0), ("việc", 99.0)]),
            line(&[("cấp", 40.0)]),
            line(&[("cấp", 99.0)]),
            line(&[("Ngày", 99.0), ("3", 99.0), ("năm", 99.0)]),
            line(&[("0123", 99.0), ("456", 99.0), ("789", 99.0)]),
            line(&[("Họ", 99.0), ("và", 99.0), ("tên:", 99.0)]),
            line(&[]),
        ];
        let lines = [at(100.0), at(200.0), at(700.0), at(710.0), at(720.0), at(730.0), at(740.0), at(750.0)];
        let asked_at = |threshold| asked(&read, &lines, 1000.0, threshold);
        assert_eq!(asked_at(0.85), [true, true, true, false, true, true, true, false]);
        assert_eq!(asked_at(0.0), [false; 8]);
        assert_eq!(asked_at(1.0), [true, true, true, true, true, true, true, false]);
        let text = [line(&[("Về", 99.0), ("việc", 99.0)])];
        assert_eq!(asked(&text, &[at(100.0)], 1000.0, 0.85), [false], "a page that begins nothing");
    }
}
