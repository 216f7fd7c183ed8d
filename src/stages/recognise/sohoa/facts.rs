//! On which lines, and in which of their words, facts may stand: those for which a second witness is
//! worth its time.
//!
//! What is told of a paper stands in few places: body, number and subject in the left column of the
//! header, place and date in the right one or over a signature, title and abstract in the middle. The
//! bounds here are wider than those in which facts are looked for later: what no second reader has read
//! is not accepted, so a line too many costs a few milliseconds and one too few a person's time.

use std::ops::{Range, RangeInclusive};

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

/// How intake receipts and their sister forms (TT 03/2025/TT-VPCP, App. I) are headed, without marks. They are lists of
/// labels and tables, each office's in its own way, and nearly every line of them is a fact.
const RECEIPTS: [&str; 6] = ["nhan ho so", "bien nhan", "yeu cau bo sung", "tu choi tiep nhan", "xin loi", "phieu kiem soat"];
/// Their first words: offices that take papers in are named so, too, and a letter of the rest may be misread.
const FIRST: [&str; 3] = ["giay ", "phieu ", "bien nhan"];

/// A line that was read, in the page's own measures.
struct Piece<'w> {
    number: usize,
    words: &'w [EngineWord],
    text: String,
    folded: String,
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
}

impl<'w> Piece<'w> {
    fn of(number: usize, words: &'w [EngineWord]) -> Option<Self> {
        let first = words.first()?.place;
        let mut piece = Self {
            number,
            words,
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

    /// All its words.
    fn whole(&self) -> Range<usize> {
        0..self.words.len()
    }

    /// The words of a day, `ngày … tháng …`, written or still to be filled in, if it tells one.
    fn date(&self) -> Option<Range<usize>> {
        let folded: Vec<String> = self.words.iter().map(|word| fold(&word.text)).collect();
        let begins = |word: &String| word.starts_with("ng") && word.len() == 4;
        let goes_on = |word: &String| word.starts_with("thang") || word.starts_with("nam");
        let first = folded.iter().position(begins)?;
        folded.iter().any(goes_on).then_some(first..self.words.len())
    }

    /// The words in which a person's name, birthday or number, or a line of an identity card's code may
    /// stand.
    fn of_a_person(&self) -> Option<Range<usize>> {
        if self.text.contains("<<") {
            return Some(self.whole());
        }
        let folded = fold(&self.text);
        let labelled = LABELS.iter().any(|label| folded.contains(label));
        let colon = self.words.iter().position(|word| word.text.contains(':')).filter(|_| labelled);
        let behind = colon.map(|colon| colon..self.words.len());
        match (behind, self.long_number()) {
            (Some(a), Some(b)) => Some(a.start.min(b.start)..a.end.max(b.end)),
            (behind, number) => behind.or(number),
        }
    }

    /// The words of the first and the last number of [`LONG_NUMBER`] digits, what lies between, and the
    /// word before.
    fn long_number(&self) -> Option<Range<usize>> {
        let mut found: Option<Range<usize>> = None;
        let (mut run, mut start) = (0, 0);
        for (at, word) in self.words.iter().enumerate() {
            for c in word.text.chars() {
                match c {
                    '0'..='9' => {
                        start = if run == 0 { at } else { start };
                        run += 1;
                    }
                    '.' => {}
                    _ => run = 0,
                }
                if run >= LONG_NUMBER {
                    let first = found.map_or(start.saturating_sub(1), |found| found.start);
                    found = Some(first..at + 1);
                }
            }
        }
        found
    }
}

/// In which words of its lines facts may stand, of a page as wide and as high as that.
pub(super) fn places<'w>(
    read: impl ExactSizeIterator<Item = &'w [EngineWord]>,
    (width, height): (f32, f32),
) -> Vec<Option<Range<usize>>> {
    let mut found = vec![None; read.len()];
    let mut pieces: Vec<Piece<'_>> = read.enumerate().filter_map(|(number, words)| Piece::of(number, words)).collect();
    pieces.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut mark = |piece: &Piece<'_>, words: Range<usize>| {
        if let Some(place) = found.get_mut(piece.number) {
            let both = |known: Range<usize>| known.start.min(words.start)..known.end.max(words.end);
            *place = Some(place.take().map_or(words.clone(), both));
        }
    };
    let narrow = |piece: &Piece<'_>| piece.right - piece.left < NARROW * width;
    let lies =
        |piece: &Piece<'_>, column: &RangeInclusive<f32>| column.contains(&((piece.left + piece.right) / 2.0 / width.max(1.0)));
    let has_any = |piece: &Piece<'_>| RECEIPTS.iter().any(|words| piece.folded.contains(words));
    let heads = |piece: &&Piece<'_>| FIRST.iter().any(|first| piece.folded.starts_with(first)) && has_any(piece);
    if let Some(head) = pieces.iter().filter(|piece| piece.top < HEAD * height).find(heads) {
        // Copies are one digit.
        let is_read = |piece: &&Piece<'_>| piece.folded.contains(char::is_alphanumeric) && !is_national(&piece.folded);
        let is_form = |piece: &&Piece<'_>| piece.top > head.top && is_read(piece);
        pieces.iter().filter(is_form).for_each(|piece| mark(piece, piece.whole()));
    }
    for (place, piece) in pieces.iter().enumerate() {
        let below = pieces.get(place + 1..).unwrap_or_default();
        let level = |columns: &'static RangeInclusive<f32>| {
            let narrow = &narrow;
            let lies = &lies;
            let beside = move |other: &&Piece<'_>| other.number != piece.number && narrow(other) && lies(other, columns);
            pieces.iter().filter(beside).filter(|other| other.is_level_with(piece))
        };
        let head = piece.top < HEAD * height;
        if let Some(words) = piece.of_a_person() {
            mark(piece, words);
        }
        if narrow(piece)
            && lies(piece, &RIGHT)
            && let Some(words) = piece.date()
        {
            mark(piece, words);
            level(&RIGHT).for_each(|other| mark(other, other.whole()));
        }
        if head && narrow(piece) && lies(piece, &LEFT) && piece.is_number() {
            mark(piece, piece.whole());
            level(&LEFT).for_each(|other| mark(other, other.whole()));
        }
        if head && narrow(piece) && lies(piece, &LEFT) && piece.is_subject() {
            mark(piece, piece.whole());
            going_on(piece, below, WITHIN_SUBJECT, &narrow).into_iter().for_each(|other| mark(other, other.whole()));
        }
        if head && piece.is_capitals() && !is_national(&piece.folded) {
            mark(piece, piece.whole());
            let under = below.iter().find(|next| !next.is_speck() && piece.goes_on_with(next, TO_ABSTRACT));
            let is_abstract = |next: &&Piece<'_>| lies(next, &ABSTRACT) && narrow(next) && !next.begins_otherwise();
            if let Some(first) = under.filter(is_abstract).filter(|_| lies(piece, &TITLE)) {
                mark(first, first.whole());
                going_on(first, below, WITHIN_ABSTRACT, &narrow).into_iter().for_each(|other| mark(other, other.whole()));
            }
        }
    }
    found
}

