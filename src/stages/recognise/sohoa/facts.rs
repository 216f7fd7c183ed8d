//! On which lines, and in which of their words, facts may stand: those for which a second witness is
//! worth its time.
//!
//! What is told of a paper stands in few places: body, number and subject in the left column of the
//! header, place and date in the right one or over a signature, title and abstract in the middle. The
//! bounds here are wider than those in which facts are looked for later: what no second reader has read
//! is not accepted, so a line too many costs a few milliseconds and one too few a person's time.

use std::ops::{Range, RangeInclusive};

use super::super::EngineWord;
use super::piece::Piece;
use super::receipts;
use crate::model::vietnamese::is_national;

/// The share of a page's height, from its top, in which header, title and subject of a document stand.
const HEAD: f32 = 0.5;
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

/// How intake receipts and their sister forms (TT 03/2025/TT-VPCP, App. I) are headed, without marks.
const RECEIPTS: [&str; 6] = ["nhan ho so", "bien nhan", "yeu cau bo sung", "tu choi tiep nhan", "xin loi", "phieu kiem soat"];
/// Their first words: offices that take papers in are named so, too, and a letter of the rest may be misread.
const FIRST: [&str; 3] = ["giay ", "phieu ", "bien nhan"];

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
        let form: Vec<&Piece<'_>> = pieces.iter().filter(is_form).collect();
        for (number, words) in receipts::places(&form, height) {
            pieces.iter().filter(|piece| piece.number == number).for_each(|piece| mark(piece, words.clone()));
        }
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
    use super::super::piece::tests::line;
    use super::*;

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
            (300.0, 1000.0, "IDVNM0150725444<<1", false),
            (300.0, 1040.0, "Điện thoại 0962 165 483 thu 709.750.000 đồng", false),
        ]);
        let nothing: [&[EngineWord]; 1] = [&[]];
        assert_eq!(places(nothing.into_iter(), (1000.0, 1000.0)), [None]);
    }

    #[test]
    fn of_a_receipt_what_may_be_a_fact_under_its_title_is_asked_about() {
        check(&[
            (700.0, 100.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", false),
            (300.0, 150.0, "Quầy số 3", false),
            (500.0, 200.0, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", true),
            (500.0, 240.0, "Mã hồ sơ: H38.1-1-2", false),
            (200.0, 280.0, "Lĩnh vực:", false),
            (600.0, 280.0, "Tài nguyên nước", true),
            (100.0, 320.0, "1", false),
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
        assert_eq!(asked("được hỗ trợ số tiền 709.750.000 đồng để khắc phục").as_deref(), None);
        assert_eq!(asked("Số thẻ 0150 7254 4472 cấp ngày 2").as_deref(), Some("thẻ 0150 7254 4472"));
        assert_eq!(asked("012345678 và 015072544472 là hai số").as_deref(), Some("012345678 và 015072544472"));
        assert_eq!(asked("thẻ 015 072 544 472 13/07/2025").as_deref(), Some("thẻ 015 072 544 472"));
        assert_eq!(asked("Căn cước công dân số 12345678 của bà").as_deref(), None);
        assert_eq!(asked("IDVNM0150725444<<1 015072544472").as_deref(), Some("IDVNM0150725444<<1 015072544472"));
        assert_eq!(asked("0962 165 483 và 1 0962 165 483").as_deref(), None);
        let day = line(700.0, 180.0, "Lào Cai, ngày 12 tháng 4 năm 2023");
        assert_eq!(places([day.as_slice()].into_iter(), (1000.0, 1400.0)), [Some(2..8)]);
    }
}
