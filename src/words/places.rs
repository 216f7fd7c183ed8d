//! Words for places.

use super::names::field_name;
use super::tell;
use crate::model::failure::{Language, Place, numbers};
use crate::model::ids::PageId;

/// Where something is.
pub(crate) fn place(place: &Place, language: Language) -> String {
    if language == Language::En && !matches!(place, Place::Output) {
        return place.to_string();
    }
    match place {
        Place::File { .. } | Place::Dossier { .. } | Place::Setting { .. } | Place::Typed { .. } | Place::Blob { .. } => {
            place.to_string()
        }
        Place::Pages { path, pages } => {
            let separator = if path.is_empty() { "" } else { ", " };
            format!("{path}{separator}trang {}", numbers(pages))
        }
        Place::Page { scan, ordinal } => PageId { scan: *scan, ordinal: *ordinal }.to_string(),
        Place::Document { code, ordinal } => format!("{code}, tài liệu số {ordinal}"),
        Place::Field { document, field } => format!("{document}, {}", field_name(*field, language)),
        Place::Batch { number } => format!("lô {number}"),
        Place::Output => tell!(language, "đầu ra chuẩn", "standard output"),
        Place::Noted { text } => noted(text),
    }
}

/// The only words that older versions wrote into places are those of pages and documents.
fn noted(text: &str) -> String {
    for (en, vi) in [("page ", "trang "), ("document ", "tài liệu số ")] {
        let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '));
        if let Some((before, after)) = text.rsplit_once(en)
            && is_number(after)
            && (before.is_empty() || before.ends_with(", "))
        {
            return format!("{before}{vi}{after}");
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::purity::assert_no_english;

    #[test]
    fn no_place_has_english_in_its_vietnamese() {
        for sample in Place::samples() {
            assert_no_english(&place(&sample, Language::Vi));
        }
    }

    #[test]
    fn places_that_older_versions_noted_are_told_too() {
        let told = |text: &str| place(&Place::Noted { text: text.into() }, Language::Vi);
        assert_eq!(told("a/b.pdf, page 2, 5"), "a/b.pdf, trang 2, 5");
        assert_eq!(told("page 1"), "trang 1");
        assert_eq!(told("H38.16-230706-0012, document 3"), "H38.16-230706-0012, tài liệu số 3");
        for name in ["a page 2", "front page b.pdf", "/kho/page x"] {
            assert_eq!(told(name), name, "a name of somebody's own");
        }
    }
}
