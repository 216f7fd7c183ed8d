//! Types of documents by the names and abbreviations that people use for them.

use super::{Condition, TextFact, Words, WordsForm, squeeze};
use crate::model::vietnamese::same_spelling;

/// A type as it is known by, and what else it is called: the abbreviations of symbols (NĐ 30/2020), names that
/// have other words than the key, and what everybody says.
const CALLED: [(&str, &[&str]); 39] = [
    ("nghi quyet", &["NQ"]),
    ("quyet dinh", &["QĐ"]),
    ("chi thi", &["CT"]),
    ("quy che", &["QC"]),
    ("quy dinh", &["QyĐ"]),
    ("thong cao", &["TC"]),
    ("thong bao", &["TB"]),
    ("huong dan", &["HD"]),
    ("chuong trinh", &["CTr"]),
    ("ke hoach", &["KH"]),
    ("phuong an", &["PA"]),
    ("de an", &["ĐA"]),
    ("du an", &["DA"]),
    ("bao cao", &["BC"]),
    ("to trinh", &["TTr"]),
    ("giay uy quyen", &["GUQ"]),
    ("phieu gui", &["PG"]),
    ("phieu chuyen", &["PC"]),
    ("phieu bao", &["PB"]),
    ("bien ban", &["BB"]),
    ("hop dong", &["HĐ"]),
    ("cong van", &["CV"]),
    ("cong dien", &["CĐ"]),
    ("ban ghi nho", &["BGN"]),
    ("ban thoa thuan", &["BTT"]),
    ("giay moi", &["GM"]),
    ("giay gioi thieu", &["GGT"]),
    ("giay nghi phep", &["GNP"]),
    ("nghi dinh", &["NĐ"]),
    ("thong tu", &["TT"]),
    ("thong tu lien tich", &["TTLT"]),
    (
        "giay tiep nhan",
        &[
            "TNHS",
            "giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            "giấy tiếp nhận hồ sơ",
            "biên nhận",
            "biên nhận hồ sơ",
            "giấy hẹn",
            "phiếu hẹn",
        ],
    ),
    ("don de nghi", &["đơn xin", "đơn đăng ký", "đơn yêu cầu", "giấy đề nghị"]),
    ("cccd", &["căn cước công dân", "căn cước", "thẻ căn cước", "CC", "CMND", "CMT", "chứng minh nhân dân", "chứng minh thư"]),
    (
        "gcn qsdd",
        &["giấy chứng nhận quyền sử dụng đất", "GCN QSD đất", "giấy CNQSDĐ", "CNQSDĐ", "sổ đỏ", "bìa đỏ", "sổ hồng", "GCNQSD"],
    ),
    ("giay chung nhan", &["GCN"]),
    ("giay phep", &["GP"]),
    ("giay khai sinh", &["GKS", "khai sinh"]),
    ("phieu ly lich tu phap", &["LLTP"]),
];

/// Words in the type of a document, as they were typed or as the type is known by. Without marks
/// an abbreviation stands for both of two that differ in nothing else.
pub(super) fn in_document_type(words: Words) -> Condition {
    let condition = |words| Condition::In(TextFact::DocumentType, words);
    if words.form == WordsForm::Beginning {
        return condition(words);
    }
    let others = known_as(&words.typed);
    if others.is_empty() {
        return condition(words);
    }
    let other = |key: &str| condition(Words { typed: key.to_owned(), form: words.form });
    Condition::Any(std::iter::once(condition(words.clone())).chain(others.into_iter().map(other)).collect())
}

/// The types that are called so, or whose words were typed as fewer. What was typed with marks has to have those of
/// the name.
fn known_as(typed: &str) -> Vec<&'static str> {
    let (wanted, spelled) = (squeeze(typed), letters(typed));
    let means = |name: &str| squeeze(name) == wanted && (spelled == wanted || letters(name) == spelled);
    let is_joined = |key: &str| squeeze(key) == wanted && typed.split_whitespace().count() < key.split(' ').count();
    let called = CALLED.iter().filter(|(key, names)| is_joined(key) || names.iter().any(|name| means(name)));
    called.map(|(key, _)| *key).collect()
}

/// The letters and digits with their marks, in small letters.
fn letters(text: &str) -> String {
    text.split_whitespace()
        .map(same_spelling)
        .flat_map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<Vec<_>>())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_by_abbreviations_and_by_what_everybody_says() {
        for (typed, keys) in [
            ("QĐ", &["quyet dinh"][..]),
            ("qd", &["quyet dinh"]),
            ("TTr", &["to trinh"]),
            ("TT", &["thong tu"]),
            ("HĐ", &["hop dong"]),
            ("hd", &["huong dan", "hop dong"]),
            ("sổ đỏ", &["gcn qsdd"]),
            ("SO DO", &["gcn qsdd"]),
            ("GCN-QSD đất", &["gcn qsdd"]),
            ("giấy chứng nhận quyền sử dụng đất", &["gcn qsdd"]),
            ("Căn cước công dân", &["cccd"]),
            ("CMND", &["cccd"]),
            ("số đo", &[]),
            ("quyetdinh", &["quyet dinh"]),
            ("GCNQSDĐ", &["gcn qsdd"]),
            ("quyết định", &[]),
            ("", &[]),
        ] {
            assert_eq!(known_as(typed), keys, "{typed}");
        }
    }

    #[test]
    fn a_beginning_is_no_abbreviation() {
        let words = |form| Words { typed: "TB".into(), form };
        assert_eq!(
            in_document_type(words(WordsForm::Beginning)),
            Condition::In(TextFact::DocumentType, words(WordsForm::Beginning))
        );
        assert!(matches!(in_document_type(words(WordsForm::Word)), Condition::Any(ways) if ways.len() == 2));
    }
}
