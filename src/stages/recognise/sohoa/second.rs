//! Which words are read a second time, and what comes of two readings.

use std::ops::Range;

use super::super::{EngineLine, EngineWord, Legibility};
use super::facts;
use crate::model::page::LineImage;
use crate::model::raster::Raster;
use crate::model::text::SecondReading;

/// By so much has Tesseract to be surer of what it reads, as a share of it, for its reading to stand.
/// Where the two differ, it is right in one line of twelve.
const SURER: f64 = 0.1;
/// A reading with less than one letter in so many of what the other has has lost words.
const FEWER: f64 = 2.0;
/// So many unsure lines of a page are read a second time at most, and so many of facts; of 60 on a dense page
/// some 15 are. Where more are unsure, there are blots that look like letters, and each costs Tesseract as
/// much as print.
const MOST: usize = 80;

/// Which words of the lines `read` Tesseract is to read: all of those lines of which the reader is less
/// sure than `threshold`, and in others those that facts may stand in. Nothing if `threshold` is 0.
/// `page` is as wide and as high as the page.
pub(super) fn asked(read: &[EngineLine], page: (f32, f32), threshold: f64) -> Vec<Option<Range<usize>>> {
    let facts = facts::places(read.iter().map(|line| line.words.as_slice()), page);
    let is_fact: Vec<bool> = facts.iter().map(Option::is_some).collect();
    let asked = read.iter().zip(facts).map(|(line, fact)| {
        let unsure = threshold >= 1.0 || sureness(&line.words) < threshold;
        let words = if unsure { Some(0..line.words.len()) } else { fact };
        words.filter(|words| threshold > 0.0 && !words.is_empty())
    });
    at_most(asked.collect(), read, &is_fact)
}

/// Of what is `asked` for in lines, at most so many: of those of facts, which blots must not crowd out, the
/// first; of the others what has the most letters.
fn at_most(mut asked: Vec<Option<Range<usize>>>, read: &[EngineLine], is_fact: &[bool]) -> Vec<Option<Range<usize>>> {
    let letters = |(line, words): (&EngineLine, &Option<Range<usize>>)| {
        line.words.get(words.clone()?).map(|words| Legibility::of(words).letters)
    };
    let counted = read.iter().zip(&asked).map(letters).enumerate();
    let places = counted.filter_map(|(at, letters)| Some((letters?, at)));
    let (facts, mut unsure): (Vec<_>, Vec<_>) = places.partition(|(_, at)| is_fact.get(*at).copied().unwrap_or_default());
    unsure.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, at) in facts.into_iter().skip(MOST).chain(unsure.into_iter().skip(MOST)) {
        if let Some(asked) = asked.get_mut(at) {
            *asked = None;
        }
    }
    asked
}

/// The piece of `line` on which those of its `words` stand: it is cut in the middle of the blanks
/// around them.
pub(super) fn piece(line: &LineImage, words: &[EngineWord], part: &Range<usize>) -> LineImage {
    let width = line.image.width() as usize;
    let before_word = |at: usize| {
        let (last, next) = (words.get(at.checked_sub(1)?)?.place, words.get(at)?.place);
        let middle = (last.x + last.width + next.x) / 2.0 - line.x;
        Some((middle.max(0.0) as usize).min(width))
    };
    let (from, to) = (before_word(part.start).unwrap_or(0), before_word(part.end).unwrap_or(width));
    let samples = line.image.samples().chunks_exact(width.max(1));
    let samples: Vec<u8> = samples.flat_map(|row| row.get(from..to).unwrap_or_default()).copied().collect();
    let image = Raster::new((to.saturating_sub(from)) as u32, line.image.height(), line.image.channels(), samples);
    let Some(image) = image else { return line.clone() };
    let middle = (from + to) as f32 / 2.0;
    let fall = line.slope * (middle - width as f32 / 2.0);
    LineImage { image, x: line.x + from as f32, y: line.y + fall, ..*line }
}

