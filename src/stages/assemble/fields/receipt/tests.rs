use super::super::layout::segments;
use super::super::testing::{At, laid_out};
use super::*;
use crate::model::page::RecognisedPage;
use crate::model::text::SecondReading;

/// A page of which two readers read the same.
fn agreed(lines: &[At<'_>]) -> RecognisedPage {
    let mut page = laid_out(lines, 0.99);
    for word in page.lines.iter_mut().flat_map(|line| &mut line.words) {
        word.second = SecondReading::Agrees;
    }
    page
}

fn read(page: &RecognisedPage) -> Vec<FieldReading> {
    read_receipt(&[segments(page, 1.7)], true)
}

fn reading(all: &[FieldReading], name: FieldName) -> Option<(&str, &[Doubt])> {
    all.iter().find(|reading| reading.name == name).map(|reading| (reading.value.as_str(), reading.doubts.as_slice()))
}

/// The lines of form 01 as a page of 1654 pixels has them, from the line of the applicant on.
const FORM: [(f32, &str); 6] = [
    (620.0, "Chủ hồ sơ: Nguyễn Thị Mẫu"),
    (680.0, "Số định danh cá nhân: 010200000001, cấp ngày 15/06/2021"),
    (740.0, "Nội dung yêu cầu giải quyết: Đăng ký biến động"),
    (800.0, "Lĩnh vực: Đất đai"),
    (1500.0, "Thời gian nhận hồ sơ: 10 giờ 44 phút, ngày 10/07/2025."),
    (1560.0, "Thời gian trả kết quả: 15 giờ 00 phút, ngày 23/07/2025."),
];

const TABLE: [At<'static>; 12] = [
    At(236.0, 920.0, "Thành phần hồ sơ nộp gồm:"),
    At(259.0, 985.0, "STT"),
    At(614.0, 985.0, "Tên giấy tờ"),
    At(1085.0, 985.0, "Số lượng"),
    At(1311.0, 985.0, "Hình thức"),
    At(282.0, 1042.0, "1"),
    At(355.0, 1042.0, "Giấy ủy quyền"),
    At(1120.0, 1042.0, "03"),
    At(1260.0, 1042.0, "Bản chính"),
    At(282.0, 1100.0, "2"),
    At(355.0, 1100.0, "Tờ khai lệ phí trước bạ"),
    At(1120.0, 1100.0, "01"),
];

fn form() -> Vec<At<'static>> {
    FORM.iter().map(|(top, text)| At(236.0, *top, text)).chain(TABLE).collect()
}

/// Two columns, as a postal enterprise prints them: what is level with another label is its value.
#[test]
fn in_a_column_of_labels_a_value_ends_where_the_next_label_begins() {
    let name = "Cấp Phiếu lý lịch tư pháp cho công dân Việt Nam";
    let rows = |label: &'static str, first: &'static str| {
        let all = [
            At(130.0, 600.0, "Thủ tục"),
            At(660.0, 600.0, name),
            At(130.0, 650.0, label),
            At(660.0, 650.0, first),
            At(130.0, 700.0, "Lĩnh vực"),
            At(660.0, 700.0, "Hộ tịch"),
        ];
        let all: Vec<At<'_>> = all.into_iter().filter(|at| !at.2.is_empty()).collect();
        let all = read(&agreed(&all));
        reading(&all, FieldName::Procedure).map(|(value, _)| value.to_owned())
    };
    assert_eq!(rows("Loại việc", "Lý lịch tư pháp").as_deref(), Some(name), "a label that nobody knows");
    let both = format!("{name} ở nước ngoài");
    assert_eq!(rows("", "ở nước ngoài").as_deref(), Some(both.as_str()), "a line of its own");
}

#[test]
fn form_01_is_read_by_its_labels() {
    let all = read(&agreed(&form()));
    let certain: &[Doubt] = &[];
    for (name, value) in [
        (FieldName::Applicant, "Nguyễn Thị Mẫu"),
        (FieldName::ApplicantNumber, "010200000001"),
        (FieldName::Procedure, "Đăng ký biến động"),
        (FieldName::ProcedureField, "Đất đai"),
        (FieldName::ReceivedAt, "2025-07-10 10:44"),
        (FieldName::DueAt, "2025-07-23 15:00"),
        (FieldName::Components, "Giấy ủy quyền × 3; Tờ khai lệ phí trước bạ × 1"),
    ] {
        assert_eq!(reading(&all, name), Some((value, certain)), "{name:?}");
    }
    assert_eq!(reading(&all, FieldName::ReceivingUnit), None, "no label says it");
}

