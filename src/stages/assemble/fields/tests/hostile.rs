//! Papers on which something looks like a fact and is none.

use super::*;
use crate::model::text::TextSource;

/// A decision with these lines in the left column of its header, the number last.
fn issued_by(left: &[&str], number: &str) -> RecognisedPage {
    let mut lines: Vec<At<'_>> = (0_u8..).zip(left).map(|(at, text)| At(200.0, 150.0 + 45.0 * f32::from(at), text)).collect();
    lines.push(At(800.0, 150.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"));
    lines.push(At(900.0, 195.0, "Độc lập - Tự do - Hạnh phúc"));
    lines.push(At(270.0, 345.0, number));
    lines.push(At(850.0, 345.0, DATE));
    lines.push(At(740.0, 440.0, "QUYẾT ĐỊNH"));
    lines.push(At(400.0, 500.0, "Về việc cử công chức tham gia lớp tập huấn"));
    lines.push(At(300.0, 690.0, BODY));
    laid_out(&lines, 0.98)
}

fn body(left: &[&str]) -> Option<(String, bool)> {
    field(&issued_by(left, NUMBER), FieldName::IssuingBody)
}

#[test]
fn a_name_is_not_begun_in_its_middle() {
    for left in [
        ["VĂN PHÒNG HỘI ĐỒNG NHÂN DÂN VÀ", "ỦY BAN NHÂN DÂN TỈNH LÀO CAI"].as_slice(),
        &["VĂN PHÒNG", "UBND TỈNH LÀO CAI"],
        &["ỦY BAN", "MẶT TRẬN TỔ QUỐC VIỆT NAM", "XÃ BÁT XÁT"],
        &["VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "CHI NHÁNH", "VĂN PHÒNG ĐĂNG KÝ BÁT XÁT"],
        &["UBND TỈNH LÀO CAI", "THANH TRA", "SỞ XÂY DỰNG"],
        &["UBND TỈNH LÀO CAI", "BAN QUẢN LÝ DỰ ÁN", "SỞ XÂY DỰNG"],
        &["BAN CHẤP HÀNH", "HỘI NÔNG DÂN XÃ BÁT XÁT"],
        &["SỞ NỘI VỤ -", "SỞ TÀI CHÍNH"],
        &["SỞ NỘI VỤ", "SỞ TÀI CHÍNH"],
    ] {
        let found = body(left);
        assert!(matches!(&found, Some((_, false))), "{left:?}: {found:?}");
    }
    let offered = reading(&issued_by(&["VĂN PHÒNG", "UBND TỈNH LÀO CAI"], NUMBER), FieldName::IssuingBody).unwrap();
    assert_eq!(offered.others, ["VĂN PHÒNG UBND TỈNH LÀO CAI"]);
}

#[test]
fn a_name_under_that_of_a_body_over_it_is_accepted() {
    for (left, name) in [
        (["UBND TỈNH LÀO CAI", "SỞ NỘI VỤ"].as_slice(), "SỞ NỘI VỤ"),
        (&["ỦY BAN NHÂN DÂN", "TỈNH LÀO CAI", "SỞ VĂN HÓA, THỂ THAO", "VÀ DU LỊCH"], "SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH"),
        (&["UBND TỈNH", "LÀO CAI"], "UBND TỈNH LÀO CAI"),
        (&["UBND XÃ BÁT XÁT", "BAN CHỈ ĐẠO", "PHÒNG CHỐNG THIÊN TAI"], "BAN CHỈ ĐẠO PHÒNG CHỐNG THIÊN TAI"),
        (&["CÔNG AN TỈNH LÀO CAI", "CÔNG AN XÃ BÁT XÁT"], "CÔNG AN XÃ BÁT XÁT"),
        (&["BẢO HIỂM XÃ HỘI VIỆT NAM", "BẢO HIỂM XÃ HỘI", "TỈNH LÀO CAI"], "BẢO HIỂM XÃ HỘI TỈNH LÀO CAI"),
        (&["SỞ TƯ PHÁP TỈNH LÀO CAI", "TRUNG TÂM", "TRỢ GIÚP PHÁP LÝ"], "TRUNG TÂM TRỢ GIÚP PHÁP LÝ"),
    ] {
        assert_eq!(body(left), sure(name), "{left:?}");
    }
}

/// Names of places begin with the letters of words for bodies: right below their level they are no bodies.
#[test]
fn a_place_below_its_level_is_no_name_of_a_body() {
    for (left, name) in [
        (["UBND TỈNH", "LẠNG SƠN"].as_slice(), "UBND TỈNH LẠNG SƠN"),
        (&["CÔNG AN TỈNH", "LẠNG SƠN"], "CÔNG AN TỈNH LẠNG SƠN"),
        (&["UBND HUYỆN", "ĐẠI TỪ"], "UBND HUYỆN ĐẠI TỪ"),
        (&["UBND PHƯỜNG", "ĐOÀN KẾT"], "UBND PHƯỜNG ĐOÀN KẾT"),
        (&["UBND XÃ", "ĐÔN XUÂN"], "UBND XÃ ĐÔN XUÂN"),
        (&["UBND THÀNH PHỐ", "HỘI AN"], "UBND THÀNH PHỐ HỘI AN"),
        (&["UBND HUYỆN", "PHONG THỔ"], "UBND HUYỆN PHONG THỔ"),
        (&["UBND HUYỆN", "TRẠM TẤU"], "UBND HUYỆN TRẠM TẤU"),
        (&["UBND HUYỆN", "BỐ TRẠCH"], "UBND HUYỆN BỐ TRẠCH"),
        (&["UBND HUYỆN", "QUỲ HỢP"], "UBND HUYỆN QUỲ HỢP"),
        (&["UBND ĐẶC KHU", "TRƯỜNG SA"], "UBND ĐẶC KHU TRƯỜNG SA"),
        (&["UBND TỈNH", "LẠNG SƠN", "SỞ NỘI VỤ"], "SỞ NỘI VỤ"),
        (&["TỔNG CỤC HẢI QUAN", "CỤC HẢI QUAN TỈNH LẠNG SƠN"], "CỤC HẢI QUAN TỈNH LẠNG SƠN"),
    ] {
        assert_eq!(body(left), sure(name), "{left:?}");
    }
    // The line of the place was not read.
    assert_eq!(body(&["UBND TỈNH", "SỞ NỘI VỤ"]), unsure("SỞ NỘI VỤ"));
    assert_eq!(body(&["UBND TỈNH", "HỘI ĐỒNG"]).map(|(_, sure)| sure), Some(false));
    assert_eq!(body(&["UBND TỈNH"]), unsure("UBND TỈNH"));
}

#[test]
fn a_school_over_its_kind_is_one_name() {
    for (left, name) in [
        (["BỘ GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỜNG", "ĐẠI HỌC TÂY BẮC"].as_slice(), "TRƯỜNG ĐẠI HỌC TÂY BẮC"),
        (&["BỘ NỘI VỤ", "TRƯỜNG", "HỌC VIỆN HÀNH CHÍNH"], "TRƯỜNG HỌC VIỆN HÀNH CHÍNH"),
    ] {
        assert_eq!(body(left), sure(name), "{left:?}");
    }
}

#[test]
fn digits_of_a_name_stay_with_it_and_others_do_not() {
    assert_eq!(body(&["TÒA ÁN NHÂN DÂN", "KHU VỰC 1 - LÀO CAI"]), sure("TÒA ÁN NHÂN DÂN KHU VỰC 1 - LÀO CAI"));
    assert_eq!(body(&["UBND XÃ BÁT XÁT", "TRƯỜNG TIỂU HỌC SỐ 2", "BÁT XÁT"]), sure("TRƯỜNG TIỂU HỌC SỐ 2 BÁT XÁT"));
    assert_eq!(body(&["ỦY BAN NHÂN DÂN", "PHƯỜNG 5"]), sure("ỦY BAN NHÂN DÂN PHƯỜNG 5"));
    // A name that goes on with a line that was taken for something else.
    assert_eq!(body(&["CHI CỤC THUẾ LÀO CAI", "ĐỘI KIỂM TRA 123 BÁT XÁT"]), unsure("CHI CỤC THUẾ LÀO CAI"));
}

#[test]
fn a_name_below_in_small_letters_or_without_a_known_beginning_is_asked_for() {
    assert_eq!(body(&["UBND TỈNH LÀO CAI", "Sở Nội vụ"]), unsure("UBND TỈNH LÀO CAI"));
    assert_eq!(body(&["SỞ TƯ PHÁP", "DEPARTMENT OF JUSTICE"]), unsure("SỞ TƯ PHÁP DEPARTMENT OF JUSTICE"));
    assert_eq!(body(&["UBND XÃ BÁT XÁT", "CHỢ TRUNG ƯƠNG"]), unsure("UBND XÃ BÁT XÁT CHỢ TRUNG ƯƠNG"));
}

/// A header with these lines under the motto, and no line of place and date.
fn headed(lines: &[&str]) -> RecognisedPage {
    let mut page = decision(NUMBER, "x");
    let other: Vec<At<'_>> = (0_u8..).zip(lines).map(|(at, text)| At(850.0, 262.0 + 45.0 * f32::from(at), text)).collect();
    page.lines.retain(|line| line.words[0].text != "x");
    page.lines.extend(laid_out(&other, 0.98).lines);
    page
}

#[test]
fn a_day_in_the_header_that_names_no_place_is_of_something_else() {
    for lines in [
        ["CÔNG VĂN ĐẾN", "Ngày 15 tháng 3 năm 2023"].as_slice(),
        &["BẢN SAO", "Ngày 15 tháng 3 năm 2023"],
        &["Có giá trị đến hết", "ngày 15 tháng 3 năm 2023"],
        &["Thời gian họp:", "ngày 15 tháng 3 năm 2023"],
        &["Dự thảo lần 2", "ngày 15 tháng 3 năm 2023"],
    ] {
        assert_eq!(field(&headed(lines), FieldName::IssueDate), unsure("2023-03-15"), "{lines:?}");
    }
    assert_eq!(field(&headed(&["Lào Cai, ngày 15 tháng 3 năm 2023"]), FieldName::IssueDate), sure("2023-03-15"));
}

/// The end of something in brackets names no day of issue, though it stands in the middle under the header.
#[test]
fn the_day_of_another_paper_in_brackets_is_none() {
    let page = form(&[
        At(760.0, 370.0, "QUY CHẾ"),
        At(560.0, 430.0, "(Ban hành kèm theo Quyết định số 45/QĐ-UBND"),
        At(640.0, 475.0, "ngày 12 tháng 3 năm 2023)"),
    ]);
    assert_eq!(field(&page, FieldName::IssueDate), None);
}

/// A form that ends with these lines at the right.
fn ended(lines: &[&str]) -> RecognisedPage {
    let mut placed = vec![At(640.0, 370.0, "ĐƠN XIN XÁC NHẬN"), At(300.0, 500.0, "Tôi cam đoan những điều trên là đúng.")];
    placed.extend((0_u8..).zip(lines).map(|(at, text)| At(1000.0, 1500.0 + 45.0 * f32::from(at), text)));
    form(&placed)
}

#[test]
fn a_day_over_a_signature_is_of_whoever_signs() {
    let day = "Bát Xát, ngày 12 tháng 3 năm 2023";
    assert_eq!(field(&ended(&[day, "NGƯỜI LÀM ĐƠN"]), FieldName::IssueDate), sure("2023-03-12"));
    for lines in [
        ["SAO Y BẢN CHÍNH", day, "TL. CHỦ TỊCH"].as_slice(),
        &["XÁC NHẬN CỦA UBND XÃ", day, "CHỦ TỊCH"],
        &["CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH", day, "CHỦ TỊCH"],
        &[day, "XÁC NHẬN CỦA UBND XÃ", "CHỦ TỊCH"],
        &[day, "NGƯỜI NHẬN KẾT QUẢ"],
        &["Giấy này hết hiệu lực vào", "ngày 12 tháng 3 năm 2023", "CHỦ TỊCH"],
        &["Ngày 12 tháng 3 năm 2023", "NGƯỜI ĐI KHAI TỬ"],
        &["Bát Xát, ngày .... tháng .... năm 2023", "NGƯỜI LÀM ĐƠN", "Đồng ý.", day, "CHỦ TỊCH"],
    ] {
        assert_eq!(field(&ended(lines), FieldName::IssueDate), unsure("2023-03-12"), "{lines:?}");
    }
}

/// Words that make a day one of something else are none within others, nor in a sentence.
#[test]
fn a_day_below_words_that_only_look_like_those_of_another_is_accepted() {
    let day = "Bát Xát, ngày 12 tháng 3 năm 2023";
    for above in ["Ủy ban nhân dân xã Bát Xát", "Hợp đồng có hai bản", "Năng lực của cá nhân"] {
        assert_eq!(field(&ended(&[above, day, "NGƯỜI LÀM ĐƠN"]), FieldName::IssueDate), sure("2023-03-12"), "{above}");
    }
    for signer in ["NGƯỜI ĐĂNG KÝ", "TRƯỞNG PHÒNG THẨM ĐỊNH"] {
        assert_eq!(field(&ended(&[day, signer]), FieldName::IssueDate), sure("2023-03-12"), "{signer}");
    }
    assert_eq!(field(&ended(&[day, "Ý KIẾN CỦA CƠ QUAN ĐĂNG KÝ", "CHỦ TỊCH"]), FieldName::IssueDate), unsure("2023-03-12"));
}

#[test]
fn a_symbol_that_may_go_on_below_is_offered_whole() {
    for (number, below, whole) in
        [("Số: 15/QĐ-SNNMT-", "VPĐKĐĐ", "QĐ-SNNMT-VPĐKĐĐ"), ("Số: 15/QĐ-SNNMT", "-VPĐKĐĐ", "QĐ-SNNMT-VPĐKĐĐ")]
    {
        let mut page = issued_by(&["UBND TỈNH LÀO CAI", "SỞ NỘI VỤ"], number);
        page.lines.extend(laid_out(&[At(300.0, 390.0, below)], 0.98).lines);
        let symbol = reading(&page, FieldName::Symbol).unwrap();
        assert_eq!((symbol.doubts, symbol.others), (vec![Doubt::Unfinished], vec![whole.to_owned()]), "{number}");
        assert_eq!(field(&page, FieldName::Number), sure("15"));
    }
}

/// A decision with these lines as its abstract, each with its left edge and its top.
fn titled(lines: &[At<'_>]) -> RecognisedPage {
    let mut page = decision(NUMBER, DATE);
    page.lines.retain(|line| line.words[0].place.0[0].y < 400.0);
    page.lines.extend(laid_out(lines, 0.98).lines);
    page
}

#[test]
fn a_title_goes_on_with_years_and_over_wide_gaps() {
    let figures = titled(&[
        At(420.0, 430.0, "Về việc giao chỉ tiêu kế hoạch giai đoạn"),
        At(560.0, 475.0, "2026 - 2030 cho các thôn"),
        At(300.0, 620.0, BODY),
    ]);
    assert_eq!(
        field(&figures, FieldName::Title),
        sure("Quyết định về việc giao chỉ tiêu kế hoạch giai đoạn 2026 - 2030 cho các thôn")
    );
    let apart = titled(&[
        At(420.0, 430.0, "Về việc cấp giấy chứng nhận quyền sử dụng"),
        At(540.0, 530.0, "đất cho ông Lò Văn Thử và bà Mẩy"),
        At(300.0, 720.0, BODY),
    ]);
    assert_eq!(field(&apart, FieldName::Title), unsure("Quyết định về việc cấp giấy chứng nhận quyền sử dụng"));
}

#[test]
fn numbered_lines_below_a_title_are_no_part_of_it() {
    let title = "Quyết định về việc công nhận các hộ thoát nghèo";
    let below = |line: &str| {
        let lines = [At(420.0, 430.0, "Về việc công nhận các hộ thoát nghèo"), At(420.0, 475.0, line), At(300.0, 620.0, BODY)];
        field(&titled(&lines), FieldName::Title)
    };
    for line in ["1- Tên hộ", "1: Tên hộ", "1-Tên hộ", "1) Tên hộ"] {
        assert_eq!(below(line), sure(title), "{line}");
    }
    // One that may be a number of the title makes it wait, and one that is goes on with it.
    assert_eq!(below("01 Nguyễn Văn A"), unsure(title));
    assert_eq!(below("06 tháng đầu năm"), sure(&format!("{title} 06 tháng đầu năm")));
    assert_eq!(below("12-QĐ/TU của Tỉnh ủy").map(|(title, _)| title), Some(format!("{title} 12-QĐ/TU của Tỉnh ủy")));
}

#[test]
fn parts_of_a_form_and_marks_of_urgency_are_no_part_of_its_title() {
    for section in ["I. THÔNG TIN NGƯỜI YÊU CẦU", "PHẦN GHI CỦA NGƯỜI SỬ DỤNG ĐẤT"] {
        let mut page = form(&[At(520.0, 370.0, "TỜ KHAI ĐĂNG KÝ LẠI KHAI SINH"), At(540.0, 420.0, section)]);
        page.lines.remove(2);
        assert_eq!(field(&page, FieldName::Title), sure("TỜ KHAI ĐĂNG KÝ LẠI KHAI SINH"), "{section}");
    }
    let letter = |below: &str| {
        let mut page = issued_by(&["UBND TỈNH LÀO CAI", "SỞ NỘI VỤ"], "Số: 686/SNV-VP");
        page.lines.retain(|line| line.words[0].place.0[0].y < 420.0);
        page.lines.extend(laid_out(&[At(250.0, 390.0, "V/v phòng chống dịch"), At(250.0, 435.0, below)], 0.98).lines);
        page
    };
    assert_eq!(field(&letter("HỎA TỐC"), FieldName::Title), sure("V/v phòng chống dịch"));
    assert_eq!(field(&letter("Số: 45 của ông Thử"), FieldName::Title), unsure("V/v phòng chống dịch"));
}

#[test]
fn marks_beside_a_name_are_no_part_of_it() {
    for mark in ["HỎA TỐC", "MẬT", "DỰ THẢO"] {
        assert_eq!(body(&["UBND TỈNH LÀO CAI", "SỞ NỘI VỤ", mark]), sure("SỞ NỘI VỤ"), "{mark}");
    }
}

#[test]
fn a_heading_below_another_one_is_no_certain_type() {
    let ruled = form(&[]);
    assert_eq!(field(&ruled, FieldName::DocumentType), sure("don_de_nghi"));
    let mut judged = laid_out(
        &[
            At(520.0, 150.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            At(640.0, 195.0, "Độc lập - Tự do - Hạnh phúc"),
            At(760.0, 300.0, "BẢN ÁN"),
            At(740.0, 560.0, "QUYẾT ĐỊNH"),
        ],
        0.98,
    );
    assert_eq!(field(&judged, FieldName::DocumentType), unsure("quyet_dinh"));
    judged.lines.remove(2);
    assert_eq!(field(&judged, FieldName::DocumentType), sure("quyet_dinh"));
}

#[test]
fn a_bracket_under_a_title_says_what_it_belongs_to() {
    let under = |bracket: &str| {
        titled(&[At(420.0, 430.0, "Về việc tiếp công dân tại trụ sở Ủy ban"), At(480.0, 475.0, bracket), At(300.0, 620.0, BODY)])
    };
    let title = "Quyết định về việc tiếp công dân tại trụ sở Ủy ban";
    assert_eq!(field(&under("(Ban hành kèm theo Quyết định số 45/QĐ)"), FieldName::Title), sure(title));
    assert_eq!(field(&under("(lần thứ hai trong năm 2023)"), FieldName::Title), unsure(title));
}

/// What an abstract begins with is known where the file says it itself, and a body is none.
#[test]
fn an_abstract_that_the_file_says_needs_no_usual_beginning() {
    let embedded = |lines: &[At<'_>]| {
        let mut page = titled(lines);
        page.lines.iter_mut().flat_map(|line| &mut line.words).for_each(|word| word.source = TextSource::Embedded);
        field(&page, FieldName::Title)
    };
    let told = [At(480.0, 430.0, "Ban hành kế hoạch số hóa hồ sơ năm 2023"), At(300.0, 620.0, BODY)];
    assert_eq!(embedded(&told), sure("Quyết định Ban hành kế hoạch số hóa hồ sơ năm 2023"));
    assert_eq!(field(&titled(&told), FieldName::Title).map(|(_, sure)| sure), Some(false), "one reader has read it");
    let body =
        [At(160.0, 430.0, "Phê duyệt danh sách hộ nghèo năm 2023 trên địa bàn xã, theo đó các hộ"), At(300.0, 620.0, BODY)];
    assert_eq!(embedded(&body).map(|(_, sure)| sure), Some(false));
    // What is said below a type besides an abstract.
    for (left, below) in [
        (560.0, "(Ban hành kèm theo Quyết định số 45)"),
        (720.0, "(Lần 2)"),
        (520.0, "Lào Cai, ngày 15 tháng 3 năm 2023"),
        (540.0, "Ủy ban nhân dân xã Bát Xát"),
        (540.0, "Chủ tịch Ủy ban nhân dân xã"),
    ] {
        let found = embedded(&[At(left, 430.0, below), At(300.0, 620.0, BODY)]);
        assert_eq!(found, unsure("Quyết định"), "{below}");
    }
}
