mod apart;
mod hostile;

use super::testing::{At, laid_out};
use super::*;
use crate::model::geometry::Point;
use crate::model::text::SecondReading;

fn read(pages: &[&RecognisedPage]) -> Vec<FieldReading> {
    let code = "H38.16-230706-0012".parse().unwrap();
    let assignment = Assignment { code, source: FieldSource::FileName, confidence: Confidence::CERTAIN };
    read_fields(&assignment, pages, &FieldSettings::default())
}

fn field(page: &RecognisedPage, name: FieldName) -> Option<(String, bool)> {
    let reading = reading(page, name)?;
    Some((reading.value, reading.confidence.share() >= 0.8 && reading.doubts.is_empty()))
}

/// What was found for a fact.
fn reading(page: &RecognisedPage, name: FieldName) -> Option<FieldReading> {
    read(&[page]).into_iter().find(|reading| reading.name == name && !reading.value.is_empty())
}

fn sure(value: &str) -> Option<(String, bool)> {
    Some((value.to_owned(), true))
}

fn unsure(value: &str) -> Option<(String, bool)> {
    Some((value.to_owned(), false))
}

const BODY: &str = "Căn cứ Luật Tổ chức chính quyền địa phương hiện hành;";

/// A decision; `number` and `date` are its header lines as the engine gave them.
fn decision(number: &str, date: &str) -> RecognisedPage {
    laid_out(
        &[
            At(270.0, 150.0, "UBND TỈNH LÀO CAI"),
            At(800.0, 150.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            At(250.0, 195.0, "SỞ NỘI VỤ"),
            At(900.0, 195.0, "Độc lập - Tự do - Hạnh phúc"),
            At(270.0, 270.0, number),
            At(850.0, 270.0, date),
            At(740.0, 370.0, "QUYẾT ĐỊNH"),
            At(400.0, 430.0, "Về việc cử công chức tham gia lớp tập huấn"),
            At(650.0, 475.0, "nghiệp vụ số hóa hồ sơ"),
            At(300.0, 620.0, BODY),
        ],
        0.95,
    )
}

const NUMBER: &str = "Số: 15/QĐ-SNV";
const DATE: &str = "Lào Cai, ngày 06 tháng 7 năm 2023";

#[test]
fn a_decision_gives_all_its_facts() {
    let page = decision(NUMBER, DATE);
    assert_eq!(field(&page, FieldName::DossierCode), sure("H38.16-230706-0012"));
    assert_eq!(field(&page, FieldName::DocumentType), sure("quyet_dinh"));
    assert_eq!(field(&page, FieldName::Number), sure("15"));
    assert_eq!(field(&page, FieldName::Symbol), sure("QĐ-SNV"));
    assert_eq!(field(&page, FieldName::IssueDate), sure("2023-07-06"));
    assert_eq!(field(&page, FieldName::IssuingBody), sure("SỞ NỘI VỤ"));
    let title = "Quyết định về việc cử công chức tham gia lớp tập huấn nghiệp vụ số hóa hồ sơ";
    assert_eq!(field(&page, FieldName::Title), sure(title));
}

#[test]
fn what_two_readers_do_not_agree_on_is_offered_only() {
    let mut page = decision(NUMBER, DATE);
    page.lines.iter_mut().flat_map(|line| &mut line.words).for_each(|word| word.second = SecondReading::Agrees);
    let all_agree = page.clone();
    assert_eq!(read(&[&page]), read(&[&decision(NUMBER, DATE)]));
    page.lines[4].words[1].second = SecondReading::Differs("75/QĐ-SNV".into());
    assert_eq!(field(&page, FieldName::Number), unsure("15"));
    assert_eq!(field(&page, FieldName::Symbol), unsure("QĐ-SNV"));
    assert_eq!(field(&page, FieldName::IssueDate), sure("2023-07-06"));
    let mut page = all_agree;
    page.lines[2].words[0].second = SecondReading::NotAsked;
    assert_eq!(field(&page, FieldName::IssuingBody), unsure("SỞ NỘI VỤ"));
    // The type is one of a list, so one reader is enough.
    page.lines[6].words[0].second = SecondReading::Differs("QUYÉT".into());
    assert_eq!(field(&page, FieldName::DocumentType), sure("quyet_dinh"));
}

#[test]
fn of_a_day_two_readers_have_to_agree_on_the_digits() {
    let mut page = decision(NUMBER, DATE);
    let date = page.lines.iter().position(|line| line.text() == DATE).unwrap();
    let reads = |page: &mut RecognisedPage, word: &str, other: &str| {
        let words = &mut page.lines[date].words;
        words.iter_mut().for_each(|word| word.second = SecondReading::Agrees);
        words.iter_mut().find(|read| read.text == word).unwrap().second = SecondReading::Differs(other.into());
        field(page, FieldName::IssueDate)
    };
    assert_eq!(reads(&mut page, "tháng", "thủng"), sure("2023-07-06"));
    assert_eq!(reads(&mut page, "2023", "2028"), unsure("2023-07-06"));
    assert_eq!(reads(&mut page, "ngày", "ngày 1"), unsure("2023-07-06"), "a digit that one of them did not see");
    assert_eq!(reads(&mut page, "2023", ""), unsure("2023-07-06"));
}

#[test]
fn a_page_lying_on_its_side_reads_the_same() {
    let upright = decision(NUMBER, DATE);
    let mut turned = upright.clone();
    (turned.width, turned.height) = (upright.height, upright.width);
    for word in turned.lines.iter_mut().flat_map(|line| &mut line.words) {
        word.place.0 = word.place.0.map(|p| Point { x: 2339.0 - p.y, y: p.x });
    }
    assert_eq!(read(&[&turned]), read(&[&upright]));
}

#[test]
fn columns_that_came_as_one_line_are_parted() {
    let mut page = decision(NUMBER, DATE);
    for first in [0, 1, 2] {
        let right = page.lines.remove(first + 1);
        page.lines[first].words.extend(right.words);
    }
    assert_eq!(read(&[&page]), read(&[&decision(NUMBER, DATE)]));
}

#[test]
fn faults_of_engines_in_the_number_are_mended_or_doubted() {
    let number = |text| field(&decision(text, DATE), FieldName::Number);
    let symbol = |text| field(&decision(text, DATE), FieldName::Symbol);
    assert_eq!(number("Số: 15 /QĐ-SNV"), unsure("15"), "what stands apart from the slash was put there later");
    assert_eq!(symbol("Số: 15/QÐ – SNV"), sure("QĐ-SNV"));
    assert_eq!(symbol("S6: 15/2023/QĐ-SNV --"), sure("2023/QĐ-SNV"));
    assert_eq!(symbol("Số: 15/QB-SNV"), unsure("QB-SNV"));
    assert_eq!(number("Số: 15/TB-SNV"), unsure("15"));
    assert_eq!(number("Số: 15"), unsure("15"));
    assert_eq!(number("Số: l5/QĐ-SNV"), None);
    assert_eq!(number("Số: /QĐ-SNV"), None);
    assert_eq!(field(&decision("Số: 15/TB-SNV", DATE), FieldName::DocumentType), unsure("quyet_dinh"));
}

#[test]
fn what_was_put_in_other_words_keeps_what_was_read() {
    let raw = |page: &RecognisedPage, name| read(&[page]).into_iter().find(|reading| reading.name == name).unwrap().raw;
    let page = decision("Số: 15 / QÐ – SNV", DATE);
    assert_eq!(raw(&page, FieldName::Number), None, "the digits are what was read");
    assert_eq!(raw(&page, FieldName::Symbol).as_deref(), Some("QÐ – SNV"));
    assert_eq!(raw(&page, FieldName::IssueDate).as_deref(), Some(DATE));
    assert_eq!(raw(&page, FieldName::DocumentType).as_deref(), Some("QUYẾT ĐỊNH"));
    assert_eq!(raw(&page, FieldName::IssuingBody), None);
    assert_eq!(
        raw(&page, FieldName::Title).as_deref(),
        Some("QUYẾT ĐỊNH Về việc cử công chức tham gia lớp tập huấn nghiệp vụ số hóa hồ sơ")
    );
    assert_eq!(raw(&decision("Số: 15/QĐ-SNV", DATE), FieldName::Symbol), None);
    assert_eq!(raw(&decision("Số: 15/2023/QĐ-SNV", DATE), FieldName::Symbol), None);
    assert_eq!(raw(&decision("Số: 15/2023 /QĐ-SNV", DATE), FieldName::Symbol).as_deref(), Some("2023 /QĐ-SNV"));
}

/// A decision in which the words at `place`, counted in lines, were read as `text`.
fn misread(place: usize, text: &str) -> RecognisedPage {
    let mut page = decision(NUMBER, DATE);
    let line = &mut page.lines[place].words;
    let (first, last) = (line[0].place.0, line[line.len() - 1].place.0);
    let mut word = line[0].clone();
    (word.text, word.place.0) = (text.into(), [first[0], last[1], last[2], first[3]]);
    *line = vec![word];
    page
}

#[test]
fn letters_that_cannot_be_are_doubted_and_never_put_right() {
    assert_eq!(field(&decision("Số: 15/QĐ-5NV", DATE), FieldName::Symbol), unsure("QĐ-5NV"));
    assert_eq!(field(&misread(2, "SỞ NỌI VỤỤ"), FieldName::IssuingBody), unsure("SỞ NỌI VỤỤ"));
    let page = misread(7, "Về việc cử côngchức");
    let title = "Quyết định về việc cử côngchức nghiệp vụ số hóa hồ sơ";
    assert_eq!(field(&page, FieldName::Title), unsure(title));
    // The name of the type is known; that it was read with another letter is not hidden.
    let page = misread(6, "QUYỂT DINHI");
    assert!(!field(&page, FieldName::Title).unwrap().1, "{:?}", read(&[&page]));
    assert!(read(&[&page]).iter().any(|r| r.name == FieldName::DocumentType && r.raw.as_deref() == Some("QUYỂT DINHI")));
}

#[test]
fn dates_that_cannot_be_are_left_out_and_lost_digits_doubted() {
    let date = |text| field(&decision(NUMBER, text), FieldName::IssueDate);
    assert_eq!(date("Lào Cai, ngày 31 tháng 12 năm 2023"), sure("2023-12-31"));
    assert_eq!(date("Lào Cai, ngày 6 tháng 7 năm 2023"), unsure("2023-07-06"));
    assert_eq!(date("Lào Cai, ngày 16 tháng 1 năm 2023"), unsure("2023-01-16"));
    for wrong in ["ngày 31 tháng 02 năm 2023", "ngày 16 tháng 13 năm 2023", "ngày 16 tháng 07 năm 0023", "ngày tháng 7 năm 2023"]
    {
        assert_eq!(date(wrong), None, "{wrong}");
    }
}

#[test]
fn what_the_engine_doubts_needs_a_person() {
    let mut page = decision(NUMBER, DATE);
    for word in page.lines.iter_mut().flat_map(|line| &mut line.words) {
        word.confidence = Confidence::saturating(0.6);
    }
    for reading in read(&[&page]).iter().filter(|reading| reading.source == FieldSource::Ocr) {
        assert!(reading.confidence.share() < 0.8 && !reading.doubts.contains(&Doubt::NotFound), "{reading:?}");
    }
}

#[test]
fn a_letter_is_known_by_its_subject() {
    let page = laid_out(
        &[
            At(280.0, 150.0, "ỦY BAN NHÂN DÂN"),
            At(800.0, 150.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            At(300.0, 195.0, "TỈNH LÀO CAI"),
            At(900.0, 195.0, "Độc lập - Tự do - Hạnh phúc"),
            At(270.0, 270.0, "Số: 686/UBND-NC"),
            At(850.0, 270.0, "Lào Cai, ngày 10 tháng 01 năm 2019"),
            At(200.0, 320.0, "V/v điều chỉnh thời hạn giải"),
            At(230.0, 380.0, "quyết hồ sơ đất đai"),
            At(700.0, 440.0, "Kính gửi: Sở Tư pháp"),
        ],
        0.95,
    );
    assert_eq!(field(&page, FieldName::DocumentType), sure("cong_van"));
    assert_eq!(field(&page, FieldName::IssuingBody), sure("ỦY BAN NHÂN DÂN TỈNH LÀO CAI"));
    assert_eq!(field(&page, FieldName::Title), sure("V/v điều chỉnh thời hạn giải quyết hồ sơ đất đai"));
    assert_eq!(field(&page, FieldName::Symbol), sure("UBND-NC"));
}

#[test]
fn the_middle_of_a_document_gives_nothing_but_its_dossier() {
    let page = laid_out(
        &[
            At(300.0, 200.0, "Điều 4. Quyết định này có hiệu lực kể từ ngày 06 tháng 7 năm 2023 và thay thế"),
            At(240.0, 250.0, "Quyết định số 15/QĐ-UBND trước đây."),
        ],
        0.95,
    );
    let found = |pages: &[&RecognisedPage]| -> Vec<FieldName> {
        read(pages).into_iter().filter(|reading| !reading.value.is_empty()).map(|reading| reading.name).collect()
    };
    assert_eq!(found(&[&page]), [FieldName::DossierCode]);
    assert_eq!(found(&[]), [FieldName::DossierCode]);
}

#[test]
fn a_blank_sheet_in_front_is_passed_over() {
    let mut blank = laid_out(&[], 0.0);
    blank.blank = true;
    assert_eq!(read(&[&blank, &decision(NUMBER, DATE)]), read(&[&decision(NUMBER, DATE)]));
}

#[test]
fn wild_places_do_no_harm() {
    let mut page = decision(NUMBER, DATE);
    for (i, word) in page.lines.iter_mut().flat_map(|line| &mut line.words).enumerate() {
        word.place.0[i % 4].x = [f32::NAN, f32::INFINITY, f32::MAX, -0.0][i % 4];
    }
    read(&[&page]);
    page.width = 0;
    page.height = 0;
    read(&[&page]);
}

/// A form of a citizen with these lines, a signature at the right.
fn form(lines: &[At<'_>]) -> RecognisedPage {
    let mut placed = vec![
        At(520.0, 150.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        At(640.0, 195.0, "Độc lập - Tự do - Hạnh phúc"),
        At(700.0, 300.0, "ĐƠN ĐỀ NGHỊ"),
    ];
    placed.extend(lines.iter().map(|At(left, top, text)| At(*left, *top, text)));
    laid_out(&placed, 0.95)
}

#[test]
fn an_issue_date_is_none_of_the_other_dates_of_a_page() {
    for text in [
        "Sinh ngày 12 tháng 10 năm 1990",
        "Giấy này có giá trị đến ngày 31 tháng 12 năm 2030.",
        "Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;",
        "Hạn nộp: trước ngày 15 tháng 11 năm 2023",
        "Căn cước công dân cấp ngày 15 tháng 06 năm 2021",
        "có hiệu lực kể từ ngày 20 tháng 10 năm 2023",
        "Nghị định số 118/2025/NĐ-CP ngày 09 tháng 06 năm 2025",
    ] {
        let page = form(&[At(200.0, 500.0, text), At(900.0, 560.0, text), At(1000.0, 640.0, "NGƯỜI LÀM ĐƠN")]);
        assert_eq!(field(&page, FieldName::IssueDate), None, "{text}");
        let page = laid_out(
            &[At(250.0, 150.0, "SỞ NỘI VỤ"), At(800.0, 150.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), At(820.0, 300.0, text)],
            0.95,
        );
        assert_eq!(field(&page, FieldName::IssueDate), None, "in the header: {text}");
    }
}

#[test]
fn the_date_over_a_signature_is_that_of_a_form() {
    let signed = |date| form(&[At(900.0, 1500.0, date), At(1000.0, 1560.0, "NGƯỜI LÀM ĐƠN")]);
    assert_eq!(field(&signed("Lào Cai, ngày 16 tháng 11 năm 2023"), FieldName::IssueDate), sure("2023-11-16"));
    assert_eq!(field(&form(&[At(900.0, 1500.0, "Lào Cai, ngày 16 tháng 11 năm 2023")]), FieldName::IssueDate), None);
    assert_eq!(field(&signed("họp ngày 16 tháng 11 năm 2023"), FieldName::IssueDate), None);
}

#[test]
fn two_dates_that_may_be_meant_are_kept_to_choose_from() {
    let page = form(&[
        At(900.0, 1300.0, "Lào Cai, ngày 16 tháng 11 năm 2023"),
        At(1000.0, 1360.0, "NGƯỜI LÀM ĐƠN"),
        At(900.0, 1700.0, "Bát Xát, ngày 20 tháng 11 năm 2023"),
        At(950.0, 1760.0, "TM. ỦY BAN NHÂN DÂN"),
    ]);
    let found = reading(&page, FieldName::IssueDate).unwrap();
    assert_eq!((found.value.as_str(), found.others), ("2023-11-16", vec!["2023-11-20".to_owned()]));
    assert_eq!(found.doubts, [Doubt::Several]);
}

#[test]
fn a_header_and_a_signature_of_different_days_leave_the_choice_to_a_person() {
    let with = |lines: &[At<'_>]| {
        let mut page = decision(NUMBER, DATE);
        page.lines.extend(laid_out(lines, 0.95).lines);
        reading(&page, FieldName::IssueDate).unwrap()
    };
    let chairman = || At(1000.0, 1560.0, "KT. CHỦ TỊCH");
    let over = with(&[At(900.0, 1500.0, "Lào Cai, ngày 10 tháng 7 năm 2023"), chairman()]);
    assert_eq!(
        (over.value.as_str(), over.others, over.doubts),
        ("2023-07-06", vec!["2023-07-10".to_owned()], vec![Doubt::Several])
    );
    let signed = with(&[At(900.0, 1500.0, "Người ký: Sở Nội vụ"), At(900.0, 1545.0, "Ngày ký: 07.07.2023 10:11:12"), chairman()]);
    assert_eq!((signed.others, signed.doubts), (vec!["2023-07-07".to_owned()], vec![Doubt::Several]));
    let confirmed = with(&[At(200.0, 1500.0, "Bát Xát, ngày 11 tháng 7 năm 2023"), At(260.0, 1560.0, "Xác nhận của công an xã")]);
    assert_eq!((confirmed.others, confirmed.doubts), (vec!["2023-07-11".to_owned()], vec![Doubt::Several]));
    let lawful = with(&[At(900.0, 1500.0, "Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024"), chairman()]);
    assert_eq!((lawful.others, lawful.doubts), (vec![], vec![]), "the date of a law is no candidate");
}

#[test]
fn the_same_day_twice_is_surer_than_once() {
    let header = "Lào Cai, ngày 6 tháng 7 năm 2023";
    let date = |lines: &[At<'_>]| {
        let mut page = decision(NUMBER, header);
        page.lines.extend(laid_out(lines, 0.95).lines);
        field(&page, FieldName::IssueDate)
    };
    assert_eq!(date(&[]), unsure("2023-07-06"));
    assert_eq!(date(&[At(900.0, 1500.0, header), At(1000.0, 1560.0, "KT. CHỦ TỊCH")]), sure("2023-07-06"));
    let signed = [At(900.0, 1500.0, "Người ký: Sở Nội vụ"), At(900.0, 1545.0, "Ngày ký: 06.07.2023 10:11:12")];
    assert_eq!(date(&signed), sure("2023-07-06"));
    assert_eq!(date(&[At(1000.0, 330.0, "TM. ỦY BAN NHÂN DÂN")]), unsure("2023-07-06"), "one line is one witness");
    // Two signatures of one day do not make it the day of issue.
    let mut page = decision(NUMBER, "Lào Cai, ngày tháng năm 2023");
    page.lines.extend(laid_out(&signed, 0.95).lines);
    page.lines.extend(laid_out(&[At(200.0, 1645.0, "Ngày ký: 06.07.2023 11:00:00")], 0.95).lines);
    assert_eq!(field(&page, FieldName::IssueDate), unsure("2023-07-06"));
}

#[test]
fn the_time_of_a_digital_signature_is_offered_where_no_date_is_printed() {
    let mut page = decision(NUMBER, "Lào Cai, ngày tháng năm 2023");
    let more =
        laid_out(&[At(900.0, 1500.0, "Người ký: Sở Nội vụ"), At(900.0, 1545.0, "Thời gian ký: 06.07.2023 10:11:12")], 0.95);
    page.lines.extend(more.lines);
    assert_eq!(field(&page, FieldName::IssueDate), unsure("2023-07-06"));
    let page = laid_out(&[At(900.0, 1545.0, "Ngày ký: 06/07/2023")], 0.95);
    assert_eq!(field(&page, FieldName::IssueDate), None, "no signature shows");
}

#[test]
fn number_and_symbol_are_joined_across_the_gap_of_a_stamp() {
    let mut page = decision("Số:", DATE);
    let mut stamp = laid_out(&[At(380.0, 262.0, "2280"), At(560.0, 270.0, "/QĐ-SNV")], 0.97);
    page.lines.append(&mut stamp.lines);
    assert_eq!(field(&page, FieldName::Number), unsure("2280"), "one reader alone is not believed where a stamp was put");
    assert_eq!(field(&page, FieldName::Symbol), sure("QĐ-SNV"));
    assert_eq!(field(&page, FieldName::IssuingBody), sure("SỞ NỘI VỤ"));
    for word in page.lines.iter_mut().flat_map(|line| &mut line.words) {
        word.source = crate::model::text::TextSource::Embedded;
    }
    assert_eq!(field(&page, FieldName::Number), sure("2280"), "the file itself says so");
}

#[test]
fn a_symbol_without_a_number_is_offered() {
    for text in ["Số: /QĐ-SNV", "Số: 2† /QĐ-SNV"] {
        let page = decision(text, DATE);
        assert_eq!(field(&page, FieldName::Number), None, "{text}");
        assert_eq!(field(&page, FieldName::Symbol), unsure("QĐ-SNV"), "{text}");
    }
}

#[test]
fn number_symbol_and_type_are_no_part_of_the_agency() {
    for lines in [
        &["THÀNH PHỐ HÀ NỘI", "QĐ-UBND"][..],
        &["THÀNH PHỐ HÀ NỘI", "178 /QĐ-UBND", "QUYẾT ĐỊNH"],
        &["THÀNH PHỐ HÀ NỘI", "KẾ HOẠCH"],
    ] {
        let mut placed = vec![At(800.0, 150.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), At(250.0, 150.0, "ỦY BAN NHÂN DÂN")];
        placed.extend(lines.iter().zip([195.0, 250.0, 310.0]).map(|(text, top)| At(250.0, top, text)));
        let page = laid_out(&placed, 0.97);
        assert_eq!(field(&page, FieldName::IssuingBody), sure("ỦY BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI"), "{lines:?}");
    }
}

#[test]
fn the_weakest_word_of_an_agency_decides() {
    let mut page = decision(NUMBER, DATE);
    page.lines[2].words[2].confidence = Confidence::saturating(0.7);
    assert_eq!(reading(&page, FieldName::IssuingBody).unwrap().confidence, Confidence::saturating(0.7));
}

#[test]
fn a_title_of_which_the_end_is_not_seen_is_not_accepted() {
    let title = |lines: &[At<'_>]| {
        let mut page = decision(NUMBER, DATE);
        page.lines.truncate(8);
        page.lines.append(&mut laid_out(lines, 0.97).lines);
        field(&page, FieldName::Title)
    };
    let first = "Quyết định về việc cử công chức tham gia lớp tập huấn";
    assert_eq!(title(&[At(300.0, 620.0, "Theo đề nghị của Chánh Văn phòng,")]), sure(first));
    assert_eq!(title(&[]), sure(first));
    assert_eq!(
        title(&[At(300.0, 495.0, "Những điều sau đây được quy định cho mọi công chức")]),
        unsure(first),
        "the next line is near"
    );
    assert!(!title(&[At(400.0, 475.0, "nghiệp vụ và"), At(300.0, 620.0, BODY)]).unwrap().1, "it wants another word");
}

#[test]
fn lines_of_a_title_that_begin_like_other_parts_go_on_with_it() {
    let title = |lines: &[At<'_>]| {
        let mut page = decision(NUMBER, DATE);
        page.lines.truncate(7);
        page.lines.append(&mut laid_out(lines, 0.98).lines);
        page.lines.append(&mut laid_out(&[At(300.0, 640.0, BODY)], 0.97).lines);
        field(&page, FieldName::Title)
    };
    let office = [At(560.0, 430.0, "Về việc bổ nhiệm Phó Giám đốc của"), At(540.0, 475.0, "Sở Nông nghiệp và Môi trường")];
    assert_eq!(title(&office), sure("Quyết định về việc bổ nhiệm Phó Giám đốc của Sở Nông nghiệp và Môi trường"));
    let small = [At(520.0, 430.0, "Về việc phân công các phòng phối hợp"), At(480.0, 475.0, "thực hiện Nghị quyết của Hội đồng")];
    assert_eq!(title(&small), sure("Quyết định về việc phân công các phòng phối hợp thực hiện Nghị quyết của Hội đồng"));
    let summary = [At(600.0, 430.0, "Sơ kết học kỳ I năm học này")];
    assert_eq!(title(&summary).unwrap().0, "Quyết định Sơ kết học kỳ I năm học này");
}

#[test]
fn normative_documents_are_known_by_title_and_symbol() {
    let mut page = decision("Số: 21/2026/TT-SNV", DATE);
    page.lines[6] = laid_out(&[At(740.0, 370.0, "THÔNG TƯ")], 0.95).lines.remove(0);
    assert_eq!(field(&page, FieldName::DocumentType), sure("thong_tu"));
    assert_eq!(field(&page, FieldName::Symbol), sure("2026/TT-SNV"));
}

#[test]
fn what_a_type_must_bear_and_is_not_there_is_asked_for() {
    let page = form(&[]);
    let missing = |page: &RecognisedPage| -> Vec<FieldName> {
        read(&[page])
            .into_iter()
            .filter(|reading| reading.doubts.contains(&Doubt::NotFound))
            .map(|reading| reading.name)
            .collect()
    };
    assert_eq!(missing(&page), [FieldName::IssueDate]);
    let official = laid_out(&[At(250.0, 150.0, "SỞ NỘI VỤ"), At(800.0, 150.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")], 0.95);
    assert_eq!(
        missing(&official),
        [FieldName::DocumentType, FieldName::Number, FieldName::Symbol, FieldName::IssueDate, FieldName::Title]
    );
}

/// What a file says itself, stamped over what is printed.
fn stamped(mut page: RecognisedPage, stamps: &[At<'_>]) -> RecognisedPage {
    page.lines.extend(laid_out(stamps, 0.99).lines);
    for word in page.lines.iter_mut().flat_map(|line| &mut line.words) {
        word.source = crate::model::text::TextSource::Embedded;
    }
    page
}

#[test]
fn number_and_date_stamped_over_dots_are_found() {
    let page = decision("Số: ........../QĐ-SNV", "Lào Cai, ngày ...... tháng ...... năm 2023");
    let page = stamped(page, &[At(370.0, 262.0, "178"), At(1115.0, 262.0, "16"), At(1350.0, 262.0, "11")]);
    assert_eq!(field(&page, FieldName::Number), sure("178"));
    assert_eq!(field(&page, FieldName::Symbol), sure("QĐ-SNV"));
    assert_eq!(field(&page, FieldName::IssueDate), sure("2023-11-16"));
}

#[test]
fn whole_lines_stamped_over_blank_ones_are_found() {
    let page = decision("Số: /QĐ-SNV", "Lào Cai, ngày tháng năm 2023");
    let page = stamped(page, &[At(275.0, 268.0, "Số: 178/QĐ-SNV"), At(855.0, 272.0, "Lào Cai, ngày 16 tháng 11 năm 2023")]);
    assert_eq!(field(&page, FieldName::Number), sure("178"));
    assert_eq!(field(&page, FieldName::Symbol), sure("QĐ-SNV"));
    assert_eq!(field(&page, FieldName::IssueDate), sure("2023-11-16"));
}