#[test]
fn what_one_reader_alone_has_read_waits() {
    let mut page = agreed(&form());
    page.lines[0].words.last_mut().unwrap().second = SecondReading::Differs("Mấu".into());
    page.lines[1].words[5].second = SecondReading::NotAsked;
    let all = read(&page);
    let applicant = all.iter().find(|reading| reading.name == FieldName::Applicant).unwrap();
    assert_eq!((applicant.doubts.as_slice(), applicant.others.len()), (&[Doubt::OneReader][..], 1));
    assert_eq!(reading(&all, FieldName::ApplicantNumber), Some(("010200000001", &[Doubt::OneReader][..])));
    let alone = laid_out(&form().into_iter().collect::<Vec<_>>(), 0.99);
    assert!(read(&alone).iter().all(|reading| reading.doubts.contains(&Doubt::OneReader)), "there is no second reader");
}

#[test]
fn labels_stand_beside_their_values_in_columns_too() {
    let all = read(&agreed(&[
        At(200.0, 500.0, "Chủ hồ sơ:"),
        At(700.0, 500.0, "Công ty Cổ phần Mẫu"),
        At(200.0, 560.0, "Số CCCD"),
        At(700.0, 560.0, "010200000001"),
        At(200.0, 620.0, "Người nộp hồ sơ:"),
        At(700.0, 620.0, "Trần Văn Mẫu"),
        At(200.0, 680.0, "Ngày hẹn trả:"),
        At(700.0, 680.0, "23/07/2025"),
        At(200.0, 740.0, "Đơn vị tiếp nhận: Bưu điện Mẫu Điện thoại: 0214000111"),
    ]));
    assert_eq!(reading(&all, FieldName::Applicant), Some(("Công ty Cổ phần Mẫu", &[][..])), "whose it is, not who brought it");
    assert_eq!(reading(&all, FieldName::ApplicantNumber), Some(("010200000001", &[][..])));
    assert_eq!(reading(&all, FieldName::DueAt), Some(("2025-07-23", &[][..])));
    assert_eq!(reading(&all, FieldName::ReceivingUnit), Some(("Bưu điện Mẫu", &[][..])), "without the telephone");
}

#[test]
fn papers_are_read_from_a_list_and_one_line_that_is_none_makes_all_doubtful() {
    let list = |third: &'static str| {
        read(&agreed(&[
            At(200.0, 500.0, "Thành phần hồ sơ gồm có:"),
            At(220.0, 560.0, "1. Tờ khai đăng ký: 02 bản chính"),
            At(220.0, 620.0, "2. Giấy ủy quyền (01 bản)"),
            At(220.0, 680.0, third),
            At(200.0, 740.0, "Lĩnh vực: Đất đai"),
        ]))
    };
    let both = "Tờ khai đăng ký × 2; Giấy ủy quyền × 1";
    let whole = format!("{both}; Ảnh chân dung × 4");
    assert_eq!(reading(&list("3. Ảnh chân dung - 04 tờ"), FieldName::Components), Some((whole.as_str(), &[][..])));
    for third in ["3. Ảnh chân dung", "4. Ảnh chân dung - 04 tờ", "3. Bản vẽ nhà - 02 tầng", "và các giấy tờ khác"]
    {
        let all = list(third);
        assert_eq!(reading(&all, FieldName::Components), Some((both, &[Doubt::Unfinished][..])), "{third}");
    }
}

#[test]
fn a_row_that_is_not_understood_makes_the_table_doubtful() {
    let changed = |change: fn(&mut Vec<At<'static>>)| {
        let mut form = form();
        change(&mut form);
        let all = read(&agreed(&form));
        let read = reading(&all, FieldName::Components).map(|(_, doubts)| doubts.to_vec());
        read.unwrap_or_default()
    };
    assert_eq!(changed(|_| ()), []);
    assert_eq!(changed(|form| form.push(At(282.0, 1158.0, "3"))), [Doubt::Unfinished], "a number without a paper");
    assert_eq!(changed(|form| form[15].2 = "3"), [Doubt::Unfinished], "a number is left out");
    assert_eq!(changed(|form| form[17].2 = "O1"), [Doubt::Unfinished], "no number of copies");
    assert_eq!(changed(|form| form.push(At(355.0, 1150.0, "kèm theo bản vẽ"))), [Doubt::Unfinished], "the name goes on");
}

