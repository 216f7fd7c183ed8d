//! Words for facts and for what people decide about them.

use crate::model::failure::Language;
use crate::model::field::{FieldName, Verdict};

/// The name of a fact.
pub fn field_name(name: FieldName, language: Language) -> &'static str {
    if language == Language::En {
        return match name {
            FieldName::DossierCode => "dossier code",
            FieldName::DocumentType => "type",
            FieldName::Number => "number",
            FieldName::Symbol => "symbol",
            FieldName::IssueDate => "date",
            FieldName::IssuingBody => "issuing body",
            FieldName::Title => "title",
            FieldName::OwnerNumber => "owner's number",
            FieldName::OwnerName => "owner",
            FieldName::OwnerBirthDate => "owner's birth date",
        };
    }
    match name {
        FieldName::DossierCode => "mã hồ sơ",
        FieldName::DocumentType => "loại văn bản",
        FieldName::Number => "số",
        FieldName::Symbol => "ký hiệu",
        FieldName::IssueDate => "ngày ban hành",
        FieldName::IssuingBody => "cơ quan ban hành",
        FieldName::Title => "tiêu đề, trích yếu",
        FieldName::OwnerNumber => "số định danh của chủ giấy tờ",
        FieldName::OwnerName => "chủ giấy tờ",
        FieldName::OwnerBirthDate => "ngày sinh của chủ giấy tờ",
    }
}

/// What a person decided, as what was done.
pub fn verdict(verdict: Verdict, language: Language) -> &'static str {
    match (verdict, language) {
        (Verdict::Corrected, Language::Vi) => "đã sửa",
        (Verdict::Corrected, Language::En) => "corrected",
        (Verdict::Confirmed, Language::Vi) => "đã xác nhận",
        (Verdict::Confirmed, Language::En) => "confirmed",
        (Verdict::NotOnPaper, Language::Vi) => "không có trên giấy",
        (Verdict::NotOnPaper, Language::En) => "not on the paper",
        (Verdict::Withdrawn, Language::Vi) => "đã rút lại quyết định",
        (Verdict::Withdrawn, Language::En) => "decision taken back",
    }
}
