//! What can be typed about the dossier register.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Name;
use crate::model::codes::DossierCode;
use crate::model::record::DocumentName;
use crate::model::register::RegisterList;

/// `sohoa register`
#[derive(Debug, Subcommand)]
pub(crate) enum Register {
    /// Import a file: CSV, XLSX or JSON lines. / Nhập một tệp: CSV, XLSX hoặc JSON từng dòng.
    Import(ImportRegister),
    /// List the dossiers in which papers and register disagree. / Liệt kê hồ sơ có giấy tờ không khớp với sổ.
    Check(CheckRegister),
    /// List what is held already and may stand for components of a dossier, or say that one does. / Dùng lại giấy tờ đã có trong kho.
    Reuse(ReuseRegister),
}

/// `sohoa register import`
#[derive(Debug, Args)]
pub(crate) struct ImportRegister {
    /// The file. / Tệp.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What its rows are; told by its columns if not given. / Loại danh sách.
    #[arg(long, value_enum)]
    pub list: Option<TypedList>,
    /// The layout that it has, of register.toml; told by its columns if not given. / Mẫu cột.
    #[arg(long, value_name = "NAME")]
    pub layout: Option<String>,
    /// The sheet of a workbook; the first if not given. / Trang tính.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Write the rows that could not be taken to this file, .csv or .xlsx. / Ghi các dòng lỗi ra tệp này.
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
    #[command(flatten)]
    pub name: Name,
}

/// `sohoa register check`
#[derive(Debug, Args)]
pub(crate) struct CheckRegister {
    /// Received in this day, month, quarter or year. / Kỳ tiếp nhận.
    #[arg(long, value_name = "PERIOD")]
    pub period: String,
}

/// `sohoa register reuse`
#[derive(Debug, Args)]
pub(crate) struct ReuseRegister {
    /// The dossier that needs components. / Mã hồ sơ.
    #[arg(value_name = "CODE")]
    pub code: DossierCode,
    /// The component that the document stands for. / Mã thành phần.
    #[arg(long, value_name = "COMPONENT", requires = "from")]
    pub component: Option<String>,
    /// The document that stands for it: CODE.NNN. / Tài liệu dùng lại.
    #[arg(long, value_name = "CODE.NNN", requires = "component")]
    pub from: Option<DocumentName>,
    #[command(flatten)]
    pub name: Name,
}

/// A list of the register, as typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum TypedList {
    Agencies,
    Procedures,
    Components,
    Dossiers,
    Ratings,
    FeeReductions,
    Visits,
}

impl From<TypedList> for RegisterList {
    fn from(typed: TypedList) -> Self {
        match typed {
            TypedList::Agencies => Self::Agencies,
            TypedList::Procedures => Self::Procedures,
            TypedList::Components => Self::Components,
            TypedList::Dossiers => Self::Dossiers,
            TypedList::Ratings => Self::Ratings,
            TypedList::FeeReductions => Self::FeeReductions,
            TypedList::Visits => Self::Visits,
        }
    }
}
