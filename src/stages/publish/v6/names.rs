//! Names of people as registers, papers and certificates have them, and what cannot be one.

use crate::model::vietnamese::{fold_words, same_spelling};

/// What parts one person from the next.
const BETWEEN: [char; 8] = [',', ';', '(', ')', '&', '/', '\n', ':'];
/// The word that does so, too.
const AND: &str = "và";
/// What comes before a name and is none, as it is spelt and as it is typed without marks where that is no name.
const HONORIFICS: [&str; 20] = [
    "ông", "ong", "bà", "anh", "chị", "em", "cô", "chú", "bác", "cháu", "chau", "vợ", "chồng", "con", "trẻ", "bé", "mr", "mrs",
    "ms", "dr",
];
/// What names of agencies begin with. Within a name most of these words may be a person's.
const AGENCIES: [&str; 20] = [
    "bảo hiểm xã hội",
    "ban quản lý",
    "bộ",
    "chi cục",
    "chi nhánh",
    "công an phường",
    "công an thành phố",
    "công an tỉnh",
    "công an xã",
    "cục",
    "hội đồng",
    "kho bạc",
    "phòng",
    "sở",
    "thanh tra",
    "tòa án",
    "tổng cục",
    "trung tâm",
    "văn phòng",
    "viện kiểm sát",
];
/// What nobody is called, wherever it stands, without marks.
const NEVER_A_NAME: [&str; 5] = ["hdnd", "hoi dong nhan dan", "ubnd", "uy ban", "uy ban nhan dan"];
/// Longest code.
const CODE: usize = 40;
/// Longest part of the symbol of a paper, such as `TTPVHCC`.
const SYMBOL: usize = 12;

/// The names of people that a text consists of, folded: of two words or more, since one may be any word, and none
/// of an agency.
pub(super) fn names_in(text: &str) -> impl Iterator<Item = String> {
    parts(text)
        .into_iter()
        .filter(|words| !is_agency(words))
        .map(|words| fold_words(&words.join(" ")))
        .filter(|name| name.contains(' '))
}

/// The words of each person, without what they are addressed by.
fn parts(text: &str) -> Vec<Vec<String>> {
    let pieces = text.split(BETWEEN);
    let words = pieces.map(|piece| piece.split_whitespace().map(same_spelling).collect::<Vec<_>>());
    let people = words.flat_map(|words| words.split(|word| word == AND).map(<[String]>::to_vec).collect::<Vec<_>>());
    let is_address = |word: &&String| HONORIFICS.contains(&word.trim_end_matches('.'));
    people.map(|words| words.iter().skip_while(is_address).cloned().collect()).collect()
}

fn is_agency(words: &[String]) -> bool {
    let spelt = format!("{} ", words.join(" "));
    let folded = format!(" {} ", fold_words(&spelt));
    let begins = |agency: &&str| spelt.strip_prefix(same_spelling(agency).as_str()).is_some_and(|rest| rest.starts_with(' '));
    AGENCIES.iter().any(begins) || NEVER_A_NAME.iter().any(|never| folded.contains(&format!(" {never} ")))
}

/// Whether a text has the form of a code of a list, in which nobody can be named: capitals, digits and what stands
/// between them, with a digit unless it is quite short.
pub(super) fn is_code(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    (1..=CODE).contains(&text.len()) && text.chars().all(fits) && (text.len() <= 4 || text.chars().any(|c| c.is_ascii_digit()))
}

/// Whether a text has the form of the number and symbol of a paper: `3034/QĐ-UBND`, `12/2025/TT-BNV`.
pub(super) fn is_number(text: &str) -> bool {
    let mut parts = text.split('/');
    let is_digits = |part: &str| (1..=6).contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit());
    let is_symbol = |part: &str| {
        let is_one = |word: &str| {
            (1..=SYMBOL).contains(&word.chars().count()) && word.chars().all(|c| c.is_uppercase() || c.is_ascii_digit())
        };
        part.split('-').count() <= 3 && part.split('-').all(is_one)
    };
    parts.next().is_some_and(is_digits) && parts.clone().count() <= 2 && parts.all(is_symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_apart_from_how_they_are_addressed_and_from_one_another() {
        for (text, names) in [
            ("Nguyễn Thị Mẫu", &["nguyen thi mau"][..]),
            ("Ông/Bà NGUYỄN THỊ MẪU", &["nguyen thi mau"]),
            ("Bà Nguyễn Thị Mẫu và ông Lò Văn Thử (chồng)", &["nguyen thi mau", "lo van thu"]),
            ("Lò Văn Thử; Vàng A Páo & Giàng Thị Dợ, cháu Lò Thị Bé", &["lo van thu", "vang a pao", "giang thi do", "lo thi be"]),
            ("Mr. John Smith", &["john smith"]),
            ("Mẫu", &[]),
            ("", &[]),
        ] {
            assert_eq!(names_in(text).collect::<Vec<_>>(), names, "{text}");
        }
    }

    #[test]
    fn an_agency_is_nobody_and_somebody_with_such_a_name_is() {
        for agency in
            ["UBND xã Mẫu Sơn", "Ủy ban nhân dân phường A", "UY BAN NHAN DAN XA A", "Sở Tư pháp tỉnh B", "Trung tâm Phục vụ HCC"]
        {
            assert_eq!(names_in(agency).next(), None, "{agency}");
        }
        for (person, name) in [
            ("Nguyễn Văn Phong", "nguyen van phong"),
            ("Nguyễn Trung Tâm", "nguyen trung tam"),
            ("Bàn Văn Sở", "ban van so"),
            ("Trần Công An", "tran cong an"),
        ] {
            assert_eq!(names_in(person).collect::<Vec<_>>(), [name], "{person}");
        }
    }

    #[test]
    fn codes_and_numbers_have_a_form_in_which_nobody_can_be_named() {
        for (text, code, number) in [
            ("TP1", true, false),
            ("KQ.01", true, false),
            ("000.00.16.H38-KQ", true, false),
            ("NGUYENTHIMAU", false, false),
            ("Toàn quốc", false, false),
            ("3034/QĐ-UBND", false, true),
            ("12/2025/TT-BNV", false, true),
            ("3034", true, true),
            ("12/Nguyễn Thị Mẫu", false, false),
            ("12 cấp cho bà Mẫu", false, false),
            ("010196000001", true, false),
            ("", false, false),
        ] {
            assert_eq!((is_code(text), is_number(text)), (code, number), "{text}");
        }
    }
}
