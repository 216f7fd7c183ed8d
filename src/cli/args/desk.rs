//! What can be typed about what people decide.

use clap::{Args, Subcommand, ValueEnum};

use super::{Name, TypedKind};
use crate::model::field::FieldName;
use crate::model::record::DocumentName;

/// `sohoa field`
#[derive(Debug, Subcommand)]
pub enum Field {
    /// Key what the paper says. / Sửa: nhập đúng như trên giấy.
    Set(SetField),
    /// Say that the paper says what was read. / Xác nhận: trên giấy đúng như đã đọc.
    Confirm(DecidedFields),
    /// Say that the paper does not bear it. / Không có trên giấy.
    Absent(DecidedFields),
    /// Take back what was decided: what was read stands again. / Rút lại quyết định trước đó.
    Withdraw(DecidedFields),
}

/// A document whose facts are settled.
#[derive(Debug, Args)]
pub struct FieldTarget {
    /// The document, as in CODE.003.pdf. / Tài liệu: MÃ-HỒ-SƠ.003
    #[arg(value_name = "CODE.NNN")]
    pub document: DocumentName,
    /// Handed in or given back, where both have a document of this number. / Hồ sơ hay kết quả.
    #[arg(long, value_enum)]
    pub kind: Option<TypedKind>,
    /// The version that was looked at: if it is no longer the newest, nothing is done. / Phiên bản đã xem.
    #[arg(long, value_name = "N")]
    pub version: Option<u32>,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa field set`
#[derive(Debug, Args)]
pub struct SetField {
    #[command(flatten)]
    pub target: FieldTarget,
    /// The fact. / Trường.
    #[arg(value_enum, value_name = "FIELD")]
    pub field: TypedField,
    /// What the paper says; a day as 15/09/2025. / Giá trị trên giấy; ngày viết 15/09/2025.
    #[arg(required = true, value_name = "VALUE")]
    pub value: Vec<String>,
}

/// `sohoa field confirm`, `sohoa field absent`, `sohoa field withdraw`
#[derive(Debug, Args)]
pub struct DecidedFields {
    #[command(flatten)]
    pub target: FieldTarget,
    /// The facts. / Các trường.
    #[arg(required = true, value_enum, value_name = "FIELD")]
    pub fields: Vec<TypedField>,
}

/// A fact, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum TypedField {
    /// Its dossier's code. / Mã hồ sơ.
    #[value(alias = "ma")]
    DossierCode,
    /// What kind of paper it is. / Loại văn bản.
    #[value(alias = "loai")]
    DocumentType,
    /// The digits before the slash. / Số.
    #[value(alias = "so")]
    Number,
    /// What follows the slash, such as QĐ-UBND. / Ký hiệu.
    #[value(alias = "ky_hieu", alias = "ky-hieu")]
    Symbol,
    /// Day of issue. / Ngày ban hành.
    #[value(alias = "ngay", alias = "issue-date")]
    IssueDate,
    /// Who issued it. / Cơ quan ban hành.
    #[value(alias = "co_quan", alias = "co-quan", alias = "issuing-body")]
    IssuingBody,
    /// Title and subject. / Tiêu đề, trích yếu.
    #[value(alias = "tieu_de", alias = "trich-yeu", alias = "trich_yeu")]
    Title,
    /// The owner's number on an identity card. / Số định danh của chủ giấy tờ.
    #[value(alias = "so_dinh_danh", alias = "so-dinh-danh", alias = "owner-number")]
    OwnerNumber,
    /// The owner's name. / Chủ giấy tờ.
    #[value(alias = "ho_ten", alias = "ho-ten", alias = "owner-name")]
    OwnerName,
    /// The owner's day of birth. / Ngày sinh của chủ giấy tờ.
    #[value(alias = "ngay_sinh", alias = "ngay-sinh", alias = "owner-birth-date")]
    OwnerBirthDate,
}

impl From<TypedField> for FieldName {
    fn from(typed: TypedField) -> Self {
        match typed {
            TypedField::DossierCode => Self::DossierCode,
            TypedField::DocumentType => Self::DocumentType,
            TypedField::Number => Self::Number,
            TypedField::Symbol => Self::Symbol,
            TypedField::IssueDate => Self::IssueDate,
            TypedField::IssuingBody => Self::IssuingBody,
            TypedField::Title => Self::Title,
            TypedField::OwnerNumber => Self::OwnerNumber,
            TypedField::OwnerName => Self::OwnerName,
            TypedField::OwnerBirthDate => Self::OwnerBirthDate,
        }
    }
}
