//! What can be typed about what people decide.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use thiserror::Error;

use super::{Name, TypedKind};
use crate::commands::pending::{PendingCursor, PendingKind};
use crate::model::codes::DossierCode;
use crate::model::field::FieldName;
use crate::model::geometry::Turn;
use crate::model::query::period_of;
use crate::model::record::DocumentName;
use crate::model::settlement::Start;

/// `sohoa pending`
#[derive(Debug, Args)]
pub(crate) struct Pending {
    /// Only these kinds. / Chỉ các loại việc này.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub kind: Vec<TypedPending>,
    /// Only what came from this inbox. / Chỉ từ hộp đến này.
    #[arg(long, value_name = "DIR")]
    pub inbox: Option<PathBuf>,
    /// Only facts of documents of this type, by key or name. / Chỉ loại văn bản này.
    #[arg(long = "type", value_name = "TYPE")]
    pub document_type: Option<String>,
    /// Only what came up on this day: 15/09/2025. / Chỉ việc phát sinh trong ngày này.
    #[arg(long, value_name = "DAY", value_parser = typed_day)]
    pub day: Option<time::Date>,
    /// Most items to list. / Số việc tối đa.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
    /// Go on behind the item that the list before named as `next`. / Xem tiếp từ giá trị next.
    #[arg(long, value_name = "NEXT")]
    pub after: Option<PendingCursor>,
}

/// One day, in any spelling of a date.
fn typed_day(text: &str) -> Result<time::Date, String> {
    let day = period_of(text).filter(|(first, last)| first == last).map(|(first, _)| first);
    day.ok_or_else(|| "a day is written 15/09/2025 / ngày viết dạng 15/09/2025".to_owned())
}

/// What may wait, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TypedPending {
    /// Facts read with a doubt. / Trường cần xác nhận.
    Field,
    /// Facts that were not found. / Trường còn thiếu.
    Absent,
    /// Files with pages that are too poor. / Trang quá kém.
    Poor,
    /// Files whose dossier is not known. / Chưa rõ hồ sơ.
    Dossier,
    /// Stacks that cannot be taken apart. / Chưa tách được chồng giấy.
    Stack,
    /// Files that wait for something else. / Tệp chưa dùng được.
    Unfit,
    /// Files that were refused. / Tệp bị từ chối.
    Refused,
    /// Dossiers that the register has otherwise. / Hồ sơ khác với sổ.
    Register,
}

impl From<TypedPending> for PendingKind {
    fn from(typed: TypedPending) -> Self {
        match typed {
            TypedPending::Field => Self::Doubtful,
            TypedPending::Absent => Self::Absent,
            TypedPending::Poor => Self::PoorPage,
            TypedPending::Dossier => Self::UnknownDossier,
            TypedPending::Stack => Self::UnclearStack,
            TypedPending::Unfit => Self::Unfit,
            TypedPending::Refused => Self::Refused,
            TypedPending::Register => Self::Difference,
        }
    }
}

/// `sohoa settle`
#[derive(Debug, Args)]
pub(crate) struct Settle {
    /// The files, where they lie in the inbox. / Các tệp trong hộp đến.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Whose papers they hold, whatever barcodes and names say. / Mã hồ sơ của giấy tờ trong tệp.
    #[arg(long, value_name = "CODE")]
    pub dossier: Option<DossierCode>,
    /// Handed in or given back. / Hồ sơ hay kết quả.
    #[arg(long, value_enum)]
    pub kind: Option<TypedKind>,
    /// Take the pages as they are, however poor the scan is. / Chấp nhận ảnh quét như hiện có.
    #[arg(long)]
    pub accept: bool,
    /// Pages that begin documents, each with its dossier if that is another: 3,7=CODE. / Các trang bắt đầu tài liệu.
    #[arg(long, value_name = "P[=CODE]", value_delimiter = ',', value_parser = typed_start)]
    pub split: Vec<Start>,
    #[command(flatten)]
    pub name: Name,
}

/// What was typed is no page that begins a document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a page is written 3 or 3=CODE")]
pub(crate) struct NotAStart;

