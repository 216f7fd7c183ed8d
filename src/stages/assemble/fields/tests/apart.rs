//! Titles that are set apart.

use super::*;

/// Its letters were words of their own, and neither type nor title was found.
#[test]
fn a_title_whose_letters_stand_apart_is_offered_and_not_accepted() {
    let set = |heading: &str| {
        laid_out(
            &[
                At(270.0, 150.0, "UBND TỈNH LÀO CAI"),
                At(800.0, 150.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
                At(250.0, 195.0, "SỞ NỘI VỤ"),
                At(900.0, 195.0, "Độc lập - Tự do - Hạnh phúc"),
                At(270.0, 270.0, NUMBER),
                At(850.0, 270.0, DATE),
                At(700.0, 370.0, heading),
                At(300.0, 620.0, BODY),
            ],
            0.95,
        )
    };
    for heading in ["Q U Y Ế T Đ Ị N H", "QU Y Ế T Đ Ị N H"] {
        let page = set(heading);
        assert_eq!(field(&page, FieldName::DocumentType), unsure("quyet_dinh"), "{heading}");
        assert_eq!(field(&page, FieldName::Title), unsure("Quyết định"), "{heading}");
    }
    assert_eq!(field(&set("Q U Y Ế T X Ị N H"), FieldName::Title), None);
}

/// Two pages on one sheet of A3: the number of one is not that of the other.
#[test]
fn of_two_papers_side_by_side_nothing_is_accepted() {
    let paper = |left: f32, number: &'static str| {
        [
            At(left + 30.0, 150.0, "SỞ NỘI VỤ"),
            At(left + 300.0, 150.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"),
            At(left + 330.0, 195.0, "Độc lập - Tự do - Hạnh phúc"),
            At(left + 30.0, 270.0, number),
            At(left + 250.0, 370.0, "QUYẾT ĐỊNH"),
        ]
    };
    let pages = [paper(0.0, "Số: 15/QĐ-SNV"), paper(800.0, "Số: 99/QĐ-SNV")];
    let page = laid_out(&pages.into_iter().flatten().collect::<Vec<_>>(), 0.98);
    for name in [FieldName::Number, FieldName::Symbol, FieldName::DocumentType, FieldName::IssuingBody] {
        if let Some((value, sure)) = field(&page, name) {
            assert!(!sure, "{name:?}: {value}");
        }
    }
    let segments = layout::segments(&page, 1.7);
    assert!(header::are_two_papers(&segments));
}
