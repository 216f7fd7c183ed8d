//! On which lines facts may stand: those for which a second witness is worth its time.
//!
//! What is told of a paper stands in few places: body, number and subject in the left column of the
//! header, place and date in the right one or over a signature, title and abstract in the middle. The
//! bounds here are wider than those in which facts are looked for later: what no second reader has read
//! is not accepted, so a line too many costs a few milliseconds and one too few a person's time.

use std::ops::RangeInclusive;

use super::super::EngineWord;
use crate::model::vietnamese::{begins_part, fold, fold_words, is_national};

/// The share of a page's height, from its top, in which header, title and subject of a document stand.
const HEAD: f32 = 0.5;
/// Lines in capitals with fewer letters are no title and no name of an office.
const FEWEST_CAPITALS: usize = 4;
/// So many of five letters are capitals in a line of capitals; the others were misread.
const CAPITALS_OF_FIVE: usize = 4;
/// Titles, subjects and dates stand on lines narrower than this share of the page: text fills it.
const NARROW: f32 = 0.62;
/// Where the middle of a title, of the first line of its abstract, and of lines in the left and in the
/// right column lies, in widths of the page.
const TITLE: RangeInclusive<f32> = 0.25..=0.75;
const ABSTRACT: RangeInclusive<f32> = 0.37..=0.68;
const LEFT: RangeInclusive<f32> = 0.0..=0.55;
const RIGHT: RangeInclusive<f32> = 0.42..=1.0;
/// From a title to its abstract, from line to line of that, and of a subject, in heights of a line.
const TO_ABSTRACT: f32 = 3.0;
const WITHIN_ABSTRACT: f32 = 1.8;
const WITHIN_SUBJECT: f32 = 2.4;
/// So many lines an abstract or a subject has.
const GOES_ON: usize = 5;
/// Pieces of one line share this much of the lower one's height.
const LEVEL: f32 = 0.4;
/// So many digits, parted by nothing but blanks and full stops, may be the number of a person or a
/// card.
const LONG_NUMBER: usize = 9;
/// Beginnings of what stands before a name, a birthday or a number, without marks.
const LABELS: [&str; 9] =
    ["ho va ten", "ho, chu dem", "ho chu dem", "ho ten", "ngay sinh", "sinh ngay", "can cuoc", "cccd", "dinh danh"];

/// A line that was read, in the page's own measures.
struct Piece {
    number: usize,
    text: String,
    folded: String,
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
}

impl Piece {
    fn of(number: usize, words: &[EngineWord]) -> Option<Self> {
        let first = words.first()?.place;
        let mut piece = Self {
            number,
            text: words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
            folded: String::new(),
            left: first.x,
            right: first.x,
            top: first.y,
            bottom: first.y,
        };
        for place in words.iter().map(|word| word.place) {
            piece.left = piece.left.min(place.x);
            piece.right = piece.right.max(place.x + place.width);
            piece.top = piece.top.min(place.y);
            piece.bottom = piece.bottom.max(place.y + place.height);
        }
        piece.folded = fold_words(&piece.text);
        Some(piece)
    }

    fn height(&self) -> f32 {
        self.bottom - self.top
    }

    fn is_level_with(&self, other: &Self) -> bool {
        self.bottom.min(other.bottom) - self.top.max(other.top) > LEVEL * self.height().min(other.height())
    }

    /// Whether `next` is the line under this one, no further down than that many heights of a line.
    fn goes_on_with(&self, next: &Self, heights: f32) -> bool {
        let down = next.top - self.top;
        let beside = next.left >= self.right || next.right <= self.left;
        !beside && !self.is_level_with(next) && down > 0.0 && down <= heights * self.height().max(next.height())
    }

    /// Whether it has the letters of a title or of an office's name.
    fn is_capitals(&self) -> bool {
        let letters = self.text.chars().filter(|c| c.is_alphabetic());
        let (upper, all) = letters.fold((0, 0), |(upper, all), c| (upper + usize::from(c.is_uppercase()), all + 1));
        all >= FEWEST_CAPITALS && upper * 5 >= all * CAPITALS_OF_FIVE
    }

    /// Whether it is a rule or a speck that was read as signs.
    fn is_speck(&self) -> bool {
        self.folded.chars().filter(|c| c.is_alphanumeric()).count() < 2
    }

