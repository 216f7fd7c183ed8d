//! Why a query is not understood: where, what was expected, and how it is written.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::QueryField;
use crate::model::language::Language;

/// A query that cannot be obeyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueryError {
    /// The character it is about, counted from 1.
    pub place: usize,
    /// The piece of the query it is about.
    pub piece: String,
    /// What is wrong with it.
    pub kind: QueryErrorKind,
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum QueryErrorKind {
    /// There is nothing to look for.
    Empty,
    /// More words than anybody types.
    TooLong,
    /// Brackets in brackets in brackets.
    TooDeep,
    /// A quote without its partner.
    QuoteOpen,
    /// A phrase without a word.
    PhraseEmpty,
    /// A bracket that is not closed.
    BracketOpen,
    /// A bracket that was not opened.
    BracketClosed,
    /// An operator with nothing on one of its sides.
    OperandMissing,
    /// Something before a colon that is no field.
    FieldUnknown,
    /// A field without a value.
    ValueMissing,
    /// Not a date, or not in the calendar.
    DateInvalid,
    /// The end lies before the beginning.
    RangeReversed,
    /// Not a whole number, or out of range.
    NumberInvalid,
    /// Not a share between 0 and 1.
    ShareInvalid,
    /// Neither papers handed in nor results.
    KindUnknown,
    /// Nothing that can wait.
    WaitsUnknown,
    /// A `*` elsewhere than at the end of a word of at least two letters.
    StarMisplaced,
    /// A `~` elsewhere than between a phrase and a number.
    TildeMisplaced,
}

impl QueryError {
    /// The error in one sentence, with an example.
    pub fn describe(&self, language: Language) -> String {
        let (place, piece) = (self.place, self.piece.as_str());
        let (expected, example) = self.kind.expected(language);
        let fields = QueryField::names().map(|name| format!("{name}:")).collect::<Vec<_>>().join(" ");
        let expected = expected.replace("{fields}", &fields);
        match language {
            Language::Vi => format!("ký tự thứ {place} '{piece}': {expected}. Ví dụ: {example}"),
            Language::En => format!("character {place} '{piece}': {expected}. Example: {example}"),
        }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(Language::En))
    }
}

impl QueryErrorKind {
    /// What was expected, and an example of it.
    fn expected(&self, language: Language) -> (&'static str, &'static str) {
        let (vi, en, example) = match self {
            Self::Empty => ("cần ít nhất một từ để tìm", "at least one word to look for is needed", "quyết định đất"),
            Self::TooLong => {
                ("câu tìm có quá nhiều từ (tối đa 64)", "the query has too many words (64 at most)", "\"giao đất\" Sa Pa")
            }
            Self::TooDeep => (
                "quá nhiều dấu ngoặc lồng nhau (tối đa 20)",
                "too many brackets within brackets (20 at most)",
                "(đất HOẶC nhà) cấp",
            ),
            Self::QuoteOpen => ("dấu nháy kép chưa đóng", "the quotation mark is not closed", "\"giao đất\""),
            Self::PhraseEmpty => ("trong dấu nháy kép cần có từ", "words are needed between the quotation marks", "\"giao đất\""),
            Self::BracketOpen => ("dấu ngoặc chưa đóng", "the bracket is not closed", "(đất HOẶC nhà) cấp"),
            Self::BracketClosed => ("dấu ngoặc đóng mà không có dấu mở", "the bracket was not opened", "(đất HOẶC nhà) cấp"),
            Self::OperandMissing => (
                "cần có từ ở cả hai phía của VÀ, HOẶC, và sau KHÔNG; muốn tìm chính chữ này thì đặt trong nháy kép",
                "words are needed on both sides of AND and OR, and after NOT; to find the word itself, put it in quotation marks",
                "đất HOẶC nhà; đất KHÔNG \"nông nghiệp\"",
            ),
            Self::FieldUnknown => (
                "không có trường này; các trường là {fields}; muốn tìm chính chữ này thì đặt trong nháy kép",
                "there is no such field; the fields are {fields}; to find the text itself, put it in quotation marks",
                "loai:\"quyết định\"",
            ),
            Self::ValueMissing => ("sau dấu hai chấm cần có giá trị", "a value is needed after the colon", "so:15"),
            Self::DateInvalid => (
                "cần một ngày, tháng, năm hoặc khoảng có trong lịch",
                "a day, month, year or range that is in the calendar is needed",
                "ngay:15/09/2025, ngay:2025-09, ngay:2023-01..2023-06, ngay:>=2024",
            ),
            Self::RangeReversed => {
                ("khoảng kết thúc trước khi bắt đầu", "the range ends before it begins", "ngay:2023-01..2023-06")
            }
            Self::NumberInvalid => {
                ("cần một số nguyên từ 1", "a whole number from 1 is needed", "trang:1, trang:2..5, trang:>=3")
            }
            Self::ShareInvalid => (
                "cần một tỷ lệ từ 0 đến 1, hoặc phần trăm",
                "a share between 0 and 1, or a percentage, is needed",
                "tincay:<0.8, tincay:<80%",
            ),
            Self::KindUnknown => (
                "loại hồ sơ là hoso (thành phần hồ sơ) hoặc ketqua (kết quả giải quyết)",
                "the kind is dossier (papers handed in) or result",
                "loaihoso:ketqua",
            ),
            Self::WaitsUnknown => ("chỉ có thể chờ xacnhan", "only confirmation can be waited for", "cho:xacnhan"),
            Self::StarMisplaced => (
                "dấu * chỉ đứng ở cuối một từ có ít nhất hai chữ",
                "a * can only stand at the end of a word of at least two letters",
                "quyết*; 0150725*",
            ),
            Self::TildeMisplaced => (
                "dấu ~ chỉ đứng giữa một cụm trong nháy kép và một số từ 0 đến 50",
                "a ~ can only stand between a phrase in quotation marks and a number from 0 to 50",
                "\"giao đất\"~3",
            ),
        };
        match language {
            Language::Vi => (vi, example),
            Language::En => (en, example),
        }
    }
}
