//! In which words of an intake receipt, or of one of its sister forms (TT 03/2025/TT-VPCP, App. I), facts may stand.
//!
//! They are lists of labels and a table, each office's in its own way, and half of what stands on them is no fact: where
//! somebody lives, what was paid, who signs. A line with a label is asked about if the label may be one of a
//! fact; of what stands without a label, all but what is seen to be something else.

use std::ops::Range;

use super::piece::Piece;

/// Parts of the labels of facts; folded. A label that was read otherwise names no fact later either.
const OF_FACTS: [&str; 14] = [
    "ho so",
    "nhan cua",
    "nguoi nop",
    "dinh danh",
    "cccd",
    "cmnd",
    "can cuoc",
    "tuy than",
    "thu tuc",
    "tthc",
    "giai quyet",
    "linh vuc",
    "nhan",
    "tra",
];
/// Beginnings of labels that have such parts and are of no fact, or that a row of a list may begin with.
const OF_NONE: [&str; 13] = [
    "ma ",
    "dang ky nhan",
    "thoi gian giai quyet",
    "so luong",
    "tong so",
    "thanh phan",
    "giay to",
    "dia chi",
    "dien thoai",
    "so dien thoai",
    "email",
    "phi",
    "le phi",
];
/// Labels under which rows stand: what goes on below is no address.
const OF_ROWS: [&str; 3] = ["thanh phan", "giay to", "ho so gom"];
/// Titles of columns; folded.
const TITLES: [&str; 11] = [
    "stt",
    "tt",
    "ten giay to",
    "ten thanh phan ho so",
    "ten thanh phan",
    "thanh phan ho so",
    "so luong",
    "so ban",
    "so to",
    "hinh thuc",
    "ghi chu",
];
/// Beginnings of the headings over which people sign.
const SIGNERS: [&str; 4] = ["nguoi nop", "nguoi tiep nhan", "nguoi nhan", "can bo tiep nhan"];
/// The share of a page's height below which they sign.
const SIGNED: f32 = 0.5;
/// Lines that go on are no further apart, in heights of a line.
const GOES_ON: f32 = 2.4;

/// The numbers of the `pieces`, of a page so high and from top to bottom, whose words facts may stand in, with those
/// words. `pieces` are what stands below the form's title.
pub(super) fn places(pieces: &[&Piece<'_>], height: f32) -> Vec<(usize, Range<usize>)> {
    let signed = pieces.iter().find(|piece| piece.top > SIGNED * height && is_signers(piece)).map(|piece| piece.top);
    let mut found = Vec::new();
    // Pieces that are of no fact, and may go on below.
    let mut passed: Vec<&Piece<'_>> = Vec::new();
    for piece in pieces {
        let words = match behind_label(piece) {
            Labelled::Fact => Some(piece.whole()),
            Labelled::Alone => None,
            Labelled::Other => {
                if !OF_ROWS.iter().any(|label| piece.folded.contains(label)) {
                    passed.push(piece);
                }
                None
            }
            Labelled::No => {
                let is_signature = signed.is_some_and(|top| piece.bottom > top);
                if passed.iter().any(|above| above.goes_on_with(piece, GOES_ON)) && !is_cell(piece, pieces) {
                    passed.push(piece);
                    None
                } else {
                    (!is_signature && !TITLES.contains(&piece.folded.as_str()) && !is_beside_names(piece, pieces))
                        .then(|| piece.whole())
                }
            }
        };
        found.extend(words.filter(|words| !words.is_empty()).map(|words| (piece.number, words)));
    }
    found
}

/// What the labels of a piece are.
enum Labelled {
    /// It has none.
    No,
    /// They are of no fact.
    Other,
    /// One may be of a fact. The whole line is asked about: what stands behind the label is read otherwise, and sometimes
    /// worse, where the label is cut off.
    Fact,
    /// It is nothing but a label that may be of a fact.
    Alone,
}

fn behind_label(piece: &Piece<'_>) -> Labelled {
    let is_row = piece.text.starts_with(|c: char| c.is_ascii_digit() || "-+•*–".contains(c));
    let mut from = 0;
    for (at, _) in piece.words.iter().enumerate().filter(|(_, word)| word.text.ends_with(':')) {
        let label = piece.folded_part(from..at + 1);
        let bare = label.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let is_none = OF_NONE.iter().any(|none| bare.starts_with(none));
        if is_row && from == 0 && !is_none {
            // A paper of a list with its copies, or a numbered label.
            return Labelled::Fact;
        }
        if !is_none && OF_FACTS.iter().any(|part| bare.contains(part)) {
            // A label alone has its value beside it.
            let is_alone = at + 1 == piece.words.len();
            return if is_alone { Labelled::Alone } else { Labelled::Fact };
        }
        from = at + 1;
    }
    if from == 0 { Labelled::No } else { Labelled::Other }
}

/// Whether people sign below.
fn is_signers(piece: &Piece<'_>) -> bool {
    piece.is_capitals() && !piece.text.contains(':') && SIGNERS.iter().any(|signer| piece.folded.starts_with(signer))
}

/// Whether a piece has another one beside it: it is a cell of a table, or the value of a label in a column of labels.
fn is_cell(piece: &Piece<'_>, pieces: &[&Piece<'_>]) -> bool {
    pieces.iter().any(|other| other.number != piece.number && other.is_level_with(piece))
}

