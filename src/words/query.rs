//! Words for queries that are not understood.

use super::texts;
use crate::model::failure::Language;
use crate::model::query::{QueryError, QueryErrorKind as Kind, QueryField};

/// Why a query is not understood, in one sentence with an example.
pub(crate) fn query_error(error: &QueryError, language: Language) -> String {
    let QueryError { place, piece, kind } = error;
    let fields = QueryField::names().map(|name| format!("{name}:")).collect::<Vec<_>>().join(" ");
    let (wanted, example) = (wanted(*kind, language).replace("{fields}", &fields), example(*kind));
    match language {
        Language::Vi => format!("ký tự thứ {place} '{piece}': {wanted}. Ví dụ: {example}"),
        Language::En => format!("character {place} '{piece}': {wanted}. Example: {example}"),
    }
}

texts! {
    /// What was expected.
    pub(crate) wanted(Kind) {
        Kind::Empty => "cần ít nhất một từ để tìm", "at least one word to look for is needed";
        Kind::TooLong => "câu tìm có quá nhiều từ (tối đa 64)", "the query has too many words (64 at most)";
        Kind::TooDeep => "quá nhiều dấu ngoặc lồng nhau (tối đa 20)", "too many brackets within brackets (20 at most)";
        Kind::QuoteOpen => "dấu nháy kép chưa đóng", "the quotation mark is not closed";
        Kind::PhraseEmpty => "trong dấu nháy kép cần có từ", "words are needed between the quotation marks";
        Kind::BracketOpen => "dấu ngoặc chưa đóng", "the bracket is not closed";
        Kind::BracketClosed => "dấu ngoặc đóng mà không có dấu mở", "the bracket was not opened";
        Kind::OperandMissing =>
            "cần có từ ở cả hai phía của VÀ, HOẶC, và sau KHÔNG; muốn tìm chính chữ này thì đặt trong nháy kép",
            "words are needed on both sides of AND and OR, and after NOT; to find the word itself, put it in quotation marks";
        Kind::FieldUnknown =>
            "không có trường này; các trường là {fields}; muốn tìm chính chữ này thì đặt trong nháy kép",
            "there is no such field; the fields are {fields}; to find the text itself, put it in quotation marks";
        Kind::ValueMissing => "sau dấu hai chấm cần có giá trị", "a value is needed after the colon";
        Kind::DateInvalid =>
            "cần một ngày, tháng, năm hoặc khoảng có trong lịch",
            "a day, month, year or range that is in the calendar is needed";
        Kind::RangeReversed => "khoảng kết thúc trước khi bắt đầu", "the range ends before it begins";
        Kind::NumberInvalid => "cần một số nguyên từ 1", "a whole number from 1 is needed";
        Kind::ShareInvalid =>
            "cần một tỷ lệ từ 0 đến 1, hoặc phần trăm",
            "a share between 0 and 1, or a percentage, is needed";
        Kind::KindUnknown =>
            "loại hồ sơ là hoso (thành phần hồ sơ) hoặc ketqua (kết quả giải quyết)",
            "the kind is dossier (papers handed in) or result";
        Kind::WaitsUnknown => "chỉ có thể chờ xacnhan", "only confirmation can be waited for";
        Kind::StateUnknown =>
            "trạng thái là hienhanh (hiện hành), thaythe (đã có phiên bản sau thay thế), huy (đã hủy) hoặc tatca (tất cả)",
            "the state is current, superseded (a later version has it otherwise), voided or all";
        Kind::StateElsewhere =>
            "ở đây chỉ tra cứu phiên bản hiện hành; các phiên bản khác và tài liệu đã hủy: sohoa search --all-versions",
            "only current versions are searched here; for others and for what was voided: sohoa search --all-versions";
        Kind::StarMisplaced =>
            "dấu * chỉ đứng ở cuối một từ có ít nhất hai chữ, ngoài nháy kép; không dùng dấu ? thay chữ cái",
            "a * can only stand at the end of a word of at least two letters outside quotation marks; a ? stands for no letter";
        Kind::TildeMisplaced =>
            "dấu ~ chỉ đứng giữa một cụm trong nháy kép và một số từ 0 đến 50",
            "a ~ can only stand between a phrase in quotation marks and a number from 0 to 50";
        Kind::NearElsewhere =>
            "không có phép NEAR; các từ gần nhau được viết trong nháy kép, sau đó là dấu ~ và số từ được xen giữa",
            "there is no NEAR; words that stand near are put in quotation marks, with ~ and how many words may stand between";
        Kind::NumberHidden =>
            "ở đây số bắt đầu như vậy không được tìm, vì có thể là số định danh: cần gõ đủ số; số văn bản và mã hồ sơ thì tìm trong trường của chúng",
            "numbers that begin so are not searched here, as they may be of people: type the whole number, or use the field of numbers or of codes";
    }
}