    /// Whether it goes on with no abstract and no subject.
    fn begins_otherwise(&self) -> bool {
        self.is_capitals() || begins_part(&self.text, &self.folded)
    }

    /// Whether it begins with `Số` and goes on with no letter, however well that was read.
    fn is_number(&self) -> bool {
        let folded = fold(&self.text);
        let mut rest = folded.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '$').chars();
        let label = matches!((rest.next(), rest.next()), (Some('s' | '$'), Some('o' | '6' | '0')));
        label && rest.find(|c| !c.is_whitespace()).is_none_or(|c| !c.is_alphabetic())
    }

    /// Whether it says `V/v` or `Về việc`.
    fn is_subject(&self) -> bool {
        let folded = fold(&self.text);
        let begins = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
        ["v/", "v /", "vlv", "v1v", "viv"].iter().any(|label| begins.starts_with(label)) || self.folded.starts_with("ve viec")
    }

    /// Whether it tells a day, `ngày … tháng …`, written or still to be filled in.
    fn is_date(&self) -> bool {
        let mut words = self.folded.split(' ');
        let day = words.clone().any(|word| word.starts_with("ng") && word.len() == 4);
        day && words.any(|word| word.starts_with("thang") || word.starts_with("nam"))
    }

    /// Whether a person's name or number, or a line of an identity card's code may stand in it.
    fn is_of_a_person(&self) -> bool {
        let (mut run, mut longest) = (0, 0);
        for c in self.text.chars() {
            run = match c {
                '0'..='9' => run + 1,
                ' ' | '.' => run,
                _ => 0,
            };
            longest = longest.max(run);
        }
        let labelled = self.text.contains(':') && {
            let folded = fold(&self.text);
            LABELS.iter().any(|label| folded.contains(label))
        };
        longest >= LONG_NUMBER || self.text.contains("<<") || labelled
    }
}

/// Which lines facts may stand on, of a page as wide and as high as that.
pub(super) fn lines<'w>(read: impl ExactSizeIterator<Item = &'w [EngineWord]>, (width, height): (f32, f32)) -> Vec<bool> {
    let mut found = vec![false; read.len()];
    let mut pieces: Vec<Piece> = read.enumerate().filter_map(|(number, words)| Piece::of(number, words)).collect();
    pieces.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut mark = |piece: &Piece| found.get_mut(piece.number).into_iter().for_each(|found| *found = true);
    let narrow = |piece: &Piece| piece.right - piece.left < NARROW * width;
    let lies =
        |piece: &Piece, column: &RangeInclusive<f32>| column.contains(&((piece.left + piece.right) / 2.0 / width.max(1.0)));
    for (place, piece) in pieces.iter().enumerate() {
        let below = pieces.get(place + 1..).unwrap_or_default();
        let level = |columns: &'static RangeInclusive<f32>| {
            let narrow = &narrow;
            let lies = &lies;
            pieces.iter().filter(move |other| narrow(other) && lies(other, columns) && other.is_level_with(piece))
        };
        let head = piece.top < HEAD * height;
        if piece.is_of_a_person() {
            mark(piece);
        }
        if narrow(piece) && lies(piece, &RIGHT) && piece.is_date() {
            mark(piece);
            level(&RIGHT).for_each(&mut mark);
        }
        if head && narrow(piece) && lies(piece, &LEFT) && piece.is_number() {
            mark(piece);
            level(&LEFT).for_each(&mut mark);
        }
        if head && narrow(piece) && lies(piece, &LEFT) && piece.is_subject() {
            mark(piece);
            going_on(piece, below, WITHIN_SUBJECT, &narrow).into_iter().for_each(&mut mark);
        }
        if head && piece.is_capitals() && !is_national(&piece.folded) {
            mark(piece);
            let under = below.iter().find(|next| !next.is_speck() && piece.goes_on_with(next, TO_ABSTRACT));
            let is_abstract = |next: &&Piece| lies(next, &ABSTRACT) && narrow(next) && !next.begins_otherwise();
            if let Some(first) = under.filter(is_abstract).filter(|_| lies(piece, &TITLE)) {
                mark(first);
                going_on(first, below, WITHIN_ABSTRACT, &narrow).into_iter().for_each(&mut mark);
            }
        }
    }
    found
}