/// The narrow lines that go on with `first`, each under the one before.
fn going_on<'p, 'w>(
    first: &'p Piece<'w>,
    below: &'p [Piece<'w>],
    heights: f32,
    narrow: &impl Fn(&Piece<'w>) -> bool,
) -> Vec<&'p Piece<'w>> {
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
        let found = places(read.iter().map(Vec::as_slice), (1000.0, 1400.0));
        for (found, (_, _, text, expected)) in found.into_iter().zip(page) {
            assert_eq!(found.is_some(), *expected, "{text}");
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
            (500.0, 200.0, "ĐƠN ĐỀ NGHỊ CẤP PHÉP", true),
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
        assert_eq!(places(nothing.into_iter(), (1000.0, 1000.0)), [None]);
    }

    #[test]
    fn of_a_receipt_all_that_stands_under_its_title_is_asked_about() {
        check(&[
            (700.0, 100.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", false),
            (300.0, 150.0, "Quầy số 3", false),
            (500.0, 200.0, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", true),
            (500.0, 240.0, "Mã hồ sơ: H38.1-1-2", true),
            (200.0, 280.0, "Lĩnh vực:", true),
            (600.0, 280.0, "Tài nguyên nước", true),
            (100.0, 320.0, "1", true),
            (400.0, 320.0, "Tờ khai", true),
            (500.0, 400.0, "Thời gian nhận hồ sơ: 10 giờ 44 phút, ngày 10/07/2025 tại bộ phận một cửa của xã", true),
        ]);
    }

    #[test]
    fn a_receipt_is_known_by_a_title_with_a_letter_misread_and_not_by_the_name_of_an_office() {
        check(&[(500.0, 200.0, "GIẤY 1IẾP NHẬN HỒ SƠ", true), (300.0, 280.0, "Lĩnh vực: Tài nguyên nước", true)]);
        check(&[(250.0, 100.0, "BỘ PHẬN TIẾP NHẬN HỒ SƠ", true), (300.0, 280.0, "Lĩnh vực: Tài nguyên nước", false)]);
    }

    #[test]
    fn of_long_lines_only_the_words_of_a_fact_are_asked_about() {
        let asked = |text: &str| {
            let read = line(500.0, 700.0, text);
            let words = places([read.as_slice()].into_iter(), (1000.0, 1400.0)).remove(0)?;
            Some(read[words].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(asked("Họ và tên người đề nghị: Nguyễn Văn A").as_deref(), Some("nghị: Nguyễn Văn A"));
        assert_eq!(asked("được hỗ trợ số tiền 709.750.000 đồng để khắc phục").as_deref(), Some("tiền 709.750.000"));
        assert_eq!(asked("Số thẻ 0150 7254 4472 cấp ngày 2").as_deref(), Some("thẻ 0150 7254 4472"));
        assert_eq!(asked("012345678 và 015072544472 là hai số").as_deref(), Some("012345678 và 015072544472"));
        assert_eq!(asked("Căn cước công dân số 12345678 của bà").as_deref(), None);
        assert_eq!(asked("IDVNM0150725444<<1 015072544472").as_deref(), Some("IDVNM0150725444<<1 015072544472"));
        let day = line(700.0, 180.0, "Lào Cai, ngày 12 tháng 4 năm 2023");
        assert_eq!(places([day.as_slice()].into_iter(), (1000.0, 1400.0)), [Some(2..8)]);
    }
}