/// Whether a cell of a table is neither the name of a paper nor the number of its copies: the number of its row, or what
/// stands behind the copies.
fn is_beside_names(piece: &Piece<'_>, pieces: &[&Piece<'_>]) -> bool {
    let level = |other: &&&Piece<'_>| other.number != piece.number && other.is_level_with(piece);
    let is_left = |other: &&&Piece<'_>| other.right <= piece.left;
    let mut left: Vec<&&Piece<'_>> = pieces.iter().filter(level).filter(is_left).collect();
    left.sort_by(|a, b| a.left.total_cmp(&b.left));
    let has_letters = |other: &Piece<'_>| other.folded.contains(char::is_alphabetic);
    if is_count(piece) {
        let is_followed = pieces.iter().filter(level).any(|other| other.left >= piece.right && has_letters(other));
        return left.is_empty() && is_followed;
    }
    let [.., name, copies] = left.as_slice() else { return false };
    is_count(copies) && has_letters(name)
}

/// Whether it is a number of one or two digits.
fn is_count(piece: &Piece<'_>) -> bool {
    (1..=2).contains(&piece.folded.len()) && piece.folded.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::super::EngineWord;
    use super::super::piece::tests::line;
    use super::*;

    /// What is asked about of each line of a page of 1000 × 1400 pixels.
    fn asked(page: &[(f32, f32, &str)]) -> Vec<String> {
        let read: Vec<Vec<EngineWord>> = page.iter().map(|&(x, y, text)| line(x, y, text)).collect();
        let pieces: Vec<Piece<'_>> = read.iter().enumerate().filter_map(|(number, words)| Piece::of(number, words)).collect();
        let mut asked = vec![String::new(); read.len()];
        for (number, words) in places(&pieces.iter().collect::<Vec<_>>(), 1400.0) {
            asked[number] = read[number][words].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        }
        asked
    }

    #[test]
    fn lines_with_labels_of_facts_are_asked_about_and_what_is_no_fact_is_not() {
        let page = [
            (300.0, 300.0, "Trung tâm tiếp nhận hồ sơ của: Nguyễn Minh Chu"),
            (300.0, 340.0, "Địa chỉ: thôn Cốc Ly, xã Mường Khương,"),
            (200.0, 370.0, "tỉnh Lào Cai"),
            (300.0, 410.0, "Nội dung yêu cầu giải quyết: Cấp bản"),
            (200.0, 440.0, "sao trích lục"),
            (300.0, 480.0, "Thời gian giải quyết hồ sơ theo quy định: 22 ngày"),
            (300.0, 520.0, "Phí, lệ phí đã thu: 918.750.000 đồng. Tra cứu"),
            (200.0, 550.0, "công bằng mã nêu trên."),
            (300.0, 590.0, "Điện thoại: 0976 296 688 CCCD: 015072544472"),
            (200.0, 640.0, "Chủ hồ sơ:"),
            (500.0, 640.0, "Công ty Mường Hoa"),
            (250.0, 1000.0, "NGƯỜI NỘP HỒ SƠ"),
            (250.0, 1100.0, "Nguyễn Minh Chu"),
        ];
        let expected = [
            "Trung tâm tiếp nhận hồ sơ của: Nguyễn Minh Chu",
            "",
            "",
            "Nội dung yêu cầu giải quyết: Cấp bản",
            "sao trích lục",
            "",
            "",
            "",
            "Điện thoại: 0976 296 688 CCCD: 015072544472",
            "",
            "Công ty Mường Hoa",
            "",
            "",
        ];
        assert_eq!(asked(&page), expected);
    }

    #[test]
    fn of_its_table_names_and_copies_are_asked_about_and_of_its_list_all() {
        let page = [
            (300.0, 300.0, "Thành phần hồ sơ nộp gồm:"),
            (150.0, 340.0, "STT"),
            (350.0, 340.0, "Tên giấy tờ"),
            (650.0, 340.0, "Số lượng"),
            (850.0, 340.0, "Hình thức"),
            (150.0, 380.0, "1"),
            (350.0, 380.0, "Giấy xác nhận"),
            (650.0, 380.0, "03"),
            (850.0, 380.0, "Bản sao"),
            (350.0, 420.0, "2. Văn bản cam kết"),
            (650.0, 420.0, "1"),
            (850.0, 420.0, "Chứng thực"),
            (300.0, 480.0, "- Giấy khai sinh: 01 bản chính"),
            (300.0, 520.0, "3. Địa chỉ: Lào Cai"),
        ];
        let expected = [
            "",
            "",
            "",
            "",
            "",
            "",
            "Giấy xác nhận",
            "03",
            "",
            "2. Văn bản cam kết",
            "1",
            "",
            "- Giấy khai sinh: 01 bản chính",
            "",
        ];
        assert_eq!(asked(&page), expected);
    }

    #[test]
    fn no_label_behind_which_a_fact_is_looked_for_is_passed_over() {
        for label in [
            "Chủ hồ sơ",
            "Họ và tên chủ hồ sơ",
            "Bộ phận một cửa tiếp nhận hồ sơ của ông (bà)",
            "Nhận của ông/bà",
            "Hồ sơ của",
            "Người nộp",
            "Tổ chức, cá nhân nộp hồ sơ",
            "Số định danh cá nhân/CMND",
            "CCCD số",
            "CMND/CCCD",
            "Số thẻ căn cước",
            "Số giấy tờ tùy thân",
            "Tên thủ tục hành chính",
            "TTHC",
            "Yêu cầu giải quyết",
            "Loại hồ sơ",
            "Thuộc lĩnh vực",
            "Thời gian tiếp nhận",
            "Ngày nhận",
            "Thời gian hẹn trả",
            "Hẹn trả kết quả",
            "Ngày trả kết quả",
            "Đơn vị tiếp nhận",
            "Cơ quan tiếp nhận",
            "Bộ phận tiếp nhận",
        ] {
            let text = format!("{label}: A");
            assert_eq!(asked(&[(300.0, 300.0, &text)]).concat(), text, "{label}");
        }
    }
}
