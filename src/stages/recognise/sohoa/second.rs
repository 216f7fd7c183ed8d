//! Which lines are read a second time, and what comes of two readings.

use super::super::{EngineLine, EngineWord, Legibility};
use super::facts;
use crate::model::text::SecondReading;

/// By so much has Tesseract to be surer of a line, as a share of it, for its reading to stand. Where
/// the two differ, it is right in one line of twelve.
const SURER: f64 = 0.1;
/// So many lines of a page are read a second time at most; of 60 on a dense page some 15 are. Where more are
/// unsure, there are blots that look like letters, and each costs Tesseract as much as print.
const MOST: usize = 80;

/// Which of the lines `read` Tesseract is to read: those of which the reader is less sure than
/// `threshold`, and those that facts may stand on. Nothing if `threshold` is 0. `page` is as wide and
/// as high as the page.
pub(super) fn asked(read: &[EngineLine], page: (f32, f32), threshold: f64) -> Vec<bool> {
    let facts = facts::lines(read.iter().map(|line| line.words.as_slice()), page);
    let asked = read.iter().zip(facts).map(|(line, is_fact)| {
        let unsure = threshold >= 1.0 || sureness(line) < threshold;
        threshold > 0.0 && !line.words.is_empty() && (unsure || is_fact)
    });
    at_most(asked.collect(), read)
}

/// Of the lines that are `asked` for at most so many: those with the most letters.
fn at_most(mut asked: Vec<bool>, read: &[EngineLine]) -> Vec<bool> {
    let letters = |line: &EngineLine| Legibility::of(std::slice::from_ref(line)).letters;
    let mut places: Vec<(f64, usize)> =
        asked.iter().zip(read).enumerate().filter(|(_, (asked, _))| **asked).map(|(at, (_, line))| (letters(line), at)).collect();
    places.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, at) in places.into_iter().skip(MOST) {
        if let Some(asked) = asked.get_mut(at) {
            *asked = false;
        }
    }
    asked
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
    // What only the other reader sees, in a gap between words, speaks against the nearest of them.
    let homes: Vec<Option<usize>> = other.words.iter().map(|seen| nearest(&first.words, seen)).collect();
    for (at, word) in first.words.iter_mut().enumerate() {
        let seen = other.words.iter().zip(&homes).filter(|(_, home)| **home == Some(at));
        let there: Vec<&str> = seen.map(|(seen, _)| seen.text.as_str()).collect();
        let same = self::plain(there.iter().copied()) == self::plain([word.text.as_str()]);
        word.second = if same { SecondReading::Agrees } else { SecondReading::Differs(there.join(" ")) };
    }
}

/// Mean confidence of a line's letters and digits, as a share.
fn sureness(line: &EngineLine) -> f64 {
    Legibility::of(std::slice::from_ref(line)).mean()
}

/// Which of `words` the middle of `seen` lies on, or else next to; none for specks and rules.
fn nearest(words: &[EngineWord], seen: &EngineWord) -> Option<usize> {
    if !seen.text.contains(char::is_alphanumeric) {
        return None;
    }
    let middle = seen.place.x + seen.place.width / 2.0;
    let apart = |word: &EngineWord| (word.place.x - middle).max(middle - word.place.x - word.place.width).max(0.0);
    let places = words.iter().enumerate().map(|(at, word)| (at, apart(word)));
    places.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Rect;

    fn line(words: &[(&str, f32)]) -> EngineLine {
        let mut x = 0.0;
        let words = words.iter().map(|(text, confidence)| {
            let width = 10.0 * text.chars().count() as f32;
            let place = Rect { x, y: 0.0, width, height: 20.0 };
            x += width + 10.0;
            EngineWord { text: (*text).into(), confidence: *confidence, place, engine: "test", second: SecondReading::None }
        });
        EngineLine { words: words.collect(), begins_block: true }
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
        let read =
            [line(&[("QUYẾT", 99.0), ("ĐỊNH", 99.0)]), line(&[("của", 99.0), ("Luật", 99.0)]), line(&[("cấp", 40.0)]), line(&[])];
        let asked = |threshold| asked(&read, (1000.0, 1000.0), threshold);
        assert_eq!(asked(0.85), [true, false, true, false]);
        assert_eq!(asked(0.0), [false; 4]);
        assert_eq!(asked(1.0), [true, true, true, false], "all but the one without words");
    }

    #[test]
    fn of_hundreds_of_unsure_blots_only_the_longest_lines_are_asked_for() {
        let read: Vec<EngineLine> = (0..400).map(|n| line(&[(if n < 30 { "nghiêng" } else { "iJ" }, 20.0)])).collect();
        let asked = asked(&read, (1000.0, 1000.0), 0.85);
        assert_eq!(asked.iter().filter(|asked| **asked).count(), MOST);
        assert!(asked[..30].iter().all(|asked| *asked));
    }
}
