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