/// A page that begins a document: `3` or `3=CODE`.
fn typed_start(text: &str) -> Result<Start, NotAStart> {
    let (page, code) = text.split_once('=').map_or((text, None), |(page, code)| (page, Some(code)));
    let page = page.trim().parse().map_err(|_| NotAStart)?;
    let code = code.map(|code| code.trim().to_ascii_uppercase().parse().map_err(|_| NotAStart)).transpose()?;
    Ok(Start { page, code })
}

/// `sohoa document`
#[derive(Debug, Subcommand)]
pub(crate) enum Document {
    /// Put it into another dossier. / Chuyển sang hồ sơ khác.
    Move {
        #[command(flatten)]
        target: Target,
        /// The dossier it belongs to. / Mã hồ sơ đúng.
        #[arg(long, value_name = "CODE")]
        to: DossierCode,
        /// On which side of it, if not on the one that it is on. / Hồ sơ hay kết quả.
        #[arg(long, value_enum)]
        as_kind: Option<TypedKind>,
    },
    /// Take it out of its dossier, for a reason. / Loại khỏi hồ sơ, có lý do.
    Void(Target),
    /// Take it back. / Khôi phục tài liệu đã loại.
    Restore(Target),
    /// Make documents of their own from these pages on. / Tách từ các trang này thành tài liệu riêng.
    Split {
        #[command(flatten)]
        target: Target,
        /// The pages that begin documents: 3,7. / Các trang bắt đầu tài liệu mới.
        #[arg(long, value_name = "P,P", value_delimiter = ',', required = true)]
        before: Vec<u32>,
    },
    /// Put the pages of other documents behind its own. / Gộp các tài liệu khác vào sau tài liệu này.
    Merge {
        #[command(flatten)]
        target: Target,
        /// Their numbers: 2,4. / Số thứ tự các tài liệu.
        #[arg(long, value_name = "N,N", value_delimiter = ',', required = true)]
        with: Vec<u32>,
    },
    /// Turn pages that stand the wrong way up, and read them anew. / Xoay trang và đọc lại.
    Rotate {
        #[command(flatten)]
        target: Target,
        /// The pages: 1,3. / Các trang.
        #[arg(long, value_name = "P,P", value_delimiter = ',', required = true)]
        pages: Vec<u32>,
        /// How far they are turned. / Xoay thế nào.
        #[arg(long, value_enum)]
        turn: TypedTurn,
    },
    /// Put its pages into another order. / Đổi thứ tự trang.
    Reorder {
        #[command(flatten)]
        target: Target,
        /// All its pages in the order they belong in: 3,1,2. / Thứ tự đúng của mọi trang.
        #[arg(long, value_name = "P,P", value_delimiter = ',', required = true)]
        order: Vec<u32>,
    },
}

/// A quarter turn, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TypedTurn {
    /// 90° clockwise. / Xoay phải.
    #[value(alias = "90")]
    Right,
    /// 180°. / Xoay nửa vòng.
    #[value(alias = "180")]
    Half,
    /// 90° the other way. / Xoay trái.
    #[value(alias = "270")]
    Left,
}

impl From<TypedTurn> for Turn {
    fn from(typed: TypedTurn) -> Self {
        match typed {
            TypedTurn::Right => Self::Right,
            TypedTurn::Half => Self::Half,
            TypedTurn::Left => Self::Left,
        }
    }
}

/// `sohoa text`
#[derive(Debug, Subcommand)]
pub(crate) enum Text {
    /// List the lines of a page with their numbers. / Liệt kê các dòng của một trang.
    Lines {
        /// The document, as in CODE.003.pdf. / Tài liệu: MÃ-HỒ-SƠ.003
        #[arg(value_name = "CODE.NNN")]
        document: DocumentName,
        /// The page's number in its file. / Số trang trong tệp.
        #[arg(long, value_name = "P", default_value_t = 1)]
        page: u32,
    },
    /// Put what the paper says in the place of a line or word. / Sửa một dòng hoặc một từ.
    Correct(CorrectedText),
}

/// `sohoa text correct`
#[derive(Debug, Args)]
pub(crate) struct CorrectedText {
    #[command(flatten)]
    pub target: Target,
    /// The page's number in its file. / Số trang trong tệp.
    #[arg(long, value_name = "P", default_value_t = 1)]
    pub page: u32,
    /// The line, as 'sohoa text lines' numbers it. / Số dòng.
    #[arg(long, value_name = "L")]
    pub line: u32,
    /// The word in it; the whole line if not given. / Từ thứ mấy trong dòng.
    #[arg(long, value_name = "W")]
    pub word: Option<u32>,
    /// What the paper says; '' if nothing stands there. / Chữ trên giấy.
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
}