/// The narrow lines that go on with `first`, each under the one before.
fn going_on<'p>(first: &'p Piece, below: &'p [Piece], heights: f32, narrow: &impl Fn(&Piece) -> bool) -> Vec<&'p Piece> {
    let mut last = first;
    let mut found = Vec::new();
    for next in below.iter().filter(|next| next.top > first.top) {
        if found.len() < GOES_ON && last.goes_on_with(next, heights) {
            if !narrow(next) || next.begins_otherwise() {
                break;
            }
            found.push(next);
            last = next;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geometry::Rect;
    use crate::model::text::SecondReading;

    /// A line of that text with its middle at `x` and its top at `y`, ten pixels a letter.
    fn line(x: f32, y: f32, text: &str) -> Vec<EngineWord> {
        let mut left = x - 5.0 * text.chars().count() as f32;
        let words = text.split(' ').map(|word| {
            let width = 10.0 * word.chars().count() as f32;
            let place = Rect { x: left, y, width, height: 24.0 };
            left += width + 10.0;
            EngineWord { text: word.into(), confidence: 99.0, place, second: SecondReading::None, engine: "" }
        });
        words.collect()
    }

    /// Which of these lines of a page of 1000 × 1400 pixels are asked about, against what is expected.
    fn check(page: &[(f32, f32, &str, bool)]) {
        let read: Vec<Vec<EngineWord>> = page.iter().map(|&(x, y, text, _)| line(x, y, text)).collect();
        let found = lines(read.iter().map(Vec::as_slice), (1000.0, 1400.0));
        for (found, (_, _, text, expected)) in found.into_iter().zip(page) {
            assert_eq!(found, *expected, "{text}");
        }
    }

    #[test]
    fn the_lines_of_a_decisions_head_are_asked_about_and_what_all_papers_say_is_not() {
        check(&[
            (250.0, 100.0, "ỦY BAN NHÂN DÂN", true),
            (250.0, 130.0, "TỈNH LÀO CAI", true),
            (700.0, 100.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", false),
            (700.0, 130.0, "Độc lập - Tự do - Hạnh phúc", false),
            (220.0, 180.0, "Số:", true),
            (290.0, 178.0, "15/QĐ-UBND", true),
            (720.0, 180.0, "Lào Cai, ngày tháng 4 năm 2023", true),
            (640.0, 182.0, "12", true),
            (500.0, 260.0, "QUYẾT ĐỊNH", true),
            (500.0, 300.0, "Về việc cử công chức tham gia", true),
            (500.0, 335.0, "lớp tập huấn năm 2023", true),
            (500.0, 420.0, "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH LÀO CAI", true),
            (500.0, 470.0, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", false),
            (300.0, 510.0, "Số lượng:", false),
            (300.0, 800.0, "QUYẾT ĐỊNH:", false),
        ]);
    }

    #[test]
    fn the_subject_of_a_letter_is_asked_about_as_far_as_it_goes() {
        check(&[
            (200.0, 180.0, "Số: 12/SNV", true),
            (220.0, 220.0, "V/v đề nghị cung cấp", true),
            (220.0, 250.0, "hồ sơ công chức", true),
            (500.0, 330.0, "Kính gửi: Sở Nội vụ tỉnh Lào Cai", false),
            (500.0, 400.0, "Thực hiện Kế hoạch số 12 của Ủy ban nhân dân tỉnh về việc đó", false),
        ]);
    }

    #[test]
    fn of_a_forms_lines_those_of_a_persons_number_and_of_dates_at_the_right_are_asked_about() {
        check(&[
            (500.0, 200.0, "GIẤY TIẾP NHẬN HỒ SƠ", true),
            (500.0, 240.0, "Mã hồ sơ: H38.1-1-2", false),
            (300.0, 280.0, "Lĩnh vực: Tài nguyên nước", false),
            (300.0, 320.0, "Số định danh: 0150 7254 4472", true),
            (300.0, 360.0, "Họ và tên: Nguyễn Văn A", true),
            (300.0, 400.0, "Bản sao căn cước công dân", false),
            (300.0, 440.0, "có hiệu lực từ ngày 3 tháng 4", false),
            (700.0, 900.0, "Ngày 3 tháng 4 năm 2023", true),
            (300.0, 1000.0, "IDVNM0150725444<<1", true),
        ]);
        let nothing: [&[EngineWord]; 1] = [&[]];
        assert_eq!(lines(nothing.into_iter(), (1000.0, 1000.0)), [false]);
    }
}
