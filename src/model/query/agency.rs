//! Names of agencies, written out or short.

use super::{Condition, TextFact, Words, WordsForm, squeeze};
use crate::model::vietnamese::fold_words;

/// What everybody shortens, and nobody in one way: papers have either.
const SHORT: [(&str, &str); 28] = [
    ("UBND", "Ủy ban nhân dân"),
    ("HĐND", "Hội đồng nhân dân"),
    ("TNMT", "Tài nguyên và Môi trường"),
    ("NNMT", "Nông nghiệp và Môi trường"),
    ("NNPTNT", "Nông nghiệp và Phát triển nông thôn"),
    ("LĐTBXH", "Lao động - Thương binh và Xã hội"),
    ("GDĐT", "Giáo dục và Đào tạo"),
    ("KHĐT", "Kế hoạch và Đầu tư"),
    ("KHCN", "Khoa học và Công nghệ"),
    ("VHTTDL", "Văn hóa, Thể thao và Du lịch"),
    ("TTTT", "Thông tin và Truyền thông"),
    ("GTVT", "Giao thông vận tải"),
    ("STNMT", "Sở Tài nguyên và Môi trường"),
    ("SNNMT", "Sở Nông nghiệp và Môi trường"),
    ("SXD", "Sở Xây dựng"),
    ("STP", "Sở Tư pháp"),
    ("VPĐKĐĐ", "Văn phòng đăng ký đất đai"),
    ("VPĐK", "Văn phòng đăng ký"),
    ("VP", "Văn phòng"),
    ("CA", "Công an"),
    ("BHXH", "Bảo hiểm xã hội"),
    ("BQL", "Ban quản lý"),
    ("TAND", "Tòa án nhân dân"),
    ("VKSND", "Viện kiểm sát nhân dân"),
    ("TTPVHCC", "Trung tâm phục vụ hành chính công"),
    ("PVHCC", "Phục vụ hành chính công"),
    ("HCC", "Hành chính công"),
    ("TT", "Trung tâm"),
];
/// Ways to write a name that are looked for.
const MAX_WAYS: usize = 12;

/// Words in the name of the issuing body, as they were typed or as the name may be written too.
pub(super) fn in_issuing_body(words: Words) -> Condition {
    let others = if words.form == WordsForm::Beginning { Vec::new() } else { written_otherwise(&words.typed) };
    let form = words.form;
    let condition = |words| Condition::In(TextFact::IssuingBody, words);
    if others.is_empty() {
        return condition(words);
    }
    let others = others.into_iter().map(|typed| condition(Words { typed, form }));
    Condition::Any(std::iter::once(condition(words)).chain(others).collect())
}

/// The same name with each part that is short written out, and each that is written out short.
fn written_otherwise(typed: &str) -> Vec<String> {
    let mut ways = vec![typed.split_whitespace().collect::<Vec<_>>().join(" ")];
    let mut at = 0;
    while let Some(way) = ways.get(at).cloned() {
        for other in SHORT.iter().flat_map(|(short, long)| replaced(&way, short, long)) {
            if ways.len() < MAX_WAYS && !ways.iter().any(|known| fold_words(known) == fold_words(&other)) {
                ways.push(other);
            }
        }
        at += 1;
    }
    ways.split_off(1)
}

/// A name with one part written the other way.
fn replaced(name: &str, short: &str, long: &str) -> Option<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let squeezed: Vec<String> = words.iter().map(|word| squeeze(word)).collect();
    let by = |at: usize, length: usize, by: &str| {
        let (before, after) = (words.get(..at)?, words.get(at + length..)?);
        Some([before, &[by], after].concat().join(" "))
    };
    if let Some(at) = squeezed.iter().position(|word| *word == squeeze(short)) {
        return by(at, 1, long);
    }
    let pieces: Vec<String> = long.split(' ').map(squeeze).collect();
    let at = squeezed.windows(pieces.len()).position(|window| window == pieces)?;
    by(at, pieces.len(), short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_written_out_and_long_ones_short() {
        for (typed, other) in [
            ("UBND tỉnh", "Ủy ban nhân dân tỉnh"),
            ("ubnd", "Ủy ban nhân dân"),
            ("uỷ ban nhân dân xã Tả Van", "UBND xã Tả Van"),
            ("HDND", "Hội đồng nhân dân"),
            ("Sở TNMT", "Sở Tài nguyên và Môi trường"),
            ("Sở TN&MT", "Sở Tài nguyên và Môi trường"),
            ("VP UBND tỉnh", "Văn phòng Ủy ban nhân dân tỉnh"),
            ("VPĐK đất đai", "Văn phòng đăng ký đất đai"),
            ("CA tỉnh Lào Cai", "Công an tỉnh Lào Cai"),
            ("Trung tâm phục vụ hành chính công", "Trung tâm phục vụ HCC"),
            ("TTPVHCC", "Trung tâm phục vụ HCC"),
        ] {
            assert!(written_otherwise(typed).iter().any(|way| way == other), "{typed}: {:?}", written_otherwise(typed));
        }
        for typed in ["Sở Xây dựng xã", "ban nhân dân", ""] {
            let ways = written_otherwise(typed);
            assert!(ways.iter().all(|way| way.contains("SXD")), "{typed}: {ways:?}");
        }
        assert!(written_otherwise(&"UBND CA VP TT ".repeat(20)).len() < MAX_WAYS);
    }
}