/// `sohoa page remove`
#[derive(Debug, Args)]
pub(crate) struct RemovedPage {
    #[command(flatten)]
    pub target: Target,
    /// The page's number in its file. / Số trang trong tệp.
    #[arg(long, value_name = "P")]
    pub page: u32,
}

/// `sohoa page move`
#[derive(Debug, Args)]
pub(crate) struct MovedPage {
    #[command(flatten)]
    pub target: Target,
    /// The page's number in its file. / Số trang trong tệp.
    #[arg(long, value_name = "P")]
    pub page: u32,
    /// The number of the document it belongs to. / Số thứ tự tài liệu đúng.
    #[arg(long, value_name = "N")]
    pub to: u32,
    /// The page there before which it comes; behind the last if not given. / Chèn trước trang này.
    #[arg(long, value_name = "P")]
    pub before: Option<u32>,
}

/// `sohoa field`
#[derive(Debug, Subcommand)]
pub(crate) enum Field {
    /// Key what the paper says. / Sửa: nhập đúng như trên giấy.
    Set(SetField),
    /// Say that the paper says what was read. / Xác nhận: trên giấy đúng như đã đọc.
    Confirm(DecidedFields),
    /// Say that the paper does not bear it. / Không có trên giấy.
    Absent(DecidedFields),
    /// Take back what was decided: what was read stands again. / Rút lại quyết định trước đó.
    Withdraw(DecidedFields),
}

/// A document that something is decided about.
#[derive(Debug, Args)]
pub(crate) struct Target {
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
pub(crate) struct SetField {
    #[command(flatten)]
    pub target: Target,
    /// The fact. / Trường.
    #[arg(value_enum, value_name = "FIELD")]
    pub field: TypedField,
    /// What the paper says; a day as 15/09/2025. / Giá trị trên giấy; ngày viết 15/09/2025.
    #[arg(required = true, value_name = "VALUE")]
    pub value: Vec<String>,
}

/// `sohoa field confirm`, `sohoa field absent`, `sohoa field withdraw`
#[derive(Debug, Args)]
pub(crate) struct DecidedFields {
    #[command(flatten)]
    pub target: Target,
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
    /// Who applies, on a receipt. / Chủ hồ sơ trên giấy tiếp nhận.
    #[value(alias = "chu_ho_so", alias = "chu-ho-so")]
    Applicant,
    /// The applicant's number, on a receipt. / Số định danh của chủ hồ sơ.
    #[value(alias = "so_chu_ho_so", alias = "applicant-number")]
    ApplicantNumber,
    /// What the procedure is called, on a receipt. / Thủ tục.
    #[value(alias = "thu_tuc", alias = "thu-tuc")]
    Procedure,
    /// The field of the procedure, on a receipt. / Lĩnh vực.
    #[value(alias = "linh_vuc", alias = "linh-vuc", alias = "procedure-field")]
    ProcedureField,
    /// Papers with their copies, on a receipt: NAME × COPIES; NAME × COPIES. / Thành phần hồ sơ.
    #[value(alias = "thanh_phan", alias = "thanh-phan")]
    Components,
    /// When it was taken in, on a receipt. / Thời điểm tiếp nhận.
    #[value(alias = "tiep_nhan", alias = "received-at")]
    ReceivedAt,
    /// When the result is promised, on a receipt. / Hẹn trả kết quả.
    #[value(alias = "hen_tra", alias = "hen-tra", alias = "due-at")]
    DueAt,
    /// Who took it in, on a receipt. / Nơi tiếp nhận.
    #[value(alias = "noi_tiep_nhan", alias = "receiving-unit")]
    ReceivingUnit,
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
            TypedField::Applicant => Self::Applicant,
            TypedField::ApplicantNumber => Self::ApplicantNumber,
            TypedField::Procedure => Self::Procedure,
            TypedField::ProcedureField => Self::ProcedureField,
            TypedField::Components => Self::Components,
            TypedField::ReceivedAt => Self::ReceivedAt,
            TypedField::DueAt => Self::DueAt,
            TypedField::ReceivingUnit => Self::ReceivingUnit,
        }
    }
}