/// Puts the better of two readings of the words `part` of `line` into it, and what the other makes of
/// each word. The other one stands if that makes the whole line surer.
pub(super) fn weigh(line: &mut EngineLine, part: Range<usize>, other: EngineLine) {
    let mut other = other.words;
    let mut first: Vec<EngineWord> = line.words.get(part.clone()).unwrap_or_default().to_vec();
    let outside = line.words.iter().enumerate().filter(|(at, _)| !part.contains(at)).map(|(_, word)| word);
    if is_surer(Legibility::of(outside), Legibility::of(&first), Legibility::of(&other)) {
        std::mem::swap(&mut first, &mut other);
    }
    compare(&mut first, &other);
    line.words.splice(part, first);
}

/// Whether the reading `other` of a piece makes the whole line surer than `first` does, if `outside` is what
/// stands around it. Letters that only one of them sees count against the one that does not: a line does not
/// get surer by the loss of its unsure words.
fn is_surer(outside: Legibility, first: Legibility, other: Legibility) -> bool {
    let with = |piece: Legibility| {
        let mut line = outside;
        line += piece;
        line
    };
    let (before, after) = (with(first), with(other));
    let letters = before.letters.max(after.letters);
    other.letters * FEWER >= first.letters && after.mean() > before.mean() + SURER && after.right > before.right + SURER * letters
}

/// Tells of each of the words `first` what `other` makes of it.
fn compare(first: &mut [EngineWord], other: &[EngineWord]) {
    let plain = |words: &[EngineWord]| plain(words.iter().map(|word| word.text.as_str()));
    if plain(first) == plain(other) {
        first.iter_mut().for_each(|word| word.second = SecondReading::Agrees);
        return;
    }
    // What only the other reader sees, in a gap between words, speaks against the nearest of them.
    let homes: Vec<Option<usize>> = other.iter().map(|seen| nearest(first, seen)).collect();
    for (at, word) in first.iter_mut().enumerate() {
        let seen = other.iter().zip(&homes).filter(|(_, home)| **home == Some(at));
        let there: Vec<&str> = seen.map(|(seen, _)| seen.text.as_str()).collect();
        let same = self::plain(there.iter().copied()) == self::plain([word.text.as_str()]);
        word.second = if same { SecondReading::Agrees } else { SecondReading::Differs(there.join(" ")) };
    }
}

