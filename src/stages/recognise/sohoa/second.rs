//! Which lines are read a second time, and what comes of two readings.

use super::super::{EngineLine, EngineWord, Legibility};
use crate::model::page::LineImage;
use crate::model::text::SecondReading;
use crate::model::vietnamese::fold;

/// The share of a page's height, from its top, in which header, title and subject of a document stand.
const HEAD: f32 = 0.5;
/// Lines in capitals with fewer letters are no title and no name of an office.
const FEWEST_CAPITALS: usize = 6;
/// Titles, subjects and dates stand on lines narrower than this share of the page: text fills it.
const NARROW: f32 = 0.62;
/// So many lines go on with what a line in capitals or a number line began.
const GOES_ON: usize = 5;
/// So many digits, parted by nothing but blanks and full stops, may be the number of a person or a
/// card.
const LONG_NUMBER: usize = 9;
/// And so many a date, whatever parts them, where they stand in a narrow line.
const DATE: usize = 6;
/// Beginnings of what stands before a name, a birthday or a number, without marks.
const LABELS: [&str; 9] =
    ["ho va ten", "ho, chu dem", "ho chu dem", "ho ten", "ngay sinh", "sinh ngay", "can cuoc", "cccd", "dinh danh"];
/// By so much has Tesseract to be surer of a line, as a share of it, for its reading to stand. Where
/// the two differ, it is right in one line of twelve.
const SURER: f64 = 0.1;

/// Which of the lines `read` Tesseract is to read: those of which the reader is less sure than
/// `threshold`, and those that facts may stand on. Nothing if `threshold` is 0. `page` is as wide and
/// as high as the page.
pub(super) fn asked(read: &[EngineLine], lines: &[LineImage], page: (f32, f32), threshold: f64) -> Vec<bool> {
    let (width, height) = page;
    let mut goes_on = 0;
    let asked = read.iter().zip(lines).map(|(read, line)| {
        let unsure = threshold >= 1.0 || sureness(read) < threshold;
        let narrow = (line.image.width() as f32) < NARROW * width;
        let head = line.y < HEAD * height;
        let begins = head && (is_capitals(&read.words) || narrow && is_number_line(&read.words));
        let within = head && narrow && goes_on > 0;
        goes_on = match (begins, within) {
            (true, _) => GOES_ON,
            (false, true) => goes_on - 1,
            (false, false) => 0,
        };
        let fact = begins || within || may_hold_fact(&read.words, narrow);
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

/// Whether all letters of a line are capitals, as in titles and names of offices.
fn is_capitals(words: &[EngineWord]) -> bool {
    let letters = || words.iter().flat_map(|word| word.text.chars()).filter(|c| c.is_alphabetic());
    letters().count() >= FEWEST_CAPITALS && letters().all(|c| !c.is_lowercase())
}

/// Whether a line says `Số:` or `V/v`, however well that was read.
fn is_number_line(words: &[EngineWord]) -> bool {
    let first: String = words.first().map(|word| fold(&word.text)).unwrap_or_default();
    let first = first.trim_start_matches(|c: char| !c.is_alphanumeric());
    first.starts_with("so") || first.starts_with("s6") || first.starts_with("v/v") || first.starts_with("v/")
}

/// Whether a date, a person's name or number, or a line of an identity card's code may stand in a line.
fn may_hold_fact(words: &[EngineWord], narrow: bool) -> bool {
    let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let folded = fold(&text);
    let digits = folded.chars().filter(char::is_ascii_digit).count();
    let is_date = narrow && (digits >= DATE || digits > 0 && folded.contains("ngay") && folded.contains("nam"));
    let (mut run, mut longest) = (0, 0);
    for c in folded.chars() {
        run = match c {
            '0'..='9' => run + 1,
            ' ' | '.' => run,
            _ => 0,
        };
        longest = longest.max(run);
    }
    let labelled = LABELS.iter().any(|label| folded.contains(label));
    is_date || longest >= LONG_NUMBER || text.contains("<<") || labelled
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
            EngineWord { text: (*text).into(), confidence: *confidence, place, engine: "test", second: SecondReading::None }
        });
        EngineLine { words: words.collect(), begins_block: true }
    }

    fn at(y: f32, width: u32) -> LineImage {
        let image = Raster::new(width, 1, Channels::Gray, vec![255; width as usize]).unwrap();
        LineImage { image, x: 0.0, y, slope: 0.0, letters: 1, begins_block: false }
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
        let sure = |text: &str| line(&text.split(' ').map(|word| (word, 99.0)).collect::<Vec<_>>());
        let page = [
            (sure("Về việc cử công chức"), at(50.0, 300), false),
            (sure("QUYẾT ĐỊNH"), at(100.0, 300), true),
            (sure("Về việc cử công chức"), at(150.0, 500), true),
            (sure("tham gia lớp tập huấn"), at(200.0, 300), true),
            (sure("Căn cứ Luật Tổ chức chính quyền địa phương"), at(250.0, 800), false),
            (sure("một phần của Luật"), at(300.0, 300), false),
            (sure("Số: 12/SNV"), at(320.0, 200), true),
            (sure("CHỦ TỊCH ỦY BAN NHÂN DÂN"), at(700.0, 300), false),
            (line(&[("cấp", 40.0)]), at(710.0, 800), true),
            (sure("Ngày 3 tháng 4 năm 2023"), at(720.0, 300), true),
            (sure("Căn cứ Nghị quyết ngày 3 tháng 4 năm 2023 của Quốc hội"), at(730.0, 800), false),
            (sure("số 0123 456 789 của ông"), at(740.0, 800), true),
            (sure("Họ và tên:"), at(750.0, 800), true),
            (sure("IDVNM<<1"), at(760.0, 800), true),
            (line(&[]), at(770.0, 300), false),
        ];
        let (read, rest): (Vec<_>, Vec<_>) = page.into_iter().map(|(read, line, asked)| (read, (line, asked))).unzip();
        let (lines, expected): (Vec<_>, Vec<_>) = rest.into_iter().unzip();
        assert_eq!(asked(&read, &lines, (1000.0, 1000.0), 0.85), expected);
        assert_eq!(asked(&read, &lines, (1000.0, 1000.0), 0.0), [false; 15]);
        let all = asked(&read, &lines, (1000.0, 1000.0), 1.0);
        assert_eq!(all.iter().filter(|asked| **asked).count(), 14, "all but the one without words");
    }
}