/// A query that is right there; papers are Vietnamese in every language.
fn example(kind: Kind) -> &'static str {
    match kind {
        Kind::Empty => "quyết định đất",
        Kind::TooLong => "\"giao đất\" Sa Pa",
        Kind::TooDeep | Kind::BracketOpen | Kind::BracketClosed => "(đất HOẶC nhà) cấp",
        Kind::QuoteOpen | Kind::PhraseEmpty => "\"giao đất\"",
        Kind::OperandMissing => "đất HOẶC nhà; đất KHÔNG \"nông nghiệp\"; đất -loai:đơn",
        Kind::FieldUnknown => "loai:\"quyết định\"",
        Kind::ValueMissing => "so:15",
        Kind::DateInvalid => "ngay:15/09/2025, ngay:2025-09, ngay:2023-01..2023-06, ngay:>=2024",
        Kind::RangeReversed => "ngay:2023-01..2023-06",
        Kind::NumberInvalid => "trang:1, trang:>=3, so:15..20",
        Kind::ShareInvalid => "tincay:<0.8, tincay:<80%",
        Kind::KindUnknown => "loaihoso:ketqua",
        Kind::WaitsUnknown => "cho:xacnhan",
        Kind::StateUnknown => "đất trangthai:huy",
        Kind::StateElsewhere => "quyết định đất",
        Kind::StarMisplaced => "quyết*; 0150725*",
        Kind::TildeMisplaced | Kind::NearElsewhere => "\"giao đất\"~3",
        Kind::NumberHidden => "so:30*; mahoso:H38*",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_place_the_piece_and_the_fields_there_are() {
        let error = QueryError { place: 5, piece: "abc:".into(), kind: Kind::FieldUnknown };
        for (language, start) in [(Language::Vi, "ký tự thứ 5 'abc:': "), (Language::En, "character 5 'abc:': ")] {
            let told = query_error(&error, language);
            assert!(told.starts_with(start) && told.contains(" coquan: ") && told.ends_with(": loai:\"quyết định\""), "{told}");
        }
    }

    #[test]
    fn examples_are_queries_that_are_understood() {
        let all = [
            Kind::Empty,
            Kind::TooLong,
            Kind::TooDeep,
            Kind::QuoteOpen,
            Kind::OperandMissing,
            Kind::FieldUnknown,
            Kind::ValueMissing,
            Kind::DateInvalid,
            Kind::RangeReversed,
            Kind::NumberInvalid,
            Kind::ShareInvalid,
            Kind::KindUnknown,
            Kind::WaitsUnknown,
            Kind::StateUnknown,
            Kind::StateElsewhere,
            Kind::StarMisplaced,
            Kind::TildeMisplaced,
            Kind::NearElsewhere,
            Kind::NumberHidden,
        ];
        for kind in all {
            for query in example(kind).split([',', ';']) {
                assert!(crate::model::query::parse(query).is_ok(), "{query}");
            }
        }
    }
}