#[test]
fn what_may_go_on_or_is_told_twice_is_doubtful() {
    let of = |lines: &[At<'_>], name| {
        let all = read(&agreed(lines));
        reading(&all, name).map(|(value, doubts)| (value.to_owned(), doubts.to_vec()))
    };
    let name = FieldName::Applicant;
    let doubted = |value: &str, doubt| Some((value.to_owned(), vec![doubt]));
    assert_eq!(
        of(&[At(200.0, 500.0, "Chủ hồ sơ: Hợp tác xã Nông nghiệp"), At(230.0, 555.0, "và Dịch vụ Mẫu")], name),
        doubted("Hợp tác xã Nông nghiệp", Doubt::Unfinished)
    );
    assert_eq!(
        of(&[At(200.0, 500.0, "Chủ hồ sơ: Trần Văn Mẫu"), At(200.0, 700.0, "Chủ hồ sơ: Lê Văn Mẫu")], name),
        doubted("Trần Văn Mẫu", Doubt::Several)
    );
    assert_eq!(of(&[At(200.0, 500.0, "Chủ hồ sơ: Ông Văn Mẫu")], name), doubted("Văn Mẫu", Doubt::Unfinished));
    assert_eq!(of(&[At(200.0, 500.0, "Chủ hồ sơ: Ông/Bà Trần Văn Mẫu")], name), Some(("Trần Văn Mẫu".into(), vec![])));
    assert_eq!(of(&[At(200.0, 500.0, "Chủ hồ sơ: ..............")], name), None, "left blank");
    let number = FieldName::ApplicantNumber;
    let owner = || At(200.0, 500.0, "Chủ hồ sơ: Trần Văn Mẫu");
    assert_eq!(of(&[owner(), At(200.0, 560.0, "Số CCCD: 01020000001")], number), doubted("01020000001", Doubt::Shape));
    assert_eq!(of(&[owner(), At(200.0, 560.0, "Số CCCD: 999200000001")], number), doubted("999200000001", Doubt::Shape));
    let all = read(&agreed(&[At(200.0, 500.0, "Ngày tiếp nhận: 10/07/2025"), At(200.0, 560.0, "Ngày hẹn trả: 23/02/2025")]));
    assert_eq!(reading(&all, FieldName::DueAt), Some(("2025-02-23", &[Doubt::Contradicted][..])), "before it was taken in");
}

const UNFINISHED: &[Doubt] = &[Doubt::Unfinished];

#[test]
fn a_number_is_the_applicants_only_in_the_applicants_own_block() {
    let number = |lines: &[At<'_>]| {
        let all = read(&agreed(lines));
        reading(&all, FieldName::ApplicantNumber).map(|(value, doubts)| (value.to_owned(), doubts.to_vec()))
    };
    let waits = Some(("010200000001".to_owned(), UNFINISHED.to_vec()));
    let own = At(200.0, 620.0, "Số CCCD: 010200000001");
    let owner = || At(200.0, 500.0, "Chủ hồ sơ: Công ty Mẫu");
    for between in ["Người nộp hồ sơ: Trần Văn Mẫu", "Người đại diện: Trần Văn Mẫu", "Ông/Bà: Trần Văn Mẫu"]
    {
        assert_eq!(number(&[owner(), At(200.0, 560.0, between), At(200.0, 620.0, "Số CCCD: 010200000001")]), waits, "{between}");
    }
    assert_eq!(number(&[At(200.0, 560.0, "Người nộp hồ sơ: Trần Văn Mẫu"), own]), waits, "who brought it is no applicant");
    assert_eq!(number(&[At(200.0, 440.0, "Số CCCD: 010200000001"), owner()]), waits, "it stands before");
    assert_eq!(
        number(&[At(200.0, 500.0, "Chủ hồ sơ: Công ty Mẫu Người nộp: Trần Văn Mẫu"), At(200.0, 560.0, "Số CCCD: 010200000001")]),
        waits,
        "another stands on the line"
    );
    let address = At(200.0, 560.0, "Địa chỉ: thôn Mẫu");
    assert_eq!(number(&[owner(), address, At(200.0, 620.0, "Số CCCD: 010200000001")]), Some(("010200000001".into(), vec![])));
}

