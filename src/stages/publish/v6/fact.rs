//! What the register, and settings, say of a dossier and its documents.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::model::codes::ProcedureCode;
use crate::model::register::{Channel, ComponentForm, DossierStatus, Payment, Reuse, SubjectKind};
use crate::model::site::SiteKind;

/// Who says something that the papers do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactSource {
    /// The dossier register, imported from the information system of the province.
    Register,
    /// What was entered for the inbox that its scans came from.
    Inbox,
}

/// A code of a list, and what it was told by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The code.
    pub code: String,
    /// What it was told by.
    pub source: CodeSource,
}

/// What a code was told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodeSource {
    /// The accepted type of the document, by a list in the settings.
    DocumentType,
    /// The accepted type of the document, by what its procedure demands in the register.
    Components,
    /// The procedure in the register.
    Procedure,
    /// A setting that holds for all documents.
    Settings,
}

/// Where papers were taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its code.
    pub code: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<SiteKind>,
    /// Who says so.
    pub source: FactSource,
}

/// A dossier as the register has it, but for what is personal. What the register does not say is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Always `register`.
    pub source: FactSource,
    /// Mã TTHC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub procedure_code: Option<ProcedureCode>,
    /// Tên TTHC: as the dossier has it, else by the list of procedures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure_name: Option<String>,
    /// Mã lĩnh vực.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_code: Option<String>,
    /// Tên lĩnh vực.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field_name: Option<String>,
    /// The code of the agency that decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency_code: Option<String>,
    /// What that agency is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency_name: Option<String>,
    /// How it came (`KenhThucHien`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// What whoever applies is (`LoaiDoiTuong`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectKind>,
    /// How far it has come (`TrangThaiHoSo`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<DossierStatus>,
    /// The same as a number of the portal's list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10))]
    pub status_number: Option<u8>,
    /// Ngày nộp.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub submitted_at: Option<OffsetDateTime>,
    /// Ngày tiếp nhận.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub received_at: Option<OffsetDateTime>,
    /// Ngày hẹn trả.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub due_at: Option<OffsetDateTime>,
    /// Ngày kết thúc xử lý.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub finished_at: Option<OffsetDateTime>,
    /// Ngày trả.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub returned_at: Option<OffsetDateTime>,
    /// Ngày từ chối.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub refused_at: Option<OffsetDateTime>,
    /// How it was paid for (`DuocThanhToanTrucTuyen`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment>,
    /// Whether the sender has components of it that were digitised (`HoSoCoThanhPhanSoHoa`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digitised: Option<bool>,
    /// Whether the account was proven by `VNeID`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vneid: Option<bool>,
    /// Databases that were asked (`MaCSDL`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub databases: Vec<String>,
    /// Times when more papers were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supplements: Vec<SupplementFact>,
    /// What was handed in, by the register.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ComponentFact>,
    /// What was given back, by the register.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<ResultFact>,
}

/// More papers were asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupplementFact {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub asked_at: OffsetDateTime,
    /// When they came.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub answered_at: Option<OffsetDateTime>,
}

/// Something that was handed in, by the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComponentFact {
    /// Mã thành phần hồ sơ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Copies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// In what form (`LoaiBan`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<ComponentForm>,
    /// Whether it was digitised (`DuocSoHoa`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digitised: Option<bool>,
    /// Whether it was used again (`DuocTaiSuDung`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse: Option<Reuse>,
    /// Whether it came from the national repository (`DuocLayTuKhoDMQG`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_repository: Option<bool>,
    /// The result that stands for it (`MaKetQuaThayThe`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_code: Option<String>,
}

/// Something that was given back, by the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultFact {
    /// Mã kết quả.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Số ký hiệu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Ngày cấp.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub issued_at: Option<OffsetDateTime>,
    /// The end of its validity.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub valid_until: Option<OffsetDateTime>,
    /// Phạm vi hiệu lực.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}
