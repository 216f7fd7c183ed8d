//! The fields that a query can name, in Vietnamese and in English.

use super::{CodeFact, TextFact};
use crate::model::vietnamese::fold;

/// What stands before a colon in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryField {
    /// A fact that is a text.
    Text(TextFact),
    /// A fact that is a number or code.
    Code(CodeFact),
    /// The date of issue.
    Issued,
    /// Handed in or given back.
    Kind,
    /// The place in the file.
    Page,
    /// How surely the page was read.
    Confidence,
    /// What waits for a person.
    Waits,
    /// What became of the document.
    State,
}

/// Every field, its Vietnamese name first; other spellings of the same follow.
const NAMES: [(QueryField, &[&str]); 14] = [
    (QueryField::Text(TextFact::DocumentType), &["loai", "type", "loaivanban"]),
    (QueryField::Code(CodeFact::Number), &["so", "number", "sovanban"]),
    (QueryField::Text(TextFact::Symbol), &["kyhieu", "symbol", "kihieu"]),
    (QueryField::Issued, &["ngay", "date", "ngaybanhanh", "issued", "ngayky", "nam", "year", "thang", "month"]),
    (QueryField::Text(TextFact::IssuingBody), &["coquan", "agency", "coquanbanhanh", "donvi"]),
    (QueryField::Text(TextFact::Title), &["tieude", "title", "trichyeu"]),
    (QueryField::Code(CodeFact::DossierCode), &["mahoso", "code", "dossier", "sohoso", "hoso"]),
    (QueryField::Text(TextFact::Owner), &["nguoi", "person", "owner", "chugiayto", "hoten", "chuhoso"]),
    (QueryField::Code(CodeFact::OwnerNumber), &["sogiayto", "idnumber", "cccd", "cmnd", "sodinhdanh"]),
    (QueryField::Text(TextFact::Site), &["noitiepnhan", "site", "noinhan", "diemtiepnhan"]),
    (QueryField::Kind, &["loaihoso", "kind"]),
    (QueryField::Page, &["trang", "page"]),
    (QueryField::Confidence, &["tincay", "confidence", "dotincay"]),
    (QueryField::State, &["trangthai", "state", "tinhtrang"]),
];
const WAITS: [&str; 2] = ["cho", "waits"];
/// Words of a name that is typed with blanks: `cơ quan ban hành`.
const MAX_NAME_WORDS: usize = 4;
/// What stands so on every letter, before those who get a copy.
const RECIPIENTS: &str = "noinhan";

impl QueryField {
    /// The field of this name, with or without marks, in any case.
    pub fn of(name: &str) -> Option<Self> {
        let folded = fold(name);
        if WAITS.contains(&folded.as_str()) {
            return Some(Self::Waits);
        }
        NAMES.iter().find(|(_, names)| names.contains(&folded.as_str())).map(|(field, _)| *field)
    }

    /// The field whose name `text` begins with, and the bytes up to behind its colon: `loại văn bản:`, `loai :`.
    pub(super) fn at_start(text: &str) -> Option<(Self, usize)> {
        let colon = text.find(':')?;
        let before = text.get(..colon)?;
        let words: Vec<&str> = before.split([' ', '\u{a0}']).filter(|word| !word.is_empty()).collect();
        let is_name = |word: &&str| word.chars().all(|c| c.is_alphanumeric() || c == '_');
        if before.starts_with(char::is_whitespace) || words.len() > MAX_NAME_WORDS || !words.iter().all(is_name) {
            return None;
        }
        let field = Self::of(&words.concat())?;
        let is_label = words.len() > 1 && fold(&words.concat()) == RECIPIENTS;
        (!is_label).then_some((field, colon + 1))
    }

    /// Whether its values have an order, so that they can be compared.
    pub(super) fn is_ordered(self) -> bool {
        matches!(self, Self::Issued | Self::Page | Self::Confidence | Self::Code(CodeFact::Number))
    }

    /// The names that people are told.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().filter_map(|(_, names)| names.first().copied()).chain(WAITS.first().copied())
    }

    /// Its Vietnamese name, as it is typed.
    pub fn name(self) -> &'static str {
        let named = NAMES.iter().find(|(field, _)| *field == self).and_then(|(_, names)| names.first().copied());
        named.unwrap_or("cho")
    }
}