#[test]
fn who_brought_the_papers_is_the_applicant_only_if_the_register_says_so() {
    for label in ["Trung tâm tiếp nhận hồ sơ của", "Người nộp hồ sơ"] {
        let line = format!("{label}: Trần Văn Mẫu");
        let all = read(&agreed(&[At(200.0, 500.0, &line)]));
        assert_eq!(reading(&all, FieldName::Applicant), Some(("Trần Văn Mẫu", UNFINISHED)), "{label}");
    }
}

#[test]
fn two_receipts_in_one_document_make_all_facts_doubtful() {
    for twice in [
        ["GIẤY TIẾP NHẬN HỒ SƠ", "GIẤY TIẾP NHẬN HỒ SƠ"],
        ["Mã hồ sơ: H38.16-250710-0001", "Mã hồ sơ: H38.16-250710-0001"],
        ["Hồ sơ H38.16-250710-0001", "Hồ sơ H38.16-250710-0002"],
        ["Lĩnh vực: Đất đai", "Lĩnh vực: Hộ tịch"],
    ] {
        let all = read(&agreed(&[
            At(200.0, 300.0, twice[0]),
            At(200.0, 500.0, "Chủ hồ sơ: Trần Văn Mẫu"),
            At(200.0, 560.0, "Ngày hẹn trả: 23/07/2025"),
            At(200.0, 900.0, twice[1]),
        ]));
        for name in [FieldName::Applicant, FieldName::DueAt] {
            assert_eq!(reading(&all, name).map(|(_, doubts)| doubts), Some(&[Doubt::Several][..]), "{twice:?}");
        }
    }
}

#[test]
fn sister_forms_with_other_days_tell_no_moments() {
    let page = agreed(&form());
    let all = read_receipt(&[segments(&page, 1.7)], false);
    assert_eq!((reading(&all, FieldName::ReceivedAt), reading(&all, FieldName::DueAt)), (None, None));
    assert!(reading(&all, FieldName::Applicant).is_some());
}

#[test]
fn a_list_whose_end_was_not_seen_is_not_whole() {
    let list = |more: &[(f32, &'static str)]| {
        let mut lines = vec![At(200.0, 500.0, "Thành phần hồ sơ gồm có:"), At(220.0, 560.0, "1. Tờ khai đăng ký: 02 bản chính")];
        lines.extend(more.iter().map(|(top, text)| At(220.0, *top, text)));
        let all = read(&agreed(&lines));
        reading(&all, FieldName::Components).map(|(_, doubts)| doubts.to_vec()).unwrap_or_default()
    };
    assert_eq!(list(&[(620.0, "Lĩnh vực: Đất đai")]), []);
    assert_eq!(list(&[(620.0, "2. Số lượng hồ sơ: 01 (bộ)"), (680.0, "3. Lĩnh vực: Đất đai")]), []);
    for more in [
        &[][..],
        &[(620.0, "2. Ảnh chân dung: bản sao"), (680.0, "Lĩnh vực: Đất đai")],
        &[(620.0, "GIẤY CHỨNG NHẬN"), (680.0, "Lĩnh vực: Đất đai")],
        &[(620.0, "kèm theo: bản vẽ"), (680.0, "Lĩnh vực: Đất đai")],
        &[(620.0, "Lĩnh vực: Đất đai"), (900.0, "- Ảnh chân dung")],
        &[(900.0, "2. Giấy ủy quyền: 01 bản"), (1000.0, "Lĩnh vực: Đất đai")],
    ] {
        assert_eq!(list(more), UNFINISHED, "{more:?}");
    }
}

#[test]
fn a_row_without_its_number_makes_the_table_doubtful() {
    for (top, text) in [(1158.0, "Bản vẽ"), (1070.0, "nhà: 2 tầng")] {
        let mut form = form();
        form.push(At(355.0, top, text));
        assert_eq!(
            reading(&read(&agreed(&form)), FieldName::Components).map(|(_, doubts)| doubts.to_vec()),
            Some(UNFINISHED.to_vec()),
            "{text}"
        );
    }
    let over: Vec<At<'_>> = form().into_iter().filter(|At(_, top, _)| *top < 1400.0).collect();
    assert_eq!(
        reading(&read(&agreed(&over)), FieldName::Components).map(|(_, doubts)| doubts.to_vec()),
        Some(UNFINISHED.to_vec())
    );
}
