//! The names of what the program keeps.

use super::texts;
use crate::model::batch::{BatchState, PageOutcome};
use crate::model::document_state::DocumentState;
use crate::model::dossier::RecordKind;
use crate::model::failure::Language;
use crate::model::field::{FieldName, FieldSource};
use crate::model::finding::{Damage, Subject};
use crate::model::pending::PendingKind;

/// A kind of record.
pub(crate) fn kind_name(kind: RecordKind, language: Language) -> &'static str {
    match (kind, language) {
        (RecordKind::Dossier, Language::Vi) => "hồ sơ",
        (RecordKind::Dossier, Language::En) => "dossier",
        (RecordKind::Result, Language::Vi) => "kết quả",
        (RecordKind::Result, Language::En) => "result",
    }
}

/// What became of a document.
pub(crate) fn document_state(state: DocumentState, language: Language) -> &'static str {
    match (state, language) {
        (DocumentState::Current, Language::Vi) => "hiện hành",
        (DocumentState::Superseded, Language::Vi) => "đã có phiên bản sau thay thế",
        (DocumentState::Voided, Language::Vi) => "đã hủy",
        (DocumentState::Current, Language::En) => "current",
        (DocumentState::Superseded, Language::En) => "superseded",
        (DocumentState::Voided, Language::En) => "voided",
    }
}

/// A state of a batch.
pub(crate) fn state_name(state: BatchState, language: Language) -> &'static str {
    match (state, language) {
        (BatchState::Running, Language::Vi) => "đang chạy",
        (BatchState::Finished, Language::Vi) => "hoàn tất",
        (BatchState::Failed, Language::Vi) => "không hoàn tất",
        (BatchState::Interrupted, Language::Vi) => "bị ngắt giữa chừng",
        (state, Language::En) => state.as_str(),
    }
}

/// What became of pages.
pub(crate) fn outcome_name(outcome: PageOutcome, language: Language) -> &'static str {
    match (outcome, language) {
        (PageOutcome::Sealed, Language::Vi) => "đã lưu",
        (PageOutcome::Separator, Language::Vi) => "ngăn cách",
        (PageOutcome::Blank, Language::Vi) => "trắng",
        (PageOutcome::Waiting, Language::Vi) => "chờ xử lý",
        (PageOutcome::Refused, Language::Vi) => "bị từ chối",
        (outcome, Language::En) => outcome.as_str(),
    }
}

texts! {
    /// What kind of thing waits.
    pub(crate) pending_kind(PendingKind) {
        PendingKind::Doubtful => "trường cần xác nhận", "doubtful field";
        PendingKind::Absent => "trường còn thiếu", "absent field";
        PendingKind::PoorPage => "trang quá kém", "poor page";
        PendingKind::UnknownDossier => "chưa rõ hồ sơ", "unknown dossier";
        PendingKind::UnclearStack => "chưa tách được chồng giấy", "unclear stack";
        PendingKind::Unfit => "tệp chưa dùng được", "file to be mended";
        PendingKind::Refused => "bị từ chối", "refused";
        PendingKind::Difference => "khác sổ hồ sơ", "not as in the register";
    }
}

/// Where a value was found.
pub(crate) fn source_name(source: FieldSource, language: Language) -> &'static str {
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

/// A fact of a document.
pub(crate) fn field_name(name: FieldName, language: Language) -> &'static str {
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
            FieldName::Applicant => "applicant",
            FieldName::ApplicantNumber => "applicant's number",
            FieldName::Procedure => "procedure",
            FieldName::ProcedureField => "field of the procedure",
            FieldName::Components => "components",
            FieldName::ReceivedAt => "taken in",
            FieldName::DueAt => "appointment",
            FieldName::ReceivingUnit => "taken in by",
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
        FieldName::Applicant => "chủ hồ sơ",
        FieldName::ApplicantNumber => "số định danh của chủ hồ sơ",
        FieldName::Procedure => "thủ tục",
        FieldName::ProcedureField => "lĩnh vực",
        FieldName::Components => "thành phần hồ sơ",
        FieldName::ReceivedAt => "thời điểm tiếp nhận",
        FieldName::DueAt => "hẹn trả kết quả",
        FieldName::ReceivingUnit => "nơi tiếp nhận",
    }
}

/// What is wrong with something.
pub(crate) fn damage_name(damage: Damage, language: Language) -> &'static str {
    match (damage, language) {
        (Damage::Missing, Language::Vi) => "thiếu",
        (Damage::Missing, Language::En) => "missing",
        (Damage::Changed, Language::Vi) => "bị thay đổi",
        (Damage::Changed, Language::En) => "changed",
        (Damage::Orphaned, Language::Vi) => "không có chủ",
        (Damage::Orphaned, Language::En) => "orphaned",
    }
}

/// What something is that a verification looks at.
pub(crate) fn subject_name(subject: Subject, language: Language) -> &'static str {
    match (subject, language) {
        (Subject::Blob, Language::Vi) => "tệp trong kho",
        (Subject::Blob, Language::En) => "blob",
        (Subject::Record, Language::Vi) => "bản ghi",
        (Subject::Record, Language::En) => "record",
        (Subject::Manifest, Language::Vi) => "bản kê",
        (Subject::Manifest, Language::En) => "manifest",
        (Subject::IndexEntry, Language::Vi) => "mục chỉ mục",
        (Subject::IndexEntry, Language::En) => "index entry",
        (Subject::Act, Language::Vi) => "việc đã làm",
        (Subject::Act, Language::En) => "act",
        (Subject::Catalog, Language::Vi) => "danh mục",
        (Subject::Catalog, Language::En) => "catalog",
    }
}