/// Mean confidence of the letters and digits of `words`, as a share.
fn sureness(words: &[EngineWord]) -> f64 {
    Legibility::of(words).mean()
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
    use crate::model::raster::Channels;

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

    fn weigh_all(first: &mut EngineLine, other: EngineLine) {
        let all = 0..first.words.len();
        weigh(first, all, other);
    }

    fn seconds(line: &EngineLine) -> Vec<SecondReading> {
        line.words.iter().map(|word| word.second.clone()).collect()
    }

    #[test]
    fn readings_that_say_the_same_agree_however_they_are_parted() {
        let mut first = line(&[("Số:", 99.0), ("12/QĐ-UBND", 99.0)]);
        weigh_all(&mut first, line(&[("Số:12/QĐ–UBND", 90.0)]));
        assert_eq!(seconds(&first), [SecondReading::Agrees, SecondReading::Agrees]);
    }

    #[test]
    fn a_word_that_differs_keeps_both_readings() {
        let mut first = line(&[("Số:", 99.0), ("12/QĐ", 95.0), ("ngày", 99.0)]);
        weigh_all(&mut first, line(&[("Số:", 99.0), ("72/QĐ", 90.0)]));
        assert_eq!(first.words[1].text, "12/QĐ");
        let differs = |text: &str| SecondReading::Differs(text.into());
        assert_eq!(seconds(&first), [SecondReading::Agrees, differs("72/QĐ"), differs("")]);
    }

    #[test]
    fn a_surer_second_reading_stands_and_the_first_is_kept() {
        let mut first = line(&[("居民", 20.0)]);
        weigh_all(&mut first, line(&[("ab", 90.0)]));
        assert_eq!((first.words[0].text.as_str(), first.begins_block), ("ab", true));
        assert_eq!(seconds(&first), [SecondReading::Differs("居民".into())]);
        let mut same = line(&[("nghiệp", 80.0)]);
        weigh_all(&mut same, line(&[("nghiệm", 85.0)]));
        assert_eq!(same.words[0].text, "nghiệp", "a little surer is not enough");
    }

    #[test]
    fn unsure_lines_and_those_of_facts_are_asked_for() {
        let read =
            [line(&[("QUYẾT", 99.0), ("ĐỊNH", 99.0)]), line(&[("của", 99.0), ("Luật", 99.0)]), line(&[("cấp", 40.0)]), line(&[])];
        let asked = |threshold| asked(&read, (1000.0, 1000.0), threshold);
        assert_eq!(asked(0.85), [Some(0..2), None, Some(0..1), None]);
        assert_eq!(asked(0.0), [const { None }; 4]);
        assert_eq!(asked(1.0), [Some(0..2), Some(0..2), Some(0..1), None], "all but the one without words");
    }

    #[test]
    fn what_is_read_of_a_piece_comes_back_to_its_place_in_the_line() {
        let mut first = line(&[("Số", 99.0), ("12", 40.0), ("ngày", 99.0)]);
        let image = Raster::new(130, 20, Channels::Gray, (0..130 * 20).map(|at| (at % 130) as u8).collect()).unwrap();
        let whole = LineImage { image, x: 0.0, y: 50.0, slope: 0.1, letters: 8, begins_block: true };
        let piece = piece(&whole, &first.words, &(1..2));
        assert_eq!((piece.image.width(), piece.x), (30, 25.0));
        assert_eq!(piece.image.samples()[..30], (25..55).collect::<Vec<u8>>()[..]);
        assert!((piece.y - (50.0 + 0.1 * (40.0 - 65.0))).abs() < 1e-4, "{}", piece.y);
        weigh(&mut first, 1..2, line(&[("1", 90.0), ("3", 90.0)]));
        assert_eq!(first.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>(), ["Số", "1", "3", "ngày"]);
        assert_eq!(seconds(&first).iter().filter(|second| **second == SecondReading::None).count(), 2);
    }

    #[test]
    fn words_that_the_other_reader_does_not_see_stay() {
        let texts = |line: &EngineLine| line.words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        let read = || line(&[("Họ", 99.0), ("tên:", 99.0), ("Nguyễn", 30.0), ("Thử", 30.0)]);
        for (part, other) in
            [(2..4, vec![]), (2..4, vec![("N", 99.0)]), (0..4, vec![("Họ", 99.0), ("tên:", 99.0)]), (2..4, vec![(".", 99.0)])]
        {
            let mut first = read();
            weigh(&mut first, part.clone(), line(&other));
            assert_eq!(texts(&first), texts(&read()), "{other:?}");
            assert!(matches!(first.words[3].second, SecondReading::Differs(_)), "{other:?}");
        }
        let mut first = read();
        weigh(&mut first, 2..4, line(&[("Nguyễn", 95.0), ("Thứ", 95.0)]));
        assert_eq!(texts(&first), ["Họ", "tên:", "Nguyễn", "Thứ"]);
        let mut short = line(&[("12", 95.0)]);
        weigh(&mut short, 0..1, line(&[("1234567890123456", 50.0)]));
        assert_eq!(texts(&short), ["12"], "more letters are no surer ones");
    }

    #[test]
    fn blots_do_not_crowd_out_the_line_of_a_fact() {
        let mut read: Vec<EngineLine> = (0..100).map(|_| line(&[("nghiêng nghiêng", 20.0)])).collect();
        let mut fact = line(&[("Số:", 99.0), ("1/QĐ", 99.0)]);
        fact.words.iter_mut().for_each(|word| word.place.y = 100.0);
        read.push(fact);
        let asked = asked(&read, (1000.0, 1000.0), 0.85);
        assert!(asked[100].is_some());
        assert_eq!(asked[..100].iter().flatten().count(), MOST);
    }

    #[test]
    fn of_hundreds_of_unsure_blots_only_the_longest_lines_are_asked_for() {
        let read: Vec<EngineLine> = (0..400).map(|n| line(&[(if n < 30 { "nghiêng" } else { "iJ" }, 20.0)])).collect();
        let asked = asked(&read, (1000.0, 1000.0), 0.85);
        assert_eq!(asked.iter().flatten().count(), MOST);
        assert!(asked[..30].iter().all(Option::is_some));
    }
}
