//! Words for records, their facts and batches.

use crate::model::batch::BatchState;
use crate::model::dossier::RecordKind;
use crate::model::failure::Language;
use crate::model::field::{FieldName, FieldSource};

/// The kind of a record, for people.
pub fn kind_name(kind: RecordKind, language: Language) -> &'static str {
    match (kind, language) {
        (RecordKind::Dossier, Language::Vi) => "hồ sơ",
        (RecordKind::Dossier, Language::En) => "dossier",
        (RecordKind::Result, Language::Vi) => "kết quả",
        (RecordKind::Result, Language::En) => "result",
    }
}

/// How a batch stands.
pub fn state_name(state: BatchState, language: Language) -> &'static str {
    match (state, language) {
        (BatchState::Running, Language::Vi) => "đang chạy",
        (BatchState::Finished, Language::Vi) => "hoàn tất",
        (BatchState::Failed, Language::Vi) => "không hoàn tất",
        (BatchState::Interrupted, Language::Vi) => "bị ngắt giữa chừng",
        (state, Language::En) => state.as_str(),
    }
}

/// The name of a fact, for people.
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

/// Where a value was found.
pub fn source_name(source: FieldSource, language: Language) -> &'static str {
    match (source, language) {
        (FieldSource::Barcode, Language::Vi) => "mã QR",
        (FieldSource::FileName, Language::Vi) => "tên tệp",
        (FieldSource::Keyed, Language::Vi) => "nhập tay",
        (FieldSource::EmbeddedText, Language::Vi) => "có sẵn trong tệp",
        (FieldSource::Ocr, Language::Vi) => "máy đọc",
        (FieldSource::Barcode, Language::En) => "barcode",
        (FieldSource::FileName, Language::En) => "file name",
        (FieldSource::Keyed, Language::En) => "keyed",
        (FieldSource::EmbeddedText, Language::En) => "in the file",
        (FieldSource::Ocr, Language::En) => "read",
    }
}
